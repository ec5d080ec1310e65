"""Lessons as they are read: figures whole on a phone, exercises that answer without a script, sheets that are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.site import DEMO_PASSWORD, Site

#: Lines of a drawing that leave it, leave the box they stand in, or are smaller than the words of a page may be.
LINES_ASTRAY = """() => [...document.querySelectorAll("figure svg")].flatMap((svg) => {
  const shown = svg.getBoundingClientRect();
  if (!shown.width) return [];
  const boxes = [...svg.querySelectorAll(":scope > rect")].map((box) => box.getBoundingClientRect());
  const inside = (line, box) => line.left >= box.left - 3 && line.right <= box.right + 3;
  const beside = (line, box) => line.top >= box.top - 2 && line.bottom <= box.bottom + 2
    && (line.left + line.right) / 2 > box.left && (line.left + line.right) / 2 < box.right;
  return [...svg.querySelectorAll("text")].filter((text) => {
    const line = text.getBoundingClientRect();
    const holders = boxes.filter((box) => beside(line, box));
    const smallest = Math.min(...holders.map((box) => box.width));
    const holder = holders.find((box) => box.width === smallest);
    return !inside(line, shown) || line.bottom > shown.bottom + 2 || (holder && !inside(line, holder));
  }).map((text) => text.textContent);
})"""
SMALLEST_LETTERS = """() => Math.min(99, ...[...document.querySelectorAll("figure svg text")].map((text) => {
  const svg = text.closest("svg").getBoundingClientRect();
  if (!svg.width) return 99;
  return parseFloat(text.getAttribute("font-size") || 13) * svg.width / text.closest("svg").viewBox.baseVal.width;
}))"""


@pytest.fixture
def reader(visit: Callable[..., Visitor], site: Site) -> Callable[..., Page]:
    """A page of the training team, signed in."""

    def make(**options: Any) -> Page:
        visitor = visit(**options)
        page = visitor.page()
        visitor.sign_in(page, "fr", "trainer@example.org", DEMO_PASSWORD)
        return page

    return make


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_figures_stay_whole_and_legible(
    reader: Callable[..., Page], site: Site, lang: str, viewport: dict[str, int]
) -> None:
    page = reader(viewport=viewport)
    found = {}
    for lesson in site.lessons():
        page.goto(f"{site.url}/{lang}/{lesson}?whole=1")
        page.evaluate("document.fonts.ready")
        assert page.locator("figure svg").count() > 0, lesson
        found[lesson] = page.evaluate(LINES_ASTRAY)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], lesson
        assert page.evaluate(SMALLEST_LETTERS) >= 12, lesson
    assert {lesson: lines for lesson, lines in found.items() if lines} == {}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_exercise_answers_what_is_chosen(reader: Callable[..., Page], site: Site, script: bool) -> None:
    page = reader(viewport=PHONE, java_script_enabled=script)
    page.goto(f"{site.url}/fr/modules/concepts/sex-gender-roles/?whole=1")
    item = page.locator(".exercise.questions .exercise-item").first
    assert item.locator(".note:visible").count() == 0
    item.locator("input:not([data-yes])").first.check()
    assert item.locator(".note:visible").inner_text().startswith("À revoir.")
    item.locator("input[data-yes]").check()
    assert item.locator(".note:visible").inner_text().startswith("Juste.")
    hours = page.locator(".exercise-item", has=page.locator("input[pattern]")).nth(1)
    for typed, said in (("4", "À revoir."), ("4,5", "Juste."), ("4.5", "Juste.")):
        hours.locator("input").fill(typed)
        page.locator("h1").click()
        assert hours.locator(".note:visible").inner_text().startswith(said)


def test_a_dialogue_goes_where_its_replies_lead(reader: Callable[..., Page], site: Site) -> None:
    page = reader(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{site.url}/fr/modules/concepts/equality-equity-stereotypes/?whole=1")
    assert not page.get_by_text("signe pour le secrétariat").is_visible()
    page.get_by_text("Avec tes notes, le secrétariat serait plus sûr").first.click()
    assert page.get_by_text("signe pour le secrétariat").is_visible()


def test_a_sheet_is_kept_and_found_again(visit: Callable[..., Visitor], site: Site) -> None:
    visitor = visit(viewport=PHONE)
    page = visitor.page()
    visitor.sign_in(page, "fr", site.new_learner("fr"))
    page.goto(f"{site.url}/fr/modules/concepts/gender-analysis/?whole=1")
    page.fill("[name='analysis-text_access']", "Dix admises sur dix-huit")
    page.click("#sheet-analysis button")
    page.wait_for_url("**#sheet-analysis")
    assert page.input_value("[name='analysis-text_access']") == "Dix admises sur dix-huit"
    page.goto(f"{site.url}/ar/worksheets/")
    assert page.get_by_text("Dix admises sur dix-huit").is_visible()
