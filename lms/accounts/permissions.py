"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import EVERYONE, Permission, Role


class AccountPermission(Permission):
    OWN_ACCOUNT = "accounts:own:manage", EVERYONE
    PEOPLE_MANAGE = "accounts:people:manage", {Role.ADMINISTRATOR}
    ROLES_MANAGE = "accounts:roles:manage", {Role.ADMINISTRATOR}
    ORGANISATIONS_MANAGE = "accounts:organisations:manage", {Role.ADMINISTRATOR}
    PRIVACY_DESK = "accounts:privacy:manage", {Role.ADMINISTRATOR}
    INVITATIONS = "accounts:invitations:manage", {Role.ADMINISTRATOR}
