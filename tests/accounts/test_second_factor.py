"""The second step of signing in: set up, asked for, taken once, slowed, replaced, reset."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services
from lms.accounts.models import Person, RecoveryCode, SecondFactor
from lms.accounts.services import second_factor
from lms.core import db as database
from lms.core import profile, throttle
from lms.core.access import Role
from tests.accounts.conftest import PASSWORD, sign_in, with_password
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.parallel import at_once

Clock = Callable[[dt.datetime], None]
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = dt.timedelta(seconds=30)


def code_at(moment: dt.datetime, key: str = KEY) -> str:
    return pyotp.TOTP(key).at(moment)


def with_app(db: Any, now: dt.datetime, **fields: Any) -> tuple[Person, list[str]]:
    """Chaima with the app in force since yesterday, and her recovery codes."""
    person = with_password(db, **fields)
    since = now - dt.timedelta(days=1)
    codes = second_factor.turn_on(
        db, person, KEY, int(since.timestamp()) // second_factor.STEP_SECONDS, sign_in_id=0, now=since
    )
    database.commit()
    return person, codes


def give(client: CheckingClient, code: str, lang: str = "fr") -> Any:
    return client.post(f"/{lang}/sign-in/code", data={"code": code})


def is_inside(client: CheckingClient) -> bool:
    return client.get("/fr/account/").status_code == 200


def proposed(text: str) -> str:
    found = re.search(r'data-text="([A-Z2-7]{32})"', text)
    assert found
    return found[1]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_learner_turns_it_on_and_signs_in_with_it(
    client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime, lang: str
) -> None:
    with_password(db)
    sign_in(client, "chaima@example.ma", lang=lang)
    page = client.get(f"/{lang}/account/second-factor/set-up")
    key = proposed(page.text)
    assert 'src="data:image/svg+xml' in page.text
    answer = client.post(f"/{lang}/account/second-factor/set-up", data={"code": code_at(on_monday, key)})
    assert len(re.findall(r"<code>[2-9A-Z]{5}-[2-9A-Z]{5}</code>", answer.text)) == second_factor.RECOVERY_CODES
    client.post(f"/{lang}/sign-out")
    later = on_monday + 4 * STEP
    at(later)
    assert sign_in(client, "chaima@example.ma", lang=lang).headers["Location"] == f"/{lang}/sign-in/code"
    assert not is_inside(client)
    assert give(client, code_at(later, key), lang).headers["Location"] == f"/{lang}/"
    assert is_inside(client)


def test_looking_at_the_set_up_page_stores_nothing_and_shows_the_same_key(client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db))
    keys = {proposed(client.get(f"/{lang}/account/second-factor/set-up").text) for lang in ("ar", "fr", "fr")}
    assert len(keys) == 1
    assert db.scalars(sa.select(SecondFactor)).all() == []


def test_a_wrong_code_turns_nothing_on(client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db))
    for code in ("", "12345", "000000", "٠٠٠٠٠٠", "x" * 40):
        assert client.post("/fr/account/second-factor/set-up", data={"code": code}).status_code in (422, 429)
    assert db.scalars(sa.select(SecondFactor)).all() == []


def test_the_page_asked_for_comes_after_the_second_step(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    with_app(db, on_monday)
    sign_in(client, "chaima@example.ma", next="/fr/glossary/")
    assert give(client, code_at(on_monday)).headers["Location"] == "/fr/glossary/"


def test_a_code_works_once(client: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime) -> None:
    with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    assert give(client, code_at(on_monday)).status_code == 302
    other: Any = app.test_client()
    sign_in(other, "chaima@example.ma")
    assert give(other, code_at(on_monday)).status_code == 422
    assert not is_inside(other)


@pytest.mark.parametrize(("drift", "status"), [(-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)])
def test_a_clock_one_step_off_is_taken(
    client: CheckingClient, db: Any, on_monday: dt.datetime, drift: int, status: int
) -> None:
    with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    assert give(client, code_at(on_monday + drift * STEP)).status_code == status


def test_of_one_code_given_by_twenty_at_once_one_opens(app: Flask, db: Any, now: dt.datetime) -> None:
    person, codes = with_app(db, now)
    person_id = person.id
    for text in (code_at(now), codes[0]):
        took = at_once(app, [lambda session, text=text: second_factor.take(session, person_id, text, now=now)] * 20)
        assert took.count(True) == 1


def test_a_wrong_code_does_not_ask_for_the_password_again(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    assert give(client, "000000").status_code == 422
    assert give(client, code_at(on_monday)).status_code == 302
    assert is_inside(client)


def test_a_recovery_code_opens_once_however_it_is_typed(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    _, codes = with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    assert give(client, f" {codes[0].lower().replace('-', ' ')} ").status_code == 302
    client.post("/fr/sign-out")
    sign_in(client, "chaima@example.ma")
    assert give(client, codes[0]).status_code == 422
    assert give(client, codes[1]).status_code == 302


def test_recovery_codes_are_stored_hashed_and_belong_to_one_person(db: Any, now: dt.datetime) -> None:
    _, codes = with_app(db, now)
    driss = make_person(db, "driss")
    second_factor.turn_on(db, driss, KEY, 1, sign_in_id=0, now=now)
    stored = list(db.scalars(sa.select(RecoveryCode.code_hash)))
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]
    assert not second_factor.take(db, driss.id, codes[0], now=now)


@pytest.mark.parametrize("pause", [dt.timedelta(minutes=9), dt.timedelta(minutes=11)])
def test_the_second_step_waits_ten_minutes(
    client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime, pause: dt.timedelta
) -> None:
    with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    at(on_monday + pause)
    give(client, code_at(on_monday + pause))
    assert is_inside(client) is (pause < dt.timedelta(minutes=10))


def suspend(db: Any, person: Person, now: dt.datetime) -> None:
    services.suspend(db, person, actor_id=None, reason="left", now=now)


def new_password(db: Any, person: Person, now: dt.datetime) -> None:
    services.set_password(db, person, "hash", now=now)


@pytest.mark.parametrize("event", [suspend, new_password])
def test_what_closes_an_account_also_ends_the_wait_for_the_second_step(
    client: CheckingClient, db: Any, on_monday: dt.datetime, event: Callable[..., None]
) -> None:
    person, _ = with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    database.use_mode(database.WRITE)
    event(db, db.get_one(Person, person.id), on_monday)
    database.commit()
    give(client, code_at(on_monday))
    assert not is_inside(client)


def test_a_second_step_without_the_first_opens_nothing(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    with_app(db, on_monday)
    assert give(client, code_at(on_monday)).headers["Location"] == "/fr/sign-in"
    with client.session_transaction() as session:
        session["second_step"] = "nonsense"
    assert give(client, code_at(on_monday)).headers["Location"] == "/fr/sign-in"


def test_after_five_wrong_codes_the_right_one_waits_whatever_the_browser(
    client: CheckingClient, app: Flask, db: Any, at: Clock, on_monday: dt.datetime
) -> None:
    with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    for _ in range(throttle.FREE_TRIES):
        assert give(client, "000000").status_code == 422
    other: Any = app.test_client()
    sign_in(other, "chaima@example.ma")
    answer = give(other, code_at(on_monday))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    at(on_monday + 2 * STEP)
    assert give(other, code_at(on_monday + 2 * STEP)).status_code == 302


def test_a_hundred_parallel_codes_are_judged_five_times(app: Flask, db: Any, now: dt.datetime) -> None:
    key = throttle.hashed_key("second-factor", "1")
    results = at_once(app, [lambda session: throttle.count_try(session, key, now=now)] * 100)
    assert results.count(None) == throttle.FREE_TRIES


def test_a_reset_password_still_asks_for_the_second_step(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    from lms.accounts.models import LinkPurpose

    person, _ = with_app(db, on_monday)
    token = services.make_link(db, person, LinkPurpose.RESET, lasts=dt.timedelta(hours=2), now=on_monday)
    database.commit()
    client.post(f"/fr/password/{token}/", data={"password": "une autre phrase longue"})
    assert not is_inside(client)
    assert client.get("/fr/sign-in").headers["Location"] == "/fr/sign-in/code"
    assert give(client, code_at(on_monday)).status_code == 302
    assert is_inside(client)


STAFF_PAGES = ["/fr/", "/fr/account/", "/fr/monitoring/", "/fr/admin/", "/fr/account/my-data", "/fr/glossary/"]


def test_staff_without_one_are_led_to_the_set_up_and_open_nothing_else(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    with_password(db, role=Role.ADMINISTRATOR)
    sign_in(client, "chaima@example.ma")
    for page in STAFF_PAGES:
        assert client.get(page).headers["Location"] == "/fr/account/second-factor/set-up", page
    assert client.post("/fr/account/names", data={"name_fr": "X"}).headers["Location"].endswith("/set-up")
    key = proposed(client.get("/fr/account/second-factor/set-up").text)
    client.post("/fr/account/second-factor/set-up", data={"code": code_at(on_monday, key)})
    assert is_inside(client)


def test_where_the_programme_does_not_ask_staff_sign_in_by_password(client: CheckingClient, db: Any) -> None:
    with_password(db, role=Role.MONITOR)
    profile.for_editing(db).second_factor_required = False
    database.commit()
    sign_in(client, "chaima@example.ma")
    assert is_inside(client)


def test_staff_replace_it_but_cannot_turn_it_off(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    person, _ = with_app(db, on_monday, role=Role.MONITOR)
    sign_in(client, "chaima@example.ma")
    give(client, code_at(on_monday))
    client.post("/fr/account/second-factor/off")
    assert db.get_one(SecondFactor, person.id).secret == KEY
    key = proposed(client.get("/fr/account/second-factor/set-up").text)
    client.post("/fr/account/second-factor/set-up", data={"code": code_at(on_monday, key)})
    db.expire_all()
    assert db.get_one(SecondFactor, person.id).secret == key
    assert is_inside(client)


def test_a_learner_turns_it_off_again(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    with_app(db, on_monday)
    sign_in(client, "chaima@example.ma")
    give(client, code_at(on_monday))
    client.post("/fr/account/second-factor/off")
    assert list(db.scalars(sa.select(SecondFactor))) + list(db.scalars(sa.select(RecoveryCode))) == []
    client.post("/fr/sign-out")
    assert sign_in(client, "chaima@example.ma").headers["Location"] == "/fr/"


def test_new_recovery_codes_put_the_earlier_ones_out_of_use(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    person, codes = with_app(db, on_monday)
    client.signed_in(person)
    fresh = re.findall(r"<code>(.*?)</code>", client.post("/fr/account/second-factor/codes").text)
    database.use_mode(database.WRITE)
    assert not second_factor.take(db, person.id, codes[0], now=on_monday)
    assert second_factor.take(db, person.id, fresh[0], now=on_monday)


def test_an_administrator_resets_a_lost_one_and_every_sign_in_ends(
    client: CheckingClient, app: Flask, db: Any, on_monday: dt.datetime
) -> None:
    person, _ = with_app(db, on_monday)
    person_id = person.id
    sign_in(client, "chaima@example.ma")
    give(client, code_at(on_monday))
    desk: Any = app.test_client()
    desk.signed_in(make_person(db, "karim", role=Role.ADMINISTRATOR))
    assert desk.post(f"/fr/admin/people/{person_id}/second-factor/reset").status_code == 302
    assert not is_inside(client)
    assert sign_in(client, "chaima@example.ma").headers["Location"] == "/fr/"


def test_nobody_else_resets_it(client: CheckingClient, db: Any, on_monday: dt.datetime) -> None:
    person, _ = with_app(db, on_monday)
    person_id = person.id
    client.signed_in(make_person(db, "driss", role=Role.MONITOR))
    assert client.post(f"/fr/admin/people/{person_id}/second-factor/reset").status_code == 403
    assert db.get(SecondFactor, person_id) is not None


def test_the_first_step_tells_a_stranger_nothing_of_the_second(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    with_app(db, on_monday)
    wrong = sign_in(client, "chaima@example.ma", "not this one, sorry")
    assert wrong.status_code == 422
    assert client.get("/fr/sign-in/code").headers["Location"] == "/fr/sign-in"
    assert sign_in(client, "chaima@example.ma", PASSWORD).headers["Location"] == "/fr/sign-in/code"
