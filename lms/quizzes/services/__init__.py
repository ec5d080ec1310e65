"""Every write of this room, by topic. Knows no HTTP; flushes, never commits."""

from __future__ import annotations

from lms.quizzes.services import attempts, bank, desk, grading, live, marking, paper, quizzes, regrade, statistics

__all__ = ["attempts", "bank", "desk", "grading", "live", "marking", "paper", "quizzes", "regrade", "statistics"]
