"""Question types, one file each: a public module of this package with a ``TYPE``. Found at import.

To add one: copy ``single_choice.py``, change it, run the tests; the contract tests take it up by themselves, and the
builder, the pages and the statistics follow from what it says of itself.
"""

from __future__ import annotations

import importlib
import pkgutil

from lms.quizzes.question_types.base import QuestionType


def _discover() -> dict[str, QuestionType]:
    found: dict[str, QuestionType] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name in ("base", "families", "paper", "parts"):
            continue
        kind: QuestionType = importlib.import_module(f"{__name__}.{module.name}").TYPE
        if kind.key in found:
            raise RuntimeError(f"two question types are called {kind.key}")
        found[kind.key] = kind
    return found


TYPES = _discover()


def get(key: str) -> QuestionType:
    """The type stored under ``key``."""
    return TYPES[key]
