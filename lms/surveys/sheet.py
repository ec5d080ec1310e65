"""A survey as one page: its questions, what a form holds of them, and the answers behind it. Pure but for ``asked``."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms.quizzes.models import QuestionVersion
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import BadAnswer, Control, Order, QuestionType
from lms.surveys import queries

#: Questions of one form that are looked for in the bank; more names come from no page of ours.
MOST_NAMED = 200
#: Name of what is filled in for a version: ``q17``, and ``q17:id`` for each of several fields.
_NAME = re.compile(r"q([0-9]{1,9})(?::(.*))?", re.S)
NOT_READ = _l("This answer could not be read: please choose again, or shorten the text.")
SOME_NOT_READ = _l("Some answers could not be read. They are marked below; nothing is stored yet.")
NOTHING = _l("One answer at least is needed before sending.")


@dataclass(frozen=True)
class Asked:
    """One question of a survey, in the version that is asked."""

    version: QuestionVersion

    @property
    def name(self) -> str:
        return f"q{self.version.id}"

    @property
    def kind(self) -> QuestionType:
        return get(self.version.type)

    @property
    def order(self) -> Order:
        """The author's order; the same ids at each look, for nothing of a survey is stored between two."""
        rng = random.Random(self.version.id)  # noqa: S311 - ids of a page, not secrets
        return self.kind.draw_order(self.version.settings, rng, shuffle=False)

    def control(self, lang: str) -> Control:
        return self.kind.control(self.version.settings, self.order, lang)

    def parse(self, values: Sequence[str]) -> Any:
        return self.kind.parse(self.version.settings, self.order, values)


@dataclass
class Filled:
    """What a form holds: answers by version, the raw values to be shown again, and the questions it got wrong."""

    answers: dict[str, Any] = field(default_factory=dict)
    given: dict[str, list[str]] = field(default_factory=dict)
    wrong: set[int] = field(default_factory=set)


def asked(db: Session, quiz_id: int, posted: MultiDict[str, str] | None = None) -> list[Asked]:
    """The questions of a survey in their order, opinions only, whatever its author put into it since it opened.

    A question that got a newer version while somebody filled in the form stays the one that they read.
    """
    seen = {int(found[1]) for found in map(_NAME.fullmatch, posted or ()) if found}
    versions = queries.forms.versions_of(db, quiz_id, seen if len(seen) <= MOST_NAMED else ())
    return [Asked(version) for version in versions if get(version.type).marked_by == "nobody"]


def size(questions: Sequence[Asked]) -> int:
    """How much there is to answer: each statement of a rating, and each question in words."""
    return sum(len(one.control("fr").fields) for one in questions)


def is_look(form: MultiDict[str, str]) -> bool:
    """Whether a form is sent to be shown again in the other language, not to be stored."""
    return "look" in form


def read(questions: Sequence[Asked], form: MultiDict[str, str]) -> Filled:
    """The answers of a form. Fields of no question of the survey are passed over."""
    filled, values = Filled(), dict[str, list[str]]()
    for name, value in form.items(multi=True):
        if found := _NAME.fullmatch(name):
            filled.given.setdefault(name, []).append(value)
            inner = value if found[2] is None else f"{found[2]}:{value}"
            values.setdefault(f"q{found[1]}", []).append(inner)
    for one in questions:
        try:
            answer = one.parse(values.get(one.name, []))
        except BadAnswer:
            filled.wrong.add(one.version.id)
            continue
        if answer is not None:
            filled.answers[str(one.version.id)] = answer
    return filled


def said(versions: Mapping[int, QuestionVersion], answers: Mapping[str, Any]) -> list[tuple[QuestionVersion, Any]]:
    """What somebody answered, in words, question by question; versions that are gone are left out."""
    found = []
    for key, answer in answers.items():
        version = versions.get(int(key))
        if version is not None:
            found.append((version, get(version.type).said(version.settings, answer)))
    return found
