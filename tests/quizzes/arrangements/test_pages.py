"""The page of what is arranged for one person: its form, who may open it, what is written down."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person, RoleGrant
from lms.core import clock
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditDetail, AuditEntry
from lms.programme import services as programme
from lms.programme.models import Enrolment
from lms.quizzes import queries
from lms.quizzes.models import Arrangement, Purpose, Quiz
from tests.factories import CREATED, make_person
from tests.pages import CheckingClient
from tests.quizzes.arrangements.given import arrange, deadline, held, page_of
from tests.quizzes.taught import HOUR, MINUTE, begin, learner, short_quiz, taught_cohort

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
    "nothing more in another share": {"time": "other", "percent": "100"},
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


WITHOUT_EFFECT = {
    "more time without a limit": ("time", {"minutes": None}, {"time": "150"}),
    "another share without a limit": ("time", {"minutes": None}, {"time": "other", "percent": "180"}),
    "more minutes without a limit": ("extra_minutes", {"minutes": None}, {"extra_minutes": "5"}),
    "more attempts of any number": ("extra_attempts", {"attempts_allowed": None}, {"extra_attempts": "1"}),
    "later than never": ("closes_at", {}, {"closes_at": 48}),
    "as the quiz closes": ("closes_at", {"closes_at": 48}, {"closes_at": 48}),
    "before the quiz closes": ("closes_at", {"closes_at": 48}, {"closes_at": 24}),
}


def in_hours(now: dt.datetime, given: dict[str, Any]) -> dict[str, Any]:
    return {name: now + value * HOUR if name == "closes_at" else value for name, value in given.items()}


@pytest.mark.parametrize(("field", "rules", "given"), WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT.keys())
def test_what_would_have_no_effect_in_the_quiz_is_refused_at_its_field(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime, field: str, rules: Any,
    given: Any,
) -> None:  # fmt: skip
    quiz = short_quiz(db, bilal, now, **in_hours(now, rules))
    data = {"time": "100", **in_hours(now, given)}
    if "closes_at" in data:
        data["closes_at"] = clock.local(data["closes_at"]).strftime("%Y-%m-%dT%H:%M")

    refused = trainer.post(page_of(chaima), data={"quiz": str(quiz.id), **data})
    assert refused.status_code == 422
    summary = refused.text[refused.text.index("error-summary") :].partition("</ul>")[0]
    assert [link.rpartition("-")[0] or link for link in re.findall(r'href="#([^"]+)"', summary)] == [field]
    assert held(db) == []
    # In every quiz, also those to come, it may have one.
    assert trainer.post(page_of(chaima), data={"quiz": "", **data}).status_code == 302


def test_the_form_for_a_quiz_without_a_limit_opens_with_the_usual_time(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, minutes=None)

    assert re.search(
        r'checked id="[^"]*" name="time" type="radio" value="100"',
        trainer.get(f"{page_of(chaima)}?quiz={quiz.id}").text,
    )


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
