"""The person signed in, as every room sees them: ids, roles and scope, read once per request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from flask_login import AnonymousUserMixin, UserMixin

from lms.core.access import STAFF, Role
from lms.core.bilingual import Bilingual


@dataclass(frozen=True)
class Actor(UserMixin):
    """Somebody signed in. ``token`` is the cookie's secret, never shown."""

    person_id: int
    sign_in_id: int
    token: str = field(repr=False)
    name: Bilingual
    lang: str
    roles: frozenset[Role]
    organisation_id: int | None
    #: Organisations covered as focal point.
    focal_organisation_ids: frozenset[int]
    #: Version of the privacy notice accepted last; None: none yet.
    notice_version: str | None
    #: Appearance kept with the account; None: never chosen.
    theme: str | None = None
    text_size: str | None = None
    #: Whether an authenticator app belongs to the account.
    has_second_factor: bool = False
    #: Whether a second factor was given in this browser.
    gave_second_factor: bool = False
    #: When the person last proved here who they are.
    confirmed_at: dt.datetime | None = None

    def get_id(self) -> str:
        return self.token

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)


class Anonymous(AnonymousUserMixin):
    """Nobody signed in: no role, no language of their own."""

    roles: frozenset[Role] = frozenset()
    lang = None
    person_id = None
