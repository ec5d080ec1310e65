"""Writing people, roles, sign-ins and links. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.errors import AddressTaken, LinkNotUsable
from lms.accounts.models import (
    AccessEntry,
    Level,
    LinkPurpose,
    NoticeAcceptance,
    OneTimeLink,
    Organisation,
    Person,
    Region,
    RoleGrant,
    SignIn,
)
from lms.core import audit, mail
from lms.core.access import STAFF, Role
from lms.core.bilingual import Bilingual
from lms.core.db import short_write
from lms.core.i18n import locale_of
from lms.core.text import clean_line, search_key, sort_key

if TYPE_CHECKING:
    from lms.accounts.actor import Actor

STAFF_IDLE_MINUTES = 60
SIGN_IN_LASTS = dt.timedelta(hours=12)
STAYING_LASTS = dt.timedelta(days=30)
SEEN_EVERY = dt.timedelta(minutes=5)
INVITATION_LASTS = dt.timedelta(days=30)
RESET_LASTS = dt.timedelta(hours=2)
FIRST_LINK_LASTS = dt.timedelta(minutes=60)
NOBODY = Bilingual("", "")


def create_person(
    db: Session,
    *,
    name: Bilingual,
    email: str | None = None,
    code: str | None = None,
    organisation: Organisation | None = None,
    level: str = Level.CENTRAL,
    region: Region | None = None,
    sex: str | None = None,
    birth_year: int | None = None,
    function: Bilingual = NOBODY,
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
    _revoke_links(db, person.id, now=now)
    audit.record(db, "accounts.suspend", actor_id=actor_id, subject=person, reason=reason, now=now)


def open_sign_in(db: Session, person: Person, *, stay: bool, device: str, now: dt.datetime) -> str:
    """A new sign-in; gives the token for the cookie. Staff: 60 minutes idle, 12 hours; others may stay 30 days."""
    is_staff = bool(queries.roles_of(db, person.id) & STAFF)
    token = secrets.token_urlsafe(32)
    db.add(
        SignIn(
            token_hash=queries.token_hash(token),
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + (STAYING_LASTS if stay and not is_staff else SIGN_IN_LASTS),
            idle_minutes=STAFF_IDLE_MINUTES if is_staff else None,
            device=device[:80],
        )
    )
    db.flush()
    audit.record(db, "accounts.sign-in", actor_id=person.id, subject=person, now=now)
    return token


def close_sign_ins(
    db: Session, person_id: int, *, now: dt.datetime, keep: int | None = None, only: int | None = None
) -> None:
    """End the person's sign-ins: all, all but ``keep``, or ``only`` one."""
    condition = [SignIn.person_id == person_id, SignIn.closed_at.is_(None)]
    if keep is not None:
        condition.append(SignIn.id != keep)
    if only is not None:
        condition.append(SignIn.id == only)
    db.execute(sa.update(SignIn).where(*condition).values(closed_at=now))


def note_seen(sign_in_id: int, *, now: dt.datetime) -> None:
    """Move the idle limit on, in a short transaction of its own (a page view otherwise only reads)."""
    with short_write() as db:
        db.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def set_password(db: Session, person: Person, password_hash: str, *, now: dt.datetime) -> None:
    """Store a new hash; every open sign-in and link of the account ends."""
    person.password_hash = password_hash
    close_sign_ins(db, person.id, now=now)
    _revoke_links(db, person.id, now=now)
    audit.record(db, "accounts.set-password", actor_id=person.id, subject=person, now=now)


def make_link(db: Session, person: Person, purpose: LinkPurpose, *, lasts: dt.timedelta, now: dt.datetime) -> str:
    """A one-time token; earlier links of the same purpose stop working."""
    _revoke_links(db, person.id, now=now, purpose=purpose)
    token = secrets.token_urlsafe(32)
    db.add(
        OneTimeLink(
            purpose=purpose,
            token_hash=queries.token_hash(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    db.flush()
    return token


def _revoke_links(db: Session, person_id: int, *, now: dt.datetime, purpose: LinkPurpose | None = None) -> None:
    query = sa.update(OneTimeLink).where(
        OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None)
    )
    if purpose is not None:
        query = query.where(OneTimeLink.purpose == purpose)
    db.execute(query.values(revoked_at=now))


def invite(db: Session, person: Person, *, now: dt.datetime, address_of: str | None = None) -> str:
    """Invite somebody, by mail when they have an address. Gives the token, for a printed or copied link.

    ``address_of`` is the page's address with ``TOKEN`` in the token's place.
    """
    token = make_link(db, person, LinkPurpose.INVITATION, lasts=INVITATION_LASTS, now=now)
    audit.record(db, "accounts.invite", actor_id=None, subject=person, now=now)
    if person.email and address_of:
        with force_locale(locale_of(person.lang)):
            mail.send(
                db, recipient_id=person.id, address=person.email, lang=person.lang, now=now,
                subject=_("Invitation to the training"),
                text=_(
                    "An account is ready for the training on gender and social inclusion.\n\n"
                    "To open it, within 30 days:\n%(link)s\n\n"
                    "The link works once. It is personal.",
                    link=address_of.replace("TOKEN", token),
                ),
            )  # fmt: skip
    return token


def send_reset(db: Session, person: Person, *, address_of: str, now: dt.datetime) -> None:
    """Send the link for a new password, in the reader's language."""
    token = make_link(db, person, LinkPurpose.RESET, lasts=RESET_LASTS, now=now)
    with force_locale(locale_of(person.lang)):
        mail.send(
            db, recipient_id=person.id, address=person.email or "", lang=person.lang, now=now,
            subject=_("New password"),
            text=_(
                "A new password was asked for.\n\nTo choose it, within two hours:\n%(link)s\n\n"
                "Nothing changes if this message is ignored.",
                link=address_of.replace("TOKEN", token),
            ),
        )  # fmt: skip


def use_link(db: Session, token: str, purpose: LinkPurpose, *, now: dt.datetime) -> Person:
    """Spend a one-time link. Raises LinkNotUsable; of two parallel uses one gets it."""
    link = queries.usable_link(db, token, purpose, now=now)
    if link is None:
        raise LinkNotUsable
    spent = db.execute(
        sa.update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None)).values(used_at=now)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise LinkNotUsable
    person = link.person
    if person.suspended_at or person.anonymised_at:
        raise LinkNotUsable
    return person


def accept_notice(db: Session, person_id: int, *, version: str, lang: str, now: dt.datetime) -> None:
    """Store that the person read this version of the notice; once is enough."""
    known = db.scalars(
        sa.select(NoticeAcceptance).where(NoticeAcceptance.person_id == person_id, NoticeAcceptance.version == version)
    ).first()
    if known is None:
        db.add(NoticeAcceptance(person_id=person_id, version=version, lang=lang, accepted_at=now))
        db.flush()


def first_administrator_link(db: Session, *, now: dt.datetime) -> str | None:
    """The token that opens the first administrator's account, or None when there is one already."""
    if queries.has_administrator(db):
        return None
    waiting = db.scalars(
        sa.select(Person).join(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR, Person.password_hash.is_(None))
    ).first()
    if waiting is None:
        waiting = create_person(db, name=Bilingual("الإدارة", "Administration"), now=now)
        grant_role(db, waiting, Role.ADMINISTRATOR, now=now)
    return make_link(db, waiting, LinkPurpose.INVITATION, lasts=FIRST_LINK_LASTS, now=now)


def log_access(actor: Actor, *, page: str, person_id: int | None = None, people: int = 1, now: dt.datetime) -> None:
    """Write that somebody saw nominal data, at once and whatever becomes of the page. Own data is not logged."""
    if person_id == actor.person_id:
        return
    with short_write() as db:
        db.add(AccessEntry(actor_id=actor.person_id, person_id=person_id, people=people, page=page, happened_at=now))


def public_address(path: str) -> str:
    """A path of ours as a full address for mails and codes: the configured origin, never the request's."""
    base: str = current_app.extensions["settings"].base_url
    return f"{base or 'http://127.0.0.1:8000'}{path}"


def renew_demo_passwords(db: Session, addresses: list[str], password_hash: str) -> None:
    """Give the demo accounts the password announced at this start."""
    db.execute(sa.update(Person).where(Person.email.in_(addresses)).values(password_hash=password_hash))
