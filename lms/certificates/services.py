"""Issuing, drawing, revoking. The register is append-only; files are stored once. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.certificates import codes, drawing, facts, queries, rules
from lms.certificates.errors import (
    AlreadyIssued,
    NameNotConfirmed,
    NameNotPrintable,
    NotEligible,
    OrganisationNotPrintable,
)
from lms.certificates.models import Certificate, CertificateCounter, CertificateFile, Kind
from lms.certificates.rules import Rule
from lms.core import audit, clock, jobs
from lms.core import db as database
from lms.core.audit import GENESIS
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.curriculum import queries as curriculum
from lms.documents import has_room, signing, undrawable, unprintable
from lms.documents.keyring import SigningFailed
from lms.programme.models import Enrolment
from lms.programme.queries import get_enrolment_or_none

log = logging.getLogger(__name__)

DRAW = "certificates.draw"


def issue(
    db: Session,
    enrolment: Enrolment,
    rule: Rule,
    *,
    actor_id: int | None = None,
    reason: str = "",
    replaces: Certificate | None = None,
    now: dt.datetime,
) -> Certificate:
    """Write the register's next line with its facts frozen; a job draws the file after the commit.

    Raises NotEligible, NameNotConfirmed, NameNotPrintable, OrganisationNotPrintable, or AlreadyIssued. Two issues at
    the same moment meet at the counter's lock and at the unique key (enrolment, rule, revision): one line is written.
    """
    year = local_date(now).year
    number = _next_number(db, year)
    before = queries.current(db, enrolment.id, rule.key)
    if before is not None and replaces is None:
        raise AlreadyIssued
    met = next((one for one in rules.eligibility(db, enrolment) if one.rule == rule), None)
    if met is None or not met.is_met:
        raise NotEligible
    if enrolment.person.name_confirmed_at is None:
        raise NameNotConfirmed
    _check_name(enrolment.person.name)
    _check_organisation(enrolment)
    code = codes.new_code()
    serial = codes.serial(year, number)
    content = curriculum.current(db)
    certificate = Certificate(
        enrolment_id=enrolment.id,
        rule=rule.key,
        revision=before.revision + 1 if before else 1,
        year=year,
        number=number,
        serial=serial,
        code=code,
        facts=facts.freeze(
            enrolment,
            rule,
            content,
            met.evidence,
            facts.issuing(db, content),
            serial=serial,
            url=accounts.public_address(f"/v/{code}"),
            issued_on=local_date(now),
            replaces=replaces.serial if replaces else None,
        ),
        evidence=dict(met.evidence),
        issued_at=now,
        issued_by_id=actor_id,
        previous_hash=queries.last_hash(db) or GENESIS,
        hash="",
    )
    certificate.hash = line_hash(certificate)
    db.add(certificate)
    db.flush()
    if replaces is not None:
        replaces.replaced_by_id = certificate.id
        db.flush()
    audit.record(db, "certificates.issue", actor_id=actor_id, subject=certificate, reason=reason, now=now)
    jobs.start(db, DRAW, certificate_id=certificate.id, now=now)
    return certificate


def confirm_and_issue(
    db: Session, enrolment: Enrolment, rule: Rule, name: Bilingual, *, now: dt.datetime
) -> Certificate:
    """Take the spellings that the holder confirms, then issue. Raises NameNotPrintable, or as ``issue``.

    The register's lock comes first, as in every issue: two of them never wait for each other.
    """
    _check_name(name)
    _locked_counter(db, local_date(now).year)
    accounts.confirm_name(db, enrolment.person, name, now=now)
    return issue(db, enrolment, rule, now=now)


def _check_name(name: Bilingual) -> None:
    """Refuse before the issue what could not be drawn after it."""
    characters = unprintable(name.ar + name.fr)
    if characters or not (has_room(name.ar) and has_room(name.fr)):
        raise NameNotPrintable(characters)


def _check_organisation(enrolment: Enrolment) -> None:
    """As ``_check_name``; an organisation's name may hold any sign that the faces have."""
    name = enrolment.organisation.name if enrolment.organisation else Bilingual("", "")
    if characters := undrawable(name.ar + name.fr):
        raise OrganisationNotPrintable(characters)


def _next_number(db: Session, year: int) -> int:
    """The next number of the year. The row's lock makes issues queue, so numbers and hashes form one chain."""
    row = _locked_counter(db, year)
    row.last += 1
    db.flush()
    return row.last


def _locked_counter(db: Session, year: int) -> CertificateCounter:
    database.insert_if_absent(db, CertificateCounter, year=year, last=0)
    return db.get_one(CertificateCounter, year, with_for_update=True)


def draw(db: Session, certificate_id: int) -> None:
    """Job: draw and sign one certificate outside any writing transaction, then store it. Twice does no harm."""
    certificate = db.get(Certificate, certificate_id)
    if certificate is None or db.get(CertificateFile, certificate_id) is not None:
        return
    values = dict(certificate.facts)
    scans = queries.scans(db, facts.scans(values))
    db.rollback()
    pdf = signed_pdf(values, scans)
    database.use_mode(database.WRITE)
    store(db, certificate_id, pdf, now=clock.now())


def signed_pdf(values: Mapping[str, Any], scans: Mapping[str, bytes] | None = None) -> bytes:
    """The document of frozen facts, signed. Raises SigningFailed, before anything is drawn, and CannotDraw."""
    keyring = current_app.extensions["keyring"]
    keyring.signing()
    return signing.sign(drawing.draw(values, scans), keyring)


def store(db: Session, certificate_id: int, pdf: bytes, *, now: dt.datetime) -> None:
    """Keep the bytes with their hash; the first ones stay."""
    if db.get(CertificateFile, certificate_id, with_for_update=True) is not None:
        return
    db.add(
        CertificateFile(certificate_id=certificate_id, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), drawn_at=now)
    )
    db.flush()


def draw_missing(db: Session) -> None:
    """Job: draw what a stopped worker left undrawn; nothing while no key can sign it."""
    try:
        current_app.extensions["keyring"].check_ready()
    except SigningFailed:
        log.exception("certificates wait for the signing key")
        return
    for certificate_id in queries.undrawn(db):
        jobs.start(db, DRAW, certificate_id=certificate_id, now=clock.now())


def revoke(db: Session, certificate: Certificate, *, actor_id: int | None, reason: str, now: dt.datetime) -> None:
    """Take a certificate back; the public page says so at once. The reason stays inside."""
    certificate.revoked_at = now
    audit.record(db, "certificates.revoke", actor_id=actor_id, subject=certificate, reason=reason, now=now)
    db.flush()


def reissue(
    db: Session, certificate: Certificate, *, actor_id: int | None, reason: str, now: dt.datetime
) -> Certificate:
    """A corrected certificate: new serial and code, the old one says « replaced »."""
    enrolment = get_enrolment_or_none(db, certificate.enrolment_id)
    if enrolment is None:
        raise NotEligible
    kind, _sep, modules = certificate.rule.partition(":")
    rule = Rule(Kind(kind), tuple(modules.split("+")))
    return issue(db, enrolment, rule, actor_id=actor_id, reason=reason, replaces=certificate, now=now)


def line_hash(certificate: Certificate) -> str:
    """What chains a line to the one before: everything that must never change."""
    values: list[Any] = [
        certificate.serial,
        certificate.code,
        certificate.enrolment_id,
        certificate.rule,
        certificate.facts,
        certificate.evidence,
        certificate.issued_at.isoformat(),
        certificate.previous_hash,
    ]
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def newest_lines_fit(db: Session, *, limit: int) -> bool:
    """Whether the register's newest lines are as they were written and follow each other: a look, not the check."""
    newest = queries.newest(db, limit=limit + 1)
    pairs = zip(newest, [*newest[1:], None], strict=False)  # an empty register has no pair
    for line, before in list(pairs)[:limit]:
        previous = before.hash if before else GENESIS
        if line_hash(line) != line.hash or line.previous_hash != previous:
            return False
    return True


def first_broken_line(db: Session) -> str | None:
    """Serial of the first line that was changed or whose file was; None when the register is whole."""
    previous = GENESIS
    for certificate in queries.register(db):
        file = db.get(CertificateFile, certificate.id)
        whole = file is None or hashlib.sha256(bytes(file.pdf)).hexdigest() == file.sha256
        if certificate.previous_hash != previous or line_hash(certificate) != certificate.hash or not whole:
            return certificate.serial
        previous = certificate.hash
    return None
