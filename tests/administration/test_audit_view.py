"""The record of acts on a page: every act has its words, the filters find, the chain shows what was changed."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import AccessEntry, Person
from lms.administration import acts, export, queries
from lms.administration.views import audit as views
from lms.core import audit, clock
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditDetail, AuditEntry, AuditHead
from tests.catalogues import PACKAGE
from tests.factories import make_person
from tests.pages import CheckingClient

PATH = "/fr/admin/audit/"


def recorded() -> Iterator[tuple[str, str]]:
    """Every act that the code of a room records: the literal, or the texts of that form where a name stands."""
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        tree = ast.parse(path.read_text("utf-8"))
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
        ]
        for call in calls:
            action = call.args[1]
            within = tree if isinstance(action, ast.Name) else action
            for node in ast.walk(within):
                if isinstance(node, ast.Constant) and re.fullmatch(rf"{room}\.[a-z-]+", str(node.value)):
                    yield str(node.value), str(path)


def test_every_recorded_act_has_its_words() -> None:
    found = dict(recorded())
    assert {"accounts.rename", "programme.enrol", "administration.settings", "quizzes.start"} <= set(found)
    assert sorted(set(found) - set(acts.ACTS)) == []


@pytest.fixture
def administrator(db: Any, curriculum: Any) -> Person:
    """Somebody whose own role left no entry: the record is empty."""
    person = make_person(db, "amina", role=Role.ADMINISTRATOR)
    forget_all(db)
    return person


def forget_all(db: Any) -> None:
    for model in (AuditDetail, AuditEntry, AuditHead):
        db.execute(sa.delete(model))
    database.commit()


def act(db: Any, action: str = "accounts.rename", *, by: Person, about: Any = None, now: Any, **values: Any) -> int:
    entry = audit.record(db, action, actor_id=by.id, subject=about, reason="", now=now, **values)
    database.commit()
    return entry.id


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_an_act_shows_who_what_when_and_both_values(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime, lang: str
) -> None:
    database.use_mode(database.WRITE)
    person = make_person(db, "driss")
    forget_all(db)
    audit.record(
        db, "accounts.rename", actor_id=administrator.id, subject=person, reason="<b>mariage</b>", now=now,
        before={"name": {"ar": "قديم", "fr": "Ancien"}}, after={"name": {"ar": "جديد", "fr": "Nouveau"}},
    )  # fmt: skip
    database.commit()
    page = admin.get(f"/{lang}/admin/audit/").text
    for words in ("قديم", "Nouveau", "&lt;b&gt;mariage&lt;/b&gt;"):
        assert words in page
    who = {
        "ar": ("إدريس وهبي", "أمينة برادة", "تغيير اسم"),
        "fr": ("Driss Ouahbi", "Amina Berrada", "Changement de nom"),
    }
    for words in who[lang]:
        assert words in page


def test_reading_names_is_written_into_the_access_log(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime
) -> None:
    database.use_mode(database.WRITE)
    act(db, by=administrator, about=make_person(db, "driss"), now=now)
    admin.get(PATH)
    entry = db.scalars(sa.select(AccessEntry)).one()
    assert (entry.page, entry.people) == ("administration.show_audit", 2)


def test_filters_find_by_person_act_and_day(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime
) -> None:
    database.use_mode(database.WRITE)
    driss, chaima = make_person(db, "driss"), make_person(db, "chaima")
    forget_all(db)
    act(db, by=administrator, about=driss, now=now)
    act(db, "accounts.suspend", by=administrator, about=chaima, now=now - dt.timedelta(days=3))
    day = now.date().isoformat()
    for query, shown in (
        ("q=dris", (True, False)), ("q=شيماء", (False, True)), ("act=accounts.suspend", (False, True)),
        (f"since={day}", (True, False)), (f"until={now.date() - dt.timedelta(days=1)}", (False, True)),
        (f"since={day}&until={day}", (True, False)), ("since=nonsense&page=x", (True, True)),
        ("q=zzzz", (False, False)), ("page=99999999999", (False, False)), ("act=%27%3B--", (False, False)),
    ):  # fmt: skip
        page = admin.get(f"{PATH}?{query}").text
        assert ("Driss Ouahbi" in page, "Chaima Alaoui" in page) == shown, query


def test_pages_of_fifty_cost_the_same_whatever_is_on_them(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime, at_most: Callable[..., Any]
) -> None:
    database.use_mode(database.WRITE)
    people = [make_person(db, f"person{number}") for number in range(10)]
    forget_all(db)
    for number in range(120):
        audit.record(db, "accounts.rename", actor_id=administrator.id, subject=people[number % 10], now=now, number=1)
    database.commit()
    for page, rows in ((1, 50), (3, 20)):
        admin.get(PATH)
        with at_most(8):
            text = admin.get(f"{PATH}?page={page}").text
        assert text.count("<tr>") == rows + 1


def test_the_record_has_no_way_to_change_it(admin: CheckingClient) -> None:
    for path in (PATH, f"{PATH}chain", f"{PATH}export.csv"):
        assert [admin.open(path, method=method).status_code for method in ("POST", "PUT", "DELETE")] == [405] * 3


def test_the_chain_is_checked_in_parts_and_shows_a_change(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.use_mode(database.WRITE)
    forget_all(db)
    ids = [act(db, by=administrator, now=now, number=number) for number in range(7)]
    assert "La chaîne est intacte" in admin.get(f"{PATH}chain").text
    monkeypatch.setattr(views, "CHECKED_AT_ONCE", 3)
    assert f"after={ids[2]}" in admin.get(f"{PATH}chain").text
    assert "La chaîne est intacte" in admin.get(f"{PATH}chain?after={ids[5]}").text
    database.use_mode(database.WRITE)
    db.execute(sa.update(AuditDetail).where(AuditDetail.entry_id == ids[4]).values(reason="changed"))
    database.commit()
    assert "ne concorde pas" in admin.get(f"{PATH}chain?after={ids[2]}").text
    assert "ne concorde pas" not in admin.get(f"{PATH}chain").text


def test_wiped_details_leave_the_chain_whole(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime
) -> None:
    database.use_mode(database.WRITE)
    act(db, by=administrator, now=now, before={"contact": "canary"}, after={"contact": ""})
    db.execute(sa.delete(AuditDetail))
    database.commit()
    page = admin.get(PATH).text
    assert "Détails effacés" in page
    assert "canary" not in page
    assert "La chaîne est intacte" in admin.get(f"{PATH}chain").text


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_table_taken_away_holds_no_formula(
    app: Flask, db: Any, administrator: Person, now: dt.datetime, lang: str
) -> None:
    entry_id = act(db, by=administrator, now=now, after={"contact": "=1+1", "other": "+2"})
    rows = queries.audit_rows(db, queries.AuditFilters(), limit=export.MOST_ROWS)
    said = {"filters": queries.AuditFilters(action="accounts.rename"), "made_by": "Amina", "made_at": now}
    names = queries.names_in(db, rows)
    with app.test_request_context(f"/{lang}/"):
        book = openpyxl.load_workbook(io.BytesIO(export.table("xlsx", rows, names, **said)))
        body = export.table("csv", rows, names, **said).decode("utf-8-sig")
    read_me, table = book.worksheets
    cells = [cell for row in table.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    moment = clock.local(now).replace(tzinfo=None)
    assert [cell.value for cell in table[2][:2]] == [entry_id, moment]
    words = {"ar": ("أمينة برادة", "تغيير اسم", "العملية"), "fr": ("Amina Berrada", "Changement de nom", "Acte")}
    assert words[lang][0] in [cell.value for cell in cells]
    assert words[lang][1] in [cell.value for row in read_me.iter_rows() for cell in row]
    lines = list(csv.reader(io.StringIO(body), delimiter=";"))
    assert (lines[0][2], lines[1][1]) == (words[lang][2], f"{moment:%Y-%m-%d %H:%M}")
    assert not [text for line in lines for text in line if text.startswith(("=", "+"))]


def test_others_do_not_read_it(client: CheckingClient, db: Any, curriculum: Any) -> None:
    client.signed_in(make_person(db, "bilal", role=Role.MONITOR))
    for path in (PATH, f"{PATH}chain", f"{PATH}export.xlsx"):
        assert client.get(path).status_code == 403
