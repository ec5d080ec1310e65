"""Rules of this room that can be broken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError


class NoCurriculum(DomainError):
    """Raised while no content was ever read."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_l("The lessons are not loaded yet. The programme team has been told."))


class NoSuchPaper(DomainError):
    """Raised for the name of a paper that no lesson, module or guide has."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(_l("There is no such paper."))
        self.name = name
