"""The queue of jobs (huey). It carries ids as JSON; the work itself stands in ``job`` rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from huey import PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.api import Huey
from huey.registry import Message
from huey.serializer import Serializer

from lms.core import clock, jobs
from lms.core import db as database

SWEEP_EVERY_MINUTES = 1


class JsonSerializer(Serializer):
    """Messages as JSON: huey's own default, pickle, would run whatever the file holds."""

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            data = {"__message__": [_plain(value) for value in data]}
        return json.dumps(data, default=str).encode()

    def _deserialize(self, data: bytes) -> Any:
        value = json.loads(data)
        if isinstance(value, dict) and "__message__" in value:
            fields = value["__message__"]
            return Message(*[tuple(field) if isinstance(field, list) else field for field in fields])
        return value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def make(jobs_url: str, queue_file: str) -> Huey:
    """The queue named by ``LMS_JOBS_URL``, or the SQLite file of its own."""
    options: dict[str, Any] = {"serializer": JsonSerializer(), "results": False}
    if jobs_url.startswith("redis"):
        return RedisHuey("lms", url=jobs_url, **options)
    if jobs_url.startswith("postgresql"):
        return PostgresHuey("lms", dsn=jobs_url, **options)
    return SqliteHuey("lms", filename=queue_file, **options)


def init_app(app: Flask, huey: Huey, functions: Mapping[str, Callable[..., Any]], periodic: Mapping[str, int]) -> None:
    """Bind the tasks to the app: one that runs any job, and the sweep with the periodic ones."""

    @huey.task(name="run_job")
    def run_job(job_id: int) -> None:
        with app.app_context():
            jobs.run(job_id, functions)

    @huey.periodic_task(crontab(minute=f"*/{SWEEP_EVERY_MINUTES}"), name="sweep")
    def sweep() -> None:
        with app.app_context():
            now = clock.now()
            for job_id in jobs.sweep(now):
                run_job(job_id)
            for name, minutes in periodic.items():
                if (now.hour * 60 + now.minute) % minutes == 0:
                    jobs.start(database.session(), name, now=now)
            database.commit()

    app.extensions["huey"] = huey
    app.extensions["job_functions"] = functions
    app.extensions["enqueue_job"] = run_job
