"""The pages of this room, by topic."""

from __future__ import annotations

from lms.quizzes.views import (
    attempts,
    bank,
    builder,
    cases,
    desk,
    grading,
    live,
    paper,
    previews,
    quizzes,
    regrade,
    statistics,
)

__all__ = [
    "attempts",
    "bank",
    "builder",
    "cases",
    "desk",
    "grading",
    "live",
    "paper",
    "previews",
    "quizzes",
    "regrade",
    "statistics",
]
