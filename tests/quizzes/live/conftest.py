"""A cohort in its room, a quiz, somebody with a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.programme.models import Enrolment
from lms.quizzes.models import (
    LiveRun,
    Quiz,
)
from tests.pages import CheckingClient
from tests.quizzes.live.room import THREE, begin
from tests.quizzes.taught import learner, short_quiz, taught_cohort


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    return taught_cohort(db, bilal)


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now, kinds=THREE)


@pytest.fixture
def run(db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime) -> LiveRun:
    return begin(db, bilal, cohort, quiz, now)


@pytest.fixture
def chaima(db: Any, cohort: Any) -> Enrolment:
    return learner(db, cohort)


@pytest.fixture
def phone(app: Flask, db: Any, chaima: Enrolment) -> CheckingClient:
    client: Any = app.test_client()
    return client.signed_in(db.get_one(Person, chaima.person_id))  # type: ignore[no-any-return]
