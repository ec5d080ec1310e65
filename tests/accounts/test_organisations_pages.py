"""The administration's pages of organisations and regions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.errors import NameTaken
from lms.accounts.imports import people as imports
from lms.accounts.models import Organisation, OrganisationAlias, Person, Region
from lms.accounts.services import organisations as services
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.core.bilingual import Bilingual
from tests.accounts.conftest import with_password
from tests.factories import make_person, organisation
from tests.pages import CheckingClient
from tests.parallel import at_once

LIST = "/fr/admin/organisations/"
REGIONS = "/fr/admin/regions/"


@pytest.fixture
def administrator(client: CheckingClient, db: Any, on_monday: dt.datetime) -> CheckingClient:
    return client.signed_in(with_password(db, "karim", role=Role.ADMINISTRATOR, organisation_key="tourisme"))


@pytest.fixture
def ofppt(db: Any) -> Organisation:
    row = organisation(db)
    database.commit()
    return row


def form(**fields: Any) -> dict[str, Any]:
    return {"name_ar": "مرصد التكوين", "name_fr": "Observatoire de la formation", **fields}


def stored(db: Any, key: str) -> Organisation:
    database.rollback()
    return db.scalars(sa.select(Organisation).where(Organisation.key == key)).one()


def order(db: Any) -> list[str]:
    database.rollback()
    rows = sa.select(Organisation.key).where(Organisation.archived_at.is_(None))
    return list(db.scalars(rows.order_by(Organisation.position, Organisation.id)))


def test_an_organisation_is_added_last_and_shown_in_both_languages(
    administrator: CheckingClient, db: Any, ofppt: Organisation
) -> None:
    before = order(db)
    assert administrator.post(f"{LIST}new", data=form(short_fr="OF")).status_code == 302
    assert order(db) == [*before, "of"]
    for lang, words in (("fr", "Observatoire de la formation"), ("ar", "مرصد التكوين")):
        assert words in administrator.get(f"/{lang}/admin/organisations/").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name_ar": " "}, "nom en arabe"),
        ({"name_fr": "\u202e"}, "nom en français"),
        ({"name_fr": "x" * 201}, "Au plus"),
        ({"name_fr": "TOURISME"}, "déjà pris"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    administrator: CheckingClient, db: Any, ofppt: Organisation, fields: dict[str, str], words: str
) -> None:
    stored(db, "tourisme").name = Bilingual("السياحة", "Tourisme")
    database.commit()
    response = administrator.post(f"{LIST}new", data=form(short_fr="Gardé", **fields))
    assert response.status_code == 422
    assert words in response.text
    assert 'value="Gardé"' in response.text


def test_of_two_who_change_one_organisation_the_second_sees_both(
    administrator: CheckingClient, db: Any, ofppt: Organisation
) -> None:
    path, version = f"{LIST}{ofppt.id}/", ofppt.version
    assert administrator.post(path, data=form(name_fr="Office premier", version=version)).status_code == 302
    response = administrator.post(path, data=form(name_fr="Office second", version=version))
    assert response.status_code == 409
    assert "Office premier" in response.text
    assert 'value="Office second"' in response.text
    assert stored(db, "ofppt").name.fr == "Office premier"


def test_the_official_order_changes_by_one_place(administrator: CheckingClient, db: Any, ofppt: Organisation) -> None:
    before = order(db)
    second = stored(db, before[1])
    administrator.post(f"{LIST}{second.id}/move", data={"to": "up"})
    assert order(db) == [before[1], before[0], *before[2:]]
    administrator.post(f"{LIST}{second.id}/move", data={"to": "up"})
    assert order(db) == [before[1], before[0], *before[2:]]
    administrator.post(f"{LIST}{second.id}/move", data={"to": "down"})
    assert order(db) == before


def test_a_spelling_is_known_to_files_until_it_is_removed(
    administrator: CheckingClient, db: Any, ofppt: Organisation
) -> None:
    path = f"{LIST}{ofppt.id}/spellings"
    assert administrator.post(path, data={"spelling": "O. F. P. T."}).status_code == 302
    database.rollback()
    assert imports.spellings(db)["ofpt"] == ofppt.id
    (row,) = db.scalars(sa.select(OrganisationAlias)).all()
    assert administrator.post(f"{path}/{row.id}/remove").status_code == 302
    database.rollback()
    assert "ofpt" not in imports.spellings(db)


def test_a_spelling_of_another_organisation_is_refused(
    administrator: CheckingClient, db: Any, ofppt: Organisation
) -> None:
    tourism = stored(db, "tourisme")
    for spelling in (tourism.name.fr, "--- "):
        response = administrator.post(f"{LIST}{ofppt.id}/spellings", data={"spelling": spelling})
        assert response.status_code == 422
        assert 'id="spelling-error"' in response.text


def test_an_organisation_with_people_stays(administrator: CheckingClient, db: Any) -> None:
    chaima = make_person(db)
    path = f"{LIST}{chaima.organisation_id}/archive"
    for lang, words in (("fr", "1 personne fait partie"), ("ar", "ينتمي شخص واحد")):
        response = administrator.post(path.replace("/fr/", f"/{lang}/"), data={"reason": "fusion"})
        assert response.status_code == 422
        assert words in response.text.replace("\xa0", " ")
    assert stored(db, "ofppt").archived_at is None


def test_an_empty_organisation_is_archived_and_restored_for_30_days(
    administrator: CheckingClient, db: Any, ofppt: Organisation, at: Callable[[dt.datetime], None], now: dt.datetime
) -> None:
    path = f"{LIST}{ofppt.id}/"
    assert administrator.post(f"{path}archive", data={"reason": ""}).status_code == 422
    assert administrator.post(f"{path}archive", data={"reason": "fusion"}).status_code == 302
    assert "ofppt" not in order(db)
    assert f"organisations/{ofppt.id}/restore" in administrator.get(f"{LIST}?state=archived").text
    assert administrator.post(f"{path}restore").status_code == 302
    assert "ofppt" in order(db)
    administrator.post(f"{path}archive", data={"reason": "fusion"})
    at(now + dt.timedelta(days=31))
    database.rollback()
    administrator.signed_in(db.scalars(sa.select(Person).where(Person.email == "karim@example.ma")).one())
    assert administrator.post(f"{path}restore").status_code == 409


def test_every_change_of_an_organisation_is_recorded(
    administrator: CheckingClient, db: Any, ofppt: Organisation
) -> None:
    administrator.post(f"{LIST}{ofppt.id}/", data=form(version=ofppt.version))
    administrator.post(f"{LIST}{ofppt.id}/spellings", data={"spelling": "OPT"})
    administrator.post(f"{LIST}{ofppt.id}/archive", data={"reason": "fusion"})
    database.rollback()
    found = set(db.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.contains("organisation"))))
    assert found == {"accounts.edit-organisation", "accounts.archive-organisation"}
    assert db.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "accounts.add-spelling")) == 1
    assert "Organisme archivé" in administrator.get("/fr/admin/audit/").text


def test_of_many_who_add_one_name_at_once_one_adds_it(
    app: Flask, db: Any, ofppt: Organisation, now: dt.datetime
) -> None:
    names = services.Names(Bilingual("مرصد", "Observatoire"), Bilingual("", ""))

    def add(session: Any) -> int:
        return services.add_organisation(session, names, actor_id=None, now=now).id

    results = at_once(app, [add] * 12)
    assert [type(one) for one in results].count(int) == 1
    assert sum(isinstance(one, NameTaken) for one in results) == 11


def test_the_list_asks_as_much_for_forty_as_for_nine(
    administrator: CheckingClient, db: Any, ofppt: Organisation, at_most: Any, now: dt.datetime
) -> None:
    for count in (0, 30):
        for number in range(count):
            names = services.Names(Bilingual(f"هيئة {number}", f"Organisme {number}"), Bilingual("", ""))
            services.add_organisation(db, names, actor_id=None, now=now)
        database.commit()
        with at_most(6):
            assert administrator.get(LIST).status_code == 200


def test_hostile_names_are_text(administrator: CheckingClient, db: Any, ofppt: Organisation) -> None:
    administrator.post(f"{LIST}new", data=form(name_fr="<b>x</b>{{7*7}}", short_fr="../x"))
    page = administrator.get(LIST).text
    assert "<b>x</b>" not in page
    assert "{{7*7}}" in page


def test_a_region_takes_another_name_but_not_that_of_another(
    administrator: CheckingClient, db: Any, ofppt: Organisation
) -> None:
    database.rollback()
    first, second = db.scalars(sa.select(Region).order_by(Region.id).limit(2)).all()
    path, version = f"{REGIONS}{first.id}/", first.version
    taken = {"name_ar": first.name.ar, "name_fr": second.name.fr, "version": version}
    assert administrator.post(path, data=taken).status_code == 422
    other = {"name_ar": first.name.ar, "name_fr": "Nord", "version": version}
    assert administrator.post(path, data=other).status_code == 302
    assert administrator.post(path, data={**other, "name_fr": "Sud"}).status_code == 409
    assert "Nord" in administrator.get(REGIONS).text
