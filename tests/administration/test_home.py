"""The administration's home, what waits for the monitoring team, and the entry that every page marks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts import services
from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from tests.factories import CREATED, make_certificate, make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient


def figures(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<div class="value"><b>(\d+)</b>', page)]


def marked(page: str) -> list[str]:
    """Addresses of the marked entries of the side menu."""
    menu = page[page.index('class="side-nav"') :]
    return re.findall(r'href="([^"]+)" aria-current="page"', menu[: menu.index("</nav>")])


def test_the_strip_counts_real_people_open_accounts_running_sessions_and_valid_certificates(
    admin: CheckingClient, db: Any, curriculum: Any, now: dt.datetime, at: Callable[[dt.datetime], None]
) -> None:
    at(now)
    admin.signed_in(make_person(db, "karim", role=Role.ADMINISTRATOR))
    assert figures(admin.get("/fr/admin/").text) == [2, 0, 0, 0]
    database.use_mode(database.WRITE)
    make_person(db, "tester", is_test=True)
    opened = make_person(db, "driss")
    opened.password_hash = "x"
    database.commit()
    make_certificate(db, make_enrolment(db), curriculum, now=now)
    make_cohort(db, starts_on=dt.date(2027, 1, 4), ends_on=dt.date(2027, 2, 1))
    assert figures(admin.get("/fr/admin/").text) == [4, 1, 1, 1]


def test_the_home_costs_the_same_with_many_people(admin: CheckingClient, db: Any, at_most: Callable[..., Any]) -> None:
    def cost() -> int:
        admin.get("/fr/admin/")
        with at_most(80) as statements:
            admin.get("/fr/admin/")
        return len(statements)

    before = cost()
    database.use_mode(database.WRITE)
    cohort = make_cohort(db)
    for number in range(30):
        make_enrolment(db, make_person(db, f"person{number}"), cohort)
    assert cost() <= before + 2


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_pages_below_the_administration_mark_it(admin: CheckingClient, lang: str) -> None:
    for path in (
        "",
        "settings/",
        "settings/second-factor",
        "signatories/",
        "signatories/new",
        "audit/",
        "audit/chain",
        "health/",
    ):
        page = admin.get(f"/{lang}/admin/{path}")
        if page.status_code == 200:
            assert marked(page.text) == [f"/{lang}/admin/"], path


def test_pages_with_an_entry_of_their_own_mark_that(admin: CheckingClient) -> None:
    page = admin.get("/fr/admin/cohorts/new").text
    assert marked(page) == ["/fr/admin/cohorts/"]
    assert marked(admin.get("/fr/admin/seats/").text) == ["/fr/admin/"]
    assert marked(admin.get("/fr/monitoring/").text) == ["/fr/monitoring/"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEARNER])
def test_no_role_has_more_than_five_entries(client: CheckingClient, db: Any, curriculum: Any, role: Role) -> None:
    page = client.signed_in(make_person(db, "bilal", role=role)).get("/fr/account/").text
    menu = page[page.index('class="side-nav"') :]
    assert 1 <= menu[: menu.index("</nav>")].count("<li>") <= 5


def two_who_wait(db: Any) -> None:
    cohort = make_cohort(db)
    idle = make_person(db, "chaima")
    idle.password_hash = "x"
    for person in (make_person(db, "driss", organisation_key="tourisme"), idle):
        make_enrolment(db, person, cohort)


def test_the_monitoring_team_sees_who_has_not_opened_and_who_has_not_started(
    client: CheckingClient, db: Any, curriculum: Any
) -> None:
    two_who_wait(db)
    page = client.signed_in(make_person(db, "bilal", role=Role.MONITOR)).get("/fr/monitoring/").text
    assert "1 personne n’a pas ouvert son compte" in page
    assert "1 personne n’a pas commencé" in page


def test_a_focal_point_sees_those_of_the_own_organisation_only(
    client: CheckingClient, db: Any, curriculum: Any
) -> None:
    two_who_wait(db)
    focal = make_person(db, "fatima", role=Role.FOCAL_POINT, organisation_key="tourisme")
    page = client.signed_in(focal).get("/fr/monitoring/").text
    assert "1 personne n’a pas ouvert son compte" in page
    assert "commencé" not in page


def test_the_administration_reads_an_empty_product_without_a_fault(
    client: CheckingClient, app: Flask, db: Any, administrator: Person
) -> None:
    for lang in ("ar", "fr"):
        assert client.signed_in(administrator).get(f"/{lang}/admin/").status_code == 200


def test_an_entry_that_two_roles_bring_stands_once(client: CheckingClient, db: Any, curriculum: Any) -> None:
    person = make_person(db, "bilal", role=Role.TRAINER)
    services.grant_role(db, person, Role.ADMINISTRATOR, now=CREATED)
    database.commit()
    page = client.signed_in(person).get("/fr/account/").text
    menu = page[page.index('class="side-nav"') :]
    assert re.findall(r'href="([^"]*cohorts/)"', menu[: menu.index("</nav>")]) == ["/fr/admin/cohorts/"]


def test_people_whom_no_training_session_has_wait_until_one_has_them(
    admin: CheckingClient, db: Any, curriculum: Any, now: dt.datetime, at: Callable[[dt.datetime], None]
) -> None:
    at(now)
    admin.signed_in(make_person(db, "karim", role=Role.ADMINISTRATOR))
    chaima = make_person(db)
    for lang, words in (("fr", "ne participe à aucune session"), ("ar", "لا يشارك في أي دورة")):
        assert words in admin.get(f"/{lang}/admin/").text
    database.use_mode(database.WRITE)
    make_enrolment(db, chaima, make_cohort(db))
    assert "aucune session" not in admin.get("/fr/admin/").text


def test_somebody_of_two_roles_has_one_list_of_what_waits(
    client: CheckingClient, db: Any, curriculum: Any, now: dt.datetime, at: Callable[[dt.datetime], None]
) -> None:
    at(now)
    person = make_person(db, "bilal", role=Role.TRAINER)
    services.grant_role(db, person, Role.ADMINISTRATOR, now=CREATED)
    own, other = make_cohort(db, trainers=[person]), make_cohort(db)
    for name, cohort in (("chaima", own), ("driss", other)):
        make_enrolment(db, make_person(db, name), cohort)
    page = client.signed_in(person).get("/fr/admin/").text.replace("\xa0", " ")
    assert page.count("1 personne est en retard") == 1
    assert "1 session en cours sans équipe" in page
