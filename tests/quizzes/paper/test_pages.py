"""The pages: preparing, printing, typing in."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts import sessions
from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core.row_codes import code_of
from lms.programme.models import CohortTrainer
from lms.quizzes import queries
from lms.quizzes.models import (
    Attempt,
    PaperSet,
    Quiz,
)
from tests.pages import CheckingClient
from tests.quizzes.paper.sheets import (
    KINDS,
    Fields,
    count,
    entered,
    filled,
    numbered,
    path,
    prepared,
    rights,
    row_of,
)
from tests.quizzes.taught import learner


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_from_the_quiz_to_a_stored_paper(
    db: Any, trainer: CheckingClient, quiz: Quiz, cohort: Any, bilal: Person, now: dt.datetime, lang: str
) -> None:
    assert f"/questions/quizzes/{quiz.id}/paper/" in trainer.get(f"/{lang}/questions/quizzes/{quiz.id}/").text
    answer = trainer.post(f"/{lang}/questions/quizzes/{quiz.id}/paper/", data={"cohort": str(cohort.id)})
    assert answer.status_code == 302
    papers = queries.paper.set_or_none(db, bilal.id, db.scalars(sa.select(PaperSet.id)).one())
    assert papers is not None

    held = Fields(trainer.get(path(papers, "enter", lang)).text).held
    assert held["code"] == code_of(papers.id, 1)
    answer = trainer.post(path(papers, "enter", lang), data=held | numbered(rights(papers, lang)) | {"do": "save"})

    assert answer.headers["Location"].endswith("enter?row=2")
    assert "20/20" in trainer.get(answer.headers["Location"]).text
    assert db.scalars(sa.select(Attempt.score)).one() == 1


def test_a_wrong_letter_is_said_at_its_field_and_nothing_typed_is_lost(
    db: Any, trainer: CheckingClient, made: PaperSet
) -> None:
    place = next(one.position for one in made.questions if one.version.type == "single_choice")
    answers = rights(made)
    answers[place - 1] = "E"
    answer = filled(trainer, made, answers)
    found = Fields(answer.text)
    assert answer.status_code == 422
    assert "Les lettres de A à D" in answer.text
    assert {name: text for name, text in found.held.items() if re.fullmatch(r"a\d+", name)} == numbered(answers)
    assert found.focus == f"a{place}"
    assert count(db, Attempt) == 0


@pytest.mark.parametrize("code", ["", "0", "99", "zz", "1" * 100_000, "-1", "1B"])
def test_an_unknown_code_or_a_wrong_letter_stores_nothing(
    db: Any, trainer: CheckingClient, made: PaperSet, code: str
) -> None:
    assert filled(trainer, made, rights(made), code=code).status_code == 422
    assert count(db, Attempt) == 0


def test_a_hundred_kilobytes_in_a_field_are_refused_at_it(db: Any, trainer: CheckingClient, made: PaperSet) -> None:
    for place in range(len(KINDS)):
        answers = rights(made)
        answers[place] = "x" * 100_000
        assert filled(trainer, made, answers).status_code == 422
    assert count(db, Attempt) == 0


def test_enter_goes_to_the_first_empty_field_and_stores_once_none_is(
    db: Any, trainer: CheckingClient, made: PaperSet
) -> None:
    """What the Enter key sends where there is no script."""
    answers = rights(made)
    answer = filled(trainer, made, answers[:2] + [""] * 5, do="next")
    assert (answer.status_code, Fields(answer.text).focus, count(db, Attempt)) == (200, "a3", 0)
    assert filled(trainer, made, answers, do="next").status_code == 302
    assert count(db, Attempt) == 1


def test_another_code_opens_its_row(trainer: CheckingClient, made: PaperSet) -> None:
    answer = filled(trainer, made, [], code=code_of(made.id, 2), do="next")
    assert answer.headers["Location"].endswith("enter?row=2")


def test_a_code_typed_over_stores_that_row_and_never_over_one_that_is_stored(
    db: Any, bilal: Person, trainer: CheckingClient, made: PaperSet
) -> None:
    assert filled(trainer, made, rights(made), code=code_of(made.id, 2)).status_code == 302
    assert row_of(db, made, bilal, 2).entry is not None
    answer = filled(trainer, made, [""] * 7, code="2")
    assert (answer.status_code, count(db, Attempt)) == (409, 1)
    assert db.scalars(sa.select(Attempt.score)).one() == 1
    # Opened to be corrected, then typed over with the code of another stored row.
    filled(trainer, made, rights(made))
    assert filled(trainer, made, [""] * 7, code="2").status_code == 409
    assert db.scalars(sa.select(Attempt.score)).all() == [1, 1]


def test_a_stored_row_shows_its_answers_again_and_is_corrected(
    db: Any, trainer: CheckingClient, made: PaperSet
) -> None:
    filled(trainer, made, [""] * 7)
    assert filled(trainer, made, rights(made)).status_code == 302
    held = Fields(trainer.get(path(made, "enter?row=1", "ar")).text).held
    assert {name: text for name, text in held.items() if re.fullmatch(r"a\d+", name)} == numbered(rights(made, "ar"))
    assert db.scalars(sa.select(Attempt.score)).one() == 1


def test_language_and_day_of_the_last_paper_stand_there_for_the_next(
    trainer: CheckingClient, made: PaperSet, at: Any, now: dt.datetime
) -> None:
    at(now + dt.timedelta(minutes=50))
    filled(trainer, made, rights(made), lang="ar", sat_at="2026-11-23T10:30")
    held = Fields(trainer.get(path(made, "enter")).text).held
    assert (held["lang"], held["sat_at"]) == ("ar", "2026-11-23 10:30:00")


def test_once_every_paper_is_stored_the_list_opens(trainer: CheckingClient, made: PaperSet) -> None:
    filled(trainer, made, rights(made))
    answer = filled(trainer, made, rights(made), number=2)
    assert answer.headers["Location"].endswith(path(made))
    assert trainer.get(path(made, "enter")).status_code == 302


def test_a_foreign_set_is_not_there(db: Any, second: CheckingClient, made: PaperSet) -> None:
    for rest in ("", "print", "list", "enter", "enter?row=1"):
        assert second.get(path(made, rest)).status_code == 404
    assert second.post(path(made, "enter"), data={"code": "1"}).status_code == 404


def test_a_set_of_a_cohort_no_longer_trained_is_not_there(
    db: Any, trainer: CheckingClient, bilal: Person, made: PaperSet
) -> None:
    db.execute(sa.delete(CohortTrainer).where(CohortTrainer.person_id == bilal.id))
    database.commit()
    assert trainer.get(path(made)).status_code == 404


def test_names_that_are_shown_stand_in_the_access_log(db: Any, trainer: CheckingClient, made: PaperSet) -> None:
    for rest in ("", "print?names=1&lang=fr", "print", "list", "enter?row=1"):
        trainer.get(path(made, rest))
    pages = list(db.scalars(sa.select(AccessEntry.page).order_by(AccessEntry.id)))
    assert pages == ["paper.show_set", "paper.print_papers", "paper.print_list", "paper.enter_row"]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_papers_show_no_key_and_one_copy_a_person(trainer: CheckingClient, made: PaperSet, lang: str) -> None:
    page = trainer.get(path(made, f"print?lang={lang}&names=1", "fr")).text
    direction = {"ar": "rtl", "fr": "ltr"}[lang]
    assert page.count(f'<article class="paper" lang="{lang}" dir="{direction}">') == 2
    # In its head, and on each of its sheets.
    assert all(page.count(f">{code_of(made.id, number)}<") == 2 for number in (1, 2))
    assert not re.search("Commentaire|تعليق|Car\\b|لأن|9,7", page)


def test_a_blank_paper_comes_in_both_languages_one_after_the_other(trainer: CheckingClient, made: PaperSet) -> None:
    page = trainer.get(path(made, "print")).text
    assert re.findall(r'<article class="paper" lang="(..)"', page) == ["ar", "fr"]


@pytest.mark.parametrize("rest", ["", "print?lang=ar&names=1", "list", "enter?row=1"])
def test_pages_ask_as_much_for_twenty_people_as_for_two(
    db: Any, trainer: CheckingClient, bilal: Person, cohort: Any, quiz: Quiz, at_most: Any, now: dt.datetime, rest: str
) -> None:
    for number in range(20):
        learner(db, cohort, f"person{number}", email=f"p{number}@example.ma")
    papers = prepared(db, quiz, cohort, bilal, now)
    for number in range(1, 12):
        entered(db, papers, bilal, now, number=number)
    trainer.get(path(papers, rest))
    with at_most(12):
        assert trainer.get(path(papers, rest)).status_code == 200


def test_a_paper_in_the_other_language_leaves_the_navigation_its_own(trainer: CheckingClient, made: PaperSet) -> None:
    sessions._navigation.cache_clear()
    trainer.get(path(made, "print?names=1"))
    assert ">Statistiques<" in trainer.get(path(made)).text


def test_with_other_papers_of_the_same_people_the_letter_is_needed(
    db: Any, bilal: Person, quiz: Quiz, cohort: Any, trainer: CheckingClient, made: PaperSet, now: dt.datetime
) -> None:
    prepared(db, quiz, cohort, bilal, now)
    refused = filled(trainer, made, rights(made), code="1")
    assert refused.status_code == 422
    assert "La lettre est nécessaire aussi" in refused.text
    assert filled(trainer, made, rights(made), code=code_of(made.id, 1)).status_code == 302
