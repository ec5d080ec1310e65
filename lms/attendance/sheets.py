"""The sheet of a day of a meeting, in words of both languages: empty cells to sign in, statuses once it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.attendance import queries
from lms.attendance.models import HalfDay, Mark, MarkChange
from lms.attendance.queries.marks import Row
from lms.attendance.statuses import Reason, Status
from lms.core import clock
from lms.core.bilingual import LANGUAGES, Bilingual
from lms.core.i18n import day_and_date, locale_of, long_date
from lms.core.row_codes import code_of as row_code
from lms.documents import AttendanceSheet, Pair, SheetRow, Slot
from lms.programme import queries as programme


def sheet_of(db: Session, half_day: HalfDay, *, programme_name: Bilingual, module_title: Bilingual) -> AttendanceSheet:
    """Facts of the sheet for all half-days of the meeting on that day that take place."""
    meeting = half_day.meeting
    slots = day_of(half_day)
    lists = {one.id: queries.marks.rows(db, one) for one in slots}
    notes = _notes(db, slots)
    trainers = programme.trainers_of(db, meeting.cohort_id)
    return AttendanceSheet(
        programme=_pair(programme_name),
        title=_pair(meeting.title or module_title),
        cohort=_pair(meeting.cohort.name),
        when=_in_both(
            lambda lang: " · ".join(part for part in (day_and_date(half_day.day, lang), meeting.place) if part)
        ),
        reference=f"{meeting.id}-{half_day.day.isoformat()}",
        slots=tuple(
            Slot(_in_both(lambda _lang, one=one: one.part), f"{one.starts:%H:%M}–{one.ends:%H:%M}") for one in slots
        ),
        rows=tuple(_rows(slots, lists, notes)),
        trainers=_in_both(lambda lang: " · ".join(one.name[lang] for one in trainers)),
        made_on=half_day.day,
        signed=_in_both(lambda lang: " · ".join(_signed(one, lang) for one in slots if one.closed_at is not None)),
        notes=tuple(_in_both(lambda lang, one=one: _note(one, lists, lang)) for one in notes),
    )


def day_of(half_day: HalfDay) -> list[HalfDay]:
    """The half-days of its meeting that take place on its day; one that is cancelled stands alone when none does."""
    return [one for one in half_day.meeting.taking_place if one.day == half_day.day] or [half_day]


def is_closed(half_day: HalfDay) -> bool:
    """Whether every half-day of that day is closed: then the sheet says all there is to say."""
    return all(one.closed_at is not None for one in day_of(half_day))


def set_of(half_day: HalfDay) -> int:
    """Number of the set that a row's check letter is of: the sheet of another day or meeting has other letters."""
    return half_day.meeting_id + half_day.day.toordinal()


def code_of(half_day: HalfDay, number: int) -> str:
    """What is printed beside somebody on the sheet of that day: « 7K »."""
    return row_code(set_of(half_day), number)


def _in_both(words: Any) -> Pair:
    """What ``words(lang)`` says in each language, its interface words in that language."""
    said = {}
    for lang in LANGUAGES:
        with force_locale(locale_of(lang)):
            said[lang] = str(words(lang))
    return Pair(said["ar"], said["fr"])


def _pair(text: Bilingual) -> Pair:
    return Pair(text.ar, text.fr)


def _rows(slots: Sequence[HalfDay], lists: dict[int, list[Row]], notes: Sequence[MarkChange]) -> list[SheetRow]:
    """Everybody who stands on a list of the day, by number."""
    people: dict[int, Row] = {}
    for one in slots:
        for row in lists[one.id]:
            people.setdefault(row.enrolment.id, row)
    marks = {(one.id, row.enrolment.id): row.mark for one in slots for row in lists[one.id]}
    found = []
    for enrolment_id, row in sorted(people.items(), key=lambda one: one[1].number):
        person: Person = row.enrolment.person
        organisation = row.organisation
        found.append(
            SheetRow(
                code=code_of(slots[0], row.number),
                name=_pair(person.name),
                organisation=_pair(organisation.short_name) if organisation else Pair("", ""),
                said=tuple(_said(one, marks.get((one.id, enrolment_id)), notes) for one in slots),
            )
        )
    return found


def _said(half_day: HalfDay, mark: Mark | None, notes: Sequence[MarkChange]) -> Pair | None:
    """What a closed half-day says of somebody; before, the cell is theirs to sign in."""
    if half_day.closed_at is None or mark is None:
        return None
    numbers = [
        str(number)
        for number, one in enumerate(notes, 1)
        if (one.half_day_id, one.enrolment_id) == (half_day.id, mark.enrolment_id)
    ]

    def words(_lang: str) -> str:
        minutes = f" · {_('%(num)s min', num=mark.minutes)}" if mark.minutes is not None else ""
        return f"{Status(mark.status).label}{minutes}{' (' + ', '.join(numbers) + ')' if numbers else ''}"

    return _in_both(words)


def _signed(one: HalfDay, lang: str) -> str:
    """« matin : contresignature Amine Berrada, 29 novembre 2026, 12:41 »."""
    local = clock.local(one.closed_at) if one.closed_at else None
    name = one.closed_by.name[lang] if one.closed_by else "—"
    at = f"{long_date(local, lang)}, {local:%H:%M}" if local else ""
    return str(_("%(slot)s: countersigned by %(name)s, %(at)s", slot=one.part, name=name, at=at))


def _notes(db: Session, slots: Sequence[HalfDay]) -> list[MarkChange]:
    """Corrections of the day, the oldest first."""
    found = [one for slot in slots for one in queries.marks.changes(db, slot.id) if one.reason]
    return sorted(found, key=lambda one: one.id)


def _note(one: MarkChange, lists: dict[int, list[Row]], lang: str) -> str:
    name = next(
        (row.enrolment.person.name[lang] for row in lists[one.half_day_id] if row.enrolment.id == one.enrolment_id), "—"
    )
    before = Status(one.old_status).label if one.old_status else _("Not marked")
    parts = [f"{name}: {before} > {Status(one.status).label}", str(Reason(one.reason).label), one.reason_text]
    by = one.changed_by.name[lang] if one.changed_by else ""
    return " · ".join(part for part in [*parts, by, long_date(one.changed_at, lang)] if part)
