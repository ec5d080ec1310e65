"""SELECTs of the people of a half-day, their marks, and what changed in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.accounts.models import Organisation, Person
from lms.attendance.models import HalfDay, Mark, MarkChange, Meeting
from lms.attendance.queries.groups import in_group
from lms.attendance.statuses import State
from lms.programme import queries as programme
from lms.programme.models import Cohort, Enrolment


@dataclass(frozen=True)
class Row:
    """One person of a half-day's list."""

    #: Of the meeting, the same on paper whatever the language, and whoever is enrolled later.
    number: int
    enrolment: Enrolment
    mark: Mark | None

    @property
    def organisation(self) -> Organisation | None:
        """That of the day once somebody is marked, else that of the enrolment."""
        return self.mark.organisation if self.mark is not None else self.enrolment.organisation


def on_the_list(half_day: HalfDay, meeting: Meeting) -> sa.ColumnElement[bool]:
    """Condition on enrolments, joined with their marks of the half-day: who belongs on its list.

    Those of the cohort (of the meeting's group) who had not left before its end, and whoever was marked; never test
    accounts. The list of a group's half-day that was held is whoever was marked: people who join the group later owe
    nothing, also when it is opened again. ``is_on_the_list`` says the same of rows that are read already.
    """
    is_expected = sa.and_(
        sa.or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > half_day.ends_at), *in_group(meeting.group_id)
    )
    if meeting.group_id is not None and half_day.was_held:
        is_expected = sa.false()
    return sa.and_(
        Enrolment.cohort_id == meeting.cohort_id,
        Enrolment.merged_into_id.is_(None),
        Enrolment.is_test.is_(False),
        sa.or_(is_expected, Mark.enrolment_id.is_not(None)),
    )


def is_on_the_list(enrolment: Enrolment, half_day: HalfDay, mark: Mark | None, groups: Mapping[int, int]) -> bool:
    """``on_the_list`` of somebody of the cohort who is read already, neither a test account nor merged.

    So it also says which half-days are planned for somebody. ``groups``: group of each enrolment that belongs to one.
    """
    if mark is not None:
        return True
    group_id = half_day.meeting.group_id
    if group_id is not None and (half_day.was_held or groups.get(enrolment.id) != group_id):
        return False
    return enrolment.ended_at is None or enrolment.ended_at > half_day.ends_at


def rows(db: Session, half_day: HalfDay) -> list[Row]:
    """The people of a half-day by name, each with the mark, in one statement."""
    return lists(db, [half_day])[half_day.id]


def lists(db: Session, half_days: Sequence[HalfDay], *which: sa.ColumnElement[bool]) -> dict[int, list[Row]]:
    """The people of each of some half-days of one meeting, as ``rows``, in one statement; ``which``: of enrolments.

    Numbers never change, so that what is typed from a sheet means who signed it: first those who were enrolled when the
    meeting was planned, by name; then the others as they were enrolled. Nothing is written for it, and a number is
    never given again: whoever left or stands aside keeps theirs.
    """
    meeting = half_days[0].meeting
    places = (
        sa.select(Enrolment.id, sa.func.row_number().over(order_by=Enrolment.id).label("place"))
        .where(Enrolment.cohort_id == meeting.cohort_id)
        .subquery()
    )
    query = (
        sa.select(HalfDay.id, Enrolment, Mark, places.c.place)
        .select_from(Enrolment)
        .join(Enrolment.person)
        .join(places, places.c.id == Enrolment.id)
        .join(HalfDay, HalfDay.id.in_([one.id for one in half_days]))
        .outerjoin(Mark, sa.and_(Mark.enrolment_id == Enrolment.id, Mark.half_day_id == HalfDay.id))
        .options(
            contains_eager(Enrolment.person), joinedload(Enrolment.organisation), joinedload(Enrolment.region),
            joinedload(Mark.organisation),
        )
        .where(sa.or_(*(sa.and_(HalfDay.id == one.id, on_the_list(one, meeting)) for one in half_days)), *which)
        .order_by(Person.sort_fr, Enrolment.id)
    )  # fmt: skip
    listed = {one: number for number, one in enumerate(meeting.listed, 1)}

    def number(enrolment_id: int, place: int) -> int:
        return listed.get(enrolment_id) or len(listed) + place - sum(one < enrolment_id for one in listed)

    found: dict[int, list[Row]] = {one.id: [] for one in half_days}
    for half_day_id, enrolment, mark, place in db.execute(query):
        found[half_day_id].append(Row(number(enrolment.id, place), enrolment, mark))
    return found


def by_name(db: Session, cohort_id: int) -> list[int]:
    """Enrolments of a cohort in the order of their French names; test accounts stand on no list."""
    query = (
        sa.select(Enrolment.id)
        .join(Enrolment.person)
        .where(
            Enrolment.cohort_id == cohort_id, Enrolment.merged_into_id.is_(None), Enrolment.is_test.is_(False),
            Enrolment.ended_at.is_(None),
        )
        .order_by(Person.sort_fr, Enrolment.id)
    )  # fmt: skip
    return list(db.scalars(query))


def enrolled(db: Session, cohort_id: int, group_id: int | None = None) -> Sequence[Enrolment]:
    """Who takes part in a cohort, or in one group of it, each with the person."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.cohort_id == cohort_id, programme.is_present(), *in_group(group_id))
        .order_by(Enrolment.id)
    )
    return db.scalars(query).all()


def row_or_none(db: Session, half_day: HalfDay, enrolment_id: int) -> Row | None:
    """One person of the list, whose row alone is read."""
    return next(iter(lists(db, [half_day], Enrolment.id == enrolment_id)[half_day.id]), None)


def row_of_person(db: Session, half_day: HalfDay, person_id: int) -> Row | None:
    """Somebody's own place in the list, without its number."""
    query = (
        sa.select(Enrolment, Mark)
        .join(Enrolment.person)
        .outerjoin(Mark, sa.and_(Mark.enrolment_id == Enrolment.id, Mark.half_day_id == half_day.id))
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.person_id == person_id, on_the_list(half_day, half_day.meeting))
        .execution_options(populate_existing=True)
    )
    found = db.execute(query).first()
    return Row(0, *found) if found is not None else None


def changes(db: Session, half_day_id: int, *, enrolment_id: int | None = None) -> Sequence[MarkChange]:
    """What was changed on a half-day, the newest first, each with who did it."""
    query = (
        sa.select(MarkChange)
        .options(joinedload(MarkChange.changed_by))
        .where(
            MarkChange.half_day_id == half_day_id,
            *([MarkChange.enrolment_id == enrolment_id] if enrolment_id is not None else []),
        )
        .order_by(MarkChange.id.desc())
    )
    return db.scalars(query).all()


@dataclass(frozen=True)
class Correction:
    """A change of a mark with its reason."""

    change: MarkChange
    #: In whose row it stands: once two accounts became one, the enrolment that counts.
    enrolment_id: int

    @property
    def half_day_id(self) -> int:
        return self.change.half_day_id

    @property
    def is_of_other_account(self) -> bool:
        return self.change.enrolment_id != self.enrolment_id


def corrections(db: Session, half_day_ids: Sequence[int]) -> list[Correction]:
    """What was corrected on half-days, the oldest first, each with who did it."""
    query = (
        sa.select(MarkChange)
        .options(joinedload(MarkChange.changed_by))
        .where(MarkChange.half_day_id.in_(half_day_ids), MarkChange.reason != "")
        .order_by(MarkChange.id)
    )
    found = db.scalars(query).all()
    counts = counting(db, {one.enrolment_id for one in found})
    return [Correction(one, counts[one.enrolment_id]) for one in found]


def counting(db: Session, enrolment_ids: Collection[int]) -> dict[int, int]:
    """Which enrolment counts for each: itself, or the last that its account was made one with."""
    found = {one: one for one in enrolment_ids}
    while aside := _merged_into(db, found.values()):
        found = {one: aside.get(last, last) for one, last in found.items()}
    return found


def _merged_into(db: Session, enrolment_ids: Collection[int]) -> dict[int, int]:
    """Which enrolment each of those that stand aside was made one with."""
    query = sa.select(Enrolment.id, Enrolment.merged_into_id).where(Enrolment.id.in_(enrolment_ids))
    return {one: counts for one, counts in db.execute(query) if counts is not None}


@dataclass(frozen=True)
class Count:
    """How far a half-day's list is."""

    people: int = 0
    marked: int = 0
    attended: int = 0


def counts(db: Session, half_days: Sequence[HalfDay]) -> dict[int, Count]:
    """How far the list of each half-day is, counted over just the people that stand on it, in one statement."""
    if not half_days:
        return {}
    query = (
        sa.select(HalfDay.id, Mark)
        .select_from(HalfDay)
        .join(Meeting, Meeting.id == HalfDay.meeting_id)
        .join(Enrolment, Enrolment.cohort_id == Meeting.cohort_id)
        .outerjoin(Mark, sa.and_(Mark.enrolment_id == Enrolment.id, Mark.half_day_id == HalfDay.id))
        .where(sa.or_(*(sa.and_(HalfDay.id == one.id, on_the_list(one, one.meeting)) for one in half_days)))
    )
    found: dict[int, list[Mark | None]] = {one.id: [] for one in half_days}
    for half_day_id, mark in db.execute(query):
        found[half_day_id].append(mark)
    return {one.id: tally(one, found[one.id]) for one in half_days}


def tally(half_day: HalfDay, marks: Sequence[Mark | None]) -> Count:
    """How far the list is, of the mark of each person on it. Whoever has none on a closed one was enrolled since."""
    marked = [one for one in marks if one is not None]
    people = marked if half_day.state is State.CLOSED else marks
    return Count(len(people), len(marked), sum(one.is_attended for one in marked))


def has_marks(db: Session, half_day_id: int) -> bool:
    return db.scalar(sa.select(sa.exists().where(Mark.half_day_id == half_day_id))) or False


def of_half_day(db: Session, half_day_id: int) -> Sequence[Mark]:
    return db.scalars(sa.select(Mark).where(Mark.half_day_id == half_day_id)).all()


def of_person(db: Session, enrolment_ids: Sequence[int]) -> dict[tuple[int, int], Mark]:
    """Marks of enrolments by (half-day, enrolment)."""
    query = sa.select(Mark).where(Mark.enrolment_id.in_(enrolment_ids))
    return {(one.half_day_id, one.enrolment_id): one for one in db.scalars(query)}


def of_people(db: Session, half_day_id: int, enrolment_ids: Sequence[int]) -> dict[int, Mark]:
    """Marks of some people at one half-day, by enrolment."""
    query = sa.select(Mark).where(Mark.half_day_id == half_day_id, Mark.enrolment_id.in_(enrolment_ids))
    return {one.enrolment_id: one for one in db.scalars(query)}


def corrections_of(db: Session, enrolment_ids: Sequence[int]) -> dict[tuple[int, int], MarkChange]:
    """The last correction of each mark by (half-day, enrolment)."""
    query = (
        sa.select(MarkChange)
        .where(MarkChange.enrolment_id.in_(enrolment_ids), MarkChange.reason != "")
        .order_by(MarkChange.id)
    )
    return {(one.half_day_id, one.enrolment_id): one for one in db.scalars(query)}


def enrolments_of(db: Session, person_id: int) -> Sequence[Enrolment]:
    """Enrolments of a person in cohorts with half-days, the newest first."""
    query = (
        sa.select(Enrolment)
        .join(Enrolment.cohort)
        .options(contains_eager(Enrolment.cohort))
        .where(
            Enrolment.person_id == person_id, Enrolment.merged_into_id.is_(None),
            sa.exists().where(Meeting.cohort_id == Enrolment.cohort_id),
        )
        .order_by(Cohort.starts_on.desc(), Enrolment.id.desc())
    )  # fmt: skip
    return db.scalars(query).all()


def data_of(db: Session, person_id: int) -> Sequence[tuple[Mark, HalfDay, Meeting]]:
    """All marks of a person, the oldest first."""
    query = (
        sa.select(Mark, HalfDay, Meeting)
        .join(HalfDay, HalfDay.id == Mark.half_day_id)
        .join(Meeting, Meeting.id == HalfDay.meeting_id)
        .join(Enrolment, Enrolment.id == Mark.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(HalfDay.day, HalfDay.starts)
    )
    return list(db.execute(query))


def changes_of_person(db: Session, person_id: int) -> Sequence[tuple[MarkChange, dt.date]]:
    """Every change of a person's marks with the day of the half-day, the oldest first."""
    query = (
        sa.select(MarkChange, HalfDay.day)
        .join(HalfDay, HalfDay.id == MarkChange.half_day_id)
        .join(Enrolment, Enrolment.id == MarkChange.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(MarkChange.id)
    )
    return list(db.execute(query))
