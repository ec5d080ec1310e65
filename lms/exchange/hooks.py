"""What this room adds to lessons, results and home pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.core.access import Role
from lms.core.clock import local_date
from lms.core.feature import Card, Task
from lms.core.i18n import current_language
from lms.curriculum.catalogue import Lesson
from lms.exchange import places, queries, reminders, services
from lms.exchange.forms import AskForm
from lms.exchange.models import Publication, Thread
from lms.exchange.queries import Place
from lms.programme import queries as programme
from lms.programme.models import Enrolment
from lms.quizzes.models import Attempt

#: Before other rooms' cards: somebody answered.
UNREAD, READ = 5, 90


@dataclass(frozen=True)
class Exchange:
    """What was asked and published in one place, and whether more may be asked."""

    threads: Any
    published: list[Publication]
    #: Where the form leads.
    action: str
    may_write: bool
    form: AskForm


def exchange(
    db: Session, enrolment: Enrolment, place: Place, action: str, *, form: AskForm | None = None, now: dt.datetime
) -> Exchange:
    """All that stands in one place. The number of statements does not depend on how much that is."""
    return Exchange(
        queries.threads_at(db, enrolment.id, place),
        list(queries.published_at(db, enrolment.cohort_id, place)),
        action,
        services.may_write(enrolment, now=now),
        form or AskForm(formdata=None),
    )


def lesson_panels(db: Session, enrolment: Enrolment, lesson: Lesson, *, now: dt.datetime, **_: Any) -> list[Card]:
    """Questions about the lesson, and a form for one more."""
    action = url_for("exchange.ask_about_lesson", module=lesson.module, lesson=lesson.slug)
    return [Card("exchange/_panel.html", exchange(db, enrolment, Place(lesson=lesson.key), action, now=now))]


def result_panels(db: Session, attempt: Attempt, *, now: dt.datetime) -> list[Card]:
    """Questions about the quiz of a result, and a form for one more."""
    enrolment = programme.get_enrolment_or_none(db, attempt.enrolment_id)
    if enrolment is None:
        return []
    action = url_for("exchange.ask_about_quiz", quiz_id=attempt.quiz_id)
    place = Place(quiz_id=attempt.quiz_id)
    return [Card("exchange/_panel.html", exchange(db, enrolment, place, action, now=now))]


def home_cards(db: Session, actor: Actor, *, now: dt.datetime) -> list[Card]:
    """An answer to read, else the way to what was asked."""
    if Role.LEARNER not in actor.roles:
        return []
    standing = queries.standing(db, actor.person_id)
    if not standing.total:
        return []
    thread = queries.oldest_unread(db, actor.person_id) if standing.unread else None
    data = {"standing": standing, "thread": thread, "place": _title(db, thread)}
    return [Card("exchange/_card.html", data, position=UNREAD if thread else READ)]


def _title(db: Session, thread: Thread | None) -> str:
    return places.title_of(db, thread, current_language()) if thread else ""


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """Questions of learners that wait for a trainer; the oldest opens first."""
    if Role.TRAINER not in actor.roles:
        return []
    found = queries.waiting(db, actor.person_id)
    if found.oldest_id is None or found.since is None:
        return []
    title = ngettext("%(num)s question to answer", "%(num)s questions to answer", found.count)
    tone = "warn" if found.since < reminders.late_before(now) else "info"
    url = url_for("answers.show_thread", thread_id=found.oldest_id)
    return [Task(title, _age(found.since, now), url, "message", tone, 11, found.count)]


def _age(since: dt.datetime, now: dt.datetime) -> Any:
    """How long the first question waits, in days of the programme's calendar."""
    days = (local_date(now) - local_date(since)).days
    if days <= 0:
        return _("The oldest came today.")
    return ngettext("The oldest waits since yesterday.", "The oldest waits for %(num)s days.", days)
