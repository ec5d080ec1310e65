"""What a cell says: a day, a time, a status, a mode, a module, minutes. Raises ValueError with a sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.attendance.statuses import MOST_MINUTES, SHORT, Mode, Status
from lms.core import days
from lms.core.bilingual import LANGUAGES, Bilingual
from lms.core.i18n import locale_of
from lms.core.text import clean_line, fold, plain_digits

#: The day that spreadsheets count from, as they do since March 1900.
_FIRST = dt.date(1899, 12, 30)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?")
_SECONDS = re.compile(r"(\d{1,2}:\d{2}):\d{2}(\.\d+)?")
#: What people write too.
_ALSO = {
    "salle": Mode.ROOM, "en salle": Mode.ROOM, "حضوريا": Mode.ROOM, "en ligne": Mode.ONLINE, "distanciel": Mode.ONLINE,
    "عبر الإنترنت": Mode.ONLINE, "en salle et en ligne": Mode.HYBRID,
}  # fmt: skip
_SERIAL, _FRACTION = re.compile(r"[2-7]\d{4}"), re.compile(r"0?[.,]\d+")


def day(text: str) -> dt.date:
    """Typed, a date of a spreadsheet, or the number that such a date is."""
    text = plain_digits(clean_line(text[:40]))
    if found := _MOMENT.fullmatch(text):
        text = found[1]
    if _SERIAL.fullmatch(text):
        return _FIRST + dt.timedelta(days=int(text))
    return days.read_day(text)


def time(text: str) -> dt.time:
    """Typed, a time of a spreadsheet, or the part of a day that such a time is; whole minutes."""
    text = plain_digits(clean_line(text[:40]))
    if found := _MOMENT.fullmatch(text):
        text = found[2]
    if found := _SECONDS.fullmatch(text):
        text = found[1]
    if _FRACTION.fullmatch(text):
        minutes = round(float(text.replace(",", ".")) * 24 * 60)
        return dt.time(minutes // 60 % 24, minutes % 60)
    return days.read_time(text)


def minutes(text: str) -> int | None:
    """Whole minutes; nothing is None."""
    text = plain_digits(clean_line(text))
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > MOST_MINUTES:
        raise ValueError(_("Minutes lie between 0 and 720."))
    return int(text)


def status(text: str) -> Status:
    """By its key, or its name in one of the two languages."""
    found = _statuses().get(fold(text.replace("_", " ")))
    if found is None:
        raise ValueError(_("This status is not known. It is one of: %(names)s.", names=_listed(Status)))
    return Status(found)


def mode(text: str, *, has_place: bool, has_link: bool) -> Mode:
    """By its key or its name; nothing: as place and link say."""
    if not text:
        return Mode.ONLINE if has_link and not has_place else Mode.ROOM
    found = _modes().get(fold(text.replace("_", " ")))
    if found is None:
        raise ValueError(_("This way of holding it is not known. It is one of: %(names)s.", names=_listed(Mode)))
    return Mode(found)


def module(text: str, titles: Mapping[str, Iterable[Bilingual]]) -> str:
    """Slug of one of the modules by its slug or one of its titles, in either language."""
    for slug, names in titles.items():
        if fold(text) in {fold(slug), *(fold(one[lang]) for one in names for lang in LANGUAGES)}:
            return slug
    raise ValueError(_("This module is not one of the training session."))


def _listed(kind: Any) -> str:
    return " · ".join(str(one.label) for one in kind)


@lru_cache(maxsize=1)
def _statuses() -> dict[str, str]:
    return _words([(one, (one.label, SHORT[one])) for one in Status])


@lru_cache(maxsize=1)
def _modes() -> dict[str, str]:
    return {fold(word): mode.value for word, mode in _ALSO.items()} | _words([(one, (one.label,)) for one in Mode])


def _words(labels: Iterable[tuple[Any, Iterable[Any]]]) -> dict[str, str]:
    """Folded key and names in both languages -> key."""
    found: dict[str, str] = {}
    for one, names in labels:
        found[fold(one.value.replace("_", " ").replace("-", " "))] = one.value
        for lang in LANGUAGES:
            with force_locale(locale_of(lang)):
                found |= {fold(str(name)): one.value for name in names}
    return found
