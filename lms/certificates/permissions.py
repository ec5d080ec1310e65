"""What the pages of this room ask for."""

from __future__ import annotations

from lms.core.access import Permission, Role


class CertificatePermission(Permission):
    OWN = "certificates:own:read", {Role.LEARNER}
    DOWNLOAD = "certificates:file:read", {Role.LEARNER, Role.MONITOR, Role.ADMINISTRATOR}
