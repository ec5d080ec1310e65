"""What the trainer presses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core.audit import AuditEntry
from lms.quizzes import live_bars, queries, services
from lms.quizzes.errors import NotOpenNow
from lms.quizzes.models import (
    LiveQuestion,
    LiveRun,
    LiveState,
)
from tests.quizzes.live.room import act, answer
from tests.quizzes.taught import HOUR


def test_a_button_pressed_twice_counts_once(db: Any, run: LiveRun, now: dt.datetime) -> None:
    for _ in range(2):
        services.live.act(db, run.id, "next", version=1, actor_id=1, now=now)

    assert (run.position, run.version) == (2, 2)


def test_the_answer_is_shown_only_of_a_closed_question_and_ends_it(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "show", now=now)
    assert queries.live.current(db, run).state == LiveState.READY
    act(db, run, "open", "show", now=now)
    assert queries.live.current(db, run).state == LiveState.OPEN
    act(db, run, "close", "open", "close", "show", "open", now=now)
    assert queries.live.current(db, run).state == LiveState.SHOWN


def test_a_question_that_is_left_takes_no_more_answers(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", "next", now=now)

    with pytest.raises(NotOpenNow):
        answer(db, run, "a", "a")
    act(db, run, "next", "next", "next", now=now)
    assert run.position == 3


def test_start_and_end_are_in_the_record_of_acts(db: Any, bilal: Person, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", "end", "end", now=now)

    mine = (AuditEntry.subject_type == "live_run", AuditEntry.subject_id == run.id)
    acts = db.execute(sa.select(AuditEntry.action, AuditEntry.actor_id).where(*mine).order_by(AuditEntry.id)).all()
    assert [tuple(one) for one in acts] == [("quizzes.live-start", bilal.id), ("quizzes.live-end", bilal.id)]
    assert queries.live.current(db, run).state == LiveState.CLOSED


def test_a_run_that_nobody_ended_ends_by_itself_after_four_hours(
    db: Any, run: LiveRun, at: Any, now: dt.datetime
) -> None:
    at(now + 4 * HOUR)
    services.live.end_overdue(db)
    assert run.ended_at is None

    at(now + 4 * HOUR + dt.timedelta(seconds=1))
    services.live.end_overdue(db)
    assert run.ended_at is not None


def test_an_opinion_is_not_asked_again_once_its_bars_were_seen(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "next", "next", "open", now=now)
    ids = {key: one for one, key in db.get_one(LiveQuestion, (run.id, 3)).order}
    for number in range(live_bars.FEWEST_OPINIONS):
        services.live.answer(db, run, 3, f"p{number}", [f"{ids['>a']}:{ids['2']}", f"{ids['>b']}:{ids['2']}"])
    act(db, run, "close", "open", now=now)
    assert db.get_one(LiveQuestion, (run.id, 3)).state == LiveState.CLOSED
    act(db, run, "back", "open", "close", "open", now=now)
    assert db.get_one(LiveQuestion, (run.id, 2)).state == LiveState.OPEN
