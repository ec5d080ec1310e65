"""A cohort, a quiz and its papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.quizzes.models import (
    PaperSet,
    Quiz,
)
from tests.quizzes.paper.sheets import (
    KINDS,
    prepared,
)
from tests.quizzes.taught import learner, short_quiz, taught_cohort


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    made = taught_cohort(db, bilal)
    for name in ("hiba", "salma"):
        learner(db, made, name)
    return made


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now, kinds=KINDS, attempts_allowed=1, shuffle=True)


@pytest.fixture
def made(db: Any, quiz: Quiz, cohort: Any, bilal: Person, now: dt.datetime) -> PaperSet:
    return prepared(db, quiz, cohort, bilal, now)
