"""The team's pages: who opens which, what stands in them and what does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, Enrolment
from lms.quizzes.models import Quiz
from lms.surveys import queries, services
from lms.surveys.models import Round
from tests.factories import make_cohort, make_person
from tests.pages import CheckingClient
from tests.surveys.conftest import answer, taught

DESK = "/fr/surveys/desk/"


@pytest.fixture
def trainer(bilal: Person, cohort: Cohort, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(bilal)


@pytest.fixture
def monitor(amina: Person, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(amina)


def over(db: Any, found: Round, members: list[Enrolment], bilal: Person, now: dt.datetime, **how: Any) -> str:
    """Answered by these and closed; gives its page."""
    answer(db, found, members, now=now, **how)
    services.rounds.close(db, found.id, actor_id=bilal.id, now=now)
    database.commit()
    return f"{DESK}rounds/{found.id}/"


def test_trainers_see_the_surveys_of_their_cohorts_and_monitoring_all(
    db: Any, trainer: CheckingClient, monitor: CheckingClient, opened: Round, session_end: Quiz, now: dt.datetime
) -> None:
    other = services.rounds.open(db, session_end, make_cohort(db), opens_on=now.date(), now=now)
    database.commit()
    addresses = [f"{DESK}rounds/{one}/" for one in (opened.id, other.id)]

    for client, seen in ((trainer, [True, False]), (monitor, [True, True])):
        page = client.get(DESK).text
        assert [address in page for address in addresses] == seen
        assert [client.get(address).status_code == 200 for address in addresses] == seen
    assert monitor.get(f"{DESK}?cohort={other.cohort_id}").text.count("/rounds/") == 1


@pytest.mark.parametrize(("role", "status"), [(Role.FOCAL_POINT, 403), (Role.LEARNER, 403), (Role.ADMINISTRATOR, 403)])
def test_nobody_else_opens_the_desk(db: Any, opened: Round, open_as: Any, role: Role, status: int) -> None:
    client = open_as(make_person(db, "said", role=role))
    for page in ("", f"rounds/{opened.id}/", "follow-ups/", "new"):
        assert client.get(DESK + page).status_code == status


def test_the_way_leads_from_the_cohort_and_for_monitoring_from_the_menu(
    trainer: CheckingClient, monitor: CheckingClient, cohort: Cohort
) -> None:
    assert f'href="{DESK}?cohort={cohort.id}"' in trainer.get(f"/fr/cohorts/{cohort.id}/").text
    assert f'href="{DESK}"' in monitor.get("/fr/monitoring/").text


# --- Opening ---------------------------------------------------------------------------------------------------------


def sent(session_end: Quiz, cohort: Cohort, **fields: str) -> dict[str, str]:
    return {"survey": str(session_end.id), "cohort": str(cohort.id), "module": "", "closes_on": "30/11/2026", **fields}


def test_a_trainer_opens_a_survey_about_a_module_and_closes_it(
    db: Any, trainer: CheckingClient, session_end: Quiz, cohort: Cohort, bilal: Person
) -> None:
    page = trainer.get(f"{DESK}new?cohort={cohort.id}").text
    assert "30/11/2026" in page

    made = trainer.post(f"{DESK}new", data=sent(session_end, cohort, module="concepts", closes_on="02/12/2026"))

    found = db.scalars(sa.select(Round)).one()
    assert made.headers["Location"] == f"{DESK}rounds/{found.id}/"
    assert (found.module, found.closes_on, found.opened_by_id) == ("concepts", dt.date(2026, 12, 2), bilal.id)
    trainer.post(f"{DESK}rounds/{found.id}/close")
    db.expire_all()
    assert found.closed_at is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("closes_on", "22/11/2026"), ("closes_on", "22/11/2027"), ("closes_on", ""), ("closes_on", "demain"),
        ("survey", "999"), ("survey", ""), ("cohort", "999"), ("cohort", "x"), ("module", "nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_told_beside_its_field(
    db: Any, trainer: CheckingClient, session_end: Quiz, cohort: Cohort, field: str, value: str
) -> None:
    refused = trainer.post(f"{DESK}new", data={**sent(session_end, cohort), field: value})

    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert db.scalar(sa.select(sa.func.count(Round.id))) == 0


def test_others_cohorts_are_not_asked(
    db: Any, trainer: CheckingClient, session_end: Quiz, opened: Round, open_as: Any
) -> None:
    other = make_cohort(db)
    assert trainer.post(f"{DESK}new", data=sent(session_end, other)).status_code == 422
    stranger = open_as(make_person(db, "driss", role=Role.TRAINER))
    assert stranger.post(f"{DESK}rounds/{opened.id}/close").status_code == 404
    assert stranger.get(f"{DESK}rounds/{opened.id}/").status_code == 404


def test_monitoring_reads_and_does_not_open(monitor: CheckingClient, opened: Round) -> None:
    assert monitor.get(f"{DESK}new").status_code == 403
    assert monitor.post(f"{DESK}rounds/{opened.id}/close").status_code == 403
    assert "/close" not in monitor.get(f"{DESK}rounds/{opened.id}/").text


def test_a_survey_that_was_closed_today_gets_a_sentence(
    db: Any, trainer: CheckingClient, session_end: Quiz, cohort: Cohort, opened: Round, bilal: Person, now: dt.datetime
) -> None:
    services.rounds.close(db, opened.id, actor_id=bilal.id, now=now)
    database.commit()
    assert trainer.post(f"{DESK}new", data=sent(session_end, cohort)).status_code == 409


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_before_the_closing_only_numbers_are_told(
    db: Any, trainer: CheckingClient, monitor: CheckingClient, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    answer(db, opened, members, now=now, words="Un mot rare")

    for client in (trainer, monitor):
        page = client.get(f"{DESK}rounds/{opened.id}/").text
        assert "Un mot rare" not in page
        assert '<svg class="chart' not in page
        assert "chart-wide" not in page
        assert "une fois l’enquête fermée" in page


@pytest.mark.parametrize(("people", "is_shown"), [(4, False), (5, True)])
def test_closed_with_five_answers_it_is_told_what_they_say(
    db: Any, trainer: CheckingClient, opened: Round, members: list[Enrolment], bilal: Person, now: dt.datetime,
    people: int, is_shown: bool,
) -> None:  # fmt: skip
    address = over(db, opened, members[:people], bilal, now, words="Un mot <b>rare</b>")

    page = trainer.get(address).text

    assert ("Un mot &lt;b&gt;rare&lt;/b&gt;" in page) == is_shown
    assert ("chart-wide" in page) == is_shown
    assert ("Moins de 5 réponses" in page) == (not is_shown)
    assert ("Satisfaction" in page) == is_shown


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_results_are_read_in_both_languages_and_name_nobody(
    db: Any,
    trainer: CheckingClient,
    opened: Round,
    members: list[Enrolment],
    bilal: Person,
    now: dt.datetime,
    lang: str,
) -> None:
    address = over(db, opened, members, bilal, now).replace("/fr/", f"/{lang}/")
    page = trainer.get(address).text

    assert page.count("chart-wide") == 4
    for one in members:
        assert one.person.name[lang] not in page
    assert "ofppt" not in page.lower()


def test_the_page_of_a_round_costs_the_same_for_few_and_for_many_answers(
    db: Any, trainer: CheckingClient, opened: Round, members: list[Enrolment], bilal: Person, now: dt.datetime,
    at_most: Any,
) -> None:  # fmt: skip
    address = over(db, opened, members, bilal, now)
    trainer.get(DESK)  # the curriculum is read once in each process
    with at_most(8):
        trainer.get(address)
    with at_most(8):
        trainer.get(DESK)


def test_the_list_counts_asked_and_answered(
    db: Any, opened: Round, members: list[Enrolment], now: dt.datetime, bilal: Person, session_end: Quiz
) -> None:
    answer(db, opened, members[:3], now=now)
    empty = services.rounds.open(db, session_end, taught(db, bilal), opens_on=now.date(), now=now)

    counts = queries.rounds.counts(db, [opened.id, empty.id])

    assert (counts[opened.id].asked, counts[opened.id].answered, counts[opened.id].rate) == (6, 3, 0.5)
    assert (counts[empty.id].asked, counts[empty.id].rate) == (0, None)
