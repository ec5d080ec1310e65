"""Two questions of the demo people: one answered and published, one that waits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.curriculum import queries as curriculum
from lms.exchange import services
from lms.exchange.queries import Place
from lms.programme.models import Cohort, CohortTrainer, Enrolment


def make_demo(db: Session, *, now: dt.datetime, **_options: Any) -> None:
    """Through the services, as the trainer and two learners would."""
    trainer = db.scalars(sa.select(Person.id).where(Person.email == "trainer@example.org")).first()
    enrolments = _learners(db, trainer, now) if trainer else []
    if trainer is None or len(enrolments) < 2:
        return
    content = curriculum.current(db)
    first, second = content.lesson(ASKED), content.lesson(WAITS)
    if first is None or second is None:
        return
    asked = services.ask(
        db, enrolments[0], Place(lesson=first.key), QUESTION_FR, step=first.steps[0].id, now=now - dt.timedelta(days=3)
    )
    with current_app.test_request_context():  # the address is written into the message
        services.answer(
            db, asked, ANSWER_FR, seen=asked.messages[-1].id, actor_id=trainer, now=now - dt.timedelta(days=2)
        )
    services.publish(
        db, asked, Bilingual(QUESTION_AR, QUESTION_FR), Bilingual(ANSWER_AR, ANSWER_FR), version=0, actor_id=trainer,
        now=now - dt.timedelta(days=2),
    )  # fmt: skip
    services.ask(
        db, enrolments[1], Place(lesson=second.key), WAITING_AR, step=second.steps[0].id,
        now=now - dt.timedelta(hours=4),
    )  # fmt: skip


def _learners(db: Session, trainer_id: int, now: dt.datetime) -> list[Enrolment]:
    """People of the trainer's running cohort, the account that visitors sign in with first."""
    query = (
        sa.select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CohortTrainer, CohortTrainer.cohort_id == Cohort.id)
        .where(
            CohortTrainer.person_id == trainer_id, Cohort.ends_on >= local_date(now), Enrolment.ended_at.is_(None),
            Enrolment.person_id != trainer_id,
        )
        .order_by(Person.email != "learner@example.org", Enrolment.id)
    )  # fmt: skip
    return list(db.scalars(query.limit(2)))


#: Lessons of the questions.
ASKED, WAITS = "concepts/equality-equity-stereotypes", "concepts/gender-analysis"
QUESTION_FR = "Une règle est la même pour tout le monde. Comment peut-elle quand même créer un écart\u00a0?"
ANSWER_FR = (
    "Parce que les situations de départ diffèrent. Une inscription sur place, le matin, demande du temps et un"
    " trajet\u00a0: tout le monde ne les a pas. On regarde donc qui est venu, pas seulement ce que dit la règle."
)
QUESTION_AR = "القاعدة واحدة بالنسبة للجميع. كيف يمكن أن تحدث فجوة رغم ذلك؟"
ANSWER_AR = (
    "لأن أوضاع الانطلاق تختلف. فالتسجيل الحضوري صباحا يتطلب وقتا وتنقلا لا يتوفران للجميع."
    " لذلك ننظر إلى من حضر فعلا، لا إلى نص القاعدة وحده."
)
WAITING_AR = "هل يمكن استعمال معطيات المؤسسة التي أعمل بها في هذا التمرين، أم نكتفي بالمثال المقترح؟"
