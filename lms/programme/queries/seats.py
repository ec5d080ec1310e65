"""SELECTs of committee seats and who holds them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.accounts.models import Organisation, Person
from lms.accounts.queries import matching
from lms.core.paging import PAGE_SIZE
from lms.programme.models import CommitteeSeat, SeatHolding
from lms.programme.queries.cohorts import is_open


class SeatState(enum.StrEnum):
    """The tabs of the list."""

    ALL = "all"
    VACANT = "vacant"
    ARCHIVED = "archived"

    @property
    def label(self) -> Any:
        return _STATE_LABELS[self]

    def holds(self) -> sa.ColumnElement[bool]:
        """Condition on seats joined with the holding that has no end."""
        if self is SeatState.ARCHIVED:
            return CommitteeSeat.archived_at.is_not(None)
        if self is SeatState.VACANT:
            return sa.and_(CommitteeSeat.archived_at.is_(None), SeatHolding.id.is_(None))
        return CommitteeSeat.archived_at.is_(None)


_STATE_LABELS = {SeatState.ALL: _l("All seats"), SeatState.VACANT: _l("Vacant"), SeatState.ARCHIVED: _l("Archived")}


@dataclass(frozen=True)
class SeatRow:
    """A seat and the holding that runs; None: vacant."""

    seat: CommitteeSeat
    holding: SeatHolding | None


def _seats(organisation_id: int | None) -> Any:
    """Seats with their organisation and the holding that runs."""
    query = (
        sa.select(CommitteeSeat, SeatHolding)
        .join(Organisation, Organisation.id == CommitteeSeat.organisation_id)
        .outerjoin(SeatHolding, sa.and_(SeatHolding.seat_id == CommitteeSeat.id, SeatHolding.until_on.is_(None)))
    )
    return query.where(CommitteeSeat.organisation_id == organisation_id) if organisation_id else query


def seat_counts(db: Session, organisation_id: int | None) -> dict[SeatState, int]:
    """How many seats each tab holds."""
    columns = [sa.func.coalesce(sa.func.sum(sa.case((state.holds(), 1), else_=0)), 0) for state in SeatState]
    row = db.execute(_seats(organisation_id).with_only_columns(*columns)).one()
    return dict(zip(SeatState, row, strict=True))


def seat_page(db: Session, state: SeatState, organisation_id: int | None, *, page: int) -> list[SeatRow]:
    """A page of the seats in that state, by organisation in the official order, the central level first."""
    query = (
        _seats(organisation_id)
        .where(state.holds())
        .outerjoin(Person, Person.id == SeatHolding.person_id)
        .options(
            contains_eager(CommitteeSeat.organisation),
            joinedload(CommitteeSeat.region),
            contains_eager(SeatHolding.person),
        )
        .order_by(Organisation.position, CommitteeSeat.level, CommitteeSeat.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [SeatRow(row[0], row[1]) for row in db.execute(query)]


def get_seat_or_none(db: Session, seat_id: int) -> CommitteeSeat | None:
    """One seat with its organisation, region and whole history."""
    query = (
        sa.select(CommitteeSeat)
        .options(
            joinedload(CommitteeSeat.organisation),
            joinedload(CommitteeSeat.region),
            selectinload(CommitteeSeat.holdings).joinedload(SeatHolding.person),
        )
        .where(CommitteeSeat.id == seat_id)
    )
    return db.scalars(query).first()


def running_holding(db: Session, seat_id: int) -> SeatHolding | None:
    """Who holds the seat now."""
    query = sa.select(SeatHolding).where(SeatHolding.seat_id == seat_id, SeatHolding.until_on.is_(None))
    return db.scalars(query).first()


def last_end(db: Session, seat_id: int) -> Any:
    """The last day of the latest holding that is over; None: there was none."""
    return db.scalar(sa.select(sa.func.max(SeatHolding.until_on)).where(SeatHolding.seat_id == seat_id))


def people_for_seat(db: Session, seat: CommitteeSeat, *, search: str, lang: str) -> tuple[Sequence[Person], bool]:
    """People who could hold the seat: those of its organisation, or whose name fits; and whether there are more."""
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    query = sa.select(Person).options(joinedload(Person.organisation)).where(*is_open(), Person.is_test.is_(False))
    query = query.where(matching(search) if search else Person.organisation_id == seat.organisation_id)
    near = sa.case((Person.organisation_id == seat.organisation_id, 0), else_=1)
    found = db.scalars(query.order_by(near, order, Person.id).limit(PAGE_SIZE + 1)).all()
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


def open_person_or_none(db: Session, person_id: int) -> Person | None:
    """Somebody with an open account."""
    return db.scalars(sa.select(Person).where(Person.id == person_id, *is_open())).first()


def seats_of(db: Session, person_id: int) -> Sequence[SeatHolding]:
    """Seats that a person holds or held, with organisation and region, those held now first."""
    query = (
        sa.select(SeatHolding)
        .options(
            joinedload(SeatHolding.seat).joinedload(CommitteeSeat.organisation),
            joinedload(SeatHolding.seat).joinedload(CommitteeSeat.region),
        )
        .where(SeatHolding.person_id == person_id)
        .order_by(sa.case((SeatHolding.until_on.is_(None), 0), else_=1), SeatHolding.since_on.desc())
    )
    return db.scalars(query).all()
