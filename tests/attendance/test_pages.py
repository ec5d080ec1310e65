"""The pages: who opens which, both languages, what is sent back when something is wrong, and what they cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.attendance.models import HalfDay, Mark, Meeting
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.programme import services as programme
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from tests.attendance.conftest import (
    DAY,
    EVENING,
    HOUR,
    MORNING,
    TODAY,
    changes,
    close,
    marks,
    plan,
    take,
)
from tests.attendance.forms import buttons, fields, invalid
from tests.conftest import NOW
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

LIST = "/fr/attendance/"


def roll(half_day: HalfDay, lang: str = "fr") -> str:
    return f"/{lang}/attendance/half-days/{half_day.id}/"


def correction(half_day: HalfDay, enrolment: Enrolment, lang: str = "fr") -> str:
    return f"{roll(half_day, lang)}people/{enrolment.id}/correct"


def accesses(db: Any) -> list[tuple[int, str, int | None, int]]:
    db.rollback()
    return [
        (one.actor_id, one.page, one.person_id, one.people)
        for one in db.scalars(sa.select(AccessEntry).order_by(AccessEntry.id))
    ]


@pytest.fixture
def closed(db: Any, afternoon: HalfDay, members: list[Enrolment], bilal: Person) -> HalfDay:
    """The afternoon: Chaima was present, the others were not marked."""
    take(db, afternoon, bilal, {members[0]: Status.PRESENT})
    close(db, afternoon, bilal)
    return afternoon


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
        assert trainer.post(f"{roll(morning)}close").status_code == 302
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
        assert buttons(trainer.get(roll(morning)).text) == ["everyone", "save", "close"]
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

        assert before.count("chip warn") == 0
        assert after.count("chip warn") == 1
        assert members[1].person.name.fr not in after

    def test_the_link_of_the_online_room_is_a_link(
        self, db: Any, cohort: Cohort, bilal: Person, members: list[Enrolment], learner: CheckingClient
    ) -> None:
        plan(db, cohort, bilal, mode="online", place="", link="https://meet.example.org/gsi")
        assert learner.get(f"{LIST}own").status_code == 200


class TestRollCall:
    def test_marks_are_stored_and_stand_on_the_page(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        first, second, third = (one.id for one in members)
        sent = {
            **fields(trainer.get(roll(morning)).text), f"status-{first}": "present", f"status-{second}": "late",
            f"minutes-{second}": "١٥٠", f"remark-{second}": "  Train   en panne ", "do": "save",
        }  # fmt: skip
        answer = trainer.post(roll(morning), data=sent)

        assert (answer.status_code, answer.headers["Location"]) == (302, roll(morning))
        assert marks(db, morning.id) == {first: ("present", None), second: ("late", 150)}
        page = fields(trainer.get(roll(morning)).text)
        assert {name: page.get(name) for name in (f"status-{first}", f"status-{second}", f"status-{third}")} == {
            f"status-{first}": "present", f"status-{second}": "late", f"status-{third}": None,
        }  # fmt: skip
        assert (page[f"minutes-{second}"], page[f"remark-{second}"]) == ("150", "Train en panne")

    def test_unmarked_is_not_absent_until_it_is_closed(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        sent = {**fields(trainer.get(roll(morning)).text), f"status-{members[0].id}": "present", "do": "close"}
        answer = trainer.post(roll(morning), data=sent)
        assert answer.headers["Location"] == f"{roll(morning)}close"
        page = trainer.get(f"{roll(morning)}close").text
        assert marks(db, morning.id) == {members[0].id: ("present", None)}
        assert all(one.person.name.fr in page for one in members[1:])

        assert trainer.post(f"{roll(morning)}close").headers["Location"] == roll(morning)

        assert marks(db, morning.id) == {
            members[0].id: ("present", None), members[1].id: ("absent", None), members[2].id: ("absent", None),
        }  # fmt: skip
        # A second press of the same button.
        stored = changes(db)
        assert trainer.post(f"{roll(morning)}close").status_code == 302
        assert trainer.get(f"{roll(morning)}close").headers["Location"] == roll(morning)
        assert changes(db) == stored

    def test_the_second_of_two_trainers_does_not_undo_the_first(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, cohort: Cohort, members: list[Enrolment], open_as: Any
    ) -> None:
        database.use_mode(database.WRITE)
        other = make_person(db, "salim", role=Role.TRAINER)
        db.add(CohortTrainer(cohort_id=cohort.id, person_id=other.id))
        database.commit()
        second = open_as(other)
        first, middle, last = (one.id for one in members)
        old_page = fields(second.get(roll(morning)).text)
        sent = {**fields(trainer.get(roll(morning)).text), f"status-{first}": "late", f"minutes-{first}": "30",
                f"status-{middle}": "absent"}  # fmt: skip
        trainer.post(roll(morning), data=sent)

        answer = second.post(roll(morning), data={**old_page, f"status-{last}": "present"})

        assert answer.status_code == 302
        assert marks(db, morning.id) == {first: ("late", 30), middle: ("absent", None), last: ("present", None)}
        assert db.get_one(Mark, (morning.id, first)).marked_by_id != other.id
        # What the second one does say of somebody holds.
        second.post(roll(morning), data={**old_page, f"status-{middle}": "excused"})
        assert marks(db, morning.id)[middle] == ("excused", None)

    def test_everyone_present_from_an_old_page_leaves_what_others_marked_and_keeps_what_was_chosen(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        old_page = fields(trainer.get(roll(morning)).text)
        take(db, morning, bilal, {members[0]: Status.ABSENT})

        sent = {**old_page, f"status-{members[1].id}": "excused", "do": "everyone"}
        assert trainer.post(roll(morning), data=sent).status_code == 302
        assert marks(db, morning.id) == {
            members[0].id: ("absent", None), members[1].id: ("excused", None), members[2].id: ("present", None),
        }  # fmt: skip

    @pytest.mark.parametrize("do", ["save", "everyone", "close"])
    @pytest.mark.parametrize(
        "wrong",
        [{"remark": "Mission à Fès"}, {"minutes": "30"}, {"status": "late", "minutes": "abc"},
         {"status": "late", "minutes": "9999"}, {"status": "left_early", "minutes": "721"},
         {"status": "late", "minutes": "-5"}, {"status": "late", "minutes": "3.5"},
         {"status": "late", "remark": "x" * 301}, {"status": "asleep"}],
    )  # fmt: skip
    def test_what_is_wrong_is_refused_nothing_is_stored_and_what_was_typed_stays(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], do: str,
        wrong: dict[str, str],
    ) -> None:  # fmt: skip
        first, second = members[0].id, members[1].id
        sent = {
            **fields(trainer.get(roll(morning)).text), f"status-{first}": "present", f"remark-{first}": "À l’heure",
            **{f"{name}-{second}": value for name, value in wrong.items()}, "do": do,
        }  # fmt: skip
        answer = trainer.post(roll(morning), data=sent)

        assert answer.status_code == 422
        assert f'href="#row-{second}"' in answer.text
        assert f'href="#row-{first}"' not in answer.text
        shown = fields(answer.text)
        kept = {f"{name}-{second}": value for name, value in wrong.items() if value != "asleep"}
        assert {name: shown.get(name) for name in kept} == kept
        assert (shown[f"status-{first}"], shown[f"remark-{first}"]) == ("present", "À l’heure")
        # The page can be put right and sent: it still knows what is stored.
        assert shown[f"was-{first}"] == shown[f"was-{second}"] == "||"
        assert (marks(db, morning.id), changes(db)) == ({}, [])

    def test_a_page_that_was_refused_can_be_put_right(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        first, second = members[0].id, members[1].id
        sent = {**fields(trainer.get(roll(morning)).text), f"status-{first}": "present", f"remark-{second}": "Mission"}
        shown = fields(trainer.post(roll(morning), data=sent).text)

        assert trainer.post(roll(morning), data={**shown, f"status-{second}": "excused"}).status_code == 302
        assert marks(db, morning.id) == {first: ("present", None), second: ("excused", None)}
        assert db.get_one(Mark, (morning.id, second)).remark == "Mission"

    @pytest.mark.parametrize("what", ["another cohort", "gone", "unknown"])
    def test_somebody_who_is_not_on_the_list_is_refused_and_nothing_of_the_request_is_stored(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, cohort: Cohort, members: list[Enrolment], what: str
    ) -> None:
        sent = fields(trainer.get(roll(morning)).text)
        database.use_mode(database.WRITE)
        number = 999_999
        if what == "another cohort":
            number = make_enrolment(db, make_person(db, "driss"), make_cohort(db)).id
        elif what == "gone":
            number = members[2].id
            gone = db.get_one(Enrolment, number)
            programme.end_enrolment(db, gone, reason="x", actor_id=None, now=NOW - 30 * HOUR)
            database.commit()
        sent |= {f"was-{number}": "||", f"status-{number}": "present", f"status-{members[0].id}": "present"}

        assert trainer.post(roll(morning), data=sent).status_code == 404
        assert (marks(db, morning.id), changes(db)) == ({}, [])

    def test_a_half_day_closed_or_cancelled_meanwhile_takes_nothing(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment],
        bilal: Person,
    ) -> None:  # fmt: skip
        sent = {**fields(trainer.get(roll(morning)).text), f"status-{members[0].id}": "present"}
        close(db, morning, bilal)
        assert trainer.post(f"{roll(afternoon)}cancel").status_code == 302
        before = changes(db)
        for half_day in (morning, afternoon):
            for do in ("save", "everyone", "close"):
                answer = trainer.post(roll(half_day), data={**sent, "do": do})
                assert answer.status_code == 409, (half_day.id, do)
        assert trainer.post(f"{roll(afternoon)}close").status_code == 409
        assert changes(db) == before
        assert marks(db, morning.id)[members[0].id] == ("absent", None)
        assert marks(db, afternoon.id) == {}

    def test_it_is_not_closed_before_it_begins(
        self, db: Any, trainer: CheckingClient, afternoon: HalfDay, members: list[Enrolment]
    ) -> None:
        assert trainer.post(f"{roll(afternoon)}close").status_code == 409
        assert marks(db, afternoon.id) == {}
        sent = {**fields(trainer.get(roll(afternoon)).text), f"status-{members[0].id}": "excused"}
        assert trainer.post(roll(afternoon), data=sent).status_code == 302
        assert marks(db, afternoon.id) == {members[0].id: ("excused", None)}

    def test_markup_in_a_remark_is_text(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        evil = '"><script>alert(1)</script>'
        sent = {**fields(trainer.get(roll(morning)).text), f"status-{members[0].id}": "excused",
                f"remark-{members[0].id}": evil}  # fmt: skip
        assert trainer.post(roll(morning), data=sent).status_code == 302
        assert fields(trainer.get(roll(morning)).text)[f"remark-{members[0].id}"] == evil
        assert "<script>alert" not in trainer.get(f"{roll(morning)}close").text
        close(db, morning, bilal)
        assert "<script>alert" not in trainer.get(roll(morning)).text


class TestCorrecting:
    def test_a_trainer_corrects_and_it_stands_on_the_page_with_the_old_value(
        self, db: Any, trainer: CheckingClient, closed: HalfDay, members: list[Enrolment]
    ) -> None:
        address = correction(closed, members[0])
        assert fields(trainer.get(address).text)["status"] == "present"
        sent = {"status": "late", "minutes": "30", "reason": "other", "reason_text": "Vu au portail"}
        assert trainer.post(address, data=sent).headers["Location"] == roll(closed)

        assert marks(db, closed.id)[members[0].id] == ("late", 30)
        assert changes(db)[-1] == (members[0].id, "present", "late", "correction", "other")
        page = trainer.get(roll(closed)).text
        assert "Vu au portail" in page
        assert 'href="#note-1"' in page
        assert 'id="note-1"' in page

    @pytest.mark.parametrize(
        ("changed", "wrong"),
        [({"reason": "other", "reason_text": ""}, {"reason_text"}),
         ({"reason": "other", "reason_text": "   "}, {"reason_text"}),
         ({"reason": "whim"}, {"reason"}), ({"reason": ""}, {"reason"}), ({"minutes": "abc"}, {"minutes"}),
         ({"minutes": "9999"}, {"minutes"}), ({"minutes": "-1"}, {"minutes"}),
         ({"reason_text": "x" * 301}, {"reason_text"}), ({"status": "asleep"}, set())],
    )  # fmt: skip
    def test_what_is_wrong_is_refused_and_what_was_typed_stays(
        self, db: Any, trainer: CheckingClient, closed: HalfDay, members: list[Enrolment], changed: dict[str, str],
        wrong: set[str],
    ) -> None:  # fmt: skip
        before = changes(db)
        sent = {"status": "late", "minutes": "30", "reason": "sheet", "reason_text": "Feuille signée", **changed}
        answer = trainer.post(correction(closed, members[0]), data=sent)

        assert answer.status_code == 422
        assert invalid(answer.text) >= wrong
        shown = fields(answer.text)
        assert shown["minutes"] == sent["minutes"]
        assert shown["reason_text"] == " ".join(sent["reason_text"].split())
        if sent["status"] == "late":
            assert shown["status"] == "late"
        assert changes(db) == before

    def test_after_48_hours_a_trainer_is_refused_and_monitoring_is_not(
        self, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person, amina: Person, at: Any, open_as: Any
    ) -> None:
        sent = {"status": "absent", "minutes": "", "reason": "slip", "reason_text": ""}
        at(EVENING + 48 * HOUR + dt.timedelta(minutes=1))
        trainer, monitor = open_as(bilal), open_as(amina)
        page = trainer.get(correction(closed, members[0]))
        assert page.status_code == 200
        assert "status" not in fields(page.text)

        assert trainer.post(correction(closed, members[0]), data=sent).status_code == 403
        assert marks(db, closed.id)[members[0].id] == ("present", None)

        assert "status" in fields(monitor.get(correction(closed, members[0])).text)
        assert monitor.post(correction(closed, members[0]), data=sent).status_code == 302
        assert marks(db, closed.id)[members[0].id] == ("absent", None)

    def test_within_48_hours_a_trainer_is_not_refused(
        self, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person, at: Any, open_as: Any
    ) -> None:
        at(EVENING + 47 * HOUR)
        sent = {"status": "absent", "minutes": "", "reason": "slip", "reason_text": ""}
        assert open_as(bilal).post(correction(closed, members[0]), data=sent).status_code == 302

    def test_nothing_that_differs_is_said_and_nothing_stored(
        self, db: Any, trainer: CheckingClient, closed: HalfDay, members: list[Enrolment]
    ) -> None:
        before = changes(db)
        sent = {"status": "present", "minutes": "", "reason": "slip", "reason_text": ""}
        assert trainer.post(correction(closed, members[0]), data=sent).status_code == 409
        assert changes(db) == before

    def test_an_open_half_day_or_somebody_else_is_not_found(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, closed: HalfDay, members: list[Enrolment]
    ) -> None:
        database.use_mode(database.WRITE)
        other = make_enrolment(db, make_person(db, "driss"), make_cohort(db))
        sent = {"status": "absent", "minutes": "", "reason": "slip", "reason_text": ""}
        for address in (correction(morning, members[0]), correction(closed, other)):
            assert trainer.get(address).status_code == 404
            assert trainer.post(address, data=sent).status_code == 404

    def test_a_correction_keeps_the_remark(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        sent = {**fields(trainer.get(roll(morning)).text), f"status-{members[0].id}": "absent",
                f"remark-{members[0].id}": "Sans nouvelles"}  # fmt: skip
        trainer.post(roll(morning), data=sent)
        close(db, morning, bilal)
        said = {"status": "excused", "minutes": "", "reason": "justified", "reason_text": ""}
        assert trainer.post(correction(morning, members[0]), data=said).status_code == 302
        marks(db, morning.id)
        assert db.get_one(Mark, (morning.id, members[0].id)).remark == "Sans nouvelles"


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
