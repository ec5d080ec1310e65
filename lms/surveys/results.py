"""What answers say together. Pure: sees answers and questions, no person and no database.

Nothing of fewer than five people is told, of the whole or of one statement, and nothing from which that follows.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.quizzes.models import QuestionVersion
from lms.quizzes.question_types import get
from lms.quizzes.question_types.families import RowType
from lms.quizzes.question_types.parts import Texts
from lms.surveys.queries.follow_ups import Answered
from lms.surveys.queries.rounds import FEWEST

#: Degrees of the scale on which satisfaction is read, and from which on an answer is a satisfied one.
SCALE, SATISFIED = 5, 4


@dataclass(frozen=True)
class Bar:
    """One degree of a scale, and how many chose it."""

    texts: Texts
    count: int


@dataclass(frozen=True)
class Statement:
    """One statement; without bars where fewer than five people placed it."""

    texts: Texts
    bars: Sequence[Bar] = ()

    @property
    def n(self) -> int:
        return sum(bar.count for bar in self.bars)

    @property
    def satisfied(self) -> int | None:
        """Answers from 4 on; None on a scale that has not five degrees."""
        return sum(bar.count for bar in self.bars[SATISFIED - 1 :]) if len(self.bars) == SCALE else None

    @property
    def share(self) -> Decimal | None:
        """Share of these answers, 0-1."""
        return None if self.satisfied is None or not self.n else Decimal(self.satisfied) / self.n

    @property
    def mean(self) -> Decimal | None:
        """Mean place on the scale, the lowest being 1."""
        weight = sum(place * bar.count for place, bar in enumerate(self.bars, 1))
        return Decimal(weight) / self.n if self.n else None


@dataclass(frozen=True)
class Block:
    """The answers to one version of a question."""

    version: QuestionVersion
    statements: Sequence[Statement] = ()
    #: Opinions in words, in an order that differs from question to question.
    texts: Sequence[str] = ()


@dataclass(frozen=True)
class Results:
    """The answers of a round."""

    n: int
    blocks: Sequence[Block] = ()

    @property
    def satisfaction(self) -> Decimal | None:
        """Indicator F9: share of answers from 4 on, over all statements with five degrees that are shown."""
        counted = [one for block in self.blocks for one in block.statements if one.satisfied is not None]
        total = sum(one.n for one in counted)
        return Decimal(sum(one.satisfied or 0 for one in counted)) / total if total else None


def results(
    versions: Mapping[int, QuestionVersion], places: Mapping[int, int], answers: Sequence[Mapping[str, Any]]
) -> Results:
    """The answers question by question, in the order of the survey; nothing but their number below five."""
    if len(answers) < FEWEST:
        return Results(len(answers))
    order = sorted(versions.values(), key=lambda one: (places.get(one.question_id, len(places) + 1), one.id))
    return Results(len(answers), [_block(one, _given(one, answers)) for one in order])


def version_ids(answers: Iterable[Mapping[str, Any] | None]) -> set[int]:
    """Numbers of the versions that were answered."""
    return {int(key) for one in answers for key in one or ()}


def _given(version: QuestionVersion, answers: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [one[str(version.id)] for one in answers if str(version.id) in one]


def _block(version: QuestionVersion, given: list[Any]) -> Block:
    kind = get(version.type)
    if isinstance(kind, RowType):
        return Block(version, statements=_statements(kind, version.settings, given))
    texts = [str(one) for one in given]
    # The same order everywhere would join the opinions of one person.
    random.SystemRandom().shuffle(texts)
    return Block(version, texts=texts)


def _statements(kind: RowType, settings: Mapping[str, Any], given: Sequence[Any]) -> list[Statement]:
    choices, found = kind.choices(settings), []
    for row, texts in kind.rows(settings).items():
        chosen = [one[row] for one in given if row in one]
        bars = [Bar(words, chosen.count(key)) for key, words in choices.items()] if len(chosen) >= FEWEST else []
        found.append(Statement(texts, bars))
    return found


# --- Follow-ups ------------------------------------------------------------------------------------------------------

#: In « applied », of the member and of the supervisor: nothing yet, and nothing that could be said.
_NOTHING = ("none", "unknown")


@dataclass(frozen=True)
class Applied:
    """Indicator F12: how many of those who answered report an application at work."""

    n: int
    applied: int

    @property
    def share(self) -> Decimal | None:
        """0-1; None for fewer than five people."""
        return Decimal(self.applied) / self.n if self.n >= FEWEST else None


def applied(answers: Iterable[Mapping[str, Any] | None], asked: set[int]) -> Applied:
    """Of the answers to « applied » (versions ``asked``): how many there are, and how many name an application."""
    chosen = [
        choice
        for one in answers
        for key, rows in (one or {}).items()
        if int(key) in asked and isinstance(rows, Mapping)
        for choice in rows.values()
    ]
    return Applied(len(chosen), sum(choice not in _NOTHING for choice in chosen))


def by_organisation(answered: Sequence[Answered], asked: set[int]) -> list[tuple[int | None, Applied | None]]:
    """F12 of each organisation, None where it is hidden: below five people, and where a hidden one would follow.

    Beside the total, one hidden row is the rest: then the next smallest is hidden too, until at least two rows of
    five people together are (domain notes, 4.7).
    """
    groups: dict[int | None, list[Mapping[str, Any] | None]] = {}
    for one in answered:
        groups.setdefault(one.organisation_id, []).append(one.answers)
    found = {key: applied(answers, asked) for key, answers in groups.items()}
    by_size = sorted(found, key=lambda key: (found[key].n, key or 0))
    hidden = [key for key in by_size if found[key].n < FEWEST]
    while hidden and len(hidden) < len(by_size) and (len(hidden) < 2 or sum(found[key].n for key in hidden) < FEWEST):
        hidden.append(by_size[len(hidden)])
    return [(key, None if key in hidden else found[key]) for key in found]
