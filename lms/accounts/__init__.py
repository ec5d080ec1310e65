"""People, organisations, regions, roles, invitations, sign-in, privacy rights. Does not know cohorts or lessons."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import first_steps, hooks, mails, notice, privacy, reminders, retention, sessions, views
from lms.accounts.actor import Actor
from lms.accounts.commands import administrator_link, users
from lms.accounts.demo import make_people
from lms.accounts.permissions import AccountPermission
from lms.accounts.tiles import TILES
from lms.accounts.views import imports, organisations, regions
from lms.accounts.views.privacy_desk import desk
from lms.core.access import Role
from lms.core.feature import Feature, NavItem, Task


def _init_app(app: Flask) -> None:
    sessions.init_app(app)
    app.context_processor(lambda: {"has_mail_server": bool(app.extensions["settings"].smtp_url)})
    views.confirmation.init_app(app)
    notice.init_app(app)


def _tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    return [*first_steps.tasks(db, actor, now=now), *hooks.tasks(db, actor, now=now)]


feature = Feature(
    name="accounts",
    blueprints=[
        views.blueprint,
        imports.blueprint,
        desk,
        views.invitation_desk.blueprint,
        organisations.blueprint,
        regions.blueprint,
        views.people.blueprint,
        views.duplicates.blueprint,
    ],
    nav=[
        NavItem(
            _l("People"),
            "people.list_people",
            "users",
            AccountPermission.PEOPLE_MANAGE,
            staff=True,
            position=30,
            roles=frozenset({Role.ADMINISTRATOR}),
        ),
    ],
    tiles=[*TILES, *first_steps.TILES, *hooks.TILES],
    permissions=AccountPermission,
    commands=[administrator_link, users, retention.let_go, reminders.reminders],
    demo=make_people,
    personal_data=privacy.data_of,
    data_words=privacy.WORDS,
    retention=retention.RULES,
    processing=hooks.PROCESSING,
    jobs={hooks.NIGHTLY: hooks.let_go, reminders.SEND: reminders.send_due},
    periodic={hooks.NIGHTLY: hooks.A_DAY, reminders.SEND: reminders.EVERY_MINUTES},
    health=reminders.health,
    tasks=_tasks,
    mails=[hooks.ANSWERED, *mails.KINDS],
    anonymise=privacy.anonymise,
    init_app=_init_app,
)
