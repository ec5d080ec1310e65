"""The team's words for the product's messages: plain text, with the places that the message needs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts import mails as account_mails
from lms.core import audit, mail
from lms.core import db as database
from lms.core.audit import AuditDetail
from lms.core.mail import Mail, MailTemplate
from tests.factories import make_person
from tests.pages import CheckingClient

PATH = "/fr/admin/mails/wording/accounts.invitation/"
TYPED = {
    "version": "0",
    "subject_ar": "مرحبا",
    "text_ar": "الرابط:\n{link}",
    "subject_fr": "Bienvenue",
    "text_fr": "Pour commencer :\n{link}",
}


def save(client: CheckingClient, **changes: str) -> Any:
    return client.post(PATH, data={**TYPED, **changes})


def stored(db: Any) -> MailTemplate | None:
    database.rollback()
    database.use_mode(database.READ)
    db.expire_all()
    found: MailTemplate | None = db.get(MailTemplate, "accounts.invitation")
    return found


def test_each_kind_is_listed_and_opens_with_the_words_in_force(admin: CheckingClient) -> None:
    page = admin.get("/fr/admin/mails/wording/").text
    for key in ("accounts.invitation", "accounts.reset", "programme.enrolment"):
        assert f"/fr/admin/mails/wording/{key}/" in page
    assert "administration.message" not in page
    page = admin.get(PATH).text
    assert "{link}" in page
    assert account_mails.EXAMPLE_LINK in page
    assert admin.get("/fr/admin/mails/wording/administration.message/").status_code == 404
    assert admin.get("/fr/admin/mails/wording/no.such/").status_code == 404


def test_the_next_message_has_the_new_words_in_the_readers_language(
    admin: CheckingClient, db: Any, now: dt.datetime
) -> None:
    assert save(admin).status_code == 302
    database.use_mode(database.WRITE)
    for name, lang in (("driss", "fr"), ("chaima", "ar")):
        person = make_person(db, name, lang=lang)
        account_mails.send(db, account_mails.INVITATION, person, "http://localhost/x", now=now)
    subjects = {row.lang: (row.subject, row.text.splitlines()[:2]) for row in db.scalars(sa.select(Mail))}
    assert subjects["fr"] == ("Bienvenue", ["Pour commencer :", "http://localhost/x"])
    assert subjects["ar"] == ("مرحبا", ["الرابط:", "http://localhost/x"])


def test_a_preview_fills_the_places_and_stores_nothing(admin: CheckingClient, db: Any) -> None:
    answer = save(admin, act="preview", subject_fr="Essai")
    assert answer.status_code == 200
    assert "<h3>Essai</h3>" in answer.text
    assert f"<bdi>Pour commencer :</bdi>\n<bdi>{account_mails.EXAMPLE_LINK}</bdi>" in answer.text
    assert stored(db) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text_fr", "Bonjour {nom}, {link}"),
        ("text_fr", "{{7*7}} {link}"),
        ("subject_fr", "{person.password_hash}"),
        ("subject_ar", "{0.__class__}"),
        ("text_ar", "{link} {}"),
        ("text_fr", "Sans lien"),
        ("text_ar", "{Link}"),
        ("text_fr", "{link"),
        ("subject_fr", "x" * 151),
        ("text_fr", "{link}" + "x" * 5000),
    ],
)
def test_unknown_places_lost_places_and_too_long_texts_are_refused_with_what_was_typed(
    admin: CheckingClient, db: Any, field: str, value: str
) -> None:
    answer = save(admin, **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert value.replace("'", "&#39;") in answer.text
    assert stored(db) is None


def test_direction_marks_and_line_breaks_leave_the_subject(admin: CheckingClient, db: Any) -> None:
    save(admin, subject_fr="Bien\u202evenue\r\nBcc: all@example.ma", text_fr="A\u202e\r\n\r\n\r\n\r\nB\x07 {link}  ")
    row = stored(db)
    assert row is not None
    assert row.subject.fr == "Bienvenue Bcc: all@example.ma"
    assert row.text.fr == "A\n\nB {link}"


def test_markup_in_words_is_text(admin: CheckingClient) -> None:
    answer = save(admin, act="preview", text_fr="<script>alert(1)</script> {link}")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_of_two_people_the_second_sees_both_versions_and_keeps_the_own(admin: CheckingClient, db: Any) -> None:
    assert save(admin, subject_fr="Premier").status_code == 302
    answer = save(admin, subject_fr="Second")
    assert answer.status_code == 409
    assert "Premier" in answer.text
    assert 'value="Second"' in answer.text
    assert stored(db).subject.fr == "Premier"  # type: ignore[union-attr]
    assert save(admin, subject_fr="Second", version="1").status_code == 302


def test_an_empty_field_and_the_products_own_words_stay_the_products(admin: CheckingClient, db: Any) -> None:
    product = mail.wording(account_mails.INVITATION, "fr", None)
    save(admin, subject_ar="", text_fr=product[1].replace("\n", "\r\n"))
    row = stored(db)
    assert row is not None
    assert (row.subject.ar, row.text.fr) == ("", "")
    assert row.subject.fr == "Bienvenue"
    assert product[0] != "Bienvenue"


def test_back_to_the_products_words_and_the_record_tells_both(admin: CheckingClient, db: Any) -> None:
    save(admin)
    assert admin.post(f"{PATH}reset").status_code == 302
    row = stored(db)
    assert row is not None
    assert not row.subject
    assert "Texte d’origine" in admin.get(PATH).text
    details = db.scalars(sa.select(AuditDetail).order_by(AuditDetail.entry_id)).all()
    own = [one.values["after"] for one in details if "message" in one.values]
    assert [after["subject"]["fr"] for after in own] == ["Bienvenue", ""]
    assert audit.first_broken_entry(db) is None
    page = admin.get("/fr/admin/audit/").text
    assert "Modification du texte d’un message" in page
    assert "Autre champ" not in page
