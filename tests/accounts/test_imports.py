"""A file of people from the first check to the undo."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.imports import batches
from lms.accounts.models import BatchState, ImportBatch, OrganisationAlias, Person
from lms.core import db as database
from lms.core.access import Role
from lms.documents import spreadsheets
from tests.accounts.conftest import hashed
from tests.factories import make_person, organisation
from tests.pages import CheckingClient
from tests.parallel import at_once

HEAD = "Nom en français;الاسم بالعربية;Adresse électronique;Organisme;Téléphone;Année de naissance\n"
GOOD = HEAD + "Nadia El Fassi;نادية الفاسي;nadia@exemple.ma;OFPPT;0612345678;1984\nÉlodie Ça;;;ofppt;;\n"


@pytest.fixture
def admin(client: CheckingClient, db: Any, on_monday: dt.datetime) -> CheckingClient:
    return client.signed_in(make_person(db, "amina", role=Role.ADMINISTRATOR))


def send(
    client: CheckingClient, text: str | bytes, name: str = "liste.csv", kind: str = "people", lang: str = "fr"
) -> Any:
    body = text.encode() if isinstance(text, str) else text
    data = {"file": (io.BytesIO(body), name)}
    return client.post(f"/{lang}/admin/imports/{kind}/", data=data, content_type="multipart/form-data")


def people(db: Any) -> set[str]:
    database.use_mode(database.READ)
    return {person.name.fr or person.name.ar for person in db.scalars(sa.select(Person))} - {"Amina Berrada"}


def test_nothing_is_written_before_the_confirmation(admin: CheckingClient, db: Any) -> None:
    page = send(admin, GOOD)
    assert page.status_code == 302
    check = admin.get(page.location)
    assert "Nadia El Fassi" in check.text
    assert people(db) == set()

    assert admin.post(page.location + "confirm").status_code == 302

    assert people(db) == {"Nadia El Fassi", "Élodie Ça"}
    nadia = db.scalars(sa.select(Person).where(Person.email == "nadia@exemple.ma")).one()
    assert (nadia.phone, nadia.birth_year, nadia.organisation.key) == ("+212612345678", 1984, "ofppt")
    assert [grant.role for grant in nadia.grants] == [Role.LEARNER]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_names_survive_the_encoding(admin: CheckingClient, db: Any, encoding: str) -> None:
    text = GOOD.replace("Élodie Ça", "Zoé François")
    page = send(admin, text.encode(encoding))
    admin.post(page.location + "confirm")
    assert people(db) == {"Nadia El Fassi", "Zoé François"}
    assert db.scalars(sa.select(Person).where(Person.email == "nadia@exemple.ma")).one().name.ar == "نادية الفاسي"


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_wrong_cells_are_mended_in_place(admin: CheckingClient, db: Any, lang: str) -> None:
    wrong = HEAD + "Sana;;sana@;O.F.P.P.T office;12;12/03/84\nRim;;rim@exemple.ma;O.F.P.P.T office;;1990\n"
    where = send(admin, wrong, lang=lang).location
    page = admin.get(where)
    assert 'name="cell-2-email"' in page.text
    assert admin.post(where + "confirm").status_code == 422
    assert people(db) == set()
    office = organisation(db)
    typed = {
        "cell-2-email": "sana@exemple.ma", "cell-2-phone": "0612345678", "cell-2-birth_year": "12/03/1984",
        "cell-2-organisation": office.name[lang],
    }  # fmt: skip

    admin.post(where + "mend", data=typed)
    assert "cell-" not in admin.get(where).text
    admin.post(where + "confirm")

    assert people(db) == {"Sana", "Rim"}
    # The spelling is known from now on.
    assert db.scalars(sa.select(OrganisationAlias.organisation_id)).all() == [office.id]


def test_a_second_file_says_what_is_the_same_and_what_changes(admin: CheckingClient, db: Any) -> None:
    first = send(admin, GOOD).location
    admin.post(first + "confirm")
    second = send(admin, GOOD.replace("1984", "1985")).location
    batch = db.get_one(ImportBatch, int(second.rstrip("/").rsplit("/", 1)[1]))
    checked = batches.check(db, batch, now=batch.created_at)
    assert [one.outcome for one in checked] == ["changed", "same"]

    admin.post(second + "confirm")
    admin.post(second + "undo")

    database.use_mode(database.READ)
    assert db.scalars(sa.select(Person.birth_year).where(Person.email == "nadia@exemple.ma")).one() == 1984


def test_an_import_is_undone_and_confirmed_again(admin: CheckingClient, db: Any) -> None:
    where = send(admin, GOOD).location
    admin.post(where + "confirm")
    admin.post(where + "undo")
    assert people(db) == set()
    admin.post(where + "confirm")
    assert people(db) == {"Nadia El Fassi", "Élodie Ça"}


def test_no_undo_once_somebody_opened_the_account(admin: CheckingClient, db: Any) -> None:
    where = send(admin, GOOD).location
    admin.post(where + "confirm")
    database.use_mode(database.WRITE)
    db.scalars(sa.select(Person).where(Person.email == "nadia@exemple.ma")).one().password_hash = hashed()
    database.commit()
    admin.post(where + "undo")
    assert len(people(db)) == 2


def test_a_namesake_with_another_address_is_asked_about(admin: CheckingClient, db: Any) -> None:
    make_person(db, "chaima")
    where = send(admin, HEAD + "Chaima Alaoui;;autre@exemple.ma;OFPPT;;\n").location
    assert 'name="same-2"' in admin.get(where).text
    admin.post(where + "mend", data={"same-2": "no"})
    admin.post(where + "confirm")
    database.use_mode(database.READ)
    assert len(db.scalars(sa.select(Person).where(Person.search.contains("chaima"))).all()) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "nom inconnu;autre\na;b\n",
        "PK\x03\x04 not a zip",
        "Nom en français;Organisme\n" + "a;OFPPT\n" * 2001,
    ],
)
def test_a_file_that_cannot_be_taken_says_why(admin: CheckingClient, db: Any, text: str) -> None:
    page = send(admin, text)
    assert page.status_code == 422
    assert "error-summary" in page.text
    assert db.scalars(sa.select(ImportBatch.id)).all() == []


def test_of_parallel_confirmations_one_writes(app: Flask, db: Any, now: dt.datetime) -> None:
    organisation(db)
    body = GOOD.encode()
    batch = batches.draft(
        db, "people", spreadsheets.read(body, "x.csv"), filename="x.csv", body=body, actor_id=None, now=now
    )
    batch_id = batch.id
    database.commit()

    def confirm(db: Any) -> str:
        batches.confirm(db, db.get_one(ImportBatch, batch_id), leave_errors=False, actor_id=None, now=now)
        return "written"

    results = at_once(app, [confirm] * 8)

    assert results.count("written") == 1
    assert sum(isinstance(result, batches.AlreadySettled) for result in results) == 7
    db.expire_all()
    assert db.get_one(ImportBatch, batch_id).state == BatchState.CONFIRMED
    assert len(db.scalars(sa.select(Person.id)).all()) == 2


def test_organisations_come_by_file(admin: CheckingClient, db: Any) -> None:
    organisation(db)
    database.commit()
    where = send(admin, "key;name_ar;name_fr\nsport;الرياضة;Sport\n", kind="organisations").location
    admin.post(where + "confirm")
    database.use_mode(database.READ)
    assert organisation(db, "sport").short_name.fr == "Sport"


def outcomes(admin: CheckingClient, db: Any, body: bytes, name: str, kind: str = "people") -> set[str]:
    """What each line of a file that is sent in would do."""
    again = send(admin, body, name, kind).location
    batch = db.get_one(ImportBatch, int(again.rstrip("/").rsplit("/", 1)[1]))
    found = {one.outcome for one in batches.check(db, batch, now=batch.created_at)}
    database.rollback()
    return found


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_list_taken_away_can_be_sent_in_again(admin: CheckingClient, db: Any, lang: str) -> None:
    admin.post(send(admin, GOOD).location + "confirm")
    for kind in ("xlsx", "csv"):
        body = admin.get(f"/{lang}/admin/imports/people/export.{kind}").data
        assert outcomes(admin, db, body, f"people.{kind}") == {"same"}


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_list_says_after_its_lines_what_its_columns_mean(admin: CheckingClient, db: Any, lang: str) -> None:
    admin.post(send(admin, GOOD).location + "confirm")
    body = admin.get(f"/{lang}/admin/imports/people/export.xlsx").data
    people_sheet, read_me = openpyxl.load_workbook(io.BytesIO(body)).worksheets
    phones = [cell for cell in people_sheet["D"] if cell.value == "+212612345678"]
    assert [cell.number_format for cell in phones] == ["@"]
    said = [cell.value for row in read_me.iter_rows() for cell in row]
    assert {cell.value for cell in people_sheet[1]} <= set(said)
    assert {"ar": "أمينة برادة", "fr": "Amina Berrada"}[lang] in said


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("kind", ["people", "organisations"])
def test_the_template_can_be_sent_in(admin: CheckingClient, db: Any, kind: str, lang: str) -> None:
    body = admin.get(f"/{lang}/admin/imports/{kind}/template.xlsx").data
    assert outcomes(admin, db, body, "a.xlsx", kind) in ({"new"}, {"same"})


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_check_taken_away_names_the_fault_and_can_be_sent_in_again(
    admin: CheckingClient, db: Any, lang: str
) -> None:
    where = send(admin, HEAD + "Sana;;sana@;OFPPT;0612345678;\nRim;;;OFPPT;;\n").location
    body = admin.get(where.replace("/fr/", f"/{lang}/") + "comments.xlsx").data
    sheet, read_me = openpyxl.load_workbook(io.BytesIO(body)).worksheets
    comments = [row[-1].value for row in sheet.iter_rows(min_row=2)]
    assert [bool(comment) for comment in comments] == [True, False]
    assert sheet[1][-1].value in [cell.value for cell in read_me["A"]]
    assert outcomes(admin, db, body, "a.xlsx") == {"error", "new"}


def test_what_was_typed_goes_with_the_confirmation(admin: CheckingClient, db: Any) -> None:
    where = send(admin, HEAD + "Sana;;sana@;OFPPT;;\nRim;;rim@;OFPPT;;\n").location

    half = admin.post(where + "confirm", data={"cell-2-email": "sana@exemple.ma"})

    assert half.status_code == 422
    assert people(db) == set()
    assert 'name="cell-2-email"' not in half.text  # Sana's line is mended,
    assert 'name="cell-3-email"' in half.text  # Rim's still asks.
    assert 'name="cell-2-email"' not in admin.get(where).text

    admin.post(where + "confirm", data={"cell-3-email": "rim@exemple.ma", "leave_errors": "1"})

    assert people(db) == {"Sana", "Rim"}


def test_once_invited_nobody_is_sent_a_second_message_by_one_button(admin: CheckingClient, db: Any) -> None:
    where = send(admin, GOOD).location
    admin.post(where + "confirm")
    before = admin.get(where).text
    assert 'action="/fr/admin/invitations/send"' in before
    nadia = db.scalars(sa.select(Person).where(Person.email == "nadia@exemple.ma")).one()

    admin.post("/fr/admin/invitations/send", data={"person": nadia.id, "act": "mail", "expected": "1"})

    after = admin.get(where).text
    assert 'action="/fr/admin/invitations/send"' not in after
    assert "/fr/admin/invitations/?batch=" in after


def test_a_region_chosen_once_holds_for_every_line_that_writes_it_so(admin: CheckingClient, db: Any) -> None:
    head = HEAD.replace("Téléphone", "Région")
    where = send(admin, head + "Sana;;sana@exemple.ma;OFPPT;Sousse;\nRim;;rim@exemple.ma;OFPPT;Sousse;\n").location
    assert 'name="cell-3-region"' in admin.get(where).text

    admin.post(where + "mend", data={"cell-2-region": "Souss-Massa"})

    assert "cell-" not in admin.get(where).text
    admin.post(where + "confirm")
    assert {person.region.name.fr for person in db.scalars(sa.select(Person)) if person.region} == {"Souss-Massa"}
