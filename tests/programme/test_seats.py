"""Committee seats: one holder at a time, successors keep the history, vacant ones are seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.accounts.models import Level, Person
from lms.core import db as database
from lms.core.access import Role
from lms.core.edits import EditedMeanwhile
from lms.programme import demo, queries, services
from lms.programme.errors import TooLateToRestore, WrongDay
from lms.programme.models import CommitteeSeat, SeatHolding
from tests.factories import make_person, make_seat, organisation
from tests.pages import CheckingClient
from tests.parallel import at_once

FIRST, NEXT = dt.date(2026, 3, 1), dt.date(2026, 9, 15)


@pytest.fixture
def admin(db: Any, client: CheckingClient, at: Any, now: dt.datetime) -> CheckingClient:
    """A client of Amina, who administers."""
    at(now)
    return client.signed_in(make_person(db, "amina", role=Role.ADMINISTRATOR, organisation_key="dfp"))


def history(db: Any, seat_id: int) -> list[tuple[int, dt.date, dt.date | None]]:
    db.expire_all()
    query = sa.select(SeatHolding).where(SeatHolding.seat_id == seat_id).order_by(SeatHolding.since_on)
    return [(one.person_id, one.since_on, one.until_on) for one in db.scalars(query)]


def test_a_successor_ends_the_holding_before_the_day_before(db: Any, now: dt.datetime) -> None:
    seat, first, second = make_seat(db), make_person(db), make_person(db, "driss")
    held = services.appoint(db, seat, first, since=FIRST, seen_id=None, now=now)
    services.appoint(db, seat, second, since=NEXT, seen_id=held.id, now=now)
    assert history(db, seat.id) == [(first.id, FIRST, dt.date(2026, 9, 14)), (second.id, NEXT, None)]


def test_the_very_same_day_corrects_the_entry(db: Any, now: dt.datetime) -> None:
    seat, wrong, right = make_seat(db), make_person(db), make_person(db, "driss")
    held = services.appoint(db, seat, wrong, since=FIRST, seen_id=None, now=now)
    services.appoint(db, seat, right, since=FIRST, seen_id=held.id, now=now)
    assert history(db, seat.id) == [(right.id, FIRST, None)]


def test_days_that_do_not_fit_the_history_are_refused(db: Any, now: dt.datetime) -> None:
    seat, person = make_seat(db), make_person(db)
    held = services.appoint(db, seat, person, since=NEXT, seen_id=None, now=now)
    for day in (FIRST, dt.date(2026, 11, 24)):
        with pytest.raises(WrongDay):
            services.appoint(db, seat, person, since=day, seen_id=held.id, now=now)
    with pytest.raises(WrongDay):
        services.vacate(db, seat, until=FIRST, seen_id=held.id, now=now)
    services.vacate(db, seat, until=dt.date(2026, 10, 1), seen_id=held.id, now=now)
    with pytest.raises(WrongDay):
        services.appoint(db, seat, person, since=dt.date(2026, 10, 1), seen_id=None, now=now)
    services.appoint(db, seat, person, since=dt.date(2026, 10, 2), seen_id=None, now=now)


def test_of_parallel_appointments_one_is_kept(app: Flask, db: Any, now: dt.datetime) -> None:
    seat_id, ids = make_seat(db).id, [make_person(db, f"p{number}").id for number in range(8)]
    database.rollback()

    def appoint(person_id: int) -> Callable[[Any], int]:
        def act(db: Any) -> int:
            seat, person = db.get_one(CommitteeSeat, seat_id), db.get_one(Person, person_id)
            return services.appoint(db, seat, person, since=FIRST, seen_id=None, now=now).person_id

        return act

    results = at_once(app, [appoint(one) for one in ids])
    kept = [one for one in results if isinstance(one, int)]
    assert len(kept) == 1
    assert sum(isinstance(one, EditedMeanwhile) for one in results) == 7
    assert history(db, seat_id) == [(kept[0], FIRST, None)]


def test_the_database_keeps_a_second_holder_out(db: Any) -> None:
    seat, person = make_seat(db), make_person(db)
    db.add_all(SeatHolding(seat_id=seat.id, person_id=person.id, since_on=day) for day in (FIRST, NEXT))
    with pytest.raises(IntegrityError):
        db.flush()


def test_seats_of_a_person_and_leaving_them_all(db: Any, now: dt.datetime) -> None:
    person, other = make_person(db), make_person(db, "driss")
    left, held = make_seat(db, title="Secrétariat"), make_seat(db)
    past = services.appoint(db, left, person, since=FIRST, seen_id=None, now=now)
    services.appoint(db, left, other, since=NEXT, seen_id=past.id, now=now)
    services.appoint(db, held, person, since=NEXT, seen_id=None, now=now)
    assert [(one.seat.title.fr, one.until_on is None) for one in queries.seats_of(db, person.id)] == [
        ("Présidence", True), ("Secrétariat", False),
    ]  # fmt: skip
    services.leave_seats(db, person.id, now=now)
    assert history(db, held.id) == [(person.id, NEXT, now.date())]


def test_a_seat_is_made_filled_vacated_on_the_pages(db: Any, admin: CheckingClient) -> None:
    person_id = make_person(db, "chaima").id
    form = {
        "organisation": "ofppt", "title_ar": "رئاسة اللجنة", "title_fr": "Présidence", "level": "central", "region": "",
    }  # fmt: skip
    path = admin.post("/fr/admin/seats/new", data=form).headers["Location"]
    assert "Vacant" in admin.get("/fr/admin/seats/?state=vacant").text
    assert "Chaima Alaoui" in admin.get(f"{path}appoint").text
    typed = {"person": str(person_id), "since_on": "٠١/٠٣/٢٠٢٦", "seen": ""}
    assert admin.post(f"{path}appoint", data=typed).status_code == 302
    page = admin.get(path).text
    assert "1er mars 2026" in page
    seen = db.scalars(sa.select(SeatHolding.id)).one()
    assert admin.post(f"{path}vacate", data={"until_on": "30/10/2026", "seen": str(seen)}).status_code == 302
    assert "du 1er mars 2026 au 30 octobre 2026" in admin.get(path).text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", "nowhere"), ("organisation", ""), ("title_ar", ""), ("title_fr", "\u202e"),
        ("title_fr", "x" * 100_000), ("level", "planet"), ("level", "regional"),
    ],
)  # fmt: skip
def test_bad_input_makes_no_seat(db: Any, admin: CheckingClient, field: str, value: str) -> None:
    organisation(db)
    form = {"organisation": "ofppt", "title_ar": "عنوان", "title_fr": "Titre", "level": "central", "region": ""}
    answer = admin.post("/ar/admin/seats/new", data={**form, field: value})
    assert answer.status_code == 422
    assert "عنوان" in answer.text or field == "title_ar"
    assert db.scalars(sa.select(CommitteeSeat)).all() == []


@pytest.mark.parametrize(
    "typed",
    [
        {"person": "", "since_on": "01/03/2026"}, {"person": "x", "since_on": "01/03/2026"},
        {"person": "999999", "since_on": "01/03/2026"}, {"person": "9" * 5000, "since_on": "01/03/2026"},
        {"since_on": ""}, {"since_on": "31/02/2026"}, {"since_on": "24/11/2026"},
    ],
)  # fmt: skip
def test_bad_input_appoints_nobody(db: Any, admin: CheckingClient, typed: dict[str, str]) -> None:
    seat, person = make_seat(db), make_person(db)
    answer = admin.post(f"/fr/admin/seats/{seat.id}/appoint", data={"person": str(person.id), "seen": "", **typed})
    assert answer.status_code == 422
    assert history(db, seat.id) == []


def test_of_two_who_appoint_the_second_sees_both(db: Any, admin: CheckingClient, now: dt.datetime) -> None:
    seat, person, other = make_seat(db), make_person(db), make_person(db, "driss")
    seat_id, other_id = seat.id, other.id
    services.appoint(db, seat, person, since=FIRST, seen_id=None, now=now)
    database.commit()
    typed = {"person": str(other_id), "since_on": "15/09/2026", "seen": ""}
    answer = admin.post(f"/fr/admin/seats/{seat_id}/appoint", data=typed)
    assert answer.status_code == 409
    assert "Chaima Alaoui" in answer.text
    assert f'value="{other_id}" checked' in answer.text
    assert len(history(db, seat_id)) == 1


def test_of_two_who_edit_one_seat_the_second_sees_both(db: Any, admin: CheckingClient) -> None:
    seat_id = make_seat(db).id
    form = {"organisation": "ofppt", "title_ar": "رئاسة", "title_fr": "Direction", "level": "central", "version": "1"}
    assert admin.post(f"/fr/admin/seats/{seat_id}/edit", data=form).status_code == 302
    answer = admin.post(f"/fr/admin/seats/{seat_id}/edit", data={**form, "title_fr": "Coordination"})
    assert answer.status_code == 409
    assert "Direction" in answer.text
    assert "Coordination" in answer.text


def test_a_seat_of_a_region_leaves_it_with_the_level(db: Any, admin: CheckingClient) -> None:
    organisation(db)
    region = accounts.regions(db)[2]
    seat_id = make_seat(db, level=Level.REGIONAL, region=region).id
    form = {"organisation": "ofppt", "title_ar": "رئاسة", "title_fr": "Direction", "level": "central", "version": "1"}
    admin.post(f"/fr/admin/seats/{seat_id}/edit", data={**form, "region": accounts.regions(db)[2].key})
    db.expire_all()
    assert db.get_one(CommitteeSeat, seat_id).region_id is None


def test_an_archived_seat_comes_back_within_30_days(db: Any, admin: CheckingClient, now: dt.datetime) -> None:
    seat_id = make_seat(db).id
    admin.post(f"/fr/admin/seats/{seat_id}/archive")
    assert "Présidence" not in admin.get("/fr/admin/seats/").text
    assert "Présidence" in admin.get("/fr/admin/seats/?state=archived").text
    seat = db.get_one(CommitteeSeat, seat_id)
    with pytest.raises(TooLateToRestore):
        services.restore_seat(db, seat, actor_id=None, now=now + dt.timedelta(days=31))
    admin.post(f"/fr/admin/seats/{seat_id}/restore")
    assert "Présidence" in admin.get("/fr/admin/seats/").text


def test_the_list_asks_a_constant_number_of_questions(
    db: Any, admin: CheckingClient, at_most: Any, now: dt.datetime
) -> None:
    for number in range(60):
        seat = make_seat(db, title=f"Siège {number}")
        if number % 2:
            services.appoint(db, seat, make_person(db, f"p{number}"), since=FIRST, seen_id=None, now=now)
    database.commit()
    admin.get("/fr/admin/seats/")
    with at_most(6):
        page = admin.get("/fr/admin/seats/")
    assert page.text.count('scope="row"') == 50
    assert admin.get("/fr/admin/seats/?state=vacant").text.count('scope="row"') == 30


def test_the_demo_has_the_same_seats_at_every_run(db: Any, now: dt.datetime) -> None:
    organisation(db)
    for number in range(4):
        make_person(db, f"p{number}", organisation_key="dfp")
    demo.make_seats(db, now=now)
    of_first = [seat for seat in db.scalars(sa.select(CommitteeSeat)) if seat.organisation.key == "dfp"]
    assert [len(seat.holdings) for seat in of_first] == [2, 1, 0]
