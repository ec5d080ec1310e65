"""Clicks from the signed-in home page, counted as a person makes them; typing and scrolling are free.

The budgets are the programme's: a page that needs more is a defect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.site import DEMO_PASSWORD, Site


@dataclass
class Hand:
    """Clicks on one page, each counted; those that lead elsewhere are waited for."""

    page: Page
    clicks: int = 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def download(self, selector: str, path: Path) -> bytes:
        self.clicks += 1
        with self.page.expect_download() as download:
            self.page.locator(selector).first.click()
        download.value.save_as(path)
        return path.read_bytes()


@pytest.fixture(params=["ar", "fr"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[PHONE, DESK], ids=["360", "1280"])
def at_home(
    request: pytest.FixtureRequest, visit: Callable[..., Visitor], site: Site, lang: str
) -> Callable[[str], Hand]:
    """The hand of a demo account on its home page."""

    def come(account: str) -> Hand:
        visitor = visit(request.param)
        page = visitor.page()
        visitor.sign_in(page, lang, f"{account}@example.org", DEMO_PASSWORD)
        page.goto(f"{site.url}/{lang}/")
        return Hand(page)

    return come


def people(folder: Path, site: Site) -> Path:
    """Two new people whom no other test brings."""
    mark = site.mark()
    path = folder / "people.csv"
    rows = [f"Yto {mark};yto{mark}@example.ma;OFPPT", f"Rim {mark};rim{mark}@example.ma;Tourisme"]
    path.write_text("Nom en français;Adresse électronique;Organisme\n" + "\n".join(rows), encoding="utf-8")
    return path


def test_people_are_imported_and_invited_in_four(at_home: Callable[[str], Hand], site: Site, tmp_path: Path) -> None:
    hand = at_home("admin")
    hand.click("main a[href$='/admin/imports/people/']")
    hand.page.set_input_files("input[type=file]", people(tmp_path, site))
    hand.click("main form button.primary")
    hand.click("section[aria-labelledby=confirm] button.primary")
    hand.click("form[action$='/invitations/send'] button")
    assert "/admin/invitations/" in hand.page.url
    assert hand.clicks <= 4


def test_headline_figures_an_organisation_and_a_person_are_none_one_and_two_away(
    at_home: Callable[[str], Hand],
) -> None:
    hand = at_home("monitor")
    assert hand.page.locator(".figures").is_visible()
    hand.click("main table a[href*='/organisations/']")
    assert hand.clicks <= 1
    hand.click("main table a[href*='/monitoring/people/']")
    assert hand.clicks <= 2
    assert "/monitoring/people/" in hand.page.url


def test_the_language_is_one_click_away_on_the_same_page(at_home: Callable[[str], Hand], lang: str) -> None:
    hand = at_home("learner")
    before = hand.page.url
    hand.click(".switch")
    other = "fr" if lang == "ar" else "ar"
    assert hand.page.url == before.replace(f"/{lang}/", f"/{other}/")


def test_my_data_are_a_file_in_three(at_home: Callable[[str], Hand], tmp_path: Path) -> None:
    hand = at_home("learner")
    hand.click("a[href$='/account/']:visible")
    body = hand.download("main a[href$='/account/data']", tmp_path / "data.zip")
    assert body[:2] == b"PK"
    assert hand.clicks <= 3
