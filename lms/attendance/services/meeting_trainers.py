"""Picking who leads a meeting, keeping who led it, and two accounts of one trainer that become one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import PersonMerge
from lms.attendance import queries
from lms.attendance.errors import NoTrainerOfCohort
from lms.attendance.models import HalfDay, HalfDayTrainer, Meeting, MeetingTrainer
from lms.attendance.statuses import State
from lms.core.db import insert_if_absent
from lms.programme.models import CohortTrainer


def pick(db: Session, meeting: Meeting, person_ids: Collection[int]) -> bool:
    """Let these lead the meeting, nobody: all trainers of the cohort; gives whether that is new.

    What was held stays with those who led it, but for a half-day that is opened again. Raises NoTrainerOfCohort;
    whoever is picked stays a trainer of the cohort until the commit.
    """
    wanted, present = set(person_ids), set(queries.meeting_trainers.picked_ids(db, meeting.id))
    opened = [one for one in meeting.half_days if one.state is State.REOPENED]
    if wanted == present and not _led_by_others(db, opened, wanted):
        return False
    known = (
        sa.select(CohortTrainer.person_id)
        .where(CohortTrainer.cohort_id == meeting.cohort_id, CohortTrainer.person_id.in_(wanted))
        .with_for_update(read=True, key_share=True)
    )
    if set(db.scalars(known)) != wanted:
        raise NoTrainerOfCohort
    of_meeting = MeetingTrainer.meeting_id == meeting.id
    db.execute(sa.delete(MeetingTrainer).where(of_meeting, MeetingTrainer.person_id.in_(present - wanted)))
    db.add_all(
        MeetingTrainer(meeting_id=meeting.id, cohort_id=meeting.cohort_id, person_id=one)
        for one in sorted(wanted - present)
    )
    db.flush()
    keep(db, opened)
    return True


def _led_by_others(db: Session, half_days: Sequence[HalfDay], wanted: Collection[int]) -> bool:
    """Whether others stand on any of these than those who were picked; with nobody picked nobody is in the way."""
    if not half_days or not wanted:
        return False
    led = queries.meeting_trainers.of_half_days(db, half_days)
    return any({person.id for person in led[one.id]} != set(wanted) for one in half_days)


def keep(db: Session, half_days: Sequence[HalfDay]) -> None:
    """Write down who leads these half-days of one meeting, which are held, instead of who stood there."""
    if not half_days:
        return
    ids = [one.id for one in half_days]
    db.execute(sa.delete(HalfDayTrainer).where(HalfDayTrainer.half_day_id.in_(ids)))
    trainers = queries.meeting_trainers.trainers_of(db, half_days[0].meeting)
    db.add_all(HalfDayTrainer(half_day_id=one, person_id=person.id) for one in ids for person in trainers)
    db.flush()


def take_over(merge: PersonMerge, *, cohort_ids: Collection[int], given: dict[str, Any], db: Session) -> None:
    """Both accounts trained these cohorts: what the merged one led is led by the one that stays."""
    query = sa.select(MeetingTrainer.meeting_id, MeetingTrainer.cohort_id).where(
        MeetingTrainer.person_id == merge.merged_id, MeetingTrainer.cohort_id.in_(cohort_ids)
    )
    led = [(row[0], row[1]) for row in db.execute(query.order_by(MeetingTrainer.meeting_id))]
    new = [
        meeting_id
        for meeting_id, cohort_id in led
        if insert_if_absent(db, MeetingTrainer, meeting_id=meeting_id, person_id=merge.kept_id, cohort_id=cohort_id)
    ]
    given["meetings_led"], given["meetings_taken_over"] = [one[0] for one in led], new


def give_back(merge: PersonMerge, *, given: dict[str, Any], db: Session) -> None:
    """The merge is undone: each account leads again what it led."""
    query = sa.select(Meeting).where(Meeting.id.in_(given.get("meetings_led", [])))
    for meeting in db.scalars(query):
        insert_if_absent(
            db, MeetingTrainer, meeting_id=meeting.id, person_id=merge.merged_id, cohort_id=meeting.cohort_id
        )
    gone = sa.delete(MeetingTrainer).where(
        MeetingTrainer.person_id == merge.kept_id,
        MeetingTrainer.meeting_id.in_(given.get("meetings_taken_over", [])),
    )
    db.execute(gone.execution_options(synchronize_session=False))
    db.flush()
