"""A question as a page shows it: in an attempt, or in a preview where nothing is recorded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.core.bilingual import EMPTY, Bilingual
from lms.quizzes import wire
from lms.quizzes.content import Content
from lms.quizzes.models import QuestionVersion
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import BadAnswer, Control, Order, QuestionType, Said


@dataclass(frozen=True)
class Picture:
    """A picture by its address, with its words for those who do not see it."""

    url: str
    alt: Bilingual


@dataclass(frozen=True)
class About:
    """The case that a question is about."""

    text: Bilingual
    picture: Picture | None


@dataclass(frozen=True)
class Shown:
    """What ``quizzes/_question.html`` draws."""

    said: Content
    kind: QuestionType
    control: Control
    #: Values of the form by the name of their field.
    given: dict[str, list[str]]
    points: int
    picture: Picture | None = None
    about: About | None = None
    #: Heading of the section it stands in.
    section: Bilingual = EMPTY


@dataclass(frozen=True)
class Line:
    """One line of an answer: words, and what is said of it."""

    #: Of the option as it was shown, where it had a letter.
    place: int | None
    text: Bilingual
    feedback: Bilingual
    #: None where one line alone is neither right nor wrong, or where it is not released.
    is_right: bool | None


@dataclass(frozen=True)
class Tried:
    """What an answer in a preview would have earned, and what is said of it."""

    fraction: Decimal | None
    given: Sequence[Line]
    model: Sequence[Line]


def show(said: Content, order: Order, answer: Any, lang: str, **more: Any) -> Shown:
    """The question with an answer filled in; ``more``: what ``Shown`` has besides."""
    kind = get(said.type)
    given = wire.by_field(kind.filled(said.settings, order, answer))
    return Shown(said, kind, kind.control(said.settings, order, lang), given, **{"points": said.points, **more})


def about(version: QuestionVersion, url: str | None) -> About | None:
    """The case of a version; ``url`` of its picture."""
    picture = Picture(url, version.case_alt) if url and version.case_image_id else None
    return About(version.case_text, picture) if version.case_text or picture else None


def lines(said: Sequence[Said], order: Order, *, with_key: bool = True) -> tuple[Line, ...]:
    """An answer's lines as they stood on the page; ``with_key``: with what tells right from wrong."""
    places = {key: place for place, (_id, key) in enumerate(order)}
    return tuple(
        Line(
            None if one.key.startswith(">") else places.get(one.key),
            Bilingual.of(one.text),
            Bilingual.of(one.feedback) if with_key else EMPTY,
            one.is_right if with_key else None,
        )
        for one in sorted(said, key=lambda one: places.get(one.key, 0))
    )


def try_out(
    said: Content, values: Sequence[str], lang: str, *, seed: int, shuffle: bool = True, **more: Any
) -> tuple[Shown, Tried]:
    """A question in a preview with the answer that these values carry, none when they make none.

    The order is the same at each look (``seed``), so that what was answered in the frame is read rightly.
    """
    kind = get(said.type)
    order = kind.draw_order(said.settings, random.Random(seed), shuffle=shuffle and said.shuffle)  # noqa: S311
    try:
        answer = kind.parse(said.settings, order, wire.without_certainty(values)[0])
    except BadAnswer:
        answer = None
    tried = Tried(
        kind.grade(said.settings, answer).fraction,
        lines(kind.said(said.settings, answer), order),
        lines(kind.model(said.settings), order),
    )
    return show(said, order, answer, lang, **more), tried
