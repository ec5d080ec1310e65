"""How the fields of a question travel: a list of values, each of a field with an id written ``id:value``."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict


def values_of(form: MultiDict[str, str]) -> list[str]:
    """The values of a form sent without script; the script makes the same list."""
    found = []
    for name, value in form.items(multi=True):
        if name == "answer":
            found.append(value)
        elif name.startswith("answer:"):
            found.append(f"{name.removeprefix('answer:')}:{value}")
    return found


def by_field(values: Sequence[str]) -> dict[str, list[str]]:
    """The values by the name of their field; those of a field without an id under ``answer``, whatever they hold."""
    found: dict[str, list[str]] = {"answer": list(values)}
    for value in values:
        field, _colon, typed = value.partition(":")
        found.setdefault(f"answer:{field}", []).append(typed)
    return found
