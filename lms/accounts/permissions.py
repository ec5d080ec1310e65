"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import EVERYONE, Permission


class AccountPermission(Permission):
    OWN_ACCOUNT = "accounts:own:manage", EVERYONE
