"""Trainers answer what learners of their cohorts ask, and publish what helps everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core import mail
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.core.bilingual import Bilingual
from lms.exchange import hooks, queries, reminders, services
from lms.exchange.errors import WrittenMeanwhile
from lms.exchange.models import Message, Publication, Thread
from lms.programme.models import CohortTrainer, Enrolment
from tests.exchange.conftest import answered, asked
from tests.factories import make_cohort, make_enrolment, make_person, pass_test
from tests.pages import CheckingClient
from tests.parallel import at_once

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def desk(thread: Thread) -> str:
    return f"/fr/answers/{thread.id}/"


def said(db: Any) -> list[tuple[str, bool]]:
    db.expire_all()
    return [(one.text, one.is_answer) for one in db.scalars(sa.select(Message).order_by(Message.id))]


def acts(db: Any, action: str) -> int:
    return int(db.scalar(sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == action)))


def seen(db: Any) -> int:
    """What the form of a page opened now would send back."""
    return int(db.scalar(sa.select(sa.func.max(Message.id))))


@pytest.fixture
def driss(db: Any, cohort: Any) -> Person:
    """A second trainer of the cohort."""
    person = make_person(db, "driss", role=Role.TRAINER, organisation_key="tourisme")
    db.add(CohortTrainer(cohort_id=cohort.id, person_id=person.id))
    database.commit()
    return person


@pytest.fixture
def stranger(db: Any, cohort: Any, open_as: Callable[..., CheckingClient]) -> CheckingClient:
    """A trainer of another cohort."""
    person = make_person(db, "karim", role=Role.TRAINER)
    db.add(CohortTrainer(cohort_id=make_cohort(db).id, person_id=person.id))
    database.commit()
    return open_as(person)


# --- The trainer's home and list -------------------------------------------------------------------------------------


def tasks(app: Flask, db: Any, person: Person, now: dt.datetime) -> list[Any]:
    class Actor:
        person_id, roles = person.id, frozenset({Role.TRAINER})

    with app.test_request_context("/fr/"):
        return hooks.tasks(db, Actor(), now=now)  # type: ignore[arg-type]


def test_the_oldest_question_opens_from_the_home_of_its_trainers(
    app: Flask, db: Any, bilal: Person, cohort: Any, thread: Thread, trainer: CheckingClient, stranger: CheckingClient,
    now: dt.datetime,
) -> None:  # fmt: skip
    asked(db, make_enrolment(db, make_person(db, "hiba"), cohort), "Une autre", now + HOUR)

    (task,) = tasks(app, db, bilal, now + HOUR)
    assert (task.count, task.url, task.tone) == (2, desk(thread), "info")
    assert f'href="{desk(thread)}"' in trainer.get("/fr/cohorts/").text
    assert "/fr/answers/" + str(thread.id) not in stranger.get("/fr/cohorts/").text
    (late,) = tasks(app, db, bilal, now + 5 * DAY)
    assert late.tone == "warn"

    answered(app, db, thread, now, by=bilal.id)
    (task,) = tasks(app, db, bilal, now + HOUR)
    assert task.count == 1
    assert task.url != desk(thread)


def test_test_accounts_give_nobody_a_task(app: Flask, db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    asked(db, make_enrolment(db, make_person(db, "hiba", is_test=True), cohort), "Essai", now)

    assert tasks(app, db, bilal, now) == []
    assert queries.waiting_before(db, now + 9 * DAY) == []


def test_the_list_is_filtered_by_state_cohort_and_words(
    app: Flask, db: Any, bilal: Person, cohort: Any, thread: Thread, trainer: CheckingClient, stranger: CheckingClient,
    now: dt.datetime,
) -> None:  # fmt: skip
    other_cohort = make_cohort(db)
    db.add(CohortTrainer(cohort_id=other_cohort.id, person_id=bilal.id))
    other = asked(db, make_enrolment(db, make_person(db, "hiba"), other_cohort), "Où sont les élèves ?", now)
    answered(app, db, other, now, by=bilal.id)

    def shown(address: str, client: CheckingClient = trainer) -> list[Thread]:
        page = client.get(f"/fr/answers/?{address}").text
        return [one for one in (thread, other) if f'href="{desk(one)}"' in page]

    assert shown("") == [thread, other]
    assert shown("state=waiting") == [thread]
    assert shown("state=answered") == [other]
    assert shown("state=published") == []
    assert shown(f"cohort={other_cohort.id}") == [other]
    assert shown("cohort=99999") == [thread, other]
    assert shown("q=eleves") == [other]
    assert shown("q=chaima") == [thread]
    assert shown("q=zzzz") == []
    assert shown("", stranger) == []


def test_the_list_costs_the_same_however_long(
    db: Any, cohort: Any, thread: Thread, trainer: CheckingClient, now: dt.datetime, at_most: Any
) -> None:
    counts = []
    for names in (("hiba",), ("sara", "omar", "said")):
        for name in names:
            asked(db, make_enrolment(db, make_person(db, name), cohort), f"De {name}", now)
        with at_most(40) as statements:
            trainer.get("/fr/answers/")
        counts.append(len(statements))
    assert counts[0] == counts[1]


# --- Answering -------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_place_and_is_written_into_the_access_log(
    db: Any, enrolment: Enrolment, thread: Thread, trainer: CheckingClient, bilal: Person
) -> None:
    page = trainer.get(desk(thread)).text

    assert "Que veut dire une part ?" in page
    assert 'href="/fr/modules/concepts/first/?step=opening"' in page
    entries = db.scalars(sa.select(AccessEntry).where(AccessEntry.page == "answers.show_thread")).all()
    assert [(one.actor_id, one.person_id) for one in entries] == [(bilal.id, enrolment.person_id)]


def test_a_question_about_a_quiz_leads_to_the_attempt(
    db: Any, enrolment: Enrolment, curriculum: Any, trainer: CheckingClient, now: dt.datetime
) -> None:
    attempt = pass_test(db, enrolment, curriculum, now=now)
    thread = services.ask(
        db, enrolment, queries.Place(quiz_id=attempt.quiz_id), "Pourquoi ?", attempt_number=attempt.number, now=now
    )
    database.commit()

    link = f"/fr/questions/quizzes/{attempt.quiz_id}/people/{enrolment.id}/{attempt.number}/"
    assert f'href="{link}"' in trainer.get(desk(thread)).text
    assert trainer.get(link).status_code == 200


def test_an_answer_is_kept_and_told_by_message_without_its_words(
    db: Any, thread: Thread, trainer: CheckingClient, bilal: Person, enrolment: Enrolment, now: dt.datetime
) -> None:
    assert trainer.post(desk(thread), data={"answer": "Une part de tous.", "seen": seen(db)}).status_code == 302

    assert said(db) == [("Que veut dire une part ?", False), ("Une part de tous.", True)]
    found = db.get_one(Thread, thread.id)
    assert (found.waiting_since, found.is_unread) == (None, True)
    assert found.messages[1].answered_by_id == bilal.id
    (letter,) = db.scalars(sa.select(mail.Mail).where(mail.Mail.kind == "exchange.answered"))
    assert letter.recipient_id == enrolment.person_id
    assert f"/fr/ask/{thread.id}/" in letter.text
    assert "Une part de tous." not in letter.text


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2001])
def test_an_answer_needs_words_and_not_too_many(db: Any, thread: Thread, trainer: CheckingClient, text: str) -> None:
    page = trainer.post(desk(thread), data={"answer": text, "seen": seen(db)})

    assert page.status_code == 422
    assert "error-summary" in page.text
    assert text.strip() in page.text
    assert len(said(db)) == 1


def test_of_two_trainers_the_second_sees_the_first_answer_and_keeps_the_own_text(
    db: Any, thread: Thread, trainer: CheckingClient, driss: Person, open_as: Callable[..., CheckingClient]
) -> None:
    second, opened = open_as(driss), seen(db)
    trainer.post(desk(thread), data={"answer": "La première.", "seen": opened})

    page = second.post(desk(thread), data={"answer": "La seconde.", "seen": opened})

    assert page.status_code == 409
    assert "La première." in page.text
    assert "La seconde." in page.text
    assert len(said(db)) == 2
    # Sent again, with what the page now shows, it is an answer more.
    assert f'value="{seen(db)}"' in page.text
    assert second.post(desk(thread), data={"answer": "La seconde.", "seen": seen(db)}).status_code == 302
    assert [text for text, _ in said(db)][1:] == ["La première.", "La seconde."]


def test_of_two_answers_at_the_same_moment_one_stands(
    app: Flask, db: Any, bilal: Person, thread: Thread, now: dt.datetime
) -> None:
    thread_id, bilal_id, last = thread.id, bilal.id, seen(db)

    def say(text: str) -> Callable[[Any], None]:
        def act(db: Any) -> None:
            with app.test_request_context("/fr/"):
                services.answer(db, db.get_one(Thread, thread_id), text, seen=last, actor_id=bilal_id, now=now)

        return act

    found = at_once(app, [say("Une"), say("Autre")])

    assert sorted(type(one) for one in found if one is not None) == [WrittenMeanwhile]
    assert len(said(db)) == 2


def test_only_trainers_of_the_cohort_read_and_answer(
    app: Flask, db: Any, thread: Thread, bilal: Person, stranger: CheckingClient, chaima: CheckingClient,
    now: dt.datetime,
) -> None:  # fmt: skip
    answered(app, db, thread, now, by=bilal.id)
    for client, status in ((stranger, 404), (chaima, 403)):
        assert client.get(desk(thread)).status_code == status
        assert client.post(desk(thread), data={"answer": "Moi", "seen": seen(db)}).status_code == status
        assert client.get(f"{desk(thread)}publish").status_code == status
        assert client.post(f"{desk(thread)}publish", data={"version": 0}).status_code == status
        assert client.post(f"{desk(thread)}take-back").status_code == status
    assert len(said(db)) == 2


def test_a_trainer_who_also_learns_does_not_answer_themselves(
    db: Any, cohort: Any, bilal: Person, trainer: CheckingClient, now: dt.datetime
) -> None:
    own = asked(db, make_enrolment(db, bilal, cohort), "De moi", now)
    assert trainer.get(desk(own)).status_code == 404


# --- Publishing ------------------------------------------------------------------------------------------------------

WORDS = {"question_ar": "", "answer_ar": "", "question_fr": "Qu’est-ce qu’une part ?", "answer_fr": "Un rapport."}


def entries(db: Any) -> list[Publication]:
    db.expire_all()
    return list(db.scalars(sa.select(Publication)))


def test_the_form_opens_with_the_words_in_their_language_and_without_the_name(
    app: Flask, db: Any, thread: Thread, bilal: Person, trainer: CheckingClient, now: dt.datetime
) -> None:
    assert trainer.get(f"{desk(thread)}publish").status_code == 404
    answered(app, db, thread, now, by=bilal.id, text="حصة من المجموع.")

    page = trainer.get(f"{desk(thread)}publish").text

    fields = {name: page.split(f'name="{name}"')[1].split("</textarea>")[0] for name in WORDS}
    assert "Que veut dire une part ?" in fields["question_fr"]
    assert "حصة من المجموع." in fields["answer_ar"]
    assert "Chaima" not in page.split("<main")[1]


def test_an_entry_is_published_changed_and_taken_back(
    app: Flask, db: Any, thread: Thread, bilal: Person, trainer: CheckingClient, chaima: CheckingClient,
    now: dt.datetime,
) -> None:  # fmt: skip
    answered(app, db, thread, now, by=bilal.id)
    path = f"{desk(thread)}publish"

    assert trainer.post(path, data={**WORDS, "version": 0}).status_code == 302
    assert f'href="{desk(thread)}"' in trainer.get("/fr/answers/?state=published").text
    assert "Un rapport." in chaima.get("/fr/ask/published/").text
    assert trainer.post(path, data={**WORDS, "answer_fr": "Un quotient.", "version": 1}).status_code == 302
    (entry,) = entries(db)
    assert (entry.answer.fr, entry.version, entry.published_by_id) == ("Un quotient.", 2, bilal.id)
    assert acts(db, "exchange.publish") == 2

    for _ in range(2):
        assert trainer.post(f"{desk(thread)}take-back").status_code == 302
    assert entries(db) == []
    assert acts(db, "exchange.take-back") == 1
    assert "Un quotient." not in chaima.get("/fr/ask/published/").text


@pytest.mark.parametrize("missing", ["question_fr", "answer_fr"])
def test_question_and_answer_need_one_language(
    app: Flask, db: Any, thread: Thread, bilal: Person, trainer: CheckingClient, now: dt.datetime, missing: str
) -> None:
    answered(app, db, thread, now, by=bilal.id)

    page = trainer.post(f"{desk(thread)}publish", data={**WORDS, missing: " ", "version": 0})

    assert page.status_code == 422
    assert next(text for name, text in WORDS.items() if text and name != missing) in page.text
    assert entries(db) == []


def test_who_publishes_second_is_told_and_keeps_the_words(
    app: Flask, db: Any, thread: Thread, bilal: Person, driss: Person, trainer: CheckingClient,
    open_as: Callable[..., CheckingClient], now: dt.datetime,
) -> None:  # fmt: skip
    answered(app, db, thread, now, by=bilal.id)
    path = f"{desk(thread)}publish"
    trainer.post(path, data={**WORDS, "version": 0})

    page = open_as(driss).post(path, data={**WORDS, "answer_fr": "Autrement dit.", "version": 0})

    assert page.status_code == 409
    assert "Un rapport." in page.text
    assert "Autrement dit." in page.text
    assert [one.answer.fr for one in entries(db)] == ["Un rapport."]
    assert 'name="version" type="hidden" value="1"' in page.text


# --- Reminders, privacy ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hour", "is_late"),
    # Asked on Monday the 23rd at nine.
    [(25, 8, False), (25, 10, True), (26, 9, True)],
)
def test_trainers_are_reminded_after_two_working_days(
    app: Flask, db: Any, thread: Thread, bilal: Person, day: int, hour: int, is_late: bool
) -> None:
    with app.test_request_context():
        found = reminders.reminders(db, now=dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC))
    assert [one.person_id for one in found] == ([bilal.id] if is_late else [])


@pytest.mark.parametrize(
    ("moment", "threshold"),
    [
        # Monday reaches back over the weekend to Thursday, Sunday too.
        (dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC), dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)),
        (dt.datetime(2026, 11, 29, 9, tzinfo=dt.UTC), dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)),
        (dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)),
    ],
)
def test_weekends_are_no_working_days(moment: dt.datetime, threshold: dt.datetime) -> None:
    assert reminders.late_before(moment) == threshold


def test_the_same_question_is_one_occasion_and_an_answered_one_none(
    app: Flask, db: Any, thread: Thread, bilal: Person, now: dt.datetime
) -> None:
    with app.test_request_context():
        first, later = (reminders.reminders(db, now=now + days * DAY)[0].occasion for days in (4, 9))
    assert first == later
    answered(app, db, thread, now, by=bilal.id)
    with app.test_request_context():
        assert reminders.reminders(db, now=now + 9 * DAY) == []


def test_who_left_reads_what_was_published_before_and_nothing_after(
    app: Flask, db: Any, enrolment: Enrolment, thread: Thread, bilal: Person, now: dt.datetime
) -> None:
    answered(app, db, thread, now, by=bilal.id)
    words = Bilingual("", "Une phrase.")
    services.publish(db, thread, words, words, version=0, actor_id=bilal.id, now=now)

    def read(ended_at: dt.datetime | None) -> int:
        enrolment.ended_at = ended_at
        db.flush()
        return queries.published_page(db, enrolment.person_id, page=1)[1]

    assert [read(None), read(now), read(now - dt.timedelta(days=1))] == [1, 1, 0]
