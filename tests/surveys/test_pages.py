"""A member's pages: what is asked stands on the home page, is answered without script, once, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, Enrolment
from lms.quizzes import services as quizzes
from lms.quizzes.models import Question, Quiz
from lms.surveys import services, sheet
from lms.surveys.models import Round
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient
from tests.quizzes.xss_corpus import CORPUS
from tests.surveys.conftest import answer, filled_in, stored, taught

DAY = dt.timedelta(days=1)


@pytest.fixture
def chaima(members: list[Enrolment], opened: Round, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(members[0].person)


def test_the_home_page_says_what_is_asked_until_it_is_answered(
    db: Any, chaima: CheckingClient, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    address = f"/fr/surveys/{opened.id}/"
    for page, words in (("/fr/", "5 questions, anonyme"), ("/ar/", "5 أسئلة")):
        text = chaima.get(page).text
        assert address[3:] in text
        assert words in text

    answer(db, opened, members[:1], now=now)
    assert address not in chaima.get("/fr/").text


def test_the_home_of_a_trainer_says_what_their_own_cohorts_are_asked(
    db: Any, opened: Round, members: list[Enrolment], bilal: Person, open_as: Callable[..., CheckingClient], at: Any,
    now: dt.datetime,
) -> None:  # fmt: skip
    at(now)
    answer(db, opened, members[:2], now=now)
    mine, other = open_as(bilal), open_as(make_person(db, "driss", role=Role.TRAINER))

    assert "1 enquête en cours" in mine.get("/fr/cohorts/").text
    assert "2 réponses à ce jour" in mine.get("/fr/cohorts/").text
    assert "استمارة رأي جارية" in mine.get("/ar/cohorts/").text
    assert "enquête" not in other.get("/fr/cohorts/").text
    at(dt.datetime.combine(opened.closes_on + DAY, dt.time(9), dt.UTC))
    assert "enquête en cours" not in open_as(bilal).get("/fr/cohorts/").text


def test_the_other_language_keeps_what_was_chosen_and_stores_nothing(
    db: Any, chaima: CheckingClient, opened: Round
) -> None:
    data = {**filled_in(db, opened.quiz_id, words="Mes mots à moi"), "look": "1"}
    page = chaima.get(f"/fr/surveys/{opened.id}/").text
    shown = chaima.post(f"/ar/surveys/{opened.id}/", data=data)

    assert f'formaction="/ar/surveys/{opened.id}/"' in page
    # Enter in a form presses its first button: the switch must not be it.
    assert page.index('form="survey-form" tabindex="-1"') < page.index("formaction")
    assert shown.status_code == 200
    assert "Mes mots à moi" in shown.text
    assert shown.text.count(" checked") == len(data) - 2
    assert stored(db) == []


def test_it_is_asked_after_the_cohort_ended_too(
    db: Any, chaima: CheckingClient, session_end: Quiz, cohort: Cohort, at: Any
) -> None:
    then = dt.datetime.combine(cohort.ends_on + 3 * DAY, dt.time(9), dt.UTC)
    found = services.rounds.open(db, session_end, cohort, opens_on=then.date(), now=then)
    database.commit()
    at(then)
    client = chaima.signed_in(db.get_one(Person, _person_of(chaima, db)))

    assert f"/fr/surveys/{found.id}/" in client.get("/fr/").text
    assert client.post(f"/fr/surveys/{found.id}/", data=filled_in(db, session_end.id)).status_code == 302


def _person_of(_client: Any, db: Any) -> int:
    import sqlalchemy as sa

    return int(db.scalar(sa.select(Person.id).where(Person.email == "chaima@example.ma")))


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_form_stands_on_one_page_with_its_notice_and_needs_no_script(
    db: Any, chaima: CheckingClient, opened: Round, lang: str
) -> None:
    page = chaima.get(f"/{lang}/surveys/{opened.id}/").text

    assert page.count('type="radio"') == 4 * 5
    assert page.count("<textarea") == 1
    assert 'data-module="draft"' not in page
    for words in {"ar": ("دون أسماء", "5"), "fr": ("sans nom", "5")}[lang]:
        assert words in page
    assert not filled_in(db, opened.quiz_id).keys() - {part.split('"')[0] for part in page.split('name="')[1:]}


def test_an_answer_is_stored_and_said_to_be_and_not_shown_again(db: Any, chaima: CheckingClient, opened: Round) -> None:
    address, data = f"/fr/surveys/{opened.id}/", filled_in(db, opened.quiz_id, words="Un mot rare")

    sent = chaima.post(address, data=data)

    assert sent.headers["Location"] == f"{address}saved"
    for page in (f"{address}saved", f"/ar/surveys/{opened.id}/saved"):
        assert "Un mot rare" not in chaima.get(page).text
    assert chaima.get(address).headers["Location"] == f"{address}saved"
    assert len(stored(db)) == 1


def test_before_an_answer_there_is_none_to_be_thanked_for(chaima: CheckingClient, opened: Round) -> None:
    assert chaima.get(f"/fr/surveys/{opened.id}/saved").headers["Location"] == f"/fr/surveys/{opened.id}/"


def test_a_second_tab_gets_a_sentence_and_keeps_its_words(db: Any, chaima: CheckingClient, opened: Round) -> None:
    address = f"/fr/surveys/{opened.id}/"
    chaima.post(address, data=filled_in(db, opened.quiz_id))

    again = chaima.post(address, data=filled_in(db, opened.quiz_id, words="Autre chose"))

    assert again.status_code == 409
    assert "Autre chose" in again.text
    assert len(stored(db)) == 1


def test_closed_meanwhile_gets_a_sentence_and_nothing_is_lost(
    db: Any, chaima: CheckingClient, opened: Round, bilal: Person, now: dt.datetime
) -> None:
    data = filled_in(db, opened.quiz_id, words="Écrit longtemps")
    services.rounds.close(db, opened.id, actor_id=bilal.id, now=now)
    database.commit()

    sent = chaima.post(f"/fr/surveys/{opened.id}/", data=data)

    assert sent.status_code == 410
    assert "Écrit longtemps" in sent.text
    assert sent.text.count(" checked") == 4
    assert stored(db) == []
    page = chaima.get(f"/fr/surveys/{opened.id}/").text
    assert "<textarea" not in page


def test_questions_may_be_left_out_but_not_all(db: Any, chaima: CheckingClient, opened: Round) -> None:
    address = f"/fr/surveys/{opened.id}/"
    assert chaima.post(address, data={}).status_code == 422
    assert chaima.post(address, data=filled_in(db, opened.quiz_id, rows=(), words="  \r\n ")).status_code == 422
    assert stored(db) == []

    assert chaima.post(address, data=filled_in(db, opened.quiz_id, rows=("pace",))).status_code == 302
    (found,) = stored(db)
    assert list(found.values()) == [{"pace": "5"}]


def test_what_the_page_cannot_have_sent_is_refused_and_the_rest_kept(
    db: Any, chaima: CheckingClient, opened: Round
) -> None:
    address, good = f"/fr/surveys/{opened.id}/", filled_in(db, opened.quiz_id, words="Gardé")
    rating, text = sheet.asked(db, opened.quiz_id)
    row = next(name for name in good if ":" in name)
    for bad in (
        {**good, row: "nonsense"}, {**good, f"{rating.name}:nonsense": good[row]},
        {**good, text.name: "é" * 1001}, {**good, row: [good[row], row]},
    ):  # fmt: skip
        sent = chaima.post(address, data=bad)
        assert sent.status_code == 400
        assert "Gardé" in sent.text or "é" * 1001 in sent.text
    assert stored(db) == []


@pytest.mark.parametrize(
    "name", ["q", "q0", "q999999999", "q9999999999999", "q1:", "q-1", "answer", "q１", "q1:\n", "version"]
)
def test_fields_of_no_question_are_passed_over(db: Any, chaima: CheckingClient, opened: Round, name: str) -> None:
    data = {name: "x", **filled_in(db, opened.quiz_id)}
    assert chaima.post(f"/fr/surveys/{opened.id}/", data=data).status_code in (302, 400)


def test_as_many_letters_as_the_page_allows_are_taken(db: Any, chaima: CheckingClient, opened: Round) -> None:
    """A browser counts the end of a line once and sends it as two."""
    words = "ab\r\n" * 333
    assert chaima.post(
        f"/fr/surveys/{opened.id}/", data=filled_in(db, opened.quiz_id, words=words + "x")
    ).status_code == 302  # fmt: skip


@pytest.mark.parametrize("hostile", CORPUS[:8])
def test_hostile_words_are_words(db: Any, chaima: CheckingClient, opened: Round, hostile: str) -> None:
    data = filled_in(db, opened.quiz_id, rows=(), words=hostile)
    data[next(iter(filled_in(db, opened.quiz_id)))] = "nonsense"
    sent = chaima.post(f"/fr/surveys/{opened.id}/", data=data)
    assert sent.status_code == 400
    assert html.escape(hostile.strip(), quote=False)[:20] in html.unescape(sent.text) or hostile[:20] in html.unescape(
        sent.text
    )


def test_a_question_published_anew_meanwhile_is_answered_as_it_was_read(
    db: Any, chaima: CheckingClient, opened: Round, now: dt.datetime
) -> None:
    data = filled_in(db, opened.quiz_id, words="Avant")
    old = sheet.asked(db, opened.quiz_id)[1].version
    question = db.get_one(Question, old.question_id)
    from lms.core.bilingual import Bilingual
    from lms.quizzes.content import of_version

    said = of_version(old)
    newer = type(said)(**{**said.__dict__, "stem": {"ar": "سؤال جديد؟", "fr": "Autre question ?"}})
    quizzes.bank.add_version(db, question, newer, Bilingual("", ""), actor_id=None, now=now)
    database.commit()

    assert "Autre question" in chaima.get(f"/fr/surveys/{opened.id}/").text
    assert chaima.post(f"/fr/surveys/{opened.id}/", data=data).status_code == 302
    assert stored(db)[0][str(old.id)] == "Avant"


def test_a_survey_of_another_cohort_is_not_there(
    db: Any, opened: Round, bilal: Person, open_as: Callable[..., CheckingClient]
) -> None:
    driss = make_person(db, "driss")
    make_enrolment(db, driss, taught(db, bilal))
    client, data = open_as(driss), filled_in(db, opened.quiz_id)
    for page in ("", "saved"):
        assert client.get(f"/fr/surveys/{opened.id}/{page}").status_code == 404
    assert client.post(f"/fr/surveys/{opened.id}/", data=data).status_code == 404


def test_what_waits_has_a_page_of_its_own(chaima: CheckingClient, opened: Round, open_as: Any, bilal: Person) -> None:
    assert f"/fr/surveys/{opened.id}/" in chaima.get("/fr/surveys/").text
    assert open_as(bilal).get("/fr/surveys/").status_code == 403


def test_the_form_costs_few_statements(chaima: CheckingClient, opened: Round, at_most: Any) -> None:
    address = f"/fr/surveys/{opened.id}/"
    chaima.get(address)  # A process reads the curriculum's titles once.
    with at_most(5):
        chaima.get(address)
