"""Messages to learners about their marks. No mark stands in a message: it is read after signing in."""

from __future__ import annotations

import datetime as dt

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.core import mail
from lms.core.feature import MailKind
from lms.programme.queries import get_enrolment_or_none
from lms.quizzes.models import Attempt

CHANGED = "quizzes.mark-changed"
THERE = "quizzes.mark-there"
ANSWERED = "quizzes.review-answered"
_PLACES = {"name": _l("Nadia El Fassi"), "test": _l("Test of module 1"), "link": "https://example.org/"}
KINDS = [
    MailKind(
        THERE,
        _l("Open answers are marked"),
        _l("The mark is there: {test}"),
        _l("Hello {name},\n\nThe training team has read the answers to “{test}”. The mark is here:\n{link}\n"),
        places=_PLACES,
    ),
    MailKind(
        CHANGED,
        _l("A mark was corrected"),
        _l("A mark was corrected: {test}"),
        _l(
            "Hello {name},\n\nA correction changed the mark of “{test}”. The mark before and the mark since then are "
            "here, with the reason:\n{link}\n"
        ),
        places=_PLACES,
    ),
    MailKind(
        ANSWERED,
        _l("A question about a mark is answered"),
        _l("Answer about your mark: {test}"),
        _l("Hello {name},\n\nA person looked at your result in “{test}”. The answer is here:\n{link}\n"),
        places=_PLACES,
    ),
]


def tell_of_mark(db: Session, attempt: Attempt, *, now: dt.datetime) -> None:
    """Tell a learner that people have read their open answers and the attempt has its mark."""
    _tell(db, THERE, attempt, now=now)


def tell_of_change(db: Session, attempt: Attempt, *, now: dt.datetime) -> None:
    """Tell a learner that the mark of an attempt is another one now."""
    _tell(db, CHANGED, attempt, now=now)


def tell_of_answer(db: Session, attempt: Attempt, *, now: dt.datetime) -> None:
    """Tell a learner that their question about a mark is answered."""
    _tell(db, ANSWERED, attempt, now=now)


def _tell(db: Session, kind: str, attempt: Attempt, *, now: dt.datetime) -> None:
    enrolment = get_enrolment_or_none(db, attempt.enrolment_id)
    if enrolment is None or enrolment.person.anonymised_at is not None:
        return
    person, lang = enrolment.person, enrolment.person.lang
    path = url_for("quizzes.show_result", lang=lang, quiz_id=attempt.quiz_id, number=attempt.number)
    places = {
        "name": person.name[lang],
        "test": attempt.quiz.title[lang],
        "link": accounts.public_address(path),
    }
    mail.send_kind(db, kind, person_id=person.id, address=person.email, lang=lang, places=places, now=now)
