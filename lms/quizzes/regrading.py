"""How a corrected key marks an answer that was given to an older version of its question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.quizzes import queries
from lms.quizzes.marks import Marked
from lms.quizzes.models import AttemptQuestion, QuestionVersion, RegradeRule
from lms.quizzes.question_types import get


def is_comparable(old: QuestionVersion, new: QuestionVersion) -> bool:
    """Whether the key of one version can mark answers given to the other."""
    kind = get(new.type)
    same = old.type == new.type and set(kind.keys(old.settings)) == set(kind.keys(new.settings))
    return same and kind.marked_by == "computer"


@dataclass(frozen=True)
class Correction:
    """A rule, and the version whose key it brings."""

    version: QuestionVersion
    rule: RegradeRule

    def touches(self, row: AttemptQuestion) -> bool:
        """Whether it has something to say on an answer."""
        if row.version.question_id != self.version.question_id or row.is_given_up:
            return False
        if self.rule == RegradeRule.FULL:
            # A later version is another question, mended.
            return row.version.number <= self.version.number
        return row.key_version.number < self.version.number and is_comparable(row.version, self.version)

    def marked(self, row: AttemptQuestion) -> Marked:
        """The answer as it would be marked; nothing is changed."""
        if not self.touches(row):
            return Marked.of(row)
        fraction, _key = self._mark(row)
        return replace(Marked.of(row), fraction=fraction, is_given_up=self.rule == RegradeRule.FULL)

    def carry_over(self, row: AttemptQuestion) -> None:
        """Mark the answer, on the row itself."""
        row.fraction, key = self._mark(row)
        row.is_given_up = self.rule == RegradeRule.FULL
        row.marked_with = key if key.id != row.version_id else None

    def _mark(self, row: AttemptQuestion) -> tuple[Decimal | None, QuestionVersion]:
        """The mark, and the version whose key gives it."""
        if self.rule == RegradeRule.FULL:
            return Decimal(1), row.key_version
        kind = get(self.version.type)
        new = kind.grade(self.version.settings, row.answer).fraction
        if self.rule == RegradeRule.BETTER:
            old = kind.grade(row.key_version.settings, row.answer).fraction
            if (old or 0) >= (new or 0):
                return old, row.key_version
        return new, self.version


def catch_up(db: Session, rows: Sequence[AttemptQuestion]) -> None:
    """Let the corrections asked for while an attempt was under way mark it too, in their order."""
    for regrade, version in queries.regrade.regrades_of(db, {row.version.question_id for row in rows}):
        correction = Correction(version, RegradeRule(regrade.rule))
        for row in rows:
            if correction.touches(row):
                correction.carry_over(row)
