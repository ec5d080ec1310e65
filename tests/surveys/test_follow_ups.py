"""Three and six months after: who is asked, when, by which message; what members answer, and who reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import reminders as sending
from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core.mail import Mail, ReminderSent
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment
from lms.quizzes.models import Quiz
from lms.surveys import mails, reminders, services
from lms.surveys.errors import AlreadyAnswered, RoundClosed
from lms.surveys.models import FollowUp
from tests.factories import read_lessons
from tests.pages import CheckingClient
from tests.surveys.files import make_form

DAY = dt.timedelta(days=1)
#: Three months after the cohort's last day, 18 December 2026.
DUE = dt.datetime(2027, 3, 18, 10, tzinfo=dt.UTC)


@pytest.fixture
def form(db: Any, bilal: Any, now: dt.datetime) -> Quiz:
    return make_form(db, "follow-up-3", now=now)


@pytest.fixture
def took_part(db: Any, members: list[Enrolment], curriculum: Any, now: dt.datetime) -> list[Enrolment]:
    """All but the last read a lesson."""
    for one in members[:-1]:
        read_lessons(db, one, curriculum, now=now)
    return members[:-1]


@pytest.fixture
def asked(db: Any, form: Quiz, took_part: list[Enrolment], at: Any) -> list[FollowUp]:
    services.jobs.make_follow_ups(db, now=DUE)
    database.commit()
    at(DUE)
    return follow_ups(db)


def follow_ups(db: Any) -> list[FollowUp]:
    db.expire_all()
    return list(db.scalars(sa.select(FollowUp).order_by(FollowUp.id)))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-12-18", 3, "2027-03-18"), ("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"), ("2026-06-30", 6, "2026-12-30"), ("2026-09-15", 3, "2026-12-15"),
    ],
)  # fmt: skip
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: str, months: int, then: str) -> None:
    assert services.follow_ups.months_after(dt.date.fromisoformat(day), months).isoformat() == then


def test_those_who_took_part_are_asked_once_from_the_day_on(
    db: Any, took_part: list[Enrolment], bilal: Person, now: dt.datetime
) -> None:
    programme.end_enrolment(db, took_part[0], actor_id=bilal.id, reason="left", now=now)
    took_part[1].person.anonymised_at = now
    database.commit()

    assert services.jobs.make_follow_ups(db, now=DUE - DAY) == 0
    assert services.jobs.make_follow_ups(db, now=DUE) == 3
    assert services.jobs.make_follow_ups(db, now=DUE + DAY) == 0

    assert {one.enrolment_id for one in follow_ups(db)} == {one.id for one in took_part[2:]}
    assert {(one.months, one.due_on) for one in follow_ups(db)} == {(3, DUE.date())}


def test_after_six_months_again_and_never_too_late(db: Any, took_part: list[Enrolment], cohort: Cohort) -> None:
    assert services.jobs.make_follow_ups(db, now=DUE + 61 * DAY) == 0
    six = dt.datetime(2027, 6, 18, 10, tzinfo=dt.UTC)
    assert services.jobs.make_follow_ups(db, now=six) == 5
    cohort.archived_at = six
    assert services.jobs.make_follow_ups(db, now=DUE) == 0


# --- Messages --------------------------------------------------------------------------------------------------------


def kinds(app: Flask, db: Any, now: dt.datetime) -> list[str]:
    with app.test_request_context("/fr/"):
        return sorted(one.kind for one in reminders.reminders(db, now=now))


def told(db: Any, found: list[FollowUp], at: dt.datetime) -> None:
    for one in found:
        occasion = f"{mails.FOLLOW_UP}:{one.id}"
        db.add(ReminderSent(person_id=one.enrolment.person_id, occasion=occasion, sent_at=at))
    database.commit()


def test_one_message_and_one_more_after_two_weeks(app: Flask, db: Any, asked: list[FollowUp]) -> None:
    assert kinds(app, db, DUE) == [mails.FOLLOW_UP] * 5
    told(db, asked[:2], DUE)

    assert kinds(app, db, DUE + 13 * DAY) == [mails.FOLLOW_UP] * 5
    assert kinds(app, db, DUE + 14 * DAY) == [mails.FOLLOW_UP] * 5 + [mails.FOLLOW_UP_AGAIN] * 2
    assert kinds(app, db, DUE + 61 * DAY) == []


def test_whoever_answered_is_left_alone(app: Flask, db: Any, form: Quiz, asked: list[FollowUp]) -> None:
    for one in asked:
        services.follow_ups.answer(db, one.id, answers_to(db, form, "none"), now=DUE)
    database.commit()

    assert kinds(app, db, DUE + 20 * DAY) == []


def test_a_message_goes_out_once_and_leads_to_the_page(app: Flask, db: Any, asked: list[FollowUp]) -> None:
    for one in asked:
        one.enrolment.person.password_hash = "x"
    database.commit()
    for _run in range(2):
        sending.send_due(db)

    sent = list(db.scalars(sa.select(Mail).where(Mail.kind == mails.FOLLOW_UP)))
    assert len(sent) == 5
    for one, mail in zip(asked, sent, strict=True):
        assert f"/fr/surveys/follow-ups/{one.id}/" in mail.text
        assert "17 mai 2027" in mail.text


# --- Answering -------------------------------------------------------------------------------------------------------


def answers_to(db: Any, form: Quiz, applied: str, words: str = "Fiches revues") -> dict[str, Any]:
    """An answer to « applied », and words."""
    from lms.surveys import sheet

    questions = sheet.asked(db, form.id)
    first, example = questions[0].version, questions[1].version
    return {str(first.id): {"applied": applied}, str(example.id): words}


@pytest.fixture
def chaima(asked: list[FollowUp], members: list[Enrolment], open_as: Callable[..., CheckingClient]) -> CheckingClient:
    return open_as(members[0].person)


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_page_says_who_reads_it_and_takes_the_answers_once(
    db: Any, form: Quiz, chaima: CheckingClient, asked: list[FollowUp], lang: str, at: Any
) -> None:
    address = f"/{lang}/surveys/follow-ups/{asked[0].id}/"
    assert address in chaima.get(f"/{lang}/").text
    page = chaima.get(address).text
    assert {"fr": "L’équipe de suivi lit", "ar": "يقرأ فريق التتبع"}[lang] in page
    data = filled_for(db, form)

    assert chaima.post(address, data=data).headers["Location"] == address

    db.expire_all()
    assert asked[0].answered_on == DUE.date()
    assert chaima.post(address, data=data).status_code == 409
    # The supervisor's address may have to be looked up: the way back stays for two weeks.
    assert address in chaima.get(f"/{lang}/").text
    at(DUE + dt.timedelta(days=15))
    chaima.signed_in(asked[0].enrolment.person)
    assert address not in chaima.get(f"/{lang}/").text


def test_the_other_language_keeps_what_was_chosen_and_stores_nothing(
    db: Any, form: Quiz, chaima: CheckingClient, asked: list[FollowUp]
) -> None:
    path = f"/surveys/follow-ups/{asked[0].id}/"
    shown = chaima.post(f"/ar{path}", data={**filled_for(db, form, "سطر مكتوب"), "look": "1"})

    assert shown.status_code == 200
    assert "سطر مكتوب" in shown.text
    assert " checked" in shown.text
    assert f'formaction="/fr{path}"' in shown.text
    db.expire_all()
    assert asked[0].answered_on is None


def test_after_a_refused_address_the_other_language_is_a_page(
    db: Any, form: Quiz, chaima: CheckingClient, asked: list[FollowUp]
) -> None:
    path = f"/surveys/follow-ups/{asked[0].id}/"
    chaima.post(f"/ar{path}", data=filled_for(db, form))
    page = chaima.post(
        f"/ar{path}supervisor", data={"address": "chef"}, headers={"Referer": f"http://localhost/ar{path}"}
    )
    assert page.status_code == 422
    assert f'href="/fr{path}"' in page.text
    away = chaima.post(f"/ar{path}supervisor", data={"address": "chef"}, headers={"Referer": "http://example.org/ar/x"})
    assert "/fr/x" not in away.text
    broken = chaima.post(f"/ar{path}supervisor", data={"address": "chef"}, headers={"Referer": "http://["})
    assert broken.status_code == 422


def filled_for(db: Any, form: Quiz, words: str = "Fiches") -> dict[str, str]:
    """What a browser sends: the last degree of every scale."""
    from lms.surveys import sheet

    found = {}
    for one in sheet.asked(db, form.id):
        rows = [opaque for opaque, key in one.order if key.startswith(">")]
        last = one.order[-1][0] if rows else ""
        found.update({f"{one.name}:{row}": last for row in rows} or {one.name: words})
    return found


def test_after_sixty_days_nothing_is_taken(
    db: Any, form: Quiz, chaima: CheckingClient, asked: list[FollowUp], members: list[Enrolment], at: Any
) -> None:
    said = answers_to(db, form, "once")
    with pytest.raises(RoundClosed):
        services.follow_ups.answer(db, asked[0].id, said, now=DUE + 61 * DAY)
    database.rollback()
    data, address = filled_for(db, form, "Gardé"), f"/fr/surveys/follow-ups/{asked[0].id}/"
    at(DUE + 61 * DAY)
    client = chaima.signed_in(members[0].person)

    refused = client.post(address, data=data)

    assert refused.status_code == 410
    assert "Gardé" in refused.text
    assert "<textarea" not in client.get(address).text
    at(DUE + 60 * DAY)
    assert chaima.signed_in(members[0].person).post(address, data=data).status_code == 302


def test_bad_values_and_nothing_are_refused(db: Any, form: Quiz, chaima: CheckingClient, asked: list[FollowUp]) -> None:
    address, good = f"/fr/surveys/follow-ups/{asked[0].id}/", filled_for(db, form)
    assert chaima.post(address, data={}).status_code == 422
    assert chaima.post(address, data=dict.fromkeys(good, "nonsense")).status_code == 400
    assert follow_ups(db)[0].answered_on is None


def test_twice_at_one_moment_the_first_stays(db: Any, form: Quiz, asked: list[FollowUp]) -> None:
    services.follow_ups.answer(db, asked[0].id, answers_to(db, form, "once"), now=DUE)
    with pytest.raises(AlreadyAnswered):
        services.follow_ups.answer(db, asked[0].id, answers_to(db, form, "none"), now=DUE)


def test_another_members_follow_up_is_not_there(db: Any, form: Quiz, chaima: CheckingClient, asked: Any) -> None:
    other, data = f"/fr/surveys/follow-ups/{asked[1].id}/", filled_for(db, form)
    assert chaima.get(other).status_code == 404
    assert chaima.post(other, data=data).status_code == 404
    assert chaima.post(f"{other}supervisor", data={"address": "chef@exemple.ma"}).status_code == 404


# --- The team --------------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(db: Any, form: Quiz, asked: list[FollowUp]) -> list[FollowUp]:
    """Five answers: four applied something."""
    for place, one in enumerate(asked):
        said = answers_to(db, form, "none" if place == 0 else "once", f"Exemple rare {place}")
        services.follow_ups.answer(db, one.id, said, now=DUE)
    database.commit()
    return asked


def pages(cohort: Cohort) -> tuple[str, str, str]:
    start = "/fr/surveys/desk/follow-ups/"
    return start, f"{start}{cohort.id}/3/", f"{start}{cohort.id}/3/answers"


def test_monitoring_reads_shares_sums_and_answers_and_that_is_written_down(
    db: Any, answered: list[FollowUp], amina: Person, cohort: Cohort, open_as: Any
) -> None:
    client = open_as(amina)
    overview, sums, names = (client.get(page).text for page in pages(cohort))

    assert overview.count("80\u202f%") == 2  # of the cohort, and of its one organisation
    assert "Exemple rare" not in sums
    assert "chart-wide" in sums
    assert "Exemple rare 3" in names
    entries = db.scalars(sa.select(AccessEntry.person_id).where(AccessEntry.page == "survey_desk.list_answers"))
    assert set(entries) == {one.enrolment.person_id for one in answered}


def test_the_training_team_reads_numbers_then_sums_and_never_answers(
    db: Any, answered: list[FollowUp], bilal: Person, cohort: Cohort, open_as: Any, at: Any
) -> None:
    overview, sums, names = pages(cohort)
    client = open_as(bilal)
    assert "80\u202f%" not in client.get(overview).text
    assert "chart-wide" not in client.get(sums).text
    assert client.get(names).status_code == 403

    at(DUE + 61 * DAY)
    client = open_as(bilal)
    assert client.get(overview).text.count("80\u202f%") == 1
    page = client.get(sums).text
    assert "chart-wide" in page
    assert "Exemple rare" not in page


def test_below_five_answers_no_share_is_told(
    db: Any, form: Quiz, asked: list[FollowUp], amina: Person, cohort: Cohort, open_as: Any
) -> None:
    for one in asked[:4]:
        services.follow_ups.answer(db, one.id, answers_to(db, form, "once"), now=DUE)
    database.commit()
    client = open_as(amina)

    overview, sums, _names = (client.get(page).text for page in pages(cohort))

    assert "100\u202f%" not in overview
    assert "chart-wide" not in sums


def test_a_strangers_cohort_is_not_there(answered: list[FollowUp], open_as: Any, db: Any, cohort: Cohort) -> None:
    from lms.core.access import Role
    from tests.factories import make_person

    client = open_as(make_person(db, "driss", role=Role.TRAINER))
    overview, sums, _names = pages(cohort)
    assert sums not in client.get(overview).text
    assert client.get(sums).status_code == 404
    assert client.get(sums.replace("/3/", "/4/")).status_code == 404
