"""Building quizzes: rules, places, draws, sections, blueprint, parallel forms, cases. Never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.edits import check_version
from lms.quizzes import queries, quiz_checks, services
from lms.quizzes.errors import QuizNotReady, RulesFixed, WouldBreak
from lms.quizzes.models import (
    Attempt,
    AttemptState,
    BlueprintLine,
    Feedback,
    Purpose,
    Question,
    QuestionCase,
    Quiz,
    QuizItem,
    QuizSection,
)

MOST_ITEMS, MOST_SECTIONS = 200, 12
#: Rules that marks rest on: after the first attempt they stay.
FIXED_BY_ATTEMPTS = ("purpose", "module", "asks_certainty", "counts", "pass_percent")


def create(db: Session, values: Mapping[str, Any], *, owner_id: int) -> Quiz:
    """A new quiz, hidden from learners until it is published."""
    quiz = Quiz(
        module="", purpose=Purpose.PRACTICE, title=Bilingual("", ""), feedback=Feedback.AFTER_SUBMIT, owner_id=owner_id,
        items=[], sections=[], blueprint=[],
    )  # fmt: skip
    _set(quiz, values)
    db.add(quiz)
    db.flush()
    _pair(db, quiz)
    return quiz


def change(db: Session, quiz: Quiz, values: Mapping[str, Any], *, version: int | None) -> None:
    """Store the rules of a quiz. Raises EditedMeanwhile, RulesFixed or WouldBreak."""
    check_version(quiz, version)
    if queries.quizzes.attempt_counts(db, [quiz.id]) and any(
        values.get(name, getattr(quiz, name)) != getattr(quiz, name) for name in FIXED_BY_ATTEMPTS
    ):
        raise RulesFixed
    _set(quiz, values)
    db.flush()
    _pair(db, quiz)
    _touch(db, quiz)
    if quiz.closes_at is not None:
        # An attempt that ran without an end ends with the quiz now; none that has one is shortened.
        endless = sa.update(Attempt).where(
            Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.OPEN, Attempt.deadline_at.is_(None)
        )
        db.execute(endless.values(deadline_at=quiz.closes_at).execution_options(synchronize_session=False))


def _touch(db: Session, quiz: Quiz) -> None:
    """Count a change of what stands in a quiz as an edit of the quiz. Raises WouldBreak.

    A published quiz stays one that could be published.
    """
    flag_modified(quiz, "shuffle")
    db.flush()
    if quiz.published_at is not None and any(finding.is_block for finding in quiz_checks.findings(db, quiz)):
        raise WouldBreak


def _set(quiz: Quiz, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(quiz, name, value)


def _pair(db: Session, quiz: Quiz) -> None:
    """Two forms know one another; who was the partner of either before is free again."""
    for other in queries.quizzes.partners(db, [quiz.id, quiz.other_form_id]):
        if other.id != quiz.id:
            other.other_form_id = None
    partner = db.get(Quiz, quiz.other_form_id) if quiz.other_form_id else None
    if partner is not None:
        partner.other_form_id = quiz.id
    db.flush()


def add_questions(db: Session, quiz: Quiz, questions: Sequence[Question], points: Mapping[int, int]) -> int:
    """Put questions at the end, each once; gives how many came in."""
    present = {item.question_id for item in quiz.items}
    new = [question for question in dict.fromkeys(questions) if question.id not in present]
    new = new[: MOST_ITEMS - len(quiz.items)]
    section = quiz.items[-1].section if quiz.items else 0
    for question in new:
        quiz.items.append(
            QuizItem(
                position=len(quiz.items) + 1,
                question_id=question.id,
                points=points.get(question.id, 1),
                section=section,
            )
        )
    _touch(db, quiz)
    return len(new)


@dataclass(frozen=True)
class Draw:
    """Questions to be drawn anew for each attempt."""

    count: int
    objective: str
    level: str
    tag: str


def add_draw(db: Session, quiz: Quiz, draw: Draw) -> None:
    section = quiz.items[-1].section if quiz.items else 0
    quiz.items.append(
        QuizItem(
            position=len(quiz.items) + 1, question_id=None, points=1, section=section, draw_count=draw.count,
            draw_objective=draw.objective, draw_level=draw.level, draw_tag=draw.tag,
        )
    )  # fmt: skip
    db.flush()
    _touch(db, quiz)


def arrange(
    db: Session, quiz: Quiz, order: Sequence[int], points: Mapping[int, int], sections: Mapping[int, int]
) -> None:
    """Put the items in this order of their present places; places left out go. Points and sections by present place."""
    by_place = {item.position: item for item in quiz.items}
    kept = [by_place[place] for place in order if place in by_place]
    rows = [
        {
            "question_id": item.question_id,
            "points": points.get(item.position, item.points),
            "section": sections.get(item.position, item.section),
            "draw_count": item.draw_count,
            "draw_objective": item.draw_objective,
            "draw_level": item.draw_level,
            "draw_tag": item.draw_tag,
        }
        for item in kept
    ]
    quiz.items.clear()
    # The keys are the places: the old rows go before the new ones come.
    db.flush()
    quiz.items.extend(QuizItem(position=place, **row) for place, row in enumerate(rows, 1))
    db.flush()
    _touch(db, quiz)


def add_section(db: Session, quiz: Quiz, title: Bilingual) -> None:
    if len(quiz.sections) < MOST_SECTIONS:
        taken = {one.number for one in quiz.sections}
        number = next(one for one in range(1, MOST_SECTIONS + 1) if one not in taken)
        quiz.sections.append(QuizSection(number=number, title=title))
        _touch(db, quiz)


def remove_section(db: Session, quiz: Quiz, number: int) -> None:
    """The heading goes; its questions stay, before all sections."""
    for item in quiz.items:
        item.section = 0 if item.section == number else item.section
    quiz.sections = [section for section in quiz.sections if section.number != number]
    _touch(db, quiz)


def plan(db: Session, quiz: Quiz, objective_key: str, level: str, count: int) -> None:
    """Say how many questions of an objective and level the quiz needs; 0: the line goes."""
    lines = {(line.objective_key, line.level): line for line in quiz.blueprint}
    line = lines.get((objective_key, level))
    if count and line is None:
        quiz.blueprint.append(BlueprintLine(objective_key=objective_key, level=level, count=count))
    elif count and line is not None:
        line.count = count
    elif line is not None:
        quiz.blueprint.remove(line)
    db.flush()
    _touch(db, quiz)


def publish(db: Session, quiz: Quiz, *, actor_id: int, now: dt.datetime) -> None:
    """Show the quiz to its learners. Raises QuizNotReady."""
    if quiz.archived_at is not None or any(finding.is_block for finding in quiz_checks.findings(db, quiz)):
        raise QuizNotReady
    quiz.published_at = quiz.published_at or now
    audit.record(db, "quizzes.open", actor_id=actor_id, subject=quiz, now=now)


def withdraw(db: Session, quiz: Quiz, *, actor_id: int, now: dt.datetime) -> None:
    """Hide the quiz from those who have not begun; attempts under way go on."""
    quiz.published_at = None
    audit.record(db, "quizzes.withdraw", actor_id=actor_id, subject=quiz, now=now)


def archive(db: Session, quiz: Quiz, *, actor_id: int, now: dt.datetime) -> None:
    quiz.archived_at = quiz.archived_at or now
    audit.record(db, "quizzes.archive-quiz", actor_id=actor_id, subject=quiz, now=now)


def bring_back(db: Session, quiz: Quiz, *, actor_id: int, now: dt.datetime) -> None:
    """Out of the archive, hidden from learners until it is published."""
    quiz.archived_at = quiz.published_at = None
    audit.record(db, "quizzes.bring-back-quiz", actor_id=actor_id, subject=quiz, now=now)


def copy(db: Session, quiz: Quiz, title: Bilingual, *, owner_id: int) -> Quiz:
    """The same quiz under another title, not published."""
    names = (
        "module", "purpose", "minutes", "attempts_allowed", "pause_hours", "feedback", "shuffle", "cohort_id", "counts",
        "pass_percent", "asks_certainty", "second_marker",
    )  # fmt: skip
    made = create(db, {name: getattr(quiz, name) for name in names} | {"title": title}, owner_id=owner_id)
    made.sections = [QuizSection(number=one.number, title=one.title) for one in quiz.sections]
    made.blueprint = [
        BlueprintLine(objective_key=one.objective_key, level=one.level, count=one.count) for one in quiz.blueprint
    ]
    made.items = [
        QuizItem(
            position=one.position, question_id=one.question_id, points=one.points, section=one.section,
            draw_count=one.draw_count, draw_objective=one.draw_objective, draw_level=one.draw_level,
            draw_tag=one.draw_tag,
        )
        for one in quiz.items
    ]  # fmt: skip
    db.flush()
    return made


def save_case(
    db: Session,
    case: QuestionCase | None,
    text: Bilingual,
    alt: Bilingual,
    image_id: int | None,
    *,
    version: int | None,
    owner_id: int,
    now: dt.datetime,
) -> QuestionCase:
    """Store a case. Its questions have a newer draft then, until they are published again. Raises EditedMeanwhile."""
    if case is None:
        case = QuestionCase(text=text, image_alt=alt, image_id=image_id, owner_id=owner_id, changed_at=now)
        db.add(case)
    else:
        check_version(case, version)
        case.text, case.image_alt, case.image_id, case.changed_at = text, alt, image_id, now
    db.flush()
    services.bank.case_changed(db, case)
    return case
