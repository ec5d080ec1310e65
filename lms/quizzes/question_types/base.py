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

from lms.quizzes.question_types.paper import BadPaper, Sheet, read_letters, read_pairs, write_places
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
    #: Key of the option, where its place on the page has a letter.
    key: str = ""


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


class OptionType(QuestionType):
    """Base of the types whose options stand below one another and are chosen by a tick."""

    is_for_paper = True

    def options(self, settings: Settings) -> Sequence[Mapping[str, Any]]:
        """Rows with ``key``, ``text`` and ``feedback``."""
        rows: Sequence[Mapping[str, Any]] = settings.get("options") or []
        return rows

    def keys(self, settings: Settings) -> list[str]:
        return [str(option["key"]) for option in self.options(settings)]

    def choices(self, settings: Settings, order: Order, lang: str) -> tuple[Choice, ...]:
        texts = {option["key"]: option["text"][lang] for option in self.options(settings)}
        return tuple(Choice(one, texts[key]) for one, key in order)

    def filled(self, settings: Settings, order: Order, answer: Any) -> list[str]:
        chosen = self.chosen(answer)
        return [one for one, key in order if key in chosen]

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        hint = self.control(settings, order, lang).hint or _l("write one letter")
        return Sheet(hint, tuple(choice.text for choice in self.choices(settings, order, lang)))

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        places = [place for place in read_letters(text, len(order)) if place is not None]
        return self.parse(settings, order, [order[place][0] for place in places])

    def to_paper(self, settings: Settings, order: Order, answer: Any, lang: str) -> str:
        chosen = self.chosen(answer)
        return write_places([place for place, pair in enumerate(order) if pair[1] in chosen], lang)

    def chosen(self, answer: Any) -> list[str]:
        """Keys of the options that an answer names."""
        if answer is None:
            return []
        return list(answer) if isinstance(answer, list) else [answer]

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        rows = {option["key"]: option for option in self.options(settings)}
        return [
            Said(rows[key]["text"], rows[key].get("feedback") or NOTHING_SAID, key)
            for key in self.chosen(answer)
            if key in rows
        ]


class OneOption(OptionType):
    """Base of the types where one option is chosen and it is the right one or not."""

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        return Control((Field("radio", choices=self.choices(settings, order, lang)),))

    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        chosen = keys_behind(order, values)
        if len(chosen) > 1:
            raise BadAnswer("more than one option")
        return chosen[0] if chosen else None

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        if len(read_letters(text, len(order))) > 1:
            raise BadPaper(_l("One letter only is read here."))
        return super().from_paper(settings, order, text, lang)

    def grade(self, settings: Settings, answer: Any) -> Grade:
        return Grade(Decimal(int(answer is not None and answer == self.right_answer(settings))))


class RowType(QuestionType):
    """Base of the types where each of several rows takes one of several choices. Answers are ``{row: choice}``.

    Keys of rows and of choices share one order; a row's starts with ``>``.
    """

    #: How a row is filled in: ``chips`` (short choices) or ``select``.
    field_kind = "select"
    is_for_paper = True

    @abstractmethod
    def rows(self, settings: Settings) -> Mapping[str, Texts]:
        """Words of each row by its key, in the author's order."""

    @abstractmethod
    def choices(self, settings: Settings) -> Mapping[str, Texts]:
        """Words of each choice by its key, in the author's order."""

    @abstractmethod
    def right_answer(self, settings: Settings) -> Any:
        """The choice of each row."""

    def row_feedback(self, settings: Settings) -> Mapping[str, Texts]:
        """What the author says of each row."""
        return {}

    def keys(self, settings: Settings) -> list[str]:
        return [f">{key}" for key in self.rows(settings)] + list(self.choices(settings))

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        """Rows may be mixed; choices stay as the author put them, so that they are found again at each row."""
        rows = [f">{key}" for key in self.rows(settings)]
        if shuffle:
            rng.shuffle(rows)
        return with_ids([*rows, *self.choices(settings)], rng)

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        rows, words = self.rows(settings), self.choices(settings)
        choices = tuple(Choice(one, words[key][lang]) for one, key in order if not key.startswith(">"))
        return Control(
            tuple(
                Field(self.field_kind, one, rows[key[1:]][lang], choices) for one, key in order if key.startswith(">")
            )
        )

    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        keys = {pair[0]: pair[1] for pair in order}
        answer: dict[str, str] = {}
        for value in values:
            row, choice = split(value)
            if not choice:
                continue
            if not keys.get(row, "").startswith(">") or keys.get(choice, ">").startswith(">"):
                raise BadAnswer(value[:80])
            if answer.setdefault(keys[row][1:], keys[choice]) != keys[choice]:
                raise BadAnswer("a row has two choices")
        return answer or None

    def filled(self, settings: Settings, order: Order, answer: Any) -> list[str]:
        ids = {pair[1]: pair[0] for pair in order}
        return [f"{ids['>' + row]}:{ids[choice]}" for row, choice in (answer or {}).items()]

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        control = self.control(settings, order, lang)
        options = tuple(choice.text for choice in control.fields[0].choices)
        return Sheet(_l("write a letter for each number"), options, tuple(field.label for field in control.fields))

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        rows, choices = rows_and_choices(order)
        places = read_pairs(text, len(rows), len(choices))
        return {row[1:]: choices[place] for row, place in zip(rows, places, strict=True) if place is not None} or None

    def to_paper(self, settings: Settings, order: Order, answer: Any, lang: str) -> str:
        rows, choices = rows_and_choices(order)
        given = [(answer or {}).get(row[1:]) for row in rows]
        return write_places([None if one is None else choices.index(one) for one in given], lang)

    def grade(self, settings: Settings, answer: Any) -> Grade:
        """Right rows ÷ rows."""
        right = self.right_answer(settings)
        found = sum((answer or {}).get(row) == choice for row, choice in right.items())
        return Grade(Decimal(found) / len(right))

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        rows, words, feedback = self.rows(settings), self.choices(settings), self.row_feedback(settings)
        return [
            Said(joined(rows[row], words[answer[row]]), feedback.get(row, NOTHING_SAID))
            for row in rows
            if answer and answer.get(row) in words
        ]


class TextType(QuestionType):
    """Base of the types with one typed text. Answers are the text as typed."""

    field = Field("line")
    is_for_paper = True

    def keys(self, settings: Settings) -> list[str]:
        return []

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        return Control((self.field,))

    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        text = "".join(values).strip() if len(values) < 2 else None
        if text is None or len(text) > min(self.field.longest, LONGEST_TEXT) or not is_storable(text):
            raise BadAnswer("not one text of this length")
        return text or None

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        return Sheet(_l("write a word or two"), lines=1)

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        try:
            return self.parse(settings, order, [text])
        except BadAnswer as error:
            raise BadPaper(_l("At most %(num)s letters can be used.", num=self.field.longest)) from error

    def to_paper(self, settings: Settings, order: Order, answer: Any, lang: str) -> str:
        return "" if answer is None else str(answer)

    def filled(self, settings: Settings, order: Order, answer: Any) -> list[str]:
        return [] if answer is None else [answer]

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        return [] if answer is None else [Said({"ar": answer, "fr": answer})]


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
