"""What the rooms hold on a person, written out in words: for a page and for a file, in one language at a time.

Each room gives plain values (``Feature.personal_data``) and the words for them (``Feature.data_words``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.core.bilingual import Bilingual
from lms.core.i18n import bdi, clock_time, long_date, number

LINE, BESIDE = Markup("<br>"), Markup(" · ")


@dataclass(frozen=True)
class Words:
    """Title of a section or field, and how a coded value is written."""

    label: Any
    #: Value -> words in the language of the answer; None: written as it is.
    show: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Section:
    """One part of what is held: ``records`` of (label, text) pairs."""

    key: str
    title: str
    records: list[list[tuple[str, Any]]] = field(default_factory=list)


def held(db: Session, person_id: int) -> dict[str, Any]:
    """Everything that every room holds on the person, as plain values."""
    found: dict[str, Any] = {}
    for feature in current_app.extensions["features"]:
        found.update(feature.personal_data(db, person_id))
    return found


def words() -> dict[str, Words]:
    """The words of all rooms."""
    found: dict[str, Words] = {}
    for feature in current_app.extensions["features"]:
        found.update(feature.data_words)
    return found


def sections(data: Mapping[str, Any], lang: str) -> list[Section]:
    """The same in words. A value without words keeps a neutral label: no key of ours reaches a page."""
    known = words()
    return [
        Section(key, _label(known, key), [_record(known, key, one, lang) for one in _records(value)])
        for key, value in data.items()
    ]


def _records(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _label(known: Mapping[str, Words], key: str) -> str:
    return str(known[key].label) if key in known else _("Other data")


def _record(known: Mapping[str, Words], section: str, record: Any, lang: str) -> list[tuple[str, Any]]:
    if not isinstance(record, dict):
        return [(_label(known, section), _text(known.get(section), record, lang))]
    lines = []
    for name, value in record.items():
        key = f"{section}.{name}"
        lines.append((_label(known, key), _text(known.get(key), value, lang)))
    return lines


def _text(own: Words | None, value: Any, lang: str) -> Any:
    """A value in words; a dash where nothing is held."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, list):
        # What is put into words of its own is long: a line each.
        between = LINE if own is not None and own.show is not None else BESIDE
        return between.join(_text(own, one, lang) for one in value)
    if own is not None and own.show is not None:
        return LINE.join(bdi(line) for line in (own.show(value) or "—").split("\n"))
    if isinstance(value, dict) and set(value) <= {"ar", "fr"}:
        return _both(Bilingual(value.get("ar", ""), value.get("fr", "")), lang)
    if isinstance(value, dict):
        return Markup(" · ").join(_text(None, one, lang) for one in value.values())
    return _plain(value, lang)


def _both(text: Bilingual, lang: str) -> Any:
    """The text in the language of the answer, with the other one where it differs: both are held."""
    other = "fr" if lang == "ar" else "ar"
    if not text:
        return "—"
    shown = [bdi(text[lang], text.language_shown(lang))]
    if text.has(lang) and text.has(other) and text[lang] != text[other]:
        shown.append(bdi(text[other], other))
    return Markup(" · ").join(shown)


def _plain(value: Any, lang: str) -> Any:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, float):
        return number(value, 2, lang)
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return long_date(dt.date.fromisoformat(text), lang)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)", text):
        moment = dt.datetime.fromisoformat(text)
        return Markup("{} {}").format(long_date(moment, lang), clock_time(moment, lang))
    return bdi(text)
