"""Versions of the notice: published, asked for, kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import notice, services
from lms.accounts.models import NoticeAcceptance, PrivacyNotice
from lms.core import db as database
from lms.core.access import Role
from tests.factories import make_person
from tests.pages import CheckingClient

FIELDS = {
    "controller_ar": "مكتب التكوين المهني", "controller_fr": "Office de la formation",
    "recipients_ar": "فريق التتبع", "recipients_fr": "Équipe de suivi",
    "contact": "donnees@example.ma", "cndp_number": "D-W-123/2026",
    "changes_ar": "إضافة رقم الوصل", "changes_fr": "Ajout du récépissé",
}  # fmt: skip


@pytest.fixture
def karim(client: CheckingClient, db: Any, on_monday: dt.datetime) -> CheckingClient:
    return client.signed_in(make_person(db, "karim", role=Role.ADMINISTRATOR))


def publish(client: CheckingClient, **fields: str) -> Any:
    return client.post("/fr/admin/privacy/notices/new", data={**FIELDS, "act": "publish", **fields})


def test_a_preview_in_both_languages_stores_nothing(karim: CheckingClient, db: Any) -> None:
    answer = karim.post("/fr/admin/privacy/notices/new", data={**FIELDS, "act": "preview"})
    assert answer.status_code == 200
    assert "traitées par Office de la formation" in answer.text
    assert "من طرف مكتب التكوين المهني" in answer.text
    assert db.scalars(sa.select(PrivacyNotice)).all() == []


def test_a_published_version_is_asked_of_everybody_and_accepted_once(
    karim: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime
) -> None:
    chaima = make_person(db)
    assert publish(karim).status_code == 302
    version = db.scalars(sa.select(PrivacyNotice.version)).one()
    assert version > notice.VERSION
    # Whoever published it goes on; others are asked.
    assert karim.get("/fr/admin/privacy/notices/").status_code == 200
    client = karim.signed_in(chaima)
    assert client.get("/ar/account/").headers["Location"] == "/ar/notice?next=/ar/account/"
    assert "إضافة رقم الوصل" in client.get("/ar/notice").text
    client.post("/ar/notice", data={"notice": "y"})
    assert client.get("/ar/account/").status_code == 200
    of_chaima = sa.select(NoticeAcceptance).where(NoticeAcceptance.person_id == chaima.id)
    row = db.scalars(of_chaima.where(NoticeAcceptance.version == version)).one()
    assert (row.lang, row.accepted_at) == ("ar", on_monday)


def test_the_public_page_states_the_version_in_force_and_keeps_the_older(karim: CheckingClient, db: Any) -> None:
    publish(karim)
    publish(karim, controller_fr="Nouvel Office")
    first, second = db.scalars(sa.select(PrivacyNotice.version).order_by(PrivacyNotice.id))
    page = karim.get("/fr/privacy").text
    assert "Nouvel Office" in page
    assert "D-W-123/2026" in page
    assert "donnees@example.ma" in page
    assert f"version={first}" in page
    assert f"version={second}" not in page
    older = karim.get(f"/fr/privacy?version={first}").text
    assert "Office de la formation" in older
    assert "Nouvel Office" not in older
    assert karim.get("/fr/privacy?version=<b>").status_code == 200


def test_nine_versions_a_day_and_no_more(karim: CheckingClient, db: Any) -> None:
    for _time in range(8):
        assert publish(karim).status_code == 302
    assert publish(karim).status_code == 409
    versions = list(db.scalars(sa.select(PrivacyNotice.version).order_by(PrivacyNotice.id)))
    assert versions == sorted(versions)
    assert len(set(versions)) == 8


@pytest.mark.parametrize("name", ["controller_ar", "recipients_fr", "contact", "changes_fr"])
def test_a_line_that_lacks_publishes_nothing(karim: CheckingClient, db: Any, name: str) -> None:
    answer = publish(karim, **{name: "  "})
    assert answer.status_code == 422
    assert "D-W-123/2026" in answer.text
    assert db.scalars(sa.select(PrivacyNotice)).all() == []


def test_no_page_asks_the_database_for_the_version(karim: CheckingClient, db: Any, at_most: Any) -> None:
    publish(karim)
    karim.get("/fr/accessibility")
    with at_most(99) as statements:
        karim.get("/fr/account/")
    assert not [one for one in statements if "FROM privacy_notice" in one]


def test_the_next_version_sorts_after_all_others() -> None:
    assert notice.next_version("2026-11-24", dt.date(2026, 11, 25)) == "2026-11-25"
    assert notice.next_version("2026-11-25", dt.date(2026, 11, 25)) == "2026-11-25-2"
    assert notice.next_version("2026-11-25-2", dt.date(2026, 11, 20)) == "2026-11-25-3"
    assert notice.next_version("2026-11-25-9", dt.date(2026, 11, 25)) is None


def test_a_newer_text_of_the_product_is_asked_for_with_what_was_stated(
    karim: CheckingClient, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(karim)
    monkeypatch.setattr(notice, "VERSION", "2027-02-01")
    stated = notice.current(db)
    assert (stated.version, stated.cndp_number) == ("2027-02-01", "D-W-123/2026")


def test_acceptances_are_counted(karim: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    publish(karim)
    version = db.scalars(sa.select(PrivacyNotice.version)).one()
    database.use_mode(database.WRITE)
    db.rollback()
    services.accept_notice(db, make_person(db).id, version=version, lang="fr", now=on_monday)
    database.commit()
    page = karim.get("/fr/admin/privacy/notices/").text
    assert "<dd>2</dd>" in page
