"""The surveys of the curriculum's files as quizzes, made through the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml

from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.quizzes import services
from lms.quizzes.content import Content, agree
from lms.quizzes.models import Feedback, Purpose, Quiz, QuizItem
from lms.quizzes.question_types import TYPES
from tests.catalogues import ROOT

NAMES = ("session-end", "cohort-end", "follow-up-3", "follow-up-6", "supervisor")


def load(name: str) -> dict[str, dict[str, Any]]:
    """Both files of a survey by language."""
    return {
        lang: yaml.safe_load((ROOT / "content" / lang / "assessment" / f"{name}.yml").read_text("utf-8"))
        for lang in ("ar", "fr")
    }


def make_form(db: Any, name: str, *, now: dt.datetime) -> Quiz:
    """A published survey with the questions of its file; committed."""
    both = load(name)
    quiz = Quiz(
        content_key=f"assessment/{name}", module="", purpose=Purpose.SURVEY, feedback=Feedback.NEVER, published_at=now,
        title=Bilingual(*(both[lang]["title"] for lang in ("ar", "fr"))), items=[],
    )  # fmt: skip
    db.add(quiz)
    for place, (ar, fr) in enumerate(zip(both["ar"]["items"], both["fr"]["items"], strict=True), 1):
        said = agree(
            Content(
                type=fr["type"], stem={"ar": ar["stem"], "fr": fr["stem"]}, level="recall",
                settings={part.name: together(ar[part.name], fr[part.name]) for part in TYPES[fr["type"]].parts},
            )
        )  # fmt: skip
        key = f"assessment/{name}#{fr['key']}"
        question = services.bank.create(db, said, owner_id=None, content_key=key, now=now)
        services.bank.add_version(db, question, said, Bilingual("", ""), actor_id=None, now=now)
        quiz.items.append(QuizItem(position=place, question_id=question.id))
    database.commit()
    return quiz


def together(ar: Any, fr: Any) -> Any:
    """Rows of both files as settings hold them."""
    if not isinstance(fr, list):
        return fr
    pairs = zip(ar, fr, strict=True)
    return [{"key": two["key"], "text": {"ar": one["text"], "fr": two["text"]}} for one, two in pairs]
