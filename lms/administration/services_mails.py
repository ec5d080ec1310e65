"""Wording messages, writing to many, and sending again or taking back what is in the outbox.

Every act leaves an audit entry. Flushes, never commits; but the job that writes to many, which goes step by step.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.administration import mails
from lms.administration import queries_mails as queries
from lms.administration.models import MessageToMany
from lms.administration.queries_mails import Audience, Target
from lms.core import audit, jobs, mail
from lms.core import db as database
from lms.core.bilingual import LANGUAGES, Bilingual
from lms.core.edits import EditedMeanwhile
from lms.core.feature import MailKind
from lms.core.mail import Mail, MailTemplate

WRITE_TO_MANY = "administration.write-to-many"
#: Mails that the job writes before it lets others write.
AT_ONCE = 100
NOTHING_OWN = Bilingual("", "")


def send_again(db: Session, row: Mail, *, actor_id: int, now: dt.datetime) -> bool:
    """Put a message that failed or was taken back in the outbox again; False when there is nothing to send."""
    if not mail.try_again(db, row.id, now=now):
        return False
    audit.record(db, "administration.send-mail-again", actor_id=actor_id, subject=row, now=now)
    return True


def take_back(db: Session, row: Mail, *, actor_id: int, now: dt.datetime) -> bool:
    """Stop a message that waits; False when it is sent or stopped already."""
    if not mail.take_back(db, row.id, now=now):
        return False
    audit.record(db, "administration.take-mail-back", actor_id=actor_id, subject=row, now=now)
    return True


def save_wording(
    db: Session,
    kind: MailKind,
    subject: Bilingual,
    text: Bilingual,
    *,
    version: int | None,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Store the team's words, as far as they differ from the product's. Raises EditedMeanwhile."""
    row = queries.template_or_none(db, kind.key)
    if (row.version if row else 0) != (version or 0):
        raise EditedMeanwhile
    before = row and {"subject": row.subject.as_dict(), "text": row.text.as_dict()}
    products = {lang: mail.wording(kind, lang, None) for lang in LANGUAGES}
    own_subject = _own(subject, Bilingual(products["ar"][0], products["fr"][0]))
    own_text = _own(text, Bilingual(products["ar"][1].strip(), products["fr"][1].strip()))
    after = {"subject": own_subject.as_dict(), "text": own_text.as_dict()}
    if after == (before or {"subject": NOTHING_OWN.as_dict(), "text": NOTHING_OWN.as_dict()}):
        return
    if row is None:
        row = MailTemplate(kind=kind.key, subject=own_subject, text=own_text)
        db.add(row)
    else:
        row.subject, row.text = own_subject, own_text
    db.flush()
    label = {lang: mails.label_in(kind, lang) for lang in LANGUAGES}
    audit.record(
        db, "administration.word-mail", actor_id=actor_id, now=now, message=label, before=before or {}, after=after
    )


def _own(typed: Bilingual, product: Bilingual) -> Bilingual:
    """What is typed, but the product's words stay the product's: they follow its next version."""
    return Bilingual("" if typed.ar == product.ar else typed.ar, "" if typed.fr == product.fr else typed.fr)


def send_to_many(
    db: Session,
    target: Target,
    audience: Audience,
    subject: Bilingual,
    text: Bilingual,
    *,
    key: str,
    actor_id: int,
    now: dt.datetime,
) -> MessageToMany:
    """Confirm a message; a job writes the mails. Of two confirmations with one key the second finds the first's."""
    is_new = database.insert_if_absent(
        db, MessageToMany, key=key, target=str(target), subject_ar=subject.ar, subject_fr=subject.fr,
        text_ar=text.ar, text_fr=text.fr, author_id=actor_id, created_at=now, people=len(audience.ids),
        without_address=audience.without_address, objected=audience.objected, waiting=list(audience.ids),
    )  # fmt: skip
    row = db.scalars(sa.select(MessageToMany).where(MessageToMany.key == key)).one()
    if is_new:
        jobs.start(db, WRITE_TO_MANY, message_id=row.id, now=now)
        audit.record(
            db, "administration.message-to-many", actor_id=actor_id, subject=row, now=now,
            title=subject.as_dict(), count=row.people,
        )  # fmt: skip
    return row


def write_to_many(db: Session, message_id: int, *, now: dt.datetime) -> None:
    """Job: a mail to each person who waits for one, some at a time.

    Each step is kept with the mails it wrote: a run that broke off, or a second one, goes on behind it.
    """
    while _write_some(db, message_id, now=now):
        database.commit()


def _write_some(db: Session, message_id: int, *, now: dt.datetime) -> bool:
    """Write to the next people; says whether there were any."""
    row = db.get(MessageToMany, message_id, with_for_update=True, populate_existing=True)
    if row is None or not row.waiting:
        return False
    chosen, row.waiting = row.waiting[:AT_ONCE], row.waiting[AT_ONCE:]
    template = MailTemplate(kind=mails.MESSAGE.key, subject=row.subject, text=row.text)
    people = queries.people_to_write_to(db, chosen)
    for person in people:
        places = {"name": person.name[person.lang]}
        words = mail.words_of(db, mails.MESSAGE, person.lang, places, template)
        mail.send(
            db, recipient_id=person.id, address=person.email or "", lang=person.lang, subject=words.subject,
            text=words.text, kind=mails.MESSAGE.key, now=now,
        )  # fmt: skip
    row.written += len(people)
    db.flush()
    return True
