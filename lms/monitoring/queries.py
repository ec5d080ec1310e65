"""Every SELECT of the tables. One layer for pages and exports: a figure is computed in one place only.

Counting rules (domain notes, 4.2): people are distinct, totals are counted again and never added up, attributes are
those of the enrolment's day, test accounts are out, unknown sex is a category of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from lms.accounts.actor import Actor
from lms.accounts.models import Organisation, Person, Region
from lms.accounts.queries import matching, people_visible_to
from lms.certificates.models import Certificate
from lms.core.access import Role
from lms.monitoring.filters import UNKNOWN, Filters
from lms.programme.models import Enrolment
from lms.programme.queries import enrolments_visible_to
from lms.progress.models import LedgerEntry, ModuleProgress

PAGE_SIZE = 25
_WOMAN, _MAN = "f", "m"


def scope(actor: Actor, filters: Filters) -> sa.Select[Any]:
    """The enrolments a table is about: what the role may see, narrowed by the filters."""
    query = enrolments_visible_to(actor)
    if not actor.roles & {Role.MONITOR, Role.ADMINISTRATOR}:
        # A focal point's tables hold the organisation's people, not what the person did elsewhere.
        query = query.where(Enrolment.organisation_id.in_(actor.focal_organisation_ids))
    if filters.cohort:
        query = query.where(Enrolment.cohort_id == filters.cohort)
    if filters.organisation:
        keyed = sa.select(Organisation.id).where(Organisation.key == filters.organisation)
        query = query.where(Enrolment.organisation_id.in_(keyed))
    if filters.region:
        query = query.where(Enrolment.region_id.in_(sa.select(Region.id).where(Region.key == filters.region)))
    if filters.level:
        query = query.where(Enrolment.level == filters.level)
    if filters.sex:
        wanted = Enrolment.sex.is_(None) if filters.sex == UNKNOWN else Enrolment.sex == filters.sex
        query = query.where(wanted)
    return query


def _scoped(actor: Actor, filters: Filters) -> Any:
    return (
        scope(actor, filters)
        .with_only_columns(
            Enrolment.id, Enrolment.person_id, Enrolment.organisation_id, Enrolment.region_id, Enrolment.sex
        )
        .cte("scoped")
    )


def _people(scoped: Any, *conditions: Any) -> Any:
    """Number of distinct people, of those who fit the conditions."""
    person = sa.case((sa.and_(*conditions), scoped.c.person_id)) if conditions else scoped.c.person_id
    return sa.func.count(sa.distinct(person))


@dataclass(frozen=True)
class Head:
    """People of a row: all, women, men, and those with anything in the ledger."""

    people: int = 0
    women: int = 0
    men: int = 0
    started: int = 0

    @property
    def women_share(self) -> float | None:
        """Women among those whose sex is known; None when it is known of nobody."""
        known = self.women + self.men
        return self.women / known if known else None

    @property
    def unknown(self) -> int:
        return self.people - self.women - self.men

    @property
    def not_started(self) -> int:
        return self.people - self.started


#: How rows of one statement are told apart: the whole, by organisation, by region.
TOTAL, ORGANISATION, REGION = "total", "organisation", "region"


def heads(db: Session, actor: Actor, filters: Filters) -> dict[tuple[str, int | None], Head]:
    """People in total, by organisation and by region (None: the central level), each counted on its own."""
    scoped = _scoped(actor, filters)
    started = sa.select(LedgerEntry.enrolment_id)
    columns = (
        _people(scoped),
        _people(scoped, scoped.c.sex == _WOMAN),
        _people(scoped, scoped.c.sex == _MAN),
        _people(scoped, scoped.c.id.in_(started)),
    )
    groups = {ORGANISATION: scoped.c.organisation_id, REGION: scoped.c.region_id}
    parts = [sa.select(_word(TOTAL), _no_key(), *columns)]
    parts += [sa.select(_word(word), key, *columns).group_by(key) for word, key in groups.items()]
    return {(row[0], row[1]): Head(*row[2:]) for row in db.execute(sa.union_all(*parts))}


def _word(word: str) -> Any:
    return sa.literal_column(f"'{word}'")


def _no_key() -> Any:
    return sa.cast(sa.null(), sa.Integer)


def waiting(db: Session, actor: Actor) -> tuple[int, int]:
    """People the actor sees who have not opened their account, and those enrolled who have not read a lesson."""
    scoped = _scoped(actor, Filters())
    row = db.execute(sa.select(*(_people(scoped, *_waiting(scoped, is_open)) for is_open in (False, True)))).one()
    return row[0], row[1]


def _waiting(scoped: Any, is_open: bool) -> tuple[Any, Any]:
    """Conditions: nothing read yet, with an account that is open, or one that is not."""
    closed = sa.select(Person.id).where(Person.password_hash.is_(None))
    begun = sa.select(scoped.c.person_id).where(scoped.c.id.in_(sa.select(LedgerEntry.enrolment_id)))
    person = scoped.c.person_id
    return (person.not_in(closed) if is_open else person.in_(closed)), person.not_in(begun)


@dataclass(frozen=True)
class WaitingRow:
    """Somebody enrolled who has read nothing yet."""

    person: Person
    organisation: Organisation | None
    region: Region | None
    enrolled_at: dt.datetime


def waiting_people(db: Session, actor: Actor, *, is_open: bool, lang: str, page: int) -> tuple[list[WaitingRow], int]:
    """A page of those counted by ``waiting``, by name, and how many there are. Newest enrolment counts."""
    scoped = _scoped(actor, Filters())
    newest = sa.select(sa.func.max(scoped.c.id)).where(*_waiting(scoped, is_open)).group_by(scoped.c.person_id)
    base = (
        sa.select(Person, Organisation, Region, Enrolment.enrolled_at)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Enrolment.organisation_id)
        .outerjoin(Region, Region.id == Enrolment.region_id)
        .where(Enrolment.id.in_(newest))
    )
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    rows = db.execute(base.order_by(order, Person.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return [WaitingRow(*row) for row in rows], _count(db, base)


def completions(db: Session, actor: Actor, filters: Filters) -> dict[tuple[str, int | None, str], int]:
    """Distinct people who completed each module, in total and by organisation."""
    scoped = _scoped(actor, filters)

    def counted(word: str, key: Any) -> sa.Select[Any]:
        query = (
            sa.select(_word(word), key, ModuleProgress.module, _people(scoped))
            .join(ModuleProgress, ModuleProgress.enrolment_id == scoped.c.id)
            .where(ModuleProgress.completed_on.is_not(None))
        )
        return query.where(ModuleProgress.module == filters.module) if filters.module else query

    total = counted(TOTAL, _no_key()).group_by(ModuleProgress.module)
    key = scoped.c.organisation_id
    rows = db.execute(sa.union_all(total, counted(ORGANISATION, key).group_by(key, ModuleProgress.module)))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def certificates(db: Session, actor: Actor, filters: Filters) -> dict[int | None, int]:
    """Valid certificates by organisation; one that hangs on an enrolment merged into another counts for that one."""
    scoped = _scoped(actor, filters)
    counts_for = sa.func.coalesce(Enrolment.merged_into_id, Enrolment.id)
    rows = db.execute(
        sa.select(scoped.c.organisation_id, sa.func.count(sa.distinct(Certificate.id)))
        .select_from(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(scoped, scoped.c.id == counts_for)
        .where(Certificate.revoked_at.is_(None), Certificate.replaced_by_id.is_(None))
        .group_by(scoped.c.organisation_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class PersonRow:
    """One line of an organisation's list."""

    person: Person
    region: Region | None
    level: str
    share: float
    done: int
    required: int
    last_activity: dt.datetime | None
    has_certificate: bool


def people_of(
    db: Session, actor: Actor, organisation: Organisation, *, search: str, lang: str, page: int
) -> tuple[list[PersonRow], int]:
    """A page of the organisation's enrolled people by name, and how many there are. Newest enrolment counts."""
    newest = (
        enrolments_visible_to(actor)
        .where(Enrolment.organisation_id == organisation.id)
        .with_only_columns(sa.func.max(Enrolment.id))
        .group_by(Enrolment.person_id)
    )
    base = (
        sa.select(Person, Region, Enrolment)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Region, Region.id == Enrolment.region_id)
        .where(Enrolment.id.in_(newest))
    )
    if search:
        base = base.where(matching(search))
    total = _count(db, base)
    order = Person.sort_ar if lang == "ar" else Person.sort_fr
    rows = db.execute(base.order_by(order, Person.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    ids = [row[2].id for row in rows]
    progress = _progress(db, ids)
    issued = set(
        db.scalars(
            sa.select(sa.func.coalesce(Enrolment.merged_into_id, Enrolment.id))
            .join(Certificate, Certificate.enrolment_id == Enrolment.id)
            .where(
                sa.or_(Enrolment.id.in_(ids), Enrolment.merged_into_id.in_(ids)),
                Certificate.revoked_at.is_(None),
                Certificate.replaced_by_id.is_(None),
            )
        )
    )
    return [_person_row(row, progress, issued) for row in rows], total


def _count(db: Session, query: Any) -> int:
    return int(db.execute(query.with_only_columns(sa.func.count(Person.id))).scalar_one())


def _progress(db: Session, enrolment_ids: Sequence[int]) -> dict[int, Any]:
    rows = db.execute(
        sa.select(
            ModuleProgress.enrolment_id,
            sa.func.sum(ModuleProgress.done).label("done"),
            sa.func.sum(ModuleProgress.required).label("required"),
            sa.func.max(ModuleProgress.last_activity_at).label("last"),
        )
        .where(ModuleProgress.enrolment_id.in_(enrolment_ids))
        .group_by(ModuleProgress.enrolment_id)
    )
    return {row.enrolment_id: row for row in rows}


def _person_row(row: Any, progress: dict[int, Any], issued: set[int]) -> PersonRow:
    person, region, enrolment = row
    found = progress.get(enrolment.id)
    done, required = (found.done, found.required) if found else (0, 0)
    return PersonRow(
        person=person,
        region=region,
        level=enrolment.level,
        share=done / required if required else 0.0,
        done=done,
        required=required,
        last_activity=found.last if found else None,
        has_certificate=enrolment.id in issued,
    )


def person_or_none(db: Session, actor: Actor, person_id: int) -> Person | None:
    """Somebody whose file the actor may open."""
    query = (
        people_visible_to(actor)
        .options(joinedload(Person.organisation), joinedload(Person.region))
        .where(Person.id == person_id)
    )
    return db.scalars(query).first()


def enrolment_ids(db: Session, actor: Actor, person_id: int) -> list[int]:
    query = enrolments_visible_to(actor).where(Enrolment.person_id == person_id)
    return list(db.scalars(query.with_only_columns(Enrolment.id)))


def certificates_of(db: Session, enrolment_ids: Sequence[int]) -> Sequence[Certificate]:
    aside = sa.select(Enrolment.id).where(Enrolment.merged_into_id.in_(enrolment_ids))
    mine = sa.or_(Certificate.enrolment_id.in_(enrolment_ids), Certificate.enrolment_id.in_(aside))
    query = sa.select(Certificate).where(mine).order_by(Certificate.issued_at.desc())
    return db.scalars(query).all()


def module_rows(db: Session, enrolment_ids: Sequence[int]) -> Sequence[ModuleProgress]:
    query = sa.select(ModuleProgress).where(ModuleProgress.enrolment_id.in_(enrolment_ids))
    return db.scalars(query).all()
