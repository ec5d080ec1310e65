"""The trainers' home: their own cohorts and no other; what waits for whom."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme import hooks, queries, services
from lms.programme.models import CohortTrainer, SeatHolding
from lms.progress import work
from tests.factories import CREATED, make_cohort, make_enrolment, make_person, make_seat, pass_test, read_lessons
from tests.pages import CheckingClient
from tests.programme.test_enrolments import actor_of


@pytest.fixture
def trainer(db: Any, client: CheckingClient, curriculum: Any, at: Any, now: dt.datetime) -> CheckingClient:
    """A client of Bilal, who trains « Session de novembre »."""
    at(now)
    bilal = make_person(db, "bilal", role=Role.TRAINER)
    make_cohort(db, trainers=[bilal])
    return client.signed_in(bilal)


def own_cohort(db: Any) -> int:
    return db.scalars(sa.select(CohortTrainer.cohort_id)).one()


def test_home_of_a_trainer_is_the_list_of_their_cohorts(db: Any, trainer: CheckingClient) -> None:
    make_cohort(db, name=Bilingual("دورة أخرى", "Session d’autrui"))
    assert trainer.get("/fr/").headers["Location"] == "/fr/cohorts/"
    page = trainer.get("/fr/cohorts/").text
    assert "Session de novembre" in page
    assert "Session d’autrui" not in page
    assert "Lundi 23 novembre 2026" in page


def test_anothers_cohort_is_not_there_for_a_trainer(db: Any, trainer: CheckingClient, now: dt.datetime) -> None:
    other, own = make_cohort(db), own_cohort(db)
    assert trainer.get(f"/fr/cohorts/{other.id}/").status_code == 404
    assert trainer.get(f"/fr/cohorts/{own}/").status_code == 200
    assert trainer.get(f"/fr/admin/cohorts/{own}/").status_code == 403
    cohort = db.get_one(type(other), own)
    services.archive_cohort(db, cohort, actor_id=None, now=now)
    database.commit()
    assert trainer.get(f"/fr/cohorts/{own}/").status_code == 404


def test_a_trainer_reads_steps_and_no_score_and_the_look_is_logged(
    db: Any, trainer: CheckingClient, curriculum: Any, now: dt.datetime
) -> None:
    cohort = db.get_one(queries.cohorts(db)[0].__class__, own_cohort(db))
    pass_test(db, make_enrolment(db, cohort=cohort), curriculum, now=now)
    page = trainer.get(f"/ar/cohorts/{cohort.id}/").text
    assert "شيماء العلوي" in page
    assert not re.search(r"/20(?!\d)", page), "a mark out of twenty"
    assert '<form method="post"' not in page
    assert db.scalars(sa.select(AccessEntry.page)).all() == ["taught.show_cohort"]


def test_figures_of_a_cohort_equal_a_count_by_hand(db: Any, curriculum: Any, now: dt.datetime) -> None:
    """Of five: one passed, one read all lessons today, one did nothing since 1 November, one left, one is a test."""
    cohort = make_cohort(db)
    pass_test(db, make_enrolment(db, make_person(db, "a"), cohort), curriculum, now=CREATED)
    read_lessons(db, make_enrolment(db, make_person(db, "b"), cohort), curriculum, now=now)
    idle = make_enrolment(db, make_person(db, "c"), cohort)
    left = make_enrolment(db, make_person(db, "d"), cohort)
    services.end_enrolment(db, left, reason="moved", actor_id=None, now=now)
    make_enrolment(db, make_person(db, "e", is_test=True), cohort)
    since = hooks.idle_since(db, now)
    found = work.of_cohorts(db, [cohort.id], idle_since=since)[cohort.id]
    assert (found.people, found.behind) == (3, 1)
    assert found.share == pytest.approx((1 + 2 / 3 + 0) / 3, abs=1e-6)
    behind = sa.select(type(idle).id).where(work.is_behind(since), type(idle).is_test.is_(False))
    assert db.scalars(behind).all() == [idle.id]


def test_nobody_is_behind_in_the_first_days(db: Any, curriculum: Any) -> None:
    enrolment = make_enrolment(db)
    for days, behind in ((9, 0), (11, 1)):
        since = hooks.idle_since(db, CREATED + dt.timedelta(days=days))
        assert work.of_cohorts(db, [enrolment.cohort_id], idle_since=since)[enrolment.cohort_id].behind == behind


def test_a_trainer_is_told_who_is_behind(db: Any, trainer: CheckingClient) -> None:
    cohort = queries.cohorts(db)[0]
    make_enrolment(db, cohort=cohort)
    page = trainer.get("/fr/cohorts/").text
    assert "1 personne est en retard" in page
    assert f"/fr/cohorts/{own_cohort(db)}/?show=behind" in page
    assert "Chaima Alaoui" in trainer.get(f"/fr/cohorts/{own_cohort(db)}/?show=behind").text


def test_the_administration_is_told_what_is_missing(
    app: Any, db: Any, curriculum: Any, client: CheckingClient, at: Any, now: dt.datetime
) -> None:
    at(now)
    client.signed_in(make_person(db, "amina", role=Role.ADMINISTRATOR))
    make_cohort(db, name=Bilingual("دورة بلا أحد", "Session sans personne"))
    soon = make_cohort(db, starts_on=dt.date(2026, 12, 1))
    far = make_cohort(db, starts_on=dt.date(2026, 12, 18))
    for cohort in (soon, far):
        make_enrolment(db, make_person(db, f"p{cohort.id}"), cohort)
    page = client.get("/fr/admin/").text
    assert "1 session en cours sans équipe de formation" in page
    assert "1 session en cours sans aucune inscription" in page
    assert "1 personne inscrite à une session à venir" in page
    assert "Session sans personne" in page


def test_lists_of_a_trainer_ask_a_constant_number_of_questions(
    db: Any, trainer: CheckingClient, at_most: Any, now: dt.datetime
) -> None:
    cohort = queries.cohorts(db)[0]
    bilal_id = db.scalars(sa.select(CohortTrainer.person_id)).one()
    services.enrol_together(
        db, cohort, [make_person(db, f"p{number}").id for number in range(55)], actor_id=None, now=now
    )
    for _ in range(9):
        other = make_cohort(db)
        db.add(CohortTrainer(cohort_id=other.id, person_id=bilal_id))
    database.commit()
    cohort_id = cohort.id
    trainer.get("/fr/cohorts/")
    # The tasks of the home page: roll calls, walk-ins, reports, short reports, signed sheets, one statement each.
    with at_most(18):
        trainer.get("/fr/cohorts/")
    with at_most(14):
        page = trainer.get(f"/fr/cohorts/{cohort_id}/")
    assert page.text.count('scope="row"') == 50


def test_what_is_held_on_a_person_and_what_goes_with_the_name(db: Any, curriculum: Any, now: dt.datetime) -> None:
    person = make_person(db, "bilal", role=Role.TRAINER)
    enrolment = make_enrolment(db, person, make_cohort(db, trainers=[person]))
    services.appoint(db, make_seat(db), person, since=dt.date(2026, 3, 1), seen_id=None, now=now)
    held = hooks.data_of(db, person.id)
    assert held["enrolments"][0]["cohort"]["fr"] == "Session de novembre"
    assert held["seats"][0]["until"] is None
    hooks.forget(db, person.id, now=now)
    assert db.scalars(sa.select(CohortTrainer)).all() == []
    assert db.scalars(sa.select(SeatHolding.until_on)).all() == [now.date()]
    assert enrolment.level == "central"


def test_of_the_visible_cohorts_each_role_has_its_own(db: Any) -> None:
    trainer = make_person(db, "bilal", role=Role.TRAINER)
    own, other = make_cohort(db, trainers=[trainer]), make_cohort(db)
    seen = {Role.ADMINISTRATOR: {own.id, other.id}, Role.MONITOR: {own.id, other.id}, Role.TRAINER: {own.id}}
    for role in Role:
        person = trainer if role is Role.TRAINER else make_person(db, str(role), role=role)
        found = {one.id for one in db.scalars(queries.cohorts_visible_to(actor_of(db, person)))}
        assert found == seen.get(role, set()), role
