"""Words put where keys and explanations stand must reach no browser of a learner before their time.

Searched: every answer of the server to a browser (pages, JSON, scripts, styles, headers), the page after its scripts
ran, what the browser stores, the page as printed, and the file of one's own data. After release the same search finds
them, so it would have found them before.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, Request, Response

from lms.core import clock
from lms.core import db as database
from lms.core.access import Role
from lms.quizzes import services
from lms.quizzes.models import Feedback, Quiz
from lms.quizzes.question_types import TYPES
from tests.browser.conftest import DESK, Visitor
from tests.browser.pages import LANGS
from tests.browser.site import Site
from tests.factories import make_person
from tests.faults.server import Server
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write

WHY, SAID, RIGHT, KEY = "zibzibwhy", "zibzibsaid", "zibzibright", "zibzibkey"
#: The right answer of the question that asks for a number.
NUMBER = "48151623"
CANARIES = (WHY, SAID, RIGHT, KEY, NUMBER)
#: Keys of options have no reader but the grader: they never leave.
RELEASED = {WHY, SAID, RIGHT, NUMBER}
HOUR = dt.timedelta(hours=1)
#: Where else a learner comes by while a quiz is under way.
PAGES = [
    "", "modules/concepts/", "progress/", "search/?q=zibzib", "glossary/?q=zibzib", "account/", "account/my-data",
    "certificates/", "worksheets/",
]  # fmt: skip


def texts(word: str) -> dict[str, str]:
    return {"ar": f"كلمة {word}", "fr": f"Mot {word}"}


def settings_with_canaries(kind: str) -> dict[str, Any]:
    """The type's own example, with canaries as keys, feedback and accepted answers."""
    settings = copy.deepcopy(dict(TYPES[kind].examples[0]))
    if kind == "numerical":
        return {**settings, "value": NUMBER}
    for name, value in settings.items():
        if name.startswith("feedback"):
            settings[name] = texts(SAID)
        elif name == "model":
            settings[name] = texts(RIGHT)
        elif isinstance(value, list) and value and isinstance(value[0], dict) and name != "scale":
            settings[name] = [_row(kind, row) for row in value]
    if "right" in settings:
        settings["right"] = [KEY + key for key in settings["right"]]
    return settings


def _row(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    found = {**row, "key": KEY + row["key"]}
    if "feedback" in row:
        found["feedback"] = texts(SAID)
    if "in" in row:
        found["in"] = KEY + row["in"]
    # Typed answers and what a marker looks for are no choices that a page offers.
    if kind in ("short_answer", "open_answer") or row.get("kind") == "typed":
        found["text"] = texts(f"{RIGHT} {row['key']}")
    return found


@pytest.fixture(scope="module")
def site(sqlite_server: Server) -> Site:
    sqlite_server.recover()
    return sqlite_server.site


@contextlib.contextmanager
def writing(site: Site) -> Iterator[Any]:
    with site.app.app_context():
        database.use_mode(database.WRITE)
        yield database.session()
        database.commit()
        database.db.session.remove()


@pytest.fixture(params=[Feedback.AFTER_SUBMIT, Feedback.AFTER_CLOSING, Feedback.NEVER])
def quiz_id(request: pytest.FixtureRequest, site: Site) -> int:
    """A quiz with one question of each type, open for an hour."""
    with writing(site) as db:
        trainer = make_person(db, site.mark(), role=Role.TRAINER).id
        now = clock.now()
        explanation = texts(WHY)
        questions = [
            write(db, trainer, now, kind=kind, settings=settings_with_canaries(kind), explanation=explanation)
            for kind in TYPES
        ]
        quiz = make_quiz(db, trainer, feedback=request.param, closes_at=now + HOUR)
        services.quizzes.add_questions(db, quiz, questions, {})
        return quiz.id


def release(site: Site, quiz_id: int) -> None:
    """Let the quiz close; one that never explains is changed to explain after sending."""
    with writing(site) as db:
        quiz = db.get_one(Quiz, quiz_id)
        quiz.closes_at = clock.now() - HOUR
        if quiz.feedback == Feedback.NEVER:
            quiz.feedback = Feedback.AFTER_SUBMIT


def test_no_canary_is_seen_before_its_time(site: Site, browsing: Callable[..., Any], quiz_id: int) -> None:
    with writing(site) as db:
        is_released_by_sending = db.get_one(Quiz, quiz_id).feedback == Feedback.AFTER_SUBMIT

    before, after = browsing(sit, site, quiz_id, is_released_by_sending)

    assert before == {}
    assert after == RELEASED


def sit(chromium: Browser, site: Site, quiz_id: int, is_released_by_sending: bool) -> tuple[dict[str, Any], set[str]]:
    """Sit the whole quiz; which canaries were seen where before release, and which afterwards."""
    visitor = Visitor(chromium.new_context(viewport=DESK, locale="fr-MA"), site)  # type: ignore[arg-type]
    with contextlib.closing(visitor.context):
        page = visitor.page()
        visitor.sign_in(page, "fr", site.new_learner("fr"))
        look = Look(page, site.url)
        answer_everything(look, quiz_id)
        if is_released_by_sending:
            look.at_the_rest()
            before, look.seen = look.seen, {}
            send(look)
        else:
            send(look)
            look.at_result()
            look.at_the_rest()
            before, look.seen = look.seen, {}
            release(site, quiz_id)
        look.at_result()
        # Nonsense is refused, as it has to be.
        assert [one for one in visitor.problems if not (one[:2] in ("40", "42") and one.endswith("/answer"))] == []
        return before, set(look.seen)


class Look:
    """A page whose every answer is searched. ``seen``: canary -> where it was seen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.seen: dict[str, list[str]] = {}
        self._under_way: list[Request] = []
        self._come: list[Request] = []
        self._assets: set[str] = set()
        page.wait_for_load_state("networkidle")
        page.on("request", lambda request: self._under_way.append(request))
        page.on("requestfinished", self._finish)
        page.on("requestfailed", self._finish)

    def _finish(self, request: Request) -> None:
        # Those of the page before are none of ours.
        if request in self._under_way:
            self._under_way.remove(request)
            self._come.append(request)

    def search(self, where: str, text: str) -> None:
        for canary in CANARIES:
            if canary in text:
                self.seen.setdefault(canary, []).append(where)

    def around(self) -> None:
        """All that came since the last look, and all that the browser holds of this page."""
        self.page.wait_for_load_state()
        # Bodies are gone with the next page: all of them are read on this one.
        until = time.monotonic() + 10
        while self._under_way:
            assert time.monotonic() < until, [request.url for request in self._under_way]
            self.page.wait_for_timeout(10)
        while self._come:
            answer = self._come.pop().response()
            assert answer is not None, "an answer was not read"
            self._search_answer(answer)
        self.search(f"page {self.page.url}", self.page.content())
        stores = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
        self.search(f"stores {self.page.url}", self.page.evaluate(stores))

    def _search_answer(self, answer: Response) -> None:
        self.search(f"headers of {answer.url}", json.dumps(answer.all_headers()))
        if "/assets/" in answer.url:
            self._search_asset(answer.url)
        # A browser reads no body of an answer that only leads on.
        elif answer.status // 100 != 3:
            self.search(f"{answer.status} {answer.url}", answer.body().decode("latin-1"))

    def _search_asset(self, url: str) -> None:
        """Once each, asked for apart: Chromium does not give out every body that it kept from an earlier page."""
        if url not in self._assets:
            self._assets.add(url)
            self.search(url, self.page.request.get(url).body().decode("latin-1"))

    @property
    def path(self) -> str:
        """Where the page is, below the address of the site, without its query."""
        return self.page.url.removeprefix(f"{self.url}/").split("?")[0]

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}/{path}")
        self.around()

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.click(selector)
        self.around()

    def printed(self) -> None:
        document = pypdfium2.PdfDocument(self.page.pdf())
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert text
        self.search(f"print of {self.page.url}", text)

    def at_result(self) -> None:
        result = self.path[3:]
        for lang in LANGS:
            self.go(f"{lang}/{result}")
            self.printed()

    def at_the_rest(self) -> None:
        """The other pages, and one's own data, unpacked: compressed bytes would hide a word."""
        here = self.path
        for lang in LANGS:
            for path in PAGES:
                self.go(f"{lang}/{path}")
            archive = zipfile.ZipFile(io.BytesIO(self.page.request.get(f"{self.url}/{lang}/account/data").body()))
            for name in archive.namelist():
                self.search(f"own data, {name}", archive.read(name).decode())
        self.go(here)


def answer_everything(look: Look, quiz_id: int) -> None:
    """Start, answer every question as a person and as a script that sends nonsense; each is seen in both languages."""
    look.go(f"fr/quizzes/{quiz_id}/")
    look.press("form button.primary")
    for _ in TYPES:
        fill_in(look.page)
        look.page.evaluate(NONSENSE)
        look.around()
        look.printed()
        look.press(".switch")
        look.go(f"{look.path}?checked=1")
        look.press(".quiz-foot button.primary")
    assert look.path.endswith("/summary/")


#: What no page of ours sends; each gets an answer that may say too much.
NONSENSE = """async () => {
  const form = document.querySelector("#answer-form");
  for (const values of [["x"], ["zibzib:zibzib"], ["certainty:9"], 5]) {
    const answer = await fetch(form.dataset.url, {
      method: "POST", headers: {"Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value},
      body: JSON.stringify({device: "nonsense", counter: 1, values}),
    });
    await answer.text();
  }
}"""


def fill_in(page: Page) -> None:
    """Something in the first field of the question, acknowledged by the server."""
    first = page.locator("#answer-form :is(input[name^=answer], select[name^=answer], textarea[name^=answer])").first
    tag, kind = first.evaluate("field => [field.tagName, field.type]")
    with page.expect_response(lambda answer: answer.url.endswith("/answer")):
        if tag == "SELECT":
            first.select_option(index=1)
        elif kind in ("radio", "checkbox"):
            first.evaluate("field => field.click()")
        else:
            first.fill("7")
            first.blur()


def send(look: Look) -> None:
    look.press(".form-actions button.primary")
    assert look.path.endswith("/result/")
