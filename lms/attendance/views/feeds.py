"""Half-days for calendar programs: an address to subscribe to, and files to keep."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services as accounts
from lms.attendance import file_names, mails, queries, services
from lms.attendance.models import HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.views.blueprint import blueprint, download
from lms.core import calendar, clock
from lms.core.access import public, requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.downloads import disposition
from lms.core.i18n import current_language

#: How far back a calendar goes, and how often programs are asked to look.
BACK, REFRESH = dt.timedelta(days=366), dt.timedelta(hours=6)


@blueprint.get("/calendar/")
@requires(AttendancePermission.READ)
def show_calendar() -> ResponseReturnValue:
    """Whether somebody has an address for their calendar program, and how to make, renew and end it."""
    return _page("")


def _page(address: str) -> str:
    return render_template(
        "attendance/show_calendar.html",
        feed=queries.feeds.of_person(session(), current_user.person_id),
        address=address,
    )


@blueprint.post("/calendar/")
@requires(AttendancePermission.READ)
def make_calendar() -> ResponseReturnValue:
    """A new address, shown this once: only its hash is stored."""
    token = services.feeds.make(session(), current_user.person_id, now=clock.now())
    return _page(accounts.public_address(url_for(".send_calendar", token=token)))


@blueprint.post("/calendar/revoke")
@requires(AttendancePermission.READ)
def revoke_calendar() -> ResponseReturnValue:
    services.feeds.revoke(session(), current_user.person_id)
    flash(_("The address no longer works: calendar programs that used it find nothing."), "ok")
    return redirect(url_for(".show_calendar"))


@blueprint.get("/calendar/<token>.ics")
@public
def send_calendar(token: str) -> ResponseReturnValue:
    """All half-days of whoever made the address, for their calendar program, which signs in nowhere."""
    feed, now = queries.feeds.of_token(session(), token), clock.now()
    if feed is None:
        abort(404)
    found = queries.feeds.half_days_of(session(), feed.person_id, since=local_date(now) - BACK)
    # The moment of writing stands in every event: what is compared is all the rest.
    tag = hashlib.sha256(_text(found, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).encode()).hexdigest()[:32]
    response = Response(_text(found, now), mimetype="text/calendar")
    name = file_names.file_name(file_names.HALF_DAYS, ending="ics")
    response.headers["Content-Disposition"] = disposition("inline", name.ascii, name.shown)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.set_etag(tag, weak=True)
    return response.make_conditional(request)


def _text(half_days: Sequence[HalfDay], now: dt.datetime) -> str:
    lang = current_language()
    name = current_app.extensions["programme_names"]().short[lang]
    return calendar.several([mails.entry(one, lang) for one in half_days], name=name, refresh=REFRESH, now=now)


@blueprint.get("/half-days/<int:half_day_id>/calendar.ics")
@requires(AttendancePermission.READ)
def download_half_day(half_day_id: int) -> ResponseReturnValue:
    """One half-day for a calendar."""
    return _file(queries.feeds.half_days_to_keep(session(), current_user, half_day_id=half_day_id))


@blueprint.get("/meetings/<int:meeting_id>/calendar.ics")
@requires(AttendancePermission.READ)
def download_meeting(meeting_id: int) -> ResponseReturnValue:
    """All half-days of a meeting for a calendar."""
    return _file(queries.feeds.half_days_to_keep(session(), current_user, meeting_id=meeting_id))


def _file(half_days: Sequence[HalfDay]) -> Response:
    if not half_days:
        abort(404)
    entries = [mails.entry(one, current_language()) for one in half_days]
    which = half_days[0] if len(half_days) == 1 else half_days[0].day
    text = calendar.several(entries, now=clock.now())
    return download(text, file_names.HALF_DAYS, half_days[0].meeting_id, which, ending="ics")
