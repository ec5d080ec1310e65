"""What a question type is: a pure function of (settings, answer). It sees no request, no database, no person."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


class BadAnswer(ValueError):
    """Raised by ``parse`` for form values that this question cannot have sent."""


class BadSettings(ValueError):
    """Raised by ``check`` with a sentence for settings that make no question."""


@dataclass(frozen=True)
class Choice:
    """One option as shown. ``id`` is opaque: it tells nothing about the key."""

    id: str
    key: str


@dataclass(frozen=True)
class Control:
    """What a page draws: ``kind`` radios or checkboxes, with choices in their order."""

    kind: str
    choices: tuple[Choice, ...]
    #: How many to choose, when the question says so.
    choose: int | None = None


@dataclass(frozen=True)
class Grade:
    """A mark between 0 and 1."""

    fraction: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.fraction <= 1:
            raise ValueError(f"fraction {self.fraction} is outside 0-1")


class QuestionType(ABC):
    """Base of all types. Answers are JSON values made of option keys; None means not answered."""

    #: Stable name, stored with each version.
    key: str
    #: Lazy translated name.
    label: Any
    #: Settings that the contract tests run on.
    examples: Sequence[Mapping[str, Any]]

    @abstractmethod
    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadSettings when the settings make no question."""

    def option_keys(self, settings: Mapping[str, Any]) -> list[str]:
        """Keys of the options in the author's order."""
        return [option["key"] for option in settings["options"]]

    def draw_order(self, settings: Mapping[str, Any], rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        """Order of the options for one attempt, as [opaque id, key] pairs; stored, so drawn once."""
        keys = self.option_keys(settings)
        if shuffle:
            rng.shuffle(keys)
        return [[f"{rng.getrandbits(48):012x}", key] for key in keys]

    @abstractmethod
    def controls(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]]) -> Control:
        """What the page draws for one attempt's order."""

    def parse(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]], values: Sequence[str]) -> Any:
        """The answer behind the opaque ids of a form. Raises BadAnswer for an id that is not of this question."""
        keys = {pair[0]: pair[1] for pair in order}
        try:
            return [keys[value] for value in values]
        except (KeyError, TypeError) as error:
            raise BadAnswer(str(values)[:80]) from error

    @abstractmethod
    def grade(self, settings: Mapping[str, Any], answer: Any) -> Grade:
        """The mark of an answer that ``parse`` gave, or of None."""

    @abstractmethod
    def right_answer(self, settings: Mapping[str, Any]) -> Any:
        """The answer that earns all points."""

    def chosen_keys(self, answer: Any) -> list[str]:
        """Keys of the options that an answer names."""
        if answer is None:
            return []
        return list(answer) if isinstance(answer, list) else [answer]

    def option_text(self, settings: Mapping[str, Any], key: str) -> Mapping[str, str]:
        """The words of an option in both languages."""
        texts: Mapping[str, str] = next(option["text"] for option in settings["options"] if option["key"] == key)
        return texts

    def feedback(self, settings: Mapping[str, Any], key: str) -> Mapping[str, str]:
        """What is said of an option after release, in both languages."""
        words: Mapping[str, str] = next(option["feedback"] for option in settings["options"] if option["key"] == key)
        return words


class OneOption(QuestionType):
    """Base of the types where one option is chosen and it is the right one or not."""

    def controls(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]]) -> Control:
        return Control("radio", tuple(Choice(*pair) for pair in order))

    def parse(self, settings: Mapping[str, Any], order: Sequence[Sequence[str]], values: Sequence[str]) -> Any:
        chosen = super().parse(settings, order, values)
        if len(chosen) > 1:
            raise BadAnswer("more than one option")
        return chosen[0] if chosen else None

    def grade(self, settings: Mapping[str, Any], answer: Any) -> Grade:
        return Grade(Decimal(int(answer == self.right_answer(settings))))


def example_option(key: str) -> dict[str, Any]:
    """A well-made option, for the types' examples."""
    return {
        "key": key,
        "text": {"ar": f"الخيار {key}", "fr": f"Option {key}"},
        "feedback": {"ar": f"تعليق {key}", "fr": f"Commentaire {key}"},
    }


def check_options(settings: Mapping[str, Any], *, fewest: int = 2) -> list[str]:
    """Keys of well-made options; raises BadSettings with what is missing."""
    options = settings.get("options") or []
    keys = [option.get("key") for option in options]
    if len(options) < fewest:
        raise BadSettings(f"at least {fewest} options are needed")
    if len(set(keys)) != len(keys) or not all(isinstance(key, str) and key for key in keys):
        raise BadSettings("each option needs a key of its own")
    for option in options:
        if not all((option.get("text") or {}).get(lang) for lang in ("ar", "fr")):
            raise BadSettings(f"option {option['key']} needs its text in both languages")
    return [str(key) for key in keys]
