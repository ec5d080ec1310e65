"""The administrator's client."""

from __future__ import annotations

from typing import Any

import pytest

from lms.accounts.models import Person
from lms.core.access import Role
from tests.factories import make_person
from tests.pages import CheckingClient


@pytest.fixture
def administrator(db: Any, curriculum: Any) -> Person:
    return make_person(db, "amina", role=Role.ADMINISTRATOR)


@pytest.fixture
def admin(client: CheckingClient, administrator: Person, monkeypatch: pytest.MonkeyPatch) -> CheckingClient:
    return client.signed_in(administrator)
