"""How the files of this room are called: what they hold, which, of which day; one rule for downloads and messages.

In the language of the page or of the reader; for programs that know only ASCII, the French words without accents.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from lms.attendance.models import HalfDay
from lms.core.i18n import current_language, locale_of

#: What a file holds.
SHEET, SAMPLE, SIGNED, JUSTIFICATION = (
    _l("attendance sheet (file name)"), _l("sample of the sheet (file name)"), _l("signed sheet (file name)"),
    _l("justification (file name)"),
)  # fmt: skip
GRID, SESSIONS, MARKS, HALF_DAYS = (
    _l("attendance grid (file name)"), _l("meetings (file name)"), _l("attendance (file name)"),
    _l("half-days (file name)"),
)  # fmt: skip
SHORT_REPORT = _l("short report (file name)")
SESSIONS_TEMPLATE, MARKS_TEMPLATE = _l("template of meetings (file name)"), _l("template of attendance (file name)")


@dataclass(frozen=True)
class FileName:
    """« feuille-d-emargement-12-2026-11-29.pdf », and as people read it."""

    ascii: str
    shown: str


def file_name(holds: Any, *which: object, ending: str, lang: str | None = None) -> FileName:
    """``holds``: one of the words above; ``which``: numbers, days, half-days, in this order."""
    tail = [_part(one) for one in which]
    lang = lang or current_language()
    french = _in(holds, "fr").replace("’", " ")
    plain = unicodedata.normalize("NFKD", french).encode("ascii", "ignore").decode()
    return FileName(f"{_joined([plain, *tail])}.{ending}", f"{_joined([_in(holds, lang), *tail])}.{ending}")


def _in(words: Any, lang: str) -> str:
    with force_locale(locale_of(lang)):
        return str(words)


def _part(one: object) -> str:
    if isinstance(one, HalfDay):
        return f"{one.day.isoformat()}-{one.starts:%H%M}"
    return one.isoformat() if isinstance(one, dt.date) else str(one)


def _joined(parts: list[str]) -> str:
    return "-".join(re.sub(r"\s+", "-", one) for one in parts if one)
