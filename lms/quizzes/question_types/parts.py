"""What the builder draws for a question type, and what its settings therefore hold.

A type names its parts; the builder, the check for a missing language, the search and the comparison of versions all
follow from that list. Settings are JSON: a ``Words`` is ``{"ar", "fr"}``, a ``Value`` is a scalar, ``Rows`` are a
list of such with a ``key`` each; the keys of the rows ticked as right stand in ``settings["right"]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

Texts = Mapping[str, str]
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    name: str
    label: Any
    #: Needed in both languages; otherwise it may be empty in both, never in one.
    is_needed: bool = True
    is_long: bool = False
    hint: Any = ""


@dataclass(frozen=True)
class Value:
    """Something that both languages share. Kinds: ``number`` (decimal as text), ``count``, ``tick``, ``choice``."""

    name: str
    label: Any
    kind: str
    #: Of a ``choice``: what is stored, what is said.
    choices: tuple[tuple[str, Any], ...] = ()
    default: Any = ""
    hint: Any = ""


@dataclass(frozen=True)
class Rows:
    """A list whose rows have the same fields, in the author's order."""

    name: str
    label: Any
    words: tuple[Words, ...]
    values: tuple[Value, ...] = ()
    #: ``one``, ``many``, or empty: how many rows may be ticked as right.
    mark: str = ""
    #: Name of the rows of which each row here picks one, stored under ``in``.
    picks: str = ""
    #: Whether a text names its rows by their numbers, not by letters.
    is_numbered: bool = False
    fewest: int = 2
    most: int = 10


Part = Words | Value | Rows


@dataclass(frozen=True)
class Place:
    """A text of the settings with its path, e.g. ``("options", 0, "text")``."""

    path: tuple[Any, ...]
    words: Words
    texts: Texts


def places(parts: Sequence[Part], settings: Settings) -> Iterator[Place]:
    """Every text that the settings hold or lack, in the order of the builder."""
    for part in parts:
        if isinstance(part, Words):
            yield Place((part.name,), part, settings.get(part.name) or {})
        elif isinstance(part, Rows):
            for number, row in enumerate(settings.get(part.name) or []):
                for words in part.words:
                    yield Place((part.name, number, words.name), words, row.get(words.name) or {})


#: What is said of a row, in the types whose rows are chosen by the learner.
TEXT = Words("text", _l("Option"))
FEEDBACK = Words("feedback", _l("Comment"), is_needed=False, is_long=True)
