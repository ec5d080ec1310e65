"""The files of this room that people take away: templates, the check with comments, the list of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.imports.batches import KINDS
from lms.accounts.imports.checking import Checked
from lms.accounts.imports.columns import PEOPLE, Column
from lms.accounts.models import ImportBatch, Level, Person, Sex
from lms.core.i18n import current_language
from lms.documents.workbooks import About, Sheet, write_csv, write_xlsx


def places(db: Session) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen instead of a place that is not known: (what the cell gets, what the person reads)."""
    lang = current_language()
    return {
        "organisation": [(one.name[lang], one.name[lang]) for one in queries.organisations(db)],
        "region": [(one.name[lang], one.name[lang]) for one in queries.regions(db)],
    }


def template(db: Session, kind: str, form: str, lang: str) -> bytes:
    """Headings of the page's language with an example line; in a workbook also the rules and the accepted words."""
    columns = KINDS[kind].COLUMNS
    heading = [column.heading[lang] + (" *" if column.is_required else "") for column in columns]
    example = [column.example[lang] for column in columns]
    if form == "csv":
        return write_csv(heading, [example])
    rules = [[column.heading.ar, column.heading.fr, str(column.rule)] for column in columns]
    sheets = [
        Sheet(_("List"), heading, [example]),
        Sheet(_("Rules"), [_("Heading in Arabic"), _("Heading in French"), _("What goes in")], rules, (28, 28, 60)),
    ]
    if kind == "people":
        organisations = [[one.name.ar, one.name.fr, one.short_name.fr] for one in queries.organisations(db)]
        regions = [[one.name.ar, one.name.fr, ""] for one in queries.regions(db)]
        words = [_("In Arabic"), _("In French"), _("Short name")]
        sheets += [
            Sheet(_("Organisations"), words, organisations, (50, 50, 24)),
            Sheet(_("Regions"), words[:2], [row[:2] for row in regions], (36, 36)),
        ]
    return write_xlsx(sheets, lang=lang)


def commented(
    batch: ImportBatch, checked: Sequence[Checked], lang: str, *, made_by: str, made_at: dt.datetime
) -> bytes:
    """The lines as they stand, each with what is wrong in words."""
    columns = KINDS[batch.kind].COLUMNS
    heading = [*(column.heading[lang] for column in columns), _("Comments")]
    names = {column.key: column.heading[lang] for column in columns}
    lines = [
        [
            *(one.line.text(column.key) for column in columns),
            "\n".join(f"{names.get(key, '')}: {sentence}" for key, sentence in one.errors.items()),
        ]
        for one in checked
    ]
    about = About(
        title=_("Check of the file %(name)s", name=batch.filename),
        made_by=made_by,
        made_at=made_at,
        definitions=[*_rules(columns, lang), (_("Comments"), _("What keeps the line from being taken over."))],
        notes=_notes(),
    )
    return write_xlsx([Sheet(_("List"), heading, lines)], lang=lang, about=about, about_first=False)


def people(found: Sequence[Person], form: str, lang: str, *, made_by: str, made_at: dt.datetime) -> bytes:
    """People in the columns of the import, so that the file can be sent in again."""
    heading = [column.heading[lang] for column in PEOPLE]
    lines = [_line(person, lang) for person in found]
    if form == "csv":
        return write_csv(heading, lines)
    about = About(
        title=_("All people"),
        made_by=made_by,
        made_at=made_at,
        definitions=_rules(PEOPLE, lang),
        notes=_notes(),
    )
    return write_xlsx([Sheet(_("List"), heading, lines)], lang=lang, about=about, about_first=False)


def _rules(columns: Sequence[Column], lang: str) -> list[tuple[str, str]]:
    return [(column.heading[lang], str(column.rule)) for column in columns]


def _notes() -> list[str]:
    return [
        _("The file can be sent in again: its first sheet is read, by the headings of its columns."),
        _("It holds personal data: it is kept as long as it is needed and not passed on."),
    ]


def _line(person: Person, lang: str) -> list[Any]:
    return [
        person.name.ar,
        person.name.fr,
        person.email,
        person.phone,
        person.organisation.name[lang] if person.organisation else None,
        _LEVELS[person.level][lang == "fr"],
        person.region.name[lang] if person.region else None,
        person.function.ar,
        person.function.fr,
        _SEXES[person.sex][lang == "fr"] if person.sex else None,
        person.birth_year,
        _LANGUAGES[person.lang][lang == "fr"],
    ]


#: In Arabic, in French: words that the import reads again.
_LEVELS: dict[str, tuple[str, str]] = {Level.CENTRAL: ("مركزي", "central"), Level.REGIONAL: ("جهوي", "régional")}
_SEXES: dict[str, tuple[str, str]] = {Sex.WOMAN: ("امرأة", "Femme"), Sex.MAN: ("رجل", "Homme")}
_LANGUAGES = {"ar": ("العربية", "arabe"), "fr": ("الفرنسية", "français")}
