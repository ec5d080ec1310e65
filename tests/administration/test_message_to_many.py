"""A message to many: exact figures first, sent once, to each in their language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services as accounts
from lms.accounts.models import Person, RequestKind
from lms.administration import queries_mails as queries
from lms.administration import services_mails as services
from lms.administration.models import MessageToMany
from lms.administration.queries_mails import Target
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.jobs import Job
from lms.core.mail import Mail
from lms.programme.models import Cohort
from tests.factories import make_cohort, make_enrolment, make_person, organisation
from tests.pages import CheckingClient
from tests.parallel import at_once

PATH = "/fr/admin/mails/write/"
WORDS = {
    "subject_ar": "موعد", "text_ar": "مرحبا {name}،\nموعدنا غدا.",
    "subject_fr": "Rendez-vous", "text_fr": "Bonjour {name},\nÀ demain.",
}  # fmt: skip


@pytest.fixture
def cohort(db: Any, administrator: Person, now: dt.datetime) -> Cohort:
    """Two who read Arabic, one who reads French, one without an address, one who objected, one suspended, one gone."""
    cohort = make_cohort(db)
    for name, lang in (("chaima", "ar"), ("hiba", "ar"), ("driss", "fr")):
        make_enrolment(db, make_person(db, name, lang=lang), cohort)
    make_enrolment(db, make_person(db, "nadia", email=None, code="AAAA-BBBB"), cohort)
    objecting, suspended, gone = (make_person(db, name) for name in ("said", "omar", "salma"))
    for person in (objecting, suspended):
        make_enrolment(db, person, cohort)
    make_enrolment(db, gone, cohort).ended_at = now
    accounts.ask(db, objecting.id, RequestKind.OBJECTION, "?", now=now)
    suspended.suspended_at = now
    database.commit()
    return cohort


def to(cohort: Cohort, **changes: str) -> dict[str, str]:
    return {**WORDS, "target": f"cohort:{cohort.id}", **changes}


def hidden(page: str) -> dict[str, str]:
    """What the form of the preview sends."""
    form = page[page.index('action="/fr/admin/mails/write/send"') :]
    return {name: re.search(rf'name="{name}" value="([^"]*)"', form)[1] for name in ("key", "stamp")}  # type: ignore[index]


def confirmed(admin: CheckingClient, form: dict[str, str]) -> dict[str, str]:
    return {**form, **hidden(admin.post(PATH, data=form).text)}


def count(db: Any, model: Any) -> int:
    database.rollback()
    database.use_mode(database.READ)
    return int(db.scalar(sa.select(sa.func.count()).select_from(model)))


def figures(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<div class="value"><b>(\d+)</b>', page)]


def test_the_preview_counts_exactly_and_shows_both_texts(admin: CheckingClient, db: Any, cohort: Cohort) -> None:
    page = admin.post(PATH, data=to(cohort)).text
    assert figures(page) == [2, 1, 1, 1]
    assert "Nadia Alaoui" in page
    assert "<h3>Rendez-vous</h3>" in page
    assert '<article class="card stack-small" lang="ar" dir="rtl"><h3>موعد</h3>' in page
    assert re.search(r"Envoyer\s3\smessages", page)
    assert count(db, Mail) == 0


def test_each_gets_one_mail_in_the_own_language_with_the_own_name(
    admin: CheckingClient, db: Any, cohort: Cohort, run_jobs: Callable[[], None]
) -> None:
    answer = admin.post(f"{PATH}send", data=confirmed(admin, to(cohort)))
    assert answer.status_code == 302
    database.rollback()
    run_jobs()
    database.rollback()
    rows = db.scalars(sa.select(Mail).order_by(Mail.address)).all()
    assert [(row.address, row.lang, row.subject) for row in rows] == [
        ("chaima@example.ma", "ar", "موعد"),
        ("driss@example.ma", "fr", "Rendez-vous"),
        ("hiba@example.ma", "ar", "موعد"),
    ]
    assert rows[1].text.startswith("Bonjour \u2068Driss Ouahbi\u2069,\nÀ demain.")
    assert all(row.kind == "administration.message" for row in rows)
    page = admin.get(answer.headers["Location"]).text
    assert figures(page) == [3, 1, 1]
    assert db.scalars(sa.select(MessageToMany)).one().waiting == []


def test_a_press_repeated_and_a_form_sent_again_later_send_once(
    admin: CheckingClient, db: Any, cohort: Cohort, run_jobs: Callable[[], None]
) -> None:
    form = confirmed(admin, to(cohort))
    places = {admin.post(f"{PATH}send", data=form).headers["Location"] for _press in range(3)}
    assert len(places) == 1
    database.rollback()
    run_jobs()
    assert admin.post(f"{PATH}send", data=form).headers["Location"] in places
    database.rollback()
    run_jobs()
    assert (count(db, MessageToMany), count(db, Mail)) == (1, 3)


def test_of_ten_confirmations_at_once_one_counts(
    app: Flask, db: Any, administrator: Person, cohort: Cohort, now: dt.datetime
) -> None:
    target = Target.parse(f"cohort:{cohort.id}")
    assert target is not None
    audience, actor_id = queries.audience(db, target, now=now), administrator.id
    database.rollback()

    def send(db: Any) -> int:
        both = Bilingual("موعد", "Rendez-vous")
        row = services.send_to_many(db, target, audience, both, both, key="a" * 32, actor_id=actor_id, now=now)
        return int(row.id)

    assert len(set(at_once(app, [send] * 10))) == 1
    assert count(db, MessageToMany) == 1
    assert len(db.scalars(sa.select(Job.id).where(Job.name == services.WRITE_TO_MANY)).all()) == 1


def test_a_job_that_runs_twice_or_broke_off_writes_to_nobody_twice(
    db: Any, administrator: Person, cohort: Cohort, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    target = Target.parse(f"cohort:{cohort.id}")
    assert target is not None
    both = Bilingual("موعد", "Rendez-vous")
    audience = queries.audience(db, target, now=now)
    row = services.send_to_many(
        db, target, audience, both, both, key="b" * 32, actor_id=administrator.id, now=now
    )  # fmt: skip
    database.commit()
    assert services._write_some(db, row.id, now=now)
    database.commit()
    assert services._write_some(db, row.id, now=now)
    database.rollback()
    for _run in range(2):
        services.write_to_many(db, row.id, now=now)
        database.commit()
    addresses = db.scalars(sa.select(Mail.address).order_by(Mail.address)).all()
    assert addresses == ["chaima@example.ma", "driss@example.ma", "hiba@example.ma"]


def test_whoever_leaves_between_confirmation_and_writing_gets_nothing(
    admin: CheckingClient, db: Any, cohort: Cohort, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    admin.post(f"{PATH}send", data=confirmed(admin, to(cohort)))
    database.rollback()
    database.use_mode(database.WRITE)
    db.scalars(sa.select(Person).where(Person.email == "driss@example.ma")).one().suspended_at = now
    database.commit()
    run_jobs()
    database.rollback()
    assert "driss@example.ma" not in db.scalars(sa.select(Mail.address)).all()


def test_another_list_than_announced_is_shown_again_and_nothing_is_sent(
    admin: CheckingClient, db: Any, cohort: Cohort
) -> None:
    form = confirmed(admin, to(cohort))
    database.use_mode(database.WRITE)
    make_enrolment(db, make_person(db, "latecomer"), db.get_one(Cohort, cohort.id))
    answer = admin.post(f"{PATH}send", data=form)
    assert answer.status_code == 409
    assert figures(answer.text) == [2, 2, 1, 1]
    assert count(db, MessageToMany) == 0
    assert admin.post(f"{PATH}send", data={**form, **hidden(answer.text)}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target", ""), ("target", "cohort:999999"), ("target", "role:king"), ("target", "cohort:1 OR 1"),
        ("subject_ar", " "), ("text_fr", ""), ("text_fr", "{{7*7}}"), ("text_ar", "{link}"),
        ("subject_fr", "{person.password_hash}"), ("text_fr", "x" * 5001),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    admin: CheckingClient, db: Any, cohort: Cohort, field: str, value: str
) -> None:
    for path in (PATH, f"{PATH}send"):
        answer = admin.post(path, data=to(cohort, key="c" * 32, **{field: value}))
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        kept = [words for name, words in WORDS.items() if name != field and "subject" in name]
        assert all(words in answer.text for words in kept)
    assert count(db, MessageToMany) == 0


def test_a_change_after_the_preview_finds_everything_typed(admin: CheckingClient, cohort: Cohort) -> None:
    page = admin.post(PATH, data=to(cohort, act="change")).text
    assert f'<option selected value="cohort:{cohort.id}">' in page
    assert "À demain." in page


def test_a_form_without_its_key_is_refused(admin: CheckingClient, cohort: Cohort) -> None:
    assert admin.post(f"{PATH}send", data=to(cohort, key="../x")).status_code == 400


def test_an_old_sign_in_is_asked_again_and_the_message_goes_along(
    admin: CheckingClient, db: Any, cohort: Cohort, now: dt.datetime, at: Callable[[dt.datetime], None]
) -> None:
    form = confirmed(admin, to(cohort))
    from lms.core import clock

    at(clock.now() + dt.timedelta(minutes=31))
    answer = admin.post(f"{PATH}send", data=form)
    assert answer.status_code == 403
    assert "À demain." in answer.text
    assert form["key"] in answer.text
    assert count(db, MessageToMany) == 0


def test_other_choices_reach_those_they_name(
    db: Any, administrator: Person, cohort: Cohort, curriculum: Any, now: dt.datetime
) -> None:
    trainer = make_person(db, "bilal", role=Role.TRAINER, organisation_key="tourisme")
    tourism = organisation(db, "tourisme").id
    for text, wanted in ((f"organisation:{tourism}", [trainer.id]), ("role:administrator", [administrator.id])):
        target = Target.parse(text)
        assert target is not None
        assert list(queries.audience(db, target, now=now).ids) == wanted
    behind = Target.parse(f"behind:{cohort.id}")
    assert behind is not None
    later = now + dt.timedelta(days=60)
    assert set(queries.audience(db, behind, now=later).ids) <= set(
        queries.audience(db, Target.parse(f"cohort:{cohort.id}"), now=later).ids  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "text", ["", "cohort", "cohort:", "cohort:-1", "cohort:٣", "role:", "x:1", "cohort:" + "9" * 30]
)
def test_nonsense_names_nobody(text: str) -> None:
    assert Target.parse(text) is None


def test_the_preview_costs_the_same_with_many_people(
    admin: CheckingClient, db: Any, cohort: Cohort, at_most: Callable[..., Any]
) -> None:
    def cost() -> int:
        admin.post(PATH, data=to(cohort))
        with at_most(30) as statements:
            assert admin.post(PATH, data=to(cohort)).status_code == 200
        return len(statements)

    before = cost()
    database.use_mode(database.WRITE)
    there = db.get_one(Cohort, cohort.id)
    for number in range(30):
        make_enrolment(db, make_person(db, f"person{number}"), there)
    assert cost() == before
