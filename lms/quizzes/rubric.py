"""Rubrics: what they can bring, when two marks agree, and who may give and see one. Without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.core.bilingual import Bilingual
from lms.quizzes.models import AnswerMark, QuestionVersion

#: Two markers agree when their marks differ by at most this part of the points of the rubric.
AGREEMENT = Decimal(1) / 4


@dataclass(frozen=True)
class Criterion:
    """A line of a rubric and the points it can bring."""

    key: str
    text: Bilingual
    points: int


def criteria(version: QuestionVersion) -> list[Criterion]:
    """The rubric of an open question, as it stood when the attempt was made."""
    return [Criterion(row["key"], Bilingual.of(row["text"]), row["points"]) for row in version.settings["criteria"]]


def possible_of(settings: Mapping[str, Any]) -> int:
    """Points that a rubric brings at most."""
    return sum(row["points"] for row in settings["criteria"])


def agree(first: Mapping[str, int], second: Mapping[str, int], possible: int) -> bool:
    return abs(sum(first.values()) - sum(second.values())) <= AGREEMENT * possible


def fraction_of(marks: Sequence[Mapping[str, int]], possible: int) -> Decimal:
    """The mark of one answer, 0-1: the mean of what its markers gave."""
    given = sum(sum(points.values()) for points in marks)
    return (Decimal(given) / len(marks) / possible).quantize(Decimal("0.000001"))


def may_mark(marks: Sequence[AnswerMark], person_id: int, *, needs_second: bool, possible: int) -> bool:
    """Whether this person can give or change a mark: their own, one that is missing, or a third where two are apart."""
    if any(mark.marker_id == person_id for mark in marks) or len(marks) < (2 if needs_second else 1):
        return True
    return len(marks) > 1 and not agree(marks[0].points, marks[1].points, possible)


def shown_to(marks: Sequence[AnswerMark], person_id: int, *, needs_second: bool, possible: int) -> Sequence[AnswerMark]:
    """The marks that this person may see: nobody reads another's before giving their own."""
    is_own = any(mark.marker_id == person_id for mark in marks)
    return marks if is_own or not may_mark(marks, person_id, needs_second=needs_second, possible=possible) else []
