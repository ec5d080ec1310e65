"""The demo as ``run.py`` serves it, and Chromium looking at it. Every page is watched for what must never happen."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from lms import config, create_app
from lms.core import clock
from lms.core import db as database
from lms.curriculum import queries as curriculum
from lms.programme.models import Enrolment
from lms.quizzes.question_types import get
from tests.accounts.conftest import PASSWORD, hashed
from tests.core.test_run import answers, free_port, start, wait_for
from tests.factories import make_cohort, make_enrolment, make_person, read_lessons

DEMO_PASSWORD = "demo-password-1"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_numbers = itertools.count(1)


@dataclass
class Site:
    """A running demo, and the same database for what a test prepares or looks up."""

    url: str
    app: Flask

    def new_learner(self, lang: str) -> str:
        """Somebody enrolled today with nothing done; gives the address to sign in with."""
        name = f"browser{os.getpid()}-{next(_numbers)}"
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            today = clock.local_date(clock.now())
            person = make_person(db, name, lang=lang)
            person.password_hash = hashed()
            make_enrolment(db, person, make_cohort(db, starts_on=today, ends_on=today))
            database.db.session.remove()
        return f"{name}@example.ma"

    def read_lessons(self, address: str) -> None:
        """All lessons of the first module, read by this person."""
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            enrolment = db.get_one(Enrolment, self._enrolment_id(db, address))
            read_lessons(db, enrolment, curriculum.current(db), now=clock.now())
            database.db.session.remove()

    def _enrolment_id(self, db: Any, address: str) -> int:
        query = "SELECT e.id FROM enrolment e JOIN person p ON p.id = e.person_id WHERE p.email = :address"
        return int(db.execute(sa.text(query), {"address": address}).scalar_one())

    def lessons(self) -> tuple[str, str]:
        """A lesson that is ready and one that is announced."""
        with self.app.app_context():
            database.use_mode(database.READ)
            module = curriculum.current(database.session()).modules[0]
            database.db.session.remove()
        ready = module.ready_lessons[0].slug
        return ready, next(lesson.slug for lesson in module.lessons if lesson not in module.ready_lessons)

    def right_options(self, address: str, position: int) -> list[str]:
        """Values of the right options of a question in the person's open attempt."""
        query = """
            SELECT v.type, v.settings, q."order" FROM attempt_question q JOIN question_version v ON v.id = q.version_id
            JOIN attempt a ON a.id = q.attempt_id JOIN enrolment e ON e.id = a.enrolment_id
            JOIN person p ON p.id = e.person_id WHERE p.email = :address AND q.position = :position
        """
        kind_name, settings, order = self.row(query, address=address, position=position)
        kind = get(kind_name)
        right = kind.chosen_keys(kind.right_answer(settings))
        return [option_id for option_id, key in order if key in right]

    def row(self, query: str, **values: Any) -> Any:
        with self.app.app_context():
            database.use_mode(database.READ)
            row = database.session().execute(sa.text(query), values).one()
            database.db.session.remove()
        return [json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value for value in row]

    def person_id(self, address: str) -> int:
        return int(self.row("SELECT id FROM person WHERE email = :address", address=address)[0])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data_dir, port = tmp_path_factory.mktemp("site") / "data", free_port()
    process = start(data_dir, port, "--demo", LMS_DEMO_PASSWORD=DEMO_PASSWORD, LMS_DEVELOPMENT="1")
    try:
        wait_for(lambda: answers(port) == 200 or process.poll() is not None, 120, "the demo did not answer")
        assert process.poll() is None, process.communicate()[1]
        url = f"http://127.0.0.1:{port}"
        yield Site(url, create_app(config.Settings(data_dir=data_dir, base_url=url)))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


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
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.problems.append(f"sideways scroll of {wide} px on {page.url}")

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
