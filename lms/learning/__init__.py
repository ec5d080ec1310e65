"""Home, module page, lesson reader, position, my progress. Does not know quizzes or certificates."""

from __future__ import annotations

from lms.core.feature import Feature

feature = Feature(name="learning")
