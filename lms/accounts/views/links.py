"""What the pages of one-time links share."""

from __future__ import annotations

from lms.accounts.models import OneTimeLink
from lms.core import clock


def works(link: OneTimeLink | None) -> bool:
    now = clock.now()
    return bool(link and not link.used_at and not link.revoked_at and link.expires_at > now)
