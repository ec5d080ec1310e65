"""Cohorts (sessions de formation) and enrolments. Does not know what people do in them."""

from __future__ import annotations

from lms.core.feature import Feature
from lms.programme.demo import make_cohorts

feature = Feature(name="programme", demo=make_cohorts)
