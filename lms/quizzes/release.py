"""When keys, feedback and marks may leave the server: one rule for pages, JSON, print and own data."""

from __future__ import annotations

import datetime as dt

from lms.quizzes.models import Attempt, AttemptState, Feedback


def released(attempt: Attempt, policy: str, *, now: dt.datetime) -> bool:
    """Whether answers with their key and explanation may be shown for this attempt.

    Never while the attempt is open. Quizzes have no closing date, so « after closing » holds everything back.
    """
    if attempt.state != AttemptState.SUBMITTED:
        return False
    return policy in (Feedback.AT_ONCE, Feedback.AFTER_SUBMIT)
