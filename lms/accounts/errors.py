"""Rules of this room that can be broken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError


class LinkNotUsable(DomainError):
    """Raised for a link that is unknown, used, revoked or too old."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_l("This link no longer works. A new one can be asked for below."))


class AddressTaken(DomainError):
    """Raised when an e-mail address belongs to another account."""

    def __init__(self) -> None:
        super().__init__(_l("This e-mail address cannot be used. Another one is needed."))
