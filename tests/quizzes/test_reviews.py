"""A learner asks about a mark, a trainer answers: once, in words, and nobody else reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.core import mail
from lms.core.access import Role
from lms.core.audit import AuditDetail, AuditEntry
from lms.programme.models import CohortTrainer, Enrolment
from lms.quizzes import hooks, services
from lms.quizzes.errors import AnsweredMeanwhile
from lms.quizzes.models import Attempt, Quiz, ReviewRequest
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.taught import HOUR, begin, learner, sent, short_quiz, taught_cohort


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    return taught_cohort(db, bilal)


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now, attempts_allowed=None)


@pytest.fixture
def attempt(db: Any, cohort: Any, quiz: Quiz, now: dt.datetime) -> Attempt:
    return sent(db, quiz, learner(db, cohort), now)


@pytest.fixture
def chaima(app: Flask, db: Any, attempt: Attempt) -> CheckingClient:
    client: Any = app.test_client()
    person = db.scalars(sa.select(Person).where(Person.email == "chaima@example.ma")).one()
    return client.signed_in(person)  # type: ignore[no-any-return]


def ask_path(attempt: Attempt) -> str:
    return f"/fr/quizzes/{attempt.quiz_id}/attempts/{attempt.number}/review"


def desk_path(attempt: Attempt) -> str:
    return f"/fr/questions/quizzes/{attempt.quiz_id}/people/{attempt.enrolment_id}/{attempt.number}/"


def answer_path(attempt: Attempt, review: ReviewRequest) -> str:
    return f"{desk_path(attempt)}reviews/{review.id}"


def asked(db: Any, attempt: Attempt, now: dt.datetime, words: str = "Ma réponse dit la même chose.") -> ReviewRequest:
    services.attempts.ask_review(db, attempt, words, person_id=1, now=now)
    database.commit()
    query = sa.select(ReviewRequest).where(ReviewRequest.attempt_id == attempt.id, ReviewRequest.answered_at.is_(None))
    found: ReviewRequest = db.scalars(query).one()
    return found


def answer(app: Flask, db: Any, review: ReviewRequest, now: dt.datetime) -> None:
    with app.test_request_context("/fr/"):
        services.desk.answer_review(db, review, "Vu.", actor_id=1, now=now)
    database.commit()


def stored(db: Any) -> list[ReviewRequest]:
    db.expire_all()
    return list(db.scalars(sa.select(ReviewRequest).order_by(ReviewRequest.id)))


def acts(db: Any, action: str) -> int:
    return int(db.scalar(sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == action)))


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_a_request_is_kept_with_its_words_and_shown_to_the_learner(
    db: Any, chaima: CheckingClient, attempt: Attempt
) -> None:
    answer = chaima.post(ask_path(attempt), data={"words": "La question 1,\r\nsvp."})

    assert answer.status_code == 302
    assert [(one.words, one.answered_at) for one in stored(db)] == [("La question 1,\nsvp.", None)]
    assert acts(db, "quizzes.ask-review") == 1
    page = chaima.get(ask_path(attempt).replace("/review", "/result/")).text
    assert "La question 1," in page
    assert f'action="{ask_path(attempt)}"' not in page


def test_words_may_be_left_out(db: Any, chaima: CheckingClient, attempt: Attempt) -> None:
    assert chaima.post(ask_path(attempt), data={}).status_code == 302
    assert [one.words for one in stored(db)] == [""]


def test_pressed_twice_it_is_the_same_request(db: Any, chaima: CheckingClient, attempt: Attempt) -> None:
    for words in ("Première", "Seconde"):
        assert chaima.post(ask_path(attempt), data={"words": words}).status_code == 302

    assert [one.words for one in stored(db)] == ["Première"]
    assert acts(db, "quizzes.ask-review") == 1


def test_pressed_at_the_same_moment_it_is_one_request(app: Flask, db: Any, attempt: Attempt, now: dt.datetime) -> None:
    attempt_id = attempt.id

    def ask(db: Any) -> bool:
        return services.attempts.ask_review(db, db.get_one(Attempt, attempt_id), "", person_id=1, now=now)

    assert sorted(at_once(app, [ask, ask, ask])) == [False, False, True]
    assert len(stored(db)) == 1


def test_once_answered_one_may_ask_again(
    app: Flask, db: Any, chaima: CheckingClient, attempt: Attempt, now: dt.datetime
) -> None:
    answer(app, db, asked(db, attempt, now), now)

    chaima.post(ask_path(attempt), data={"words": "Pourquoi ?"})

    assert [one.words for one in stored(db)][1:] == ["Pourquoi ?"]


def test_too_many_words_come_back_kept(db: Any, chaima: CheckingClient, attempt: Attempt) -> None:
    words = "م" * 1001

    answer = chaima.post(ask_path(attempt), data={"words": words})

    assert answer.status_code == 422
    assert words in answer.text
    assert "1000" in answer.text
    assert stored(db) == []
    assert chaima.post(ask_path(attempt), data={"words": words[:-1]}).status_code == 302


def test_nobody_asks_about_an_attempt_that_runs(
    db: Any, chaima: CheckingClient, attempt: Attempt, quiz: Quiz, cohort: Any, now: dt.datetime
) -> None:
    running = begin(db, quiz, db.get_one(Enrolment, attempt.enrolment_id), now + HOUR)

    assert chaima.post(ask_path(running), data={"words": "Déjà"}).status_code == 404
    assert stored(db) == []


def test_nobody_asks_about_anothers_mark(app: Flask, db: Any, cohort: Any, attempt: Attempt) -> None:
    learner(db, cohort, "hiba")
    client: Any = app.test_client()
    client.signed_in(db.scalars(sa.select(Person).where(Person.email == "hiba@example.ma")).one())

    assert client.post(ask_path(attempt), data={"words": "?"}).status_code == 404
    assert stored(db) == []


# --- The trainer's home ----------------------------------------------------------------------------------------------


def tasks(app: Flask, db: Any, person: Person, now: dt.datetime) -> list[Any]:
    class Actor:
        person_id, roles = person.id, frozenset({Role.TRAINER})

    with app.test_request_context("/fr/"):
        return [task for task in hooks.tasks(db, Actor(), now=now) if "#reviews" in (task.url or "")]  # type: ignore[arg-type]


def test_the_oldest_waiting_request_opens_from_the_home_of_its_trainers(
    app: Flask, db: Any, bilal: Person, cohort: Any, quiz: Quiz, attempt: Attempt, now: dt.datetime
) -> None:
    later = sent(db, quiz, learner(db, cohort, "hiba"), now)
    stranger = make_person(db, "karim", role=Role.TRAINER)
    assert tasks(app, db, bilal, now) == []
    asked(db, later, now + HOUR)
    first = asked(db, attempt, now)

    (task,) = tasks(app, db, bilal, now)
    assert (task.count, task.url) == (2, f"{desk_path(attempt)}#reviews")
    assert tasks(app, db, stranger, now) == []

    answer(app, db, first, now)
    (task,) = tasks(app, db, bilal, now)
    assert (task.count, task.url) == (1, f"{desk_path(later)}#reviews")


# --- Answering -------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_written_into_the_audit_and_told_by_message(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: CheckingClient, attempt: Attempt, now: dt.datetime
) -> None:
    review = asked(db, attempt, now)
    assert "Ma réponse dit la même chose." in trainer.get(desk_path(attempt)).text

    answer = trainer.post(answer_path(attempt, review), data={"answer": "La clé est juste."})

    assert answer.status_code == 302
    one = stored(db)[0]
    assert (one.answer, one.answered_by_id, one.answered_at) == ("La clé est juste.", bilal.id, now)
    detail = db.scalars(
        sa.select(AuditDetail)
        .join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
        .where(AuditEntry.action == "quizzes.answer-review")
    ).one()
    assert (detail.reason, detail.values) == ("", {})
    sent_mails = db.scalars(sa.select(mail.Mail).where(mail.Mail.kind == "quizzes.review-answered")).all()
    assert len(sent_mails) == 1
    assert "La clé est juste." not in sent_mails[0].text
    assert "La clé est juste." in chaima.get(ask_path(attempt).replace("/review", "/result/")).text


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 2001])
def test_an_answer_needs_words_and_not_too_many(
    db: Any, trainer: CheckingClient, attempt: Attempt, now: dt.datetime, text: str
) -> None:
    review = asked(db, attempt, now)

    answer = trainer.post(answer_path(attempt, review), data={"answer": text})

    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert text.strip() in answer.text
    assert stored(db)[0].answered_at is None


def test_of_two_trainers_the_second_sees_the_first_answer_and_keeps_the_own_text(
    db: Any, trainer: CheckingClient, second: CheckingClient, cohort: Any, attempt: Attempt, now: dt.datetime
) -> None:
    driss = db.scalars(sa.select(Person).where(Person.email == "driss@example.ma")).one()
    db.add(CohortTrainer(cohort_id=cohort.id, person_id=driss.id))
    database.commit()
    review = asked(db, attempt, now)
    trainer.post(answer_path(attempt, review), data={"answer": "La première réponse."})

    answer = second.post(answer_path(attempt, review), data={"answer": "La seconde réponse."})

    assert answer.status_code == 409
    assert "La première réponse." in answer.text
    assert "La seconde réponse." in answer.text
    assert [one.answer for one in stored(db)] == ["La première réponse."]
    assert db.scalar(sa.select(sa.func.count()).where(mail.Mail.kind == "quizzes.review-answered")) == 1


def test_of_two_answers_at_the_same_moment_one_stands(
    app: Flask, db: Any, bilal: Person, attempt: Attempt, now: dt.datetime
) -> None:
    review_id, bilal_id = asked(db, attempt, now).id, bilal.id

    def say(text: str) -> Callable[[Any], None]:
        def act(db: Any) -> None:
            with app.test_request_context("/fr/"):
                review = db.get_one(ReviewRequest, review_id)
                services.desk.answer_review(db, review, text, actor_id=bilal_id, now=now)

        return act

    found = at_once(app, [say("Une"), say("Autre")])

    assert sorted(type(one) for one in found if one is not None) == [AnsweredMeanwhile]
    assert stored(db)[0].answer == ("Une" if found[0] is None else "Autre")
    assert acts(db, "quizzes.answer-review") == 1


def test_only_trainers_of_the_cohort_answer(
    app: Flask, db: Any, second: CheckingClient, chaima: CheckingClient, attempt: Attempt, now: dt.datetime
) -> None:
    review = asked(db, attempt, now)

    assert second.post(answer_path(attempt, review), data={"answer": "Moi"}).status_code == 404
    assert chaima.post(answer_path(attempt, review), data={"answer": "Moi"}).status_code == 403
    assert stored(db)[0].answered_at is None


def test_a_request_is_answered_under_its_own_attempt_only(
    db: Any, trainer: CheckingClient, cohort: Any, quiz: Quiz, attempt: Attempt, now: dt.datetime
) -> None:
    review, other = asked(db, attempt, now), sent(db, quiz, learner(db, cohort, "hiba"), now)

    assert trainer.post(answer_path(other, review), data={"answer": "Oui"}).status_code == 404
    assert stored(db)[0].answered_at is None


def test_after_an_answer_the_next_one_is_a_click_away(
    db: Any, trainer: CheckingClient, cohort: Any, quiz: Quiz, attempt: Attempt, now: dt.datetime
) -> None:
    other = sent(db, quiz, learner(db, cohort, "hiba"), now)
    review = asked(db, attempt, now)
    asked(db, other, now + HOUR)

    trainer.post(answer_path(attempt, review), data={"answer": "Vu."})

    assert f'href="{desk_path(other)}#reviews"' in trainer.get(desk_path(attempt)).text


def test_what_may_help_is_linked(db: Any, trainer: CheckingClient, attempt: Attempt, now: dt.datetime) -> None:
    asked(db, attempt, now)
    question = attempt.questions[0].version.question_id

    page = trainer.get(desk_path(attempt)).text

    assert f'href="/fr/questions/{question}/marks/"' in page
    assert f'href="/fr/questions/arrangements/{attempt.enrolment_id}/?quiz={attempt.quiz_id}"' in page
