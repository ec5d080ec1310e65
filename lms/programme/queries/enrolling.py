"""SELECTs of those who could be enrolled: by name, by organisation, or as an import brought them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from lms.accounts.models import BatchState, ImportBatch, ImportRow, Person, RoleGrant
from lms.accounts.queries import matching
from lms.core.access import Role
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Enrolment
from lms.programme.queries.cohorts import is_open

#: People chosen one by one travel in the address: as many as it carries well.
MOST_CHOSEN = 200
BATCHES_SHOWN = 3


@dataclass(frozen=True)
class Source:
    """Whom to enrol: everybody of some organisations, of an import, or those ticked."""

    organisation_ids: tuple[int, ...] = ()
    batch_id: int | None = None
    person_ids: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Source()


class Standing(enum.StrEnum):
    """How somebody stands to a cohort before being enrolled in it."""

    NEW = "new"
    ENROLLED = "enrolled"
    LEFT = "left"
    CLOSED = "closed"
    NO_ROLE = "no-role"

    @property
    def reason(self) -> Any:
        return _REASONS[self]


_REASONS = {
    Standing.NEW: _l("Will be enrolled"),
    Standing.ENROLLED: _l("Enrolled already"),
    Standing.LEFT: _l("Left the training session; the enrolment can be taken up again on its page."),
    Standing.CLOSED: _l("The account is closed."),
    Standing.NO_ROLE: _l("The account does not hold the role of a participant."),
}
#: The preview's lists -> the standings in each.
GROUPS = {
    "new": (Standing.NEW,),
    "enrolled": (Standing.ENROLLED, Standing.LEFT),
    "impossible": (Standing.CLOSED, Standing.NO_ROLE),
}


def _candidates(source: Source) -> sa.Select[Any]:
    query = sa.select(Person.id)
    if source.organisation_ids:
        return query.where(Person.organisation_id.in_(source.organisation_ids), *is_open())
    if source.batch_id is not None:
        written = (
            sa.select(ImportRow.subject_id)
            .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
            .where(
                ImportBatch.id == source.batch_id,
                ImportBatch.kind == "people",
                ImportBatch.state == BatchState.CONFIRMED,
            )
        )
        return query.where(Person.id.in_(written))
    return query.where(Person.id.in_(source.person_ids[:MOST_CHOSEN]))


def _standings(cohort_id: int, source: Source) -> Any:
    """(person_id, standing) of each candidate."""
    learners = sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.LEARNER)
    standing = sa.case(
        (sa.and_(Enrolment.id.is_not(None), Enrolment.ended_at.is_not(None)), _word(Standing.LEFT)),
        (Enrolment.id.is_not(None), _word(Standing.ENROLLED)),
        (sa.not_(sa.and_(*is_open())), _word(Standing.CLOSED)),
        (Person.id.not_in(learners), _word(Standing.NO_ROLE)),
        else_=_word(Standing.NEW),
    )
    here = sa.and_(
        Enrolment.person_id == Person.id, Enrolment.cohort_id == cohort_id, Enrolment.merged_into_id.is_(None)
    )
    return (
        _candidates(source)
        .outerjoin(Enrolment, here)
        .with_only_columns(Person.id.label("person_id"), standing.label("standing"))
        .cte("standings")
    )


def _word(standing: Standing) -> Any:
    return sa.literal_column(f"'{standing}'", sa.String)


def standing_counts(db: Session, cohort_id: int, source: Source) -> dict[str, int]:
    """How many people each list of the preview holds."""
    rows = _standings(cohort_id, source)
    counted = db.execute(sa.select(rows.c.standing, sa.func.count()).group_by(rows.c.standing))
    found: dict[str, int] = {row[0]: row[1] for row in counted}
    return {group: sum(found.get(one, 0) for one in standings) for group, standings in GROUPS.items()}


def candidate_page(
    db: Session, cohort_id: int, source: Source, *, group: str, lang: str, page: int
) -> list[tuple[Person, Standing]]:
    """A page of one list of the preview, by name."""
    rows = _standings(cohort_id, source)
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    query = (
        sa.select(Person, rows.c.standing)
        .join(rows, rows.c.person_id == Person.id)
        .options(joinedload(Person.organisation))
        .where(rows.c.standing.in_([str(one) for one in GROUPS[group]]))
        .order_by(order, Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [(row[0], Standing(row[1])) for row in db.execute(query)]


def newcomers(db: Session, cohort_id: int, source: Source) -> list[int]:
    """Ids of those who would be enrolled, in an order that is always the same."""
    rows = _standings(cohort_id, source)
    query = sa.select(rows.c.person_id).where(rows.c.standing == str(Standing.NEW)).order_by(rows.c.person_id)
    return list(db.scalars(query))


def chosen_people(db: Session, cohort_id: int, person_ids: Sequence[int], *, lang: str) -> Sequence[Person]:
    """People ticked so far, by name."""
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    query = sa.select(Person).options(joinedload(Person.organisation)).where(Person.id.in_(person_ids[:MOST_CHOSEN]))
    return db.scalars(query.order_by(order, Person.id)).all()


def people_to_choose(
    db: Session, cohort_id: int, *, search: str, without: Sequence[int], lang: str
) -> tuple[Sequence[Person], bool]:
    """People not yet enrolled whose name fits, by name; and whether there are more than are shown."""
    enrolled = sa.select(Enrolment.person_id).where(
        Enrolment.cohort_id == cohort_id, Enrolment.merged_into_id.is_(None)
    )
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    query = (
        sa.select(Person)
        .options(joinedload(Person.organisation))
        .where(
            matching(search),
            Person.id.not_in(enrolled),
            Person.id.not_in(without),
            Person.id.in_(sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.LEARNER)),
            *is_open(),
        )
        .order_by(order, Person.id)
        .limit(PAGE_SIZE + 1)
    )
    found = db.scalars(query).all()
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


_CONFIRMED = (ImportBatch.kind == "people", ImportBatch.state == BatchState.CONFIRMED)


def batch_or_none(db: Session, batch_id: int) -> ImportBatch | None:
    """A confirmed import of people."""
    return db.scalars(sa.select(ImportBatch).where(ImportBatch.id == batch_id, *_CONFIRMED)).first()


def last_batches(db: Session) -> Sequence[ImportBatch]:
    """The newest confirmed imports of people."""
    query = sa.select(ImportBatch).where(*_CONFIRMED).order_by(ImportBatch.id.desc())
    return db.scalars(query.limit(BATCHES_SHOWN)).all()


def count_never_enrolled(db: Session) -> int:
    """Participants whom no training session ever had, invited or not."""
    learners = sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.LEARNER)
    enrolled = sa.select(Enrolment.person_id)
    query = sa.select(sa.func.count(Person.id)).where(
        *is_open(), Person.is_test.is_(False), Person.id.in_(learners), Person.id.not_in(enrolled)
    )
    return db.scalar(query) or 0
