"""Sessions and marks as flat tables that the import takes back, and the templates to fill in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import codes
from lms.accounts.models import Person
from lms.attendance import queries
from lms.attendance.imports.columns import MARKS, SESSIONS, FileColumn
from lms.attendance.models import HalfDay, Kind, Mark
from lms.attendance.statuses import Mode, Status
from lms.core.bilingual import Bilingual
from lms.core.i18n import current_language
from lms.documents.workbooks import About, Sheet, write_csv, write_xlsx
from lms.programme.models import Cohort, Enrolment

FORMS = ("xlsx", "csv")
COLUMNS: Mapping[str, Sequence[FileColumn]] = {Kind.SESSIONS: SESSIONS, Kind.MARKS: MARKS}
Titles = Mapping[str, Bilingual]


def write(
    form: str, kind: str, cohort: Cohort, lines: Sequence[Sequence[Any]], *, made_by: str, made_at: dt.datetime
) -> bytes:
    """A file whose first sheet is read again, with the rules of its columns."""
    lang = current_language()
    heading = [column.heading[lang] for column in COLUMNS[kind]]
    if form == "csv":
        return write_csv(heading, lines)
    # Words are not collected for translation from within braces.
    named = _("Meetings") if kind == Kind.SESSIONS else _("Attendance")
    about = About(
        title=f"{named} – {cohort.name[lang]}",
        made_by=made_by,
        made_at=made_at,
        definitions=[(column.heading[lang], str(column.rule)) for column in COLUMNS[kind]],
        notes=[
            _("The file can be sent in again: its first sheet is read, by the headings of its columns."),
            _("Statuses: %(names)s", names=_listed(Status)),
            _("How it is held: %(names)s", names=_listed(Mode)),
            _("It holds personal data: it is kept as long as it is needed and not passed on."),
        ],
    )  # fmt: skip
    return write_xlsx([Sheet(_("List"), heading, lines)], lang=lang, about=about, about_first=False)


def _listed(kind: Any) -> str:
    return " · ".join(str(one.label) for one in kind)


def sessions(db: Session, cohort_id: int, titles: Titles) -> list[list[Any]]:
    """Every half-day that takes place, with the number of its meeting."""
    half_days, lang = queries.meetings.planned_of(db, [cohort_id]), current_language()
    groups = {one.id: one.name[lang] for one in queries.groups.of_cohort(db, cohort_id)}
    picked = queries.meeting_trainers.picked_of(db, [one.meeting for one in half_days])
    return [
        [
            str(one.meeting_id), _module(one, titles), one.day, f"{one.starts:%H:%M}", f"{one.ends:%H:%M}",
            one.meeting.title.ar, one.meeting.title.fr, str(Mode(one.meeting.mode).label), one.meeting.place,
            one.meeting.link, groups.get(one.meeting.group_id or 0, ""),
            ", ".join(_address(person) for person in picked.get(one.meeting_id, [])),
        ]
        for one in half_days
    ]  # fmt: skip


def marks(db: Session, cohort_id: int, titles: Titles) -> list[list[Any]]:
    """Every mark, half-day by half-day; the organisation is that of the day."""
    half_days = queries.meetings.planned_of(db, [cohort_id])
    people = queries.imports.people(db, cohort_id)
    stored = queries.imports.marks(db, [one.id for one in half_days])
    return [
        _mark(one, enrolment, stored.get((one.id, enrolment.id)), titles)
        for one in half_days
        for enrolment in people
        if (one.id, enrolment.id) in stored
    ]


def blank_marks(db: Session, cohort_id: int, half_day: HalfDay | None, titles: Titles) -> list[list[Any]]:
    """The people to mark at a half-day, what is known of them filled in; without one their days stay empty."""
    if half_day is None:
        people = [one for one in queries.imports.people(db, cohort_id) if one.ended_at is None]
        return [_mark(None, one, None, titles) for one in people]
    return [_mark(half_day, row.enrolment, row.mark, titles) for row in queries.marks.rows(db, half_day)]


def _mark(half_day: HalfDay | None, enrolment: Enrolment, mark: Mark | None, titles: Titles) -> list[Any]:
    person, lang = enrolment.person, current_language()
    organisation = mark.organisation if mark is not None else enrolment.organisation
    return [
        _address(person) or None, person.name.ar, person.name.fr,
        organisation.name[lang] if organisation else None, _module(half_day, titles) if half_day else None,
        half_day.day if half_day else None, f"{half_day.starts:%H:%M}" if half_day else None,
        str(Status(mark.status).label) if mark else None, mark.minutes if mark else None, mark.remark if mark else None,
    ]  # fmt: skip


def _address(person: Person) -> str:
    return person.email or (codes.grouped(person.code) if person.code else "")


def _module(half_day: HalfDay, titles: Titles) -> str:
    slug = half_day.meeting.module
    return titles[slug][current_language()] if slug in titles else slug
