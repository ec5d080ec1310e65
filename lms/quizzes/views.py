"""Starting a quiz, answering, sending, reading the result."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock, images
from lms.core import db as database
from lms.core.access import requires
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import clock_time, current_language, localized
from lms.programme import queries as programme
from lms.programme.models import Enrolment
from lms.quizzes import queries, queries_bank, results, services, shown, wire
from lms.quizzes.content import of_version
from lms.quizzes.errors import AlreadySubmitted, TooLate
from lms.quizzes.forms import COUNTS, FEEDBACK
from lms.quizzes.models import Attempt, AttemptQuestion, AttemptState, Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.release import released, released_at_once

blueprint = localized(Blueprint("quizzes", __name__, template_folder="templates", url_prefix="/quizzes"))

LONGEST_DEVICE = 40


@blueprint.before_request
def belong_to_the_modules() -> None:
    """A test is a step of a module: the navigation says so."""
    g.nav_endpoint = "learning.list_modules"


def _db() -> Any:
    return database.session()


def _today() -> dt.date:
    return clock.local_date(clock.now())


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.quiz_or_none(_db(), quiz_id) or abort(404)


def _attempt_or_404(quiz_id: int, number: int) -> Attempt:
    return queries.own_attempt(_db(), current_user.person_id, quiz_id, number, today=_today()) or abort(404)


@blueprint.get("/<int:quiz_id>/")
@requires(QuizPermission.TAKE)
def show_quiz(quiz_id: int) -> ResponseReturnValue:
    """The facts before the start: questions, time, attempts, pass mark."""
    quiz, enrolment = _quiz_and_enrolment_or_404(quiz_id)
    made = queries.attempts(_db(), quiz.id, enrolment.id)
    open_attempt = made[-1] if made and made[-1].state == AttemptState.OPEN else None
    refusal = None
    if open_attempt is None:
        try:
            services.check_may_start(_db(), quiz, enrolment, made, now=clock.now())
        except DomainError as error:
            refusal = error.message
    return render_template(
        "quizzes/show_quiz.html",
        quiz=quiz,
        made=made,
        open_attempt=open_attempt,
        refusal=refusal,
        pass_percent=quiz.pass_percent or enrolment.cohort.pass_percent,
        form=EmptyForm(),
        has_passed=services.has_passed,
        counts=COUNTS,
        feedback=FEEDBACK,
    )


def _quiz_and_enrolment_or_404(quiz_id: int) -> tuple[Quiz, Enrolment]:
    """A quiz that this learner may begin; one that was begun stays open to them whatever became of it."""
    quiz = _quiz_or_404(quiz_id)
    enrolment = programme.running_enrolment(_db(), current_user.person_id, today=_today()) or abort(404)
    if not queries.is_for(quiz, enrolment) and not queries.attempts(_db(), quiz.id, enrolment.id):
        abort(404)
    return quiz, enrolment


@blueprint.post("/<int:quiz_id>/attempts")
@requires(QuizPermission.TAKE)
def start_attempt(quiz_id: int) -> ResponseReturnValue:
    quiz, enrolment = _quiz_and_enrolment_or_404(quiz_id)
    attempt = services.start_attempt(_db(), quiz, enrolment, now=clock.now())
    return redirect(url_for(".show_question", quiz_id=quiz.id, number=attempt.number, position=1))


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/<int:position>/")
@requires(QuizPermission.TAKE)
def show_question(quiz_id: int, number: int, position: int) -> ResponseReturnValue:
    """One question and nothing else. A closed attempt leads to its result."""
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    if attempt.state != AttemptState.OPEN or services.is_over(attempt, now):
        return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))
    return _question_page(attempt, position, now)


def _question_page(attempt: Attempt, position: int, now: dt.datetime, error: Any = None) -> str:
    question = queries.question_at(_db(), attempt.id, position) or abort(404)
    return render_template(
        "quizzes/show_question.html",
        attempt=attempt,
        question=question,
        shown=_shown(attempt, question),
        places=queries.places(_db(), attempt.id),
        seconds_left=int((attempt.deadline_at - now).total_seconds()) if attempt.deadline_at else None,
        error=error,
        asks_certainty=attempt.quiz.asks_certainty,
        said_at_once=released_at_once(attempt.quiz),
        checked=results.checked(question) if released_at_once(attempt.quiz) and "checked" in request.args else None,
    )


def _shown(attempt: Attempt, question: AttemptQuestion) -> shown.Shown:
    version = question.version
    place: dict[str, Any] = {"quiz_id": attempt.quiz_id, "number": attempt.number, "position": question.position}
    picture = url_for(".show_picture", **place) if version.image_id is not None else None
    return shown.show(
        of_version(version),
        question.order,
        question.answer,
        current_language(),
        points=question.points,
        section=question.section,
        picture=shown.Picture(picture, version.image_alt) if picture else None,
        about=shown.about(version, url_for(".show_case_picture", **place)),
    )


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/<int:position>/picture")
@requires(QuizPermission.TAKE)
def show_picture(quiz_id: int, number: int, position: int) -> ResponseReturnValue:
    """The picture of a question of one's own attempt."""
    attempt = _attempt_or_404(quiz_id, number)
    question = queries.question_at(_db(), attempt.id, position) or abort(404)
    return images.answer(queries_bank.image_or_none(_db(), question.version.image_id) or abort(404))


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/<int:position>/case-picture")
@requires(QuizPermission.TAKE)
def show_case_picture(quiz_id: int, number: int, position: int) -> ResponseReturnValue:
    """The picture of the case that a question of one's own attempt is about."""
    attempt = _attempt_or_404(quiz_id, number)
    question = queries.question_at(_db(), attempt.id, position) or abort(404)
    return images.answer(queries_bank.image_or_none(_db(), question.version.case_image_id) or abort(404))


@blueprint.post("/<int:quiz_id>/attempts/<int:number>/<int:position>/")
@requires(QuizPermission.TAKE)
def save_and_go(quiz_id: int, number: int, position: int) -> ResponseReturnValue:
    """Without script every button saves first: next, previous, a number, the flag, the other language."""
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    target = request.form.get("go", "next")
    try:
        _save(quiz_id, number, position, now)
    except (TooLate, AlreadySubmitted) as error:
        database.commit()
        flash(error.message, "warn")
        return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))
    except DomainError as error:
        return _question_page(attempt, position, now, error=error.message), error.status
    if target in ("flag", "unflag"):
        services.set_flag(_db(), attempt, position, flagged=target == "flag")
    return redirect(_destination(attempt, position, target))


def _save(quiz_id: int, number: int, position: int, now: dt.datetime) -> None:
    """The page's own save: the server's clock orders forms of one attempt."""
    services.save_answer(
        _db(),
        current_user.person_id,
        quiz_id,
        number,
        position,
        device=f"{services.PAGE_DEVICE}-{secrets.token_hex(4)}",
        counter=int(now.timestamp() * 1000),
        values=wire.values_of(request.form),
        now=now,
    ) or abort(404)


def _destination(attempt: Attempt, position: int, target: str) -> str:
    last = len(queries.places(_db(), attempt.id))
    arguments: dict[str, Any] = {"quiz_id": attempt.quiz_id, "number": attempt.number}
    if target == "check":
        return url_for(".show_question", **arguments, position=position, checked=1)
    if target in ("switch:ar", "switch:fr"):
        return url_for(".show_question", **arguments, position=position, lang=target[-2:])
    if target == "summary" or (target == "next" and position >= last):
        return url_for(".show_summary", **arguments)
    wanted = {"next": position + 1, "previous": max(position - 1, 1)}.get(target, position)
    if target.isdecimal() and len(target) < 5 and 1 <= int(target) <= last:
        wanted = int(target)
    return url_for(".show_question", **arguments, position=wanted)


@blueprint.post("/<int:quiz_id>/attempts/<int:number>/<int:position>/answer")
@requires(QuizPermission.TAKE)
def autosave(quiz_id: int, number: int, position: int) -> ResponseReturnValue:
    """Save one answer sent by script; 200 only once it is stored (the commit follows before the answer leaves)."""
    data: Any = request.get_json(silent=True)
    if not _is_save(data):
        abort(400)
    try:
        saved = services.save_answer(
            _db(),
            current_user.person_id,
            quiz_id,
            number,
            position,
            device=data["device"],
            counter=data["counter"],
            values=data["values"],
            now=clock.now(),
        )
    except (TooLate, AlreadySubmitted) as error:
        # The late answer is kept for the trainer: this refusal has something to commit.
        return jsonify(error=str(error.message)), 409
    if saved is None:
        abort(404)
    return jsonify(counter=saved.counter, saved_at=clock_time(saved.saved_at).striptags())


def _is_save(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and isinstance(data.get("device"), str)
        and 0 < len(data["device"]) <= LONGEST_DEVICE
        and data["device"].isascii()
        and data["device"].isprintable()
        and isinstance(data.get("counter"), int)
        and not isinstance(data["counter"], bool)
        and 0 <= data["counter"] < 2**53
        and isinstance(data.get("values"), list)
        and all(isinstance(value, str) for value in data["values"])
    )


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/summary/")
@requires(QuizPermission.TAKE)
def show_summary(quiz_id: int, number: int) -> ResponseReturnValue:
    """Answered, empty, flagged; sending is confirmed here."""
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    if attempt.state != AttemptState.OPEN or services.is_over(attempt, now):
        return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))
    return render_template(
        "quizzes/show_summary.html",
        attempt=attempt,
        places=queries.places(_db(), attempt.id),
        seconds_left=int((attempt.deadline_at - now).total_seconds()) if attempt.deadline_at else None,
        form=EmptyForm(),
    )


@blueprint.post("/<int:quiz_id>/attempts/<int:number>/submit")
@requires(QuizPermission.TAKE)
def submit(quiz_id: int, number: int) -> ResponseReturnValue:
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    services.submit(_db(), attempt, by="deadline" if services.is_over(attempt, now) else "person", now=now)
    return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/result/")
@requires(QuizPermission.TAKE)
def show_result(quiz_id: int, number: int) -> ResponseReturnValue:
    """The mark, then the objectives, then each answer with why. An attempt that is still open leads back to it."""
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    if attempt.state == AttemptState.OPEN:
        if not services.is_over(attempt, now):
            return redirect(url_for(".show_summary", quiz_id=quiz_id, number=number))
        return render_template("quizzes/closing.html", attempt=attempt, form=EmptyForm())
    # Results stay when a quiz goes.
    quiz = attempt.quiz
    made = queries.attempts(_db(), quiz_id, attempt.enrolment_id)
    return render_template(
        "quizzes/show_result.html",
        attempt=attempt,
        quiz=quiz,
        result=results.of(_db(), attempt, is_released=released(attempt, quiz, now=now)),
        passed=services.has_passed(attempt),
        attempts_left=quiz.attempts_allowed - len(made) if quiz.attempts_allowed else None,
        next_start=services.next_start(quiz, made),
        form=EmptyForm(),
    )


@blueprint.post("/<int:quiz_id>/attempts/<int:number>/review")
@requires(QuizPermission.TAKE)
def ask_review(quiz_id: int, number: int) -> ResponseReturnValue:
    attempt = _attempt_or_404(quiz_id, number)
    if attempt.state != AttemptState.SUBMITTED:
        abort(404)
    services.ask_review(_db(), attempt, current_user.person_id, now=clock.now())
    flash(_("The request is stored. A person looks at the result and answers by message."), "ok")
    return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))
