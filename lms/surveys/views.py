"""A member's side: anonymous surveys, the follow-up of their own, naming the supervisor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.i18n import localized
from lms.surveys import hooks, queries, services, sheet
from lms.surveys.errors import RoundClosed
from lms.surveys.forms import SupervisorForm
from lms.surveys.models import FollowUp
from lms.surveys.permissions import SurveyPermission
from lms.surveys.queries.follow_ups import LASTS, TICKET_LASTS
from lms.surveys.queries.rounds import FEWEST, Mine
from lms.surveys.sheet import Asked, Filled

blueprint = localized(
    Blueprint("surveys", __name__, template_folder="templates", url_prefix="/surveys"), section="learning.show_home"
)


@blueprint.get("/")
@requires(SurveyPermission.ANSWER)
def list_waiting() -> ResponseReturnValue:
    """What the member is asked just now."""
    return render_template(
        "surveys/list_waiting.html", data=hooks.waiting(session(), current_user.person_id, now=clock.now())
    )


# --- Anonymous surveys -----------------------------------------------------------------------------------------------


def _mine_or_404(round_id: int) -> Mine:
    return queries.rounds.mine_or_none(session(), current_user.person_id, round_id) or abort(404)


@blueprint.get("/<int:round_id>/")
@requires(SurveyPermission.ANSWER)
def show_form(round_id: int) -> ResponseReturnValue:
    """The whole survey on one page; once answered or closed, a sentence."""
    mine = _mine_or_404(round_id)
    if mine.has_answered:
        return redirect(url_for(".show_saved", round_id=round_id))
    if not mine.round.is_open(local_date(clock.now())):
        return _form_page(mine, [], Filled(), refused=RoundClosed().message)
    return _form_page(mine, sheet.asked(session(), mine.round.quiz_id), Filled())


def _form_page(mine: Mine, questions: list[Asked], filled: Filled, *, refused: Any = None, error: Any = None) -> str:
    return render_template(
        "surveys/show_form.html", round=mine.round, questions=questions, filled=filled, refused=refused, error=error,
        fewest=FEWEST, not_read=sheet.NOT_READ, titles=hooks.titles(session()),
    )  # fmt: skip


@blueprint.post("/<int:round_id>/")
@requires(SurveyPermission.ANSWER)
def send_form(round_id: int) -> ResponseReturnValue:
    mine = _mine_or_404(round_id)
    questions = sheet.asked(session(), mine.round.quiz_id, request.form)
    filled = sheet.read(questions, request.form)
    if sheet.is_look(request.form) and not mine.has_answered:
        is_open = mine.round.is_open(local_date(clock.now()))
        return _form_page(mine, questions, filled, refused=None if is_open else RoundClosed().message)
    if filled.wrong:
        return _form_page(mine, questions, filled, error=sheet.SOME_NOT_READ), 400
    if not filled.answers:
        return _form_page(mine, questions, filled, error=sheet.NOTHING), 422
    try:
        services.answers.answer(session(), mine.round.id, mine.enrolment.id, filled.answers, now=clock.now())
    except DomainError as refused:
        database.rollback()
        return _form_page(_mine_or_404(round_id), questions, filled, refused=refused.message), refused.status
    return redirect(url_for(".show_saved", round_id=round_id))


@blueprint.get("/<int:round_id>/saved")
@requires(SurveyPermission.ANSWER)
def show_saved(round_id: int) -> ResponseReturnValue:
    """That an answer is stored; not which."""
    mine = _mine_or_404(round_id)
    if not mine.has_answered:
        return redirect(url_for(".show_form", round_id=round_id))
    return render_template("surveys/show_saved.html", round=mine.round, fewest=FEWEST)


# --- The follow-up ---------------------------------------------------------------------------------------------------


def _follow_up_or_404(follow_up_id: int) -> FollowUp:
    return queries.follow_ups.mine_or_none(session(), current_user.person_id, follow_up_id) or abort(404)


def _questions(months: int) -> list[Asked]:
    form = queries.forms.by_key(session(), queries.forms.FOLLOW_UPS[months])
    return sheet.asked(session(), form.id, request.form) if form else []


@blueprint.get("/follow-ups/<int:follow_up_id>/")
@requires(SurveyPermission.ANSWER)
def show_follow_up(follow_up_id: int) -> ResponseReturnValue:
    """The questions; once they are answered, that they are, and the way to the supervisor."""
    return _follow_up_page(_follow_up_or_404(follow_up_id), Filled())


def _follow_up_page(
    found: FollowUp, filled: Filled, *, form: SupervisorForm | None = None, refused: Any = None, error: Any = None
) -> str:
    today, shared = local_date(clock.now()), {"follow_up": found, "until": found.due_on + LASTS, "refused": refused}
    if found.answered_on is not None:
        return render_template(
            "surveys/follow_up_saved.html", form=form or SupervisorForm(formdata=None), days=TICKET_LASTS.days,
            may_ask=services.follow_ups.may_ask(found, today=today), **shared,
        )  # fmt: skip
    may_answer = services.follow_ups.may_answer(found, today=today)
    return render_template(
        "surveys/follow_up.html", questions=_questions(found.months) if may_answer or filled.given else [],
        may_answer=may_answer, filled=filled, error=error, not_read=sheet.NOT_READ, **shared,
    )  # fmt: skip


@blueprint.post("/follow-ups/<int:follow_up_id>/")
@requires(SurveyPermission.ANSWER)
def send_follow_up(follow_up_id: int) -> ResponseReturnValue:
    found = _follow_up_or_404(follow_up_id)
    filled = sheet.read(_questions(found.months), request.form)
    if sheet.is_look(request.form):
        return _follow_up_page(found, filled)
    if filled.wrong:
        return _follow_up_page(found, filled, error=sheet.SOME_NOT_READ), 400
    if not filled.answers:
        return _follow_up_page(found, filled, error=sheet.NOTHING), 422
    try:
        services.follow_ups.answer(session(), found.id, filled.answers, now=clock.now())
    except DomainError as refused:
        database.rollback()
        return _follow_up_page(_follow_up_or_404(follow_up_id), filled, refused=refused.message), refused.status
    return redirect(url_for(".show_follow_up", follow_up_id=follow_up_id))


@blueprint.post("/follow-ups/<int:follow_up_id>/supervisor")
@requires(SurveyPermission.ANSWER)
def ask_supervisor(follow_up_id: int) -> ResponseReturnValue:
    found, now = _follow_up_or_404(follow_up_id), clock.now()
    form = SupervisorForm(own=found.enrolment.person.email)
    if found.answered_on is None:
        return redirect(url_for(".show_follow_up", follow_up_id=follow_up_id))
    if not form.validate_on_submit():
        return _follow_up_page(found, Filled(), form=form), 422
    key = throttle.hashed_key("supervisor", str(found.id))
    try:
        throttle.count_try(session(), key, now=now)
        services.follow_ups.ask_supervisor(session(), found.id, (form.address.data or "").lower(), now=now)
    except DomainError as refused:
        database.rollback()
        page = _follow_up_page(_follow_up_or_404(follow_up_id), Filled(), form=form, refused=refused.message)
        return page, refused.status
    flash(_("The message to the supervisor is on its way."), "ok")
    return redirect(url_for(".show_follow_up", follow_up_id=follow_up_id))
