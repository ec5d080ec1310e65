"""From the marks of questions to the mark of an attempt. Pure: reads rows, writes none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.quizzes.models import AttemptQuestion, Quiz
from lms.quizzes.question_types import get


@dataclass(frozen=True)
class Marked:
    """A question of an attempt, as far as its mark is concerned."""

    marked_by: str
    points: int
    fraction: Decimal | None
    certainty: int | None
    is_answered: bool
    is_given_up: bool

    @classmethod
    def of(cls, row: AttemptQuestion) -> Marked:
        marked_by, is_answered = get(row.version.type).marked_by, row.answer is not None
        return cls(marked_by, row.points, row.fraction, row.certainty, is_answered, row.is_given_up)

    def earned(self, *, by_certainty: bool) -> Decimal:
        """Points of it; where it counts how sure the person was they may be below zero, a whole attempt never is."""
        fraction = self.fraction or Decimal(0)
        if not by_certainty or self.is_given_up or not self.is_answered or self.marked_by != "computer":
            return fraction * self.points
        right, wrong = CERTAINTY[self.certainty or 1]
        return (fraction * right + (1 - fraction) * wrong) * self.points


#: Share of the points for a right and for a wrong answer, by how sure the person was: who is sure and wrong loses most,
#: so that saying what one believes pays best (Gardner-Medwin's scale, divided by three).
CERTAINTY = {1: (Decimal(1) / 3, Decimal(0)), 2: (Decimal(2) / 3, Decimal(-2) / 3), 3: (Decimal(1), Decimal(-2))}


def score_of(quiz: Quiz, marked: Sequence[Marked]) -> Decimal | None:
    """Points earned ÷ points possible, 0-1; None while a mark is missing, or where nothing is marked."""
    counted = [one for one in marked if one.marked_by != "nobody"]
    possible = sum(one.points for one in counted)
    if not possible or any(one.fraction is None for one in counted):
        return None
    earned = sum((one.earned(by_certainty=quiz.asks_certainty) for one in counted), Decimal(0))
    return max(Decimal(0), earned / possible).quantize(Decimal("0.000001"))
