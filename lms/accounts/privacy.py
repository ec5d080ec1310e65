"""What this room holds on a person, in which words it is shown, and how it is wiped."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.accounts import queries, services
from lms.accounts.models import (
    AccessEntry,
    ImportBatch,
    ImportRow,
    Level,
    NoticeAcceptance,
    NotTheSame,
    OneTimeLink,
    Organisation,
    Person,
    PersonMerge,
    PrivacyRequest,
    RecoveryCode,
    Region,
    RequestKind,
    RoleGrant,
    SecondFactor,
    Sex,
    SignIn,
    Transfer,
)
from lms.core import audit, mail
from lms.core.access import BY_WEIGHT, Role
from lms.core.bilingual import Bilingual
from lms.core.i18n import bdi, current_language
from lms.core.own_data import Words

MOST_VIEWS = 1000
CHANNELS = {"mail": _l("By message"), "link": _l("By a copied link"), "sheet": _l("On a printed sheet")}
OUTCOMES = {"done": _l("Done"), "refused": _l("Refused")}
LANGUAGE_NAMES = {"ar": _l("Arabic"), "fr": _l("French")}
APPEARANCES = {"system": _l("As on the device"), "light": _l("Light"), "dark": _l("Dark")}
TEXT_SIZES = {"0": _l("Normal"), "1": _l("Large"), "2": _l("Very large")}
PURPOSES = {"invitation": _l("Invitation"), "reset": _l("New password")}


def page_name(endpoint: str) -> Any:
    """What a page that shows people is called, for the person who reads who looked."""
    return PAGE_NAMES.get(endpoint) or PAGE_NAMES.get(endpoint.split(".")[0]) or _l("A page of the team")


def seen_as(viewer: Person) -> Any:
    """In which role, and from which organisation, somebody looks at others' data."""
    held = {grant.role for grant in viewer.grants}
    role = next((role for role in BY_WEIGHT if role in held and role is not Role.LEARNER), None)
    place = viewer.organisation.name[current_language()] if viewer.organisation else ""
    return Markup(" · ").join(part for part in (str(role.label) if role else "", bdi(place) if place else "") if part)


#: Endpoints, or rooms, whose pages show people -> words.
PAGE_NAMES = {
    "monitoring.show_person": _l("File of the person, in monitoring"),
    "monitoring": _l("Lists of monitoring"),
    "people": _l("Directory of people"),
    "cohorts": _l("Training session"),
    "taught": _l("Training session, as trainer"),
    "desk": _l("Tests, as trainer"),
    "regrades": _l("Tests, as trainer"),
    "answers": _l("Questions of learners, as trainer"),
    "seats": _l("Committee seats"),
    "attendance": _l("Attendance of a training session"),
    "survey_desk": _l("Answers after the training, in monitoring"),
    "certificates": _l("Register of certificates"),
    "administration.show_audit": _l("Record of acts"),
    "administration": _l("Administration"),
    "privacy_desk": _l("Requests about personal data"),
    "imports": _l("Imports"),
    "invitation_desk": _l("Invitations"),
    "invitations": _l("Invitations"),
    "mails": _l("Messages"),
}

#: Section, or section and field -> title, and how a value is written where it is a code.
WORDS: dict[str, Words] = {
    "account": Words(_l("Account")),
    "account.name": Words(_l("Name")),
    "account.email": Words(_l("E-mail address")),
    "account.phone": Words(_l("Phone")),
    "account.code": Words(_l("Personal code")),
    "account.function": Words(_l("Function")),
    "account.sex": Words(_l("Sex"), lambda value: Sex(value).label),
    "account.birth_year": Words(_l("Year of birth")),
    "account.organisation": Words(_l("Organisation")),
    "account.level": Words(_l("Level"), lambda value: Level(value).label),
    "account.region": Words(_l("Region")),
    "account.language": Words(_l("Language of messages"), LANGUAGE_NAMES.get),
    "account.appearance": Words(_l("Appearance"), APPEARANCES.get),
    "account.text_size": Words(_l("Text size"), TEXT_SIZES.get),
    "account.roles": Words(_l("Roles"), lambda value: Role(value).label),
    "account.created_at": Words(_l("Created on")),
    "account.name_confirmed_at": Words(_l("Name confirmed on")),
    "account.second_factor_since": Words(_l("Second factor since")),
    "account.recovery_codes": Words(_l("Recovery codes left")),
    "moves": Words(_l("Changes of place of work")),
    "moves.happened_on": Words(_l("Day")),
    "moves.from_organisation": Words(_l("Organisation before")),
    "moves.from_level": Words(_l("Level before"), lambda value: Level(value).label),
    "moves.from_region": Words(_l("Region before")),
    "moves.to_organisation": Words(_l("Organisation after")),
    "moves.to_level": Words(_l("Level after"), lambda value: Level(value).label),
    "moves.to_region": Words(_l("Region after")),
    "requests": Words(_l("Requests about personal data")),
    "requests.kind": Words(_l("Request"), lambda value: RequestKind(value).label),
    "requests.text": Words(_l("Text")),
    "requests.asked_at": Words(_l("Asked on")),
    "requests.due_on": Words(_l("Answer due on")),
    "requests.outcome": Words(_l("Outcome"), OUTCOMES.get),
    "requests.answer": Words(_l("Answer")),
    "notices_accepted": Words(_l("Notices read")),
    "notices_accepted.version": Words(_l("Version")),
    "notices_accepted.language": Words(_l("Language"), LANGUAGE_NAMES.get),
    "notices_accepted.at": Words(_l("Read on")),
    "links": Words(_l("Invitations and links")),
    "links.purpose": Words(_l("Purpose"), PURPOSES.get),
    "links.channel": Words(_l("How it was given"), CHANNELS.get),
    "links.created_at": Words(_l("Made on")),
    "links.used_at": Words(_l("Used on")),
    "messages": Words(_l("Messages")),
    "messages.subject": Words(_l("Subject")),
    "messages.at": Words(_l("Date")),
    "sign_ins": Words(_l("Sign-ins")),
    "sign_ins.device": Words(_l("Device")),
    "sign_ins.opened": Words(_l("Opened on")),
    "sign_ins.seen": Words(_l("Last use")),
    "imported": Words(_l("Lines of imported files")),
    "imported.line": Words(_l("Line")),
    "imported.values": Words(_l("Values")),
    "viewed_by": Words(_l("Who viewed my data")),
    "viewed_by.page": Words(_l("Page"), page_name),
    "viewed_by.at": Words(_l("Date")),
    "viewed_by.by": Words(_l("Viewed by")),
    "viewed_by.as": Words(_l("Roles"), lambda value: Role(value).label),
    "viewed_by.of": Words(_l("Organisation")),
}


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """Account, moves, requests, notices, links, messages, sign-ins, imported lines and who looked."""
    person = queries.get_person_or_none(db, person_id)
    if person is None:
        return {}
    return {
        "account": _account(db, person),
        "moves": _moves(db, person_id),
        "requests": [
            {
                "kind": row.kind,
                "text": row.text,
                "asked_at": row.created_at.isoformat(),
                "due_on": row.due_on.isoformat(),
                "outcome": row.outcome,
                "answer": row.answer,
            }
            for row in db.scalars(_of(PrivacyRequest, person_id))
        ],
        "notices_accepted": [
            {"version": row.version, "language": row.lang, "at": row.accepted_at.isoformat()}
            for row in db.scalars(_of(NoticeAcceptance, person_id))
        ],
        "links": [
            {
                "purpose": row.purpose,
                "channel": row.channel,
                "created_at": row.created_at.isoformat(),
                "used_at": _moment(row.used_at),
            }
            for row in db.scalars(_of(OneTimeLink, person_id))
        ],
        "messages": [
            {"subject": row.subject, "at": row.created_at.isoformat()}
            for row in db.scalars(sa.select(mail.Mail).where(mail.Mail.recipient_id == person_id))
        ],
        "sign_ins": [
            {"device": row.device, "opened": row.created_at.isoformat(), "seen": row.last_seen_at.isoformat()}
            for row in db.scalars(_of(SignIn, person_id))
        ],
        "imported": [
            {"line": row.number, "values": [str(value) for value in row.cells.values() if value]}
            for row in db.scalars(sa.select(ImportRow).where(_import_rows(person)))
        ],
        "viewed_by": [
            {
                "page": entry.page,
                "at": entry.happened_at.isoformat(),
                "by": viewer.name.as_dict(),
                "as": [grant.role for grant in viewer.grants if grant.role != Role.LEARNER],
                "of": viewer.organisation.name.as_dict() if viewer.organisation else None,
            }
            for entry, viewer in queries.views_of(db, person_id, limit=MOST_VIEWS)
        ],
    }


def _account(db: Session, person: Person) -> dict[str, Any]:
    factor = db.get(SecondFactor, person.id)
    codes = sa.select(sa.func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return {
        "name": person.name.as_dict(),
        "email": person.email,
        "phone": person.phone,
        "code": person.code,
        "function": person.function.as_dict(),
        "sex": person.sex,
        "birth_year": person.birth_year,
        "organisation": person.organisation.name.as_dict() if person.organisation else None,
        "level": person.level,
        "region": person.region.name.as_dict() if person.region else None,
        "language": person.lang,
        "appearance": person.theme,
        "text_size": person.text_size,
        "roles": sorted(grant.role for grant in person.grants),
        "created_at": person.created_at.isoformat(),
        "name_confirmed_at": _moment(person.name_confirmed_at),
        "second_factor_since": _moment(factor.confirmed_at) if factor else None,
        "recovery_codes": db.scalar(codes) or 0,
    }


def _moves(db: Session, person_id: int) -> list[dict[str, Any]]:
    rows = list(db.scalars(_of(Transfer, person_id)))
    organisations = {one.id: one.name.as_dict() for one in db.scalars(sa.select(Organisation))} if rows else {}
    regions = {one.id: one.name.as_dict() for one in db.scalars(sa.select(Region))} if rows else {}
    return [
        {
            "happened_on": row.happened_on.isoformat(),
            "from_organisation": organisations.get(row.from_organisation_id),
            "from_level": row.from_level,
            "from_region": regions.get(row.from_region_id),
            "to_organisation": organisations.get(row.to_organisation_id),
            "to_level": row.to_level,
            "to_region": regions.get(row.to_region_id),
        }
        for row in rows
    ]


def _of(model: Any, person_id: int) -> Any:
    return sa.select(model).where(model.person_id == person_id).order_by(model.id)


def _moment(value: dt.datetime | None) -> str | None:
    return value.isoformat() if value else None


def _marks_of(person: Person) -> list[str]:
    """What would point to the person in a text: full names, address, telephone, own code.

    A name of one word would point to others as well.
    """
    names = [name for name in (person.name.ar, person.name.fr) if " " in name]
    return [mark for mark in (*names, person.email, person.phone, person.code) if mark]


def _holds(column: Any, marks: Iterable[str]) -> sa.ColumnElement[bool]:
    """Condition: a text, or JSON as it is stored, holds one of the marks, in small letters or not."""
    text = sa.cast(column, sa.Text)
    written = {form for mark in marks for form in (mark, json.dumps(mark)[1:-1])}
    return sa.or_(
        sa.false(),
        *(text.contains(form, autoescape=True) for form in written),
        *(sa.func.lower(text).contains(form.lower(), autoescape=True) for form in written),
    )


def _import_rows(person: Person) -> sa.ColumnElement[bool]:
    """Lines of imported files about the person, whether the file was confirmed or not."""
    marks = _marks_of(person)
    of_people = ImportRow.batch_id.in_(sa.select(ImportBatch.id).where(ImportBatch.kind == "people"))
    return sa.or_(
        sa.and_(ImportRow.subject_id == person.id, of_people),
        _holds(ImportRow.cells, marks),
        _holds(ImportRow.before, marks),
    )


def anonymise(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Wipe every personal field; counts keep a person without a face. Twice does no harm."""
    person = db.get_one(Person, person_id)
    if person.anonymised_at is not None:
        return
    marks = _marks_of(person)
    db.execute(sa.update(ImportRow).where(_import_rows(person)).values(cells={}, before=None))
    random_name = secrets.token_hex(4)
    services.rename(person, Bilingual(random_name, random_name))
    person.email = person.phone = person.code = person.password_hash = person.birth_year = None
    person.theme = person.text_size = None
    person.function = Bilingual("", "")
    person.anonymised_at = now
    db.flush()
    for table in (
        SignIn, OneTimeLink, NoticeAcceptance, AccessEntry, Transfer, SecondFactor, RecoveryCode, RoleGrant,
    ):  # fmt: skip
        db.execute(sa.delete(table).where(table.person_id == person_id))
    db.expire(person, ["grants"])
    db.execute(sa.delete(NotTheSame).where(sa.or_(NotTheSame.first_id == person_id, NotTheSame.second_id == person_id)))
    db.execute(
        sa.delete(PersonMerge).where(sa.or_(PersonMerge.kept_id == person_id, PersonMerge.merged_id == person_id))
    )
    _close_requests(db, person_id, now=now)
    mail.forget_recipient(db, person_id)
    _forget_mentions(db, person_id, marks)
    audit.record(db, "accounts.anonymise", actor_id=None, subject=person, now=now)


def _close_requests(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Requests stay as counts; a deletion that waited is done by this."""
    mine = PrivacyRequest.person_id == person_id
    db.execute(sa.update(PrivacyRequest).where(mine).values(text="", answer=""))
    db.execute(
        sa.update(PrivacyRequest)
        .where(mine, PrivacyRequest.answered_at.is_(None))
        .values(outcome="done", answered_at=now)
    )


def _forget_mentions(db: Session, person_id: int, marks: list[str]) -> None:
    """Messages to others and details of acts that name the person: the chain of acts holds without its details."""
    columns = (mail.Mail.subject, mail.Mail.text, mail.Mail.address, mail.Mail.attachments)
    mail.forget(db, list(db.scalars(sa.select(mail.Mail.id).where(sa.or_(*(_holds(one, marks) for one in columns))))))
    about = sa.select(audit.AuditEntry.id).where(
        audit.AuditEntry.subject_type == "person", audit.AuditEntry.subject_id == person_id
    )
    detail = audit.AuditDetail
    db.execute(
        sa.delete(detail).where(
            sa.or_(detail.entry_id.in_(about), _holds(detail.reason, marks), _holds(detail.values, marks))
        )
    )
