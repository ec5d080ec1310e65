"""A quiz in the room: starting it, what the trainer does with it, answers. Knows no HTTP; flushes, never commits.

Context: a room answers honestly when nobody can tell who answered what. Decision (2026-11-28): a participant is a hash
of the enrolment, keyed by the secret of the installation and by a salt of the run that is emptied at its end; no moment
stands beside an answer. At the end every answer gets a participant of its own. Consequence: one person has one answer
while the run is on; afterwards the tables lead from no answer to a person, nor to another answer of theirs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.db import insert_if_absent
from lms.quizzes import drawing, live_bars, queries
from lms.quizzes.errors import NothingDrawn, NotInTheRoom, NotOpenNow, RunsAlready, UnreadableAnswer
from lms.quizzes.models import (
    Feedback,
    LiveAnswer,
    LivePresence,
    LiveQuestion,
    LiveRun,
    LiveState,
    Purpose,
    QuestionVersion,
    Quiz,
)
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import BadAnswer, QuestionType
from lms.quizzes.question_types.families import OneOption
from lms.quizzes.question_types.multiple_choice import MultipleChoice
from lms.quizzes.question_types.rating import Rating

#: A run that nobody ended ends by itself.
LONGEST = dt.timedelta(hours=4)
#: What a room may be asked. The tests of a module, and those before and after it, would give away their keys.
PURPOSES = (Purpose.PRACTICE, Purpose.SURVEY)


def refusal(quiz: Quiz) -> Any:
    """Why a quiz may not be asked in the room, in a sentence; None when it may."""
    if quiz.purpose not in PURPOSES:
        return _l("Tests are not asked in the room: the answers would be known before.")
    if quiz.purpose == Purpose.PRACTICE and quiz.feedback in (Feedback.AFTER_CLOSING, Feedback.NEVER):
        return _l("The answers of this quiz are not shown before its closing: it is not asked in the room.")
    if quiz.purpose == Purpose.SURVEY and quiz.content_key is not None:
        return _l("The programme’s surveys are answered without a name on a page of their own.")
    if quiz.published_at is None:
        return _l("The quiz has to be published first.")
    return None


def may_ask(quiz: Quiz, trainer_id: int) -> bool:
    """Whether a trainer may ask it in the room: ``queries.live.quiz_or_none`` of a quiz that is there already."""
    return quiz.archived_at is None and (quiz.content_key is not None or quiz.owner_id == trainer_id)


def suits(kind: QuestionType) -> bool:
    """Whether a room can answer: one tap or some, and bars to show for it."""
    return isinstance(kind, (OneOption, MultipleChoice, Rating))


@dataclass(frozen=True)
class Chosen:
    """The questions that a run would ask, and how many it leaves out for which reason."""

    versions: Sequence[QuestionVersion]
    other_kinds: int
    of_tests: int

    @property
    def is_left_out(self) -> bool:
        return self.other_kinds + self.of_tests > 0


def choose(db: Session, quiz: Quiz, rng: random.Random) -> Chosen:
    """The questions of a quiz that suit a room, in the order of the quiz; what is drawn is drawn here."""
    drawn = [one.version for one in drawing.draw(db, quiz, rng)]
    guarded = queries.quizzes.of_tests(db, [version.question_id for version in drawn])
    free = [version for version in drawn if version.question_id not in guarded]
    suited = [version for version in free if suits(get(version.type))]
    return Chosen(suited, len(free) - len(suited), len(drawn) - len(free))


def start(
    db: Session, quiz: Quiz, cohort_id: int, *, trainer_id: int, now: dt.datetime, rng: random.Random | None = None
) -> LiveRun:
    """Begin to ask a quiz in the room of a cohort; the first question is on the screen, not open yet.

    Raises NotInTheRoom for tests, drafts and where no question suits, NothingDrawn for a quiz without questions,
    RunsAlready when another one is on.
    """
    if refusal(quiz) is not None:
        raise NotInTheRoom(refusal(quiz))
    if quiz.cohort_id not in (None, cohort_id):
        raise NotInTheRoom(_l("This quiz is for another training session."))
    rng = rng or random.Random(secrets.randbits(64))  # noqa: S311
    chosen = choose(db, quiz, rng)
    if not chosen.versions and chosen.is_left_out:
        raise NotInTheRoom(_l("A room answers by choosing: no question of this quiz can be asked there."))
    if not chosen.versions:
        raise NothingDrawn
    is_new = insert_if_absent(
        db, LiveRun, quiz_id=quiz.id, cohort_id=cohort_id, trainer_id=trainer_id, salt=secrets.token_hex(16),
        position=1, version=1, started_at=now, ended_at=None,
    )  # fmt: skip
    run = queries.live.running_in(db, cohort_id)
    if run is None or not is_new:
        raise RunsAlready(run.id if run else 0)
    for position, version in enumerate(chosen.versions, 1):
        order = get(version.type).draw_order(version.settings, rng, shuffle=quiz.shuffle and version.shuffle)
        db.add(LiveQuestion(run_id=run.id, position=position, version_id=version.id, order=order))
    audit.record(db, "quizzes.live-start", actor_id=trainer_id, subject=run, now=now, quiz_id=quiz.id, cohort=cohort_id)
    return run


def act(db: Session, run_id: int, verb: str, *, version: int | None, actor_id: int, now: dt.datetime) -> None:
    """Open, close, show, go to the next question or back, end.

    ``version``: what the page of the trainer showed. An act on an older page, or one that does not fit, does nothing:
    what is there is shown instead, so that a button pressed twice is pressed once.
    """
    run = queries.live.locked(db, run_id)
    if run.ended_at is not None or version != run.version:
        return
    if verb == "end":
        end(db, run, actor_id=actor_id, now=now)
        return
    question = queries.live.current(db, run)
    if verb in _STEPS:
        _step(db, run, question, _STEPS[verb])
    elif question.state in _FROM.get(verb, ()) and _fits(db, question, verb):
        question.state = _TO[verb]
    else:
        return
    run.version += 1
    db.flush()


_STEPS = {"next": 1, "back": -1}
_FROM = {
    "open": (LiveState.READY, LiveState.CLOSED),
    "close": (LiveState.OPEN,),
    "show": (LiveState.CLOSED,),
}
_TO = {"open": LiveState.OPEN, "close": LiveState.CLOSED, "show": LiveState.SHOWN}


def _fits(db: Session, question: LiveQuestion, verb: str) -> bool:
    """An opinion has nothing to show, and is not asked again once its bars were seen: the next ones would tell whose
    answer came between."""
    if has_answer(question):
        return True
    if verb == "open" and question.state == LiveState.CLOSED:
        answers = queries.live.answers(db, question.run_id, question.position)
        return not live_bars.may_show(question.question, answers)
    return verb != "show"


def has_answer(question: LiveQuestion) -> bool:
    """Whether something is right in this question; an opinion is neither right nor wrong."""
    return get(question.question.type).marked_by != "nobody"


def _step(db: Session, run: LiveRun, question: LiveQuestion, by: int) -> None:
    """Another question on the screen; the one that is left takes no more answers."""
    there = run.position + by
    if not 1 <= there <= queries.live.count_questions(db, run.id):
        return
    if question.state == LiveState.OPEN:
        question.state = LiveState.CLOSED
    run.position = there


def end(db: Session, run: LiveRun, *, actor_id: int | None, now: dt.datetime) -> None:
    """End a run. Its bars stay; who is behind the participants can no longer be worked out."""
    question = queries.live.current(db, run)
    if question.state == LiveState.OPEN:
        question.state = LiveState.CLOSED
    run.ended_at, run.salt = now, ""
    run.version += 1
    db.flush()
    _part(db, run)
    audit.record(db, "quizzes.live-end", actor_id=actor_id, subject=run, now=now, quiz_id=run.quiz_id)


def _part(db: Session, run: LiveRun) -> None:
    """Give every answer a participant of its own: who knows one of somebody's answers cannot find the others."""
    keys = ("run_id", "position", "participant")
    found = db.execute(sa.select(*(getattr(LiveAnswer, key) for key in keys)).where(LiveAnswer.run_id == run.id)).all()
    which = [getattr(LiveAnswer, key) == sa.bindparam(f"of_{key}") for key in keys]
    change = sa.update(LiveAnswer).where(*which).values(participant=sa.bindparam("fresh"))
    rows = [
        {**{f"of_{key}": value for key, value in zip(keys, one, strict=True)}, "fresh": secrets.token_hex(16)}
        for one in found
    ]
    if rows:
        db.connection().execute(change, rows)


def end_overdue(db: Session) -> None:
    """Job: end the runs that nobody ended."""
    now = clock.now()
    for found in queries.live.overdue(db, before=now - LONGEST):
        run = queries.live.locked(db, found.id)
        if run.ended_at is None:
            end(db, run, actor_id=None, now=now)


def participant(secret: str, run: LiveRun, enrolment_id: int) -> str:
    """The key under which a person answers in a run. Only while it is on: see the top of this file."""
    said = f"live:{run.id}:{run.salt}:{enrolment_id}"
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]


def be_there(db: Session, run_id: int, who: str) -> None:
    """Somebody has the page of a run before them."""
    insert_if_absent(db, LivePresence, run_id=run_id, participant=who)


def answer(db: Session, run: LiveRun, position: int, who: str, values: Sequence[str]) -> Any:
    """Store what a participant answers now, in place of what was there; nothing chosen takes it away.

    Gives the answer as stored. Raises NotOpenNow unless the question is open, UnreadableAnswer for values that it
    cannot have sent.
    """
    question = queries.live.for_answer(db, run.id, position)
    if question is None or question.state != LiveState.OPEN:
        raise NotOpenNow
    try:
        said = get(question.question.type).parse(question.question.settings, question.order, values)
    except BadAnswer as error:
        raise UnreadableAnswer from error
    be_there(db, run.id, who)
    key = {"run_id": run.id, "position": position, "participant": who}
    if said is None:
        db.execute(sa.delete(LiveAnswer).filter_by(**key))
    elif not insert_if_absent(db, LiveAnswer, **key, answer=said):
        db.execute(sa.update(LiveAnswer).filter_by(**key).values(answer=said))
    return said
