"""A quiz run in the room: what the trainer presses and what people answer."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import db as database
from lms.quizzes import queries, services
from lms.quizzes.models import (
    LiveQuestion,
    LiveRun,
    Quiz,
)
from tests.pages import CheckingClient

SECRET = "s"
ROOM = 60
THREE = ("single_choice", "multiple_choice", "rating")


def begin(db: Any, trainer: Person, cohort: Any, quiz: Quiz, now: dt.datetime) -> LiveRun:
    run = services.live.start(db, quiz, cohort.id, trainer_id=trainer.id, now=now, rng=random.Random(1))
    database.commit()
    return run


def act(db: Any, run: LiveRun, *verbs: str, now: dt.datetime) -> None:
    """What the trainer presses, one after the other, each on a page that is up to date."""
    for verb in verbs:
        version = db.scalar(sa.select(LiveRun.version).where(LiveRun.id == run.id))
        services.live.act(db, run.id, verb, version=version, actor_id=run.trainer_id or 0, now=now)
    database.commit()
    db.expire_all()


def answer(db: Any, run: LiveRun, who: str, *keys: str, position: int = 1) -> Any:
    """The option of these keys, ticked by a participant."""
    question = db.get_one(LiveQuestion, (run.id, position))
    ids = [one for one, key in question.order if key in keys]
    return services.live.answer(db, run, position, who, ids)


def stored(db: Any, run: LiveRun, position: int = 1) -> list[Any]:
    db.expire_all()
    return queries.live.answers(db, run.id, position)


def room_path(run: LiveRun, rest: str = "", lang: str = "fr") -> str:
    return f"/{lang}/live/{run.id}/{rest}"


def screen_path(run: LiveRun, rest: str = "", lang: str = "fr") -> str:
    return f"/{lang}/questions/live/{run.id}/{rest}"


def tick(phone: CheckingClient, db: Any, run: LiveRun, key: str, *, accept: str = "text/html") -> Any:
    question = db.get_one(LiveQuestion, (run.id, run.position))
    chosen = next(one for one, known in question.order if known == key)
    path = room_path(run, f"{question.position}/")
    return phone.post(path, data={"answer": chosen}, headers={"Accept": accept})
