"""The roll call in the room: one tap each, a line that comes and goes, two trainers at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import PHONE, Visitor, no_answer
from tests.browser.room import Room, build_room, chosen, nothing_waits, open_roll, row, tap, wait_for, waiting

make_room = pytest.fixture(build_room)


def test_a_roll_call_of_thirty_with_three_exceptions(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room], record_property: Callable[[str, object], None]
) -> None:
    """The budget of the programme: everyone present 1, each exception 1 more; the closing 2."""
    room = make_room(30)
    page = open_roll(visit(PHONE), room)
    begun, taps = time.monotonic(), 0

    page.click('[value="everyone"]')
    taps += 1
    for enrolment, status in zip(room.people[3:6], ("late", "excused", "absent"), strict=True):
        tap(page, enrolment, status)
        taps += 1
    wait_for(page, "saved")
    nothing_waits(page)
    marked = time.monotonic() - begun
    assert page.inner_text("[data-roll-count]") == "30 / 30"
    with page.expect_navigation():
        page.click('.roll-foot [value="close"]')
    with page.expect_navigation():
        page.click("form[data-closes] button")
    closing, seconds = 2, time.monotonic() - begun

    print(
        f"\nroll call of 30, 3 exceptions: {taps} taps, {marked:.1f} s; closed: {closing} taps, {seconds:.1f} s in all"
    )
    record_property("taps", taps)
    assert taps == 4
    marks = room.marks()
    assert [marks[one] for one in room.people[3:6]] == ["late", "excused", "absent"]
    assert list(marks.values()).count("present") == 27
    # Saved at once, and not a second time by the form that asks for the closing.
    assert room.changes() in (30, 33)
    assert seconds < 30


def test_forty_taps_without_a_line_survive_a_closed_page_and_a_bad_one(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room, dice = make_room(34), random.Random(7)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    visitor.context.set_offline(True)
    last: dict[int, str] = {}
    for number in range(40):
        enrolment = room.people[number] if number < 34 else dice.choice(room.people)
        status = dice.choice([one for one in ("present", "late", "excused", "absent") if one != last.get(enrolment)])
        tap(page, enrolment, status)
        last[enrolment] = status
    said = wait_for(page, "waiting")
    assert "34" in said
    assert room.marks() == {}
    assert page.inner_text("[data-roll-count]") == "34 / 34"
    page.close()

    lost, share = 0, 1.0

    def drop(route: Route) -> None:
        nonlocal lost
        if dice.random() < share:
            lost += 1
            route.abort()
        else:
            route.continue_()

    visitor.context.set_offline(False)
    visitor.context.route("**/taps", drop)
    again = visitor.page()
    again.goto(room.url())
    # Nothing comes through yet: what the page shows is what the device kept.
    wait_for(again, "waiting")
    assert chosen(again) == last
    share = 0.3
    for enrolment in room.people[:12]:
        status = "late" if last[enrolment] != "late" else "present"
        tap(again, enrolment, status)
        last[enrolment] = status
        again.wait_for_timeout(350)
    nothing_waits(again)
    wait_for(again, "saved")

    assert lost > 0
    assert room.marks() == last
    again.reload()
    assert chosen(again) == last


def test_an_answer_that_is_lost_on_its_way_back_is_stored_once(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    page = open_roll(visit(PHONE), room)
    times = 0

    def lose(route: Route) -> None:
        nonlocal times
        times += 1
        answer = route.fetch()
        if times == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/taps", lose)
    tap(page, room.people[0], "late")
    wait_for(page, "waiting")
    nothing_waits(page)
    assert times == 2
    assert (room.marks(), room.changes()) == ({room.people[0]: "late"}, 1)


def test_two_trainers_converge_and_see_each_other(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(4)
    first, second = visit(PHONE), visit(PHONE)
    one, other = open_roll(first, room), open_roll(second, room, trainer=1, lang="ar")
    tap(one, room.people[0], "present")
    tap(other, room.people[1], "late")

    expect(row(other, room.people[0]).locator("input[value=present]")).to_be_checked(timeout=15_000)
    expect(row(one, room.people[1]).locator("input[value=late]")).to_be_checked(timeout=15_000)
    said = row(one, room.people[1]).locator("[data-line]")
    expect(said).to_be_visible()
    assert "T1 Alaoui" in said.inner_text()
    assert row(one, room.people[0]).locator("[data-line]").is_hidden()
    assert one.inner_text("[data-roll-count]") == "2 / 4"

    # What one has not sent yet is not overwritten; what arrives last stays, on both.
    first.context.set_offline(True)
    tap(one, room.people[2], "absent")
    wait_for(one, "waiting")
    tap(other, room.people[2], "excused")
    wait_for(other, "saved")
    nothing_waits(other)
    first.context.set_offline(False)
    nothing_waits(one)
    expect(row(other, room.people[2]).locator("input[value=absent]")).to_be_checked(timeout=15_000)
    assert chosen(one) == chosen(other) == room.marks()
    assert room.marks()[room.people[2]] == "absent"


def test_a_tap_that_waits_is_not_overwritten_by_what_another_marked(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    one, other = open_roll(visit(PHONE), room), open_roll(visit(PHONE), room, trainer=1)
    one.route("**/taps", lambda route: route.abort())
    tap(one, room.people[0], "absent")
    wait_for(one, "waiting")
    for enrolment in room.people:
        tap(other, enrolment, "excused")
    expect(row(one, room.people[1]).locator("input[value=excused]")).to_be_checked(timeout=15_000)
    assert chosen(one)[room.people[0]] == "absent"


def test_what_waits_when_another_closes_is_refused_by_name(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(3)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    tap(page, room.people[0], "present")
    nothing_waits(page)
    visitor.context.set_offline(True)
    tap(page, room.people[1], "late")
    wait_for(page, "waiting")
    name = row(page, room.people[1]).get_attribute("data-name") or "?"
    room.close()
    visitor.context.set_offline(False)

    expect(page.locator("[data-roll-refused]")).to_be_visible(timeout=40_000)
    said = page.inner_text("[data-roll-refused]")
    assert name in said
    assert "Retard" in said
    assert (row(page, room.people[0]).get_attribute("data-name") or "?") not in said
    assert waiting(page) == 0
    with page.expect_navigation():
        page.click("[data-roll-over] a")
    assert page.locator('[data-module="roll-call"]').count() == 0


def test_a_page_opened_after_the_closing_says_what_was_not_taken(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    visitor.context.set_offline(True)
    tap(page, room.people[1], "excused")
    wait_for(page, "waiting")
    name = row(page, room.people[1]).get_attribute("data-name") or "?"
    page.close()
    room.close()
    visitor.context.set_offline(False)

    again = visitor.page()
    again.goto(room.url())
    expect(again.locator("[data-refused-list]")).to_be_visible()
    assert name in again.inner_text("[data-refused-list]")
    assert waiting(again) == 0


def test_a_page_that_somebody_else_closed_shows_the_closed_half_day(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    page = open_roll(visit(PHONE), room)
    room.close()
    page.wait_for_selector("text=Demi-journée clôturée", timeout=15_000)


def test_the_closing_waits_for_what_is_not_sent(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    page = open_roll(visit(PHONE), room)
    with no_answer(page, "**/taps"):
        tap(page, room.people[0], "late")
        page.click('.roll-foot [value="close"]')
        wait_for(page, "waiting")
        assert page.url == room.url()
    nothing_waits(page)
    with page.expect_navigation():
        page.click('.roll-foot [value="close"]')
    assert page.url == room.url(more="close")
    assert room.marks() == {room.people[0]: "late"}


def test_what_waits_for_a_half_day_that_was_cancelled_is_refused_by_name(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    name = row(page, room.people[0]).get_attribute("data-name")
    visitor.context.set_offline(True)
    tap(page, room.people[0], "late")
    wait_for(page, "waiting")
    page.close()
    room.cancel()
    visitor.context.set_offline(False)

    page = visitor.page()
    page.goto(room.url())
    refused = page.locator("[data-refused-list] li")
    expect(refused).to_have_count(1)
    expect(refused.locator("bdi")).to_have_text(str(name))
    assert waiting(page) == 0
    # The refusal that this test asked for.
    assert {problem.split(" ")[0] for problem in visitor.problems} <= {"409"}
    visitor.problems.clear()


def test_another_person_on_the_same_device_sends_nothing_under_their_name(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    visitor.context.set_offline(True)
    tap(page, room.people[0], "late")
    wait_for(page, "waiting")
    page.close()
    visitor.context.set_offline(False)
    # Told first, then signed out all the same.
    account = visitor.page()
    account.goto(f"{room.site.url}/fr/account/")
    button = account.locator('form[data-module="warns-unsent"] button')
    button.click()
    expect(account.locator("[data-unsent-notice]")).to_be_visible()
    with account.expect_navigation():
        button.click()
    account.close()

    other = open_roll(visitor, room, trainer=1)
    other.wait_for_timeout(1500)
    assert room.marks() == {}
    assert chosen(other) == {}
    assert waiting(other) == 1
    other.goto(f"{room.site.url}/fr/account/")
    other.locator('form[data-module="warns-unsent"] button').click()
    with other.expect_navigation():
        other.locator('form[data-module="warns-unsent"] button').click()

    back = open_roll(visitor, room)
    nothing_waits(back)
    assert room.marks() == {room.people[0]: "late"}
    (by,) = room.site.row(
        "SELECT marked_by_id FROM attendance_mark WHERE half_day_id = :id", id=room.half_day
    )  # fmt: skip
    assert by == room.site.person_id(room.trainers[0])


def test_a_sign_in_that_ended_keeps_taps_and_the_next_one_sends_them(
    visit: Callable[..., Visitor], make_room: Callable[[int], Room]
) -> None:
    room = make_room(2)
    visitor = visit(PHONE)
    page = open_roll(visitor, room)
    room.site.end_sign_ins(room.trainers[0])
    tap(page, room.people[0], "excused")
    wait_for(page, "waiting")
    assert "renouvelée" in page.inner_text("[data-roll-why]")
    assert waiting(page) == 1
    # The refusals that this test asked for.
    assert {problem.split(" ")[0] for problem in visitor.problems} <= {"400", "401"}
    page.goto("about:blank")
    visitor.problems.clear()
    again = open_roll(visitor, room)
    nothing_waits(again)
    assert room.marks() == {room.people[0]: "excused"}
