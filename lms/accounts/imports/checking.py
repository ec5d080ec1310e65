"""A line of an uploaded file between reading and writing: its cells, and what checking found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lms.accounts.models import ImportRow
from lms.documents.spreadsheets import FAULTS

#: Notes that stand beside the cells of a row, under names no column has.
FAULT, SAME, LEFT_OUT, SPELLING, AFTER = "?fault", "?same", "?left-out", "?spelling", "?after"


@dataclass(frozen=True)
class Line:
    """The cells of one line by column, and what somebody decided about it on the page of the check."""

    number: int
    cells: dict[str, Any]

    def text(self, key: str) -> str:
        return str(self.cells.get(key) or "").strip().removeprefix("'")

    @property
    def same_person(self) -> str:
        """« yes » or « no » where somebody answered whether a namesake is the same person."""
        return str(self.cells.get(SAME) or "")

    @property
    def is_left_out(self) -> bool:
        return bool(self.cells.get(LEFT_OUT))

    @property
    def spelling(self) -> str:
        """How the file wrote the organisation before somebody chose the right one."""
        return str(self.cells.get(SPELLING) or "")

    def fault_sentences(self) -> dict[str, str]:
        """What was wrong with cells when the file was read, by column."""
        return {key: str(FAULTS[code]) for key, code in (self.cells.get(FAULT) or {}).items()}


def line_of(row: ImportRow) -> Line:
    return Line(row.number, dict(row.cells))


@dataclass
class Checked:
    """What a line would do: « new », « same », « changed », « error » or « skipped », with values and sentences."""

    line: Line
    outcome: str = "error"
    values: dict[str, Any] = field(default_factory=dict)
    #: column -> sentence.
    errors: dict[str, str] = field(default_factory=dict)
    #: name -> (stored, in the file).
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    subject_id: int | None = None
    #: Only a person can say whether this is somebody known already.
    is_doubt: bool = False
