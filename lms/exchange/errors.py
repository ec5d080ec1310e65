"""Rules of this room that can be broken, each with what the person is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError


class TrainingOver(DomainError):
    """Raised when something is written for an enrolment that ended: what was said stays readable."""

    def __init__(self) -> None:
        super().__init__(_l("The training session is over for this account: questions and answers stay readable."))


class EnoughForToday(DomainError):
    """Raised when a learner has written as many messages as a day allows."""

    status = 429

    def __init__(self) -> None:
        super().__init__(_l("Many questions came today already. This one can be sent tomorrow."))


class WrittenMeanwhile(DomainError):
    """Raised when somebody wrote into the thread since the page of the answer was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Something was written here in the meantime: it stands above."))


class PublishedMeanwhile(DomainError):
    """Raised when somebody published, changed or took back the same entry since the page was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else changed this entry in the meantime."))
