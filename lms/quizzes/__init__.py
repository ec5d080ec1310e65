"""Questions, quizzes, attempts, marks. Does not know lessons (beyond a link) or certificates."""

from __future__ import annotations

from lms.core.feature import Feature

feature = Feature(name="quizzes")
