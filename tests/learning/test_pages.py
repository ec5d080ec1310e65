"""Home, module, lesson, search and progress as a learner meets them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts import services
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme.models import Enrolment
from tests.factories import make_certificate, make_cohort, make_enrolment, make_person, pass_test, read_lessons
from tests.pages import CheckingClient, without_token

LESSON = "/fr/modules/concepts/first/"


@pytest.fixture
def enrolment(db: Any, curriculum: Any, client: CheckingClient, at: Callable[..., None], now: dt.datetime) -> Enrolment:
    """Chaima's enrolment in all modules; the client is hers."""
    at(now)
    found = make_enrolment(db, make_person(db), make_cohort(db, modules=("concepts", "model", "planning")))
    client.signed_in(found.person)
    return found


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_lesson_costs_six_statements_at_most(client: CheckingClient, enrolment: Any, at_most: Any, lang: str) -> None:
    client.get(f"/{lang}/modules/concepts/first/")
    with at_most(6):
        assert client.get(f"/{lang}/modules/concepts/first/").status_code == 200


def test_a_lesson_opens_where_its_reader_stopped(client: CheckingClient, enrolment: Any) -> None:
    moved = client.post(LESSON, data={"step": "opening"})
    assert moved.headers["Location"].endswith("?step=figures")
    here, there = (without_token(client.get(path).text) for path in (LESSON, f"{LESSON}?step=figures"))
    assert here.split("<main")[1] == there.split("<main")[1]
    assert "Étape 2 sur 3" in client.get("/fr/").text


def test_the_last_step_counts_the_lesson_and_leads_to_the_module(client: CheckingClient, enrolment: Any) -> None:
    for step in ("opening", "figures", "practice"):
        moved = client.post(LESSON, data={"step": step})
    assert moved.headers["Location"] == "/fr/modules/concepts/"
    assert "Leçon terminée" in client.get("/fr/modules/concepts/").text


def test_a_paragraph_shows_in_the_other_language_beside(client: CheckingClient, enrolment: Any) -> None:
    page = client.get(LESSON + "?step=opening&beside=1").text
    assert 'lang="ar"' in page
    assert "حالة من العمل اليومي" in page
    assert "حالة من العمل اليومي" not in client.get(LESSON + "?step=opening").text


@pytest.mark.parametrize(
    "query", ["step=nowhere", "beside=99", "beside=x", "beside=-1", "beside=" + "9" * 5000, "whole=1", "step="]
)
def test_odd_queries_show_the_lesson(client: CheckingClient, enrolment: Any, query: str) -> None:
    assert client.get(f"{LESSON}?{query}").status_code == 200


def test_a_coming_lesson_says_so(client: CheckingClient, enrolment: Any) -> None:
    page = client.get("/fr/modules/concepts/later/")
    assert page.status_code == 200
    assert "en cours d’écriture" in page.text


@pytest.mark.parametrize("path", ["modules/nowhere/", "modules/concepts/nowhere/", "modules/../etc/", "nowhere"])
@pytest.mark.parametrize(("lang", "words"), [("ar", "صفحة غير موجودة"), ("fr", "Page introuvable")])
def test_an_unknown_slug_is_404_in_the_language(
    client: CheckingClient, enrolment: Any, path: str, lang: str, words: str
) -> None:
    page = client.get(f"/{lang}/{path}")
    assert page.status_code == 404
    assert words in page.text


def test_a_step_that_is_not_there_is_400(client: CheckingClient, enrolment: Any) -> None:
    assert client.post(LESSON, data={"step": "nowhere"}).status_code == 400
    assert client.post(LESSON).status_code == 400


def test_home_before_enrolment_is_kind(client: CheckingClient, db: Any, curriculum: Any, at: Any, now: Any) -> None:
    at(now)
    page = client.signed_in(make_person(db)).get("/fr/")
    assert page.status_code == 200
    assert "Aucune session pour l’instant" in page.text


def test_home_leads_on_at_every_stage(
    client: CheckingClient, db: Any, enrolment: Any, curriculum: Any, now: Any
) -> None:
    assert "/fr/modules/concepts/first/" in client.get("/fr/").text
    read_lessons(db, enrolment, curriculum, now=now)
    assert "Passer au test" in client.get("/fr/").text
    pass_test(db, enrolment, curriculum, now=now)
    assert "/fr/certificates/" in client.get("/fr/").text
    make_certificate(db, enrolment, curriculum, now=now + dt.timedelta(days=3))
    assert "/fr/certificates/" in client.get("/fr/").text


def test_of_two_running_cohorts_one_is_chosen(client: CheckingClient, db: Any, enrolment: Any, now: Any) -> None:
    """Architecture, decision 5: the newest, with a chooser."""
    newer = make_enrolment(
        db, enrolment.person, make_cohort(db, name=Bilingual("الجديدة", "La nouvelle"), starts_on=dt.date(2026, 11, 9))
    )
    assert '<strong aria-current="true"><bdi>La nouvelle' in client.get("/fr/").text
    assert client.post(f"/fr/enrolments/{enrolment.id}/choose").status_code == 302
    assert '<strong aria-current="true"><bdi>Session de novembre' in client.get("/fr/").text
    assert client.post("/fr/enrolments/999/choose").status_code == 404
    client.signed_in(make_person(db, "driss"))
    assert client.post(f"/fr/enrolments/{newer.id}/choose").status_code == 404


def test_modules_follow_each_other_and_say_why(client: CheckingClient, enrolment: Any) -> None:
    assert "en préparation" in client.get("/fr/modules/model/").text


def test_before_the_cohort_starts_the_modules_say_when(
    client: CheckingClient, db: Any, enrolment: Any, at: Any
) -> None:
    at(dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC))
    client.signed_in(enrolment.person)
    assert "2 novembre 2026" in client.get("/fr/modules/concepts/").text


def test_progress_says_what_the_ledger_says(
    client: CheckingClient, db: Any, enrolment: Any, curriculum: Any, now: Any
) -> None:
    read_lessons(db, enrolment, curriculum, now=now)
    page = client.get("/fr/progress/").text
    assert "2 sur 3" in page.replace("<bdi>", "").replace("</bdi>", "")


@pytest.mark.parametrize(
    ("lang", "typed", "found"),
    [
        ("ar", "الفجوه", True),  # ة and ه
        ("ar", "اَلْفَجْوَة", True),  # vowel signs
        ("ar", "الفجـــوة", True),  # stretched
        ("ar", "كلمة غائبة تماما", False),
        ("fr", "ecart", True),
        ("fr", "ÉCART", True),
        ("fr", "introuvable", False),
    ],
)
def test_search_folds_as_people_type(
    client: CheckingClient, enrolment: Any, lang: str, typed: str, found: bool
) -> None:
    """Domain notes 8.6."""
    page = client.get(f"/{lang}/search/", query_string={"q": typed}).text
    assert (f"/{lang}/modules/concepts/first/" in page) == found


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "{{7*7}}", '"><img src=x onerror=alert(1)>', "%", "a" * 9000]
)
def test_search_shows_what_was_typed_as_text(client: CheckingClient, enrolment: Any, typed: str) -> None:
    page = client.get("/fr/search/", query_string={"q": typed})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "49" not in page.text.split("</h1>")[1].split("<footer")[0]


def test_reading_without_an_enrolment_records_nothing(
    client: CheckingClient, db: Any, curriculum: Any, at: Any, now: Any
) -> None:
    at(now)
    client.signed_in(make_person(db))
    assert client.post(LESSON, data={"step": "opening"}).status_code == 302
    from lms.learning.models import LessonPosition

    database.use_mode(database.READ)
    assert db.query(LessonPosition).count() == 0


def test_before_the_first_day_the_home_says_when_it_starts(
    client: CheckingClient, db: Any, curriculum: Any, at: Any, now: dt.datetime
) -> None:
    at(now)
    person = make_person(db)
    make_enrolment(db, person, make_cohort(db, starts_on=dt.date(2026, 12, 1)))
    client.signed_in(person)
    for lang, words in (("fr", "Début le 1er décembre 2026"), ("ar", "تنطلق يوم 1 دجنبر 2026")):
        page = re.sub(r"</?sup>", "", client.get(f"/{lang}/").text).replace("\xa0", " ")
        assert words in page
        assert "/modules/concepts/first/" not in page


def test_the_guide_is_for_the_training_team_and_never_for_learners(
    db: Any, client: CheckingClient, enrolment: Any
) -> None:
    assert client.get("/fr/modules/concepts/guide/").status_code == 403
    assert "guide/" not in client.get("/fr/modules/concepts/").text
    client.signed_in(make_person(db, "bilal", role=Role.TRAINER))
    assert "GUIDE" in client.get("/fr/modules/concepts/guide/").text
    assert "/fr/modules/concepts/guide/" in client.get("/fr/modules/concepts/").text
    assert client.get("/fr/modules/model/guide/").status_code == 404


def test_the_glossary_is_searched_in_both_languages(client: CheckingClient, enrolment: Any) -> None:
    for typed in ("", "ecart", "فجوة", "ÉCART fictif"):
        assert 'id="term-gap"' in client.get(f"/fr/glossary/?q={typed}").text
    assert 'id="term-gap"' not in client.get("/fr/glossary/?q=zzzz").text


def test_somebody_of_the_team_who_takes_part_in_nothing_is_led_to_the_own_work(
    client: CheckingClient, db: Any, curriculum: Any
) -> None:
    person = make_person(db, "salma", role=Role.MONITOR)
    services.grant_role(db, person, Role.LEARNER, now=person.created_at)
    database.commit()
    client.signed_in(person)

    assert client.get("/fr/").headers["Location"] == "/fr/monitoring/"
