"""Groups of a cohort: who belongs to which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import GroupHasMeetings
from lms.attendance.models import Group, GroupMember, Meeting
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.programme.models import Cohort


def create(db: Session, cohort: Cohort, name: Bilingual, *, actor_id: int, now: dt.datetime) -> Group:
    """A group that nobody belongs to yet."""
    group = Group(cohort_id=cohort.id, name=name)
    db.add(group)
    db.flush()
    audit.record(db, "attendance.create-group", actor_id=actor_id, subject=group, now=now, after=name.as_dict())
    return group


def place(db: Session, cohort: Cohort, wanted: Mapping[int, int | None], *, actor_id: int, now: dt.datetime) -> int:
    """Put people (by enrolment) into groups, or into none; how many changed. Unknown people and groups are left out.

    Half-days that are closed stay as they were counted.
    """
    queries.meetings.queue(db, cohort.id)
    groups = {one.id for one in queries.groups.of_cohort(db, cohort.id)}
    before = queries.groups.membership(db, cohort.id)
    people = {one.id for one in queries.marks.enrolled(db, cohort.id)}
    moved = {
        enrolment_id: group_id
        for enrolment_id, group_id in wanted.items()
        if enrolment_id in people and group_id in {None, *groups} and before.get(enrolment_id) != group_id
    }
    for enrolment_id, group_id in moved.items():
        if group_id is None:
            db.execute(sa.delete(GroupMember).where(GroupMember.enrolment_id == enrolment_id))
        else:
            db.merge(GroupMember(enrolment_id=enrolment_id, group_id=group_id))
    db.flush()
    if moved:
        audit.record(
            db, "attendance.place-in-groups", actor_id=actor_id, subject=cohort, now=now,
            after={str(enrolment_id): group_id for enrolment_id, group_id in moved.items()},
        )  # fmt: skip
    return len(moved)


def delete(db: Session, group: Group, *, actor_id: int, now: dt.datetime) -> None:
    """Raises GroupHasMeetings once something is planned for it."""
    queries.meetings.queue(db, group.cohort_id)
    if db.scalar(sa.select(sa.exists().where(Meeting.group_id == group.id))):
        raise GroupHasMeetings
    audit.record(db, "attendance.delete-group", actor_id=actor_id, subject=group, now=now, before=group.name.as_dict())
    db.execute(sa.delete(GroupMember).where(GroupMember.group_id == group.id))
    db.delete(group)
    db.flush()
