"""What every answer carries, and what bad requests get."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from lms.core.headers import CONTENT_SECURITY_POLICY
from tests.factories import make_person
from tests.pages import CheckingClient

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/fr/sign-in", "/healthz", "/readyz", "/nothing", "/fr/", "/v/", "/fr/monitoring/"])
def test_headers_are_on_every_answer(client: CheckingClient, db: Any, path: str) -> None:
    client.signed_in(make_person(db))
    answer = client.get(path)
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    policy = answer.headers["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert "default-src 'none'" in policy
    assert len(policy.split(";")) == len(CONTENT_SECURITY_POLICY)
    if path in ("/fr/", "/fr/monitoring/"):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]


def test_assets_may_be_kept_for_ever_and_set_no_cookie(client: CheckingClient, app: Flask) -> None:
    answer = client.get(f"/assets/{app.extensions['assets'].filename('app.css')}")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_cookies_are_closed_to_scripts_and_https_only_where_there_is_https(make_app: Any) -> None:
    app = make_app()
    secure = make_secure(app)
    for one, is_https in ((app, False), (secure, True)):
        answer = one.test_client().get("/fr/sign-in", base_url="https://localhost" if is_https else "http://localhost")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is is_https
        assert cookie.startswith("__Host-session=" if is_https else "session=")
        assert ("Strict-Transport-Security" in answer.headers) is is_https


def make_secure(app: Flask) -> Flask:
    from dataclasses import replace

    from lms import create_app

    return create_app(replace(app.extensions["settings"], base_url="https://localhost"))


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "[::2]", "a b"]
)
def test_a_host_that_is_not_ours_is_refused(sqlite_app: Flask, host: str) -> None:
    for path in ("/fr/sign-in", "/v/ABCD-EFGH", "/healthz", "/nothing"):
        answer = sqlite_app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.get_data(as_text=True)
        assert "connue ici" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("lang", "words"), [("fr", "volumineux"), ("ar", "كبير")])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"]
)
def test_ten_megabytes_are_refused_in_words(client: CheckingClient, db: Any, kind: str, lang: str, words: str) -> None:
    client.signed_in(make_person(db))
    answer = client.post(f"/{lang}/account/names", data=b"name_fr=" + b"x" * 10_000_000, content_type=kind)
    assert answer.status_code == 413
    assert words in answer.text


def test_thousands_of_parts_are_refused(client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db))
    part = b'--x\r\nContent-Disposition: form-data; name="name_fr"\r\n\r\nA\r\n'
    answer = client.post(
        "/fr/account/names", data=part * 3000 + b"--x--", content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"%", b"a" * 5000 + b"=%zz", b"name_fr=%00%00", b"=&=&=", b"name_fr=%ED%A0%80"]
)
@pytest.mark.parametrize("path", ["/fr/account/names", "/fr/preferences", "/fr/notice", "/fr/sign-in", "/fr/password"])
def test_malformed_forms_are_no_fault(client: CheckingClient, db: Any, path: str, body: bytes) -> None:
    client.signed_in(make_person(db))
    answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500


@pytest.mark.parametrize("path", ["/ar/%00", "/fr/search/?q=a%00b", "/v/%00", "/fr/monitoring/?q=%00"])
def test_a_null_character_is_refused_before_it_reaches_the_database(client: CheckingClient, db: Any, path: str) -> None:
    client.signed_in(make_person(db))
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("status", [400, 403, 404, 405, 500])
def test_error_pages_speak_the_language_of_the_address_and_show_no_trace(
    client: CheckingClient, db: Any, monkeypatch: pytest.MonkeyPatch, lang: str, status: int
) -> None:
    client.signed_in(make_person(db))
    if status == 500:
        from lms.accounts.views import own

        def fail(*_: Any) -> None:
            raise KeyError("secret detail /etc/path SELECT")

        monkeypatch.setattr(own, "_account_page", fail)
        client.application.config["PROPAGATE_EXCEPTIONS"] = False
    answers = {
        400: lambda: client.post(f"/{lang}/account/names", csrf=False),
        403: lambda: client.get(f"/{lang}/monitoring/"),
        404: lambda: client.get(f"/{lang}/nothing"),
        405: lambda: client.put(f"/{lang}/account/"),
        500: lambda: client.get(f"/{lang}/account/"),
    }
    answer = answers[status]()
    assert answer.status_code == status
    assert "secret" not in answer.text
    assert "KeyError" not in answer.text
    assert {"ar": "المرجع", "fr": "Référence"}[lang] in answer.text


def test_a_script_gets_its_error_as_a_sentence(client: CheckingClient, db: Any) -> None:
    headers = {"Accept": "application/json"}
    assert client.get("/ar/", headers=headers).status_code == 401
    client.signed_in(make_person(db))
    answer = client.get("/ar/nothing", headers=headers)
    assert answer.status_code == 404
    assert set(answer.json) == {"error", "reference"}


def test_pages_go_out_small_to_those_who_can_unpack(sqlite_app: Flask) -> None:
    plain = Client(sqlite_app).get("/fr/privacy")
    packed = Client(sqlite_app).get("/fr/privacy", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers.getlist("Vary")
    assert len(packed.data) < len(plain.data) / 2
    assert len(gzip.decompress(packed.data)) == len(plain.data)


def test_ready_tells_a_missing_migration_from_a_lost_database(
    app: Flask, client: CheckingClient, monkeypatch: Any
) -> None:
    assert client.get("/readyz").status_code == 200
    from lms.core import health

    class Older:
        def get_current_revision(self) -> str:
            return "0000"

    monkeypatch.setattr(health.MigrationContext, "configure", lambda _connection: Older())
    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)


def test_an_endpoint_that_names_no_permission_stops_the_start(sqlite_app: Flask) -> None:
    from lms.core import access

    app = Flask("bare")
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(RuntimeError, match="open"):
        access.check_endpoints(app)
