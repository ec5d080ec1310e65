"""The lines of the health page: a value, whether it is well, and what to do where it is not."""

from __future__ import annotations

import datetime as dt
import shutil
from importlib import metadata
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.administration import queries
from lms.certificates import services as certificates
from lms.core import clock, health, installation, retention
from lms.core.feature import Check
from lms.core.i18n import long_date, number, points
from lms.curriculum import queries as curriculum

MEGABYTE = 1024 * 1024
LEAST_FREE = 1024 * MEGABYTE
#: A job starts within a second or two, a lost one within a minute.
LONGEST_WAIT = dt.timedelta(minutes=5)
#: Some job runs every minute; none for this long means that nobody runs them.
SILENT_AFTER = dt.timedelta(minutes=15)
LARGEST_OFFSET = dt.timedelta(seconds=5)
#: Twice a year the clocks change for Ramadan: within this time a change must be known.
CHANGE_WITHIN_DAYS = 400
RETENTION_EVERY = dt.timedelta(days=8)
LOOKED_AT_LINES = 100


def all_of(db: Session, *, now: dt.datetime) -> list[Check]:
    """Every line, those of the rooms after those of the installation."""
    found = [
        _database(db),
        _tables(db),
        _disk(),
        *_jobs(db, now),
        _clocks(db, now),
        _time_zone(now),
        _curriculum(db),
        _certificates(db),
        *_retention(db, now),
    ]
    return found + _of_rooms(db, now)


def _of_rooms(db: Session, now: dt.datetime) -> list[Check]:
    return [check for feature in current_app.extensions["features"] for check in feature.health(db, now=now)]


def size(amount: int) -> str:
    """Bytes as megabytes or gigabytes, in words of the language."""
    if amount >= 1024 * MEGABYTE:
        return str(_("%(number)s GB", number=points(amount / (1024 * MEGABYTE))))
    return str(_("%(number)s MB", number=points(amount / MEGABYTE)))


def moment(when: dt.datetime) -> str:
    return str(_("%(day)s at %(time)s", day=long_date(when), time=f"{clock.local(when):%H:%M}"))


def _database(db: Session) -> Check:
    value = f"{queries.database_version(db)} · {size(queries.database_size(db))}"
    return Check(_("Database"), value, is_well=True)


def _tables(db: Session) -> Check:
    is_well = health.is_migrated(db.connection())
    return Check(
        _("Tables"),
        _("Those of this version") if is_well else _("Older than this version"),
        is_well,
        _("The command “db upgrade” brings them up to date; README describes it."),
    )


def _disk() -> Check:
    usage = shutil.disk_usage(current_app.extensions["settings"].data_dir)
    return Check(
        _("Free disk space"),
        _("%(free)s of %(total)s", free=size(usage.free), total=size(usage.total)),
        usage.free >= LEAST_FREE,
        _("Less than 1 GB is left: making room or enlarging the disk keeps saving possible."),
    )


def _jobs(db: Session, now: dt.datetime) -> list[Check]:
    """Work outside of pages: certificates, messages, reminders."""
    queue = queries.queue(db)
    waits_long = queue.oldest is not None and queue.oldest < now - LONGEST_WAIT
    is_silent = (queue.last_done or _installed_at(db) or now) < now - SILENT_AFTER
    waiting = ngettext("%(num)s job waits", "%(num)s jobs wait", queue.waiting) if queue.waiting else _("None waits")
    if queue.oldest is not None:
        waiting = _("%(jobs)s, the oldest since %(moment)s", jobs=waiting, moment=moment(queue.oldest))
    advice = _("The process for jobs may have stopped: starting the product again starts it too.")
    failed = Check(
        _("Jobs given up"),
        number(queue.failed),
        not queue.failed,
        _("The log names them; each was tried five times. The technical team can look at the cause."),
    )
    last = moment(queue.last_done) if queue.last_done else _("None yet")
    return [
        Check(_("Jobs waiting"), waiting, not waits_long, advice),
        Check(_("Last job done"), last, not is_silent, advice),
        failed,
    ]


def _installed_at(db: Session) -> dt.datetime | None:
    """When the database was first used: what never ran is late only after a while."""
    row = installation.of(db)
    return row.created_at if row else None


def _clocks(db: Session, now: dt.datetime) -> Check:
    there = queries.database_clock(db)
    if there is None:
        return Check(_("Clocks"), _("One clock: the database runs inside the product"), is_well=True)
    offset = abs(there - clock.now())
    return Check(
        _("Clocks"),
        _("Database and product: %(seconds)s s apart", seconds=points(offset.total_seconds())),
        offset <= LARGEST_OFFSET,
        _("The clocks of the machines have to be set by the same time service (NTP)."),
    )


def _time_zone(now: dt.datetime) -> Check:
    change = next_clock_change(now)
    version = metadata.version("tzdata")
    value: Any = _("tzdata %(version)s", version=version)
    if change:
        value = _("tzdata %(version)s, next change of the clocks: %(day)s", version=version, day=long_date(change))
    return Check(
        _("Time of Morocco and Ramadan"),
        value,
        change is not None,
        _("The next change for Ramadan is not known: a newer tzdata package is needed."),
    )


def next_clock_change(now: dt.datetime) -> dt.date | None:
    """The next day on which Casablanca's clocks change, as far as the tz database knows."""
    start = clock.local(now).replace(hour=12)
    for days in range(1, CHANGE_WITHIN_DAYS):
        day = start + dt.timedelta(days=days)
        if day.utcoffset() != (day - dt.timedelta(days=1)).utcoffset():
            return day.date()
    return None


def _curriculum(db: Session) -> Check:
    found = len(curriculum.problems(db))
    return Check(
        _("Curriculum"),
        ngettext("%(num)s problem in the files", "%(num)s problems in the files", found)
        if found
        else _("Read without a problem"),
        not found,
        _("The last good reading is served. The command “curriculum check” says what is wrong."),
    )


def _certificates(db: Session) -> Check:
    is_well = certificates.newest_lines_fit(db, limit=LOOKED_AT_LINES)
    return Check(
        _("Register of certificates"),
        _("The newest lines are as they were written") if is_well else _("A line was changed outside the product"),
        is_well,
        _("The command “certificates check” names the first line; issuing should wait until it is explained."),
    )


def _retention(db: Session, now: dt.datetime) -> list[Check]:
    """The last real run of the retention rules; nothing while no rule is declared."""
    if not any(feature.retention for feature in current_app.extensions["features"]):
        return []
    last = next((run for run in retention.runs(db) if not run.is_dry), None)
    is_due = (last.ran_at if last else _installed_at(db) or now) < now - RETENTION_EVERY
    return [
        Check(
            _("Retention rules"),
            _("Last run: %(moment)s", moment=moment(last.ran_at)) if last else _("Not run yet"),
            not is_due,
            _("They run at night with the other jobs; the page on retention can start a run now."),
        )
    ]
