"""Lessons read by the demo people: all in the finished cohort, a part of them in the running one."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.clock import local_date
from lms.curriculum import queries as curriculum
from lms.learning import services
from lms.programme.models import Cohort, Enrolment


def read_lessons(db: Session, *, now: dt.datetime, **_: Any) -> None:
    """Mark steps as read through the services, on plausible days."""
    rng = random.Random(7)  # noqa: S311 - invented reading, not secrets
    lessons = curriculum.current(db).modules[0].ready_lessons
    rows = db.execute(
        sa.select(Enrolment, Person.email, Cohort)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .order_by(Enrolment.id)
    ).all()
    for enrolment, email, cohort in rows:
        is_over = cohort.ends_on < local_date(now)
        start = now - dt.timedelta(days=110 if is_over else 20)
        wanted = len(lessons) if is_over or email == "learner@example.org" else rng.randint(0, len(lessons))
        if is_over and rng.random() < 0.1:
            wanted = rng.randint(0, max(len(lessons) - 1, 0))
        for number, lesson in enumerate(lessons[:wanted]):
            day = start + dt.timedelta(days=number * 3 + rng.randint(0, 2), minutes=rng.randint(0, 500))
            for step in lesson.steps:
                services.read_step(db, enrolment, lesson, step, now=min(day, now))
