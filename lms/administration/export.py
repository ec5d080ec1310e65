"""The record of acts as a table for spreadsheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from lms.administration import acts
from lms.administration.queries import AuditRow
from lms.core import clock
from lms.core.bilingual import Bilingual
from lms.core.i18n import current_language

KINDS = ("xlsx", "csv")
#: Newest acts that one file holds; the filters reach the others.
MOST_ROWS = 20_000


def table(kind: str, rows: Sequence[AuditRow], names: Mapping[int, Bilingual]) -> bytes:
    """The acts as a file of this kind, texts as texts, in the language of the page."""
    from lms.documents.spreadsheets import Sheet, write_csv, write_xlsx

    heading = [_("Number"), _("Day"), _("Time"), _("Act"), _("Concerns"), _("By whom"), _("Reason"), _("Details")]
    lines = [_line(row, names) for row in rows]
    if kind == "csv":
        return write_csv(heading, lines)
    return write_xlsx([Sheet(_("Record of acts"), heading, lines)], lang=current_language())


def _line(row: AuditRow, names: Mapping[int, Bilingual]) -> list[Any]:
    entry, detail = row.entry, row.detail
    local: dt.datetime = clock.local(entry.happened_at)
    return [
        entry.id,
        local.date(),
        f"{local:%H:%M}",
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
