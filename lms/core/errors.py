"""Broken rules, and the page or sentence a person gets for each.

No trace, path or SQL ever reaches a page. A busy or full database gives 503 with the typed form kept.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from lms.core import db as database
from lms.core.access import PUBLIC, sign_in_first, without_database

log = logging.getLogger(__name__)

#: Form fields never printed back into a page.
NEVER_REPEATED = ("password", "token", "csrf")


class DomainError(Exception):
    """A rule of the programme was broken. ``message`` is translated and safe to show."""

    status = 409

    def __init__(self, message: Any, status: int | None = None) -> None:
        super().__init__(str(type(self).__name__))
        self.message = message
        if status is not None:
            self.status = status


#: status -> (title, what happened and what to do next)
_OLD_PAGE = _l("The page may be too old. Going back and trying again usually helps.")
PAGES: dict[int, tuple[Any, Any]] = {
    400: (_l("This request could not be read"), _OLD_PAGE),
    403: (_l("This page is reserved"), _l("It needs a role that this account does not hold.")),
    404: (_l("Page not found"), _l("The address may be incomplete, or the page may have moved.")),
    405: (_l("This request could not be read"), _OLD_PAGE),
    409: (
        _l("This could not be done"),
        _l("Something changed in the meantime. What is stored now is shown on the page before."),
    ),
    413: (_l("The file or text is too large"), _l("The limit is 2 MB. A smaller file can be sent.")),
    415: (_l("This request could not be read"), _OLD_PAGE),
    429: (_l("Too many tries"), _l("A short wait is needed before the next try.")),
    500: (
        _l("A fault on our side"),
        _l("Nothing was changed by this request. The reference below helps the team to find the cause."),
    ),
    503: (
        _l("Saving is not possible right now"),
        _l("Nothing is lost: what was typed is kept below. The next try may start at once."),
    ),
}


def wants_json() -> bool:
    """Whether a script asked, rather than a person: it gets a sentence in JSON instead of a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def error_page(status: int, message: Any = None, **extra: Any) -> Response:
    """The page (or JSON) for a status in the language of the address, with a reference number."""
    reference = secrets.token_hex(4).upper()
    known = PAGES.get(status) or PAGES[400 if status < 500 else 500]
    title, advice = known[0], message or known[1]
    if wants_json():
        response = jsonify(error=str(advice), reference=reference)
    else:
        response = make_response(
            render_template(
                "ui/error_page.html", status=status, title=title, advice=advice, reference=reference, **extra
            )
        )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    log.log(logging.ERROR if status >= 500 else logging.INFO, "status=%s reference=%s", status, reference)
    return response


def strange_host() -> Response:
    """Asked under a name that is not ours: no page of ours can be built, since none has an address there."""
    text = "هذا العنوان غير معروف هنا.\nCette adresse n’est pas connue ici.\n"
    return Response(text, 400, content_type="text/plain; charset=utf-8")


def init_app(app: Flask) -> None:
    """Register the handlers. They roll back first: an error page never rests on half-done work."""

    @app.errorhandler(DomainError)
    def broken_rule(error: DomainError) -> Response:
        _start_afresh()
        return error_page(error.status, error.message)

    @app.errorhandler(CSRFError)
    def token_lost(error: CSRFError) -> Any:
        """Who was signed out in another tab has no token either: sign in first, what was typed waits on its page."""
        view = current_app.view_functions.get(request.endpoint or "")
        needs_somebody = getattr(view, "required_permission", PUBLIC) is not PUBLIC
        return sign_in_first() if needs_somebody and not current_user.is_authenticated else http_error(error)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        _start_afresh()
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        if isinstance(error, SecurityError):
            return strange_host()
        code = error.code or 500
        if 300 <= code < 400:
            return error.get_response()  # type: ignore[return-value]
        message = getattr(error, "message", None) or (_limit() if code == 413 else None)
        page = error_page(code, message, role_names=getattr(error, "role_names", None))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                page.headers[name] = value
        return page

    @app.errorhandler(sa.exc.OperationalError)
    def database_busy(error: sa.exc.OperationalError) -> Response:
        _start_afresh()
        log.error("database unavailable: %s", type(error.orig).__name__)
        page = error_page(503, retry_fields=_typed_fields())
        page.headers["Retry-After"] = "5"
        return page

    @app.errorhandler(sa.exc.IntegrityError)
    def overtaken(error: sa.exc.IntegrityError) -> Response:
        """A unique key held: somebody, or the same form sent twice, was there first."""
        _start_afresh()
        log.warning("a key held in %s: %s", request.endpoint, type(error.orig).__name__)
        return error_page(409)

    @app.errorhandler(StaleDataError)
    def edited_meanwhile(error: StaleDataError) -> Response:
        """Somebody stored a newer version between this request's reading and its writing."""
        _start_afresh()
        return error_page(409, retry_fields=_typed_fields())

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        _start_afresh()
        log.error("fault in %s", request.endpoint, exc_info=error)
        return error_page(500)


def _limit() -> Any:
    """What an address takes that takes larger files than the others; None for the others."""
    most, usual = request.max_content_length, current_app.config["MAX_CONTENT_LENGTH"]
    if most is None or most <= usual:
        return None
    return _l("The limit is %(num)s MB. A smaller file can be sent.", num=most // 1_000_000)


def _start_afresh() -> None:
    """Drop half-done work; read who asked, and where even that fails draw the page for nobody."""
    database.rollback()
    database.use_mode(database.READ)
    try:
        bool(current_user)
    except sa.exc.SQLAlchemyError:
        database.rollback()
        g.view = _for_nobody


@without_database
def _for_nobody() -> None:
    """Stands for the view where nothing may ask the database."""


def _typed_fields() -> list[tuple[str, str]]:
    """What the person typed, to be offered again; passwords and tokens left out."""
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name.lower() for word in NEVER_REPEATED)
    ]
