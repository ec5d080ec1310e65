"""Changing what is known of a person, whether a form, a file or an undo says so. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.errors import AddressTaken
from lms.accounts.models import Person, Transfer
from lms.accounts.services.links import revoke_links
from lms.accounts.services.people import rename
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date

#: Where somebody works: a change of one of these is a move.
PLACE = ("organisation_id", "level", "region_id")
#: The names that forms, files and undos use for what is known of a person.
KEYS = (
    "name_ar", "name_fr", "email", "phone", *PLACE, "function_ar", "function_fr", "sex", "birth_year", "lang",
)  # fmt: skip


def facts_of(person: Person) -> dict[str, Any]:
    """What is known of the person, by the names of ``KEYS``; JSON."""
    return {
        "name_ar": person.name.ar,
        "name_fr": person.name.fr,
        "email": person.email,
        "phone": person.phone,
        "organisation_id": person.organisation_id,
        "level": person.level,
        "region_id": person.region_id,
        "function_ar": person.function.ar,
        "function_fr": person.function.fr,
        "sex": person.sex,
        "birth_year": person.birth_year,
        "lang": person.lang,
    }


def edit_person(
    db: Session,
    person: Person,
    values: Mapping[str, Any],
    *,
    moved_on: dt.date | None = None,
    actor_id: int | None,
    now: dt.datetime,
) -> dict[str, Any]:
    """Store the ``values`` that differ; gives what stood there before, by name.

    Another place of work is written down as a move from ``moved_on`` (today unless told); enrolments keep what they
    copied. Another address ends the links sent to the old one. Raises AddressTaken.
    """
    known = facts_of(person)
    changed = {key: values[key] for key in KEYS if key in values and values[key] != known[key]}
    if not changed:
        return {}
    if changed.get("email") and queries.is_address_taken(db, changed["email"], by_other_than=person.id):
        raise AddressTaken
    if "email" in changed:
        revoke_links(db, person.id, now=now)
    if any(key in changed for key in PLACE):
        _note_move(db, person, {**known, **changed}, on=moved_on or local_date(now), actor_id=actor_id, now=now)
    after = {**known, **changed}
    if "name_ar" in changed or "name_fr" in changed:
        rename(person, Bilingual(after["name_ar"], after["name_fr"]))
    person.function = Bilingual(after["function_ar"], after["function_fr"])
    for key in ("email", "phone", *PLACE, "sex", "birth_year", "lang"):
        setattr(person, key, after[key])
    before = {key: known[key] for key in changed}
    db.flush()
    audit.record(db, "accounts.edit-person", actor_id=actor_id, subject=person, now=now, before=before, after=changed)
    return before


def _note_move(
    db: Session, person: Person, after: Mapping[str, Any], *, on: dt.date, actor_id: int | None, now: dt.datetime
) -> None:
    db.add(
        Transfer(
            person_id=person.id,
            happened_on=on,
            recorded_at=now,
            recorded_by_id=actor_id,
            from_organisation_id=person.organisation_id,
            from_level=person.level,
            from_region_id=person.region_id,
            to_organisation_id=after["organisation_id"],
            to_level=after["level"],
            to_region_id=after["region_id"],
        )
    )
