"""What happens here when two accounts become one, when that is undone, and when an import is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import PersonMerge
from lms.core.feature import room_of
from lms.programme import events
from lms.programme.errors import WorkWouldBeLost
from lms.programme.models import CohortTrainer, Enrolment, SeatHolding
from lms.programme.work import Steps, work


def move_to_kept(merge: PersonMerge, *, db: Session, now: dt.datetime) -> dict[str, Any]:
    """Give the kept account the other one's enrolments, seats and cohorts; ids of what moved, for the undo.

    Where both are enrolled in one cohort, the enrolment with more steps done counts; the other stands aside.
    """
    kept_id, merged_id = merge.kept_id, merge.merged_id
    own = {row.cohort_id: row for row in _enrolments(db, kept_id)}
    theirs = _enrolments(db, merged_id)
    pairs = [_by_steps(db, own[row.cohort_id], row) for row in theirs if row.cohort_id in own]
    for counts, aside in pairs:
        aside.merged_into_id = counts.id
    # Aside first: of the person's enrolments in a cohort only one may count.
    db.flush()
    for row in theirs:
        row.person_id = kept_id
    moved = {
        "enrolments": [row.id for row in theirs],
        "aside": [[counts.id, aside.id] for counts, aside in pairs],
        "holdings": _move_holdings(db, merged_id, kept_id),
        **_move_trainer(db, merge),
    }
    db.flush()
    return {**moved, "rooms": {str(aside.id): _tell_rooms(db, counts, aside, now) for counts, aside in pairs}}


def _tell_rooms(db: Session, counts: Enrolment, aside: Enrolment, now: dt.datetime) -> dict[str, Any]:
    """Let each room make one of the two; room -> what it moved."""
    db.refresh(counts)
    answers = events.enrolments_merged.send(counts, aside=aside, db=db, now=now)
    return {room_of(listener): moved for listener, moved in answers if moved is not None}


def _enrolments(db: Session, person_id: int) -> Sequence[Enrolment]:
    query = sa.select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.merged_into_id.is_(None))
    return db.scalars(query.order_by(Enrolment.id)).all()


def _by_steps(db: Session, own: Enrolment, other: Enrolment) -> tuple[Enrolment, Enrolment]:
    """The one that counts, then the one that stands aside. One that was left counts only against another."""
    steps = work().steps(db, [own.id, other.id])

    def weight(row: Enrolment) -> tuple[bool, int]:
        return row.ended_at is None, steps.get(row.id, Steps()).done

    return (other, own) if weight(other) > weight(own) else (own, other)


def _move_holdings(db: Session, from_id: int, to_id: int) -> list[int]:
    ids = list(db.scalars(sa.select(SeatHolding.id).where(SeatHolding.person_id == from_id)))
    _own(db, SeatHolding, ids, to_id)
    return ids


def _own(db: Session, model: type[SeatHolding] | type[Enrolment], ids: Sequence[int], person_id: int) -> None:
    db.execute(sa.update(model).where(model.id.in_(ids)).values(person_id=person_id))


def _move_trainer(db: Session, merge: PersonMerge) -> dict[str, Any]:
    """The cohorts that the account trained: moved, or only taken off where both trained."""
    from_id, to_id = merge.merged_id, merge.kept_id
    query = sa.select(CohortTrainer.cohort_id)
    theirs = set(db.scalars(query.where(CohortTrainer.person_id == from_id)))
    both = theirs & set(db.scalars(query.where(CohortTrainer.person_id == to_id)))
    _train(db, theirs - both, from_id, to_id)
    given: dict[str, Any] = {}
    if both:
        events.trainings_joined.send(merge, cohort_ids=sorted(both), given=given, db=db)
    db.execute(sa.delete(CohortTrainer).where(CohortTrainer.person_id == from_id, CohortTrainer.cohort_id.in_(both)))
    return {"trained": sorted(theirs - both), "trained_by_both": sorted(both), "given": given}


def _train(db: Session, cohort_ids: set[int], from_id: int, to_id: int) -> None:
    condition = sa.and_(CohortTrainer.person_id == from_id, CohortTrainer.cohort_id.in_(cohort_ids))
    db.execute(sa.update(CohortTrainer).where(condition).values(person_id=to_id))


def part_again(merge: PersonMerge, *, db: Session, now: dt.datetime) -> None:
    """Undo ``move_to_kept`` from what it gave back."""
    moved = merge.moved.get("programme") or {}
    rows = {
        row.id: row for row in db.scalars(sa.select(Enrolment).where(Enrolment.id.in_(moved.get("enrolments", []))))
    }
    for row in rows.values():
        row.person_id = merge.merged_id
    # Back with their owner first: of a person's enrolments in a cohort only one may count.
    db.flush()
    for counts_id, aside_id in moved.get("aside", []):
        counts, aside = db.get_one(Enrolment, counts_id), db.get_one(Enrolment, aside_id)
        aside.merged_into_id = None
        db.flush()
        rooms = moved.get("rooms", {}).get(str(aside_id), {})
        events.enrolments_parted.send(counts, aside=aside, rooms=rooms, db=db, now=now)
    _own(db, SeatHolding, moved.get("holdings", []), merge.merged_id)
    _train(db, set(moved.get("trained", [])), merge.kept_id, merge.merged_id)
    db.add_all(
        CohortTrainer(cohort_id=cohort_id, person_id=merge.merged_id) for cohort_id in moved.get("trained_by_both", [])
    )
    db.flush()
    events.trainings_parted.send(merge, given=moved.get("given", {}), db=db)


def withdraw(person_ids: Sequence[int], *, db: Session, now: dt.datetime) -> None:
    """An import is undone: its people leave no trace here. Raises WorkWouldBeLost when somebody has done anything."""
    enrolments = list(db.scalars(sa.select(Enrolment.id).where(Enrolment.person_id.in_(person_ids))))
    if work().with_entries(db, enrolments):
        raise WorkWouldBeLost
    for model in (Enrolment, SeatHolding, CohortTrainer):
        db.execute(sa.delete(model).where(model.person_id.in_(person_ids)))
    db.flush()
