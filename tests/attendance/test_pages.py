"""The pages: who opens which, both languages, what is sent back when something is wrong, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import (
    DAY,
    EVENING,
    MORNING,
    TODAY,
    close,
    confirm_closing,
    correction,
    marks,
    plan,
    roll,
    take,
)
from tests.attendance.forms import buttons
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

LIST = "/fr/attendance/"


def accesses(db: Any) -> list[tuple[int, str, int | None, int]]:
    db.rollback()
    return [
        (one.actor_id, one.page, one.person_id, one.people)
        for one in db.scalars(sa.select(AccessEntry).order_by(AccessEntry.id))
    ]


class TestWhoOpensWhat:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_every_page_of_a_trainer_answers_in_both_languages(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, morning: HalfDay, closed: HalfDay,
        members: list[Enrolment], bilal: Person, cohort: Cohort, lang: str,
    ) -> None:  # fmt: skip
        take(db, morning, bilal, {members[0]: (Status.LATE, 40), members[1]: Status.LEFT_EARLY})
        base = f"/{lang}/attendance/"
        for address in (
            base, f"{base}?show=past", f"{base}?cohort={cohort.id}&page=7", f"{base}?cohort=x", f"{base}meetings/new",
            f"{base}meetings/new?cohort={cohort.id}", f"{base}meetings/{meeting.id}/", roll(morning, lang),
            f"{roll(morning, lang)}close", f"{roll(morning, lang)}move", roll(closed, lang),
            correction(closed, members[0], lang), correction(closed, members[1], lang), f"/{lang}/cohorts/",
        ):  # fmt: skip
            # The client looks at language, direction and the one h1.
            assert trainer.get(address).status_code == 200, address

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_every_page_of_a_participant_and_of_monitoring_answers_in_both_languages(
        self, db: Any, learner: CheckingClient, monitor: CheckingClient, morning: HalfDay, closed: HalfDay,
        members: list[Enrolment], lang: str,
    ) -> None:  # fmt: skip
        base = f"/{lang}/attendance/"
        for address in (base, f"{base}own", f"/{lang}/", f"/{lang}/modules/concepts/"):
            assert learner.get(address).status_code == 200, address
        for address in (base, f"{base}?show=past", roll(morning, lang), roll(closed, lang),
                        correction(closed, members[0], lang)):  # fmt: skip
            assert monitor.get(address).status_code == 200, address

    def test_pages_without_anything_answer_too(
        self, db: Any, cohort: Cohort, trainer: CheckingClient, monitor: CheckingClient, learner: CheckingClient
    ) -> None:
        for lang in ("ar", "fr"):
            for client in (trainer, monitor, learner):
                assert client.get(f"/{lang}/attendance/").status_code == 200
        empty = make_cohort(db, has_sessions=True)
        assert trainer.get(f"{LIST}?cohort={empty.id}").status_code == 200

    def test_a_half_day_without_people_can_be_opened_and_closed(
        self, db: Any, trainer: CheckingClient, morning: HalfDay
    ) -> None:
        assert trainer.get(roll(morning)).status_code == 200
        assert confirm_closing(trainer, morning).status_code == 302
        assert trainer.get(roll(morning)).status_code == 200

    def test_the_trainer_of_another_cohort_finds_nothing(
        self, db: Any, stranger: CheckingClient, meeting: Meeting, morning: HalfDay, closed: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        sent = {f"was-{members[0].id}": "||", f"status-{members[0].id}": "present", "day": "25/11/2026",
                "starts": "9:00", "ends": "12:00", "status": "absent", "reason": "slip"}  # fmt: skip
        before = (marks(db, morning.id), marks(db, closed.id))
        for address in (
            roll(morning), f"{roll(morning)}close", f"{roll(morning)}move", f"{LIST}meetings/{meeting.id}/",
            correction(closed, members[0]),
        ):  # fmt: skip
            assert stranger.get(address).status_code == 404, address
            assert stranger.post(address, data=sent).status_code == 404, address
        assert stranger.post(f"{roll(morning)}cancel").status_code == 404
        assert stranger.get(roll(closed)).status_code == 404
        assert (marks(db, morning.id), marks(db, closed.id)) == before
        assert f"half-days/{morning.id}/" not in stranger.get(LIST).text

    def test_a_participant_may_not_open_the_roll_call(
        self, db: Any, learner: CheckingClient, meeting: Meeting, morning: HalfDay, closed: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        for address in (
            roll(morning), f"{roll(morning)}close", f"{roll(morning)}move", f"{LIST}meetings/{meeting.id}/",
            correction(closed, members[0]),
        ):  # fmt: skip
            assert learner.get(address).status_code == 403, address
            assert learner.post(address, data={}).status_code == 403, address
        assert learner.get(roll(closed)).status_code == 403
        assert marks(db, morning.id) == {}

    @pytest.mark.parametrize("role", [Role.FOCAL_POINT, Role.ADMINISTRATOR])
    def test_nor_do_others(self, db: Any, morning: HalfDay, open_as: Any, role: Role) -> None:
        client = open_as(make_person(db, "driss", role=role))
        for address in (LIST, roll(morning)):
            assert client.get(address).status_code == 403

    def test_whoever_is_not_signed_in_signs_in_first(self, client: CheckingClient, morning: HalfDay) -> None:
        answer = client.get(roll(morning))
        assert answer.status_code == 302
        assert "/fr/sign-in" in answer.headers["Location"]

    def test_monitoring_looks_at_a_roll_call_and_does_not_take_it(
        self, db: Any, monitor: CheckingClient, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        sent = {f"was-{members[0].id}": "||", f"status-{members[0].id}": "present"}
        assert monitor.post(roll(morning), data=sent).status_code == 403
        assert monitor.post(f"{roll(morning)}close").status_code == 403
        assert marks(db, morning.id) == {}

    def test_monitoring_is_shown_no_button_that_is_refused(
        self, monitor: CheckingClient, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert buttons(trainer.get(roll(morning)).text) == ["save", "everyone", "save", "close"]
        assert buttons(monitor.get(roll(morning)).text) == []

    def test_the_list_shows_half_days_to_come_or_past_of_ones_cohorts(
        self, db: Any, cohort: Cohort, bilal: Person, trainer: CheckingClient, monitor: CheckingClient
    ) -> None:
        (past,) = plan(db, cohort, bilal, first=TODAY - 3 * DAY, afternoon=None).half_days
        (coming,) = plan(db, cohort, bilal, afternoon=None).half_days
        (other,) = plan(db, make_cohort(db, has_sessions=True), bilal, afternoon=None).half_days
        for client, query, seen in (
            (trainer, "", [False, True, False]), (trainer, "?show=past", [True, False, False]),
            (monitor, "", [False, True, True]), (monitor, f"?cohort={cohort.id}", [False, True, False]),
            (trainer, f"?cohort={other.meeting.cohort_id}", [False, True, False]),
        ):  # fmt: skip
            page = client.get(f"{LIST}{query}").text
            assert [f'href="{roll(one)}"' in page for one in (past, coming, other)] == seen, query

    def test_a_participant_sees_a_mark_once_it_is_closed_and_only_their_own(
        self, db: Any, learner: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.EXCUSED})
        before = learner.get(f"{LIST}own").text
        close(db, morning, bilal)
        after = learner.get(f"{LIST}own").text

        assert "Absence justifiée" not in before
        assert after.count("Absence justifiée") == 1
        assert members[1].person.name.fr not in after

    def test_the_link_of_the_online_room_is_a_link(
        self, db: Any, cohort: Cohort, bilal: Person, members: list[Enrolment], learner: CheckingClient
    ) -> None:
        plan(db, cohort, bilal, mode="online", place="", link="https://meet.example.org/gsi")
        assert learner.get(f"{LIST}own").status_code == 200


class TestAccessLog:
    def test_names_that_a_trainer_is_shown_are_written_down(
        self, db: Any, trainer: CheckingClient, bilal: Person, morning: HalfDay, closed: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        for address in (roll(morning), f"{roll(morning)}close", roll(closed), correction(closed, members[0])):
            trainer.get(address)
        assert accesses(db) == [
            (bilal.id, "attendance.show_half_day", None, 3), (bilal.id, "attendance.ask_close", None, 3),
            (bilal.id, "attendance.show_half_day", None, 3),
            (bilal.id, "attendance.ask_correction", members[0].person_id, 1),
        ]  # fmt: skip

    def test_also_on_a_page_that_is_refused(
        self, db: Any, trainer: CheckingClient, bilal: Person, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        sent = {f"was-{members[0].id}": "||", f"remark-{members[0].id}": "Mission"}
        assert trainer.post(roll(morning), data=sent).status_code == 422
        assert accesses(db) == [(bilal.id, "attendance.show_half_day", None, 3)]

    def test_lists_without_names_and_ones_own_are_not(
        self, db: Any, trainer: CheckingClient, learner: CheckingClient, meeting: Meeting, closed: HalfDay
    ) -> None:
        for address in (LIST, f"{LIST}meetings/new", f"{LIST}meetings/{meeting.id}/"):
            assert trainer.get(address).status_code == 200
        assert learner.get(f"{LIST}own").status_code == 200
        assert accesses(db) == []


class TestCost:
    def grow(self, db: Any, cohort: Cohort, people: int) -> list[Enrolment]:
        database.use_mode(database.WRITE)
        there = db.get_one(Cohort, cohort.id)
        return [make_enrolment(db, make_person(db, f"person{number}"), there) for number in range(people)]

    @pytest.mark.parametrize("is_closed", [False, True])
    def test_a_list_costs_the_same_with_three_and_with_fifteen(
        self, db: Any, trainer: CheckingClient, bilal: Person, cohort: Cohort, members: list[Enrolment],
        morning: HalfDay, afternoon: HalfDay, at_most: Callable[..., Any], is_closed: bool,
    ) -> None:  # fmt: skip
        def cost(half_day: HalfDay, *, marked: list[Enrolment]) -> int:
            take(db, half_day, bilal, dict.fromkeys(marked, (Status.LATE, 40)))
            if is_closed:
                close(db, half_day, bilal)
            trainer.get(roll(half_day))
            with at_most(40) as statements:
                assert trainer.get(roll(half_day)).text.count('<span class="small muted organisation">') in (0, people)
            return len(statements)

        people = 3
        before = cost(morning, marked=members[:2])
        more = self.grow(db, cohort, 12)
        people = 15
        assert cost(afternoon, marked=[*members, *more[:9]]) == before

    def test_ones_own_page_costs_the_same_with_many_half_days(
        self, db: Any, learner: CheckingClient, bilal: Person, cohort: Cohort, members: list[Enrolment],
        morning: HalfDay, at_most: Callable[..., Any],
    ) -> None:  # fmt: skip
        def cost() -> int:
            learner.get(f"{LIST}own")
            with at_most(40) as statements:
                assert learner.get(f"{LIST}own").status_code == 200
            return len(statements)

        take(db, morning, bilal, {members[0]: Status.PRESENT})
        close(db, morning, bilal)
        before = cost()
        database.use_mode(database.WRITE)
        found = plan(db, db.get_one(Cohort, cohort.id), bilal, first=TODAY + DAY, last=TODAY + 8 * DAY, morning=MORNING)
        for one in found.half_days:
            take(db, one, bilal, {members[0]: Status.PRESENT})
            close(db, one, bilal, now=EVENING + 30 * DAY)
        assert cost() == before

    def test_the_list_of_half_days_costs_the_same_with_many(
        self, db: Any, trainer: CheckingClient, bilal: Person, cohort: Cohort, members: list[Enrolment],
        morning: HalfDay, at_most: Callable[..., Any],
    ) -> None:  # fmt: skip
        def cost() -> int:
            trainer.get(LIST)
            with at_most(40) as statements:
                assert trainer.get(LIST).status_code == 200
            return len(statements)

        take(db, morning, bilal, {members[0]: (Status.LATE, 40)})
        before = cost()
        database.use_mode(database.WRITE)
        found = plan(db, db.get_one(Cohort, cohort.id), bilal, first=TODAY + DAY, last=TODAY + 8 * DAY)
        for one in found.half_days:
            take(db, one, bilal, dict.fromkeys(members, Status.LATE))
        assert cost() == before
