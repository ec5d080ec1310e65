"""Modules, lessons, glossary, facts, search: reads, checks and renders ``content/``. Knows no person."""

from __future__ import annotations

from lms.core.feature import Feature

feature = Feature(name="curriculum")
