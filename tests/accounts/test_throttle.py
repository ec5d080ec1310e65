"""Guessing from many places at once, and people of one office at one address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Flask

from lms.core import db as database
from lms.core import throttle
from tests.accounts.conftest import PASSWORD, with_password
from tests.pages import CheckingClient
from tests.parallel import at_once

Clock = Callable[[dt.datetime], None]
NAME = "chaima@example.ma"


def enter(client: CheckingClient, address: str, password: str = PASSWORD, name: str = NAME) -> int:
    data = {"email": name, "password": password}
    return client.post("/fr/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address}).status_code


def judged(db: Any, address: str, now: dt.datetime) -> bool:
    """One counted try, as the sign-in page counts it."""
    try:
        throttle.count_try(db, throttle.hashed_key("sign-in", NAME, address), now=now)
        throttle.count_on_account(
            db,
            throttle.hashed_key("sign-in account", NAME),
            throttle.hashed_key("sign-in place", NAME, address),
            now=now,
        )
    except throttle.TooManyTries:
        return False
    return True


def test_a_thousand_guesses_from_any_addresses_meet_the_account_twenty_times_an_hour(
    app: Flask, db: Any, now: dt.datetime
) -> None:
    """Security notes T13. One guesser even sits where the account is usually opened."""
    throttle.remember(db, throttle.hashed_key("sign-in place", NAME, "10.0.0.1"), now=now)
    for shares in (1, 2, 10, 1000):
        start = now + dt.timedelta(days=shares)
        throttle.remember(db, throttle.hashed_key("sign-in place", NAME, "10.0.0.1"), now=start)
        taken = sum(
            judged(db, "10.0.0.1" if n % 2 else f"192.0.2.{n % shares}", start + dt.timedelta(seconds=n * 3.6))
            for n in range(1000)
        )
        assert taken <= 20, (shares, taken)


def test_guessing_from_many_places_does_not_shut_the_person_out(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    with_password(db)
    assert enter(client, "10.0.0.1") == 302
    client.post("/fr/sign-out")
    answers = [enter(client, f"192.0.2.{number}", "a wrong password") for number in range(30)]
    assert answers.count(422) <= throttle.STRANGE_TRIES
    assert enter(client, "192.0.2.99") == 429
    assert enter(client, "10.0.0.1") == 302


def test_a_person_in_a_new_place_comes_in_an_hour_later(
    client: CheckingClient, db: Any, at: Clock, on_monday: dt.datetime
) -> None:
    with_password(db)
    for number in range(30):
        enter(client, f"192.0.2.{number}", "a wrong password")
    assert enter(client, "203.0.113.5") == 429
    at(on_monday + dt.timedelta(hours=1))
    assert enter(client, "203.0.113.5") == 302


def test_the_limit_says_the_same_of_names_that_belong_to_nobody(
    client: CheckingClient, db: Any, on_monday: dt.datetime
) -> None:
    with_password(db)
    seen = [
        [enter(client, f"192.0.2.{number}", "a wrong password", name) for number in range(12)]
        for name in (NAME, "nobody@example.ma")
    ]
    assert seen[0] == seen[1]


def test_a_hundred_parallel_guesses_from_a_hundred_places_count_a_hundred(
    app: Flask, db: Any, now: dt.datetime
) -> None:
    acts = [lambda session, n=n: judged(session, f"192.0.2.{n}", now) or database.rollback() for n in range(100)]
    assert at_once(app, acts).count(True) == throttle.STRANGE_TRIES


def test_a_known_place_is_forgotten_after_a_month(app: Flask, db: Any, now: dt.datetime) -> None:
    place = throttle.hashed_key("sign-in place", NAME, "10.0.0.1")
    throttle.remember(db, place, now=now)
    assert throttle.is_known(db, place, now=now + throttle.KNOWN_FOR)
    assert not throttle.is_known(db, place, now=now + throttle.KNOWN_FOR + dt.timedelta(seconds=1))
