"""Writing the ledger. The rows of a module follow in the same transaction. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import modules_of_cohort
from lms.progress import activities, events, queries
from lms.progress.models import LedgerChange, LedgerEntry, ModuleProgress, ModuleStep

DONE = Decimal(1)


class _Module(Protocol):
    slug: str

    @property
    def required_activities(self) -> Iterable[str]: ...


class _Curriculum(Protocol):
    @property
    def modules(self) -> Iterable[_Module]: ...


def record(
    db: Session,
    enrolment: Enrolment,
    activity: str,
    *,
    module: str,
    share: Decimal | float,
    minutes: int = 0,
    score: Decimal | None = None,
    happened_on: dt.date,
    evidence: Mapping[str, Any],
    now: dt.datetime,
) -> LedgerEntry:
    """Write what an enrolment did: the current row, one more change row, and the module's share.

    ``share`` and ``score`` are 0-1; ``happened_on`` is a day of the programme's calendar. The same values again
    change nothing; lower ones are a correction. Sends ``module_completed`` when the last step is done.
    """
    values = {
        "share": Decimal(str(share)),
        "minutes": minutes,
        "score": score,
        "happened_on": happened_on,
        "evidence": dict(evidence),
    }
    queue_acts(db, enrolment.id)
    entry = db.scalars(
        sa.select(LedgerEntry).where(LedgerEntry.enrolment_id == enrolment.id, LedgerEntry.activity == activity)
    ).first()
    if entry is None:
        entry = LedgerEntry(enrolment_id=enrolment.id, activity=activity, module=module, recorded_at=now, **values)
        db.add(entry)
    elif all(getattr(entry, name) == value for name, value in values.items()):
        return entry
    else:
        for name, value in values.items():
            setattr(entry, name, value)
        entry.recorded_at = now
    db.add(LedgerChange(enrolment_id=enrolment.id, activity=activity, recorded_at=now, **values))
    db.flush()
    _recount(db, enrolment.id, module, now=now)
    return entry


def queue_acts(db: Session, enrolment_id: int) -> None:
    """Let the acts of one enrolment follow each other on PostgreSQL too (on SQLite writers queue already)."""
    db.execute(sa.select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())


def open_modules(enrolment: Enrolment, *, db: Session, now: dt.datetime) -> None:
    """Start the rows of the modules that a new enrolment takes, with nothing done."""
    for module in modules_of_cohort(db, enrolment.cohort_id):
        _recount(db, enrolment.id, module)


def open_modules_together(cohort: Cohort, *, enrolment_ids: Sequence[int], db: Session, now: dt.datetime) -> None:
    """The same for many new enrolments of a cohort: one statement a module and some hundreds of people."""
    for module in modules_of_cohort(db, cohort.id):
        for start in range(0, len(enrolment_ids), 500):
            _open_rows(db, module, Enrolment.id.in_(enrolment_ids[start : start + 500]))


def follow_modules(
    cohort: Cohort, *, added: Iterable[str], removed: Sequence[str], db: Session, now: dt.datetime
) -> None:
    """A cohort takes other modules: rows open for the new ones and go for those in which nobody did anything."""
    here = sa.select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)
    for module in added:
        _open_rows(db, module, Enrolment.cohort_id == cohort.id)
    db.execute(
        sa.delete(ModuleProgress).where(ModuleProgress.enrolment_id.in_(here), ModuleProgress.module.in_(removed))
    )
    db.expire_all()


def _open_rows(db: Session, module: str, condition: sa.ColumnElement[bool]) -> None:
    """Rows with nothing done for those enrolments that have none. A new row has no ledger entry behind it."""
    present = sa.exists().where(ModuleProgress.enrolment_id == Enrolment.id, ModuleProgress.module == module)
    values = sa.select(
        Enrolment.id, sa.literal(module), sa.literal(0), sa.literal(len(queries.steps(db, module))),
        sa.literal(Decimal(0), ModuleProgress.share.type), sa.literal(0),
    ).where(condition, ~present)  # fmt: skip
    columns = ["enrolment_id", "module", "done", "required", "share", "minutes"]
    db.execute(sa.insert(ModuleProgress).from_select(columns, values))


def take_steps(db: Session, curriculum: _Curriculum, **_: Any) -> None:
    """Take over the steps of a synced curriculum and recount everybody's shares.

    Certificates already issued, and what they rest on, stay as they are (architecture, settled questions).
    """
    wanted = {activity: module.slug for module in curriculum.modules for activity in module.required_activities}
    present = {row.activity: row for row in db.scalars(sa.select(ModuleStep))}
    if wanted == {activity: row.module for activity, row in present.items()}:
        return
    for activity in present.keys() - wanted.keys():
        db.delete(present[activity])
    for activity, module in wanted.items():
        db.merge(ModuleStep(activity=activity, module=module))
    db.flush()
    for enrolment_id, module in db.execute(sa.select(ModuleProgress.enrolment_id, ModuleProgress.module)).all():
        _recount(db, enrolment_id, module)


def _recount(db: Session, enrolment_id: int, module: str, *, now: dt.datetime | None = None) -> None:
    """Bring one module row in line with the ledger. ``now``: an act just happened (else a sync or enrolment)."""
    required = queries.steps(db, module)
    ledger = db.scalars(
        sa.select(LedgerEntry).where(LedgerEntry.enrolment_id == enrolment_id, LedgerEntry.module == module)
    ).all()
    done = [entry for entry in ledger if entry.activity in required and entry.share == DONE]
    row = db.get(ModuleProgress, (enrolment_id, module))
    if row is None:
        row = ModuleProgress(enrolment_id=enrolment_id, module=module)
        db.add(row)
    was_complete = row.completed_on is not None
    is_complete = bool(required) and len(done) == len(required)
    row.done, row.required = len(done), len(required)
    row.share = Decimal(len(done)) / len(required) if required else Decimal(0)
    row.minutes = sum(entry.minutes for entry in ledger if activities.is_lesson(entry.activity))
    row.completed_on = max(entry.happened_on for entry in done) if is_complete else None
    # An absence is no activity: whoever only stayed away is still behind.
    acts = [entry.recorded_at for entry in ledger if entry.share or not activities.is_half_day(entry.activity)]
    row.last_activity_at = max(acts, default=None)
    db.flush()
    if now is not None and is_complete and not was_complete:
        events.module_completed.send(row, db=db, now=now)
