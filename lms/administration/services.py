"""Changing the programme's settings and its signatories. Every act leaves an audit entry; flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core import audit, images, profile
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.core.edits import EditedMeanwhile, check_version
from lms.core.errors import DomainError
from lms.core.profile import Profile, Signatory

RESTORED_WITHIN = dt.timedelta(days=30)


class TooLateToRestore(DomainError):
    """Raised for something archived more than 30 days ago."""

    def __init__(self) -> None:
        super().__init__(_l("It was archived more than 30 days ago and cannot be restored any more."))


def save_settings(
    db: Session, values: Mapping[str, Any], *, version: int | None, actor_id: int, now: dt.datetime
) -> None:
    """Store the settings that differ, if any. Raises EditedMeanwhile."""
    _change(db, "administration.settings", values, version=version, actor_id=actor_id, now=now)


def require_second_factor(
    db: Session, is_required: bool, *, version: int | None, actor_id: int, now: dt.datetime
) -> None:
    """Whether staff sign in with a code too. Raises EditedMeanwhile."""
    values = {"second_factor_required": is_required}
    _change(db, "administration.second-factor", values, version=version, actor_id=actor_id, now=now)


def save_logo(db: Session, data: bytes | None, *, actor_id: int, now: dt.datetime) -> None:
    """A new logo, or none. Raises ImageRefused."""
    image = images.store(db, data, now=now) if data else None
    values = {"logo_id": image.id if image else None}
    _change(db, "administration.logo", values, version=profile.version(db), actor_id=actor_id, now=now)


def _change(
    db: Session, action: str, values: Mapping[str, Any], *, version: int | None, actor_id: int, now: dt.datetime
) -> None:
    if profile.version(db) != (version or 0):
        raise EditedMeanwhile
    row: Profile = profile.for_editing(db)
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    before = {name: _plain(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    db.flush()
    after = {name: _plain(value) for name, value in changed.items()}
    audit.record(db, action, actor_id=actor_id, subject=row, now=now, before=before, after=after)
    database.after_commit(profile.look_again)


def _plain(value: Any) -> Any:
    return value.as_dict() if isinstance(value, Bilingual) else value


def add_signatory(
    db: Session, name: Bilingual, function: Bilingual, scans: Mapping[str, bytes], *, actor_id: int, now: dt.datetime
) -> Signatory:
    """Somebody who signs after those who do already. ``scans``: "signature", "stamp" -> file. Raises ImageRefused."""
    present = profile.signatories(db)
    row = Signatory(name=name, function=function, position=present[-1].position + 1 if present else 1)
    _take_scans(db, row, scans, (), now=now)
    db.add(row)
    db.flush()
    audit.record(
        db, "administration.add-signatory", actor_id=actor_id, subject=row, now=now, after=_facts_of(row)
    )  # fmt: skip
    return row


def change_signatory(
    db: Session,
    row: Signatory,
    name: Bilingual,
    function: Bilingual,
    scans: Mapping[str, bytes],
    *,
    dropped: Collection[str],
    version: int | None,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Store name, function and scans; ``dropped`` scans go. Raises EditedMeanwhile, ImageRefused."""
    check_version(row, version)
    before = _facts_of(row)
    _take_scans(db, row, scans, dropped, now=now)
    if row.name != name:
        row.name = name
    if row.function != function:
        row.function = function
    db.flush()
    if (after := _facts_of(row)) != before:
        audit.record(
            db, "administration.change-signatory", actor_id=actor_id, subject=row, now=now, before=before, after=after
        )


def _take_scans(
    db: Session, row: Signatory, scans: Mapping[str, bytes], dropped: Collection[str], *, now: dt.datetime
) -> None:
    for kind in ("signature", "stamp"):
        if data := scans.get(kind):
            try:
                setattr(row, kind, images.store(db, data, now=now))
            except images.ImageRefused as error:
                error.field = kind
                raise
        elif kind in dropped:
            setattr(row, kind, None)


def _facts_of(row: Signatory) -> dict[str, Any]:
    return {
        "name": row.name.as_dict(),
        "function": row.function.as_dict(),
        "signature": row.signature.sha256[:12] if row.signature else None,
        "stamp": row.stamp.sha256[:12] if row.stamp else None,
    }


def move_signatory(db: Session, row: Signatory, *, up: bool, actor_id: int, now: dt.datetime) -> None:
    """One place up or down; nothing at the ends and for archived people."""
    present = profile.signatories(db)
    if row not in present:
        return
    place = present.index(row)
    other = place + (-1 if up else 1)
    if not 0 <= other < len(present):
        return
    present[place], present[other] = present[other], present[place]
    for position, one in enumerate(present, start=1):
        if one.position != position:
            one.position = position
    db.flush()
    audit.record(db, "administration.move-signatory", actor_id=actor_id, subject=row, now=now, position=other + 1)


def archive_signatory(db: Session, row: Signatory, *, actor_id: int, now: dt.datetime) -> None:
    """Signs no more; certificates issued before stay as they are."""
    if row.archived_at is not None:
        return
    row.archived_at = now
    db.flush()
    audit.record(db, "administration.archive-signatory", actor_id=actor_id, subject=row, now=now)


def restore_signatory(db: Session, row: Signatory, *, actor_id: int, now: dt.datetime) -> None:
    """Back to the end of the list. Raises TooLateToRestore."""
    if row.archived_at is None:
        return
    if row.archived_at < now - RESTORED_WITHIN:
        raise TooLateToRestore
    present = profile.signatories(db)
    row.archived_at, row.position = None, present[-1].position + 1 if present else 1
    db.flush()
    audit.record(db, "administration.restore-signatory", actor_id=actor_id, subject=row, now=now)
