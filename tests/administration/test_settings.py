"""Settings in sentences: stored, shown at once, never lost between two people, frozen into certificates."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.administration import forms, services
from lms.core import db as database
from lms.core import profile
from lms.core.audit import AuditDetail, AuditEntry
from lms.core.bilingual import Bilingual
from lms.core.edits import EditedMeanwhile
from lms.core.profile import Known, Profile
from tests.administration.pictures import picture, promising
from tests.factories import make_certificate, make_enrolment
from tests.pages import CheckingClient

TYPED = {
    "version": "0", "name_ar": "برنامج التجربة", "name_fr": "Programme d’essai", "short_ar": "التجربة",
    "short_fr": "Essai", "issuer_ar": "مديرية التجربة", "issuer_fr": "Direction de l’essai",
    "contact": "aide@example.ma", "reminders_a_week": "3", "behind_after_days": "١٥", "fiscal_year_month": "10",
}  # fmt: skip
PATH = "/fr/admin/settings/"


def stored(db: Any) -> Known:
    database.rollback()
    database.use_mode(database.READ)
    return profile.now_stored(db)


def last_act(db: Any) -> tuple[AuditEntry, AuditDetail]:
    query = sa.select(AuditEntry, AuditDetail).join(AuditDetail).order_by(AuditEntry.id.desc())
    row = db.execute(query).first()
    return row[0], row[1]


def test_saved_settings_show_on_the_very_next_page_in_both_languages(admin: CheckingClient, db: Any) -> None:
    answer = admin.post(PATH, data=TYPED)
    assert answer.status_code == 302
    known = stored(db)
    assert known.name == Bilingual("برنامج التجربة", "Programme d’essai")
    assert (known.reminders_a_week, known.behind_after_days, known.fiscal_year_month) == (3, 15, 10)
    assert "— Essai</title>" in admin.get("/fr/admin/").text
    assert "— التجربة</title>" in admin.get("/ar/admin/").text
    assert "Programme d’essai" in admin.application.test_client().get("/fr/sign-in").text
    assert "aide@example.ma" in admin.get("/fr/help/").text


def test_the_settings_show_at_once_what_another_process_saved(admin: CheckingClient, db: Any) -> None:
    admin.get(PATH)
    database.use_mode(database.WRITE)
    profile.for_editing(db).short_name = Bilingual("التجربة", "Essai")
    database.commit()
    assert "— Essai</title>" in admin.get(PATH).text


def test_error_pages_show_the_name_without_asking(admin: CheckingClient, app: Flask, db: Any, at_most: Any) -> None:
    admin.post(PATH, data=TYPED)
    admin.get("/fr/admin/")
    with at_most(0):
        assert "Essai" in app.test_client().get("/fr/nothing/here").text


def test_empty_names_are_the_curriculums_and_one_language_may_be_empty(admin: CheckingClient, curriculum: Any) -> None:
    admin.post(PATH, data={**TYPED, "short_ar": ""})
    assert f"— {curriculum.short.ar}</title>" in admin.get("/ar/admin/").text
    assert "— Essai</title>" in admin.get("/fr/admin/").text


def test_quarters_follow_the_month(admin: CheckingClient) -> None:
    assert "<dd>janvier à mars</dd>" in admin.get(PATH).text
    admin.post(PATH, data=TYPED)
    text = admin.get(PATH).text
    assert "<dd>octobre à décembre</dd>" in text
    assert "<dd>juillet à septembre</dd>" in text


def test_what_changed_is_recorded_before_and_after_and_nothing_when_nothing_did(
    admin: CheckingClient, db: Any, administrator: Person
) -> None:
    person_id = administrator.id
    admin.post(PATH, data=TYPED)
    admin.post(PATH, data={**TYPED, "version": str(stored(db).version), "contact": "autre@example.ma"})
    entry, detail = last_act(db)
    assert (entry.action, entry.actor_id) == ("administration.settings", person_id)
    assert detail.values == {"before": {"contact": "aide@example.ma"}, "after": {"contact": "autre@example.ma"}}
    count, version = entry.id, stored(db).version
    admin.post(PATH, data={**TYPED, "version": str(version), "contact": "autre@example.ma"})
    assert (last_act(db)[0].id, stored(db).version) == (count, version)


def test_the_second_of_two_sees_both_versions_loses_nothing_and_may_save_again(admin: CheckingClient, db: Any) -> None:
    admin.post(PATH, data=TYPED)
    answer = admin.post(PATH, data={**TYPED, "name_fr": "Un autre nom", "version": "0"})
    assert answer.status_code == 409
    assert "Programme d’essai" in answer.text
    assert 'value="Un autre nom"' in answer.text
    assert stored(db).name.fr == "Programme d’essai"
    version = stored(db).version
    assert f'name="version" type="hidden" value="{version}"' in answer.text
    assert admin.post(PATH, data={**TYPED, "name_fr": "Un autre nom", "version": version}).status_code == 302
    assert stored(db).name.fr == "Un autre nom"


def test_a_version_that_is_old_writes_nothing(db: Any, administrator: Person, now: dt.datetime) -> None:
    values = {"contact": "a@example.ma"}
    services.save_settings(db, values, version=0, actor_id=administrator.id, now=now)
    for version in (None, 0, 99):
        with pytest.raises(EditedMeanwhile):
            services.save_settings(db, {"contact": "x"}, version=version, actor_id=administrator.id, now=now)
    assert db.get_one(Profile, 1).contact == "a@example.ma"


@pytest.mark.parametrize("field", ["name_fr", "short_fr", "issuer_fr"])
def test_every_sign_that_can_be_printed_may_stand_in_a_name(admin: CheckingClient, db: Any, field: str) -> None:
    name = "Genre & équité : « phase » ; 2 + 50 %"
    assert admin.post(PATH, data={**TYPED, field: name}).status_code == 302
    known = stored(db)
    assert name in (known.name.fr, known.short_name.fr, known.issuer.fr)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_fr", "x" * 91), ("short_ar", "ا" * 41), ("issuer_fr", "Équipe 🌟"), ("name_ar", "\U0001ee00"),
        ("contact", "not an address"),
        ("reminders_a_week", "8"), ("reminders_a_week", "-1"), ("reminders_a_week", ""), ("reminders_a_week", "2.5"),
        ("behind_after_days", "0"), ("behind_after_days", "9" * 40), ("fiscal_year_month", "13"),
        ("fiscal_year_month", "x"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_nonsense_is_refused_at_its_field_and_kept(
    admin: CheckingClient, db: Any, field: str, value: str, lang: str
) -> None:
    answer = admin.post(f"/{lang}/admin/settings/", data={**TYPED, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "مديرية التجربة" in answer.text
    assert stored(db) == Known()


def test_fields_that_are_not_the_forms_do_nothing(admin: CheckingClient, db: Any) -> None:
    admin.post(PATH, data={**TYPED, "second_factor_required": "0", "logo_id": "7", "id": "2", "retention": "{}"})
    assert (stored(db).second_factor_required, stored(db).logo_id) == (True, None)


def test_the_second_factor_has_a_page_that_weighs(admin: CheckingClient, app: Flask, db: Any) -> None:
    for name in ("edit_second_factor", "save_second_factor", "export_audit"):
        assert app.view_functions[f"administration.{name}"].is_sensitive  # type: ignore[attr-defined]


def test_a_logo_is_rewritten_shown_to_everybody_and_taken_away(admin: CheckingClient, app: Flask, db: Any) -> None:
    send = {"picture": (io.BytesIO(picture(size=(1500, 300))), "../../logo.svg")}
    assert admin.post("/fr/admin/settings/logo", data=send, content_type="multipart/form-data").status_code == 302
    logo_id = stored(db).logo_id
    anonymous = app.test_client()
    assert f"/logo/{logo_id}" in anonymous.get("/fr/sign-in").text
    answer = anonymous.get(f"/logo/{logo_id}")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "Set-Cookie" not in answer.headers
    admin.post("/fr/admin/settings/logo/remove")
    assert anonymous.get(f"/logo/{logo_id}").status_code == 404
    assert "/logo/" not in anonymous.get("/fr/sign-in").text


@pytest.mark.parametrize("sent", [None, b"<svg/>", promising(50_000, 50_000), b"\0" * 300_000])
def test_a_logo_that_is_none_is_refused_in_words(
    admin: CheckingClient, db: Any, sent: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "MAX_BYTES", 200_000)
    data = {"picture": (io.BytesIO(sent), "logo.png")} if sent else {}
    answer = admin.post("/ar/admin/settings/logo", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'id="picture-error"' in answer.text
    assert stored(db).logo_id is None


def test_certificates_freeze_the_names_in_force(
    admin: CheckingClient, db: Any, curriculum: Any, now: dt.datetime
) -> None:
    admin.post(PATH, data=TYPED)
    database.use_mode(database.WRITE)
    certificate = make_certificate(db, make_enrolment(db), curriculum, now=now)
    assert certificate.facts["programme"] == {"ar": "برنامج التجربة", "fr": "Programme d’essai"}
    assert certificate.facts["issuer"]["fr"] == "Direction de l’essai"
