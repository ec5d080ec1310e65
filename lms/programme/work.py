"""What people have done, as far as cohorts need it: asked here, answered by the ledger's room above.

This room stands below the ledger and does not know it. The ledger plugs its answers in when the app is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

EXTENSION = "programme.work"


@dataclass(frozen=True)
class Steps:
    """Steps of one enrolment over all its modules."""

    done: int = 0
    required: int = 0
    last_at: dt.datetime | None = None


@dataclass(frozen=True)
class CohortWork:
    """Work of a cohort's people: how many count, the average of their shares (0-1), how many are behind."""

    people: int = 0
    share: float = 0.0
    behind: int = 0


class Work(Protocol):
    """Answers of the room that holds the ledger."""

    def steps(self, db: Session, enrolment_ids: Sequence[int]) -> dict[int, Steps]: ...

    def of_cohorts(
        self, db: Session, cohort_ids: Collection[int], *, idle_since: dt.datetime
    ) -> dict[int, CohortWork]: ...

    def is_behind(self, idle_since: dt.datetime) -> sa.ColumnElement[bool]:
        """Condition on enrolments: steps are missing and nothing was done since that moment."""
        ...

    def modules_with_entries(self, db: Session, cohort_id: int) -> set[str]:
        """Modules in which somebody of the cohort has done anything."""
        ...

    def with_entries(self, db: Session, enrolment_ids: Sequence[int]) -> set[int]:
        """Those of the enrolments that have done anything."""
        ...


def work() -> Work:
    """The answers plugged in."""
    return cast(Work, current_app.extensions[EXTENSION])
