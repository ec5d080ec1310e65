"""The people behind « has not opened the account » and « has not started »: a list, not only a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from tests.factories import make_cohort, make_enrolment, make_person, read_lessons
from tests.pages import CheckingClient

UNOPENED, IDLE = "/fr/monitoring/people/", "/fr/monitoring/people/?open=1"


def opened(person: Person) -> Person:
    person.password_hash = "kept"
    database.commit()
    return person


@pytest.fixture
def people(db: Any, curriculum: Any, now: dt.datetime) -> None:
    """Driss has not opened his account, Sanae has read nothing, Hind has read a lesson."""
    cohort = make_cohort(db)
    make_enrolment(db, make_person(db, "driss", organisation_key="tourisme"), cohort)
    make_enrolment(db, opened(make_person(db, "sanae")), cohort)
    hind = make_enrolment(db, opened(make_person(db, "hind")), cohort)
    read_lessons(db, hind, curriculum, now=now)


def test_each_person_stands_in_the_list_of_what_they_wait_for(people: None, client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))

    unopened, idle = client.get(UNOPENED).text, client.get(IDLE).text

    assert ("Driss" in unopened, "Sanae" in unopened, "Hind" in unopened) == (True, False, False)
    assert ("Driss" in idle, "Sanae" in idle, "Hind" in idle) == (False, True, False)


def test_the_dashboard_leads_to_the_list(people: None, client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))

    dashboard = client.get("/fr/monitoring/").text

    assert f'href="{UNOPENED}"' in dashboard
    assert f'href="{IDLE}"' in dashboard


def test_a_focal_point_sees_the_own_organisation_only(people: None, client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db, "amina", role=Role.FOCAL_POINT, organisation_key="ofppt"))

    assert "Driss" not in client.get(UNOPENED).text
    assert "Sanae" in client.get(IDLE).text


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=" + "9" * 30, "open=2", "open=1&open=0"])
def test_garbage_in_the_address_is_no_fault(people: None, client: CheckingClient, db: Any, query: str) -> None:
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))

    assert client.get(f"{UNOPENED}?{query}").status_code == 200


@pytest.mark.parametrize("size", [5, 60])
def test_statements_do_not_grow_with_people(
    client: CheckingClient, db: Any, curriculum: Any, at_most: Callable[..., Any], size: int
) -> None:
    cohort = make_cohort(db)
    for number in range(size):
        make_enrolment(db, make_person(db, f"person{number}"), cohort)
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))
    client.get(UNOPENED)
    with at_most(8):
        client.get(UNOPENED)
