"""What follows a person whose two accounts became one: reports, check-ins, files, messages told, people matched.

Rows move to the enrolment that counts; where it has its own, the other's stays where it is and is shown nowhere, so
that nothing is written twice. What moved is given back as JSON, and moves back when the accounts part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import PersonMerge
from lms.attendance import queries
from lms.attendance.models import AbsenceWarning, AttendanceFile, CheckIn, ErrorReport, GroupMember, WalkIn
from lms.attendance.models.warnings import UNREACHABLE
from lms.core.db import insert_if_absent
from lms.programme.models import Enrolment

#: Tables whose rows have a number of their own.
NUMBERED: dict[str, Any] = {"reports": ErrorReport, "files": AttendanceFile, "walk_ins": WalkIn}


def follow(db: Session, counts: Enrolment, aside: Enrolment) -> dict[str, Any]:
    """Give the enrolment that counts what the other has and it has not; what moved."""
    moved: dict[str, Any] = {name: _numbers(db, model, aside, counts) for name, model in NUMBERED.items()}
    moved["check_ins"] = _check_ins(db, aside, counts)
    moved["warnings"] = _warnings(db, aside, counts)
    moved["group"] = _group(db, aside, counts)
    _move(db, moved, aside.id, counts.id)
    return moved


def part(db: Session, counts: Enrolment, aside: Enrolment, moved: dict[str, Any]) -> None:
    """Undo ``follow`` by what it gave back; what came since stays with the one that counted."""
    _move(db, moved, counts.id, aside.id)
    if moved.get("group") is not None:
        is_that = sa.and_(GroupMember.enrolment_id == counts.id, GroupMember.group_id == moved["group"])
        db.execute(sa.delete(GroupMember).where(is_that).execution_options(synchronize_session=False))
        db.expire_all()


def _numbers(db: Session, model: Any, aside: Enrolment, counts: Enrolment) -> list[int]:
    query = sa.select(model.id).where(model.enrolment_id == aside.id)
    if model is ErrorReport:
        # One waits at a time: of two, the other's is shown beside.
        waits = sa.select(ErrorReport.half_day_id).where(
            ErrorReport.enrolment_id == counts.id, ErrorReport.answered_at.is_(None)
        )
        query = query.where(sa.or_(ErrorReport.answered_at.is_not(None), ErrorReport.half_day_id.not_in(waits)))
    return list(db.scalars(query))


def _check_ins(db: Session, aside: Enrolment, counts: Enrolment) -> list[int]:
    """Half-days at which only the other account checked in."""
    own = sa.select(CheckIn.half_day_id).where(CheckIn.enrolment_id == counts.id)
    query = sa.select(CheckIn.half_day_id).where(CheckIn.enrolment_id == aside.id, CheckIn.half_day_id.not_in(own))
    return list(db.scalars(query))


def _warnings(db: Session, aside: Enrolment, counts: Enrolment) -> list[list[Any]]:
    """(half-day, kind, recipient) of what was told of the other only."""
    columns = (AbsenceWarning.half_day_id, AbsenceWarning.kind, AbsenceWarning.recipient_id)

    def told(enrolment_id: int) -> list[tuple[Any, ...]]:
        return [
            tuple(row) for row in db.execute(sa.select(*columns).where(AbsenceWarning.enrolment_id == enrolment_id))
        ]

    own = told(counts.id)
    once = {kind for _half_day, kind, _recipient in own if kind == UNREACHABLE}
    return [list(one) for one in told(aside.id) if one not in own and one[1] not in once]


def _group(db: Session, aside: Enrolment, counts: Enrolment) -> int | None:
    group_id = queries.groups.groups_of(db, [aside.id]).get(aside.id)
    if group_id is None:
        return None
    return group_id if insert_if_absent(db, GroupMember, enrolment_id=counts.id, group_id=group_id) else None


def _move(db: Session, moved: dict[str, Any], from_id: int, to_id: int) -> None:
    db.flush()
    for name, model in NUMBERED.items():
        _give(db, model, to_id, model.id.in_(moved.get(name, [])), model.enrolment_id == from_id)
    half_days = moved.get("check_ins", [])
    _give(db, CheckIn, to_id, CheckIn.half_day_id.in_(half_days), CheckIn.enrolment_id == from_id)
    for half_day_id, kind, recipient_id in moved.get("warnings", []):
        _give(
            db, AbsenceWarning, to_id, AbsenceWarning.half_day_id == half_day_id, AbsenceWarning.kind == kind,
            AbsenceWarning.recipient_id == recipient_id, AbsenceWarning.enrolment_id == from_id,
        )  # fmt: skip
    # The enrolment is part of some keys: rows that are loaded would not know it.
    db.expire_all()


def _give(db: Session, model: Any, enrolment_id: int, *which: sa.ColumnElement[bool]) -> None:
    query = sa.update(model).where(*which).values(enrolment_id=enrolment_id)
    db.execute(query.execution_options(synchronize_session=False))


def take_over_asked(merge: PersonMerge, *, db: Session, now: dt.datetime) -> list[int]:
    """Give the kept account what the other one asked for at half-days whose list it was not on; numbers of it."""
    own = sa.select(WalkIn.half_day_id).where(WalkIn.person_id == merge.kept_id)
    query = sa.select(WalkIn.id).where(WalkIn.person_id == merge.merged_id, WalkIn.half_day_id.not_in(own))
    ids = list(db.scalars(query))
    _own_asked(db, ids, merge.kept_id)
    return ids


def give_back_asked(merge: PersonMerge, *, db: Session, now: dt.datetime) -> None:
    """Undo ``take_over_asked``."""
    _own_asked(db, merge.moved.get("attendance") or [], merge.merged_id)


def _own_asked(db: Session, ids: Collection[int], person_id: int) -> None:
    db.flush()
    query = sa.update(WalkIn).where(WalkIn.id.in_(ids)).values(person_id=person_id)
    db.execute(query.execution_options(synchronize_session=False))
    db.expire_all()
