"""Surveys: anonymous ones of a cohort, and what members and their supervisors say some months later.

Knows quizzes of the purpose « survey » as forms; no attempt is made of them. No other room knows this one.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.attendance import events as attendance
from lms.core.access import Role
from lms.core.feature import CohortLink, Feature, NavItem
from lms.programme import events as programme
from lms.surveys import hooks, mails, privacy, reminders, services, views, views_desk, views_supervisor
from lms.surveys.demo import make_demo
from lms.surveys.permissions import SurveyPermission


def _listen(_app: Flask) -> None:
    programme.enrolments_merged.connect(services.merging.count_as_answered)
    attendance.half_day_closed.connect(services.rounds.open_after_meeting)


feature = Feature(
    name="surveys",
    blueprints=[views.blueprint, views_desk.blueprint, views_supervisor.blueprint],
    permissions=SurveyPermission,
    nav=[
        # Trainers come from the page of a training session: their menu is full.
        NavItem(
            _l("Surveys"), "survey_desk.list_rounds", "message", SurveyPermission.READ,
            staff=True, position=60, roles=frozenset({Role.MONITOR}),
        )
    ],
    jobs={services.jobs.KEEP_UP: services.jobs.keep_up},
    periodic={services.jobs.KEEP_UP: services.jobs.EVERY_MINUTES},
    home_cards=hooks.home_cards,
    tasks=hooks.tasks,
    cohort_links=[CohortLink(_l("Surveys"), "survey_desk.list_rounds", "message", SurveyPermission.MANAGE)],
    mails=mails.KINDS,
    reminders=reminders.reminders,
    personal_data=privacy.data_of,
    data_words=privacy.WORDS,
    anonymise=privacy.forget,
    retention=privacy.RULES,
    processing=privacy.PROCESSING,
    demo=make_demo,
    init_app=_listen,
)  # fmt: skip
