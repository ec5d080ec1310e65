"""What this room holds on a person, and how it is wiped."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import queries, services
from lms.accounts.models import AccessEntry, NoticeAcceptance, OneTimeLink, Person, SignIn
from lms.core import audit, mail
from lms.core.bilingual import Bilingual


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """Account, roles, sign-ins, notices accepted, messages sent and who looked."""
    person = queries.get_person_or_none(db, person_id)
    if person is None:
        return {}
    notices = db.scalars(sa.select(NoticeAcceptance).where(NoticeAcceptance.person_id == person_id))
    sign_ins = db.scalars(sa.select(SignIn).where(SignIn.person_id == person_id))
    return {
        "account": {
            "name": person.name.as_dict(),
            "email": person.email,
            "code": person.code,
            "function": person.function.as_dict(),
            "sex": person.sex,
            "birth_year": person.birth_year,
            "organisation": person.organisation.name.as_dict() if person.organisation else None,
            "level": person.level,
            "region": person.region.name.as_dict() if person.region else None,
            "language": person.lang,
            "roles": sorted(grant.role for grant in person.grants),
            "created_at": person.created_at.isoformat(),
        },
        "notices_accepted": [
            {"version": row.version, "language": row.lang, "at": row.accepted_at.isoformat()} for row in notices
        ],
        "messages": [
            {"subject": row.subject, "at": row.created_at.isoformat()}
            for row in db.scalars(sa.select(mail.Mail).where(mail.Mail.recipient_id == person_id))
        ],
        "sign_ins": [
            {"device": row.device, "opened": row.created_at.isoformat(), "seen": row.last_seen_at.isoformat()}
            for row in sign_ins
        ],
        "viewed_by": [
            {"page": entry.page, "at": entry.happened_at.isoformat(), "by": viewer.name.as_dict()}
            for entry, viewer in queries.views_of(db, person_id, limit=1000)
        ],
    }


def anonymise(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Wipe every personal field; counts keep a person without a face."""
    person = db.get_one(Person, person_id)
    random_name = secrets.token_hex(4)
    services.rename(person, Bilingual(random_name, random_name))
    person.email = person.code = person.password_hash = person.birth_year = None
    person.function = Bilingual("", "")
    person.anonymised_at = now
    for table in (SignIn, OneTimeLink, NoticeAcceptance):
        db.execute(sa.delete(table).where(table.person_id == person_id))
    db.execute(sa.delete(AccessEntry).where(AccessEntry.person_id == person_id))
    mail.forget_recipient(db, person_id)
    db.execute(
        sa.delete(audit.AuditDetail).where(
            audit.AuditDetail.entry_id.in_(
                sa.select(audit.AuditEntry.id).where(
                    audit.AuditEntry.subject_type == "person", audit.AuditEntry.subject_id == person_id
                )
            )
        )
    )
    audit.record(db, "accounts.anonymise", actor_id=None, subject=person, now=now)
