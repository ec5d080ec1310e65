"""Sheets: written in a lesson, found again in the next, listed, exported; the person's alone."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from lms.accounts import events as account_events
from lms.accounts.models import Person, PersonMerge
from lms.core import db as database
from lms.core import own_data
from lms.learning import queries, services
from lms.learning.models import Worksheet
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient

LESSON = "/fr/modules/concepts/first/?step=practice"
AGAIN = "/fr/modules/concepts/second/?step=practice"
SHEET = "/fr/worksheets/analysis/"
TYPED = {"analysis-text_orientation": "Qui est informé\u00a0? <b>Personne</b>", "analysis-text_access": ""}


@pytest.fixture
def person(db: Any, curriculum: Any, client: CheckingClient, at: Callable[..., None], now: dt.datetime) -> Person:
    at(now)
    found = make_enrolment(db).person
    client.signed_in(found)
    return found


def stored(db: Any) -> list[Worksheet]:
    db.expire_all()
    return list(db.scalars(sa.select(Worksheet).order_by(Worksheet.id)))


def test_what_is_written_is_kept_and_shown_in_the_next_lesson(db: Any, client: CheckingClient, person: Person) -> None:
    assert "Cette fiche est encore vide" in client.get(AGAIN).text
    answer = client.post(SHEET, data=TYPED)
    assert answer.headers["Location"].endswith("/fr/modules/concepts/first/?step=practice#sheet-analysis")
    assert stored(db)[0].texts == {"orientation": "Qui est informé\u00a0? <b>Personne</b>", "access": ""}
    for page in (client.get(LESSON).text, client.get(AGAIN).text, client.get("/fr/worksheets/").text):
        assert "Qui est informé\u00a0? &lt;b&gt;Personne&lt;/b&gt;" in page


def test_nobody_else_sees_it(db: Any, client: CheckingClient, person: Person) -> None:
    client.post(SHEET, data=TYPED)
    client.signed_in(make_enrolment(db, make_person(db, "other")).person)
    for path in (LESSON, AGAIN, "/fr/worksheets/", LESSON + "&whole=1"):
        assert "Qui est informé" not in client.get(path).text


def test_a_mark_that_somebody_types_stays_words(client: CheckingClient, person: Person) -> None:
    client.post(SHEET, data={**TYPED, "analysis-text_access": "<!--recall:analysis-->"})
    page = client.get(AGAIN).text
    assert page.count("&lt;!--recall:analysis--&gt;") == 1
    assert "<!--" not in page.split("<main")[1]


def test_the_whole_lesson_asks_too_and_leads_back_to_itself(client: CheckingClient, person: Person) -> None:
    assert 'name="analysis-text_orientation"' in client.get("/fr/modules/concepts/first/?whole=1").text
    answer = client.post(SHEET, data={**TYPED, "whole": "1"})
    assert answer.headers["Location"].endswith("/fr/modules/concepts/first/?whole=1#sheet-analysis")


def test_two_windows_see_both_versions_and_nothing_typed_is_lost(
    db: Any, client: CheckingClient, person: Person
) -> None:
    client.post(SHEET, data=TYPED)
    answer = client.post(SHEET, data={**TYPED, "analysis-text_access": "Autre fenêtre"})
    assert answer.status_code == 409
    assert "Autre fenêtre" in answer.text
    assert stored(db)[0].texts["access"] == ""
    again = client.post(SHEET, data={**TYPED, "analysis-text_access": "Autre fenêtre", "analysis-version": "1"})
    assert again.status_code == 302
    assert stored(db)[0].texts["access"] == "Autre fenêtre"


def test_sending_the_same_twice_is_no_conflict(db: Any, client: CheckingClient, person: Person) -> None:
    assert [client.post(SHEET, data=TYPED).status_code for _ in range(2)] == [302, 302]
    assert len(stored(db)) == 1


def test_too_much_is_said_at_its_field_and_kept_in_the_form(db: Any, client: CheckingClient, person: Person) -> None:
    answer = client.post(SHEET, data={**TYPED, "analysis-text_access": "a" * 2001})
    assert answer.status_code == 422
    assert re.search(r"Au plus\s2000\scaractères", answer.text)
    assert "a" * 2001 in answer.text
    assert stored(db) == []


def test_an_unknown_sheet_is_not_found(client: CheckingClient, person: Person) -> None:
    assert client.post("/fr/worksheets/nothing/", data=TYPED).status_code == 404


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_file_holds_what_was_written(client: CheckingClient, person: Person, now: dt.datetime, lang: str) -> None:
    client.post(SHEET, data=TYPED)
    sheet, read_me = openpyxl.load_workbook(io.BytesIO(client.get(f"/{lang}/worksheets/export.xlsx").data)).worksheets
    assert bool(sheet.sheet_view.rightToLeft) == (lang == "ar")
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[3] for row in rows[1:]] == ["Qui est informé\u00a0? <b>Personne</b>", None]
    assert [row[4].date() for row in rows[1:]] == [now.date()] * 2
    said = [cell.value for row in read_me.iter_rows() for cell in row]
    assert person.name[lang] in said
    assert {rows[0][1], rows[0][3], rows[0][4]} <= set(said)


def test_it_is_among_the_persons_data_and_goes_with_the_name(
    db: Any, client: CheckingClient, person: Person, now: dt.datetime
) -> None:
    client.post(SHEET, data=TYPED)
    assert own_data.held(db, person.id)["worksheets"][0]["texts"][0].startswith("Qui est informé")
    services.forget_sheets(db, person.id, now=now)
    assert stored(db) == []


@pytest.fixture
def merge(db: Any, curriculum: Any, now: dt.datetime) -> PersonMerge:
    row = PersonMerge(
        kept_id=make_person(db, "kept").id, merged_id=make_person(db, "merged").id, merged_at=now, moved={}
    )
    db.add(row)
    db.flush()
    return row


def test_a_merge_moves_only_sheets_that_the_kept_account_lacks_and_the_undo_gives_them_back(
    db: Any, merge: PersonMerge, now: dt.datetime
) -> None:
    for person_id, sheet in ((merge.kept_id, "one"), (merge.merged_id, "one"), (merge.merged_id, "two")):
        services.write_sheet(db, person_id, sheet, {"a": str(person_id)}, version=None, now=now)
    answers = account_events.people_merged.send(merge, db=db, now=now)
    merge.moved = {"learning": next(moved for listener, moved in answers if "learning" in listener.__module__)}
    assert {key: row.texts["a"] for key, row in queries.worksheets(db, merge.kept_id).items()} == {
        "one": str(merge.kept_id),
        "two": str(merge.merged_id),
    }
    account_events.merge_undone.send(merge, db=db, now=now)
    db.expire_all()
    assert set(queries.worksheets(db, merge.kept_id)) == {"one"}
    assert set(queries.worksheets(db, merge.merged_id)) == {"one", "two"}


def test_a_lesson_with_a_sheet_costs_one_statement_more(client: CheckingClient, person: Person, at_most: Any) -> None:
    client.get(LESSON)
    with at_most(7):
        client.get(LESSON)
    database.rollback()
