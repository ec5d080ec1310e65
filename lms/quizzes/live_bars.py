"""What a room answered, as bars. Pure: sees answers and a question, no person and no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.quizzes.models import QuestionVersion
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import Order
from lms.quizzes.question_types.families import OptionType, RowType
from lms.quizzes.question_types.parts import Texts

#: Opinions of fewer people are not shown: in a small room they would be somebody's (architecture, settled questions).
FEWEST_OPINIONS = 5


@dataclass(frozen=True)
class Bar:
    """One thing that could be chosen, and how often it was."""

    texts: Texts
    count: int
    #: Of those who answered, 0-1.
    share: float
    is_right: bool
    #: Place of its letter, the same on the screen and on the phones; None: no letter.
    letter: int | None


@dataclass(frozen=True)
class Group:
    """The bars of a question, or of one of its statements."""

    #: The statement; None: the question has no parts.
    title: Texts | None
    bars: Sequence[Bar]


def bars(version: QuestionVersion, order: Order, answers: Sequence[Any]) -> list[Group]:
    """The answers of a room, in the order of the options on the screen."""
    kind = get(version.type)
    if isinstance(kind, OptionType):
        return [Group(None, _options(kind, version.settings, order, answers))]
    return _rows(kind, version.settings, answers) if isinstance(kind, RowType) else []


def _options(kind: OptionType, settings: Mapping[str, Any], order: Order, answers: Sequence[Any]) -> list[Bar]:
    texts = {str(option["key"]): option["text"] for option in kind.options(settings)}
    right = kind.chosen(kind.right_answer(settings))
    chosen = [key for answer in answers for key in kind.chosen(answer)]
    keys = [pair[1] for pair in order]
    return [_bar(texts[key], chosen.count(key), len(answers), key in right, at) for at, key in enumerate(keys)]


def _rows(kind: RowType, settings: Mapping[str, Any], answers: Sequence[Any]) -> list[Group]:
    choices = kind.choices(settings)
    found = []
    for row, title in kind.rows(settings).items():
        given = [answer[row] for answer in answers if row in answer]
        found.append(Group(title, [_bar(choices[key], given.count(key), len(given), False) for key in choices]))
    return found


def _bar(texts: Texts, count: int, total: int, is_right: bool, letter: int | None = None) -> Bar:
    return Bar(texts, count, count / total if total else 0.0, is_right, letter)


def may_show(version: QuestionVersion, answers: Sequence[Any]) -> bool:
    """Whether enough people answered: opinions need some, answers that are right or wrong do not."""
    kind = get(version.type)
    if kind.marked_by != "nobody":
        return True
    # Of a scale with several rows each counts by itself: some leave rows out.
    rows = kind.rows(version.settings) if isinstance(kind, RowType) else ()
    counts = [sum(row in answer for answer in answers) for row in rows] or [len(answers)]
    return min(counts) >= FEWEST_OPINIONS
