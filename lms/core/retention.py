"""How long things are kept, and the report of each run that let them go. Each room brings its own rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import audit, profile
from lms.core.db import Base

#: Bounds of what the team may choose, in days.
SHORTEST, LONGEST = 1, 36_500


@dataclass(frozen=True)
class Rule:
    """What a room lets go after a time.

    ``count(db, before)`` says how many rows are older than that moment; ``apply(db, before, now=…)`` lets them go
    and says how many went. Both take the same condition, so that a dry run tells the truth.
    """

    key: str
    label: Any
    #: Default of the programme, in days (domain notes 7); the team may change it.
    days: int
    count: Callable[[Session, dt.datetime], int]
    apply: Callable[..., int]
    #: What happens, in a sentence: shown beside the number of days.
    effect: Any = ""
    #: True: nothing goes by itself, the report only says how many rows are that old.
    only_reports: bool = False


class RetentionRun(Base):
    """One run, or dry run, of the rules: what each found and let go."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    ran_at: Mapped[dt.datetime]
    #: Person who asked; none for the nightly job.
    actor_id: Mapped[int | None]
    is_dry: Mapped[bool]
    #: ``[{"rule": "accounts.invitations", "days": 90, "before": "2026-08-28", "rows": 3}]``
    lines: Mapped[list[Any]]


def deleting(
    key: str, label: Any, days: int, model: type[Base], is_old: Callable[[dt.datetime], Any], **more: Any
) -> Rule:
    """A rule that deletes the rows of one table; ``is_old(before)`` is the condition that both halves share."""

    def count(db: Session, before: dt.datetime) -> int:
        return db.scalar(sa.select(sa.func.count()).select_from(model).where(is_old(before))) or 0

    def apply(db: Session, before: dt.datetime, **_now: Any) -> int:
        return rows_of(db.execute(sa.delete(model).where(is_old(before))))

    return Rule(key, label, days, count, apply, **more)


def rows_of(result: Any) -> int:
    """How many rows a statement changed."""
    return int(result.rowcount)


def rules() -> list[Rule]:
    """The rules of every room, in the order of the rooms."""
    return [rule for feature in current_app.extensions["features"] for rule in feature.retention]


def days_in_force(db: Session, of: Iterable[Rule]) -> dict[str, int]:
    """Days of each rule: the team's own, else the default."""
    row = db.get(profile.Profile, 1)
    own = row.retention if row is not None else {}
    return {rule.key: int(own.get(rule.key, rule.days)) for rule in of}


def run(db: Session, of: list[Rule], *, actor_id: int | None, is_dry: bool, now: dt.datetime) -> RetentionRun:
    """Let go what is older than its rule says, or only count it; writes the dated report. Flushes, never commits."""
    days, lines = days_in_force(db, of), []
    for rule in of:
        before = now - dt.timedelta(days=days[rule.key])
        rows = rule.count(db, before) if is_dry or rule.only_reports else rule.apply(db, before, now=now)
        lines.append({"rule": rule.key, "days": days[rule.key], "before": before.date().isoformat(), "rows": rows})
    report = RetentionRun(ran_at=now, actor_id=actor_id, is_dry=is_dry, lines=lines)
    db.add(report)
    db.flush()
    if not is_dry:
        audit.record(db, "accounts.retention", actor_id=actor_id, subject=report, now=now, rows=sum(went(report, of)))
    return report


def went(report: RetentionRun, of: list[Rule]) -> list[int]:
    """Rows that each rule let go, those left out that only report."""
    reporting = {rule.key for rule in of if rule.only_reports}
    return [line["rows"] for line in report.lines if line["rule"] not in reporting]


def runs(db: Session, *, limit: int = 20) -> list[RetentionRun]:
    """The latest runs, newest first."""
    return list(db.scalars(sa.select(RetentionRun).order_by(RetentionRun.id.desc()).limit(limit)))
