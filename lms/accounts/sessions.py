"""From cookie to person and back: wiring of Flask-Login to the ``sign_in`` rows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from lms.accounts import notice, queries, services
from lms.accounts.actor import Actor, Anonymous
from lms.accounts.models import Person
from lms.core import clock
from lms.core import db as database
from lms.core.access import Role, can
from lms.core.i18n import current_language

COOKIE_YEARS = 365 * 24 * 3600
THEMES = ("system", "light", "dark")
TEXT_SIZES = ("0", "1", "2")
#: Titles of the staff's shell, by the first role that fits.
_TITLE_ORDER = (Role.ADMINISTRATOR, Role.MONITOR, Role.TRAINER, Role.FOCAL_POINT)
#: Pages that open before the current notice is accepted.
_OPEN_WITHOUT_NOTICE = {"accounts.show_notice_prompt", "accounts.accept_notice", "accounts.sign_out"}


def init_app(app: Flask) -> None:
    """Load people by their cookie, guard the notice, and give templates what the shell shows."""
    manager: Any = app.login_manager  # type: ignore[attr-defined]
    manager.anonymous_user = Anonymous
    manager.session_protection = None  # a server-side row per browser takes its place
    manager.user_loader(load)
    app.extensions["sign_in_endpoint"] = "accounts.sign_in"
    app.before_request(ask_for_notice)
    app.context_processor(shell)


def load(token: str) -> Actor | None:
    """The person of a cookie, if the sign-in still stands; notes that they were seen every few minutes."""
    if _is_light():
        return None
    now = clock.now()
    found = queries.load_actor(database.session(), token, now=now)
    if found is None:
        return None
    actor, last_seen = found
    if now - last_seen > services.SEEN_EVERY:
        if request.method in ("GET", "HEAD"):
            services.note_seen(actor.sign_in_id, now=now)
        else:
            database.after_commit(lambda: services.note_seen(actor.sign_in_id, now=now))
    return actor


def start(person: Person, *, stay: bool) -> None:
    """Sign the person in on this browser: everything kept before is dropped, the token is new."""
    db = database.session()
    token = services.open_sign_in(db, person, stay=stay, device=device_words(), now=clock.now())
    session.clear()
    session.permanent = stay
    found = queries.load_actor(db, token, now=clock.now())
    if found is not None:
        login_user(found[0])


def end() -> None:
    """Sign out here: the row is closed, the cookie emptied."""
    if current_user.is_authenticated:
        services.close_sign_ins(
            database.session(),
            current_user.person_id,
            now=clock.now(),
            only=current_user.sign_in_id,
        )
    logout_user()
    session.clear()


def ask_for_notice() -> Any:
    """Send people who have not read the current notice to it first."""
    view = g.get("view")
    if view is None or getattr(view, "without_database", False) or not current_user.is_authenticated:
        return None
    required = getattr(view, "required_permission", None)
    is_own_page = request.endpoint in _OPEN_WITHOUT_NOTICE or getattr(required, "code", "") == "public"
    if is_own_page or current_user.notice_version == notice.VERSION:
        return None
    from flask import redirect

    return redirect(url_for("accounts.show_notice_prompt"))


def device_words() -> str:
    """The browser and system in a few words, from its own description."""
    agent = request.user_agent.string
    browsers = (
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    systems = (
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    words = [next((name for mark, name in table if mark in agent), "") for table in (browsers, systems)]
    return " · ".join(word for word in words if word) or "—"


def safe_next(target: str | None) -> str | None:
    """A path of this site, or None: nothing that leads elsewhere, whatever its spelling."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(char) < 32 or char == "\\" for char in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def shell() -> dict[str, Any]:
    """What every page shows round its content."""
    actor = current_user if not _is_light() and current_user.is_authenticated else None
    theme, size = request.cookies.get("theme"), request.cookies.get("text")
    lang, root = current_language(), request.script_root
    return {
        "actor": actor,
        "can": can,
        "nav_items": _navigation(lang, root, actor.roles, actor.is_staff, _place()) if actor else (),
        "staff_shell": bool(actor and actor.is_staff),
        "role_label": lambda role: Role(role).label,
        "role_title": _role_title(actor) if actor else "",
        "theme": theme if theme in THEMES else "system",
        "text_size": size if size in TEXT_SIZES else "0",
        **_addresses(lang, root),
    }


def _place() -> str:
    """Endpoint that the navigation marks: the page's own, or one that a room says its pages belong to."""
    place: str = g.get("nav_endpoint") or request.endpoint or ""
    return place


@lru_cache(maxsize=16)
def _addresses(_lang: str, _script_root: str) -> dict[str, str]:
    """Where the shell's links lead; the same for everybody who reads in that language."""
    return {
        "home_url": url_for(current_app.extensions["home_endpoint"]),
        "help_url": url_for("accounts.show_help"),
        "privacy_url": url_for("accounts.show_privacy"),
        "accessibility_url": url_for("accounts.show_accessibility"),
        "account_url": url_for("accounts.show_account"),
    }


def _is_light() -> bool:
    return bool(getattr(g.get("view"), "without_database", False))


def _role_title(actor: Actor) -> Any:
    role = next((role for role in _TITLE_ORDER if role in actor.roles), None)
    return role.label if role else _("Participant")


@lru_cache(maxsize=256)
def _navigation(
    _lang: str, _script_root: str, roles: frozenset[Role], is_staff: bool, endpoint: str
) -> tuple[dict[str, Any], ...]:
    """The entries that these roles see, one of them marked; kept, since it is the same on each visit of a page."""
    items = [item for feature in current_app.extensions["features"] for item in feature.nav]
    shown = [item for item in items if item.needs.roles & roles and (item.staff if is_staff else item.participant)]
    blueprint = endpoint.split(".")[0]
    exact = {item.endpoint for item in shown if item.endpoint == endpoint}
    return tuple(
        {
            "label": str(item.label),
            "url": url_for(item.endpoint),
            "icon": item.icon,
            "active": item.endpoint in exact
            or (not exact and item.endpoint.split(".")[0] == blueprint and item.section),
        }
        for item in sorted(shown, key=lambda item: item.position)
    )
