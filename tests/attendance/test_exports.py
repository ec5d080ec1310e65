"""Sessions and marks taken away as flat tables, and sent in again unchanged."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.attendance.models import HalfDay, Mark, Meeting
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.documents import spreadsheets
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import TODAY, close, half_days, marks, plan, take
from tests.attendance.test_imports import confirm, last, sent, wrong
from tests.factories import organisation
from tests.pages import CheckingClient


def get(client: CheckingClient, cohort: Cohort, what: str, form: str, lang: str = "fr", part: str = "export") -> bytes:
    answer = client.get(f"/{lang}/attendance/cohorts/{cohort.id}/{part}/{what}.{form}")
    assert answer.status_code == 200
    return bytes(answer.data)


@pytest.fixture
def marked(
    db: Any, cohort: Cohort, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], bilal: Person
) -> Cohort:
    """The morning closed, the afternoon open; a remark, minutes, somebody with a code only, a title."""
    first, second, third = members
    database.use_mode(database.WRITE)
    person = db.get_one(Person, third.person_id)
    person.email, person.code = None, "K7MP4RX2"
    database.commit()
    take(db, morning, bilal, {first: Status.PRESENT, second: (Status.LATE, 45), third: Status.EXCUSED})
    close(db, morning, bilal)
    take(db, afternoon, bilal, {first: Status.ABSENT, third: (Status.LEFT_EARLY, 100)})
    database.use_mode(database.WRITE)
    db.get_one(Mark, (afternoon.id, first.id)).remark = "=cmd|calc; et « l’hôpital »"
    database.commit()
    plan(
        db, cohort, bilal, first=TODAY + dt.timedelta(days=2), title=Bilingual("يوم ثان", "Deuxième jour"),
        mode="hybrid", link="https://salle.example.org/1",
    )  # fmt: skip
    return cohort


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("what", ["sessions", "marks"])
def test_what_was_taken_away_comes_back_unchanged(
    db: Any, trainer: CheckingClient, marked: Cohort, what: str, form: str, lang: str
) -> None:
    body = get(trainer, marked, what, form, lang)
    path = sent(trainer, marked, body, name=f"x.{form}", kind=what)
    page = trainer.get(path).text
    assert wrong(page) == []
    assert last(db).remarks == []
    expected = {"sessions": 4, "marks": 5}[what]
    assert last(db).rows == expected
    # Nothing differs: there is nothing to store.
    assert confirm(trainer, path).status_code == 422


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_marks_come_back_after_they_were_lost(
    db: Any, trainer: CheckingClient, marked: Cohort, afternoon: HalfDay, form: str
) -> None:
    before = marks(db, afternoon.id)
    remarks = list(db.scalars(sa.select(Mark.remark).order_by(Mark.half_day_id, Mark.enrolment_id)))
    body = get(trainer, marked, "marks", form)
    database.use_mode(database.WRITE)
    db.execute(sa.delete(Mark).where(Mark.half_day_id == afternoon.id))
    database.commit()
    path = sent(trainer, marked, body, name=f"x.{form}")
    assert confirm(trainer, path).status_code == 302
    assert marks(db, afternoon.id) == before
    assert list(db.scalars(sa.select(Mark.remark).order_by(Mark.half_day_id, Mark.enrolment_id))) == remarks


def test_sessions_come_back_after_they_were_lost(db: Any, trainer: CheckingClient, marked: Cohort) -> None:
    body, before = get(trainer, marked, "sessions", "xlsx", "ar"), half_days(db)
    database.use_mode(database.WRITE)
    db.execute(sa.delete(Meeting))
    database.commit()
    path = sent(trainer, marked, body, name="x.xlsx", kind="sessions")
    assert confirm(trainer, path).status_code == 302
    assert half_days(db) == before
    found = db.scalars(sa.select(Meeting).order_by(Meeting.id)).all()
    assert [(one.mode, len(one.half_days)) for one in found] == [("room", 2), ("hybrid", 2)]
    assert found[1].title == Bilingual("يوم ثان", "Deuxième jour")


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("what", ["sessions", "marks"])
def test_the_workbook_has_real_days_its_direction_and_no_formula(
    trainer: CheckingClient, marked: Cohort, what: str, lang: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(get(trainer, marked, what, "xlsx", lang)))
    assert {sheet.sheet_view.rightToLeft for sheet in book} == {lang == "ar"}
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    heading = [cell.value for cell in book.worksheets[0][1]]
    place = heading.index("اليوم" if lang == "ar" else "Jour")
    days = [line[place] for line in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert days
    assert all(isinstance(day, dt.datetime) for day in days)


def test_the_organisation_is_that_of_the_day(
    db: Any, trainer: CheckingClient, marked: Cohort, members: list[Enrolment]
) -> None:
    database.use_mode(database.WRITE)
    db.get_one(Person, members[0].person_id).organisation_id = organisation(db, "tourisme").id
    database.commit()
    body = get(trainer, marked, "marks", "csv").decode("utf-8-sig")
    assert organisation(db, "ofppt").name.fr in body
    assert organisation(db, "tourisme").name.fr not in body


def test_the_template_of_marks_names_the_people_of_the_first_open_half_day(
    db: Any, trainer: CheckingClient, marked: Cohort, afternoon: HalfDay, members: list[Enrolment]
) -> None:
    table = spreadsheets.read(get(trainer, marked, "marks", "xlsx", part="template"), "x.xlsx")
    assert [line.cells[0] for line in table.lines] == [members[0].person.email, members[1].person.email, "K7MP-4RX2"]
    assert {(line.cells[5], line.cells[6]) for line in table.lines} == {("2026-11-23", "14:00")}
    assert [line.cells[7] for line in table.lines] == ["Absence non justifiée", "", "Départ anticipé"]
    path = sent(trainer, marked, get(trainer, marked, "marks", "csv", part="template"))
    assert wrong(trainer.get(path).text) == []


def test_templates_of_a_cohort_without_anything(trainer: CheckingClient, cohort: Cohort) -> None:
    for what in ("sessions", "marks"):
        for part in ("template", "export"):
            for form in ("xlsx", "csv"):
                assert get(trainer, cohort, what, form, part=part)


def test_only_those_who_may_take_files_away_and_it_is_written_down(
    db: Any, trainer: CheckingClient, monitor: CheckingClient, stranger: CheckingClient, learner: CheckingClient,
    marked: Cohort, amina: Person,
) -> None:  # fmt: skip
    for part in ("template", "export"):
        path = f"/fr/attendance/cohorts/{marked.id}/{part}"
        assert stranger.get(f"{path}/marks.xlsx").status_code == 404
        assert learner.get(f"{path}/marks.xlsx").status_code == 403
        assert monitor.get(f"{path}/people.xlsx").status_code == 404
        assert monitor.get(f"{path}/marks.pdf").status_code == 404
        assert monitor.get(f"{path}/marks.csv").status_code == 200
        assert monitor.get(f"{path}/sessions.csv").status_code == 200
    seen = db.scalars(sa.select(AccessEntry).order_by(AccessEntry.id)).all()
    assert [(one.actor_id, one.page, one.people) for one in seen] == [
        (amina.id, "attendance.download_template", 3), (amina.id, "attendance.download_export", 3),
    ]  # fmt: skip
