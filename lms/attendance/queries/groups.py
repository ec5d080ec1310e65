"""SELECTs of groups, and of whom a meeting is for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.attendance.models import Group, GroupMember, Meeting
from lms.programme.models import Enrolment


def of_cohort(db: Session, cohort_id: int) -> Sequence[Group]:
    """Groups of a cohort in the order they were made."""
    return db.scalars(sa.select(Group).where(Group.cohort_id == cohort_id).order_by(Group.id)).all()


def one_or_none(db: Session, cohort_id: int, group_id: int) -> Group | None:
    return db.scalars(sa.select(Group).where(Group.cohort_id == cohort_id, Group.id == group_id)).first()


def membership(db: Session, cohort_id: int) -> dict[int, int]:
    """Group of each enrolment of a cohort that belongs to one."""
    query = (
        sa.select(GroupMember.enrolment_id, GroupMember.group_id)
        .join(Enrolment, Enrolment.id == GroupMember.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def groups_of(db: Session, enrolment_ids: Collection[int]) -> dict[int, int]:
    """Group of each of these enrolments that belongs to one."""
    query = sa.select(GroupMember.enrolment_id, GroupMember.group_id).where(GroupMember.enrolment_id.in_(enrolment_ids))
    return {row[0]: row[1] for row in db.execute(query)}


def is_for(person_id: int) -> sa.ColumnElement[bool]:
    """Condition on meetings: for all of the cohort, or for a group that somebody belongs to."""
    own = (
        sa.select(GroupMember.group_id)
        .join(Enrolment, Enrolment.id == GroupMember.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )
    return sa.or_(Meeting.group_id.is_(None), Meeting.group_id.in_(own))


def in_group(group_id: int | None) -> list[sa.ColumnElement[bool]]:
    """Conditions on enrolments: that they belong to a group; none where the meeting is for all."""
    if group_id is None:
        return []
    return [Enrolment.id.in_(sa.select(GroupMember.enrolment_id).where(GroupMember.group_id == group_id))]


def of_person(db: Session, person_id: int) -> Sequence[Group]:
    """The groups of one person, cohort by cohort."""
    query = (
        sa.select(Group)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .join(Enrolment, Enrolment.id == GroupMember.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Group.id)
    )
    return db.scalars(query).all()
