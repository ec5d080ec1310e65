"""A lesson, a cohort with its trainer, and the people who ask, answer and look on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.exchange import services
from lms.exchange.models import Thread
from lms.exchange.queries import Place
from lms.programme.models import CohortTrainer, Enrolment
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

LESSON = Place(lesson="concepts/first")


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    found = make_cohort(db)
    db.add(CohortTrainer(cohort_id=found.id, person_id=bilal.id))
    database.commit()
    return found


@pytest.fixture
def enrolment(db: Any, cohort: Any) -> Enrolment:
    """Chaima's."""
    return make_enrolment(db, make_person(db), cohort)


@pytest.fixture
def chaima(enrolment: Enrolment, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(enrolment.person)


@pytest.fixture
def trainer(bilal: Person, cohort: Any, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(bilal)


@pytest.fixture
def thread(db: Any, enrolment: Enrolment, now: dt.datetime) -> Thread:
    """A question of Chaima's that waits."""
    return asked(db, enrolment, "Que veut dire une part ?", now)


def asked(db: Any, enrolment: Enrolment, text: str, now: dt.datetime, place: Place = LESSON) -> Thread:
    found = services.ask(db, enrolment, place, text, step="opening", now=now)
    database.commit()
    return found


def answered(
    app: Flask, db: Any, thread: Thread, now: dt.datetime, *, by: int, text: str = "Une part de tous."
) -> None:
    with app.test_request_context("/fr/"):
        services.answer(db, thread, text, seen=thread.messages[-1].id, actor_id=by, now=now)
    database.commit()
