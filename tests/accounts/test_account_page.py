"""My account: what a person changes without asking anybody, how they read on each device, and who looked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts import services
from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.core.bilingual import Bilingual
from tests.accounts.conftest import PASSWORD, sign_in, with_password
from tests.factories import make_person
from tests.pages import CheckingClient


def look(page: str) -> tuple[str, str]:
    """Theme and text size that a page comes with."""
    found = re.search(r'data-theme="(\w+)" data-text="(\d)"', page)
    assert found is not None
    return found[1], found[2]


def version(page: str) -> str:
    found = re.search(r'id="profile-version" name="version" type="hidden" value="(\d+)"', page)
    assert found is not None
    return found[1]


def profile(client: CheckingClient, **typed: str) -> Any:
    page = client.get("/fr/account/").text
    return client.post("/fr/account/profile", data={"version": version(page), **typed})


def again(db: Any, person_id: int) -> Person:
    db.expire_all()
    found: Person = db.get_one(Person, person_id)
    return found


def test_theme_and_text_size_hold_on_the_next_page_and_on_other_devices(app: Flask, db: Any) -> None:
    person = make_person(db)
    one, other = (CheckingClient(app, app.response_class).signed_in(person) for _ in range(2))
    assert look(other.get("/fr/account/").text) == ("system", "0")
    saved = one.post("/ar/preferences", data={"lang": "ar", "theme": "dark", "text_size": "2", "next": "/ar/account/"})
    assert saved.headers["Location"] == "/ar/account/"
    assert look(one.get("/ar/account/").text) == ("dark", "2")
    assert look(other.get("/fr/progress/").text) == ("dark", "2")
    assert again(db, person.id).lang == "ar"


def test_the_readers_buttons_hold_on_this_device_until_the_account_is_saved(client: CheckingClient, db: Any) -> None:
    person = make_person(db)
    client.signed_in(person).post("/fr/preferences", data={"theme": "light", "text_size": "1"})
    client.set_cookie("text", "2")
    assert look(client.get("/fr/account/").text) == ("light", "2")
    client.post("/fr/preferences", data={"text_size": "0"})
    assert look(client.get("/fr/account/").text) == ("light", "0")


def test_signing_in_shows_the_accounts_look_not_that_of_whoever_sat_here_before(
    client: CheckingClient, db: Any
) -> None:
    person = with_password(db)
    services.keep_preferences(db, person, lang=None, theme="dark", text_size=None)
    database.commit()
    client.set_cookie("theme", "light")
    client.set_cookie("text", "2")
    assert look(client.get("/fr/sign-in").text) == ("light", "2")
    sign_in(client, "chaima@example.ma", PASSWORD)
    assert look(client.get("/fr/account/").text) == ("dark", "0")


def test_a_visitor_keeps_the_look_in_the_browser(client: CheckingClient) -> None:
    client.post("/fr/preferences", data={"theme": "dark", "text_size": "1", "next": "/fr/help/"})
    assert look(client.get("/fr/help/").text) == ("dark", "1")


@pytest.mark.parametrize("value", ["", "purple", "dark ", "3", '"><script>', "d" * 5000])
def test_a_made_up_look_changes_nothing(client: CheckingClient, db: Any, value: str) -> None:
    person = make_person(db)
    client.signed_in(person)
    answer = client.post("/fr/preferences", data={"lang": value, "theme": value, "text_size": value})
    assert answer.status_code == 302
    client.set_cookie("theme", "purple")
    assert look(client.get("/fr/account/").text) == ("system", "0")
    kept = again(db, person.id)
    assert (kept.lang, kept.theme, kept.text_size) == ("fr", None, None)


def test_the_look_is_not_a_newer_version_for_whoever_edits_the_account(client: CheckingClient, db: Any) -> None:
    person = make_person(db)
    before = person.version
    client.signed_in(person).post("/fr/preferences", data={"theme": "dark", "text_size": "1"})
    assert again(db, person.id).version == before


def test_telephone_and_function_are_the_persons_own_to_state(client: CheckingClient, db: Any) -> None:
    person = make_person(db)
    client.signed_in(person)
    typed = {"phone": "06 12-34 56.78", "function_ar": "رئاسة قسم", "function_fr": "  Chefferie   de division "}
    assert profile(client, **typed).status_code == 302
    kept = again(db, person.id)
    assert (kept.phone, kept.function) == ("+212612345678", Bilingual("رئاسة قسم", "Chefferie de division"))
    acts = [row.actor_id for row in db.query(AuditEntry).filter(AuditEntry.action == "accounts.edit-person")]
    assert acts == [person.id]


@pytest.mark.parametrize(
    "typed", [{"phone": "douze"}, {"phone": "1" * 31}, {"function_fr": "x" * 161}, {"phone": "+0 12"}]
)
def test_a_profile_that_cannot_be_keeps_what_was_typed(client: CheckingClient, db: Any, typed: dict[str, str]) -> None:
    person = make_person(db, phone="+212600000000")
    answer = profile(client.signed_in(person), **{"function_fr": "Cheffe", **typed})
    assert answer.status_code == 422
    assert "<title>Erreur" in answer.text
    assert all(value in answer.text for value in typed.values())
    assert again(db, person.id).phone == "+212600000000"


def test_nothing_but_the_profile_is_changed_by_its_form(client: CheckingClient, db: Any) -> None:
    person = make_person(db)
    other = make_person(db, "driss")
    profile(
        client.signed_in(person), phone="0612345678", email="x@example.ma", organisation_id="1", level="regional",
        name_fr="Autre", person_id=str(other.id), sex="m",
    )  # fmt: skip
    kept = again(db, person.id)
    assert (kept.email, kept.name.fr, kept.sex) == ("chaima@example.ma", "Chaima Alaoui", "f")
    assert again(db, other.id).phone is None


def test_of_two_who_change_one_account_the_second_sees_both(client: CheckingClient, db: Any, now: dt.datetime) -> None:
    person = make_person(db)
    opened = version(client.signed_in(person).get("/fr/account/").text)
    database.use_mode(database.WRITE)
    services.edit_person(db, again(db, person.id), {"function_fr": "Par l’équipe"}, actor_id=None, now=now)
    database.commit()
    answer = client.post("/fr/account/profile", data={"version": opened, "function_fr": "Par moi"})
    assert answer.status_code == 409
    assert "Par l’équipe" in answer.text
    assert "Par moi" in answer.text
    client.post("/fr/account/profile", data={"version": version(answer.text), "function_fr": "Par moi"})
    assert again(db, person.id).function.fr == "Par moi"


@pytest.mark.parametrize("sent", ["", "x", "-1", "9" * 30])
def test_a_version_that_was_never_there_overwrites_nothing(client: CheckingClient, db: Any, sent: str) -> None:
    person = make_person(db)
    answer = client.signed_in(person).post("/fr/account/profile", data={"version": sent, "function_fr": "x"})
    assert answer.status_code == 409
    assert again(db, person.id).function.fr == ""


@pytest.mark.parametrize(("lang", "words"), [("fr", "lue le 1er novembre 2026"), ("ar", "1 نونبر 2026")])
def test_the_account_names_the_notice_that_was_read(client: CheckingClient, db: Any, lang: str, words: str) -> None:
    page = re.sub(r"</?sup>", "", client.signed_in(make_person(db)).get(f"/{lang}/account/").text).replace(
        "\u00a0", " "
    )
    assert words in page
    assert f"/{lang}/account/my-data?kind=correction#new-request" in page


def test_the_correction_asked_for_is_chosen_already(client: CheckingClient, db: Any) -> None:
    client.signed_in(make_person(db))
    chosen = re.compile(r'<input[^>]*checked[^>]*value="(\w+)"|<input[^>]*value="(\w+)"[^>]*checked')
    assert "correction" in str(chosen.findall(client.get("/fr/account/my-data?kind=correction").text))
    assert chosen.findall(client.get("/fr/account/my-data?kind=everything").text) == []


def looked_at(db: Any, person: Person, now: dt.datetime, *viewers: Person) -> None:
    database.use_mode(database.WRITE)
    for viewer in viewers:
        db.add(AccessEntry(actor_id=viewer.id, person_id=person.id, page="monitoring.show_person", happened_at=now))
    database.commit()


@pytest.mark.parametrize(("lang", "role"), [("fr", "Équipe de suivi"), ("ar", "فريق التتبع")])
def test_whoever_looked_is_named_with_role_and_organisation(
    client: CheckingClient, db: Any, now: dt.datetime, lang: str, role: str
) -> None:
    person = make_person(db)
    looked_at(db, person, now, make_person(db, "bilal", role=Role.MONITOR, organisation_key="tourisme"))
    page = client.signed_in(person).get(f"/{lang}/account/my-data").text
    views = page[page.index('id="views"') :]
    assert role in views
    assert {"fr": "Bilal Tazi", "ar": "بلال التازي"}[lang] in views
    assert {"fr": "tourisme", "ar": "السياحة"}[lang] in views


def test_a_colleague_never_sees_who_looked_at_somebody_else(client: CheckingClient, db: Any, now: dt.datetime) -> None:
    person = make_person(db)
    looked_at(db, person, now, make_person(db, "bilal", role=Role.MONITOR))
    assert "Bilal" not in client.signed_in(make_person(db, "driss")).get("/fr/account/my-data").text


def test_who_looked_costs_the_same_for_many(
    client: CheckingClient, db: Any, now: dt.datetime, at_most: Callable[..., Any]
) -> None:
    person = make_person(db)

    def cost() -> int:
        client.signed_in(person).get("/fr/account/my-data")
        with at_most(60) as statements:
            client.get("/fr/account/my-data")
        return len(statements)

    looked_at(db, person, now, make_person(db, "viewer0", role=Role.MONITOR))
    before = cost()
    database.use_mode(database.WRITE)
    looked_at(db, person, now, *(make_person(db, f"viewer{number}", role=Role.MONITOR) for number in range(1, 20)))
    assert cost() <= before
