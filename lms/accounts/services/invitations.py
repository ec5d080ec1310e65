"""Inviting people, and sending links for a new password. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import codes, mails, queries
from lms.accounts.models import (
    LinkPurpose,
    OneTimeLink,
    Person,
    RoleGrant,
)
from lms.accounts.services.links import make_link, new_token
from lms.accounts.services.people import create_person, grant_role
from lms.core import audit
from lms.core.access import Role
from lms.core.bilingual import Bilingual

INVITATION_LASTS = dt.timedelta(days=30)

RESET_LASTS = dt.timedelta(hours=2)

FIRST_LINK_LASTS = dt.timedelta(minutes=60)

#: Name of the first administrator's account until its holder gives one.
NOBODY_YET = Bilingual("الإدارة", "Administration")

#: How an invitation reaches somebody: by mail, as a link handed over, on a printed card.
MAIL, LINK, SHEET = "mail", "link", "sheet"


def invite(
    db: Session,
    person: Person,
    *,
    now: dt.datetime,
    address_of: str | None = None,
    channel: str = MAIL,
    actor_id: int | None = None,
) -> str:
    """Invite somebody, by mail when they have an address. Gives the token, for a printed or copied link.

    ``address_of`` is the page's address with ``TOKEN`` in the token's place.
    """
    token = make_link(
        db, person, LinkPurpose.INVITATION, lasts=INVITATION_LASTS, now=now, channel=channel, actor_id=actor_id
    )
    audit.record(db, "accounts.invite", actor_id=actor_id, subject=person, now=now, channel=channel)
    if person.email and address_of:
        mails.send(db, mails.INVITATION, person, address_of.replace("TOKEN", token), now=now)
    return token


def invite_many(
    db: Session, people: Sequence[Person], *, channel: str, actor_id: int, now: dt.datetime
) -> dict[int, str]:
    """A new invitation for each of these people, one statement for all; person id -> token. Older ones stop working.

    Whoever has no address gets a code, which is the sign-in name. One line in the record of acts names them all.
    """
    give_codes(db, people)
    ids = [person.id for person in people]
    revoke_invitations(db, ids, now=now)
    tokens = {person_id: new_token() for person_id in ids}
    rows = [
        {
            "purpose": LinkPurpose.INVITATION.value,
            "token_hash": queries.token_hash(token),
            "person_id": person_id,
            "channel": channel,
            "created_by_id": actor_id,
            "created_at": now,
            "expires_at": now + INVITATION_LASTS,
        }
        for person_id, token in tokens.items()
    ]
    if rows:
        db.execute(sa.insert(OneTimeLink), rows)
        audit.record(db, "accounts.invite-many", actor_id=actor_id, now=now, people=ids, channel=channel)
    return tokens


def mail_invitations(
    db: Session, people: Sequence[Person], *, address_of: Callable[[str], str], actor_id: int, now: dt.datetime
) -> int:
    """Invite by mail all who have an address; gives how many. ``address_of`` a language is the page with TOKEN."""
    reached = [person for person in people if person.email]
    tokens = invite_many(db, reached, channel=MAIL, actor_id=actor_id, now=now)
    for person in reached:
        link = address_of(person.lang).replace("TOKEN", tokens[person.id])
        mails.send(db, mails.INVITATION, person, link, now=now)
    return len(reached)


def give_codes(db: Session, people: Sequence[Person]) -> None:
    """A printed sign-in name for each who has neither an address nor one yet."""
    without = [person for person in people if not person.email and not person.code]
    given: set[str] = set()
    while len(given) < len(without):
        drawn = {codes.new_code() for _missing in range(len(without) - len(given))}
        given |= drawn - queries.taken_codes(db, sorted(drawn))
    for person, code in zip(without, given, strict=True):
        person.code = code
    db.flush()


def revoke_invitations(db: Session, person_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Invitations of these people stop working; gives how many did."""
    stopped = db.execute(
        sa.update(OneTimeLink)
        .where(
            OneTimeLink.person_id.in_(person_ids), OneTimeLink.purpose == LinkPurpose.INVITATION,
            OneTimeLink.used_at.is_(None), OneTimeLink.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )  # fmt: skip
    return int(stopped.rowcount)  # type: ignore[attr-defined]


def take_back(db: Session, people: Sequence[Person], *, actor_id: int, now: dt.datetime) -> int:
    """Revoke the invitations of these people as an act of the administration."""
    ids = [person.id for person in people]
    stopped = revoke_invitations(db, ids, now=now)
    if stopped:
        audit.record(db, "accounts.revoke-invitations", actor_id=actor_id, now=now, people=ids)
    return stopped


def send_reset(db: Session, person: Person, *, address_of: str, now: dt.datetime) -> None:
    """Send the link for a new password, in the reader's language."""
    token = make_link(db, person, LinkPurpose.RESET, lasts=RESET_LASTS, now=now)
    mails.send(db, mails.RESET, person, address_of.replace("TOKEN", token), now=now)


def first_administrator_link(db: Session, *, now: dt.datetime) -> str | None:
    """The token that opens the first administrator's account, or None when there is one already."""
    if queries.has_administrator(db):
        return None
    waiting = db.scalars(
        sa.select(Person).join(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR, Person.password_hash.is_(None))
    ).first()
    if waiting is None:
        waiting = create_person(db, name=NOBODY_YET, now=now)
        grant_role(db, waiting, Role.ADMINISTRATOR, now=now)
    return make_link(db, waiting, LinkPurpose.INVITATION, lasts=FIRST_LINK_LASTS, now=now)
