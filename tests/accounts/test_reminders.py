"""Reminders: what each room finds due, and what of it goes out, to whom, when and how often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import reminders, services
from lms.accounts.models import RequestKind
from lms.core import db as database
from lms.core import jobs, profile
from lms.core.mail import Mail, ReminderSent
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import services as quizzes
from tests.factories import make_cohort, make_enrolment, make_person, pass_test, start_attempt
from tests.parallel import at_once

Clock = Callable[[dt.datetime], None]
#: The cohort of the factory ends on 18 December; nothing was done since its first days.
DAY = dt.timedelta(days=1)


def opened(db: Any, name: str = "chaima", **fields: Any) -> Any:
    person = make_person(db, name, **fields)
    person.password_hash = "x"
    database.commit()
    return person


@pytest.fixture
def behind(db: Any, curriculum: Any) -> Enrolment:
    """Chaima, enrolled since the first of November, has done nothing."""
    return make_enrolment(db, opened(db))


def send(db: Any, at: Clock, now: dt.datetime) -> list[tuple[str, str]]:
    """Kind and language of every message after a run at that moment."""
    at(now)
    database.use_mode(database.WRITE)
    reminders.send_due(db)
    database.commit()
    return [(row.kind, row.lang) for row in db.scalars(sa.select(Mail).order_by(Mail.id))]


def kinds(found: list[Any]) -> list[str]:
    return [one.kind for one in found]


@pytest.mark.parametrize(
    ("moment", "is_civil"),
    [
        ("2026-11-23T07:59:00+00:00", False),  # Monday 8:59 in Rabat
        ("2026-11-23T08:00:00+00:00", True),
        ("2026-11-23T16:59:00+00:00", True),
        ("2026-11-23T17:00:00+00:00", False),
        ("2026-11-27T10:00:00+00:00", True),  # Friday
        ("2026-11-28T10:00:00+00:00", False),  # Saturday
        ("2027-02-15T08:30:00+00:00", False),  # Ramadan: 8:30 in Rabat
        ("2027-02-15T09:00:00+00:00", True),
    ],
)
def test_reminders_leave_in_working_hours_of_morocco(moment: str, is_civil: bool) -> None:
    assert reminders.is_civil(dt.datetime.fromisoformat(moment)) is is_civil


def test_somebody_behind_is_reminded_once_a_week(db: Any, behind: Enrolment, at: Clock, now: dt.datetime) -> None:
    one = [("programme.behind", "fr")]
    assert send(db, at, now) == one
    assert send(db, at, now + dt.timedelta(hours=1)) == one
    assert send(db, at, now + 2 * DAY) == one
    assert send(db, at, now + 7 * DAY + dt.timedelta(hours=1)) == one * 2


def test_nobody_is_behind_on_the_first_days_of_a_session(
    db: Any, behind: Enrolment, at: Clock, now: dt.datetime
) -> None:
    behind.cohort.starts_on = now.date() - 2 * DAY
    database.commit()
    assert send(db, at, now) == []
    assert send(db, at, now + 8 * DAY) == [("programme.behind", "fr")]


def test_who_did_everything_that_is_open_is_not_behind(db: Any, curriculum: Any, at: Clock, now: dt.datetime) -> None:
    """The second module of the cohort has no lesson yet."""
    enrolment = make_enrolment(db, opened(db), make_cohort(db, modules=("concepts", "model")))
    pass_test(db, enrolment, curriculum, now=now - 14 * DAY)
    assert send(db, at, now) == []


def test_who_has_no_attempt_left_is_not_told_of_the_test(
    db: Any, behind: Enrolment, curriculum: Any, at: Clock, now: dt.datetime
) -> None:
    behind.cohort.ends_on = now.date() + 6 * DAY
    attempt = start_attempt(db, behind, curriculum, now=now)
    quizzes.attempts.submit(db, attempt, by="person", now=now)
    attempt.quiz.attempts_allowed = 1
    database.commit()
    assert send(db, at, now) == []


def test_nothing_leaves_at_night_and_nothing_is_lost(db: Any, behind: Enrolment, at: Clock, now: dt.datetime) -> None:
    assert send(db, at, now.replace(hour=23)) == []
    assert send(db, at, now + DAY) == [("programme.behind", "fr")]


def test_somebody_told_on_a_friday_is_not_told_again_on_the_monday(
    db: Any, behind: Enrolment, at: Clock, now: dt.datetime
) -> None:
    friday = now + 4 * DAY
    one = [("programme.behind", "fr")]
    assert send(db, at, friday) == one
    for days in (3, 4, 6):
        assert send(db, at, friday + days * DAY) == one
    assert send(db, at, friday + 7 * DAY) == one * 2


def test_each_reads_the_own_language(db: Any, curriculum: Any, at: Clock, now: dt.datetime) -> None:
    cohort = make_cohort(db)
    make_enrolment(db, opened(db, lang="ar"), cohort)
    make_enrolment(db, opened(db, "driss"), cohort)
    assert sorted(send(db, at, now)) == [("programme.behind", "ar"), ("programme.behind", "fr")]
    arabic = db.scalars(sa.select(Mail).where(Mail.lang == "ar")).one()
    assert "شيماء" in arabic.text
    assert "دورة نونبر" in arabic.text
    assert "http://localhost/ar/" in arabic.text


def test_the_most_pressing_goes_first_and_one_a_day(db: Any, behind: Enrolment, at: Clock, now: dt.datetime) -> None:
    behind.cohort.ends_on = now.date() + 6 * DAY
    database.commit()
    assert send(db, at, now) == [("quizzes.closes-soon", "fr")]
    assert send(db, at, now + dt.timedelta(hours=2)) == [("quizzes.closes-soon", "fr")]
    assert send(db, at, now + DAY) == [("quizzes.closes-soon", "fr"), ("programme.behind", "fr")]


@pytest.mark.parametrize(("allowed", "sent"), [(0, 0), (1, 1), (2, 2)])
def test_nobody_gets_more_in_seven_days_than_the_programme_allows(
    db: Any, behind: Enrolment, at: Clock, now: dt.datetime, allowed: int, sent: int
) -> None:
    profile.for_editing(db).reminders_a_week = allowed
    behind.cohort.ends_on = now.date() + 4 * DAY
    database.commit()
    for day in range(5):
        found = send(db, at, now + day * DAY)
    assert len(found) == sent


@pytest.mark.parametrize("why", ["no-address", "not-opened", "suspended", "archived", "objects"])
def test_whom_no_message_may_reach_gets_none(db: Any, behind: Enrolment, at: Clock, now: dt.datetime, why: str) -> None:
    person = behind.person
    if why == "objects":
        services.ask(db, person.id, RequestKind.OBJECTION, "", now=now)
    else:
        changes = {
            "no-address": {"email": None}, "not-opened": {"password_hash": None},
            "suspended": {"suspended_at": now}, "archived": {"archived_at": now},
        }  # fmt: skip
        for name, value in changes[why].items():
            setattr(person, name, value)
    database.commit()
    assert send(db, at, now) == []
    assert kinds(reminders.due(db, now=now).unreachable) == ["programme.behind"]


def test_who_left_or_whose_cohort_is_archived_or_over_is_left_alone(
    db: Any, behind: Enrolment, at: Clock, now: dt.datetime
) -> None:
    last_week = now.date() - 3 * DAY
    for row, name, value in (
        (behind, "ended_at", now), (behind.cohort, "archived_at", now), (behind.cohort, "ends_on", last_week),
    ):  # fmt: skip
        before = getattr(row, name)
        setattr(row, name, value)
        database.commit()
        assert send(db, at, now) == []
        setattr(row, name, before)
        database.commit()
    assert send(db, at, now) == [("programme.behind", "fr")]


def test_of_ten_runs_at_one_moment_one_writes(
    app: Flask, db: Any, behind: Enrolment, at: Clock, now: dt.datetime
) -> None:
    at(now)
    at_once(app, [reminders.send_due] * 10)
    database.rollback()
    assert db.scalar(sa.select(sa.func.count(Mail.id))) == 1
    assert db.scalar(sa.select(sa.func.count()).select_from(ReminderSent)) == 1


def test_a_start_is_announced_five_days_before_with_its_dates(
    db: Any, curriculum: Any, at: Clock, now: dt.datetime
) -> None:
    cohort = make_cohort(db, starts_on=now.date() + 7 * DAY, ends_on=now.date() + 30 * DAY)
    make_enrolment(db, opened(db), cohort)
    assert send(db, at, now) == []
    assert send(db, at, now + 2 * DAY) == [("programme.starts-soon", "fr")]
    (letter,) = db.scalars(sa.select(Mail))
    assert "30 novembre 2026" in letter.text.replace("\xa0", " ")
    assert "DTSTART;VALUE=DATE:20261130" in letter.attachments[0]["text"]
    assert send(db, at, now + 3 * DAY) == [("programme.starts-soon", "fr")]


def test_open_tests_are_told_seven_and_two_days_before_the_end(
    db: Any, behind: Enrolment, curriculum: Any, at: Clock, now: dt.datetime
) -> None:
    behind.cohort.ends_on = now.date() + 8 * DAY
    profile.for_editing(db).reminders_a_week = 7
    database.commit()
    tests = "quizzes.closes-soon"
    found = [send(db, at, now + day * DAY) for day in (0, 1, 2, 3)]
    assert [[kind for kind, _lang in one].count(tests) for one in found] == [0, 1, 1, 1]
    assert [kind for kind, _lang in send(db, at, now + 8 * DAY)].count(tests) == 2
    assert any(
        "DTEND;VALUE=DATE:20261202" in one.attachments[0]["text"]
        for one in db.scalars(sa.select(Mail))
        if one.kind == tests
    )


def test_who_passed_every_test_is_not_told(
    db: Any, behind: Enrolment, curriculum: Any, at: Clock, now: dt.datetime
) -> None:
    behind.cohort.ends_on = now.date() + 6 * DAY
    database.commit()
    pass_test(db, behind, curriculum, now=now)
    assert send(db, at, now) == []


def test_looking_costs_the_same_for_three_and_for_thirty(
    db: Any, curriculum: Any, at_most: Any, now: dt.datetime
) -> None:
    cohort: Cohort = make_cohort(db, ends_on=now.date() + 6 * DAY)
    for count in (3, 27):
        for number in range(count):
            make_enrolment(db, opened(db, f"person{count}x{number}"), cohort)
        database.commit()
        db.expunge_all()
        with at_most(13):
            found = reminders.due(db, now=now)
    assert len(found.now) == 30


def test_the_command_counts_and_sends_nothing(
    app: Flask, db: Any, behind: Enrolment, at: Clock, now: dt.datetime
) -> None:
    at(now)
    result = app.test_cli_runner().invoke(args=["reminders", "due"])
    assert result.exit_code == 0
    assert "now: programme.behind: 1" in result.output
    assert "chaima" not in result.output.lower()
    database.rollback()
    assert db.scalars(sa.select(Mail)).all() == []


def test_the_health_page_says_when_they_were_looked_for(
    db: Any, now: dt.datetime, at: Clock, run_jobs: Callable[[], None]
) -> None:
    at(now)
    (line,) = reminders.health(db, now=now)
    assert line.is_well
    jobs.start(db, reminders.SEND, now=now)
    database.commit()
    run_jobs()
    (line,) = reminders.health(db, now=now + dt.timedelta(hours=4))
    assert not line.is_well
