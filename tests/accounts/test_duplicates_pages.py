"""The pages on accounts that may be one person's: the list, the comparison, one made of two, and two again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person, PersonMerge
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from tests.accounts.conftest import with_password
from tests.factories import make_person
from tests.pages import CheckingClient

LIST = "/fr/admin/people/duplicates/"


@pytest.fixture
def administrator(client: CheckingClient, db: Any, on_monday: dt.datetime) -> CheckingClient:
    return client.signed_in(with_password(db, "karim", role=Role.ADMINISTRATOR))


@pytest.fixture
def pair(db: Any) -> tuple[Person, Person]:
    """Chaima twice in one organisation: once with an address, once with a telephone number."""
    first = make_person(db)
    second = make_person(db, "chaima", email=None, code="ABCD2345", phone="+212612345678")
    return first, second


def stored(db: Any, person_id: int) -> Person:
    database.rollback()
    return db.get_one(Person, person_id)


def merge(administrator: CheckingClient, first: Person, second: Person, **fields: Any) -> Any:
    sent = {"keep": first.id, "versions": f"{first.version}-{second.version}", **fields}
    return administrator.post(f"{LIST}{first.id}/{second.id}/merge", data=sent)


def test_a_pair_is_suspected_until_it_is_told_apart(
    administrator: CheckingClient, db: Any, pair: tuple[Person, Person]
) -> None:
    first, second = pair
    for lang, words in (("fr", "doublon possible"), ("ar", "تكرار محتمل")):
        assert f"/{first.id}/{second.id}/" in administrator.get(f"/{lang}/admin/people/duplicates/").text
        assert words in administrator.get(f"/{lang}/admin/").text
    assert administrator.post(f"{LIST}{first.id}/{second.id}/apart").status_code == 302
    assert f"/{first.id}/{second.id}/" not in administrator.get(LIST).text
    assert "doublon possible" not in administrator.get("/fr/admin/").text


def test_the_comparison_shows_what_differs_and_nothing_else(
    administrator: CheckingClient, pair: tuple[Person, Person]
) -> None:
    first, second = pair
    page = administrator.get(f"{LIST}{first.id}/{second.id}/").text
    assert 'name="take-email"' in page
    assert 'name="take-phone"' in page
    assert 'name="take-name_fr"' not in page


def test_of_two_one_stays_with_the_values_chosen_and_it_can_be_undone(
    administrator: CheckingClient, db: Any, pair: tuple[Person, Person]
) -> None:
    first, second = pair
    response = merge(administrator, first, second, **{"take-phone": "second", "take-email": "first"})
    assert response.headers["Location"] == f"/fr/admin/people/{first.id}/"
    kept = stored(db, first.id)
    assert (kept.email, kept.phone) == ("chaima@example.ma", "+212612345678")
    assert stored(db, second.id).merged_into_id == first.id
    row = db.scalars(sa.select(PersonMerge)).one()
    assert f"/merges/{row.id}/undo" in administrator.get(f"/fr/admin/people/{first.id}/").text
    assert administrator.post(f"/fr/admin/people/{first.id}/merges/{row.id}/undo").status_code == 302
    assert stored(db, second.id).merged_into_id is None
    assert stored(db, first.id).phone is None


def test_what_changed_meanwhile_is_shown_before_anything_is_merged(
    administrator: CheckingClient, db: Any, pair: tuple[Person, Person]
) -> None:
    first, second = pair
    versions = f"{first.version}-{second.version}"
    second.name = Bilingual("شيماء", "Chaïma")
    database.commit()
    response = merge(administrator, first, second, versions=versions)
    assert response.status_code == 409
    assert "a changé" in response.text
    assert stored(db, second.id).merged_into_id is None


def test_nothing_is_merged_without_a_choice_of_what_stays(
    administrator: CheckingClient, db: Any, pair: tuple[Person, Person]
) -> None:
    assert merge(administrator, *pair, keep="").status_code == 422
    assert merge(administrator, *pair, keep=999).status_code == 422
    assert merge(administrator, *pair, keep="9" * 30).status_code == 422
    assert stored(db, pair[1].id).merged_into_id is None


def test_administrators_do_not_merge_their_own_account_away(administrator: CheckingClient, db: Any) -> None:
    database.rollback()
    karim = db.scalars(sa.select(Person).where(Person.email == "karim@example.ma")).one()
    twin = make_person(db, "karim", email="karim2@example.ma")
    response = merge(administrator, karim, twin, keep=twin.id)
    assert response.status_code == 409
    assert stored(db, karim.id).merged_into_id is None


@pytest.mark.parametrize("path", ["1/1/", "2/1/", "1/999999/", "999999/1000000/"])
def test_a_pair_that_is_none_is_not_there(
    administrator: CheckingClient, pair: tuple[Person, Person], path: str
) -> None:
    assert administrator.get(f"{LIST}{path}").status_code == 404
    assert administrator.post(f"{LIST}{path}merge").status_code == 404


def test_the_list_asks_as_much_for_fifty_as_for_two(administrator: CheckingClient, db: Any, at_most: Any) -> None:
    for count in (2, 48):
        for number in range(count):
            make_person(db, f"twin{count}x{number}")
            make_person(db, f"twin{count}x{number}", email=f"other{count}x{number}@example.ma")
        with at_most(9):
            assert administrator.get(LIST).status_code == 200
