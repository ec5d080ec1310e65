"""What is prepared, for whom, and what cannot be."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.bilingual import EMPTY
from lms.programme import services as programme
from lms.quizzes import queries, services
from lms.quizzes.errors import (
    NotOnPaper,
)
from lms.quizzes.models import (
    PaperSet,
    Quiz,
)
from lms.quizzes.question_types.base import words
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.quizzes.paper.sheets import (
    audit_of,
    count,
    entered,
    prepared,
)
from tests.quizzes.taught import learner, short_quiz, taught_cohort


def test_a_set_keeps_its_questions_whatever_becomes_of_the_quiz(
    db: Any, bilal: Person, made: PaperSet, quiz: Quiz, now: dt.datetime
) -> None:
    before = [(one.version_id, one.order) for one in made.questions]
    for question_id in [one.version.question_id for one in made.questions]:
        question = queries.bank.question_or_none(db, bilal.id, question_id)
        assert question is not None
        changed = dataclasses.replace(services.bank.content_of(db, question), stem=words("سؤال آخر؟", "Autre\u00a0?"))
        services.bank.save(db, question, changed, revision=question.revision, actor_id=bilal.id, now=now)
        assert services.bank.publish(db, question, EMPTY, actor_id=bilal.id, now=now, needs_second=False)
    services.quizzes.arrange(db, quiz, [item.position for item in quiz.items][:2], {}, {})
    database.commit()

    again = queries.paper.set_or_none(db, bilal.id, made.id)
    assert again is not None
    assert [(one.version_id, one.order) for one in again.questions] == before
    attempt = entered(db, again, bilal, now)
    assert [(one.version_id, one.order) for one in queries.attempts.questions(db, attempt.id)] == before
    assert attempt.score == 1


def test_rows_are_numbered_by_name_and_hold_those_whom_the_trainer_looks_after(
    db: Any, bilal: Person, quiz: Quiz, cohort: Any, now: dt.datetime
) -> None:
    programme.end_enrolment(db, learner(db, cohort, "yto"), actor_id=bilal.id, reason="left", now=now)
    learner(db, cohort, "rim").is_test = True
    programme.enrol(db, cohort, bilal, now=now)
    learner(db, taught_cohort(db, bilal), "driss")
    learner(db, cohort, "amina")
    database.commit()

    rows = queries.paper.rows(db, bilal.id, prepared(db, quiz, cohort, bilal, now).id)

    names = [(row.number, row.enrolment.person.name.fr.split()[0]) for row in rows]
    assert names == [(1, "Amina"), (2, "Hiba"), (3, "Salma")]


def test_a_type_that_cannot_be_on_paper_is_named_and_nothing_is_prepared(
    db: Any, trainer: CheckingClient, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("single_choice", "cloze", "hot_text"))

    page = trainer.get(f"/fr/questions/quizzes/{quiz.id}/paper/").text
    answer = trainer.post(f"/fr/questions/quizzes/{quiz.id}/paper/", data={"cohort": str(cohort.id)})

    assert "2 · 3" in page
    assert (answer.status_code, "2 · 3" in answer.text) == (422, True)
    assert count(db, PaperSet) == 0


@pytest.mark.parametrize("rules", [{"published_at": None}, {"asks_certainty": True}])
def test_a_quiz_that_is_not_published_or_asks_for_certainty_is_not_prepared(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime, rules: dict[str, Any]
) -> None:
    quiz = short_quiz(db, bilal, now, **rules)
    with pytest.raises(NotOnPaper):
        services.paper.prepare(db, quiz, cohort, lang="fr", actor_id=bilal.id, now=now)


def test_a_cohort_of_others_or_of_another_quiz_is_not_in_the_list(
    db: Any, trainer: CheckingClient, bilal: Person, quiz: Quiz, cohort: Any, now: dt.datetime
) -> None:
    others = taught_cohort(db, make_person(db, "driss"))
    for_one = short_quiz(db, bilal, now, cohort_id=cohort.id)
    second_own = taught_cohort(db, bilal)

    for one, wanted in ((quiz, others), (for_one, second_own)):
        answer = trainer.post(f"/fr/questions/quizzes/{one.id}/paper/", data={"cohort": str(wanted.id)})
        assert answer.status_code == 422
    assert count(db, PaperSet) == 0


def test_preparing_is_audited(db: Any, made: PaperSet) -> None:
    assert audit_of(db, "quizzes.prepare-paper")[0].subject_id == made.id
