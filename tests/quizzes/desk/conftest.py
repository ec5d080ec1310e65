"""A cohort and a quiz at the desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.quizzes.models import Quiz
from tests.quizzes.taught import short_quiz, taught_cohort


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    return taught_cohort(db, bilal)


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now, attempts_allowed=3)
