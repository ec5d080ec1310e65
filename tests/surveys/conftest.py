"""The programme's surveys, a cohort with its trainer and members, and browsers of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from lms.quizzes.models import Quiz
from lms.surveys import services, sheet
from lms.surveys.models import Response, Round
from tests.factories import make_cohort, make_enrolment, make_person
from tests.surveys.files import make_form

NAMES = ("chaima", "hiba", "salma", "yto", "nadia", "rim")


@pytest.fixture
def amina(db: Any, bilal: Person) -> Person:
    return make_person(db, "amina", role=Role.MONITOR)


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Cohort:
    return taught(db, bilal)


def taught(db: Any, trainer: Person, **fields: Any) -> Cohort:
    found = make_cohort(db, **fields)
    db.add(CohortTrainer(cohort_id=found.id, person_id=trainer.id))
    database.commit()
    return found


@pytest.fixture
def members(db: Any, cohort: Cohort) -> list[Enrolment]:
    """Six, Chaima first."""
    return [make_enrolment(db, make_person(db, name), cohort) for name in NAMES]


@pytest.fixture
def session_end(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return make_form(db, "session-end", now=now)


@pytest.fixture
def opened(db: Any, session_end: Quiz, cohort: Cohort, bilal: Person, now: dt.datetime) -> Round:
    """A round of a week that opened today."""
    found = services.rounds.open(db, session_end, cohort, opens_on=now.date(), opened_by_id=bilal.id, now=now)
    database.commit()
    return found


def filled_in(db: Any, quiz_id: int, *, degree: str = "5", words: str = "", rows: Sequence[str] | None = None) -> Any:
    """What a browser sends: one degree for every statement (of ``rows`` only), and words in every field of text."""
    found: dict[str, str] = {}
    for one in sheet.asked(db, quiz_id):
        ids = {key: opaque for opaque, key in one.order}
        if not ids:
            found[one.name] = words
        for key, opaque in ids.items():
            if key.startswith(">") and (rows is None or key[1:] in rows):
                found[f"{one.name}:{opaque}"] = ids[degree]
    return found


def answers(db: Any, quiz_id: int, **how: Any) -> dict[str, Any]:
    """The same as it is stored."""
    from werkzeug.datastructures import MultiDict

    return sheet.read(sheet.asked(db, quiz_id), MultiDict(filled_in(db, quiz_id, **how))).answers


def answer(db: Any, found: Round, members: Sequence[Enrolment], *, now: dt.datetime, **how: Any) -> None:
    """Each of them answers; committed."""
    for one in members:
        services.answers.answer(db, found.id, one.id, answers(db, found.quiz_id, **how), now=now)
        database.commit()


def stored(db: Any) -> list[dict[str, Any]]:
    db.expire_all()
    return list(db.scalars(sa.select(Response.answers).order_by(Response.id)))
