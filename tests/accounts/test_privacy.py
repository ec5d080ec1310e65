"""The notice, what a person may read of themselves, and what is left after wiping."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import notice
from lms.accounts.models import AccessEntry
from lms.core import db as database
from lms.core.access import Role
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_new_notice_is_asked_once_before_any_page(
    client: CheckingClient, db: Any, on_monday: dt.datetime, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    client.signed_in(make_person(db))
    monkeypatch.setattr(notice, "VERSION", "2027-01-05")
    asked = client.get(f"/{lang}/account/")
    place = asked.headers["Location"]
    assert place == f"/{lang}/notice?next=/{lang}/account/"
    assert client.get(place).status_code == 200
    assert client.post(place, data={}).status_code == 422
    assert client.post(place, data={"notice": "y"}).headers["Location"] == f"/{lang}/account/"
    assert client.get(f"/{lang}/account/").status_code == 200


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
    assert "Amina Berrada" in client.get("/fr/account/my-data").text


def test_a_wiped_person_cannot_come_back(client: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime) -> None:
    person = make_person(db)
    client.signed_in(person)
    for feature in app.extensions["features"]:
        feature.anonymise(db, person.id, now=on_monday)
    database.commit()
    assert client.get("/fr/account/").status_code == 302
