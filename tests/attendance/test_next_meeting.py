"""The next half-day on a participant's home page: the day in words, the mode, when check-in opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance.statuses import Status
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import AFTERNOON, DAY, MORNING, TODAY, close, plan, roll, take
from tests.pages import CheckingClient

OpenAs = Callable[..., CheckingClient]


def home(client: CheckingClient, lang: str = "fr") -> str:
    return client.get(f"/{lang}/").text


@pytest.mark.parametrize(
    ("days", "lang", "word"),
    [(0, "fr", "aujourd’hui"), (0, "ar", "اليوم"), (1, "fr", "demain"), (1, "ar", "غدا")],
)
def test_today_and_tomorrow_have_their_word(
    db: Any, cohort: Cohort, bilal: Person, members: list[Enrolment], open_as: OpenAs, days: int, lang: str, word: str
) -> None:
    plan(db, cohort, bilal, first=TODAY + days * DAY, morning=None, afternoon=AFTERNOON)
    assert word in home(open_as(members[0].person), lang)


def test_a_day_further_off_stands_by_its_date(
    db: Any, cohort: Cohort, bilal: Person, members: list[Enrolment], open_as: OpenAs
) -> None:
    plan(db, cohort, bilal, first=TODAY + 9 * DAY)
    page = home(open_as(members[0].person))
    assert "aujourd’hui" not in page
    assert "demain" not in page
    assert "Présentiel" in page
    assert 'L’enregistrement de la présence ouvre à <bdi dir="ltr">08:30</bdi>.' in page


def test_what_is_on_says_no_opening(
    db: Any, cohort: Cohort, bilal: Person, members: list[Enrolment], open_as: OpenAs
) -> None:
    plan(db, cohort, bilal, afternoon=None)
    assert "ouvre à" not in home(open_as(members[0].person))


def test_minutes_that_are_too_few_say_so_on_ones_own_page(
    db: Any, cohort: Cohort, bilal: Person, members: list[Enrolment], open_as: OpenAs
) -> None:
    half_day = plan(db, cohort, bilal, morning=MORNING, afternoon=None).half_days[0]
    take(db, half_day, bilal, {members[0]: (Status.LATE, 104), members[1]: (Status.LATE, 105)})
    assert open_as(bilal).get(f"{roll(half_day)}close").text.count("ne compte pas") == 1
    close(db, half_day, bilal)
    seen = [open_as(one.person).get("/fr/attendance/own").text for one in members[:2]]
    assert ["ne compte pas" in one for one in seen] == [True, False]
    assert "104\u00a0min suivies" in seen[0]
    assert open_as(bilal).get(roll(half_day)).text.count("ne compte pas") == 1
