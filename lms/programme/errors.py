"""Rules of this room that can be broken, each with a sentence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError


class PersonHasNoAccount(DomainError):
    """Raised when somebody whose account is closed would be enrolled."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("This account is closed: nobody can be enrolled with it."))


class ModuleInUse(DomainError):
    """Raised when a module would be taken out of a cohort whose people have worked in it. Names the modules."""

    def __init__(self, modules: list[str]) -> None:
        super().__init__(_l("Somebody has already worked in this module: it stays in the training session."))
        self.modules = modules


class CohortArchived(DomainError):
    """Raised when an archived cohort would be changed."""

    def __init__(self) -> None:
        super().__init__(_l("This training session is archived: it has to be restored first."))


class TooLateToRestore(DomainError):
    """Raised when something was archived too long ago to come back."""

    def __init__(self) -> None:
        super().__init__(_l("This was archived more than 30 days ago: it can no longer be restored."))


class WorkWouldBeLost(DomainError):
    """Raised when people would be taken away who have already worked in a cohort."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody among these people has already worked in a training session: nothing is undone."))


class WrongDay(DomainError):
    """Raised when a day does not fit the history of a seat. The sentence says why."""

    status = 422
