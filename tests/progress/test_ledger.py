"""The ledger and the shares kept beside it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.core import db as database
from lms.programme.models import Enrolment
from lms.progress import activities, events, queries, services
from lms.progress.models import ModuleProgress
from tests.factories import make_enrolment, pass_test, read_lessons
from tests.parallel import at_once

STEPS = ["lesson:concepts/first", "lesson:concepts/second", "test:concepts"]


@pytest.fixture
def enrolment(db: Any, curriculum: Any) -> Enrolment:
    return make_enrolment(db)


def record(db: Any, enrolment: Enrolment, activity: str, now: dt.datetime, **values: Any) -> Any:
    given = {"share": 1, "minutes": 20, "happened_on": now.date(), "evidence": {}, **values}
    return services.record(db, enrolment, activity, module="concepts", now=now, **given)


def row(db: Any, enrolment: Enrolment) -> ModuleProgress:
    db.expire_all()
    return queries.modules(db, enrolment.id)["concepts"]


def test_an_enrolment_starts_with_nothing_done(db: Any, enrolment: Enrolment) -> None:
    assert (row(db, enrolment).done, row(db, enrolment).required, row(db, enrolment).share) == (0, 3, 0)


def test_share_is_steps_done_of_steps(db: Any, enrolment: Enrolment, now: dt.datetime) -> None:
    record(db, enrolment, STEPS[0], now)
    assert (row(db, enrolment).done, row(db, enrolment).share) == (1, Decimal("0.333333"))


def test_the_same_act_again_is_no_change(db: Any, enrolment: Enrolment, now: dt.datetime) -> None:
    for _ in range(2):
        record(db, enrolment, STEPS[0], now)
    assert len(queries.changes(db, [enrolment.id], limit=9)) == 1
    assert row(db, enrolment).minutes == 20


def test_a_correction_lowers_and_keeps_the_history(db: Any, enrolment: Enrolment, now: dt.datetime) -> None:
    record(db, enrolment, STEPS[0], now)
    record(db, enrolment, STEPS[0], now, share=0)
    assert row(db, enrolment).done == 0
    assert [change.share for change in queries.changes(db, [enrolment.id], limit=9)] == [0, 1]


def test_completion_is_told_once_with_the_day_of_the_last_step(
    db: Any, enrolment: Enrolment, curriculum: Any, now: dt.datetime
) -> None:
    told = []
    with events.module_completed.connected_to(lambda sender, **_: told.append(sender.module)):
        pass_test(db, enrolment, curriculum, now=now)
        record(db, enrolment, STEPS[0], now, minutes=19)
    assert told == ["concepts"]
    assert row(db, enrolment).completed_on == now.date()


def test_a_sync_that_adds_a_lesson_recounts_everybody(db: Any, enrolment: Enrolment, curriculum: Any, now: Any) -> None:
    pass_test(db, enrolment, curriculum, now=now)
    module = SimpleNamespace(slug="concepts", required_activities=[*STEPS, "lesson:concepts/later"])
    services.take_steps(db, SimpleNamespace(modules=[module]), now=now)  # type: ignore[arg-type]
    assert (row(db, enrolment).done, row(db, enrolment).required) == (3, 4)
    assert row(db, enrolment).completed_on is None


def test_twenty_at_once_leave_one_entry(app: Flask, db: Any, enrolment: Enrolment, now: dt.datetime) -> None:
    enrolment_id = enrolment.id
    database.rollback()

    def act(db: Any) -> str:
        record(db, db.get_one(Enrolment, enrolment_id), STEPS[0], now)
        return "recorded"

    assert at_once(app, [act] * 20) == ["recorded"] * 20
    assert len(queries.changes(db, [enrolment_id], limit=99)) == 1
    assert row(db, enrolment).done == 1


acts = st.lists(
    st.tuples(st.sampled_from([*STEPS, "lesson:concepts/gone"]), st.sampled_from([0, 0.5, 1]), st.integers(0, 40))
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=acts)
def test_the_summary_equals_the_naive_count(db: Any, enrolment: Enrolment, now: dt.datetime, done: Any) -> None:
    """Architecture, decision 6."""
    for activity, share, minutes in done:
        record(db, enrolment, activity, now, share=share, minutes=minutes)
    entries = queries.entries(db, enrolment.id)
    found = row(db, enrolment)
    assert found.done == sum(1 for step in STEPS if step in entries and entries[step].share == 1)
    assert found.minutes == sum(one.minutes for name, one in entries.items() if activities.is_lesson(name))
    assert (found.completed_on is not None) == (found.done == len(STEPS))
    db.rollback()


def test_reading_a_lesson_counts_its_minutes_once(db: Any, enrolment: Enrolment, curriculum: Any, now: Any) -> None:
    for _ in range(2):
        read_lessons(db, enrolment, curriculum, now=now)
    lessons = curriculum.module("concepts").ready_lessons
    assert row(db, enrolment).minutes == sum(lesson.minutes for lesson in lessons)
