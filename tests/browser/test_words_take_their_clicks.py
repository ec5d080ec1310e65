"""Where a mark or an answer is drawn, the click is for it: no hidden field of another one lies above."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.site import DEMO_PASSWORD, Site

#: Points of each chip, and the chip whose field a click there would tick.
STRAY = """() => [...document.querySelectorAll('.chips > .choice > span, .word > span')].flatMap((words) => {
  words.scrollIntoView({ block: 'center' });
  const box = words.getBoundingClientRect();
  const points = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((x) => [0.1, 0.3, 0.5, 0.7, 0.9].map((y) => [x, y]));
  return points.filter(([x, y]) => {
    const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return !hit || hit.closest('label') !== words.parentElement;
  }).map(() => words.innerText);
})"""


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_a_click_on_a_mark_is_for_that_mark(visit: Callable[..., Visitor], site: Site, lang: str, screen: dict) -> None:
    visitor = visit(screen)
    page = visitor.page()
    visitor.sign_in(page, lang, "trainer@example.org", DEMO_PASSWORD)
    page.goto(f"{site.url}/{lang}/questions/grading/next")
    assert page.locator(".chips > .choice").count() > 2
    assert page.evaluate(STRAY) == []
