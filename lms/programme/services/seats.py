"""Committee seats and their holders. A successor keeps the seat's history. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person, Region
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.core.edits import EditedMeanwhile, check_version
from lms.core.i18n import long_date
from lms.programme.errors import WrongDay
from lms.programme.models import CommitteeSeat, SeatHolding
from lms.programme.queries import seats as queries
from lms.programme.services import archiving

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class SeatPlan:
    """All that an administrator decides about a seat."""

    organisation: Organisation
    title: Bilingual
    level: str
    region: Region | None

    def as_json(self) -> dict[str, object]:
        """For the audit."""
        region_id = self.region.id if self.region else None
        return {
            "organisation": self.organisation.id, "title": self.title.as_dict(), "level": self.level,
            "region": region_id,
        }  # fmt: skip


def create_seat(db: Session, plan: SeatPlan, *, actor_id: int | None = None, now: dt.datetime) -> CommitteeSeat:
    """A vacant seat."""
    seat = CommitteeSeat(
        organisation=plan.organisation, title=plan.title, level=plan.level, region=plan.region, holdings=[]
    )
    db.add(seat)
    db.flush()
    audit.record(db, "programme.create-seat", actor_id=actor_id, subject=seat, now=now, after=plan.as_json())
    return seat


def edit_seat(
    db: Session, seat: CommitteeSeat, plan: SeatPlan, *, version: int | None, actor_id: int | None, now: dt.datetime
) -> None:
    """Store what was decided. Raises EditedMeanwhile when somebody stored another version."""
    check_version(seat, version)
    before = SeatPlan(seat.organisation, seat.title, seat.level, seat.region)
    if before == plan:
        return
    seat.organisation, seat.title, seat.level, seat.region = plan.organisation, plan.title, plan.level, plan.region
    db.flush()
    audit.record(
        db, "programme.edit-seat", actor_id=actor_id, subject=seat, now=now,
        before=before.as_json(), after=plan.as_json(),
    )  # fmt: skip


def appoint(
    db: Session,
    seat: CommitteeSeat,
    person: Person,
    *,
    since: dt.date,
    seen_id: int | None,
    actor_id: int | None = None,
    now: dt.datetime,
) -> SeatHolding:
    """Give the seat a holder from a day; the holder before ends the day before.

    ``seen_id``: the holding that stood on the page when it was decided; None: the seat was vacant. Raises
    EditedMeanwhile when it no longer does, WrongDay when the day does not fit. From the very day of the holder
    before, it is a correction: that holding gets the other person.
    """
    # Of two who appoint at the same moment the second waits here, then finds the first one's holder.
    db.execute(sa.select(CommitteeSeat.id).where(CommitteeSeat.id == seat.id).with_for_update())
    running = queries.running_holding(db, seat.id)
    if (running.id if running else None) != seen_id:
        raise EditedMeanwhile
    _check_day(since, after=running.since_on - ONE_DAY if running else queries.last_end(db, seat.id), now=now)
    before = {"person": running.person_id, "since": running.since_on.isoformat()} if running else None
    if running is not None and running.since_on == since:
        running.person = person
        holding = running
    else:
        if running is not None:
            running.until_on = since - ONE_DAY
            # Its end is stored first: the seat never has two holdings without one.
            db.flush()
        holding = SeatHolding(seat_id=seat.id, person=person, since_on=since)
        db.add(holding)
    db.flush()
    audit.record(
        db, "programme.appoint", actor_id=actor_id, subject=seat, now=now,
        before=before, after={"person": person.id, "since": since.isoformat()},
    )  # fmt: skip
    db.expire(seat, ["holdings"])
    return holding


def vacate(
    db: Session,
    seat: CommitteeSeat,
    *,
    until: dt.date,
    seen_id: int | None,
    actor_id: int | None = None,
    now: dt.datetime,
) -> None:
    """The holder leaves; ``until`` is the last day. Raises EditedMeanwhile or WrongDay as ``appoint``."""
    db.execute(sa.select(CommitteeSeat.id).where(CommitteeSeat.id == seat.id).with_for_update())
    running = queries.running_holding(db, seat.id)
    if running is None or running.id != seen_id:
        raise EditedMeanwhile
    _check_day(until, after=running.since_on - ONE_DAY, now=now)
    running.until_on = until
    db.flush()
    audit.record(
        db, "programme.vacate", actor_id=actor_id, subject=seat, now=now,
        person=running.person_id, until=until.isoformat(),
    )  # fmt: skip
    db.expire(seat, ["holdings"])


def _check_day(day: dt.date, *, after: dt.date | None, now: dt.datetime) -> None:
    if day > local_date(now):
        raise WrongDay(_l("This day is still to come: it can be entered once it is there."))
    if after is not None and day <= after:
        raise WrongDay(_l("The day has to be %(day)s or later.", day=long_date(after + ONE_DAY)))


def leave_seats(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """End what the person holds today: the seats become vacant, their history stays."""
    today = local_date(now)
    for holding in queries.seats_of(db, person_id):
        if holding.until_on is None:
            holding.until_on = max(today, holding.since_on)
    db.flush()


def archive_seat(db: Session, seat: CommitteeSeat, *, actor_id: int | None, now: dt.datetime) -> None:
    """Put a seat away; its history stays."""
    archiving.archive(db, seat, "programme.archive-seat", actor_id=actor_id, now=now)


def restore_seat(db: Session, seat: CommitteeSeat, *, actor_id: int | None, now: dt.datetime) -> None:
    """Bring a seat back. Raises TooLateToRestore after 30 days."""
    archiving.restore(db, seat, "programme.restore-seat", actor_id=actor_id, now=now)
