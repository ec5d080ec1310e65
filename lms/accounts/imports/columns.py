"""Columns that a file of people or organisations may have, and how their headings are recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.bilingual import Bilingual
from lms.core.text import fold


@dataclass(frozen=True)
class Column:
    """One column: its heading in both languages, what goes in, an example."""

    key: str
    heading: Bilingual
    rule: Any
    example: Bilingual
    is_required: bool = False


PEOPLE = (
    Column(
        "name_ar", Bilingual("الاسم بالعربية", "Nom en arabe"),
        _l("Given name and family name in Arabic script. One of the two names is enough."),
        Bilingual("نادية الفاسي", "نادية الفاسي"),
    ),
    Column(
        "name_fr", Bilingual("الاسم بالفرنسية", "Nom en français"),
        _l("Given name and family name in Latin script. One of the two names is enough."),
        Bilingual("Nadia El Fassi", "Nadia El Fassi"),
    ),
    Column(
        "email", Bilingual("البريد الإلكتروني", "Adresse électronique"),
        _l("Left empty for people without an address: they get a personal code."),
        Bilingual("nadia@exemple.ma", "nadia@exemple.ma"),
    ),
    Column(
        "phone", Bilingual("الهاتف", "Téléphone"),
        _l("Optional. A number without country is taken as Moroccan."),
        Bilingual("0612345678", "06 12 34 56 78"),
    ),
    Column(
        "organisation", Bilingual("الهيئة", "Organisme"),
        _l("The name or the short name, in one of the two languages."),
        Bilingual("مكتب التكوين المهني وإنعاش الشغل", "OFPPT"),
        is_required=True,
    ),
    Column(
        "level", Bilingual("المستوى", "Niveau"),
        _l("Central or regional. Left empty: regional where a region is given, else central."),
        Bilingual("جهوي", "régional"),
    ),
    Column(
        "region", Bilingual("الجهة", "Région"),
        _l("Needed at the regional level."),
        Bilingual("سوس-ماسة", "Souss-Massa"),
    ),
    Column(
        "function_ar", Bilingual("المهمة بالعربية", "Fonction en arabe"),
        _l("Optional."), Bilingual("رئاسة مصلحة", "رئاسة مصلحة"),
    ),
    Column(
        "function_fr", Bilingual("المهمة بالفرنسية", "Fonction en français"),
        _l("Optional."), Bilingual("Chefferie de service", "Chefferie de service"),
    ),
    Column(
        "sex", Bilingual("الجنس", "Sexe"),
        _l("Optional: woman or man; it serves only to count the people trained."),
        Bilingual("امرأة", "Femme"),
    ),
    Column(
        "birth_year", Bilingual("سنة الازدياد", "Année de naissance"),
        _l("Optional: four digits, or a date."), Bilingual("1984", "1984"),
    ),
    Column(
        "lang", Bilingual("لغة الرسائل", "Langue des messages"),
        _l("Optional: Arabic or French."), Bilingual("العربية", "français"),
    ),
)  # fmt: skip

ORGANISATIONS = (
    Column(
        "key", Bilingual("الرمز", "Code"),
        _l("Small Latin letters, digits and hyphens; it never changes."), Bilingual("ofppt", "ofppt"), is_required=True,
    ),
    Column(
        "name_ar", Bilingual("الاسم بالعربية", "Nom en arabe"), _l("The full name in Arabic."),
        Bilingual("مكتب التكوين المهني وإنعاش الشغل", "مكتب التكوين المهني وإنعاش الشغل"), is_required=True,
    ),
    Column(
        "name_fr", Bilingual("الاسم بالفرنسية", "Nom en français"), _l("The full name in French."),
        Bilingual(
            "Office de la formation professionnelle et de la promotion du travail",
            "Office de la formation professionnelle et de la promotion du travail",
        ),
        is_required=True,
    ),
    Column(
        "short_ar", Bilingual("الاسم المختصر بالعربية", "Nom court en arabe"),
        _l("Left empty: the full name."), Bilingual("مكتب التكوين المهني", "مكتب التكوين المهني"),
    ),
    Column(
        "short_fr", Bilingual("الاسم المختصر بالفرنسية", "Nom court en français"),
        _l("Left empty: the full name."), Bilingual("OFPPT", "OFPPT"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Headings:
    """Which column of the file is which, what was not understood and what is missing."""

    keys: dict[int, str]
    unknown: list[str]
    missing: list[Column]


def recognise(heading: Sequence[str], columns: Sequence[Column]) -> Headings:
    """Match a heading by its words in either language, or the column's own key; of two equal ones the first counts."""
    names = {}
    for column in columns:
        for word in (column.heading.ar, column.heading.fr, column.key, column.key.replace("_", " ")):
            names[_plain(word)] = column.key
    keys: dict[int, str] = {}
    unknown = []
    for place, word in enumerate(heading):
        key = names.get(_plain(word))
        if key and key not in keys.values():
            keys[place] = key
        elif word:
            unknown.append(word)
    missing = [column for column in columns if column.is_required and column.key not in keys.values()]
    if not {"name_ar", "name_fr"} & set(keys.values()):
        missing += [column for column in columns if column.key in ("name_ar", "name_fr") and column not in missing]
    return Headings(keys, unknown, missing)


def _plain(word: str) -> str:
    return fold(word.replace("*", " ").replace("_", " "))
