"""The page of a closed half-day: totals, who was not simply there, then the others; and the box of minutes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance.models import HalfDay
from lms.attendance.statuses import Status
from lms.core.access import Role
from lms.programme.models import Enrolment
from tests.attendance.conftest import actor, close, correct, correction, roll, take
from tests.pages import CheckingClient


def groups(page: str) -> list[list[int]]:
    """Enrolments of each group, in their order."""
    parts = page.split("closed-group")[1:]
    return [[int(one) for one in re.findall(r'data-enrolment="(\d+)"', part)] for part in parts]


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


class TestTheList:
    def test_totals_stand_on_top_then_exceptions_then_the_others(
        self, db: Any, monitor: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT, members[1]: (Status.LATE, 200)})
        close(db, morning, bilal)

        page = monitor.get(roll(morning)).text

        assert groups(page) == [[members[1].id, members[2].id], [members[0].id]]
        assert page.index("2 sur 3") < page.index("closed-group")
        for words in ("Présence 1", "Retard 1", "Absence 1", "Exceptions 2", "200 min suivies"):
            assert words in text(page).replace("\u00a0", " "), words

    def test_a_correction_to_present_stays_an_exception_with_its_note(
        self, db: Any, monitor: CheckingClient, closed: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        correct(db, closed, members[1], Status.PRESENT, by=actor(bilal, Role.TRAINER))

        page = monitor.get(roll(closed)).text

        assert groups(page)[0] == [members[1].id, members[2].id]
        assert 'href="#note-1"' in page

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_each_correction_is_one_tap_away_for_whoever_may(
        self, db: Any, monitor: CheckingClient, trainer: CheckingClient, closed: HalfDay, members: list[Enrolment],
        lang: str,
    ) -> None:  # fmt: skip
        page = monitor.get(roll(closed, lang)).text
        for one in members:
            assert f'href="{correction(closed, one, lang)}"' in page
        assert page.count('<details class="card flush closed-group" open>') == 2

    def test_nobody_present_leaves_one_group(
        self, db: Any, monitor: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        close(db, morning, bilal)
        page = monitor.get(roll(morning)).text
        assert groups(page) == [[one.id for one in members]]
        # « Absence » stands with each of them: only of the others the head of the group says it.
        assert page.count("Absence non justifiée") >= 3


def test_the_box_of_minutes_has_a_hint_without_script_and_says_which_statuses_take_them(
    monitor: CheckingClient, closed: HalfDay, members: list[Enrolment]
) -> None:
    page = monitor.get(correction(closed, members[0])).text
    assert 'data-taking="late left_early"' in page
    assert 'id="minutes-hint"' in page
    assert {one.value for one in Status if one.has_minutes} == {"late", "left_early"}
