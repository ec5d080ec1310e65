"""Acts that weigh ask again who is there, and lose nothing of what was typed."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.core import throttle
from lms.core.access import CONFIRMED_FOR, Role
from tests.accounts.conftest import PASSWORD, with_password
from tests.accounts.test_second_factor import code_at, with_app
from tests.pages import CheckingClient

Clock = Callable[[dt.datetime], None]
PAGE = "/fr/account/second-factor/set-up"
LATER = CONFIRMED_FOR + dt.timedelta(seconds=1)


def fields(text: str) -> dict[str, list[str]]:
    """Hidden fields of the page's form, but the token."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', text):
        if name != "csrf_token":
            found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


@pytest.fixture
def later(client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime) -> dt.datetime:
    """Chaima signed in 30 minutes ago."""
    client.signed_in(with_password(db, role=Role.ADMINISTRATOR))
    at(on_monday + LATER)
    return on_monday + LATER


def confirm(client: CheckingClient, password: str = PASSWORD, **data: Any) -> Any:
    return client.post("/fr/account/confirm", data={"password": password, **data})


def test_a_fresh_sign_in_is_not_asked(client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime) -> None:
    client.signed_in(with_password(db))
    at(on_monday + CONFIRMED_FOR)
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_page_that_weighs_asks_and_leads_on(client: CheckingClient, later: dt.datetime, lang: str) -> None:
    page = f"/{lang}/account/second-factor/set-up"
    asked = client.get(f"{page}?a=%D8%B4&b=1")
    assert asked.headers["Location"].startswith(f"/{lang}/account/confirm?next=")
    question = client.get(asked.headers["Location"])
    target = html.unescape(re.findall(r'name="next" type="hidden" value="([^"]*)"', question.text)[0])
    assert confirm(client, next=target).headers["Location"] == target
    assert client.get(target).status_code == 200


def test_other_pages_do_not_ask(client: CheckingClient, later: dt.datetime) -> None:
    assert client.get("/fr/account/").status_code == 200


def test_a_wrong_password_confirms_nothing(client: CheckingClient, later: dt.datetime) -> None:
    assert confirm(client, "not this one, sorry", next=PAGE).status_code == 422
    assert client.get(PAGE).status_code == 302


def test_a_code_of_the_app_confirms_too(client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime) -> None:
    person, _ = with_app(db, on_monday)
    client.signed_in(person)
    at(on_monday + LATER)
    assert confirm(client, code_at(on_monday + LATER), next=PAGE).status_code == 302
    assert client.get(PAGE).status_code == 200


TYPED = {"reason": '« a » <b> & "c"', "name": "شيماء", "many": ["1", "2"], "password": "secret words", "api_token": "t"}


def test_what_was_typed_comes_through_but_secrets_do_not(client: CheckingClient, later: dt.datetime) -> None:
    asked = client.post("/fr/account/second-factor/codes?x=1", data=TYPED)
    assert asked.status_code == 403
    assert "secret words" not in asked.text
    carried = fields(asked.text)
    target = html.unescape(re.findall(r'name="next" type="hidden" value="([^"]*)"', asked.text)[0])
    wrong = confirm(client, "not this one, sorry", next=target, **carried)
    assert fields(wrong.text) == carried
    ready = confirm(client, next=target, **carried)
    assert ready.status_code == 200
    kept = {name: value if isinstance(value, list) else [value] for name, value in list(TYPED.items())[:3]}
    assert fields(ready.text) == kept
    assert re.findall(r'<form method="post" action="([^"]*)"', ready.text)[-1] == target


def test_the_act_did_not_run_before_the_answer(
    client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime
) -> None:
    from lms.accounts.models import SecondFactor

    person, _ = with_app(db, on_monday)
    person_id = person.id
    client.signed_in(person)
    at(on_monday + LATER)
    assert client.post("/fr/account/second-factor/off").status_code == 403
    assert db.get(SecondFactor, person_id) is not None


def test_the_question_cannot_be_pointed_elsewhere(client: CheckingClient, later: dt.datetime) -> None:
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        for act in ({}, {"act": "1"}):
            answer = confirm(client, next=target, **act)
            assert "evil" not in answer.text + answer.headers.get("Location", "")


def test_without_the_forms_token_nothing_is_confirmed(client: CheckingClient, later: dt.datetime) -> None:
    answer = client.post("/fr/account/confirm", data={"password": PASSWORD, "next": PAGE}, csrf=False)
    assert answer.status_code == 400
    assert client.get(PAGE).status_code == 302


def test_guessing_here_is_slowed_as_at_the_door(client: CheckingClient, later: dt.datetime) -> None:
    for _ in range(throttle.FREE_TRIES):
        assert confirm(client, "not this one, sorry").status_code == 422
    assert confirm(client).status_code == 429


def test_a_script_gets_a_401(client: CheckingClient, later: dt.datetime) -> None:
    assert client.get(PAGE, headers={"Accept": "application/json"}).status_code == 401


def test_views_that_weigh_are_marked(sqlite_app: Flask) -> None:
    marked = {name for name, view in sqlite_app.view_functions.items() if getattr(view, "is_sensitive", False)}
    assert {
        "accounts.set_up_second_factor",
        "accounts.turn_on_second_factor",
        "accounts.turn_off_second_factor",
        "accounts.renew_recovery_codes",
        "accounts.reset_second_factor",
        "administration.save_second_factor",
    } <= marked
