"""Starting a quiz, answering, sending, reading the result."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock, images
from lms.core import db as database
from lms.core.access import requires
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import clock_time, current_language, localized
from lms.programme import queries as programme
from lms.programme.models import Enrolment
from lms.quizzes import queries, results, services, shown, wire
from lms.quizzes.content import of_version
from lms.quizzes.errors import AlreadySubmitted, TooLate
from lms.quizzes.forms.bank import COUNTS, FEEDBACK
from lms.quizzes.forms.desk import ReviewForm
from lms.quizzes.models import Attempt, AttemptQuestion, AttemptState, Purpose, Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.release import released, released_at_once
from lms.quizzes.terms import terms

blueprint = localized(
    Blueprint("quizzes", __name__, template_folder="../templates", url_prefix="/quizzes"),
    section="learning.list_modules",
)

LONGEST_DEVICE = 40
#: The counter of a page on which nothing was changed: what another device wrote meanwhile stays.
NOTHING_NEW = "0"


def _today() -> dt.date:
    return clock.local_date(clock.now())


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.attempts.quiz_or_none(session(), quiz_id) or abort(404)


def _attempt_or_404(quiz_id: int, number: int) -> Attempt:
    return queries.attempts.own_attempt(session(), current_user.person_id, quiz_id, number, today=_today()) or abort(
        404
    )


def _way_back(quiz: Quiz) -> tuple[str, str]:
    """Words and address of the page that led to a quiz."""
    if quiz.lesson:
        module, _sep, slug = quiz.lesson.partition("/")
        return _("Back to the lesson"), url_for("learning.read_lesson", module=module, lesson=slug)
    if quiz.module:
        return _("Back to the module"), url_for("learning.show_module", module=quiz.module)
    return _("Back to the home page"), url_for("learning.show_home")


@blueprint.get("/<int:quiz_id>/")
@requires(QuizPermission.TAKE)
def show_quiz(quiz_id: int) -> ResponseReturnValue:
    """The facts before the start: questions, time, attempts, pass mark."""
    quiz, enrolment = _quiz_and_enrolment_or_404(quiz_id)
    made = queries.attempts.attempts(session(), quiz.id, enrolment.id)
    allowed = terms(quiz, queries.attempts.arrangements(session(), enrolment.id))
    open_attempt = made[-1] if made and made[-1].state == AttemptState.OPEN else None
    refusal = None
    if open_attempt is None:
        try:
            services.attempts.check_may_start(session(), quiz, enrolment, made, allowed, now=clock.now())
        except DomainError as error:
            refusal = error.message
    return render_template(
        "quizzes/show_quiz.html",
        quiz=quiz,
        way_back=_way_back(quiz),
        allowed=allowed,
        made=made,
        open_attempt=open_attempt,
        refusal=refusal,
        pass_percent=quiz.pass_percent or enrolment.cohort.pass_percent,
        form=EmptyForm(),
        has_passed=services.marking.has_passed,
        counts=COUNTS,
        feedback=FEEDBACK,
    )


def _quiz_and_enrolment_or_404(quiz_id: int) -> tuple[Quiz, Enrolment]:
    """A quiz that this learner may begin; one that was begun stays open to them whatever became of it."""
    quiz = _quiz_or_404(quiz_id)
    enrolment = programme.running_enrolment(session(), current_user.person_id, today=_today()) or abort(404)
    if not queries.attempts.is_for(quiz, enrolment) and not queries.attempts.attempts(session(), quiz.id, enrolment.id):
        abort(404)
    return quiz, enrolment


@blueprint.post("/<int:quiz_id>/attempts")
@requires(QuizPermission.TAKE)
def start_attempt(quiz_id: int) -> ResponseReturnValue:
    quiz, enrolment = _quiz_and_enrolment_or_404(quiz_id)
    attempt = services.attempts.start_attempt(session(), quiz, enrolment, now=clock.now())
    return redirect(url_for(".show_question", quiz_id=quiz.id, number=attempt.number, position=1))


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/<int:position>/")
@requires(QuizPermission.TAKE)
def show_question(quiz_id: int, number: int, position: int) -> ResponseReturnValue:
    """One question and nothing else. A closed attempt leads to its result."""
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    if attempt.state != AttemptState.OPEN or services.attempts.is_over(attempt, now):
        return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))
    return _question_page(attempt, position, now)


def _question_page(attempt: Attempt, position: int, now: dt.datetime, error: Any = None) -> str:
    question = queries.attempts.question_at(session(), attempt.id, position) or abort(404)
    places = queries.attempts.places(session(), attempt.id)
    return render_template(
        "quizzes/show_question.html",
        attempt=attempt,
        question=question,
        shown=_shown(attempt, question),
        places=places,
        seconds_left=_seconds_left(attempt.deadline_at, now),
        error=error,
        asks_certainty=attempt.quiz.asks_certainty,
        said_at_once=released_at_once(attempt.quiz),
        ends_here=_ends_practice(attempt, position, len(places)),
        way_back=_way_back(attempt.quiz),
        checked=results.checked(question) if released_at_once(attempt.quiz) and "checked" in request.args else None,
    )


def _seconds_left(deadline: dt.datetime | None, now: dt.datetime) -> int | None:
    """Whole seconds to the deadline; None without one."""
    return int((deadline - now).total_seconds()) if deadline else None


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/time")
@requires(QuizPermission.TAKE)
def show_time(quiz_id: int, number: int) -> ResponseReturnValue:
    """How long an attempt still has, asked now and then by its page: more time may be given while it runs."""
    attempt = _attempt_or_404(quiz_id, number)
    left = _seconds_left(attempt.deadline_at, clock.now()) if attempt.state == AttemptState.OPEN else 0
    return jsonify(seconds_left=None if left is None else max(left, 0))


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
    question = queries.attempts.question_at(session(), attempt.id, position) or abort(404)
    return images.answer(queries.bank.image_or_none(session(), question.version.image_id) or abort(404))


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/<int:position>/case-picture")
@requires(QuizPermission.TAKE)
def show_case_picture(quiz_id: int, number: int, position: int) -> ResponseReturnValue:
    """The picture of the case that a question of one's own attempt is about."""
    attempt = _attempt_or_404(quiz_id, number)
    question = queries.attempts.question_at(session(), attempt.id, position) or abort(404)
    return images.answer(queries.bank.image_or_none(session(), question.version.case_image_id) or abort(404))


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
        services.attempts.set_flag(session(), attempt, position, flagged=target == "flag")
    last = len(queries.attempts.places(session(), attempt.id))
    if target == "next" and _ends_practice(attempt, position, last):
        _submit(attempt, now)
    return redirect(_destination(attempt, position, target, last))


def _ends_practice(attempt: Attempt, position: int, last: int) -> bool:
    """Practice that may always be done again has no summary to confirm: its last question sends it."""
    if position != last or not released_at_once(attempt.quiz):
        return False
    allowed = terms(attempt.quiz, queries.attempts.arrangements(session(), attempt.enrolment_id))
    return services.attempts.may_repeat_freely(attempt.quiz, allowed)


def _save(quiz_id: int, number: int, position: int, now: dt.datetime) -> None:
    """The page's own save, under the counter of the script's last one: whichever comes second changes nothing.

    Without script the server's clock orders the forms of an attempt.
    """
    device, counter = request.form.get("device", ""), request.form.get("counter", "")
    if not _is_sender(device, int(counter) if counter.isdecimal() and len(counter) < 17 else -1):
        device = f"{services.attempts.PAGE_DEVICE}-{secrets.token_hex(4)}"
        counter = str(int(now.timestamp() * 1000))
    elif counter == NOTHING_NEW:
        return
    services.attempts.save_answer(
        session(),
        current_user.person_id,
        quiz_id,
        number,
        position,
        device=device,
        counter=int(counter),
        values=wire.values_of(request.form),
        lang=current_language(),
        now=now,
    ) or abort(404)


def _destination(attempt: Attempt, position: int, target: str, last: int) -> str:
    arguments: dict[str, Any] = {"quiz_id": attempt.quiz_id, "number": attempt.number}
    checked: dict[str, Any] = {"checked": 1, "_anchor": "checked"}
    if target == "check":
        return url_for(".show_question", **arguments, position=position, **checked)
    if target in ("switch:ar", "switch:fr"):
        kept: dict[str, Any] = checked if "checked" in request.form else {}
        return url_for(".show_question", **arguments, position=position, lang=target[-2:], **kept)
    if attempt.state == AttemptState.SUBMITTED:
        return url_for(".show_result", **arguments)
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
        saved = services.attempts.save_answer(
            session(),
            current_user.person_id,
            quiz_id,
            number,
            position,
            device=data["device"],
            counter=data["counter"],
            values=data["values"],
            lang=current_language(),
            now=clock.now(),
        )
    except (TooLate, AlreadySubmitted) as error:
        # The late answer is kept for the trainer: this refusal has something to commit.
        return jsonify(error=str(error.message)), 409
    if saved is None:
        abort(404)
    return jsonify(
        counter=saved.counter,
        saved_at=clock_time(saved.saved_at).striptags(),
        seconds_left=_seconds_left(saved.deadline_at, saved.saved_at),
    )


def _is_sender(device: Any, counter: Any) -> bool:
    """Whether it is a device's name and a counter, as the script makes them."""
    is_device = isinstance(device, str) and 0 < len(device) <= LONGEST_DEVICE and device.isascii()
    is_counter = isinstance(counter, int) and not isinstance(counter, bool) and 0 <= counter < 2**53
    return is_device and device.isprintable() and is_counter


def _is_save(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and _is_sender(data.get("device"), data.get("counter"))
        and isinstance(data.get("values"), list)
        and all(isinstance(value, str) for value in data["values"])
    )


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/summary/")
@requires(QuizPermission.TAKE)
def show_summary(quiz_id: int, number: int) -> ResponseReturnValue:
    """Answered, empty, flagged; sending is confirmed here."""
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    if attempt.state != AttemptState.OPEN or services.attempts.is_over(attempt, now):
        return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))
    return render_template(
        "quizzes/show_summary.html",
        attempt=attempt,
        places=queries.attempts.places(session(), attempt.id),
        seconds_left=_seconds_left(attempt.deadline_at, now),
        form=EmptyForm(),
    )


@blueprint.post("/<int:quiz_id>/attempts/<int:number>/submit")
@requires(QuizPermission.TAKE)
def submit(quiz_id: int, number: int) -> ResponseReturnValue:
    attempt = _attempt_or_404(quiz_id, number)
    _submit(attempt, clock.now())
    return redirect(url_for(".show_result", quiz_id=quiz_id, number=number))


def _submit(attempt: Attempt, now: dt.datetime) -> None:
    by = "deadline" if services.attempts.is_over(attempt, now) else "person"
    services.attempts.submit(session(), attempt, by=by, now=now)


@blueprint.get("/<int:quiz_id>/attempts/<int:number>/result/")
@requires(QuizPermission.TAKE)
def show_result(quiz_id: int, number: int) -> ResponseReturnValue:
    """The mark, then the objectives, then each answer with why. An attempt that is still open leads back to it."""
    attempt = _attempt_or_404(quiz_id, number)
    now = clock.now()
    if attempt.state == AttemptState.OPEN:
        if not services.attempts.is_over(attempt, now):
            return redirect(url_for(".show_summary", quiz_id=quiz_id, number=number))
        return render_template("quizzes/closing.html", attempt=attempt, form=EmptyForm())
    return _result_page(attempt, now)


def _result_page(attempt: Attempt, now: dt.datetime, form: ReviewForm | None = None) -> str:
    # Results stay when a quiz goes.
    quiz = attempt.quiz
    made = queries.attempts.attempts(session(), quiz.id, attempt.enrolment_id)
    allowed = terms(quiz, queries.attempts.arrangements(session(), attempt.enrolment_id))
    next_start = services.attempts.next_start(quiz, made)
    return render_template(
        "quizzes/show_result.html",
        attempt=attempt,
        quiz=quiz,
        way_back=_way_back(quiz),
        before=queries.gain.before_of(session(), attempt) if quiz.purpose == Purpose.POST_TEST else None,
        result=results.of(
            session(),
            attempt,
            is_released=released(attempt, quiz, last_closing=queries.attempts.last_closing(session(), quiz), now=now),
        ),
        passed=services.marking.has_passed(attempt),
        allowed=allowed,
        attempts_left=allowed.attempts_allowed - len(made) if allowed.attempts_allowed else None,
        next_start=next_start if next_start and next_start > now else None,
        changes=queries.attempts.changes_of(session(), attempt.id),
        reviews=queries.attempts.reviews_of(session(), attempt.id),
        form=form or ReviewForm(),
        panels=[
            card
            for feature in current_app.extensions["features"]
            for card in feature.result_panels(session(), attempt, now=now)
        ],
    )


@blueprint.post("/<int:quiz_id>/attempts/<int:number>/review")
@requires(QuizPermission.TAKE)
def ask_review(quiz_id: int, number: int) -> ResponseReturnValue:
    attempt = _attempt_or_404(quiz_id, number)
    if attempt.state != AttemptState.SUBMITTED:
        abort(404)
    form, now = ReviewForm(), clock.now()
    if not form.validate_on_submit():
        return _result_page(attempt, now, form), 422
    person_id = current_user.person_id
    if services.attempts.ask_review(session(), attempt, form.words.data or "", person_id=person_id, now=now):
        flash(_("The request is stored. A person looks at the result and answers by message."), "ok")
    else:
        flash(_("A request about this mark waits for its answer already."), "info")
    return redirect(url_for(".show_result", quiz_id=quiz_id, number=number, _anchor="ask"))
