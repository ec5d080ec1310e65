"""What is stored of an answer, and what nobody is told."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.programme.models import Enrolment
from lms.quizzes import live_bars, queries, services
from lms.quizzes.errors import NotOpenNow, UnreadableAnswer
from lms.quizzes.models import (
    LiveAnswer,
    LivePresence,
    LiveQuestion,
    LiveRun,
)
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.live.room import ROOM, SECRET, act, answer, stored, tick


def test_an_answer_can_change_until_the_question_closes(db: Any, run: LiveRun, now: dt.datetime) -> None:
    with pytest.raises(NotOpenNow):
        answer(db, run, "p", "a")
    act(db, run, "open", now=now)
    answer(db, run, "p", "a")
    answer(db, run, "p", "b")
    assert stored(db, run) == ["b"]

    act(db, run, "close", now=now)

    with pytest.raises(NotOpenNow):
        answer(db, run, "p", "c")
    assert stored(db, run) == ["b"]


def test_several_ticks_and_none(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "next", "open", now=now)
    answer(db, run, "p", "a", "d", position=2)
    assert stored(db, run, 2) == [["a", "d"]]

    answer(db, run, "p", position=2)

    assert stored(db, run, 2) == []


def test_an_option_that_is_not_there_is_refused(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", now=now)

    with pytest.raises(UnreadableAnswer):
        services.live.answer(db, run, 1, "p", ["strange"])


def test_of_sixty_people_who_answer_at_once_none_is_lost_and_none_counts_twice(
    app: Flask, db: Any, run: LiveRun, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    run_id = run.id

    def tap(number: int) -> Any:
        def send(db: Any) -> Any:
            return answer(db, db.get_one(LiveRun, run_id), f"person-{number}", "abcd"[number % 4])

        return send

    # Every third presses twice.
    presses = [number for number in range(ROOM) for _ in range(1 if number % 3 else 2)]
    results = at_once(app, [tap(number) for number in presses])

    assert [one for one in results if one not in "abcd"] == []
    assert sorted(stored(db, run)) == sorted("abcd" * (ROOM // 4))
    count = queries.live.count(db, run)
    assert (count.answers, count.present) == (ROOM, ROOM)


def test_closing_waits_for_the_answer_that_is_being_stored(
    app: Flask, db: Any, run: LiveRun, monkeypatch: pytest.MonkeyPatch, now: dt.datetime
) -> None:
    """Bars are drawn at the closing: an answer that was taken stands in them, and none comes after."""
    act(db, run, "open", now=now)
    run_id, version = run.id, run.version
    is_taken, be_there = threading.Event(), services.live.be_there

    def be_there_slowly(*arguments: Any) -> None:
        is_taken.set()
        time.sleep(0.3)
        be_there(*arguments)

    monkeypatch.setattr(services.live, "be_there", be_there_slowly)

    def tap(db: Any) -> Any:
        return answer(db, db.get_one(LiveRun, run_id), "person", "a")

    def close(db: Any) -> Any:
        assert is_taken.wait(10)
        services.live.act(db, run_id, "close", version=version, actor_id=1, now=now)
        return queries.live.answers(db, run_id, 1)

    assert at_once(app, [tap, close]) == ["a", ["a"]]
    with pytest.raises(NotOpenNow):
        answer(db, run, "late", "b")


def test_nobody_can_be_told_from_the_tables(
    db: Any, phone: CheckingClient, run: LiveRun, chaima: Enrolment, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    tick(phone, db, run, "a")

    row = db.scalars(sa.select(LiveAnswer)).one()
    columns = {column.name for table in (LiveAnswer, LivePresence) for column in table.__table__.columns}

    assert columns == {"run_id", "position", "participant", "answer"}
    assert re.fullmatch("[0-9a-f]{32}", row.participant)
    salted = services.live.participant(str(phone.application.secret_key), run, chaima.id)
    assert row.participant == salted
    act(db, run, "end", now=now)
    assert run.salt == ""
    assert services.live.participant(str(phone.application.secret_key), run, chaima.id) != salted


def test_the_key_of_a_person_differs_from_run_to_run(db: Any, run: LiveRun, chaima: Enrolment) -> None:
    other = LiveRun(id=run.id + 1, salt=run.salt)

    keys = {services.live.participant(SECRET, one, chaima.id) for one in (run, other)}

    assert len(keys | {services.live.participant("other", run, chaima.id)}) == 3


def test_of_a_scale_with_rows_each_row_needs_enough_answers(db: Any, run: LiveRun) -> None:
    version = db.get_one(LiveQuestion, (run.id, 3)).question
    full = {row["key"]: "1" for row in version.settings["statements"]}
    assert live_bars.may_show(version, [full] * 5)
    assert not live_bars.may_show(version, [full] * 4 + [{}])
