"""A training session in a room to explore with: a meeting that is closed, one of today, one to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.attendance import queries, services
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.services.marks import Tap
from lms.attendance.services.meetings import AFTERNOON, MORNING, About
from lms.attendance.statuses import Mode, Reason, Status
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.programme import services as programme
from lms.programme.models import Cohort, CohortTrainer, Enrolment

PEOPLE = 24
PLACE = "Rabat"
#: (place in the list, place of the half-day) -> what was not simply present.
EXCEPTIONS: dict[tuple[int, int], tuple[Status, int | None, str]] = {
    (2, 0): (Status.LATE, 150, ""),
    (5, 0): (Status.EXCUSED, None, "Mission à Fès"),
    (5, 1): (Status.EXCUSED, None, "Mission à Fès"),
    (9, 1): (Status.ABSENT, None, ""),
    (11, 2): (Status.LATE, 60, "Train en retard"),
    (14, 3): (Status.LEFT_EARLY, 120, ""),
    (17, 2): (Status.ABSENT, None, ""),
    (17, 3): (Status.ABSENT, None, ""),
}


@dataclass(frozen=True)
class Trainer:
    """The trainer of the demo at work: nobody is signed in."""

    person_id: int
    roles: frozenset[Role] = frozenset({Role.TRAINER})


def make_demo(db: Session, *, now: dt.datetime, **_options: Any) -> None:
    """Through the services, as a trainer would. Older than the running training session, which stays the newest."""
    trainer = db.scalars(sa.select(Person).where(Person.email == "trainer@example.org")).first()
    if trainer is None:
        return
    today = local_date(now)
    cohort = _cohort(db, trainer, today, now)
    past = _plan(db, cohort, trainer, "concepts", today - dt.timedelta(days=14), now, days=2)
    _plan(db, cohort, trainer, "model", today, now)
    _plan(db, cohort, trainer, "planning", today + dt.timedelta(days=14), now)
    for place, half_day in enumerate(past.half_days):
        _hold(db, half_day, place, trainer)
    _correct(db, past.half_days[0], trainer)


def _cohort(db: Session, trainer: Person, today: dt.date, now: dt.datetime) -> Cohort:
    """Held in Rabat, with people who took an earlier one online."""
    cohort = programme.create_cohort(
        db,
        name=Bilingual("دورة تكوينية حضورية بالرباط", "Session en présentiel à Rabat"),
        starts_on=today - dt.timedelta(days=30),
        ends_on=today + dt.timedelta(days=40),
        modules=("concepts", "model", "planning"),
        has_sessions=True,
        trainers=[trainer],
        now=now - dt.timedelta(days=40),
    )
    account = db.scalars(sa.select(Person).where(Person.email == "learner@example.org")).all()
    for person in [*account, *_people_of_the_first(db, trainer)]:
        programme.enrol(db, cohort, person, now=now - dt.timedelta(days=35))
    return cohort


def _people_of_the_first(db: Session, trainer: Person) -> Sequence[Person]:
    first = (
        sa.select(Cohort.id)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .where(CohortTrainer.person_id == trainer.id, Cohort.has_sessions.is_(False))
        .order_by(Cohort.starts_on)
        .limit(1)
    )
    query = sa.select(Person).join(Enrolment, Enrolment.person_id == Person.id)
    return db.scalars(
        query.where(Enrolment.cohort_id == first.scalar_subquery()).order_by(Person.id).limit(PEOPLE)
    ).all()


def _plan(
    db: Session, cohort: Cohort, trainer: Person, module: str, first: dt.date, now: dt.datetime, *, days: int = 1
) -> Meeting:
    about = About(module, Bilingual("", ""), Mode.ROOM.value, PLACE)
    last = first + dt.timedelta(days=days - 1)
    # A day at the end of the week has its meeting too, so that there is one today whenever the demo is made.
    return services.meetings.plan(
        db, cohort, about, first=first, last=last, morning=MORNING, afternoon=AFTERNOON, actor_id=trainer.id, now=now
    )


def _hold(db: Session, half_day: HalfDay, place: int, trainer: Person) -> None:
    rows = queries.marks.rows(db, half_day)
    taps = [Tap(row.enrolment.id, *EXCEPTIONS.get((row.number, place), (Status.PRESENT, None, ""))) for row in rows]
    at = half_day.ends_at
    services.marks.take(db, half_day, taps, actor_id=trainer.id, now=at)
    services.marks.close(db, half_day, actor_id=trainer.id, now=at + dt.timedelta(minutes=10))


def _correct(db: Session, half_day: HalfDay, trainer: Person) -> None:
    """One that came late after all."""
    row = queries.marks.rows(db, half_day)[6]
    services.marks.correct(
        db, half_day, Tap(row.enrolment.id, Status.LATE, 165), reason=Reason.SEEN_LATER, reason_text="",
        actor=Trainer(trainer.id), now=half_day.ends_at + dt.timedelta(hours=4),
    )  # fmt: skip
