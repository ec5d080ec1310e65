"""Every SELECT of this room, by topic."""

from __future__ import annotations

from lms.quizzes.queries import (
    attempts,
    bank,
    desk,
    gain,
    given,
    grading,
    live,
    paper,
    pile,
    quizzes,
    regrade,
    statistics,
)

__all__ = [
    "attempts",
    "bank",
    "desk",
    "gain",
    "given",
    "grading",
    "live",
    "paper",
    "pile",
    "quizzes",
    "regrade",
    "statistics",
]
