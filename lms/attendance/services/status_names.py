"""The programme's own names of statuses: adding them, retiring them, taking them up again."""

from __future__ import annotations

import datetime as dt

from flask_babel import force_locale
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.errors import StatusNameIsStatus, StatusNameTaken
from lms.attendance.models import StatusName
from lms.attendance.statuses import SHORT, Status
from lms.core import audit
from lms.core.bilingual import LANGUAGES, Bilingual
from lms.core.i18n import locale_of
from lms.core.text import search_key


def add(db: Session, status: Status, name: Bilingual, *, actor_id: int, now: dt.datetime) -> StatusName:
    """One more name. Raises StatusNameIsStatus where it reads as a status itself, in the same language.

    And StatusNameTaken where one of the same reading is there, retired or not.
    """
    if any(search_key(name[lang]) in _words_of_statuses(lang) for lang in LANGUAGES):
        raise StatusNameIsStatus
    taken = {(lang, search_key(one.name[lang])) for one in queries.status_names.every(db) for lang in LANGUAGES}
    if any((lang, search_key(name[lang])) in taken for lang in LANGUAGES):
        raise StatusNameTaken
    row = StatusName(status=status.value, name=name)
    db.add(row)
    db.flush()
    audit.record(
        db, "attendance.add-status-name", actor_id=actor_id, subject=row, now=now,
        after={"status": status.value, "name": name.as_dict()},
    )  # fmt: skip
    return row


def _words_of_statuses(lang: str) -> set[str]:
    """What the statuses are called in a language, in full and on the roll call; as it is compared."""
    with force_locale(locale_of(lang)):
        return {search_key(str(words)) for one in Status for words in (one.label, SHORT[one])}


def retire(db: Session, row: StatusName, *, actor_id: int, now: dt.datetime) -> None:
    """Nobody is marked with it from now on; marks keep it. A second time changes nothing. Lock it first."""
    if row.retired_at is not None:
        return
    row.retired_at = now
    db.flush()
    audit.record(
        db, "attendance.retire-status-name", actor_id=actor_id, subject=row, now=now, before=row.name.as_dict()
    )


def take_up(db: Session, row: StatusName, *, actor_id: int, now: dt.datetime) -> None:
    """It is offered again. A second time changes nothing. Lock it first."""
    if row.retired_at is None:
        return
    row.retired_at = None
    db.flush()
    audit.record(
        db, "attendance.take-up-status-name", actor_id=actor_id, subject=row, now=now, after=row.name.as_dict()
    )
