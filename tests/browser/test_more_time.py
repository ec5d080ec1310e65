"""Time given to somebody in the middle of an attempt is on their clock while they look at it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Page

from lms.accounts.models import Person
from lms.core import clock
from lms.core import db as database
from lms.programme.models import CohortTrainer, Enrolment
from lms.quizzes.models import Attempt
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.pages import start_test
from tests.browser.site import DEMO_PASSWORD, Site

#: Seconds; the page asks every 15 how long there still is.
SHOWN_WITHIN = 20


def two_minutes_left(site: Site, address: str) -> tuple[int, int, dt.datetime, dt.timedelta]:
    """Put the person into the demo trainer's hands, two minutes before their time is over.

    Gives the numbers of enrolment and cohort, the deadline, and the time that the test allows.
    """
    with site.app.app_context():
        database.use_mode(database.WRITE)
        db: Any = database.session()
        learner = db.scalars(sa.select(Person).where(Person.email == address)).one()
        trainer = db.scalars(sa.select(Person).where(Person.email == "trainer@example.org")).one()
        enrolment = db.scalars(sa.select(Enrolment).where(Enrolment.person_id == learner.id)).one()
        db.add(CohortTrainer(cohort_id=enrolment.cohort_id, person_id=trainer.id))
        attempt = db.scalars(sa.select(Attempt).where(Attempt.enrolment_id == enrolment.id)).one()
        minutes = dt.timedelta(minutes=attempt.quiz.minutes)
        attempt.deadline_at = clock.now() + dt.timedelta(minutes=2)
        attempt.started_at = attempt.deadline_at - minutes
        found = enrolment.id, enrolment.cohort_id, attempt.deadline_at, minutes
        database.commit()
        database.db.session.remove()
    return found


def minutes_shown(page: Page) -> int:
    return int(page.inner_text("[data-clock]").split(":")[0])


def test_time_given_from_the_trainers_home_in_three_clicks_is_on_the_learners_clock_without_a_reload(
    visit: Callable[..., Visitor], site: Site
) -> None:
    address = site.new_learner("fr")
    learner = visit(PHONE)
    start_test(learner, site, address)
    page = learner.context.pages[-1]
    enrolment_id, cohort_id, deadline, minutes = two_minutes_left(site, address)
    page.reload()
    page.evaluate("window.sameDocument = true")
    assert minutes_shown(page) <= 2

    trainer = visit(DESK)
    desk = trainer.page()
    trainer.sign_in(desk, "fr", "trainer@example.org", DEMO_PASSWORD)
    desk.goto(f"{site.url}/fr/cohorts/")
    desk.click(f"main a[href$='/cohorts/{cohort_id}/']")
    desk.click(f"main a[href$='/arrangements/{enrolment_id}/']")
    desk.check("input[name=time][value='200']")
    with desk.expect_navigation():
        desk.click("main form button.primary")

    page.bring_to_front()
    until = time.monotonic() + SHOWN_WITHIN
    while minutes_shown(page) <= 2 and time.monotonic() < until:
        page.wait_for_timeout(500)
    assert page.evaluate("window.sameDocument") is True
    assert minutes_shown(page) > 2
    with site.app.app_context():
        database.use_mode(database.READ)
        moved = database.session().scalar(sa.select(Attempt.deadline_at).where(Attempt.enrolment_id == enrolment_id))
        database.db.session.remove()
    assert moved == deadline + minutes
