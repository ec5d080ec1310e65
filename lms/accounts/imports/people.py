"""A line of a file of people: what its cells mean, whom it is about, what it would change."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.imports import columns
from lms.accounts.imports.checking import Checked, Line
from lms.accounts.models import ImportRow, Level, Organisation, OrganisationAlias, Person, Region, RoleGrant, Sex
from lms.accounts.services.editing import KEYS, edit_person, facts_of
from lms.accounts.services.people import create_person
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.text import clean_line, fold, phone_number, plain_digits, tight

COLUMNS = columns.PEOPLE
_LEVELS = {
    "central": Level.CENTRAL, "niveau central": Level.CENTRAL, "مركزي": Level.CENTRAL, "المستوي المركزي": Level.CENTRAL,
    "regional": Level.REGIONAL, "niveau regional": Level.REGIONAL, "جهوي": Level.REGIONAL,
    "المستوي الجهوي": Level.REGIONAL,
}  # fmt: skip
_SEXES = {
    "f": Sex.WOMAN, "femme": Sex.WOMAN, "feminin": Sex.WOMAN, "امراه": Sex.WOMAN, "انثي": Sex.WOMAN,
    "m": Sex.MAN, "h": Sex.MAN, "homme": Sex.MAN, "masculin": Sex.MAN, "رجل": Sex.MAN, "ذكر": Sex.MAN,
}  # fmt: skip
_LANGUAGES = {
    "ar": "ar", "arabe": "ar", "العربيه": "ar", "عربيه": "ar",
    "fr": "fr", "francais": "fr", "الفرنسيه": "fr", "فرنسيه": "fr",
}  # fmt: skip
_OLDEST_YEAR = 1930
_YOUNGEST_AGE = 16


@dataclass
class Known:
    """What is there already, as far as a file of people can be about it; asked once for a file."""

    organisations: dict[str, int]
    regions: dict[str, int]
    by_id: dict[int, Person] = field(default_factory=dict)
    by_email: dict[str, Person] = field(default_factory=dict)
    by_phone: dict[str, Person] = field(default_factory=dict)
    by_name: dict[tuple[str, int | None], Person] = field(default_factory=dict)


def spellings(db: Session) -> dict[str, int]:
    """Every known spelling of an organisation, folded -> its id."""
    organisations = queries.organisations(db)
    in_use = {one.id for one in organisations}
    found = {row.folded: row.organisation_id for row in db.scalars(sa.select(OrganisationAlias))}
    found = {folded: organisation_id for folded, organisation_id in found.items() if organisation_id in in_use}
    for one in organisations:
        for text in (one.key, one.name.ar, one.name.fr, one.short_name.ar, one.short_name.fr):
            found[tight(text)] = one.id
    return found


def check(db: Session, lines: Iterable[Line], *, today: dt.date) -> list[Checked]:
    """What each line would do, in the file's order. Writes nothing; the number of statements does not depend on it."""
    lines = list(lines)
    known = Known(spellings(db), _regions(db))
    checked = [_read(line, known, today) for line in lines]
    _look_up(db, checked, known)
    seen: dict[tuple[str, Any], int] = {}
    for one in checked:
        if one.outcome != "skipped":
            _compare(one, known, seen)
    return checked


def _regions(db: Session) -> dict[str, int]:
    return {tight(text): one.id for one in queries.regions(db) for text in (one.key, one.name.ar, one.name.fr)}


def _read(line: Line, known: Known, today: dt.date) -> Checked:
    """The values of the cells, with a sentence for each that cannot be understood."""
    one = Checked(line)
    if line.is_left_out:
        one.outcome = "skipped"
        return one
    values, errors = one.values, one.errors
    for key in ("name_ar", "name_fr", "function_ar", "function_fr"):
        values[key] = clean_line(line.text(key))
        if len(values[key]) > 120:
            errors[key] = _("At most 120 letters.")
        elif "?" in values[key] and key.startswith("name"):
            errors[key] = _("A question mark in a name: letters were lost when the file was saved.")
    if not values["name_ar"] and not values["name_fr"]:
        errors["name_fr"] = _("The name is needed in at least one script.")
    values["email"] = _email(line.text("email"), errors)
    values["phone"] = _phone(line.text("phone"), errors)
    values["organisation_id"] = _organisation(line, known, errors)
    _place(line, known, values, errors)
    values["sex"] = _word(line.text("sex"), _SEXES, "sex", errors, _("Woman, man, or nothing."))
    values["lang"] = _word(line.text("lang"), _LANGUAGES, "lang", errors, _("Arabic, French, or nothing."))
    values["birth_year"] = _birth_year(line.text("birth_year"), today, errors)
    errors.update(line.fault_sentences())
    return one


def _email(text: str, errors: dict[str, str]) -> str | None:
    if not text:
        return None
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        errors["email"] = _("A complete e-mail address is needed, for example nom@exemple.ma.")
        return None


def _phone(text: str, errors: dict[str, str]) -> str | None:
    if not text:
        return None
    number = phone_number(text)
    if number is None:
        errors["phone"] = _("This is not a telephone number, for example 0612345678.")
    return number


def _organisation(line: Line, known: Known, errors: dict[str, str]) -> int | None:
    text = line.text("organisation")
    found = known.organisations.get(tight(text)) if text else None
    if not text:
        errors["organisation"] = _("The organisation is needed.")
    elif found is None:
        errors["organisation"] = _("This organisation is not known. The right one can be chosen here.")
    return found


def _place(line: Line, known: Known, values: dict[str, Any], errors: dict[str, str]) -> None:
    region = line.text("region")
    values["region_id"] = known.regions.get(tight(region)) if region else None
    if region and values["region_id"] is None:
        errors["region"] = _("This region is not known.")
    level = _word(line.text("level"), _LEVELS, "level", errors, _("Central or regional."))
    values["level"] = str(level or (Level.REGIONAL if region else Level.CENTRAL))
    if values["level"] == Level.REGIONAL and not region:
        errors["region"] = _("The region is needed at the regional level.")


def _word(text: str, words: Mapping[str, Any], key: str, errors: dict[str, str], advice: str) -> Any:
    if not text:
        return None
    found = words.get(fold(text))
    if found is None:
        errors[key] = advice
    return str(found) if found is not None else None


def _birth_year(text: str, today: dt.date, errors: dict[str, str]) -> int | None:
    """1984, a date, or a date as text; the year is all that is kept."""
    if not text:
        return None
    plain = plain_digits(text).strip()
    found = re.fullmatch(r"(\d{4})|(\d{4})-\d\d-\d\d|\d{1,2}[/.\-]\d{1,2}[/.\-](\d{4})", plain)
    year = int(next(group for group in found.groups() if group)) if found else 0
    if not _OLDEST_YEAR <= year <= today.year - _YOUNGEST_AGE:
        errors["birth_year"] = _("A year of four digits is needed, for example 1984.")
        return None
    return year


def _look_up(db: Session, checked: list[Checked], known: Known) -> None:
    """People whom the lines may be about: same address, same number, or same organisation (then the name decides)."""
    emails = {one.values.get("email") for one in checked} - {None}
    phones = {one.values.get("phone") for one in checked} - {None}
    organisations = {one.values.get("organisation_id") for one in checked} - {None}
    names = {key for one in checked for key in _names(one.values)}
    query = sa.select(Person).where(Person.anonymised_at.is_(None), Person.merged_into_id.is_(None))
    for part in _parts(emails):
        for person in db.scalars(query.where(Person.email.in_(part))):
            known.by_email[person.email or ""] = person
    for part in _parts(phones):
        for person in db.scalars(query.where(Person.phone.in_(part)).order_by(Person.id.desc())):
            known.by_phone[person.phone or ""] = person
    if not organisations:
        return
    narrow: Any = sa.select(
        Person.id, sa.literal_column("name_ar"), sa.literal_column("name_fr"), Person.organisation_id
    ).where(Person.organisation_id.in_(organisations), Person.archived_at.is_(None), Person.merged_into_id.is_(None))
    alike = {
        row[0]
        for row in db.execute(narrow)
        if {(fold(row[1]), row[3]), (fold(row[2]), row[3])} & names
    }  # fmt: skip
    for part in _parts(alike):
        for person in db.scalars(query.where(Person.id.in_(part))):
            for name in (person.name.ar, person.name.fr):
                if name:
                    known.by_name[(fold(name), person.organisation_id)] = person


def _parts(values: set[Any], size: int = 500) -> Iterable[list[Any]]:
    ordered = sorted(values)
    return (ordered[start : start + size] for start in range(0, len(ordered), size))


def _names(values: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    texts = (values.get("name_ar"), values.get("name_fr"))
    return [(fold(text), values.get("organisation_id")) for text in texts if text]


def _compare(one: Checked, known: Known, seen: dict[tuple[str, Any], int]) -> None:
    """Say whether the line is new, the same, a change or a doubt that only a person can settle."""
    values = one.values
    _twice_in_file(one, seen)
    person = known.by_email.get(values["email"]) if values["email"] else None
    if person is None:
        person = _doubtful(one, known)
    if person is not None:
        one.subject_id = person.id
        if person.archived_at is not None or person.suspended_at is not None:
            one.errors.setdefault("email" if values["email"] else "name_fr", _("This account is closed or archived."))
        facts = facts_of(person)
        given = {key: values[key] for key in KEYS if values.get(key) not in (None, "")}
        one.changes = {key: (facts[key], new) for key, new in given.items() if facts[key] != new}
    if one.errors:
        one.outcome = "error"
    elif person is None:
        one.outcome = "new"
    else:
        one.outcome = "changed" if one.changes else "same"


def _twice_in_file(one: Checked, seen: dict[tuple[str, Any], int]) -> None:
    values = one.values
    keys = [("email", values["email"])] if values["email"] else [("name", key) for key in _names(values)]
    for key in keys:
        first = seen.setdefault(key, one.line.number)
        if first != one.line.number and one.line.same_person != "no":
            column = "email" if key[0] == "email" else _name_column(values)
            one.errors[column] = _("Already on line %(number)s. One of the two can be left out.", number=first)
            one.is_doubt = key[0] == "name"


def _doubtful(one: Checked, known: Known) -> Person | None:
    """Somebody with this name in this organisation, or with this number; asked about where addresses differ."""
    values = one.values
    alike = next((known.by_name[key] for key in _names(values) if key in known.by_name), None)
    by_phone = known.by_phone.get(values["phone"]) if values["phone"] else None
    found = alike or by_phone
    if found is None or one.line.same_person == "no":
        return None
    agrees = alike is not None and (not values["email"] or not found.email or alike is by_phone)
    if agrees or one.line.same_person == "yes":
        return found
    one.is_doubt = True
    one.errors[_name_column(values)] = _(
        "Somebody like this is there already: %(name)s. Is it the same person?", name=found.name.fr or found.name.ar
    )
    return found


def _name_column(values: Mapping[str, Any]) -> str:
    return "name_fr" if values["name_fr"] else "name_ar"


def write(db: Session, one: Checked, row: ImportRow, *, actor_id: int | None, now: dt.datetime) -> None:
    """Write what a checked line says; the row keeps what stood there before."""
    values = one.values
    if one.outcome == "new":
        organisation = db.get(Organisation, values["organisation_id"])
        person = create_person(
            db,
            name=Bilingual(values["name_ar"], values["name_fr"]),
            email=values["email"],
            phone=values["phone"],
            organisation=organisation,
            sex=values["sex"],
            birth_year=values["birth_year"],
            function=Bilingual(values["function_ar"], values["function_fr"]),
            lang=values["lang"] or ("fr" if values["name_fr"] else "ar"),
            level=values["level"],
            region=db.get(Region, values["region_id"]) if values["region_id"] else None,
            now=now,
        )
        db.add(RoleGrant(person_id=person.id, role=Role.LEARNER, granted_at=now))
        row.subject_id, row.before = person.id, None
    else:
        person = db.get_one(Person, one.subject_id)
        row.subject_id = person.id
        changed = {key: new for key, (_old, new) in one.changes.items()}
        row.before = edit_person(db, person, changed, actor_id=actor_id, now=now) if changed else {}


def learn(db: Session, lines: Iterable[Line]) -> None:
    """Remember spellings of organisations that somebody mended in this file."""
    known, past = spellings(db), {one.folded: one for one in db.scalars(sa.select(OrganisationAlias))}
    for line in lines:
        spelling = tight(line.spelling)
        chosen = known.get(tight(line.text("organisation")))
        if spelling and chosen and spelling not in known and len(spelling) <= 200:
            # What an archived organisation was called may stand for its successor.
            alias = past.get(spelling) or OrganisationAlias(folded=spelling)
            alias.organisation_id, alias.spelling = chosen, clean_line(line.spelling)[:200]
            db.add(alias)
            known[spelling] = chosen
    db.flush()
