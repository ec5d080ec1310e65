"""People with a password, and a way to sign in as they do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from lms.accounts import passwords
from lms.accounts.models import Person
from lms.core import db as database
from tests.factories import make_person
from tests.pages import CheckingClient

PASSWORD = "quatre mots au hasard"


@lru_cache(maxsize=1)
def hashed() -> str:
    return passwords.hash_password(PASSWORD)


def with_password(db: Any, *names: str, **fields: Any) -> Person:
    """A committed person whose password is ``PASSWORD``; Chaima unless named."""
    person = make_person(db, *names, **fields)
    person.password_hash = hashed()
    database.commit()
    return person


def sign_in(client: CheckingClient, name: str, password: str = PASSWORD, **fields: Any) -> Any:
    lang = fields.pop("lang", "fr")
    data = {"email": name, "password": password, **fields}
    return client.post(f"/{lang}/sign-in", data=data, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})


def is_signed_in(client: CheckingClient) -> bool:
    """Staff without a second factor are led to where they set it up: they are known too."""
    answer = client.get("/fr/account/")
    return answer.status_code == 200 or answer.headers["Location"] == "/fr/account/second-factor/set-up"


@pytest.fixture
def on_monday(at: Callable[[dt.datetime], None], now: dt.datetime) -> dt.datetime:
    """The views' clock stands at ``now``."""
    at(now)
    return now
