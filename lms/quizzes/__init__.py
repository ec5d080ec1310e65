"""Questions, quizzes, attempts, marks. Does not know lessons (beyond a link) or certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.feature import Feature, NavItem
from lms.quizzes import (
    hooks,
    privacy,
    reminders,
    services,
    sync,
    views,
    views_bank,
    views_builder,
    views_cases,
    views_previews,
    views_quizzes,
)
from lms.quizzes.demo import make_demo
from lms.quizzes.permissions import QuizPermission

feature = Feature(
    name="quizzes",
    blueprints=[
        views.blueprint,
        views_bank.blueprint,
        views_builder.blueprint,
        views_cases.blueprint,
        views_previews.blueprint,
        views_quizzes.blueprint,
    ],
    permissions=QuizPermission,
    nav=[NavItem(_l("Questions"), "bank.list_questions", "layers", QuizPermission.WRITE, staff=True, position=50)],
    jobs={"quizzes.close-overdue": services.close_overdue},
    periodic={"quizzes.close-overdue": 1},
    mails=reminders.KINDS,
    reminders=reminders.reminders,
    home_cards=hooks.home_cards,
    module_steps=hooks.module_steps,
    module_panels=hooks.module_panels,
    content_checks=sync.check_items,
    content_synced=sync.take_over,
    personal_data=privacy.data_of,
    anonymise=privacy.forget_answers,
    data_words=privacy.WORDS,
    retention=privacy.RULES,
    processing=privacy.PROCESSING,
    demo=make_demo,
)
