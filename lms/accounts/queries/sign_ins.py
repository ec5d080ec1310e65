"""Every SELECT of sign-ins: who is behind a cookie."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import codes
from lms.accounts.actor import Actor
from lms.accounts.models import (
    NoticeAcceptance,
    Person,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
    SignIn,
)
from lms.core.access import Role
from lms.core.bilingual import Bilingual


def token_hash(token: str) -> str:
    """The stored form of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


#: Conditions on an account that may be used.
IS_OPEN = (Person.suspended_at.is_(None), Person.archived_at.is_(None), Person.anonymised_at.is_(None))
_LATEST_NOTICE = (
    sa.select(sa.func.max(NoticeAcceptance.version)).where(NoticeAcceptance.person_id == Person.id).scalar_subquery()
)

#: Built once: every request asks it.
_ACTOR: Any = (
    sa.select(
        SignIn.id, SignIn.last_seen_at, SignIn.idle_minutes, SignIn.second_factor_at,
        SignIn.confirmed_at, SecondFactor.confirmed_at.label("factor_since"), Person.id.label("person_id"),
        sa.literal_column("person.name_ar").label("name_ar"),
        sa.literal_column("person.name_fr").label("name_fr"),
        Person.lang, Person.theme, Person.text_size, Person.organisation_id, RoleGrant.role,
        RoleGrant.organisation_id.label("covered"), _LATEST_NOTICE.label("notice"),
    )
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
    .where(
        SignIn.token_hash == sa.bindparam("token_hash"), SignIn.closed_at.is_(None),
        SignIn.expires_at > sa.bindparam("now"), *IS_OPEN,
    )
)  # fmt: skip


def load_actor(db: Session, token: str, *, now: dt.datetime) -> tuple[Actor, dt.datetime] | None:
    """The person behind a cookie's token and when they were last seen; one SELECT.

    None when the sign-in is closed, too old or idle for too long, or the account is suspended.
    """
    # Columns, not objects: the connection answers sooner than the session, and every request asks.
    rows = db.connection().execute(_ACTOR, {"token_hash": token_hash(token), "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    if first.idle_minutes and now - first.last_seen_at > dt.timedelta(minutes=first.idle_minutes):
        return None
    actor = Actor(
        person_id=first.person_id,
        sign_in_id=first.id,
        token=token,
        name=Bilingual(first.name_ar, first.name_fr),
        lang=first.lang,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        organisation_id=first.organisation_id,
        focal_organisation_ids=frozenset(row.covered for row in rows if row.role == Role.FOCAL_POINT),
        notice_version=first.notice,
        theme=first.theme,
        text_size=first.text_size,
        has_second_factor=first.factor_since is not None,
        gave_second_factor=first.second_factor_at is not None,
        confirmed_at=first.confirmed_at,
    )
    return actor, first.last_seen_at


def person_signing_in(db: Session, name: str) -> Person | None:
    """The open account with this e-mail address or own code."""
    plain = name.strip().lower()
    query = sa.select(Person).where(
        sa.or_(Person.email == plain, sa.func.lower(Person.code) == plain, Person.code == codes.plain(name)),
        *IS_OPEN,
    )
    return db.scalars(query).first()


def open_sign_ins(db: Session, person_id: int, *, now: dt.datetime) -> Sequence[SignIn]:
    """Browsers in which the person is signed in, last used first."""
    query = (
        sa.select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.closed_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.last_seen_at.desc())
    )
    return db.scalars(query).all()


def second_factor(db: Session, person_id: int) -> SecondFactor | None:
    """The authenticator app in force for the person."""
    query = sa.select(SecondFactor).where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.isnot(None))
    return db.scalars(query).first()


def count_recovery_codes(db: Session, person_id: int) -> int:
    """Recovery codes of the person that were not used yet."""
    query = sa.select(sa.func.count(RecoveryCode.id)).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return db.scalar(query) or 0


def open_person(db: Session, person_id: int) -> Person | None:
    """The person, if the account may be used."""
    return db.scalars(sa.select(Person).where(Person.id == person_id, *IS_OPEN)).first()
