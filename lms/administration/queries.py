"""Every SELECT of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.queries import matching
from lms.administration.services import RESTORED_WITHIN
from lms.certificates.models import Certificate
from lms.core.audit import AuditDetail, AuditEntry
from lms.core.bilingual import Bilingual
from lms.core.clock import PROGRAMME_ZONE
from lms.core.jobs import Job, JobState
from lms.core.paging import PAGE_SIZE
from lms.core.profile import Profile, Signatory, StoredImage
from lms.programme.models import Cohort


@dataclass(frozen=True)
class Figures:
    """How far the programme is, on the administration's home page."""

    people: int
    opened: int
    cohorts: int
    coming: int
    certificates: int


def figures(db: Session, *, today: dt.date) -> Figures:
    """People who take part or work in the programme, opened accounts, running cohorts, valid certificates."""
    real = (Person.is_test.is_(False), Person.archived_at.is_(None), Person.anonymised_at.is_(None))
    open_cohort = Cohort.archived_at.is_(None)

    def count(model: Any, *conditions: Any) -> Any:
        return sa.select(sa.func.count()).select_from(model).where(*conditions).scalar_subquery()

    row = db.execute(
        sa.select(
            count(Person, *real),
            count(Person, *real, Person.password_hash.is_not(None)),
            count(Cohort, open_cohort, Cohort.starts_on <= today, Cohort.ends_on >= today),
            count(Cohort, open_cohort, Cohort.starts_on > today),
            count(Certificate, Certificate.revoked_at.is_(None), Certificate.replaced_by_id.is_(None)),
        )
    ).one()
    return Figures(*row)


def image_or_none(db: Session, image_id: int) -> StoredImage | None:
    return db.get(StoredImage, image_id)


def logo_or_none(db: Session, image_id: int) -> StoredImage | None:
    """The picture, when it is the programme's logo."""
    query = sa.select(StoredImage).join(Profile, Profile.logo_id == StoredImage.id).where(StoredImage.id == image_id)
    return db.scalars(query).first()


def signatory_or_none(db: Session, signatory_id: int) -> Signatory | None:
    return db.get(Signatory, signatory_id)


def restorable_signatories(db: Session, *, now: dt.datetime) -> Sequence[Signatory]:
    """Archived within the last 30 days, newest first."""
    query = (
        sa.select(Signatory)
        .where(Signatory.archived_at >= now - RESTORED_WITHIN)
        .order_by(Signatory.archived_at.desc(), Signatory.id)
    )
    return db.scalars(query).all()


@dataclass(frozen=True)
class AuditFilters:
    """What an audit page is narrowed to; empty values narrow nothing."""

    person: str = ""
    action: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        return self == AuditFilters()


@dataclass(frozen=True)
class AuditRow:
    entry: AuditEntry
    detail: AuditDetail | None


def _filtered(filters: AuditFilters) -> list[Any]:
    conditions: list[Any] = []
    if filters.person:
        found = sa.select(Person.id).where(matching(filters.person))
        about = sa.and_(AuditEntry.subject_type == Person.__tablename__, AuditEntry.subject_id.in_(found))
        conditions.append(sa.or_(AuditEntry.actor_id.in_(found), about))
    if filters.action:
        conditions.append(AuditEntry.action == filters.action)
    if filters.since:
        conditions.append(AuditEntry.happened_at >= _midnight(filters.since))
    if filters.until:
        conditions.append(AuditEntry.happened_at < _midnight(filters.until + dt.timedelta(days=1)))
    return conditions


def _midnight(day: dt.date) -> dt.datetime:
    """The beginning of a day on the programme's clocks."""
    return dt.datetime.combine(day, dt.time(), PROGRAMME_ZONE)


def audit_count(db: Session, filters: AuditFilters) -> int:
    return db.scalars(sa.select(sa.func.count(AuditEntry.id)).where(*_filtered(filters))).one()


def audit_rows(db: Session, filters: AuditFilters, *, page: int = 1, limit: int = PAGE_SIZE) -> list[AuditRow]:
    """Acts with their details, newest first."""
    query = (
        sa.select(AuditEntry, AuditDetail)
        .outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .where(*_filtered(filters))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
        .offset((page - 1) * limit)
    )
    return [AuditRow(entry, detail) for entry, detail in db.execute(query)]


def actions_present(db: Session) -> set[str]:
    """Acts that were recorded at all, for the filter."""
    return set(db.scalars(sa.select(AuditEntry.action).distinct()))


def names_in(db: Session, rows: Iterable[AuditRow]) -> Mapping[int, Bilingual]:
    """Names of the people who acted or were acted on, anonymised people left out."""
    ids = {row.entry.actor_id for row in rows}
    ids |= {row.entry.subject_id for row in rows if row.entry.subject_type == Person.__tablename__}
    query = sa.select(Person).where(Person.id.in_(ids - {None}), Person.anonymised_at.is_(None))
    return {person.id: person.name for person in db.scalars(query)}


@dataclass(frozen=True)
class Queue:
    """The jobs outside requests, as rows: how many wait, since when, how many were given up, when one last ended."""

    waiting: int
    oldest: dt.datetime | None
    failed: int
    last_done: dt.datetime | None


def queue(db: Session) -> Queue:
    waits = Job.state == JobState.WAITING
    row = db.execute(
        sa.select(
            sa.func.count(sa.case((waits, 1))),
            sa.func.min(sa.case((waits, Job.created_at))),
            sa.func.count(sa.case((Job.state == JobState.FAILED, 1))),
            sa.func.max(sa.case((Job.state == JobState.DONE, Job.changed_at))),
        )
    ).one()
    return Queue(*row)


def database_size(db: Session) -> int:
    """Bytes that the database takes."""
    if db.get_bind().dialect.name == "postgresql":
        return int(db.scalars(sa.text("SELECT pg_database_size(current_database())")).one())
    pages = db.scalars(sa.text("SELECT page_count FROM pragma_page_count()")).one()
    size = db.scalars(sa.text("SELECT page_size FROM pragma_page_size()")).one()
    return int(pages) * int(size)


def database_version(db: Session) -> str:
    """« SQLite 3.40.1 », « PostgreSQL 18.4 »."""
    if db.get_bind().dialect.name == "postgresql":
        return f"PostgreSQL {db.scalars(sa.text('SHOW server_version')).one().split()[0]}"
    return f"SQLite {db.scalars(sa.text('SELECT sqlite_version()')).one()}"


def database_clock(db: Session) -> dt.datetime | None:
    """The moment on the clock of the database's machine; None where it is this process itself."""
    if db.get_bind().dialect.name != "postgresql":
        return None
    moment: dt.datetime = db.scalars(sa.text("SELECT clock_timestamp()")).one()
    return moment
