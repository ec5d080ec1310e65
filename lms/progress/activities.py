"""Keys of what the ledger counts. One form each, so that every room writes and reads the same."""

from __future__ import annotations


def lesson(key: str) -> str:
    """The activity of reading a lesson, e.g. of ``concepts/reading-figures``."""
    return f"lesson:{key}"


def test(module: str) -> str:
    """The activity of passing a module's test."""
    return f"test:{module}"


HALF_DAYS = "half-day:"


def half_day(half_day_id: int) -> str:
    """The activity of attending a half-day."""
    return f"{HALF_DAYS}{half_day_id}"


def is_half_day(activity: str) -> bool:
    return activity.startswith(HALF_DAYS)


def is_test(activity: str) -> bool:
    return activity.startswith("test:")


def is_lesson(activity: str) -> bool:
    return activity.startswith("lesson:")
