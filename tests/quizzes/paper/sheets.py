"""Papers of a small quiz: prepared, filled in, read back."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import audit
from lms.core import db as database
from lms.quizzes import queries, services
from lms.quizzes.models import (
    Attempt,
    PaperRow,
    PaperSet,
    Quiz,
)
from lms.quizzes.question_types import get
from lms.quizzes.services.paper import Sat
from tests.pages import CheckingClient
from tests.quizzes.taught import HOUR

KINDS = ("single_choice", "multiple_choice", "true_false", "numerical", "ordering", "matching", "short_answer")


def prepared(db: Any, quiz: Quiz, cohort: Any, bilal: Person, now: dt.datetime) -> PaperSet:
    made = services.paper.prepare(db, quiz, cohort, lang="fr", actor_id=bilal.id, now=now)
    database.commit()
    found = queries.paper.set_or_none(db, bilal.id, made.id)
    assert found is not None
    return found


def row_of(db: Any, made: PaperSet, bilal: Person, number: int = 1) -> PaperRow:
    row = queries.paper.row_or_none(db, bilal.id, made.id, number)
    assert row is not None
    return row


def rights(made: PaperSet, lang: str = "fr") -> list[str]:
    """What somebody types of a paper that is all right."""
    found = []
    for one in made.questions:
        kind, settings = get(one.version.type), one.version.settings
        found.append(kind.to_paper(settings, one.order, kind.right_answer(settings), lang))
    return found


def sat(made: PaperSet, when: dt.datetime, *, wrong: int = 0, lang: str = "fr") -> Sat:
    """A paper that is right but for its first questions, left empty."""
    answers = [get(one.version.type).right_answer(one.version.settings) for one in made.questions]
    return Sat([None] * wrong + answers[wrong:], lang, when)


def entered(db: Any, made: PaperSet, bilal: Person, when: dt.datetime, *, number: int = 1, **more: Any) -> Attempt:
    row = row_of(db, made, bilal, number)
    attempt = services.paper.enter(db, made, row, sat(made, when, **more), actor_id=bilal.id, now=when + HOUR)
    database.commit()
    return attempt


def count(db: Any, model: Any) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


class Fields(HTMLParser):
    """What a form of a page holds, as a browser would send it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.held: dict[str, str] = {}
        self.focus = ""
        self.area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if "autofocus" in found:
            self.focus = name
        if tag == "textarea":
            self.area = name
            self.held[name] = ""
        if tag == "input" and name and (found.get("type") != "radio" or "checked" in found):
            self.held[name] = found.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.held[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def path(made: PaperSet, rest: str = "", lang: str = "fr") -> str:
    return f"/{lang}/questions/papers/{made.id}/{rest}"


def filled(trainer: CheckingClient, made: PaperSet, answers: list[str], *, number: int = 1, **more: str) -> Any:
    """The page of a row, filled in and sent."""
    held = Fields(trainer.get(path(made, f"enter?row={number}")).text).held
    return trainer.post(path(made, "enter"), data=held | numbered(answers) | {"do": "save"} | more)


def numbered(answers: list[str]) -> dict[str, str]:
    return {f"a{place}": text for place, text in enumerate(answers, 1)}


def audit_of(db: Any, action: str) -> list[audit.AuditEntry]:
    return list(db.scalars(sa.select(audit.AuditEntry).where(audit.AuditEntry.action == action)))


def corrected(db: Any, made: PaperSet, bilal: Person, when: dt.datetime, *, wrong: int = 0, version: int = 1) -> bool:
    entry = row_of(db, made, bilal).entry
    assert entry is not None
    changed = services.paper.correct(
        db, made, entry, sat(made, when, wrong=wrong), version=version, actor_id=bilal.id, now=when + HOUR
    )
    database.commit()
    return changed
