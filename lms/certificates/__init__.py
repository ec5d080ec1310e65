"""Rules of award, frozen documents, register, verification. Reads the ledger; does not know lessons or quizzes."""

from __future__ import annotations

from lms.core.feature import Feature

feature = Feature(name="certificates")
