"""More time, more attempts, a later closing for one person or some: at once, never shorter, unseen by others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import AccessEntry, Person, RoleGrant
from lms.core import clock
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditDetail, AuditEntry
from lms.programme import services as programme
from lms.programme.models import Enrolment
from lms.quizzes import queries, services
from lms.quizzes.errors import NoAttemptLeft, OutsideWindow
from lms.quizzes.models import Arrangement, Attempt, AttemptState, Feedback, Purpose, Quiz
from lms.quizzes.release import released
from lms.quizzes.services.desk import Given
from tests.factories import CREATED, make_person, start_attempt
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.taught import HOUR, MINUTE, begin, learner, save, sent, short_quiz, taught_cohort


@pytest.fixture
def chaima(db: Any, bilal: Person) -> Enrolment:
    return learner(db, taught_cohort(db, bilal))


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now)


def arrange(db: Any, enrolment: Enrolment, quiz: Quiz | None, now: dt.datetime, **given: Any) -> None:
    services.desk.arrange(db, [enrolment], quiz.id if quiz else None, Given(**given), actor_id=1, now=now)
    database.commit()


def deadline(db: Any, attempt: Attempt) -> dt.datetime | None:
    db.expire_all()
    return db.get_one(Attempt, attempt.id).deadline_at


def held(db: Any) -> list[tuple[Any, ...]]:
    db.expire_all()
    rows = db.scalars(sa.select(Arrangement).order_by(Arrangement.id)).all()
    return [(one.quiz_id, one.time_percent, one.extra_minutes, one.extra_attempts) for one in rows]


def page_of(enrolment: Enrolment) -> str:
    return f"/fr/questions/arrangements/{enrolment.id}/"


# --- What it does to attempts ---------------------------------------------------------------------------------------


def test_a_running_attempt_has_its_time_at_once(db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime) -> None:
    attempt = begin(db, quiz, chaima, now)

    arrange(db, chaima, None, now + 5 * MINUTE, time_percent=200)

    assert deadline(db, attempt) == now + 40 * MINUTE


def test_an_attempt_whose_time_ran_out_but_is_still_open_goes_on(
    db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = begin(db, quiz, chaima, now)
    arrange(db, chaima, quiz, now + 21 * MINUTE, time_percent=150)

    save(db, attempt, now=now + 25 * MINUTE)

    db.expire_all()
    question = queries.attempts.question_at(db, attempt.id, 1)
    assert question is not None
    assert question.answer is not None


def test_a_sent_attempt_stays_as_it_was(db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime) -> None:
    attempt = sent(db, quiz, chaima, now)

    arrange(db, chaima, quiz, now + 5 * MINUTE, time_percent=200)

    assert deadline(db, attempt) == now + 20 * MINUTE


@pytest.mark.parametrize("act", ["less", "end", "rules"])
def test_a_running_attempt_is_never_shortened(
    db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime, act: str
) -> None:
    arrange(db, chaima, quiz, now, time_percent=200)
    attempt = begin(db, quiz, chaima, now)

    if act == "less":
        arrange(db, chaima, quiz, now + MINUTE, time_percent=125)
    elif act == "end":
        one = db.scalars(sa.select(Arrangement)).one()
        services.desk.end(db, chaima, one.id, actor_id=1, now=now + MINUTE)
    else:
        quiz.minutes = 5
        arrange(db, chaima, quiz, now + MINUTE, time_percent=150)

    database.commit()
    assert deadline(db, attempt) == now + 40 * MINUTE


def test_no_limit_stays_no_limit(db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime) -> None:
    endless = short_quiz(db, bilal, now, minutes=None)
    attempt = begin(db, endless, chaima, now)
    endless.minutes = 10

    arrange(db, chaima, None, now + MINUTE, time_percent=150)

    assert deadline(db, attempt) is None


def test_only_the_attempts_of_the_person_and_the_quiz_move(
    db: Any, bilal: Person, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    other_quiz, hiba = short_quiz(db, bilal, now), learner(db, chaima.cohort, "hiba")
    own, elsewhere, others = (
        begin(db, quiz, chaima, now), begin(db, other_quiz, chaima, now), begin(db, quiz, hiba, now)
    )  # fmt: skip

    arrange(db, chaima, quiz, now + MINUTE, extra_minutes=7)

    assert [deadline(db, one) for one in (own, elsewhere, others)] == [
        now + 27 * MINUTE, now + 20 * MINUTE, now + 20 * MINUTE,
    ]  # fmt: skip


def test_what_names_a_quiz_goes_before_what_holds_everywhere_and_gives_way_when_it_goes(
    db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    arrange(db, chaima, None, now, time_percent=200)
    arrange(db, chaima, quiz, now, time_percent=125)
    attempt = begin(db, quiz, chaima, now)
    assert deadline(db, attempt) == now + 25 * MINUTE

    named = db.scalars(sa.select(Arrangement).where(Arrangement.quiz_id == quiz.id)).one()
    services.desk.end(db, chaima, named.id, actor_id=1, now=now + MINUTE)
    database.commit()

    assert deadline(db, attempt) == now + 40 * MINUTE


def test_more_attempts_may_begin(db: Any, chaima: Enrolment, quiz: Quiz, now: dt.datetime) -> None:
    sent(db, quiz, chaima, now)
    with pytest.raises(NoAttemptLeft):
        begin(db, quiz, chaima, now + HOUR)

    arrange(db, chaima, quiz, now + HOUR, extra_attempts=1)

    assert begin(db, quiz, chaima, now + HOUR).number == 2


def test_a_later_closing_opens_a_closed_quiz_for_one_person(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    closing, hiba = short_quiz(db, bilal, now, closes_at=now + HOUR), learner(db, chaima.cohort, "hiba")

    arrange(db, chaima, closing, now, closes_at=now + 3 * HOUR)

    assert begin(db, closing, chaima, now + 2 * HOUR).deadline_at == now + 2 * HOUR + 20 * MINUTE
    with pytest.raises(OutsideWindow):
        begin(db, closing, hiba, now + 2 * HOUR)


# --- Keys wait for the last one --------------------------------------------------------------------------------------


def shown_at(db: Any, attempt: Attempt, quiz: Quiz, moment: dt.datetime) -> bool:
    db.expire_all()
    return released(attempt, quiz, last_closing=queries.attempts.last_closing(db, quiz), now=moment)


@pytest.mark.parametrize("everywhere", [True, False])
def test_keys_wait_for_the_latest_closing_that_anybody_has(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime, everywhere: bool
) -> None:
    quiz = short_quiz(db, bilal, now, closes_at=now + HOUR, feedback=Feedback.AFTER_CLOSING)
    hiba = learner(db, chaima.cohort, "hiba")
    arrange(db, hiba, None if everywhere else quiz, now, closes_at=now + 3 * HOUR)
    attempt = sent(db, quiz, chaima, now)

    assert not shown_at(db, attempt, quiz, now + 2 * HOUR)
    assert not shown_at(db, attempt, quiz, now + 3 * HOUR + dt.timedelta(seconds=30))
    assert shown_at(db, attempt, quiz, now + 3 * HOUR + dt.timedelta(seconds=31))


def test_keys_wait_for_an_attempt_that_runs_on_after_its_arrangement_was_taken_away(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, minutes=60, closes_at=now + HOUR, feedback=Feedback.AFTER_CLOSING)
    hiba = learner(db, chaima.cohort, "hiba")
    attempt = sent(db, quiz, chaima, now)
    arrange(db, hiba, quiz, now, closes_at=now + 3 * HOUR)
    begin(db, quiz, hiba, now + HOUR + 30 * MINUTE)
    services.desk.end(db, hiba, db.scalars(sa.select(Arrangement)).one().id, actor_id=1, now=now + 2 * HOUR)
    database.commit()

    assert not shown_at(db, attempt, quiz, now + 2 * HOUR + 20 * MINUTE)
    assert shown_at(db, attempt, quiz, now + 2 * HOUR + 31 * MINUTE)


def test_closings_that_cannot_be_used_make_nobody_wait(
    db: Any, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    """Of somebody who left, of another cohort, in every quiz but this one, or earlier than the quiz's own."""
    cohort = chaima.cohort
    quiz = short_quiz(
        db, bilal, now, cohort_id=cohort.id, closes_at=now + HOUR, feedback=Feedback.AFTER_CLOSING
    )  # fmt: skip
    left, elsewhere = learner(db, cohort, "hiba"), learner(db, taught_cohort(db, bilal), "nadia")
    other, early = learner(db, cohort, "salma"), learner(db, cohort, "yto")
    for one in (left, elsewhere, other):
        arrange(db, one, None, now, closes_at=now + 9 * HOUR)
    arrange(db, other, quiz, now, time_percent=125)
    arrange(db, early, quiz, now, closes_at=now + MINUTE)
    programme.end_enrolment(db, left, actor_id=1, reason="left", now=now)
    database.commit()
    attempt = sent(db, quiz, chaima, now)

    assert queries.attempts.last_closing(db, quiz) == now + HOUR
    assert shown_at(db, attempt, quiz, now + 2 * HOUR)


def test_a_quiz_that_never_closes_asks_nothing(db: Any, quiz: Quiz, at_most: Any) -> None:
    assert quiz.closes_at is None
    with at_most(0):
        assert queries.attempts.last_closing(db, quiz) is None


# --- Two at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_of_two_trainers_at_once_the_later_stands_and_the_audit_has_both(
    app: Flask, db: Any, bilal: Person, chaima: Enrolment, quiz: Quiz, now: dt.datetime, named: bool
) -> None:
    bilal_id = bilal.id
    attempt, enrolment_id, quiz_id = begin(db, quiz, chaima, now), chaima.id, quiz.id if named else None

    def give(percent: int) -> Callable[[Any], None]:
        def act(db: Any) -> None:
            enrolment = db.get_one(Enrolment, enrolment_id)
            services.desk.arrange(db, [enrolment], quiz_id, Given(percent), actor_id=bilal_id, now=now + MINUTE)

        return act

    assert at_once(app, [give(150), give(200)]) == [None, None]

    details = db.scalars(
        sa.select(AuditDetail)
        .join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
        .where(AuditEntry.action == "quizzes.arrange")
        .order_by(AuditEntry.id)
    ).all()
    assert sorted(one.values["after"]["time_percent"] for one in details) == [150, 200]
    last = details[-1].values
    assert held(db) == [(quiz_id, last["after"]["time_percent"], 0, 0)]
    assert last["before"]["time_percent"] != last["after"]["time_percent"]
    assert deadline(db, attempt) == now + 40 * MINUTE


def test_time_given_while_an_attempt_is_sent_neither_waits_for_ever_nor_opens_it_again(
    app: Flask, db: Any, bilal: Person, curriculum: Any, now: dt.datetime
) -> None:
    """Sending a module's test writes the ledger: it locks the attempt first and the enrolment after."""
    cohort, bilal_id = taught_cohort(db, bilal), bilal.id
    names = ("chaima", "hiba", "nadia", "salma", "yto", "rim")
    attempts = [start_attempt(db, learner(db, cohort, name), curriculum, now=now) for name in names]

    def send(attempt_id: int) -> Callable[[Any], None]:
        return lambda db: services.attempts.submit(db, db.get_one(Attempt, attempt_id), by="person", now=now + MINUTE)

    def give(enrolment_id: int) -> Callable[[Any], None]:
        def act(db: Any) -> None:
            enrolment = db.get_one(Enrolment, enrolment_id)
            services.desk.arrange(db, [enrolment], None, Given(200), actor_id=bilal_id, now=now + MINUTE)

        return act

    for attempt_id, enrolment_id in [(one.id, one.enrolment_id) for one in attempts]:
        assert at_once(app, [send(attempt_id), give(enrolment_id)]) == [None, None]
        db.expire_all()
        assert db.get_one(Attempt, attempt_id).state == AttemptState.SUBMITTED


# --- The page of one person ------------------------------------------------------------------------------------------


def test_the_form_gives_a_quarter_more_everywhere_unless_told(
    db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = begin(db, quiz, chaima, now)
    page = trainer.get(page_of(chaima)).text
    assert 'checked id="time-1" name="time" type="radio" value="125"' in page
    assert page.index('<option selected value="">') < page.index(f'<option value="{quiz.id}">')

    answer = trainer.post(page_of(chaima), data={"quiz": "", "time": "125"})

    assert answer.status_code == 302
    assert held(db) == [(None, 125, 0, 0)]
    assert deadline(db, attempt) == now + 25 * MINUTE


def test_everything_at_once_for_one_quiz_in_arabic_digits_too(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, closes_at=now + 24 * HOUR)
    closing = clock.local(now + 48 * HOUR).strftime("%Y-%m-%dT%H:%M")
    data = {
        "quiz": str(quiz.id), "time": "other", "percent": "١٨٠", "extra_minutes": "5", "extra_attempts": "2",
        "closes_at": closing,
    }  # fmt: skip

    assert trainer.post(page_of(chaima), data=data).status_code == 302

    assert held(db) == [(quiz.id, 180, 5, 2)]
    one = db.scalars(sa.select(Arrangement)).one()
    assert clock.local(one.closes_at).strftime("%Y-%m-%dT%H:%M") == closing
    assert one.changed_by_id == bilal.id
    page = trainer.get(f"{page_of(chaima)}?quiz={quiz.id}").text
    assert 'value="180"' in page
    assert f'value="{closing.replace("T", " ")}' in page


REFUSED = {
    "nothing more": {"time": "100"},
    "no time": {"time": ""},
    "unknown time": {"time": "175"},
    "share missing": {"time": "other"},
    "share too small": {"time": "other", "percent": "99"},
    "share too great": {"time": "other", "percent": "401"},
    "share no number": {"time": "other", "percent": "abc"},
    "negative minutes": {"time": "125", "extra_minutes": "-5"},
    "too many minutes": {"time": "125", "extra_minutes": "601"},
    "negative attempts": {"time": "125", "extra_attempts": "-1"},
    "too many attempts": {"time": "125", "extra_attempts": "51"},
    "closing in the past": {"time": "125", "closes_at": "2020-01-01T10:00"},
    "closing no moment": {"time": "125", "closes_at": "tomorrow"},
    "no such quiz": {"time": "125", "quiz": "999999"},
    "quiz no number": {"time": "125", "quiz": "x"},
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_makes_no_sense_is_refused_with_its_words_kept(
    db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz, data: dict[str, str]
) -> None:
    answer = trainer.post(page_of(chaima), data={"quiz": "", **data})

    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert all(f'value="{value}"' in answer.text for name, value in data.items() if name == "percent")
    assert held(db) == []


def test_a_quiz_of_another_cohort_a_strangers_draft_or_the_archive_is_not_offered(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    karim = make_person(db, "karim", role=Role.TRAINER)
    hidden = [
        short_quiz(db, bilal, now, cohort_id=taught_cohort(db, bilal).id),
        short_quiz(db, karim, now, published_at=None),
        short_quiz(db, bilal, now, archived_at=now),
    ]
    offered = [short_quiz(db, bilal, now, published_at=None), short_quiz(db, karim, now)]
    database.commit()

    page = trainer.get(page_of(chaima)).text

    assert not any(f'<option value="{quiz.id}">' in page for quiz in hidden)
    assert all(f'<option value="{quiz.id}">' in page for quiz in offered)
    assert trainer.post(page_of(chaima), data={"quiz": str(hidden[0].id), "time": "125"}).status_code == 422


def test_of_two_forms_the_one_of_the_persons_half_is_offered(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    first = short_quiz(db, bilal, now, purpose=Purpose.PRE_TEST)
    second = short_quiz(db, bilal, now, purpose=Purpose.PRE_TEST, other_form_id=first.id)
    first.other_form_id = second.id
    database.commit()

    page = trainer.get(page_of(chaima)).text

    own, other = (first, second) if queries.attempts.is_form_of(first, chaima.id) else (second, first)
    assert f'<option value="{own.id}">' in page
    assert f'<option value="{other.id}">' not in page


def test_what_holds_is_listed_and_taken_away(
    db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    arrange(db, chaima, None, now, time_percent=200)
    arrange(db, chaima, quiz, now, extra_attempts=1)
    first = db.scalars(sa.select(Arrangement).order_by(Arrangement.id)).first()
    path = f"{page_of(chaima)}{first.id}/end"
    assert path in trainer.get(page_of(chaima)).text

    assert trainer.post(path).status_code == 302
    assert held(db) == [(quiz.id, 100, 0, 1)]
    # Pressed twice: it is gone already.
    assert trainer.post(path).status_code == 302
    assert db.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "quizzes.arrange-end")) == 1


def test_nobody_takes_away_through_another_persons_page(
    db: Any, trainer: CheckingClient, chaima: Enrolment, now: dt.datetime
) -> None:
    arrange(db, chaima, None, now, time_percent=200)
    hiba = learner(db, chaima.cohort, "hiba")
    one = db.scalars(sa.select(Arrangement)).one()

    trainer.post(f"{page_of(hiba)}{one.id}/end")

    assert held(db) == [(None, 200, 0, 0)]


def foreign(db: Any, bilal: Person, case: str, now: dt.datetime) -> Enrolment:
    """An enrolment that is not this trainer's to arrange for."""
    own = taught_cohort(db, bilal)
    if case == "another cohort":
        return learner(db, taught_cohort(db))
    if case == "own enrolment":
        return programme.enrol(db, own, bilal, now=now)
    enrolment = learner(db, own)
    if case == "ended":
        programme.end_enrolment(db, enrolment, actor_id=1, reason="left", now=now)
    elif case == "archived cohort":
        own.archived_at = now
    else:
        enrolment.is_test = True
    return enrolment


@pytest.mark.parametrize("case", ["another cohort", "own enrolment", "ended", "archived cohort", "test account"])
def test_others_are_not_there(db: Any, trainer: CheckingClient, bilal: Person, now: dt.datetime, case: str) -> None:
    enrolment = foreign(db, bilal, case, now)
    database.commit()

    assert trainer.get(page_of(enrolment)).status_code == 404
    assert trainer.post(page_of(enrolment), data={"quiz": "", "time": "125"}).status_code == 404
    assert trainer.post(f"{page_of(enrolment)}1/end").status_code == 404
    assert held(db) == []


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MONITOR, Role.FOCAL_POINT, Role.ADMINISTRATOR])
def test_only_trainers_arrange(client: CheckingClient, db: Any, chaima: Enrolment, role: Role, now: Any) -> None:
    visitor = client.signed_in(make_person(db, "salma", role=role))

    assert visitor.get(page_of(chaima)).status_code == 403
    assert visitor.post(page_of(chaima), data={"quiz": "", "time": "125"}).status_code == 403


def test_the_page_asks_for_no_reason_and_says_that_none_is_stored(trainer: CheckingClient, chaima: Enrolment) -> None:
    page = trainer.get(page_of(chaima)).text

    assert "<textarea" not in page
    assert 'name="reason"' not in page
    assert 'id="no-reason"' in page


def test_the_audit_names_values_before_and_after_and_no_reason(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment
) -> None:
    trainer.post(page_of(chaima), data={"quiz": "", "time": "125"})
    trainer.post(page_of(chaima), data={"quiz": "", "time": "100", "extra_minutes": "10"})

    entries = db.execute(
        sa.select(AuditEntry, AuditDetail)
        .join(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .where(AuditEntry.action == "quizzes.arrange")
        .order_by(AuditEntry.id)
    ).all()
    assert [(entry.subject_type, entry.subject_id, entry.actor_id) for entry, _detail in entries] == [
        ("enrolment", chaima.id, bilal.id)
    ] * 2
    usual = {"time_percent": 100, "extra_minutes": 0, "extra_attempts": 0, "closes_at": None}
    assert [(detail.reason, detail.values) for _entry, detail in entries] == [
        ("", {"quiz_id": None, "before": None, "after": usual | {"time_percent": 125}}),
        ("", {"quiz_id": None, "before": usual | {"time_percent": 125}, "after": usual | {"extra_minutes": 10}}),
    ]


def test_looking_is_logged_with_the_person(db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment) -> None:
    trainer.get(page_of(chaima))

    db.expire_all()
    entry = db.scalars(sa.select(AccessEntry)).one()
    assert (entry.actor_id, entry.person_id, entry.page) == (bilal.id, chaima.person_id, "desk.show_arrangements")


# --- From the cohort's page ------------------------------------------------------------------------------------------


def test_the_cohorts_page_leads_to_each_present_person_of_ones_own(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    gone = learner(db, chaima.cohort, "hiba")
    programme.end_enrolment(db, gone, actor_id=bilal.id, reason="left", now=now)
    database.commit()

    page = trainer.get(f"/fr/cohorts/{chaima.cohort_id}/").text
    assert f'href="{page_of(chaima)}"' in page
    assert page_of(gone) not in page
    assert "/arrangements/" not in trainer.get(f"/fr/cohorts/{chaima.cohort_id}/?show=left").text


def test_administrators_have_no_way_there_that_would_be_refused(
    client: CheckingClient, db: Any, chaima: Enrolment, now: Any
) -> None:
    visitor = client.signed_in(make_person(db, "amina", role=Role.ADMINISTRATOR))

    assert "/arrangements/" not in visitor.get(f"/fr/admin/cohorts/{chaima.cohort_id}/").text


def test_who_administrates_and_trains_has_the_way_in_their_own_cohorts_only(
    client: CheckingClient, db: Any, bilal: Person, chaima: Enrolment
) -> None:
    db.add(RoleGrant(person_id=bilal.id, role=Role.ADMINISTRATOR, granted_at=CREATED))
    other = learner(db, taught_cohort(db), "hiba")
    visitor = client.signed_in(bilal)

    assert page_of(chaima) in visitor.get(f"/fr/admin/cohorts/{chaima.cohort_id}/").text
    assert page_of(other) not in visitor.get(f"/fr/admin/cohorts/{other.cohort_id}/").text


# --- Several at once -------------------------------------------------------------------------------------------------


def together(quiz: Quiz) -> str:
    return f"/fr/questions/quizzes/{quiz.id}/people/arrange"


def test_people_who_are_ticked_get_the_same(
    db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    hiba, left_out = learner(db, chaima.cohort, "hiba"), learner(db, chaima.cohort, "nadia")
    attempts = [begin(db, quiz, one, now) for one in (chaima, hiba, left_out)]
    ticked = [str(chaima.id), str(hiba.id)]
    page = trainer.get(together(quiz), query_string={"person": ticked}).text
    assert "Hiba" in page
    assert "Nadia" not in page

    answer = trainer.post(together(quiz), data={"person": ticked, "quiz": str(quiz.id), "time": "150"})

    assert answer.status_code == 302
    assert held(db) == [(quiz.id, 150, 0, 0)] * 2
    assert [deadline(db, one) for one in attempts] == [now + 30 * MINUTE, now + 30 * MINUTE, now + 20 * MINUTE]


def test_strangers_among_those_ticked_get_nothing(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, quiz: Quiz
) -> None:
    stranger = learner(db, taught_cohort(db), "hiba")

    trainer.post(
        together(quiz), data={"person": [str(chaima.id), str(stranger.id)], "quiz": str(quiz.id), "time": "150"}
    )

    assert {one.enrolment_id for one in db.scalars(sa.select(Arrangement))} == {chaima.id}
    assert "Hiba" not in trainer.get(together(quiz), query_string={"person": [chaima.id, stranger.id]}).text
    assert trainer.get(together(quiz), query_string={"person": stranger.id}).status_code == 404
    data = {"person": str(stranger.id), "quiz": str(quiz.id), "time": "150"}
    assert trainer.post(together(quiz), data=data).status_code == 404


def test_who_cannot_take_the_quiz_gets_nothing_in_it(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    hiba = learner(db, taught_cohort(db, bilal), "hiba")
    theirs = short_quiz(db, bilal, now, cohort_id=hiba.cohort_id)
    gone = short_quiz(db, bilal, now, archived_at=now)
    for person, quiz, status in ((hiba, theirs, 302), (chaima, theirs, 404), (chaima, gone, 404)):
        data = {"person": str(person.id), "quiz": str(quiz.id), "time": "150"}
        assert trainer.post(together(quiz), data=data).status_code == status

    assert {one.enrolment_id for one in db.scalars(sa.select(Arrangement))} == {hiba.id}


def test_nobody_ticked_leads_back(trainer: CheckingClient, quiz: Quiz, chaima: Enrolment) -> None:
    answer = trainer.get(together(quiz))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/questions/quizzes/{quiz.id}/people/")
    assert trainer.post(together(quiz), data={"quiz": "", "time": "150"}).status_code == 404


def test_a_wrong_value_keeps_those_who_were_ticked(
    db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz
) -> None:
    data = {"person": str(chaima.id), "quiz": str(quiz.id), "time": "other", "percent": "5"}

    answer = trainer.post(together(quiz), data=data)

    assert answer.status_code == 422
    assert f'name="person" value="{chaima.id}"' in answer.text
    assert held(db) == []


# --- What the learner sees -------------------------------------------------------------------------------------------


def test_the_learner_sees_the_time_they_have_and_others_see_nothing(
    app: Flask, db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz, at: Any, now: dt.datetime
) -> None:
    hiba = learner(db, chaima.cohort, "hiba")
    at(now)
    arrange(db, chaima, None, now, time_percent=200, extra_attempts=2)
    pages = []
    for one in (chaima, hiba):
        client: Any = app.test_client()
        client.signed_in(db.get_one(Person, one.person_id))
        pages.append(client.get(f"/fr/quizzes/{quiz.id}/").text)

    assert "40 minutes" in pages[0]
    assert "20 minutes" in pages[1]
