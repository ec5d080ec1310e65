"""What a member answers some months later, and asking their supervisor."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.queries.sign_ins import token_hash
from lms.accounts.services.links import new_token
from lms.core import mail
from lms.core.clock import local_date
from lms.core.db import insert_if_absent
from lms.core.mail import Mail
from lms.programme.models import Cohort
from lms.programme.work import work
from lms.surveys import mails, queries
from lms.surveys.errors import AlreadyAnswered, AskedEnough, RoundClosed, TicketNotUsable
from lms.surveys.models import FollowUp
from lms.surveys.queries.follow_ups import LASTS, TICKET_LASTS


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def make_due(db: Session, cohort: Cohort, months: int) -> int:
    """Ask the members of a cohort who took part; gives how many were not asked before."""
    present = queries.follow_ups.present_in(db, cohort.id)
    took_part = work().with_entries(db, present)
    due_on = months_after(cohort.ends_on, months)
    return sum(
        insert_if_absent(db, FollowUp, enrolment_id=one, months=months, due_on=due_on)
        for one in present
        if one in took_part
    )


def may_answer(found: FollowUp, *, today: dt.date) -> bool:
    return found.answered_on is None and found.due_on <= today <= found.due_on + LASTS


def answer(db: Session, follow_up_id: int, answers: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Store what a member answered. Raises AlreadyAnswered and RoundClosed."""
    found, today = queries.follow_ups.lock(db, follow_up_id), local_date(now)
    if found.answered_on is not None:
        raise AlreadyAnswered
    if not may_answer(found, today=today):
        raise RoundClosed
    found.answers, found.answered_on = dict(answers), today
    db.flush()


def may_ask(found: FollowUp, *, today: dt.date) -> bool:
    """Whether a member may name their supervisor: once they answered themselves, and until that one did."""
    in_time = today <= found.due_on + LASTS
    return found.answered_on is not None and found.supervisor_answered_on is None and in_time


def ask_supervisor(db: Session, follow_up_id: int, address: str, *, now: dt.datetime) -> None:
    """Write to the supervisor; a link sent before stops working. Raises AskedEnough."""
    found, today = queries.follow_ups.lock(db, follow_up_id), local_date(now)
    if not may_ask(found, today=today):
        raise AskedEnough
    _forget_mails(db, found)
    token = new_token()
    found.supervisor_address, found.supervisor_asked_on = address, today
    found.supervisor_token_hash = token_hash(token)
    db.flush()
    mails.ask_supervisor(db, found, address, token, now=now)


def usable_ticket(db: Session, ticket: str, *, today: dt.date) -> FollowUp:
    """The follow-up that a supervisor's link belongs to. Raises TicketNotUsable."""
    found = queries.follow_ups.by_token(db, token_hash(ticket))
    if found is None:
        raise TicketNotUsable(404)
    asked_on = found.supervisor_asked_on
    is_too_old = asked_on is None or today > asked_on + TICKET_LASTS
    if found.supervisor_answered_on is not None or is_too_old or found.enrolment.person.anonymised_at is not None:
        raise TicketNotUsable(410)
    return found


def answer_as_supervisor(db: Session, ticket: str, answers: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Store what a supervisor answered, once, and forget their address. Raises TicketNotUsable."""
    today = local_date(now)
    found = queries.follow_ups.lock(db, usable_ticket(db, ticket, today=today).id)
    # Of two at one moment the second finds it used; a link that was replaced meanwhile is none.
    if found.supervisor_answered_on is not None or found.supervisor_token_hash != token_hash(ticket):
        raise TicketNotUsable(410)
    found.supervisor_answers, found.supervisor_answered_on = dict(answers), today
    forget_address(db, found)


def forget_address(db: Session, found: FollowUp) -> None:
    """Erase where a supervisor was written to, and the message where it was not delivered."""
    _forget_mails(db, found)
    found.supervisor_address = None
    db.flush()


def _forget_mails(db: Session, found: FollowUp) -> None:
    """Drop messages to that supervisor that wait or failed: they hold the address too. Delivered ones are blank.

    Where other members named the same address, theirs must still go out.
    """
    if found.supervisor_address and not queries.follow_ups.is_named_elsewhere(db, found):
        query = sa.select(Mail.id).where(Mail.kind == mails.SUPERVISOR, Mail.address == found.supervisor_address)
        mail.forget(db, list(db.scalars(query)))
