"""Rules of this room that can be broken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError
from lms.core.text import isolate


class NotEligible(DomainError):
    """Raised when a rule of award is not met."""

    def __init__(self) -> None:
        super().__init__(_l("The certificate cannot be issued yet: the checklist of the module says what is missing."))


class AlreadyIssued(DomainError):
    """Raised when the rule's certificate exists."""

    def __init__(self) -> None:
        super().__init__(_l("This certificate was issued already."))


class NameNotConfirmed(DomainError):
    """Raised before the holder confirmed both spellings."""

    def __init__(self) -> None:
        super().__init__(_l("The name has to be confirmed before the certificate is issued."))


class NameNotPrintable(DomainError):
    """Raised for a name with characters that the document's letters do not have, or longer than its place."""

    status = 422

    def __init__(self, characters: str) -> None:
        if not characters:
            super().__init__(_l("This name is too long for the certificate: a shorter form of it is needed."))
            return
        super().__init__(_l("These characters cannot be printed: %(characters)s", characters=isolate(characters)))


class OrganisationNotPrintable(DomainError):
    """Raised for an organisation whose name has characters that the document's letters do not have."""

    status = 422

    def __init__(self, characters: str) -> None:
        super().__init__(
            _l(
                "The name of the organisation has characters that cannot be printed: %(characters)s. "
                "The administration can change it.",
                characters=isolate(characters),
            )
        )
