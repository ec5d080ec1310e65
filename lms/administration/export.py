"""The record of acts as a table for spreadsheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from lms.administration import acts
from lms.administration.queries import AuditFilters, AuditRow
from lms.core.bilingual import Bilingual
from lms.core.i18n import current_language, number
from lms.documents.workbooks import About, Sheet, write_csv, write_xlsx

KINDS = ("xlsx", "csv")
#: Newest acts that one file holds; the filters reach the others.
MOST_ROWS = 20_000


def table(
    kind: str,
    rows: Sequence[AuditRow],
    names: Mapping[int, Bilingual],
    *,
    filters: AuditFilters,
    made_by: str,
    made_at: dt.datetime,
) -> bytes:
    """The acts as a file of this kind, texts as texts, in the language of the page."""
    heading = [_("Entry number"), _("When"), _("Act"), _("Concerns"), _("By whom"), _("Reason"), _("Details")]
    lines = [_line(row, names) for row in rows]
    if kind == "csv":
        return write_csv(heading, lines)
    about = _about_file(filters, made_by, made_at)
    return write_xlsx([Sheet(_("Record of acts"), heading, lines)], lang=current_language(), about=about)


def _about_file(filters: AuditFilters, made_by: str, made_at: dt.datetime) -> About:
    return About(
        title=_("Record of acts"),
        made_by=made_by,
        made_at=made_at,
        filters=_in_words(filters),
        definitions=[
            (_("Entry number"), _("The place of the act in the record; it only rises.")),
            (_("When"), _("The moment of the act.")),
            (_("Concerns"), _("The person or the thing that the act is about. A number stands for a wiped name.")),
            (_("By whom"), _("Who did it. The product itself: what it does without being asked.")),
            (_("Reason"), _("The reason given with the act; empty where none is asked.")),
            (
                _("Details"),
                _("Each field with its value before and after. Details wiped: their time was over, the entry stays."),
            ),
        ],
        notes=[
            _("The file holds the newest %(most)s acts at most: filters reach the others.", most=number(MOST_ROWS)),
            _("It holds names: taking it is written into the access log, and it is not to be passed on."),
        ],
    )


def _in_words(filters: AuditFilters) -> list[tuple[str, Any]]:
    """The filters that narrow something, as the page names them."""
    said = [
        (_("Person"), filters.person),
        (_("Act"), acts.name_of(filters.action) if filters.action else ""),
        (_("From day"), filters.since),
        (_("To day"), filters.until),
    ]
    return [(name, value) for name, value in said if value]


def _line(row: AuditRow, names: Mapping[int, Bilingual]) -> list[Any]:
    entry, detail = row.entry, row.detail
    return [
        entry.id,
        entry.happened_at,
        acts.name_of(entry.action),
        _about(entry.subject_type, entry.subject_id, names),
        _name(entry.actor_id, names) if entry.actor_id else _("The product itself"),
        detail.reason if detail else "",
        "\n".join(_change(change) for change in acts.changes(detail.values)) if detail else _("Details wiped"),
    ]


def _about(subject_type: str, subject_id: int | None, names: Mapping[int, Bilingual]) -> str:
    if subject_type == "person" and subject_id is not None:
        return _name(subject_id, names)
    return f"{acts.subject_of(subject_type)} {subject_id}" if subject_type else ""


def _name(person_id: int, names: Mapping[int, Bilingual]) -> str:
    name = names.get(person_id)
    return name[current_language()] if name else str(_("Person %(number)s", number=person_id))


def _change(change: acts.Change) -> str:
    if change.is_single:
        return f"{change.field}: {change.after or '—'}"
    return f"{change.field}: {change.before or '—'} / {change.after or '—'}"
