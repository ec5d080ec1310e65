"""Reminders of this room: a training session ends soon and tests of it are not passed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, contains_eager, selectinload

from lms.accounts import services as accounts
from lms.core import calendar
from lms.core.clock import local_date
from lms.core.feature import MailKind, Reminder
from lms.core.i18n import long_date
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import is_running
from lms.programme.queries.cohorts import is_present
from lms.quizzes import queries
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.services.marking import has_passed

CLOSES_SOON = "quizzes.closes-soon"
#: Days before the last day on which somebody is told, the first that fits from the end.
DAYS_BEFORE = (2, 7)
KINDS = [
    MailKind(
        CLOSES_SOON,
        _l("Tests that close soon"),
        _l("Until {end}: {cohort}"),
        _l(
            "Hello {name},\n\nThe training session “{cohort}” ends on {end}. "
            "These tests are not passed yet:\n{tests}\n\nThey start here:\n{link}\n"
        ),
        places={
            "name": _l("Nadia El Fassi"),
            "cohort": _l("Second training session"),
            "end": _l("18 December 2026"),
            "tests": _l("Test of module 1"),
            "link": "https://example.org/",
        },
        is_reminder=True,
    )
]


def reminders(db: Session, *, now: dt.datetime) -> list[Reminder]:
    """Who has tests to pass in a training session that ends within days. Four statements, however many people."""
    today = local_date(now)
    enrolments = _ending(db, today)
    tests = _tests(db)
    settled = _settled(db, tests, [one.id for one in enrolments])
    found = []
    for enrolment in enrolments:
        modules = {row.module for row in enrolment.cohort.modules}
        missing = [quiz for quiz in tests if quiz.module in modules and (enrolment.id, quiz.id) not in settled]
        if missing:
            found.append(_reminder(enrolment, missing, today=today, now=now))
    return found


def _ending(db: Session, today: dt.date) -> Sequence[Enrolment]:
    query = (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .join(Enrolment.person)
        .options(
            contains_eager(Enrolment.person), contains_eager(Enrolment.cohort).options(selectinload(Cohort.modules))
        )
        .where(
            is_present(), Cohort.archived_at.is_(None), is_running(today),
            Cohort.ends_on <= today + dt.timedelta(days=max(DAYS_BEFORE)),
        )
    )  # fmt: skip
    return db.scalars(query).all()


def _tests(db: Session) -> Sequence[Quiz]:
    """Module tests in force, as ``queries.attempts.test_of`` finds them: of each module the first."""
    query = sa.select(Quiz).where(*queries.attempts.IS_TEST).order_by(Quiz.id.desc())
    return list({quiz.module: quiz for quiz in db.scalars(query)}.values())


def _settled(db: Session, tests: Sequence[Quiz], enrolment_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(enrolment, quiz) of each test that is passed, or has no attempt left."""
    made = db.scalars(sa.select(Attempt).where(Attempt.enrolment_id.in_(enrolment_ids))).all()
    count = Counter((one.enrolment_id, one.quiz_id) for one in made if one.submitted_at is not None)
    allowed = {quiz.id: quiz.attempts_allowed for quiz in tests}
    used_up = {pair for pair, number in count.items() if number >= (allowed.get(pair[1]) or number + 1)}
    return used_up | {(one.enrolment_id, one.quiz_id) for one in made if has_passed(one)}


def _reminder(enrolment: Enrolment, missing: Sequence[Quiz], *, today: dt.date, now: dt.datetime) -> Reminder:
    person, cohort = enrolment.person, enrolment.cohort
    lang, left = person.lang, (cohort.ends_on - today).days
    days = next(one for one in DAYS_BEFORE if left <= one)
    link = accounts.public_address(url_for("learning.show_home", lang=lang))
    places: dict[str, Any] = {
        "name": person.name[lang],
        "cohort": cohort.name[lang],
        "end": long_date(cohort.ends_on, lang),
        "tests": "\n".join(quiz.title[lang] for quiz in missing),
        "link": link,
    }
    deadline = calendar.event(
        uid=accounts.calendar_name(f"tests-{cohort.id}"),
        title=cohort.name[lang], description=places["tests"], location="",
        starts=cohort.ends_on, ends=cohort.ends_on, url=link, now=now,
    )  # fmt: skip
    occasion = f"quizzes.closes:{enrolment.id}:{cohort.ends_on}:{days}"
    return Reminder(person.id, CLOSES_SOON, occasion, places, [calendar.attachment("tests.ics", deadline)], 10)
