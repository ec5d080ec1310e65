"""Messages about absences, each of them once, and reminders of half-days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.attendance import privacy, reminders, services
from lms.attendance.models import AbsenceWarning, HalfDay, Meeting
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core import mail, profile
from lms.core.access import Role
from lms.core.jobs import Job
from lms.core.mail import Mail
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, EVENING, HOUR, TODAY, actor, close, correct, marks, plan, take
from tests.factories import make_enrolment, make_person

ABSENT, PEOPLE, UNREACHABLE = "attendance.absent", "attendance.absent-people", "attendance.unreachable"


def written(db: Any, kind: str = ABSENT) -> list[Mail]:
    """Messages of a kind that were not taken back."""
    db.rollback()
    db.expire_all()
    query = sa.select(Mail).where(Mail.kind == kind, Mail.stopped_at.is_(None)).order_by(Mail.id)
    return list(db.scalars(query))


def readers(db: Any, kind: str = ABSENT) -> list[int | None]:
    return [one.recipient_id for one in written(db, kind)]


def leave(db: Any) -> None:
    """All messages that wait are on their way."""
    database.use_mode(database.WRITE)
    db.execute(sa.update(Mail).values(sent_at=EVENING))
    database.commit()


def tell_focal_points(db: Any) -> None:
    database.use_mode(database.WRITE)
    profile.for_editing(db).absences_to_focal_points = True
    database.commit()


@pytest.fixture
def warn(db: Any, app: Flask, at: Callable[..., None]) -> Callable[..., None]:
    """Look at a half-day as the job does."""

    def look(half_day: HalfDay, now: dt.datetime = EVENING) -> None:
        at(now)
        half_day_id = half_day.id
        db.rollback()
        database.use_mode(database.WRITE)
        services.warnings.warn(db, half_day_id)
        database.commit()

    return look


@pytest.fixture
def focal(db: Any, members: list[Enrolment]) -> Person:
    """Of the members' organisation."""
    return make_person(db, "fatima", role=Role.FOCAL_POINT)


@pytest.fixture
def course(db: Any, cohort: Cohort, bilal: Person) -> Meeting:
    """Five mornings and afternoons after today's: an absence leaves the threshold within reach."""
    return plan(db, cohort, bilal, first=TODAY + DAY, last=TODAY + 9 * DAY)


class TestAbsences:
    def test_the_closing_starts_the_job_that_writes_to_who_was_absent_without_excuse(
        self, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person, at: Any,
        run_jobs: Callable[[], None],
    ) -> None:  # fmt: skip
        take(db, morning, bilal, {members[0]: Status.PRESENT, members[2]: Status.EXCUSED})
        at(EVENING)
        close(db, morning, bilal)
        assert written(db) == []
        db.rollback()
        run_jobs()

        (told,) = written(db)
        assert (told.recipient_id, told.lang) == (members[1].person_id, "ar")
        assert "/ar/attendance/own" in told.text
        assert "16" in told.text  # planned: two of today and fourteen to come
        assert members[0].person.name.ar not in told.text

    def test_the_messages_leave_with_the_job_not_with_the_next_sweep(
        self, app: Flask, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person,
        at: Any, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        at(EVENING)
        close(db, morning, bilal)
        queued: list[int] = []
        monkeypatch.setitem(app.extensions, "enqueue_job", queued.append)
        run_jobs()
        query = sa.select(Job.id).where(Job.name == mail.DELIVER)
        assert sorted(queued) == sorted(db.scalars(query))
        assert len(queued) == len(members)

    def test_in_french_it_says_what_is_still_reachable(
        self, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person, warn: Any
    ) -> None:
        take(db, morning, bilal, dict.fromkeys(members[1:], Status.PRESENT))
        close(db, morning, bilal)
        warn(morning)
        (told,) = written(db)
        for words in ("Absence : Session", "undi 23 novembre 2026", "Prévues\u00a0: 16.", "Tenues\u00a0: 1.",
                      "13", "Signaler une erreur"):  # fmt: skip
            assert words in told.subject + told.text.replace("\u2068", "").replace("\u2069", ""), words

    def test_run_twice_and_closed_twice_it_writes_once(
        self, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person, warn: Any
    ) -> None:
        close(db, morning, bilal)
        for _again in range(3):
            warn(morning)
        leave(db)
        database.use_mode(database.WRITE)
        db.get_one(HalfDay, morning.id).closed_at = None
        database.commit()
        warn(morning)
        close(db, morning, bilal, now=EVENING + HOUR)
        warn(morning, EVENING + HOUR)
        assert sorted(readers(db)) == sorted(one.person_id for one in members)

    def test_a_correction_before_it_has_left_takes_it_back_and_a_new_absence_is_told(
        self, app: Flask, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person,
        warn: Any,
    ) -> None:  # fmt: skip
        close(db, morning, bilal)
        warn(morning)
        correct(db, morning, members[0], Status.PRESENT, by=actor(bilal, Role.TRAINER))
        warn(morning)
        assert members[0].person_id not in readers(db)
        assert len(readers(db)) == 2
        correct(db, morning, members[0], Status.ABSENT, by=actor(bilal, Role.TRAINER))
        warn(morning)
        assert readers(db).count(members[0].person_id) == 1

    def test_a_correction_after_it_has_left_is_followed_by_nothing(
        self, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person, warn: Any
    ) -> None:
        close(db, morning, bilal)
        warn(morning)
        leave(db)
        for status in (Status.PRESENT, Status.ABSENT):
            correct(db, morning, members[0], status, by=actor(bilal, Role.TRAINER))
            warn(morning)
        assert readers(db).count(members[0].person_id) == 1
        assert len(readers(db)) == 3

    def test_a_correction_before_the_job_ran_writes_nothing(
        self, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person, at: Any,
        run_jobs: Callable[[], None],
    ) -> None:  # fmt: skip
        at(EVENING)
        close(db, morning, bilal)
        correct(db, morning, members[0], Status.PRESENT, by=actor(bilal, Role.TRAINER))
        run_jobs()
        assert members[0].person_id not in readers(db)

    def test_whoever_is_suspended_has_left_or_is_a_test_account_gets_none(
        self, db: Any, cohort: Cohort, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person,
        warn: Any,
    ) -> None:  # fmt: skip
        tester = make_enrolment(db, make_person(db, "tester"), cohort)
        tester.is_test = True
        database.commit()
        close(db, morning, bilal)
        accounts.suspend(db, members[0].person, actor_id=None, reason="x", now=EVENING)
        programme.end_enrolment(db, members[1], reason="x", actor_id=None, now=EVENING)
        database.commit()
        warn(morning)
        assert readers(db) == [members[2].person_id]

    def test_what_is_not_closed_cancelled_or_long_past_is_no_reason(
        self, db: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], bilal: Person, warn: Any
    ) -> None:
        take(db, morning, bilal, dict.fromkeys(members, Status.ABSENT))
        warn(morning)
        close(db, afternoon, bilal)
        warn(afternoon, EVENING + 31 * DAY)
        assert db.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0

    def test_a_half_day_that_is_gone_harms_nobody(self, db: Any, bilal: Person) -> None:
        services.warnings.warn(db, 999_999)


class TestFocalPoints:
    def test_by_default_they_are_told_nothing(
        self, db: Any, morning: HalfDay, course: Meeting, focal: Person, bilal: Person, warn: Any
    ) -> None:
        close(db, morning, bilal)
        warn(morning)
        assert written(db, PEOPLE) == []

    def test_one_message_with_the_names_of_their_own_people(
        self, db: Any, cohort: Cohort, morning: HalfDay, course: Meeting, members: list[Enrolment], focal: Person,
        bilal: Person, warn: Any,
    ) -> None:  # fmt: skip
        tell_focal_points(db)
        other = make_person(db, "karima", role=Role.FOCAL_POINT, organisation_key="tourisme")
        elsewhere = make_enrolment(db, make_person(db, "driss", organisation_key="tourisme"), cohort)
        gone = make_person(db, "zineb", role=Role.FOCAL_POINT)
        accounts.suspend(db, gone, actor_id=None, reason="x", now=EVENING)
        database.commit()
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        close(db, morning, bilal)
        warn(morning)
        warn(morning)

        first, second = sorted(written(db, PEOPLE), key=lambda one: one.recipient_id == other.id)
        assert (first.recipient_id, second.recipient_id) == (focal.id, other.id)
        named = [one.person.name.fr for one in (*members, elsewhere)]
        assert [name in first.text for name in named] == [False, True, True, False]
        assert [name in second.text for name in named] == [False, False, False, True]

    def test_a_correction_writes_it_again_without_that_person_unless_it_has_left(
        self, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], focal: Person, bilal: Person,
        warn: Any,
    ) -> None:  # fmt: skip
        tell_focal_points(db)
        close(db, morning, bilal)
        warn(morning)
        correct(db, morning, members[0], Status.PRESENT, by=actor(bilal, Role.TRAINER))
        warn(morning)
        (told,) = written(db, PEOPLE)
        assert [one.person.name.fr in told.text for one in members] == [False, True, True]
        leave(db)
        correct(db, morning, members[1], Status.PRESENT, by=actor(bilal, Role.TRAINER))
        warn(morning)
        assert [one.id for one in written(db, PEOPLE)] == [told.id]

    def test_a_focal_point_who_takes_part_is_not_told_of_themselves(
        self, db: Any, cohort: Cohort, morning: HalfDay, course: Meeting, focal: Person, bilal: Person, warn: Any
    ) -> None:
        tell_focal_points(db)
        make_enrolment(db, focal, cohort)
        close(db, morning, bilal)
        warn(morning)
        (told,) = written(db, PEOPLE)
        assert told.text.count(focal.name.fr) == 1  # the greeting

    def test_the_setting_is_changed_on_the_page_of_settings(self, db: Any, open_as: Any) -> None:
        admin = open_as(make_person(db, "karim", role=Role.ADMINISTRATOR))
        page = admin.get("/fr/admin/settings/").text
        assert 'name="absences_to_focal_points"' in page
        sent = {"version": "0", "reminders_a_week": "2", "behind_after_days": "10", "fiscal_year_month": "1"}
        assert admin.post("/fr/admin/settings/", data={**sent, "absences_to_focal_points": "y"}).status_code == 302
        db.rollback()
        assert profile.now_stored(db).absences_to_focal_points
        version = str(profile.now_stored(db).version)
        assert admin.post("/fr/admin/settings/", data={**sent, "version": version}).status_code == 302
        db.rollback()
        assert not profile.now_stored(db).absences_to_focal_points


class TestUnreachable:
    def test_it_is_told_once_however_many_half_days_follow(
        self, db: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], bilal: Person, warn: Any
    ) -> None:
        for half_day in (morning, afternoon):
            take(db, half_day, bilal, {members[0]: Status.EXCUSED, **dict.fromkeys(members[1:], Status.PRESENT)})
            close(db, half_day, bilal)
            warn(half_day)
        assert readers(db, UNREACHABLE) == [members[0].person_id]
        assert written(db) == []

    def test_a_correction_that_brings_it_within_reach_takes_it_back(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person, warn: Any
    ) -> None:
        close(db, morning, bilal)
        warn(morning)
        correct(db, morning, members[0], Status.PRESENT, by=actor(bilal, Role.TRAINER))
        warn(morning)
        assert sorted(readers(db, UNREACHABLE)) == sorted(one.person_id for one in members[1:])

    def test_within_reach_nobody_is_told(
        self, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person, warn: Any
    ) -> None:
        close(db, morning, bilal)
        warn(morning)
        assert written(db, UNREACHABLE) == []


class TestReminders:
    def due(self, app: Flask, db: Any, now: dt.datetime, kind: str) -> list[Any]:
        with app.test_request_context():
            return [one for one in reminders.reminders(db, now=now) if one.kind == f"attendance.{kind}"]

    def test_trainers_are_reminded_the_next_working_day_and_after_three_days_until_it_is_closed(
        self, app: Flask, db: Any, morning: HalfDay, afternoon: HalfDay, bilal: Person
    ) -> None:
        days = [EVENING + number * DAY for number in range(5)]
        occasions = [[one.occasion[-5:] for one in self.due(app, db, day, "unclosed")] for day in days]
        assert occasions == [[], ["first"], ["first"], ["again"], ["again"]]
        (first,) = self.due(app, db, EVENING + DAY, "unclosed")
        assert first.person_id == bilal.id
        assert first.places["when"].count("\n") == 1
        assert f"/fr/attendance/half-days/{morning.id}/" in first.places["link"]
        close(db, morning, bilal)
        (first,) = self.due(app, db, EVENING + DAY, "unclosed")
        assert f"/fr/attendance/half-days/{afternoon.id}/" in first.places["link"]
        close(db, afternoon, bilal)
        assert self.due(app, db, EVENING + 3 * DAY, "unclosed") == []

    def test_after_a_friday_the_monday_and_never_after_a_month(
        self, app: Flask, db: Any, cohort: Cohort, bilal: Person
    ) -> None:
        friday = dt.date(2026, 11, 27)
        plan(db, cohort, bilal, first=friday)
        noon = dt.datetime.combine(friday, dt.time(12), dt.UTC)
        due = [len(self.due(app, db, noon + days * DAY, "unclosed")) for days in (1, 2, 3, 30, 31)]
        assert due == [0, 0, 1, 1, 0]

    def test_participants_are_reminded_the_working_day_before_with_the_file_for_the_calendar(
        self, app: Flask, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person
    ) -> None:
        monday = dt.date(2026, 11, 30)
        found = plan(db, cohort, bilal, first=monday)
        noon = dt.datetime.combine(monday, dt.time(12), dt.UTC)
        due = [len(self.due(app, db, noon - days * DAY, "tomorrow")) for days in (4, 3, 2, 1, 0)]
        assert due == [0, 3, 3, 3, 0]
        # Two read French; whose comes first is the database's affair.
        french = {one.person_id for one in members if one.person.lang == "fr"}
        first = next(one for one in self.due(app, db, noon - 3 * DAY, "tomorrow") if one.person_id in french)
        assert first.occasion == f"attendance.tomorrow:{cohort.id}:2026-11-30"
        assert [one["name"] for one in first.attachments] == [
            f"demi-journées-{found.id}-2026-11-30-{hour}.ics" for hour in ("0900", "1400")
        ]
        assert "DTSTART:20261130T080000Z" in first.attachments[0]["text"]
        assert first.places["place"] == "Rabat"
        with app.test_request_context("/fr/"):
            services.meetings.cancel(db, found.half_days[0], actor_id=bilal.id, now=noon - 5 * DAY)
        database.commit()
        assert len(self.due(app, db, noon - 3 * DAY, "tomorrow")[0].attachments) == 1

    def test_whoever_left_is_not(self, app: Flask, db: Any, meeting: Meeting, members: list[Enrolment]) -> None:
        programme.end_enrolment(db, members[0], reason="x", actor_id=None, now=EVENING - 3 * DAY)
        database.commit()
        told = {one.person_id for one in self.due(app, db, EVENING - DAY, "tomorrow")}
        assert told == {one.person_id for one in members[1:]}

    def test_they_cost_the_same_for_many(
        self, app: Flask, db: Any, cohort: Cohort, meeting: Meeting, members: list[Enrolment], bilal: Person,
        at_most: Any,
    ) -> None:  # fmt: skip
        def cost() -> int:
            with at_most(20) as statements:
                self.due(app, db, EVENING - DAY, "tomorrow")
            return len(statements)

        before = cost()
        database.use_mode(database.WRITE)
        for number in range(8):
            make_enrolment(db, make_person(db, f"p{number}"), cohort)
        plan(db, cohort, bilal, first=TODAY + DAY, last=TODAY + 4 * DAY)
        assert cost() == before


class TestPrivacy:
    def test_the_person_reads_what_was_told_and_wiping_takes_it(
        self, app: Flask, db: Any, morning: HalfDay, course: Meeting, members: list[Enrolment], bilal: Person,
        warn: Any,
    ) -> None:  # fmt: skip
        close(db, morning, bilal)
        warn(morning)
        with app.test_request_context("/fr/"):
            held = privacy.data_of(db, members[0].person_id)["attendance_warnings"]
        assert [(one["day"], one["kind"]) for one in held] == [(TODAY.isoformat(), "absent")]
        privacy.forget(db, members[0].person_id, now=EVENING)
        database.commit()
        left = db.scalars(sa.select(AbsenceWarning.enrolment_id)).all()
        assert sorted(left) == sorted(one.id for one in members[1:])
        assert marks(db, morning.id)
        assert mail.kinds()["attendance.tomorrow"].is_reminder
