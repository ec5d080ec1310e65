"""Families of question types: one of some options, rows of choices, words typed in."""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import (
    LONGEST_TEXT,
    NOTHING_SAID,
    BadAnswer,
    Choice,
    Control,
    Field,
    Grade,
    Order,
    QuestionType,
    Said,
    is_storable,
    joined,
    keys_behind,
    rows_and_choices,
    split,
    with_ids,
)
from lms.quizzes.question_types.paper import BadPaper, Sheet, read_letters, read_pairs, write_places
from lms.quizzes.question_types.parts import Settings, Texts


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
        right = self.chosen(self.right_answer(settings))
        return [
            Said(rows[key]["text"], rows[key].get("feedback") or NOTHING_SAID, key, key in right)
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
        right = self.right_answer(settings)
        return [
            Said(
                joined(rows[row], words[answer[row]]),
                feedback.get(row, NOTHING_SAID),
                f">{row}",
                answer[row] == right[row] if right else None,
            )
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
