"""A learner on a bad line: three saves in ten are lost, pages are reloaded, tabs and languages change.

4 learners in everyday runs, ``FAULTS_ROUNDS`` of them when set; the same ones each time unless ``FAULTS_SEED`` is set.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from playwright.sync_api import Browser, Error, Page, Route

from lms.core import clock
from lms.core import db as database
from lms.quizzes import queries
from lms.quizzes.question_types import get
from tests.browser.conftest import DESK, Visitor
from tests.browser.site import Site
from tests.faults.chance import rounds
from tests.faults.server import Server

LEARNERS = 4
#: The first questions of a test are enough to come back to.
POSITIONS = 3
LOST = 0.3
#: Nothing waits on this device to be sent.
ALL_SENT = r"() => !Object.keys(localStorage).some((name) => /^answers:\d+$/.test(name))"

Move = tuple[str, int]
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("choose"), st.integers(0, 3)),
        st.tuples(st.just("go"), st.integers(1, POSITIONS)),
        st.tuples(st.sampled_from(["reload", "switch"]), st.just(0)),
        st.tuples(st.just("other tab"), st.integers(0, 3)),
    ),
    min_size=12,
    max_size=16,
)
again = hypothesis.seed(int(os.environ["FAULTS_SEED"])) if "FAULTS_SEED" in os.environ else lambda test: test


@pytest.fixture(scope="module")
def site(sqlite_server: Server) -> Site:
    sqlite_server.recover()
    return sqlite_server.site


@again
@hypothesis.settings(
    max_examples=rounds(LEARNERS),
    derandomize=True,
    database=None,
    # A learner takes ten seconds: to look for a shorter story of a failure would take minutes.
    phases=[hypothesis.Phase.generate],
)
@hypothesis.given(moves=MOVES, chance=st.integers(0, 2**32))
def test_once_the_line_is_back_the_last_choice_is_what_is_stored(
    site: Site, browsing: Callable[..., Any], moves: list[Move], chance: int
) -> None:
    address = site.new_learner("fr")
    site.read_lessons(address)

    chosen, problems = browsing(use, site, address, moves, chance)

    assert problems == []
    assert stored(site, address) == {position: chosen.get(position, []) for position in range(1, POSITIONS + 1)}


def use(chromium: Browser, site: Site, address: str, moves: list[Move], chance: int) -> tuple[Any, list[str]]:
    """Sit the test this way on a bad line, then wait on a good one; what was last chosen, and what went wrong."""
    visitor = Visitor(chromium.new_context(viewport=DESK, locale="fr-MA"), site)  # type: ignore[arg-type]
    with contextlib.closing(visitor.context):
        learner = Learner(visitor, visitor.page())
        learner.begin(address)
        line = BadLine(random.Random(chance))
        visitor.context.route("**/answer", line.carry)
        for name, number in moves:
            getattr(learner, name.replace(" ", "_"))(number)
        visitor.context.unroute("**/answer", line.carry)
        learner.page.reload()
        learner.page.wait_for_function(ALL_SENT, timeout=20_000)
        return learner.chosen, visitor.problems


@dataclass
class BadLine:
    """Loses some saves on their way, and the replies to some that were stored."""

    rng: random.Random

    def carry(self, route: Route) -> None:
        fate = self.rng.random()
        # A page that goes takes its requests along; they are sent again by the next one.
        with contextlib.suppress(Error):
            if fate >= LOST:
                route.continue_()
                return
            if fate < LOST / 2:
                route.fetch()
            route.abort()


@dataclass
class Learner:
    """Somebody in front of a question. ``chosen``: by position, what the form showed after the last choice."""

    visitor: Visitor
    page: Page
    chosen: dict[int, list[str]] = field(default_factory=dict)

    def begin(self, address: str) -> None:
        self.visitor.sign_in(self.page, "fr", address)
        self.page.click(".hero a")
        self._press("form button.primary")
        self.visitor.site.boxes_first(address)
        self.page.reload()

    @property
    def position(self) -> int:
        return int(self.page.url.split("?")[0].rstrip("/").rsplit("/", 1)[1])

    def choose(self, number: int, page: Page | None = None) -> None:
        page = page or self.page
        boxes = page.locator("input[name=answer]")
        box = boxes.nth(number % boxes.count())
        if box.get_attribute("type") == "checkbox":
            box.set_checked(not box.is_checked())
        else:
            box.check()
        self.chosen[self.position] = ticked(page)

    def go(self, number: int) -> None:
        self._press(f'button[name=go][value="{number}"]')
        self._look()

    def switch(self, _number: int) -> None:
        self._press(".switch")
        self._look()

    def reload(self, _number: int) -> None:
        self.page.reload()
        self._look()

    def other_tab(self, number: int) -> None:
        """Answer in a second tab and close it; the first one only shows until it is loaded again."""
        other = self.visitor.page()
        other.goto(self.page.url)
        self.choose(number, other)
        other.close()
        self.reload(0)

    def _press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.click(selector)

    def _look(self) -> None:
        """Whatever is stored by now, the form shows the last choice."""
        assert ticked(self.page) == self.chosen.get(self.position, []), self.page.url


def ticked(page: Page) -> list[str]:
    return sorted(box.get_attribute("value") or "" for box in page.locator("input[name=answer]:checked").all())


def stored(site: Site, address: str) -> dict[int, list[str]]:
    """What counts at each position, as the form would show it."""
    person_id = site.person_id(address)
    with site.app.app_context():
        database.use_mode(database.READ)
        db: Any = database.session()
        quiz = queries.attempts.test_of(db, "concepts")
        assert quiz is not None
        attempt = queries.attempts.own_attempt(db, person_id, quiz.id, 1, today=clock.local_date(clock.now()))
        assert attempt is not None
        found = {}
        for one in queries.attempts.questions(db, attempt.id)[:POSITIONS]:
            found[one.position] = sorted(get(one.version.type).filled(one.version.settings, one.order, one.answer))
        database.db.session.remove()
    return found
