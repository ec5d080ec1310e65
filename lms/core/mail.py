"""Mails: written to an outbox in the act's own transaction, delivered by a job, in the reader's language.

Without a mail server they become files in the data folder and lines on the terminal.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import clock, jobs
from lms.core import db as database
from lms.core.db import Base
from lms.core.text import BIDI_CONTROLS

DELIVER = "mail.deliver"
TIMEOUT_SECONDS = 20


class Mail(Base):
    """One message of the outbox. Text and address are blanked once it is delivered."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    lang: Mapped[str] = mapped_column(sa.String(2))
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]


def send(
    db: Session,
    *,
    recipient_id: int | None,
    address: str,
    lang: str,
    subject: str,
    text: str,
    now: dt.datetime,
) -> Mail:
    """Put a message in the outbox; a job delivers it after the commit."""
    mail = Mail(
        recipient_id=recipient_id,
        address=_one_line(address),
        lang=lang,
        subject=_one_line(subject),
        text=text,
        created_at=now,
    )
    db.add(mail)
    db.flush()
    jobs.start(db, DELIVER, mail_id=mail.id, now=now)
    return mail


def deliver(db: Session, mail_id: int) -> None:
    """Job: hand one message to the mail server, or to a file and the terminal when there is none."""
    mail = db.get(Mail, mail_id)
    if mail is None or mail.sent_at is not None:
        return
    message, subject, text = _message(mail), mail.subject, mail.text
    # A mail server may take its time: nobody waits for it in the queue of writers.
    db.rollback()
    settings = current_app.extensions["settings"]
    if settings.smtp_url:
        _hand_over(message, settings.smtp_url)
    else:
        folder = settings.data_dir / "outbox"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / f"{mail_id:06d}.eml").write_bytes(message.as_bytes())
        if sys.stderr.isatty():
            sys.stderr.write(f"\n{subject}\n{text}\n")
    database.use_mode(database.WRITE)
    db.execute(sa.update(Mail).where(Mail.id == mail_id).values(sent_at=clock.now(), text="", address=""))


def forget_recipient(db: Session, person_id: int) -> None:
    """Drop what was sent, or waits to be sent, to somebody whose data is wiped."""
    db.execute(sa.delete(Mail).where(Mail.recipient_id == person_id))


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = current_app.extensions["settings"].mail_from
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Message-ID"] = make_msgid(domain="mail.invalid")
    message["Content-Language"] = mail.lang
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _hand_over(message: EmailMessage, smtp_url: str) -> None:
    parts = urlsplit(smtp_url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
    with server:
        if parts.scheme == "smtp" and parts.username:
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _one_line(text: str) -> str:
    return " ".join(BIDI_CONTROLS.sub("", text).split())[:254]
