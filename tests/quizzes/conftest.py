"""Trainers who are signed in, and the setting of a second pair of eyes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.core.access import Role
from tests.factories import make_person
from tests.pages import CheckingClient


@pytest.fixture
def trainer(client: CheckingClient, bilal: Person) -> CheckingClient:
    return client.signed_in(bilal)


@pytest.fixture
def second(app: Flask, db: Any, bilal: Person) -> CheckingClient:
    """Another trainer, of another organisation."""
    client: Any = app.test_client()
    driss = make_person(db, "driss", role=Role.TRAINER, organisation_key="tourisme")
    return client.signed_in(driss)  # type: ignore[no-any-return]


@pytest.fixture
def four_eyes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(app.extensions["settings"], question_review=True)
    monkeypatch.setitem(app.extensions, "settings", settings)
