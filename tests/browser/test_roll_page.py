"""The page of a roll call: what is typed, the search, « Everyone present » taken back, phones, without script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lms.core import text
from tests.browser.conftest import PHONE, Visitor
from tests.browser.room import Room, build_room, nothing_waits, open_roll, row, tap, wait_for
from tests.browser.test_every_page import RULES

SCRIPTS = Path(__file__).parents[2] / "lms/attendance/static/js"

make_room = pytest.fixture(build_room)


def test_minutes_and_remarks_are_saved_as_they_are_typed_and_faults_are_said_in_their_row(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    page = open_roll(visit(PHONE), room)
    one = row(page, room.people[0])
    one.locator("summary").click()
    one.locator(f"#minutes-{room.people[0]}").fill("900")
    one.locator(f"#remark-{room.people[0]}").fill("Train en panne")
    expect(one.locator("[data-line]")).to_contain_text("statut")
    tap(page, room.people[0], "late")
    expect(one.locator("[data-line]")).to_contain_text("720")
    wait_for(page, "failed")
    assert room.marks() == {}

    one.locator(f"#minutes-{room.people[0]}").fill("90")
    wait_for(page, "saved")
    nothing_waits(page)
    query = "SELECT minutes, remark FROM attendance_mark WHERE half_day_id = :id"
    assert room.site.row(query, id=room.half_day) == [90, "Train en panne"]
    # Enter in a field marks nobody else.
    one.locator(f"#remark-{room.people[0]}").press("Enter")
    page.wait_for_timeout(800)
    assert len(room.marks()) == 1
    assert page.url == room.url()


SAMPLES = [
    "Aït Baha", "عبد الله الشرقاوي", "أَحْمَد", "إدريس", "آمنة", "فاطمة الزهراء", "مـــحمد", "مؤمن", "رئيس", "يحيى",
    "گلميم", "O’Brien-Dupont", "L'Œuvre", "STRASSE straße", "١٢٣ ۴۵", "  deux   mots ", "Çağla",
    "İzmir", "ﻓﺎﻃﻤﺔ", "ﬁn", "",
]  # fmt: skip


def test_what_is_typed_is_folded_as_the_server_folds(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    source = (SCRIPTS / "roll_search.js").read_text("utf-8")
    page = visit().page()
    page.goto("about:blank")
    run = f"(texts) => {{ const behaviour = () => {{}}; {source}\n return texts.map(foldText); }}"
    assert page.evaluate(run, SAMPLES) == [text.fold(one) for one in SAMPLES]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_search_leaves_who_is_looked_for_and_axe_finds_nothing(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room], lang: str
) -> None:
    room = make_room(12)
    page = open_roll(visit({"width": 360, "height": 3000}), room, lang=lang)
    page.click("[data-opens-search]")
    name = (row(page, room.people[7]).get_attribute("data-name") or "").split()[0]
    for typed in (name.upper(), f"  {name}  ".replace("a", "à")):
        page.fill("#roll-find", typed)
        expect(page.locator("[data-enrolment]:visible")).to_have_count(1)
        assert "1" in page.inner_text("[data-found]")
    page.fill("#roll-find", "العَلَوى" if lang == "fr" else "ALAOUI")
    expect(page.locator("[data-enrolment]:visible")).to_have_count(12)
    tap(page, room.people[7], "late")
    row(page, room.people[7]).locator("summary").click()
    wait_for(page, "saved")
    result = Axe().run(page, options=RULES)
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in result.response["violations"]] == []
    page.locator("#roll-find").press("Escape")
    expect(page.locator("[data-enrolment]:visible")).to_have_count(12)


def test_without_script_the_form_still_does_it_all(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(3)
    page = open_roll(visit(PHONE, java_script_enabled=False), room)
    row(page, room.people[0]).locator(".late").click()
    page.click('.roll-foot [value="save"]')
    assert room.marks() == {room.people[0]: "late"}
    page.click('[value="everyone"]')
    assert list(room.marks().values()).count("present") == 2


def said(page: Page) -> str:
    return page.inner_text("[data-roll-undo-said]")


def test_everyone_present_is_taken_back_but_for_what_was_tapped_since(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(6)
    page, other = open_roll(visit(PHONE), room), open_roll(visit(PHONE), room, trainer=1)
    tap(page, room.people[0], "present")
    page.click('[value="everyone"]')
    assert "5" in said(page)
    nothing_waits(page)
    wait_for(page, "saved")
    tap(page, room.people[1], "late")
    nothing_waits(page)
    expect(row(other, room.people[5]).locator("input:checked")).to_have_count(1, timeout=15_000)

    page.click("[data-roll-undo] button")

    expect(page.locator("[data-roll-undo]")).to_be_hidden()
    page.wait_for_function("() => document.querySelectorAll('.roll input:checked').length === 2")
    assert room.marks() == {room.people[0]: "present", room.people[1]: "late"}
    # The other trainer's page follows.
    expect(other.locator(".roll input:checked")).to_have_count(2, timeout=15_000)


def test_without_a_line_the_press_is_taken_back_on_the_device(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(4)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    visitor.context.set_offline(True)
    page.click('[value="everyone"]')
    wait_for(page, "waiting")
    page.wait_for_timeout(1500)
    page.click("[data-roll-undo] button")
    page.wait_for_function("() => document.querySelectorAll('.roll input:checked').length === 0")
    expect(page.locator("[data-roll-undo]")).to_be_hidden()
    assert page.locator(".toast").count() == 0
    visitor.context.set_offline(False)
    nothing_waits(page)
    wait_for(page, "saved")
    assert room.marks() == {}


def test_the_press_is_taken_back_also_where_the_answer_to_it_was_lost(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(4)
    page = open_roll(visit(PHONE), room)

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/taps", lose)
    page.click('[value="everyone"]')
    wait_for(page, "waiting")
    assert len(room.marks()) == 4

    page.click("[data-roll-undo] button")

    expect(page.locator("[data-roll-undo]")).to_be_hidden()
    assert room.marks() == {}


def test_the_first_names_are_seen_on_a_phone_and_a_folded_row_shows_what_was_typed(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(3)
    for lang in ("ar", "fr"):
        page = open_roll(visit({"width": 360, "height": 640}), room, lang=lang)
        names = page.eval_on_selector_all(".roll .who", "(all) => all.map((one) => one.getBoundingClientRect().bottom)")
        assert names[1] < 640 - 84, names
    one = row(page, room.people[0])
    tap(page, room.people[0], "late")
    one.locator("summary").click()
    one.locator(f"#minutes-{room.people[0]}").fill("90")
    one.locator(f"#remark-{room.people[0]}").fill("Train en panne")
    one.locator("summary").click()
    expect(one.locator("[data-said]")).to_be_visible()
    assert "90" in one.locator("[data-said]").inner_text()
    assert "Train en panne" in one.locator("[data-said]").inner_text()
    page.click("[data-opens-search]")
    page.fill("#roll-find", "zzz")
    assert "Aucun" in page.inner_text("[data-found]")


def test_without_script_the_press_is_taken_back_and_the_search_looks(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(3)
    page = open_roll(visit(PHONE, java_script_enabled=False), room)
    page.click('[value="everyone"]')
    assert len(room.marks()) == 3
    page.click("[data-roll-undo] button")
    assert room.marks() == {}
    page.fill("#roll-find", "zzz")
    page.click("[data-opens-search]")
    assert "Aucun" in page.inner_text("[data-found]")
    page.click(".roll-search a")
    assert page.locator("[data-enrolment]").count() == 3


def test_the_box_of_minutes_is_shown_where_the_status_takes_them(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(1)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    room.close()
    page.goto(room.url(more=f"people/{room.people[0]}/correct"))
    box = page.locator("#minutes")
    expect(box).to_be_hidden()
    page.check('[value="late"]')
    box.fill("9000")
    page.check('[value="present"]')
    expect(box).to_be_hidden()
    page.select_option("#reason", "slip")
    with page.expect_navigation():
        page.click("main form .form-actions button")
    assert page.url == room.url()
    assert room.marks() == {room.people[0]: "present"}
