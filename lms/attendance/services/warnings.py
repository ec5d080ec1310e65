"""Messages about absences: to the person, to their focal point where the programme wants it, each of them once.

A job looks at a half-day as it stands after its closing or a correction: who must be told is told, and what was
written of an absence that is none any more is taken back as long as it has not left. Run twice it does nothing more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from flask import current_app
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person
from lms.attendance import notices, own, queries
from lms.attendance.models import AbsenceWarning, HalfDay
from lms.attendance.models.warnings import ABSENT, TO_FOCAL_POINT, UNREACHABLE
from lms.attendance.queries.warnings import Absent
from lms.attendance.rates import Rate
from lms.attendance.statuses import State
from lms.core import clock, jobs, mail, profile
from lms.core import db as database
from lms.programme.models import Enrolment

WARN = "attendance.warn"
#: Nobody is written to about what was closed long after it was held.
NOT_OLDER_THAN = dt.timedelta(days=30)


def follow(half_day: HalfDay, *, db: Session, now: dt.datetime, **_which: object) -> None:
    """After a closing or a correction: let the job look at the half-day once all of it is stored."""
    jobs.start(db, WARN, half_day_id=half_day.id, now=now)


def warn(db: Session, half_day_id: int) -> None:
    """Job: see that whoever must be told of absences of a half-day is told, and nobody else."""
    half_day = queries.warnings.lock(db, half_day_id)
    if half_day is None:
        return
    with current_app.test_request_context():  # addresses are written into the messages
        keep_up(db, half_day, now=clock.now())
        # What waits for the commit stands in this context: messages leave now, not with the next sweep.
        database.commit()


def keep_up(db: Session, half_day: HalfDay, *, now: dt.datetime) -> None:
    """Tell whom the half-day makes absent, take back what is not true any more. Lock the half-day first."""
    absent = queries.warnings.absent(db, half_day.id) if _is_held(half_day) else []
    _take_back(db, half_day, absent, now=now)
    if half_day.ends_at < now - NOT_OLDER_THAN:
        return
    rates = own.rates(db, half_day.meeting.cohort)
    _tell_people(db, half_day, absent, rates, now=now)
    if profile.now_stored(db).absences_to_focal_points:
        _tell_focal_points(db, half_day, absent, now=now)
    _tell_unreachable(db, half_day, rates, now=now)


def _is_held(half_day: HalfDay) -> bool:
    return half_day.state is State.CLOSED


def _take_back(db: Session, half_day: HalfDay, absent: Sequence[Absent], *, now: dt.datetime) -> None:
    """Stop messages that name somebody who is not absent any more; one that has left is followed by nothing.

    A message to a focal point is one for many people: it is stopped as a whole and written again for the others.
    """
    told = queries.warnings.told_at(db, half_day.id, (ABSENT, TO_FOCAL_POINT))
    ids = {one.enrolment.id for one in absent}
    wrong = {one.mail_id for one in told if one.enrolment_id not in ids and one.mail_id is not None}
    stopped = _stopped(db, wrong, now=now)
    _forget(db, [one for one in told if one.mail_id in stopped])


def _stopped(db: Session, mail_ids: Iterable[int], *, now: dt.datetime) -> set[int]:
    return {mail_id for mail_id in mail_ids if mail.take_back(db, mail_id, now=now)}


def _forget(db: Session, told: Collection[AbsenceWarning]) -> None:
    """Nobody was told after all: should it become true again, they are."""
    for one in told:
        db.delete(one)
    db.flush()


def _remember(
    db: Session, half_day: HalfDay, enrolment_id: int, kind: str, recipient_id: int, mail_id: int, now: dt.datetime
) -> None:
    db.add(
        AbsenceWarning(
            half_day_id=half_day.id, enrolment_id=enrolment_id, kind=kind, recipient_id=recipient_id, mail_id=mail_id,
            warned_at=now,
        )
    )  # fmt: skip


def _tell_people(
    db: Session, half_day: HalfDay, absent: Sequence[Absent], rates: dict[int, Rate], *, now: dt.datetime
) -> None:
    known = {one.enrolment_id for one in queries.warnings.told_at(db, half_day.id, [ABSENT])}
    for one in absent:
        if one.enrolment.id not in known:
            person: Person = one.enrolment.person
            sent = notices.tell_absent(db, person, half_day, rates[one.enrolment.id], now=now)
            _remember(db, half_day, one.enrolment.id, ABSENT, person.id, sent.id, now)
    db.flush()


def _tell_focal_points(db: Session, half_day: HalfDay, absent: Sequence[Absent], *, now: dt.datetime) -> None:
    known = {
        (one.recipient_id, one.enrolment_id) for one in queries.warnings.told_at(db, half_day.id, [TO_FOCAL_POINT])
    }
    groups: dict[int, tuple[Organisation, list[Enrolment]]] = {}
    for one in absent:
        if one.organisation is not None:
            groups.setdefault(one.organisation.id, (one.organisation, []))[1].append(one.enrolment)
    focal_points = queries.warnings.focal_points(db, groups)
    for organisation_id, (organisation, enrolments) in groups.items():
        for focal in focal_points.get(organisation_id, []):
            # Nobody is told of themselves a second time, as their own focal point.
            new = [one for one in enrolments if (focal.id, one.id) not in known and one.person_id != focal.id]
            if new:
                people = [one.person for one in new]
                sent = notices.tell_focal_point(db, focal, organisation, people, half_day, now=now)
                for enrolment in new:
                    _remember(db, half_day, enrolment.id, TO_FOCAL_POINT, focal.id, sent.id, now)
    db.flush()


def _tell_unreachable(db: Session, half_day: HalfDay, rates: dict[int, Rate], *, now: dt.datetime) -> None:
    """Once for each enrolment; taken back where a correction brings the threshold within reach again."""
    enrolments = queries.warnings.reachable(db, half_day.meeting.cohort_id)
    known = queries.warnings.told_of(db, [one.id for one in enrolments], UNREACHABLE)
    within = [one for one in known.values() if rates[one.enrolment_id].can_be_met and one.mail_id is not None]
    stopped = _stopped(db, [one.mail_id for one in within if one.mail_id is not None], now=now)
    _forget(db, [one for one in within if one.mail_id in stopped])
    for enrolment in enrolments:
        rate = rates[enrolment.id]
        if enrolment.id not in known and rate.planned and not rate.can_be_met:
            sent = notices.tell_unreachable(db, enrolment.person, half_day, rate, now=now)
            _remember(db, half_day, enrolment.id, UNREACHABLE, enrolment.person_id, sent.id, now)
    db.flush()
