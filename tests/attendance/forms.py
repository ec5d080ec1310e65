"""What a browser would send of a page, and which of its fields the page marks as wrong."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """Fields of a page that a browser would send."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.invalid: set[str] = set()
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if found.get("aria-invalid") == "true":
            self.invalid.add(name)
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self.values[self._select] = found["value"]
        is_sent = found.get("type") not in ("radio", "checkbox") or "checked" in found
        if tag == "input" and name and name != "csrf_token" and is_sent:
            self.values[name] = found.get("value", "")


def fields(page: str) -> dict[str, str]:
    """Names and values that stand in the fields of the page."""
    return _Fields(page).values


def invalid(page: str) -> set[str]:
    """Names of the fields that the page marks as wrong."""
    return _Fields(page).invalid


def buttons(page: str) -> list[str]:
    """What the buttons of a roll call ask for."""
    return re.findall(r'name="do" value="(\w+)"', page)


def typed(**changed: Any) -> dict[str, str]:
    """A meeting of one morning as somebody types it; a value of None leaves the field out, as an empty box does."""
    values = {
        "module": "concepts", "title_ar": "", "title_fr": "Premier jour", "mode": "room", "place": "Rabat, salle 2",
        "link": "", "first": "24/11/2026", "last": "", "has_morning": "y", "morning_starts": "09:00",
        "morning_ends": "12:30", "afternoon_starts": "14:00", "afternoon_ends": "17:00",
    }  # fmt: skip
    return {name: value for name, value in {**values, **changed}.items() if value is not None}
