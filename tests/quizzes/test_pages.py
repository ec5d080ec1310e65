"""The pages of an attempt: what they show, what they never show, what bad input gets."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from lms.core import db as database
from lms.curriculum import queries as curriculum_queries
from lms.curriculum import services as curriculum_services
from lms.programme import services as programme
from lms.quizzes import queries
from lms.quizzes.models import Attempt, AttemptState
from lms.quizzes.question_types import get
from tests.conftest import listening
from tests.factories import (
    answer_all,
    by_marks,
    make_cohort,
    make_enrolment,
    make_person,
    pass_test,
    read_lessons,
    right_ids,
    start_attempt,
)
from tests.pages import CheckingClient

CANARY = "905317053170"
JSON = {"Accept": "application/json"}


@pytest.fixture
def attempt(db: Any, curriculum: Any, client: CheckingClient, at: Callable[..., None], now: dt.datetime) -> Attempt:
    """Chaima's open attempt; the client is hers."""
    at(now)
    person = make_person(db)
    attempt = start_attempt(db, make_enrolment(db, person), curriculum, now=now)
    client.signed_in(person)
    database.use_mode(database.READ)
    return attempt


def url(attempt: Attempt, rest: str = "1/", lang: str = "fr") -> str:
    return f"/{lang}/quizzes/{attempt.quiz_id}/attempts/{attempt.number}/{rest}"


def body(values: list[str], counter: int = 1) -> dict[str, Any]:
    return {"device": "tab", "counter": counter, "values": values}


def test_a_locked_test_says_why(client: CheckingClient, db: Any, curriculum: Any, at: Any, now: dt.datetime) -> None:
    at(now)
    client.signed_in(make_enrolment(db).person)
    quiz = queries.attempts.test_of(db, "concepts")
    assert "quand les leçons du module sont lues" in client.get(f"/fr/quizzes/{quiz.id}/").text
    refused = client.post(f"/ar/quizzes/{quiz.id}/attempts")
    assert refused.status_code == 409
    assert "دروس المجزوءة" in refused.text


def test_a_save_is_four_statements_in_as_few_transactions_as_the_database_allows(
    client: CheckingClient, db: Any, attempt: Attempt, at_most: Any
) -> None:
    """Who asks, which question, the arrival, the answer. On SQLite nobody queues to write while that is looked up."""
    values, path = right_ids(queries.attempts.question_at(db, attempt.id, 1)), url(attempt, "1/answer")
    begun: list[Any] = []
    assert client.post(path, json=body(values)).status_code == 200
    with at_most(4), listening(db.get_bind(), "begin", begun.append):
        assert client.post(path, json=body([], 2)).status_code == 200
    assert len(begun) == (2 if db.get_bind().dialect.name == "sqlite" else 1)


def test_order_and_answer_are_the_same_after_a_reload_and_in_the_other_language(
    client: CheckingClient, db: Any, attempt: Attempt
) -> None:
    values = right_ids(queries.attempts.question_at(db, attempt.id, 1))
    assert client.post(url(attempt, "1/answer"), json=body(values)).status_code == 200
    found = []
    for lang in ("fr", "fr", "ar"):
        page = client.get(url(attempt, lang=lang)).text
        found.append([part.split('"')[0] for part in page.split('name="answer" value="')[1:]])
        assert page.count(" checked") == len(values)
    assert found[0]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("go", ["next", "previous", "2", "flag", "summary", "switch:ar"])
def test_without_script_every_button_saves_first(client: CheckingClient, db: Any, attempt: Attempt, go: str) -> None:
    values = right_ids(queries.attempts.question_at(db, attempt.id, 1))
    moved = client.post(url(attempt), data={"answer": values, "go": go})
    assert moved.status_code == 302
    assert queries.attempts.question_at(db, attempt.id, 1).answer is not None
    if go == "switch:ar":
        assert moved.headers["Location"].startswith("/ar/")


def test_no_key_in_any_byte_before_its_time(
    client: CheckingClient, db: Any, small_content: Path, tmp_path: Path, at: Any, now: dt.datetime
) -> None:
    """Security notes T24: keys, feedback and explanations carry a mark that must not be seen before release."""
    at(now)
    content = sync_with_canaries(db, small_content, tmp_path, now)
    person = make_person(db)
    enrolment = make_enrolment(db, person)
    attempt = start_attempt(db, enrolment, content, now=now)
    answer_all(db, attempt, by_marks("1"), now=now)
    client.signed_in(person)
    seen = []
    for lang in ("fr", "ar"):
        for question in queries.attempts.questions(db, attempt.id):
            place = question.position
            seen.append(client.get(url(attempt, f"{place}/", lang)).text)
            ids = [pair[0] for pair in question.order]
            seen.append(client.post(url(attempt, f"{place}/answer", lang), json=body(ids[:1], place + 5)).text)
            seen.append(client.post(url(attempt, f"{place}/answer", lang), json=body(["x"], place + 6)).text)
            seen.append(client.post(url(attempt, f"{place}/", lang), data={"answer": "x", "go": "next"}).text)
        for page in (
            url(attempt, "summary/", lang),
            url(attempt, "result/", lang),
            f"/{lang}/quizzes/{attempt.quiz_id}/",
        ):
            seen.append(client.get(page).text)
        for page in ("", "modules/concepts/", "progress/", "account/my-data", "search/?q=9053170"):
            seen.append(client.get(f"/{lang}/{page}").text)
        seen.extend(texts_inside(client.get(f"/{lang}/account/data").data))
    assert all(seen)
    assert not [text for text in seen if CANARY in text]
    keys = {key for question in queries.attempts.questions(db, attempt.id) for _id, key in question.order}
    assert not [text for text in seen for key in keys if f'value="{key}"' in text]
    client.post(url(attempt, "submit"))
    assert CANARY in client.get(url(attempt, "result/")).text


def texts_inside(archive: bytes) -> list[str]:
    """Every file of one's own data, unpacked: compressed bytes would hide a key."""
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return [found.read(name).decode() for name in found.namelist()]


def sync_with_canaries(db: Any, small_content: Path, tmp_path: Path, now: dt.datetime) -> Any:
    tree = tmp_path / "content"
    shutil.copytree(small_content, tree)
    for lang in ("ar", "fr"):
        path = tree / lang / "concepts" / "test.yml"
        quiz = yaml.safe_load(path.read_text("utf-8"))
        for item in quiz["items"]:
            item["explanation"] += f" {CANARY}"
            for option in item.get("options", []):
                option["feedback"] = f"{option.get('feedback', '')} {CANARY}"
        path.write_text(yaml.safe_dump(quiz, allow_unicode=True, sort_keys=False), "utf-8")
    assert curriculum_services.sync(db, tree, now=now) == []
    database.commit()
    return curriculum_queries.current(db)


@pytest.mark.parametrize(
    ("rest", "status"),
    [("99/", 404), ("0/", 404), ("99/answer", 404), ("../9/1/", 404), ("../9/result/", 404), ("../9/submit", 404)],
)
def test_what_is_not_there_is_404(client: CheckingClient, attempt: Attempt, rest: str, status: int) -> None:
    path = url(attempt, rest) if not rest.startswith("../") else f"/fr/quizzes/{attempt.quiz_id}/attempts/{rest[3:]}"
    if rest.endswith("answer"):
        assert client.post(path, json=body([])).status_code == status
    else:
        assert client.open(path, method="POST" if rest.endswith("submit") else "GET").status_code == status


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", b'"x"', b'{"device": 1}', b'{"device": "", "counter": 1, "values": []}',
        b'{"device": "d", "counter": -1, "values": []}', b'{"device": "d", "counter": true, "values": []}',
        b'{"device": "d", "counter": 1e99, "values": []}', b'{"device": "d", "counter": 1, "values": [1]}',
        b'{"device": "d", "counter": 1, "values": "x"}', b'{"device": "ddddddddddddddddddddddddddddddddddddddddd"}',
        b"\xff\xfe", b"[" * 5000, b'{"device": "\\u0000", "counter": 1, "values": []}',
        b'{"device": "\\ud800", "counter": 1, "values": []}',
    ],
)  # fmt: skip
def test_a_malformed_save_is_400_with_a_sentence(client: CheckingClient, attempt: Attempt, data: bytes) -> None:
    answer = client.post(url(attempt, "1/answer", "ar"), data=data, content_type="application/json", headers=JSON)
    assert answer.status_code == 400
    assert answer.json["error"]


def test_a_save_of_another_questions_option_is_422(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    foreign = queries.attempts.question_at(db, attempt.id, 2).order[0][0]
    answer = client.post(url(attempt, "1/answer"), json=body([foreign]), headers=JSON)
    assert answer.status_code == 422
    page = client.post(url(attempt), data={"answer": foreign, "go": "next"})
    assert page.status_code == 422
    assert "Réponse illisible" in page.text


def test_a_late_save_is_refused_in_words_and_kept(client: CheckingClient, db: Any, attempt: Attempt, at: Any) -> None:
    values = right_ids(queries.attempts.question_at(db, attempt.id, 1))
    at(attempt.deadline_at + dt.timedelta(seconds=31))
    answer = client.post(url(attempt, "1/answer"), json=body(values), headers=JSON)
    assert answer.status_code == 409
    assert "ne compte pas" in answer.json["error"]
    assert db.scalar(sa.text("SELECT count(*) FROM answer_arrival WHERE is_late")) == 1


def given(db: Any, attempt: Attempt) -> list[str]:
    """What the form of the first question would show."""
    db.expire_all()
    first = queries.attempts.questions(db, attempt.id)[0]
    return list(get(first.version.type).filled(first.version.settings, first.order, first.answer))


def test_a_page_under_the_counter_of_its_script_saves_once_and_in_that_order(
    client: CheckingClient, db: Any, attempt: Attempt
) -> None:
    one, other = [option[0] for option in queries.attempts.questions(db, attempt.id)[0].order[:2]]
    page = {"device": "tab", "go": "flag"}

    client.post(url(attempt), data={**page, "counter": "7", "answer": one})
    assert client.post(url(attempt, "1/answer"), json=body([other], 7)).status_code == 200
    assert client.post(url(attempt, "1/answer"), json=body([other], 6)).status_code == 200
    first = given(db, attempt)
    client.post(url(attempt), data={**page, "counter": "0", "answer": other})

    assert first == given(db, attempt) == [one]


@pytest.mark.parametrize(
    "sender",
    [{}, {"device": "tab"}, {"counter": "1"}, {"device": "x" * 41, "counter": "1"}, {"device": "é", "counter": "1"},
     {"device": "tab", "counter": "-1"}, {"device": "tab", "counter": "9" * 5000}, {"device": "tab", "counter": "²"},
     {"device": "", "counter": "0"}],
)  # fmt: skip
def test_a_page_without_a_sender_is_ordered_by_the_clock(
    client: CheckingClient, db: Any, attempt: Attempt, sender: dict[str, str]
) -> None:
    one = queries.attempts.questions(db, attempt.id)[0].order[0][0]
    assert client.post(url(attempt), data={**sender, "answer": one}).status_code == 302
    assert given(db, attempt) == [one]


def test_extra_fields_have_no_effect(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    """Security notes T26."""
    names = (
        "score", "fraction", "points", "is_right", "person_id", "enrolment_id", "started_at", "deadline_at", "state",
        "number", "submitted_at", "pass_percent", "attempts_allowed", "version_id", "order", "position", "quiz_id",
        "role", "org_id", "serial", "status", "factor", "minutes", "released", "is_late",
    )  # fmt: skip
    extra = dict.fromkeys(names, "1")
    deadline = attempt.deadline_at
    client.post(url(attempt), data={**extra, "answer": [], "go": "next"})
    client.post(url(attempt, "1/answer"), json={**extra, **body([])})
    client.post(f"/fr/quizzes/{attempt.quiz_id}/attempts", data=extra)
    client.post(url(attempt, "submit"), data=extra)
    db.expire_all()
    assert (attempt.number, attempt.deadline_at, attempt.score) == (1, deadline, 0)
    assert db.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 1


def test_after_the_deadline_the_page_leads_to_the_result(client: CheckingClient, attempt: Attempt, at: Any) -> None:
    at(attempt.deadline_at)
    assert client.get(url(attempt)).headers["Location"].endswith("/result/")
    closing = client.get(url(attempt, "result/"))
    assert closing.status_code == 200
    client.post(url(attempt, "submit"))
    assert client.get(url(attempt, "result/")).status_code == 200


def test_the_result_tells_mark_reasons_and_where_to_read_again(
    client: CheckingClient, db: Any, attempt: Attempt, now: Any
) -> None:
    answer_all(db, attempt, by_marks("11"), now=now)
    client.post(url(attempt, "submit"))
    database.use_mode(database.READ)
    db.expire_all()
    assert attempt.state == AttemptState.SUBMITTED
    page = client.get(url(attempt, "result/")).text
    assert "<small>/20" in page
    assert "/fr/modules/concepts/first/?step=" in page
    client.post(url(attempt, "review"))
    assert db.scalar(sa.text("SELECT count(*) FROM audit_entry WHERE action = 'quizzes.ask-review'")) == 1


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_a_question_page_costs_six_statements_at_most(
    client: CheckingClient, attempt: Attempt, at_most: Any, lang: str
) -> None:
    client.get(url(attempt, lang=lang))
    with at_most(6):
        client.get(url(attempt, lang=lang))


def test_a_person_without_enrolment_finds_no_test(
    client: CheckingClient, db: Any, curriculum: Any, at: Any, now: Any
) -> None:
    at(now)
    read_lessons(db, make_enrolment(db), curriculum, now=now)
    quiz = queries.attempts.test_of(db, "concepts")
    client.signed_in(make_person(db, "driss"))
    assert client.get(f"/fr/quizzes/{quiz.id}/").status_code == 404
    assert client.post(f"/fr/quizzes/{quiz.id}/attempts").status_code == 404


def test_of_two_cohorts_the_running_one_is_meant_whatever_was_chosen_before(
    client: CheckingClient, db: Any, curriculum: Any, at: Callable[..., None], now: dt.datetime
) -> None:
    at(now)
    person = make_person(db)
    over = make_cohort(db, starts_on=dt.date(2026, 3, 2), ends_on=dt.date(2026, 4, 30))
    old = make_enrolment(db, person, over)
    pass_test(db, old, curriculum, now=now - dt.timedelta(days=200))
    programme.choose(old, now=now - dt.timedelta(days=201))
    attempt = start_attempt(db, make_enrolment(db, person, make_cohort(db)), curriculum, now=now)
    values = right_ids(queries.attempts.question_at(db, attempt.id, 1))
    client.signed_in(person)
    database.use_mode(database.READ)
    assert client.get(url(attempt)).status_code == 200
    assert client.post(url(attempt, "1/answer"), json=body(values), headers=JSON).status_code == 200


@pytest.mark.parametrize("go", ["9" * 5000, "00000000000000000000001"])
def test_an_absurd_number_in_the_form_is_no_fault(client: CheckingClient, attempt: Attempt, go: str) -> None:
    assert client.post(url(attempt), data={"go": go}).status_code == 302
