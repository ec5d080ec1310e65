"""What a lost line does to answers: nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, Visitor
from tests.browser.pages import start_test
from tests.browser.site import Site


@pytest.fixture
def at_the_test(visit: Callable[..., Visitor], site: Site) -> tuple[Visitor, Page, str]:
    """Somebody at the first question."""
    address = site.new_learner("fr")
    visitor = visit(PHONE)
    start_test(visitor, site, address)
    page = visitor.context.pages[-1]
    site.boxes_first(address)
    page.reload()
    return visitor, page, address


def stored(site: Site, address: str, position: int = 1) -> Any:
    query = """SELECT q.answer FROM attempt_question q JOIN attempt a ON a.id = q.attempt_id
        JOIN enrolment e ON e.id = a.enrolment_id JOIN person p ON p.id = e.person_id
        WHERE p.email = :address AND q.position = :position"""
    return site.row(query, address=address, position=position)[0]


def state(page: Page) -> str:
    return page.locator("[data-save-state]").get_attribute("data-state") or ""


def test_an_answer_given_without_a_line_is_kept_and_sent_on_return(
    at_the_test: tuple[Visitor, Page, str], site: Site
) -> None:
    visitor, page, address = at_the_test
    visitor.context.set_offline(True)
    box = page.locator("input[name=answer]").nth(1)
    box.check()
    page.wait_for_selector('[data-save-state][data-state="waiting"]', state="attached")
    assert "Hors ligne" in page.inner_text("[data-save-state]") or "connexion" in page.inner_text("[data-save-state]")
    assert stored(site, address) is None
    with page.expect_response(lambda answer: answer.url.endswith("/answer") and answer.ok):
        visitor.context.set_offline(False)
    page.wait_for_selector('[data-save-state][data-state="saved"]', state="attached")
    assert stored(site, address)
    assert page.evaluate("Object.keys(localStorage).filter((key) => /^answers:[0-9]+$/.test(key)).length") == 0


def test_an_answer_that_waits_survives_a_closed_browser_window(
    at_the_test: tuple[Visitor, Page, str], site: Site
) -> None:
    visitor, page, address = at_the_test
    where = page.url
    visitor.context.set_offline(True)
    page.locator("input[name=answer]").first.check()
    page.close()
    visitor.context.set_offline(False)
    again = visitor.page()
    with again.expect_response(lambda answer: answer.url.endswith("/answer") and answer.ok):
        again.goto(where)
    assert again.locator("input[name=answer]").first.is_checked()
    assert stored(site, address)


def test_an_answer_refused_for_an_expired_sign_in_stays_on_the_device(
    at_the_test: tuple[Visitor, Page, str], site: Site
) -> None:
    visitor, page, address = at_the_test
    page.route("**/answer", lambda route: route.fulfill(status=401, content_type="application/json", body="{}"))
    page.locator("input[name=answer]").first.check()
    page.wait_for_selector('[data-save-state][data-state="waiting"]', state="attached")
    assert "connexion est terminée" in page.inner_text("[data-save-state]")
    # The one refusal that this test asked for.
    assert [problem.split(" ")[0] for problem in visitor.problems] == ["401"]
    visitor.problems.clear()
    page.unroute("**/answer")
    with page.expect_response(lambda answer: answer.url.endswith("/answer") and answer.ok):
        page.reload()
    assert stored(site, address)


def test_a_second_tab_takes_over_and_the_first_only_shows(at_the_test: tuple[Visitor, Page, str]) -> None:
    visitor, page, _address = at_the_test
    second = visitor.page()
    second.goto(page.url)
    second.locator("input[name=answer]").first.check()
    page.wait_for_selector("input[name=answer]:disabled")
    assert "onglet" in page.inner_text("[data-save-state]")


def wait_for(page: Page, kind: str) -> str:
    """What the page says of saving, once it says that kind of thing."""
    page.wait_for_selector(f'[data-save-state][data-state="{kind}"]', state="attached")
    return page.inner_text("[data-save-state]")


def nothing_waits(page: Page) -> None:
    """Waits until no answer is left on this device, also over the reload after the last one was sent."""
    page.wait_for_function("!Object.keys(localStorage).some((key) => /^answers:[0-9]+$/.test(key))")


def test_without_a_line_the_page_stays_and_goes_on_once_it_is_back(
    at_the_test: tuple[Visitor, Page, str], site: Site
) -> None:
    visitor, page, address = at_the_test
    where = page.url
    visitor.context.set_offline(True)
    assert "restent sur cet appareil" in wait_for(page, "waiting")
    page.locator("input[name=answer]").nth(1).check()
    page.click('.quiz-foot button[value="next"]')
    assert page.url == where
    assert "à son retour" in page.inner_text("[data-save-state]")
    assert "à son retour" in page.inner_text(".toast")

    visitor.context.set_offline(False)
    wait_for(page, "saved")
    page.click('.quiz-foot button[value="next"]')

    page.wait_for_url("**/attempts/1/2/")
    assert stored(site, address)
    nothing_waits(page)


def test_a_line_back_with_nothing_to_send_says_again_what_was_said(at_the_test: tuple[Visitor, Page, str]) -> None:
    visitor, page, _address = at_the_test
    before = page.inner_text("[data-save-state]")
    visitor.context.set_offline(True)
    wait_for(page, "waiting")
    visitor.context.set_offline(False)
    wait_for(page, "saved")
    assert page.inner_text("[data-save-state]") == before


def test_a_page_lost_on_its_way_leaves_the_answer_on_the_device_for_the_summary(
    at_the_test: tuple[Visitor, Page, str], site: Site
) -> None:
    visitor, page, address = at_the_test
    summary = page.url.replace("/1/1/", "/1/summary/")
    lost = lambda route: route.abort() if route.request.method == "POST" else route.continue_()  # noqa: E731
    visitor.context.route("**/attempts/1/**", lost)
    page.locator("input[name=answer]").nth(1).check()
    page.click('.quiz-foot button[value="next"]')
    page.wait_for_url("chrome-error://**")
    visitor.context.unroute("**/attempts/1/**", lost)

    page.goto(summary)

    expect(page.locator(".rows .chip.ok")).to_have_count(1)
    assert stored(site, address)
    nothing_waits(page)


def test_nothing_is_handed_in_while_answers_wait_on_the_device(
    at_the_test: tuple[Visitor, Page, str], site: Site
) -> None:
    visitor, page, address = at_the_test
    summary = page.url.replace("/1/1/", "/1/summary/")

    def lost(route: Route) -> None:
        route.abort()

    visitor.context.route("**/answer", lost)
    page.locator("input[name=answer]").nth(1).check()
    wait_for(page, "waiting")
    page.goto(summary)
    wait_for(page, "waiting")
    page.click("form[data-hands-in] button")
    assert page.url == summary
    assert (
        site.row(
            "SELECT count(*) FROM attempt WHERE state = 'submitted' AND enrolment_id = (SELECT e.id FROM"
            " enrolment e JOIN person p ON p.id = e.person_id WHERE p.email = :address)",
            address=address,
        )[0]
        == 0
    )

    visitor.context.unroute("**/answer", lost)
    # It tries again every five seconds.
    expect(page.locator(".rows .chip.ok")).to_have_count(1, timeout=15_000)
    page.click("form[data-hands-in] button")

    page.wait_for_url("**/result/")
    assert stored(site, address)


def test_going_on_without_a_change_leaves_what_another_device_wrote(
    at_the_test: tuple[Visitor, Page, str], visit: Callable[..., Visitor], site: Site
) -> None:
    visitor, page, address = at_the_test
    other = visit(PHONE).page()
    visitor.sign_in(other, "fr", address)
    other.goto(page.url)
    other.locator("input[name=answer]").nth(1).check()
    wait_for(other, "saved")
    newer = stored(site, address)

    page.click('.quiz-foot button[value="next"]')

    page.wait_for_url("**/attempts/1/2/")
    assert stored(site, address) == newer


def test_what_comes_after_the_attempt_is_over_is_said_on_the_result(
    at_the_test: tuple[Visitor, Page, str], visit: Callable[..., Visitor], site: Site
) -> None:
    visitor, page, address = at_the_test
    page_of_summary = page.url.replace("/1/1/", "/1/summary/")
    visitor.context.set_offline(True)
    page.locator("input[name=answer]").nth(1).check()
    wait_for(page, "waiting")
    page.close()
    elsewhere = visit(PHONE)
    other = elsewhere.page()
    elsewhere.sign_in(other, "fr", address)
    other.goto(page_of_summary)
    other.click("form[data-hands-in] button")
    other.wait_for_url("**/result/")

    visitor.context.set_offline(False)
    again = visitor.page()
    again.goto(other.url)

    assert wait_for(again, "failed")
    nothing_waits(again)
    # The one refusal that this test asked for.
    assert [problem.split(" ")[0] for problem in visitor.problems] == ["409"]
    visitor.problems.clear()
