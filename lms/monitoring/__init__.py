"""What the programme team reads: tables by organisation and person. Writes nothing but the access log."""

from __future__ import annotations

from lms.core.feature import Feature

feature = Feature(name="monitoring")
