"""Two accounts of one person become one, and two again. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts import events
from lms.accounts.errors import KeptIsSuspended, NotToBeMerged, OwnAccount, TooLateToBringBack
from lms.accounts.models import NotTheSame, Person, PersonMerge, RoleGrant
from lms.accounts.services.editing import KEYS, PLACE, facts_of
from lms.accounts.services.links import revoke_links
from lms.accounts.services.people import rename
from lms.accounts.services.sign_ins import close_sign_ins
from lms.accounts.services.standing import BRING_BACK_WITHIN
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.db import insert_if_absent
from lms.core.feature import room_of

#: What may be chosen from either account. The place of work is one choice: level and region go with the organisation.
MERGED_KEYS = (*KEYS, "code")


def merge_people(
    db: Session, kept_id: int, merged_id: int, *, take: Collection[str], actor_id: int, now: dt.datetime
) -> PersonMerge:
    """Make two accounts one; of the values named in ``take`` the merged account's stay.

    The account that stays must be one that may sign in; the other may be suspended, as doubles often are.
    Raises NotToBeMerged, OwnAccount or KeptIsSuspended.
    """
    kept, merged = _both(db, kept_id, merged_id)
    if any(one.archived_at or one.anonymised_at or one.merged_into_id for one in (kept, merged)):
        raise NotToBeMerged
    if merged.id == actor_id:
        raise OwnAccount
    if kept.suspended_at:
        raise KeptIsSuspended
    mine, theirs = _facts(kept), _facts(merged)
    taken = _taken(mine, theirs, take)
    freed = {key: theirs[key] for key in ("email", "code") if key in taken}
    _store(merged, dict.fromkeys(freed))
    merged.archived_at, merged.merged_into_id = now, kept.id
    # Freed first: an address belongs to one account.
    db.flush()
    _store(kept, taken)
    row = PersonMerge(kept_id=kept.id, merged_id=merged.id, merged_at=now, merged_by_id=actor_id, moved={})
    db.add(row)
    db.flush()
    own = {"before": {key: mine[key] for key in taken}, "after": taken, "freed": freed, **_move_roles(db, kept, merged)}
    for person in (kept, merged):
        close_sign_ins(db, person.id, now=now)
        revoke_links(db, person.id, now=now)
    answers = events.people_merged.send(row, db=db, now=now)
    row.moved = {"accounts": own, **{room_of(listener): moved for listener, moved in answers if moved is not None}}
    db.flush()
    audit.record(
        db, "accounts.merge", actor_id=actor_id, subject=kept, now=now,
        merge_id=row.id, merged_id=merged.id, before=own["before"], after=taken,
    )  # fmt: skip
    return row


def undo_merge(db: Session, row: PersonMerge, *, actor_id: int, now: dt.datetime) -> None:
    """Part the two accounts again. Raises TooLateToBringBack after 30 days or when it was done already."""
    kept, merged = _both(db, row.kept_id, row.merged_id)
    db.refresh(row)
    if row.undone_at or now - row.merged_at > BRING_BACK_WITHIN or kept.merged_into_id or merged.anonymised_at:
        raise TooLateToBringBack
    own = row.moved["accounts"]
    present, both = _facts(kept), (kept.id, merged.id)
    # What was changed since the merge stays as it was changed; an address or code given to somebody else stays theirs.
    back = {key: value for key, value in own["before"].items() if present[key] == own["after"][key]}
    _store(kept, {key: value for key, value in back.items() if not _is_others(db, key, value, both)})
    db.flush()
    back = {key: value for key, value in own["freed"].items() if _facts(kept)[key] != value}
    _store(merged, {key: value for key, value in back.items() if not _is_others(db, key, value, both)})
    merged.archived_at = merged.merged_into_id = None
    row.undone_at = now
    _part_roles(db, kept, merged, own, now)
    db.flush()
    events.merge_undone.send(row, db=db, now=now)
    for person in (kept, merged):
        close_sign_ins(db, person.id, now=now)
        revoke_links(db, person.id, now=now)
    audit.record(db, "accounts.undo-merge", actor_id=actor_id, subject=kept, now=now, merged_id=merged.id)


def tell_apart(db: Session, one_id: int, other_id: int, *, actor_id: int, now: dt.datetime) -> None:
    """Note that two people who look alike are two."""
    first, second = sorted((one_id, other_id))
    if first == second:
        raise NotToBeMerged
    if insert_if_absent(db, NotTheSame, first_id=first, second_id=second):
        subject = db.get_one(Person, first)
        audit.record(db, "accounts.not-the-same", actor_id=actor_id, subject=subject, now=now, other_id=second)


def _both(db: Session, kept_id: int, merged_id: int) -> tuple[Person, Person]:
    """The two rows, locked in one order whichever is kept."""
    ids = sorted({kept_id, merged_id})
    query = sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    found = {one.id: one for one in db.scalars(query.execution_options(populate_existing=True))}
    if len(found) != 2:
        raise NotToBeMerged
    return found[kept_id], found[merged_id]


def _taken(mine: dict[str, Any], theirs: dict[str, Any], take: Collection[str]) -> dict[str, Any]:
    """The values of the merged account that stay. An empty name never replaces one."""
    chosen = (set(take) - set(PLACE)) | (set(PLACE) if "organisation_id" in take else set())
    chosen -= {key for key in ("name_ar", "name_fr") if not theirs[key]}
    return {key: theirs[key] for key in MERGED_KEYS if key in chosen and theirs[key] != mine[key]}


def _is_others(db: Session, key: str, value: Any, both: tuple[int, int]) -> bool:
    """Whether a value that belongs to one account only is a third one's by now."""
    if key not in ("email", "code") or value is None:
        return False
    query = sa.select(Person.id).where(getattr(Person, key) == value, Person.id.not_in(both))
    return db.scalars(query).first() is not None


def _facts(person: Person) -> dict[str, Any]:
    return {**facts_of(person), "code": person.code}


def _store(person: Person, values: dict[str, Any]) -> None:
    after = {**_facts(person), **values}
    if {"name_ar", "name_fr"} & values.keys():
        rename(person, Bilingual(after["name_ar"], after["name_fr"]))
    if {"function_ar", "function_fr"} & values.keys():
        person.function = Bilingual(after["function_ar"], after["function_fr"])
    for key in values.keys() - {"name_ar", "name_fr", "function_ar", "function_fr"}:
        setattr(person, key, after[key])


def _move_roles(db: Session, kept: Person, merged: Person) -> dict[str, Any]:
    """Roles of the merged account go to the kept one; those that both hold are taken off."""
    held = {(one.role, one.organisation_id) for one in kept.grants}
    moved = [one.id for one in merged.grants if (one.role, one.organisation_id) not in held]
    double = [[one.role, one.organisation_id] for one in merged.grants if one.id not in moved]
    db.execute(sa.update(RoleGrant).where(RoleGrant.id.in_(moved)).values(person_id=kept.id))
    db.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == merged.id))
    db.expire(kept, ["grants"])
    db.expire(merged, ["grants"])
    return {"grants": moved, "double": double}


def _part_roles(db: Session, kept: Person, merged: Person, own: dict[str, Any], now: dt.datetime) -> None:
    mine = sa.and_(RoleGrant.id.in_(own["grants"]), RoleGrant.person_id == kept.id)
    db.execute(sa.update(RoleGrant).where(mine).values(person_id=merged.id))
    db.add_all(
        RoleGrant(person_id=merged.id, role=role, organisation_id=organisation_id, granted_at=now)
        for role, organisation_id in own["double"]
    )
    db.flush()
    db.expire(kept, ["grants"])
    db.expire(merged, ["grants"])
