"""From cookie to person and back: wiring of Flask-Login to the ``sign_in`` rows."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, after_this_request, current_app, g, request, session, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from lms.accounts import notice, queries, services
from lms.accounts.actor import Actor, Anonymous
from lms.accounts.models import Person
from lms.core import clock, profile
from lms.core import db as database
from lms.core.access import BY_WEIGHT, Role, can
from lms.core.feature import NavItem
from lms.core.i18n import LANG_RULE, current_language, locale_of

COOKIE_YEARS = 365 * 24 * 3600
THEMES = ("system", "light", "dark")
TEXT_SIZES = ("0", "1", "2")
#: What one device chose for itself, by the buttons of the reader or before signing in.
APPEARANCE_COOKIES = ("theme", "text")
#: Pages that open before the current notice is accepted.
_OPEN_WITHOUT_NOTICE = {"accounts.show_notice_prompt", "accounts.accept_notice", "accounts.sign_out"}
#: Pages that open before staff have set up their second factor.
_OPEN_WITHOUT_FACTOR = {
    *_OPEN_WITHOUT_NOTICE,
    "accounts.set_up_second_factor",
    "accounts.turn_on_second_factor",
    "accounts.ask_confirmation",
    "accounts.check_confirmation",
}
#: Between the password and the second factor.
PENDING_LASTS = dt.timedelta(minutes=10)
_PENDING = "second_step"


def init_app(app: Flask) -> None:
    """Load people by their cookie, guard the notice, and give templates what the shell shows."""
    manager: Any = app.login_manager  # type: ignore[attr-defined]
    manager.anonymous_user = Anonymous
    manager.session_protection = None  # a server-side row per browser takes its place
    manager.user_loader(load)
    app.extensions["sign_in_endpoint"] = "accounts.sign_in"
    app.before_request(ask_for_notice)
    app.before_request(ask_for_second_factor)
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


@dataclass(frozen=True)
class Pending:
    """Somebody whose password was right and who has yet to give the second factor."""

    person: Person
    stay: bool
    next: str | None


def start(person: Person, *, stay: bool, next_path: str | None = None) -> bool:
    """Sign the person in on this browser, or, where a second factor is set, have it asked for (``False``).

    Everything kept before is dropped, the token is new.
    """
    session.clear()
    if queries.second_factor(database.session(), person.id) is not None:
        session[_PENDING] = {
            "person": person.id,
            "at": clock.now().isoformat(),
            "stay": stay,
            "next": next_path,
            "password": _fingerprint(person),
        }
        return False
    _open(person, stay=stay, second_factor=False)
    return True


def pending() -> Pending | None:
    """Who gave the password in this browser within the last minutes; signed by the server, worthless alone.

    A new password or a closed account ends it.
    """
    kept = session.get(_PENDING)
    if not isinstance(kept, dict):
        return None
    if clock.now() - dt.datetime.fromisoformat(kept["at"]) > PENDING_LASTS:
        return None
    person = queries.open_person(database.session(), kept["person"])
    if person is None or kept["password"] != _fingerprint(person):
        return None
    return Pending(person, kept["stay"], kept["next"])


def complete(found: Pending) -> None:
    """The second factor was right: sign in."""
    session.clear()
    _open(found.person, stay=found.stay, second_factor=True)


def renew(person: Person) -> None:
    """A new token for this browser, after all sign-ins of the person were closed."""
    stay, second_factor = session.permanent, current_user.gave_second_factor
    session.clear()
    _open(person, stay=stay, second_factor=second_factor)


def _open(person: Person, *, stay: bool, second_factor: bool) -> None:
    db = database.session()
    now = clock.now()
    token = services.open_sign_in(db, person, stay=stay, device=device_words(), now=now, second_factor=second_factor)
    session.permanent = stay
    if person.theme or person.text_size:
        _look_as_the_account()
    found = queries.load_actor(db, token, now=now)
    if found is not None:
        login_user(found[0])


def _look_as_the_account() -> None:
    """What somebody before chose on this device gives way to what the account keeps."""

    @after_this_request
    def forget(response: Any) -> Any:
        forget_appearance(response)
        return response


def forget_appearance(response: Any) -> None:
    """Drop what this device chose for itself."""
    secure = current_app.extensions["settings"].is_https
    for name in APPEARANCE_COOKIES:
        response.delete_cookie(name, samesite="Lax", secure=secure)


def _fingerprint(person: Person) -> str:
    return hashlib.sha256((person.password_hash or "").encode()).hexdigest()[:16]


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
    if is_own_page or current_user.notice_version == notice.current(database.session()).version:
        return None
    from flask import redirect

    here = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("accounts.show_notice_prompt", next=here))


def ask_for_second_factor() -> Any:
    """Lead staff without a second factor to the page that sets one up, where the programme asks for it."""
    view = g.get("view")
    if view is None or getattr(view, "without_database", False) or not current_user.is_authenticated:
        return None
    if not current_user.is_staff or current_user.gave_second_factor or not profile.remembered().second_factor_required:
        return None
    required = getattr(view, "required_permission", None)
    if request.endpoint in _OPEN_WITHOUT_FACTOR or getattr(required, "code", "") == "public":
        return None
    from flask import redirect

    return redirect(url_for("accounts.set_up_second_factor"))


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
    theme, size = _appearance(actor)
    lang, root = current_language(), request.script_root
    return {
        "actor": actor,
        "can": can,
        "nav_items": _navigation(lang, root, actor.roles, actor.is_staff, _place()) if actor else (),
        "staff_shell": bool(actor and actor.is_staff),
        "role_label": lambda role: Role(role).label,
        "role_title": _role_title(actor) if actor else "",
        "theme": theme,
        "text_size": size,
        **_addresses(lang, root),
    }


def _appearance(actor: Actor | None) -> tuple[str, str]:
    """Theme and text size: what was changed on this device since, else what the account keeps, else the default."""
    found = []
    for name, allowed, kept in (
        ("theme", THEMES, actor.theme if actor else None),
        ("text", TEXT_SIZES, actor.text_size if actor else None),
    ):
        chosen = request.cookies.get(name)
        found.append(next(one for one in (chosen, kept, allowed[0]) if one in allowed))
    return found[0], found[1]


def _place() -> str:
    """Endpoint that the navigation marks: the page's own, or one that a room says its pages belong to."""
    place: str = g.get("nav_endpoint") or request.endpoint or ""
    return place


@lru_cache(maxsize=16)
def _addresses(_lang: str, _script_root: str) -> dict[str, str]:
    """Where the shell's links lead; the same for everybody who reads in that language."""
    return {
        "home_url": url_for(current_app.extensions["home_endpoint"]),
        "privacy_url": url_for("accounts.show_privacy"),
        "accessibility_url": url_for("accounts.show_accessibility"),
        "account_url": url_for("accounts.show_account"),
    }


def _is_light() -> bool:
    return bool(getattr(g.get("view"), "without_database", False))


def _role_title(actor: Actor) -> Any:
    role = next((role for role in BY_WEIGHT if role in actor.roles), None)
    return role.label if role else _("Participant")


@lru_cache(maxsize=256)
def _navigation(
    lang: str, _script_root: str, roles: frozenset[Role], is_staff: bool, endpoint: str
) -> tuple[dict[str, Any], ...]:
    """The entries that these roles see, one of them marked; kept, since it is the same on each visit of a page.

    Two roles may bring an entry of one name: the one that is named first leads to the page that shows more.
    """
    # Kept for all who come: never in the language of a mail or a paper that is being written meanwhile.
    with force_locale(locale_of(lang)):
        items = [item for feature in current_app.extensions["features"] for item in feature.nav]
        named: dict[str, NavItem] = {}
        for item in items:
            if (item.roles or item.needs.roles) & roles and (item.staff if is_staff else item.participant):
                named.setdefault(str(item.label), item)
        shown = list(named.values())
        marked = _marked(shown, endpoint)
        return tuple(
            {
                "label": str(item.label),
                "url": url_for(item.endpoint),
                "icon": item.icon,
                "active": item in marked,
            }
            for item in sorted(shown, key=lambda item: item.position)
        )


def _marked(items: list[NavItem], endpoint: str) -> list[NavItem]:
    """Entries that lead to the page; else those of its room; else the one whose address the page's is longest below."""
    if exact := [item for item in items if item.endpoint == endpoint]:
        return exact
    rooms = [item for item in items if item.section]
    blueprint = endpoint.split(".")[0]
    if same := [item for item in rooms if item.endpoint.split(".")[0] == blueprint]:
        return same
    place = _address_of(endpoint)
    above = [item for item in rooms if place.startswith(_address_of(item.endpoint))]
    return sorted(above, key=lambda item: len(_address_of(item.endpoint)))[-1:]


def _address_of(endpoint: str) -> str:
    """The endpoint's address below the language, with its places: ``/admin/people/<int:person_id>/``."""
    known = endpoint in current_app.view_functions
    rule = next(current_app.url_map.iter_rules(endpoint), None) if known else None
    return f"{rule.rule.removeprefix(f'/{LANG_RULE}').rstrip('/')}/" if rule else "//"
