"""A line of a file of organisations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts.imports import columns
from lms.accounts.imports.checking import Checked, Line
from lms.accounts.models import ImportRow, Organisation
from lms.accounts.queries import places as queries
from lms.core import audit
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.text import clean_line, fold

COLUMNS = columns.ORGANISATIONS
_NAMES = ("name_ar", "name_fr", "short_ar", "short_fr")


def check(db: Session, lines: Iterable[Line], *, today: dt.date) -> list[Checked]:
    """What each line would do, in the file's order. Writes nothing."""
    stored = {one.key: one for one in db.scalars(sa.select(Organisation))}
    names = {fold(text): one.key for one in stored.values() for text in (one.name.ar, one.name.fr)}
    seen: dict[str, int] = {}
    return [_check(line, stored, names, seen) for line in lines]


def _check(line: Line, stored: dict[str, Organisation], names: dict[str, str], seen: dict[str, int]) -> Checked:
    one = Checked(line)
    if line.is_left_out:
        one.outcome = "skipped"
        return one
    values, errors = one.values, one.errors
    values["key"] = line.text("key").lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", values["key"]):
        errors["key"] = _("Small Latin letters, digits and hyphens are needed, for example ofppt.")
    for name in _NAMES:
        values[name] = clean_line(line.text(name))
        if len(values[name]) > 200:
            errors[name] = _("At most %(most)s letters.", most=200)
    for name in ("name_ar", "name_fr"):
        if not values[name]:
            errors[name] = _("The name is needed in both languages.")
        elif names.get(fold(values[name]), values["key"]) != values["key"]:
            errors[name] = _("Another organisation has this name.")
    first = seen.setdefault(values["key"], line.number)
    if first != line.number:
        errors["key"] = _("Already on line %(number)s. One of the two can be left out.", number=first)
    errors.update(line.fault_sentences())
    _compare(one, stored.get(values["key"]))
    return one


def _compare(one: Checked, stored: Organisation | None) -> None:
    if stored is not None:
        one.subject_id = stored.id
        facts = _facts(stored)
        one.changes = {
            name: (facts[name], one.values[name])
            for name in _NAMES
            if one.values[name] and facts[name] != one.values[name]
        }
        if stored.archived_at is not None:
            one.errors["key"] = _("This organisation is archived. It can be brought back first.")
    new_or_same = "new" if stored is None else "same"
    one.outcome = "error" if one.errors else "changed" if one.changes else new_or_same


def _facts(one: Organisation) -> dict[str, str]:
    return {
        "name_ar": one.name.ar, "name_fr": one.name.fr,
        "short_ar": one.short_name.ar, "short_fr": one.short_name.fr,
    }  # fmt: skip


def write(db: Session, one: Checked, row: ImportRow, *, actor_id: int | None, now: dt.datetime) -> None:
    """Write what a checked line says; the row keeps what stood there before."""
    values = one.values
    if one.outcome == "new":
        last = db.scalar(sa.select(sa.func.max(Organisation.position))) or 0
        stored = Organisation(key=values["key"], position=last + 1, name=EMPTY, short_name=EMPTY)
        row.before = None
        facts: dict[str, Any] = {name: values[name] for name in _NAMES}
        db.add(stored)
    else:
        stored = db.get_one(Organisation, one.subject_id)
        row.before = {name: old for name, (old, _new) in one.changes.items()}
        facts = {**_facts(stored), **{name: new for name, (_old, new) in one.changes.items()}}
    _set(stored, facts)
    db.flush()
    row.subject_id = stored.id
    if one.outcome == "new" or row.before:
        audit.record(
            db, "accounts.edit-organisation", actor_id=actor_id, subject=stored, now=now, before=row.before, after=facts
        )


def _set(stored: Organisation, facts: dict[str, str]) -> None:
    stored.name = Bilingual(facts["name_ar"], facts["name_fr"])
    stored.short_name = Bilingual(facts["short_ar"] or facts["name_ar"], facts["short_fr"] or facts["name_fr"])


def restore(db: Session, row: ImportRow, *, actor_id: int | None, now: dt.datetime) -> bool:
    """Set a changed organisation back; archive a new one, unless people belong to it by now. Says whether it did."""
    stored = db.get(Organisation, row.subject_id)
    if stored is None:
        return False
    if row.before is None:
        if queries.count_members(db, stored.id) or queries.count_focal_points(db, stored.id):
            return False
        stored.archived_at = now
    elif row.before:
        _set(stored, {**_facts(stored), **row.before})
    db.flush()
    audit.record(db, "accounts.undo-import", actor_id=actor_id, subject=stored, now=now)
    return True
