"""Signing in and out, how long it lasts, what ends it, and how guessing is slowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services, sessions
from lms.accounts.models import Person, SignIn
from lms.accounts.services import second_factor
from lms.core import db as database
from lms.core import throttle
from lms.core.access import Role
from tests.accounts.conftest import PASSWORD, is_signed_in, sign_in, with_password
from tests.factories import make_person
from tests.pages import CheckingClient, without_token
from tests.parallel import at_once

Clock = Callable[[dt.datetime], None]


def fresh(app: Flask) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return client


@pytest.mark.parametrize("name", ["chaima@example.ma", "  CHAIMA@Example.MA "])
@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_an_address_opens_the_account_in_the_language_of_the_page(
    client: CheckingClient, db: Any, name: str, lang: str
) -> None:
    with_password(db, lang="fr")
    answer = sign_in(client, name, lang=lang)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{lang}/")
    assert is_signed_in(client)


def test_a_switch_on_the_way_in_holds_for_the_page_asked_for(client: CheckingClient, db: Any) -> None:
    with_password(db)
    answer = sign_in(client, "chaima@example.ma", lang="ar", next="/fr/modules/concepts/?step=a")
    assert answer.headers["Location"] == "/ar/modules/concepts/?step=a"


def test_people_without_an_address_sign_in_with_their_code(client: CheckingClient, db: Any) -> None:
    with_password(db, email=None, code="KM7Q4T")
    assert sign_in(client, "km7q4t").status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_unknown_name_and_wrong_password_read_the_same(client: CheckingClient, db: Any, lang: str) -> None:
    with_password(db)
    bodies = []
    for name, password in (("chaima@example.ma", "not this one, sorry"), ("nobody@example.ma", PASSWORD)):
        answer = sign_in(client, name, password, lang=lang)
        assert answer.status_code == 422
        assert PASSWORD not in answer.text
        bodies.append(without_token(answer.text.replace(name, "NAME")))
    assert bodies[0] == bodies[1]
    assert not is_signed_in(client)


def test_an_account_without_a_password_cannot_be_entered(client: CheckingClient, db: Any) -> None:
    make_person(db)
    for password in ("", "None", PASSWORD):
        assert sign_in(client, "chaima@example.ma", password).status_code == 422


def test_a_planted_cookie_dies_at_sign_in(client: CheckingClient, db: Any) -> None:
    """Fixation: what a stranger put into the browser before is worth nothing after."""
    chaima = with_password(db)
    client.signed_in(make_person(db, "driss"))
    planted = client.get_cookie("session")
    sign_in(client, "chaima@example.ma")
    assert planted is not None
    assert client.get_cookie("session").value != planted.value  # type: ignore[union-attr]
    assert chaima.name.fr in client.get("/fr/account/").text


def leave(client: CheckingClient, db: Any, person: Person, now: dt.datetime) -> None:
    client.post("/fr/sign-out")


def new_password(client: CheckingClient, db: Any, person: Person, now: dt.datetime) -> None:
    services.set_password(db, person, "hash", now=now)


def new_role(client: CheckingClient, db: Any, person: Person, now: dt.datetime) -> None:
    services.grant_role(db, person, Role.TRAINER, now=now)


def suspension(client: CheckingClient, db: Any, person: Person, now: dt.datetime) -> None:
    services.suspend(db, person, actor_id=None, reason="left the service", now=now)


def closing_others(client: CheckingClient, db: Any, person: Person, now: dt.datetime) -> None:
    services.close_sign_ins(db, person.id, now=now)


def archiving(client: CheckingClient, db: Any, person: Person, now: dt.datetime) -> None:
    person.archived_at = now


def factor_reset(client: CheckingClient, db: Any, person: Person, now: dt.datetime) -> None:
    second_factor.reset(db, person, actor_id=person.id, now=now)


@pytest.mark.parametrize("event", [leave, new_password, new_role, suspension, archiving, closing_others, factor_reset])
def test_the_old_cookie_is_refused_on_the_next_request(
    client: CheckingClient, db: Any, on_monday: dt.datetime, event: Callable[..., None]
) -> None:
    """Security notes T16."""
    person = with_password(db)
    sign_in(client, "chaima@example.ma")
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert is_signed_in(client)
    database.use_mode(database.WRITE)
    event(client, db, db.get_one(Person, person.id), on_monday)
    database.commit()
    client.set_cookie("session", cookie.value)
    assert not is_signed_in(client)


def test_closing_the_others_keeps_this_one(app: Flask, db: Any) -> None:
    with_password(db)
    phone, office = fresh(app), fresh(app)
    for client in (phone, office):
        sign_in(client, "chaima@example.ma")
    assert office.post("/fr/account/close-others").status_code == 302
    assert is_signed_in(office)
    assert not is_signed_in(phone)


def test_one_session_of_several_is_closed_and_never_another_persons(app: Flask, db: Any) -> None:
    person = with_password(db)
    driss = make_person(db, "driss")
    phone, office, other = fresh(app), fresh(app), fresh(app)
    for client in (phone, office):
        sign_in(client, "chaima@example.ma")
    other.signed_in(driss)
    numbers = {one.person_id: one.id for one in db.scalars(sa.select(SignIn).order_by(SignIn.id.desc()))}
    office.post(f"/fr/account/sessions/{numbers[driss.id]}/close")
    office.post(f"/fr/account/sessions/{numbers[person.id]}/close")
    assert [is_signed_in(client) for client in (other, office, phone)] == [True, True, False]


NEW = "une phrase tout autre"


@pytest.mark.parametrize(
    ("present", "new"),
    [
        ("not this one, sorry", NEW), ("", NEW), (PASSWORD, ""), (PASSWORD, "short"), (PASSWORD, "x" * 129),
        (PASSWORD, "passwordpassword"), (PASSWORD, "chaima@example.ma"), (PASSWORD, "azertyuiopqs"),
    ],
)  # fmt: skip
def test_a_new_password_is_refused_without_the_present_one_or_when_guessed_early(
    client: CheckingClient, db: Any, present: str, new: str
) -> None:
    with_password(db)
    sign_in(client, "chaima@example.ma")
    assert client.post("/fr/account/password", data={"present": present, "password": new}).status_code == 422
    client.post("/fr/sign-out")
    assert sign_in(client, "chaima@example.ma").status_code == 302


def test_a_new_password_keeps_this_browser_and_closes_the_others(app: Flask, db: Any) -> None:
    with_password(db)
    phone, office = fresh(app), fresh(app)
    for client in (phone, office):
        sign_in(client, "chaima@example.ma")
    cookie = office.get_cookie("session")
    answer = office.post("/fr/account/password", data={"present": PASSWORD, "password": NEW})
    assert answer.status_code == 302
    assert [is_signed_in(office), is_signed_in(phone)] == [True, False]
    phone.set_cookie("session", cookie.value)  # type: ignore[union-attr]
    assert not is_signed_in(phone)
    assert sign_in(phone, "chaima@example.ma", NEW).status_code == 302


def test_guessing_the_present_password_is_slowed(client: CheckingClient, db: Any) -> None:
    with_password(db)
    sign_in(client, "chaima@example.ma")
    for _ in range(throttle.FREE_TRIES):
        client.post("/fr/account/password", data={"present": "not this one, sorry", "password": NEW})
    assert client.post("/fr/account/password", data={"present": PASSWORD, "password": NEW}).status_code == 429


@pytest.mark.parametrize(
    ("role", "stay", "pause", "stands"),
    [
        (Role.LEARNER, False, dt.timedelta(hours=11, minutes=59), True),
        (Role.LEARNER, False, dt.timedelta(hours=12), False),
        (Role.LEARNER, True, dt.timedelta(days=29), True),
        (Role.LEARNER, True, dt.timedelta(days=30), False),
        (Role.MONITOR, False, dt.timedelta(minutes=60), True),
        (Role.MONITOR, False, dt.timedelta(minutes=61), False),
        (Role.MONITOR, True, dt.timedelta(hours=13), False),
    ],
)
def test_how_long_a_sign_in_stands(
    client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime, role: Role, stay: bool, pause: Any, stands: bool
) -> None:
    with_password(db, role=role)
    sign_in(client, "chaima@example.ma", **({"stay": "y"} if stay else {}))
    at(on_monday + pause)
    assert is_signed_in(client) is stands


def test_activity_moves_the_idle_limit_but_not_the_day(
    client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime
) -> None:
    with_password(db, role=Role.TRAINER)
    sign_in(client, "chaima@example.ma")
    for hours in range(1, 12):
        at(on_monday + dt.timedelta(hours=hours))
        assert is_signed_in(client), hours
    at(on_monday + dt.timedelta(hours=12))
    assert not is_signed_in(client)


def test_after_five_wrong_tries_the_wait_is_told_in_words(
    client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime
) -> None:
    with_password(db)
    for _ in range(throttle.FREE_TRIES):
        assert sign_in(client, "chaima@example.ma", "a wrong password").status_code == 422
    for lang, words in (("fr", "1\u00a0minute"), ("ar", "دقيقة")):
        answer = sign_in(client, "chaima@example.ma", lang=lang)
        assert answer.status_code == 429
        assert words in answer.text
        assert answer.headers["Retry-After"] == "60"
    at(on_monday + dt.timedelta(seconds=60))
    assert sign_in(client, "chaima@example.ma").status_code == 302


def test_a_thousand_guesses_an_hour_reach_the_account_at_most_twenty_times(
    app: Flask, db: Any, now: dt.datetime
) -> None:
    """Security notes T13."""
    key = throttle.hashed_key("sign-in", "chaima@example.ma", "10.0.0.1")
    judged = 0
    for second in range(0, 3600, 4):
        try:
            throttle.count_try(db, key, now=now + dt.timedelta(seconds=second))
            judged += 1
        except throttle.TooManyTries:
            pass
    assert judged <= 20


def test_a_hundred_parallel_guesses_are_judged_five_times(app: Flask, db: Any, now: dt.datetime) -> None:
    key = throttle.hashed_key("sign-in", "chaima@example.ma", "10.0.0.1")

    def guess(db: Any) -> str:
        throttle.count_try(db, key, now=now)
        return "judged"

    results = at_once(app, [guess] * 100)
    assert results.count("judged") == throttle.FREE_TRIES
    assert sum(isinstance(result, throttle.TooManyTries) for result in results) == 100 - throttle.FREE_TRIES


def test_three_hundred_people_of_one_office_sign_in_behind_one_address(sqlite_app: Flask) -> None:
    from tests.conftest import empty

    with sqlite_app.app_context():
        database.use_mode(database.WRITE)
        db: Any = database.session()
        names = [f"person{number}" for number in range(300)]
        first = with_password(db, names[0])
        for name in names[1:]:
            person = services.create_person(
                db, name=first.name, email=f"{name}@example.ma", organisation=first.organisation, now=first.created_at
            )
            person.password_hash = first.password_hash
        database.commit()
    for name in names:
        client = fresh(sqlite_app)
        assert sign_in(client, f"{name}@example.ma", "typed wrong once").status_code == 422
        assert sign_in(client, f"{name}@example.ma").status_code == 302
    empty(sqlite_app)


OFF_SITE = [
    "https://evil.example", "http://evil.example", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "https:evil.example",
    "https:/evil.example", "https:///evil.example", "HTTPS://evil.example", "ftp://evil.example", "javascript:alert(1)",
    "JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "mailto:x@evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example",
    "\x00//evil.example", "/\x00/evil.example", "evil.example", "www.evil.example", "@evil.example",
    "http://localhost@evil.example", "//localhost@evil.example", "//localhost:80@evil.example", "//evil.example/%2f..",
    "/fr/\r\nLocation: https://evil.example", "/fr/\nSet-Cookie: a=b", "//[::1]", "//evil。example",
    "?next=//evil.example", "#//evil.example", "./evil.example", "../evil.example", "fr/account/",
    "\u2028//evil.example", "//\u202eelpmaxe.live", "http:\\\\evil.example", "/fr/\\..\\..\\evil.example", "",
]  # fmt: skip


@pytest.mark.parametrize("target", OFF_SITE)
def test_no_spelling_of_next_leads_away(target: str) -> None:
    """Security notes T11."""
    assert sessions.safe_next(target) is None


@pytest.mark.parametrize("target", ["/fr/", "/ar/modules/concepts/?step=a", "/fr/search/?q=%C3%A9galit%C3%A9"])
def test_next_leads_back_inside(client: CheckingClient, db: Any, target: str) -> None:
    with_password(db)
    assert sessions.safe_next(target) == target
    assert sign_in(client, "chaima@example.ma", next=target, lang=target[1:3]).headers["Location"] == target


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"])
def test_no_answer_sends_away(client: CheckingClient, db: Any, target: str) -> None:
    with_password(db)
    for answer in (
        sign_in(client, "chaima@example.ma", next=target),
        client.get("/fr/sign-in", query_string={"next": target}),
        client.post("/fr/preferences", data={"next": target, "theme": "dark"}),
    ):
        assert answer.status_code == 302
        assert "evil" not in answer.headers["Location"]


def test_a_page_asked_for_before_signing_in_comes_after(client: CheckingClient, db: Any) -> None:
    with_password(db)
    sent = client.get("/fr/account/?from=mail")
    page = client.get(sent.headers["Location"])
    assert 'value="/fr/account/?from=mail"' in page.text


@pytest.mark.parametrize("body", [{}, {"email": "x" * 300, "password": "y"}, {"email": "x", "password": "y" * 600}])
def test_a_malformed_form_comes_back_with_sentences(client: CheckingClient, db: Any, body: dict[str, str]) -> None:
    answer = client.post("/fr/sign-in", data=body)
    assert answer.status_code == 422
    assert "field-error" in answer.text or 'aria-invalid="true"' in answer.text


def test_what_a_form_does_not_name_changes_nothing(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    """Mass assignment."""
    person = with_password(db)
    sign_in(client, "chaima@example.ma")
    extra = {"role": "administrator", "email": "other@example.ma", "organisation_id": "1", "is_test": "1"}
    answer = client.post("/fr/account/names", data={"name_ar": "شيماء", "name_fr": "Chaima", **extra})
    assert answer.status_code == 302
    db.expire_all()
    database.use_mode(database.READ)
    stored = db.get_one(Person, person.id)
    assert (stored.email, stored.is_test, [grant.role for grant in stored.grants]) == (
        "chaima@example.ma",
        False,
        [Role.LEARNER],
    )
    assert stored.name.fr == "Chaima"


@pytest.mark.parametrize(
    ("referrer", "leads_to"),
    [
        ("http://localhost/fr/account/?a=1", "/fr/account/?a=1"),
        ("http://evil.example/fr/account/", None),
        ("//evil.example", None),
        ("http://[x/", None),
        ("http://localhost/fr/account/names", None),
        ("http://localhost/nowhere", None),
        ("", None),
    ],
)
def test_a_form_sent_after_the_sign_in_expired_leads_back_to_its_page(
    client: CheckingClient, db: Any, on_monday: dt.datetime, referrer: str, leads_to: str | None
) -> None:
    answer = client.post("/fr/account/names", data={"name_fr": "x"}, headers={"Referer": referrer})
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query.get("next", [None])[0] == leads_to
