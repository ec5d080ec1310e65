"""The forms of this room, by topic."""

from __future__ import annotations
