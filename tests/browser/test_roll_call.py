"""The roll call in the room: one tap each, a line that comes and goes, two trainers at once."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from lms.attendance import services as attendance
from lms.attendance.models import HalfDay
from lms.core import clock, text
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme.models import CohortTrainer
from tests.accounts.conftest import PASSWORD, hashed
from tests.browser.conftest import PHONE, Visitor
from tests.browser.site import Site
from tests.browser.test_every_page import RULES
from tests.factories import make_cohort, make_enrolment, make_person

SCRIPTS = Path(__file__).parents[2] / "lms/attendance/static/js"


@dataclass
class Room:
    """A half-day that has begun, its people, and two trainers."""

    site: Site
    half_day: int
    people: list[int]
    trainers: list[str]

    def url(self, lang: str = "fr", more: str = "") -> str:
        return f"{self.site.url}/{lang}/attendance/half-days/{self.half_day}/{more}"

    def marks(self) -> dict[int, str]:
        with self.site.app.app_context():
            database.use_mode(database.READ)
            found = database.session().execute(
                sa.text("SELECT enrolment_id, status FROM attendance_mark WHERE half_day_id = :id"),
                {"id": self.half_day},
            )
            marks = {int(row[0]): str(row[1]) for row in found}
            database.db.session.remove()
        return marks

    def changes(self) -> int:
        query = "SELECT count(*) FROM attendance_mark_change WHERE half_day_id = :id"
        return int(self.site.row(query, id=self.half_day)[0])

    def close(self) -> None:
        """As the second trainer does on another device."""
        with self.site.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            half_day = db.get(HalfDay, self.half_day)
            person_id = self.site.person_id(self.trainers[1])
            database.use_mode(database.WRITE)
            attendance.marks.close(database.session(), half_day, actor_id=person_id, now=clock.now())
            database.commit()
            database.db.session.remove()


@pytest.fixture
def make_room(site: Site) -> Callable[[int], Room]:
    def make(people: int) -> Room:
        with site.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            today, day, name = site.today(), dt.timedelta(days=1), site.mark()
            cohort = make_cohort(db, starts_on=today - 3 * day, ends_on=today + 3 * day, has_sessions=True)
            trainers = [make_person(db, f"{name}-t{one}", role=Role.TRAINER) for one in range(2)]
            for one in trainers:
                one.password_hash = hashed()
                db.add(CohortTrainer(cohort_id=cohort.id, person_id=one.id))
            enrolled = [make_enrolment(db, make_person(db, f"{name}-{one:02}"), cohort).id for one in range(people)]
            about = attendance.meetings.About("concepts", Bilingual("", ""), "room", "Rabat")
            meeting = attendance.meetings.plan(
                db, cohort, about, first=today, last=today,
                morning=attendance.meetings.Times(dt.time(9), dt.time(12, 30)), afternoon=None,
                actor_id=trainers[0].id, now=clock.now(),
            )  # fmt: skip
            [half_day] = meeting.half_days
            half_day.day = today - day
            database.commit()
            room = Room(site, half_day.id, enrolled, [str(one.email) for one in trainers])
            database.db.session.remove()
        return room

    return make


def open_roll(visitor: Visitor, room: Room, trainer: int = 0, lang: str = "fr") -> Page:
    page = visitor.page()
    visitor.sign_in(page, lang, room.trainers[trainer], PASSWORD)
    page.goto(room.url(lang))
    return page


def row(page: Page, enrolment: int) -> Locator:
    return page.locator(f'[data-enrolment="{enrolment}"]')


def tap(page: Page, enrolment: int, status: str) -> None:
    """One tap of a finger on the segment."""
    row(page, enrolment).locator(f".statuses .{status}").click()


def chosen(page: Page) -> dict[int, str]:
    """What the page shows, by enrolment."""
    return {
        int(number): value
        for number, value in page.eval_on_selector_all(
            "[data-enrolment] input[type=radio]:checked",
            "(found) => found.map((one) => [one.name.replace('status-', ''), one.value])",
        )
    }


def wait_for(page: Page, state: str) -> str:
    page.wait_for_selector(f'[data-roll-state][data-state="{state}"]', timeout=40_000)
    return page.inner_text("[data-roll-state]")


def waiting(page: Page) -> int:
    return int(
        page.evaluate(
            "Object.keys(localStorage).filter((key) => key.startsWith('unsent:roll:'))"
            ".reduce((sum, key) => sum + Object.keys(JSON.parse(localStorage.getItem(key))).length, 0)"
        )
    )


def nothing_waits(page: Page) -> None:
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('unsent:roll:'))", timeout=60_000
    )  # fmt: skip


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

    def lost(route: Route) -> None:
        route.abort()

    page.route("**/taps", lost)
    tap(page, room.people[0], "late")
    page.click('.roll-foot [value="close"]')
    wait_for(page, "waiting")
    assert page.url == room.url()
    page.unroute("**/taps", lost)
    nothing_waits(page)
    with page.expect_navigation():
        page.click('.roll-foot [value="close"]')
    assert page.url == room.url(more="close")
    assert room.marks() == {room.people[0]: "late"}


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
    visitor.context.set_offline(False)
    nothing_waits(page)
    wait_for(page, "saved")
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
