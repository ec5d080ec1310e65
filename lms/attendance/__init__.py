"""Attendance: meetings of a cohort, their half-days, the roll call and what is corrected. Does not know quizzes."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.accounts import events as accounts
from lms.attendance import (
    events,
    hooks,
    mails,
    naming,
    notices,
    privacy,
    privacy_words,
    reminders,
    retention,
    services,
    views,
)
from lms.attendance.demo import make_demo
from lms.attendance.permissions import AttendancePermission
from lms.core.feature import CohortLink, Feature
from lms.programme import events as programme


def _begin(app: Flask) -> None:
    app.jinja_env.filters["half_day_hours"] = naming.glued_hours
    programme.enrolments_merged.connect(services.merging.join)
    programme.enrolments_parted.connect(services.merging.part)
    accounts.people_merged.connect(services.following.take_over_asked)
    accounts.merge_undone.connect(services.following.give_back_asked)
    programme.trainings_joined.connect(services.meeting_trainers.take_over)
    programme.trainings_parted.connect(services.meeting_trainers.give_back)


events.half_day_closed.connect(services.warnings.follow)
events.half_day_closed.connect(services.reports.answer_by_closing)
events.mark_corrected.connect(services.warnings.follow)
events.mark_corrected.connect(services.reports.answer_by_correction)

feature = Feature(
    name="attendance",
    blueprints=views.blueprints,
    permissions=AttendancePermission,
    # No entry in a menu: those of trainers and monitoring are full with five, the participants' bar on a phone with
    # four. One click leads here from every home page: the trainers' head, the dashboard's, the participants' card.
    home_cards=hooks.home_cards,
    module_panels=hooks.module_panels,
    tasks=hooks.tasks,
    cohort_links=[CohortLink(_l("Attendance"), "attendance.show_home", "calendar", AttendancePermission.TAKE)],
    mails=[*mails.KINDS, *notices.KINDS],
    reminders=reminders.reminders,
    jobs={services.warnings.WARN: services.warnings.warn},
    personal_data=privacy.data_of,
    data_words=privacy_words.WORDS,
    anonymise=privacy.forget,
    retention=retention.RULES,
    processing=retention.PROCESSING,
    demo=make_demo,
    init_app=_begin,
)  # fmt: skip
