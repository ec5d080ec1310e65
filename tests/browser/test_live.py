"""A quiz in the room: a projector and two phones, one Arabic, one French."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.site import DEMO_PASSWORD, Site


@pytest.fixture
def run(site: Site) -> Iterator[int]:
    """A run of the demo's trainer that has begun."""
    _ended, run = site.ask_in_the_room()
    yield run
    site.end_in_the_room()


def press(screen: Page, verb: str) -> None:
    with screen.expect_navigation():
        screen.click(f'button[value="{verb}"]')


def counted(screen: Page) -> str:
    return screen.locator(".screen-count bdi").inner_text()


def choose_first(phone: Page) -> None:
    """Tap the first thing that can be chosen; it is on its way at once."""
    with phone.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        phone.locator(".options .option input, .chips input").first.check()


def test_a_question_is_opened_answered_closed_and_shown(visit: Callable[..., Visitor], site: Site, run: int) -> None:
    trainer, arabic, french = visit(DESK, color_scheme="dark"), visit(PHONE), visit(PHONE)
    screen, first, second = trainer.page(), arabic.page(), french.page()
    trainer.sign_in(screen, "fr", "trainer@example.org", DEMO_PASSWORD)
    arabic.sign_in(first, "ar", "learner@example.org", DEMO_PASSWORD)
    french.sign_in(second, "fr", site.colleague("learner@example.org"))
    screen.goto(f"{site.url}/fr/questions/live/{run}/")
    for phone, lang in ((first, "ar"), (second, "fr")):
        phone.click(f'a[href="/{lang}/live/{run}/"]')
        assert phone.locator(".option").count() == 0

    with screen.expect_navigation():
        screen.keyboard.press("Space")
    for phone in (first, second):
        phone.locator(".option").first.wait_for()
        choose_first(phone)
    expect(screen.locator("[data-answers]")).to_have_text("2")
    assert counted(screen) == "2 / 2"
    assert screen.locator(".screen-figure").count() == 0

    press(screen, "close")
    assert "2" in screen.locator(".screen-figure strong").all_inner_texts()
    assert screen.locator(".screen-right").count() == 0
    paper = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert screen.locator("body").evaluate(paper) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    expect(first.locator(".options input")).to_have_count(0)
    assert second.locator(".live-bars").count() == 0

    press(screen, "show")
    assert screen.locator(".screen-right").count() >= 1
    for phone in (first, second):
        phone.locator(".live-bars .chip").first.wait_for()
        assert phone.locator(".live-bars strong", has_text="2").count() >= 1

    # The next one lies to the right in French, where this screen is.
    with screen.expect_navigation():
        screen.keyboard.press("ArrowRight")
    assert counted(screen) == "0 / 2"
    press(screen, "end")
    assert screen.locator(".live-bars").count() >= 1
    for phone in (first, second):
        expect(phone.locator("h1")).to_have_text(OVER[phone.locator("html").get_attribute("dir") or ""])


OVER = {"rtl": "انتهى الاختبار في القاعة", "ltr": "Le questionnaire dans la salle est terminé"}


def test_without_script_the_phone_answers_by_its_buttons(visit: Callable[..., Visitor], site: Site, run: int) -> None:
    trainer, learner = visit(DESK, java_script_enabled=False), visit(PHONE, java_script_enabled=False)
    screen, phone = trainer.page(), learner.page()
    trainer.sign_in(screen, "ar", "trainer@example.org", DEMO_PASSWORD)
    learner.sign_in(phone, "fr", "learner@example.org", DEMO_PASSWORD)
    screen.goto(f"{site.url}/ar/questions/live/{run}/")
    phone.goto(f"{site.url}/fr/live/{run}/")
    press(screen, "open")

    with phone.expect_navigation():
        phone.click("[data-live-again] a")
    phone.locator(".options input").first.check()
    with phone.expect_navigation():
        phone.click("[data-live-send] button")

    assert phone.locator(".options input").first.is_checked()
    with screen.expect_navigation():
        screen.click("[data-live-again] a")
    assert counted(screen) == "1 / 1"
