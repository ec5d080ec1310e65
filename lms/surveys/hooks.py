"""What this room adds to home pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.core.feature import Card, Task
from lms.curriculum import queries as curriculum
from lms.surveys import queries, sheet
from lms.surveys.models import FollowUp, Round

#: After an answer that came, before what is looked up.
ASKED = 8
#: How long a home page leads back to an answered follow-up for which no supervisor was named.
FOR_SUPERVISOR = dt.timedelta(days=14)
#: After everything that has to be done.
UNDER_WAY = 60


@dataclass(frozen=True)
class Waiting:
    """What a member is asked just now."""

    rounds: Sequence[Round]
    #: What there is to answer in each survey: statements, and questions in words.
    questions: dict[int, int]
    follow_ups: Sequence[FollowUp]
    #: Short titles of modules by slug, for surveys about one of them.
    titles: dict[str, Bilingual]

    def __bool__(self) -> bool:
        return bool(self.rounds or self.follow_ups)


def waiting(db: Session, person_id: int, *, now: dt.datetime) -> Waiting:
    """Open surveys, and follow-ups that wait for an answer or may still be shown to a supervisor."""
    today = local_date(now)
    rounds = queries.rounds.waiting_for(db, person_id, today=today)
    questions = {quiz_id: sheet.size(sheet.asked(db, quiz_id)) for quiz_id in {one.quiz_id for one in rounds}}
    return Waiting(rounds, questions, queries.follow_ups.waiting_for(db, person_id, today=today), titles(db))


def titles(db: Session) -> dict[str, Bilingual]:
    """Short titles of the modules by slug."""
    return {one.slug: one.short for one in curriculum.current(db).modules}


def home_cards(db: Session, actor: Actor, *, now: dt.datetime) -> list[Card]:
    """The way to what is asked, as long as it is."""
    if Role.LEARNER not in actor.roles:
        return []
    found = waiting(db, actor.person_id, now=now)
    today = local_date(now)
    found = replace(found, follow_ups=[one for one in found.follow_ups if _is_fresh(one, today)])
    return [Card("surveys/_card.html", found, position=ASKED)] if found else []


def _is_fresh(one: FollowUp, today: dt.date) -> bool:
    """Not answered, or just answered: an address of the supervisor has to be looked up first."""
    return one.answered_on is None or today - one.answered_on <= FOR_SUPERVISOR


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """The way to what the cohorts of a trainer are asked just now."""
    if Role.TRAINER not in actor.roles:
        return []
    rounds, answered = queries.rounds.under_way(db, actor.person_id, today=local_date(now))
    if not rounds:
        return []
    title = ngettext("%(num)s survey under way", "%(num)s surveys under way", rounds)
    detail = ngettext("%(num)s answer so far", "%(num)s answers so far", answered)
    return [Task(title, detail, url_for("survey_desk.list_rounds"), "message", "info", UNDER_WAY, rounds)]
