"""Every figure of the tables against a count by hand over the same rows, filter by filter and role by role."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lms.accounts import queries as accounts
from lms.accounts.models import Level
from lms.certificates import rules
from lms.certificates import services as certificates
from lms.core import db as database
from lms.core.access import Role
from lms.monitoring import figures, filters
from lms.programme.models import Enrolment
from lms.progress import services as progress
from tests.factories import make_cohort, make_enrolment, make_person, organisation, pass_test, read_lessons
from tests.pages import CheckingClient

PEOPLE = 24
MODULES = ["concepts"]


@pytest.fixture
def rows(db: Any, curriculum: Any, now: dt.datetime) -> list[SimpleNamespace]:
    """People of every kind, drawn by seed: two cohorts, transfers, test accounts, unknown sex; as plain values."""
    rng = random.Random(4)
    cohorts = [make_cohort(db), make_cohort(db, starts_on=dt.date(2026, 11, 9))]
    organisation(db)
    regions = accounts.regions(db)
    keys = [one.key for one in accounts.organisations(db)][:4]
    found = []
    for number in range(PEOPLE):
        region = rng.choice([None, *regions[:3]])
        person = make_person(
            db, f"person{number}", organisation_key=rng.choice(keys), sex=rng.choice(["f", "m", None]), region=region,
            level=Level.REGIONAL if region else Level.CENTRAL, is_test=number % 11 == 5,
        )  # fmt: skip
        for cohort in cohorts if number % 6 == 0 else [rng.choice(cohorts)]:
            enrolment = make_enrolment(db, person, cohort)
            does = rng.choice(["nothing", "reads", "passes", "certified"])
            if does == "reads":
                read_lessons(db, enrolment, curriculum, now=now)
            elif does != "nothing":
                pass_test(db, enrolment, curriculum, now=now)
            if does == "certified":
                certificates.confirm_and_issue(db, enrolment, rules.rules_of(db, enrolment)[0], person.name, now=now)
            found.append(values_of(enrolment, does))
            if number % 6 == 0:
                # Moves between two enrolments: counted in both organisations, once in the total.
                person.organisation = organisation(db, keys[(keys.index(person.organisation.key) + 1) % 4])
        database.commit()
    return found


def values_of(enrolment: Enrolment, does: str) -> SimpleNamespace:
    assert enrolment.organisation is not None
    return SimpleNamespace(
        person=enrolment.person_id, cohort=enrolment.cohort_id, organisation=enrolment.organisation.key,
        region=enrolment.region.key if enrolment.region else "", level=enrolment.level, sex=enrolment.sex,
        is_test=enrolment.is_test, started=does != "nothing", completed=does in ("passes", "certified"),
        certified=does == "certified",
    )  # fmt: skip


def people(rows: list[SimpleNamespace]) -> int:
    return len({row.person for row in rows})


def by_hand(rows: list[SimpleNamespace], chosen: filters.Filters, covered: str | None) -> dict[str, Any]:
    kept = [
        row for row in rows
        if not row.is_test
        and (covered is None or row.organisation == covered)
        and (not chosen.cohort or row.cohort == chosen.cohort)
        and (not chosen.organisation or row.organisation == chosen.organisation)
        and (not chosen.region or row.region == chosen.region)
        and (not chosen.level or row.level == chosen.level)
        and (not chosen.sex or (row.sex or filters.UNKNOWN) == chosen.sex)
    ]  # fmt: skip
    organisations = {row.organisation for row in kept}
    return {
        "total": heads(kept),
        "completed": people([row for row in kept if row.completed]),
        "certificates": sum(row.certified for row in kept),
        "rows": {key: heads([row for row in kept if row.organisation == key]) for key in organisations},
        "completed rows": {
            key: people([row for row in kept if row.organisation == key and row.completed]) for key in organisations
        },
        "regions": {key: heads([row for row in kept if row.region == key]) for key in {row.region for row in kept}},
        "not started": people(kept) - people([row for row in kept if row.started]),
    }


def heads(rows: list[SimpleNamespace]) -> tuple[int, int, int]:
    return (
        people(rows),
        people([row for row in rows if row.sex == "f"]),
        people([row for row in rows if row.sex == "m"]),
    )


def plain(board: figures.Dashboard) -> dict[str, Any]:
    def three(head: Any) -> tuple[int, int, int]:
        return (head.people, head.women, head.men)

    shown = [row for row in board.rows if row.organisation and row.head.people]
    return {
        "total": three(board.total),
        "completed": board.completed[0],
        "certificates": board.certificates,
        "rows": {row.organisation.key: three(row.head) for row in shown},  # type: ignore[union-attr]
        "completed rows": {row.organisation.key: row.completed[0] for row in shown},  # type: ignore[union-attr]
        "regions": {region.key if region else "": three(head) for region, head in board.regions},
        "not started": board.total.not_started,
    }


def choices(rows: list[SimpleNamespace]) -> list[filters.Filters]:
    one = rows[0]
    return [
        filters.Filters(), filters.Filters(cohort=one.cohort), filters.Filters(organisation=one.organisation),
        filters.Filters(sex="f"), filters.Filters(sex="m"), filters.Filters(sex=filters.UNKNOWN),
        filters.Filters(level="central"), filters.Filters(level="regional"),
        *(filters.Filters(region=key) for key in {row.region for row in rows} if key),
        filters.Filters(cohort=one.cohort, sex="f", level="regional"), filters.Filters(cohort=10**8),
        filters.Filters(organisation="nowhere"), filters.Filters(region="' OR 1=1 --"),
    ]  # fmt: skip


def test_every_figure_equals_the_count_by_hand(db: Any, rows: list[SimpleNamespace]) -> None:
    viewers = [
        (SimpleNamespace(roles={Role.MONITOR}, person_id=0, focal_organisation_ids=frozenset()), None),
        (
            SimpleNamespace(
                roles={Role.FOCAL_POINT}, person_id=0, focal_organisation_ids=frozenset([organisation(db, "ofppt").id])
            ),
            "ofppt",
        ),
    ]
    for actor, covered in viewers:
        for chosen in choices(rows):
            board = figures.dashboard(db, actor, chosen, MODULES, figures.places(db))  # type: ignore[arg-type]
            assert plain(board) == by_hand(rows, chosen, covered), (covered, chosen)


def test_the_pages_show_those_figures(client: CheckingClient, db: Any, rows: list[SimpleNamespace]) -> None:
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))
    expected = by_hand(rows, filters.Filters(), None)
    for lang in ("ar", "fr"):
        text = client.get(f"/{lang}/monitoring/").text
        assert f">{expected['total'][0]}<" in text.replace(" ", "").replace("\n", "")
    for path in ("organisations/", "organisations/ofppt/", "organisations/ofppt/?q=person1&page=1"):
        assert client.get(f"/fr/monitoring/{path}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "cohort=x", "cohort=-1", "cohort=99999999999999999999", "cohort=٣", "module=none", "organisation=%27%22",
        "level=any", "sex=%00", "region=" + "x" * 5000, "sex=f&sex=m", "unknown=1",
    ],
)  # fmt: skip
def test_garbage_in_the_filters_filters_nothing_or_finds_nothing(
    client: CheckingClient, db: Any, curriculum: Any, query: str
) -> None:
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))
    assert client.get(f"/fr/monitoring/?{query}").status_code in (200, 400)


@pytest.mark.parametrize(
    "query", ["page=0", "page=-5", "page=x", "page=" + "9" * 30, "q=%25", "q='", "q=" + "a" * 5000, "q=%E2%80%8F"]
)
def test_garbage_in_the_list_of_people(client: CheckingClient, db: Any, curriculum: Any, query: str) -> None:
    make_enrolment(db)
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))
    assert client.get(f"/fr/monitoring/organisations/ofppt/?{query}").status_code == 200


def test_a_focal_point_sees_the_own_organisation_only(client: CheckingClient, db: Any, curriculum: Any) -> None:
    own = make_enrolment(db, make_person(db, organisation_key="ofppt")).person_id
    other = make_enrolment(db, make_person(db, "driss", organisation_key="tourisme")).person_id
    client.signed_in(make_person(db, "amina", role=Role.FOCAL_POINT, organisation_key="ofppt"))
    text = client.get("/fr/monitoring/organisations/").text
    assert "/fr/monitoring/organisations/ofppt/" in text
    assert "tourisme" not in text
    for path, status in (
        (f"people/{own}/", 200), (f"people/{other}/", 404), ("?organisation=tourisme", 200),
        ("organisations/ofppt/", 200), ("organisations/tourisme/", 404),
    ):  # fmt: skip
        answer = client.get(f"/fr/monitoring/{path}")
        assert answer.status_code == status, path
        assert "Driss Ouahbi" not in answer.text


@pytest.mark.parametrize("size", [5, 60])
def test_statements_do_not_grow_with_people(
    client: CheckingClient, db: Any, curriculum: Any, now: dt.datetime, at_most: Callable[..., Any], size: int
) -> None:
    """Dashboard: eight for its figures, one for the reports about attendance; whatever the number of people."""
    cohort = make_cohort(db)
    for number in range(size):
        enrolment = make_enrolment(db, make_person(db, f"person{number}"), cohort)
        progress.record(
            db, enrolment, "lesson:concepts/first", module="concepts", share=1, minutes=20, happened_on=now.date(),
            evidence={}, now=now,
        )  # fmt: skip
    database.commit()
    client.signed_in(make_person(db, "amina", role=Role.MONITOR))
    client.get("/fr/monitoring/")
    with at_most(9):
        client.get("/fr/monitoring/")
    with at_most(14):
        client.get("/fr/monitoring/organisations/ofppt/")
