"""A trainer who is enrolled in the training session too takes the roll of everybody but themselves."""

from __future__ import annotations

from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance import queries, services
from lms.attendance.models import HalfDay
from lms.attendance.services.check_ins import Way
from lms.attendance.statuses import Method
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import EVENING, actor, close, marks, roll
from tests.attendance.forms import fields
from tests.attendance.test_reopening import reopen
from tests.attendance.test_roll_page import row_of
from tests.attendance.test_taps import errors, send, tap
from tests.attendance.test_walk_ins import note
from tests.conftest import NOW
from tests.factories import make_enrolment
from tests.pages import CheckingClient

REFUSED = "Personne ne note ni ne corrige son propre statut"


@pytest.fixture
def own(db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person) -> Enrolment:
    """The trainer's."""
    return make_enrolment(db, bilal, cohort)


def said(client: CheckingClient, half_day: HalfDay, *ids: int) -> dict[str, str]:
    page = fields(client.get(roll(half_day)).text)
    return {**page, **{f"status-{one}": "present" for one in ids}, "do": "save"}


def test_everyone_present_leaves_them_out(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], own: Enrolment
) -> None:
    assert trainer.post(roll(morning), data={**said(trainer, morning), "do": "everyone"}).status_code == 302
    assert set(marks(db, morning.id)) == {one.id for one in members}


def test_the_page_refuses_and_keeps_what_was_chosen(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], own: Enrolment
) -> None:
    answer = trainer.post(roll(morning), data=said(trainer, morning, own.id, members[0].id))
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert fields(answer.text)[f"status-{members[0].id}"] == "present"
    assert marks(db, morning.id) == {}


def test_their_own_row_is_shown_without_controls_and_says_why(
    trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], own: Enrolment
) -> None:
    page = trainer.get(roll(morning)).text
    row, other = row_of(page, own), row_of(page, members[0])
    assert "<fieldset disabled>" in row
    assert f'name="was-{own.id}" value="||" disabled' in row
    assert REFUSED in row
    assert "disabled" not in other
    assert REFUSED not in other


def test_a_tap_on_them_is_refused_and_the_others_are_taken(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], own: Enrolment
) -> None:
    told = errors(send(trainer, morning, tap(own, 1), tap(members[0], 2)))
    assert REFUSED in told[own.id]
    assert told[members[0].id] == ""
    assert marks(db, morning.id) == {members[0].id: ("present", None)}


def test_opening_it_again_is_no_way_round(
    db: Any, trainer: CheckingClient, morning: HalfDay, bilal: Person, own: Enrolment
) -> None:
    close(db, morning, bilal)
    reopen(db, morning, actor(bilal, Role.TRAINER))
    assert trainer.post(roll(morning), data=said(trainer, morning, own.id)).status_code == 403
    close(db, morning, bilal)
    assert marks(db, morning.id)[own.id] == ("absent", None)


def test_their_signature_on_the_sheet_counts(
    db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person, own: Enrolment
) -> None:
    database.use_mode(database.WRITE)
    rows = services.paper.said(queries.marks.rows(db, morning), {4}, signed=True, is_whole=False)
    services.paper.enter(
        db, morning, {4}, signed=True, is_whole=False, key=services.paper.key_of(rows), actor_id=bilal.id, now=EVENING
    )
    database.commit()
    assert marks(db, morning.id) == {own.id: ("present", None)}


def test_nobody_is_matched_with_themselves(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person, own: Enrolment
) -> None:
    found = note(db, morning, actor(bilal, Role.TRAINER), name="Bilal")
    answer = trainer.post(f"{roll(morning)}walk-ins/{found.id}/", data={"do": "match", "enrolment": str(own.id)})
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert marks(db, morning.id) == {}


def test_who_was_struck_out_does_not_take_it_back_themselves(
    db: Any, trainer: CheckingClient, morning: HalfDay, bilal: Person, driss: Person, own: Enrolment
) -> None:
    database.use_mode(database.WRITE)
    services.check_ins.check_in(db, morning.id, bilal.id, Way(Method.QR), now=NOW)
    database.commit()
    database.use_mode(database.WRITE)
    services.check_ins.strike(db, db.get_one(HalfDay, morning.id), own.id, actor_id=driss.id, now=NOW)
    database.commit()
    assert trainer.post(f"{roll(morning)}arrivals/{own.id}/unstrike").status_code == 403
    assert marks(db, morning.id) == {own.id: ("absent", None)}


def test_nobody_strikes_themselves_out(
    db: Any, trainer: CheckingClient, morning: HalfDay, bilal: Person, own: Enrolment
) -> None:
    database.use_mode(database.WRITE)
    services.check_ins.check_in(db, morning.id, bilal.id, Way(Method.QR), now=NOW)
    database.commit()
    assert trainer.post(f"{roll(morning)}arrivals/{own.id}/strike").status_code == 403
    assert marks(db, morning.id) == {own.id: ("late", 150)}
