"""Nobody attends longer than the half-day lasts, whichever way the minutes come in."""

from __future__ import annotations

from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance.models import HalfDay
from lms.attendance.statuses import Status
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import close, correction, marks, roll, take
from tests.attendance.forms import fields, invalid
from tests.attendance.test_imports import HEAD, confirm, row, sent, wrong
from tests.attendance.test_taps import errors, send, tap
from tests.attendance.test_walk_ins import NOTED
from tests.pages import CheckingClient

#: The morning, from 9:00 to 12:30.
LENGTH = 210
FRENCH = "La demi-journée dure 210 minutes\u00a0: il ne peut pas en être suivi davantage."
ARABIC = "يدوم نصف اليوم 210 دقائق: لا يمكن حضور أكثر من ذلك."
SAID = [("fr", FRENCH), ("ar", ARABIC)]


@pytest.mark.parametrize(("lang", "said"), SAID)
@pytest.mark.parametrize("status", ["late", "left_early"])
def test_on_the_roll_call(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], status: str, lang: str, said: str
) -> None:
    one = members[0].id
    form = {f"was-{one}": "||", f"status-{one}": status, f"minutes-{one}": str(LENGTH + 1), "do": "save"}
    answer = trainer.post(roll(morning, lang), data=form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert fields(answer.text)[f"minutes-{one}"] == str(LENGTH + 1)
    assert marks(db, morning.id) == {}

    assert trainer.post(roll(morning, lang), data={**form, f"minutes-{one}": str(LENGTH)}).status_code == 302
    assert marks(db, morning.id) == {one: (status, LENGTH)}


def test_minutes_that_decide_nothing_refuse_nothing(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
) -> None:
    one = members[0].id
    form = {f"was-{one}": "||", f"status-{one}": "present", f"minutes-{one}": "700"}
    assert trainer.post(roll(morning), data=form).status_code == 302
    assert marks(db, morning.id) == {one: ("present", None)}


def test_by_taps(db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]) -> None:
    first, second, _third = members
    answer = send(
        trainer, morning, tap(first, 1, "late", minutes=str(LENGTH + 1)), tap(second, 2, "late", minutes=str(LENGTH))
    )
    assert errors(answer) == {first.id: FRENCH, second.id: ""}
    assert marks(db, morning.id) == {second.id: ("late", LENGTH)}


@pytest.mark.parametrize(("lang", "said"), SAID)
def test_by_correction(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person, lang: str, said: str
) -> None:
    take(db, morning, bilal, {members[0]: Status.PRESENT})
    close(db, morning, bilal)
    form = {"status": "late", "minutes": str(LENGTH + 1), "reason": "other", "reason_text": "Vu au portail"}
    answer = trainer.post(correction(morning, members[0], lang), data=form)
    assert (answer.status_code, invalid(answer.text), said in answer.text) == (422, {"minutes"}, True)
    shown = fields(answer.text)
    assert (shown["minutes"], shown["reason_text"]) == (str(LENGTH + 1), "Vu au portail")
    assert marks(db, morning.id)[members[0].id] == ("present", None)

    form["minutes"] = str(LENGTH)
    assert trainer.post(correction(morning, members[0], lang), data=form).status_code == 302
    assert marks(db, morning.id)[members[0].id] == ("late", LENGTH)


def test_by_file(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    first, second, third = members
    # Stored before the rule was: the file that was taken away still comes back.
    take(db, morning, bilal, {third: (Status.LATE, 700)})
    text = HEAD + row(first, "Retard", str(LENGTH + 1)) + row(second, "Retard", str(LENGTH)) + row(third, "late", "700")
    path = sent(trainer, cohort, text)
    page = trainer.get(path).text
    assert wrong(page) == [("2", "Minutes suivies")]
    assert FRENCH in page
    confirm(trainer, path, leave_errors="1")
    assert marks(db, morning.id) == {second.id: ("late", LENGTH), third.id: ("late", 700)}


@pytest.mark.parametrize(("lang", "said"), SAID)
def test_of_somebody_who_came_without_standing_on_the_list(
    trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str, said: str
) -> None:
    page = f"{roll(morning, lang)}walk-ins/"
    answer = trainer.post(page, data={**NOTED, "minutes": str(LENGTH + 1)})
    assert (answer.status_code, invalid(answer.text), said in answer.text) == (422, {"minutes"}, True)
    assert fields(answer.text)["name"] == NOTED["name"]
    assert trainer.post(page, data={**NOTED, "minutes": str(LENGTH)}).status_code == 302
