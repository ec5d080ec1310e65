"""The one list of rooms. A new feature is added here; order is the order of demo data and of the floors."""

from __future__ import annotations

from lms import (
    accounts,
    administration,
    attendance,
    certificates,
    curriculum,
    documents,
    exchange,
    help,
    learning,
    monitoring,
    programme,
    progress,
    quizzes,
    surveys,
    ui,
)
from lms.core.feature import Feature

FEATURES: tuple[Feature, ...] = (
    ui.feature,
    documents.feature,
    curriculum.feature,
    accounts.feature,
    programme.feature,
    progress.feature,
    learning.feature,
    help.feature,
    quizzes.feature,
    attendance.feature,
    exchange.feature,
    surveys.feature,
    certificates.feature,
    monitoring.feature,
    administration.feature,
)
