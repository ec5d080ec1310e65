"""The sheet of a day of a meeting, in words of both languages: empty cells to sign in, statuses once it is closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts.models import Level, Person
from lms.attendance import choices, queries
from lms.attendance.choices import Choices
from lms.attendance.layouts import Column, Layout
from lms.attendance.models import HalfDay, Mark, MarkChange
from lms.attendance.queries.marks import Row
from lms.attendance.statuses import Reason
from lms.core import clock
from lms.core.bilingual import EMPTY, LANGUAGES, Bilingual
from lms.core.i18n import day_and_date, locale_of, long_date
from lms.core.row_codes import code_of as row_code
from lms.documents import AttendanceSheet, Pair, SheetLayout, SheetLogo, SheetRow, Slot
from lms.programme.models import Cohort

#: Invented people of a sample.
SAMPLE = (
    ("نادية الفاسي", "Nadia El Fassi"),
    ("يوسف أيت الحاج", "Youssef Ait El Haj"),
    ("سلمى الإدريسي", "Salma El Idrissi"),
)


@dataclass(frozen=True)
class About:
    """What stands on every sheet of a meeting."""

    programme: Bilingual
    module: Bilingual
    layout: Layout


def sheets_of(db: Session, days: Sequence[Sequence[HalfDay]], about: About) -> list[AttendanceSheet]:
    """Facts of a sheet for each of some days of a meeting, each with some of its half-days; in few statements."""
    all_of_them = [one for day in days for one in day]
    lists = queries.marks.lists(db, all_of_them)
    corrections = queries.marks.corrections(db, list(lists))
    trainers = queries.meeting_trainers.trainers_of(db, all_of_them[0].meeting)
    names = _in_both(lambda lang: " · ".join(one.name[lang] for one in trainers))
    known = choices.known(db)
    return [
        _sheet(
            day,
            lists,
            [one for one in corrections if one.half_day_id in {slot.id for slot in day}],
            names,
            about,
            known,
        )
        for day in days
    ]


def layout_of(db: Session, cohort_id: int) -> Layout:
    """The layout of a cohort's sheets, the product's where it has none of its own; in two statements."""
    row = queries.layouts.sheet_or_none(db, cohort_id)
    logos = tuple(SheetLogo(one.image.body, one.name) for one in queries.layouts.logos(db, cohort_id))
    if row is None:
        return layout(title=EMPTY, footer=EMPTY, columns=[Column.ORGANISATION], blanks=[], logos=logos)
    return layout(
        title=row.title, footer=row.footer, columns=row.columns, logos=logos,
        blanks=[Bilingual(one["ar"], one["fr"]) for one in row.blanks],
    )  # fmt: skip


def layout(
    *, title: Bilingual, footer: Bilingual, columns: Sequence[str], blanks: Sequence[Bilingual],
    logos: Sequence[SheetLogo] = (),
) -> Layout:  # fmt: skip
    """A layout of its parts."""
    chosen = tuple(one for one in Column if one.value in columns)
    return Layout(
        chosen,
        SheetLayout(
            title=_pair(title), footer=_pair(footer), columns=tuple(one.heading for one in chosen),
            blanks=tuple(_pair(one) for one in blanks), logos=tuple(logos),
        ),
    )  # fmt: skip


def sample_of(cohort: Cohort, about: About, day: dt.date) -> AttendanceSheet:
    """A sheet of invented people, to see what a layout looks like."""
    parts = (("صباحا", "matin", "09:00–12:30"), ("بعد الزوال", "après-midi", "14:00–17:00"))
    said = {Column.ORGANISATION: Pair("المكتب الوطني", "Office national"), Column.REGION: Pair("الشرق", "Oriental"),
            Column.FUNCTION: Pair("رئاسة مصلحة", "Chefferie de service")}  # fmt: skip
    return AttendanceSheet(
        programme=_pair(about.programme),
        title=_pair(about.module),
        cohort=_pair(cohort.name),
        when=_in_both(lambda lang: day_and_date(day, lang)),
        reference="0",
        slots=tuple(Slot(Pair(ar, fr), times) for ar, fr, times in parts),
        rows=tuple(
            SheetRow(
                row_code(0, number), Pair(*name), tuple(said[one] for one in about.layout.columns), (None,) * len(parts)
            )
            for number, name in enumerate(SAMPLE * 4, 1)
        ),
        trainers=Pair("أمين برادة", "Amine Berrada"),
        made_on=day,
        layout=about.layout.drawn,
    )


def _sheet(
    slots: Sequence[HalfDay],
    lists: dict[int, list[Row]],
    notes: Sequence[MarkChange],
    trainers: Pair,
    about: About,
    known: Choices,
) -> AttendanceSheet:
    first = slots[0]
    meeting, day = first.meeting, first.day
    return AttendanceSheet(
        programme=_pair(about.programme),
        title=_pair(meeting.title or about.module),
        cohort=_pair(meeting.cohort.name),
        when=_in_both(lambda lang: " · ".join(part for part in (day_and_date(day, lang), meeting.place) if part)),
        reference=f"{meeting.id}-{day.isoformat()}",
        slots=tuple(
            Slot(_in_both(lambda _lang, one=one: one.part), f"{one.starts:%H:%M}–{one.ends:%H:%M}") for one in slots
        ),
        rows=tuple(_rows(slots, lists, notes, about.layout.columns, known)),
        trainers=trainers,
        made_on=day,
        signed=_in_both(lambda lang: " · ".join(_signed(one, lang) for one in slots if one.closed_at is not None)),
        notes=tuple(_in_both(lambda lang, one=one: _note(one, lists, known, lang)) for one in notes),
        layout=about.layout.drawn,
    )


def day_of(half_day: HalfDay) -> list[HalfDay]:
    """The half-days of its meeting that take place on its day; one that is cancelled stands alone when none does."""
    return [one for one in half_day.meeting.taking_place if one.day == half_day.day] or [half_day]


def days_of(half_day: HalfDay, what: str) -> list[list[HalfDay]]:
    """Half-days of each sheet: of this one alone, of its day, or of each day of the meeting."""
    if what == "half-day":
        return [[half_day]]
    if what != "meeting":
        return [day_of(half_day)]
    days: dict[dt.date, list[HalfDay]] = {}
    for one in half_day.meeting.taking_place or [half_day]:
        days.setdefault(one.day, []).append(one)
    return list(days.values())


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


def _rows(
    slots: Sequence[HalfDay],
    lists: dict[int, list[Row]],
    notes: Sequence[MarkChange],
    columns: Sequence[Column],
    known: Choices,
) -> list[SheetRow]:
    """Everybody who stands on a list of the day, by number."""
    people: dict[int, Row] = {}
    for one in slots:
        for row in lists[one.id]:
            people.setdefault(row.enrolment.id, row)
    marks = {(one.id, row.enrolment.id): row.mark for one in slots for row in lists[one.id]}
    found = []
    for enrolment_id, row in sorted(people.items(), key=lambda one: one[1].number):
        person: Person = row.enrolment.person
        found.append(
            SheetRow(
                code=code_of(slots[0], row.number),
                name=_pair(person.name),
                cells=tuple(_cell(row, one) for one in columns),
                said=tuple(_said(one, marks.get((one.id, enrolment_id)), notes, known) for one in slots),
            )
        )
    return found


def _cell(row: Row, column: Column) -> Pair:
    """What is printed of somebody in a column."""
    organisation, enrolment = row.organisation, row.enrolment
    if column is Column.ORGANISATION:
        return _pair(organisation.short_name) if organisation else Pair("", "")
    if column is Column.FUNCTION:
        return _pair(enrolment.person.function)
    return _pair(enrolment.region.name) if enrolment.region else _in_both(lambda _lang: Level(enrolment.level).label)


def _said(half_day: HalfDay, mark: Mark | None, notes: Sequence[MarkChange], known: Choices) -> Pair | None:
    """What a closed half-day says of somebody; before, the cell is theirs to sign in."""
    if half_day.closed_at is None or mark is None:
        return None
    numbers = [
        str(number)
        for number, one in enumerate(notes, 1)
        if (one.half_day_id, one.enrolment_id) == (half_day.id, mark.enrolment_id)
    ]

    def words(lang: str) -> str:
        minutes = f" · {_('%(num)s min attended', num=mark.minutes)}" if mark.minutes is not None else ""
        return f"{known.of(mark).label_in(lang)}{minutes}{' (' + ', '.join(numbers) + ')' if numbers else ''}"

    return _in_both(words)


def _signed(one: HalfDay, lang: str) -> str:
    """« matin : contresignature Amine Berrada, 29 novembre 2026, 12:41 »."""
    local = clock.local(one.closed_at) if one.closed_at else None
    name = one.closed_by.name[lang] if one.closed_by else "—"
    at = f"{long_date(local, lang)}, {local:%H:%M}" if local else ""
    return str(_("%(slot)s: countersigned by %(name)s, %(at)s", slot=one.part, name=name, at=at))


def _note(one: MarkChange, lists: dict[int, list[Row]], known: Choices, lang: str) -> str:
    name = next(
        (row.enrolment.person.name[lang] for row in lists[one.half_day_id] if row.enrolment.id == one.enrolment_id), "—"
    )
    was = known.before(one)
    before = was.label_in(lang) if was else _("Not marked")
    parts = [f"{name}: {before} > {known.of(one).label_in(lang)}", str(Reason(one.reason).label), one.reason_text]
    by = one.changed_by.name[lang] if one.changed_by else ""
    return " · ".join(part for part in [*parts, by, long_date(one.changed_at, lang)] if part)
