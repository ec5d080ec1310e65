"""The words for what this room holds on a person, and its lines of the processing register."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.accounts.models import Level, Sex
from lms.core.feature import Processing
from lms.core.i18n import bdi
from lms.core.own_data import Words

WORDS = {
    "enrolments": Words(_l("Enrolments")),
    "enrolments.cohort": Words(_l("Training session")),
    "enrolments.modules": Words(_l("Modules")),
    "enrolments.enrolled_at": Words(_l("Enrolled on")),
    "enrolments.ended_at": Words(_l("Left on")),
    "enrolments.organisation": Words(_l("Organisation")),
    "enrolments.region": Words(_l("Region")),
    "enrolments.level": Words(_l("Level"), lambda value: Level(value).label),
    "enrolments.sex": Words(_l("Sex"), lambda value: Sex(value).label),
    "enrolments.age_group": Words(_l("Age group"), bdi),
    "seats": Words(_l("Committee seats")),
    "seats.title": Words(_l("Seat")),
    "seats.organisation": Words(_l("Organisation")),
    "seats.since": Words(_l("Since")),
    "seats.until": Words(_l("Until")),
    "trainings": Words(_l("Training sessions given")),
    "trainings.cohort": Words(_l("Training session")),
}

PROCESSING = [
    Processing(
        purpose=_l("Enrolment and organisation of training sessions"),
        data=_l("Training session, organisation, level, region, sex and age group on the day of enrolment"),
        people=_l("Participants and trainers"),
        recipients=_l(
            "Administration, monitoring team, trainers of the training session; focal points of the organisation"
        ),
        kept=_l("As long as the account; then without a name, for figures"),
    ),
    Processing(
        purpose=_l("Members of the committees"),
        data=_l("Seat, holder, dates"),
        people=_l("Members of the committees"),
        recipients=_l("Administration"),
        kept=_l("As long as the account; then without a name"),
    ),
]
