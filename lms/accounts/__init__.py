"""People, organisations, regions, roles, invitations, sign-in, privacy rights. Does not know cohorts or lessons."""

from __future__ import annotations

from lms.accounts import own_views, privacy, sessions, views
from lms.accounts.commands import administrator_link
from lms.accounts.demo import make_people
from lms.accounts.permissions import AccountPermission
from lms.core.feature import Feature

feature = Feature(
    name="accounts",
    blueprints=[views.blueprint],
    permissions=AccountPermission,
    commands=[administrator_link],
    demo=make_people,
    personal_data=privacy.data_of,
    anonymise=privacy.anonymise,
    init_app=sessions.init_app,
)

__all__ = ["feature", "own_views"]
