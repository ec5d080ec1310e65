"""The grid of a cohort: every cell and figure, what it is narrowed to, the same on the page and in its files."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import AccessEntry, Person
from lms.attendance.grid import Grid, grid
from lms.attendance.models import HalfDay
from lms.attendance.queries.grid import Narrowed
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, EVENING, TODAY, actor, close, correct, plan, take
from tests.documents.test_cards import texts
from tests.factories import make_enrolment, make_person, organisation
from tests.pages import CheckingClient


def address(cohort: Cohort, lang: str = "fr", kind: str = "", query: str = "") -> str:
    return f"/{lang}/attendance/cohorts/{cohort.id}/grid{'.' + kind if kind else ''}{query}"


@pytest.fixture
def marked(
    db: Any, cohort: Cohort, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], bilal: Person
) -> Cohort:
    """The morning closed: Chaima present, Hiba corrected from absent to late (150 min), Salma absent; then the
    afternoon, open: Chaima marked. A third half-day is to come."""
    first, second, _third = members
    take(db, morning, bilal, {first: Status.PRESENT})
    close(db, morning, bilal)
    correct(db, morning, second, Status.LATE, by=actor(bilal, Role.TRAINER), minutes=150)
    take(db, afternoon, bilal, {first: Status.PRESENT})
    plan(db, cohort, bilal, first=TODAY + 7 * DAY, afternoon=None, module="model")
    return cohort


def built(db: Any, cohort: Cohort, sort: str = "name", **narrowed: Any) -> Grid:
    db.rollback()
    db.expire_all()
    return grid(db, cohort, Narrowed(**narrowed), lang="fr", sort=sort)


def cells(found: Grid) -> list[list[tuple[Any, Any, bool] | None]]:
    return [
        [
            cell and (*(getattr(cell.mark, name, None) for name in ("status", "minutes")), cell.is_corrected)
            for cell in line.cells
        ]
        for line in found.lines
    ]  # fmt: skip


NOBODY = (None, None, False)


def test_it_holds_every_cell_and_figure(db: Any, marked: Cohort) -> None:
    found = built(db, marked)

    assert cells(found) == [
        [("present", None, False), ("present", None, False), NOBODY],
        [("late", 150, True), NOBODY, NOBODY],
        [("absent", None, False), NOBODY, NOBODY],
    ]
    # Attended by the ledger: the afternoon is not closed yet.
    assert [(one.rate.attended, one.rate.held, one.rate.planned) for one in found.lines] == [(1, 1, 3)] * 2 + [
        (0, 1, 3)
    ]
    assert [(one.attended, one.marked, one.people) for one in found.counts] == [(2, 3, 3), (1, 1, 3), (0, 0, 3)]
    assert [one.rate.is_met for one in built(db, marked, module="model").lines] == [False] * 3


def test_it_is_narrowed_to_a_module_or_days_and_then_says_nothing_of_the_threshold(db: Any, marked: Cohort) -> None:
    by_module = built(db, marked, module="concepts")
    assert [len(line.cells) for line in by_module.lines] == [2, 2, 2]
    assert all(line.is_whole for line in by_module.lines)
    by_days = built(db, marked, from_day=TODAY, to_day=TODAY)
    assert [len(line.cells) for line in by_days.lines] == [2, 2, 2]
    assert not any(line.is_whole for line in by_days.lines)
    assert [
        len(one.half_days) for one in (built(db, marked, from_day=TODAY + DAY), built(db, marked, to_day=TODAY))
    ] == [1, 2]
    assert built(db, marked, module="planning").lines == []


def test_the_organisation_is_that_of_the_day_whatever_moves_later(
    db: Any, marked: Cohort, members: list[Enrolment], afternoon: HalfDay, bilal: Person
) -> None:
    """Salma was absent for the first organisation; moved, she is marked present for the second in the afternoon."""
    before, after = organisation(db, "ofppt"), organisation(db, "tourisme")
    third = members[2]
    database.use_mode(database.WRITE)
    db.get_one(Person, third.person_id).organisation_id = after.id
    database.commit()
    take(db, afternoon, bilal, {third: Status.PRESENT})

    old, new = (built(db, marked, organisation_id=one.id) for one in (before, after))
    assert [line.enrolment.id for line in new.lines] == [third.id]
    assert cells(new) == [[None, ("present", None, False), None]]
    assert cells(old)[-1] == [("absent", None, False), None, NOBODY]
    assert [one.people for one in old.counts] == [3, 2, 3]
    assert not old.lines[-1].is_whole
    assert old.lines[0].is_whole
    assert {one.id for one in built(db, marked).organisations} == {before.id, after.id}
    assert new.lines[0].organisation.id == after.id


def test_whoever_left_stands_where_they_were_and_test_accounts_nowhere(
    db: Any, marked: Cohort, members: list[Enrolment]
) -> None:
    database.use_mode(database.WRITE)
    db.get_one(Enrolment, members[1].id).ended_at = EVENING - 8 * dt.timedelta(hours=1)
    make_enrolment(db, make_person(db, "tester"), marked).is_test = True
    database.commit()
    found = built(db, marked)
    assert cells(found)[1] == [("late", 150, True), None, None]
    assert len(found.lines) == 3
    assert [one.people for one in found.counts] == [3, 2, 2]


def test_people_are_sorted_by_name_or_rate(db: Any, marked: Cohort, members: list[Enrolment]) -> None:
    ids = [one.id for one in members]
    orders = {
        sort: [line.enrolment.id for line in built(db, marked, sort=sort).lines]
        for sort in ("name", "-name", "rate", "-rate")
    }
    assert orders["name"] == ids
    assert orders["-name"] == ids[::-1]
    assert orders["rate"][0] == ids[2]
    assert orders["-rate"][-1] == ids[2]


def test_as_many_statements_for_many_people_and_half_days(
    app: Flask, db: Any, marked: Cohort, bilal: Person, trainer: CheckingClient,
    at_most: Callable[[int], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    def statements() -> int:
        with at_most(9) as heard:
            built(db, marked)
        return len(heard)

    few = statements()
    for number in range(12):
        make_enrolment(db, make_person(db, f"p{number}"), marked)
    database.commit()
    for number in range(1, 6):
        meeting = plan(db, marked, bilal, first=TODAY - number * DAY)
        close(db, meeting.half_days[0], bilal)
    assert statements() == few
    with at_most(16):
        trainer.get(address(marked))


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_page_says_in_words_what_it_shows_in_letters(
    db: Any, trainer: CheckingClient, marked: Cohort, members: list[Enrolment], lang: str
) -> None:
    page = trainer.get(address(marked, lang)).text
    words = {
        "fr": ("Présence", "Retard · 150\xa0min suivies · Après correction", "Absence non justifiée", "Sans statut"),
        "ar": ("حضور", "تأخر · حضور 150", "غياب غير مبرر"),
    }
    for one in words[lang]:
        assert one in page, one
    assert all(one.person.name[lang] in page for one in members)
    assert page.count("<tr>") == 5
    assert 'aria-sort="ascending"' in page


def test_its_addresses_keep_filters_and_order(trainer: CheckingClient, marked: Cohort) -> None:
    page = trainer.get(address(marked, query="?module=concepts&sort=-rate&from=01/01/2026")).text
    links = re.findall(r'href="([^"]*/grid[^"]*)"', page)
    assert links
    for link in links:
        assert "module=concepts" in link, link
    assert any(".xlsx?" in link and "sort=-rate" in link for link in links)


def test_a_day_that_is_none_is_said_and_kept(trainer: CheckingClient, marked: Cohort) -> None:
    answer = trainer.get(address(marked, query="?from=32/13/2026&to=hier&organisation=x&module=x&sort=y&page=-4"))
    assert answer.status_code == 200
    assert 'value="32/13/2026"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2


def test_many_people_stand_on_pages_of_a_hundred(db: Any, trainer: CheckingClient, marked: Cohort) -> None:
    database.use_mode(database.WRITE)
    for number in range(100):
        make_enrolment(db, make_person(db, f"q{number:03}"), marked)
    database.commit()
    first, second = (trainer.get(address(marked, query=f"?page={page}")).text for page in (1, 2))
    assert [page.count('<th scope="row">') for page in (first, second)] == [101, 4]
    assert "page=2" in first
    assert trainer.get(address(marked, query="?page=99")).text.count('<th scope="row">') == 4


def test_monitoring_sees_all_strangers_and_participants_none(
    monitor: CheckingClient, stranger: CheckingClient, learner: CheckingClient, marked: Cohort
) -> None:
    for kind in ("", "xlsx", "csv", "pdf"):
        assert monitor.get(address(marked, kind=kind)).status_code == 200
        assert stranger.get(address(marked, kind=kind)).status_code == 404
        assert learner.get(address(marked, kind=kind)).status_code == 403
    assert monitor.get(address(marked, kind="exe")).status_code == 404


def test_who_looked_and_who_took_it_away_is_written_down(
    db: Any, monitor: CheckingClient, marked: Cohort, amina: Person
) -> None:
    for kind in ("", "csv"):
        monitor.get(address(marked, kind=kind))
    seen = db.scalars(sa.select(AccessEntry).order_by(AccessEntry.id)).all()
    assert [(one.actor_id, one.page, one.people) for one in seen] == [
        (amina.id, "attendance.show_grid", 3), (amina.id, "attendance.download_grid", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_workbook_holds_the_figures_of_the_page(
    db: Any, trainer: CheckingClient, marked: Cohort, members: list[Enrolment], lang: str
) -> None:
    database.use_mode(database.WRITE)
    database.rollback()
    book = openpyxl.load_workbook(io.BytesIO(trainer.get(address(marked, lang, "xlsx")).data))
    table, half_days, meanings = book.worksheets[:3]

    assert {sheet.sheet_view.rightToLeft for sheet in book} == {lang == "ar"}
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    rows = list(table.iter_rows(values_only=True))
    found = built(db, marked)
    assert [row[-5:-1] for row in rows[1:-1]] == [
        (one.rate.attended, one.rate.held, one.rate.planned, pytest.approx(one.rate.share)) for one in found.lines
    ]
    assert table.cell(2, len(rows[0]) - 1).number_format == "0.0%"
    assert [row[1:3] for row in rows[1:-1]] == [(one.person.name.ar, one.person.name.fr) for one in members]
    days = list(half_days.iter_rows(min_row=2, values_only=True))
    assert [row[0].date() for row in days] == [one.day for one in found.half_days]
    assert [row[-3:] for row in days] == [(2, 3, 3), (1, 3, 1), (0, 3, 0)]
    assert meanings.max_row == 9


def test_the_csv_opens_as_text(trainer: CheckingClient, marked: Cohort) -> None:
    body = trainer.get(address(marked, kind="csv")).data
    assert body.startswith(b"\xef\xbb\xbf")
    lines = body.decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert "Retard · 150\xa0min suivies · Après correction" in lines[2]
    assert lines[-1].split(";")[4:7] == ["2 sur 3", "1 sur 3", "—"]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_pdf_repeats_heads_on_each_page_and_says_what_figures_mean(
    db: Any, trainer: CheckingClient, marked: Cohort, bilal: Person, lang: str
) -> None:
    for number in range(1, 11):
        plan(db, marked, bilal, first=TODAY - number * DAY)
    pages = texts(trainer.get(address(marked, lang, "pdf")).data)
    assert len(pages) == 2
    for page in pages:
        assert "chaima" in page.lower() or lang == "ar"
        assert ("Taux" if lang == "fr" else "النسبة") in page
        assert "09:00" in page
        # Of each half-day, below the last person.
        assert ("Présences par rapport" if lang == "fr" else "من أصل") in page
    assert [("Définitions" if lang == "fr" else "التعاريف") in page for page in pages] == [False, True]
    assert texts(trainer.get(address(marked, lang, "pdf", "?module=planning")).data)


@pytest.mark.parametrize(("people", "own_page"), [(19, True), (8, False)])
def test_what_figures_mean_stands_under_the_rows_where_there_is_room(
    db: Any, trainer: CheckingClient, marked: Cohort, people: int, own_page: bool
) -> None:
    for number in range(people - 3):
        make_enrolment(db, make_person(db, f"p{number}"), marked)
    pages = texts(trainer.get(address(marked, kind="pdf")).data)
    assert len(pages) == 1 + own_page
    assert "Définitions" in pages[-1]
    assert "Présences par rapport" in pages[0]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_days_of_two_years_stand_with_their_year(
    db: Any, trainer: CheckingClient, marked: Cohort, bilal: Person, lang: str
) -> None:
    year = '<bdi dir="ltr">2026</bdi>'
    assert year not in trainer.get(address(marked, lang)).text
    plan(db, marked, bilal, first=dt.date(2027, 11, 29), afternoon=None)
    page = trainer.get(address(marked, lang)).text
    assert year in page
    assert page.count('<bdi dir="ltr">29/11</bdi><bdi dir="ltr">2027</bdi>') == 1
    (paper, *_more) = texts(trainer.get(address(marked, lang, "pdf")).data)
    assert "2027" in paper


def test_a_cohort_without_half_days_has_a_page_and_files(trainer: CheckingClient, cohort: Cohort) -> None:
    for kind in ("", "xlsx", "csv", "pdf"):
        assert trainer.get(address(cohort, kind=kind)).status_code == 200
