"""Attempts from start to mark, on the level of services."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import clock
from lms.core import db as database
from lms.programme.models import Enrolment
from lms.progress import queries as ledger
from lms.quizzes import queries, services
from lms.quizzes.errors import AlreadySubmitted, NoAttemptLeft, NotOpenYet, PauseNeeded, TooLate, UnreadableAnswer
from lms.quizzes.models import AnswerArrival, Attempt, AttemptQuestion, AttemptState, Quiz
from tests.conftest import listening
from tests.factories import (
    answer_all,
    by_marks,
    make_cohort,
    make_enrolment,
    make_person,
    pass_test,
    read_lessons,
    right_ids,
    start_attempt,
)
from tests.parallel import at_once

#: People in the same quiz.
OTHERS = 60


@pytest.fixture
def enrolment(db: Any, curriculum: Any) -> Enrolment:
    return make_enrolment(db)


def the_quiz(db: Any) -> Quiz:
    quiz = queries.attempts.test_of(db, "concepts")
    assert quiz is not None
    return quiz


def save(db: Any, attempt: Attempt, values: list[str], *, position: int = 1, **more: Any) -> Any:
    person_id = db.get_one(Enrolment, attempt.enrolment_id).person_id
    options = {"device": "tab", "counter": 1, "lang": "fr", **more}
    return services.attempts.save_answer(
        db, person_id, attempt.quiz_id, attempt.number, position, values=values, **options
    )  # fmt: skip


def stored(db: Any, attempt: Attempt, position: int = 1) -> Any:
    db.expire_all()
    question = queries.attempts.question_at(db, attempt.id, position)
    assert question is not None
    return question.answer


def fill_the_quiz(db: Any, attempt: Attempt) -> None:
    """As many others in the same quiz, each with an attempt and its questions."""
    other = make_person(db, "driss")
    for _ in range(OTHERS):
        make_enrolment(db, other, make_cohort(db))
    columns = ["quiz_id", "enrolment_id", "number", "state", "started_at"]
    one = sa.select(Attempt.quiz_id, Enrolment.id, Attempt.number, Attempt.state, Attempt.started_at)
    others = one.join(Enrolment, sa.true()).where(Attempt.id == attempt.id, Enrolment.person_id == other.id)
    db.execute(sa.insert(Attempt).from_select(columns, others))
    pinned = [AttemptQuestion.position, AttemptQuestion.version_id, AttemptQuestion.points, AttemptQuestion.order]
    fixed = [sa.false(), sa.false(), sa.literal(""), sa.literal("")]
    questions = (
        sa.select(Attempt.id, *pinned, *fixed)
        .join(AttemptQuestion, AttemptQuestion.attempt_id == attempt.id)
        .where(Attempt.id != attempt.id)
    )
    columns = ["attempt_id", *(column.key for column in pinned), "flagged", "is_given_up", "section_ar", "section_fr"]
    db.execute(sa.insert(AttemptQuestion).from_select(columns, questions))
    db.commit()


class TestStart:
    def test_needs_the_lessons(self, db: Any, enrolment: Enrolment, now: dt.datetime) -> None:
        with pytest.raises(NotOpenYet):
            services.attempts.start_attempt(db, the_quiz(db), enrolment, now=now)

    def test_draws_order_and_deadline_once(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: dt.datetime
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        before = [(question.version_id, question.order) for question in queries.attempts.questions(db, attempt.id)]
        again = services.attempts.start_attempt(db, the_quiz(db), enrolment, now=now + dt.timedelta(minutes=5))
        assert again.id == attempt.id
        assert [
            (question.version_id, question.order) for question in queries.attempts.questions(db, again.id)
        ] == before
        assert again.deadline_at == now + dt.timedelta(minutes=the_quiz(db).minutes or 0)

    def test_stops_at_the_last_attempt(self, db: Any, enrolment: Enrolment, curriculum: Any, now: dt.datetime) -> None:
        for day in range(the_quiz(db).attempts_allowed or 0):
            pass_test(db, enrolment, curriculum, now=now + dt.timedelta(days=2 * day))
        with pytest.raises(NoAttemptLeft):
            services.attempts.start_attempt(db, the_quiz(db), enrolment, now=now + dt.timedelta(days=90))

    def test_waits_for_the_pause(self, db: Any, enrolment: Enrolment, curriculum: Any, now: dt.datetime) -> None:
        quiz = the_quiz(db)
        quiz.pause_hours = 24
        pass_test(db, enrolment, curriculum, now=now)
        with pytest.raises(PauseNeeded):
            services.attempts.start_attempt(db, quiz, enrolment, now=now + dt.timedelta(hours=23, minutes=59))
        assert services.attempts.start_attempt(db, quiz, enrolment, now=now + dt.timedelta(hours=24)).number == 2

    def test_fifty_at_once_make_one(
        self, app: Flask, db: Any, enrolment: Enrolment, curriculum: Any, now: dt.datetime
    ) -> None:
        """Security notes T23."""
        read_lessons(db, enrolment, curriculum, now=now)
        quiz_id, enrolment_id = the_quiz(db).id, enrolment.id
        database.rollback()

        def start(db: Any) -> int:
            attempt = services.attempts.start_attempt(
                db, db.get_one(Quiz, quiz_id), db.get_one(Enrolment, enrolment_id), now=now
            )
            return attempt.id

        results = at_once(app, [start] * 50)
        assert len(set(results)) == 1, results
        assert db.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1
        assert db.scalar(sa.select(sa.func.count()).select_from(AttemptQuestion)) == len(the_quiz(db).items)


class TestSave:
    def test_the_same_save_again_changes_nothing(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        values = right_ids(queries.attempts.question_at(db, attempt.id, 1))
        first, again = (save(db, attempt, values, now=now) for _ in range(2))
        assert first == again
        assert db.scalar(sa.select(sa.func.count()).select_from(AnswerArrival)) == 1

    def test_an_older_save_of_a_tab_never_wins(self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        question = queries.attempts.question_at(db, attempt.id, 1)
        one, other = (pair[0] for pair in question.order[:2])
        save(db, attempt, [one], counter=2, now=now)
        newest = stored(db, attempt)
        save(db, attempt, [other], counter=1, now=now + dt.timedelta(seconds=1))
        assert stored(db, attempt) == newest

    def test_between_tabs_the_last_arrival_wins(self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        question = queries.attempts.question_at(db, attempt.id, 1)
        one, other = (pair[0] for pair in question.order[:2])
        save(db, attempt, [one], device="phone", counter=9, now=now)
        before = stored(db, attempt)
        save(db, attempt, [other], device="office", counter=1, now=now + dt.timedelta(seconds=1))
        assert stored(db, attempt) != before

    def test_an_answer_can_be_taken_back(self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        save(db, attempt, right_ids(queries.attempts.question_at(db, attempt.id, 1)), now=now)
        save(db, attempt, [], counter=2, now=now)
        assert stored(db, attempt) is None

    @pytest.mark.parametrize(("seconds", "counts"), [(-1, True), (29, True), (30, True), (31, False), (86_400, False)])
    def test_grace_is_thirty_seconds(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any, seconds: int, counts: bool
    ) -> None:
        """Domain notes 9, security notes T22. The late answer is kept and does not count."""
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        values = right_ids(queries.attempts.question_at(db, attempt.id, 1))
        moment = attempt.deadline_at + dt.timedelta(seconds=seconds)
        if counts:
            save(db, attempt, values, now=moment)
        else:
            with pytest.raises(TooLate):
                save(db, attempt, values, now=moment)
        assert (stored(db, attempt) is not None) == counts
        arrival = db.scalars(sa.select(AnswerArrival)).one()
        assert arrival.is_late != counts
        assert arrival.answer is not None

    def test_after_sending_nothing_changes_and_the_arrival_is_kept(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        services.attempts.submit(db, attempt, by="person", now=now)
        with pytest.raises(AlreadySubmitted):
            save(db, attempt, right_ids(queries.attempts.question_at(db, attempt.id, 1)), now=now)
        assert stored(db, attempt) is None
        assert db.scalars(sa.select(AnswerArrival)).one().is_late

    def test_values_of_another_question_are_refused(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        foreign = queries.attempts.question_at(db, attempt.id, 2).order[0][0]
        with pytest.raises(UnreadableAnswer):
            save(db, attempt, [foreign], now=now)

    def test_of_two_attempts_of_one_number_the_one_of_the_running_cohort_is_answered(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        over = make_cohort(db, starts_on=dt.date(2026, 9, 1), ends_on=dt.date(2026, 10, 1))
        old = make_enrolment(db, db.get_one(Person, enrolment.person_id), over)
        attempts = [start_attempt(db, one, curriculum, now=now) for one in (old, enrolment)]
        save(db, attempts[0], right_ids(queries.attempts.question_at(db, attempts[1].id, 1)), now=now)
        assert [stored(db, attempt) is None for attempt in attempts] == [True, False]

    def test_the_attempt_is_reached_by_keys_however_many_take_the_quiz(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        """Also before the database counted its rows: on the day of a new test it knows nothing about it."""
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        fill_the_quiz(db, attempt)
        sent: list[tuple[str, Any]] = []
        with listening(db.get_bind(), "before_cursor_execute", lambda _c, _d, *said: sent.append(said[:2])):
            queries.attempts.saving(db, enrolment.person_id, attempt.quiz_id, 1, 1, today=now.date())
        statement, values = sent[-1]
        if db.get_bind().dialect.name == "sqlite":
            steps = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            assert [step.detail for step in steps if step.detail.startswith("SCAN")] == []
        else:
            explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
            plan = db.connection().exec_driver_sql(explain, values).scalar_one()
            assert plan[0]["Plan"]["Shared Hit Blocks"] < OTHERS

    def test_every_acknowledged_save_of_many_tabs_is_there(
        self, app: Flask, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        attempt_id, number, quiz_id = attempt.id, attempt.number, attempt.quiz_id
        person_id = enrolment.person_id
        values = {one.position: right_ids(one) for one in queries.attempts.questions(db, attempt_id)}
        database.rollback()

        def act(place: int) -> Any:
            position = place % len(values) + 1
            save = {"device": f"tab{place}", "counter": 1, "values": values[position], "lang": "fr", "now": now}
            return lambda db: services.attempts.save_answer(db, person_id, quiz_id, number, position, **save)

        results = at_once(app, [act(place) for place in range(60)])
        assert [result for result in results if not isinstance(result, services.attempts.Saved)] == []
        assert db.scalar(sa.select(sa.func.count()).select_from(AnswerArrival)) == 60
        assert all(one.answer is not None for one in queries.attempts.questions(db, attempt_id))


class TestSaveWhileSending:
    def test_what_was_acknowledged_is_what_was_graded(
        self, app: Flask, db: Any, enrolment: Enrolment, curriculum: Any, now: dt.datetime
    ) -> None:
        """A save and the sending of one attempt at the same moment: one of them sees the other."""
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        attempt_id, person_id, quiz_id = attempt.id, enrolment.person_id, attempt.quiz_id
        right = {one.position: right_ids(one) for one in queries.attempts.questions(db, attempt_id)}
        database.rollback()

        def save_one(position: int) -> Any:
            def act(db: Any) -> Any:
                return services.attempts.save_answer(
                    db, person_id, quiz_id, 1, position, device=f"tab{position}", counter=1,
                    values=right[position], lang="fr", now=now,
                )  # fmt: skip

            return act

        def send(db: Any) -> None:
            services.attempts.submit(db, db.get_one(Attempt, attempt_id), by="person", now=now)

        at_once(app, [send, *(save_one(position) for position in right), *(save_one(position) for position in right)])
        db.expire_all()
        for question in queries.attempts.questions(db, attempt_id):
            assert question.fraction == (1 if question.answer else 0), question.position


class TestGrade:
    def test_the_mark_is_the_exact_share_of_points(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        answer_all(db, attempt, by_marks("1"), now=now)
        services.attempts.submit(db, attempt, by="person", now=now)
        questions = queries.attempts.questions(db, attempt.id)
        earned = sum(one.fraction * one.points for one in questions)
        assert attempt.score == (earned / sum(one.points for one in questions)).quantize(Decimal("0.000001"))
        assert questions[0].fraction == 1
        assert [one.fraction for one in questions[1:]] == [0] * (len(questions) - 1)

    def test_the_best_attempt_counts(self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any) -> None:
        pass_test(db, enrolment, curriculum, now=now)
        worse = start_attempt(db, enrolment, curriculum, now=now + dt.timedelta(days=2))
        services.attempts.submit(db, worse, by="person", now=now + dt.timedelta(days=2))
        entry = ledger.entries(db, enrolment.id)["test:concepts"]
        assert (entry.share, entry.score) == (1, 1)

    def test_sending_twice_grades_once(
        self, app: Flask, db: Any, enrolment: Enrolment, curriculum: Any, now: Any
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        answer_all(db, attempt, now=now)
        attempt_id = attempt.id
        database.rollback()

        def send(db: Any) -> Any:
            services.attempts.submit(db, db.get_one(Attempt, attempt_id), by="person", now=now)
            return "sent"

        assert at_once(app, [send] * 20) == ["sent"] * 20
        changes = ledger.changes(db, [enrolment.id], limit=100)
        assert len([one for one in changes if one.activity == "test:concepts"]) == 1

    def test_the_job_closes_what_a_gone_browser_left(
        self, db: Any, enrolment: Enrolment, curriculum: Any, now: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        attempt = start_attempt(db, enrolment, curriculum, now=now)
        answer_all(db, attempt, now=now)
        over = attempt.deadline_at + services.attempts.GRACE
        for moment, state in ((over, AttemptState.OPEN), (over + dt.timedelta(seconds=1), AttemptState.SUBMITTED)):
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            services.attempts.close_overdue(db)
            db.flush()
            assert attempt.state == state
        assert (attempt.submitted_by, attempt.score) == ("deadline", 1)
        assert attempt.submitted_at == over
