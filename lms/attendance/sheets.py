"""The sheet of a day of a meeting, in words of both languages: empty cells to sign in, statuses once it is closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts.models import Level, Person
from lms.attendance import choices, queries
from lms.attendance.choices import Choices
from lms.attendance.layouts import Column, Layout
from lms.attendance.models import HalfDay, Mark
from lms.attendance.naming import hours, part_and_hours, part_of
from lms.attendance.queries.marks import Correction, Row
from lms.attendance.services.meetings import AFTERNOON, MORNING, Times
from lms.attendance.statuses import OWN_CHECK_IN, Method, Reason, State
from lms.core import clock
from lms.core.bilingual import EMPTY, LANGUAGES, Bilingual
from lms.core.i18n import day_and_date, locale_of, long_date
from lms.core.row_codes import code_of as row_code
from lms.documents import AttendanceSheet, Pair, SheetLayout, SheetLogo, SheetRow, Slot
from lms.programme.models import Cohort

HOUR = dt.timedelta(hours=1)
#: Invented people of a sample.
SAMPLE = (
    ("نادية الفاسي", "Nadia El Fassi"),
    ("يوسف أيت الحاج", "Youssef Ait El Haj"),
    ("سلمى الإدريسي", "Salma El Idrissi"),
)


@dataclass(frozen=True)
class SheetHead:
    """What stands on every sheet of a meeting."""

    programme: Bilingual
    module: Bilingual
    layout: Layout


def sheets_of(db: Session, days: Sequence[Sequence[HalfDay]], about: SheetHead) -> list[AttendanceSheet]:
    """Facts of a sheet for each of some days of a meeting, each with some of its half-days; in few statements."""
    all_of_them = [one for day in days for one in day]
    lists = _standing(queries.marks.lists(db, all_of_them), all_of_them)
    corrections = queries.marks.corrections(db, list(lists))
    trainers = queries.meeting_trainers.of_half_days(db, all_of_them)
    known = choices.known(db)
    return [
        _sheet(
            day,
            lists,
            [one for one in corrections if one.half_day_id in {slot.id for slot in day}],
            _names(queries.meeting_trainers.together(trainers[slot.id] for slot in day)),
            about,
            known,
        )
        for day in days
    ]


def _standing(lists: dict[int, list[Row]], half_days: Sequence[HalfDay]) -> dict[int, list[Row]]:
    """The lists; of a closed half-day those who are marked: whoever has no mark was enrolled since."""
    closed = {one.id for one in half_days if one.state is State.CLOSED}
    return {
        half_day_id: [row for row in rows if row.mark is not None] if half_day_id in closed else rows
        for half_day_id, rows in lists.items()
    }


def _names(people: Sequence[Person]) -> Pair:
    return _in_both(lambda lang: " · ".join(one.name[lang] for one in people))


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


def sample_of(cohort: Cohort, about: SheetHead, day: dt.date) -> AttendanceSheet:
    """A sheet of invented people, to see what a layout looks like."""
    slots = tuple(_slot(one) for one in (MORNING, AFTERNOON))
    said = {Column.ORGANISATION: Pair("المكتب الوطني", "Office national"), Column.REGION: Pair("الشرق", "Oriental"),
            Column.FUNCTION: Pair("رئاسة مصلحة", "Chefferie de service")}  # fmt: skip
    return AttendanceSheet(
        programme=_pair(about.programme),
        title=_pair(about.module),
        cohort=_pair(cohort.name),
        when=_in_both(lambda lang: day_and_date(day, lang)),
        reference="0",
        slots=slots,
        rows=tuple(
            SheetRow(
                row_code(0, number), Pair(*name), tuple(said[one] for one in about.layout.columns), (None,) * len(slots)
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
    notes: Sequence[Correction],
    trainers: Pair,
    about: SheetHead,
    known: Choices,
) -> AttendanceSheet:
    first = slots[0]
    meeting, day, zone = first.meeting, first.day, _zone(first)
    closed = [one for one in slots if one.state is State.CLOSED]
    return AttendanceSheet(
        programme=_pair(about.programme),
        title=_pair(meeting.title or about.module),
        cohort=_pair(meeting.cohort.name),
        when=_in_both(lambda lang: " · ".join(one for one in (day_and_date(day, lang), meeting.place, zone) if one)),
        reference=f"{meeting.id}-{day.isoformat()}",
        slots=tuple(_slot(one) for one in slots),
        rows=tuple(_rows(slots, lists, notes, about.layout.columns, known)),
        trainers=trainers,
        made_on=day,
        signed=tuple(_in_both(lambda lang, one=one: _signed(one, lang)) for one in closed),
        totals=tuple(_total(one, lists[one.id]) for one in slots) if closed else (),
        notes=tuple(_in_both(lambda lang, one=one: _note(one, lists, known, lang)) for one in notes),
        layout=about.layout.drawn,
    )


def _slot(one: HalfDay | Times) -> Slot:
    return Slot(_in_both(lambda _lang: part_of(one.starts)), hours(one))


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
    notes: Sequence[Correction],
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


def _zone(half_day: HalfDay) -> str:
    """« UTC+1 »: an hour less in Ramadan."""
    offset = half_day.starts_at.astimezone(ZoneInfo(half_day.zone)).utcoffset() or dt.timedelta()
    return f"UTC+{offset // HOUR}" if offset else "UTC"


def _total(half_day: HalfDay, rows: Sequence[Row]) -> str:
    """« 23 / 24 », of those on its list whose half-day counts; nothing while it is open."""
    if half_day.state is not State.CLOSED:
        return ""
    count = queries.marks.tally(half_day, [row.mark for row in rows])
    return f"{count.attended} / {count.people}"


def _said(half_day: HalfDay, mark: Mark | None, notes: Sequence[Correction], known: Choices) -> Pair | None:
    """What a closed half-day says of somebody, nothing of who was enrolled since; before, the cell is to sign in."""
    if half_day.state is not State.CLOSED:
        return None
    if mark is None:
        return Pair("", "")
    numbers = [
        str(number)
        for number, one in enumerate(notes, 1)
        if (one.half_day_id, one.enrolment_id) == (half_day.id, mark.enrolment_id)
    ]

    def words(lang: str) -> str:
        parts = [known.of(mark).label_in(lang)]
        if mark.minutes is not None:
            parts.append(ngettext("%(num)s min", "%(num)s min", mark.minutes))
        parts.append(_method(mark))
        return f"{' · '.join(parts)}{' (' + ', '.join(numbers) + ')' if numbers else ''}"

    return _in_both(words)


def _method(mark: Mark) -> str:
    """How it is known; of somebody who checked in, also when."""
    method = Method(mark.method)
    return f"{method.short} {clock.local(mark.marked_at):%H:%M}" if method in OWN_CHECK_IN else str(method.short)


def _signed(one: HalfDay, lang: str) -> str:
    """« matin : contresignature, Amine Berrada · 29 novembre 2026 · 12:41 »."""
    local = clock.local(one.closed_at) if one.closed_at else None
    name = one.closed_by.name[lang] if one.closed_by else "—"
    at = f"{long_date(local, lang)} · {local:%H:%M}" if local else ""
    slot = part_and_hours(one, lang)
    return str(_("%(slot)s: countersignature, %(name)s · %(at)s", slot=slot, name=name, at=at))


def _note(one: Correction, lists: dict[int, list[Row]], known: Choices, lang: str) -> str:
    name = next(
        (row.enrolment.person.name[lang] for row in lists[one.half_day_id] if row.enrolment.id == one.enrolment_id), "—"
    )
    change, was = one.change, known.before(one.change)
    before, after = was.label_in(lang) if was else _("Not marked"), known.of(change).label_in(lang)
    changed = _("%(name)s: %(after)s instead of %(before)s", name=name, after=after, before=before)
    # What stands in the row may be what was known of the other account.
    account = str(Method.MERGE.label) if one.is_of_other_account else ""
    by = change.changed_by.name[lang] if change.changed_by else ""
    parts = [changed, account, str(Reason(change.reason).label), change.reason_text, by]
    return " · ".join(part for part in [*parts, long_date(change.changed_at, lang)] if part)
