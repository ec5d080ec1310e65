"""A cohort with its trainer, three members and a day of two half-days, and browsers of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.attendance import services
from lms.attendance.models import HalfDay, Mark, MarkChange, Meeting
from lms.attendance.services.marks import Tap
from lms.attendance.services.meetings import About, Times
from lms.attendance.statuses import Mode, Reason, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from tests.attendance.forms import fields
from tests.conftest import NOW
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

NAMES = ("chaima", "hiba", "salma")
MORNING, AFTERNOON = Times(dt.time(9), dt.time(12, 30)), Times(dt.time(14), dt.time(17))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TODAY = NOW.date()
#: After the last half-day of today.
EVENING = NOW + 9 * HOUR


@pytest.fixture
def amina(db: Any, bilal: Person) -> Person:
    return make_person(db, "amina", role=Role.MONITOR)


def taught(db: Any, trainer: Person, **fields: Any) -> Cohort:
    found = make_cohort(db, **{"has_sessions": True, **fields})
    db.add(CohortTrainer(cohort_id=found.id, person_id=trainer.id))
    database.commit()
    return found


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Cohort:
    return taught(db, bilal)


@pytest.fixture
def driss(db: Any, cohort: Cohort) -> Person:
    """A second trainer of the cohort."""
    found = make_person(db, "driss", role=Role.TRAINER)
    database.use_mode(database.WRITE)
    db.add(CohortTrainer(cohort_id=cohort.id, person_id=found.id))
    database.commit()
    return found


@pytest.fixture
def members(db: Any, cohort: Cohort) -> list[Enrolment]:
    """Three, Chaima first; Hiba reads Arabic."""
    return [make_enrolment(db, make_person(db, name, lang="ar" if name == "hiba" else "fr"), cohort) for name in NAMES]


def plan(
    db: Any,
    cohort: Cohort,
    trainer: Person,
    *,
    first: dt.date = TODAY,
    last: dt.date | None = None,
    morning: Times | None = MORNING,
    afternoon: Times | None = AFTERNOON,
    **about: Any,
) -> Meeting:
    """A committed meeting; the cohort is held on its days too."""
    cohort.starts_on, cohort.ends_on = min(cohort.starts_on, first), max(cohort.ends_on, last or first)
    values: dict[str, Any] = {
        "module": "concepts", "title": Bilingual("", ""), "mode": Mode.ROOM.value, "place": "Rabat", **about,
    }  # fmt: skip
    found = services.meetings.plan(
        db, cohort, About(**values), first=first, last=last or first, morning=morning, afternoon=afternoon,
        actor_id=trainer.id, now=NOW,
    )  # fmt: skip
    database.commit()
    return found


@pytest.fixture
def meeting(db: Any, cohort: Cohort, bilal: Person) -> Meeting:
    """A morning and an afternoon of today."""
    return plan(db, cohort, bilal)


@pytest.fixture
def morning(meeting: Meeting) -> HalfDay:
    return meeting.half_days[0]


@pytest.fixture
def afternoon(meeting: Meeting) -> HalfDay:
    return meeting.half_days[1]


@pytest.fixture
def trainer(bilal: Person, cohort: Cohort, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(bilal)


@pytest.fixture
def monitor(amina: Person, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(amina)


@pytest.fixture
def stranger(db: Any, bilal: Person, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    """The trainer of another cohort."""
    other = make_person(db, "driss", role=Role.TRAINER)
    taught(db, other)
    return open_as(other)


@pytest.fixture
def learner(members: list[Enrolment], open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(members[0].person)


def actor(person: Person, role: Role) -> Any:
    return SimpleNamespace(person_id=person.id, roles=frozenset({role}))


def take(db: Any, half_day: HalfDay, by: Person, taps: Mapping[Enrolment, Any], *, now: dt.datetime = NOW) -> int:
    """Mark each with a status, or with (status, minutes); committed."""
    database.use_mode(database.WRITE)
    said = [Tap(one.id, *(what if isinstance(what, tuple) else (what,))) for one, what in taps.items()]
    changed = services.marks.take(db, half_day, said, actor_id=by.id, now=now)
    database.commit()
    return changed


def close(db: Any, half_day: HalfDay, by: Person, *, now: dt.datetime = EVENING) -> None:
    """Committed."""
    database.use_mode(database.WRITE)
    services.marks.close(db, half_day, actor_id=by.id, now=now)
    database.commit()


def confirm_closing(client: CheckingClient, half_day: HalfDay) -> Any:
    """The answer to somebody who reads the review and confirms it."""
    return client.post(f"{roll(half_day)}close", data=fields(client.get(f"{roll(half_day)}close").text))


def correct(
    db: Any,
    half_day: HalfDay,
    enrolment: Enrolment,
    status: Status,
    *,
    by: Any,
    minutes: int | None = None,
    reason: Reason = Reason.SLIP,
    now: dt.datetime = EVENING + HOUR,
) -> None:
    """Committed."""
    database.use_mode(database.WRITE)
    services.marks.correct(
        db, half_day, Tap(enrolment.id, status, minutes), reason=reason, reason_text="", actor=by, now=now
    )
    database.commit()


def marks(db: Any, half_day_id: int) -> dict[int, tuple[str, int | None]]:
    """Status and minutes as they are stored, by enrolment."""
    db.rollback()
    db.expire_all()
    query = sa.select(Mark).where(Mark.half_day_id == half_day_id)
    return {one.enrolment_id: (one.status, one.minutes) for one in db.scalars(query)}


def changes(db: Any) -> list[tuple[int, str | None, str, str, str]]:
    """Every change of a mark, the oldest first: whose, from, to, how, why."""
    db.rollback()
    return [
        (one.enrolment_id, one.old_status, one.status, one.method, one.reason)
        for one in db.scalars(sa.select(MarkChange).order_by(MarkChange.id))
    ]


def half_days(db: Any) -> list[tuple[dt.date, dt.time, dt.time]]:
    """All of them as they are stored."""
    db.rollback()
    db.expire_all()
    query = sa.select(HalfDay).order_by(HalfDay.day, HalfDay.starts)
    return [(one.day, one.starts, one.ends) for one in db.scalars(query)]


def roll(half_day: HalfDay, lang: str = "fr") -> str:
    return f"/{lang}/attendance/half-days/{half_day.id}/"


def correction(half_day: HalfDay, enrolment: Enrolment, lang: str = "fr") -> str:
    return f"{roll(half_day, lang)}people/{enrolment.id}/correct"


@pytest.fixture
def closed(db: Any, afternoon: HalfDay, members: list[Enrolment], bilal: Person) -> HalfDay:
    """The afternoon: Chaima was present, the others were not marked."""
    take(db, afternoon, bilal, {members[0]: Status.PRESENT})
    close(db, afternoon, bilal)
    return afternoon
