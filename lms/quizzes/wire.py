"""How the fields of a question travel: a list of values, each of a field with an id written ``id:value``."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

#: Name of the field that asks how sure one is; no id of a question's fields looks like it.
CERTAINTY = "certainty"
_CERTAINTIES = tuple(f"{CERTAINTY}:{degree}" for degree in (1, 2, 3))


def values_of(form: MultiDict[str, str]) -> list[str]:
    """The values of a form sent without script; the script makes the same list."""
    found = []
    for name, value in form.items(multi=True):
        if name == "answer":
            found.append(value)
        elif name.startswith("answer:"):
            found.append(f"{name.removeprefix('answer:')}:{value}")
        elif name == CERTAINTY:
            found.append(f"{CERTAINTY}:{value}")
    return found


def without_certainty(values: Sequence[str]) -> tuple[list[str], int | None]:
    """The values of the question itself, and how sure the person is (1 to 3; None: not said)."""
    said = [value for value in values if value in _CERTAINTIES]
    kept = [value for value in values if value not in _CERTAINTIES]
    return kept, int(said[-1][-1]) if said else None


def by_field(values: Sequence[str]) -> dict[str, list[str]]:
    """The values by the name of their field; those of a field without an id under ``answer``, whatever they hold."""
    found: dict[str, list[str]] = {"answer": list(values)}
    for value in values:
        field, _colon, typed = value.partition(":")
        found.setdefault(f"answer:{field}", []).append(typed)
    return found
