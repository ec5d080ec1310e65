"""The projector of a half-day: the QR code and the six digits, new every 20 seconds, in both languages."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from lms.accounts.services.links import public_address
from lms.attendance import arriving, queries, tokens
from lms.attendance.arriving import Window
from lms.attendance.models import HalfDay
from lms.attendance.permissions import AttendancePermission
from lms.attendance.views import waiting_scan
from lms.attendance.views.blueprint import blueprint, half_day_or_404, titles
from lms.core import clock
from lms.core.access import requires
from lms.core.bilingual import LANGUAGES
from lms.core.db import session
from lms.core.i18n import locale_of

#: What the screen says in both languages.
WORDS = {
    "title": _l("Confirm my presence"),
    "aim": _l("Point the camera at the code"),
    "type": _l("Or type the six digits on"),
    "count": _l("presences confirmed"),
    "leave": _l("Esc: back"),
    "opens": _l("Check-in opens at"),
    "early": _l("Whoever scans now waits on the page: it confirms by itself at"),
    "closed": _l("This half-day is closed."),
    "ended": _l("This half-day has ended."),
    "cancelled": _l("This half-day is cancelled."),
    "offline": _l("No connection: a new code comes by itself once it is back."),
    "code": _l("QR code to confirm one’s presence"),
}


def _say(lang: str, words: str) -> str:
    """One of the words above in a language, whatever the page's."""
    with force_locale(locale_of(lang)):
        return str(WORDS[words])


def _part(lang: str, half_day: HalfDay) -> str:
    with force_locale(locale_of(lang)):
        return str(half_day.part)


def _state(half_day: HalfDay, now: dt.datetime) -> str:
    """What the screen shows: another one than before has it loaded again."""
    where = arriving.window(half_day, now)
    if where is Window.OVER:
        return "ended" if half_day.state.takes_marks else half_day.state.value
    return {Window.FAR: "far", Window.EARLY: "early", Window.OPEN: "open"}[where]


def _codes(half_day: HalfDay, state: str, now: dt.datetime) -> list[dict[str, Any]]:
    """The code of now and the next one, each with how long it stays, in ms; none while nothing is taken."""
    if state not in ("early", "open"):
        return []
    step = tokens.step_of(now)
    return [_code(half_day.id, tokens.shown(waiting_scan.secret(), half_day.id, one), now) for one in (step, step + 1)]


def _code(half_day_id: int, shown: tokens.Shown, now: dt.datetime) -> dict[str, Any]:
    side, path = _qr(_address(half_day_id, shown.token))
    left = int((shown.until - now) / dt.timedelta(milliseconds=1))
    digits = f"{shown.digits[:3]}\u00a0{shown.digits[3:]}"
    return {"left": left, "digits": digits, "side": side, "path": path}


def _address(half_day_id: int, token: str) -> str:
    """In capitals where no folder precedes it: such a QR code has fewer, larger squares."""
    address = public_address(f"/p/{half_day_id}/{token}")
    return address.upper() if urlsplit(address).path.startswith("/p/") else address


@lru_cache(maxsize=256)
def _qr(text: str) -> tuple[int, str]:
    """Squares on a side, and the outline of the dark ones."""
    matrix = segno.make(text, error="m", micro=False).matrix
    parts = []
    for row, cells in enumerate(matrix):
        column = 0
        for dark, run in groupby(cells):
            length = len(list(run))
            if dark:
                parts.append(f"M{column} {row}h{length}v1h-{length}z")
            column += length
    return len(matrix), "".join(parts)


@blueprint.get("/half-days/<int:half_day_id>/screen")
@requires(AttendancePermission.TAKE)
def show_screen(half_day_id: int) -> ResponseReturnValue:
    """For the projector: nothing personal stands on it."""
    half_day, now = half_day_or_404(half_day_id), clock.now()
    state = _state(half_day, now)
    here, people = queries.check_ins.came_of_all(session(), half_day)
    return render_template(
        "attendance/screen.html",
        # Black on white, whatever the trainer likes for themselves.
        theme="light",
        half_day=half_day,
        state=state,
        codes=_codes(half_day, state, now),
        step_ms=int(tokens.STEP / dt.timedelta(milliseconds=1)),
        here=here,
        people=people,
        opens_at=arriving.opens_at(half_day),
        titles=titles(),
        address=public_address(url_for("check_in.enter")).partition("//")[2],
        langs=LANGUAGES,
        say=_say,
        part=_part,
    )


@blueprint.get("/half-days/<int:half_day_id>/screen/codes")
@requires(AttendancePermission.TAKE)
def show_codes(half_day_id: int) -> ResponseReturnValue:
    """For the script of the screen: this code and the next, so that one lost answer changes nothing, and the count."""
    half_day, now = half_day_or_404(half_day_id), clock.now()
    state = _state(half_day, now)
    here, people = queries.check_ins.came_of_all(session(), half_day)
    return jsonify(state=state, codes=_codes(half_day, state, now), here=here, people=people)
