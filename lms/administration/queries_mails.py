"""Every SELECT of the pages on messages."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.models import Organisation, Person, RoleGrant
from lms.accounts.queries import matching
from lms.accounts.queries.privacy import OBJECTS
from lms.administration.models import MessageToMany
from lms.core import profile
from lms.core.access import BY_WEIGHT, Role
from lms.core.mail import Mail, MailState, MailTemplate
from lms.core.paging import PAGE_SIZE
from lms.programme import queries as programme
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries.cohorts import is_open, is_present
from lms.programme.work import work

#: Names that a preview shows of those whom it does not reach, and messages that are listed below the form.
NAMES_SHOWN, MESSAGES_SHOWN = 50, 10


@dataclass(frozen=True)
class MailFilters:
    """What the outbox is narrowed to; empty values narrow nothing."""

    kind: str = ""
    person: str = ""


@dataclass(frozen=True)
class MailRow:
    """A message with who gets it; nobody where the person is wiped or never had an account."""

    mail: Mail
    person: Person | None


def _narrowed(filters: MailFilters) -> list[Any]:
    conditions: list[Any] = []
    if filters.kind:
        conditions.append(Mail.kind == filters.kind)
    if filters.person:
        found = sa.select(Person.id).where(matching(filters.person), Person.anonymised_at.is_(None))
        conditions.append(Mail.recipient_id.in_(found))
    return conditions


def mail_counts(db: Session, filters: MailFilters) -> dict[MailState, int]:
    """How many messages are in each state, in one statement."""
    counts = [sa.func.count(sa.case((state.holds(), 1))) for state in MailState]
    row = db.execute(sa.select(*counts).select_from(Mail).where(*_narrowed(filters))).one()
    return dict(zip(MailState, row, strict=True))


def mail_page(db: Session, state: MailState, filters: MailFilters, *, page: int) -> list[MailRow]:
    """A page of the messages in a state, newest first, each with its person."""
    query = (
        _with_person()
        .where(state.holds(), *_narrowed(filters))
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [MailRow(mail, person) for mail, person in db.execute(query)]


def mail_or_none(db: Session, mail_id: int) -> MailRow | None:
    row = db.execute(_with_person().where(Mail.id == mail_id)).first()
    return MailRow(row[0], row[1]) if row else None


def _with_person() -> Any:
    person = sa.and_(Person.id == Mail.recipient_id, Person.anonymised_at.is_(None))
    return sa.select(Mail, Person).outerjoin(Person, person)


def template_or_none(db: Session, kind: str) -> MailTemplate | None:
    return db.get(MailTemplate, kind)


def templates(db: Session) -> dict[str, MailTemplate]:
    """The team's wordings by kind of message."""
    return {row.kind: row for row in db.scalars(sa.select(MailTemplate))}


class TargetKind(enum.StrEnum):
    """Ways to choose to whom a message goes."""

    COHORT = "cohort"
    BEHIND = "behind"
    ORGANISATION = "organisation"
    ROLE = "role"

    @property
    def label(self) -> Any:
        return _TARGETS[self]


_TARGETS = {
    TargetKind.COHORT: _l("Everybody in a training session"),
    TargetKind.BEHIND: _l("Those who are behind in a training session"),
    TargetKind.ORGANISATION: _l("Members of an organisation"),
    TargetKind.ROLE: _l("People with a role"),
}


@dataclass(frozen=True)
class Target:
    """To whom a message goes, written ``cohort:3`` in forms and rows."""

    kind: TargetKind
    key: str

    @classmethod
    def parse(cls, text: str) -> Target | None:
        """What the text names; None where it is nonsense. Whether it exists is not asked."""
        kind, _colon, key = text.partition(":")
        if kind not in list(TargetKind):
            return None
        is_known = key in list(Role) if kind == TargetKind.ROLE else key.isascii() and key.isdecimal() and len(key) < 10
        return cls(TargetKind(kind), key) if is_known else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    def holds(self, idle_since: dt.datetime) -> sa.ColumnElement[bool]:
        """Condition on people."""
        if self.kind is TargetKind.ROLE:
            return Person.id.in_(sa.select(RoleGrant.person_id).where(RoleGrant.role == self.key))
        if self.kind is TargetKind.ORGANISATION:
            return Person.organisation_id == int(self.key)
        members = sa.select(Enrolment.person_id).where(Enrolment.cohort_id == int(self.key), is_present())
        if self.kind is TargetKind.BEHIND:
            members = members.where(work().is_behind(idle_since))
        return Person.id.in_(members)


def target_choices(db: Session, lang: str) -> dict[str, list[tuple[str, str]]]:
    """Everything a message may be sent to: heading -> (value, words)."""
    cohorts, organisations = programme.cohorts(db), accounts.organisations(db)
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in (TargetKind.COHORT, TargetKind.BEHIND):
        found[str(kind.label)] = [(f"{kind}:{cohort.id}", cohort.name[lang]) for cohort in cohorts]
    found[str(TargetKind.ORGANISATION.label)] = [
        (f"{TargetKind.ORGANISATION}:{one.id}", one.name[lang]) for one in organisations
    ]
    found[str(TargetKind.ROLE.label)] = [(f"{TargetKind.ROLE}:{role}", str(role.label)) for role in BY_WEIGHT]
    return {heading: choices for heading, choices in found.items() if choices}


def target_words(db: Session, target: Target, lang: str) -> str:
    """The target by its name, archived or not."""
    if target.kind is TargetKind.ROLE:
        return str(Role(target.key).label)
    model = Organisation if target.kind is TargetKind.ORGANISATION else Cohort
    row: Any = db.get(model, int(target.key))
    return row.name[lang] if row else ""


@dataclass(frozen=True)
class Audience:
    """Whom a message reaches: ids, how many read it in each language; and how many it leaves out."""

    ids: tuple[int, ...]
    arabic: int
    french: int
    without_address: int
    objected: int

    @property
    def stamp(self) -> str:
        """The same as long as exactly these people are reached, in these languages."""
        return hashlib.sha256(f"{self.ids} {self.arabic} {self.french}".encode()).hexdigest()[:32]


def _meant(db: Session, target: Target, *, now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on people of the target whose account is open."""
    idle_since = now - dt.timedelta(days=profile.known(db).behind_after_days)
    return (*is_open(), target.holds(idle_since))


def audience(db: Session, target: Target, *, now: dt.datetime) -> Audience:
    """Whom a message to the target reaches now; ids only, in one statement."""
    query = sa.select(Person.id, Person.lang, Person.email.is_not(None), OBJECTS).order_by(Person.id)
    rows = db.execute(query.where(*_meant(db, target, now=now))).all()
    reached = [(person_id, lang) for person_id, lang, has_address, objects in rows if has_address and not objects]
    objected = sum(1 for row in rows if row[3])
    arabic = sum(1 for _id, lang in reached if lang == "ar")
    return Audience(
        tuple(person_id for person_id, _lang in reached), arabic, len(reached) - arabic,
        len(rows) - len(reached) - objected, objected,
    )  # fmt: skip


def unreached(db: Session, target: Target, *, lang: str, now: dt.datetime) -> Sequence[Person]:
    """The first of those who have no address, by name."""
    query = (
        sa.select(Person)
        .where(*_meant(db, target, now=now), Person.email.is_(None), ~OBJECTS)
        .order_by(Person.sort_ar if lang == "ar" else Person.sort_fr, Person.id)
        .limit(NAMES_SHOWN)
    )
    return db.scalars(query).all()


def people_to_write_to(db: Session, person_ids: Sequence[int]) -> Sequence[Person]:
    """Those of the people who still have an open account and an address, and did not object meanwhile."""
    query = sa.select(Person).where(Person.id.in_(person_ids), *is_open(), Person.email.is_not(None), ~OBJECTS)
    return db.scalars(query.order_by(Person.id)).all()


def message_or_none(db: Session, message_id: int) -> MessageToMany | None:
    return db.get(MessageToMany, message_id)


def message_of(db: Session, key: str) -> MessageToMany | None:
    """The message that a form was confirmed for already."""
    return db.scalars(sa.select(MessageToMany).where(MessageToMany.key == key)).first()


def messages_before(db: Session) -> Sequence[MessageToMany]:
    """The newest messages to many."""
    return db.scalars(sa.select(MessageToMany).order_by(MessageToMany.id.desc()).limit(MESSAGES_SHOWN)).all()
