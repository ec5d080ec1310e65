"""A scan that waits for its confirmation, kept by the browser alone: a signed cookie, and the same in the form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from lms.attendance import tokens
from lms.attendance.statuses import Method

_SALT = "attendance check-in"
#: Hashes of a device differ from one half-day to the next: nothing is gained from a name that lives longer.
DEVICE_LASTS = dt.timedelta(days=1)


def secret() -> str:
    """The key of the installation, from which those of this room are derived."""
    return str(current_app.config["SECRET_KEY"])


@dataclass(frozen=True)
class Pending:
    """A scan, or digits typed early, that may still be confirmed. ``text``: as signed."""

    half_day_id: int
    method: Method
    until: dt.datetime
    #: Name of the browser that scanned: passed on to another, the check-in still counts for this one.
    device: str
    text: str


def sign(half_day_id: int, method: Method, until: dt.datetime, device: str) -> Pending:
    text = _serializer().dumps([half_day_id, method.value, int(until.timestamp()), device])
    return Pending(half_day_id, method, until, device, str(text))


def read(*, now: dt.datetime) -> Pending | None:
    """What the browser keeps, in the form that was sent or in its cookie; None once its minutes are over.

    Nor where the browser is another one than that which scanned. One that keeps no cookies has no name: what it sends
    is taken, under the name of the scan, so that two accounts with one scan are two accounts on one device.
    """
    texts = [request.form.get("pending", ""), request.cookies.get(_cookie("check-in"), "")]
    found = (_opened(text) for text in texts)
    here = request.cookies.get(_cookie("device"), "")
    return next((one for one in found if one is not None and now <= one.until and here in ("", one.device)), None)


def _opened(text: str) -> Pending | None:
    try:
        half_day_id, method, until, device = _serializer().loads(text)
    except (BadData, ValueError):
        return None
    return Pending(half_day_id, Method(method), dt.datetime.fromtimestamp(until, dt.UTC), device, text)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(secret(), salt=_SALT)


def _cookie(name: str) -> str:
    """Named with the same prefix as the session's: over https no other host can plant one."""
    return str(current_app.config["SESSION_COOKIE_NAME"]).removesuffix("session") + name


def keep(response: Any, pending: Pending, *, now: dt.datetime) -> None:
    _set(response, "check-in", pending.text, pending.until - now)


def drop(response: Any) -> None:
    secure = current_app.extensions["settings"].is_https
    response.delete_cookie(_cookie("check-in"), samesite="Lax", secure=secure, httponly=True)


def device() -> str:
    """The random name of this browser, or a new one."""
    known = request.cookies.get(_cookie("device"), "")
    return known if 16 <= len(known) <= 40 and known.isascii() else tokens.new_device()


def keep_device(response: Any, name: str) -> None:
    _set(response, "device", name, DEVICE_LASTS)


def _set(response: Any, name: str, value: str, lasts: dt.timedelta) -> None:
    secure = current_app.extensions["settings"].is_https
    response.set_cookie(
        _cookie(name), value, max_age=int(lasts.total_seconds()), samesite="Lax", secure=secure, httponly=True
    )
