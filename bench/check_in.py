"""A whole room checking in: 200 people scan and confirm within the 20 seconds of one code, on SQLite and PostgreSQL.

    python bench/check_in.py [--people 200] [--rounds 3] [--only sqlite|postgresql]

keeps every reading in ``bench/results/<day>-check-in.json``. The product runs as ``run.py`` starts it. Everybody is
enrolled and signed in before, as in ``learners.py``; then each opens the scanned address, the page it leads to, and
confirms, at a moment drawn within the 20 seconds, while the projector asks for its codes. Afterwards everybody must
stand in the database once, with one mark and one change. A round is another half-day.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import http.client
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
from flask import Flask, session  # noqa: E402
from flask_wtf.csrf import generate_csrf  # noqa: E402

from bench.learners import databases, pass_on_errors, placed  # noqa: E402
from bench.readings import keep, machine  # noqa: E402
from lms.accounts import sessions  # noqa: E402
from lms.accounts.models import Person  # noqa: E402
from lms.attendance import tokens  # noqa: E402
from lms.attendance.models import CheckIn, HalfDay, Mark, MarkChange, Meeting  # noqa: E402
from lms.core import clock  # noqa: E402
from lms.core import db as database  # noqa: E402
from lms.core.access import Role  # noqa: E402
from lms.core.bilingual import Bilingual  # noqa: E402
from lms.programme.models import Cohort, CohortTrainer  # noqa: E402
from tests.factories import make_cohort, make_enrolment, make_person  # noqa: E402
from tests.faults.server import serving  # noqa: E402

BACKENDS = ("sqlite", "postgresql")
WITHIN, SEED = 20.0, 20261129
WAYS = ("scan", "page", "confirm", "green")


class Phone:
    """Somebody signed in."""

    def __init__(self, url: str, cookie: str, token: str) -> None:
        self.place, self.token = urlsplit(url).netloc, token
        self.cookies = dict([cookie.split("=", 1)])

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads, and the text."""
        line = http.client.HTTPConnection(self.place, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.token}
            body = urlencode(form)
        line.request(method, path, body, headers)
        answer = line.getresponse()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = header.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        line.close()
        return answer.status, answer.headers.get("Location", ""), text


@dataclass
class Readings:
    """Seconds of each request by its way, and faults by kind."""

    times: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    faults: Counter[str] = field(default_factory=Counter)

    def timed(self, way: str, wanted: int, phone: Phone, *request: Any) -> tuple[str, str]:
        began = time.monotonic()
        status, leads, text = phone.ask(*request)
        self.times[way].append(time.monotonic() - began)
        if status != wanted:
            raise AssertionError(f"{way}: status {status}")
        return leads, text


def arrive(phone: Phone, app: Flask, half_day_id: int, due: float, kept: Readings) -> None:
    """Scan what the screen shows at that moment, and confirm."""
    time.sleep(max(0.0, due - time.monotonic()))
    token = tokens.shown(app.config["SECRET_KEY"], half_day_id, tokens.step_of(clock.now())).token
    try:
        leads, _text = kept.timed("scan", 302, phone, "GET", f"/P/{half_day_id}/{token}")
        kept.timed("page", 200, phone, "GET", leads)
        leads, _text = kept.timed("confirm", 302, phone, "POST", leads, {"x": "y"})
        kept.timed("green", 200, phone, "GET", leads)
    except (OSError, AssertionError, http.client.HTTPException) as fault:
        kept.faults[str(fault)] += 1


def room(app: Flask, url: str, count: int) -> tuple[int, list[Phone]]:
    """A cohort with so many people, and each one's phone; the trainer's comes first."""
    today = clock.local_date(clock.now())
    with app.app_context():
        database.use_mode(database.WRITE)
        db: Any = database.session()
        cohort = make_cohort(db, starts_on=today, ends_on=today, has_sessions=True)
        trainer = make_person(db, "trainer", role=Role.TRAINER)
        db.add(CohortTrainer(cohort_id=cohort.id, person_id=trainer.id))
        cohort_id = cohort.id
        database.commit()
        database.db.session.remove()
    return cohort_id, [phone(app, url, number, cohort_id) for number in range(count + 1)]


def phone(app: Flask, url: str, number: int, cohort_id: int) -> Phone:
    with app.test_request_context("/fr/"):
        database.use_mode(database.WRITE)
        db: Any = database.session()
        if number == 0:
            cohort = db.get_one(Cohort, cohort_id)
            trainer = sa.select(CohortTrainer.person_id).where(CohortTrainer.cohort_id == cohort.id)
            person = db.get_one(Person, db.scalar(trainer))
        else:
            person = make_person(db, f"person{number}")
            make_enrolment(db, person, db.get_one(Cohort, cohort_id))
        # Staff give a second factor; the measurement is not about that.
        sessions._open(person, stay=False, second_factor=number == 0)
        token = generate_csrf()
        cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))  # type: ignore[attr-defined]
        database.commit()
        database.db.session.remove()
    return Phone(url, f"{app.config['SESSION_COOKIE_NAME']}={cookie}", token)


def half_day_of_now(app: Flask, cohort_id: int) -> int:
    """One that began five minutes ago, where it is noon."""
    with app.app_context():
        database.use_mode(database.WRITE)
        db: Any = database.session()
        now = clock.now()
        meeting = Meeting(cohort_id=cohort_id, module="concepts", title=Bilingual("", ""), mode="room", place="Rabat")
        zone = f"Etc/GMT{now.hour - 12:+}"
        begins = dt.time(11, 55) if now.minute < 5 else dt.time(12, now.minute - 5)
        half_day = HalfDay(day=now.date(), starts=begins, ends=dt.time(16), zone=zone)
        meeting.half_days.append(half_day)
        db.add(meeting)
        db.flush()
        found = half_day.id
        database.commit()
        database.db.session.remove()
    return found


def load(app: Flask, half_day_id: int, phones: list[Phone]) -> dict[str, Any]:
    """One round: everybody but the first, whose screen asks meanwhile; times in ms."""
    rng, kept = random.Random(SEED + half_day_id), Readings()
    trainer, people = phones[0], phones[1:]
    begin, is_over, shown = time.monotonic() + 1, threading.Event(), []

    def project() -> None:
        while not is_over.wait(4):
            began = time.monotonic()
            status = trainer.ask("GET", f"/fr/attendance/half-days/{half_day_id}/screen/codes")[0]
            shown.append((status, time.monotonic() - began))

    screen = threading.Thread(target=project)
    screen.start()
    threads = [
        threading.Thread(target=arrive, args=(one, app, half_day_id, begin + rng.uniform(0, WITHIN), kept))
        for one in people
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    took = time.monotonic() - begin
    is_over.set()
    screen.join()
    return {
        "took": round(took, 1), "errors": kept.faults.total(), "faults": dict(kept.faults),
        **{way: {f"p{int(100 * share)}": placed(kept.times[way], share) for share in (0.5, 0.95, 1)} for way in WAYS},
        "screen_errors": sum(status != 200 for status, _time in shown),
        "screen_max": placed([one for _status, one in shown], 1),
        **stored(app, half_day_id),
    }  # fmt: skip


def stored(app: Flask, half_day_id: int) -> dict[str, int]:
    """Rows of the half-day: one each of everybody."""
    with app.app_context():
        database.use_mode(database.READ)
        found = {
            model.__tablename__: database.session().scalar(
                sa.select(sa.func.count()).select_from(model).where(model.half_day_id == half_day_id)
            )
            for model in (CheckIn, Mark, MarkChange)
        }
        database.db.session.remove()
    return {name: rows or 0 for name, rows in found.items()}


def measure(backend: str, folder: Path, people: int, rounds: int) -> dict[str, Any]:
    with contextlib.ExitStack() as stack:
        address, _floor = stack.enter_context(databases(backend, folder))
        server = stack.enter_context(serving(folder / "data", address))
        pass_on_errors(server)
        app = server.site.app
        cohort_id, phones = room(app, server.site.url, people)
        print(f"{backend}: {people} people ready", flush=True)
        gc.freeze()
        readings = []
        for _round in range(rounds):
            readings.append(load(app, half_day_of_now(app, cohort_id), phones))
            print(f"{backend}: {readings[-1]}", flush=True)
        return {"people": people, "rounds": readings}


def report(backend: str, result: dict[str, Any]) -> None:
    people = result["people"]
    for one in result["rounds"]:
        rows = [one[name.__tablename__] for name in (CheckIn, Mark, MarkChange)]
        is_whole = rows == [people] * 3 and not one["errors"] and not one["screen_errors"]
        print(f"{'met ' if is_whole else 'MISS'}  {backend}: {people} people, rows {rows}, errors {one['errors']}")
        print(f"      confirming: p50 {one['confirm']['p50']} ms, p95 {one['confirm']['p95']} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="A whole room checking in within the 20 seconds of a code.")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=BACKENDS, help="one of the databases")
    options = parser.parse_args()
    result = {**machine()}
    for backend in [options.only] if options.only else BACKENDS:
        with tempfile.TemporaryDirectory() as name:
            result[backend] = measure(backend, Path(name), options.people, options.rounds)
    for backend in BACKENDS:
        if backend in result:
            report(backend, result[backend])
    keep(result, "check-in")


if __name__ == "__main__":
    main()
