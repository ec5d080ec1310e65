"""Planning: days, times on the wall, what overlaps, moving and cancelling, and who is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import services
from lms.attendance.errors import HalfDaysOverlap, HasMarks
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.services.meetings import Times
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.audit import AuditEntry
from lms.core.clock import PROGRAMME_ZONE
from lms.core.mail import Mail
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import AFTERNOON, DAY, HOUR, MORNING, TODAY, half_days, plan, take
from tests.attendance.forms import fields, invalid, typed
from tests.conftest import NOW
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

NEW = "/fr/attendance/meetings/new"
NINE = dt.time(9)
TUESDAY = dt.date(2026, 11, 24)


def mails(db: Any) -> list[Mail]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(sa.select(Mail).where(Mail.kind == "attendance.changed").order_by(Mail.id)))


def event_of(mail: Mail) -> Any:
    (file,) = mail.attachments
    assert file["name"].endswith(".ics")
    assert file["type"] == "text/calendar"
    (event,) = icalendar.Calendar.from_ical(file["text"]).walk("VEVENT")
    return event


def refused(answer: Any, *names: str, **sent: str) -> None:
    """422, exactly these fields are marked, and what was typed still stands in the page."""
    assert answer.status_code == 422
    assert invalid(answer.text) == set(names)
    shown = fields(answer.text)
    assert {name: shown.get(name) for name in sent} == sent


class TestDays:
    def test_weekends_between_the_first_and_the_last_day_are_left_out(
        self, db: Any, cohort: Cohort, bilal: Person
    ) -> None:
        friday = dt.date(2026, 11, 27)
        plan(db, cohort, bilal, first=friday, last=friday + 4 * DAY, afternoon=None)
        assert [day for day, *_rest in half_days(db)] == [friday, friday + 3 * DAY, friday + 4 * DAY]

    def test_a_day_has_the_half_days_that_are_asked_for(self, db: Any, cohort: Cohort, bilal: Person) -> None:
        plan(db, cohort, bilal, first=TUESDAY, last=TUESDAY + DAY)
        assert half_days(db) == [
            (day, times.starts, times.ends) for day in (TUESDAY, TUESDAY + DAY) for times in (MORNING, AFTERNOON)
        ]

    @pytest.mark.parametrize(
        "first", ["24/11/2026", "2026-11-24", "٢٤/١١/٢٠٢٦", "٢٠٢٦-١١-٢٤", "24.11.2026", "24-11-2026"]
    )
    def test_a_day_is_read_as_people_write_it(self, db: Any, trainer: CheckingClient, first: str) -> None:
        assert trainer.post(NEW, data=typed(first=first)).status_code == 302
        assert half_days(db) == [(TUESDAY, MORNING.starts, MORNING.ends)]

    @pytest.mark.parametrize("first", ["", "31/11/2026", "demain", "11/24/2026", "24/11/26", "2026-11-24T09:00"])
    def test_another_day_is_refused_and_stays_in_the_field(self, db: Any, trainer: CheckingClient, first: str) -> None:
        sent = typed(first=first)
        refused(trainer.post(NEW, data=sent), "first", **sent)
        assert half_days(db) == []

    @pytest.mark.parametrize("last", ["23/11/2026", "25/12/2026", "mardi"])
    def test_the_last_day_follows_the_first_within_thirty_days(
        self, db: Any, cohort: Cohort, trainer: CheckingClient, last: str
    ) -> None:
        database.use_mode(database.WRITE)
        db.get_one(Cohort, cohort.id).ends_on = dt.date(2026, 12, 31)
        database.commit()
        sent = typed(last=last)
        refused(trainer.post(NEW, data=sent), "last", **sent)
        assert half_days(db) == []
        assert trainer.post(NEW, data=typed(last="24/12/2026")).status_code == 302


class TestTimes:
    @pytest.mark.parametrize("starts", ["9h", "09h30", "9:00", "09:00", "9", "9.30", "٩:٠٠", "9 h 30"])
    def test_a_time_is_read_as_people_write_it(self, db: Any, trainer: CheckingClient, starts: str) -> None:
        assert trainer.post(NEW, data=typed(morning_starts=starts)).status_code == 302
        assert half_days(db) == [(TUESDAY, dt.time(9, 30 if "30" in starts else 0), MORNING.ends)]

    @pytest.mark.parametrize("starts", ["25:00", "9:75", "neuf", "9:00 pm", "-9:00", "9:0000"])
    def test_another_time_is_refused_where_it_stands(self, db: Any, trainer: CheckingClient, starts: str) -> None:
        sent = typed(morning_starts=starts)
        refused(trainer.post(NEW, data=sent), "morning_starts", **sent)
        assert half_days(db) == []

    @pytest.mark.parametrize("ends", ["09:00", "08:59", ""])
    def test_the_end_lies_after_the_beginning(self, db: Any, trainer: CheckingClient, ends: str) -> None:
        for part in ("morning", "afternoon"):
            sent = typed(**{"has_afternoon": "y", "afternoon_starts": "14:00", f"{part}_ends": ends})
            refused(trainer.post(NEW, data=sent), f"{part}_ends", **sent)
        assert half_days(db) == []

    @pytest.mark.parametrize("part", ["morning", "afternoon"])
    def test_a_beginning_that_is_missing_is_asked_for_at_its_own_field(
        self, db: Any, trainer: CheckingClient, part: str
    ) -> None:
        sent = typed(**{"has_afternoon": "y", f"{part}_starts": ""})
        refused(trainer.post(NEW, data=sent), f"{part}_starts", **sent)

    def test_one_half_day_at_least_is_needed(self, db: Any, trainer: CheckingClient) -> None:
        sent = typed(has_morning=None)
        refused(trainer.post(NEW, data=sent), "has_morning", **sent)

    def test_times_of_a_half_day_that_is_not_held_are_not_looked_at(self, db: Any, trainer: CheckingClient) -> None:
        sent = typed(afternoon_starts="", afternoon_ends="")
        assert trainer.post(NEW, data=sent).status_code == 302
        assert half_days(db) == [(TUESDAY, MORNING.starts, MORNING.ends)]

    @pytest.mark.parametrize(
        ("day", "hour"),
        [("2027-02-05", 8), ("2027-02-08", 9), ("2027-03-12", 9), ("2027-03-15", 8), ("2027-07-05", 8),
         ("2028-01-21", 8), ("2028-01-24", 9), ("2028-03-03", 9), ("2028-03-06", 8)],
    )  # fmt: skip
    def test_nine_on_the_wall_stays_nine_in_ramadan(self, day: str, hour: int) -> None:
        half_day = HalfDay(day=dt.date.fromisoformat(day), starts=NINE, ends=dt.time(12, 30), zone="Africa/Casablanca")
        assert half_day.starts_at == dt.datetime.combine(half_day.day, dt.time(hour), dt.UTC)
        assert half_day.starts_at.utcoffset() == dt.timedelta(0)
        assert half_day.minutes == 210

    def test_a_meeting_over_the_switch_keeps_its_hour(self, db: Any, cohort: Cohort, bilal: Person) -> None:
        friday = dt.date(2027, 2, 5)
        plan(db, cohort, bilal, first=friday, last=friday + 3 * DAY, afternoon=None)
        database.commit()
        db.expire_all()

        found = db.scalars(sa.select(HalfDay).order_by(HalfDay.day)).all()
        assert [(one.starts, one.zone, one.starts_at.hour) for one in found] == [
            (NINE, str(PROGRAMME_ZONE), 8), (NINE, str(PROGRAMME_ZONE), 9),
        ]  # fmt: skip


class TestAbout:
    def test_what_is_typed_is_stored(self, db: Any, trainer: CheckingClient, cohort: Cohort) -> None:
        sent = typed(title_ar="اليوم الأول", mode="hybrid", link="https://meet.example.org/gsi")
        answer = trainer.post(f"{NEW}?cohort={cohort.id}", data=sent)

        found = db.scalars(sa.select(Meeting)).one()
        assert answer.headers["Location"] == f"/fr/attendance/meetings/{found.id}/"
        assert (found.cohort_id, found.module, found.title.ar, found.title.fr, found.mode, found.place, found.link) == (
            cohort.id, "concepts", "اليوم الأول", "Premier jour", "hybrid", "Rabat, salle 2", sent["link"],
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("changed", "wrong"),
        [({"place": ""}, {"place"}), ({"mode": "online", "place": ""}, {"link"}), ({"mode": "hybrid"}, {"link"}),
         ({"link": "javascript:alert(1)"}, {"link"}), ({"link": "meet.example.org"}, {"link"}),
         ({"link": "https://"}, {"link"}), ({"module": "model"}, {"module"}), ({"title_fr": "x" * 201}, {"title_fr"})],
    )  # fmt: skip
    def test_what_is_missing_or_nonsense_is_refused(
        self, db: Any, trainer: CheckingClient, changed: dict[str, str], wrong: set[str]
    ) -> None:
        sent = typed(**changed)
        kept = {name: value for name, value in sent.items() if name != "module"}
        refused(trainer.post(NEW, data=sent), *wrong, **kept)
        assert half_days(db) == []

    def test_only_trainers_plan_and_only_for_their_own_cohorts(
        self, db: Any, trainer: CheckingClient, monitor: CheckingClient, learner: CheckingClient, amina: Person
    ) -> None:
        other = make_cohort(db, has_sessions=True)
        for client, status in ((monitor, 403), (learner, 403)):
            assert client.get(NEW).status_code == status
            assert client.post(NEW, data=typed()).status_code == status
        for nonsense in (str(other.id), "999999"):
            assert trainer.get(f"{NEW}?cohort={nonsense}").status_code == 404
            assert trainer.post(f"{NEW}?cohort={nonsense}", data=typed()).status_code == 404
        assert half_days(db) == []

    def test_of_two_who_edit_the_second_is_told_and_keeps_what_was_typed(
        self, db: Any, trainer: CheckingClient, meeting: Meeting
    ) -> None:
        address = f"/fr/attendance/meetings/{meeting.id}/"
        before = fields(trainer.get(address).text)
        assert trainer.post(address, data={**before, "place": "Salé"}).status_code == 302

        second = trainer.post(address, data={**before, "place": "Fès"})

        assert second.status_code == 409
        assert fields(second.text)["place"] == "Fès"
        db.rollback()
        db.expire_all()
        assert db.get_one(Meeting, meeting.id).place == "Salé"

    def test_another_place_is_told_to_everybody_once_with_all_half_days_to_come(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, members: list[Enrolment]
    ) -> None:
        address = f"/fr/attendance/meetings/{meeting.id}/"
        for place in ("Salé", "Salé"):
            sent = {**fields(trainer.get(address).text), "place": place}
            assert trainer.post(address, data=sent).status_code == 302

        sent_mails = mails(db)
        assert sorted(one.recipient_id or 0 for one in sent_mails) == sorted(one.person_id for one in members)
        assert all("Salé" in one.text and len(one.attachments) == 2 for one in sent_mails)

    def test_another_title_is_told_to_nobody(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, members: list[Enrolment]
    ) -> None:
        address = f"/fr/attendance/meetings/{meeting.id}/"
        assert trainer.post(address, data={**fields(trainer.get(address).text), "title_fr": "Autre"}).status_code == 302
        assert mails(db) == []

    def test_the_module_stays_once_somebody_is_marked(
        self, db: Any, cohort: Cohort, meeting: Meeting, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        about = services.meetings.About("model", meeting.title, meeting.mode, meeting.place, meeting.link)
        with pytest.raises(HasMarks):
            services.meetings.edit(db, meeting, about, version=meeting.version, actor_id=bilal.id, now=NOW)


class TestOverlap:
    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"morning_starts": "12:00", "morning_ends": "13:00"}, "morning_starts"),
            ({"morning_starts": "8:00", "morning_ends": "9:01"}, "morning_starts"),
            ({"morning_starts": "8:00", "morning_ends": "18:00"}, "morning_starts"),
            ({"has_morning": None, "has_afternoon": "y", "afternoon_starts": "16:59", "afternoon_ends": "18:00"},
             "afternoon_starts"),
            ({"has_afternoon": "y", "morning_starts": "7:00", "morning_ends": "9:00"}, "afternoon_starts"),
        ],
    )  # fmt: skip
    def test_half_days_of_a_cohort_do_not_overlap_and_the_right_field_says_so(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, changed: dict[str, Any], field: str
    ) -> None:
        sent = typed(first="23/11/2026", title_ar="عنوان", **changed)
        refused(trainer.post(NEW, data=sent), field, **sent)
        assert len(half_days(db)) == 2

    def test_on_the_second_day_too_and_nothing_of_the_first_is_stored(
        self, db: Any, cohort: Cohort, bilal: Person, meeting: Meeting
    ) -> None:
        with pytest.raises(HalfDaysOverlap):
            plan(db, cohort, bilal, first=TODAY - DAY, last=TODAY, afternoon=None)
        assert len(half_days(db)) == 2

    def test_two_half_days_of_one_form_do_not_overlap(self, db: Any, trainer: CheckingClient) -> None:
        sent = typed(has_afternoon="y", afternoon_starts="12:00")
        answer = trainer.post(NEW, data=sent)
        assert answer.status_code == 422
        assert invalid(answer.text) & {"morning_starts", "morning_ends", "afternoon_starts"}
        assert half_days(db) == []

    def test_one_may_begin_when_another_ends_and_another_cohort_has_its_own_days(
        self, db: Any, cohort: Cohort, meeting: Meeting, bilal: Person
    ) -> None:
        plan(db, cohort, bilal, morning=Times(MORNING.ends, AFTERNOON.starts), afternoon=None)
        plan(db, make_cohort(db, has_sessions=True), bilal)
        assert len(half_days(db)) == 5

    def test_a_cancelled_one_leaves_its_place(
        self, app: Flask, db: Any, cohort: Cohort, morning: HalfDay, bilal: Person
    ) -> None:
        with app.test_request_context("/fr/"):
            services.meetings.cancel(db, morning, actor_id=bilal.id, now=NOW)
        plan(db, cohort, bilal, afternoon=None)
        assert len(half_days(db)) == 3

    def test_a_half_day_is_not_moved_onto_another(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, morning: HalfDay
    ) -> None:
        sent = {"day": "23/11/2026", "starts": "13:30", "ends": "15:00"}
        refused(trainer.post(f"/fr/attendance/half-days/{morning.id}/move", data=sent), "starts", **sent)
        assert half_days(db)[0] == (TODAY, MORNING.starts, MORNING.ends)

    def test_a_half_day_may_be_moved_within_its_own_time(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, morning: HalfDay
    ) -> None:
        sent = {"day": "23/11/2026", "starts": "9:30", "ends": "13:00"}
        assert trainer.post(f"/fr/attendance/half-days/{morning.id}/move", data=sent).status_code == 302
        assert half_days(db)[0] == (TODAY, dt.time(9, 30), dt.time(13))

    def test_a_half_day_may_be_moved_where_one_of_the_same_meeting_was_cancelled(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, bilal: Person
    ) -> None:
        first, second = plan(db, cohort, bilal, first=TUESDAY, last=TUESDAY + DAY, afternoon=None).half_days
        assert trainer.post(f"/fr/attendance/half-days/{first.id}/cancel").status_code == 302

        sent = {"day": "24/11/2026", "starts": "09:00", "ends": "12:30"}
        assert trainer.post(f"/fr/attendance/half-days/{second.id}/move", data=sent).status_code == 302
        assert [day for day, *_rest in half_days(db)] == [TUESDAY, TUESDAY]


class TestMoving:
    @pytest.mark.parametrize(
        ("sent", "field"),
        [({"day": "24/11/2026", "starts": "10:00", "ends": "09:00"}, "ends"),
         ({"day": "32/11/2026", "starts": "10:00", "ends": "11:00"}, "day"),
         ({"day": "24/11/2026", "starts": "25:00", "ends": "11:00"}, "starts")],
    )  # fmt: skip
    def test_nonsense_is_refused_at_its_field(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, morning: HalfDay, sent: dict[str, str], field: str
    ) -> None:
        refused(trainer.post(f"/fr/attendance/half-days/{morning.id}/move", data=sent), field, **sent)
        assert half_days(db)[0] == (TODAY, MORNING.starts, MORNING.ends)

    def test_everybody_enrolled_gets_one_message_in_their_language_with_the_new_time(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, members: list[Enrolment], afternoon: HalfDay,
        bilal: Person,
    ) -> None:  # fmt: skip
        database.use_mode(database.WRITE)
        gone = make_enrolment(db, make_person(db, "yto"), cohort)
        programme.end_enrolment(db, gone, reason="x", actor_id=None, now=NOW)
        tester = make_enrolment(db, make_person(db, "nadia"), cohort)
        tester.is_test = True
        make_enrolment(db, make_person(db, "rim"), make_cohort(db))
        database.commit()
        sent = {"day": "٢٥/١١/٢٠٢٦", "starts": "14h30", "ends": "17:30"}

        assert trainer.post(f"/ar/attendance/half-days/{afternoon.id}/move", data=sent).status_code == 302

        wanted = {one.person_id: one.person.lang for one in members}
        found = mails(db)
        assert len(found) == 3
        assert {one.recipient_id: one.lang for one in found} == wanted
        assert set(wanted.values()) == {"ar", "fr"}
        for one in found:
            assert "14:30–17:30" in one.text
            assert f"/{one.lang}/attendance/own" in one.text
            event = event_of(one)
            assert event["UID"].startswith(f"half-day-{afternoon.id}@")
            assert event.decoded("DTSTART") == dt.datetime(2026, 11, 25, 13, 30, tzinfo=dt.UTC)
            assert event.decoded("DTEND") == dt.datetime(2026, 11, 25, 16, 30, tzinfo=dt.UTC)
        french, arabic = found[0], next(one for one in found if one.lang == "ar")
        assert french.subject != arabic.subject

    def test_the_same_time_again_is_no_news(
        self, db: Any, trainer: CheckingClient, members: list[Enrolment], morning: HalfDay
    ) -> None:
        sent = fields(trainer.get(f"/fr/attendance/half-days/{morning.id}/move").text)
        assert sent == {"day": "23/11/2026", "starts": "09:00", "ends": "12:30"}
        assert trainer.post(f"/fr/attendance/half-days/{morning.id}/move", data=sent).status_code == 302
        assert mails(db) == []

    def test_a_half_day_with_a_mark_is_neither_moved_nor_cancelled(
        self, db: Any, trainer: CheckingClient, members: list[Enrolment], afternoon: HalfDay, bilal: Person
    ) -> None:
        take(db, afternoon, bilal, {members[0]: Status.ABSENT})
        address = f"/fr/attendance/half-days/{afternoon.id}"
        sent = {"day": "25/11/2026", "starts": "14:00", "ends": "17:00"}

        assert trainer.post(f"{address}/move", data=sent).status_code == 409
        assert trainer.post(f"{address}/cancel").status_code == 409

        assert half_days(db)[1] == (TODAY, AFTERNOON.starts, AFTERNOON.ends)
        assert db.get_one(HalfDay, afternoon.id).cancelled_at is None
        assert mails(db) == []

    def test_a_closed_half_day_without_people_is_neither_moved_nor_cancelled(
        self, db: Any, morning: HalfDay, bilal: Person
    ) -> None:
        services.marks.close(db, morning, actor_id=bilal.id, now=NOW)
        with pytest.raises(HasMarks):
            services.meetings.cancel(db, morning, actor_id=bilal.id, now=NOW)
        with pytest.raises(HasMarks):
            services.meetings.move(db, morning, day=TUESDAY, starts=NINE, ends=dt.time(12), actor_id=bilal.id, now=NOW)

    def test_what_was_before_today_and_stays_there_is_told_to_nobody(
        self, app: Flask, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person
    ) -> None:
        (half_day,) = plan(db, cohort, bilal, first=TODAY - 4 * DAY, afternoon=None).half_days
        with app.test_request_context("/fr/"):
            services.meetings.move(
                db, half_day, day=TODAY - 3 * DAY, starts=NINE, ends=dt.time(12), actor_id=bilal.id, now=NOW
            )
            database.commit()
            assert mails(db) == []
            services.meetings.move(
                db, half_day, day=TODAY + DAY, starts=NINE, ends=dt.time(12), actor_id=bilal.id, now=NOW
            )
            database.commit()
        assert len(mails(db)) == 3

    def test_a_cancelled_half_day_is_not_moved(
        self, app: Flask, db: Any, trainer: CheckingClient, members: list[Enrolment], afternoon: HalfDay
    ) -> None:
        address = f"/fr/attendance/half-days/{afternoon.id}"
        trainer.post(f"{address}/cancel")

        sent = {"day": "25/11/2026", "starts": "14:00", "ends": "17:00"}
        assert trainer.post(f"{address}/move", data=sent).status_code == 409
        assert half_days(db)[1] == (TODAY, AFTERNOON.starts, AFTERNOON.ends)
        assert len(mails(db)) == 3


class TestCancelling:
    def test_it_is_told_once_to_everybody_in_their_language(
        self, db: Any, trainer: CheckingClient, members: list[Enrolment], afternoon: HalfDay
    ) -> None:
        for _time in range(2):
            assert trainer.post(f"/fr/attendance/half-days/{afternoon.id}/cancel").status_code == 302

        found = mails(db)
        assert {one.recipient_id: one.lang for one in found} == {one.person_id: one.person.lang for one in members}
        assert len(found) == 3
        assert db.get_one(HalfDay, afternoon.id).cancelled_at == NOW

    def test_its_message_takes_it_out_of_the_calendar(
        self, db: Any, trainer: CheckingClient, members: list[Enrolment], afternoon: HalfDay
    ) -> None:
        trainer.post(f"/fr/attendance/half-days/{afternoon.id}/cancel")
        for one in mails(db):
            event = event_of(one)
            assert event["UID"].startswith(f"half-day-{afternoon.id}@")
            assert event["STATUS"] == "CANCELLED"

    def test_one_that_was_over_is_told_to_nobody(
        self, app: Flask, db: Any, members: list[Enrolment], afternoon: HalfDay, bilal: Person
    ) -> None:
        with app.test_request_context("/fr/"):
            services.meetings.cancel(db, afternoon, actor_id=bilal.id, now=NOW + 8 * HOUR)
        database.commit()
        assert mails(db) == []

    def test_every_act_stands_in_the_audit_log(
        self, db: Any, trainer: CheckingClient, members: list[Enrolment], meeting: Meeting, afternoon: HalfDay
    ) -> None:
        sent = {"day": "25/11/2026", "starts": "14:00", "ends": "17:00"}
        trainer.post(f"/fr/attendance/half-days/{afternoon.id}/move", data=sent)
        trainer.post(f"/fr/attendance/half-days/{afternoon.id}/cancel")
        address = f"/fr/attendance/meetings/{meeting.id}/"
        trainer.post(address, data={**fields(trainer.get(address).text), "place": "Salé"})

        db.rollback()
        query = sa.select(AuditEntry.action).where(AuditEntry.action.startswith("attendance.")).order_by(AuditEntry.id)
        assert list(db.scalars(query)) == [
            "attendance.plan-meeting", "attendance.move-half-day", "attendance.cancel-half-day",
            "attendance.edit-meeting",
        ]  # fmt: skip
