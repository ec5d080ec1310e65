"""Rules of this room that can be broken, each with what the person is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError


class HalfDaysOverlap(DomainError):
    """Raised when two half-days of a cohort would be held at the same time. ``field``: where it was typed."""

    def __init__(self, field: str) -> None:
        super().__init__(_l("Another half-day of this training session is held at that time."))
        self.field = field


class HalfDayClosed(DomainError):
    """Raised for a mark on a half-day that was closed in the meantime."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This half-day was closed in the meantime: nothing more is marked. It can be corrected."))


class NotBegun(DomainError):
    """Raised when a half-day would be closed before it begins."""

    def __init__(self) -> None:
        super().__init__(_l("A half-day is closed once it has begun."))


class HalfDayCancelled(DomainError):
    """Raised for acts on a half-day that does not take place."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This half-day is cancelled."))


class HasMarks(DomainError):
    """Raised when a half-day with marks would be moved or cancelled."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody was marked on this half-day already: it stays as it is."))


class NotOnTheList(DomainError):
    """Raised for a mark on somebody who is not enrolled."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_l("This person is not enrolled in the training session."))


class TooLateToCorrect(DomainError):
    """Raised when a trainer corrects later than 48 hours after the closing."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            _l("The training team corrects within 48 hours of the closing; after that, the monitoring team.")
        )


class NothingToCorrect(DomainError):
    """Raised for a correction that changes nothing."""

    def __init__(self) -> None:
        super().__init__(_l("Nothing differs from what is stored."))


class MarkedMeanwhile(DomainError):
    """Raised when the list differs from the one that was shown to be confirmed."""

    def __init__(self) -> None:
        super().__init__(_l("The list changed in the meantime: what would be stored now stands below."))


class TooManyFiles(DomainError):
    """Raised when no further file can be attached."""

    status = 422

    def __init__(self, most: int) -> None:
        super().__init__(_l("At most %(num)s files can be attached here.", num=most))
