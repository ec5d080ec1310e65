"""Home, module page, lesson reader, position, sheets, my progress. Does not know quizzes or certificates."""

from __future__ import annotations

import re

from flask import Flask
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from lms.accounts import events as accounts
from lms.core.feature import Feature, NavItem
from lms.learning import papers, services, views, worksheets
from lms.learning.demo import read_lessons
from lms.learning.permissions import LearningPermission
from lms.learning.privacy import PROCESSING, WORDS, held


def _init_app(app: Flask) -> None:
    app.extensions["home_endpoint"] = "learning.show_home"
    app.jinja_env.filters["without_ids"] = without_ids
    app.jinja_env.filters["with_sheets"] = worksheets.fill
    app.jinja_env.filters["changed_on"] = worksheets.changed_on
    accounts.people_merged.connect(services.move_sheets)
    accounts.merge_undone.connect(services.part_sheets)


def without_ids(html: Markup) -> Markup:
    """A second rendering of a block on one page: its ids would stand twice."""
    return Markup(re.sub(r'\s(id|aria-labelledby)="[^"]*"', "", html))  # noqa: S704


feature = Feature(
    name="learning",
    blueprints=[views.blueprint, worksheets.blueprint, papers.blueprint],
    permissions=LearningPermission,
    nav=[
        NavItem(
            _l("Home"), "learning.show_home", "home", LearningPermission.HOME,
            participant=True, position=10, section=False,
        ),
        NavItem(
            _l("Modules"), "learning.list_modules", "path", LearningPermission.LESSON_READ,
            participant=True, staff=True, position=20,
        ),
        NavItem(
            _l("Progress"), "learning.show_progress", "chart", LearningPermission.OWN_PROGRESS,
            participant=True, position=30, section=False,
        ),
    ],
    demo=read_lessons,
    personal_data=held,
    data_words=WORDS,
    processing=PROCESSING,
    anonymise=services.forget_sheets,
    init_app=_init_app,
)  # fmt: skip
