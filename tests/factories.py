"""Valid people, cohorts and enrolments with little typing. A test names only what it is about.

Amina runs the organisation's training, Bilal trains, Chaima learns, Driss belongs to another organisation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from lms.accounts import notice, reference, services
from lms.accounts.models import Level, Organisation, Person
from lms.certificates import rules
from lms.certificates import services as certificates
from lms.certificates.models import Certificate
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.curriculum.catalogue import Curriculum
from lms.learning import services as learning
from lms.programme import services as programme
from lms.programme.models import Cohort, CommitteeSeat, Enrolment
from lms.quizzes import queries as quiz_queries
from lms.quizzes import services as quizzes
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.question_types import get

CREATED = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
NO_TIME = dt.timedelta(0)
#: What is sent for a question of an attempt; None: nothing.
Say = Callable[[Any], list[str] | None]
NAMES = {
    "chaima": ("شيماء العلوي", "Chaima Alaoui"),
    "bilal": ("بلال التازي", "Bilal Tazi"),
    "amina": ("أمينة برادة", "Amina Berrada"),
    "driss": ("إدريس وهبي", "Driss Ouahbi"),
}


def organisation(db: Any, key: str = "ofppt") -> Organisation:
    reference.seed(db)
    return db.scalars(sa.select(Organisation).where(Organisation.key == key)).one()


def make_person(
    db: Any,
    name: str = "chaima",
    *,
    role: Role | None = Role.LEARNER,
    organisation_key: str = "ofppt",
    covers: str | None = None,
    lang: str = "fr",
    notice_read: bool = True,
    **fields: Any,
) -> Person:
    """A committed person with a role, who has read the privacy notice."""
    ar, fr = NAMES.get(name, (f"{name} العلوي", f"{name.title()} Alaoui"))
    fields.setdefault("email", f"{name}@example.ma")
    fields.setdefault("sex", "f")
    person = services.create_person(
        db,
        name=Bilingual(ar, fr),
        organisation=organisation(db, organisation_key),
        lang=lang,
        now=CREATED,
        **fields,
    )
    if role is not None:
        covered = organisation(db, covers or organisation_key) if role is Role.FOCAL_POINT else None
        services.grant_role(db, person, role, organisation=covered, now=CREATED)
    if notice_read:
        services.accept_notice(db, person.id, version=notice.VERSION, lang=lang, now=CREATED)
    database.commit()
    return person


def make_cohort(db: Any, *, modules: tuple[str, ...] = ("concepts",), **fields: Any) -> Cohort:
    """A committed cohort without sessions, running in November 2026."""
    values: dict[str, Any] = {
        "name": Bilingual("دورة نونبر", "Session de novembre"),
        "starts_on": dt.date(2026, 11, 2),
        "ends_on": dt.date(2026, 12, 18),
        "has_sessions": False,
        "now": CREATED,
    }
    cohort = programme.create_cohort(db, modules=modules, **{**values, **fields})
    database.commit()
    return cohort


def make_seat(db: Any, *, organisation_key: str = "ofppt", title: str = "Présidence", **fields: Any) -> CommitteeSeat:
    """A committed vacant seat of the central level."""
    plan = programme.SeatPlan(
        organisation=organisation(db, organisation_key),
        title=Bilingual("رئاسة اللجنة", title),
        **{"level": Level.CENTRAL, "region": None, **fields},
    )
    seat = programme.create_seat(db, plan, now=CREATED)
    database.commit()
    return seat


def make_enrolment(db: Any, person: Person | None = None, cohort: Cohort | None = None, **fields: Any) -> Enrolment:
    """A committed enrolment, of Chaima in a new cohort unless told."""
    person = person or make_person(db, **fields)
    enrolment = programme.enrol(db, cohort or make_cohort(db), person, now=CREATED)
    database.commit()
    return enrolment


def read_lessons(db: Any, enrolment: Enrolment, curriculum: Curriculum, *, module: str = "concepts", now: Any) -> None:
    """Read every step of every ready lesson of the module; committed."""
    found = curriculum.module(module)
    assert found is not None
    for lesson in found.ready_lessons:
        for step in lesson.steps:
            learning.read_step(db, enrolment, lesson, step, now=now)
    database.commit()


def start_attempt(db: Any, enrolment: Enrolment, curriculum: Curriculum, *, now: Any) -> Attempt:
    """An open attempt at the module test, its lessons read first; committed."""
    read_lessons(db, enrolment, curriculum, now=now)
    quiz = quiz_queries.attempts.test_of(db, "concepts")
    assert quiz is not None
    attempt = quizzes.attempts.start_attempt(db, quiz, enrolment, now=now)
    database.commit()
    return attempt


def right_ids(question: Any) -> list[str]:
    """What a browser would send for the right answer of a question of an attempt."""
    kind, settings = get(question.version.type), question.version.settings
    return kind.filled(settings, question.order, kind.right_answer(settings))


def wrong_ids(question: Any) -> list[str]:
    """What a browser would send for an option that is not right."""
    right = right_ids(question)
    return [next(one for one, _key in question.order if one not in right)]


def by_marks(row: str, *, also: Sequence[str] = ()) -> Say:
    """Right (1), wrong (0) and no (-) answers in the order shown; what the row does not reach stays empty.

    ``also`` is sent with every answer.
    """
    said = {"1": right_ids, "0": wrong_ids}

    def say(question: Any) -> list[str] | None:
        mark = row[question.position - 1 : question.position]
        return None if mark in ("", "-") else [*said[mark](question), *also]

    return say


def answer_all(
    db: Any, attempt: Attempt, say: Say = right_ids, *, lang: str = "fr", apart: dt.timedelta = NO_TIME, now: Any
) -> None:
    """Answer the questions in the order shown, rightly unless told, one every ``apart``; None leaves one. Committed."""
    person_id = db.get_one(Enrolment, attempt.enrolment_id).person_id
    for number, question in enumerate(quiz_queries.attempts.questions(db, attempt.id), 1):
        values = say(question)
        if values is not None:
            quizzes.attempts.save_answer(
                db, person_id, attempt.quiz_id, attempt.number, question.position,
                device="tab", counter=1, values=values, lang=lang, now=now + number * apart,
            )  # fmt: skip
    database.commit()


def take(
    db: Any,
    quiz: Quiz,
    enrolment: Enrolment,
    say: str | Say = right_ids,
    *,
    lang: str = "fr",
    apart: dt.timedelta = NO_TIME,
    lasts: dt.timedelta = NO_TIME,
    now: Any,
) -> Attempt:
    """An attempt started, answered and sent; committed. A row of marks has one for each question."""
    attempt = quizzes.attempts.start_attempt(db, quiz, enrolment, now=now)
    if isinstance(say, str):
        assert len(say) == len(attempt.questions)
        say = by_marks(say)
    answer_all(db, attempt, say, lang=lang, apart=apart, now=now)
    db.expire_all()
    quizzes.attempts.submit(db, attempt, by="person", now=now + lasts)
    database.commit()
    return attempt


def pass_test(db: Any, enrolment: Enrolment, curriculum: Curriculum, *, now: Any) -> Attempt:
    """The test started, answered rightly and sent; committed."""
    attempt = start_attempt(db, enrolment, curriculum, now=now)
    answer_all(db, attempt, now=now)
    quizzes.attempts.submit(db, attempt, by="person", now=now)
    database.commit()
    return attempt


def make_certificate(db: Any, enrolment: Enrolment, curriculum: Curriculum, *, now: Any) -> Certificate:
    """The achievement of module « concepts », drawn or not as jobs run; committed."""
    pass_test(db, enrolment, curriculum, now=now)
    rule = rules.rules_of(db, enrolment)[0]
    certificate = certificates.confirm_and_issue(db, enrolment, rule, enrolment.person.name, now=now)
    database.commit()
    return certificate
