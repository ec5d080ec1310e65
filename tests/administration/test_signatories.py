"""Who signs: kept in order, with scans that only the administration sees, frozen into certificates."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from PIL import Image

from lms.accounts.models import Person
from lms.administration import services
from lms.administration.services import TooLateToRestore
from lms.certificates import drawing
from lms.certificates import services as certificates
from lms.certificates.models import CertificateFile
from lms.core import db as database
from lms.core import profile
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.profile import Signatory, StoredImage
from tests.administration.pictures import picture
from tests.factories import make_certificate, make_enrolment, make_person
from tests.pages import CheckingClient

TYPED = {"name_ar": "كريم التازي", "name_fr": "Karim Tazi", "function_ar": "مدير البرنامج", "function_fr": "Directeur"}
PATH = "/fr/admin/signatories/"


def send(client: CheckingClient, path: str, **more: Any) -> Any:
    return client.post(path, data={**TYPED, **more}, content_type="multipart/form-data")


def add(db: Any, administrator: Person, now: dt.datetime, name: str = "Karim Tazi", **scans: bytes) -> Signatory:
    row = services.add_signatory(
        db, Bilingual("كريم التازي", name), Bilingual("مدير البرنامج", "Directeur"), scans,
        actor_id=administrator.id, now=now,
    )  # fmt: skip
    database.commit()
    return row


def names(db: Any) -> list[str]:
    database.rollback()
    database.use_mode(database.READ)
    return [one.name.fr for one in profile.signatories(db)]


def test_a_signatory_is_added_with_scans_that_only_the_administration_sees(
    admin: CheckingClient, db: Any, client: CheckingClient
) -> None:
    assert send(admin, f"{PATH}new", stamp=(io.BytesIO(picture()), "x.png")).status_code == 302
    page = admin.get(PATH).text
    assert "Karim Tazi" in page
    image_id = db.scalars(sa.select(StoredImage.id)).one()
    path = f"/fr/admin/images/{image_id}"
    answer = admin.get(path)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/png", "no-store")
    assert admin.get(f"/logo/{image_id}").status_code == 404
    assert client.signed_in(make_person(db, "bilal", role=Role.MONITOR)).get(path).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"), [("name_ar", ""), ("name_fr", "  "), ("function_fr", "x" * 91), ("name_fr", "Karim 王")]
)
def test_a_line_that_cannot_be_printed_is_refused(admin: CheckingClient, db: Any, field: str, value: str) -> None:
    answer = send(admin, f"{PATH}new", **{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert names(db) == []


def test_a_function_may_hold_every_sign_that_can_be_printed(admin: CheckingClient, db: Any) -> None:
    send(admin, f"{PATH}new", function_fr="Directrice R&D ; « genre »")
    assert [one.function.fr for one in profile.signatories(db)] == ["Directrice R&D ; « genre »"]


def test_a_scan_that_is_no_picture_stores_nothing(admin: CheckingClient, db: Any) -> None:
    answer = send(
        admin, f"{PATH}new", signature=(io.BytesIO(picture()), "a.png"), stamp=(io.BytesIO(b"<svg>"), "b.png")
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'id="stamp-error"' in answer.text
    assert "Karim Tazi" in answer.text
    assert names(db) == []
    assert db.scalar(sa.select(sa.func.count(StoredImage.id))) == 0


def test_two_people_changing_one_signatory_see_both(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime
) -> None:
    database.use_mode(database.WRITE)
    row = add(db, administrator, now)
    path, version = f"{PATH}{row.id}/", row.version
    assert send(admin, path, name_fr="First", version=version).status_code == 302
    answer = send(admin, path, name_fr="Second", version=version)
    assert answer.status_code == 409
    assert "First" in answer.text
    assert 'value="Second"' in answer.text
    assert names(db) == ["First"]


def test_order_archive_and_restore(db: Any, administrator: Person, now: dt.datetime) -> None:
    first, second = add(db, administrator, now, "A"), add(db, administrator, now, "B")
    services.move_signatory(db, second, up=True, actor_id=administrator.id, now=now)
    services.move_signatory(db, second, up=True, actor_id=administrator.id, now=now)
    assert [one.name.fr for one in profile.signatories(db)] == ["B", "A"]
    services.archive_signatory(db, second, actor_id=administrator.id, now=now)
    assert profile.signatories(db) == [first]
    services.restore_signatory(db, second, actor_id=administrator.id, now=now + dt.timedelta(days=30))
    assert [one.name.fr for one in profile.signatories(db)] == ["A", "B"]
    services.archive_signatory(db, second, actor_id=administrator.id, now=now)
    with pytest.raises(TooLateToRestore):
        services.restore_signatory(db, second, actor_id=administrator.id, now=now + dt.timedelta(days=31))


def test_a_scan_can_be_taken_away(admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime) -> None:
    database.use_mode(database.WRITE)
    row = add(db, administrator, now, signature=picture())
    row_id = row.id
    send(admin, f"{PATH}{row_id}/", version=row.version, drop_signature="y")
    database.rollback()
    assert db.get_one(Signatory, row_id).signature_id is None
    assert db.scalar(sa.select(sa.func.count(StoredImage.id))) == 1


def test_certificates_print_those_who_sign_and_stay_as_they_are(
    db: Any, client: CheckingClient, curriculum: Any, administrator: Person, now: dt.datetime,
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    row = add(db, administrator, now, signature=picture(size=(300, 120)), stamp=picture(size=(200, 200)))
    certificate = make_certificate(db, make_enrolment(db), curriculum, now=now)
    certificate_id, facts, code = certificate.id, dict(certificate.facts), certificate.code
    services.archive_signatory(db, row, actor_id=administrator.id, now=now)
    database.commit()
    run_jobs()
    database.rollback()
    pdf = bytes(db.get_one(CertificateFile, certificate_id).pdf)
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert "Karim Tazi" in text
    assert "Directeur" in text
    assert [one["name"]["fr"] for one in facts["signatories"]] == ["Karim Tazi"]
    assert certificates.first_broken_line(db) is None
    page = client.get(f"/v/{code}").text
    assert "Karim Tazi — Directeur" in page
    assert "كريم التازي" in page


def ink(pdf: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("L")


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("words", ["short", "long", "endless"])
def test_signatories_stay_between_the_rules_and_beside_the_code(
    db: Any, curriculum: Any, administrator: Person, now: dt.datetime, count: int, words: str
) -> None:
    text = {"short": "Karim", "long": "Fatima-Zahra " * 4, "endless": "W" * 60}[words]
    scans = {"signature": picture(size=(900, 90)), "stamp": picture(size=(90, 900))}
    for _number in range(count):
        services.add_signatory(
            db, Bilingual("ا" * 60 if words == "endless" else "كريم", text), Bilingual("مدير", text), scans,
            actor_id=administrator.id, now=now,
        )  # fmt: skip
    facts = make_certificate(db, make_enrolment(db), curriculum, now=now).facts
    known = {one.sha256: one.body for one in db.scalars(sa.select(StoredImage))}
    pdf, plain = drawing.draw(facts, known), drawing.draw({**facts, "signatories": []})
    assert drawing.draw(facts, known) == pdf
    assert len(facts["signatories"]) == min(count, 2)
    drawn, empty = ink(pdf), ink(plain)
    for box in ((0, 0, 36, 595), (806, 0, 842, 595), (0, 560, 842, 595), (384, 500, 458, 560)):
        assert drawn.crop(box).tobytes() == empty.crop(box).tobytes(), box


def test_without_signatories_the_functions_are_printed_as_before(db: Any, curriculum: Any, now: dt.datetime) -> None:
    facts = make_certificate(db, make_enrolment(db), curriculum, now=now).facts
    assert facts["signatories"] == [
        {"ar": "إدارة البرنامج", "fr": "Direction du programme"},
        {"ar": "هيئة التكوين", "fr": "Équipe de formation"},
    ]
    assert hashlib.sha256(drawing.draw(facts)).digest() == hashlib.sha256(drawing.draw(facts, {})).digest()
