"""Pages of this room, by topic."""

from __future__ import annotations

from lms.administration.views import audit, health, home, images, outbox, settings, signatories, wording, writing
from lms.administration.views.blueprint import blueprint, mails_blueprint

__all__ = [
    "audit",
    "blueprint",
    "health",
    "home",
    "images",
    "mails_blueprint",
    "outbox",
    "settings",
    "signatories",
    "wording",
    "writing",
]
