"""Enrolling: choose, look, confirm; leaving and coming back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services as accounts
from lms.accounts.models import BatchState, ImportBatch, ImportRow, Person, RoleGrant
from lms.core import db as database
from lms.core.access import Role
from lms.programme import queries, services
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import Source
from lms.progress.models import ModuleProgress
from tests.factories import CREATED, make_cohort, make_enrolment, make_person, organisation
from tests.pages import CheckingClient
from tests.parallel import at_once


@pytest.fixture
def admin(db: Any, client: CheckingClient, curriculum: Any, at: Any, now: dt.datetime) -> CheckingClient:
    """A client of Amina, who administers; her organisation is of no cohort."""
    at(now)
    return client.signed_in(make_person(db, "amina", role=Role.ADMINISTRATOR, organisation_key="dfp"))


@pytest.fixture
def cohort(db: Any) -> Cohort:
    return make_cohort(db)


def enrolled(db: Any) -> list[int]:
    db.expire_all()
    return list(db.scalars(sa.select(Enrolment.person_id).order_by(Enrolment.person_id)))


def test_a_whole_organisation_is_looked_at_then_enrolled(db: Any, admin: CheckingClient, cohort: Cohort) -> None:
    new, already = make_person(db).id, make_enrolment(db, make_person(db, "driss"), cohort).person_id
    make_person(db, "bilal", role=Role.TRAINER)
    elsewhere = make_person(db, "sara", organisation_key="tourisme").id
    path = f"/fr/admin/cohorts/{cohort.id}/enrol"
    page = admin.get(f"{path}?organisation=ofppt").text
    assert "Chaima Alaoui" in page
    assert "Driss Ouahbi" not in page
    assert "Driss Ouahbi" in admin.get(f"{path}?organisation=ofppt&show=enrolled").text
    assert "n’a pas le rôle" in admin.get(f"{path}?organisation=ofppt&show=impossible").text
    assert enrolled(db) == [already]
    assert admin.post(path, data={"organisation": "ofppt", "expected": "1"}).status_code == 302
    assert enrolled(db) == sorted([new, already])
    assert elsewhere not in enrolled(db)


def test_several_organisations_are_enrolled_at_once(db: Any, admin: CheckingClient, cohort: Cohort) -> None:
    people = [make_person(db).id, make_person(db, "sara", organisation_key="tourisme").id]
    make_person(db, "driss", organisation_key="anlca")
    path = f"/fr/admin/cohorts/{cohort.id}/enrol"
    page = admin.get(f"{path}?organisation=ofppt&organisation=tourisme").text
    assert page.count('name="organisation"') == 2
    sent = {"organisation": ["ofppt", "tourisme"], "expected": "2"}
    assert admin.post(path, data=sent).status_code == 302
    assert enrolled(db) == sorted(people)


def test_the_people_of_a_confirmed_file_are_offered(db: Any, admin: CheckingClient, cohort: Cohort, now: Any) -> None:
    for name, state in (("waiting.csv", BatchState.CHECKED), ("people.xlsx", BatchState.CONFIRMED)):
        db.add(ImportBatch(kind="people", filename=name, sha256="0" * 64, remarks=[], created_at=now, state=state))
    database.commit()
    page = admin.get(f"/fr/admin/cohorts/{cohort.id}/enrol").text
    assert "people.xlsx" in page
    assert "waiting.csv" not in page


def test_the_same_form_sent_twice_enrols_once(db: Any, admin: CheckingClient, cohort: Cohort) -> None:
    person_id = make_person(db).id
    form = {"person": [str(person_id)], "expected": "1"}
    for _ in range(2):
        assert admin.post(f"/fr/admin/cohorts/{cohort.id}/enrol", data=form).status_code == 302
    assert enrolled(db) == [person_id]


def test_nobody_is_enrolled_unseen(db: Any, admin: CheckingClient, cohort: Cohort) -> None:
    """Somebody joins the organisation between the look and the confirmation."""
    make_person(db)
    make_person(db, "driss")
    answer = admin.post(f"/fr/admin/cohorts/{cohort.id}/enrol", data={"organisation": "ofppt", "expected": "1"})
    assert answer.status_code == 409
    assert "La liste s’est allongée" in answer.text
    assert enrolled(db) == []


def test_of_parallel_lists_each_person_is_enrolled_once(app: Flask, db: Any, curriculum: Any, cohort: Cohort) -> None:
    """Lists sent at the same moment, in different orders, with everybody's rows of progress opened once."""
    ids, cohort_id = [make_person(db, f"p{number}").id for number in range(12)], cohort.id
    database.rollback()

    def enrol(order: list[int]) -> Any:
        return lambda db: services.enrol_together(db, db.get_one(Cohort, cohort_id), order, actor_id=None, now=CREATED)

    results = at_once(app, [enrol(ids), enrol(ids[::-1]), enrol(ids[6:] + ids[:6]), enrol(ids[:8])])
    assert [one for one in results if isinstance(one, Exception)] == []
    assert sum(len(one) for one in results) == 12
    assert enrolled(db) == ids
    assert db.scalar(sa.select(sa.func.count()).select_from(ModuleProgress)) == 12


def test_an_enrolment_keeps_the_place_of_its_day_whoever_writes_it(db: Any, cohort: Cohort, now: dt.datetime) -> None:
    one = make_person(db, birth_year=1980)
    other = make_person(db, "driss", birth_year=1980)
    services.enrol(db, cohort, one, now=now)
    services.enrol_together(db, cohort, [other.id], actor_id=None, now=now)
    names = ("organisation_id", "region_id", "level", "sex", "age_group", "is_test", "enrolled_at")
    first, second = db.scalars(sa.select(Enrolment).order_by(Enrolment.person_id))
    assert [getattr(first, name) for name in names] == [getattr(second, name) for name in names]


def test_an_import_brings_its_people(db: Any, admin: CheckingClient, cohort: Cohort, now: dt.datetime) -> None:
    people = [make_person(db, "chaima").id, make_person(db, "driss").id]
    batch = ImportBatch(
        kind="people", filename="a.xlsx", sha256="0" * 64, remarks=[], state=BatchState.CONFIRMED, created_at=now
    )
    db.add(batch)
    db.flush()
    db.add_all(
        ImportRow(batch_id=batch.id, number=place, cells={}, outcome="new", subject_id=person)
        for place, person in enumerate([*people, None], 2)
    )
    database.commit()
    path, batch_id = f"/ar/admin/cohorts/{cohort.id}/enrol", batch.id
    assert "إدريس وهبي" in admin.get(f"{path}?batch={batch_id}").text
    assert admin.post(path, data={"batch": str(batch_id), "expected": "2"}).status_code == 302
    assert enrolled(db) == people


@pytest.mark.parametrize("query", ["batch=999", "batch=x", "batch=" + "9" * 50, "organisation=nowhere"])
def test_an_unknown_list_is_not_there(db: Any, admin: CheckingClient, cohort: Cohort, query: str) -> None:
    assert admin.get(f"/fr/admin/cohorts/{cohort.id}/enrol?{query}").status_code == 404


def test_ticks_survive_the_next_search(db: Any, admin: CheckingClient, cohort: Cohort) -> None:
    chosen = make_person(db).id
    make_person(db, "driss")
    page = admin.get(f"/fr/admin/cohorts/{cohort.id}/enrol?q=ouahbi&person={chosen}").text
    assert f'value="{chosen}" checked' in page
    assert "Driss Ouahbi" in page
    assert "Aucune case" in admin.get(f"/fr/admin/cohorts/{cohort.id}/enrol?q=ouahbi&look=1").text
    look = admin.get(f"/fr/admin/cohorts/{cohort.id}/enrol?person={chosen}&look=1").text
    assert f'name="person" value="{chosen}"' in look


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["9" * 40], ["999999"], [""], ["1e3"]])
def test_made_up_people_enrol_nobody(db: Any, admin: CheckingClient, cohort: Cohort, ids: list[str]) -> None:
    answer = admin.post(f"/fr/admin/cohorts/{cohort.id}/enrol", data={"person": ids, "expected": "9"})
    assert answer.status_code == 302
    assert enrolled(db) == []


def test_everybody_stands_in_one_list_with_a_reason(db: Any, cohort: Cohort, now: dt.datetime) -> None:
    closed, gone = make_person(db, "closed"), make_enrolment(db, make_person(db, "gone"), cohort)
    accounts.suspend(db, closed, actor_id=None, reason="left", now=now)
    services.end_enrolment(db, gone, reason="moved", actor_id=None, now=now)
    people = [make_person(db).id, make_enrolment(db, make_person(db, "in"), cohort).person_id, closed.id]
    people += [gone.person_id, make_person(db, "bilal", role=Role.TRAINER).id]
    source = Source(person_ids=tuple(people))
    assert queries.standing_counts(db, cohort.id, source) == {"new": 1, "enrolled": 2, "impossible": 2}
    reasons = [
        str(standing)
        for group in ("new", "enrolled", "impossible")
        for _person, standing in queries.candidate_page(db, cohort.id, source, group=group, lang="fr", page=1)
    ]
    assert sorted(reasons) == ["closed", "enrolled", "left", "new", "no-role"]
    assert queries.newcomers(db, cohort.id, source) == [people[0]]


def test_somebody_closed_is_not_enrolled_even_when_named(db: Any, cohort: Cohort, now: dt.datetime) -> None:
    person = make_person(db)
    accounts.suspend(db, person, actor_id=None, reason="left", now=now)
    assert services.enrol_together(db, cohort, [person.id], actor_id=None, now=now) == []


def test_an_enrolment_ends_with_a_reason_and_is_taken_up_again(
    db: Any, admin: CheckingClient, cohort: Cohort, now: dt.datetime
) -> None:
    enrolment = make_enrolment(db, cohort=cohort)
    path, person_id = f"/fr/admin/cohorts/{cohort.id}/people/{enrolment.id}", enrolment.person_id
    assert admin.post(f"{path}/leave", data={"reason": "\u202e "}).status_code == 422
    assert admin.post(f"{path}/leave", data={"reason": "x" * 100_000}).status_code == 422
    assert admin.post(f"{path}/leave", data={"reason": "Mutation"}).status_code == 302
    assert queries.running_enrolment(db, person_id, today=now.date()) is None
    assert "Chaima Alaoui" in admin.get(f"/fr/admin/cohorts/{cohort.id}/?show=left").text
    assert admin.post(f"{path}/take-back").status_code == 302
    assert queries.running_enrolment(db, person_id, today=now.date()) is not None


def test_an_enrolment_of_another_cohort_is_not_there(db: Any, admin: CheckingClient, cohort: Cohort) -> None:
    foreign = make_enrolment(db)
    path = f"/fr/admin/cohorts/{cohort.id}/people/{foreign.id}"
    assert admin.get(f"{path}/").status_code == 404
    assert admin.post(f"{path}/leave", data={"reason": "x"}).status_code == 404
    assert admin.post(f"{path}/take-back").status_code == 404


def test_pages_ask_a_constant_number_of_questions_at_ten_thousand_people(
    db: Any, admin: CheckingClient, cohort: Cohort, at_most: Any, now: dt.datetime
) -> None:
    place = organisation(db, "tourisme").id
    ids = many_people(db, 10_000, place)
    path = f"/fr/admin/cohorts/{cohort.id}/"
    with at_most(9):
        preview = admin.get(f"{path}enrol?organisation=tourisme")
    assert preview.text.count('scope="row"') == 50
    cohort = db.get_one(Cohort, cohort.id)
    assert len(services.enrol_together(db, cohort, ids, actor_id=None, now=now)) == 10_000
    database.commit()
    with at_most(14):
        page = admin.get(f"{path}?page=3&q=personne")
    assert page.text.count('scope="row"') == 50
    assert "10\u202f000" in page.text


def many_people(db: Any, count: int, organisation_id: int) -> list[int]:
    """Committed learners, written by two statements."""
    db.execute(
        sa.insert(Person),
        [
            {
                "name_ar": "", "name_fr": f"Personne {number}", "sort_ar": f"1{number:05}", "sort_fr": f"0{number:05}",
                "search": f"personne {number}", "function_ar": "", "function_fr": "", "level": "central",
                "organisation_id": organisation_id, "created_at": CREATED,
            }
            for number in range(count)
        ],
    )  # fmt: skip
    query = sa.select(Person.id).where(Person.organisation_id == organisation_id).order_by(Person.id)
    ids = list(db.scalars(query))
    db.execute(sa.insert(RoleGrant), [{"person_id": one, "role": Role.LEARNER, "granted_at": CREATED} for one in ids])
    database.commit()
    return ids
