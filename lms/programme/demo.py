"""Two cohorts and some committee seats to explore with. Dates follow the day the demo is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.models import Level, Organisation, Person, RoleGrant
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.programme import services
from lms.programme.models import Cohort, CommitteeSeat

MODULES = ("concepts", "model", "planning")
#: How many of the invented learners took the finished cohort; the others are in the running one.
IN_FINISHED = 28


#: Titles of the seats, with the level and how many people held each so far (0: vacant).
SEATS = (
    (("رئاسة اللجنة", "Présidence du comité"), Level.CENTRAL, 2),
    (("نقطة ارتكاز النوع والإدماج الاجتماعي", "Point focal genre et inclusion sociale"), Level.CENTRAL, 1),
    (("عضوية اللجنة على المستوى الجهوي", "Membre du comité au niveau régional"), Level.REGIONAL, 1),
    (("التتبع والتقييم", "Suivi et évaluation"), Level.CENTRAL, 0),
)
#: Organisations, in the official order, whose committees are entered.
COMMITTEES = 3
#: Days before today on which a first holder and a successor began.
FIRST_SINCE, NEXT_SINCE = 400, 95


def make_programme(db: Session, *, now: dt.datetime, password_hash: str) -> None:
    """This room's part of the demo."""
    make_cohorts(db, now=now)
    make_seats(db, now=now)


def make_cohorts(db: Session, *, now: dt.datetime) -> None:
    """A finished and a running online cohort with every demo learner in one of them."""
    today = local_date(now)
    trainer = _one_with(db, Role.TRAINER)
    finished = _cohort(
        db,
        Bilingual("الدورة التكوينية الأولى", "Première session de formation"),
        today - dt.timedelta(days=120),
        today - dt.timedelta(days=60),
        [trainer],
        now=now - dt.timedelta(days=125),
    )
    running = _cohort(
        db,
        Bilingual("الدورة التكوينية الثانية", "Deuxième session de formation"),
        today - dt.timedelta(days=21),
        today + dt.timedelta(days=42),
        [trainer],
        now=now - dt.timedelta(days=28),
    )
    learners = _learners(db)
    account = next(person for person in learners if person.email == "learner@example.org")
    others = [person for person in learners if person is not account]
    for person in others[:IN_FINISHED]:
        services.enrol(db, finished, person, now=now - dt.timedelta(days=122))
    for person in [account, *others[IN_FINISHED:]]:
        services.enrol(db, running, person, now=now - dt.timedelta(days=24))


def make_seats(db: Session, *, now: dt.datetime) -> None:
    """Seats of some committees: with holders, with a holder before, and vacant."""
    for organisation in accounts.organisations(db)[:COMMITTEES]:
        people = {level: iter(_members(db, organisation, level)) for level in Level}
        for (ar, fr), level, holders in SEATS:
            chosen = [person for _place, person in zip(range(holders), people[level], strict=False)]
            region = chosen[0].region if chosen and level is Level.REGIONAL else None
            if level is Level.REGIONAL and region is None:
                continue
            plan = services.SeatPlan(organisation, Bilingual(ar, fr), level, region)
            _hold(db, services.create_seat(db, plan, now=now), chosen, now=now)


def _hold(db: Session, seat: CommitteeSeat, people: Sequence[Person], *, now: dt.datetime) -> None:
    """One after the other; the seat's last is the present holder."""
    seen: int | None = None
    for person, days in zip(people, (FIRST_SINCE, NEXT_SINCE), strict=False):
        since = local_date(now) - dt.timedelta(days=days)
        seen = services.appoint(db, seat, person, since=since, seen_id=seen, now=now).id


def _members(db: Session, organisation: Organisation, level: Level) -> list[Person]:
    query = _people_with(Role.LEARNER).where(Person.organisation_id == organisation.id, Person.level == level)
    return list(db.scalars(query))


def _cohort(
    db: Session, name: Bilingual, start: dt.date, end: dt.date, trainers: Sequence[Person], now: dt.datetime
) -> Cohort:
    return services.create_cohort(
        db,
        name=name,
        starts_on=start,
        ends_on=end,
        modules=MODULES,
        has_sessions=False,
        trainers=trainers,
        now=now,
    )


def _one_with(db: Session, role: Role) -> Person:
    return db.scalars(_people_with(role).limit(1)).one()


def _learners(db: Session) -> list[Person]:
    return list(db.scalars(_people_with(Role.LEARNER)))


def _people_with(role: Role) -> sa.Select[Person]:
    return sa.select(Person).join(RoleGrant).where(RoleGrant.role == role).order_by(Person.id)
