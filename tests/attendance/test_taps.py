"""Taps that the script sends: each settled once, in the order of its device, whatever is sent how often."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.attendance import queries
from lms.attendance.models import HalfDay, LastTap, Mark, MarkChange
from lms.attendance.services.marks import Tap
from lms.attendance.services.taps import Sent, settle
from lms.attendance.statuses import Status
from lms.attendance.views.kept import whose
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from tests.attendance.conftest import EVENING, actor, changes, close, marks, roll, take
from tests.attendance.forms import fields
from tests.attendance.test_reopening import reopen
from tests.conftest import NOW
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

JSON = {"Accept": "application/json"}


def tap(enrolment: Enrolment | int, counter: int, status: str = "present", **more: Any) -> dict[str, Any]:
    number = enrolment if isinstance(enrolment, int) else enrolment.id
    return {"enrolment": number, "counter": counter, "status": status, "minutes": "", "remark": "", **more}


def send(client: CheckingClient, half_day: HalfDay, *taps: dict[str, Any], device: str = "phone") -> Any:
    return client.post(f"{roll(half_day)}taps", json={"device": device, "taps": list(taps)}, headers=JSON)


def errors(answer: Any) -> dict[int, str]:
    """Why each tap was refused, by enrolment; empty: taken."""
    assert answer.status_code == 200
    return {one["enrolment"]: one["error"] for one in answer.json["settled"]}


def state(client: CheckingClient, half_day: HalfDay, after: int | str = 0, lang: str = "fr") -> Any:
    return client.get(f"{roll(half_day, lang)}state?after={after}", headers=JSON).json


@pytest.fixture
def colleague(db: Any, cohort: Cohort, bilal: Person) -> Person:
    """A second trainer of the cohort."""
    found = make_person(db, "driss", role=Role.TRAINER)
    db.add(CohortTrainer(cohort_id=cohort.id, person_id=found.id))
    database.commit()
    return found


class TestOrder:
    def test_what_is_sent_is_stored_with_its_change(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        first, second, _third = members
        answer = send(trainer, morning, tap(first, 1), tap(second, 2, "late", minutes="٩٠", remark=" Train  en panne "))

        assert errors(answer) == {first.id: "", second.id: ""}
        assert marks(db, morning.id) == {first.id: ("present", None), second.id: ("late", 90)}
        assert [one[2:4] for one in changes(db)] == [("present", "roll-call"), ("late", "roll-call")]
        page = fields(trainer.get(roll(morning)).text)
        assert page[f"remark-{second.id}"] == "Train en panne"
        told = {one["enrolment"]: one["key"] for one in answer.json["rows"]}
        assert told == {one.id: page[f"was-{one.id}"] for one in (first, second)}

    def test_sent_twice_it_changes_nothing_and_is_taken_again(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        send(trainer, morning, tap(members[0], 7, "late"))
        take(db, morning, bilal, {members[0]: Status.PRESENT})

        assert errors(send(trainer, morning, tap(members[0], 7, "late"))) == {members[0].id: ""}
        assert marks(db, morning.id) == {members[0].id: ("present", None)}
        assert len(changes(db)) == 2

    def test_within_a_device_the_highest_counter_wins_whatever_comes_first(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        send(trainer, morning, tap(members[0], 9, "absent"))
        assert errors(send(trainer, morning, tap(members[0], 8, "present"))) == {members[0].id: ""}
        assert marks(db, morning.id) == {members[0].id: ("absent", None)}

        send(trainer, morning, tap(members[1], 12, "excused"), tap(members[1], 11, "late"))
        assert marks(db, morning.id)[members[1].id] == ("excused", None)
        assert len(changes(db)) == 2

    def test_between_devices_the_order_of_arrival_decides(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        send(trainer, morning, tap(members[0], 1_000_000, "absent"), device="phone")
        send(trainer, morning, tap(members[0], 3, "late"), device="tablet")
        assert marks(db, morning.id) == {members[0].id: ("late", None)}

    def test_a_device_counts_at_each_half_day_for_itself(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment]
    ) -> None:
        send(trainer, morning, tap(members[0], 50))
        send(trainer, afternoon, tap(members[0], 40, "late"))
        assert marks(db, afternoon.id) == {members[0].id: ("late", None)}

    def test_what_is_read_does_not_grow_with_the_room(
        self, db: Any, cohort: Cohort, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment],
        at_most: Any,
    ) -> None:  # fmt: skip
        everyone = [*members, *(make_enrolment(db, make_person(db, f"p{one}"), cohort) for one in range(31))]
        database.commit()
        taps = [tap(one, 1) for one in everyone]
        trainer.get(roll(morning))
        with at_most(60) as statements:
            assert send(trainer, morning, *taps).status_code == 200
        assert len([one for one in statements if one.startswith("SELECT")]) <= 9
        assert len(marks(db, morning.id)) == 34


class TestRefused:
    def test_each_tap_is_settled_by_itself(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        stranger = make_enrolment(db, make_person(db, "zineb"), make_cohort(db, starts_on=dt.date(2026, 10, 1)))
        database.commit()
        said = errors(
            send(
                trainer, morning, tap(members[0], 1), tap(stranger, 2), tap(members[1], 3, "asleep"),
                tap(members[2], 4, "late", minutes="900"), tap(999_999_999_999, 5),
            )
        )  # fmt: skip
        assert said.pop(members[0].id) == ""
        assert all(said.values())
        assert said[stranger.id] == said[999_999_999_999]
        assert marks(db, morning.id) == {members[0].id: ("present", None)}
        assert db.scalar(sa.select(sa.func.count()).select_from(LastTap)) == 1

    def test_a_refused_tap_can_be_sent_again_corrected(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert errors(send(trainer, morning, tap(members[0], 1, "late", minutes="-5")))[members[0].id]
        assert errors(send(trainer, morning, tap(members[0], 2, "late", minutes="5"))) == {members[0].id: ""}
        assert marks(db, morning.id) == {members[0].id: ("late", 5)}

    def test_what_comes_after_the_closing_is_refused_in_words_and_what_came_before_stays_taken(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        send(trainer, morning, tap(members[0], 1))
        close(db, morning, bilal)
        answer = send(trainer, morning, tap(members[0], 1), tap(members[1], 2))

        assert errors(answer)[members[0].id] == ""
        assert "clôturée" in errors(answer)[members[1].id]
        assert answer.json["is_open"] is False
        assert marks(db, morning.id)[members[1].id] == ("absent", None)

    def test_nothing_is_marked_on_a_half_day_that_is_cancelled(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        database.use_mode(database.WRITE)
        db.get(HalfDay, morning.id).cancelled_at = NOW
        database.commit()
        answer = send(trainer, morning, tap(members[0], 1))
        assert errors(answer)[members[0].id]
        assert (answer.json["is_open"], marks(db, morning.id)) == (False, {})

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"nonsense", b"[]", b"null", b"7", b'"x"', b"{}", b'{"device": "d"}', b'{"device": "d", "taps": {}}',
            b'{"device": "d", "taps": [1]}', b'{"device": "d", "taps": [{}]}', b'{"device": "", "taps": []}',
            b'{"device": 5, "taps": []}', b'{"device": "\xc3\xa9", "taps": []}',
            b'{"device": "' + b"d" * 41 + b'", "taps": []}', b'{"device": "a\\u0000", "taps": []}',
            b'{"device": "d", "taps": [{"enrolment": "1", "counter": 1}]}',
            b'{"device": "d", "taps": [{"enrolment": true, "counter": 1}]}',
            b'{"device": "d", "taps": [{"enrolment": 1, "counter": -1}]}',
            b'{"device": "d", "taps": [{"enrolment": 1, "counter": 1.5}]}',
            b'{"device": "d", "taps": [{"enrolment": 1, "counter": 1e400}]}',
            b'{"device": "d", "taps": [{"enrolment": 1, "counter": 9007199254740993}]}',
            b"9" * 5000, b"[" * 200_000, b"\xff\xfe",
        ],
        ids=range(25),
    )  # fmt: skip
    def test_what_cannot_be_read_is_said_so(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], body: bytes
    ) -> None:
        answer = trainer.post(f"{roll(morning)}taps", data=body, content_type="application/json", headers=JSON)
        assert answer.status_code == 422
        assert answer.json["error"]
        assert marks(db, morning.id) == {}

    @pytest.mark.parametrize("field", ["status", "minutes", "remark"])
    @pytest.mark.parametrize("value", [None, True, [], {}, 1.5, "\0", "\ud800", "x" * 5000, 10**30, "late\0"])
    def test_strange_values_are_refused_or_read_but_never_a_fault(
        self, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], field: str, value: Any
    ) -> None:
        values = {"minutes": "5", "remark": "x", field: value}
        answer = send(trainer, morning, tap(members[0], 1, **{"status": "late", **values}))
        assert answer.status_code == 200

    def test_a_list_longer_than_any_room_is_refused(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert send(trainer, morning, *[tap(members[0], one) for one in range(501)]).status_code == 413
        assert send(trainer, morning, *[tap(members[0], one) for one in range(500)]).status_code == 200
        assert len(changes(db)) == 1


class TestWho:
    def test_others_do_not_know_of_it(
        self, trainer: CheckingClient, stranger: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert send(stranger, morning, tap(members[0], 1)).status_code == 404
        assert stranger.get(f"{roll(morning)}state", headers=JSON).status_code == 404

    def test_monitoring_follows_and_marks_nothing(
        self, monitor: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert send(monitor, morning, tap(members[0], 1)).status_code == 403
        assert state(monitor, morning)["people"] == 3
        page = monitor.get(roll(morning)).text
        assert "data-state-url" in page
        assert "data-taps-url" not in page

    def test_who_is_signed_out_is_told_so_and_not_sent_elsewhere(
        self, client: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert send(client, morning, tap(members[0], 1)).status_code == 401
        assert client.get(f"{roll(morning)}state", headers=JSON).status_code == 401

    def test_each_person_has_their_own_taps_on_a_device(
        self, app: Any, trainer: CheckingClient, morning: HalfDay, bilal: Person, members: list[Enrolment]
    ) -> None:
        with app.app_context():
            own, other = whose(bilal.id), whose(bilal.id + 1)
        page = trainer.get(roll(morning)).text
        assert f'data-whose="{own}"' in page
        assert own != other
        assert str(bilal.id) != own


class TestState:
    def test_what_a_colleague_marked_comes_with_name_and_time(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], colleague: Person
    ) -> None:
        send(trainer, morning, tap(members[0], 1))
        seen = state(trainer, morning)
        assert [(one["enrolment"], one["by"]) for one in seen["rows"]] == [(members[0].id, "")]
        take(db, morning, colleague, {members[1]: Status.LATE})

        news = state(trainer, morning, seen["cursor"])

        [row] = news["rows"]
        assert (row["enrolment"], row["status"], row["key"]) == (members[1].id, "late", "late||")
        assert colleague.name.fr in row["by"]
        assert "09:00" in row["by"] or ":" in row["by"]
        assert state(trainer, morning, news["cursor"])["rows"] == []
        assert colleague.name.ar in state(trainer, morning, seen["cursor"], "ar")["rows"][0]["by"]

    def test_the_page_begins_where_its_rows_end(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], colleague: Person
    ) -> None:
        take(db, morning, colleague, {members[0]: Status.LATE, members[1]: Status.PRESENT})
        last = db.scalar(sa.select(sa.func.max(MarkChange.id)))
        assert f'data-cursor="{last}"' in trainer.get(roll(morning)).text
        assert state(trainer, morning, last)["rows"] == []

    @pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "999999999", "%00", "١"])
    def test_any_cursor_is_answered(
        self, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], after: str
    ) -> None:
        answer = trainer.get(f"{roll(morning)}state?after={after}", headers=JSON)
        assert answer.status_code == (400 if after == "%00" else 200)

    def test_a_page_of_before_the_closing_is_told_that_it_was_opened_again(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        begun = state(trainer, morning)["closings"]
        assert f'data-closings="{begun}"' in trainer.get(roll(morning)).text
        close(db, morning, bilal)
        reopen(db, morning, actor(bilal, Role.TRAINER), now=EVENING)
        now = state(trainer, morning)
        assert (now["is_open"], now["closings"]) == (True, begun + 1)

    def test_no_name_of_a_participant_is_in_it(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], colleague: Person
    ) -> None:
        take(db, morning, colleague, {members[0]: Status.LATE})
        answer = trainer.get(f"{roll(morning)}state", headers=JSON)
        assert members[0].person.name.fr not in answer.text
        assert "no-store" in answer.headers["Cache-Control"]


class TestPages:
    def test_a_row_is_found_by_either_name_and_by_the_organisation(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        page = trainer.get(roll(morning)).text
        for one in members:
            assert f'data-enrolment="{one.id}"' in page
        assert 'data-search="' in page

    def test_the_closed_page_and_the_review_send_what_waits(
        self, trainer: CheckingClient, monitor: CheckingClient, morning: HalfDay, closed: HalfDay
    ) -> None:
        for address in (roll(closed), f"{roll(morning)}close"):
            page = trainer.get(address).text
            assert 'data-module="taps-waiting"' in page
            assert 'name="csrf_token"' in page
        assert 'data-module="taps-waiting"' not in monitor.get(roll(closed)).text

    def test_a_cancelled_half_day_sends_what_waits_so_that_it_is_refused_by_name(
        self, db: Any, trainer: CheckingClient, monitor: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert trainer.post(f"{roll(morning)}cancel").status_code == 302
        page = trainer.get(roll(morning)).text
        assert page.count('data-module="taps-waiting"') == page.count('name="csrf_token"') == 1
        for one in members:
            assert f'data-enrolment="{one.id}" data-name="{one.person.name.fr}"' in page
        looked_at = monitor.get(roll(morning)).text
        assert 'data-module="taps-waiting"' not in looked_at
        assert "data-enrolment" not in looked_at

    def test_the_enter_key_saves_and_marks_nobody(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        page = trainer.get(roll(morning)).text
        assert page.index('name="do" value="save"') < page.index('value="everyone"')


class TestService:
    def test_two_devices_end_where_their_last_arrival_ends(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        def call(device: str, counter: int, status: Status) -> None:
            database.use_mode(database.WRITE)
            tap = Tap(members[0].id, status)
            settle(db, morning, [Sent(members[0].id, counter, tap)], device=device, actor_id=bilal.id, now=EVENING)
            database.commit()

        call("a", 2, Status.LATE)
        call("b", 1, Status.ABSENT)
        call("a", 1, Status.EXCUSED)
        call("a", 2, Status.LATE)
        assert marks(db, morning.id) == {members[0].id: ("absent", None)}
        call("a", 3, Status.PRESENT)
        call("b", 1, Status.ABSENT)
        assert marks(db, morning.id) == {members[0].id: ("present", None)}
        last = [one.counter for device in "ab" for one in queries.taps.last_of(db, morning.id, device).values()]
        assert last == [3, 1]


class TestEveryonePresent:
    def test_it_marks_nobody_whom_somebody_marked_meanwhile(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], colleague: Person
    ) -> None:
        take(db, morning, colleague, {members[0]: Status.ABSENT})
        answer = send(trainer, morning, *(tap(one, 1, only_unmarked=True) for one in members[:2]))

        assert errors(answer) == {members[0].id: "", members[1].id: ""}
        assert marks(db, morning.id) == {members[0].id: ("absent", None), members[1].id: ("present", None)}
        told = {one["enrolment"]: one["status"] for one in answer.json["rows"]}
        assert told == {members[0].id: "absent", members[1].id: "present"}

    def test_sent_again_it_marks_nobody_whose_mark_was_taken_back_since(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], colleague: Person
    ) -> None:
        take(db, morning, colleague, {members[0]: Status.ABSENT})
        send(trainer, morning, tap(members[0], 1, only_unmarked=True))
        database.use_mode(database.WRITE)
        db.execute(sa.delete(Mark))
        database.commit()
        send(trainer, morning, tap(members[0], 1, only_unmarked=True))
        assert marks(db, morning.id) == {}

    def test_a_tap_by_hand_counts_before_and_after_it(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        first, second, _third = members
        send(
            trainer, morning, tap(first, 1, "late"), tap(first, 2, only_unmarked=True),
            tap(second, 1, only_unmarked=True), tap(second, 2, "late"),
        )  # fmt: skip
        assert marks(db, morning.id) == {first.id: ("late", None), second.id: ("late", None)}


def test_a_tap_of_before_a_closing_is_refused_in_words_after_it(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    take(db, morning, bilal, {members[0]: Status.EXCUSED})
    close(db, morning, bilal)
    reopen(db, morning, actor(bilal, Role.TRAINER), now=EVENING)

    old = send(trainer, morning, tap(members[0], 1, "absent", closings=0), tap(members[1], 2, "present", closings=1))

    told = errors(old)
    assert "rouverte" in told[members[0].id]
    assert told[members[1].id] == ""
    assert {key: value[0] for key, value in marks(db, morning.id).items()} == {
        members[0].id: "excused", members[1].id: "present", members[2].id: "absent",
    }  # fmt: skip
