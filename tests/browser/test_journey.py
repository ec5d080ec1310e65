"""From sign-in to the team's dashboard, as a person does it: ar and fr, phone and desk, with and without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.site import DEMO_PASSWORD, Site

QUESTIONS = 24


def read_lesson(page: Page) -> None:
    """Press the button at the end of each step until the lesson is left."""
    lesson = page.url.split("?")[0]
    while page.url.split("?")[0] == lesson:
        page.click(".lesson-foot form button")
        page.wait_for_load_state()


def choose(page: Page, site: Site, address: str, position: int, script: bool) -> None:
    """Give the right answer, as a finger would; with script each part is acknowledged before the next."""
    for value in site.right_options(address, position):
        row, _colon, choice = value.partition(":")
        name, wanted = (f"answer:{row}", choice) if choice else ("answer", value)
        if script and wanted not in given(page, name):
            with page.expect_response(lambda answer: answer.url.endswith("/answer") and answer.ok):
                put(page, name, wanted)
        else:
            put(page, name, wanted)


def put(page: Page, name: str, wanted: str) -> None:
    """Tick, pick from a list, or type."""
    fields = page.locator(f'[name="{name}"]')
    if page.locator(f'select[name="{name}"]').count():
        fields.select_option(wanted)
    elif fields.first.get_attribute("type") in ("radio", "checkbox"):
        box = page.locator(f'[name="{name}"][value="{wanted}"]')
        # The box of a chip lies under its words.
        chip = page.locator("label.choice").filter(has=box).locator("span")
        if chip.count():
            chip.click()
        else:
            box.check()
    else:
        fields.fill(wanted)


def given(page: Page, name: str) -> list[str]:
    """What a field or its boxes hold."""
    boxes = page.locator(f'input[name="{name}"]:checked').all()
    filled = page.locator(f'select[name="{name}"], input[name="{name}"]:not([type=radio], [type=checkbox])').all()
    return [box.get_attribute("value") or "" for box in boxes] + [field.input_value() for field in filled]


def chosen(page: Page) -> list[str]:
    names = [field.get_attribute("name") or "" for field in page.locator('[name^="answer"]').all()]
    return [value for name in dict.fromkeys(names) for value in given(page, name)]


def go_on(page: Page) -> None:
    page.click(".quiz-foot button.primary")
    page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_whole_way(
    visit: Callable[..., Visitor], site: Site, tmp_path: Path, lang: str, viewport: dict[str, int], script: bool
) -> None:
    other = "fr" if lang == "ar" else "ar"
    address = site.new_learner(lang)
    learner = visit(viewport, java_script_enabled=script)
    page = learner.page()
    learner.sign_in(page, lang, address)

    for _ in range(3):
        page.click(".hero a")
        read_lesson(page)
        page.goto(f"{site.url}/{lang}/")
    # The others are read beforehand: three by hand show the way.
    site.read_lessons(address)
    page.goto(f"{site.url}/{lang}/")
    page.click(".hero a")
    page.click("form button.primary")

    # First question: a reload and a change of language keep what was chosen.
    choose(page, site, address, 1, script)
    first = chosen(page)
    if not script:
        go_on(page)
        page.go_back()
    page.reload()
    assert chosen(page) == first
    page.click(".switch")
    page.wait_for_url(f"**/{other}/quizzes/**")
    assert chosen(page) == first
    page.click(".switch")
    page.wait_for_url(f"**/{lang}/quizzes/**")
    go_on(page)

    # Second question: the tab is killed, another one goes on where this one was.
    choose(page, site, address, 2, script)
    second = chosen(page)
    if not script:
        go_on(page)
    page.close(run_before_unload=False)
    page = learner.page()
    page.goto(f"{site.url}/{lang}/")
    page.click(".hero a")
    page.click("form button.primary")
    page.wait_for_url("**/attempts/1/**")
    at = page.url.rsplit("/attempts/", 1)[0] + "/attempts/1/"
    page.goto(at + "2/")
    assert chosen(page) == second
    for position in range(2, QUESTIONS + 1):
        choose(page, site, address, position, script)
        go_on(page)
    assert page.url.endswith("/summary/")
    page.click(".form-actions button.primary")
    page.wait_for_url("**/result/")
    assert "20/20" in page.locator(".score").inner_text().replace("\n", "").replace(" ", "")

    # The certificate: the name is confirmed, the file comes, its QR opens the public page.
    page.goto(f"{site.url}/{lang}/certificates/")
    page.click("form.form button.primary")
    link = page.locator('a[href$="/file"]')
    link.wait_for(timeout=30_000)
    with page.expect_download() as download:
        link.click()
    file = tmp_path / "certificate.pdf"
    download.value.save_as(file)
    picture = pypdfium2.PdfDocument(file.read_bytes())[0].render(scale=2.5).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    stranger = visit(viewport, java_script_enabled=script)
    public = stranger.page()
    path = re.sub(r"^https?://[^/]+", "", code.text, flags=re.IGNORECASE)
    public.goto(site.url + path)
    text = public.inner_text("main")
    assert "Attestation valide" in text
    assert "شهادة صالحة" in text
    name = address.partition("@")[0].title()
    assert name in text

    # The team sees it.
    monitor = visit(viewport, java_script_enabled=script)
    board = monitor.page()
    monitor.sign_in(board, "fr", "monitor@example.org", DEMO_PASSWORD)
    board.goto(f"{site.url}/{lang}/monitoring/organisations/ofppt/?q={name}")
    board.click(f'a[href$="/monitoring/people/{site.person_id(address)}/"]')
    assert name in board.inner_text("main")
