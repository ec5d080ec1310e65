"""Practice in which each answer is explained at once: checking, going on, the end without a summary."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.core import db as database
from lms.programme.models import Enrolment
from lms.quizzes import queries, results
from lms.quizzes.models import Attempt, AttemptState, Feedback, QuestionVersion
from lms.quizzes.question_types import get
from tests.factories import right_ids, wrong_ids
from tests.pages import CheckingClient
from tests.quizzes.taught import begin, learner, short_quiz, taught_cohort

KINDS = ("single_choice", "categorise")


@pytest.fixture
def attempt(client: CheckingClient, db: Any, bilal: Person, at: Callable[..., None], now: dt.datetime) -> Attempt:
    """Chaima's open practice of one question of each kind; the client is hers."""
    at(now)
    chaima = learner(db, taught_cohort(db, bilal))
    quiz = short_quiz(db, bilal, now, kinds=KINDS, feedback=Feedback.AT_ONCE, minutes=None, attempts_allowed=None)
    quiz.lesson = "concepts/first"
    attempt = begin(db, quiz, chaima, now)
    client.signed_in(chaima.person)
    database.use_mode(database.READ)
    return attempt


def url(attempt: Attempt, rest: str) -> str:
    return f"/fr/quizzes/{attempt.quiz_id}/attempts/{attempt.number}/{rest}"


def question(db: Any, attempt: Attempt, position: int) -> Any:
    return queries.attempts.question_at(db, attempt.id, position)


def press(client: CheckingClient, attempt: Attempt, position: int, go: str, values: list[str]) -> str:
    """Where a button of a question leads; ``values`` as the page's form sends them."""
    data: dict[str, Any] = {"go": go}
    for value in values:
        row, mark, choice = value.partition(":")
        data[f"answer:{row}" if mark else "answer"] = choice if mark else row
    answer = client.post(url(attempt, f"{position}/"), data=data)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def checked(client: CheckingClient, attempt: Attempt, position: int, values: list[str]) -> str:
    """The page after « Vérifier »."""
    place = press(client, attempt, position, "check", values)
    assert place.endswith("?checked=1#checked")
    return client.get(place.removesuffix("#checked")).text


def main_button(page: str) -> str:
    """What the one button in colour sends."""
    (found,) = re.findall(r'<button type="submit" class="button primary" name="go" value="([a-z]+)"', page)
    return str(found)


def test_checking_comes_before_going_on(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    before = client.get(url(attempt, "1/")).text
    after = checked(client, attempt, 1, right_ids(question(db, attempt, 1)))

    assert main_button(before) == "check"
    assert main_button(after) == "next"
    # Enter presses the first button of the form, wherever it stands.
    assert [re.search(r'name="go" value="(\w+)"', page)[1] for page in (before, after)] == ["check", "next"]  # type: ignore[index]


def test_without_an_answer_nothing_is_explained(client: CheckingClient, attempt: Attempt) -> None:
    page = checked(client, attempt, 1, [])

    assert "Il faut d’abord répondre" in page
    assert "Car" not in page
    assert main_button(page) == "check"


def test_right_and_wrong_are_explained(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    right = checked(client, attempt, 1, right_ids(question(db, attempt, 1)))
    wrong = checked(client, attempt, 1, wrong_ids(question(db, attempt, 1)))

    # What goes along into the other language.
    assert 'name="checked"' in right
    assert "Juste" in right
    assert "À revoir" in wrong
    assert 'class="quiz-main wrong"' in wrong
    assert 'class="quiz-main wrong"' not in right
    for page in (right, wrong):
        assert "Pourquoi." in page
        assert "Car" in page


def test_of_several_rows_each_says_whether_it_is_right(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    rows = right_ids(question(db, attempt, 2))
    others = {value.partition(":")[2] for value in rows}
    row, _mark, choice = rows[0].partition(":")
    page = checked(client, attempt, 2, [f"{row}:{min(others - {choice})}", *rows[1:]])

    assert "Juste en partie" in page
    assert "La réponse peut être changée" in page
    assert "1 ligne n’a pas encore de réponse" in checked(client, attempt, 2, rows[1:])
    assert page.count('aria-label="À revoir"') == 1
    assert page.count('aria-label="Juste"') == len(rows) - 1


def test_rows_are_said_as_they_were_shown_and_have_no_letters(
    client: CheckingClient, db: Any, attempt: Attempt
) -> None:
    two = question(db, attempt, 2)
    page = checked(client, attempt, 2, right_ids(two))
    words = get(two.version.type).rows(two.version.settings)  # type: ignore[attr-defined]
    shown = [words[key[1:]]["fr"] for _id, key in two.order if key.startswith(">")]
    verdict = page[page.index('id="checked"') :]

    assert shown == sorted(shown, key=verdict.index)
    assert '<span class="strong">' not in verdict[: verdict.index("</div>")]


def test_the_verdict_follows_into_the_other_language(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    checked(client, attempt, 1, right_ids(question(db, attempt, 1)))
    answer = client.post(
        url(attempt, "1/"), data={"go": "switch:ar", "checked": "1", "answer": right_ids(question(db, attempt, 1))}
    )

    assert answer.headers["Location"].startswith("/ar/")
    assert "checked=1" in answer.headers["Location"]


def test_practice_ends_with_its_last_question(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    assert press(client, attempt, 1, "next", []) == url(attempt, "2/")
    assert "Terminer" in client.get(url(attempt, "2/")).text
    assert press(client, attempt, 2, "next", right_ids(question(db, attempt, 2))) == url(attempt, "result/")
    assert db.get_one(Attempt, attempt.id, populate_existing=True).state == AttemptState.SUBMITTED


def test_where_attempts_are_counted_the_summary_stays(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    database.use_mode(database.WRITE)
    attempt.quiz.attempts_allowed = 2
    database.commit()

    assert press(client, attempt, 2, "next", right_ids(question(db, attempt, 2))) == url(attempt, "summary/")


def test_after_its_time_it_is_the_server_that_sends(
    client: CheckingClient, db: Any, attempt: Attempt, at: Callable[..., None], now: dt.datetime
) -> None:
    database.use_mode(database.WRITE)
    attempt.deadline_at = now + dt.timedelta(minutes=20)
    database.commit()
    at(now + dt.timedelta(hours=1))
    client.signed_in(db.get_one(Enrolment, attempt.enrolment_id).person)
    client.post(url(attempt, "2/"), data={"go": "next", "device": "tab", "counter": "0"})

    assert db.get_one(Attempt, attempt.id, populate_existing=True).submitted_by == "deadline"


def test_rows_that_a_correction_moved_keep_their_verdict(db: Any, attempt: Attempt) -> None:
    two = question(db, attempt, 2)
    kind, settings = get(two.version.type), two.version.settings
    (part,) = [part for part in kind.parts if part.name == "things"]
    moved = {**settings, part.name: settings[part.name][::-1]}
    right = kind.right_answer(settings)
    first, other = settings[part.name][0]["key"], settings[part.name][1]["key"]
    two.answer = {**right, first: next(one for one in kind.choices(settings) if one != right[first])}  # type: ignore[attr-defined]
    key = QuestionVersion(type=two.version.type, settings=moved)

    verdicts = {one.key: one.is_right for one in results._given(two, key)}

    assert (verdicts[f">{first}"], verdicts[f">{other}"]) == (False, True)
    db.rollback()


def test_its_result_is_no_mark_and_offers_another_go(client: CheckingClient, db: Any, attempt: Attempt) -> None:
    for place in (1, 2):
        press(client, attempt, place, "next", right_ids(question(db, attempt, place)))
    result = client.get(url(attempt, "result/")).text

    assert ">2<small>/2</small>" in result
    assert "<small>/20" not in result
    assert "S’exercer de nouveau" in result
    again = client.post(f"/fr/quizzes/{attempt.quiz_id}/attempts")
    assert again.headers["Location"].endswith("/attempts/2/1/")


def test_a_test_keeps_its_summary_and_says_nothing_at_once(
    client: CheckingClient, db: Any, bilal: Person, at: Callable[..., None], now: dt.datetime
) -> None:
    at(now)
    sara = learner(db, taught_cohort(db, bilal), "sara")
    attempt = begin(db, short_quiz(db, bilal, now, feedback=Feedback.AFTER_SUBMIT), sara, now)
    client.signed_in(sara.person)
    answer = right_ids(question(db, attempt, 1))

    assert press(client, attempt, 1, "next", answer) == url(attempt, "summary/")
    page = client.get(url(attempt, "1/?checked=1")).text
    assert main_button(page) == "next"
    assert 'id="checked"' not in page


def test_before_the_release_no_row_says_whether_it_is_right(
    client: CheckingClient, db: Any, bilal: Person, at: Callable[..., None], now: dt.datetime
) -> None:
    at(now)
    sara = learner(db, taught_cohort(db, bilal), "sara")
    quiz = short_quiz(
        db, bilal, now, kinds=KINDS[1:], feedback=Feedback.AFTER_CLOSING, closes_at=now + dt.timedelta(days=1)
    )
    attempt = begin(db, quiz, sara, now)
    client.signed_in(sara.person)
    press(client, attempt, 1, "next", right_ids(question(db, attempt, 1)))
    client.post(url(attempt, "submit"))
    before = client.get(url(attempt, "result/")).text
    at(now + dt.timedelta(days=2))
    client.signed_in(sara.person)
    after = client.get(url(attempt, "result/")).text

    assert "Réponses et explications seront montrées plus tard" in before
    assert 'aria-label="Juste"' not in before
    assert "Pourquoi." not in before
    assert "Réponse juste" in after
