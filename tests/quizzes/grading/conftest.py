"""Bilal, who grades; Salma, who marks beside him; Driss, who holds another cohort."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.quizzes import services
from lms.quizzes.models import (
    Feedback,
    Purpose,
)
from tests.factories import make_cohort, make_person
from tests.pages import CheckingClient
from tests.quizzes.grading.world import (
    SETTINGS,
    World,
    person,
    question,
)


@pytest.fixture
def world(db: Any, curriculum: Any, now: dt.datetime, at: Callable[..., None]) -> World:
    at(now)
    bilal = make_person(db, "bilal", role=Role.TRAINER)
    salma = make_person(db, "salma", role=Role.TRAINER)
    cohort = make_cohort(db, trainers=[bilal, salma])
    rules = {
        "title": Bilingual("اختبار", "Un quiz ouvert"), "module": "concepts", "purpose": Purpose.PRACTICE,
        "feedback": Feedback.AFTER_SUBMIT, "shuffle": False, "published_at": now,
    }  # fmt: skip
    quiz = services.quizzes.create(db, rules, owner_id=bilal.id)
    services.quizzes.add_questions(db, quiz, [question(db, bilal.id, now, "open_answer", SETTINGS)], {})
    database.commit()
    return World(db, now, int(bilal.id), int(salma.id), cohort, quiz)


@pytest.fixture
def trainer(client: CheckingClient, world: World) -> CheckingClient:
    return client.signed_in(person(world, world.bilal))


@pytest.fixture
def other(app: Flask, world: World) -> CheckingClient:
    client: Any = app.test_client()
    return client.signed_in(person(world, world.salma))  # type: ignore[no-any-return]


@pytest.fixture
def driss(app: Flask, world: World) -> CheckingClient:
    """A trainer who holds another cohort."""
    client: Any = app.test_client()
    driss = make_person(world.db, "driss", role=Role.TRAINER)
    make_cohort(world.db, trainers=[driss])
    return client.signed_in(driss)  # type: ignore[no-any-return]
