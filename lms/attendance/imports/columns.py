"""Columns of the files of this room, and how their headings are recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.bilingual import Bilingual
from lms.core.text import fold


@dataclass(frozen=True)
class FileColumn:
    """One column: its heading in both languages, what goes in."""

    key: str
    heading: Bilingual
    rule: Any
    is_required: bool = False
    #: False: stands in files that are taken away, for people; it is not read.
    is_read: bool = True
    #: Other headings it is known by.
    also: tuple[str, ...] = ()


_DAY = _l("As day/month/year or year-month-day, or a date of the spreadsheet.")
_TIME = _l("On the wall in Morocco, for example 09:00, 9h or 9h30.")
_READ_ONLY = _l("For people only: it is not read.")

SESSIONS = (
    FileColumn(
        "session", Bilingual("مرجع الحصة", "Séance"),
        _l("Rows with the same reference are half-days of one meeting; left empty: a meeting of its own."),
        also=("meeting", "reference", "référence de la séance", "الحصة"),
    ),
    FileColumn(
        "module", Bilingual("المجزوءة", "Module"), _l("Its title in one of the two languages."), is_required=True
    ),
    FileColumn("day", Bilingual("اليوم", "Jour"), _DAY, is_required=True, also=("date", "التاريخ")),
    FileColumn("start", Bilingual("البداية", "Début"), _TIME, is_required=True, also=("starts", "heure de début")),
    FileColumn("end", Bilingual("النهاية", "Fin"), _TIME, is_required=True, also=("ends", "heure de fin")),
    FileColumn("title_ar", Bilingual("العنوان بالعربية", "Titre en arabe"), _l("Optional.")),
    FileColumn("title_fr", Bilingual("العنوان بالفرنسية", "Titre en français"), _l("Optional.")),
    FileColumn(
        "mode", Bilingual("طريقة التنظيم", "Mode"),
        _l("In the room, online or both, in words. Left empty: in the room, or online where only a link is given."),
    ),
    FileColumn(
        "place", Bilingual("المكان", "Lieu"), _l("Needed unless it is online."), also=("venue",)
    ),
    FileColumn("link", Bilingual("الرابط", "Lien"), _l("Needed when it is held online, wholly or in part.")),
    FileColumn(
        "group", Bilingual("المجموعة", "Groupe"),
        _l("The name of a group in one of the two languages; left empty: for all participants."),
    ),
    FileColumn(
        "trainers", Bilingual("التأطير", "Animation"),
        _l("E-mail addresses of those who lead the meeting, with commas between; left empty: the whole team."),
        also=("led by", "trainer", "équipe de formation", "هيئة التكوين"),
    ),
)  # fmt: skip

MARKS = (
    FileColumn(
        "person", Bilingual("الرمز أو البريد الإلكتروني", "Code ou adresse électronique"),
        _l("The personal code or the e-mail address of somebody enrolled."), is_required=True,
        also=("code", "email", "e-mail", "adresse électronique", "البريد الإلكتروني", "الرمز"),
    ),
    FileColumn("name_ar", Bilingual("الاسم بالعربية", "Nom en arabe"), _READ_ONLY, is_read=False),
    FileColumn("name_fr", Bilingual("الاسم بالفرنسية", "Nom en français"), _READ_ONLY, is_read=False),
    FileColumn("organisation", Bilingual("الهيئة", "Organisme"), _READ_ONLY, is_read=False),
    FileColumn("module", Bilingual("المجزوءة", "Module"), _READ_ONLY, is_read=False),
    FileColumn("day", Bilingual("اليوم", "Jour"), _DAY, is_required=True, also=("date", "التاريخ")),
    FileColumn(
        "start", Bilingual("البداية", "Début"), _l("The beginning of the half-day, for example 09:00."),
        is_required=True, also=("starts", "heure de début"),
    ),
    FileColumn(
        "status", Bilingual("الحالة", "Statut"),
        _l("Its name in one of the two languages. A row without status, minutes and remark says nothing."),
        is_required=True, also=("présence", "الحضور"),
    ),
    FileColumn(
        "minutes", Bilingual("دقائق الحضور", "Minutes suivies"),
        _l("Optional, of somebody late or gone early: 0 to 720."), also=("minutes attended",),
    ),
    FileColumn("remark", Bilingual("ملاحظة", "Remarque"), _l("Optional, 300 letters at most.")),
)  # fmt: skip


@dataclass(frozen=True)
class Headings:
    """Which column of the file is which, what was not understood and what is missing."""

    keys: dict[int, str]
    unknown: list[str]
    missing: list[FileColumn]


def recognise(heading: Sequence[str], columns: Sequence[FileColumn]) -> Headings:
    """Match headings by their words in either language or the column's own key; of two equal ones the first counts."""
    names: dict[str, FileColumn] = {}
    for column in columns:
        for word in (column.heading.ar, column.heading.fr, column.key, column.key.replace("_", " "), *column.also):
            names.setdefault(_plain(word), column)
    keys: dict[int, str] = {}
    unknown = []
    for place, word in enumerate(heading):
        column_here = names.get(_plain(word))
        if column_here is None or column_here.key in keys.values():
            unknown += [word] if word else []
        elif column_here.is_read:
            keys[place] = column_here.key
    missing = [column for column in columns if column.is_required and column.key not in keys.values()]
    return Headings(keys, unknown, missing)


def _plain(word: str) -> str:
    return fold(word.replace("*", " ").replace("_", " "))
