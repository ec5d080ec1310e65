"""What a holder sees, and what anybody with a code sees."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.certificates import codes, facts, services, views
from lms.certificates.models import Certificate, CertificateCounter
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.core.i18n import iso_date
from lms.core.throttle import Throttle
from tests.factories import make_certificate, make_enrolment, make_person, pass_test
from tests.pages import CheckingClient


@pytest.fixture
def certificate(db: Any, curriculum: Any, now: dt.datetime, at: Callable[[dt.datetime], None]) -> Certificate:
    at(now)
    return make_certificate(db, make_enrolment(db), curriculum, now=now)


def shown(text: str) -> str:
    plain = re.sub(r"<[^>]+>", "", html.unescape(text)).replace("\u00a0", " ").replace("\u202f", " ")
    return re.sub(r"[\s\u200e\u200f\u2066-\u2069]+", " ", plain)


def test_the_public_page_shows_every_printed_fact_but_no_score(
    client: CheckingClient, certificate: Certificate
) -> None:
    printed, serial = certificate.facts, certificate.serial
    page = client.get(f"/v/{certificate.code}")
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    text = shown(page.text)
    both = [
        *(printed[key] for key in ("name", "title", "organisation", "programme", "issuer", "cohort")),
        *printed["signatories"], *(module["title"] for module in printed["modules"]), *facts.objectives(printed),
        facts.hours(printed["minutes"]),
    ]  # fmt: skip
    for value in both:
        for lang in ("ar", "fr"):
            assert shown(value[lang]) in text, value[lang]
    for day in (printed["starts_on"], printed["ends_on"], printed["issued_on"]):
        for lang in ("ar", "fr"):
            assert shown(iso_date(day, lang)) in text
    assert serial in text
    assert codes.grouped(certificate.code) in text
    assert "20/20" not in text
    assert "100 %" not in text


@pytest.mark.parametrize(
    ("minutes", "ar", "fr"),
    [
        (20, "30 دقيقة", "30 minutes"), (60, "ساعة واحدة", "1 heure"), (120, "ساعتان", "2 heures"),
        (210, "3 ساعات ونصف", "3 heures 30"), (600, "10 ساعات", "10 heures"), (660, "11 ساعة", "11 heures"),
        (6000, "100 ساعة", "100 heures"), (6180, "103 ساعات", "103 heures"), (6660, "111 ساعة", "111 heures"),
    ],
)  # fmt: skip
def test_hours_are_counted_as_each_language_counts(minutes: int, ar: str, fr: str) -> None:
    assert facts.hours(minutes) == {"ar": ar, "fr": fr}


@pytest.mark.parametrize("form", ["{}", "{lower}", "{grouped}", "V/{}"])
def test_a_code_opens_in_every_spelling(client: CheckingClient, certificate: Certificate, form: str) -> None:
    code = certificate.code
    path = form.format(code, lower=code.lower(), grouped=codes.grouped(code))
    answer = client.get(f"/{path}" if path.startswith("V/") else f"/v/{path}")
    assert answer.status_code == 200
    typed = client.get("/v/", query_string={"code": f" {codes.grouped(code).lower()} "})
    assert typed.headers["Location"] == f"/v/{code}"


@pytest.mark.parametrize(
    "code", ["nothing", "0" * 16, "%3Cscript%3E", "é" * 30, "x" * 2000, "..%2f..%2fetc", "ABCD EFGH"]
)
def test_an_unknown_code_is_a_page_in_both_languages(client: CheckingClient, db: Any, code: str) -> None:
    answer = client.get(f"/v/{code}")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_guessing_waits_after_thirty_misses_and_holders_never_do(
    client: CheckingClient, db: Any, certificate: Certificate
) -> None:
    code = certificate.code
    wrong = [client.get(f"/v/{codes.new_code()}").status_code for _ in range(views.FREE_MISSES + 5)]
    assert wrong == [404] * views.FREE_MISSES + [429] * 5
    assert client.get(f"/v/{code}").status_code == 200
    database.use_mode(database.READ)
    assert len(db.scalars(sa.select(Throttle)).all()) == 1


def test_a_visit_is_not_written_down(client: CheckingClient, db: Any, certificate: Certificate) -> None:
    code = certificate.code
    answer = client.get(f"/v/{code}")
    assert "Set-Cookie" not in answer.headers
    database.use_mode(database.READ)
    assert db.scalars(sa.select(Throttle)).all() == []


def test_withdrawn_and_replaced_say_so_and_name_no_reason(
    client: CheckingClient, db: Any, certificate: Certificate, now: dt.datetime
) -> None:
    first, code = certificate, certificate.code
    second = services.reissue(db, first, actor_id=None, reason="a private reason", now=now)
    new_code, new_serial = second.code, second.serial
    database.commit()
    old = shown(client.get(f"/v/{code}").text)
    assert "remplacée" in old
    assert new_serial in old
    database.use_mode(database.WRITE)
    services.revoke(db, db.get_one(Certificate, second.id), actor_id=None, reason="a private reason", now=now)
    database.commit()
    withdrawn = shown(client.get(f"/v/{new_code}").text)
    assert "révoquée" in withdrawn
    assert "ملغاة" in withdrawn
    assert "private" not in old + withdrawn


def test_the_file_is_its_holders_and_comes_the_same_each_time(
    client: CheckingClient, db: Any, certificate: Certificate, run_jobs: Callable[[], None]
) -> None:
    certificate_id, serial = certificate.id, certificate.serial
    holder = make_enrolment_person(db, certificate)
    client.signed_in(holder)
    path = f"/fr/certificates/{certificate_id}/file"
    waiting = client.get(path)
    assert waiting.status_code == 404
    assert "Refresh" in client.get("/fr/certificates/").headers
    run_jobs()
    files = [client.get(path) for _ in range(2)]
    assert files[0].data == files[1].data
    assert f'filename="{serial}.pdf"' in files[0].headers["Content-Disposition"]
    assert files[0].headers["X-Content-Type-Options"] == "nosniff"
    assert "Refresh" not in client.get("/fr/certificates/").headers
    client.signed_in(make_person(db, "driss"))
    assert client.get(path).status_code == 404


def make_enrolment_person(db: Any, certificate: Certificate) -> Any:
    from lms.programme.models import Enrolment

    return db.get_one(Enrolment, certificate.enrolment_id).person


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_name_that_cannot_be_printed_comes_back_with_a_sentence(
    client: CheckingClient, db: Any, curriculum: Any, now: dt.datetime, at: Any, lang: str
) -> None:
    at(now)
    enrolment = make_enrolment(db)
    pass_test(db, enrolment, curriculum, now=now)
    enrolment_id = enrolment.id
    client.signed_in(enrolment.person)
    path = f"/{lang}/certificates/{enrolment_id}/achievement:concepts"
    answer = client.post(path, data={"name_ar": "شيماء 王", "name_fr": "Chaïma"})
    assert answer.status_code == 422
    assert "王" in answer.text
    assert "Chaïma" in answer.text
    assert client.post(path, data={"name_ar": "شيماء", "name_fr": "Chaïma"}).status_code == 302
    assert client.post(path, data={"name_ar": "شيماء", "name_fr": "Chaïma"}).status_code == 302
    database.use_mode(database.READ)
    assert db.scalar(sa.select(sa.func.count(Certificate.id))) == 1
    # The second time gave the number back that it drew.
    assert db.scalars(sa.select(CertificateCounter.last)).one() == 1


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_an_organisation_that_cannot_be_printed_is_said_and_the_name_typed_stays(
    client: CheckingClient, db: Any, curriculum: Any, now: dt.datetime, at: Any, lang: str
) -> None:
    at(now)
    enrolment = make_enrolment(db)
    pass_test(db, enrolment, curriculum, now=now)
    assert enrolment.organisation is not None
    enrolment.organisation.name = Bilingual("مكتب 王", "Office")
    path = f"/{lang}/certificates/{enrolment.id}/achievement:concepts"
    database.commit()
    client.signed_in(enrolment.person)
    answer = client.post(path, data={"name_ar": "شيماء", "name_fr": "Chaïma B."})
    assert answer.status_code == 422
    assert "王" in answer.text
    assert 'value="Chaïma B."' in answer.text


@pytest.mark.parametrize("path", ["9999999999999999999999/file", "2147483648/file", "0/file", "-1/file"])
def test_numbers_beyond_a_row_are_not_found(client: CheckingClient, db: Any, path: str) -> None:
    client.signed_in(make_person(db))
    assert client.get(f"/fr/certificates/{path}").status_code == 404
