"""Taking the curriculum's quizzes into the bank: a new version only where the content changed."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core.bilingual import Bilingual
from lms.curriculum.catalogue import Curriculum
from lms.quizzes import content, lint, queries, services
from lms.quizzes.content import LEVELS, Content
from lms.quizzes.models import Feedback, Purpose, Question, Quiz, QuizItem
from lms.quizzes.question_types import TYPES

log = logging.getLogger(__name__)


def check_items(curriculum: Curriculum) -> list[str]:
    """Problems of the quiz files that only this room can see: types, settings, lengths, places of the keys."""
    found: list[str] = []
    for quiz in curriculum.quizzes.values():
        if quiz["feedback"] not in list(Feedback):
            found.append(f"{quiz['key']}: feedback is one of {', '.join(Feedback)}")
        for item in quiz["items"]:
            found += [f"{quiz['key']} {item['key']}: {text}" for text in _item_problems(item)]
        if lint.key_places([_settings(item) for item in quiz["items"] if item["type"] == "single_choice"]):
            found.append(f"{quiz['key']}: the right option stands in the same place in more than half of the items")
    return found


def _item_problems(item: dict[str, Any]) -> list[str]:
    kind = TYPES.get(item["type"])
    if kind is None:
        return [f"type {item['type']} is unknown: use one of {', '.join(sorted(TYPES))}"]
    faults = list(kind.faults(_settings(item)))
    if faults:
        return [f"{'.'.join(map(str, fault.path))}: {fault.message}" for fault in faults]
    found = [] if item["level"] in LEVELS else [f"level is one of {', '.join(LEVELS)}"]
    for lang in ("ar", "fr"):
        if not item["stem"][lang] or not item["explanation"][lang]:
            found.append(f"stem and explanation are needed in {lang}")
    long = lint.key_length(_content(item))
    return found + [f"in {one.lang} the right option is much longer than the others" for one in long]


def take_over(db: Session, curriculum: Curriculum, *, now: dt.datetime) -> None:
    """Store every quiz of the curriculum; questions edited here by people are left alone, with a line in the log."""
    for data in curriculum.quizzes.values():
        quiz = queries.attempts.by_content_key(db, data["key"])
        if quiz is None:
            quiz = Quiz(content_key=data["key"], purpose=Purpose.TEST, items=[], published_at=now)
            db.add(quiz)
        quiz.module, quiz.title = data["module"], Bilingual.of(data["title"])
        quiz.minutes, quiz.attempts_allowed = data["minutes"], data["attempts"]
        quiz.pause_hours, quiz.feedback = data["pause_hours"] or 0, data["feedback"]
        quiz.shuffle = bool(data["shuffle"])
        db.flush()
        wanted = [(_question(db, data["key"], item, now=now), int(item["points"] or 1)) for item in data["items"]]
        if [(item.question_id, item.points) for item in quiz.items] != [(q.id, points) for q, points in wanted]:
            quiz.items.clear()
            db.flush()
            quiz.items.extend(
                QuizItem(position=place, question_id=question.id, points=points)
                for place, (question, points) in enumerate(wanted, 1)
            )
            db.flush()


def _question(db: Session, quiz_key: str, item: dict[str, Any], *, now: dt.datetime) -> Question:
    key, said = f"{quiz_key}#{item['key']}", _content(item)
    question = db.scalars(sa.select(Question).where(Question.content_key == key)).first()
    if question is None:
        question = services.bank.create(db, said, owner_id=None, content_key=key, now=now)
    elif question.edited_here:
        log.info("question %s was edited here: the file's wording is not taken over", question.id)
        return question
    else:
        services.bank.save(db, question, said, revision=question.revision, actor_id=None, now=now)
    services.bank.add_version(db, question, said, Bilingual.of(item["objective"]), actor_id=None, now=now)
    return question


def _content(item: dict[str, Any]) -> Content:
    return content.agree(
        Content(
            type=item["type"],
            stem=item["stem"],
            source=item["source"],
            explanation=item["explanation"],
            settings=_settings(item),
            objective_key=item["objective_key"],
            level=item["level"],
            lesson=item["lesson"],
            points=int(item["points"] or 1),
        )
    )


def _settings(item: dict[str, Any]) -> dict[str, Any]:
    names = ["right", *(part.name for part in TYPES[item["type"]].parts)]
    return {name: item[name] for name in names if item.get(name) is not None}
