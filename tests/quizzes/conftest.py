"""Trainers who are signed in, and the setting of a second pair of eyes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.core.access import Role
from lms.quizzes.errors import OwnReview
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import (
    made,
    opened,
    question_at,
    send,
    sent_again,
    sentence,
)


@pytest.fixture
def bilal(db: Any, curriculum: Any, at: Callable[..., None], now: dt.datetime) -> Person:
    at(now)
    return make_person(db, "bilal", role=Role.TRAINER)


@pytest.fixture
def trainer(client: CheckingClient, bilal: Person) -> CheckingClient:
    return client.signed_in(bilal)


@pytest.fixture
def second(app: Flask, db: Any, bilal: Person) -> CheckingClient:
    """Another trainer, of another organisation."""
    client: Any = app.test_client()
    driss = make_person(db, "driss", role=Role.TRAINER, organisation_key="tourisme")
    return client.signed_in(driss)  # type: ignore[no-any-return]


@pytest.fixture
def four_eyes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(app.extensions["settings"], question_review=True)
    monkeypatch.setitem(app.extensions, "settings", settings)


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
