"""Invitations, new passwords and the first administrator's link: used once, in time, by one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import start
from lms.accounts import notice, services
from lms.accounts.errors import LinkNotUsable
from lms.accounts.models import LinkPurpose, NoticeAcceptance, OneTimeLink, Person
from lms.core import db as database
from lms.core.access import Role
from lms.core.mail import Mail
from tests.accounts.conftest import PASSWORD, is_signed_in, sign_in, with_password
from tests.factories import make_person
from tests.pages import CheckingClient, without_token
from tests.parallel import at_once

Clock = Callable[[dt.datetime], None]
ADDRESS = "http://localhost/fr/invitation/TOKEN/"


def invite(db: Any, person: Person, now: dt.datetime, address: str | None = ADDRESS) -> str:
    token = services.invite(db, person, now=now, address_of=address)
    database.commit()
    return token


def answers(**changes: str) -> dict[str, str]:
    """What somebody types on the invitation's page."""
    given = {"name_ar": "شيماء العلوي", "name_fr": "Chaima Alaoui", "lang": "ar", "sex": "f"}
    return {**given, "password": PASSWORD, "notice": "y", **changes}


def test_an_invitation_opens_the_account(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    person = make_person(db, notice_read=False)
    token = invite(db, person, on_monday)
    assert client.get(f"/ar/invitation/{token}/").status_code == 200
    answer = client.post(f"/ar/invitation/{token}/", data=answers())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ar/go-on")
    assert is_signed_in(client)
    database.use_mode(database.READ)
    accepted = db.scalars(sa.select(NoticeAcceptance)).one()
    assert (accepted.person_id, accepted.version, accepted.lang) == (person.id, notice.VERSION, "ar")
    assert sign_in(client.application.test_client(), "chaima@example.ma").status_code == 302  # type: ignore[arg-type]


def test_opening_the_link_spends_nothing(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    """Mail scanners open every link, some of them twice."""
    token = invite(db, make_person(db), on_monday)
    for method in ("GET", "HEAD", "GET"):
        assert client.open(f"/fr/invitation/{token}/", method=method).status_code == 200
    assert client.post(f"/fr/invitation/{token}/", data=answers()).status_code == 302


def spent(db: Any, person: Person, now: dt.datetime) -> str:
    token = invite(db, person, now)
    services.use_link(db, token, LinkPurpose.INVITATION, now=now)
    return token


def revoked(db: Any, person: Person, now: dt.datetime) -> str:
    token = invite(db, person, now)
    invite(db, person, now)
    return token


def too_old(db: Any, person: Person, now: dt.datetime) -> str:
    return invite(db, person, now - services.INVITATION_LASTS)


def unknown(db: Any, person: Person, now: dt.datetime) -> str:
    return "x" * 43


def meant_for_a_reset(db: Any, person: Person, now: dt.datetime) -> str:
    return services.make_link(db, person, LinkPurpose.RESET, lasts=services.RESET_LASTS, now=now)


@pytest.mark.parametrize("make", [spent, revoked, too_old, unknown, meant_for_a_reset])
@pytest.mark.parametrize(("lang", "words"), [("fr", "nouveau lien"), ("ar", "جديد")])
def test_a_link_that_no_longer_works_says_so_and_offers_a_new_one(
    client: CheckingClient, db: Any, on_monday: dt.datetime, make: Callable[..., str], lang: str, words: str
) -> None:
    token = make(db, make_person(db), on_monday)
    database.commit()
    for answer in (
        client.get(f"/{lang}/invitation/{token}/"),
        client.post(f"/{lang}/invitation/{token}/", data=answers()),
    ):
        assert answer.status_code == 410
        assert words in answer.text
        assert f"/{lang}/invitation/{token}/renew" in answer.text
    assert not is_signed_in(client)


def test_all_dead_links_read_the_same(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    bodies = set()
    for number, make in enumerate((spent, revoked, too_old, unknown)):
        token = make(db, make_person(db, f"person{number}"), on_monday)
        database.commit()
        bodies.add(without_token(client.get(f"/fr/invitation/{token}/").text.replace(token, "TOKEN")))
    assert len(bodies) == 1


def test_renewing_sends_one_to_the_known_address_and_shows_nothing(
    client: CheckingClient, db: Any, on_monday: dt.datetime, run_jobs: Callable[[], None], app: Flask
) -> None:
    old = too_old(db, make_person(db, lang="ar"), on_monday)
    known = client.post(f"/fr/invitation/{old}/renew")
    strange = client.post("/fr/invitation/nothing-known/renew")
    assert known.status_code == strange.status_code == 200
    texts = known.text.replace(old, "TOKEN"), strange.text.replace("nothing-known", "TOKEN")
    assert without_token(texts[0]) == without_token(texts[1])
    assert "example.ma" not in known.text
    database.use_mode(database.READ)
    mail = db.scalars(sa.select(Mail).order_by(Mail.id.desc())).first()
    link = re.search(r"http://localhost(/ar/invitation/\S+/)", mail.text)
    assert link is not None
    assert client.get(link[1]).status_code == 200


def test_renewing_leaves_the_link_alone_where_no_new_one_can_be_sent(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    token = invite(db, make_person(db, email=None, code="KM7Q4T"), on_monday)
    assert client.post(f"/fr/invitation/{token}/renew").status_code == 200
    assert client.get(f"/fr/invitation/{token}/").status_code == 200


def test_a_form_with_mistakes_keeps_what_was_typed(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    token = invite(db, make_person(db), on_monday)
    for wrong in ({"password": "short"}, {"name_ar": "", "name_fr": " "}, {"notice": ""}, {"lang": "en"}, {"sex": "x"}):
        answer = client.post(f"/fr/invitation/{token}/", data=answers(**{"name_fr": "Chaïma Élalaoui", **wrong}))
        assert answer.status_code == 422, wrong
        assert "name_fr" in wrong or "Chaïma Élalaoui" in answer.text
        assert PASSWORD not in answer.text
    assert client.get(f"/fr/invitation/{token}/").status_code == 200


def test_an_invitation_without_an_address_asks_for_one_that_is_free(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    make_person(db, "driss")
    token = invite(db, make_person(db, email=None), on_monday)
    for address in ("", "no address", "driss@example.ma"):
        answer = client.post(f"/fr/invitation/{token}/", data=answers(email=address))
        assert answer.status_code == 422, address
    assert client.post(f"/fr/invitation/{token}/", data=answers(email="Chaima@Example.ma")).status_code == 302
    database.use_mode(database.READ)
    assert db.scalars(sa.select(Person.email).where(Person.email.like("chaima%"))).one() == "chaima@example.ma"


@pytest.mark.parametrize("purpose", list(LinkPurpose))
def test_of_fifty_parallel_uses_one_gets_the_link(app: Flask, db: Any, now: dt.datetime, purpose: LinkPurpose) -> None:
    token = services.make_link(db, make_person(db), purpose, lasts=dt.timedelta(hours=1), now=now)
    database.commit()

    def use(db: Any) -> str:
        services.use_link(db, token, purpose, now=now)
        return "used"

    results = at_once(app, [use] * 50)
    assert results.count("used") == 1
    assert sum(isinstance(result, LinkNotUsable) for result in results) == 49


def test_a_suspended_persons_invitation_is_dead(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    person = make_person(db)
    token = invite(db, person, on_monday)
    services.suspend(db, person, actor_id=None, reason="left", now=on_monday)
    database.commit()
    assert client.post(f"/fr/invitation/{token}/", data=answers()).status_code == 410


def test_asking_for_a_new_password_reads_the_same_for_everybody(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    """Security notes T14."""
    with_password(db, lang="ar")
    bodies = [client.post("/fr/password", data={"email": name}) for name in ("chaima@example.ma", "nobody@example.ma")]
    assert [answer.status_code for answer in bodies] == [200, 200]
    assert without_token(bodies[0].text) == without_token(bodies[1].text)
    database.use_mode(database.READ)
    mail = db.scalars(sa.select(Mail)).one()
    assert (mail.address, mail.lang) == ("chaima@example.ma", "ar")


def test_a_new_password_ends_every_session_and_signs_in(
    app: Flask, client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    with_password(db)
    phone = app.test_client()
    sign_in(phone, "chaima@example.ma")  # type: ignore[arg-type]
    client.post("/fr/password", data={"email": "chaima@example.ma"})
    database.use_mode(database.READ)
    found = re.search(r"/password/\S+/", db.scalars(sa.select(Mail.text)).one())
    assert found is not None
    path = "/fr" + found[0]
    for _ in range(2):
        assert client.get(path).status_code == 200
    assert client.post(path, data={"password": "azertyuiop12"}).status_code == 422
    assert client.post(path, data={"password": "un autre train, plus tard"}).status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(phone)  # type: ignore[arg-type]
    assert client.get(path).status_code == 410
    assert client.post(path, data={"password": "encore un autre train"}).status_code == 410


def test_a_reset_link_dies_after_two_hours(client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime) -> None:
    token = meant_for_a_reset(db, with_password(db), on_monday)
    database.commit()
    at(on_monday + dt.timedelta(hours=2))
    assert client.get(f"/fr/password/{token}/").status_code == 410


def test_asking_again_and_again_has_to_wait(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    with_password(db)
    codes = [client.post("/fr/password", data={"email": "chaima@example.ma"}).status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2


def test_mails_use_the_configured_address_whatever_the_host_says(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    """Security notes T12."""
    with_password(db)
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    client.post("/fr/password", data={"email": "chaima@example.ma"}, headers=headers)
    assert client.get("/fr/sign-in", headers={"Host": "evil.example"}).status_code == 400
    database.use_mode(database.READ)
    assert "http://localhost/fr/password/" in db.scalars(sa.select(Mail.text)).one()


def test_the_table_of_links_holds_no_token(db: Any, now: dt.datetime) -> None:
    token = invite(db, make_person(db), now)
    stored = db.scalars(sa.select(OneTimeLink)).one()
    assert token not in str(vars(stored))


def test_the_first_administrators_link(
    app: Flask, client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime
) -> None:
    start._first_administrator(app)
    file: Path = app.extensions["settings"].data_dir / "administrator-link.txt"
    assert file.stat().st_mode & 0o777 == 0o600
    path = file.read_text().strip().removeprefix("http://localhost")
    database.rollback()
    at(on_monday + dt.timedelta(minutes=60))
    assert client.get(path).status_code == 410
    at(on_monday + dt.timedelta(minutes=59))
    assert client.post(path, data=answers(email="karim@example.ma")).status_code == 302
    assert client.post(path, data=answers(email="other@example.ma")).status_code == 410
    database.use_mode(database.WRITE)
    assert start._first_administrator(app) == []
    administrator = db.scalars(sa.select(Person).where(Person.email == "karim@example.ma")).one()
    assert [grant.role for grant in administrator.grants] == [Role.ADMINISTRATOR]
