"""Which quizzes may be asked in a room, and one at a time."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.quizzes import queries, services
from lms.quizzes.errors import NotInTheRoom, RunsAlready
from lms.quizzes.models import (
    Feedback,
    LiveRun,
    LiveState,
    Purpose,
    Quiz,
)
from lms.quizzes.queries.attempts import test_of as module_test_of
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.live.room import THREE, act, begin, screen_path
from tests.quizzes.taught import short_quiz, taught_cohort
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write


def test_a_quiz_is_asked_in_its_order_and_nothing_is_open_yet(db: Any, run: LiveRun) -> None:
    questions = queries.live.questions(db, run.id)

    assert [one.question.type for one in questions] == list(THREE)
    assert {one.state for one in questions} == {LiveState.READY}


def test_what_a_room_cannot_answer_by_choosing_is_left_out_and_said(
    db: Any, bilal: Person, trainer: CheckingClient, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer", "true_false", "matching"))

    page = trainer.get(f"/fr/questions/quizzes/{quiz.id}/live/")
    assert "2 questions sont laissées de côté" in page.text
    trainer.post(f"/fr/questions/quizzes/{quiz.id}/live/", data={"cohort": cohort.id})
    run = db.scalars(sa.select(LiveRun)).one()
    assert [one.question.type for one in queries.live.questions(db, run.id)] == ["true_false"]


def test_a_quiz_without_such_a_question_is_not_started(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer",))

    with pytest.raises(NotInTheRoom) as refused:
        services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)
    assert "en choisissant" in str(refused.value.message)


@pytest.mark.parametrize("purpose", [Purpose.TEST, Purpose.PRE_TEST, Purpose.POST_TEST])
def test_a_test_is_never_asked_in_the_room(
    db: Any, bilal: Person, trainer: CheckingClient, cohort: Any, purpose: Purpose, now: dt.datetime
) -> None:
    quiz = module_test_of(db, "concepts") if purpose == Purpose.TEST else short_quiz(db, bilal, now, purpose=purpose)
    assert quiz is not None
    path = f"/fr/questions/quizzes/{quiz.id}/live/"

    assert 'name="cohort"' not in trainer.get(path).text
    assert trainer.post(path, data={"cohort": cohort.id}).status_code == 409
    assert db.scalars(sa.select(LiveRun)).all() == []


def test_a_question_of_a_module_test_is_left_out_of_a_practice_quiz(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    kept, asked = write(db, bilal.id, now), write(db, bilal.id, now)
    practice = make_quiz(db, bilal.id, shuffle=False)
    services.quizzes.add_questions(db, practice, [kept, asked], {})
    test = make_quiz(db, bilal.id, purpose=Purpose.TEST, published_at=None)
    services.quizzes.add_questions(db, test, [asked], {})

    chosen = services.live.choose(db, practice, random.Random(1))
    run = services.live.start(db, practice, cohort.id, trainer_id=bilal.id, now=now)

    assert [one.question.question_id for one in queries.live.questions(db, run.id)] == [kept.id]
    assert (chosen.of_tests, chosen.other_kinds) == (1, 0)


def test_a_draft_or_a_quiz_of_another_cohort_is_not_started(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    draft = short_quiz(db, bilal, now, published_at=None)
    elsewhere = short_quiz(db, bilal, now, cohort_id=taught_cohort(db, bilal).id)

    for quiz in (draft, elsewhere):
        with pytest.raises(NotInTheRoom):
            services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)


def test_one_quiz_at_a_time_in_a_room(
    db: Any, bilal: Person, trainer: CheckingClient, cohort: Any, quiz: Quiz, run: LiveRun, now: dt.datetime
) -> None:
    with pytest.raises(RunsAlready):
        services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)
    database.rollback()

    page = trainer.post(f"/fr/questions/quizzes/{quiz.id}/live/", data={"cohort": cohort.id})

    assert page.status_code == 409
    assert f'href="{screen_path(run)}"' in page.text
    act(db, run, "end", now=now)
    assert begin(db, bilal, cohort, quiz, now).id != run.id


def test_of_ten_starts_at_once_one_is_a_run(
    app: Flask, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    def start(db: Any) -> int:
        found = db.get_one(Quiz, quiz_id)
        return services.live.start(db, found, cohort_id, trainer_id=trainer_id, now=now).id

    quiz_id, cohort_id, trainer_id = quiz.id, cohort.id, bilal.id
    results = at_once(app, [start] * 10)

    assert sum(isinstance(one, int) for one in results) == 1
    assert sum(isinstance(one, RunsAlready) for one in results) == 9


def test_another_trainers_quiz_and_another_trainers_room_are_not_there(
    db: Any, second: CheckingClient, trainer: CheckingClient, quiz: Quiz, run: LiveRun
) -> None:
    assert second.get(f"/fr/questions/quizzes/{quiz.id}/live/").status_code == 404
    assert second.get(screen_path(run)).status_code == 404
    assert second.get(screen_path(run, "count")).status_code == 404
    assert second.post(screen_path(run), data={"do": "end", "version": "1"}).status_code == 404
    path = f"/fr/questions/quizzes/{quiz.id}/live/"
    assert trainer.post(path, data={"cohort": taught_cohort(db).id}).status_code == 404


def test_a_practice_quiz_that_keeps_its_answers_is_not_asked_in_the_room(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=THREE, feedback=Feedback.NEVER)
    with pytest.raises(NotInTheRoom):
        services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)


@pytest.mark.parametrize("purpose", [Purpose.PRE_TEST, Purpose.POST_TEST])
def test_a_question_of_the_tests_before_and_after_is_left_out_too(
    db: Any, bilal: Person, now: dt.datetime, purpose: Purpose
) -> None:
    asked = write(db, bilal.id, now)
    practice, test = make_quiz(db, bilal.id), make_quiz(db, bilal.id, purpose=purpose)
    services.quizzes.add_questions(db, practice, [asked], {})
    services.quizzes.add_questions(db, test, [asked], {})
    assert services.live.choose(db, practice, random.Random(1)).of_tests == 1
