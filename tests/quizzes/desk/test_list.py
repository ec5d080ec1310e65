"""Who is listed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme import services as programme
from lms.quizzes import queries
from lms.quizzes.models import Purpose, Quiz
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.quizzes.desk.seen import listed, people_path
from tests.quizzes.taught import learner, sent, short_quiz, taught_cohort


def test_the_learners_of_ones_cohorts_who_may_take_the_quiz_are_listed_by_name(
    db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    for name in ("salma", "hiba"):
        learner(db, cohort, name)
    learner(db, taught_cohort(db), "driss")
    programme.end_enrolment(db, learner(db, cohort, "yto"), actor_id=bilal.id, reason="left", now=now)
    learner(db, cohort, "rim").is_test = True
    programme.enrol(db, cohort, bilal, now=now)
    learner(db, cohort, "nadia")
    database.commit()

    assert listed(db, bilal, quiz) == ["Hiba", "Nadia", "Salma"]


def test_an_archived_cohort_is_not_looked_after(db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: Any) -> None:
    learner(db, cohort)
    cohort.archived_at = now
    database.commit()

    assert listed(db, bilal, quiz) == []


def test_a_quiz_of_one_cohort_lists_that_cohort(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    learner(db, cohort, "hiba")
    other = taught_cohort(db, bilal)
    learner(db, other, "salma")
    quiz = short_quiz(db, bilal, now, cohort_id=other.id)

    assert listed(db, bilal, quiz) == ["Salma"]


def test_of_two_forms_each_lists_its_half(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    everybody = [learner(db, cohort, name) for name in ("hiba", "nadia", "salma", "yto")]
    first = short_quiz(db, bilal, now, purpose=Purpose.POST_TEST)
    second = short_quiz(db, bilal, now, purpose=Purpose.POST_TEST, other_form_id=first.id)
    first.other_form_id = second.id
    database.commit()

    for quiz in (first, second):
        own = [one.person.name.fr.split()[0] for one in everybody if queries.attempts.is_form_of(quiz, one.id)]
        assert listed(db, bilal, quiz) == own
    assert sorted(listed(db, bilal, first) + listed(db, bilal, second)) == ["Hiba", "Nadia", "Salma", "Yto"]


def test_the_list_is_narrowed_by_cohort_and_name_in_any_spelling(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz
) -> None:
    learner(db, cohort, "hiba")
    other = taught_cohort(db, bilal)
    learner(db, other, "salma")

    assert listed(db, bilal, quiz, cohort_id=other.id) == ["Salma"]
    assert listed(db, bilal, quiz, search="HIB") == ["Hiba"]
    page = trainer.get(people_path(quiz), query_string={"cohort": other.id}).text
    assert "Salma" in page
    assert "Hiba" not in page


def test_a_cohort_that_is_not_ones_own_narrows_nothing(
    trainer: CheckingClient, db: Any, cohort: Any, quiz: Quiz
) -> None:
    learner(db, cohort, "hiba")
    foreign = taught_cohort(db)
    learner(db, foreign, "salma")

    page = trainer.get(people_path(quiz), query_string={"cohort": foreign.id}).text

    assert "Hiba" in page
    assert "Salma" not in page


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("own draft", 200),
        ("of the curriculum", 200),
        ("another's for all", 200),
        ("another's for one's cohort", 200),
        ("another's draft", 404),
        ("another's for another cohort", 404),
        ("another's draft that one's learners began", 200),
        ("none", 404),
    ],
)
def test_which_quizzes_have_people_for_a_trainer(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime, case: str, status: int
) -> None:
    karim = make_person(db, "karim", role=Role.TRAINER)
    rules: dict[str, Any] = {}
    if "draft" in case:
        rules["published_at"] = None
    if "one's cohort" in case:
        rules["cohort_id"] = cohort.id
    if "another cohort" in case:
        rules["cohort_id"] = taught_cohort(db, karim).id
    quiz = short_quiz(db, bilal if case == "own draft" else karim, now, **rules)
    if "began" in case:
        quiz.published_at = now
        sent(db, quiz, learner(db, cohort), now)
        quiz.published_at = None
    found = queries.attempts.test_of(db, "concepts") if "curriculum" in case else quiz
    assert found is not None
    quiz_id = 999_999 if case == "none" else found.id
    database.commit()

    assert trainer.get(f"/fr/questions/quizzes/{quiz_id}/people/").status_code == status
