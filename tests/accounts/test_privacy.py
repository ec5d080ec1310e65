"""The notice, what a person may read of themselves, and what is left after wiping."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import notice, services
from lms.accounts.models import AccessEntry, Person
from lms.core import audit
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.db import Base
from tests.factories import make_certificate, make_enrolment, make_person
from tests.pages import CheckingClient


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_new_notice_is_asked_once_before_any_page(
    client: CheckingClient, db: Any, on_monday: dt.datetime, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    client.signed_in(make_person(db))
    monkeypatch.setattr(notice, "VERSION", "2027-01-05")
    asked = client.get(f"/{lang}/account/")
    assert asked.headers["Location"] == f"/{lang}/notice"
    assert client.get(f"/{lang}/notice").status_code == 200
    assert client.post(f"/{lang}/notice", data={}).status_code == 422
    assert client.post(f"/{lang}/notice", data={"notice": "y"}).status_code == 302
    assert client.get(f"/{lang}/account/").status_code == 200


def test_own_data_holds_what_every_room_knows(
    client: CheckingClient, db: Any, curriculum: Any, on_monday: dt.datetime
) -> None:
    enrolment = make_enrolment(db)
    make_certificate(db, enrolment, curriculum, now=on_monday)
    client.signed_in(enrolment.person)
    answer = client.get("/fr/account/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    held = json.loads(answer.data)
    assert held["account"]["name"] == {"ar": "شيماء العلوي", "fr": "Chaima Alaoui"}
    text = answer.get_data(as_text=True)
    for part in ("lesson:concepts/first", "test:concepts", "certificates", "attempts"):
        assert part in text, part


def test_a_look_at_somebodys_data_is_logged_and_shown_to_them(
    client: CheckingClient, db: Any, curriculum: Any, on_monday: dt.datetime
) -> None:
    chaima = make_enrolment(db).person
    monitor = make_person(db, "amina", role=Role.MONITOR)
    client.signed_in(monitor)
    client.get(f"/fr/monitoring/people/{chaima.id}/")
    database.use_mode(database.READ)
    entry = db.scalars(sa.select(AccessEntry).where(AccessEntry.person_id == chaima.id)).one()
    assert entry.actor_id == monitor.id
    client.signed_in(chaima)
    assert "Amina Berrada" in client.get("/fr/account/").text


CANARY = "Zqx7canary"


def test_nothing_personal_is_left_anywhere_after_wiping(
    app: Flask, db: Any, curriculum: Any, on_monday: dt.datetime
) -> None:
    """Every column of every table is searched for what the person once gave."""
    person = make_person(
        db, "zqx7canary", birth_year=1987, function=Bilingual(f"وظيفة {CANARY}", f"Poste {CANARY}"),
        email="zqx7canary@example.ma", code="ZQX7CANARY",
    )  # fmt: skip
    enrolment = make_enrolment(db, person)
    make_certificate(db, enrolment, curriculum, now=on_monday)
    services.confirm_name(db, person, Bilingual(f"{CANARY} علوي", f"{CANARY} El"), now=on_monday)
    services.invite(db, person, now=on_monday, address_of="http://localhost/TOKEN")
    services.open_sign_in(db, person, stay=True, device=CANARY, now=on_monday)
    database.commit()
    assert found_in_tables(db), "the canary was nowhere to begin with"
    person_id = person.id
    for feature in app.extensions["features"]:
        feature.anonymise(db, person_id, now=on_monday)
    database.commit()
    # The certificate is the register's: it keeps the printed name until it is withdrawn (domain notes, 8).
    assert found_in_tables(db) - {"certificate", "certificate_file"} == set()
    assert audit.first_broken_entry(db) is None
    left = db.get_one(Person, person_id)
    assert (left.email, left.code, left.birth_year, left.password_hash) == (None, None, None, None)


def found_in_tables(db: Any) -> set[str]:
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in db.execute(sa.select(table)):
            if CANARY.lower() in str(tuple(row)).lower():
                found.add(table.name)
    return found


def test_a_wiped_person_cannot_come_back(client: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime) -> None:
    person = make_person(db)
    client.signed_in(person)
    for feature in app.extensions["features"]:
        feature.anonymise(db, person.id, now=on_monday)
    database.commit()
    assert client.get("/fr/account/").status_code == 302
