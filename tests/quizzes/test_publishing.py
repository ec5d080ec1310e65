"""Versions: what blocks one, who may make one, which one an attempt keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.accounts.models import Person
from lms.core import clock
from lms.core import db as database
from lms.core.bilingual import EMPTY, Bilingual
from lms.quizzes import queries, services
from lms.quizzes.errors import OwnReview
from lms.quizzes.models import Attempt, Question, QuestionVersion, Writing
from lms.ui.markdown import unmarked
from tests.factories import make_enrolment, make_person, start_attempt
from tests.pages import CheckingClient
from tests.quizzes.builder_forms import (
    made,
    number_of,
    opened,
    question_at,
    said,
    send,
    sent_again,
    sentence,
    stored,
)


def test_publishing_waits_for_the_missing_language_and_the_draft_is_kept(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer, do="publish")
    assert question_at(db, path).current_number == 1
    sent_again(trainer, path, **{"stem.fr": "Nouvelle ?", "stem.ar": "", "do": "publish"})
    question = question_at(db, path)
    assert (question.current_number, question.has_changes, question.writing) == (1, True, Writing.MISSING_AR)
    assert stored(db, path).stem == {"ar": "", "fr": "Nouvelle ?"}
    version = queries.bank.version_or_none(db, question.id, 1)
    assert version is not None
    assert version.stem.fr == said().stem["fr"]
    sent_again(trainer, path, **{"stem.ar": "سؤال جديد؟", "do": "publish"})
    question = question_at(db, path)
    assert (question.current_number, question.has_changes) == (2, False)


def test_publishing_what_did_not_change_makes_no_version(db: Any, trainer: CheckingClient) -> None:
    path = made(trainer, do="publish")
    sent_again(trainer, path, do="publish")
    assert question_at(db, path).current_number == 1
    assert db.scalar(sa.select(sa.func.count()).where(QuestionVersion.question_id == number_of(path))) == 1


def question_pages(client: CheckingClient, attempt: Attempt, lang: str = "fr") -> str:
    base = f"/{lang}/quizzes/{attempt.quiz_id}/attempts/{attempt.number}"
    return "".join(client.get(f"{base}/{position}/").text for position in range(1, 5))


def test_an_attempt_under_way_keeps_its_version_and_the_next_takes_the_new_one(
    app: Flask, db: Any, trainer: CheckingClient, curriculum: Any, now: dt.datetime
) -> None:
    learners: list[Any] = [app.test_client().signed_in(make_person(db, name)) for name in ("chaima", "hind")]  # type: ignore[attr-defined]
    people = [
        db.scalars(sa.select(Person).where(Person.email == f"{name}@example.ma")).one() for name in ("chaima", "hind")
    ]
    under_way = start_attempt(db, make_enrolment(db, people[0]), curriculum, now=now)
    old = question_pages(learners[0], under_way)
    question = db.scalars(sa.select(Question).where(Question.content_key.endswith("#one"))).one()
    path, old_stem = f"/fr/questions/{question.id}/", WORDS_OF_ONE
    assert old_stem in old
    changes = {"stem.fr": "Tout autre question ?", "stem.ar": "سؤال آخر؟", "do": "publish"}
    assert sent_again(trainer, path, **changes).status_code == 302
    assert question_at(db, path).current_number == 2
    still = question_pages(learners[0], under_way)
    assert old_stem in still
    assert "Tout autre question ?" not in still
    fresh = question_pages(learners[1], start_attempt(db, make_enrolment(db, people[1]), curriculum, now=now))
    assert "Tout autre question ?" in fresh
    assert old_stem not in fresh


WORDS_OF_ONE = "Un cas de travail dans un centre fictif. 1"


@pytest.mark.usefixtures("four_eyes")
def test_with_a_second_pair_of_eyes_the_one_who_asked_cannot_publish(
    app: Flask, db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, do="publish")
    assert question_at(db, path).current_number == 0
    assert path in second.get("/fr/questions/?state=review").text
    answer = send(trainer, path, opened(trainer, path).held | {"do": "publish"}, follow_redirects=True)
    assert sentence(app, OwnReview().message, "fr") in answer.text
    assert question_at(db, path).current_number == 0
    assert sent_again(second, path, do="publish").status_code == 302
    question = question_at(db, path)
    assert (question.current_number, question.review_asked_by_id) == (1, None)
    assert path not in second.get("/fr/questions/?state=review").text


@pytest.mark.usefixtures("four_eyes")
def test_with_a_second_pair_of_eyes_nobody_publishes_alone_what_they_changed_themselves(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    """The one who asked read another text than the one that would come out."""
    path = made(trainer, do="publish")
    sent_again(second, path, **{"stem.fr": "Réécrite par le second ?", "stem.ar": "سؤال آخر؟", "do": "publish"})
    assert question_at(db, path).current_number == 0


@pytest.mark.usefixtures("four_eyes")
def test_a_change_taken_back_no_longer_waits_for_a_second_trainer(
    db: Any, trainer: CheckingClient, second: CheckingClient
) -> None:
    path = made(trainer, do="publish")
    sent_again(second, path, do="publish")
    sent_again(trainer, path, **{"stem.fr": "Autre ?", "do": "publish"})
    trainer.post(f"{path}undo", data={"version": str(question_at(db, path).revision)})
    sent_again(second, path, do="publish")
    question = question_at(db, path)
    assert (question.current_number, question.review_asked_by_id) == (1, None)


def two_versions(trainer: CheckingClient, at: Callable[..., None], now: dt.datetime) -> str:
    """A question whose second version came out twenty minutes after the first."""
    path = made(trainer, said(stem={"ar": "سؤال **أول**؟", "fr": "Une **première** question ?"}), do="publish")
    at(now + dt.timedelta(minutes=20))
    changes = {"stem.fr": "Une **seconde** ?", "stem.ar": "سؤال ثان؟", "settings.options.right": "a"}
    assert sent_again(trainer, path, **changes, do="publish").status_code == 302
    return path


def taken_back(client: CheckingClient, path: str, number: int, revision: str) -> Any:
    return client.post(f"{path}versions/", data={"number": str(number), "version": revision})


def section(page: str, number: int) -> str:
    """What the page of versions says of one."""
    return page.partition(f'id="v{number}"')[2].partition("</section>")[0]


def test_each_version_says_who_published_it_and_when(
    db: Any, trainer: CheckingClient, second: CheckingClient, at: Callable[..., None], now: dt.datetime, at_most: Any
) -> None:
    path = two_versions(trainer, at, now)
    sent_again(second, path, **{"stem.fr": "Troisième ?", "stem.ar": "ثالث؟", "do": "publish"})
    name = {
        one: db.scalars(sa.select(Person).where(Person.email == f"{one}@example.ma")).one().name.fr
        for one in ("bilal", "driss")
    }
    hour = clock.local(now).strftime("%H:%M")
    later = clock.local(now + dt.timedelta(minutes=20)).strftime("%H:%M")
    database.rollback()
    with at_most(8):
        page = trainer.get(f"{path}versions/").text

    assert name["bilal"] in section(page, 1)
    assert hour in section(page, 1)
    assert later in section(page, 2)
    assert name["driss"] in section(page, 3)
    assert name["bilal"] not in section(page, 3)


def from_files(app: Flask) -> str:
    """How the line of a version that no person published ends."""
    text = _l("Published on %(date)s at %(time)s from the curriculum.", date="", time="|")
    return sentence(app, text, "fr").partition("|")[2]


def test_a_version_of_the_curriculum_and_one_whose_author_is_gone_name_nobody(
    app: Flask, db: Any, trainer: CheckingClient, bilal: Person, curriculum: Any
) -> None:
    path = made(trainer, do="publish")
    name = bilal.name.fr
    database.use_mode(database.WRITE)
    db.execute(
        sa.update(QuestionVersion).where(QuestionVersion.question_id == number_of(path)).values(published_by_id=None)
    )
    database.commit()
    database.use_mode(database.READ)
    of_file = db.scalars(sa.select(Question.id).where(Question.content_key.is_not(None)).limit(1)).one()

    gone = section(trainer.get(f"{path}versions/").text, 1)
    files = section(trainer.get(f"/fr/questions/{of_file}/versions/").text, 1)
    assert name not in gone
    assert (from_files(app) in gone, from_files(app) in files) == (False, True)


FROM_FILES = 'data-from="curriculum"'


def test_the_page_of_versions_shows_words_without_their_marks(
    trainer: CheckingClient, at: Callable[..., None], now: dt.datetime
) -> None:
    page = trainer.get(f"{two_versions(trainer, at, now)}versions/").text
    assert "Une première question ?" in section(page, 1)
    assert "Une <strong>seconde</strong> ?" in section(page, 2)
    assert "**" not in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Une **première** *question*", "Une première question"),
        ("***tout***\nensuite", "tout\nensuite"),
        ("[*un] puis [*deux]", "[*un] puis [*deux]"),
        (r"2 * 3 \* 4", "2 * 3 * 4"),
        ("", ""),
    ],
)
def test_words_without_marks_are_those_that_a_page_shows(text: str, words: str) -> None:
    assert unmarked(text) == words


def test_an_old_version_becomes_a_draft_that_can_be_undone(
    db: Any, trainer: CheckingClient, at: Callable[..., None], now: dt.datetime
) -> None:
    path = two_versions(trainer, at, now)
    revision = question_at(db, path).revision
    page = trainer.get(f"{path}versions/").text
    assert 'name="number" value="1"' in section(page, 1)
    assert "<form" not in section(page, 2)

    answer = taken_back(trainer, path, 1, str(revision))
    assert answer.headers["Location"] == path
    question, draft = question_at(db, path), stored(db, path)
    assert (question.current_number, question.revision, question.has_changes) == (2, revision + 1, True)
    assert (draft.stem["fr"], draft.settings["right"]) == ("Une **première** question ?", ["c"])
    trainer.post(f"{path}undo", data={"version": str(revision + 1)})
    assert stored(db, path).stem["fr"] == "Une **seconde** ?"
    assert not question_at(db, path).has_changes


def test_a_version_brought_back_keeps_its_case_and_how_far_its_languages_agreed(
    db: Any, trainer: CheckingClient, bilal: Person, at: Callable[..., None], now: dt.datetime
) -> None:
    database.use_mode(database.WRITE)
    case = services.quizzes.save_case(
        db, None, Bilingual("حالة", "Un cas"), EMPTY, None, version=None, owner_id=bilal.id, now=now
    )
    number = case.id
    database.commit()
    database.use_mode(database.READ)
    path = made(trainer, said(), case=str(number))
    sent_again(trainer, path, **{"stem.fr": "Une seule langue changée ?", "do": "publish"})
    assert question_at(db, path).writing == Writing.STALE_AR
    at(now + dt.timedelta(minutes=20))
    sent_again(trainer, path, **{"stem.ar": "آخر؟", "case": "", "do": "publish"})
    question = question_at(db, path)
    assert (question.case_id, question.writing) == (None, Writing.COMPLETE)

    taken_back(trainer, path, 1, str(question.revision))
    question = question_at(db, path)
    assert (question.case_id, question.writing) == (number, Writing.STALE_AR)


@pytest.mark.parametrize(("number", "version", "status"), [(1, "1", 409), (1, "", 409), (9, "2", 404)])
def test_a_version_is_brought_back_only_on_the_newest_draft(
    db: Any, trainer: CheckingClient, at: Callable[..., None], now: dt.datetime, number: int, version: str, status: int
) -> None:
    path = two_versions(trainer, at, now)
    assert taken_back(trainer, path, number, version).status_code == status
    assert stored(db, path).stem["fr"] == "Une **seconde** ?"


def test_a_version_of_anothers_own_question_is_not_there(
    db: Any, trainer: CheckingClient, second: CheckingClient, at: Callable[..., None], now: dt.datetime
) -> None:
    path = two_versions(trainer, at, now)
    trainer.post(f"{path}share", data={"shared": "0"})
    revision = question_at(db, path).revision
    assert taken_back(second, path, 1, str(revision)).status_code == 404
    assert question_at(db, path).revision == revision
