"""Storing an anonymous answer.

What ties an answer to a person is never written: no time, no order, no act in a record. « Has answered » and the
answer are stored in one transaction, so that none is without the other, and lie in two tables that share nothing but
the round.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core.clock import local_date
from lms.core.db import Base, insert_if_absent
from lms.surveys import queries
from lms.surveys.errors import AlreadyAnswered, RoundClosed
from lms.surveys.models import Done, Response


def answer(db: Session, round_id: int, enrolment_id: int, answers: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Store what somebody answered. Raises RoundClosed and AlreadyAnswered; of two at one moment one is stored."""
    today = local_date(now)
    if not queries.rounds.lock(db, round_id).is_open(today):
        raise RoundClosed
    if not insert_if_absent(db, Done, round_id=round_id, enrolment_id=enrolment_id):
        raise AlreadyAnswered
    row = {"id": secrets.token_hex(16), "round_id": round_id, "day": today, "answers": dict(answers)}
    db.execute(sa.insert(Response), [row])
    if db.get_bind().dialect.name == "postgresql":
        _blend(db, round_id)


def _blend(db: Session, round_id: int) -> None:
    """Write all rows of the round anew, each table in the order of its key.

    PostgreSQL keeps with every row the number of the transaction that wrote it, and lays rows down as they come:
    through either, an answer would lead to whoever answered in the same transaction. Written together, the rows of a
    round share both; what they replaced lies about until the database's next vacuum. SQLite keeps no such number, and
    its tables without one of their own lie in the order of the key.
    """
    for model, key in ((Done, "enrolment_id"), (Response, "id")):
        table = Base.metadata.tables[model.__tablename__]
        # What is taken out is what comes back: a row that somebody deletes meanwhile does not return.
        taken = db.execute(sa.delete(table).where(table.c.round_id == round_id).returning(table)).mappings()
        db.execute(sa.insert(table), sorted(map(dict, taken), key=lambda row: row[key]))
