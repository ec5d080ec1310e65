"""A client that looks at every page it opens, and signs people in."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from lms.accounts import queries, services
from lms.accounts.models import Person
from lms.core import clock
from lms.core import db as database

CSRF_RAW = "0" * 40


class Page(HTMLParser):
    """What a page is made of, as far as the house's rules go."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.h1 = 0
        self.html: dict[str, str | None] = {}
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.html = found
        self.h1 += tag == "h1"
        if "style" in found or tag == "style":
            self.problems.append(f"inline style on {tag}")
        if tag == "script" and "src" not in found:
            self.problems.append("inline script")
        self.problems += [f"{name} on {tag}" for name in found if name.startswith("on")]
        # The room of an online meeting is elsewhere: such a link is followed by whoever presses it, never loaded.
        is_way_out = tag == "a" and "external" in (found.get("rel") or "").split()
        for name in ("href", "src", "action"):
            if not is_way_out and (found.get(name) or "").startswith(("http:", "https:", "//", "javascript:")):
                self.problems.append(f"{tag} leads away: {found[name]}")
        if found.get("id"):
            if found["id"] in self.ids:
                self.problems.append(f"id {found['id']} twice")
            self.ids.add(found["id"] or "")


def check_page(path: str, text: str) -> None:
    """One h1, the language and direction of the address, no inline code, no doubled id."""
    page = Page(text)
    assert page.problems == [], f"{path}: {page.problems}"
    assert page.h1 == 1, f"{path} has {page.h1} h1"
    first = path.lstrip("/").split("/")[0]
    if first in ("ar", "fr"):
        expected = {"ar": ("ar-MA", "rtl"), "fr": ("fr", "ltr")}[first]
        assert (page.html.get("lang"), page.html.get("dir")) == expected, path


def without_token(text: str) -> str:
    """A page without the forms' token, which changes with the second."""
    return re.sub(r'name="csrf_token"[^>]*', "", text)


class CheckingClient(FlaskClient):
    """Adds the CSRF token to unsafe requests (``csrf=False`` leaves it out) and checks HTML answers."""

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        if csrf and kwargs.get("method", "GET") not in ("GET", "HEAD"):
            with self.session_transaction() as session:
                session.setdefault("csrf_token", CSRF_RAW)
                raw = session["csrf_token"]
            token = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {**headers, "X-CSRFToken": token}
        if has_app_context():
            # The test's own session would hold the writers' lock or an old view of the data.
            database.rollback()
        # A context of its own: Flask would reuse the test's, and with it the person and language in ``g``.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        database.use_mode(database.READ)
        if response.mimetype == "text/html" and response.data and response.status_code not in (301, 302, 303, 308):
            check_page(response.request.path, response.text)
        return response

    def signed_in(self, person: Person) -> CheckingClient:
        """The same client with an open sign-in of ``person``."""
        person_id = person.id
        if has_app_context():
            database.rollback()
        with self.application.app_context():
            database.use_mode(database.WRITE)
            db = database.db.session
            token = services.open_sign_in(
                db,  # type: ignore[arg-type]
                queries.get_person_or_none(db, person_id),  # type: ignore[arg-type]
                stay=False,
                device="test",
                now=clock.now(),
                second_factor=True,
            )
            database.commit()
        database.use_mode(database.READ)
        with self.session_transaction() as session:
            session.update(_user_id=token, _fresh=True)
        return self


def words_on(page: str) -> str:
    """What is read on a page, without its tags, blanks as one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
