"""Questions, quizzes, attempts, marks. Does not know lessons (beyond a link) or certificates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.feature import Feature, MemberLink, NavItem
from lms.quizzes import hooks, mails, privacy, reminders, services, views
from lms.quizzes.demo import make_demo
from lms.quizzes.files import checks, sync
from lms.quizzes.permissions import QuizPermission

feature = Feature(
    name="quizzes",
    blueprints=[
        views.attempts.blueprint,
        views.bank.blueprint,
        views.builder.blueprint,
        views.cases.blueprint,
        views.desk.blueprint,
        views.grading.blueprint,
        views.live.desk,
        views.live.room,
        views.paper.blueprint,
        views.previews.blueprint,
        views.quizzes.blueprint,
        views.regrade.blueprint,
        views.statistics.blueprint,
    ],
    permissions=QuizPermission,
    nav=[
        NavItem(_l("Questions"), "bank.list_questions", "layers", QuizPermission.WRITE, staff=True, position=50),
        NavItem(_l("Statistics"), "statistics.list_taken", "chart", QuizPermission.STATISTICS, staff=True, position=55),
    ],
    jobs={
        "quizzes.close-overdue": services.attempts.close_overdue,
        "quizzes.count-again": services.statistics.count_again,
        "quizzes.end-live": services.live.end_overdue,
        services.regrade.JOB: services.regrade.carry_out,
    },
    periodic={"quizzes.close-overdue": 1, "quizzes.count-again": 10, "quizzes.end-live": 10},
    mails=[*reminders.KINDS, *mails.KINDS],
    reminders=reminders.reminders,
    home_cards=hooks.home_cards,
    tasks=hooks.tasks,
    member_links=[MemberLink(_l("More time"), "desk.show_arrangements", QuizPermission.PEOPLE)],
    lesson_panels=hooks.lesson_panels,
    module_steps=hooks.module_steps,
    module_panels=hooks.module_panels,
    content_checks=checks.check,
    content_synced=sync.take_over,
    personal_data=privacy.data_of,
    anonymise=privacy.forget_answers,
    data_words=privacy.WORDS,
    retention=privacy.RULES,
    processing=privacy.PROCESSING,
    demo=make_demo,
)
