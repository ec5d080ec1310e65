"""Practice under lessons, and the tests before and after the training: when they open, what they show."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.quizzes import drawing, queries, services
from lms.quizzes.errors import NotOpenYet, TooLateToCompare
from lms.quizzes.models import Feedback, Purpose, Question, Quiz, QuizItem
from lms.quizzes.terms import terms
from tests.factories import read_lessons, take
from tests.pages import CheckingClient
from tests.quizzes.taught import learner, taught_cohort
from tests.quizzes.test_gain import forms, last_day, whole_cohort

__all__ = ["forms"]
ALL = ("concepts", "model", "planning")


@pytest.fixture
def person(db: Any, forms: tuple[Quiz, Quiz], at: Any, now: dt.datetime) -> Any:
    at(now)
    return learner(db, whole_cohort(db))


@pytest.fixture
def signed_in(client: CheckingClient, person: Any) -> CheckingClient:
    return client.signed_in(person.person)


def test_the_test_before_leads_the_home_page_until_a_lesson_is_read(
    signed_in: CheckingClient, db: Any, forms: tuple[Quiz, Quiz], person: Any, curriculum: Any, now: dt.datetime
) -> None:
    path = f"/fr/quizzes/{forms[0].id}/"
    assert path in signed_in.get("/fr/").text

    read_lessons(db, person, curriculum, now=now - dt.timedelta(minutes=1))

    assert path not in signed_in.get("/fr/").text
    with pytest.raises(TooLateToCompare):
        services.attempts.start_attempt(db, forms[0], person, now=now + dt.timedelta(hours=1))


def test_the_test_before_shows_no_mark_and_no_answer(
    signed_in: CheckingClient, db: Any, forms: tuple[Quiz, Quiz], person: Any, now: dt.datetime
) -> None:
    take(db, forms[0], person, "1" * 4 + "0" * 6, now=now)

    page = signed_in.get(f"/fr/quizzes/{forms[0].id}/attempts/1/result/").text
    home = signed_in.get("/fr/").text
    start = signed_in.get(f"/fr/quizzes/{forms[0].id}/").text

    assert "Ce test n’est pas noté" in page
    assert "sans note" in home
    for text in (page, home, start):
        assert "8/20" not in text
        assert "seuil" not in text.lower()
    assert "Option a" not in page


def test_the_test_after_opens_with_the_last_lesson_or_in_the_last_week(
    db: Any, forms: tuple[Quiz, Quiz], person: Any, curriculum: Any, now: dt.datetime
) -> None:
    eight_days = last_day(person) - dt.timedelta(days=8)
    with pytest.raises(NotOpenYet):
        services.attempts.check_may_start(db, forms[1], person, [], terms(forms[1], []), now=eight_days)
    assert services.attempts.fits_progress(db, forms[1], person, now=eight_days + dt.timedelta(days=2))
    read_lessons(db, person, curriculum, now=now)

    assert services.attempts.fits_progress(db, forms[1], person, now=now + dt.timedelta(minutes=1))


def test_the_test_after_says_both_results_by_module(
    signed_in: CheckingClient, db: Any, forms: tuple[Quiz, Quiz], person: Any, at: Any, now: dt.datetime
) -> None:
    forms[1].feedback = Feedback.AFTER_SUBMIT
    take(db, forms[0], person, "1" * 4 + "0" * 6, now=now)
    at(last_day(person))
    signed_in.signed_in(person.person)
    assert f"/fr/quizzes/{forms[1].id}/" in signed_in.get("/fr/").text
    take(db, forms[1], person, "1" * 9 + "0", now=last_day(person))

    page = signed_in.get(f"/fr/quizzes/{forms[1].id}/attempts/1/result/").text

    assert "Avant la formation\u00a0: 8/20" in page
    assert "Par module" in page


def test_who_takes_one_module_meets_no_test_of_all(db: Any, forms: tuple[Quiz, Quiz]) -> None:
    one, every = learner(db, taught_cohort(db)), learner(db, taught_cohort(db, modules=ALL), "hiba")

    assert [queries.attempts.is_for(forms[0], who) for who in (one, every)] == [False, True]


def test_a_paper_of_the_test_before_counts_from_the_moment_it_was_sat(
    db: Any, forms: tuple[Quiz, Quiz], person: Any, curriculum: Any, now: dt.datetime
) -> None:
    read_lessons(db, person, curriculum, now=now)

    assert services.attempts.fits_progress(db, forms[0], person, now=now - dt.timedelta(hours=1))
    assert not services.attempts.fits_progress(db, forms[0], person, now=now + dt.timedelta(hours=1))


@pytest.fixture
def practice(db: Any, forms: tuple[Quiz, Quiz], now: dt.datetime) -> Quiz:
    """Practice to the first lesson; its questions are its own, whatever the forms ask."""
    quiz = Quiz(
        content_key="concepts/quizzes/first", module="concepts", lesson="concepts/first", purpose=Purpose.PRACTICE,
        title=Bilingual("تمرين", "S’exercer\u00a0: le premier"), feedback=Feedback.AT_ONCE, published_at=now,
        items=[QuizItem(position=1, question_id=forms[0].items[0].question_id)],
    )  # fmt: skip
    db.add(quiz)
    database.commit()
    return quiz


def test_practice_stands_at_the_end_of_its_lesson_and_not_in_the_module(
    signed_in: CheckingClient, db: Any, practice: Quiz
) -> None:
    start = f"/fr/quizzes/{practice.id}/attempts"

    assert start not in signed_in.get("/fr/modules/concepts/first/?step=opening").text
    assert start in signed_in.get("/fr/modules/concepts/first/?step=practice").text
    assert start in signed_in.get("/fr/modules/concepts/first/?whole=1").text
    assert start not in signed_in.get("/fr/modules/concepts/second/?whole=1").text
    assert f"quizzes/{practice.id}/" not in signed_in.get("/fr/modules/concepts/").text


def test_practice_is_begun_with_one_press_and_leads_back(
    signed_in: CheckingClient, db: Any, practice: Quiz, person: Any, now: dt.datetime
) -> None:
    begun = signed_in.post(f"/fr/quizzes/{practice.id}/attempts")
    assert begun.headers["Location"].endswith(f"/fr/quizzes/{practice.id}/attempts/1/1/")
    assert "Poursuivre l’exercice" in signed_in.get("/fr/modules/concepts/first/?step=practice").text

    signed_in.post(f"/fr/quizzes/{practice.id}/attempts/1/submit")
    result = signed_in.get(f"/fr/quizzes/{practice.id}/attempts/1/result/").text

    assert "/fr/modules/concepts/first/" in result
    assert "seuil" not in result.lower()
    assert "La dernière fois" in signed_in.get("/fr/modules/concepts/first/?step=practice").text


def test_another_attempt_draws_what_was_not_asked_yet(db: Any, forms: tuple[Quiz, Quiz], person: Any) -> None:
    quiz = forms[0]
    ids = [item.question_id for item in quiz.items]
    for one in ids:
        db.get_one(Question, one).bank_of_id = quiz.id
    quiz.items = [QuizItem(position=1, question_id=None, draw_count=5, draw_objective="concepts/first")]
    quiz.items.append(QuizItem(position=2, question_id=None, draw_count=3, draw_objective="model/model-one"))
    database.commit()
    first = drawing.choose(db, quiz, random.Random(1))
    again = drawing.choose(db, quiz, random.Random(1), met=set(first[2]))

    assert sorted(first[1]) == sorted(ids[:5])
    assert len(set(again[2]) - set(first[2])) == 2  # five there are: two new ones, then one met before


def test_what_a_file_s_test_may_ask_is_kept_out_of_practice(db: Any, forms: tuple[Quiz, Quiz], person: Any) -> None:
    ids = [item.question_id for item in forms[0].items]
    question = db.get_one(Question, ids[0])
    question.bank_of_id = forms[0].id
    forms[0].items = forms[0].items[5:]
    database.commit()

    assert queries.quizzes.of_tests(db, ids[:5]) == {ids[0]}


def test_a_survey_is_no_quiz_to_begin(signed_in: CheckingClient, db: Any, practice: Quiz, person: Any) -> None:
    practice.purpose, practice.lesson = Purpose.SURVEY, ""
    database.commit()

    assert not queries.attempts.is_for(practice, person)
    assert signed_in.get(f"/fr/quizzes/{practice.id}/").status_code == 404
    assert f"quizzes/{practice.id}/" not in signed_in.get("/fr/modules/concepts/").text
