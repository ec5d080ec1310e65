"""The outbox: mails written in the act's own transaction, in the reader's language. ``delivery`` hands them over."""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, Session, composite, mapped_column

from lms.core import clock, jobs, profile
from lms.core import db as database
from lms.core.bilingual import LANGUAGES, Bilingual
from lms.core.db import Base
from lms.core.feature import Check, MailKind
from lms.core.i18n import locale_of, long_date, number
from lms.core.text import BIDI_CONTROLS, isolate

DELIVER = "mail.deliver"
#: A place in the words of a message: ``{link}``. Anything else in braces is text like any other.
PLACE = re.compile(r"\{([a-z_]+)\}")
#: A message that nobody took for this long: the server, or the jobs, are down.
WAITS_TOO_LONG = dt.timedelta(hours=1)
A_DAY = dt.timedelta(days=1)


class Mail(Base):
    """One message of the outbox. Text and address are blanked once it is delivered."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(sa.String(254))
    lang: Mapped[str] = mapped_column(sa.String(2))
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    #: Which message this is (``accounts.invitation``), of those the features declare.
    kind: Mapped[str] = mapped_column(sa.String(60), index=True, default="")
    #: ``[{"name": "seance.ics", "type": "text/calendar", "text": "…"}]``; emptied once delivered.
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
    sent_at: Mapped[dt.datetime | None]
    #: Tries that failed, and the last failure in a few words without any address.
    tries: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(sa.String(120), default="")
    #: Given up after the last try, or taken back by the team.
    stopped_at: Mapped[dt.datetime | None]


class MailTemplate(Base):
    """The team's own wording of one kind of message. Plain text; ``{name}`` places are filled in, nothing is run."""

    __tablename__ = "mail_template"

    kind: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    subject: Mapped[Bilingual] = composite(mapped_column("subject_ar"), mapped_column("subject_fr"))
    text: Mapped[Bilingual] = composite(
        mapped_column("text_ar", sa.Text, nullable=False), mapped_column("text_fr", sa.Text, nullable=False)
    )
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReminderSent(Base):
    """That a reminder went out: each goes once, and a person gets so many a week."""

    __tablename__ = "reminder_sent"

    person_id: Mapped[int] = mapped_column(primary_key=True)
    #: ``quizzes.closing:12``: the occasion, the same however often it is found.
    occasion: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    sent_at: Mapped[dt.datetime] = mapped_column(index=True)


class MailState(enum.StrEnum):
    """Where a message stands; the tabs of the outbox's page."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def label(self) -> Any:
        return _STATES[self]

    @classmethod
    def of(cls, mail: Mail) -> MailState:
        """The state of one message, as ``holds`` tells it."""
        if mail.sent_at is not None:
            return cls.SENT
        if mail.stopped_at is None:
            return cls.WAITING
        return cls.FAILED if mail.failure else cls.STOPPED

    def holds(self) -> sa.ColumnElement[bool]:
        """Condition on messages in this state."""
        if self is MailState.SENT:
            return Mail.sent_at.is_not(None)
        if self is MailState.WAITING:
            return sa.and_(Mail.sent_at.is_(None), Mail.stopped_at.is_(None))
        # Whoever takes a message back wipes its failure: what is left of one was given up.
        is_failed = Mail.failure != "" if self is MailState.FAILED else Mail.failure == ""
        return sa.and_(Mail.sent_at.is_(None), Mail.stopped_at.is_not(None), is_failed)


_STATES = {
    MailState.WAITING: _l("Waiting"),
    MailState.SENT: _l("Sent messages"),
    MailState.FAILED: _l("Failed"),
    MailState.STOPPED: _l("Messages taken back"),
}
#: Why a message was not taken, as it is stored -> in words. Never an address, a name or what the server said.
FAILURES = {
    "address": _l("The address cannot be used"),
    "recipient": _l("The server does not know the recipient"),
    "busy": _l("The server asked to wait"),
    "sign-in": _l("The server did not accept the name and password of the product"),
    "security": _l("The connection could not be made secure"),
    "broken": _l("The connection broke off"),
    "silent": _l("The server did not answer in time"),
    "unreachable": _l("The server could not be reached"),
    "refused": _l("The server refused the message"),
    "wiped": _l("The text is no longer there"),
}


@dataclass(frozen=True)
class Words:
    """A message as its reader gets it."""

    subject: str
    text: str


def kinds() -> dict[str, MailKind]:
    """Every message that the features declare, by key."""
    return {kind.key: kind for feature in current_app.extensions["features"] for kind in feature.mails}


def send_kind(
    db: Session,
    kind: str,
    *,
    person_id: int | None,
    address: str | None,
    lang: str,
    places: Mapping[str, str],
    attachments: Sequence[Mapping[str, str]] = (),
    now: dt.datetime,
) -> Mail:
    """Put a message of a declared kind in the outbox, in the reader's language and the team's words if it has its own.

    Without an address it is kept among the failed ones, so that somebody sees it.
    """
    words = words_of(db, kinds()[kind], lang, places)
    mail = send(
        db, recipient_id=person_id, address=address or "", lang=lang, subject=words.subject, text=words.text,
        kind=kind, attachments=attachments, now=now,
    )  # fmt: skip
    return mail


def words_of(
    db: Session, kind: MailKind, lang: str, places: Mapping[str, Any], template: MailTemplate | None = None
) -> Words:
    """Subject and whole text of a message in a language; ``template`` stands in for the stored wording."""
    subject, text = wording(kind, lang, template or db.get(MailTemplate, kind.key))
    known = {name: str(places.get(name, "")) for name in kind.places}
    return Words(one_line(fill(subject, known)), f"{fill(text, known).rstrip()}\n{footer(db, lang)}")


def preview(db: Session, kind: MailKind, template: MailTemplate | None = None) -> dict[str, Words]:
    """The whole message in each language, with examples in its places, as it would leave now."""
    found = {}
    for lang in LANGUAGES:
        with force_locale(locale_of(lang)):
            examples = {name: str(value) for name, value in kind.places.items()}
        found[lang] = words_of(db, kind, lang, examples, template)
    return found


def wording(kind: MailKind, lang: str, template: MailTemplate | None) -> tuple[str, str]:
    """Subject and text with their places open: the team's, and the product's where the team wrote none."""
    with force_locale(locale_of(lang)):
        subject, text = str(kind.subject), str(kind.text)
    if template is None:
        return subject, text
    own_subject, own_text = template.subject.as_dict()[lang], template.text.as_dict()[lang]
    return own_subject or subject, own_text or text


def fill(words: str, places: Mapping[str, str]) -> str:
    """The words with each known ``{place}`` filled, once and as text: nothing in words or values is run (T6)."""
    return PLACE.sub(lambda found: _as_value(places[found[1]]) if found[1] in places else found[0], words)


def _as_value(value: str) -> str:
    """What somebody typed keeps its own direction; addresses stay bare, so that they can be clicked."""
    if value.startswith(("http://", "https://")):
        return value
    lines = BIDI_CONTROLS.sub("", value).splitlines()
    return "\n".join(isolate(line) if line.strip() else "" for line in lines)


def footer(db: Session, lang: str) -> str:
    """Who writes, and where help is found: the end of every message."""
    contact = profile.known(db).contact
    name: Bilingual = current_app.extensions["programme_names"]().name
    with force_locale(locale_of(lang)):
        lines = ["", "-- ", name[lang]]
        if contact:
            lines.append(_("Help: %(contact)s", contact=contact))
    return "\n".join(lines) + "\n"


def send(
    db: Session,
    *,
    recipient_id: int | None,
    address: str,
    lang: str,
    subject: str,
    text: str,
    kind: str = "",
    attachments: Sequence[Mapping[str, str]] = (),
    now: dt.datetime,
) -> Mail:
    """Put a message in the outbox; a job delivers it after the commit."""
    mail = Mail(
        recipient_id=recipient_id,
        address=one_line(address),
        lang=lang,
        subject=one_line(subject)[:200],
        text=text,
        kind=kind,
        attachments=[dict(one) for one in attachments],
        created_at=now,
    )
    db.add(mail)
    db.flush()
    jobs.start(db, DELIVER, mail_id=mail.id, now=now)
    return mail


def try_again(db: Session, mail_id: int, *, now: dt.datetime) -> bool:
    """Put a message that was given up, or taken back, in the outbox again; False when it is not one of these."""
    again = (
        sa.update(Mail)
        .where(Mail.id == mail_id, Mail.sent_at.is_(None), Mail.stopped_at.is_not(None), Mail.text != "")
        .values(stopped_at=None, failure="", tries=0)
        .returning(Mail.id)
    )
    # Of two at the same moment one finds the row.
    if db.execute(again).first() is None:
        return False
    jobs.start(db, DELIVER, mail_id=mail_id, now=now)
    return True


def take_back(db: Session, mail_id: int, *, now: dt.datetime) -> bool:
    """Stop a message that waits; False when it is on its way, sent or stopped already."""
    stop = (
        sa.update(Mail)
        .where(Mail.id == mail_id, MailState.WAITING.holds())
        .values(stopped_at=now, failure="")
        .returning(Mail.id)
    )
    return db.execute(stop).first() is not None


@dataclass(frozen=True)
class Outbox:
    """How the outbox stands."""

    waiting: int
    oldest: dt.datetime | None
    #: Given up within the last day, and all that were.
    failed_lately: int
    failed: int


def outbox(db: Session, *, now: dt.datetime) -> Outbox:
    """Counts of what waits and what failed, in one statement."""
    waiting, failed = MailState.WAITING.holds(), MailState.FAILED.holds()

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    row = db.execute(
        sa.select(
            count(waiting),
            sa.func.min(sa.case((waiting, Mail.created_at), else_=sa.null())),
            count(sa.and_(failed, Mail.stopped_at >= now - A_DAY)),
            count(failed),
        ).where(Mail.sent_at.is_(None))
    ).one()
    return Outbox(*row)


def health(db: Session, *, now: dt.datetime) -> list[Check]:
    """Lines of the health page: what waits, what failed."""
    stands = outbox(db, now=now)
    value = ngettext("%(num)s message waits", "%(num)s messages wait", stands.waiting)
    if stands.oldest is not None:
        since = f"{clock.local(stands.oldest):%H:%M}"
        value = _("%(messages)s, the oldest since %(day)s at %(time)s", messages=value, day=long_date(stands.oldest),
                  time=since)  # fmt: skip
    has_server = bool(current_app.extensions["settings"].smtp_url)
    written = db.scalar(sa.select(Mail.id).where(Mail.sent_at.is_not(None)).limit(1)) is not None
    return [
        Check(
            _("Mail server"),
            _("Set") if has_server else _("None: messages become files, nobody receives them"),
            # Before the first message this is how everybody starts.
            has_server or not written,
            _("The address of the mail server belongs into the settings of the installation (README)."),
        ),
        Check(
            _("Messages waiting"),
            value if stands.waiting else _("No message waits"),
            stands.oldest is None or stands.oldest > now - WAITS_TOO_LONG,
            _("The mail server, or the process for jobs, may be down."),
        ),
        Check(
            _("Messages failed in 24 hours"),
            number(stands.failed_lately),
            not stands.failed_lately,
            _("The settings of the mail server and the addresses need a look."),
        ),
    ]


def forget_recipient(db: Session, person_id: int) -> None:
    """Drop what was sent, or waits to be sent, to somebody whose data is wiped."""
    forget(db, list(db.scalars(sa.select(Mail.id).where(Mail.recipient_id == person_id))))
    db.execute(sa.delete(ReminderSent).where(ReminderSent.person_id == person_id))


def forget(db: Session, mail_ids: list[int]) -> None:
    """Drop messages, and once that is stored the files that stand for them where there is no mail server."""
    db.execute(sa.delete(Mail).where(Mail.id.in_(mail_ids)))
    files = [file_of(mail_id) for mail_id in mail_ids]

    def drop_files() -> None:
        for file in files:
            file.unlink(missing_ok=True)

    database.after_commit(drop_files)


def file_of(mail_id: int) -> Path:
    """What stands for a message where there is no mail server."""
    folder: Path = current_app.extensions["settings"].data_dir / "outbox"
    return folder / f"{mail_id:06d}.eml"


def one_line(text: str) -> str:
    """The text without line breaks or any mark that could begin a header or turn the line round."""
    printable = "".join(" " if unicodedata.category(char) == "Cc" else char for char in BIDI_CONTROLS.sub("", text))
    return " ".join(printable.split())[:254]
