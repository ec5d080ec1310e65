"""What the law asks for: notices published and read, data seen, requests answered, people wiped.

Flushes, never commits.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from lms.accounts import notice
from lms.accounts.errors import AnsweredAlready, NotToBeWiped, TooManyVersions
from lms.accounts.models import (
    AccessEntry,
    NoticeAcceptance,
    Person,
    PrivacyNotice,
    PrivacyRequest,
    RequestKind,
    RoleGrant,
)
from lms.accounts.queries import privacy as queries
from lms.core import audit, mail, profile
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.core.db import short_write
from lms.core.i18n import locale_of

if TYPE_CHECKING:
    from lms.accounts.actor import Actor

#: Law 09-08: the answer is due within ten clear days, the day of the request not counted.
ANSWER_WITHIN = dt.timedelta(days=10)
ANSWERED = "accounts.request-answered"


def accept_notice(db: Session, person_id: int, *, version: str, lang: str, now: dt.datetime) -> None:
    """Store that the person read this version of the notice; once is enough."""
    known = db.scalars(
        sa.select(NoticeAcceptance).where(NoticeAcceptance.person_id == person_id, NoticeAcceptance.version == version)
    ).first()
    if known is None:
        db.add(NoticeAcceptance(person_id=person_id, version=version, lang=lang, accepted_at=now))
        db.flush()


def log_access(actor: Actor, *, page: str, person_id: int | None = None, people: int = 1, now: dt.datetime) -> None:
    """Write that somebody saw nominal data, at once and whatever becomes of the page. Own data is not logged."""
    if person_id == actor.person_id:
        return
    with short_write() as db:
        db.add(AccessEntry(actor_id=actor.person_id, person_id=person_id, people=people, page=page, happened_at=now))


def ask(db: Session, person_id: int, kind: RequestKind, text: str, *, now: dt.datetime) -> PrivacyRequest:
    """Somebody uses a right; of one kind, one request at a time waits."""
    waiting = queries.open_request(db, person_id, kind)
    if waiting is not None:
        return waiting
    request = PrivacyRequest(
        person_id=person_id, kind=kind, text=text, created_at=now, due_on=local_date(now) + ANSWER_WITHIN
    )
    db.add(request)
    db.flush()
    audit.record(db, "accounts.ask-about-data", actor_id=person_id, subject=request, now=now, kind=kind)
    return request


def answer(
    db: Session,
    request: PrivacyRequest,
    *,
    outcome: str,
    text: str,
    actor_id: int,
    address_of: str,
    now: dt.datetime,
) -> None:
    """Answer a request and tell the person, in their language. ``address_of`` is the page of their data.

    Raises AnsweredAlready.
    """
    # Of two answers at one moment, the second finds the first.
    locked = sa.select(PrivacyRequest.answered_at).where(PrivacyRequest.id == request.id).with_for_update()
    if db.execute(locked).scalar_one() is not None:
        raise AnsweredAlready
    request.outcome, request.answer = outcome, text
    request.answered_at, request.answered_by_id = now, actor_id
    db.flush()
    audit.record(
        db, "accounts.answer-request", actor_id=actor_id, subject=request, now=now, kind=request.kind, outcome=outcome
    )
    if request.person.email:
        _send_answer(db, request, address_of, now=now)


def _send_answer(db: Session, request: PrivacyRequest, address: str, *, now: dt.datetime) -> None:
    person = request.person
    with force_locale(locale_of(person.lang)):
        kind = str(RequestKind(request.kind).label)
    mail.send_kind(
        db, ANSWERED, person_id=person.id, address=person.email, lang=person.lang, now=now,
        places={"name": person.name[person.lang], "kind": kind, "answer": request.answer, "link": address},
    )  # fmt: skip


def publish_notice(
    db: Session,
    *,
    controller: Bilingual,
    recipients: Bilingual,
    contact: str,
    cndp_number: str,
    changes: Bilingual,
    actor_id: int,
    now: dt.datetime,
) -> PrivacyNotice:
    """Publish a version of the notice; everybody is asked to read it. Raises TooManyVersions."""
    newest = notice.now_published(db)
    version = notice.next_version(max(newest.version if newest else "", notice.VERSION), local_date(now))
    if version is None:
        raise TooManyVersions
    row = PrivacyNotice(
        version=version, controller=controller, recipients=recipients, contact=contact, cndp_number=cndp_number,
        changes=changes, published_at=now, published_by_id=actor_id,
    )  # fmt: skip
    db.add(row)
    db.flush()
    # Whoever publishes it has read it.
    accept_notice(db, actor_id, version=version, lang=db.get_one(Person, actor_id).lang, now=now)
    audit.record(db, "accounts.publish-notice", actor_id=actor_id, subject=row, now=now, version=version)
    return row


def wipe(db: Session, person: Person, *, actor_id: int, now: dt.datetime) -> None:
    """Anonymise somebody in every room, and the accounts that were merged into theirs. Twice does no harm.

    Raises NotToBeWiped.
    """
    if person.id == actor_id or _is_last_administrator(db, person.id):
        raise NotToBeWiped
    person_id = person.id
    for one in [*queries.merged_into(db, person_id), person_id]:
        for feature in current_app.extensions["features"]:
            feature.anonymise(db, one, now=now)
    audit.record(db, "accounts.wipe", actor_id=actor_id, subject=person, now=now)


def _is_last_administrator(db: Session, person_id: int) -> bool:
    """Whether nobody else with an open account administers the programme."""
    holders = set(
        db.scalars(
            sa.select(RoleGrant.person_id)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(RoleGrant.role == Role.ADMINISTRATOR, Person.anonymised_at.is_(None), Person.archived_at.is_(None))
        )
    )
    return holders == {person_id}


def set_retention(db: Session, days: dict[str, int], *, actor_id: int, now: dt.datetime) -> None:
    """Keep the team's own number of days of each rule, of those that differ from the default."""
    row = profile.for_editing(db)
    before, row.retention = row.retention, days
    db.flush()
    audit.record(db, "accounts.retention-days", actor_id=actor_id, subject=row, now=now, before=before, after=days)
