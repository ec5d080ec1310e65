"""Two people editing one thing: the second is told, sees both, and loses nothing of what was typed.

A row that people edit has ``version`` (``version_id_col``); its form carries the version it was opened with.
"""

from __future__ import annotations

from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError


class EditedMeanwhile(DomainError):
    """Raised when somebody else stored a newer version since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else changed this in the meantime. Both versions are shown below."))


class Versioned(Protocol):
    version: Any


def check_version(row: Versioned, version: int | None) -> None:
    """Raise EditedMeanwhile unless ``row`` still is what the form was opened with."""
    if row.version != version:
        raise EditedMeanwhile


def differences(fields: list[tuple[Any, Any, Any]]) -> list[tuple[str, str, str]]:
    """Of (label, stored now, typed), those where the two differ, as texts for the page."""
    return [(str(label), str(stored or ""), str(typed or "")) for label, stored, typed in fields if stored != typed]
