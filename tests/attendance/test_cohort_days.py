"""Half-days are held on the days of their cohort: planned, moved, or by file."""

from __future__ import annotations

from typing import Any

import pytest

from lms.attendance.models import HalfDay
from lms.core import db as database
from lms.programme.models import Cohort
from tests.attendance.conftest import half_days
from tests.attendance.forms import fields, invalid, typed
from tests.attendance.test_imports import wrong
from tests.attendance.test_imports_sessions import HEAD, row, send
from tests.pages import CheckingClient

FRENCH = "Ce jour est en dehors de la session de formation, qui se tient du 2 novembre 2026 au 18 décembre 2026."
ARABIC = "هذا اليوم خارج الدورة التكوينية، التي تمتد من 2 نونبر 2026 إلى 18 دجنبر 2026."
SAID = [("fr", FRENCH), ("ar", ARABIC)]


@pytest.mark.parametrize(("lang", "said"), SAID)
@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("01/11/2026", "", "first"), ("19/12/2026", "", "first"), ("29/11/2027", "", "first"),
     ("01/11/2026", "03/11/2026", "first"), ("17/12/2026", "21/12/2026", "last")],
)  # fmt: skip
def test_planned(
    db: Any, trainer: CheckingClient, cohort: Cohort, first: str, last: str, field: str, lang: str, said: str
) -> None:
    answer = trainer.post(f"/{lang}/attendance/meetings/new", data=typed(first=first, last=last))
    assert (answer.status_code, invalid(answer.text), said in answer.text) == (422, {field}, True)
    assert fields(answer.text)["first"] == first
    assert half_days(db) == []


@pytest.mark.parametrize("day", ["02/11/2026", "18/12/2026"])
def test_planned_on_the_first_and_the_last_day(db: Any, trainer: CheckingClient, cohort: Cohort, day: str) -> None:
    assert trainer.post("/fr/attendance/meetings/new", data=typed(first=day)).status_code == 302
    assert len(half_days(db)) == 1


@pytest.mark.parametrize(("lang", "said"), SAID)
@pytest.mark.parametrize("day", ["01/11/2026", "29/11/2027"])
def test_moved(db: Any, trainer: CheckingClient, morning: HalfDay, day: str, lang: str, said: str) -> None:
    before = half_days(db)
    form = {"day": day, "starts": "09:00", "ends": "12:30"}
    answer = trainer.post(f"/{lang}/attendance/half-days/{morning.id}/move", data=form)
    assert (answer.status_code, invalid(answer.text), said in answer.text) == (422, {"day"}, True)
    assert fields(answer.text)["day"] == day
    assert half_days(db) == before


def test_one_that_lies_outside_since_is_moved_on_its_day(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay
) -> None:
    database.use_mode(database.WRITE)
    db.get_one(Cohort, cohort.id).starts_on = cohort.ends_on
    database.commit()
    form = {"day": f"{morning.day:%d/%m/%Y}", "starts": "08:30", "ends": "12:30"}
    answer = trainer.post(f"/fr/attendance/half-days/{morning.id}/move", data=form)
    assert answer.status_code == 302


def test_by_file(trainer: CheckingClient, cohort: Cohort) -> None:
    text = HEAD + row(day="01/11/2026") + row(day="02/11/2026") + row(day="18/12/2026") + row(day="29/11/2027")
    page = trainer.get(send(trainer, cohort, text)).text
    assert wrong(page) == [("2", "Jour"), ("5", "Jour")]
    assert page.count(FRENCH) == 2
