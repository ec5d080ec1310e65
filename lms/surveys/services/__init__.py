"""Every write of this room, by topic. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

from lms.surveys.services import answers, follow_ups, jobs, merging, rounds

__all__ = ["answers", "follow_ups", "jobs", "merging", "rounds"]
