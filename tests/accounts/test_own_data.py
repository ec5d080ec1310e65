"""What a person reads, takes away and asks for on the page of their data."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services
from lms.accounts.models import AccessEntry, PrivacyRequest, RequestKind
from lms.core import db as database
from lms.core import own_data
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from tests.factories import make_certificate, make_enrolment, make_person
from tests.pages import CheckingClient


def archive_of(client: CheckingClient, lang: str = "fr") -> zipfile.ZipFile:
    answer = client.get(f"/{lang}/account/data")
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_archive_holds_json_and_a_page_in_each_language(
    client: CheckingClient, db: Any, curriculum: Any, on_monday: dt.datetime
) -> None:
    enrolment = make_enrolment(db)
    make_certificate(db, enrolment, curriculum, now=on_monday)
    client.signed_in(enrolment.person)
    archive = archive_of(client)
    assert sorted(archive.namelist()) == ["data.json", "mes-donnees.html", "my-data-ar.html"]
    held = json.loads(archive.read("data.json"))
    assert held["account"]["name"] == {"ar": "شيماء العلوي", "fr": "Chaima Alaoui"}
    assert {"certificates", "attempts", "progress", "lessons_opened", "enrolments"} <= set(held)
    for name, head, word in (
        ("mes-donnees.html", 'lang="fr" dir="ltr"', "Nom"),
        ("my-data-ar.html", 'lang="ar-MA" dir="rtl"', "الاسم"),
    ):
        text = archive.read(name).decode()
        assert head in text
        assert word in text
        assert "Chaima Alaoui" in text
        assert "<script" not in text
        assert "style=" not in text


def test_markup_in_a_name_stays_text_in_the_archive(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    person = make_person(db, "x")
    services.rename(person, Bilingual("<script>alert(1)</script>", "<img src=x>"))
    database.commit()
    client.signed_in(person)
    text = archive_of(client).read("mes-donnees.html").decode()
    assert "<script" not in text
    assert "<img" not in text


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_page_says_everything_in_words(
    client: CheckingClient, app: Flask, db: Any, curriculum: Any, on_monday: dt.datetime, lang: str
) -> None:
    enrolment = make_enrolment(db)
    make_certificate(db, enrolment, curriculum, now=on_monday)
    monitor = make_person(db, "amina", role=Role.MONITOR)
    client.signed_in(monitor).get(f"/fr/monitoring/people/{enrolment.person_id}/")
    page = client.signed_in(enrolment.person).get(f"/{lang}/account/my-data").text
    assert "chaima@example.ma" in page
    assert not re.search(r"monitoring\.show_person|lesson:|created_at|birth_year|notices_accepted|&#39;|\{&#34;", page)


def test_every_field_of_every_room_has_its_words(app: Flask, db: Any, curriculum: Any, on_monday: dt.datetime) -> None:
    enrolment = make_enrolment(db)
    make_certificate(db, enrolment, curriculum, now=on_monday)
    services.ask(db, enrolment.person_id, RequestKind.ACCESS, "?", now=on_monday)
    known = own_data.words()
    for section, value in own_data.held(db, enrolment.person_id).items():
        assert section in known
        for record in value if isinstance(value, list) else [value]:
            assert {f"{section}.{name}" for name in record} <= set(known), section


@pytest.mark.parametrize("kind", ["correction", "objection", "deletion", "access"])
def test_a_request_is_due_in_ten_days_and_is_listed(
    client: CheckingClient, db: Any, on_monday: dt.datetime, kind: str
) -> None:
    client.signed_in(make_person(db))
    answer = client.post("/fr/account/my-data/requests", data={"kind": kind, "text": "Mon nom"})
    assert answer.status_code == 302
    row = db.scalars(sa.select(PrivacyRequest)).one()
    assert (row.kind, row.text, row.due_on) == (kind, "Mon nom", dt.date(2026, 12, 3))
    assert "Mon nom" in client.get("/fr/account/my-data").text


def test_the_last_day_counts_from_the_local_date(client: CheckingClient, db: Any, at: Any) -> None:
    at(dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC))
    client.signed_in(make_person(db))
    client.post("/fr/account/my-data/requests", data={"kind": "access"})
    assert db.scalars(sa.select(PrivacyRequest.due_on)).one() == dt.date(2026, 12, 4)


@pytest.mark.parametrize(
    "data", [{}, {"kind": "correction"}, {"kind": "other", "text": "x"}, {"kind": "access", "text": "x" * 2001}]
)
def test_a_wrong_request_keeps_what_was_typed(
    client: CheckingClient, db: Any, on_monday: dt.datetime, data: dict[str, str]
) -> None:
    client.signed_in(make_person(db))
    answer = client.post("/fr/account/my-data/requests", data=data)
    assert answer.status_code == 422
    assert db.scalars(sa.select(PrivacyRequest)).all() == []
    assert data.get("text", "") in answer.text


def test_the_same_right_asked_twice_waits_once(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    client.signed_in(make_person(db))
    for _time in range(2):
        client.post("/fr/account/my-data/requests", data={"kind": "access"})
    assert len(db.scalars(sa.select(PrivacyRequest)).all()) == 1


def test_nobody_reads_anothers_requests(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    services.ask(db, make_person(db).id, RequestKind.ACCESS, "secret de Chaima", now=on_monday)
    database.commit()
    assert "secret de Chaima" not in client.signed_in(make_person(db, "driss")).get("/fr/account/my-data").text


def test_who_looked_comes_in_pages(client: CheckingClient, db: Any, on_monday: dt.datetime, at_most: Any) -> None:
    chaima, amina = make_person(db), make_person(db, "amina", role=Role.MONITOR)
    db.add_all(
        AccessEntry(actor_id=amina.id, person_id=chaima.id, page="monitoring.show_person", happened_at=on_monday)
        for _one in range(60)
    )
    database.commit()
    client.signed_in(chaima)
    with at_most(45):
        first = client.get("/fr/account/my-data").text
    assert first.count("Amina Berrada") == 50
    assert client.get("/fr/account/my-data?page=2").text.count("Amina Berrada") == 10
    assert client.get("/fr/account/my-data?page=999999999999").status_code == 200


def test_my_data_are_three_clicks_from_home(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    client.signed_in(make_person(db))
    assert '/fr/account/"' in client.get("/fr/").text
    assert '/fr/account/my-data"' in client.get("/fr/account/").text
    assert '/fr/account/data"' in client.get("/fr/account/my-data").text
