"""Versions: what blocks one, who may make one, which one an attempt keeps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.quizzes import queries_bank
from lms.quizzes.errors import OwnReview
from lms.quizzes.models import Attempt, Question, QuestionVersion, Writing
from tests.factories import make_enrolment, make_person, start_attempt
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import (
    made,
    number_of,
    opened,
    question_at,
    said,
    send,
    sent_again,
    sentence,
    stored,
)


def test_publishing_waits_for_the_missing_language_and_the_draft_is_kept(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer, do="publish")
    assert question_at(db, path).current_number == 1
    sent_again(trainer, path, **{"stem.fr": "Nouvelle ?", "stem.ar": "", "do": "publish"})
    question = question_at(db, path)
    assert (question.current_number, question.has_changes, question.writing) == (1, True, Writing.MISSING_AR)
    assert stored(db, path).stem == {"ar": "", "fr": "Nouvelle ?"}
    version = queries_bank.version(db, question.id, 1)
    assert version is not None
    assert version.stem.fr == said().stem["fr"]
    sent_again(trainer, path, **{"stem.ar": "سؤال جديد؟", "do": "publish"})
    question = question_at(db, path)
    assert (question.current_number, question.has_changes) == (2, False)


def test_publishing_what_did_not_change_makes_no_version(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer, do="publish")
    sent_again(trainer, path, do="publish")
    assert question_at(db, path).current_number == 1
    assert db.scalar(sa.select(sa.func.count()).where(QuestionVersion.question_id == number_of(path))) == 1


def question_pages(client: CheckingClient, attempt: Attempt, lang: str = "fr") -> str:
    base = f"/{lang}/quizzes/{attempt.quiz_id}/attempts/{attempt.number}"
    return "".join(client.get(f"{base}/{position}/").text for position in range(1, 5))


def test_an_attempt_under_way_keeps_its_version_and_the_next_takes_the_new_one(
    app: Flask, db: Any, trainer: CheckingClient, curriculum: Any, now: dt.datetime
) -> None:
    learners: list[Any] = [app.test_client().signed_in(make_person(db, name)) for name in ("chaima", "hind")]  # type: ignore[attr-defined]
    people = [
        db.scalars(sa.select(Person).where(Person.email == f"{name}@example.ma")).one() for name in ("chaima", "hind")
    ]
    under_way = start_attempt(db, make_enrolment(db, people[0]), curriculum, now=now)
    old = question_pages(learners[0], under_way)
    question = db.scalars(sa.select(Question).where(Question.content_key.endswith("#one"))).one()
    path, old_stem = f"/fr/questions/{question.id}/", WORDS_OF_ONE
    assert old_stem in old
    changes = {"stem.fr": "Tout autre question ?", "stem.ar": "سؤال آخر؟", "do": "publish"}
    assert sent_again(trainer, path, **changes).status_code == 302
    assert question_at(db, path).current_number == 2
    still = question_pages(learners[0], under_way)
    assert old_stem in still
    assert "Tout autre question ?" not in still
    fresh = question_pages(learners[1], start_attempt(db, make_enrolment(db, people[1]), curriculum, now=now))
    assert "Tout autre question ?" in fresh
    assert old_stem not in fresh


WORDS_OF_ONE = "Un cas de travail dans un centre fictif. 1"


@pytest.mark.usefixtures("four_eyes")
def test_with_a_second_pair_of_eyes_the_one_who_asked_cannot_publish(
    app: Flask, db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, do="publish")
    assert question_at(db, path).current_number == 0
    assert path in second.get("/fr/questions/?state=review").text
    answer = send(trainer, path, opened(trainer, path).held | {"do": "publish"}, follow_redirects=True)
    assert sentence(app, OwnReview().message, "fr") in answer.text
    assert question_at(db, path).current_number == 0
    assert sent_again(second, path, do="publish").status_code == 302
    question = question_at(db, path)
    assert (question.current_number, question.review_asked_by_id) == (1, None)
    assert path not in second.get("/fr/questions/?state=review").text


@pytest.mark.usefixtures("four_eyes")
def test_with_a_second_pair_of_eyes_nobody_publishes_alone_what_they_changed_themselves(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    """The one who asked read another text than the one that would come out."""
    path = made(trainer, do="publish")
    sent_again(second, path, **{"stem.fr": "Réécrite par le second ?", "stem.ar": "سؤال آخر؟", "do": "publish"})
    assert question_at(db, path).current_number == 0


@pytest.mark.usefixtures("four_eyes")
def test_a_change_taken_back_no_longer_waits_for_a_second_trainer(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, do="publish")
    sent_again(second, path, do="publish")
    sent_again(trainer, path, **{"stem.fr": "Autre ?", "do": "publish"})
    trainer.post(f"{path}undo", data={"version": str(question_at(db, path).revision)})
    sent_again(second, path, do="publish")
    question = question_at(db, path)
    assert (question.current_number, question.review_asked_by_id) == (1, None)
