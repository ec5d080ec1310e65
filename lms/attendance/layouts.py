"""What the sheets of a cohort look like: its donor's title, logos, columns and last line."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.documents import Pair, SheetLayout


class Column(enum.StrEnum):
    """What can be printed of a person: what names them among others, nothing that a list passed on should not tell."""

    ORGANISATION = "organisation"
    FUNCTION = "function"
    REGION = "region"

    @property
    def label(self) -> Any:
        return _LABELS[self]

    @property
    def heading(self) -> Pair:
        """Printed above the column, in both languages on every sheet."""
        return _HEADINGS[self]


_LABELS = {Column.ORGANISATION: _l("Organisation"), Column.FUNCTION: _l("Function"), Column.REGION: _l("Region")}
_HEADINGS = {
    Column.ORGANISATION: Pair("الهيئة", "Organisme"),
    Column.FUNCTION: Pair("الوظيفة", "Fonction"),
    Column.REGION: Pair("الجهة", "Région"),
}


@dataclass(frozen=True)
class Layout:
    """Columns of people, and all that is drawn as it is."""

    columns: tuple[Column, ...] = (Column.ORGANISATION,)
    drawn: SheetLayout = field(default_factory=SheetLayout)
