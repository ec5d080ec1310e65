"""Rules of this room that can be broken, each with what the person is told."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError


class AlreadyAnswered(DomainError):
    """Raised for a second answer of one person: a button pressed twice, or two tabs."""

    def __init__(self) -> None:
        super().__init__(_l("An answer from this account is stored already. It counts once; this page added nothing."))


class RoundClosed(DomainError):
    """Raised when a round was closed since its form was opened."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_l("This survey is closed: nothing more is stored. What was chosen here is kept on the page."))


class FormNotUsable(DomainError):
    """Raised when a survey asks for more than opinions, or for nothing."""

    status = 422

    def __init__(self, message: Any) -> None:
        super().__init__(message)


class RoundExists(DomainError):
    """Raised when the same survey was opened, and closed, for the cohort that day already."""

    def __init__(self) -> None:
        super().__init__(_l("This survey was already asked of this training session today. It can be asked tomorrow."))


class AskedEnough(DomainError):
    """Raised when a supervisor answered already, or when the time for it is over."""

    def __init__(self) -> None:
        super().__init__(_l("The supervisor has answered already, or the time for it is over."))


class TicketNotUsable(DomainError):
    """Raised for the link of a supervisor that is unknown (404), was used or is too old (410): one sentence for all."""

    def __init__(self, status: int) -> None:
        super().__init__(
            _l(
                "This link does not work: it may have been used, be too old or be incomplete. "
                "Answers that were sent with it are stored."
            ),
            status,
        )
