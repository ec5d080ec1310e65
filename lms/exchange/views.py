"""A learner's questions to the training team: asking, reading, writing again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock, paging
from lms.core.access import requires
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Lesson
from lms.exchange import hooks, places, queries, services
from lms.exchange.forms import AskForm
from lms.exchange.models import Thread
from lms.exchange.permissions import ExchangePermission
from lms.exchange.queries import Place
from lms.programme import queries as programme
from lms.programme.models import Enrolment
from lms.quizzes.models import Attempt

blueprint = localized(
    Blueprint("exchange", __name__, template_folder="templates", url_prefix="/ask"), section="learning.list_modules"
)


def _enrolment_or_404() -> Enrolment:
    found = programme.running_enrolment(session(), current_user.person_id, today=clock.local_date(clock.now()))
    return found or abort(404)


def _thread_or_404(thread_id: int) -> Thread:
    return queries.own_thread_or_none(session(), current_user.person_id, thread_id) or abort(404)


@blueprint.get("/")
@requires(ExchangePermission.ASK)
def list_threads() -> ResponseReturnValue:
    """What the learner asked, the newest first."""
    page = paging.page_number()
    rows, total = queries.own_page(session(), current_user.person_id, page=page)
    lang = current_language()
    return render_template(
        "exchange/list_own.html",
        rows=[(thread, places.title_of(session(), thread, lang)) for thread in rows],
        pages=paging.pages(".list_threads", page, len(rows), total),
    )


@blueprint.get("/published/")
@requires(ExchangePermission.ASK)
def list_published() -> ResponseReturnValue:
    """What the training team published to the learner's training sessions, the newest first."""
    page = paging.page_number()
    rows, total = queries.published_page(session(), current_user.person_id, page=page)
    lang = current_language()
    return render_template(
        "exchange/list_published.html",
        rows=[
            (entry, places.title_of(session(), entry.thread, lang), places.address_published(session(), entry.thread))
            for entry in rows
        ],
        pages=paging.pages(".list_published", page, len(rows), total),
    )


# --- Asking ----------------------------------------------------------------------------------------------------------


def _lesson_or_404(module: str, lesson: str) -> Lesson:
    found = curriculum.current(session()).lesson(f"{module}/{lesson}")
    return found if found and found.is_ready else abort(404)


@blueprint.get("/lessons/<module>/<lesson>/")
@requires(ExchangePermission.ASK)
def show_lesson(module: str, lesson: str) -> ResponseReturnValue:
    """The questions about a lesson without the lesson."""
    return _lesson_page(_lesson_or_404(module, lesson), _enrolment_or_404())


@blueprint.post("/lessons/<module>/<lesson>/")
@requires(ExchangePermission.ASK)
def ask_about_lesson(module: str, lesson: str) -> ResponseReturnValue:
    found, enrolment, form = _lesson_or_404(module, lesson), _enrolment_or_404(), AskForm()
    if not form.validate_on_submit():
        return _lesson_page(found, enrolment, form), 422
    step = found.step(form.step.data)
    try:
        services.ask(
            session(),
            enrolment,
            Place(lesson=found.key),
            form.text.data or "",
            step=step.id if step else "",
            now=clock.now(),
        )
    except DomainError as error:
        return _lesson_page(found, enrolment, form, refused=error.message), error.status
    _thank()
    return redirect(
        url_for(
            "learning.read_lesson", module=module, lesson=lesson, step=step.id if step else None, _anchor=places.ANCHOR
        )
    )


def _thank() -> None:
    flash(_("The question is with the training team. The answer comes here, and a message says when."), "ok")


def _lesson_page(lesson: Lesson, enrolment: Enrolment, form: AskForm | None = None, refused: Any = None) -> str:
    here = url_for(".ask_about_lesson", module=lesson.module, lesson=lesson.slug)
    back = url_for("learning.read_lesson", module=lesson.module, lesson=lesson.slug)
    title = lesson.title[current_language()]
    return _place_page(Place(lesson=lesson.key), enrolment, here, back, title, form, refused)


def _place_page(
    place: Place, enrolment: Enrolment, here: str, back: str, title: str, form: AskForm | None, refused: Any
) -> str:
    data = hooks.exchange(session(), enrolment, place, here, form=form, now=clock.now())
    step_id = form.step.data if form else ""
    return render_template(
        "exchange/show_place.html", data=data, back=back, title=title, step_id=step_id, refused=refused
    )


def _sent_or_404(quiz_id: int) -> tuple[Attempt, Enrolment]:
    """The attempt asked about and the enrolment it belongs to, whichever training session is open now."""
    attempt = queries.last_sent(session(), current_user.person_id, quiz_id) or abort(404)
    return attempt, programme.get_enrolment_or_none(session(), attempt.enrolment_id) or abort(404)


@blueprint.get("/quizzes/<int:quiz_id>/")
@requires(ExchangePermission.ASK)
def show_quiz(quiz_id: int) -> ResponseReturnValue:
    """The questions about a quiz that the learner has sent."""
    return _quiz_page(*_sent_or_404(quiz_id))


@blueprint.post("/quizzes/<int:quiz_id>/")
@requires(ExchangePermission.ASK)
def ask_about_quiz(quiz_id: int) -> ResponseReturnValue:
    attempt, enrolment = _sent_or_404(quiz_id)
    form = AskForm()
    if not form.validate_on_submit():
        return _quiz_page(attempt, enrolment, form), 422
    try:
        services.ask(
            session(),
            enrolment,
            Place(quiz_id=quiz_id),
            form.text.data or "",
            attempt_number=attempt.number,
            now=clock.now(),
        )
    except DomainError as error:
        return _quiz_page(attempt, enrolment, form, refused=error.message), error.status
    _thank()
    return redirect(_result_of(attempt))


def _result_of(attempt: Attempt) -> str:
    return url_for("quizzes.show_result", quiz_id=attempt.quiz_id, number=attempt.number, _anchor=places.ANCHOR)


def _quiz_page(attempt: Attempt, enrolment: Enrolment, form: AskForm | None = None, refused: Any = None) -> str:
    here, title = url_for(".ask_about_quiz", quiz_id=attempt.quiz_id), attempt.quiz.title[current_language()]
    place = Place(quiz_id=attempt.quiz_id)
    return _place_page(place, enrolment, here, _result_of(attempt), title, form, refused)


# --- One thread ------------------------------------------------------------------------------------------------------


@blueprint.get("/<int:thread_id>/")
@requires(ExchangePermission.ASK)
def show_thread(thread_id: int) -> ResponseReturnValue:
    return _thread_page(_thread_or_404(thread_id), AskForm(formdata=None))


def _thread_page(thread: Thread, form: AskForm, refused: Any = None) -> str:
    return render_template(
        "exchange/show_own.html",
        thread=thread,
        title=places.title_of(session(), thread, current_language()),
        address=places.address_for_learner(session(), thread),
        may_write=services.may_write(thread.enrolment, now=clock.now()),
        form=form,
        read_form=EmptyForm(),
        refused=refused,
    )


@blueprint.post("/<int:thread_id>/")
@requires(ExchangePermission.ASK)
def write_again(thread_id: int) -> ResponseReturnValue:
    thread, form = _thread_or_404(thread_id), AskForm()
    if not form.validate_on_submit():
        return _thread_page(thread, form), 422
    try:
        services.write_again(session(), thread, form.text.data or "", now=clock.now())
    except DomainError as error:
        return _thread_page(thread, form, refused=error.message), error.status
    _thank()
    return redirect(url_for(".show_thread", thread_id=thread.id))


@blueprint.post("/<int:thread_id>/read")
@requires(ExchangePermission.ASK)
def mark_read(thread_id: int) -> ResponseReturnValue:
    """The answer counts as read. Without ``seen`` the page that follows shows all there is."""
    thread = _thread_or_404(thread_id)
    last = thread.messages[-1].id
    seen = paging.whole_number(request.form.get("seen"))
    services.mark_read(thread, seen=last if seen is None else seen)
    if seen is None or seen != last:
        return redirect(url_for(".show_thread", thread_id=thread.id))
    return redirect(url_for(".list_threads"))
