"""What a mark can say: the five statuses, and the programme's own names of them. The one place that words a mark."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import force_locale
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.models import Mark, MarkChange
from lms.attendance.statuses import SHORT, Status
from lms.core.bilingual import Bilingual
from lms.core.i18n import current_language, locale_of

#: The longest value a form sends: « left_early- » and the greatest number of a row.
LONGEST_VALUE = 21


@dataclass(frozen=True)
class Choice:
    """A status, or one of the programme's names of it."""

    #: In forms, addresses and messages: « excused », « excused-3 ».
    value: str
    status: Status
    name_id: int | None = None
    name: Bilingual | None = None
    is_retired: bool = False

    @property
    def label(self) -> str:
        """In the language of the page: the own name where there is one."""
        return str(self.status.label) if self.name is None else self.name[current_language()]

    @property
    def short(self) -> str:
        """As ``label``, for the narrow places of the roll call."""
        return str(SHORT[self.status]) if self.name is None else self.label

    def label_in(self, lang: str) -> str:
        if self.name is not None:
            return self.name[lang]
        with force_locale(locale_of(lang)):
            return str(self.status.label)


def value_of(status: str, name_id: int | None) -> str:
    """What stands for a status in forms: with its own name's number where it has one."""
    return status if name_id is None else f"{status}-{name_id}"


@dataclass(frozen=True)
class Choices:
    """All of them by value, those that are retired too."""

    by_value: dict[str, Choice]

    @property
    def own(self) -> list[Choice]:
        """The programme's names that people are marked with, in the order they were added."""
        return [one for one in self.by_value.values() if one.name is not None and not one.is_retired]

    def offered(self, *, besides: Mark | None = None) -> list[Choice]:
        """What somebody can be marked with; and what the mark says, though it be retired."""
        stored = value_of(besides.status, besides.name_id) if besides is not None else None
        return [one for one in self.by_value.values() if not one.is_retired or one.value == stored]

    def of(self, one: Mark | MarkChange) -> Choice:
        """What a mark says, or what a change made of it."""
        return self.by_value[value_of(one.status, one.name_id)]

    def before(self, change: MarkChange) -> Choice | None:
        """What a mark said before a change; None: nothing."""
        return self.by_value[value_of(change.old_status, change.old_name_id)] if change.old_status else None


def known(db: Session) -> Choices:
    """Every choice there is, in one statement."""
    found = [Choice(one.value, one) for one in Status]
    for row in queries.status_names.every(db):
        status = Status(row.status)
        found.append(Choice(value_of(status, row.id), status, row.id, row.name, row.retired_at is not None))
    return Choices({one.value: one for one in found})
