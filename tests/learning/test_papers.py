"""Papers as people meet them: asked for, waited for, taken; refused where the page itself is refused."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.core import jobs
from lms.core.access import Role
from lms.curriculum import paper_files
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.models import PaperFile
from lms.documents import CannotDraw
from lms.programme.models import Enrolment
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient, without_token

PAPERS = "/fr/modules/concepts/papers"
LESSON, MODULE, GUIDE = f"{PAPERS}/first/", f"{PAPERS}/module/", f"{PAPERS}/guide/"
Run = Callable[[], None]
Open = Callable[[Person], CheckingClient]


@pytest.fixture
def enrolment(db: Any, curriculum: Curriculum, at: Callable[..., None], now: dt.datetime) -> Enrolment:
    """Chaima's enrolment in all modules, in their order."""
    at(now)
    return make_enrolment(db, make_person(db), make_cohort(db, modules=("concepts", "model", "planning")))


@pytest.fixture
def chaima(enrolment: Enrolment, open_as: Open) -> CheckingClient:
    return open_as(enrolment.person)


@pytest.fixture
def trainer(bilal: Person, open_as: Open) -> CheckingClient:
    return open_as(bilal)


@pytest.fixture
def run_jobs(db: Any, run_jobs: Run) -> Run:
    """Runs them after the test's own transaction."""

    def run() -> None:
        database.rollback()
        run_jobs()

    return run


@pytest.fixture
def with_model(app: Flask, curriculum: Curriculum, monkeypatch: pytest.MonkeyPatch) -> Curriculum:
    """The second module has a lesson that is ready, and no guide."""
    first, second, third = curriculum.modules
    lesson = replace(first.lessons[0], module="model", slug="model-one")
    changed = replace(curriculum, modules=(first, replace(second, lessons=(lesson,)), third))
    cache = app.extensions["curriculum"]
    monkeypatch.setattr(cache, "curriculum", changed)
    monkeypatch.setattr(cache, "digest", "with-model")
    monkeypatch.setattr(cache, "look_at", time.monotonic() + 600)
    return changed


def rows(db: Any) -> list[str]:
    database.rollback()
    found = list(db.scalars(sa.select(PaperFile.name)))
    database.rollback()
    return found


def count_of_jobs(db: Any) -> int:
    database.rollback()
    found = db.scalar(sa.select(sa.func.count(jobs.Job.id)).where(jobs.Job.name == paper_files.DRAW))
    database.rollback()
    return int(found)


WORDS = {
    "fr": ("Préparer le PDF", "est en préparation", "Télécharger le PDF", "préparé le 23 novembre 2026"),
    "ar": ("إعداد ملف PDF", "الملف قيد الإعداد", "تحميل ملف PDF", "أعد يوم 23 نونبر 2026"),
}


def prepare_and_take(client: CheckingClient, address: str, lang: str, run_jobs: Run) -> bytes:
    """The whole way from an absent paper to its bytes."""
    prepare, waiting, download, day = WORDS[lang]
    page = client.get(address)
    assert (page.status_code, "Refresh" in page.headers) == (200, False)
    assert prepare in page.text

    asked = client.post(address)
    assert (asked.status_code, asked.headers["Location"]) == (302, address)
    page = client.get(address)
    assert page.headers["Refresh"] == "2"
    assert waiting in page.text
    assert prepare not in page.text
    early = client.get(f"{address}file")
    assert (early.status_code, early.headers["Location"]) == (302, address)

    run_jobs()
    page = client.get(address)
    assert "Refresh" not in page.headers
    assert download in page.text
    assert day in page.text.replace("\xa0", " ")
    assert f'href="{address}file"' in page.text
    taken = client.get(f"{address}file")
    body: bytes = taken.data
    assert taken.status_code == 200
    assert taken.mimetype == "application/pdf"
    name = f"{address.split('/')[3]}-{address.split('/')[5]}-{lang}.pdf"
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert taken.headers["Content-Disposition"].isascii()
    assert body.startswith(b"%PDF-")
    return body


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("which", ["first", "module"])
def test_a_learner_prepares_and_takes_a_lesson_and_a_module(
    chaima: CheckingClient, run_jobs: Run, lang: str, which: str
) -> None:
    prepare_and_take(chaima, f"/{lang}/modules/concepts/papers/{which}/", lang, run_jobs)


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_trainer_prepares_and_takes_a_guide(trainer: CheckingClient, run_jobs: Run, lang: str) -> None:
    prepare_and_take(trainer, f"/{lang}/modules/concepts/papers/guide/", lang, run_jobs)


def test_what_one_prepared_all_take(chaima: CheckingClient, trainer: CheckingClient, db: Any, run_jobs: Run) -> None:
    made = prepare_and_take(chaima, LESSON, "fr", run_jobs)
    assert trainer.get(f"{LESSON}file").data == made
    assert trainer.post(LESSON).status_code == 302
    assert count_of_jobs(db) == 1


def test_pages_lead_to_the_papers(chaima: CheckingClient, trainer: CheckingClient) -> None:
    assert f'href="{LESSON}"' in chaima.get("/fr/modules/concepts/first/?step=opening").text
    assert f'href="{MODULE}"' in chaima.get("/fr/modules/concepts/").text
    assert f'href="{GUIDE}"' in trainer.get("/fr/modules/concepts/guide/").text
    for address, page in ((LESSON, "first/"), (MODULE, ""), (GUIDE, "guide/")):
        assert f'href="/fr/modules/concepts/{page}"' in trainer.get(address).text.split("<main")[1]


def test_a_paper_that_could_not_be_drawn_can_be_tried_again(
    chaima: CheckingClient, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_paper: Any) -> bytes:
        raise CannotDraw("<b>no</b>")

    chaima.post(LESSON)
    with monkeypatch.context() as patched:
        patched.setattr(paper_files, "draw_paper", fail)
        run_jobs()
    page = chaima.get(LESSON)
    assert "n’a pas pu être préparé" in page.text
    assert "Réessayer" in page.text
    assert "<b>no</b>" not in page.text
    assert "Refresh" not in page.headers
    assert chaima.get(f"{LESSON}file").status_code == 302

    chaima.post(LESSON)
    run_jobs()

    assert chaima.get(f"{LESSON}file").status_code == 200


# Refused


ELSEWHERE = [
    "/fr/modules/nowhere/papers/module/",
    "/fr/modules/nowhere/papers/guide/",
    "/fr/modules/nowhere/papers/first/",
    f"{PAPERS}/nowhere/",
    f"{PAPERS}/later/",  # still being written
    f"{PAPERS}/lesson:concepts/",
    f"{PAPERS}/module:concepts/",
    f"{PAPERS}/model-one/",  # of another module
    "/fr/modules/model/papers/module/",  # nothing of it is ready
    "/fr/modules/model/papers/guide/",  # it has none
    "/fr/modules/model/papers/model-one/",
    f"{PAPERS}/../first/",
    f"{PAPERS}/..%2Ffirst/",
    f"{PAPERS}/..%5Cx/",
    f"{PAPERS}/%0D%0ASet-Cookie:x/",
    f"{PAPERS}/{'x' * 3000}/",
    f"{PAPERS}/%F0%9F%98%80/",
    f"{PAPERS}/FIRST/",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_is_not_there_is_404(trainer: CheckingClient, db: Any, address: str) -> None:
    answers = [trainer.get(address), trainer.post(address), trainer.get(f"{address}file")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert [answer.headers.get("Set-Cookie", "").count("Set-Cookie:x") for answer in answers] == [0] * 3
    assert rows(db) == []


@pytest.mark.parametrize("address", [f"{PAPERS}/%00/", f"{PAPERS}/guide%00/", "/fr/modules/%00/papers/module/"])
def test_a_null_character_is_refused(trainer: CheckingClient, db: Any, address: str) -> None:
    answers = [trainer.get(address), trainer.post(address), trainer.get(f"{address}file")]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert rows(db) == []


def test_the_guide_is_not_there_for_learners(
    chaima: CheckingClient, trainer: CheckingClient, db: Any, run_jobs: Run
) -> None:
    prepare_and_take(trainer, GUIDE, "fr", run_jobs)
    words = "Guide de l’équipe de formation"
    assert words in trainer.get(GUIDE).text
    for answer in (chaima.get(GUIDE), chaima.post(GUIDE), chaima.get(f"{GUIDE}file")):
        assert answer.status_code == 404
        assert words not in answer.text
    assert rows(db) == ["guide:concepts"]
    assert count_of_jobs(db) == 1


@pytest.mark.parametrize("role", [Role.TRAINER, Role.MONITOR, Role.ADMINISTRATOR, Role.FOCAL_POINT, Role.LEARNER])
def test_who_may_have_the_guide(db: Any, curriculum: Curriculum, open_as: Open, role: Role) -> None:
    may = role in (Role.TRAINER, Role.MONITOR, Role.ADMINISTRATOR)
    client = open_as(make_person(db, "salma", role=role))
    assert (client.get(GUIDE).status_code == 200) is may
    assert (client.get("/fr/modules/concepts/guide/").status_code == 200) is may


@pytest.mark.parametrize("which", ["module", "model-one"])
def test_a_locked_module_gives_no_paper(
    chaima: CheckingClient, trainer: CheckingClient, with_model: Curriculum, db: Any, run_jobs: Run, which: str
) -> None:
    address = f"/fr/modules/model/papers/{which}/"
    for answer in (chaima.get(address), chaima.post(address), chaima.get(f"{address}file")):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/fr/modules/model/")
    assert rows(db) == []
    trainer.post(address)
    with_job = count_of_jobs(db)
    answer = chaima.get(f"{address}file")
    assert (answer.status_code, answer.headers["Location"], with_job) == (302, "/fr/modules/model/", 1)
    assert "Ouvre quand le module 1 est terminé." in chaima.get("/fr/modules/model/").text.split('class="notices"')[1]


def test_a_module_outside_the_session_gives_no_paper(
    db: Any, curriculum: Curriculum, with_model: Curriculum, open_as: Open, at: Any, now: dt.datetime
) -> None:
    at(now)
    client = open_as(make_enrolment(db, make_person(db), make_cohort(db)).person)
    answer = client.post("/fr/modules/model/papers/module/")
    assert answer.headers["Location"] == "/fr/modules/model/"
    assert client.get(MODULE).status_code == 200
    assert rows(db) == []


@pytest.mark.parametrize("modules", [("concepts", "model"), ("concepts",)])
def test_without_an_order_a_paper_is_open_as_its_lesson_is(
    db: Any, curriculum: Curriculum, with_model: Curriculum, open_as: Open, at: Any, now: dt.datetime, modules: Any
) -> None:
    at(now)
    cohort = make_cohort(db, modules=modules, modules_in_order=False)
    client = open_as(make_enrolment(db, make_person(db), cohort).person)
    for address in ("/fr/modules/model/model-one/", "/fr/modules/model/papers/model-one/"):
        assert client.get(address).status_code == 200


def test_a_module_without_a_guide_has_no_paper_of_it(trainer: CheckingClient, with_model: Curriculum) -> None:
    assert trainer.get("/fr/modules/model/papers/module/").status_code == 200
    assert trainer.get("/fr/modules/model/papers/guide/").status_code == 404


def test_strangers_sign_in_first(client: CheckingClient, curriculum: Curriculum, db: Any) -> None:
    for address in (LESSON, MODULE, GUIDE, f"{LESSON}file", f"{PAPERS}/nowhere/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/fr/sign-in")
    assert client.post(LESSON).status_code == 302
    assert rows(db) == []


def test_a_request_from_elsewhere_starts_nothing(chaima: CheckingClient, db: Any) -> None:
    assert chaima.post(LESSON, csrf=False).status_code == 400
    assert (rows(db), count_of_jobs(db)) == ([], 0)


# What it costs


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_looking_writes_nothing(
    chaima: CheckingClient, trainer: CheckingClient, db: Any, run_jobs: Run, at_most: Any, lang: str
) -> None:
    addresses = [f"/{lang}/modules/concepts/papers/{which}/" for which in ("first", "module", "guide")]
    for _round in range(2):
        with at_most(60) as statements:
            for address in addresses:
                trainer.get(address)
                trainer.get(f"{address}file")
                chaima.get(address)
                chaima.get(f"{address}file")
        written = [line for line in statements if line.startswith(("INSERT", "UPDATE", "DELETE"))]
        assert [line for line in written if "paper_file" in line or "job" in line] == []
        trainer.post(addresses[0])
        run_jobs()
    assert len(rows(db)) == 1


def test_a_page_costs_the_same_for_a_lesson_and_a_module_in_every_state(
    chaima: CheckingClient, run_jobs: Run, at_most: Any
) -> None:
    for _state in ("absent", "waiting", "ready"):
        for address in (LESSON, MODULE):
            chaima.get(address)
            with at_most(4):
                assert chaima.get(address).status_code == 200
        chaima.post(LESSON)
        chaima.post(MODULE)
        if _state == "waiting":
            run_jobs()
    with at_most(5) as statements:
        assert chaima.get(f"{LESSON}file").status_code == 200
    assert sum("paper_file.pdf" in line for line in statements) == 1


def test_the_pages_never_read_the_bytes(chaima: CheckingClient, run_jobs: Run, at_most: Any) -> None:
    chaima.post(LESSON)
    run_jobs()
    with at_most(12) as statements:
        chaima.get(LESSON)
        chaima.post(LESSON)
    assert [line for line in statements if "paper_file.pdf" in line] == []


def test_papers_are_kept_by_no_cache_as_other_pages_are_not(chaima: CheckingClient, run_jobs: Run) -> None:
    prepare_and_take(chaima, LESSON, "fr", run_jobs)
    usual = chaima.get("/fr/modules/concepts/").headers
    for address in (LESSON, f"{LESSON}file"):
        headers = chaima.get(address).headers
        assert (headers["Cache-Control"], headers["Vary"], headers.get("ETag")) == ("no-store", "Cookie", None), address
        for name in ("Cache-Control", "Vary", "X-Content-Type-Options", "Content-Security-Policy"):
            assert headers[name] == usual[name], f"{address} {name}"


def test_the_page_is_the_same_each_time(chaima: CheckingClient) -> None:
    assert without_token(chaima.get(LESSON).text) == without_token(chaima.get(LESSON).text)
