"""Half-days in calendar programs: the secret address, what stands in it, and the hours on the wall in Ramadan."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.attendance import privacy, services
from lms.attendance.models import Feed, HalfDay, Meeting
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, NAMES, TODAY, plan
from tests.conftest import NOW
from tests.factories import make_person
from tests.pages import CheckingClient

PAGE = "/fr/attendance/calendar/"
CASABLANCA = ZoneInfo("Africa/Casablanca")


@pytest.fixture
def address(db: Any, learner: CheckingClient) -> str:
    """Chaima's, as a calendar program asks for it."""
    return made(learner)


def made(client: CheckingClient, page: str = PAGE) -> str:
    answer = client.post(page)
    assert answer.status_code == 200
    found = re.search(r'value="[^"]*?(/\w\w/attendance/calendar/[\w-]{43}\.ics)"', answer.text)
    assert found is not None
    return found[1]


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


class TestTheAddress:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_it_is_shown_once_with_a_button_to_copy_and_only_its_hash_is_kept(
        self, db: Any, learner: CheckingClient, meeting: Meeting, lang: str
    ) -> None:
        page = f"/{lang}/attendance/calendar/"
        assert learner.get(page).status_code == 200
        address = made(learner, page)
        assert address.rpartition("/")[2] not in learner.get(page).text
        token = address.rpartition("/")[2].removesuffix(".ics")
        db.rollback()
        (stored,) = db.scalars(sa.select(Feed))
        assert token not in stored.token_hash
        assert len(stored.token_hash) == 64

    def test_it_needs_no_sign_in_and_is_nobodys_to_keep(
        self, client: CheckingClient, address: str, meeting: Meeting
    ) -> None:
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
        assert "private" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in answer.headers

    def test_asked_again_with_its_mark_nothing_is_sent_until_something_changes(
        self, app: Flask, db: Any, at: Any, client: CheckingClient, address: str, meeting: Meeting, bilal: Person
    ) -> None:
        first = client.get(address)
        at(NOW + DAY)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        database.use_mode(database.WRITE)
        with app.test_request_context("/fr/"):
            half_day = db.get_one(HalfDay, meeting.half_days[0].id)
            services.meetings.cancel(db, half_day, actor_id=bilal.id, now=NOW)
        database.commit()
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

    def test_a_new_one_ends_the_old_one_and_an_ended_one_is_gone(
        self, client: CheckingClient, learner: CheckingClient, address: str, meeting: Meeting
    ) -> None:
        second = made(learner)
        assert [client.get(one).status_code for one in (address, second)] == [404, 200]
        assert learner.post(f"{PAGE}revoke").status_code == 302
        assert client.get(second).status_code == 404
        assert learner.post(f"{PAGE}revoke").status_code == 302

    def test_an_unknown_one_is_not_there(self, client: CheckingClient, address: str) -> None:
        for token in ("x", "A" * 43, address.rpartition("/")[2][:-5], "%D8%A7"):
            assert client.get(f"/fr/attendance/calendar/{token}.ics").status_code == 404

    def test_of_somebody_suspended_neither(
        self, db: Any, client: CheckingClient, address: str, members: list[Enrolment]
    ) -> None:
        database.use_mode(database.WRITE)
        person = db.get_one(Person, members[0].person_id)
        accounts.suspend(db, person, actor_id=None, reason="x", now=NOW)
        database.commit()
        assert client.get(address).status_code == 404

    def test_wiping_ends_it_and_before_that_the_person_reads_that_there_is_one(
        self, app: Flask, db: Any, client: CheckingClient, address: str, members: list[Enrolment]
    ) -> None:
        person_id = members[0].person_id
        with app.test_request_context("/fr/"):
            assert len(privacy.data_of(db, person_id)["calendar"]) == 1
        db.rollback()
        database.use_mode(database.WRITE)
        privacy.forget(db, person_id, now=NOW)
        database.commit()
        assert client.get(address).status_code == 404


class TestWhatStandsInIt:
    def test_all_half_days_of_ones_own_cohorts_cancelled_ones_as_such_under_names_for_ever(
        self, app: Flask, db: Any, client: CheckingClient, address: str, meeting: Meeting, bilal: Person,
        cohort: Cohort,
    ) -> None:  # fmt: skip
        before = events(client.get(address).text)
        database.use_mode(database.WRITE)
        with app.test_request_context("/fr/"):
            half_day = db.get_one(HalfDay, meeting.half_days[0].id)
            services.meetings.cancel(db, half_day, actor_id=bilal.id, now=NOW)
        database.commit()
        after = events(client.get(address).text)
        assert [str(one["uid"]) for one in after] == [f"half-day-{one.id}@localhost" for one in meeting.half_days]
        assert [str(one["uid"]) for one in before] == [str(one["uid"]) for one in after]
        assert [str(one.get("status", "")) for one in after] == ["CANCELLED", ""]
        assert str(after[0]["location"]) == "Rabat"

    def test_nobody_elses_and_no_names(
        self, db: Any, client: CheckingClient, address: str, meeting: Meeting, stranger: CheckingClient, bilal: Person
    ) -> None:
        other = make_person(db, "youssef")
        database.commit()
        text = client.get(address).text
        assert len(events(text)) == 2
        for name in (*NAMES, "bilal", "Tazi", "Alaoui", other.name.fr):
            assert name.lower() not in text.lower()
        assert events(client.get(made(stranger)).text) == []

    def test_trainers_find_those_of_their_cohorts_as_long_as_they_train(
        self, db: Any, client: CheckingClient, trainer: CheckingClient, bilal: Person, meeting: Meeting
    ) -> None:
        address = made(trainer)
        assert len(events(client.get(address).text)) == 2
        database.use_mode(database.WRITE)
        for grant in list(db.get_one(Person, bilal.id).grants):
            db.delete(grant)
        database.commit()
        assert events(client.get(address).text) == []

    def test_whoever_left_finds_nothing_more(
        self, db: Any, client: CheckingClient, address: str, meeting: Meeting, members: list[Enrolment]
    ) -> None:
        database.use_mode(database.WRITE)
        programme.end_enrolment(db, db.get_one(Enrolment, members[0].id), reason="x", actor_id=None, now=NOW)
        database.commit()
        assert events(client.get(address).text) == []

    def test_titles_are_in_the_language_of_the_address_and_cannot_break_the_file(
        self, db: Any, cohort: Cohort, bilal: Person, client: CheckingClient, learner: CheckingClient
    ) -> None:
        title = Bilingual("يوم", "Jour; un,\\ deux\r\nBEGIN:VEVENT")
        plan(db, cohort, bilal, title=title, afternoon=None)
        (one,) = events(client.get(made(learner)).text)
        assert str(one["summary"]).startswith("Jour; un,\\ deux")
        (one,) = events(client.get(made(learner, "/ar/attendance/calendar/")).text)
        assert str(one["summary"]) == "يوم"

    def test_it_goes_back_a_year(
        self, db: Any, at: Any, cohort: Cohort, bilal: Person, client: CheckingClient, address: str, meeting: Meeting
    ) -> None:
        at(NOW + 366 * DAY)
        assert len(events(client.get(address).text)) == 2
        at(NOW + 367 * DAY)
        assert events(client.get(address).text) == []

    def test_it_costs_the_same_with_many(
        self, db: Any, cohort: Cohort, bilal: Person, client: CheckingClient, address: str, meeting: Meeting,
        at_most: Callable[..., Any],
    ) -> None:  # fmt: skip
        def cost() -> int:
            client.get(address)
            with at_most(12) as statements:
                client.get(address)
            return len(statements)

        before = cost()
        database.use_mode(database.WRITE)
        plan(db, db.get_one(Cohort, cohort.id), bilal, first=TODAY + DAY, last=TODAY + 20 * DAY)
        assert cost() == before


@pytest.mark.parametrize(
    ("day", "hour_utc"),
    [
        # 2027: the clocks go to UTC on Sunday 7 February and back on 14 March.
        (dt.date(2027, 2, 5), 8), (dt.date(2027, 2, 8), 9), (dt.date(2027, 3, 12), 9), (dt.date(2027, 3, 15), 8),
        # 2028: 23 January to 5 March.
        (dt.date(2028, 1, 21), 8), (dt.date(2028, 1, 24), 9), (dt.date(2028, 3, 3), 9), (dt.date(2028, 3, 6), 8),
    ],
)  # fmt: skip
def test_nine_on_the_wall_stays_nine_before_in_and_after_ramadan(
    db: Any, at: Any, cohort: Cohort, bilal: Person, client: CheckingClient, address: str, day: dt.date, hour_utc: int
) -> None:
    plan(db, cohort, bilal, first=day, afternoon=None)
    (one,) = events(client.get(address).text)
    starts = one["dtstart"].dt
    assert starts == dt.datetime(day.year, day.month, day.day, hour_utc, tzinfo=dt.UTC)
    assert starts.astimezone(CASABLANCA).replace(tzinfo=None) == dt.datetime.combine(day, dt.time(9))
    assert one["dtend"].dt.astimezone(CASABLANCA).time() == dt.time(12, 30)


class TestFiles:
    def test_a_half_day_and_a_meeting_are_kept_as_files_under_the_same_names(
        self, learner: CheckingClient, trainer: CheckingClient, monitor: CheckingClient, meeting: Meeting
    ) -> None:
        for client in (learner, trainer, monitor):
            one = client.get(f"/fr/attendance/half-days/{meeting.half_days[0].id}/calendar.ics")
            all_of_it = client.get(f"/ar/attendance/meetings/{meeting.id}/calendar.ics")
            assert (one.status_code, one.mimetype, len(events(one.text))) == (200, "text/calendar", 1)
            assert len(events(all_of_it.text)) == 2
            assert events(one.text)[0]["uid"] == events(all_of_it.text)[0]["uid"]

    def test_others_find_none(
        self, db: Any, stranger: CheckingClient, open_as: Callable[[Person], CheckingClient], meeting: Meeting
    ) -> None:
        for client in (stranger, open_as(make_person(db, "yto"))):
            assert client.get(f"/fr/attendance/half-days/{meeting.half_days[0].id}/calendar.ics").status_code == 404
            assert client.get(f"/fr/attendance/meetings/{meeting.id}/calendar.ics").status_code == 404
