"""A room that checks in: the projector, a phone that is signed out, one in Arabic, and one that came too early."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.site import DEMO_PASSWORD, PASSWORD, Site

PROJECTOR = {"width": 1280, "height": 720}


def open_screen(visit: Callable[..., Visitor], site: Site, half_day: int) -> Page:
    trainer = visit(PROJECTOR, color_scheme="dark")
    screen = trainer.page()
    trainer.sign_in(screen, "fr", "trainer@example.org", DEMO_PASSWORD)
    screen.goto(f"{site.url}/fr/attendance/half-days/{half_day}/screen")
    return screen


def seen(screen: Page) -> str:
    """What a camera reads off the screen."""
    import io

    import zxingcpp
    from PIL import Image

    screen.evaluate("document.fonts.ready")
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(screen.screenshot())))
    return str(found.text)


def test_two_phones_check_in_and_the_screen_counts_them(visit: Callable[..., Visitor], site: Site) -> None:
    half_day, (arabic, french) = site.arriving()
    screen = open_screen(visit, site, half_day)
    expect(screen.locator(".projector-count bdi")).to_have_text("0 / 2")
    # Half of the height at least, black on white whatever the trainer likes.
    assert screen.locator(".projector-qr").bounding_box()["height"] >= 360  # type: ignore[index]
    paper = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert screen.locator("body").evaluate(paper) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert screen.evaluate("document.documentElement.scrollHeight") == PROJECTOR["height"]

    # Signed out: by way of the sign-in, where the person changes to Arabic.
    first = visit(PHONE).page()
    first.goto(seen(screen))
    first.locator(".header a[hreflang=ar], .lang a, a[lang=ar]").first.click()
    first.fill("#email", arabic)
    first.fill("#password", PASSWORD)
    first.click("main button[type=submit]")
    expect(first).to_have_url(f"{site.url}/ar/attendance/check-in/{half_day}")
    first.get_by_role("button", name="تأكيد الحضور").click()
    expect(first.locator("h1")).to_have_text("تم تأكيد الحضور")

    # Without a camera: from the home page, with the digits on the screen.
    visitor = visit(PHONE)
    second = visitor.page()
    visitor.sign_in(second, "fr", french)
    second.get_by_role("link", name="Enregistrer ma présence").click()
    second.fill("#code", screen.locator("[data-digits]").inner_text())
    second.get_by_role("button", name="Confirmer ma présence").click()
    expect(second.locator("h1")).to_have_text("Présence confirmée")

    expect(screen.locator(".projector-count bdi")).to_have_text("2 / 2")
    screen.keyboard.press("Escape")
    expect(screen).to_have_url(f"{site.url}/fr/attendance/half-days/{half_day}/")
    assert screen.locator('input[value="present"]:checked').count() == 2


def test_the_screen_goes_on_when_the_network_drops(visit: Callable[..., Visitor], site: Site) -> None:
    half_day, _people = site.arriving()
    screen = open_screen(visit, site, half_day)
    screen.route("**/screen/codes", lambda route: route.abort())
    before = seen(screen)
    digits = screen.locator("[data-digits]")
    old = digits.inner_text()
    expect(digits).not_to_have_text(old, timeout=25_000)
    after = seen(screen)
    assert re.sub(r"\w+$", "", after) == re.sub(r"\w+$", "", before)
    assert after != before
    # What the screen shows without a network is what the server takes.
    phone = visit(PHONE).page()
    phone.goto(after)
    assert "/sign-in" in phone.url
    # The next one is not known: rather none than an old one.
    expect(screen.locator("[data-offline]")).to_be_visible(timeout=25_000)
    screen.unroute("**/screen/codes")
    expect(screen.locator("[data-offline]")).to_be_hidden()


def early(visit: Callable[..., Visitor], site: Site) -> tuple[int, Visitor, Page]:
    """A half-day, and somebody who scanned its code a quarter of an hour before the opening: the page waits."""
    half_day, (_arabic, french) = site.arriving(begins_in=45)
    screen = open_screen(visit, site, half_day)
    visitor = visit(DESK)
    phone = visitor.page()
    visitor.sign_in(phone, "fr", french)
    phone.clock.install()
    phone.goto(seen(screen))
    return half_day, visitor, phone


def test_somebody_early_is_confirmed_at_the_opening(visit: Callable[..., Visitor], site: Site) -> None:
    half_day, _visitor, phone = early(visit, site)
    expect(phone.get_by_text("laisser ouverte")).to_be_visible()
    # It confirms by itself, and not before: there is nothing to press.
    expect(phone.locator("[data-module=check-in-early] button")).to_be_hidden()
    phone.clock.fast_forward("10:00")
    phone.wait_for_timeout(1500)
    expect(phone.get_by_text("laisser ouverte")).to_be_visible()
    site.begins_earlier(half_day, minutes=20)
    phone.clock.fast_forward("06:00")
    expect(phone.locator("h1")).to_have_text("Présence confirmée")


def test_a_line_that_is_down_at_the_opening_loses_no_early_check_in(visit: Callable[..., Visitor], site: Site) -> None:
    half_day, visitor, phone = early(visit, site)
    waits = phone.url
    tries: list[str] = []
    phone.on("requestfailed", lambda request: tries.append(request.method))
    visitor.context.set_offline(True)

    # The opening comes while there is no line: one try, and further ones.
    site.begins_earlier(half_day, minutes=20)
    phone.clock.fast_forward("16:00")
    for _second in range(15):
        if len(tries) > 1:
            break
        phone.wait_for_timeout(1000)
    assert tries[:2] == ["POST", "POST"]
    assert phone.url == waits
    expect(phone.get_by_text("laisser ouverte")).to_be_visible()

    visitor.context.set_offline(False)
    expect(phone.locator("h1")).to_have_text("Présence confirmée")


def test_the_screen_follows_in_a_browser_that_cannot_time_a_question(visit: Callable[..., Visitor], site: Site) -> None:
    half_day, _people = site.arriving()
    trainer = visit(PROJECTOR)
    trainer.context.add_init_script("delete AbortSignal.timeout")
    screen = trainer.page()
    trainer.sign_in(screen, "fr", "trainer@example.org", DEMO_PASSWORD)
    with screen.expect_response("**/screen/codes", timeout=10_000) as asked:
        screen.goto(f"{site.url}/fr/attendance/half-days/{half_day}/screen")
    assert asked.value.ok
