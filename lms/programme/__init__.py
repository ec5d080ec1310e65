"""Cohorts (sessions de formation), enrolments, committee seats. Does not know what people do in them."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.accounts import events as accounts
from lms.core.access import Role
from lms.core.feature import Feature, NavItem, Tile
from lms.programme import hooks, mails, privacy, reminders, services, views
from lms.programme.demo import make_programme
from lms.programme.permissions import ProgrammePermission


def _listen(_app: Flask) -> None:
    accounts.people_merged.connect(services.move_to_kept)
    accounts.merge_undone.connect(services.part_again)
    accounts.people_withdrawn.connect(services.withdraw)


feature = Feature(
    name="programme",
    blueprints=views.blueprints,
    permissions=ProgrammePermission,
    nav=[
        NavItem(
            _l("Training sessions"), "cohorts.list_cohorts", "calendar", ProgrammePermission.COHORTS,
            staff=True, position=40, roles=frozenset({Role.ADMINISTRATOR}),
        ),
        NavItem(
            _l("Training sessions"), "taught.list_cohorts", "calendar", ProgrammePermission.OWN_COHORTS,
            staff=True, position=40, roles=frozenset({Role.TRAINER}),
        ),
    ],
    homes={Role.TRAINER: "taught.list_cohorts"},
    tiles=[
        Tile(
            _l("Training sessions"), _l("Dates, modules, training team, enrolments"), "cohorts.list_cohorts",
            "calendar", ProgrammePermission.COHORTS, position=10, group="training",
        ),
        Tile(
            _l("Committee seats"), _l("Who holds which seat, since when, and who held it before"), "seats.list_seats",
            "users", ProgrammePermission.SEATS, position=40, group="people",
        ),
    ],
    tasks=hooks.tasks,
    mails=mails.KINDS,
    reminders=reminders.reminders,
    personal_data=hooks.data_of,
    data_words=privacy.WORDS,
    processing=privacy.PROCESSING,
    anonymise=hooks.forget,
    demo=make_programme,
    init_app=_listen,
)  # fmt: skip
