"""Organisations and regions: their names, order, spellings and standing. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.errors import NameTaken, SpellingTaken, StillInUse
from lms.accounts.models import Organisation, OrganisationAlias, Region
from lms.accounts.queries import places as queries
from lms.accounts.services.standing import BRING_BACK_WITHIN, bring_back, put_away
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.edits import check_version
from lms.core.text import clean_line, fold, tight

LONGEST_KEY = 40


@dataclass(frozen=True)
class Names:
    """What an organisation is called; short names that are not given are the names."""

    name: Bilingual
    short_name: Bilingual

    def full(self) -> Names:
        name = Bilingual(clean_line(self.name.ar), clean_line(self.name.fr))
        short = Bilingual(clean_line(self.short_name.ar) or name.ar, clean_line(self.short_name.fr) or name.fr)
        return Names(name, short)

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name.as_dict(), "short_name": self.short_name.as_dict()}


def names_of(row: Organisation) -> Names:
    return Names(row.name, row.short_name)


def add_organisation(db: Session, names: Names, *, actor_id: int | None, now: dt.datetime) -> Organisation:
    """A new organisation, last in the official order. Raises NameTaken."""
    _one_at_a_time(db)
    names = names.full()
    _check_names(db, names.name, but=None, now=now)
    row = Organisation(
        key=_free_key(db, names.short_name.fr),
        name=names.name,
        short_name=names.short_name,
        position=queries.last_position(db) + 1,
    )
    db.add(row)
    db.flush()
    audit.record(db, "accounts.add-organisation", actor_id=actor_id, subject=row, now=now, after=names.as_dict())
    return row


def edit_organisation(
    db: Session, row: Organisation, names: Names, *, version: int | None, actor_id: int | None, now: dt.datetime
) -> None:
    """Store other names; the key stays, so that addresses and files still fit. Raises NameTaken, EditedMeanwhile."""
    _one_at_a_time(db)
    check_version(row, version)
    names, before = names.full(), names_of(row)
    if names == before:
        return
    _check_names(db, names.name, but=row.id, now=now)
    row.name, row.short_name = names.name, names.short_name
    db.flush()
    audit.record(
        db, "accounts.edit-organisation", actor_id=actor_id, subject=row, now=now,
        before=before.as_dict(), after=names.as_dict(),
    )  # fmt: skip


def move_organisation(db: Session, row: Organisation, *, up: bool, actor_id: int | None, now: dt.datetime) -> None:
    """One place up or down among those in use; at the end of the list nothing happens."""
    _one_at_a_time(db)
    ids = queries.in_use_ids(db)
    if row.id not in ids:
        return
    place = ids.index(row.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(ids):
        return
    ids[place], ids[other] = ids[other], ids[place]
    # Without counting a version: whoever has a form of one of them open changes names, not places.
    places = sa.case({one: number for number, one in enumerate(ids, 1)}, value=Organisation.id)
    db.execute(sa.update(Organisation).where(Organisation.id.in_(ids)).values(position=places))
    db.expire_all()
    audit.record(
        db, "accounts.move-organisation", actor_id=actor_id, subject=row, now=now,
        before={"position": place + 1}, after={"position": other + 1},
    )  # fmt: skip


def add_spelling(db: Session, row: Organisation, spelling: str, *, actor_id: int | None, now: dt.datetime) -> None:
    """Remember what else files call it. Raises SpellingTaken when it stands for another organisation."""
    _one_at_a_time(db)
    spelling = clean_line(spelling)
    folded = tight(spelling)
    for one in queries.named_since(db, now - BRING_BACK_WITHIN):
        if one.id != row.id and folded in _spellings(one):
            raise SpellingTaken(one.name)
    known = queries.meaning_of(db, folded)
    if known is not None and known.organisation_id != row.id:
        other = db.get_one(Organisation, known.organisation_id)
        if other.archived_at is None:
            raise SpellingTaken(other.name)
        # What an archived organisation was called may stand for its successor.
        db.delete(known)
        db.flush()
    elif known is not None or folded in _spellings(row):
        return
    db.add(OrganisationAlias(organisation_id=row.id, folded=folded, spelling=spelling))
    db.flush()
    audit.record(db, "accounts.add-spelling", actor_id=actor_id, subject=row, now=now, spelling=spelling)


def remove_spelling(
    db: Session, row: Organisation, alias: OrganisationAlias, *, actor_id: int | None, now: dt.datetime
) -> None:
    """Forget a spelling: the next file with it asks again. People already imported stay where they are."""
    spelling = alias.spelling
    db.delete(alias)
    db.flush()
    audit.record(db, "accounts.remove-spelling", actor_id=actor_id, subject=row, now=now, spelling=spelling)


def archive_organisation(
    db: Session, row: Organisation, *, reason: str, actor_id: int | None, now: dt.datetime
) -> None:
    """Put an organisation away. Raises StillInUse while people belong to it or are its focal points.

    Their enrolments, seats and figures keep naming it; only new people can no longer be put into it.
    """
    _one_at_a_time(db)
    people, focal_points = queries.count_members(db, row.id), queries.count_focal_points(db, row.id)
    if people or focal_points:
        raise StillInUse(people, focal_points)
    put_away(db, row, "accounts.archive-organisation", actor_id=actor_id, reason=reason, now=now)


def restore_organisation(db: Session, row: Organisation, *, actor_id: int | None, now: dt.datetime) -> None:
    """Take an archived organisation into use again. Raises TooLateToBringBack."""
    bring_back(db, row, "accounts.restore-organisation", actor_id=actor_id, now=now)


def edit_region(
    db: Session, row: Region, name: Bilingual, *, version: int | None, actor_id: int | None, now: dt.datetime
) -> None:
    """Store another spelling of a region's name. Raises EditedMeanwhile, NameTaken."""
    check_version(row, version)
    name, before = Bilingual(clean_line(name.ar), clean_line(name.fr)), row.name
    if name == before:
        return
    for other in db.scalars(sa.select(Region).where(Region.id != row.id)):
        _refuse_same(name, other.name)
    row.name = name
    db.flush()
    audit.record(
        db, "accounts.edit-region", actor_id=actor_id, subject=row, now=now,
        before={"name": before.as_dict()}, after={"name": name.as_dict()},
    )  # fmt: skip


def _one_at_a_time(db: Session) -> None:
    """Whoever changes the list waits for the one before: names, keys and places stay single."""
    db.execute(sa.select(Organisation.id).order_by(Organisation.id).with_for_update()).all()


def _check_names(db: Session, name: Bilingual, *, but: int | None, now: dt.datetime) -> None:
    for other in queries.named_since(db, now - BRING_BACK_WITHIN):
        if other.id != but:
            _refuse_same(name, other.name)


def _refuse_same(name: Bilingual, other: Bilingual) -> None:
    for lang in ("ar", "fr"):
        if fold(name[lang]) in {fold(other.ar), fold(other.fr)}:
            raise NameTaken(lang)


def _spellings(row: Organisation) -> set[str]:
    return {tight(text) for text in (row.key, row.name.ar, row.name.fr, row.short_name.ar, row.short_name.fr)}


def _free_key(db: Session, short: str) -> str:
    """What addresses and files call it: the French short name in small Latin letters, with a number if taken."""
    key = re.sub(r"[^a-z0-9]+", "-", fold(short)).strip("-")[: LONGEST_KEY - 5].strip("-") or "organisation"
    taken, number, free = queries.keys_like(db, key), 1, key
    while free in taken:
        number += 1
        free = f"{key}-{number}"
    return free
