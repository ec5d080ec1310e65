"""The help as its readers meet it: what is theirs, from the page where they are."""

from __future__ import annotations

import re
from typing import Any

from lms.core.access import Role
from tests.factories import make_person
from tests.pages import CheckingClient


def help_link(client: CheckingClient, path: str) -> str:
    """Where the header's link « Help » of a page leads."""
    found = re.search(r'<a class="header-link" href="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def test_a_visitor_reads_what_is_for_everybody_and_nothing_else(curriculum: Any, client: CheckingClient) -> None:
    page = client.get("/fr/help/").text

    assert "/fr/help/entering/" in page
    assert "/fr/help/watching/" not in page
    assert client.get("/fr/help/entering/").status_code == 200
    assert client.get("/fr/help/watching/").status_code == 404


def test_a_topic_is_for_the_roles_it_names(db: Any, curriculum: Any, client: CheckingClient) -> None:
    client.signed_in(make_person(db, role=Role.LEARNER))
    assert client.get("/fr/help/watching/").status_code == 404

    client.signed_in(make_person(db, "salma", role=Role.ADMINISTRATOR))
    page = client.get("/ar/help/watching/").text
    assert 'href="/ar/help/entering/#forgotten"' in page
    assert 'href="/ar/admin/health/"' in page


def test_the_help_link_leads_to_the_topic_of_the_page(db: Any, curriculum: Any, client: CheckingClient) -> None:
    assert help_link(client, "/fr/sign-in") == "/fr/help/entering/"
    assert help_link(client, "/ar/privacy") == "/ar/help/"

    client.signed_in(make_person(db, role=Role.ADMINISTRATOR))
    assert help_link(client, "/fr/admin/health/") == "/fr/help/watching/"


def test_a_form_that_is_shown_again_keeps_its_help(curriculum: Any, client: CheckingClient) -> None:
    again = client.post("/fr/sign-in", data={"email": "nobody@exemple.ma", "password": "wrong"}).text

    assert '<a class="header-link" href="/fr/help/entering/"' in again


def test_a_topic_for_others_is_not_where_the_link_leads(db: Any, curriculum: Any, client: CheckingClient) -> None:
    client.signed_in(make_person(db, role=Role.LEARNER))

    refused = client.get("/fr/admin/health/")

    assert refused.status_code == 403
    assert "/fr/help/watching/" not in refused.text


def test_the_address_to_write_to_stands_there_before_any_content(db: Any, client: CheckingClient) -> None:
    page = client.get("/fr/help/")

    assert page.status_code == 200
    assert 'id="contact"' in page.text
