"""The phone and the screen."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.programme import services as programme
from lms.programme.models import Enrolment
from lms.quizzes import live_bars, queries, services
from lms.quizzes.models import (
    LiveQuestion,
    LiveRun,
    LiveState,
    Quiz,
)
from tests.pages import CheckingClient
from tests.quizzes.live.room import act, answer, begin, room_path, screen_path, stored, tick
from tests.quizzes.taught import learner, taught_cohort
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write


def test_the_home_page_leads_to_the_room_while_a_quiz_is_on(
    db: Any, phone: CheckingClient, run: LiveRun, now: dt.datetime
) -> None:
    link = f'href="{room_path(run)}"'
    assert link in phone.get("/fr/").text

    act(db, run, "end", now=now)

    assert link not in phone.get("/fr/").text
    assert "est terminé" in phone.get(room_path(run)).text


def test_the_trainers_home_leads_back_to_the_screen(
    db: Any, trainer: CheckingClient, run: LiveRun, now: dt.datetime
) -> None:
    link = f'href="{screen_path(run)}"'
    assert link in trainer.get("/fr/", follow_redirects=True).text

    act(db, run, "end", now=now)

    assert link not in trainer.get("/fr/", follow_redirects=True).text


def test_somebody_of_another_cohort_or_who_left_is_not_in_the_room(
    app: Flask, db: Any, bilal: Person, cohort: Any, phone: CheckingClient, chaima: Enrolment, run: LiveRun, now: Any
) -> None:
    other: Any = app.test_client()
    learner(db, taught_cohort(db, bilal), "hiba")
    other.signed_in(db.scalars(sa.select(Person).where(Person.email == "hiba@example.ma")).one())
    assert other.get(room_path(run)).status_code == 404
    assert other.get(room_path(run, "state")).status_code == 404
    assert other.post(room_path(run, "1/"), data={}).status_code == 404

    programme.end_enrolment(db, db.get_one(Enrolment, chaima.id), actor_id=bilal.id, reason="left", now=now)
    database.commit()

    assert phone.get(room_path(run)).status_code == 404


def test_somebody_who_has_the_page_before_them_is_counted_once(
    db: Any, trainer: CheckingClient, phone: CheckingClient, run: LiveRun
) -> None:
    here = f'data-here="{room_path(run, "here")}"'
    assert here in phone.get(room_path(run)).text
    for lang in ("fr", "ar"):
        assert phone.post(room_path(run, "here", lang)).status_code == 200
    assert here not in phone.get(room_path(run)).text

    assert trainer.get(screen_path(run, "count")).json == {"version": 1, "answers": 0, "present": 1}


def test_the_question_stands_on_the_phone_once_it_is_open_and_what_was_chosen_stays(
    db: Any, phone: CheckingClient, run: LiveRun, now: dt.datetime
) -> None:
    assert "Option a" not in phone.get(room_path(run)).text
    act(db, run, "open", now=now)
    assert "Option a" in phone.get(room_path(run)).text

    assert tick(phone, db, run, "b").status_code == 302

    for lang, words in (("fr", "Option b"), ("ar", "الخيار b")):
        page = phone.get(room_path(run, lang=lang)).text
        checked = re.findall(r"<label class=\"option\">(.*?)</label>", page, re.S)
        assert [words in one for one in checked if " checked" in one] == [True]


def test_a_script_gets_its_answer_in_json_and_a_late_one_a_sentence(
    db: Any, phone: CheckingClient, run: LiveRun, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    assert tick(phone, db, run, "a", accept="application/json").json == {"said": True}
    act(db, run, "close", now=now)

    late = tick(phone, db, run, "b", accept="application/json")
    without_script = tick(phone, db, run, "b")

    assert (late.status_code, late.json["error"]) == (
        409,
        "Cette question est fermée\u00a0: les réponses ne peuvent plus changer.",
    )
    assert without_script.status_code == 409
    assert "Cette question est fermée" in without_script.text
    assert stored(db, run) == ["a"]


def test_phones_get_neither_key_nor_count_before_the_trainer_shows_them(
    app: Flask, db: Any, bilal: Person, cohort: Any, phone: CheckingClient, now: dt.datetime
) -> None:
    """Canaries stand in what is the key's own; bars would say the 7 of 7 who answered."""
    settings = {
        "options": [
            {"key": "canary-key", "text": {"ar": "نعم", "fr": "Oui"}, "feedback": {"ar": "canary-a", "fr": "canary-b"}},
            {"key": "k2", "text": {"ar": "لا", "fr": "Non"}, "feedback": {"ar": "canary-c", "fr": "canary-c"}},
        ],
        "right": ["canary-key"],
    }
    question = write(db, bilal.id, now, settings=settings, explanation={"ar": "canary-d", "fr": "canary-e"})
    quiz = make_quiz(db, bilal.id, shuffle=False)
    services.quizzes.add_questions(db, quiz, [question], {})
    run = begin(db, bilal, cohort, quiz, now)

    def seen() -> str:
        pages = [phone.get(room_path(run, lang=lang)).text for lang in ("ar", "fr")]
        return "\n".join([*pages, phone.get(room_path(run, "state")).text])

    looked = [seen()]
    act(db, run, "open", now=now)
    for number in range(7):
        answer(db, run, f"person-{number}", "canary-key")
    database.commit()
    looked.append(seen())
    looked.append(tick(phone, db, run, "k2", accept="application/json").text)
    act(db, run, "close", now=now)
    looked.append(seen())

    for text in looked:
        assert "canary" not in text
        assert "Réponse juste" not in text
        assert "live-bars" not in text
        assert "%" not in re.sub(r"%\d|TIME", "", re.sub(r"<head>.*?</head>", "", text, flags=re.S))
    act(db, run, "show", now=now)
    assert "Réponse juste" in seen()
    assert "88" in seen()


def test_the_state_that_phones_ask_for_is_small_and_cheap(
    db: Any, phone: CheckingClient, run: LiveRun, at_most: Any, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    phone.get(room_path(run))
    with at_most(4):
        state = phone.get(room_path(run, "state"))
    assert state.json == {"state": "open", "position": 1, "version": 2}
    with at_most(10):
        phone.get(room_path(run))
    act(db, run, "end", now=now)
    assert phone.get(room_path(run, "state")).json["state"] == "ended"


def test_the_screen_asks_for_little(db: Any, trainer: CheckingClient, run: LiveRun, at_most: Any) -> None:
    with at_most(5):
        trainer.get(screen_path(run, "count"))
    with at_most(10):
        trainer.get(screen_path(run))


def test_the_screen_has_both_languages_and_bars_only_after_closing(
    db: Any, trainer: CheckingClient, run: LiveRun, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    for number, key in enumerate("aab"):
        answer(db, run, f"person-{number}", key)
    database.commit()
    page = trainer.get(screen_path(run)).text
    assert all(words in page for words in ("Option a", "الخيار a", "Une question", "سؤال؟", 'data-theme="light"'))
    assert "screen-figure" not in page
    assert "<strong data-answers>3</strong>" in page

    act(db, run, "close", now=now)
    page = trainer.get(screen_path(run, lang="ar")).text
    assert page.count("screen-figure") == 4
    assert "67" in page
    assert "screen-right" not in page

    act(db, run, "show", now=now)
    assert trainer.get(screen_path(run)).text.count("screen-right") == 1


def test_opinions_of_a_few_are_not_shown(db: Any, trainer: CheckingClient, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "next", "next", "open", now=now)
    question = db.get_one(LiveQuestion, (run.id, 3))
    ids = {key: one for one, key in question.order}
    for number in range(live_bars.FEWEST_OPINIONS - 1):
        services.live.answer(db, run, 3, f"person-{number}", [f"{ids['>a']}:{ids['2']}", f"{ids['>b']}:{ids['2']}"])
    act(db, run, "close", now=now)
    assert "screen-figure" not in trainer.get(screen_path(run)).text
    assert 'value="show"' not in trainer.get(screen_path(run)).text

    act(db, run, "open", now=now)
    services.live.answer(db, run, 3, "one more", [f"{ids['>a']}:{ids['3']}", f"{ids['>b']}:{ids['3']}"])
    act(db, run, "close", now=now)

    page = trainer.get(screen_path(run)).text
    assert page.count("screen-figure") == 6
    assert re.findall(r"<strong>(\d)</strong>", page) == ["0", "4", "1", "0", "4", "1"]


def test_once_over_the_trainer_reads_the_bars(
    db: Any, trainer: CheckingClient, run: LiveRun, quiz: Quiz, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    for number, key in enumerate("aac"):
        answer(db, run, f"person-{number}", key)
    act(db, run, "end", now=now)

    page = trainer.get(screen_path(run)).text

    assert page.count('class="live-figure"') == 4
    assert "3 personnes étaient là" in page
    assert f'href="{screen_path(run)}"' in trainer.get(f"/fr/questions/quizzes/{quiz.id}/live/").text


def test_buttons_do_what_they_say(db: Any, trainer: CheckingClient, run: LiveRun) -> None:
    for verb in ("open", "close", "show", "next", "nonsense", "back", "end"):
        db.expire_all()
        data = {"do": verb, "version": str(db.get_one(LiveRun, run.id).version)}
        assert trainer.post(screen_path(run), data=data).status_code == 302

    db.expire_all()
    ended = db.get_one(LiveRun, run.id)
    assert (ended.position, ended.ended_at is not None) == (1, True)
    assert queries.live.current(db, ended).state == LiveState.SHOWN
