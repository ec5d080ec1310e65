"""The roll call while others mark, close and open it, and on a device that fails: no mark is lost or overwritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from lms.accounts.models import Person
from lms.attendance.models import HalfDay
from lms.core import db as database
from tests.browser.conftest import DESK, PHONE, Visitor, no_answer
from tests.browser.room import Room, build_room, chosen, nothing_waits, open_roll, row, tap, wait_for, waiting
from tests.factories import make_enrolment

make_room = pytest.fixture(build_room)

#: The next answer about the half-day reaches the page four seconds after it left the server.
SLOW_STATE = """
const quick = window.fetch;
window.fetch = async (address, options) => {
  const answer = await quick(address, options);
  if (!window.isSlow || !String(address).includes("/state")) return answer;
  const text = await answer.text();
  [window.isSlow, window.held] = [false, text];
  await new Promise((resolve) => setTimeout(resolve, 4000));
  return new Response(text, { headers: { "Content-Type": "application/json" } });
};
"""
FULL = """
const store = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, value) {
  if (this === localStorage && name !== "keeps") throw new DOMException("full", "QuotaExceededError");
  store.call(this, name, value);
};
"""


def enrol_trainer(room: Room) -> int:
    """The first trainer takes part too; their enrolment."""
    with room.site.app.app_context():
        person_id = room.site.person_id(room.trainers[0])
        database.use_mode(database.WRITE)
        db: Any = database.session()
        cohort = db.get(HalfDay, room.half_day).meeting.cohort
        found = make_enrolment(db, db.get(Person, person_id), cohort).id
        database.commit()
        database.db.session.remove()
    return found


def test_everyone_present_leaves_what_others_marked_meanwhile(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(5)
    visitor = visit(PHONE)
    page, other = open_roll(visitor, room), open_roll(visit(PHONE), room, trainer=1)
    visitor.context.set_offline(True)
    tap(other, room.people[0], "absent")
    tap(other, room.people[1], "late")
    nothing_waits(other)
    theirs = {room.people[0]: "absent", room.people[1]: "late"}
    page.click('[value="everyone"]')
    wait_for(page, "waiting")
    # By hand it is no longer a part of the press.
    tap(page, room.people[2], "excused")
    visitor.context.set_offline(False)
    nothing_waits(page)
    wait_for(page, "saved")

    assert room.marks() == {
        **theirs, room.people[2]: "excused", room.people[3]: "present", room.people[4]: "present",
    }  # fmt: skip
    assert chosen(page) == room.marks()
    page.click("[data-roll-undo] button")
    expect(page.locator("[data-roll-undo]")).to_be_hidden()
    assert room.marks() == {**theirs, room.people[2]: "excused"}


def test_everyone_present_leaves_what_waits_from_another_page_of_the_device(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(3)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    other = visitor.page()
    other.goto(room.url())
    visitor.context.set_offline(True)
    tap(page, room.people[0], "absent")
    wait_for(page, "waiting")
    other.click('[value="everyone"]')
    wait_for(other, "waiting")
    visitor.context.set_offline(False)
    nothing_waits(other)
    wait_for(other, "saved")
    assert room.marks() == {room.people[0]: "absent", room.people[1]: "present", room.people[2]: "present"}


def test_while_somebody_is_searched_for_nobody_else_is_marked(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    page = open_roll(visit(DESK), make_room(2))
    everyone = page.locator('[value="everyone"]')
    page.fill("#roll-find", "zzz")
    expect(everyone).to_be_hidden()
    page.fill("#roll-find", "")
    expect(everyone).to_be_visible()


def test_a_second_press_leaves_the_way_back(visit: Callable[..., Visitor], make_room: Callable[[int], Room]) -> None:
    room = make_room(2)
    page = open_roll(visit(PHONE), room)
    for _press in range(2):
        page.click('[value="everyone"]')
    nothing_waits(page)
    wait_for(page, "saved")
    page.click("[data-roll-undo] button")
    expect(page.locator("[data-roll-undo]")).to_be_hidden()
    assert room.marks() == {}


def test_a_trainer_who_takes_part_is_left_out_and_closes(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    own = enrol_trainer(room)
    page = open_roll(visit(PHONE), room)
    page.click('[value="everyone"]')
    nothing_waits(page)
    wait_for(page, "saved")
    assert set(room.marks()) == set(room.people)
    expect(row(page, own).locator("input:checked")).to_have_count(0)
    expect(row(page, own).locator("input:enabled:visible")).to_have_count(0)
    with page.expect_navigation():
        page.click('.roll-foot [value="close"]')
    assert page.url == room.url(more="close")


def test_a_page_of_before_the_closing_is_opened_anew_where_it_was_opened_again(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    page = open_roll(visit(PHONE), room)
    with no_answer(page, "**/state?*"):
        room.close()
        room.reopen()
    # The page asks every five seconds, later after a lost answer.
    expect(page.locator('.roll-call[data-closings="1"]')).to_have_count(1, timeout=40_000)
    tap(page, room.people[1], "present")
    nothing_waits(page)
    wait_for(page, "saved")
    assert room.marks() == {room.people[0]: "absent", room.people[1]: "present"}


def test_what_waited_since_before_the_closing_is_refused_by_name(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    visitor.context.set_offline(True)
    tap(page, room.people[1], "late")
    wait_for(page, "waiting")
    room.close()
    room.reopen()
    visitor.context.set_offline(False)

    expect(page.locator("[data-roll-refused]")).to_be_visible(timeout=40_000)
    said = page.inner_text("[data-roll-refused]")
    assert (row(page, room.people[1]).get_attribute("data-name") or "?") in said
    assert "rouverte" in said
    assert "rien n" not in said.lower()
    with page.expect_navigation():
        page.click("[data-roll-over] a")
    assert chosen(page) == {room.people[0]: "absent", room.people[1]: "absent"}


def test_an_answer_of_before_ones_own_mark_changes_nothing(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    visitor = visit(PHONE)
    visitor.context.add_init_script(SLOW_STATE)
    page, other = open_roll(visitor, room), open_roll(visit(PHONE), room, trainer=1)
    page.bring_to_front()
    tap(other, room.people[0], "absent")
    nothing_waits(other)
    page.evaluate("window.isSlow = true")
    page.wait_for_function("() => window.held !== undefined")
    tap(page, room.people[0], "present")
    nothing_waits(page)
    wait_for(page, "saved")
    page.wait_for_timeout(5000)
    assert chosen(page) == room.marks() == {room.people[0]: "present"}


def test_a_device_that_is_full_sends_all_the_same(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(3)
    visitor = visit(PHONE)
    visitor.context.add_init_script(FULL)
    page = open_roll(visitor, room)
    with page.expect_response("**/taps"):
        tap(page, room.people[0], "late")
    wait_for(page, "saved")
    assert room.marks() == {room.people[0]: "late"}
    visitor.context.set_offline(True)
    page.click('[value="everyone"]')
    assert "2" in wait_for(page, "waiting")
    expect(page.locator("[data-roll-why]")).to_be_visible()
    assert "page" in page.inner_text("[data-roll-why]")
    visitor.context.set_offline(False)
    wait_for(page, "saved")
    assert len(room.marks()) == 3


def test_an_answer_that_settles_nothing_keeps_what_was_tapped(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    """As a network answers that wants somebody to sign in first."""
    room = make_room(2)
    page = open_roll(visit(PHONE), room)

    def portal(route: Route) -> None:
        route.fulfill(status=200, body="{}", content_type="application/json")

    for address in ("**/taps", "**/state?*"):
        page.route(address, portal)
    tap(page, room.people[0], "late")
    wait_for(page, "waiting")
    # Also once the half-day was asked for.
    page.wait_for_timeout(6000)
    assert (page.get_attribute("[data-roll-state]", "data-state"), waiting(page)) == ("waiting", 1)
    for address in ("**/taps", "**/state?*"):
        page.unroute(address, portal)
    nothing_waits(page)
    assert room.marks() == {room.people[0]: "late"}
