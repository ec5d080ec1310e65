"""A supervisor's side: no account, a link that works once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import notice
from lms.core import clock, retention, throttle
from lms.core import db as database
from lms.core.access import public
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.i18n import localized
from lms.surveys import privacy, queries, services, sheet
from lms.surveys.errors import TicketNotUsable
from lms.surveys.models import FollowUp
from lms.surveys.queries.forms import SUPERVISOR
from lms.surveys.sheet import Asked, Filled

blueprint = localized(Blueprint("supervisors", __name__, template_folder="templates", url_prefix="/surveys/supervisor"))

#: Links that do not work, sent from one address, before a wait is asked for, an hour at a time.
FREE_MISSES = 30


@blueprint.get("/thanks")
@public
def show_thanks() -> ResponseReturnValue:
    return _page("surveys/supervisor_thanks.html", 200)


@blueprint.get("/<ticket>/")
@public
def show_form(ticket: str) -> ResponseReturnValue:
    """The questions with their notice. A scanner of mails that opens the link spends nothing."""
    try:
        found = services.follow_ups.usable_ticket(session(), ticket, today=local_date(clock.now()))
    except TicketNotUsable as refused:
        return _refused(refused)
    return _form_page(found, _questions(), Filled())


def _questions() -> list[Asked]:
    form = queries.forms.by_key(session(), SUPERVISOR)
    return sheet.asked(session(), form.id, request.form) if form else []


def _form_page(
    found: FollowUp, questions: list[Asked], filled: Filled, error: Any = None, status: int = 200
) -> Response:
    days = retention.days_in_force(session(), privacy.RULES)[privacy.FOLLOW_UPS]
    return _page(
        "surveys/supervisor.html", status, follow_up=found, questions=questions, filled=filled, error=error,
        not_read=sheet.NOT_READ, stated=notice.current(session()), days=days,
    )  # fmt: skip


@blueprint.post("/<ticket>/")
@public
def send_form(ticket: str) -> ResponseReturnValue:
    now = clock.now()
    try:
        found = services.follow_ups.usable_ticket(session(), ticket, today=local_date(now))
        questions = _questions()
        filled = sheet.read(questions, request.form)
        if sheet.is_look(request.form):
            return _form_page(found, questions, filled)
        if filled.wrong:
            return _form_page(found, questions, filled, sheet.SOME_NOT_READ, 400)
        if not filled.answers:
            return _form_page(found, questions, filled, sheet.NOTHING, 422)
        services.follow_ups.answer_as_supervisor(session(), ticket, filled.answers, now=now)
    except TicketNotUsable as refused:
        return _missed(refused)
    return redirect(url_for(".show_thanks"))


def _refused(refused: TicketNotUsable, wait: int = 0) -> Response:
    """One page for every link that does not work: it tells nobody which was one."""
    return _page("surveys/supervisor_refused.html", 429 if wait else refused.status, message=refused.message, wait=wait)


def _missed(refused: TicketNotUsable) -> Response:
    """Many misses from one address have to wait; links that work are never made to wait."""
    database.rollback()
    with database.short_write() as db:
        key = throttle.hashed_key("supervisor-link", request.remote_addr or "")
        wait = throttle.count_miss(db, key, free=FREE_MISSES, now=clock.now())
    response = _refused(refused, wait)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _page(template: str, status: int, **context: Any) -> Response:
    response = make_response(render_template(template, **context), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
