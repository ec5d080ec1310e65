"""Two accounts side by side: the values in which they differ, in words, and what was chosen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.accounts import codes
from lms.accounts.forms.own import LANGUAGE_CHOICES
from lms.accounts.models import Level, Organisation, Person, Region, Sex
from lms.core.bilingual import Bilingual

#: Key of ``merging.MERGED_KEYS`` -> its name, in the order of the page. The place of work is one choice.
NAMES: dict[str, Any] = {
    "name_ar": _l("Name in Arabic script"),
    "name_fr": _l("Name in Latin script"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "code": _l("Personal code"),
    "organisation_id": _l("Place of work"),
    "function_ar": _l("Function in Arabic"),
    "function_fr": _l("Function in French"),
    "sex": _l("Sex"),
    "birth_year": _l("Year of birth"),
    "lang": _l("Language of messages"),
}
#: Values that stand from left to right on every page.
LEFT_TO_RIGHT = frozenset({"email", "phone", "code", "birth_year"})
SIDES = ("first", "second")


@dataclass(frozen=True)
class Difference:
    """A value that differs; ``chosen``: the side that is proposed."""

    key: str
    label: Any
    texts: tuple[str, str]
    chosen: str
    is_ltr: bool
    lang: str | None


def compared(
    first: Person,
    second: Person,
    organisations: Mapping[int, Organisation],
    regions: Mapping[int, Region],
    *,
    lang: str,
    prefer: int,
) -> list[Difference]:
    """Values that differ. Proposed is that of the account with the id ``prefer``, or the one that is not empty."""
    words = [_words(person, organisations, regions, lang) for person in (first, second)]
    preferred = SIDES[0] if prefer == first.id else SIDES[1]
    return [
        Difference(
            key=key,
            label=label,
            texts=(words[0][key], words[1][key]),
            chosen=_fuller(words[0][key], words[1][key]) or preferred,
            is_ltr=key in LEFT_TO_RIGHT,
            lang=key[-2:] if key.endswith(("_ar", "_fr")) else None,
        )
        for key, label in NAMES.items()
        if words[0][key] != words[1][key]
    ]


def taken(form: Mapping[str, Any], side: str) -> set[str]:
    """Keys whose value was chosen from that side; what was not said stays as it is."""
    return {key for key in NAMES if form.get(f"take-{key}") == side}


def _fuller(one: str, other: str) -> str | None:
    """The only side that says something."""
    if one and other:
        return None
    return SIDES[0] if one else SIDES[1]


def _words(
    person: Person, organisations: Mapping[int, Organisation], regions: Mapping[int, Region], lang: str
) -> dict[str, str]:
    languages = {choice.value: choice.label for choice in LANGUAGE_CHOICES}
    return {
        "name_ar": person.name.ar,
        "name_fr": person.name.fr,
        "email": person.email or "",
        "phone": person.phone or "",
        "code": codes.grouped(person.code) if person.code else "",
        "organisation_id": _place(person, organisations, regions, lang),
        "function_ar": person.function.ar,
        "function_fr": person.function.fr,
        "sex": str(Sex(person.sex).label) if person.sex else "",
        "birth_year": str(person.birth_year or ""),
        "lang": str(languages[person.lang]),
    }


def _place(person: Person, organisations: Mapping[int, Organisation], regions: Mapping[int, Region], lang: str) -> str:
    names: list[Bilingual] = []
    if person.organisation_id:
        names.append(organisations[person.organisation_id].name)
    if person.region_id:
        names.append(regions[person.region_id].name)
    level = [] if person.region_id else [str(Level(person.level).label)]
    return " · ".join([*(name[lang] for name in names), *level])
