"""A file of sessions or marks from its first check to its confirmation, and back.

Nothing is written to meetings or marks before somebody confirms; confirming or undoing twice does it once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.attendance import mails, notices, queries
from lms.attendance.errors import FileShownDiffers
from lms.attendance.imports import marks, sessions
from lms.attendance.imports.checking import CHANGED, ERROR, NEW, Checked, key_of, of_line
from lms.attendance.imports.columns import recognise
from lms.attendance.models import AttendanceImport, HalfDay, Kind, Mark, MarkChange, Meeting
from lms.attendance.naming import comma
from lms.attendance.services import meetings
from lms.attendance.statuses import Method, State
from lms.core import audit
from lms.core.errors import DomainError
from lms.core.i18n import current_language
from lms.core.text import clean_line
from lms.documents.spreadsheets import Table, UnreadableFile

KINDS: Mapping[str, ModuleType] = {Kind.SESSIONS: sessions, Kind.MARKS: marks}
#: Why the undo left something as it was.
KEPT_MARKED, KEPT_CLOSED, KEPT_CHANGED, KEPT_USED, KEPT_CAME = "marked", "closed", "changed", "used", "came"
KEPT_EDITED, KEPT_CANCELLED, KEPT_MERGED = "edited", "cancelled", "merged"
WHY = {
    KEPT_MARKED: _l("Somebody was marked in the meantime."),
    KEPT_CLOSED: _l("The half-day was closed in the meantime."),
    KEPT_CHANGED: _l("The mark was changed in the meantime."),
    KEPT_CAME: _l("The person checked in too."),
    KEPT_MERGED: _l(
        "Two accounts of the person became one in the meantime: the mark stands with the one that is kept."
    ),
    KEPT_EDITED: _l("The meeting was changed or moved in the meantime."),
    KEPT_CANCELLED: _l("A half-day was cancelled in the meantime."),
    KEPT_USED: _l("Something was written down or attached in the meantime."),
}


class AlreadySettled(DomainError):
    """Raised when a file was confirmed or undone in the meantime."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This import was settled in the meantime. Its page shows how."))


class ErrorsLeft(DomainError):
    """Raised when lines are wrong and nobody said to leave them out."""

    status = 422

    def __init__(self, count: int) -> None:
        super().__init__(_l("Lines that are wrong: %(count)s. Nothing was stored.", count=count))


class NothingToStore(DomainError):
    """Raised for a file whose lines change nothing."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("No line of this file changes anything: there is nothing to store."))


def draft(
    db: Session, kind: str, cohort_id: int, table: Table, *, name: str, actor_id: int, now: dt.datetime
) -> AttendanceImport:
    """Keep a file's lines for the check. Raises UnreadableFile naming the columns that are missing."""
    found = recognise(table.heading, KINDS[kind].COLUMNS)
    if found.missing:
        lang = current_language()
        wanted = comma(lang).join(column.heading[lang] for column in found.missing)
        raise UnreadableFile(_("The first line has to name the columns. Missing: %(names)s.", names=wanted))
    if not table.lines:
        raise UnreadableFile(_("The file has headings but no lines below them."))
    lines: list[Any] = [
        {
            "number": line.number,
            "cells": {key: line.cells[place] for place, key in found.keys.items() if place < len(line.cells)},
            "faults": {found.keys[place]: code for place, code in line.faults.items() if place in found.keys},
        }
        for line in table.lines
    ]
    one = AttendanceImport(
        kind=kind, cohort_id=cohort_id, name=clean_line(name)[:200], encoding=table.encoding,
        remarks=[word[:80] for word in found.unknown], lines=lines, rows=len(lines), before={}, kept=[], made_at=now,
        made_by_id=actor_id,
    )  # fmt: skip
    db.add(one)
    db.flush()
    return one


def check(db: Session, one: AttendanceImport, *, actor_id: int, now: dt.datetime) -> list[Checked]:
    """What each line would do if this person confirmed the file now."""
    lines = [of_line(line) for line in one.lines]
    checked: list[Checked] = KINDS[one.kind].check(db, one, lines, actor_id=actor_id, now=now)
    return checked


def confirm(
    db: Session, one: AttendanceImport, *, shown: str, leave_errors: bool, actor_id: int, now: dt.datetime
) -> Counter[str]:  # fmt: skip
    """Write every good line in one transaction; gives the number of lines by outcome.

    ``shown``: the key of what the page said they would do. Raises AlreadySettled, FileShownDiffers, ErrorsLeft while
    lines are wrong and are not to be left out, NothingToStore.
    """
    _settle(db, one, AttendanceImport.confirmed_at.is_(None), confirmed_at=now)
    KINDS[one.kind].lock(db, one)
    checked = check(db, one, actor_id=actor_id, now=now)
    counts = Counter(line.outcome for line in checked)
    if counts[ERROR] and not leave_errors:
        raise ErrorsLeft(counts[ERROR])
    if not counts[NEW] + counts[CHANGED]:
        raise NothingToStore
    if key_of(checked) != shown:
        raise FileShownDiffers
    KINDS[one.kind].write(db, one, checked, actor_id=actor_id, now=now)
    one.rows, one.left_out, one.lines = counts[NEW] + counts[CHANGED], counts[ERROR], []
    db.flush()
    audit.record(
        db, "attendance.import", actor_id=actor_id, subject=one, now=now, kind=one.kind, new=counts[NEW],
        changed=counts[CHANGED], left_out=counts[ERROR],
    )  # fmt: skip
    return counts


def _settle(db: Session, one: AttendanceImport, *conditions: Any, **values: Any) -> None:
    """Move the file on; of two at the same moment one does. Raises AlreadySettled."""
    moved = db.execute(
        sa.update(AttendanceImport)
        .where(AttendanceImport.id == one.id, *conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadySettled
    db.refresh(one)


def undo(db: Session, one: AttendanceImport, *, actor_id: int, now: dt.datetime) -> int:
    """Take a confirmed file back; gives how many meetings or marks stay, and ``kept`` says why. AlreadySettled."""
    _settle(
        db, one, AttendanceImport.confirmed_at.is_not(None), AttendanceImport.undone_at.is_(None), undone_at=now,
        undone_by_id=actor_id,
    )  # fmt: skip
    # In the order of whoever moves a half-day: two who wait for each other never end.
    queries.meetings.lock_half_days(db, Meeting.cohort_id == one.cohort_id)
    queries.meetings.queue(db, one.cohort_id)
    if one.kind == Kind.SESSIONS:
        one.kept = _undo_meetings(db, one, now)
    else:
        one.kept = _undo_marks(db, one, actor_id, now)
    one.before = {}
    db.flush()
    audit.record(
        db, "attendance.undo-import", actor_id=actor_id, subject=one, now=now, kind=one.kind, kept=len(one.kept)
    )  # fmt: skip
    return len(one.kept)


def _undo_meetings(db: Session, one: AttendanceImport, now: dt.datetime) -> list[Any]:
    """Meetings go unless something was done with them since: nothing is lost by an undo.

    Whoever was reminded of one that goes is told, as when it is cancelled.
    """
    kept: list[Any] = []
    for meeting in queries.imports.meetings_of(db, one.id):
        planned = one.before.get(str(meeting.id), {})
        if (why := _why_it_stays(db, meeting, planned.get("as"))) is not None:
            kept.append([meeting.half_days[0].id, 0, why, planned.get("lines", [])])
        else:
            _tell_who_was_reminded(db, meeting, one.confirmed_at or now, now)
            db.delete(meeting)
    return kept


def _tell_who_was_reminded(db: Session, meeting: Meeting, since: dt.datetime, now: dt.datetime) -> None:
    by_day: dict[dt.date, list[HalfDay]] = {}
    for half_day in meeting.half_days:
        if half_day.ends_at > now:
            by_day.setdefault(half_day.day, []).append(half_day)
    for day, half_days in by_day.items():
        told = queries.warnings.reminded(db, notices.occasion_of(meeting.cohort_id, day), since=since)
        if told:
            for half_day in half_days:
                half_day.cancelled_at = now
            mails.tell(db, meeting, half_days, now=now, among=told)


def _why_it_stays(db: Session, meeting: Meeting, planned: dict[str, Any] | None) -> str | None:
    if any(one.was_held for one in meeting.half_days):
        return KEPT_CLOSED
    if any(queries.marks.has_marks(db, one.id) for one in meeting.half_days):
        return KEPT_MARKED
    if any(one.state is State.CANCELLED for one in meeting.half_days):
        return KEPT_CANCELLED
    if meeting.version > 1 or (planned is not None and meetings.as_json(db, meeting) != planned):
        return KEPT_EDITED
    return KEPT_USED if queries.imports.is_used(db, meeting) else None


def _undo_marks(db: Session, one: AttendanceImport, actor_id: int, now: dt.datetime) -> list[Any]:
    """Marks become what they were, unless they were changed since or their half-day is closed.

    What stays is said of the enrolment that counts by now. A merge that copied a mark takes it back when it is undone.
    """
    changes = queries.imports.changes_of(db, one.id)
    ids = sorted({change.half_day_id for change in changes})
    half_days, newest = queries.imports.half_days(db, ids), queries.imports.last_changes(db, ids)
    stored, came = queries.imports.marks(db, ids), queries.imports.checked_in(db, ids)
    counting = queries.marks.counting(db, {change.enrolment_id for change in changes})
    kept: list[Any] = []
    for change in changes:
        pair = (change.half_day_id, change.enrolment_id)
        # The same unless two accounts of the person became one since.
        shown = (change.half_day_id, counting[change.enrolment_id])
        mark, copy = stored.get(pair), stored.get(shown)
        if mark is None:
            continue
        if half_days[change.half_day_id].was_held:
            kept.append([*shown, KEPT_CLOSED])
        elif newest[pair] != change.id or mark.method != Method.IMPORT:
            kept.append([*shown, KEPT_CHANGED])
        elif pair in came or shown in came:
            kept.append([*shown, KEPT_CAME])
        else:
            if copy is not None and _is_copy(copy, mark):
                kept.append([*shown, KEPT_MERGED])
            _take_back(db, one, change, mark, actor_id, now)
    return kept


def _is_copy(copy: Mark, mark: Mark) -> bool:
    """Whether a mark is what a merge of two accounts made of another."""
    return copy.method == Method.MERGE and (copy.status, copy.minutes) == (mark.status, mark.minutes)


def _take_back(
    db: Session, one: AttendanceImport, change: MarkChange, mark: Mark, actor_id: int, now: dt.datetime
) -> None:
    """What no row of changes can say is that there is no mark again: the audit says it."""
    if change.old_status is None:
        db.delete(mark)
        return
    db.add(
        MarkChange(
            half_day_id=mark.half_day_id, enrolment_id=mark.enrolment_id, old_status=mark.status,
            old_minutes=mark.minutes, old_name_id=mark.name_id, status=change.old_status, minutes=change.old_minutes,
            name_id=change.old_name_id, method=Method.IMPORT, changed_at=now, changed_by_id=actor_id,
        )
    )  # fmt: skip
    was = one.before.get(f"{mark.half_day_id}-{mark.enrolment_id}", {})
    mark.status, mark.minutes, mark.name_id = change.old_status, change.old_minutes, change.old_name_id
    mark.remark, mark.method = was.get("remark", ""), was.get("method", mark.method)
    mark.marked_by_id = was.get("by")
    if "at" in was:
        mark.marked_at = dt.datetime.fromisoformat(was["at"])


def places_of(db: Session, one: AttendanceImport) -> dict[int, HalfDay]:
    """Half-days that ``kept`` names."""
    return queries.imports.half_days(db, [row[0] for row in one.kept])
