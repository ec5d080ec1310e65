"""More time, more attempts, a later closing for one person or some: at once, never shorter, unseen by others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.audit import AuditDetail, AuditEntry
from lms.programme import services as programme
from lms.programme.models import Enrolment
from lms.quizzes import queries, services
from lms.quizzes.errors import NoAttemptLeft, OutsideWindow
from lms.quizzes.models import Arrangement, Attempt, AttemptState, Feedback, Quiz
from lms.quizzes.release import released
from lms.quizzes.services.desk import Given
from tests.factories import start_attempt
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.arrangements.given import arrange, deadline, held
from tests.quizzes.taught import HOUR, MINUTE, begin, learner, save, sent, short_quiz, taught_cohort

# --- What it does to attempts ----------------------------------------------------------------------------------------


def test_a_running_attempt_has_its_time_at_once(db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime) -> None:
    attempt = begin(db, quiz, chaima, now)

    arrange(db, chaima, None, now + 5 * MINUTE, time_percent=200)

    assert deadline(db, attempt) == now + 40 * MINUTE


def test_an_attempt_whose_time_ran_out_but_is_still_open_goes_on(
    db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = begin(db, quiz, chaima, now)
    arrange(db, chaima, quiz, now + 21 * MINUTE, time_percent=150)

    save(db, attempt, now=now + 25 * MINUTE)

    db.expire_all()
    question = queries.attempts.question_at(db, attempt.id, 1)
    assert question is not None
    assert question.answer is not None


def test_a_sent_attempt_stays_as_it_was(db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime) -> None:
    attempt = sent(db, quiz, chaima, now)

    arrange(db, chaima, quiz, now + 5 * MINUTE, time_percent=200)

    assert deadline(db, attempt) == now + 20 * MINUTE


@pytest.mark.parametrize("act", ["less", "end", "rules"])
def test_a_running_attempt_is_never_shortened(
    db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime, act: str
) -> None:
    arrange(db, chaima, quiz, now, time_percent=200)
    attempt = begin(db, quiz, chaima, now)

    if act == "less":
        arrange(db, chaima, quiz, now + MINUTE, time_percent=125)
    elif act == "end":
        one = db.scalars(sa.select(Arrangement)).one()
        services.desk.end(db, chaima, one.id, actor_id=1, now=now + MINUTE)
    else:
        quiz.minutes = 5
        arrange(db, chaima, quiz, now + MINUTE, time_percent=150)

    database.commit()
    assert deadline(db, attempt) == now + 40 * MINUTE


def test_no_limit_stays_no_limit(db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime) -> None:
    endless = short_quiz(db, bilal, now, minutes=None)
    attempt = begin(db, endless, chaima, now)
    endless.minutes = 10

    arrange(db, chaima, None, now + MINUTE, time_percent=150)

    assert deadline(db, attempt) is None


def test_only_the_attempts_of_the_person_and_the_quiz_move(
    db: Any, bilal: Person, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    other_quiz, hiba = short_quiz(db, bilal, now), learner(db, chaima.cohort, "hiba")
    own, elsewhere, others = (
        begin(db, quiz, chaima, now), begin(db, other_quiz, chaima, now), begin(db, quiz, hiba, now)
    )  # fmt: skip

    arrange(db, chaima, quiz, now + MINUTE, extra_minutes=7)

    assert [deadline(db, one) for one in (own, elsewhere, others)] == [
        now + 27 * MINUTE, now + 20 * MINUTE, now + 20 * MINUTE,
    ]  # fmt: skip


def test_what_names_a_quiz_goes_before_what_holds_everywhere_and_gives_way_when_it_goes(
    db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    arrange(db, chaima, None, now, time_percent=200)
    arrange(db, chaima, quiz, now, time_percent=125)
    attempt = begin(db, quiz, chaima, now)
    assert deadline(db, attempt) == now + 25 * MINUTE

    named = db.scalars(sa.select(Arrangement).where(Arrangement.quiz_id == quiz.id)).one()
    services.desk.end(db, chaima, named.id, actor_id=1, now=now + MINUTE)
    database.commit()

    assert deadline(db, attempt) == now + 40 * MINUTE


def test_more_attempts_may_begin(db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime) -> None:
    sent(db, quiz, chaima, now)
    with pytest.raises(NoAttemptLeft):
        begin(db, quiz, chaima, now + HOUR)

    arrange(db, chaima, quiz, now + HOUR, extra_attempts=1)

    assert begin(db, quiz, chaima, now + HOUR).number == 2


def test_a_later_closing_opens_a_closed_quiz_for_one_person(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    closing, hiba = short_quiz(db, bilal, now, closes_at=now + HOUR), learner(db, chaima.cohort, "hiba")

    arrange(db, chaima, closing, now, closes_at=now + 3 * HOUR)

    assert begin(db, closing, chaima, now + 2 * HOUR).deadline_at == now + 2 * HOUR + 20 * MINUTE
    with pytest.raises(OutsideWindow):
        begin(db, closing, hiba, now + 2 * HOUR)


# --- Keys wait for the last one --------------------------------------------------------------------------------------


def shown_at(db: Any, attempt: Attempt, quiz: Quiz, moment: dt.datetime) -> bool:
    db.expire_all()
    return released(attempt, quiz, last_closing=queries.attempts.last_closing(db, quiz), now=moment)


@pytest.mark.parametrize("everywhere", [True, False])
def test_keys_wait_for_the_latest_closing_that_anybody_has(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime, everywhere: bool
) -> None:
    quiz = short_quiz(db, bilal, now, closes_at=now + HOUR, feedback=Feedback.AFTER_CLOSING)
    hiba = learner(db, chaima.cohort, "hiba")
    arrange(db, hiba, None if everywhere else quiz, now, closes_at=now + 3 * HOUR)
    attempt = sent(db, quiz, chaima, now)

    assert not shown_at(db, attempt, quiz, now + 2 * HOUR)
    assert not shown_at(db, attempt, quiz, now + 3 * HOUR + dt.timedelta(seconds=30))
    assert shown_at(db, attempt, quiz, now + 3 * HOUR + dt.timedelta(seconds=31))


def test_keys_wait_for_an_attempt_that_runs_on_after_its_arrangement_was_taken_away(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, minutes=60, closes_at=now + HOUR, feedback=Feedback.AFTER_CLOSING)
    hiba = learner(db, chaima.cohort, "hiba")
    attempt = sent(db, quiz, chaima, now)
    arrange(db, hiba, quiz, now, closes_at=now + 3 * HOUR)
    begin(db, quiz, hiba, now + HOUR + 30 * MINUTE)
    services.desk.end(db, hiba, db.scalars(sa.select(Arrangement)).one().id, actor_id=1, now=now + 2 * HOUR)
    database.commit()

    assert not shown_at(db, attempt, quiz, now + 2 * HOUR + 20 * MINUTE)
    assert shown_at(db, attempt, quiz, now + 2 * HOUR + 31 * MINUTE)


def test_closings_that_cannot_be_used_make_nobody_wait(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    """Of somebody who left, of another cohort, in every quiz but this one, or earlier than the quiz's own."""
    cohort = chaima.cohort
    quiz = short_quiz(
        db, bilal, now, cohort_id=cohort.id, closes_at=now + HOUR, feedback=Feedback.AFTER_CLOSING
    )  # fmt: skip
    left, elsewhere = learner(db, cohort, "hiba"), learner(db, taught_cohort(db, bilal), "nadia")
    other, early = learner(db, cohort, "salma"), learner(db, cohort, "yto")
    for one in (left, elsewhere, other):
        arrange(db, one, None, now, closes_at=now + 9 * HOUR)
    arrange(db, other, quiz, now, time_percent=125)
    arrange(db, early, quiz, now, closes_at=now + MINUTE)
    programme.end_enrolment(db, left, actor_id=1, reason="left", now=now)
    database.commit()
    attempt = sent(db, quiz, chaima, now)

    assert queries.attempts.last_closing(db, quiz) == now + HOUR
    assert shown_at(db, attempt, quiz, now + 2 * HOUR)


def test_a_quiz_that_never_closes_asks_nothing(db: Any, quiz: Quiz, at_most: Any) -> None:
    assert quiz.closes_at is None
    with at_most(0):
        assert queries.attempts.last_closing(db, quiz) is None


# --- Two at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_of_two_trainers_at_once_the_later_stands_and_the_audit_has_both(
    app: Flask, db: Any, bilal: Person, chaima: Enrolment, quiz: Quiz, now: dt.datetime, named: bool
) -> None:
    bilal_id = bilal.id
    attempt, enrolment_id, quiz_id = begin(db, quiz, chaima, now), chaima.id, quiz.id if named else None

    def give(percent: int) -> Callable[[Any], None]:
        def act(db: Any) -> None:
            enrolment = db.get_one(Enrolment, enrolment_id)
            services.desk.arrange(db, [enrolment], quiz_id, Given(percent), actor_id=bilal_id, now=now + MINUTE)

        return act

    assert at_once(app, [give(150), give(200)]) == [None, None]

    details = db.scalars(
        sa.select(AuditDetail)
        .join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
        .where(AuditEntry.action == "quizzes.arrange")
        .order_by(AuditEntry.id)
    ).all()
    assert sorted(one.values["after"]["time_percent"] for one in details) == [150, 200]
    last = details[-1].values
    assert held(db) == [(quiz_id, last["after"]["time_percent"], 0, 0)]
    assert last["before"]["time_percent"] != last["after"]["time_percent"]
    assert deadline(db, attempt) == now + 40 * MINUTE


def test_time_given_while_an_attempt_is_sent_neither_waits_for_ever_nor_opens_it_again(
    app: Flask, db: Any, bilal: Person, curriculum: Any, now: dt.datetime
) -> None:
    """Sending a module's test writes the ledger: it locks the attempt first and the enrolment after."""
    cohort, bilal_id = taught_cohort(db, bilal), bilal.id
    names = ("chaima", "hiba", "nadia", "salma", "yto", "rim")
    attempts = [start_attempt(db, learner(db, cohort, name), curriculum, now=now) for name in names]

    def send(attempt_id: int) -> Callable[[Any], None]:
        return lambda db: services.attempts.submit(db, db.get_one(Attempt, attempt_id), by="person", now=now + MINUTE)

    def give(enrolment_id: int) -> Callable[[Any], None]:
        def act(db: Any) -> None:
            enrolment = db.get_one(Enrolment, enrolment_id)
            services.desk.arrange(db, [enrolment], None, Given(200), actor_id=bilal_id, now=now + MINUTE)

        return act

    for attempt_id, enrolment_id in [(one.id, one.enrolment_id) for one in attempts]:
        assert at_once(app, [send(attempt_id), give(enrolment_id)]) == [None, None]
        db.expire_all()
        assert db.get_one(Attempt, attempt_id).state == AttemptState.SUBMITTED


# --- What the learner sees -------------------------------------------------------------------------------------------


def test_the_learner_sees_the_time_they_have_and_others_see_nothing(
    app: Flask, db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz, at: Any, now: dt.datetime
) -> None:
    hiba = learner(db, chaima.cohort, "hiba")
    at(now)
    arrange(db, chaima, None, now, time_percent=200, extra_attempts=2)
    pages = []
    for one in (chaima, hiba):
        client: Any = app.test_client()
        client.signed_in(db.get_one(Person, one.person_id))
        pages.append(client.get(f"/fr/quizzes/{quiz.id}/").text)

    assert "40 minutes" in pages[0]
    assert "20 minutes" in pages[1]
