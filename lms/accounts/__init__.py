"""People, organisations, regions, roles, invitations, sign-in, privacy rights. Does not know cohorts or lessons."""

from __future__ import annotations

from lms.core.feature import Feature

feature = Feature(name="accounts")
