"""What this room adds to the home page and to module pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.core.access import Role
from lms.core.clock import local_date
from lms.core.feature import Card, Panel, Step, Task
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, long_date, number, percent
from lms.curriculum.catalogue import Lesson, Module
from lms.curriculum.catalogue import Step as LessonStep
from lms.programme import queries as programme
from lms.programme.models import Enrolment
from lms.progress import activities
from lms.quizzes import queries, services
from lms.quizzes.models import Arrangement, Attempt, AttemptState, Counts, Purpose, Quiz, ReviewRequest
from lms.quizzes.terms import terms


def module_steps(db: Session, enrolment: Enrolment, module: Module, *, now: dt.datetime) -> list[Step]:
    """The test of the module, with its state in words."""
    arrangements = queries.attempts.arrangements(db, enrolment.id)
    others = _other_steps(db, enrolment, module, arrangements, now)
    quiz = queries.attempts.test_of(db, module.slug)
    if quiz is None or not queries.attempts.is_for(quiz, enrolment):
        return ([_coming_test(module)] if module.ready_lessons else []) + others
    allowed = terms(quiz, arrangements)
    state, text = _state(db, quiz, enrolment, module, queries.attempts.attempts(db, quiz.id, enrolment.id), now)
    details = [
        ngettext("%(num)s question", "%(num)s questions", quiz.question_count),
        ngettext("%(num)s minute", "%(num)s minutes", allowed.minutes) if allowed.minutes else "",
        ngettext("%(num)s attempt", "%(num)s attempts", allowed.attempts_allowed) if allowed.attempts_allowed else "",
        _(
            "pass mark %(mark)s",
            mark=percent((quiz.pass_percent or enrolment.cohort.pass_percent) / 100, 0).striptags(),
        ),
    ]
    return [
        Step(
            activity=activities.test(module.slug),
            title=quiz.title[current_language()],
            detail=" · ".join(detail for detail in details if detail),
            state=state,
            state_text=text,
            url=None if state == "locked" else url_for("quizzes.show_quiz", quiz_id=quiz.id),
        ),
        *others,
    ]


def _other_steps(
    db: Session, enrolment: Enrolment, module: Module, arrangements: Sequence[Arrangement], now: dt.datetime
) -> list[Step]:
    """The quizzes of the training team for this person, besides the test."""
    found = queries.quizzes.of_module(db, enrolment, module.slug)
    sent = queries.quizzes.sent_by(db, enrolment.id) if found else set()
    own = [quiz for quiz in found if queries.attempts.is_for(quiz, enrolment)]
    return [_other_step(quiz, terms(quiz, arrangements).closes_at, quiz.id in sent, now) for quiz in own]


def _other_step(quiz: Quiz, closes_at: dt.datetime | None, is_done: bool, now: dt.datetime) -> Step:
    is_shut = (quiz.opens_at is not None and now < quiz.opens_at) or (closes_at is not None and now >= closes_at)
    return Step(
        activity=f"quiz:{quiz.id}",
        title=quiz.title[current_language()],
        detail=ngettext("%(num)s question", "%(num)s questions", quiz.question_count),
        state="done" if is_done else "later",
        state_text=_("Attempt sent") if is_done else _("Closed") if is_shut else _("Open"),
        url=url_for("quizzes.show_quiz", quiz_id=quiz.id),
        is_required=False,
    )


def _coming_test(module: Module) -> Step:
    """A module whose test is still being written: its step counts already, so it is shown."""
    return Step(
        activity=activities.test(module.slug),
        title=_("Test of the module"),
        detail=_("It is being prepared."),
        state="later",
        state_text=_("Coming"),
        url=None,
    )


def _state(
    db: Session, quiz: Quiz, enrolment: Enrolment, module: Module, made: Sequence[Attempt], now: dt.datetime
) -> tuple[str, str]:
    outcome = services.marking.counted_of(quiz, made)
    if outcome is not None and outcome.has_passed:
        return "done", _("Passed")
    if made and made[-1].state == AttemptState.OPEN:
        return "current", _("In progress")
    if services.attempts.lessons_missing(db, enrolment.id, module.slug):
        return "locked", _("After the lessons")
    if made:
        return "current", _("Attempt %(number)s sent", number=made[-1].number)
    return "current", _("Open")


@dataclass(frozen=True)
class Practice:
    """The quiz at the end of a lesson, and how its last attempt went."""

    quiz: Quiz
    open_attempt: Attempt | None
    #: Share of the points of the last attempt sent; None before the first.
    share: Decimal | None
    form: EmptyForm


def lesson_panels(
    db: Session, enrolment: Enrolment, lesson: Lesson, *, step: LessonStep | None, now: dt.datetime
) -> list[Card]:
    """Practice at the end of the lesson."""
    if step is not None and step.number < len(lesson.steps):
        return []
    found = queries.quizzes.of_lesson(db, enrolment, lesson.key)
    return [Card("quizzes/_practice.html", _practice(db, quiz, enrolment), place="end") for quiz in found]


def _practice(db: Session, quiz: Quiz, enrolment: Enrolment) -> Practice:
    made = queries.attempts.attempts(db, quiz.id, enrolment.id)
    sent = [attempt.score for attempt in made if attempt.state == AttemptState.SUBMITTED]
    is_open = bool(made) and made[-1].state == AttemptState.OPEN
    return Practice(quiz, made[-1] if is_open else None, sent[-1] if sent else None, EmptyForm())


def module_panels(db: Session, enrolment: Enrolment, module: Module, *, now: dt.datetime) -> list[Panel]:
    """How far lessons and test are, for the certificate's checklist."""
    lessons = [activity for activity in module.required_activities if activities.is_lesson(activity)]
    if not lessons:
        return []
    left = services.attempts.lessons_missing(db, enrolment.id, module.slug)
    read = len(lessons) - left
    panels = [
        Panel(
            title=_("Lessons"),
            value_text=_("%(done)s of %(total)s", done=read, total=len(lessons)),
            detail=_("All lessons that are ready count."),
            icon="book",
            is_met=left == 0,
            share=read / len(lessons),
            position=10,
        )
    ]
    quiz = queries.attempts.test_of(db, module.slug)
    if quiz is not None:
        panels.append(_test_panel(db, quiz, enrolment))
    return panels


def _test_panel(db: Session, quiz: Quiz, enrolment: Enrolment) -> Panel:
    outcome = services.marking.counted_of(quiz, queries.attempts.attempts(db, quiz.id, enrolment.id))
    wanted = quiz.pass_percent or enrolment.cohort.pass_percent
    mark, score = percent(wanted / 100, 0).striptags(), outcome.score if outcome else None
    return Panel(
        title=quiz.title[current_language()],
        value_text=_("%(mark)s/20", mark=number(score * 20, 1 if (score * 20) % 1 else 0))
        if score is not None
        else _("to do"),
        detail=_("Pass mark %(mark)s. The best attempt counts.", mark=mark)
        if quiz.counts == Counts.BEST
        else _("Pass mark %(mark)s.", mark=mark),
        icon="list-checks",
        is_met=outcome is not None and outcome.has_passed,
        share=float(score or 0),
        threshold=wanted / 100,
        position=20,
    )


def home_cards(db: Session, actor: Actor, *, now: dt.datetime) -> list[Card]:
    """What goes on in the room now; an open attempt to go on with, else the last result to read."""
    if Role.LEARNER not in actor.roles:
        return []
    return _live_cards(db, actor) + _own_cards(db, actor, now)


def _live_cards(db: Session, actor: Actor) -> list[Card]:
    """The quiz in the room of a person, while one is on."""
    run = queries.live.run_for(db, actor.person_id)
    if run is None:
        return []
    data = {
        "heading": _("Live in the room"),
        "url": url_for("live.show_room", run_id=run.id),
        "title": run.quiz.title[current_language()],
        "detail": _("Answers without names; no mark."),
    }
    return [Card("quizzes/_card.html", data, position=5)]


def _own_cards(db: Session, actor: Actor, now: dt.datetime) -> list[Card]:
    lang = current_language()
    enrolment = programme.running_enrolment(db, actor.person_id, today=local_date(now))
    if enrolment is None:
        return []
    attempt = queries.attempts.open_attempt(db, enrolment.id)
    if attempt is not None:
        url = url_for("quizzes.show_question", quiz_id=attempt.quiz_id, number=attempt.number, position=1)
        data = {
            "heading": _("Test in progress"),
            "url": url,
            "title": attempt.quiz.title[lang],
            "detail": _("The answers are kept; time continues.")
            if attempt.deadline_at
            else _("The answers are kept; there is no time limit."),
        }
        return [Card("quizzes/_card.html", data, position=10)]
    last = queries.attempts.last_results(db, enrolment.id)
    cards = [Card("quizzes/_card.html", _result_data(attempt, lang), position=30) for attempt in last]
    return _programme_cards(db, enrolment, now) + cards


#: Of cards in the first place: before the lessons, or once they are read.
BEFORE, AFTER = 10, 90


def _programme_cards(db: Session, enrolment: Enrolment, now: dt.datetime) -> list[Card]:
    """The test before the training until a lesson is read, the one after it once all are, or in the last week."""
    found = [quiz for quiz in queries.quizzes.of_programme(db, enrolment) if queries.attempts.is_for(quiz, enrolment)]
    sent = queries.quizzes.sent_by(db, enrolment.id) if found else set()
    return [
        _programme_card(db, quiz, enrolment)
        for quiz in found
        if quiz.id not in sent and services.attempts.fits_progress(db, quiz, enrolment, now=now)
    ]


def _programme_card(db: Session, quiz: Quiz, enrolment: Enrolment) -> Card:
    is_before = quiz.purpose == Purpose.PRE_TEST
    minutes = ngettext("%(num)s minute", "%(num)s minutes", quiz.minutes or 0)
    questions = ngettext("%(num)s question", "%(num)s questions", quiz.question_count)
    detail = " · ".join([questions, minutes, _("without a mark")] if is_before else [questions, minutes])
    title, url = quiz.title[current_language()], url_for("quizzes.show_quiz", quiz_id=quiz.id)
    if is_before:
        over = _("Before the first lesson")
    elif services.attempts.has_read_all(db, enrolment.id):
        over = _("All lessons are read")
    else:
        over = _("Last week of the training session")
    data = {"heading": over, "title": title, "url": url, "action": _("See the test"), "detail": detail}
    return Card("quizzes/_card.html", data, place="resume", position=BEFORE if is_before else AFTER)


def _result_data(attempt: Attempt, lang: str) -> dict[str, str]:
    on_twenty = (attempt.score or 0) * 20
    mark = f"{number(on_twenty, 1 if on_twenty % 1 else 0)}/20"
    words = _("Pass mark reached") if services.marking.has_passed(attempt) else _("Below the pass mark")
    if not attempt.quiz.shows_mark:
        detail = _("Sent; without a mark.")
    else:
        detail = _("The mark comes later.") if attempt.score is None else f"{mark} · {words}"
    return {
        "heading": _("Last result"),
        "url": url_for("quizzes.show_result", quiz_id=attempt.quiz_id, number=attempt.number),
        "title": attempt.quiz.title[lang],
        "detail": detail,
    }


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """Open answers that wait for a trainer, marks to agree on or to release, and questions about marks."""
    if Role.TRAINER not in actor.roles:
        return []
    count = queries.pile.counts(db, actor.person_id)
    found = _live_tasks(db, actor) + review_tasks(db, actor)
    if count.oldest is not None:
        title = ngettext("%(num)s answer to grade", "%(num)s answers to grade", count.waiting)
        url, age = url_for("grading.go_on"), _age(count.oldest, now)
        found.append(Task(title, age, url, "pencil", "info", 12, count.waiting))
    if count.apart:
        title = ngettext("%(num)s mark to agree on", "%(num)s marks to agree on", count.apart)
        detail = _("Two people marked the same answer too differently.")
        found.append(Task(title, detail, url_for("grading.list_work"), "alert", "warn", 13, count.apart))
    if count.ready:
        title = ngettext("%(num)s attempt with marks to release", "%(num)s attempts with marks to release", count.ready)
        detail = _("Learners see marks and comments once they are released.")
        found.append(Task(title, detail, url_for("grading.list_work"), "check", "info", 15, count.ready))
    return found


def _live_tasks(db: Session, actor: Actor) -> list[Task]:
    """A quiz in the room that goes on: the way back to the screen."""
    run = queries.live.under_way(db, actor.person_id)
    if run is None:
        return []
    title = _("Live in the room: %(title)s", title=run.quiz.title[current_language()])
    return [
        Task(
            title,
            run.cohort.name[current_language()],
            url_for("live_desk.show_run", run_id=run.id),
            "list-checks",
            "info",
            5,
        )
    ]


def review_tasks(db: Session, actor: Actor) -> list[Task]:
    """Questions about marks that wait for a trainer; the oldest opens first."""
    oldest = queries.desk.oldest_review(db, actor.person_id)
    if oldest is None:
        return []
    count = queries.desk.count_waiting_reviews(db, actor.person_id)
    title = ngettext("%(num)s question about a mark", "%(num)s questions about a mark", count)
    detail = _("The oldest was asked on %(day)s.", day=long_date(oldest.asked_at))
    return [Task(title, detail, _review_url(oldest), "info", "info", 14, count)]


def _review_url(review: ReviewRequest) -> str:
    one = review.attempt
    place: dict[str, Any] = {"quiz_id": one.quiz_id, "enrolment_id": one.enrolment_id, "number": one.number}
    return url_for("desk.show_attempt", **place, _anchor="reviews")


def _age(oldest: dt.datetime, now: dt.datetime) -> Any:
    """How long the answer waits that was sent first, in days of the programme's calendar."""
    days = (local_date(now) - local_date(oldest)).days
    if days <= 0:
        return _("The oldest came today.")
    return ngettext("The oldest waits since yesterday.", "The oldest waits for %(num)s days.", days)
