"""A line of an uploaded file between reading and writing: its cells, and what checking found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lms.attendance import confirming
from lms.documents.spreadsheets import FAULTS

Value = TypeVar("Value")
NEW, CHANGED, SAME, EMPTY, ERROR = "new", "changed", "same", "empty", "error"


@dataclass
class Checked:
    """What a line would do: one of the words above, with values, and sentences by column."""

    number: int
    cells: dict[str, str]
    outcome: str = ERROR
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    #: What stands there and what comes in its place, in words.
    changes: tuple[str, str] | None = None

    def text(self, key: str) -> str:
        return str(self.cells.get(key) or "").strip().removeprefix("'")

    def has(self, key: str) -> bool:
        """Whether the file has this column: an empty cell says that there is nothing, no cell says nothing."""
        return key in self.cells

    def read(self, key: str, reader: Callable[[str], Value]) -> Value | None:
        """The value of a cell; a cell that says none keeps the sentence."""
        if key in self.errors:
            return None
        try:
            return reader(self.text(key))
        except ValueError as error:
            self.errors[key] = str(error)
            return None


def key_of(lines: Sequence[Checked]) -> str:
    """Stands for what lines would do: confirmed with another one, something changed since it was shown."""
    return confirming.key_of((one.number, one.outcome, one.changes, sorted(one.errors.items())) for one in lines)


def of_line(line: dict[str, Any]) -> Checked:
    """A line as it was stored, with what was wrong with its cells when the file was read."""
    faults = {key: str(FAULTS[code]) for key, code in line["faults"].items()}
    return Checked(line["number"], line["cells"], errors=faults)
