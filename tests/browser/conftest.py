"""Chromium looking at the demo. Every page is watched for what must never happen."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, Route, sync_playwright

from tests.browser.site import PASSWORD, Site, serve_demo

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
#: How much wider than the window the page is, where, and by which of its parts.
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const out = Array.from(document.querySelectorAll("body *")).filter((part) => {
    const place = part.getBoundingClientRect();
    return place.width && (place.right > wide + 0.5 || place.left < -0.5);
  });
  const names = out.slice(0, 5).map((part) => `${part.tagName}.${part.getAttribute("class")}`);
  return [document.documentElement.scrollWidth - wide, location.href, names];
}"""
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve_demo(tmp_path_factory.mktemp("site") / "data") as (_process, site):
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        assert path, "Chromium is missing: tests/run says how to install it"
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A browser of one person: its pages, and everything that went wrong in them."""

    context: BrowserContext
    site: Site
    problems: list[str] = field(default_factory=list)

    def page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self._listen(message.type, message.text))
        page.on("response", lambda answer: self._look_at_answer(answer))
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", lambda request: self._look_at(request.url))
        page.on("load", lambda loaded: self._measure(loaded))
        return page

    def _listen(self, kind: str, text: str) -> None:
        # An answer of 404 or 410 is a line there too; those of files are noticed below.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.problems.append(f"console: {text}")

    def _look_at_answer(self, answer: Response) -> None:
        is_page = answer.request.resource_type == "document"
        if answer.status >= 500 or (answer.status >= 400 and not is_page):
            self.problems.append(f"{answer.status} for {answer.url}")

    def _look_at(self, url: str) -> None:
        if not url.startswith((self.site.url, "data:", "blob:", "about:")):
            self.problems.append(f"third party: {url}")

    def _measure(self, page: Page) -> None:
        with contextlib.suppress(Exception):  # the page may be gone already
            wide, url, parts = page.evaluate(OVERFLOW)
            if wide > 0:
                self.problems.append(f"sideways scroll of {wide} px on {url}: {parts}")

    def sign_in(self, page: Page, lang: str, address: str, password: str = PASSWORD) -> None:
        page.goto(f"{self.site.url}/{lang}/sign-in")
        page.fill("#email", address)
        page.fill("#password", password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; at the end no page of theirs may have had a problem."""
    visitors: list[Visitor] = []

    def make(viewport: dict[str, int] = DESK, **options: Any) -> Visitor:
        context = chromium.new_context(viewport=viewport, locale="fr-MA", **options)  # type: ignore[arg-type]
        visitor = Visitor(context, site)
        visitors.append(visitor)
        return visitor

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@contextlib.contextmanager
def no_answer(page: Page, address: str) -> Iterator[None]:
    """Meanwhile what the page asks of these addresses is lost on its way."""

    def lost(route: Route) -> None:
        route.abort()

    page.route(address, lost)
    yield
    page.unroute(address, lost)
