"""The administration's pages of people: the list, a person's page, adding, changing, roles, closing and opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person, RoleGrant, Transfer
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from tests.accounts.conftest import with_password
from tests.factories import make_person, organisation
from tests.pages import CheckingClient

LIST = "/fr/admin/people/"


@pytest.fixture
def administrator(client: CheckingClient, db: Any, on_monday: dt.datetime) -> CheckingClient:
    return client.signed_in(with_password(db, "karim", role=Role.ADMINISTRATOR))


def form(**fields: Any) -> dict[str, Any]:
    """A person as the page of a new one sends them."""
    known = {
        "name_ar": "هبة العلوي", "name_fr": "Hiba Alaoui", "email": "hiba@example.ma", "phone": "06 12 34 56 78",
        "organisation": "ofppt", "level": "central", "lang": "ar", "sex": "f", "birth_year": "1984",
    }  # fmt: skip
    return {**known, **fields}


def found(db: Any, address: str) -> Person:
    database.rollback()
    database.use_mode(database.READ)
    return db.scalars(sa.select(Person).where(Person.email == address)).one()


def acts(db: Any, action: str) -> int:
    database.rollback()
    return db.scalar(sa.select(sa.func.count()).where(AuditEntry.action == action))


def test_a_person_is_added_as_a_participant_and_shown(administrator: CheckingClient, db: Any) -> None:
    organisation(db)
    database.commit()
    response = administrator.post(f"{LIST}new", data=form())
    hiba = found(db, "hiba@example.ma")
    assert response.headers["Location"] == f"{LIST}{hiba.id}/"
    assert (hiba.phone, hiba.birth_year, [one.role for one in hiba.grants]) == ("+212612345678", 1984, ["learner"])
    for lang, words in (("fr", "Pas encore d’invitation"), ("ar", "لم توجّه الدعوة بعد")):
        page = administrator.get(f"/{lang}/admin/people/{hiba.id}/").text
        assert words in page
        assert "Hiba Alaoui" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name_ar": "", "name_fr": ""}, "nom"),
        ({"email": "hiba@"}, "Saisir une adresse électronique"),
        ({"email": "a" * 250 + "@example.ma"}, "Au plus"),
        ({"phone": "abc"}, "numéro de téléphone"),
        ({"organisation": "../../etc"}, "ne figure pas"),
        ({"level": "regional", "region": ""}, "région"),
        ({"birth_year": "19"}, "quatre chiffres"),
        ({"name_fr": "x" * 121}, "Au plus"),
        ({"lang": "en"}, "ne figure pas"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    administrator: CheckingClient, db: Any, fields: dict[str, str], words: str
) -> None:
    organisation(db)
    database.commit()
    response = administrator.post(f"{LIST}new", data=form(function_fr="Chefferie", **fields))
    assert response.status_code == 422
    assert words in response.text
    assert "Erreur" in response.text
    assert 'value="Chefferie"' in response.text


def test_an_address_in_use_is_refused_at_its_field(administrator: CheckingClient, db: Any) -> None:
    make_person(db, "hiba")
    response = administrator.post(f"{LIST}new", data=form(email="HIBA@example.ma"))
    assert response.status_code == 409
    assert 'id="email-error"' in response.text


def test_a_change_of_place_is_a_move_of_its_day(administrator: CheckingClient, db: Any) -> None:
    chaima = make_person(db)
    version = chaima.version
    sent = form(email="chaima@example.ma", organisation="tourisme", moved_on="02/11/2026", version=version)
    assert administrator.post(f"{LIST}{chaima.id}/edit", data=sent).status_code == 302
    database.rollback()
    move = db.scalars(sa.select(Transfer)).one()
    assert move.happened_on == dt.date(2026, 11, 2)
    assert "tourisme" in administrator.get(f"{LIST}{chaima.id}/").text.lower()


def test_of_two_who_change_one_person_the_second_sees_both_versions(administrator: CheckingClient, db: Any) -> None:
    chaima = make_person(db)
    first = form(email="chaima@example.ma", name_fr="Chaïma Premier", version=chaima.version)
    second = form(email="chaima@example.ma", name_fr="Chaïma Seconde", version=chaima.version)
    page = f"{LIST}{chaima.id}/edit"
    assert administrator.post(page, data=first).status_code == 302
    response = administrator.post(page, data=second)
    assert response.status_code == 409
    assert "Chaïma Premier" in response.text
    assert 'value="Chaïma Seconde"' in response.text
    database.rollback()
    assert db.get_one(Person, chaima.id).name.fr == "Chaïma Premier"


def test_a_role_is_given_and_taken(administrator: CheckingClient, db: Any) -> None:
    chaima = make_person(db)
    page = f"{LIST}{chaima.id}/"
    assert administrator.post(f"{page}roles", data={"role-role": "focal_point"}).status_code == 422
    sent = {"role-role": str(Role.FOCAL_POINT), "role-organisation": "tourisme"}
    assert administrator.post(f"{page}roles", data=sent).status_code == 302
    database.rollback()
    grant = db.scalars(sa.select(RoleGrant).where(RoleGrant.role == Role.FOCAL_POINT)).one()
    assert administrator.post(f"{page}roles", data=sent).status_code == 409
    assert administrator.post(f"{page}roles/{grant.id}/take").status_code == 302
    database.rollback()
    assert [one.role for one in db.get_one(Person, chaima.id).grants] == ["learner"]


def test_nobody_takes_away_their_own_administration(administrator: CheckingClient, db: Any) -> None:
    karim = found(db, "karim@example.ma")
    for lang, words in (("fr", "Personne ne peut"), ("ar", "لا يمكن لأي شخص")):
        response = administrator.post(f"/{lang}/admin/people/{karim.id}/roles/{karim.grants[0].id}/take")
        assert response.status_code == 409
        assert words in response.text
    database.rollback()
    assert [one.role for one in db.get_one(Person, karim.id).grants] == ["administrator"]


def test_a_grant_of_somebody_else_is_not_there(administrator: CheckingClient, db: Any) -> None:
    chaima, bilal = make_person(db), make_person(db, "bilal", role=Role.TRAINER)
    assert administrator.post(f"{LIST}{chaima.id}/roles/{bilal.grants[0].id}/take").status_code == 404


def test_a_suspended_account_is_out_at_once_and_opens_again(app: Any, administrator: CheckingClient, db: Any) -> None:
    chaima = make_person(db)
    theirs: Any = app.test_client()
    theirs.signed_in(chaima)
    page = f"{LIST}{chaima.id}/"
    assert administrator.post(f"{page}suspend", data={"suspend-reason": ""}).status_code == 422
    assert administrator.post(f"{page}suspend", data={"suspend-reason": "congé"}).status_code == 302
    assert theirs.get("/fr/").status_code == 302
    assert "Compte suspendu" in administrator.get(page).text
    assert administrator.post(f"{page}reactivate").status_code == 302
    database.rollback()
    assert db.get_one(Person, chaima.id).suspended_at is None


def test_an_archived_person_is_restored_for_30_days(
    administrator: CheckingClient, db: Any, at: Callable[[dt.datetime], None], on_monday: dt.datetime
) -> None:
    chaima = make_person(db)
    page = f"{LIST}{chaima.id}/"
    assert administrator.post(f"{page}archive", data={"archive-reason": "départ"}).status_code == 302
    assert "Chaima" not in administrator.get(LIST).text
    assert "Chaima" in administrator.get(f"{LIST}?state=archived").text
    assert administrator.get(f"{page}edit").status_code == 409
    assert administrator.post(f"{page}restore").status_code == 302
    assert "Chaima" in administrator.get(LIST).text
    administrator.post(f"{page}archive", data={"archive-reason": "départ"})
    at(on_monday + dt.timedelta(days=31))
    administrator.signed_in(found(db, "karim@example.ma"))
    assert administrator.post(f"{page}restore").status_code == 409


def test_sessions_of_somebody_end(app: Any, administrator: CheckingClient, db: Any) -> None:
    chaima = make_person(db)
    theirs: Any = app.test_client()
    theirs.signed_in(chaima)
    assert administrator.post(f"{LIST}{chaima.id}/end-sessions").status_code == 302
    assert theirs.get("/fr/").status_code == 302
    assert acts(db, "accounts.end-sign-ins") == 1
    database.rollback()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=alaoui", {"Chaima"}), ("q=العلوي", {"Chaima"}), ("q=driss@example", {"Driss"}),
        ("organisation=tourisme", {"Driss"}), ("role=trainer", {"Bilal"}), ("state=archived", set()),
        ("organisation=nonsense&role=x&state=y&page=zzz", {"Chaima", "Driss", "Bilal"}), ("q=%25", set()),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_its_address(
    administrator: CheckingClient, db: Any, query: str, shown: set[str]
) -> None:
    make_person(db)
    make_person(db, "driss", organisation_key="tourisme")
    make_person(db, "bilal", role=Role.TRAINER)
    page = administrator.get(f"{LIST}?{query}").text
    assert {name for name in ("Chaima", "Driss", "Bilal") if name in page} == shown


def test_the_list_asks_as_much_for_fifty_as_for_five(
    administrator: CheckingClient, db: Any, at_most: Any, now: dt.datetime
) -> None:
    for count in (5, 45):
        for number in range(count):
            make_person(db, f"person{count}x{number}")
        for path in (LIST, f"{LIST}?q=alaoui&state=not-invited"):
            with at_most(11):
                assert administrator.get(path).status_code == 200


def test_hostile_names_are_text(administrator: CheckingClient, db: Any) -> None:
    organisation(db)
    database.commit()
    name = "<script>alert(1)</script> {{ 7*7 }} \u202eevil"
    administrator.post(f"{LIST}new", data=form(name_fr=name))
    page = administrator.get(f"{LIST}{found(db, 'hiba@example.ma').id}/").text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
    assert "\u202e" not in page


def test_opening_a_person_is_written_where_the_person_can_read_it(administrator: CheckingClient, db: Any) -> None:
    chaima = make_person(db)
    administrator.get(f"{LIST}{chaima.id}/")
    database.rollback()
    rows = db.scalars(sa.select(AccessEntry).where(AccessEntry.person_id == chaima.id)).all()
    assert [row.page for row in rows] == ["people.show_person"]


@pytest.mark.parametrize("typed", ["5M58XBXR", "5M58-XBXR", "5m58 xbxr"])
def test_a_code_is_found_as_it_is_printed(administrator: CheckingClient, db: Any, typed: str) -> None:
    make_person(db, "driss", email=None, code="5M58XBXR")

    assert "Driss" in administrator.get(f"/fr/admin/people/?q={typed}").text
