"""Who may do what. Deny by default: every endpoint names a permission or is public, or the app does not start."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.wrappers import Response

from lms.core import clock
from lms.core import db as database

View = TypeVar("View", bound=Callable[..., Any])


class Role(enum.StrEnum):
    """What a person is in the programme. One person may hold several."""

    LEARNER = "learner"
    TRAINER = "trainer"
    MONITOR = "monitor"
    FOCAL_POINT = "focal_point"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Any:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.LEARNER: _l("Participant"),
    Role.TRAINER: _l("Training team"),
    Role.MONITOR: _l("Monitoring team"),
    Role.FOCAL_POINT: _l("Focal point of an organisation"),
    Role.ADMINISTRATOR: _l("Administration"),
}
#: Roles with a side menu, shorter sign-ins and (outside the demo) a second factor.
STAFF = frozenset({Role.TRAINER, Role.MONITOR, Role.FOCAL_POINT, Role.ADMINISTRATOR})
EVERYONE = frozenset(Role)
#: Of several roles, the first one here gives the home page and the title of the shell.
BY_WEIGHT = (Role.ADMINISTRATOR, Role.MONITOR, Role.TRAINER, Role.FOCAL_POINT, Role.LEARNER)


class Permission(enum.Enum):
    """Base of each feature's permissions: ``NAME = "feature:thing:act", {roles that hold it}``."""

    def __init__(self, code: str, roles: Iterable[Role]) -> None:
        self.code = code
        self.roles = frozenset(roles)


#: Views that weigh open this long after the person proved who they are.
CONFIRMED_FOR = dt.timedelta(minutes=30)
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class _Public:
    code = "public"
    roles = EVERYONE


PUBLIC = _Public()


class RoleNeeded(Forbidden):
    """403 that names the roles which open the page."""

    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.role_names = [role.label for role in sorted(permission.roles)]


def requires(permission: Permission) -> Callable[[View], View]:
    """Name the permission of a view. It is checked before the view runs and before any row is loaded."""

    def mark(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that anyone may open, signed in or not."""
    view.required_permission = PUBLIC  # type: ignore[attr-defined]
    return view


def reads_first(view: View) -> View:
    """Mark a POST view that starts reading and calls ``db.begin_writing()`` itself, after its slow work."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def sensitive(view: View) -> View:
    """Mark a view that weighs (roles, names of many people exported): whoever opens it proves again who they are."""
    view.is_sensitive = True  # type: ignore[attr-defined]
    return view


def without_database(view: View) -> View:
    """Mark a view that loads no person (assets, health): no session cookie is touched."""
    view.without_database = True  # type: ignore[attr-defined]
    return view


def can(permission: Permission) -> bool:
    """Whether the person signed in holds the permission through one of their roles."""
    return bool(current_user.is_authenticated and permission.roles & current_user.roles)


def check_endpoints(app: Flask) -> None:
    """Refuse to start while an endpoint says neither who may open it nor that it is public."""
    silent = [endpoint for endpoint, view in app.view_functions.items() if not hasattr(view, "required_permission")]
    if silent:
        raise RuntimeError(f"no permission named for: {', '.join(sorted(silent))}")


def refuse_null_characters() -> None:
    """No text a person types holds one; a database may choke on it (PostgreSQL does)."""
    texts = [request.path, *request.args.values(), *request.form.keys(), *request.form.values()]
    if any("\0" in text for text in texts):
        abort(400)


def guard() -> Response | None:
    """Before each request: anonymous people go to the sign-in page, others without the role get 403.

    Who asks is read before the request queues to write: the queue is held for the view's own work only.
    """
    if request.endpoint is None:
        return None
    view = g.view
    permission = view.required_permission
    if permission is PUBLIC or can(permission):
        if getattr(view, "is_sensitive", False) and not is_confirmed():
            return ask_again()
        if request.method not in SAFE_METHODS and not getattr(view, "reads_first", False):
            database.begin_writing()
        return None
    if current_user.is_authenticated:
        raise RoleNeeded(permission)
    return sign_in_first()


def is_confirmed() -> bool:
    """Whether the person proved in this browser, not long ago, who they are."""
    at = getattr(current_user, "confirmed_at", None)
    return at is not None and clock.now() - at <= CONFIRMED_FOR


def ask_again() -> Response:
    """The page that asks for the password again; it leads on to what was asked for, nothing typed is lost."""
    from lms.core.errors import wants_json

    if wants_json():
        abort(401)
    answer: Response = current_app.extensions["ask_again"]()
    return answer


def _page_of_the_form() -> str | None:
    """The page on which the form that was sent stands, unless it can only be sent to: what was typed comes back."""
    adapter = current_app.create_url_adapter(request)
    try:
        page = urlsplit(request.referrer or "")
        if page.netloc != request.host or adapter is None:
            return None
        adapter.match(page.path, method="GET")
    except (ValueError, HTTPException):
        return None
    return f"{page.path}?{page.query}" if page.query else page.path


def sign_in_first() -> Response:
    """Send an anonymous person to the sign-in page and back here afterwards."""
    from lms.core.errors import wants_json

    if wants_json():
        abort(401)
    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else _page_of_the_form()
    return redirect(url_for(current_app.extensions["sign_in_endpoint"], next=here))
