"""Delivery to a real mail server over a socket, and every message of the product word by word."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.administration import mails
from lms.core import db as database
from lms.core import jobs, mail
from lms.core.bilingual import LANGUAGES
from lms.core.jobs import Job
from lms.core.mail import Mail, MailState, MailTemplate
from tests.core import smtp_sink
from tests.factories import make_person

SNAPSHOTS = Path(__file__).parent / "mails"
Clock = Callable[[dt.datetime], None]


@pytest.fixture
def sink(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[smtp_sink.Sink]:
    with smtp_sink.running() as running:
        settings = replace(app.extensions["settings"], smtp_url=f"smtp://127.0.0.1:{running.port}")
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield running


def put(db: Any, now: dt.datetime, **fields: Any) -> int:
    values = {"address": "chaima@example.ma", "lang": "fr", "subject": "Bonjour", "text": "Un message"}
    mail_id = mail.send(db, recipient_id=make_person(db).id, now=now, **{**values, **fields}).id
    database.commit()
    return mail_id


def look(db: Any, mail_id: int) -> Mail:
    database.rollback()
    database.use_mode(database.READ)
    db.expire_all()
    found: Mail = db.get_one(Mail, mail_id)
    return found


def taken(sink: smtp_sink.Sink) -> Any:
    """The one message that the server took, read."""
    ((_address, raw),) = sink.taken
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_message_reaches_the_server_once_and_its_text_goes(
    db: Any, now: dt.datetime, sink: smtp_sink.Sink, run_jobs: Callable[[], None]
) -> None:
    mail_id = put(db, now)
    run_jobs()
    run_jobs()
    assert [address for address, _raw in sink.taken] == ["chaima@example.ma"]
    stored = look(db, mail_id)
    assert (MailState.of(stored), stored.text, stored.address) == (MailState.SENT, "", "")


def test_arabic_goes_through_a_server_that_takes_seven_bits_only(
    db: Any, now: dt.datetime, sink: smtp_sink.Sink, run_jobs: Callable[[], None]
) -> None:
    text = "مرحبا شيماء،\n" + "سطر طويل " * 300 + "\nÉlodie — 🙂\n.\n"
    attachment = {"name": "حصة.ics", "type": "text/calendar", "text": "SUMMARY:حصة"}
    put(db, now, lang="ar", subject="دعوة إلى حصة", text=text, attachments=[attachment])
    run_jobs()
    ((_address, raw),) = sink.taken
    assert raw.isascii()
    message = taken(sink)
    assert message["Subject"] == "دعوة إلى حصة"
    body = message.get_body()
    assert body.get_content().replace("\r\n", "\n").strip() == text.strip()
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content().strip()) == ("حصة.ics", "SUMMARY:حصة")


@pytest.mark.parametrize("field", ["address", "subject"])
def test_nothing_typed_adds_a_header_or_a_recipient(
    db: Any, now: dt.datetime, sink: smtp_sink.Sink, run_jobs: Callable[[], None], field: str
) -> None:
    put(db, now, **{field: "a@example.ma\r\nBcc: all@example.ma\u202e\r\n\r\nbody"})
    run_jobs()
    for address, raw in sink.taken:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert address == "chaima@example.ma"
        assert message["Bcc"] is None
        assert "\u202e" not in message["Subject"]


@pytest.mark.parametrize("address", ["", "no address", "a@b.ma, c@d.ma", "شيماء@example.ma"])
def test_an_address_that_cannot_be_used_is_given_up_at_once(
    db: Any, now: dt.datetime, sink: smtp_sink.Sink, run_jobs: Callable[[], None], address: str
) -> None:
    mail_id = put(db, now, address=address)
    run_jobs()
    stored = look(db, mail_id)
    assert (MailState.of(stored), stored.failure, stored.tries) == (MailState.FAILED, "address", 1)
    assert sink.taken == []


def test_a_recipient_whom_the_server_does_not_know_is_given_up_at_once_and_can_be_tried_again(
    db: Any, now: dt.datetime, sink: smtp_sink.Sink, run_jobs: Callable[[], None]
) -> None:
    sink.refuse = "550 nobody of that name"
    mail_id = put(db, now)
    run_jobs()
    stored = look(db, mail_id)
    assert (MailState.of(stored), stored.failure, stored.text != "") == (MailState.FAILED, "recipient", True)
    sink.refuse = ""
    database.rollback()
    database.use_mode(database.WRITE)
    assert mail.try_again(db, mail_id, now=now)
    database.commit()
    run_jobs()
    assert MailState.of(look(db, mail_id)) is MailState.SENT


@pytest.mark.parametrize(("refuse", "breaks", "failure"), [("451 later", False, "busy"), ("", True, "broken")])
def test_a_busy_or_broken_server_is_asked_again_after_waits_that_grow(
    db: Any, now: dt.datetime, at: Clock, sink: smtp_sink.Sink, run_jobs: Callable[[], None],
    refuse: str, breaks: bool, failure: str,
) -> None:  # fmt: skip
    sink.refuse, sink.breaks = refuse, breaks
    at(now)
    mail_id = put(db, now)
    run_jobs()
    moment, waits = now, []
    for wait in (1, 10, 60, 240):
        stored = look(db, mail_id)
        assert (MailState.of(stored), stored.failure) == (MailState.WAITING, failure)
        database.rollback()
        assert jobs.sweep(moment + dt.timedelta(minutes=wait, seconds=-1)) == []
        moment += dt.timedelta(minutes=wait, seconds=1)
        at(moment)
        assert len(jobs.sweep(moment)) == 1
        run_jobs()
        waits.append(sink.tried)
    assert waits == [2, 3, 4, 5]
    stored = look(db, mail_id)
    assert (MailState.of(stored), stored.failure, stored.tries) == (MailState.FAILED, failure, 5)


def test_nobody_listens(db: Any, app: Flask, now: dt.datetime, run_jobs: Callable[[], None], monkeypatch: Any) -> None:
    settings = replace(app.extensions["settings"], smtp_url="smtp://127.0.0.1:1")
    monkeypatch.setitem(app.extensions, "settings", settings)
    mail_id = put(db, now)
    run_jobs()
    assert (look(db, mail_id).failure, MailState.of(look(db, mail_id))) == ("unreachable", MailState.WAITING)


def test_what_is_taken_back_never_leaves(
    db: Any, now: dt.datetime, sink: smtp_sink.Sink, run_jobs: Callable[[], None]
) -> None:
    mail_id = put(db, now)
    assert mail.take_back(db, mail_id, now=now)
    assert not mail.take_back(db, mail_id, now=now)
    database.commit()
    run_jobs()
    assert (sink.tried, MailState.of(look(db, mail_id))) == (0, MailState.STOPPED)


def test_the_log_names_no_address_and_no_subject(
    db: Any, now: dt.datetime, sink: smtp_sink.Sink, run_jobs: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    sink.refuse = "451 later, chaima@example.ma"
    put(db, now, subject="Secret matter")
    run_jobs()
    assert "chaima" not in caplog.text
    assert "Secret" not in caplog.text


def test_every_state_of_a_row_is_the_one_that_the_list_finds_it_in(db: Any, now: dt.datetime) -> None:
    for number in range(4):
        row = db.get_one(Mail, _bare(db, now))
        row.sent_at = now if number == 1 else None
        row.stopped_at = now if number in (2, 3) else None
        row.failure = "busy" if number == 2 else ""
        db.flush()
        found = [state for state in MailState if db.scalar(sa.select(Mail.id).where(state.holds(), Mail.id == row.id))]
        assert found == [MailState.of(row)]


def _bare(db: Any, now: dt.datetime) -> int:
    return mail.send(db, recipient_id=None, address="a@b.ma", lang="fr", subject="s", text="t", now=now).id


@pytest.mark.parametrize("text", ["{{7*7}}", "{person.password_hash}", "{0.__class__}", "%(x)s ${7*7} {% raw %}"])
def test_nothing_in_words_or_values_is_run(db: Any, now: dt.datetime, text: str) -> None:
    kind = mail.kinds()["accounts.invitation"]
    both = mails.Bilingual(text, text)
    words = mail.words_of(
        db, kind, "fr", {"link": "{link} {{7*7}}"}, MailTemplate(kind=kind.key, subject=both, text=both)
    )
    assert words.subject == text
    assert words.text.startswith(text)
    filled = mail.fill("x {link}", {"link": "{link} {{7*7}}"})
    assert "{link} {{7*7}}" in filled


def snapshot(db: Any, key: str, lang: str) -> str:
    kind = mail.kinds()[key]
    words = mail.preview(db, kind)[lang]
    # What isolates a value in a line has no shape of its own: shown as brackets.
    text = f"{words.subject}\n\n{words.text}".replace("\u2068", "⟨").replace("\u2069", "⟩")
    return text.rstrip() + "\n"


def test_every_message_is_as_it_was_agreed_in_both_languages(db: Any, curriculum: Any) -> None:
    """LMS_WRITE_MAILS=1 writes the files anew, to be read before they are kept."""
    keys = set(mails.worded())
    wanted = {f"{key}.{lang}.txt" for key in keys for lang in LANGUAGES}
    for name in wanted if os.environ.get("LMS_WRITE_MAILS") else ():
        key, lang, _suffix = name.rsplit(".", 2)
        (SNAPSHOTS / name).write_text(snapshot(db, key, lang), encoding="utf-8")
    assert {path.name for path in SNAPSHOTS.glob("*.txt")} == wanted
    for name in sorted(wanted):
        key, lang, _suffix = name.rsplit(".", 2)
        assert (SNAPSHOTS / name).read_text(encoding="utf-8") == snapshot(db, key, lang), name


def test_jobs_of_messages_carry_ids_only(db: Any, now: dt.datetime) -> None:
    mail_id = put(db, now)
    assert db.scalars(sa.select(Job.arguments)).all() == [{"mail_id": mail_id}]
