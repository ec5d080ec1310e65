"""A half-day in a room with people and two trainers, and what is done on its roll call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Locator, Page

from lms.accounts.models import Person
from lms.attendance import services as attendance
from lms.attendance.models import HalfDay
from lms.attendance.statuses import Reason
from lms.core import clock
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme.models import CohortTrainer
from tests.accounts.conftest import PASSWORD, hashed
from tests.attendance.conftest import actor
from tests.browser.conftest import Visitor
from tests.browser.site import Site
from tests.factories import make_cohort, make_enrolment, make_person


@dataclass
class Room:
    """A half-day that has begun, its people, and two trainers."""

    site: Site
    half_day: int
    people: list[int]
    trainers: list[str]

    def url(self, lang: str = "fr", more: str = "") -> str:
        return f"{self.site.url}/{lang}/attendance/half-days/{self.half_day}/{more}"

    def marks(self) -> dict[int, str]:
        with self.site.app.app_context():
            database.use_mode(database.READ)
            found = database.session().execute(
                sa.text("SELECT enrolment_id, status FROM attendance_mark WHERE half_day_id = :id"),
                {"id": self.half_day},
            )
            marks = {int(row[0]): str(row[1]) for row in found}
            database.db.session.remove()
        return marks

    def changes(self) -> int:
        query = "SELECT count(*) FROM attendance_mark_change WHERE half_day_id = :id"
        return int(self.site.row(query, id=self.half_day)[0])

    def close(self) -> None:
        """As the second trainer does on another device."""
        self._by_the_second(attendance.marks.close)

    def cancel(self) -> None:
        """As the second trainer does on another device."""
        self._by_the_second(attendance.meetings.cancel)

    def reopen(self) -> None:
        """As the second trainer does on another device."""
        self._by_the_second(_reopen)

    def _by_the_second(self, act: Callable[..., None]) -> None:
        with self.site.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            half_day = db.get(HalfDay, self.half_day)
            person_id = self.site.person_id(self.trainers[1])
            database.use_mode(database.WRITE)
            act(database.session(), half_day, actor_id=person_id, now=clock.now())
            database.commit()
            database.db.session.remove()


def _reopen(db: Any, half_day: HalfDay, *, actor_id: int, now: dt.datetime) -> None:
    by = actor(db.get(Person, actor_id), Role.TRAINER)
    attendance.marks.reopen(db, half_day, reason=Reason.SLIP, reason_text="", actor=by, now=now)


def build_room(site: Site) -> Callable[[int], Room]:
    def make(people: int) -> Room:
        with site.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            today, day, name = site.today(), dt.timedelta(days=1), site.mark()
            cohort = make_cohort(db, starts_on=today - 3 * day, ends_on=today + 3 * day, has_sessions=True)
            trainers = [make_person(db, f"{name}-t{one}", role=Role.TRAINER) for one in range(2)]
            for one in trainers:
                one.password_hash = hashed()
                db.add(CohortTrainer(cohort_id=cohort.id, person_id=one.id))
            enrolled = [make_enrolment(db, make_person(db, f"{name}-{one:02}"), cohort).id for one in range(people)]
            about = attendance.meetings.About("concepts", Bilingual("", ""), "room", "Rabat")
            meeting = attendance.meetings.plan(
                db, cohort, about, first=today, last=today,
                morning=attendance.meetings.Times(dt.time(9), dt.time(12, 30)), afternoon=None,
                actor_id=trainers[0].id, now=clock.now(),
            )  # fmt: skip
            [half_day] = meeting.half_days
            half_day.day = today - day
            database.commit()
            room = Room(site, half_day.id, enrolled, [str(one.email) for one in trainers])
            database.db.session.remove()
        return room

    return make


def open_roll(visitor: Visitor, room: Room, trainer: int = 0, lang: str = "fr") -> Page:
    page = visitor.page()
    visitor.sign_in(page, lang, room.trainers[trainer], PASSWORD)
    page.goto(room.url(lang))
    return page


def row(page: Page, enrolment: int) -> Locator:
    return page.locator(f'[data-enrolment="{enrolment}"]')


def tap(page: Page, enrolment: int, status: str) -> None:
    """One tap of a finger on the segment."""
    row(page, enrolment).locator(f".statuses .{status}").click()


def chosen(page: Page) -> dict[int, str]:
    """What the page shows, by enrolment."""
    return {
        int(number): value
        for number, value in page.eval_on_selector_all(
            "[data-enrolment] input[type=radio]:checked",
            "(found) => found.map((one) => [one.name.replace('status-', ''), one.value])",
        )
    }


def wait_for(page: Page, state: str) -> str:
    page.wait_for_selector(f'[data-roll-state][data-state="{state}"]', timeout=40_000)
    return page.inner_text("[data-roll-state]")


def waiting(page: Page) -> int:
    return int(
        page.evaluate(
            "Object.keys(localStorage).filter((key) => key.startsWith('unsent:roll:'))"
            ".reduce((sum, key) => sum + Object.keys(JSON.parse(localStorage.getItem(key))).length, 0)"
        )
    )


def nothing_waits(page: Page) -> None:
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('unsent:roll:'))", timeout=60_000
    )  # fmt: skip
