"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.surveys.queries import follow_ups, forms, rounds

__all__ = ["follow_ups", "forms", "rounds"]
