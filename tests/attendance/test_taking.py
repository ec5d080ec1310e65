"""The roll call and the corrections through the browser: what is stored, what is sent back when something is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance.models import HalfDay, Mark
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.programme import services as programme
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from tests.attendance.conftest import (
    EVENING,
    HOUR,
    changes,
    close,
    correction,
    marks,
    roll,
    take,
)
from tests.attendance.forms import fields, invalid
from tests.conftest import NOW
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient


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

        assert trainer.post(f"{roll(morning)}close", data=fields(page)).headers["Location"] == roll(morning)

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

    @pytest.mark.parametrize("said", [(Status.LATE, 40), (Status.ABSENT, None), None])
    def test_what_is_countersigned_is_what_the_review_showed(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], driss: Person, said: Any
    ) -> None:
        first = members[0].id
        trainer.post(roll(morning), data={f"was-{first}": "||", f"status-{first}": "late", f"minutes-{first}": "30"})
        review = fields(trainer.get(f"{roll(morning)}close").text)
        if said:
            take(db, morning, driss, {members[0]: said})
        else:
            database.use_mode(database.WRITE)
            db.delete(db.get_one(Mark, (morning.id, first)))
            database.commit()
        stored = marks(db, morning.id)

        answer = trainer.post(f"{roll(morning)}close", data=review)

        assert answer.status_code == 409
        assert "La liste a changé entre-temps" in answer.text
        assert marks(db, morning.id) == stored
        assert db.get_one(HalfDay, morning.id).closed_at is None
        # The review that came with it is the one of now.
        assert trainer.post(f"{roll(morning)}close", data=fields(answer.text)).headers["Location"] == roll(morning)
        assert marks(db, morning.id) == {**dict.fromkeys((one.id for one in members), ("absent", None)), **stored}

    def test_a_remark_set_meanwhile_is_read_before_the_closing(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], driss: Person
    ) -> None:
        take(db, morning, driss, {members[0]: Status.EXCUSED})
        review = fields(trainer.get(f"{roll(morning)}close").text)
        take(db, morning, driss, {members[0]: (Status.EXCUSED, None, "Mission à Fès")})

        answer = trainer.post(f"{roll(morning)}close", data=review)
        assert (answer.status_code, "Mission à Fès" in answer.text) == (409, True)

    def test_a_closing_from_a_page_without_a_key_shows_the_review_first(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        answer = trainer.post(f"{roll(morning)}close")
        assert answer.status_code == 409
        assert marks(db, morning.id) == {}
        assert trainer.post(f"{roll(morning)}close", data=fields(answer.text)).status_code == 302

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


def test_what_was_sent_after_a_colleague_closed_stands_on_the_answer(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    number = members[1].id
    close(db, morning, bilal)
    sent = {f"was-{number}": "||", f"status-{number}": "late", f"minutes-{number}": "77", f"remark-{number}": "Bus"}
    answer = trainer.post(roll(morning), data=sent)
    assert answer.status_code == 409
    assert "Retard · 77\xa0min suivies · Bus" in answer.text
    answer = trainer.post(f"{roll(morning)}paper", data={"codes": "1A 2C", "kind": "signed"})
    assert answer.status_code == 409
    assert "1A 2C" in answer.text
