"""One attempt, read by a trainer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme import services as programme
from lms.quizzes import queries, services
from lms.quizzes.errors import AlreadySubmitted, TooLate
from lms.quizzes.models import ChangeReason, MarkChange, Question, Quiz
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.quizzes.desk.seen import attempt_path
from tests.quizzes.taught import MINUTE, begin, learner, save, sent, short_quiz, taught_cohort


def test_an_attempt_of_another_cohort_is_not_there(
    second: CheckingClient, db: Any, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = sent(db, quiz, learner(db, cohort), now)
    taught_cohort(db, db.scalars(sa.select(Person).where(Person.email == "driss@example.ma")).one())

    assert second.get(attempt_path(attempt)).status_code == 404


def test_numbers_that_do_not_belong_together_are_not_there(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt, other = sent(db, quiz, learner(db, cohort), now), short_quiz(db, bilal, now)
    hiba = learner(db, cohort, "hiba")
    base = f"/fr/questions/quizzes/{quiz.id}/people"

    assert trainer.get(attempt_path(attempt)).status_code == 200
    for wrong in (
        f"{base}/{attempt.enrolment_id}/2/",
        f"{base}/{hiba.id}/1/",
        f"{base}/999999/1/",
        f"/fr/questions/quizzes/{other.id}/people/{attempt.enrolment_id}/1/",
    ):
        assert trainer.get(wrong).status_code == 404, wrong


def test_of_a_running_attempt_nothing_is_read_but_how_far_it_is(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("single_choice", "short_answer"))
    attempt = begin(db, quiz, learner(db, cohort), now)
    save(db, attempt, ["Le mot secret"], position=2, now=now)

    page = trainer.get(attempt_path(attempt)).text

    assert "1 sur 2" in page
    assert "Le mot secret" not in page
    assert "Une question" not in page


def test_a_sent_attempt_shows_answer_key_mark_and_who_sent_it(
    trainer: CheckingClient, db: Any, cohort: Any, quiz: Quiz, at: Any, now: dt.datetime
) -> None:
    person = learner(db, cohort)
    right, empty = sent(db, quiz, person, now), begin(db, quiz, person, now + 2 * MINUTE)
    at(now + 23 * MINUTE)
    services.attempts.close_overdue(db)
    database.commit()

    first, later = trainer.get(attempt_path(right)).text, trainer.get(attempt_path(empty)).text

    assert "20/20" in first
    assert first.count('class="answer-block correct"') == 1
    assert later.count('class="answer-block correct"') == 1
    assert later.count('class="answer-block"') == 1
    assert "Une question" in first
    assert ">0/20" in later
    assert "par la personne" in first
    assert "par le serveur à la fin du temps" not in first
    assert "par le serveur à la fin du temps" in later


def test_a_corrected_mark_is_shown_with_the_old_one_the_reason_and_the_hand(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = sent(db, quiz, learner(db, cohort), now)
    change = MarkChange(
        attempt_id=attempt.id, reason=ChangeReason.KEY, old_score=Decimal("0.25"), new_score=Decimal(1),
        changed_at=now, changed_by_id=bilal.id,
    )  # fmt: skip
    db.add(change)
    database.commit()

    page = trainer.get(attempt_path(attempt)).text

    assert "5/20" in page
    assert bilal.name.fr in page.split('id="answers"')[0]


def test_late_answers_are_shown_in_words_with_their_minutes_and_count_nothing(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer",))
    attempt = begin(db, quiz, learner(db, cohort), now)
    with pytest.raises(TooLate):
        save(db, attempt, ["En retard"], now=now + 23 * MINUTE)
    services.attempts.submit(db, attempt, by="deadline", now=now + 24 * MINUTE)
    database.commit()
    with pytest.raises(AlreadySubmitted):
        save(db, attempt, [], now=now + 40 * MINUTE)

    page = trainer.get(attempt_path(attempt)).text

    assert "En retard" in page
    assert "3 minutes" in page
    assert "20 minutes" in page
    assert ">0/20" in page


def test_an_answer_after_sending_early_is_late_from_the_moment_of_sending(
    trainer: CheckingClient, db: Any, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = sent(db, quiz, learner(db, cohort), now, right=False)
    with pytest.raises(AlreadySubmitted):
        save(db, attempt, now=now + 6 * MINUTE)

    assert "5 minutes" in trainer.get(attempt_path(attempt)).text


def test_an_open_answer_without_a_mark_is_not_read_under_a_name(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    """Grading is anonymous until the mark is there."""
    quiz = short_quiz(db, bilal, now, kinds=("open_answer",))
    attempt = begin(db, quiz, learner(db, cohort), now)
    save(db, attempt, ["Mon avis personnel"], now=now)
    services.attempts.submit(db, attempt, by="person", now=now)
    database.commit()
    assert "Mon avis personnel" not in trainer.get(attempt_path(attempt)).text

    question = queries.attempts.question_at(db, attempt.id, 1)
    assert question is not None
    question.fraction = Decimal("0.5")
    database.commit()
    assert "Mon avis personnel" in trainer.get(attempt_path(attempt)).text


def test_attempts_stay_readable_when_the_person_left_and_the_quiz_went(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    enrolment = learner(db, cohort)
    attempt = sent(db, quiz, enrolment, now)
    programme.end_enrolment(db, enrolment, actor_id=bilal.id, reason="left", now=now)
    quiz.archived_at = now
    database.commit()

    page = trainer.get(attempt_path(attempt))

    assert page.status_code == 200
    assert "/arrangements/" not in page.text


def test_the_key_of_anothers_private_question_is_not_offered_for_correction(
    trainer: CheckingClient, db: Any, cohort: Any, now: dt.datetime
) -> None:
    karim = make_person(db, "karim", role=Role.TRAINER)
    quiz = short_quiz(db, karim, now)
    attempt = sent(db, quiz, learner(db, cohort), now)
    question = db.get_one(Question, attempt.questions[0].version.question_id)
    link = f'href="/fr/questions/{question.id}/marks/"'
    assert link in trainer.get(attempt_path(attempt)).text

    services.bank.share(db, question, is_shared=False)
    database.commit()

    assert link not in trainer.get(attempt_path(attempt)).text


def test_reading_an_attempt_is_logged_with_the_person(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    enrolment = learner(db, cohort)
    attempt = sent(db, quiz, enrolment, now)
    services.attempts.ask_review(db, attempt, "", person_id=enrolment.person_id, now=now)
    database.commit()
    trainer.get(attempt_path(attempt))
    # A form that is refused shows the attempt again.
    review = queries.attempts.reviews_of(db, attempt.id)[0]
    trainer.post(f"{attempt_path(attempt)}reviews/{review.id}", data={"answer": ""})

    db.expire_all()
    entries = db.scalars(sa.select(AccessEntry)).all()
    assert [(one.actor_id, one.page, one.person_id) for one in entries] == [
        (bilal.id, "desk.show_attempt", enrolment.person_id)
    ] * 2


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_hostile_words_stay_words(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime, lang: str
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer",))
    attempt = begin(db, quiz, learner(db, cohort), now)
    hostile = "<script>alert(1)</script>"
    save(db, attempt, [hostile], now=now)
    services.attempts.submit(db, attempt, by="person", now=now)
    services.attempts.ask_review(db, attempt, hostile, person_id=bilal.id, now=now)
    database.commit()

    page = trainer.get(attempt_path(attempt).replace("/fr/", f"/{lang}/")).text

    assert hostile not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2
