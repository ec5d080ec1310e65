"""An open question, those who answered it and those who mark it, for tests of grading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.accounts.models import Person
from lms.core import audit
from lms.core import db as database
from lms.core.bilingual import EMPTY
from lms.core.mail import Mail
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import queries, services
from lms.quizzes.content import Content
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    Question,
    Quiz,
)
from lms.quizzes.queries.pile import MarkState
from lms.quizzes.question_types.base import words
from tests.factories import make_enrolment, make_person, take

#: The rubric brings 12 + 3 points: four parts of it are 3.75.
SETTINGS = {
    "criteria": [
        {"key": "gap", "text": words("الفجوة", "L’écart"), "points": 12},
        {"key": "cause", "text": words("السبب", "La cause"), "points": 3},
    ],
    "most_words": 5,
    "model": words("جواب نموذجي", "Réponse modèle"),
}
FULL = {"gap": 12, "cause": 3}
SECRET = "Une remarque du jury"


@dataclass
class World:
    """Bilal holds a cohort in which Chaima and two others answered an open question, and Salma marks beside him."""

    db: Any
    now: dt.datetime
    bilal: int
    salma: int
    cohort: Cohort
    quiz: Quiz

    def answer_of(self, name: str, text: str = "Le trajet est long.", *, is_test: bool = False) -> int:
        """A new person of the cohort sends one answer; gives the number of the answer."""
        person = self.db.scalars(sa.select(Person).where(Person.email == f"{name}@example.ma")).first()
        person = person or make_person(self.db, name)
        enrolment = make_enrolment(self.db, person, self.cohort)
        enrolment.is_test = is_test
        return self.sent_by(enrolment, text)

    def sent_by(self, enrolment: Enrolment, text: str, *, closed: bool = False) -> int:
        """An attempt with this open answer; ``closed``: other questions are answered too."""

        def say(question: Any) -> list[str]:
            is_open = question.version.type == "open_answer"
            return [text] if is_open and text else [question.order[0][0]] if closed and not is_open else []

        attempt = take(self.db, self.quiz, enrolment, say, now=self.now)
        return next(int(one.id) for one in attempt.questions if one.version.type == "open_answer")

    def answer(self, number: int, marker: int | None = None) -> AttemptQuestion:
        self.db.expire_all()
        found = queries.grading.answer_or_none(self.db, marker or self.bilal, number)
        assert found is not None
        return found

    def mark(self, number: int, points: dict[str, int] = FULL, *, by: int | None = None, comment: str = "") -> None:
        marker = by or self.bilal
        services.grading.mark(self.db, self.answer(number, marker), points, comment, marker_id=marker, now=self.now)
        database.commit()

    def state(self, number: int, marker: int | None = None) -> MarkState:
        self.db.expire_all()
        found = queries.pile.copies(self.db, marker or self.bilal, self.quiz.id)
        return next(copy.state for copy in found if copy.id == number)

    def release(self, by: int | None = None) -> services.grading.Released:
        self.db.expire_all()
        done = releasing(self.quiz.id, by or self.bilal, self.now)(self.db)
        database.commit()
        self.db.expire_all()
        return done

    def attempt_of(self, number: int) -> Attempt:
        self.db.expire_all()
        return self.db.get_one(AttemptQuestion, number).attempt  # type: ignore[no-any-return]

    def second_marker(self) -> None:
        self.quiz.second_marker = True
        database.commit()


def question(db: Any, owner: int, now: dt.datetime, kind: str, settings: Any) -> Question:
    said = Content(
        kind, stem=words("سؤال؟", "Pourquoi cet écart\u00a0?"), settings=settings, explanation=words("ل", "C")
    )
    made = services.bank.create(db, said, owner_id=owner, now=now)
    assert services.bank.publish(db, made, EMPTY, actor_id=owner, now=now, needs_second=False)
    return made


def person(world: World, person_id: int) -> Person:
    return world.db.get_one(Person, person_id)  # type: ignore[no-any-return]


def page_of(number: int, rest: str = "") -> str:
    return f"/fr/questions/grading/{number}/{rest}"


POINTS = {"points-1": "12", "points-2": "3"}


def kinds_sent(db: Any) -> list[str]:
    return [kind for kind in db.scalars(sa.select(Mail.kind).order_by(Mail.id)) if kind.startswith("quizzes.")]


def acts(db: Any) -> list[str]:
    return list(db.scalars(sa.select(audit.AuditEntry.action).order_by(audit.AuditEntry.id)))


def first_person(world: World, attempt: Attempt) -> int:
    return int(world.db.get_one(Enrolment, attempt.enrolment_id).person_id)


def releasing(quiz_id: int, who: int, now: dt.datetime) -> Callable[[Any], services.grading.Released]:
    def act(db: Any) -> services.grading.Released:
        with current_app.test_request_context():  # addresses are written into the messages
            return services.grading.release(db, db.get_one(Quiz, quiz_id), trainer_id=who, now=now)

    return act


def marking(number: int, who: int, now: dt.datetime, points: dict[str, int] = FULL) -> Callable[[Any], Any]:
    def act(db: Any) -> Any:
        answer = queries.grading.answer_or_none(db, who, number)
        assert answer is not None
        return services.grading.mark(db, answer, points, "", marker_id=who, now=now)

    return act
