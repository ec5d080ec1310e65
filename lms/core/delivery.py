"""Handing a message over: to the mail server, or to a file and the terminal where there is none."""

from __future__ import annotations

import smtplib
import ssl
import sys
from collections.abc import Iterator
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from lms.core import clock, jobs
from lms.core import db as database
from lms.core.mail import Mail, file_of, one_line

TIMEOUT_SECONDS = 20
#: Trying again would change nothing.
_FOR_GOOD = ("address", "recipient", "wiped")


class NotDelivered(Exception):
    """A message that the server did not take: the job is tried again. Says the class of the failure, no more."""


def deliver(db: Session, mail_id: int) -> None:
    """Job: hand one message to the mail server, or to a file and the terminal when there is none."""
    mail = db.get(Mail, mail_id)
    if mail is None or mail.sent_at is not None or mail.stopped_at is not None:
        return
    try:
        if not mail.text:
            raise _Failed("wiped")
        message, address, subject, text = _message(mail), mail.address, mail.subject, mail.text
        # A mail server may take its time: nobody waits for it in the queue of writers.
        db.rollback()
        _deliver(message, address, mail_id, f"\n{subject}\n{text}\n")
    except Exception as error:
        db.rollback()
        failure = _class_of(error)
        given_up = _note_failure(mail_id, failure)
        if given_up:
            return
        raise NotDelivered(failure) from None
    database.use_mode(database.WRITE)
    db.execute(
        sa.update(Mail)
        .where(Mail.id == mail_id)
        .values(sent_at=clock.now(), text="", address="", attachments=[], failure="", stopped_at=None)
    )


def _deliver(message: EmailMessage, address: str, mail_id: int, shown: str) -> None:
    settings = current_app.extensions["settings"]
    if settings.smtp_url:
        _hand_over(message, settings.smtp_url, address)
        return
    file = file_of(mail_id)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_bytes(message.as_bytes())
    if sys.stderr.isatty():
        sys.stderr.write(shown)


class _Failed(Exception):
    """A failure that is known before any server is asked; the argument is its class."""


def _note_failure(mail_id: int, failure: str) -> bool:
    """Count the try; says whether it was the last one."""
    given_up = failure in _FOR_GOOD or jobs.is_last_try()
    with database.short_write() as db:
        values: dict[str, Any] = {"tries": Mail.tries + 1, "failure": failure}
        if given_up:
            values["stopped_at"] = clock.now()
        # Taken back meanwhile: it stays so.
        db.execute(sa.update(Mail).where(Mail.id == mail_id, Mail.stopped_at.is_(None)).values(**values))
    return given_up


def _class_of(error: Exception) -> str:
    """One of ``mail.FAILURES``, which an administrator can do something with; the special ones come first."""
    if isinstance(error, _Failed):
        return str(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        is_final = all(code >= 500 for code, _answer in error.recipients.values())
        return "recipient" if is_final else "busy"
    for classes, failure in _CLASSES:
        if isinstance(error, classes):
            return failure
    if isinstance(error, smtplib.SMTPResponseException):
        return "busy" if 400 <= error.smtp_code < 500 else "refused"
    return "unreachable" if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException) else "refused"


_CLASSES: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((smtplib.SMTPNotSupportedError, UnicodeError, ValueError), "address"),
    ((smtplib.SMTPAuthenticationError,), "sign-in"),
    ((smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError), "broken"),
    ((TimeoutError,), "silent"),
)


#: Encoded so that a server that takes no eight bits passes it on unharmed.
_SEVEN_BITS = policy.default.clone(cte_type="7bit")


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=_SEVEN_BITS)
    message["From"] = current_app.extensions["settings"].mail_from
    # One address, or none: "a@b.ma, c@d.ma" is not one.
    message["To"] = _address(mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    # The same at every try: a server that took it and broke off shows it once.
    message["Message-ID"] = f"<{mail.id}.{int(mail.created_at.timestamp())}@mail.invalid>"
    message["Content-Language"] = mail.lang
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    for name, subtype, text in _files(mail):
        message.add_attachment(text, subtype=subtype, charset="utf-8", filename=name, params=_PARAMETERS.get(subtype))
    return message


def _address(text: str) -> Address:
    try:
        if not text:
            raise ValueError
        return Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):
        raise _Failed("address") from None


#: Parameters of a type of attachment that its readers need.
_PARAMETERS = {"calendar": {"method": "PUBLISH"}}


def _files(mail: Mail) -> Iterator[tuple[str, str, str]]:
    """Name, subtype and text of each attachment; all are texts."""
    for one in mail.attachments:
        subtype = str(one["type"]).partition("/")[2]
        yield one_line(str(one["name"])), subtype, str(one["text"])


def _hand_over(message: EmailMessage, smtp_url: str, address: str) -> None:
    parts = urlsplit(smtp_url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
    try:
        if parts.scheme == "smtp" and parts.username:
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message, to_addrs=[address])
    except ssl.SSLError:
        raise _Failed("security") from None
    finally:
        _leave(server)


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; a message that was taken stays taken, whatever the server answers to that."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
