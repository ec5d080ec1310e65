"""Surveys of the demo: a closed one with its answers, an open one, the follow-up of an earlier session."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.programme import services as programme
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from lms.quizzes.models import Quiz
from lms.quizzes.question_types.families import RowType
from lms.surveys import queries, services, sheet
from lms.surveys.models import FollowUp
from lms.surveys.queries.forms import COHORT_END, FOLLOW_UPS, SESSION_END
from lms.surveys.sheet import Asked

ANSWERED, FOLLOWED = 18, 8
#: Opinions in words, of the first who answer.
OPINIONS = (
    "Davantage de temps pour les exercices de calcul.",
    "مزيد من الأمثلة من قطاع الصناعة التقليدية.",
    "Revoir les lois plus lentement, avec un cas.",
    "التبادل مع الزميلات والزملاء كان مفيدا جدا.",
    "Prévoir une séance de rappel avant le plan d’action.",
    "بطاقات العمل سهلة الاستعمال في المصلحة.",
)
APPLIED = (
    "Les fiches d’inscription demandent le sexe et le milieu\u00a0; le tableau trimestriel en tient compte.",
    "تمت مراجعة إعلان مباراة الولوج حتى يخاطب النساء والرجال معا.",
    "Une heure d’atelier réservée aux nouvelles inscrites, proposée par l’équipe pédagogique.",
)


def make_demo(db: Session, *, now: dt.datetime, **_options: Any) -> None:
    """Through the services, as members would; nothing where the curriculum's surveys are not there."""
    trainer = db.scalars(sa.select(Person).where(Person.email == "trainer@example.org")).first()
    forms = {key: queries.forms.by_key(db, key) for key in (COHORT_END, SESSION_END, FOLLOW_UPS[3])}
    end, session_end, follow_up = forms.values()
    if trainer is None or end is None or session_end is None or follow_up is None:
        return
    rng = random.Random(20260309)  # noqa: S311 - invented answers
    cohorts = _cohorts_of(db, trainer.id)
    _closed_round(db, end, cohorts[0], rng)
    services.rounds.open(
        db, session_end, cohorts[-1], module="concepts", opens_on=local_date(now), opened_by_id=trainer.id, now=now
    )
    _follow_ups(db, follow_up, trainer, _members(db, cohorts[0]), rng, now=now)


def _cohorts_of(db: Session, trainer_id: int) -> Sequence[Cohort]:
    query = sa.select(Cohort).join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
    return db.scalars(query.where(CohortTrainer.person_id == trainer_id).order_by(Cohort.starts_on)).all()


def _members(db: Session, cohort: Cohort) -> Sequence[Enrolment]:
    return db.scalars(sa.select(Enrolment).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)).all()


def _closed_round(db: Session, form: Quiz, cohort: Cohort, rng: random.Random) -> None:
    """The survey of a finished session, answered on its last day and closed since."""
    then = dt.datetime.combine(cohort.ends_on, dt.time(15), dt.UTC)
    found = services.rounds.open(db, form, cohort, opens_on=cohort.ends_on, now=then)
    questions = sheet.asked(db, form.id)
    for place, enrolment in enumerate(_members(db, cohort)[:ANSWERED]):
        words = OPINIONS[place] if place < len(OPINIONS) else None
        services.answers.answer(db, found.id, enrolment.id, _answers(questions, rng, words), now=then)


def _answers(questions: Sequence[Asked], rng: random.Random, words: str | None, *, place: int = -1) -> dict[str, Any]:
    """An answer to every rating, mostly towards its upper end, and words to one question of the others."""
    found: dict[str, Any] = {}
    for one in questions:
        if isinstance(one.kind, RowType):
            keys = list(one.kind.choices(one.version.settings))
            weights = range(1, len(keys) + 1)
            found[str(one.version.id)] = {
                row: rng.choices(keys, weights)[0] for row in one.kind.rows(one.version.settings)
            }
    if words:
        found[str([one for one in questions if not isinstance(one.kind, RowType)][place].version.id)] = words
    return found


def _follow_ups(
    db: Session, form: Quiz, trainer: Person, known: Sequence[Enrolment], rng: random.Random, *, now: dt.datetime
) -> None:
    """An earlier session whose members are asked just now: some have answered, the demo's own learner has not."""
    today = local_date(now)
    cohort = programme.create_cohort(
        db, name=Bilingual("الدورة التجريبية", "Session pilote"), starts_on=today - dt.timedelta(days=150),
        ends_on=today - dt.timedelta(days=100), modules=("model",), has_sessions=False, trainers=[trainer],
        now=now - dt.timedelta(days=155),
    )  # fmt: skip
    learner = db.scalars(sa.select(Person).where(Person.email == "learner@example.org")).one()
    people = [learner, *(db.get_one(Person, one.person_id) for one in known[: FOLLOWED + 1])]
    questions = sheet.asked(db, form.id)
    for place, person in enumerate(people):
        enrolment = programme.enrol(db, cohort, person, now=now - dt.timedelta(days=152))
        found = FollowUp(
            enrolment_id=enrolment.id, months=3, due_on=services.follow_ups.months_after(cohort.ends_on, 3)
        )
        db.add(found)
        db.flush()
        if 0 < place <= FOLLOWED:
            words = APPLIED[place - 1] if place <= len(APPLIED) else None
            services.follow_ups.answer(db, found.id, _answers(questions, rng, words, place=0), now=now)
