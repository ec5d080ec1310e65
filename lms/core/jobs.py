"""Long work as jobs: a row with progress that a page shows, queued after commit, run by a child process.

The queue (huey) carries the row's id only. A sweep queues rows that were committed but never queued; a job may
therefore run twice and must do no harm then.
"""

from __future__ import annotations

import datetime as dt
import enum
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core import clock
from lms.core import db as database
from lms.core.db import Base

log = logging.getLogger(__name__)

MAX_TRIES = 5
#: A row still waiting after this long was lost between commit and queue, or its worker died.
SWEEP_AFTER = dt.timedelta(seconds=20)
#: After so many failed tries, the wait before the next one: a server that is down has an afternoon to come back.
RETRY_AFTER = {1: dt.timedelta(minutes=1), 2: dt.timedelta(minutes=10), 3: dt.timedelta(minutes=60)}
RETRY_LAST = dt.timedelta(hours=4)
RUNNING_TOO_LONG = dt.timedelta(minutes=10)


#: Tries of the job that runs, this one included.
_tries: ContextVar[int] = ContextVar("tries", default=0)


class JobState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work outside a request."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    #: Ids only, never personal values.
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(10), index=True, default=JobState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    #: Last change of state, UTC.
    changed_at: Mapped[dt.datetime]


def start(db: Session, name: str, *, now: dt.datetime, **arguments: int) -> Job:
    """Add a job; it is queued once the transaction is committed."""
    job = Job(name=name, arguments=arguments, created_at=now, changed_at=now, state=JobState.WAITING)
    db.add(job)
    db.flush()
    job_id, enqueue = job.id, current_app.extensions["enqueue_job"]
    database.after_commit(lambda: _queue(enqueue, job_id))
    return job


def _queue(enqueue: Callable[[int], None], job_id: int) -> None:
    try:
        enqueue(job_id)
    except Exception:  # the queue is another system: the sweep finds the row later
        log.exception("job %s not queued yet", job_id)


def run(job_id: int, functions: Mapping[str, Callable[..., Any]]) -> None:
    """Run one job in its own transaction; a failure is counted and tried again by the sweep."""
    job = _take(job_id)
    if job is None:
        return
    name, arguments, tries = job
    _tries.set(tries)
    try:
        functions[name](database.session(), **arguments)
        database.session().execute(
            sa.update(Job).where(Job.id == job_id).values(state=JobState.DONE, changed_at=clock.now())
        )
        database.commit()
    except Exception:
        database.rollback()
        log.exception("job %s (%s) failed", job_id, name)
        _give_back(job_id)
    finally:
        _tries.set(0)
        database.db.session.remove()


def is_last_try() -> bool:
    """For a job that runs: whether nobody tries again should it fail."""
    return _tries.get() >= MAX_TRIES


def retry_after(tries: int) -> dt.timedelta:
    """How long a job waits after so many tries."""
    return RETRY_AFTER.get(tries, RETRY_LAST) if tries else SWEEP_AFTER


def _take(job_id: int) -> tuple[str, dict[str, Any], int] | None:
    with database.short_write() as db:
        job = db.get(Job, job_id, with_for_update=True)
        if job is None or job.state not in (JobState.WAITING,):
            return None
        job.state = JobState.RUNNING
        job.tries += 1
        job.changed_at = clock.now()
        return job.name, dict(job.arguments), job.tries


def _give_back(job_id: int) -> None:
    with database.short_write() as db:
        job = db.get(Job, job_id)
        if job is not None:
            job.state = JobState.FAILED if job.tries >= MAX_TRIES else JobState.WAITING
            job.changed_at = clock.now()


def sweep(now: dt.datetime) -> list[int]:
    """Ids of jobs to queue again: never queued, given back, or taken by a worker that died."""
    with database.short_write() as db:
        lost = db.scalars(
            sa.select(Job).where(
                sa.or_(
                    *(
                        sa.and_(Job.state == JobState.WAITING, Job.tries == tries, Job.changed_at < now - after)
                        for tries in range(MAX_TRIES)
                        if (after := retry_after(tries))
                    ),
                    sa.and_(Job.state == JobState.RUNNING, Job.changed_at < now - RUNNING_TOO_LONG),
                )
            )
        ).all()
        for job in lost:
            job.state = JobState.WAITING
            job.changed_at = now
        return [job.id for job in lost]
