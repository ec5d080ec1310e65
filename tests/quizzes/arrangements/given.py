"""Something arranged for a person, and what is looked at after it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.core import db as database
from lms.programme.models import Enrolment
from lms.quizzes import services
from lms.quizzes.models import Arrangement, Attempt, Quiz
from lms.quizzes.services.desk import Given


def arrange(db: Any, enrolment: Enrolment, quiz: Quiz | None, now: dt.datetime, **given: Any) -> None:
    services.desk.arrange(db, [enrolment], quiz.id if quiz else None, Given(**given), actor_id=1, now=now)
    database.commit()


def deadline(db: Any, attempt: Attempt) -> dt.datetime | None:
    db.expire_all()
    return db.get_one(Attempt, attempt.id).deadline_at


def held(db: Any) -> list[tuple[Any, ...]]:
    db.expire_all()
    rows = db.scalars(sa.select(Arrangement).order_by(Arrangement.id)).all()
    return [(one.quiz_id, one.time_percent, one.extra_minutes, one.extra_attempts) for one in rows]


def page_of(enrolment: Enrolment) -> str:
    return f"/fr/questions/arrangements/{enrolment.id}/"
