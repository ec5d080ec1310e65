"""The builder's form: from the fields of the page to a question's content, and rows added, moved, taken away.

The type of the question says which fields there are (``question_types.parts``). A text's field is named by its path
and its language: ``settings.options.1.text.fr``.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from lms.core.bilingual import LANGUAGES
from lms.core.text import clean_line, clean_text, plain_digits
from lms.quizzes.content import NO_WORDS, Content, texts_of
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import Rows, Texts, Value, Words

LONGEST_LINE, LONGEST_TEXT, MOST_ROWS = 1000, 6000, 60
Form = MultiDict[str, str]
#: Options that a new question begins with: three good ones suffice (domain notes, 9).
GOOD_OPTIONS = 3


def empty(kind: str) -> Content:
    """A new question of this type, with the rows that it needs at least."""
    settings: dict[str, Any] = {}
    for part in TYPES[kind].parts:
        if isinstance(part, Rows):
            rows: list[dict[str, Any]] = []
            while len(rows) < max(part.fewest, GOOD_OPTIONS if part.mark else 0):
                rows.append(_new_row(part, rows))
            settings[part.name] = rows
        else:
            settings[part.name] = part.default if isinstance(part, Value) else NO_WORDS
    if any(isinstance(part, Rows) and part.mark for part in TYPES[kind].parts):
        settings["right"] = []
    return Content(kind, settings=settings)


def read(form: Form, before: Content) -> Content:
    """What the page holds, read as the type it was drawn for. ``before`` gives what no field carries: agreements."""
    kind = form.get("shown_type", "")
    kind = kind if kind in TYPES else before.type
    return replace(
        before,
        type=kind,
        stem=_texts(form, "stem", is_long=True),
        source=_texts(form, "source"),
        explanation=_texts(form, "explanation", is_long=True),
        image_alt=_texts(form, "image_alt"),
        settings=_settings(form, kind),
    )


def _settings(form: Form, kind: str) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for part in TYPES[kind].parts:
        name = f"settings.{part.name}"
        if isinstance(part, Words):
            settings[part.name] = _texts(form, name, is_long=part.is_long)
        elif isinstance(part, Value):
            settings[part.name] = _value(form, name, part)
        else:
            settings[part.name] = _rows(form, name, part)
            if part.mark:
                keys = [row["key"] for row in settings[part.name]]
                settings["right"] = [key for key in map(_key, form.getlist(f"{name}.right")) if key in keys]
    return settings


def _rows(form: Form, name: str, part: Rows) -> list[dict[str, Any]]:
    rows = []
    # More rows than the type allows are kept, and the checks say so.
    for place in range(MOST_ROWS):
        key = form.get(f"{name}.{place}.key")
        if key is None:
            break
        row: dict[str, Any] = {"key": _key(key)}
        for words in part.words:
            row[words.name] = _texts(form, f"{name}.{place}.{words.name}", is_long=words.is_long)
        for value in part.values:
            row[value.name] = _value(form, f"{name}.{place}.{value.name}", value)
        if part.picks:
            row["in"] = _key(form.get(f"{name}.{place}.in", ""))
        rows.append(row)
    return rows


def _key(text: str) -> str:
    """A key as rows have them: nothing in it means something to a type."""
    return re.sub("[^a-z0-9]", "", text.lower())[:10]


def _texts(form: Form, name: str, *, is_long: bool = False) -> Texts:
    texts = {lang: clean_text(form.get(f"{name}.{lang}", "").replace("\t", " ")) for lang in LANGUAGES}
    # One line, in which the space that does not break stays what it is.
    return texts if is_long else {lang: " ".join(re.split("[ \t\n]+", text)) for lang, text in texts.items()}


def _value(form: Form, name: str, part: Value) -> Any:
    if part.kind == "tick":
        return name in form
    typed = clean_line(form.get(name))[:40]
    if part.kind == "count":
        digits = plain_digits(typed)
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else typed
    return typed


def too_long(content: Content) -> list[tuple[tuple[Any, ...], str, Any]]:
    """Texts that cannot be stored: path, language, what to do."""
    found = []
    for place in texts_of(content):
        most = LONGEST_TEXT if place.words.is_long else LONGEST_LINE
        for lang in LANGUAGES:
            count = len(place.texts.get(lang, ""))
            if count > most:
                text = _l("This text has %(count)s letters; %(most)s fit.", count=count, most=most)
                found.append((place.path, lang, text))
    return found


def _new_row(part: Rows, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    taken = {row["key"] for row in rows}
    key = next(
        name for name in (*string.ascii_lowercase, *(f"k{number}" for number in range(100))) if name not in taken
    )
    row: dict[str, Any] = {"key": key}
    row.update({words.name: dict(NO_WORDS) for words in part.words})
    row.update({value.name: value.default for value in part.values})
    return row | ({"in": ""} if part.picks else {})


def rows_of(kind: str, name: str) -> Rows | None:
    """The rows of a type by their name."""
    return next((part for part in TYPES[kind].parts if isinstance(part, Rows) and part.name == name), None)


def change_rows(content: Content, act: str) -> Content | None:
    """The content after an act on its rows: ``add:options``, ``remove:options:1``, ``up:…``, ``down:…``; None: no act.

    A row that cannot move or a list that is full stays as it is.
    """
    verb, _colon, rest = act.partition(":")
    name, _colon, typed = rest.partition(":")
    part = rows_of(content.type, name)
    if part is None or verb not in ("add", "remove", "up", "down"):
        return None
    rows = list(content.settings.get(name) or [])
    place = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else -1
    if verb == "add":
        rows += [_new_row(part, rows)] if len(rows) < part.most else []
    elif not 0 <= place < len(rows):
        return content
    elif verb == "remove":
        gone = rows.pop(place)["key"]
        if part.mark:
            right = [key for key in content.settings.get("right") or [] if key != gone]
            content = replace(content, settings={**content.settings, "right": right})
    else:
        other = place + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    return replace(content, settings={**content.settings, name: rows})


def retyped(content: Content, kind: str) -> Content:
    """The same question under another type: what both have by the same name, or by the first rows, stays."""
    made = empty(kind)
    settings = dict(made.settings)
    old_rows = _first_rows(content.type)
    for part in TYPES[kind].parts:
        if isinstance(part, Rows) and part is _first_rows(kind) and old_rows is not None:
            old = [row for row in content.settings.get(old_rows.name) or [] if _is_written(row)]
            kept: list[dict[str, Any]] = []
            for row in old:
                kept.append(_fitted(row, part, kept))
            while len(kept) < len(settings[part.name]):
                kept.append(_new_row(part, kept))
            settings[part.name] = kept[: part.most]
        elif part.name in content.settings and not isinstance(part, Rows):
            settings[part.name] = content.settings[part.name]
    if "right" in settings:
        keys = [row["key"] for rows in settings.values() if isinstance(rows, list) for row in rows if "key" in row]
        settings["right"] = [key for key in content.settings.get("right") or [] if key in keys]
    return replace(content, type=kind, settings=settings)


def _first_rows(kind: str) -> Rows | None:
    return next((part for part in TYPES[kind].parts if isinstance(part, Rows)), None)


def _is_written(row: Mapping[str, Any]) -> bool:
    return any(text for value in row.values() if isinstance(value, Mapping) for text in value.values())


def _fitted(row: Mapping[str, Any], part: Rows, before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    made = _new_row(part, before)
    if row.get("key") and row["key"] not in {one["key"] for one in before}:
        made["key"] = row["key"]
    made.update({words.name: row[words.name] for words in part.words if words.name in row})
    return made
