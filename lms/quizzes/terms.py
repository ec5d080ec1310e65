"""What a quiz allows one person: its own rules with what is arranged for them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from lms.quizzes.models import Arrangement, Quiz


@dataclass(frozen=True)
class Terms:
    """Time, attempts and closing that hold for one person. None: no limit."""

    minutes: int | None
    attempts_allowed: int | None
    closes_at: dt.datetime | None
    #: Whether the person has more time than the others.
    is_extended: bool = False

    def deadline(self, started_at: dt.datetime) -> dt.datetime | None:
        """The end of the time allowed, or the closing of the quiz when that comes first."""
        own = started_at + dt.timedelta(minutes=self.minutes) if self.minutes else None
        ends = [end for end in (own, self.closes_at) if end is not None]
        return min(ends) if ends else None


def terms(quiz: Quiz, arrangements: Sequence[Arrangement]) -> Terms:
    """The terms of a person by what is arranged for them; what names the quiz goes before what holds everywhere."""
    named = {one.quiz_id: one for one in arrangements}
    found = named.get(quiz.id) or named.get(None)
    if found is None:
        return Terms(quiz.minutes, quiz.attempts_allowed, quiz.closes_at)
    return Terms(
        _minutes(quiz.minutes, found),
        quiz.attempts_allowed + found.extra_attempts if quiz.attempts_allowed is not None else None,
        max(quiz.closes_at, found.closes_at) if quiz.closes_at and found.closes_at else quiz.closes_at,
        is_extended=bool(quiz.minutes) and (found.time_percent > 100 or found.extra_minutes > 0),
    )


def _minutes(minutes: int | None, found: Arrangement) -> int | None:
    """Whole minutes, a part of one in favour of the person."""
    if not minutes:
        return None
    return math.ceil(minutes * found.time_percent / 100) + found.extra_minutes
