"""The people of a quiz, for those who train them: time, attempts, what was sent, questions about marks."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.core import clock, paging
from lms.core.access import requires
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.forms import EmptyForm
from lms.core.i18n import clock_time, current_language, localized, short_date
from lms.programme.models import Enrolment
from lms.quizzes import queries, results, services
from lms.quizzes.errors import AnsweredMeanwhile
from lms.quizzes.forms.desk import AnswerForm, ArrangementForm
from lms.quizzes.models import AnswerArrival, Arrangement, Attempt, AttemptQuestion, AttemptState, Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.queries.desk import Learner
from lms.quizzes.question_types import get
from lms.quizzes.terms import terms

blueprint = localized(Blueprint("desk", __name__, template_folder="../templates", url_prefix="/questions"))


@blueprint.before_request
def belong_to_the_trainer() -> None:
    """What is arranged for a person belongs to their training session, the people of a quiz to the quiz."""
    g.nav_endpoint = "bank.list_questions" if "quiz_id" in (request.view_args or {}) else "taught.list_cohorts"


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.desk.quiz_or_none(session(), current_user.person_id, quiz_id) or abort(404)


def _enrolments(ids: Sequence[int]) -> Sequence[Enrolment]:
    return queries.desk.enrolments(session(), current_user.person_id, ids, lang=current_language())


def _enrolment_or_404(enrolment_id: int) -> Enrolment:
    found = _enrolments([enrolment_id])
    return found[0] if found else abort(404)


@blueprint.get("/arrangements/<int:enrolment_id>/")
@requires(QuizPermission.PEOPLE)
def show_arrangements(enrolment_id: int) -> ResponseReturnValue:
    """What is arranged for a person, and more of it; ``?quiz=`` opens the form for one quiz."""
    return _arrangement_page(_enrolment_or_404(enrolment_id))


def _arrangement_page(enrolment: Enrolment, form: ArrangementForm | None = None) -> str:
    log_shown("desk.show_arrangements", person_id=enrolment.person_id)
    stored = queries.desk.arrangements_of(session(), [enrolment.id])[enrolment.id]
    offered = queries.desk.quizzes_for(session(), current_user.person_id, enrolment)
    asked = paging.whole_number(request.args.get("quiz"))
    quiz = next((one for one in offered if one.id == asked), None)
    return render_template(
        "quizzes/show_arrangements.html",
        enrolment=enrolment,
        stored=stored,
        quiz=quiz,
        form=form or _opened(offered, quiz, stored),
        end_form=EmptyForm(),
    )


def _opened(offered: Sequence[Quiz], quiz: Quiz | None, stored: Sequence[Arrangement]) -> ArrangementForm:
    form = ArrangementForm(formdata=None)
    form.offer(offered)
    quiz_id = quiz.id if quiz else None
    form.show(quiz_id, next((one for one in stored if one.quiz_id == quiz_id), None))
    return form


@blueprint.post("/arrangements/<int:enrolment_id>/")
@requires(QuizPermission.PEOPLE)
def save_arrangement(enrolment_id: int) -> ResponseReturnValue:
    enrolment = _enrolment_or_404(enrolment_id)
    form = ArrangementForm()
    form.offer(queries.desk.quizzes_for(session(), current_user.person_id, enrolment))
    if not form.validate_on_submit():
        return _arrangement_page(enrolment, form), 422
    _arrange([enrolment], form)
    flash(_("Stored. It holds at once, in a running attempt too."), "ok")
    return redirect(_page_of(enrolment))


def _arrange(enrolments: Sequence[Enrolment], form: ArrangementForm) -> None:
    services.desk.arrange(
        session(), enrolments, form.quiz_id, form.given(), actor_id=current_user.person_id, now=clock.now()
    )


def _page_of(enrolment: Enrolment) -> str:
    quiz_id = paging.whole_number(request.args.get("quiz"))
    return url_for(".show_arrangements", enrolment_id=enrolment.id, quiz=quiz_id)


@blueprint.post("/arrangements/<int:enrolment_id>/<int:arrangement_id>/end")
@requires(QuizPermission.PEOPLE)
def end_arrangement(enrolment_id: int, arrangement_id: int) -> ResponseReturnValue:
    enrolment = _enrolment_or_404(enrolment_id)
    services.desk.end(session(), enrolment, arrangement_id, actor_id=current_user.person_id, now=clock.now())
    flash(_("Taken away. A running attempt keeps the time it has."), "ok")
    return redirect(_page_of(enrolment))


@dataclass(frozen=True)
class PersonRow:
    """A person of a quiz as its page lists them."""

    learner: Learner
    allowed: int | None
    has_more_time: bool
    state: Any
    tone: str
    #: The mark that counts, of twenty.
    mark: Decimal | None


@blueprint.get("/quizzes/<int:quiz_id>/people/")
@requires(QuizPermission.PEOPLE)
def list_people(quiz_id: int) -> ResponseReturnValue:
    """The learners of the trainer's cohorts who may take a quiz, and how far they are."""
    quiz, now = _quiz_or_404(quiz_id), clock.now()
    held = queries.desk.cohorts(session(), current_user.person_id)
    asked = paging.whole_number(request.args.get("cohort"))
    cohort_id = asked if asked in [cohort.id for cohort in held] else None
    page, search = paging.page_number(), paging.search_words()
    rows, total = queries.desk.people(
        session(), current_user.person_id, quiz, cohort_id=cohort_id, search=search, lang=current_language(), page=page
    )
    if rows:
        log_shown("desk.list_people", people=len(rows))
    return render_template(
        "quizzes/list_people.html",
        quiz=quiz,
        rows=[_row(quiz, learner, now) for learner in rows],
        cohorts=held,
        cohort_id=cohort_id,
        search=search,
        can_be_live=services.live.may_ask(quiz, current_user.person_id),
        pages=paging.pages(".list_people", page, len(rows), total, quiz_id=quiz.id, cohort=cohort_id, q=search),
    )


def _row(quiz: Quiz, learner: Learner, now: dt.datetime) -> PersonRow:
    allowed = terms(quiz, learner.arrangements)
    outcome = services.marking.counted_of(quiz, learner.attempts)
    state, tone = _state(learner, now)
    mark = outcome.score * 20 if outcome else None
    return PersonRow(learner, allowed.attempts_allowed, allowed.is_extended, state, tone, mark)


def _state(learner: Learner, now: dt.datetime) -> tuple[Any, str]:
    """How far a person is, in words, and the tone of it."""
    if not learner.attempts:
        return _("Not begun"), "neutral"
    last = learner.attempts[-1]
    if last.state == AttemptState.OPEN:
        return running_words(last, now), "info"
    return (_("Waits for a mark"), "warn") if learner.waits else (_("Attempt sent"), "ok")


def running_words(attempt: Attempt, now: dt.datetime) -> Any:
    """Until when an open attempt runs; the day where it is another one."""
    end = attempt.deadline_at
    if end is None:
        return _("Under way")
    if services.attempts.is_over(attempt, now):
        return _("The time is over, it is being sent")
    if clock.local_date(end) == clock.local_date(now):
        return _("Under way until %(time)s", time=clock_time(end).striptags())
    return _("Under way until %(day)s at %(time)s", day=short_date(end), time=clock_time(end).striptags())


def _ticked(quiz: Quiz, values: Sequence[str]) -> Sequence[Enrolment]:
    """Those of the people ticked who are the trainer's and may take the quiz; nobody ticked: none."""
    ids = [one for one in map(paging.whole_number, values[: paging.PAGE_SIZE]) if one is not None]
    found = [one for one in _enrolments(ids) if quiz.cohort_id in (None, one.cohort_id)]
    if quiz.archived_at is not None or (ids and not found):
        abort(404)
    return found


@blueprint.get("/quizzes/<int:quiz_id>/people/arrange")
@requires(QuizPermission.PEOPLE)
def choose_arrangement(quiz_id: int) -> ResponseReturnValue:
    """The same for several people who were ticked (``?person=``)."""
    quiz = _quiz_or_404(quiz_id)
    people = _ticked(quiz, request.args.getlist("person"))
    if not people:
        flash(_("Nobody is ticked yet."), "warn")
        return redirect(url_for(".list_people", quiz_id=quiz.id))
    return _together_page(quiz, people, _opened([quiz], quiz, []))


def _together_page(quiz: Quiz, people: Sequence[Enrolment], form: ArrangementForm) -> str:
    log_shown("desk.choose_arrangement", people=len(people))
    return render_template(
        "quizzes/arrange_together.html",
        quiz=quiz,
        people=people,
        arranged=queries.desk.arrangements_of(session(), [one.id for one in people]),
        form=form,
    )


@blueprint.post("/quizzes/<int:quiz_id>/people/arrange")
@requires(QuizPermission.PEOPLE)
def arrange_people(quiz_id: int) -> ResponseReturnValue:
    quiz = _quiz_or_404(quiz_id)
    people = _ticked(quiz, request.form.getlist("person")) or abort(404)
    form = ArrangementForm()
    form.offer([quiz])
    if not form.validate_on_submit():
        return _together_page(quiz, people, form), 422
    _arrange(people, form)
    flash(
        ngettext(
            "Stored for %(num)s person. It holds at once, in a running attempt too.",
            "Stored for %(num)s people. It holds at once, in running attempts too.",
            len(people),
        ),
        "ok",
    )
    return redirect(url_for(".list_people", quiz_id=quiz.id))


@dataclass(frozen=True)
class LateAnswer:
    """An answer that came too late: kept, not counted."""

    lines: tuple[Bilingual, ...]
    #: After the end of the attempt; a part of a minute is one.
    minutes: int


@blueprint.get("/quizzes/<int:quiz_id>/people/<int:enrolment_id>/<int:number>/")
@requires(QuizPermission.PEOPLE)
def show_attempt(quiz_id: int, enrolment_id: int, number: int) -> ResponseReturnValue:
    """What a learner sent, with the key and what came late; of a running attempt only how far it is."""
    return _attempt_page(*_attempt_or_404(quiz_id, enrolment_id, number), AnswerForm(formdata=None))


def _attempt_or_404(quiz_id: int, enrolment_id: int, number: int) -> tuple[Attempt, Enrolment]:
    found = queries.desk.attempt_or_none(session(), current_user.person_id, quiz_id, enrolment_id, number)
    return found or abort(404)


def _attempt_page(attempt: Attempt, enrolment: Enrolment, form: AnswerForm, refused: Any = None) -> str:
    log_shown("desk.show_attempt", person_id=enrolment.person_id)
    if attempt.state == AttemptState.OPEN:
        return render_template(
            "quizzes/show_running.html",
            attempt=attempt,
            enrolment=enrolment,
            state=running_words(attempt, clock.now()),
            places=queries.attempts.places(session(), attempt.id),
        )
    trainer_id = current_user.person_id
    result, changes = (
        results.of(session(), attempt, is_released=True),
        queries.attempts.changes_of(session(), attempt.id),
    )
    reviews = queries.attempts.reviews_of(session(), attempt.id)
    people = [*(one.changed_by_id for one in changes), *(one.answered_by_id for one in reviews)]
    asked = [one.question.version.question_id for one in result.answered]
    return render_template(
        "quizzes/show_attempt.html",
        attempt=attempt,
        enrolment=enrolment,
        result=result,
        has_passed=services.marking.has_passed(attempt),
        changes=changes,
        reviews=reviews,
        names=queries.desk.names(session(), people),
        unread={one.question.id for one in result.answered if _is_unread(one.question)},
        late=_late(attempt, [one.question for one in result.answered]),
        mendable=queries.desk.mendable(session(), trainer_id, asked),
        next_review=queries.desk.oldest_review(session(), trainer_id) if reviews else None,
        form=form,
        refused=refused,
    )


def _is_unread(question: AttemptQuestion) -> bool:
    """Whether somebody has still to mark the answer: until then it is read in grading, without a name."""
    return question.fraction is None and get(question.version.type).marked_by == "person"


def _late(attempt: Attempt, questions: Sequence[AttemptQuestion]) -> dict[int, list[LateAnswer]]:
    """What came too late, by number of the question."""
    ends = [end for end in (attempt.deadline_at, attempt.submitted_at) if end is not None]
    arrived = queries.desk.late_arrivals(session(), attempt.id)
    return {
        question.id: [_late_answer(question, one, min(ends)) for one in arrived[question.id]]
        for question in questions
        if question.id in arrived
    }


def _late_answer(question: AttemptQuestion, arrival: AnswerArrival, end: dt.datetime) -> LateAnswer:
    version = question.version
    said = get(version.type).said(version.settings, arrival.answer)
    minutes = math.ceil((arrival.arrived_at - end).total_seconds() / 60)
    return LateAnswer(tuple(Bilingual.of(one.text) for one in said), max(minutes, 1))


@blueprint.post("/quizzes/<int:quiz_id>/people/<int:enrolment_id>/<int:number>/reviews/<int:review_id>")
@requires(QuizPermission.PEOPLE)
def answer_review(quiz_id: int, enrolment_id: int, number: int, review_id: int) -> ResponseReturnValue:
    """Answer what a learner asks about the mark of an attempt."""
    attempt, enrolment = _attempt_or_404(quiz_id, enrolment_id, number)
    review = next(
        (one for one in queries.attempts.reviews_of(session(), attempt.id) if one.id == review_id), None
    ) or abort(404)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _attempt_page(attempt, enrolment, form), 422
    try:
        services.desk.answer_review(
            session(), review, form.answer.data or "", actor_id=current_user.person_id, now=clock.now()
        )
    except AnsweredMeanwhile as error:
        return _attempt_page(attempt, enrolment, form, refused=error.message), error.status
    flash(_("The answer is stored, and a message tells the person about it."), "ok")
    return redirect(url_for(".show_attempt", quiz_id=quiz_id, enrolment_id=enrolment_id, number=number))
