"""What a question type is: a pure function of (settings, answer). It sees no request, no database, no person."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.paper import BadPaper, Sheet
from lms.quizzes.question_types.parts import Part, Rows, Settings, Texts

#: Opaque id and key of everything that a page offers to choose from, in the order drawn for one attempt.
Order = Sequence[Sequence[str]]
NOTHING_SAID: Texts = MappingProxyType({"ar": "", "fr": ""})
LONGEST_TEXT = 20_000
NOT_ON_PAPER = _l("This question cannot be answered on paper.")


class BadAnswer(ValueError):
    """Raised by ``parse`` for form values that this question cannot have sent."""


@dataclass(frozen=True)
class Fault:
    """Why settings make no question: where (a path in the settings) and what to do, ready to be translated."""

    path: tuple[Any, ...]
    message: Any
    #: The language whose text is at fault; empty: both.
    lang: str = ""


@dataclass(frozen=True)
class Choice:
    """Something to choose, as shown. ``id`` is opaque: it tells nothing about the key."""

    id: str
    text: str


@dataclass(frozen=True)
class Field:
    """One thing to fill in. Kinds: radio, checkbox, chips, select, line, number, lines.

    ``id`` is empty when a question has this one field only; what is typed into a field with an id is sent as
    ``id:value``.
    """

    kind: str
    id: str = ""
    label: str = ""
    choices: tuple[Choice, ...] = ()
    #: What stands behind a number.
    unit: str = ""
    #: Letters, at most.
    longest: int = 200

    @property
    def name(self) -> str:
        return f"answer:{self.id}" if self.id else "answer"


@dataclass(frozen=True)
class Control:
    """What a page draws: fields below one another, or pieces of a text with fields inside."""

    fields: tuple[Field, ...] = ()
    flow: tuple[str | Field, ...] = ()
    #: What to do, when the kind of the question does not say it yet.
    hint: Any = ""

    @property
    def fields_to_fill(self) -> int:
        """Fields that stand for themselves, below one another or inside a text; words to tick do not."""
        inside = [piece for piece in self.flow if isinstance(piece, Field)]
        return sum(bool(one.id) for one in (*self.fields, *inside))


@dataclass(frozen=True)
class Grade:
    """A mark between 0 and 1; None: a person gives it, or nobody does."""

    fraction: Decimal | None

    def __post_init__(self) -> None:
        if self.fraction is not None and not 0 <= self.fraction <= 1:
            raise ValueError(f"fraction {self.fraction} is outside 0-1")


@dataclass(frozen=True)
class Said:
    """One line of an answer in words: what was chosen or typed, and what the author says of it."""

    text: Texts
    feedback: Texts = field(default_factory=lambda: NOTHING_SAID)
    #: Key of the option, or of the row with its ``>``, by which lines stand as they were shown.
    key: str = ""
    #: Whether this line alone is right; None where there is nothing to tell.
    is_right: bool | None = None


class QuestionType(ABC):
    """Base of all types. Answers are JSON values made of keys and typed text; None means not answered."""

    #: Stable name, stored with each version.
    key: str
    #: Lazy translated name.
    label: Any
    #: What the builder draws; the settings hold just this.
    parts: Sequence[Part]
    #: Settings that the contract tests run on.
    examples: Sequence[Mapping[str, Any]]
    #: ``computer``, ``person`` (graded by hand) or ``nobody`` (an opinion).
    marked_by = "computer"
    #: Whether it can be asked and answered on paper: then the three methods about paper are its own.
    is_for_paper = False

    @abstractmethod
    def faults(self, settings: Settings) -> Iterator[Fault]:
        """Why the settings make no question; texts missing in one language are found elsewhere, for all types."""

    @abstractmethod
    def keys(self, settings: Settings) -> list[str]:
        """Keys of all that a page offers to choose from, in the author's order."""

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        """Order for one attempt, as [opaque id, key] pairs; stored, so drawn once."""
        keys = self.keys(settings)
        if shuffle:
            rng.shuffle(keys)
        return with_ids(keys, rng)

    @abstractmethod
    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        """What the page draws for one attempt's order, in one language."""

    @abstractmethod
    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        """The answer behind a form's values. Raises BadAnswer for what this question cannot have sent."""

    @abstractmethod
    def filled(self, settings: Settings, order: Order, answer: Any) -> list[str]:
        """The form's values that ``parse`` makes this answer of: what the page shows again."""

    @abstractmethod
    def grade(self, settings: Settings, answer: Any) -> Grade:
        """The mark of an answer that ``parse`` gave, or of None."""

    @abstractmethod
    def right_answer(self, settings: Settings) -> Any:
        """An answer that earns all points; None where there is none."""

    @abstractmethod
    def said(self, settings: Settings, answer: Any) -> list[Said]:
        """An answer in words; empty for None."""

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        """What stands under the question on paper, in one language."""
        return Sheet(NOT_ON_PAPER)

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        """The answer that was written on a paper in ``lang``, as somebody types it in; None for nothing.

        Raises BadPaper for what cannot have been meant.
        """
        raise BadPaper(NOT_ON_PAPER)

    def to_paper(self, settings: Settings, order: Order, answer: Any, lang: str) -> str:
        """What ``from_paper`` makes this answer of: the field shows it again."""
        return ""

    def model(self, settings: Settings) -> list[Said]:
        """What is shown as the right answer after release; empty where nothing is right or wrong."""
        return self.said(settings, self.right_answer(settings))


def with_ids(keys: Sequence[str], rng: random.Random) -> list[list[str]]:
    """Each key behind an id that tells nothing about it."""
    return [[f"{rng.getrandbits(48):012x}", key] for key in keys]


def is_storable(text: str) -> bool:
    """Whether a database can keep the text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def split(value: str) -> tuple[str, str]:
    """Field and value of ``id:value``."""
    field, _colon, typed = value.partition(":")
    return field, typed


def rows_and_choices(order: Order) -> tuple[list[str], list[str]]:
    """Keys of rows (with ``>``) and of choices, in the order drawn."""
    keys = [pair[1] for pair in order]
    return [key for key in keys if key.startswith(">")], [key for key in keys if not key.startswith(">")]


def joined(one: Texts, other: Texts) -> Texts:
    return {lang: f"{one[lang]} — {other[lang]}" for lang in ("ar", "fr")}


def keys_behind(order: Order, ids: Sequence[str]) -> list[str]:
    """The keys of opaque ids. Raises BadAnswer for one that is not of this attempt's question."""
    keys = {pair[0]: pair[1] for pair in order}
    try:
        return [keys[one] for one in ids]
    except (KeyError, TypeError) as error:
        raise BadAnswer(str(ids)[:80]) from error


def words(ar: str, fr: str) -> Texts:
    """A text in both languages, for the types' examples."""
    return {"ar": ar, "fr": fr}


def example_row(key: str, **more: Any) -> dict[str, Any]:
    """A well-made row, for the types' examples."""
    return {
        "key": key,
        "text": words(f"الخيار {key}", f"Option {key}"),
        "feedback": words(f"تعليق {key}", f"Commentaire {key}"),
        **more,
    }


def row_faults(part: Rows, settings: Settings) -> Iterator[Fault]:
    """Too few or too many rows, keys that are not distinct, empty rows, equal rows, a tick missing or too many."""
    rows = settings.get(part.name) or []
    if not part.fewest <= len(rows) <= part.most:
        yield Fault(
            (part.name,), _l("%(fewest)s to %(most)s rows are needed here.", fewest=part.fewest, most=part.most)
        )
    keys = [row.get("key") for row in rows]
    if len(set(keys)) != len(keys) or not all(isinstance(key, str) and key for key in keys):
        yield Fault((part.name,), _l("Each row needs a key of its own."))
    for lang in ("ar", "fr"):
        seen: set[str] = set()
        for number, row in enumerate(rows):
            text = " ".join(str((row.get("text") or {}).get(lang, "")).split())
            if text and text in seen:
                yield Fault((part.name, number, "text"), _l("Two rows say the same."), lang)
            seen.add(text)
    if part.mark:
        yield from _mark_faults(part, settings, keys)


def _mark_faults(part: Rows, settings: Settings, keys: Sequence[Any]) -> Iterator[Fault]:
    right = settings.get("right")
    if not isinstance(right, list) or not right:
        yield Fault(("right",), _l("The right answer has to be ticked."))
    elif not all(key in keys for key in right) or len(set(right)) != len(right):
        yield Fault(("right",), _l("The right answer is not among the rows."))
    elif part.mark == "one" and len(right) != 1:
        yield Fault(("right",), _l("One answer only is right."))
