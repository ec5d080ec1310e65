"""A file of marks: what each line would do to whom at which half-day, and doing it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import codes
from lms.attendance import queries, services
from lms.attendance.errors import HalfDayCancelled, HalfDayClosed, LongerThanHalfDay, OwnMark, TooLateToCorrect
from lms.attendance.imports import reading
from lms.attendance.imports.checking import CHANGED, EMPTY, NEW, SAME, Checked
from lms.attendance.imports.columns import MARKS
from lms.attendance.models import AttendanceImport, HalfDay, Mark, Meeting
from lms.attendance.queries.marks import Row, is_on_the_list
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import LONGEST_REMARK, Method, Status
from lms.core.text import clean_line
from lms.programme.models import Enrolment

COLUMNS = MARKS


def check(
    db: Session, one: AttendanceImport, lines: Sequence[Checked], *, actor_id: int, now: dt.datetime
) -> list[Checked]:
    """What each line would do now if this person confirmed the file, in a constant number of statements."""
    # Two groups may meet at one time.
    half_days: dict[tuple[dt.date, dt.time], list[HalfDay]] = {}
    for found in queries.meetings.planned_of(db, [one.cohort_id]):
        half_days.setdefault((found.day, found.starts), []).append(found)
    people = _people(queries.imports.people(db, one.cohort_id))
    marks = queries.imports.marks(db, [found.id for at_once in half_days.values() for found in at_once])
    groups = queries.groups.membership(db, one.cohort_id)
    seen: dict[tuple[int, int], int] = {}
    for line in lines:
        if line.outcome != EMPTY and not _is_empty(line):
            _check_line(line, half_days, people, marks, groups, seen)
            if "tap" in line.values:
                _compare(line, marks, actor_id, now)
        else:
            line.outcome, line.errors = EMPTY, {}
    return list(lines)


def _is_empty(line: Checked) -> bool:
    """A line of the template that nobody filled in."""
    said = ("status", "minutes", "remark")
    return not any(line.text(key) for key in said) and not any(key in line.errors for key in said)


def _people(enrolments: Sequence[Enrolment]) -> dict[str, Enrolment]:
    found = {}
    for one in enrolments:
        if one.person.email:
            found[one.person.email.lower()] = one
        if one.person.code:
            found[codes.plain(one.person.code)] = one
    return found


def _check_line(
    line: Checked, half_days: dict[tuple[dt.date, dt.time], list[HalfDay]], people: dict[str, Enrolment],
    marks: dict[tuple[int, int], Mark], groups: dict[int, int], seen: dict[tuple[int, int], int],
) -> None:  # fmt: skip
    enrolment = line.read("person", lambda text: _person(text, people))
    day, start = line.read("day", reading.day), line.read("start", reading.time)
    status, minutes = line.read("status", reading.status), line.read("minutes", reading.minutes)
    remark = line.read("remark", _remark)
    at_once = half_days.get((day, start), []) if day is not None and start is not None else []
    half_day = next((one for one in at_once if enrolment and _has(one, enrolment, marks, groups)), None)
    half_day = half_day or next(iter(at_once), None)
    line.values = {"enrolment": enrolment, "half_day": half_day, "day": day, "start": start, "status": status}
    if day is not None and start is not None and half_day is None:
        line.errors["start"] = _("No half-day of this training session begins then.")
    if half_day is None or enrolment is None:
        return
    pair = (half_day.id, enrolment.id)
    mark = marks.get(pair)
    if not _has(half_day, enrolment, marks, groups):
        line.errors["person"] = _("This person had left the training session by then, or is in another group.")
    if (first := seen.setdefault(pair, line.number)) != line.number:
        line.errors["person"] = _("Already on line %(number)s. One of the two can be left out.", number=first)
    if line.errors or status is None:
        return
    line.values["tap"] = _tap(line, mark, Tap(enrolment.id, status, minutes, remark or ""))


def _tap(line: Checked, mark: Mark | None, said: Tap) -> Tap:
    """What is marked where a line says this: what its file has no column for stays, minutes with their status only.

    A file knows the five statuses only: one that stays keeps its own name.
    """
    same = mark if mark is not None and mark.status == said.status else None
    minutes = same.minutes if same is not None and not line.has("minutes") else said.minutes
    remark = mark.remark if mark is not None and not line.has("remark") else said.remark
    name_id = same.name_id if same is not None else None
    return Tap(said.enrolment_id, said.status, minutes if said.status.has_minutes else None, remark, name_id)


def _has(half_day: HalfDay, enrolment: Enrolment, marks: dict[tuple[int, int], Mark], groups: dict[int, int]) -> bool:
    return is_on_the_list(enrolment, half_day, marks.get((half_day.id, enrolment.id)), groups)


def _compare(line: Checked, marks: dict[tuple[int, int], Mark], actor_id: int, now: dt.datetime) -> None:
    half_day, enrolment, tap = (line.values[key] for key in ("half_day", "enrolment", "tap"))
    mark = marks.get((half_day.id, enrolment.id))
    before = (mark.status, mark.minutes, mark.remark) if mark is not None else None
    after = (tap.status.value, tap.minutes, tap.remark)
    if before == after:
        line.outcome = SAME
    elif longer := _longer(half_day, tap):
        line.errors["minutes"] = longer
    elif refused := _refused(half_day, now):
        line.errors["start"] = refused
    elif services.marks.is_own(Row(0, enrolment, mark), actor_id):
        line.errors["person"] = str(OwnMark().message)
    else:
        line.outcome = NEW if mark is None else CHANGED
        line.changes = (_words(before), _words(after))


def _longer(half_day: HalfDay, tap: Tap) -> str:
    """What is wrong with minutes that the half-day does not have."""
    try:
        services.marks.refuse_longer(half_day, tap.status, tap.minutes)
    except LongerThanHalfDay as error:
        return str(error.message)
    return ""


def _refused(half_day: HalfDay, now: dt.datetime) -> str:
    """Why the half-day takes no marks now."""
    try:
        services.marks.refuse_marks(half_day, now)
    except HalfDayClosed:
        return str(_("This half-day is closed: its marks are corrected one by one, each with a reason."))
    except (HalfDayCancelled, TooLateToCorrect) as error:
        return str(error.message)
    return ""


def _words(said: tuple[str, int | None, str] | None) -> str:
    if said is None:
        return str(_("Not marked"))
    status, minutes, remark = said
    parts = [str(Status(status).label), "" if minutes is None else _("%(num)s min attended", num=minutes), remark]
    return " · ".join(part for part in parts if part)


def _person(text: str, people: dict[str, Enrolment]) -> Enrolment:
    found = people.get(text.lower()) or people.get(codes.plain(text)) if text else None
    if found is None:
        raise ValueError(_("Nobody with this code or address is enrolled in the training session."))
    return found


def _remark(text: str) -> str:
    text = clean_line(text)
    if len(text) > LONGEST_REMARK:
        raise ValueError(_("At most %(num)s letters can be used.", num=LONGEST_REMARK))
    return text


def lock(db: Session, one: AttendanceImport) -> None:
    """Roll calls, closings and other files wait until this one is done."""
    queries.meetings.lock_half_days(db, Meeting.cohort_id == one.cohort_id)


def write(
    db: Session, one: AttendanceImport, lines: Sequence[Checked], *, actor_id: int, now: dt.datetime
) -> None:  # fmt: skip
    """Mark what the lines say; what no change keeps of the marks before is kept with the import."""
    by_half_day: dict[int, list[Checked]] = defaultdict(list)
    for line in lines:
        if line.outcome in (NEW, CHANGED):
            by_half_day[line.values["half_day"].id].append(line)
    marks = queries.imports.marks(db, list(by_half_day))
    before = {}
    for half_day_id, found in by_half_day.items():
        for line in found:
            if mark := marks.get((half_day_id, line.values["enrolment"].id)):
                before[f"{half_day_id}-{mark.enrolment_id}"] = {
                    "remark": mark.remark, "method": mark.method, "at": mark.marked_at.isoformat(),
                    "by": mark.marked_by_id,
                }  # fmt: skip
        half_day = found[0].values["half_day"]
        taps = [line.values["tap"] for line in found]
        services.marks.take(db, half_day, taps, actor_id=actor_id, now=now, method=Method.IMPORT, import_id=one.id)
    one.before = before
