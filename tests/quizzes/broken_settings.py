"""Settings spoilt in one place, by type: where the fault has to be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Settings = dict[str, Any]


def _set(*path: Any, to: Any) -> Callable[[Settings], None]:
    def spoil(settings: Settings) -> None:
        held: Any = settings
        for step in path[:-1]:
            held = held[step]
        held[path[-1]] = to

    return spoil


def _equal(name: str, column: str = "text") -> Callable[[Settings], None]:
    def spoil(settings: Settings) -> None:
        settings[name][1][column] = dict(settings[name][0][column])

    return spoil


def _cut(name: str, length: int) -> Callable[[Settings], None]:
    def spoil(settings: Settings) -> None:
        del settings[name][length:]

    return spoil


BROKEN: list[tuple[str, tuple[Any, ...], Callable[[Settings], None]]] = [
    ("single_choice", ("options",), _cut("options", 1)),
    ("single_choice", ("options", 1, "text"), _equal("options")),
    ("single_choice", ("right",), _set("right", to=[])),
    ("single_choice", ("right",), _set("right", to=["z"])),
    ("single_choice", ("right",), _set("right", to=["a", "b"])),
    ("multiple_choice", ("options",), _set("options", 0, "key", to="b")),
    ("multiple_choice", ("right",), _set("right", to=["a", "a"])),
    ("multiple_choice", ("scoring",), _set("scoring", to="none")),
    ("true_false", ("statement",), _set("statement", to="perhaps")),
    ("matching", ("pairs",), _cut("pairs", 1)),
    ("matching", ("pairs", 1, "match"), _equal("pairs", "match")),
    ("matching", ("extra",), _set("extra", to=[{"key": str(n), "text": {"ar": "", "fr": ""}} for n in range(7)])),
    ("ordering", ("steps",), _cut("steps", 2)),
    ("ordering", ("steps", 1, "text"), _equal("steps")),
    ("categorise", ("categories",), _cut("categories", 1)),
    ("categorise", ("things",), _cut("things", 1)),
    ("categorise", ("things", 0, "in"), _set("things", 0, "in", to="z")),
    ("numerical", ("value",), _set("value", to="douze")),
    ("numerical", ("tolerance",), _set("tolerance", to="-1")),
    ("short_answer", ("answers",), _cut("answers", 0)),
    ("short_answer", ("answers",), _set("answers", 0, "share", to="0.5")),
    ("short_answer", ("answers", 0, "share"), _set("answers", 0, "share", to="2")),
    ("short_answer", ("rule",), _set("rule", to="none")),
    ("cloze", ("gaps",), _cut("gaps", 0)),
    ("cloze", ("passage",), _set("passage", "fr", to="Sans trou")),
    ("cloze", ("gaps", 0, "text"), _set("gaps", 0, "text", "ar", to=" ")),
    ("cloze", ("gaps", 0, "kind"), _set("gaps", 0, "kind", to="drawn")),
    ("cloze", ("gaps", 1, "others"), _set("gaps", 1, "others", "fr", to="")),
    ("hot_text", ("passage",), _set("passage", "fr", to="Sans mot marqué")),
    ("hot_text", ("passage",), _set("passage", "fr", to="[*Tout] est [*juste]")),
    ("hot_text", ("passage",), _set("passage", "ar", to="[*كلمة] ثم [كلمة]")),
    ("open_answer", ("criteria",), _cut("criteria", 0)),
    ("open_answer", ("criteria", 0, "points"), _set("criteria", 0, "points", to=-1)),
    ("open_answer", ("most_words",), _set("most_words", to=0)),
    ("rating", ("statements",), _cut("statements", 0)),
    ("rating", ("scale",), _cut("scale", 1)),
    ("free_text", ("most_letters",), _set("most_letters", to=5)),
]
