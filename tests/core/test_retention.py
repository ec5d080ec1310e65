"""Rules of retention: a dry run tells the truth, a run lets go exactly that, both leave a report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import hooks, services
from lms.accounts.models import (
    AccessEntry,
    ImportBatch,
    ImportRow,
    LinkPurpose,
    OneTimeLink,
    PrivacyRequest,
    RequestKind,
    SignIn,
)
from lms.attendance.models import (
    AbsenceWarning,
    AttendanceFile,
    AttendanceImport,
    CheckIn,
    ErrorReport,
    HalfDay,
    HalfDayTrainer,
    LastTap,
    Mark,
    MarkChange,
    Meeting,
    ShortReport,
    WalkIn,
)
from lms.certificates.models import Certificate
from lms.core import audit, jobs, mail, profile, retention, throttle
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.db import Base
from lms.core.retention import RetentionRun
from lms.exchange.models import Thread
from lms.quizzes.models import AnswerArrival, Attempt, AttemptQuestion, LiveRun, Quiz
from lms.surveys.models import Done, FollowUp, Response, Round
from tests.factories import make_certificate, make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

DAY = dt.timedelta(days=1)


def full(db: Any, curriculum: Any, now: dt.datetime) -> None:
    """Rows of every rule, as they stand on ``now``."""
    amina = make_person(db, "amina", role=Role.MONITOR)
    cohort = make_cohort(db)
    enrolment = make_enrolment(db, make_person(db), cohort)
    make_certificate(db, enrolment, curriculum, now=now)
    services.make_link(db, amina, LinkPurpose.INVITATION, lasts=30 * DAY, now=now)
    services.make_link(db, amina, LinkPurpose.RESET, lasts=DAY, now=now)
    services.open_sign_in(db, amina, stay=False, device="x", now=now)
    services.ask(db, amina.id, RequestKind.ACCESS, "", now=now).answered_at = now
    sent = mail.send(db, recipient_id=amina.id, address="a", lang="fr", subject="s", text="t", now=now)
    sent.sent_at = now
    for job in db.scalars(sa.select(jobs.Job)):
        job.state = jobs.JobState.DONE
    throttle.count_try(db, throttle.hashed_key("x"), now=now)
    db.add(mail.ReminderSent(person_id=amina.id, occasion="programme.behind:1:2026-48", sent_at=now))
    db.add(AccessEntry(actor_id=amina.id, person_id=None, people=3, page="monitoring.x", happened_at=now))
    quiz_id = db.scalars(sa.select(Quiz.id)).first()
    db.add(LiveRun(quiz_id=quiz_id, cohort_id=cohort.id, salt="", started_at=now, ended_at=now))
    db.add(Thread(enrolment_id=enrolment.id, lesson="concepts/first", asked_at=now))
    asked = Round(quiz_id=quiz_id, cohort_id=cohort.id, opens_on=now.date(), closes_on=now.date())
    db.add(asked)
    db.flush()
    db.add(Done(round_id=asked.id, enrolment_id=enrolment.id))
    db.add(Response(id="0" * 32, round_id=asked.id, day=now.date(), answers={}))
    db.add(FollowUp(enrolment_id=enrolment.id, months=3, due_on=now.date()))
    meeting = Meeting(cohort_id=cohort.id, module="concepts", title=Bilingual("", ""), mode="room", place="Rabat")
    half_day = HalfDay(day=now.date(), starts=dt.time(9), ends=dt.time(12))
    meeting.half_days.append(half_day)
    db.add(meeting)
    db.flush()
    said: dict[str, Any] = {"half_day_id": half_day.id, "enrolment_id": enrolment.id, "status": "present"}
    db.add(Mark(**said, method="roll-call", marked_at=now))
    db.add(MarkChange(**said, method="roll-call", changed_at=now))
    db.add(WalkIn(half_day_id=half_day.id, name="Salma", status="present", noted_at=now))
    db.add(CheckIn(half_day_id=half_day.id, enrolment_id=enrolment.id, at=now, method="qr", device="d"))
    db.add(LastTap(half_day_id=half_day.id, enrolment_id=said["enrolment_id"], device="d", counter=1))
    at: dict[str, Any] = {"half_day_id": half_day.id, "enrolment_id": enrolment.id}
    db.add(ErrorReport(**at, text="t", said_at=now))
    db.add(AbsenceWarning(**at, kind="absent", recipient_id=enrolment.person_id, warned_at=now))
    db.add(HalfDayTrainer(half_day_id=half_day.id, person_id=amina.id))
    db.add(ShortReport(meeting_id=meeting.id, done="d", written_at=now))
    for whose in (None, enrolment.id):
        db.add(
            AttendanceFile(
                half_day_id=half_day.id, enrolment_id=whose, name="f", media_type="image/jpeg", size=1,
                sha256="0" * 64, body=b"f", added_at=now,
            )
        )  # fmt: skip
    for moment in (None, now):
        file: dict[str, Any] = {"kind": "marks", "cohort_id": cohort.id, "name": "f", "rows": 1, "made_at": now}
        db.add(AttendanceImport(**file, remarks=[], lines=[], before={}, kept=[], confirmed_at=moment))
    for state in ("checked", "confirmed"):
        batch = ImportBatch(kind="people", filename="f", sha256="0" * 64, remarks=[], state=state, created_at=now)
        db.add(batch)
        db.flush()
        db.add(ImportRow(batch_id=batch.id, number=2, cells={"a": "b"}, outcome="new"))
    database.commit()


def rows_of(report: RetentionRun) -> dict[str, int]:
    return {line["rule"]: line["rows"] for line in report.lines}


def run(db: Any, now: dt.datetime, *, is_dry: bool) -> dict[str, int]:
    report = retention.run(db, retention.rules(), actor_id=None, is_dry=is_dry, now=now)
    database.commit()
    return rows_of(report)


def counts(db: Any) -> dict[str, int]:
    return {
        table.name: db.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_every_rule_finds_what_is_old_and_a_run_lets_go_just_that(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime
) -> None:
    full(db, curriculum, now)
    later = now + dt.timedelta(days=3651)
    before = counts(db)
    dry = run(db, later, is_dry=True)
    assert all(dry.values()), dry
    assert {key: value for key, value in counts(db).items() if key != "retention_run"} == {
        key: value for key, value in before.items() if key != "retention_run"
    }
    assert run(db, later, is_dry=False) == dry
    again = run(db, later, is_dry=True)
    assert {key for key, rows in again.items() if rows} == {"certificates.register"}


def test_nothing_goes_a_day_too_early(app: Flask, db: Any, curriculum: Any, now: dt.datetime) -> None:
    full(db, curriculum, now)
    assert sum(run(db, now + 29 * DAY, is_dry=False).values()) == 0


@pytest.mark.parametrize(
    ("key", "model", "days"),
    [
        ("accounts.invitations", OneTimeLink, 90),
        ("accounts.access-log", AccessEntry, 365),
        ("core.mails", mail.Mail, 365),
    ],
)
def test_a_rule_goes_by_its_own_days(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime, key: str, model: type[Base], days: int
) -> None:
    full(db, curriculum, now)
    rule = [one for one in retention.rules() if one.key == key]
    held = db.scalar(sa.select(sa.func.count()).select_from(model))
    for late, gone in ((0, 0), (1, 1)):
        report = retention.run(db, rule, actor_id=None, is_dry=False, now=now + dt.timedelta(days=days, seconds=late))
        assert rows_of(report) == {key: gone}
    assert db.scalar(sa.select(sa.func.count()).select_from(model)) == held - 1


def test_answers_go_three_years_after_the_end_and_marks_stay(
    app: Flask, db: Any, curriculum: Any, now: dt.datetime
) -> None:
    full(db, curriculum, now)
    score = db.scalars(sa.select(Attempt.score)).one()
    ends = dt.datetime(2026, 12, 18, 12, tzinfo=dt.UTC)
    assert run(db, ends + 1095 * DAY, is_dry=False)["quizzes.answers"] == 0
    assert run(db, ends + 1096 * DAY, is_dry=False)["quizzes.answers"] == 8
    db.expire_all()
    assert db.scalars(sa.select(AnswerArrival)).all() == []
    assert set(db.scalars(sa.select(AttemptQuestion.answer))) == {None}
    assert db.scalars(sa.select(Attempt.score)).one() == score is not None


def test_the_register_of_certificates_is_only_counted(app: Flask, db: Any, curriculum: Any, now: dt.datetime) -> None:
    full(db, curriculum, now)
    assert run(db, now + 4000 * DAY, is_dry=False)["certificates.register"] == 1
    assert len(db.scalars(sa.select(Certificate)).all()) == 1


def test_requests_and_sign_ins_that_are_open_never_go(app: Flask, db: Any, now: dt.datetime) -> None:
    person = make_person(db)
    services.ask(db, person.id, RequestKind.ACCESS, "", now=now)
    services.open_sign_in(db, person, stay=True, device="x", now=now + 3999 * DAY)
    run(db, now + 4000 * DAY, is_dry=False)
    assert len(db.scalars(sa.select(PrivacyRequest)).all()) == 1
    assert len(db.scalars(sa.select(SignIn)).all()) == 1


def test_the_teams_own_days_count(app: Flask, db: Any, curriculum: Any, now: dt.datetime) -> None:
    full(db, curriculum, now)
    services.set_retention(db, {"accounts.invitations": 10}, actor_id=1, now=now)
    assert run(db, now + 11 * DAY, is_dry=True)["accounts.invitations"] == 1


def test_the_nightly_job_leaves_two_dated_reports_and_an_act(app: Flask, db: Any, at: Any, now: dt.datetime) -> None:
    at(now)
    hooks.let_go(db)
    hooks.let_go(db)
    assert [one.is_dry for one in retention.runs(db)] == [False, True, False, True]
    assert (
        len(db.scalars(sa.select(audit.AuditEntry).where(audit.AuditEntry.action == "accounts.retention")).all()) == 2
    )


def test_the_command_counts_and_runs(app: Flask, db: Any, curriculum: Any, now: dt.datetime) -> None:
    full(db, curriculum, now - dt.timedelta(days=4000))
    database.db.session.remove()
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["retention", "--dry-run"])
    assert dry.exit_code == 0
    assert "accounts.invitations: 1" in dry.output
    assert "accounts.invitations: 1" in runner.invoke(args=["retention"]).output
    assert "accounts.invitations: 0" in runner.invoke(args=["retention", "--dry-run"]).output


@pytest.fixture
def karim(client: CheckingClient, db: Any, at: Any, now: dt.datetime) -> CheckingClient:
    at(now)
    return client.signed_in(make_person(db, "karim", role=Role.ADMINISTRATOR))


def days_typed(**more: str) -> dict[str, str]:
    return {rule.key: str(rule.days) for rule in retention.rules()} | {"version": "0"} | more


def test_days_are_saved_and_only_those_that_differ(karim: CheckingClient, db: Any) -> None:
    data = days_typed() | {"accounts.invitations": "٦٠"}
    assert karim.post("/fr/admin/privacy/retention/", data=data).status_code == 302
    assert db.scalars(sa.select(profile.Profile.retention)).one() == {"accounts.invitations": 60}
    assert 'value="60"' in karim.get("/fr/admin/privacy/retention/").text


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "x", "99999999999", "<b>"])
def test_days_that_are_none_are_kept_as_typed(karim: CheckingClient, db: Any, text: str) -> None:
    answer = karim.post("/fr/admin/privacy/retention/", data=days_typed() | {"accounts.invitations": text})
    assert answer.status_code == 422
    assert db.scalars(sa.select(profile.Profile)).all() == []
    assert "<b>" not in answer.text


def test_two_people_changing_days_see_both(karim: CheckingClient, db: Any) -> None:
    opened = [0]
    for days, back, status in (("60", 1, 302), ("70", 1, 302), ("80", 2, 409)):
        data = days_typed() | {"accounts.invitations": days, "version": str(opened[-back])}
        answer = karim.post("/fr/admin/privacy/retention/", data=data)
        assert answer.status_code == status
        opened.append(profile.version(db))
    assert "70" in answer.text
    assert 'value="80"' in answer.text
    assert db.scalars(sa.select(profile.Profile.retention)).one() == {"accounts.invitations": 70}


def test_a_run_by_hand_says_what_it_did(karim: CheckingClient, db: Any, curriculum: Any, now: dt.datetime) -> None:
    full(db, curriculum, now - dt.timedelta(days=100))
    karim.post("/fr/admin/privacy/retention/run", data={"act": "dry"})
    assert "rien n’a été modifié" in karim.get("/fr/admin/privacy/retention/").text.lower()
    assert db.scalars(sa.select(ImportRow)).all() != []
    karim.post("/fr/admin/privacy/retention/run", data={"act": "run"})
    assert [one.is_dry for one in retention.runs(db)] == [False, True]
