"""How a half-day is named wherever it is: its day, its part of the day, its hours. The one place of these words.

The part follows from the beginning alone; two half-days of a day can share one, so the hours always stand beside it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Protocol

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.core.i18n import current_language, day_and_date, locale_of
from lms.core.text import isolate
from lms.curriculum import queries as curriculum

if TYPE_CHECKING:
    from lms.attendance.models import HalfDay

#: Until noon it is the morning, from 18:00 on the evening; in between the afternoon. On the clock of the half-day.
NOON, NIGHTFALL = dt.time(12), dt.time(18)


class Hours(Protocol):
    """What begins and ends on the wall."""

    @property
    def starts(self) -> dt.time: ...

    @property
    def ends(self) -> dt.time: ...


class Held(Hours, Protocol):
    """What has a day too: a half-day."""

    @property
    def day(self) -> dt.date: ...


def part_of(starts: dt.time) -> Any:
    """« matin », « après-midi » or « soir », in the language of the moment."""
    if starts < NOON:
        return _l("morning")
    return _l("afternoon") if starts < NIGHTFALL else _l("evening")


def hours(one: Hours) -> str:
    """« 09:00–12:30 »; from left to right in both languages: isolate it within a line."""
    return f"{one.starts:%H:%M}–{one.ends:%H:%M}"


def glued_hours(one: Hours) -> Markup:
    """The hours as they stand on a page."""
    return Markup('<bdi dir="ltr" class="glued">{}</bdi>').format(hours(one))


def comma(lang: str) -> str:
    return "، " if lang == "ar" else ", "


def day_and_hours(one: Held, lang: str) -> str:
    """« Mardi 24 novembre 2026, 09:00–12:30 », as text: for messages and files."""
    return f"{day_and_date(one.day, lang)}{comma(lang)}{isolate(hours(one))}"


def part_and_hours(one: Hours, lang: str) -> str:
    """« matin 09:00–12:30 », as text: where the day stands beside it."""
    with force_locale(locale_of(lang)):
        return f"{part_of(one.starts)} {isolate(hours(one))}"


def in_sentence(db: Session, one: HalfDay) -> str:
    """« Premier jour, mardi 24 novembre 2026, 09:00–12:30 »: the meeting by its title or module, the day, the hours."""
    lang, meeting = current_language(), one.meeting
    titles = {module.slug: module.short[lang] for module in curriculum.current(db).modules}
    title = meeting.title[lang] or titles.get(meeting.module, meeting.module)
    when = day_and_hours(one, lang)
    parts = [isolate(title), when[:1].lower() + when[1:]]
    if meeting.group is not None:
        parts.append(isolate(meeting.group.name[lang]))
    return comma(lang).join(parts)
