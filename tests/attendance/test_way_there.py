"""One click from every home page to the attendance: no menu has room for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance.models import HalfDay
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, TODAY, plan, roll
from tests.pages import CheckingClient


def main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.parametrize("lang", ["ar", "fr"])
class TestFromHome:
    def test_a_trainer_opens_the_list_and_the_roll_call_of_today(
        self, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str
    ) -> None:
        page = main(trainer.get(f"/{lang}/cohorts/").text)
        assert f'href="/{lang}/attendance/"' in page
        assert f'href="{roll(morning, lang)}"' in page
        # Before all else that waits.
        assert page.index(roll(morning, lang)) < page.index("cohort-cards")

    def test_monitoring_opens_the_list(self, monitor: CheckingClient, morning: HalfDay, lang: str) -> None:
        assert f'href="/{lang}/attendance/"' in main(monitor.get(f"/{lang}/monitoring/").text)

    def test_a_participant_opens_their_own(self, learner: CheckingClient, morning: HalfDay, lang: str) -> None:
        assert f'href="/{lang}/attendance/own"' in main(learner.get(f"/{lang}/").text)


def test_a_participant_whose_half_days_are_over_still_finds_them(
    db: Any, learner: CheckingClient, cohort: Cohort, bilal: Person
) -> None:
    assert "attendance/own" not in main(learner.get("/fr/").text)
    plan(db, cohort, bilal, first=TODAY - 2 * DAY, last=TODAY - DAY)
    page = main(learner.get("/fr/").text)
    assert 'href="/fr/attendance/own"' in page
    assert "Aucune demi-journée à venir" in page
    plan(db, cohort, bilal, first=TODAY + dt.timedelta(days=1))
    assert "Aucune demi-journée à venir" not in main(learner.get("/fr/").text)
