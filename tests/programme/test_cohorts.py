"""Cohorts as the administration keeps them: lists, forms, two people at once, archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import audit
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.edits import EditedMeanwhile
from lms.programme import queries, services
from lms.programme.errors import ModuleInUse, TooLateToRestore
from lms.programme.models import Cohort, CohortTrainer
from lms.progress import queries as progress
from lms.progress import services as ledger
from tests.factories import make_cohort, make_enrolment, make_person, read_lessons
from tests.pages import CheckingClient
from tests.parallel import at_once

FORM = {
    "name_ar": "دورة أكادير", "name_fr": "Session d’Agadir", "starts_on": "01/12/2026", "ends_on": "2026-12-18",
    "modules": ["concepts"], "modules_in_order": "yes", "languages": "fr,ar", "has_sessions": "no",
    "pass_percent": "60", "attendance_percent": "80",
}  # fmt: skip


@pytest.fixture
def admin(db: Any, client: CheckingClient, curriculum: Any, at: Any, now: dt.datetime) -> CheckingClient:
    """A client of Amina, who administers."""
    at(now)
    return client.signed_in(make_person(db, "amina", role=Role.ADMINISTRATOR))


def only_cohort(db: Any) -> Cohort:
    db.expire_all()
    return db.scalars(sa.select(Cohort)).one()


def edit_form(db: Any, cohort: Cohort, **others: Any) -> dict[str, Any]:
    """What a browser sends after opening the form of the cohort."""
    db.expire_all()
    return {
        **FORM, "name_ar": cohort.name.ar, "name_fr": cohort.name.fr, "starts_on": "02/11/2026",
        "ends_on": "18/12/2026", "languages": "ar,fr", "version": str(cohort.version), **others,
    }  # fmt: skip


def test_a_cohort_is_created_with_its_modules_and_trainers(db: Any, admin: CheckingClient) -> None:
    trainer_id = make_person(db, "bilal", role=Role.TRAINER).id
    answer = admin.post("/fr/admin/cohorts/new", data={**FORM, "trainers": [str(trainer_id)]})
    cohort = only_cohort(db)
    assert answer.headers["Location"] == f"/fr/admin/cohorts/{cohort.id}/"
    assert (cohort.name, cohort.languages, cohort.has_sessions) == (
        Bilingual("دورة أكادير", "Session d’Agadir"), "fr,ar", False,
    )  # fmt: skip
    assert (cohort.starts_on, cohort.ends_on) == (dt.date(2026, 12, 1), dt.date(2026, 12, 18))
    assert queries.modules_of_cohort(db, cohort.id) == ["concepts"]
    assert [one.id for one in queries.trainers_of(db, cohort.id)] == [trainer_id]
    assert db.scalars(sa.select(audit.AuditEntry.action)).all()[-1] == "programme.create-cohort"


def test_days_and_numbers_may_be_typed_in_arabic_digits(db: Any, admin: CheckingClient) -> None:
    typed = {"starts_on": "٠١/١٢/٢٠٢٦", "ends_on": "١٨/١٢/٢٠٢٦", "pass_percent": "٧٠ %"}
    assert admin.post("/ar/admin/cohorts/new", data={**FORM, **typed}).status_code == 302
    assert (only_cohort(db).starts_on, only_cohort(db).pass_percent) == (dt.date(2026, 12, 1), 70)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ends_on", "30/11/2026"), ("ends_on", "31/02/2027"), ("ends_on", ""), ("ends_on", "demain"),
        ("starts_on", "1/1/9999"), ("starts_on", "9" * 100_000), ("pass_percent", "0"), ("pass_percent", "101"),
        ("pass_percent", "-1"), ("pass_percent", "6e1"), ("pass_percent", ""), ("attendance_percent", "1000"),
        ("modules", []), ("modules", ["sorcery"]), ("languages", "de"), ("trainers", ["999"]), ("trainers", ["x"]),
        ("name_fr", ""), ("name_fr", "\u202e\u2066 "), ("name_ar", "ل" * 100_000),
    ],
)  # fmt: skip
def test_bad_input_is_said_and_nothing_is_lost(db: Any, admin: CheckingClient, field: str, value: Any) -> None:
    answer = admin.post("/fr/admin/cohorts/new", data={**FORM, field: value})
    assert answer.status_code == 422
    assert "<title>Erreur" in answer.text
    assert "دورة أكادير" in answer.text or field == "name_ar"
    assert db.scalars(sa.select(Cohort)).all() == []


def test_somebody_who_trains_nobody_cannot_be_a_trainer(db: Any, admin: CheckingClient) -> None:
    learner_id = make_person(db).id
    answer = admin.post("/fr/admin/cohorts/new", data={**FORM, "trainers": [str(learner_id)]})
    assert answer.status_code == 422
    assert db.scalars(sa.select(CohortTrainer)).all() == []


def test_marks_that_steer_direction_are_taken_out_of_names(db: Any, admin: CheckingClient) -> None:
    admin.post("/fr/admin/cohorts/new", data={**FORM, "name_fr": "Ses\u202esion  <b>"})
    assert only_cohort(db).name.fr == "Session <b>"
    assert "Session &lt;b&gt;" in admin.get("/fr/admin/cohorts/?state=coming").text


def test_of_two_who_edit_one_cohort_the_second_sees_both_and_loses_nothing(
    app: Flask, db: Any, admin: CheckingClient
) -> None:
    cohort = make_cohort(db)
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    other.signed_in(make_person(db, "karim", role=Role.ADMINISTRATOR))
    path, opened = f"/fr/admin/cohorts/{cohort.id}/edit", edit_form(db, cohort)
    assert other.post(path, data={**opened, "name_fr": "Session de Rabat"}).status_code == 302
    answer = admin.post(path, data={**opened, "name_fr": "Session de Fès", "pass_percent": "75"})
    assert answer.status_code == 409
    assert "Session de Rabat" in answer.text
    assert "Session de Fès" in answer.text
    assert only_cohort(db).name.fr == "Session de Rabat"
    again = {**opened, "name_fr": "Session de Fès", "pass_percent": "75", "version": str(only_cohort(db).version)}
    assert f'value="{again["version"]}"' in answer.text
    assert admin.post(path, data=again).status_code == 302
    assert (only_cohort(db).name.fr, only_cohort(db).pass_percent) == ("Session de Fès", 75)


def test_trainers_and_modules_count_as_changes_too(db: Any, admin: CheckingClient) -> None:
    cohort, trainer_id = make_cohort(db), make_person(db, "bilal", role=Role.TRAINER).id
    path, opened = f"/fr/admin/cohorts/{cohort.id}/edit", edit_form(db, cohort)
    assert admin.post(path, data={**opened, "trainers": [str(trainer_id)]}).status_code == 302
    assert admin.post(path, data=opened).status_code == 409
    assert [one.id for one in queries.trainers_of(db, cohort.id)] == [trainer_id]


def test_of_parallel_edits_with_one_version_one_is_stored(app: Flask, db: Any, curriculum: Any, now: Any) -> None:
    cohort = make_cohort(db)
    cohort_id, version = cohort.id, cohort.version
    database.rollback()

    def rename(number: int) -> Callable[[Any], str]:
        def act(db: Any) -> str:
            found = db.get_one(Cohort, cohort_id)
            plan = services.plan_of(db, found)
            values = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
            changed = services.CohortPlan(**{**values, "name": Bilingual("دورة", f"Session {number}")})
            services.edit_cohort(db, found, changed, version=version, now=now, actor_id=None)
            return f"Session {number}"

        return act

    results = at_once(app, [rename(number) for number in range(8)])
    stored = [one for one in results if isinstance(one, str)]
    assert len(stored) == 1
    assert only_cohort(db).name.fr == stored[0]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "٣"])
def test_a_made_up_version_is_a_conflict(db: Any, admin: CheckingClient, version: str) -> None:
    cohort = make_cohort(db)
    path = f"/fr/admin/cohorts/{cohort.id}/edit"
    assert admin.post(path, data=edit_form(db, cohort, version=version, name_fr="X")).status_code == 409


def test_a_new_module_opens_for_people_enrolled_already(db: Any, curriculum: Any, now: dt.datetime) -> None:
    cohort = make_cohort(db, modules=("concepts",))
    enrolment = make_enrolment(db, cohort=cohort)
    change(db, cohort, ("concepts", "model"), now)
    assert set(progress.modules(db, enrolment.id)) == {"concepts", "model"}
    change(db, cohort, ("concepts",), now)
    assert set(progress.modules(db, enrolment.id)) == {"concepts"}


def change(db: Any, cohort: Cohort, modules: tuple[str, ...], now: dt.datetime) -> None:
    plan = services.plan_of(db, cohort)
    values = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    changed = services.CohortPlan(**{**values, "modules": modules})
    services.edit_cohort(db, cohort, changed, version=cohort.version, now=now, actor_id=None)


def test_a_module_in_which_somebody_worked_stays(db: Any, admin: CheckingClient, curriculum: Any, now: Any) -> None:
    cohort = make_cohort(db, modules=("concepts", "model"))
    read_lessons(db, make_enrolment(db, cohort=cohort), curriculum, now=now)
    with pytest.raises(ModuleInUse):
        change(db, cohort, ("model",), now)
    database.rollback()
    answer = admin.post(f"/fr/admin/cohorts/{cohort.id}/edit", data=edit_form(db, cohort, modules=["model"]))
    assert answer.status_code == 409
    assert "déjà travaillé dans ce module" in answer.text
    assert queries.modules_of_cohort(db, cohort.id) == ["concepts", "model"]


def test_rows_opened_together_equal_those_opened_one_by_one(db: Any, curriculum: Any, now: dt.datetime) -> None:
    cohort, single = make_cohort(db), make_enrolment(db, make_person(db, "driss"))
    ids = [make_person(db, f"p{number}").id for number in range(3)]
    written = services.enrol_together(db, cohort, ids, actor_id=None, now=now)
    expected = row_of(db, single.id)
    assert [row_of(db, one) for one in written] == [expected] * 3
    ledger.open_modules_together(cohort, enrolment_ids=written, db=db, now=now)
    assert len(written) == 3


def row_of(db: Any, enrolment_id: int) -> tuple[Any, ...]:
    row = progress.modules(db, enrolment_id)["concepts"]
    return (row.done, row.required, row.share, row.minutes, row.completed_on, row.last_activity_at)


def test_an_archived_cohort_comes_back_within_30_days(db: Any, now: dt.datetime) -> None:
    cohort = make_cohort(db)
    services.archive_cohort(db, cohort, actor_id=None, now=now)
    services.restore_cohort(db, cohort, actor_id=None, now=now + dt.timedelta(days=30))
    assert cohort.archived_at is None
    services.archive_cohort(db, cohort, actor_id=None, now=now)
    with pytest.raises(TooLateToRestore):
        services.restore_cohort(db, cohort, actor_id=None, now=now + dt.timedelta(days=30, seconds=1))


def test_archiving_and_restoring_on_the_pages(db: Any, admin: CheckingClient) -> None:
    cohort = make_cohort(db)
    path = f"/ar/admin/cohorts/{cohort.id}"
    assert "state=archived" in admin.post(f"{path}/archive").headers["Location"]
    assert "دورة نونبر" in admin.get("/ar/admin/cohorts/?state=archived").text
    assert admin.get(f"{path}/enrol").status_code == 409
    assert admin.post(f"{path}/edit", data=edit_form(db, cohort, name_fr="X")).status_code == 409
    admin.post(f"{path}/restore")
    assert only_cohort(db).archived_at is None


def test_an_edit_that_changes_nothing_writes_nothing(db: Any, now: dt.datetime) -> None:
    cohort = make_cohort(db)
    plan = services.plan_of(db, cohort)
    services.edit_cohort(db, cohort, plan, version=cohort.version, now=now, actor_id=None)
    assert only_cohort(db).version == 1
    with pytest.raises(EditedMeanwhile):
        services.edit_cohort(db, cohort, plan, version=7, now=now, actor_id=None)


def test_tabs_count_what_they_hold(db: Any, admin: CheckingClient, now: dt.datetime) -> None:
    make_cohort(db)
    make_cohort(db, starts_on=dt.date(2027, 1, 1), ends_on=dt.date(2027, 2, 1))
    for _ in range(2):
        make_cohort(db, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 2, 1))
    services.archive_cohort(db, make_cohort(db), actor_id=None, now=now)
    database.commit()
    counts = queries.cohort_counts(db, today=now.date())
    assert {str(state): count for state, count in counts.items()} == {
        "running": 1, "coming": 1, "over": 2, "archived": 1,
    }  # fmt: skip


def test_the_list_asks_a_constant_number_of_questions(db: Any, admin: CheckingClient, at_most: Any) -> None:
    trainer = make_person(db, "bilal", role=Role.TRAINER)
    for number in range(60):
        make_cohort(db, name=Bilingual("دورة", f"Session {number}"), trainers=[trainer])
    admin.get("/fr/admin/cohorts/")
    with at_most(7):
        first = admin.get("/fr/admin/cohorts/?state=running")
    assert first.text.count('scope="row"') == 50
    assert admin.get("/fr/admin/cohorts/?state=running&page=2").text.count('scope="row"') == 10
