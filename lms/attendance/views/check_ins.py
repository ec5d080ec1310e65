"""On the phone: the scan, which anybody may open, the confirmation, and the six digits in its place.

Nothing is stored before the confirmation. The page that says so was read back from what is stored.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.attendance import arriving, choices, queries, services, tokens
from lms.attendance.arriving import Window
from lms.attendance.errors import NotOpenYet, WrongCode
from lms.attendance.forms import DigitsForm
from lms.attendance.models import HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.services.check_ins import Way
from lms.attendance.statuses import CAME, OWN_CHECK_IN, Method
from lms.attendance.views import waiting_scan
from lms.attendance.views.blueprint import blueprint, titles
from lms.core import clock, throttle
from lms.core import db as database
from lms.core.access import public, reads_first, requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm

#: Wrong codes of a person in an hour.
FREE_CODES = 10

#: Short addresses without a language: what a QR code holds, and what is typed from the screen.
short = Blueprint("check_in", __name__, template_folder="../templates", url_prefix="/")


@short.get("/p")
@short.get("/P", endpoint="enter_upper")
@public
def enter() -> ResponseReturnValue:
    return redirect(url_for("attendance.enter_digits"))


@short.get("/p/<int:half_day_id>/<token>")
@short.get("/P/<int:half_day_id>/<token>", endpoint="scan_upper")
@public
def scan(half_day_id: int, token: str) -> ResponseReturnValue:
    """The one moment at which the code must be fresh. Stores nothing: whoever previews the link checks nobody in."""
    now = clock.now()
    half_day = queries.check_ins.half_day_or_none(session(), half_day_id)
    if half_day is None or not tokens.is_fresh(waiting_scan.secret(), half_day_id, token, now=now):
        # Whoever has checked in already, and opens the address again, is shown that.
        if _is_in(half_day):
            return redirect(url_for("attendance.show_check_in", half_day_id=half_day_id))
        return _page("expired"), 410
    until = arriving.pending_until(half_day, now)
    if not current_user.is_authenticated:
        # Said on the page to sign in, which comes first.
        flash(_("The code is scanned. Sign in by %(time)s, then confirm.", time=f"{clock.local(until):%H:%M}"), "info")
    response = make_response(redirect(url_for("attendance.show_check_in", half_day_id=half_day_id)))
    device = waiting_scan.device()
    waiting_scan.keep(response, waiting_scan.sign(half_day_id, Method.QR, until, device), now=now)
    waiting_scan.keep_device(response, device)
    return response


def _is_in(half_day: HalfDay | None) -> bool:
    """Whether the person who is signed in, if anybody, has checked in there."""
    if half_day is None or not current_user.is_authenticated:
        return False
    return queries.check_ins.of_person(session(), half_day.id, current_user.person_id) is not None


def _page(state: str, **more: Any) -> str:
    return render_template("attendance/check_in.html", state=state, form=EmptyForm(formdata=None), **more)


def _own_pending(half_day_id: int) -> waiting_scan.Pending | None:
    found = waiting_scan.read(now=clock.now())
    return found if found is not None and found.half_day_id == half_day_id else None


@blueprint.get("/check-in/<int:half_day_id>")
@requires(AttendancePermission.READ)
def show_check_in(half_day_id: int) -> ResponseReturnValue:
    """To confirm after a scan; afterwards what is stored."""
    return _state_page(half_day_id)


def _state_page(half_day_id: int, refused: DomainError | None = None) -> ResponseReturnValue:
    half_day = queries.check_ins.half_day_or_none(session(), half_day_id) or abort(404)
    state, more = _state(half_day, _own_pending(half_day_id))
    status = refused.status if refused is not None else 410 if state == "expired" else 200
    return _page(state, half_day=half_day, titles=titles(), **more), status


def _state(half_day: HalfDay, pending: waiting_scan.Pending | None) -> tuple[str, dict[str, Any]]:
    """Which of the pages it is, and what it says besides the half-day."""
    now = clock.now()
    row = queries.marks.row_of_person(session(), half_day, current_user.person_id)
    known = queries.check_ins.find(session(), half_day.id, row.enrolment.id) if row is not None else None
    if row is not None and known is not None:
        is_back = row.mark is not None and row.mark.status in CAME
        if known.struck_at is not None and not is_back:
            return "struck", {}
        return "done", {
            "known": known,
            "mark": row.mark,
            "status": choices.known(session()).of(row.mark) if row.mark is not None else None,
            "is_own": row.mark is not None and row.mark.method in OWN_CHECK_IN,
        }
    asked = queries.walk_ins.of_person(session(), half_day.id, current_user.person_id) if row is None else None
    if asked is not None:
        return "asked", {"asked": asked}
    if pending is None:
        return "expired", {}
    if row is None:
        return "wrong-session", {"pending": pending}
    where = arriving.window(half_day, now)
    if where is Window.OVER:
        return "too-late", {}
    if where is not Window.OPEN:
        opens = arriving.opens_at(half_day)
        return "early", {"pending": pending, "opens_at": opens, "wait": int((opens - now).total_seconds() * 1000)}
    return "confirm", {"pending": pending}


@blueprint.post("/check-in/<int:half_day_id>")
@requires(AttendancePermission.READ)
def confirm(half_day_id: int) -> ResponseReturnValue:
    """Write the arrival; the page it leads to reads the stored row."""
    pending = _own_pending(half_day_id)
    if pending is None:
        return _state_page(half_day_id)
    try:
        return _checked_in(half_day_id, pending.method, pending.device)
    except DomainError as error:
        database.rollback()
        return _state_page(half_day_id, error)


@blueprint.post("/check-in/<int:half_day_id>/ask")
@requires(AttendancePermission.READ)
def ask_in(half_day_id: int) -> ResponseReturnValue:
    """Somebody who scanned the code and is not enrolled asks the training team to be taken in."""
    half_day = queries.check_ins.half_day_or_none(session(), half_day_id, share=True) or abort(404)
    is_listed = queries.marks.row_of_person(session(), half_day, current_user.person_id) is not None
    if is_listed or _own_pending(half_day_id) is None:
        return _state_page(half_day_id)
    try:
        services.walk_ins.ask(session(), half_day, current_user.person_id, now=clock.now())
    except DomainError as error:
        database.rollback()
        return _state_page(half_day_id, error)
    return redirect(url_for(".show_check_in", half_day_id=half_day_id))


def _checked_in(half_day_id: int, method: Method, device: str) -> ResponseReturnValue:
    """Check the person in on the browser that scanned or typed; raises what the service refuses."""
    way = Way(method, tokens.device_hash(waiting_scan.secret(), half_day_id, device))
    is_first = services.check_ins.check_in(session(), half_day_id, current_user.person_id, way, now=clock.now())
    if is_first:
        throttle.forget(session(), _tries())
    response = make_response(redirect(url_for("attendance.show_check_in", half_day_id=half_day_id, new=1)))
    waiting_scan.drop(response)
    waiting_scan.keep_device(response, device)
    return response


@blueprint.get("/check-in/")
@requires(AttendancePermission.READ)
def enter_digits() -> ResponseReturnValue:
    """The field for the six digits; a scan that waits in this browser comes first."""
    waiting = waiting_scan.read(now=clock.now())
    if waiting is not None:
        return redirect(url_for(".show_check_in", half_day_id=waiting.half_day_id))
    return _digits_page(DigitsForm(formdata=None))


def _digits_page(form: DigitsForm, wait: Any = None) -> str:
    return render_template("attendance/enter_digits.html", form=form, wait=wait)


@blueprint.post("/check-in/")
@requires(AttendancePermission.READ)
@reads_first
def check_digits() -> ResponseReturnValue:
    """Each try is counted on the person before it is judged: whoever sits behind the same address is undisturbed."""
    form = DigitsForm()
    if not form.validate_on_submit():
        return _digits_page(form), 422
    key, device = _tries(), waiting_scan.device()
    session().rollback()
    with database.short_write() as db:
        wait = throttle.count_miss(db, key, free=FREE_CODES, now=clock.now())
    if wait > 0:
        error = throttle.TooManyTries(wait)
        response = make_response(_digits_page(form, error.message), error.status)
        response.headers["Retry-After"] = str(wait)
        return response
    half_day = _showing(form.digits)
    if half_day is None:
        form.code.errors = [WrongCode().message]
        return _digits_page(form), WrongCode.status
    until = arriving.pending_until(half_day, clock.now())
    half_day_id, early = half_day.id, waiting_scan.sign(half_day.id, Method.CODE, until, device)
    database.begin_writing()
    try:
        return _checked_in(half_day_id, Method.CODE, device)
    except NotOpenYet:
        response = make_response(redirect(url_for(".show_check_in", half_day_id=half_day_id)))
        waiting_scan.keep(response, early, now=clock.now())
        waiting_scan.keep_device(response, device)
        return response
    except DomainError as error:
        database.rollback()
        form.code.errors = [error.message]
        return _digits_page(form), error.status


def _tries() -> str:
    """Where the person's wrong codes are counted; only a new arrival lets them be forgotten."""
    return throttle.hashed_key("check-in", str(current_user.person_id))


def _showing(digits: str) -> HalfDay | None:
    """The half-day of the person whose screen shows these digits."""
    now = clock.now()
    found = queries.check_ins.around(session(), current_user.person_id, day=local_date(now))
    shown = [one for one in found if now >= one.starts_at - arriving.SHOWN_BEFORE]
    return next((one for one in shown if tokens.is_fresh_code(waiting_scan.secret(), one.id, digits, now=now)), None)
