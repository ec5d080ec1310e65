"""Questions to the training team under lessons and quizzes, answers, and what is published of them to a cohort.

Knows lessons and quizzes by their place only. Does not know certificates; no other room knows this one.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.feature import Feature, NavItem
from lms.exchange import hooks, mails, privacy, reminders, views, views_answers
from lms.exchange.demo import make_demo
from lms.exchange.permissions import ExchangePermission

feature = Feature(
    name="exchange",
    blueprints=[views.blueprint, views_answers.blueprint],
    permissions=ExchangePermission,
    nav=[
        NavItem(
            _l("Learners’ questions"), "answers.list_threads", "message", ExchangePermission.ANSWER,
            staff=True, position=45,
        )
    ],
    home_cards=hooks.home_cards,
    lesson_panels=hooks.lesson_panels,
    result_panels=hooks.result_panels,
    tasks=hooks.tasks,
    mails=mails.KINDS,
    reminders=reminders.reminders,
    personal_data=privacy.threads_of,
    data_words=privacy.WORDS,
    anonymise=privacy.forget_threads,
    retention=privacy.RULES,
    processing=privacy.PROCESSING,
    demo=make_demo,
)  # fmt: skip
