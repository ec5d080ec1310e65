"""How a half-day is named in a sentence."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.attendance.models import HalfDay
from lms.attendance.naming import comma, hours
from lms.core.i18n import current_language, day_and_date
from lms.core.text import isolate
from lms.curriculum import queries as curriculum


def named(db: Session, one: HalfDay) -> str:
    """« Premier jour, mardi 24 novembre 2026, 09:00–12:30 »: the meeting by its title or module, the day, the hours."""
    lang, meeting = current_language(), one.meeting
    titles = {module.slug: module.short[lang] for module in curriculum.current(db).modules}
    title = meeting.title[lang] or titles.get(meeting.module, meeting.module)
    day = day_and_date(one.day, lang)
    parts = [isolate(title), day[:1].lower() + day[1:], isolate(hours(one))]
    if meeting.group is not None:
        parts.append(isolate(meeting.group.name[lang]))
    return comma(lang).join(parts)
