"""How a corrected key marks an answer that was given to an older version of its question."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.quizzes import queries_regrade
from lms.quizzes.models import AttemptQuestion, QuestionVersion, RegradeRule
from lms.quizzes.question_types import get


def is_comparable(old: QuestionVersion, new: QuestionVersion) -> bool:
    """Whether the key of one version can mark answers given to the other."""
    kind = get(new.type)
    same = old.type == new.type and set(kind.keys(old.settings)) == set(kind.keys(new.settings))
    return same and kind.marked_by == "computer"


def is_touched(row: AttemptQuestion, question_id: int, current: QuestionVersion, rule: RegradeRule) -> bool:
    """Whether a rule for the version that is current now has something to say on this row."""
    if row.version.question_id != question_id or row.is_given_up:
        return False
    if rule == RegradeRule.FULL:
        # A later version is another question, mended.
        return row.version.number <= current.number
    return row.key_version.number < current.number and is_comparable(row.version, current)


def marked_by(
    row: AttemptQuestion, current: QuestionVersion, rule: RegradeRule
) -> tuple[Decimal | None, QuestionVersion]:
    """The mark of an answer under a rule, and the version whose key gives it."""
    if rule == RegradeRule.FULL:
        return Decimal(1), row.key_version
    kind = get(current.type)
    new = kind.grade(current.settings, row.answer).fraction
    if rule == RegradeRule.BETTER:
        old = kind.grade(row.key_version.settings, row.answer).fraction
        if (old or 0) >= (new or 0):
            return old, row.key_version
    return new, current


def take_over(row: AttemptQuestion, current: QuestionVersion, rule: RegradeRule) -> None:
    """Mark one answer by the rule, on the row itself."""
    row.fraction, version = marked_by(row, current, rule)
    row.is_given_up = rule == RegradeRule.FULL
    row.marked_with = version if version.id != row.version_id else None


def catch_up(db: Session, rows: Sequence[AttemptQuestion]) -> None:
    """Let the corrections asked for while an attempt was under way mark it too, in their order."""
    for regrade, current in queries_regrade.regrades_of(db, {row.version.question_id for row in rows}):
        for row in rows:
            if is_touched(row, regrade.question_id, current, RegradeRule(regrade.rule)):
                take_over(row, current, RegradeRule(regrade.rule))
