"""What this room holds on a person, and what of it goes when they ask."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.imports import sessions
from lms.attendance.models import (
    AbsenceWarning,
    AttendanceFile,
    AttendanceImport,
    CheckIn,
    ErrorReport,
    Feed,
    GroupMember,
    Kind,
    Mark,
    MarkChange,
    WalkIn,
)
from lms.programme import queries as programme
from lms.programme.models import Enrolment


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """Every mark of a person, every change of one, and what justifies absences."""
    names = {one.id: one.name.as_dict() for one in queries.status_names.every(db)}
    return {
        "attendance": [
            {
                "day": half_day.day.isoformat(),
                "starts": f"{half_day.starts:%H:%M}",
                "module": meeting.module,
                "status": mark.status,
                "status_name": names.get(mark.name_id or 0),
                "minutes": mark.minutes,
                "remark": mark.remark,
                "method": mark.method,
                "organisation": mark.organisation.name.as_dict() if mark.organisation else None,
                "marked_at": mark.marked_at.isoformat(),
            }
            for mark, half_day, meeting in queries.marks.data_of(db, person_id)
        ],
        "attendance_changes": [
            {
                "day": day.isoformat(),
                "old_status": change.old_status,
                "old_status_name": names.get(change.old_name_id or 0),
                "old_minutes": change.old_minutes,
                "status": change.status,
                "status_name": names.get(change.name_id or 0),
                "minutes": change.minutes,
                "method": change.method,
                "reason": change.reason or None,
                "reason_text": change.reason_text,
                "changed_at": change.changed_at.isoformat(),
            }
            for change, day in queries.marks.changes_of_person(db, person_id)
        ],
        "attendance_group": [{"name": group.name.as_dict()} for group in queries.groups.of_person(db, person_id)],
        "meetings_led": [
            {"day": meeting.half_days[0].day.isoformat(), "module": meeting.module}
            for meeting in queries.meeting_trainers.of_person(db, person_id)
        ],
        "attendance_walk_ins": [
            {
                "day": day.isoformat(),
                "name": one.name,
                "organisation": one.organisation,
                "contact": one.contact,
                "status": one.status,
                "minutes": one.minutes,
                "noted_at": one.noted_at.isoformat(),
                "decided_at": one.decided_at.isoformat() if one.decided_at else None,
            }
            for one, day in queries.walk_ins.data_of(db, person_id)
        ],
        "check_ins": [
            {
                "day": day.isoformat(),
                "at": one.at.isoformat(),
                "method": one.method,
                "struck_at": one.struck_at.isoformat() if one.struck_at else None,
            }
            for one, day in queries.check_ins.data_of(db, person_id)
        ],
        **_messages(db, person_id),
    }


def _messages(db: Session, person_id: int) -> dict[str, Any]:
    """What a person reported, what was told of their absences, and whether they have a calendar."""
    feed = queries.feeds.of_person(db, person_id)
    return {
        "attendance_reports": [
            {
                "day": day.isoformat(),
                "text": report.text,
                "said_at": report.said_at.isoformat(),
                "outcome": report.outcome or None,
                "answer": report.answer,
                "answered_at": report.answered_at.isoformat() if report.answered_at else None,
            }
            for report, day in queries.reports.data_of(db, person_id)
        ],
        "attendance_warnings": [
            {"day": day.isoformat(), "kind": told.kind, "warned_at": told.warned_at.isoformat()}
            for told, day in queries.warnings.data_of(db, person_id)
        ],
        "calendar": [{"made_at": feed.made_at.isoformat()}] if feed is not None else [],
        "attendance_files": [
            {
                "day": day.isoformat(),
                "name": one.name,
                "media_type": one.media_type,
                "size": one.size,
                "added_at": one.added_at.isoformat(),
                "removed_at": one.removed_at.isoformat() if one.removed_at else None,
            }
            for one, day in queries.files.data_of(db, person_id)
        ],
    }


def forget(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Wipe what was written in words and justifications; statuses stay, they count for nobody in particular."""
    enrolments = sa.select(Enrolment.id).where(Enrolment.person_id == person_id)
    wording = ((Mark, "remark"), (MarkChange, "reason_text"), (ErrorReport, "text"), (ErrorReport, "answer"))
    for model, words in wording:
        wiped = sa.update(model).where(model.enrolment_id.in_(enrolments)).values({words: ""})
        db.execute(wiped.execution_options(synchronize_session=False))
    db.execute(sa.delete(GroupMember).where(GroupMember.enrolment_id.in_(enrolments)))
    mine = sa.or_(WalkIn.person_id == person_id, WalkIn.enrolment_id.in_(enrolments))
    wiped = sa.update(WalkIn).where(mine).values(name="", organisation="", contact="", person_id=None)
    db.execute(wiped.execution_options(synchronize_session=False))
    devices = sa.update(CheckIn).where(CheckIn.enrolment_id.in_(enrolments)).values(device="")
    db.execute(devices.execution_options(synchronize_session=False))
    told = sa.or_(AbsenceWarning.enrolment_id.in_(enrolments), AbsenceWarning.recipient_id == person_id)
    for gone in (sa.delete(AbsenceWarning).where(told), sa.delete(Feed).where(Feed.person_id == person_id)):
        db.execute(gone.execution_options(synchronize_session=False))
    gone = sa.delete(AttendanceFile).where(AttendanceFile.enrolment_id.in_(enrolments))
    db.execute(gone.execution_options(synchronize_session=False))
    _forget_files(db, person_id)


def _forget_files(db: Session, person_id: int) -> None:
    """Files never confirmed that may name the person go; of confirmed ones of marks the remarks of before."""
    enrolments = dict(
        db.execute(sa.select(Enrolment.id, Enrolment.cohort_id).where(Enrolment.person_id == person_id)).all()
    )
    query = sa.select(AttendanceImport).where(
        AttendanceImport.kind == Kind.MARKS, AttendanceImport.cohort_id.in_(enrolments.values())
    )
    for one in db.scalars(query):
        if one.confirmed_at is None:
            db.delete(one)
            continue
        one.before = {
            key: {**kept, "remark": ""} if int(key.split("-")[1]) in enrolments else kept
            for key, kept in one.before.items()
        }
    # The address that such a file names is wiped by now: whose it was is no longer known, only that no trainer has it.
    drafts = sa.select(AttendanceImport).where(
        AttendanceImport.kind == Kind.SESSIONS, AttendanceImport.confirmed_at.is_(None)
    )
    for one in db.scalars(drafts):
        named = [text for line in one.lines if (text := line["cells"].get("trainers"))]
        if named and any(sessions.names_others(text, programme.trainers_of(db, one.cohort_id)) for text in named):
            db.delete(one)
    db.flush()
