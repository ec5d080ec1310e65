"""A paper is typed in with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import DESK, Visitor
from tests.browser.site import DEMO_PASSWORD, Site

#: Strokes for ten questions of one letter, the code left out.
MOST_STROKES, QUESTIONS = 25, 10


@pytest.mark.parametrize(("lang", "letter"), [("fr", "a"), ("ar", "أ")])
def test_a_paper_needs_two_strokes_a_question_and_opens_the_next(
    visit: Callable[..., Visitor], site: Site, lang: str, letter: str
) -> None:
    visitor = visit(DESK)
    page = visitor.page()
    visitor.sign_in(page, lang, "trainer@example.org", DEMO_PASSWORD)
    (papers,) = site.row("SELECT MIN(id) FROM paper_set")
    page.goto(f"{site.url}/{lang}/questions/papers/{papers}/enter")
    code, fields = page.input_value("#code"), page.locator(".entry-grid .input").count()

    keys = ["Enter"]
    for place in range(fields):
        is_number = page.locator(".entry-grid .input").nth(place).get_attribute("inputmode") == "decimal"
        keys += ["5" if is_number else letter, "Enter"]
    for key in keys[:-1]:
        page.keyboard.press(key) if key == "Enter" else page.keyboard.type(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])

    assert page.input_value("#code") != code
    assert code in page.inner_text(".notices, main")
    assert (len(keys) - 1) / fields * QUESTIONS + 1 <= MOST_STROKES
