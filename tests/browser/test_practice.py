"""Practice of a lesson on a phone: the verdict is of the answer shown, and nothing that waits is left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.browser.site import Site


@pytest.fixture
def practice(visit: Callable[..., Visitor], site: Site) -> Page:
    """A question of a practice, the first one with options below one another."""
    address = site.new_learner("fr")
    visitor = visit(PHONE)
    page = visitor.page()
    visitor.sign_in(page, "fr", address)
    page.goto(f"{site.url}/fr/modules/concepts/why-this-training/?whole=1")
    with page.expect_navigation():
        page.click("form[action$='/attempts'] button")
    while not page.locator("input[name=answer][type=radio]").count():
        go(page, "next")
    return page


def go(page: Page, what: str) -> None:
    with page.expect_navigation():
        page.click(f".quiz-foot [value={what}]")


def choose(page: Page, place: int = 0) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/answer") and answer.ok):
        page.locator("input[name=answer]").nth(place).check()


def test_a_verdict_is_in_view_and_goes_when_the_answer_changes(practice: Page) -> None:
    choose(practice)
    go(practice, "check")
    expect(practice.locator(".verdict .answer-block")).to_be_in_viewport()
    expect(practice.locator(".quiz-foot .primary")).to_have_attribute("value", "next")

    choose(practice, 1)

    expect(practice.locator(".verdict")).to_have_count(0)
    expect(practice.locator(".quiz-foot .primary")).to_have_attribute("value", "check")


def test_what_waits_of_another_question_is_sent_before_practice_ends(practice: Page) -> None:
    mine = practice.locator("form[data-url]").get_attribute("data-url")
    practice.route(f"**{mine}", lambda route: route.abort())
    practice.locator("input[name=answer]").first.check()
    practice.wait_for_selector('[data-save-state][data-state="waiting"]', state="attached")
    while practice.locator("form[data-ends]").count() == 0:
        go(practice, "next")
    go(practice, "next")
    assert practice.url.endswith("/summary/")

    practice.unroute(f"**{mine}")
    practice.goto(practice.url)
    with practice.expect_navigation():
        practice.click("form[data-hands-in] button.primary")
    assert practice.url.endswith("/result/")
