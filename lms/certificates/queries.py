"""Every SELECT of the register."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.certificates.models import Certificate, CertificateFile
from lms.core.access import Role
from lms.core.profile import StoredImage
from lms.programme.models import Enrolment


def certificates_visible_to(actor: Actor) -> sa.Select[Certificate]:
    """Certificates that somebody may open: monitoring and administration all, everybody else their own."""
    query = sa.select(Certificate).join(Enrolment, Enrolment.id == Certificate.enrolment_id)
    if actor.roles & {Role.MONITOR, Role.ADMINISTRATOR}:
        return query
    return query.where(Enrolment.person_id == actor.person_id)


def of_person(db: Session, person_id: int) -> Sequence[tuple[Certificate, bool]]:
    """A person's certificates, newest first, each with whether its file is stored."""
    query = (
        sa.select(Certificate, CertificateFile.certificate_id.is_not(None))
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .outerjoin(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .where(Enrolment.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def current(db: Session, enrolment_id: int, rule: str) -> Certificate | None:
    """The newest certificate of a rule for an enrolment, or one that stands aside for it, whatever its state."""
    aside = sa.select(Enrolment.id).where(Enrolment.merged_into_id == enrolment_id)
    query = (
        sa.select(Certificate)
        .where(
            sa.or_(Certificate.enrolment_id == enrolment_id, Certificate.enrolment_id.in_(aside)),
            Certificate.rule == rule,
        )
        .order_by(Certificate.revision.desc(), Certificate.id.desc())
        .limit(1)
    )
    return db.scalars(query).first()


def by_code(db: Session, code: str) -> Certificate | None:
    return db.scalars(sa.select(Certificate).where(Certificate.code == code)).first()


def by_id(db: Session, certificate_id: int) -> Certificate | None:
    return db.get(Certificate, certificate_id)


def visible_file(db: Session, actor: Actor, certificate_id: int) -> tuple[Certificate, CertificateFile] | None:
    """A stored PDF with its line of the register, for somebody who may have it."""
    query = (
        certificates_visible_to(actor)
        .join(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .add_columns(CertificateFile)
        .where(Certificate.id == certificate_id)
    )
    row = db.execute(query).first()
    return (row[0], row[1]) if row else None


def by_file_hash(db: Session, sha256: str) -> Certificate | None:
    query = (
        sa.select(Certificate)
        .join(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .where(CertificateFile.sha256 == sha256)
    )
    return db.scalars(query).first()


def scans(db: Session, hashes: set[str]) -> dict[str, bytes]:
    """Pictures of signatures and stamps by their hash."""
    if not hashes:
        return {}
    query = sa.select(StoredImage.sha256, StoredImage.body).where(StoredImage.sha256.in_(hashes))
    return {row[0]: bytes(row[1]) for row in db.execute(query)}


def last_hash(db: Session) -> str | None:
    return db.scalars(sa.select(Certificate.hash).order_by(Certificate.id.desc()).limit(1)).first()


def newest(db: Session, *, limit: int) -> Sequence[Certificate]:
    """The register's last lines, newest first."""
    return db.scalars(sa.select(Certificate).order_by(Certificate.id.desc()).limit(limit)).all()


def oldest_and_newest_file(db: Session) -> Sequence[bytes]:
    """The documents of the first and of the last certificate that was drawn."""
    number = CertificateFile.certificate_id
    ends = sa.select(sa.func.min(number)).union(sa.select(sa.func.max(number)))
    return db.scalars(sa.select(CertificateFile.pdf).where(number.in_(ends))).all()


def register(db: Session) -> sa.ScalarResult[Certificate]:
    """All lines in order of issue."""
    return db.scalars(sa.select(Certificate).order_by(Certificate.id))


def undrawn(db: Session) -> Sequence[int]:
    """Ids of certificates whose file is not stored yet."""
    query = (
        sa.select(Certificate.id)
        .outerjoin(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .where(CertificateFile.certificate_id.is_(None))
    )
    return db.scalars(query).all()
