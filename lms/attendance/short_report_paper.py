"""The short report of a meeting as a paper: who came, and what the training team says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.accounts.models import Level, Sex
from lms.attendance.models import Meeting, ShortReport
from lms.attendance.models.short_reports import PARTS
from lms.attendance.queries.short_reports import Figures, GroupFigures
from lms.core.i18n import day_and_date, long_date
from lms.documents.blocks import Block, Grid, Heading, Paper, Paragraph, Span
from lms.documents.cell_values import runs_left
from lms.documents.fonts import drawable


@dataclass(frozen=True)
class Named:
    """Words of the meeting in the language of the paper."""

    lang: str
    programme: str
    title: str
    #: Heading of each part of the report.
    parts: Mapping[str, str]


def paper(meeting: Meeting, report: ShortReport | None, figures: Figures, named: Named, *, made_on: dt.date) -> Paper:
    """In the language of the page; letters that no face has are left out."""
    heading, title = _("Short report of the meeting"), drawable(named.title)
    blocks: list[Block] = [
        Heading(title, 1, "title"),
        Paragraph(drawable(f"{meeting.cohort.name[named.lang]} · {_when(meeting, named.lang)}"), "subtitle"),
        Heading(_("Who came"), 2),
        Paragraph(_said_of(figures), "small", keeps_with_next=True),
        _table(figures),
        Heading(_("The team’s words"), 2),
        *_words(report, named),
    ]
    return Paper(
        title=f"{heading} – {title}",
        lang=named.lang,
        author=named.programme,
        head=(named.programme, heading),
        made_on=made_on,
        blocks=tuple(blocks),
    )


def _when(meeting: Meeting, lang: str) -> str:
    days = sorted({one.day for one in meeting.taking_place})
    ends = dict.fromkeys([days[0], days[-1]]) if days else ()
    return " – ".join(day_and_date(day, lang) for day in ends)


def _said_of(figures: Figures) -> str:
    words = _("Closed half-days: %(closed)s of %(planned)s. For use inside the programme: small groups are shown.")
    return str(words % {"closed": figures.closed, "planned": figures.planned})


def _table(figures: Figures) -> Grid:
    head = (_("Group"), _("Enrolled"), _("Came to one half-day at least"), _("Came to all that are closed"))
    rows = [_row(name, one) for name, one in groups_of(figures)]
    return Grid(tuple(str(one) for one in head), tuple(rows))


def groups_of(figures: Figures) -> Iterator[tuple[str, GroupFigures]]:
    """Everybody, then by sex and by level, each with its name."""
    yield str(_("All people")), figures.all
    # Groups, not one person.
    sexes = {Sex.WOMAN.value: _("Women"), Sex.MAN.value: _("Men")}
    levels = {one.value: one.label for one in Level}
    for one in figures.by_sex:
        yield str(sexes.get(one.key or "", _("Sex not given"))), one
    for one in figures.by_level:
        yield str(levels.get(one.key or "", one.key)), one


def _row(name: str, one: GroupFigures) -> tuple[str, ...]:
    return (name, str(one.people), str(one.came), str(one.came_to_all))


def _words(report: ShortReport | None, named: Named) -> Iterator[Block]:
    if report is None:
        yield Paragraph(_("Nothing written yet"))
        return
    for part in PARTS:
        if text := getattr(report, part):
            yield Heading(named.parts[part], 3, "subheading")
            yield from (_typed(line) for one in text.splitlines() if (line := drawable(one.strip())))
    by = report.written_by.name[named.lang] if report.written_by else ""
    said = [_("Written on %(day)s", day=long_date(report.written_at, named.lang)), drawable(by)]
    yield Paragraph((Span(" · ".join(one for one in said if one)),), "small")


def _typed(words: str) -> Paragraph:
    """A paragraph as somebody typed it: it runs as its first letter does, whatever the language of the paper."""
    return Paragraph(words, lang="ar" if runs_left(words) else "fr")
