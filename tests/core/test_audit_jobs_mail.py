"""The chain of acts, the jobs and the outbox."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import audit, delivery, jobs, mail, queue
from lms.core import db as database
from lms.core.jobs import Job, JobState
from tests.factories import make_person
from tests.parallel import at_once

LINE = {"actor_id": None, "now": dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)}


@pytest.fixture
def chain(db: Any) -> Any:
    for number in range(5):
        audit.record(db, "test.act", reason=f"reason {number}", before=number, **LINE)
    database.commit()
    return db


def test_a_whole_chain_is_whole(chain: Any) -> None:
    assert audit.first_broken_entry(chain) is None


CHANGES = [
    ("UPDATE audit_entry SET action = 'test.other' WHERE id = 3", 3),
    ("UPDATE audit_entry SET actor_id = 7 WHERE id = 2", 2),
    ("UPDATE audit_detail SET reason = 'another' WHERE entry_id = 4", 4),
    ("DELETE FROM audit_detail WHERE entry_id = 3; DELETE FROM audit_entry WHERE id = 3", 4),
]


@pytest.mark.parametrize(("change", "broken"), CHANGES)
def test_a_changed_or_missing_line_is_found(chain: Any, change: str, broken: int) -> None:
    for statement in change.split(";"):
        chain.execute(sa.text(statement))
    chain.expire_all()
    assert audit.first_broken_entry(chain) == broken


def test_wiped_reasons_leave_the_chain_whole(chain: Any) -> None:
    chain.execute(sa.text("DELETE FROM audit_detail"))
    assert audit.first_broken_entry(chain) is None


def test_thirty_acts_at_once_make_one_chain(app: Flask, db: Any) -> None:
    def act(db: Any) -> str:
        audit.record(db, "test.act", **LINE)
        return "kept"

    assert at_once(app, [act] * 30) == ["kept"] * 30
    assert db.scalar(sa.select(sa.func.count(audit.AuditEntry.id))) == 30
    assert audit.first_broken_entry(db) is None


def start(db: Any, now: dt.datetime) -> int:
    job_id = jobs.start(db, "test", now=now, number=1).id
    database.commit()
    return job_id


def state(db: Any, job_id: int) -> tuple[str, int]:
    database.rollback()
    database.use_mode(database.READ)
    db.expire_all()
    job = db.get_one(Job, job_id)
    found = job.state, job.tries
    database.rollback()
    database.use_mode(database.WRITE)
    return found


def test_a_job_runs_once_however_often_it_is_queued(db: Any, now: dt.datetime) -> None:
    runs: list[int] = []
    job_id = start(db, now)
    for _ in range(3):
        jobs.run(job_id, {"test": lambda _db, number: runs.append(number)})
    assert runs == [1]
    assert state(db, job_id) == (JobState.DONE, 1)


def test_of_ten_workers_one_takes_the_job(app: Flask, db: Any, now: dt.datetime) -> None:
    runs: list[int] = []
    job_id = start(db, now)
    database.rollback()

    def work(_db: Any) -> None:
        database.rollback()
        jobs.run(job_id, {"test": lambda _db, number: runs.append(number)})

    at_once(app, [work] * 10)
    assert runs == [1]


def test_a_failing_job_leaves_nothing_and_is_tried_five_times(db: Any, now: dt.datetime) -> None:
    def fail(db: Any, number: int) -> None:
        audit.record(db, "test.half-done", **LINE)
        raise RuntimeError("no")

    job_id = start(db, now)
    for number in range(1, jobs.MAX_TRIES + 3):
        jobs.run(job_id, {"test": fail})
        expected = JobState.WAITING if number < jobs.MAX_TRIES else JobState.FAILED
        assert state(db, job_id) == (expected, min(number, jobs.MAX_TRIES))
    assert db.scalar(sa.select(sa.func.count(audit.AuditEntry.id))) == 0


def test_the_sweep_finds_what_was_never_queued_and_what_a_dead_worker_took(db: Any, now: dt.datetime) -> None:
    lost, fresh, dead, done = (start(db, now - dt.timedelta(minutes=age)) for age in (1, 0, 11, 60))
    for job_id, value in ((dead, JobState.RUNNING), (done, JobState.DONE)):
        db.get_one(Job, job_id).state = value
    database.commit()
    assert sorted(jobs.sweep(now)) == [lost, dead]
    assert jobs.sweep(now) == []
    assert state(db, fresh)[0] == JobState.WAITING


def test_a_queue_that_is_down_loses_no_job(app: Flask, db: Any, now: dt.datetime, monkeypatch: Any) -> None:
    def down(_job_id: int) -> None:
        raise ConnectionError

    monkeypatch.setitem(app.extensions, "enqueue_job", down)
    job_id = start(db, now)
    assert jobs.sweep(now + dt.timedelta(minutes=1)) == [job_id]


def test_the_queue_carries_a_number_as_json(tmp_path: Path) -> None:
    huey = queue.make("", str(tmp_path / "queue.sqlite3"))

    @huey.task(name="run_job")
    def run_job(job_id: int) -> None:
        got.append(job_id)

    got: list[int] = []
    run_job(41)
    raw = huey.storage.peek() if hasattr(huey.storage, "peek") else b""
    assert b"\x80" not in raw
    task = huey.dequeue()
    assert task.args == (41,) or task.args == [41]
    huey.execute(task)
    assert got == [41]


@pytest.fixture
def outbox(app: Flask) -> Iterator[Path]:
    folder: Path = app.extensions["settings"].data_dir / "outbox"

    def clear() -> None:
        for file in folder.glob("*"):
            file.unlink()

    clear()
    yield folder
    clear()


def send(db: Any, now: dt.datetime, **changes: Any) -> mail.Mail:
    fields = {"address": "chaima@example.ma", "lang": "ar", "subject": "دعوة", "text": "مرحبا\nhttp://localhost/ar/"}
    sent = mail.send(db, recipient_id=make_person(db).id, now=now, **{**fields, **changes})
    database.commit()
    return sent


def test_without_a_server_a_mail_is_a_file_of_the_owner(
    db: Any, now: dt.datetime, run_jobs: Callable[[], None], outbox: Path
) -> None:
    sent = send(db, now)
    run_jobs()
    run_jobs()
    (file,) = outbox.glob("*.eml")
    assert outbox.stat().st_mode & 0o777 == 0o700
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (message["To"], message["Subject"]) == ("chaima@example.ma", "دعوة")
    assert message.get_content().splitlines() == ["مرحبا", "http://localhost/ar/"]
    db.rollback()
    db.expire_all()
    stored = db.get_one(mail.Mail, sent.id)
    assert (stored.text, stored.address, stored.sent_at is not None) == ("", "", True)


def test_line_breaks_in_an_address_reach_nobody(
    db: Any, now: dt.datetime, run_jobs: Callable[[], None], outbox: Path
) -> None:
    send(db, now, address="a@example.ma\r\nBcc: all@example.ma\u202e")
    run_jobs()
    assert list(outbox.glob("*.eml")) == []


def test_line_breaks_in_a_subject_add_no_header(
    db: Any, now: dt.datetime, run_jobs: Callable[[], None], outbox: Path
) -> None:
    send(db, now, subject="a@example.ma\r\nBcc: all@example.ma\u202e")
    run_jobs()
    (file,) = outbox.glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["Bcc"] is None


def test_a_mail_of_an_act_that_was_rolled_back_is_never_sent(
    db: Any, now: dt.datetime, run_jobs: Callable[[], None], outbox: Path
) -> None:
    person_id = make_person(db).id
    mail.send(db, recipient_id=person_id, address="a@b.ma", lang="fr", subject="s", text="t", now=now)
    database.rollback()
    run_jobs()
    assert list(outbox.glob("*")) == []


def test_a_slow_mail_server_holds_up_no_writer(
    db: Any, app: Flask, now: dt.datetime, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bool] = []

    def talk(_message: Any, _url: str, _address: str) -> None:
        def write() -> None:
            with app.app_context(), database.short_write() as other:
                audit.record(other, "test.meanwhile", **LINE)
            written.append(True)

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        writer.join(5)
        assert written, "a writer had to wait for the mail server"

    settings = replace(app.extensions["settings"], smtp_url="smtp://mail.example")
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setattr(delivery, "_hand_over", talk)
    mail_id = send(db, now).id
    db.rollback()
    run_jobs()
    db.rollback()
    assert db.get_one(mail.Mail, mail_id).sent_at is not None
