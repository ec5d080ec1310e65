"""Opening and closing rounds."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.attendance.models import HalfDay
from lms.core import audit
from lms.core.clock import local_date
from lms.core.db import insert_if_absent
from lms.programme.models import Cohort
from lms.quizzes.models import Purpose, Quiz
from lms.quizzes.question_types import get
from lms.surveys import queries
from lms.surveys.errors import FormNotUsable, RoundExists
from lms.surveys.models import Round
from lms.surveys.queries.forms import COHORT_END, SESSION_END

#: How long a survey is open: its last day is so many days after its first.
USUAL_DAYS, AT_COHORTS_END_DAYS = 7, 21
LONGEST_DAYS = 90


def usual_length(quiz: Quiz) -> dt.timedelta:
    """From the first day of a survey to its last."""
    return dt.timedelta(days=AT_COHORTS_END_DAYS if quiz.content_key == COHORT_END else USUAL_DAYS)


def check_form(db: Session, quiz: Quiz) -> None:
    """Raise FormNotUsable unless the quiz asks for opinions only, the same of everybody."""
    if quiz.purpose != Purpose.SURVEY or quiz.published_at is None or quiz.archived_at is not None:
        raise FormNotUsable(_l("Only a published survey can be asked."))
    versions = queries.forms.versions_of(db, quiz.id)
    if not versions:
        raise FormNotUsable(_l("This survey has no question yet."))
    if queries.forms.has_draws(db, quiz.id):
        raise FormNotUsable(_l("A survey asks everybody the same: this one draws questions at random."))
    if any(get(version.type).marked_by != "nobody" for version in versions):
        raise FormNotUsable(
            _l("A survey asks for opinions: ratings and opinions in words, nothing with a right answer.")
        )


def open(
    db: Session,
    quiz: Quiz,
    cohort: Cohort,
    *,
    module: str = "",
    opens_on: dt.date,
    closes_on: dt.date | None = None,
    opened_by_id: int | None = None,
    now: dt.datetime,
) -> Round:
    """Ask a survey of a cohort, from a day to a day (its usual length unless told).

    The same survey about the same module, opened twice on one day, is one round: whoever comes second gets it.
    ``opened_by_id`` None: the programme itself, at the end of a session or of a cohort. Raises FormNotUsable, and
    RoundExists where the round of that day is closed.
    """
    check_form(db, quiz)
    if quiz.cohort_id not in (None, cohort.id):
        raise FormNotUsable(_l("This survey belongs to another training session."))
    last = closes_on or opens_on + usual_length(quiz)
    is_new = insert_if_absent(
        db, Round, quiz_id=quiz.id, cohort_id=cohort.id, module=module, opens_on=opens_on, closes_on=last,
        opened_by_id=opened_by_id,
    )  # fmt: skip
    found = queries.rounds.same_round(db, quiz.id, cohort.id, module, opens_on)
    if not is_new and not found.is_open(local_date(now)):
        raise RoundExists
    if is_new and opened_by_id is not None:
        audit.record(
            db, "surveys.open-round", actor_id=opened_by_id, subject=found, now=now,
            after={"quiz": quiz.id, "cohort": cohort.id, "module": module, "closes_on": last.isoformat()},
        )  # fmt: skip
    return found


def open_after_meeting(half_day: HalfDay, *, db: Session, now: dt.datetime) -> Round | None:
    """The programme's survey of a session's end opens once the last half-day of a meeting is closed.

    A form that somebody made unusable asks nothing: closing a half-day never fails for it.
    """
    meeting = half_day.meeting
    if any(one.closed_at is None for one in meeting.taking_place):
        return None
    quiz = queries.forms.by_key(db, SESSION_END)
    # A half-day that was opened again and closed once more asks nobody a second time.
    last_day = max(one.day for one in meeting.taking_place)
    if quiz is None or queries.rounds.was_asked(db, quiz.id, meeting.cohort_id, meeting.module, since=last_day):
        return None
    try:
        return open(db, quiz, meeting.cohort, module=meeting.module, opens_on=local_date(now), now=now)
    except (FormNotUsable, RoundExists):
        return None


def close(db: Session, round_id: int, *, actor_id: int, now: dt.datetime) -> None:
    """Close a round before its time; where it is over already nothing happens."""
    found = queries.rounds.lock(db, round_id)
    if found.is_over(local_date(now)):
        return
    found.closed_at = now
    db.flush()
    audit.record(db, "surveys.close-round", actor_id=actor_id, subject=found, now=now)
