"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role

_TEAM = {Role.MONITOR, Role.ADMINISTRATOR}


class MonitoringPermission(Permission):
    #: The tables; a focal point sees the rows of its organisation only.
    READ = "monitoring:tables:read", _TEAM | {Role.FOCAL_POINT}
    PERSON = "monitoring:person:read", _TEAM | {Role.FOCAL_POINT}
