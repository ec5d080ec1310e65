"""Every SELECT of people who may be one: the same name in one organisation, or the same telephone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from lms.accounts.models import NotTheSame, Person, SignIn
from lms.core.paging import PAGE_SIZE

#: Beyond this the number of pairs is said as « at least ».
MOST_COUNTED = 1000


def _folded(sort: Any, name: Any) -> Any:
    """The folded name inside a sort key, which ends with the name as written."""
    return sa.func.replace(sort, sa.literal("\u0001").concat(name), "")


def _pairs() -> Any:
    """Ids of each suspected pair, the lower first, without those known to be two."""
    name_ar, name_fr = Person.__table__.c.name_ar, Person.__table__.c.name_fr
    place = sa.cast(Person.organisation_id, sa.String)
    open_ = (Person.archived_at.is_(None), Person.anonymised_at.is_(None), Person.merged_into_id.is_(None))
    marks = sa.union_all(
        *(
            sa.select(Person.id.label("id"), (kind + place + ":" + _folded(sort, name)).label("mark")).where(
                *open_, Person.organisation_id.is_not(None), name != ""
            )
            for kind, sort, name in (("ar:", Person.sort_ar, name_ar), ("fr:", Person.sort_fr, name_fr))
        ),
        sa.select(Person.id, ("tel:" + Person.phone).label("mark")).where(*open_, Person.phone.is_not(None)),
    ).cte("marks")
    first, second = marks.alias("first_mark"), marks.alias("second_mark")
    known = sa.select(NotTheSame.first_id).where(NotTheSame.first_id == first.c.id, NotTheSame.second_id == second.c.id)
    return (
        sa.select(first.c.id.label("first_id"), second.c.id.label("second_id"))
        .join(second, sa.and_(first.c.mark == second.c.mark, first.c.id < second.c.id))
        .where(~known.exists())
        .distinct()
    )


def count_pairs(db: Session) -> int:
    return db.scalar(sa.select(sa.func.count()).select_from(_pairs().limit(MOST_COUNTED).subquery())) or 0


def pairs_page(db: Session, *, page: int) -> list[tuple[Person, Person]]:
    """A page of suspected pairs."""
    query = _pairs().order_by("first_id", "second_id").limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ids = [(row.first_id, row.second_id) for row in db.execute(query)]
    people = (
        sa.select(Person)
        .options(joinedload(Person.organisation), joinedload(Person.region), selectinload(Person.grants))
        .where(Person.id.in_({one for pair in ids for one in pair}))
    )
    found = {one.id: one for one in db.scalars(people)}
    return [(found[first], found[second]) for first, second in ids]


def used_more(db: Session, first: Person, second: Person) -> int:
    """Id of the account that should stay: one that may be used before a suspended one, an opened one before one
    that waits for its first sign-in, then the one used last, then the older one."""
    last = dict(
        db.execute(
            sa.select(SignIn.person_id, sa.func.max(SignIn.created_at))
            .where(SignIn.person_id.in_([first.id, second.id]))
            .group_by(SignIn.person_id)
        ).all()
    )

    def weight(person: Person) -> tuple[bool, bool, float, int]:
        used = last.get(person.id)
        return (
            person.suspended_at is None, person.password_hash is not None, used.timestamp() if used else 0.0,
            -person.id,
        )  # fmt: skip

    return max((first, second), key=weight).id
