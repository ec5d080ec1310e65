"""A trainer's way from home to a published quiz of ten bilingual items: four types, one case; clicks counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, Visitor
from tests.browser.site import DEMO_PASSWORD, Site
from tests.browser.test_click_budgets import Hand

TABLET = {"width": 820, "height": 1180}
#: Type of each item, and how it is filled in; texts by name of their field.
OPTIONS = ["single_choice"] * 4 + ["multiple_choice"] * 2
REST = ["numerical"] * 2 + ["short_answer"] * 2


def write_both(page: Page, name: str, ar: str, fr: str, order: tuple[str, str]) -> None:
    """A text in both languages; on a tablet each language is behind its tab."""
    for place, lang in enumerate(order):
        field = page.locator(f'[id="{name}.{lang}"]')
        if not field.is_visible():
            page.locator(f'label[for="side-{"second" if place else "first"}"]').click()
        field.fill(ar if lang == "ar" else fr)


def fill(page: Page, kind: str, number: int, order: tuple[str, str]) -> None:
    write_both(page, "stem", f"سؤال رقم {number}، كم؟", f"Question numéro {number}, combien ?", order)
    write_both(page, "explanation", "لأن العدد كذلك.", "Car le nombre est ainsi.", order)
    if kind in ("single_choice", "multiple_choice"):
        for place in range(3):
            base = f"settings.options.{place}"
            write_both(page, f"{base}.text", f"جواب {place}", f"Réponse {place}", order)
            write_both(page, f"{base}.feedback", "تعليق", "Commentaire", order)
        page.locator('[name="settings.options.right"]').nth(number % 3).check()
    elif kind == "numerical":
        page.locator('[id="settings.value"]').fill(str(number))
        write_both(page, "settings.unit", "نقطة", "points", order)
    else:
        write_both(page, "settings.answers.0.text", "الإنصاف", "équité", order)
        write_both(page, "settings.answers.0.feedback", "نعم", "Oui", order)


@pytest.mark.parametrize(("lang", "screen"), [("fr", DESK), ("ar", TABLET)], ids=["fr-desktop", "ar-tablet"])
def test_a_trainer_makes_a_bilingual_quiz_within_the_click_budgets(
    visit: Callable[..., Visitor], site: Site, lang: str, screen: Any
) -> None:
    order = (lang, "ar" if lang == "fr" else "fr")
    visitor = visit(screen)
    page = visitor.page()
    visitor.sign_in(page, lang, "trainer@example.org", DEMO_PASSWORD)
    base = f"{site.url}/{lang}/questions/"
    page.goto(f"{base}cases/new")
    page.locator("[name=text_ar]").fill(f"حالة متخيلة {lang}")
    page.locator("[name=text_fr]").fill(f"Cas fictif {lang}")
    page.locator("main form .button.primary").click()
    page.wait_for_url("**/cases/*/")

    for number, kind in enumerate(OPTIONS + REST):
        page.goto(f"{site.url}/{lang}/")
        hand = Hand(page)
        hand.click("a[href$='/questions/']:visible")
        hand.click("a[href$='/questions/new']")
        if kind != "single_choice":
            with page.expect_navigation():
                page.locator("[name=type]").select_option(kind)
        fill(page, kind, number, order)
        if number < 2:
            page.locator("[name=case]").select_option(index=1)
        page.locator("[name=tags]").fill(f"browser {lang}")
        hand.click("button[value=publish]:visible")
        assert page.locator(".notice.ok").count() == 1, page.locator("main").inner_text()
        assert hand.clicks <= 3

    hand = Hand(page)
    hand.click("button[value=preview]:visible")
    assert page.frame_locator("iframe").locator("h1").count() == 1
    assert hand.clicks == 1

    page.goto(f"{base}quizzes/new")
    page.locator("[name=title_ar]").fill(f"اختبار {lang}")
    page.locator("[name=title_fr]").fill(f"Quiz {lang}")
    with page.expect_navigation():
        page.locator("main form .button.primary").click()
    quiz = page.url
    page.goto(f"{base}?tag=browser {lang}&into={quiz.rstrip('/').rsplit('/', 1)[-1]}")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    with page.expect_navigation():
        page.locator("button[value=put]").click()
    assert page.locator("#items").inner_text().split()[-1] == "10"
    with page.expect_navigation():
        page.locator("button[value=publish]:visible").click()
    assert page.locator(".notice.ok").count() == 1


def test_the_checks_follow_the_typing_and_touch_nothing(visit: Callable[..., Visitor], site: Site) -> None:
    visitor = visit(DESK)
    page = visitor.page()
    visitor.sign_in(page, "fr", "trainer@example.org", DEMO_PASSWORD)
    page.goto(f"{site.url}/fr/questions/new")
    stored = site.row("SELECT COUNT(*) FROM question")
    checks, stem = page.locator(".checks"), page.locator('[id="stem.fr"]')
    before = checks.inner_text()
    stem.click()
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.keyboard.type("Quelle part ?")
    assert "redraw" in (sent.value.request.post_data or "")
    page.wait_for_function("before => document.querySelector('.checks').innerText !== before", arg=before)
    page.keyboard.type(" Et")
    assert stem.input_value() == "Quelle part ? Et"
    assert page.evaluate("document.activeElement.id") == "stem.fr"

    after = checks.inner_text()
    page.route("**/questions/new", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    with page.expect_event("requestfailed"):
        page.keyboard.type(" pourquoi ?")
    assert checks.inner_text() == after
    assert stem.input_value() == "Quelle part ? Et pourquoi ?"
    assert site.row("SELECT COUNT(*) FROM question") == stored, "nothing is stored by looking"
