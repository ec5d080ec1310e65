"""Every page of the product as somebody who may open it, for checks that look at all of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.browser.site import DEMO_PASSWORD, Site

LANGS = ("ar", "fr")
ANYBODY = [
    "sign-in", "password", "invitation", "privacy", "accessibility", "help/",
    "invitation/unknown/", "password/unknown/", "not-there", "styleguide",
]  # fmt: skip
LEARNER = [
    "", "modules/", "modules/concepts/", "modules/model/", "modules/planning/", "modules/concepts/{lesson}/",
    "modules/concepts/{lesson}/?whole=1", "modules/concepts/{lesson}/?beside=1", "modules/concepts/{coming}/",
    "progress/", "search/", "search/?q=%C3%A9galit%C3%A9", "search/?q=zzzz", "glossary/", "certificates/", "account/",
    "quizzes/{quiz}/", "quizzes/{quiz}/attempts/1/result/", "notice", "monitoring/",
]  # fmt: skip
OPEN_ATTEMPT = [
    "quizzes/{quiz}/", "quizzes/{quiz}/attempts/1/1/", "quizzes/{quiz}/attempts/1/2/",
    "quizzes/{quiz}/attempts/1/summary/", "quizzes/{quiz}/attempts/1/result/", "certificates/",
]  # fmt: skip
MONITOR = [
    "", "monitoring/", "monitoring/?sex=f&level=regional", "monitoring/?cohort=999999", "monitoring/organisations/",
    "monitoring/organisations/ofppt/", "monitoring/organisations/ofppt/?q=zzzz", "monitoring/people/{person}/",
    "modules/concepts/{lesson}/", "account/",
]  # fmt: skip
VERIFICATION = ["/v/", "/v/0000-0000-0000-0000", "/v/{code}"]


def places(site: Site) -> dict[str, Any]:
    """What the addresses above stand for in this demo."""
    code, person = site.row(
        "SELECT c.code, e.person_id FROM certificate c JOIN enrolment e ON e.id = c.enrolment_id ORDER BY c.id LIMIT 1"
    )
    (quiz,) = site.row("SELECT id FROM quiz WHERE module = 'concepts'")
    ready, coming = site.lessons()
    return {"code": code, "person": person, "quiz": quiz, "lesson": ready, "coming": coming}


def every_page(visit: Callable[..., Visitor], site: Site, **options: Any) -> Iterator[Page]:
    """Opens each page in both languages; the window is the same for pages of one visitor."""
    known = places(site)
    half_done = site.new_learner("fr")

    def opened(visitor: Visitor, paths: list[str]) -> Iterator[Page]:
        page = visitor.page()
        for path in paths:
            page.goto(site.url + path.format(**known))
            with contextlib.suppress(Exception):
                page.evaluate("document.fonts.ready")
            yield page

    def both(paths: list[str]) -> list[str]:
        return [f"/{lang}/{path}" for lang in LANGS for path in paths]

    yield from opened(visit(**options), both(ANYBODY) + VERIFICATION)
    for address, paths in (("learner@example.org", LEARNER), ("monitor@example.org", MONITOR)):
        visitor = visit(**options)
        visitor.sign_in(visitor.page(), "fr", address, DEMO_PASSWORD)
        yield from opened(visitor, both(paths))
    visitor = visit(**options)
    start_test(visitor, site, half_done)
    yield from opened(visitor, both(OPEN_ATTEMPT))


def start_test(visitor: Visitor, site: Site, address: str) -> None:
    """Sign in, with the lessons read behind the scenes, and open the test."""
    site.read_lessons(address)
    page = visitor.page()
    visitor.sign_in(page, "fr", address)
    page.click(".hero a")
    page.click("form button.primary")
    page.wait_for_url("**/attempts/1/**")
