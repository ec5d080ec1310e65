"""Writing people, their names, roles and state. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.errors import AddressTaken
from lms.accounts.models import (
    Level,
    Organisation,
    Person,
    Region,
    RoleGrant,
)
from lms.accounts.services.links import revoke_links
from lms.accounts.services.sign_ins import close_sign_ins
from lms.core import audit
from lms.core.access import Role
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.text import clean_line, search_key, sort_key


def create_person(
    db: Session,
    *,
    name: Bilingual,
    email: str | None = None,
    phone: str | None = None,
    code: str | None = None,
    organisation: Organisation | None = None,
    level: str = Level.CENTRAL,
    region: Region | None = None,
    sex: str | None = None,
    birth_year: int | None = None,
    function: Bilingual = EMPTY,
    lang: str = "fr",
    is_test: bool = False,
    now: dt.datetime,
) -> Person:
    """An account without a password: it opens with its invitation. Raises AddressTaken."""
    email = email.strip().lower() if email else None
    if email and queries.is_address_taken(db, email):
        raise AddressTaken
    person = Person(
        email=email,
        phone=phone,
        code=code,
        organisation=organisation,
        level=level,
        region=region,
        sex=sex,
        birth_year=birth_year,
        function=function,
        lang=lang,
        is_test=is_test,
        created_at=now,
        grants=[],
    )
    rename(person, name)
    db.add(person)
    db.flush()
    return person


def add_person(db: Session, *, actor_id: int, now: dt.datetime, **known: Any) -> Person:
    """An administrator adds somebody, as a participant. ``known``: see ``create_person``. Raises AddressTaken."""
    person = create_person(db, **known, now=now)
    audit.record(db, "accounts.add-person", actor_id=actor_id, subject=person, now=now)
    grant_role(db, person, Role.LEARNER, actor_id=actor_id, now=now)
    return person


def rename(person: Person, name: Bilingual) -> None:
    """Give the person both spellings, cleaned, with the keys that sort and find them."""
    name = Bilingual(clean_line(name.ar), clean_line(name.fr))
    person.name = name
    person.sort_ar, person.sort_fr = sort_key(name["ar"], "ar"), sort_key(name["fr"], "fr")
    person.search = search_key(name.ar, name.fr)


def confirm_name(db: Session, person: Person, name: Bilingual, *, now: dt.datetime) -> None:
    """Take the spellings that the holder confirms for certificates."""
    before = person.name
    rename(person, name)
    person.name_confirmed_at = now
    if before != person.name:
        audit.record(
            db, "accounts.rename", actor_id=person.id, subject=person, now=now,
            before=before.as_dict(), after=person.name.as_dict(),
        )  # fmt: skip
    db.flush()


def keep_preferences(
    db: Session, person: Person, *, lang: str | None, theme: str | None, text_size: str | None
) -> None:
    """Keep how the person reads, on every device; None leaves a choice as it is."""
    person.lang = lang or person.lang
    db.flush()
    look = {"theme": theme or person.theme, "text_size": text_size or person.text_size}
    # Nobody else's form shows the appearance: it does not make a newer version of the account.
    db.execute(sa.update(Person).where(Person.id == person.id).values(look))


def grant_role(
    db: Session,
    person: Person,
    role: Role,
    *,
    organisation: Organisation | None = None,
    actor_id: int | None = None,
    now: dt.datetime,
) -> RoleGrant:
    """Give a role. Open sign-ins end, so that nobody keeps old rights or long sessions."""
    grant = RoleGrant(
        person=person, role=role, organisation_id=organisation.id if organisation else None, granted_at=now
    )
    db.add(grant)
    db.flush()
    close_sign_ins(db, person.id, now=now)
    audit.record(db, "accounts.grant-role", actor_id=actor_id, subject=person, now=now, role=str(role))
    return grant


def suspend(db: Session, person: Person, *, actor_id: int | None, reason: str, now: dt.datetime) -> None:
    """Close an account: its sign-ins and links stop at once."""
    person.suspended_at = now
    close_sign_ins(db, person.id, now=now)
    revoke_links(db, person.id, now=now)
    audit.record(db, "accounts.suspend", actor_id=actor_id, subject=person, reason=reason, now=now)


def set_password(db: Session, person: Person, password_hash: str, *, now: dt.datetime) -> None:
    """Store a new hash; every open sign-in and link of the account ends."""
    person.password_hash = password_hash
    close_sign_ins(db, person.id, now=now)
    revoke_links(db, person.id, now=now)
    audit.record(db, "accounts.set-password", actor_id=person.id, subject=person, now=now)


def renew_demo_passwords(db: Session, addresses: list[str], password_hash: str) -> None:
    """Give the demo accounts the password announced at this start."""
    db.execute(sa.update(Person).where(Person.email.in_(addresses)).values(password_hash=password_hash))
