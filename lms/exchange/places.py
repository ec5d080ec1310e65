"""Names and addresses of the lessons and quizzes under which something is asked."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Curriculum, Lesson
from lms.curriculum.errors import NoCurriculum
from lms.exchange.models import Thread

#: Where the questions stand on the page of a lesson or result.
ANCHOR = "ask-team"


def lesson_of(db: Session, thread: Thread) -> Lesson | None:
    """The lesson of a thread; None where it is about a quiz or no longer taught."""
    content = _content(db)
    return content.lesson(thread.lesson) if content and thread.lesson else None


def _content(db: Session) -> Curriculum | None:
    try:
        return curriculum.current(db)
    except NoCurriculum:
        return None


def title_of(db: Session, thread: Thread, lang: str) -> str:
    """What the lesson or quiz of a thread is called; a neutral word for a lesson that is no longer taught."""
    if thread.quiz is not None:
        return thread.quiz.title[lang]
    lesson = lesson_of(db, thread)
    return lesson.title[lang] if lesson else str(_("A lesson of the programme"))


def address_for_learner(db: Session, thread: Thread) -> str | None:
    """Where the learner asked."""
    if thread.quiz_id is not None:
        return url_for("quizzes.show_result", quiz_id=thread.quiz_id, number=thread.attempt_number or 1, _anchor=ANCHOR)
    return _address_of_step(db, thread, anchor=ANCHOR)


def address_for_trainer(db: Session, thread: Thread) -> str | None:
    """What the learner had in front of them: the step of the lesson, or the attempt."""
    if thread.quiz_id is None:
        return _address_of_step(db, thread)
    if thread.enrolment.is_test:
        return None
    return url_for(
        "desk.show_attempt",
        quiz_id=thread.quiz_id,
        enrolment_id=thread.enrolment_id,
        number=thread.attempt_number or 1,
    )


def address_published(db: Session, thread: Thread) -> str | None:
    """Where everybody of the cohort reads what was published: of a quiz its own page, results differ."""
    if thread.quiz_id is not None:
        return url_for("exchange.show_quiz", quiz_id=thread.quiz_id)
    return _address_of_step(db, thread)


def _address_of_step(db: Session, thread: Thread, anchor: str | None = None) -> str | None:
    lesson = lesson_of(db, thread)
    if lesson is None:
        return None
    arguments: dict[str, Any] = {"module": lesson.module, "lesson": lesson.slug}
    return url_for("learning.read_lesson", **arguments, step=thread.step or None, _anchor=anchor)
