"""A quiz in the room: what the trainer does, what people answer, and what nobody is told."""

from __future__ import annotations

import datetime as dt
import random
import re
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.core import retention
from lms.core.audit import AuditEntry
from lms.programme import services as programme
from lms.programme.models import Enrolment
from lms.progress.models import LedgerEntry
from lms.quizzes import live_bars, queries, services
from lms.quizzes.errors import NotInTheRoom, NotOpenNow, RunsAlready, UnreadableAnswer
from lms.quizzes.models import (
    Attempt,
    Feedback,
    LiveAnswer,
    LivePresence,
    LiveQuestion,
    LiveRun,
    LiveState,
    Purpose,
    Quiz,
)
from lms.quizzes.privacy import RULES
from lms.quizzes.queries.attempts import test_of as module_test_of
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.taught import HOUR, learner, short_quiz, taught_cohort
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write

SECRET = "s"
ROOM = 60
THREE = ("single_choice", "multiple_choice", "rating")


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    return taught_cohort(db, bilal)


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now, kinds=THREE)


@pytest.fixture
def run(db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime) -> LiveRun:
    return begin(db, bilal, cohort, quiz, now)


@pytest.fixture
def chaima(db: Any, cohort: Any) -> Enrolment:
    return learner(db, cohort)


@pytest.fixture
def phone(app: Flask, db: Any, chaima: Enrolment) -> CheckingClient:
    client: Any = app.test_client()
    return client.signed_in(db.get_one(Person, chaima.person_id))  # type: ignore[no-any-return]


def begin(db: Any, trainer: Person, cohort: Any, quiz: Quiz, now: dt.datetime) -> LiveRun:
    run = services.live.start(db, quiz, cohort.id, trainer_id=trainer.id, now=now, rng=random.Random(1))
    database.commit()
    return run


def act(db: Any, run: LiveRun, *verbs: str, now: dt.datetime) -> None:
    """What the trainer presses, one after the other, each on a page that is up to date."""
    for verb in verbs:
        version = db.scalar(sa.select(LiveRun.version).where(LiveRun.id == run.id))
        services.live.act(db, run.id, verb, version=version, actor_id=run.trainer_id or 0, now=now)
    database.commit()
    db.expire_all()


def answer(db: Any, run: LiveRun, who: str, *keys: str, position: int = 1) -> Any:
    """The option of these keys, ticked by a participant."""
    question = db.get_one(LiveQuestion, (run.id, position))
    ids = [one for one, key in question.order if key in keys]
    return services.live.answer(db, run, position, who, ids)


def stored(db: Any, run: LiveRun, position: int = 1) -> list[Any]:
    db.expire_all()
    return queries.live.answers(db, run.id, position)


def room_path(run: LiveRun, rest: str = "", lang: str = "fr") -> str:
    return f"/{lang}/live/{run.id}/{rest}"


def screen_path(run: LiveRun, rest: str = "", lang: str = "fr") -> str:
    return f"/{lang}/questions/live/{run.id}/{rest}"


# --- Starting --------------------------------------------------------------------------------------------------------


def test_a_quiz_is_asked_in_its_order_and_nothing_is_open_yet(db: Any, run: LiveRun) -> None:
    questions = queries.live.questions(db, run.id)

    assert [one.question.type for one in questions] == list(THREE)
    assert {one.state for one in questions} == {LiveState.READY}


def test_what_a_room_cannot_answer_by_choosing_is_left_out_and_said(
    db: Any, bilal: Person, trainer: CheckingClient, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer", "true_false", "matching"))

    page = trainer.get(f"/fr/questions/quizzes/{quiz.id}/live/")
    assert "2 questions sont laissées de côté" in page.text
    trainer.post(f"/fr/questions/quizzes/{quiz.id}/live/", data={"cohort": cohort.id})
    run = db.scalars(sa.select(LiveRun)).one()
    assert [one.question.type for one in queries.live.questions(db, run.id)] == ["true_false"]


def test_a_quiz_without_such_a_question_is_not_started(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer",))

    with pytest.raises(NotInTheRoom) as refused:
        services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)
    assert "en choisissant" in str(refused.value.message)


@pytest.mark.parametrize("purpose", [Purpose.TEST, Purpose.PRE_TEST, Purpose.POST_TEST])
def test_a_test_is_never_asked_in_the_room(
    db: Any, bilal: Person, trainer: CheckingClient, cohort: Any, purpose: Purpose, now: dt.datetime
) -> None:
    quiz = module_test_of(db, "concepts") if purpose == Purpose.TEST else short_quiz(db, bilal, now, purpose=purpose)
    assert quiz is not None
    path = f"/fr/questions/quizzes/{quiz.id}/live/"

    assert 'name="cohort"' not in trainer.get(path).text
    assert trainer.post(path, data={"cohort": cohort.id}).status_code == 409
    assert db.scalars(sa.select(LiveRun)).all() == []


def test_a_question_of_a_module_test_is_left_out_of_a_practice_quiz(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    kept, asked = write(db, bilal.id, now), write(db, bilal.id, now)
    practice = make_quiz(db, bilal.id, shuffle=False)
    services.quizzes.add_questions(db, practice, [kept, asked], {})
    test = make_quiz(db, bilal.id, purpose=Purpose.TEST, published_at=None)
    services.quizzes.add_questions(db, test, [asked], {})

    chosen = services.live.choose(db, practice, random.Random(1))
    run = services.live.start(db, practice, cohort.id, trainer_id=bilal.id, now=now)

    assert [one.question.question_id for one in queries.live.questions(db, run.id)] == [kept.id]
    assert (chosen.of_tests, chosen.other_kinds) == (1, 0)


def test_a_draft_or_a_quiz_of_another_cohort_is_not_started(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    draft = short_quiz(db, bilal, now, published_at=None)
    elsewhere = short_quiz(db, bilal, now, cohort_id=taught_cohort(db, bilal).id)

    for quiz in (draft, elsewhere):
        with pytest.raises(NotInTheRoom):
            services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)


def test_one_quiz_at_a_time_in_a_room(
    db: Any, bilal: Person, trainer: CheckingClient, cohort: Any, quiz: Quiz, run: LiveRun, now: dt.datetime
) -> None:
    with pytest.raises(RunsAlready):
        services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)
    database.rollback()

    page = trainer.post(f"/fr/questions/quizzes/{quiz.id}/live/", data={"cohort": cohort.id})

    assert page.status_code == 409
    assert f'href="{screen_path(run)}"' in page.text
    act(db, run, "end", now=now)
    assert begin(db, bilal, cohort, quiz, now).id != run.id


def test_of_ten_starts_at_once_one_is_a_run(
    app: Flask, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    def start(db: Any) -> int:
        found = db.get_one(Quiz, quiz_id)
        return services.live.start(db, found, cohort_id, trainer_id=trainer_id, now=now).id

    quiz_id, cohort_id, trainer_id = quiz.id, cohort.id, bilal.id
    results = at_once(app, [start] * 10)

    assert sum(isinstance(one, int) for one in results) == 1
    assert sum(isinstance(one, RunsAlready) for one in results) == 9


def test_another_trainers_quiz_and_another_trainers_room_are_not_there(
    db: Any, second: CheckingClient, trainer: CheckingClient, quiz: Quiz, run: LiveRun
) -> None:
    assert second.get(f"/fr/questions/quizzes/{quiz.id}/live/").status_code == 404
    assert second.get(screen_path(run)).status_code == 404
    assert second.get(screen_path(run, "count")).status_code == 404
    assert second.post(screen_path(run), data={"do": "end", "version": "1"}).status_code == 404
    path = f"/fr/questions/quizzes/{quiz.id}/live/"
    assert trainer.post(path, data={"cohort": taught_cohort(db).id}).status_code == 404


# --- The trainer's acts ----------------------------------------------------------------------------------------------


def test_a_button_pressed_twice_counts_once(db: Any, run: LiveRun, now: dt.datetime) -> None:
    for _ in range(2):
        services.live.act(db, run.id, "next", version=1, actor_id=1, now=now)

    assert (run.position, run.version) == (2, 2)


def test_the_answer_is_shown_only_of_a_closed_question_and_ends_it(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "show", now=now)
    assert queries.live.current(db, run).state == LiveState.READY
    act(db, run, "open", "show", now=now)
    assert queries.live.current(db, run).state == LiveState.OPEN
    act(db, run, "close", "open", "close", "show", "open", now=now)
    assert queries.live.current(db, run).state == LiveState.SHOWN


def test_a_question_that_is_left_takes_no_more_answers(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", "next", now=now)

    with pytest.raises(NotOpenNow):
        answer(db, run, "a", "a")
    act(db, run, "next", "next", "next", now=now)
    assert run.position == 3


def test_start_and_end_are_in_the_record_of_acts(db: Any, bilal: Person, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", "end", "end", now=now)

    mine = (AuditEntry.subject_type == "live_run", AuditEntry.subject_id == run.id)
    acts = db.execute(sa.select(AuditEntry.action, AuditEntry.actor_id).where(*mine).order_by(AuditEntry.id)).all()
    assert [tuple(one) for one in acts] == [("quizzes.live-start", bilal.id), ("quizzes.live-end", bilal.id)]
    assert queries.live.current(db, run).state == LiveState.CLOSED


def test_a_run_that_nobody_ended_ends_by_itself_after_four_hours(
    db: Any, run: LiveRun, at: Any, now: dt.datetime
) -> None:
    at(now + 4 * HOUR)
    services.live.end_overdue(db)
    assert run.ended_at is None

    at(now + 4 * HOUR + dt.timedelta(seconds=1))
    services.live.end_overdue(db)
    assert run.ended_at is not None


# --- Answers ---------------------------------------------------------------------------------------------------------


def test_an_answer_can_change_until_the_question_closes(db: Any, run: LiveRun, now: dt.datetime) -> None:
    with pytest.raises(NotOpenNow):
        answer(db, run, "p", "a")
    act(db, run, "open", now=now)
    answer(db, run, "p", "a")
    answer(db, run, "p", "b")
    assert stored(db, run) == ["b"]

    act(db, run, "close", now=now)

    with pytest.raises(NotOpenNow):
        answer(db, run, "p", "c")
    assert stored(db, run) == ["b"]


def test_several_ticks_and_none(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "next", "open", now=now)
    answer(db, run, "p", "a", "d", position=2)
    assert stored(db, run, 2) == [["a", "d"]]

    answer(db, run, "p", position=2)

    assert stored(db, run, 2) == []


def test_an_option_that_is_not_there_is_refused(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", now=now)

    with pytest.raises(UnreadableAnswer):
        services.live.answer(db, run, 1, "p", ["strange"])


def test_of_sixty_people_who_answer_at_once_none_is_lost_and_none_counts_twice(
    app: Flask, db: Any, run: LiveRun, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    run_id = run.id

    def tap(number: int) -> Any:
        def send(db: Any) -> Any:
            return answer(db, db.get_one(LiveRun, run_id), f"person-{number}", "abcd"[number % 4])

        return send

    # Every third presses twice.
    presses = [number for number in range(ROOM) for _ in range(1 if number % 3 else 2)]
    results = at_once(app, [tap(number) for number in presses])

    assert [one for one in results if one not in "abcd"] == []
    assert sorted(stored(db, run)) == sorted("abcd" * (ROOM // 4))
    count = queries.live.count(db, run)
    assert (count.answers, count.present) == (ROOM, ROOM)


def test_closing_waits_for_the_answer_that_is_being_stored(
    app: Flask, db: Any, run: LiveRun, monkeypatch: pytest.MonkeyPatch, now: dt.datetime
) -> None:
    """Bars are drawn at the closing: an answer that was taken stands in them, and none comes after."""
    act(db, run, "open", now=now)
    run_id, version = run.id, run.version
    is_taken, be_there = threading.Event(), services.live.be_there

    def be_there_slowly(*arguments: Any) -> None:
        is_taken.set()
        time.sleep(0.3)
        be_there(*arguments)

    monkeypatch.setattr(services.live, "be_there", be_there_slowly)

    def tap(db: Any) -> Any:
        return answer(db, db.get_one(LiveRun, run_id), "person", "a")

    def close(db: Any) -> Any:
        assert is_taken.wait(10)
        services.live.act(db, run_id, "close", version=version, actor_id=1, now=now)
        return queries.live.answers(db, run_id, 1)

    assert at_once(app, [tap, close]) == ["a", ["a"]]
    with pytest.raises(NotOpenNow):
        answer(db, run, "late", "b")


def test_nobody_can_be_told_from_the_tables(
    db: Any, phone: CheckingClient, run: LiveRun, chaima: Enrolment, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    tick(phone, db, run, "a")

    row = db.scalars(sa.select(LiveAnswer)).one()
    columns = {column.name for table in (LiveAnswer, LivePresence) for column in table.__table__.columns}

    assert columns == {"run_id", "position", "participant", "answer"}
    assert re.fullmatch("[0-9a-f]{32}", row.participant)
    salted = services.live.participant(str(phone.application.secret_key), run, chaima.id)
    assert row.participant == salted
    act(db, run, "end", now=now)
    assert run.salt == ""
    assert services.live.participant(str(phone.application.secret_key), run, chaima.id) != salted


def test_the_key_of_a_person_differs_from_run_to_run(db: Any, run: LiveRun, chaima: Enrolment) -> None:
    other = LiveRun(id=run.id + 1, salt=run.salt)

    keys = {services.live.participant(SECRET, one, chaima.id) for one in (run, other)}

    assert len(keys | {services.live.participant("other", run, chaima.id)}) == 3


# --- The pages -------------------------------------------------------------------------------------------------------


def tick(phone: CheckingClient, db: Any, run: LiveRun, key: str, *, accept: str = "text/html") -> Any:
    question = db.get_one(LiveQuestion, (run.id, run.position))
    chosen = next(one for one, known in question.order if known == key)
    path = room_path(run, f"{question.position}/")
    return phone.post(path, data={"answer": chosen}, headers={"Accept": accept})


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


# --- What it does not do, and how long it stays ----------------------------------------------------------------------


def test_it_counts_for_nothing(db: Any, phone: CheckingClient, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", now=now)
    tick(phone, db, run, "c")
    act(db, run, "close", "show", "end", now=now)

    for model in (Attempt, LedgerEntry):
        assert db.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_ended_runs_go_after_ninety_days_with_their_answers(
    db: Any, bilal: Person, run: LiveRun, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    act(db, run, "open", now=now)
    answer(db, run, "p", "a")
    act(db, run, "end", now=now)
    other = begin(db, bilal, cohort, quiz, now)
    rule = [one for one in RULES if one.key == "quizzes.live"]
    day = dt.timedelta(days=1)

    early = retention.run(db, rule, actor_id=None, is_dry=False, now=now + 90 * day)
    late = retention.run(db, rule, actor_id=None, is_dry=False, now=now + 91 * day)
    database.commit()

    assert (retention.went(early, rule), retention.went(late, rule)) == ([0], [1])
    db.expire_all()
    assert db.scalars(sa.select(LiveRun.id)).all() == [other.id]
    assert db.scalars(sa.select(LiveAnswer)).all() == []
    assert {one.run_id for one in db.scalars(sa.select(LiveQuestion))} == {other.id}


def test_an_opinion_is_not_asked_again_once_its_bars_were_seen(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "next", "next", "open", now=now)
    ids = {key: one for one, key in db.get_one(LiveQuestion, (run.id, 3)).order}
    for number in range(live_bars.FEWEST_OPINIONS):
        services.live.answer(db, run, 3, f"p{number}", [f"{ids['>a']}:{ids['2']}", f"{ids['>b']}:{ids['2']}"])
    act(db, run, "close", "open", now=now)
    assert db.get_one(LiveQuestion, (run.id, 3)).state == LiveState.CLOSED
    act(db, run, "back", "open", "close", "open", now=now)
    assert db.get_one(LiveQuestion, (run.id, 2)).state == LiveState.OPEN


def test_of_a_scale_with_rows_each_row_needs_enough_answers(db: Any, run: LiveRun) -> None:
    version = db.get_one(LiveQuestion, (run.id, 3)).question
    full = {row["key"]: "1" for row in version.settings["statements"]}
    assert live_bars.may_show(version, [full] * 5)
    assert not live_bars.may_show(version, [full] * 4 + [{}])


def test_a_practice_quiz_that_keeps_its_answers_is_not_asked_in_the_room(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=THREE, feedback=Feedback.NEVER)
    with pytest.raises(NotInTheRoom):
        services.live.start(db, quiz, cohort.id, trainer_id=bilal.id, now=now)


def test_once_over_no_answer_leads_to_another_of_the_same_person(db: Any, run: LiveRun, now: dt.datetime) -> None:
    act(db, run, "open", now=now)
    answer(db, run, "one", "a")
    act(db, run, "close", "next", "open", now=now)
    answer(db, run, "one", "a", position=2)
    act(db, run, "end", now=now)

    keys = db.scalars(sa.select(LiveAnswer.participant)).all()
    assert len(set(keys)) == 2
    assert "one" not in keys
    assert [len(stored(db, run, place)) for place in (1, 2)] == [1, 1]


@pytest.mark.parametrize("purpose", [Purpose.PRE_TEST, Purpose.POST_TEST])
def test_a_question_of_the_tests_before_and_after_is_left_out_too(
    db: Any, bilal: Person, now: dt.datetime, purpose: Purpose
) -> None:
    asked = write(db, bilal.id, now)
    practice, test = make_quiz(db, bilal.id), make_quiz(db, bilal.id, purpose=purpose)
    services.quizzes.add_questions(db, practice, [asked], {})
    services.quizzes.add_questions(db, test, [asked], {})
    assert services.live.choose(db, practice, random.Random(1)).of_tests == 1
