"""When keys, feedback and explanations may leave the server: one rule for pages, JSON, print and own data.

What a marker wrote to a person is that person's own as soon as the marks are out; the criteria are part of the key.
"""

from __future__ import annotations

import datetime as dt

from lms.quizzes.models import Attempt, AttemptState, Feedback, Purpose, Quiz
from lms.quizzes.services.attempts import GRACE


def released(attempt: Attempt, quiz: Quiz, *, last_closing: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether answers with their key and explanation may be shown for this attempt: never while it is open.

    ``last_closing``: of everybody who may take the quiz, ``queries.last_closing``.
    """
    if attempt.state != AttemptState.SUBMITTED:
        return False
    if quiz.feedback == Feedback.AFTER_CLOSING:
        # An answer on its way at the closing still counts, the last person's too: the keys come after it.
        return last_closing is not None and now > last_closing + GRACE
    return quiz.feedback in (Feedback.AT_ONCE, Feedback.AFTER_SUBMIT)


def released_at_once(quiz: Quiz) -> bool:
    """Whether a question says during the attempt what was right: in practice only, nothing hangs on its mark."""
    return quiz.feedback == Feedback.AT_ONCE and quiz.purpose == Purpose.PRACTICE
