"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class AdministrationPermission(Permission):
    HOME = "administration:home:read", {Role.ADMINISTRATOR}
    SETTINGS = "administration:settings:write", {Role.ADMINISTRATOR}
    MAILS = "administration:mails:manage", {Role.ADMINISTRATOR}
    AUDIT = "administration:audit:read", {Role.ADMINISTRATOR}
    HEALTH = "administration:health:read", {Role.ADMINISTRATOR}
