"""A learner asks under a lesson or a result, reads the answer there, and writes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.exchange import services
from lms.exchange.errors import EnoughForToday
from lms.exchange.models import Message, Thread
from lms.exchange.queries import Place
from lms.programme.models import Enrolment
from tests.exchange.conftest import LESSON, answered, asked
from tests.factories import make_cohort, make_enrolment, make_person, pass_test
from tests.pages import CheckingClient
from tests.parallel import at_once

READ = "/fr/modules/concepts/first/"
ASK = "/fr/ask/lessons/concepts/first/"
DAY = dt.timedelta(days=1)


def threads(db: Any) -> list[Thread]:
    db.expire_all()
    return list(db.scalars(sa.select(Thread).order_by(Thread.id)))


def texts(db: Any) -> list[str]:
    db.expire_all()
    return list(db.scalars(sa.select(Message.text).order_by(Message.id)))


def test_a_question_is_asked_under_the_lesson_and_stands_there(db: Any, chaima: CheckingClient) -> None:
    assert f'action="{ASK}"' in chaima.get(READ).text

    moved = chaima.post(ASK, data={"text": " Que veut dire\r\nune part ? ", "step": "figures"})

    assert moved.headers["Location"] == f"{READ}?step=figures#ask-team"
    (thread,) = threads(db)
    assert (thread.lesson, thread.step, thread.quiz_id) == ("concepts/first", "figures", None)
    assert texts(db) == ["Que veut dire\nune part ?"]
    assert "Que veut dire" in chaima.get(READ).text
    assert "Que veut dire" in chaima.get("/fr/ask/").text


def test_a_step_that_is_none_is_left_out(db: Any, chaima: CheckingClient) -> None:
    chaima.post(ASK, data={"text": "?", "step": "../x"})
    assert [thread.step for thread in threads(db)] == [""]


@pytest.mark.parametrize("text", ["", "  \n ", "م" * 2001])
def test_words_are_needed_and_not_too_many_and_come_back_kept(db: Any, chaima: CheckingClient, text: str) -> None:
    page = chaima.post(ASK, data={"text": text, "step": "figures"})

    assert page.status_code == 422
    assert "error-summary" in page.text
    assert text.strip() in page.text
    assert 'name="step" value="figures"' in page.text
    assert threads(db) == []


def test_pressed_twice_it_is_one_question(db: Any, chaima: CheckingClient) -> None:
    for _ in range(2):
        assert chaima.post(ASK, data={"text": "Une part ?"}).status_code == 302
    assert texts(db) == ["Une part ?"]


def test_pressed_at_the_same_moment_it_is_one_question(
    app: Flask, db: Any, enrolment: Enrolment, now: dt.datetime
) -> None:
    enrolment_id = enrolment.id

    def ask(db: Any) -> None:
        services.ask(db, db.get_one(Enrolment, enrolment_id), LESSON, "Une part ?", now=now)

    at_once(app, [ask, ask, ask])

    assert texts(db) == ["Une part ?"]


def test_nobody_without_an_enrolment_asks(
    db: Any, curriculum: Any, open_as: Callable[..., CheckingClient], at: Callable[..., None], now: dt.datetime
) -> None:
    at(now)
    stranger = open_as(make_person(db, "hiba"))
    assert stranger.post(ASK, data={"text": "?"}).status_code == 404
    assert "ask-team" not in stranger.get(READ).text


@pytest.mark.parametrize("lesson", ["concepts/zzzz", "zzzz/first"])
def test_a_lesson_that_is_not_there_is_not_asked_about(chaima: CheckingClient, lesson: str) -> None:
    assert chaima.post(f"/fr/ask/lessons/{lesson}/", data={"text": "?"}).status_code == 404


def test_a_quiz_is_asked_about_once_it_was_sent(
    db: Any, chaima: CheckingClient, enrolment: Enrolment, curriculum: Any, now: dt.datetime
) -> None:
    quiz_id = db.scalar(sa.text("SELECT id FROM quiz WHERE content_key = 'concepts/test'"))
    path = f"/fr/ask/quizzes/{quiz_id}/"
    assert chaima.post(path, data={"text": "Pourquoi ?"}).status_code == 404
    assert chaima.get(path).status_code == 404

    attempt = pass_test(db, enrolment, curriculum, now=now)
    result = f"/fr/quizzes/{quiz_id}/attempts/{attempt.number}/result/"
    assert f'action="{path}"' in chaima.get(result).text
    moved = chaima.post(path, data={"text": "Pourquoi ?"})

    assert moved.headers["Location"] == f"{result}#ask-team"
    assert "Pourquoi ?" in chaima.get(result).text
    (thread,) = threads(db)
    assert (thread.quiz_id, thread.attempt_number, thread.lesson) == (quiz_id, attempt.number, None)
    assert chaima.post(path, data={"text": ""}).status_code == 422


# --- Reading the answer ----------------------------------------------------------------------------------------------


def test_an_answer_says_who_and_when_and_waits_on_the_home_page(
    app: Flask, db: Any, chaima: CheckingClient, thread: Thread, bilal: Person, now: dt.datetime
) -> None:
    assert "Lire la réponse" not in chaima.get("/fr/").text
    answered(app, db, thread, now, by=bilal.id)

    for path in (READ, f"/fr/ask/{thread.id}/"):
        page = chaima.get(path).text
        assert "Une part de tous." in page
        assert "Bilal Tazi" in page
        assert "23 novembre 2026" in page
    assert "Nouvelle réponse" in chaima.get("/fr/ask/").text
    read = f"/fr/ask/{thread.id}/read"
    assert f'action="{read}"' in chaima.get("/fr/").text

    moved = chaima.post(read, data={"to": "thread"})

    assert moved.headers["Location"] == f"/fr/ask/{thread.id}/"
    assert "Lire la réponse" not in chaima.get("/fr/").text
    assert 'href="/fr/ask/"' in chaima.get("/fr/").text
    assert "Nouvelle réponse" not in chaima.get("/fr/ask/").text


def test_reading_alone_changes_nothing(
    app: Flask, db: Any, chaima: CheckingClient, thread: Thread, bilal: Person, now: dt.datetime
) -> None:
    answered(app, db, thread, now, by=bilal.id)
    for path in ("/fr/", READ, "/fr/ask/", f"/fr/ask/{thread.id}/"):
        chaima.get(path)
    assert threads(db)[0].is_unread


def test_the_learner_may_write_again_and_then_waits_again(
    app: Flask, db: Any, chaima: CheckingClient, thread: Thread, bilal: Person, now: dt.datetime
) -> None:
    answered(app, db, thread, now, by=bilal.id)
    path = f"/fr/ask/{thread.id}/"

    for _ in range(2):
        assert chaima.post(path, data={"text": "Et un écart ?"}).status_code == 302

    assert texts(db)[2:] == ["Et un écart ?"]
    (found,) = threads(db)
    assert (found.waiting_since, found.is_unread) == (now, False)
    page = chaima.post(path, data={"text": "x" * 2001})
    assert page.status_code == 422
    assert "x" * 2001 in page.text


def test_a_thread_is_nobody_elses(db: Any, cohort: Any, thread: Thread, open_as: Callable[..., CheckingClient]) -> None:
    hiba = open_as(make_enrolment(db, make_person(db, "hiba"), cohort).person)
    path = f"/fr/ask/{thread.id}/"

    assert hiba.get(path).status_code == 404
    assert hiba.post(path, data={"text": "?"}).status_code == 404
    assert hiba.post(f"{path}read").status_code == 404
    assert "une part" not in hiba.get(READ).text
    assert "une part" not in hiba.get("/fr/ask/").text
    assert texts(db) == ["Que veut dire une part ?"]


# --- Limits ----------------------------------------------------------------------------------------------------------


def test_twenty_messages_a_day_and_the_words_of_the_next_are_kept(
    db: Any, chaima: CheckingClient, enrolment: Enrolment, now: dt.datetime
) -> None:
    for number in range(20):
        asked(db, enrolment, f"Question {number}", now)

    page = chaima.post(ASK, data={"text": "La suivante"})
    assert page.status_code == 429
    assert "La suivante" in page.text
    again = chaima.post(f"/fr/ask/{threads(db)[0].id}/", data={"text": "Encore une"})
    assert again.status_code == 429
    assert "Encore une" in again.text
    assert len(texts(db)) == 20

    enrolment = db.get_one(Enrolment, enrolment.id)
    # 23:30 and 00:30 on the clocks of the programme.
    with pytest.raises(EnoughForToday):
        services.ask(db, enrolment, LESSON, "Tard", now=dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC))
    services.ask(db, enrolment, LESSON, "Demain", now=dt.datetime(2026, 11, 23, 23, 30, tzinfo=dt.UTC))


@pytest.mark.parametrize("how", ["left", "over"])
def test_for_an_enrolment_that_ended_threads_are_only_read(
    db: Any, chaima: CheckingClient, enrolment: Enrolment, thread: Thread, at: Callable[..., None], now: dt.datetime,
    how: str,
) -> None:  # fmt: skip
    if how == "left":
        db.get_one(Enrolment, enrolment.id).ended_at = now
        database.commit()
    else:
        at(dt.datetime(2026, 12, 19, 9, tzinfo=dt.UTC))
        chaima.signed_in(enrolment.person)
    path = f"/fr/ask/{thread.id}/"

    page = chaima.get(path)
    assert "Que veut dire une part ?" in page.text
    assert "<textarea" not in page.text
    refused = chaima.post(path, data={"text": "Encore moi"})
    assert refused.status_code == 409
    assert "Encore moi" in refused.text
    assert texts(db) == ["Que veut dire une part ?"]


# --- What is published -----------------------------------------------------------------------------------------------


def published(
    app: Flask, db: Any, thread: Thread, bilal: Person, now: dt.datetime, answer: Bilingual | None = None
) -> None:
    answered(app, db, thread, now, by=bilal.id)
    services.publish(
        db, thread, Bilingual("", "Question de la session"), answer or Bilingual("", "Réponse pour toutes"), version=0,
        actor_id=bilal.id, now=now,
    )  # fmt: skip
    database.commit()


def test_what_is_published_is_read_by_the_cohort_without_a_name(
    app: Flask, db: Any, cohort: Any, thread: Thread, bilal: Person, open_as: Callable[..., CheckingClient],
    now: dt.datetime,
) -> None:  # fmt: skip
    published(app, db, thread, bilal, now)
    hiba = open_as(make_enrolment(db, make_person(db, "hiba"), cohort).person)
    outside = open_as(make_enrolment(db, make_person(db, "driss"), make_cohort(db)).person)

    for path in (READ, "/fr/ask/published/"):
        page = hiba.get(path).text
        assert "Réponse pour toutes" in page
        assert "Chaima" not in page
        assert "Que veut dire une part ?" not in page
        assert "Réponse pour toutes" not in outside.get(path).text


def test_an_entry_in_one_language_is_shown_as_such(
    app: Flask, db: Any, thread: Thread, bilal: Person, chaima: CheckingClient, now: dt.datetime
) -> None:
    published(app, db, thread, bilal, now)
    assert 'lang="fr" dir="ltr">Réponse pour toutes' in chaima.get("/ar/ask/published/").text


def test_an_entry_about_a_test_is_shown_to_those_who_sent_it(
    app: Flask, db: Any, cohort: Any, enrolment: Enrolment, curriculum: Any, bilal: Person, chaima: CheckingClient,
    open_as: Callable[..., CheckingClient], now: dt.datetime,
) -> None:  # fmt: skip
    attempt = pass_test(db, enrolment, curriculum, now=now)
    place = Place(quiz_id=attempt.quiz_id)
    published(app, db, asked(db, enrolment, "Pourquoi ?", now, place), bilal, now)
    hiba = open_as(make_enrolment(db, make_person(db, "hiba"), cohort).person)

    assert "Réponse pour toutes" in chaima.get("/fr/ask/published/").text
    assert "Réponse pour toutes" not in hiba.get("/fr/ask/published/").text
    assert hiba.get(f"/fr/ask/quizzes/{attempt.quiz_id}/").status_code == 404


def test_the_lists_cost_the_same_however_long(
    app: Flask, db: Any, chaima: CheckingClient, enrolment: Enrolment, bilal: Person, now: dt.datetime, at_most: Any
) -> None:
    counts = []
    for round_number in range(2):
        for number in range(1 + 3 * round_number):
            thread = asked(db, enrolment, f"Question {round_number} {number}", now)
            published(app, db, thread, bilal, now)
        found = []
        for path in (READ, "/fr/ask/", "/fr/ask/published/", "/fr/"):
            chaima.get(path)
            with at_most(40) as statements:
                chaima.get(path)
            found.append(len(statements))
        counts.append(found)
    assert counts[0] == counts[1]


def test_the_same_words_about_another_step_are_another_question(
    db: Any, enrolment: Enrolment, now: dt.datetime
) -> None:
    one = services.ask(db, enrolment, LESSON, "Je ne comprends pas.", step="opening", now=now)
    assert services.ask(db, enrolment, LESSON, "Je ne comprends pas.", step="opening", now=now) is one
    assert services.ask(db, enrolment, LESSON, "Je ne comprends pas.", step="closing", now=now) is not one


def test_an_answer_that_came_meanwhile_stays_unread(
    app: Flask, db: Any, chaima: CheckingClient, enrolment: Enrolment, bilal: Person, now: dt.datetime
) -> None:
    thread = asked(db, enrolment, "Et ensuite ?", now)
    answered(app, db, thread, now, by=bilal.id)
    seen = thread.messages[-1].id
    answered(app, db, thread, now, by=bilal.id, text="Encore un mot.")

    moved = chaima.post(f"/fr/ask/{thread.id}/read", data={"seen": seen})

    db.expire_all()
    assert thread.is_unread
    assert moved.headers["Location"].endswith(f"/ask/{thread.id}/")
    chaima.post(f"/fr/ask/{thread.id}/read", data={"seen": thread.messages[-1].id})
    db.expire_all()
    assert not thread.is_unread
