"""Chaima of Bilal's cohort, and a quiz of 20 minutes and one attempt."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.programme.models import Enrolment
from lms.quizzes.models import Quiz
from tests.quizzes.taught import learner, short_quiz, taught_cohort


@pytest.fixture
def chaima(db: Any, bilal: Person) -> Enrolment:
    return learner(db, taught_cohort(db, bilal))


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now)
