"""The demo as ``run.py`` serves it, and the same database for what a test or a benchmark prepares or looks up."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from lms import config, create_app
from lms.accounts.models import Person
from lms.accounts.queries.sign_ins import token_hash
from lms.accounts.services.links import new_token
from lms.accounts.services.sign_ins import close_sign_ins
from lms.attendance import services as attendance
from lms.attendance.models import HalfDay, Meeting
from lms.core import clock
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.curriculum import queries as curriculum
from lms.programme.models import CohortTrainer, Enrolment
from lms.quizzes import queries, services
from lms.quizzes.models import LiveQuestion, LiveRun, Quiz
from lms.quizzes.question_types import get
from lms.surveys.models import FollowUp, Round
from tests.accounts.conftest import PASSWORD, hashed
from tests.core.test_run import answers, free_port, start, wait_for
from tests.factories import make_cohort, make_enrolment, make_person, read_lessons

__all__ = ["DEMO_PASSWORD", "PASSWORD", "Site", "serve", "serve_demo"]

DEMO_PASSWORD = "demo-password-1"
_numbers = itertools.count(1)


@dataclass
class Site:
    """A running demo, and the same database for what a test prepares or looks up."""

    url: str
    app: Flask

    @property
    def data_dir(self) -> Path:
        return Path(self.app.extensions["settings"].data_dir)

    def today(self) -> dt.date:
        return clock.local_date(clock.now())

    def wait_for(self, look: Callable[[], str], seconds: float = 30) -> str:
        """What ``look`` finds, once it finds it: a job may be at work on it."""
        until = time.monotonic() + seconds
        while True:
            try:
                return look()
            except AssertionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def mark(self) -> str:
        """Letters and a number that no other name of this run carries."""
        return f"browser{os.getpid()}-{next(_numbers)}"

    def new_learner(self, lang: str) -> str:
        """Somebody enrolled today with nothing done; gives the address to sign in with."""
        name = self.mark()
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            today = clock.local_date(clock.now())
            person = make_person(db, name, lang=lang)
            person.password_hash = hashed()
            make_enrolment(db, person, make_cohort(db, starts_on=today, ends_on=today))
            database.db.session.remove()
        return f"{name}@example.ma"

    def end_sign_ins(self, address: str) -> None:
        """As if every browser of this person had been left alone for too long."""
        person_id = self.person_id(address)
        with self.app.app_context():
            database.use_mode(database.WRITE)
            close_sign_ins(database.session(), person_id, now=clock.now())
            database.commit()
            database.db.session.remove()

    def read_lessons(self, address: str) -> None:
        """All lessons of the first module, read by this person."""
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            enrolment = db.get_one(Enrolment, self._enrolment_id(db, address))
            read_lessons(db, enrolment, curriculum.current(db), now=clock.now())
            database.db.session.remove()

    def _enrolment_id(self, db: Any, address: str) -> int:
        """Of the cohort that ends last, where there are several."""
        query = """SELECT e.id FROM enrolment e JOIN person p ON p.id = e.person_id JOIN cohort c ON c.id = e.cohort_id
            WHERE p.email = :address ORDER BY c.ends_on DESC LIMIT 1"""
        return int(db.execute(sa.text(query), {"address": address}).scalar_one())

    def lessons(self) -> list[str]:
        """Addresses of the lessons that are ready, below the language: ``modules/concepts/reading-figures/``."""
        with self.app.app_context():
            database.use_mode(database.READ)
            modules = curriculum.current(database.session()).modules
            database.db.session.remove()
        return [f"modules/{lesson.key}/" for module in modules for lesson in module.ready_lessons]

    def boxes_first(self, address: str) -> None:
        """Put the questions with one list of boxes first in the person's open attempt, for tests that only tick."""
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            attempt = queries.attempts.open_attempt(db, self._enrolment_id(db, address))
            assert attempt is not None
            asked = list(queries.attempts.questions(db, attempt.id))
            asked.sort(key=lambda one: one.version.type not in ("single_choice", "multiple_choice", "true_false"))
            for apart in (1000, 0):
                # The places are a key: they are cleared before they are given anew.
                for place, one in enumerate(asked, 1):
                    one.position = apart + place
                db.flush()
            database.commit()
            database.db.session.remove()

    def right_options(self, address: str, position: int) -> list[str]:
        """Values of the right options of a question in the person's open attempt."""
        query = """
            SELECT v.type, v.settings, q."order" FROM attempt_question q JOIN question_version v ON v.id = q.version_id
            JOIN attempt a ON a.id = q.attempt_id JOIN enrolment e ON e.id = a.enrolment_id
            JOIN person p ON p.id = e.person_id WHERE p.email = :address AND q.position = :position
        """
        kind_name, settings, order = self.row(query, address=address, position=position)
        kind = get(kind_name)
        return kind.filled(settings, order, kind.right_answer(settings))

    def ask_in_the_room(self) -> tuple[int, int]:
        """The trainer's newest quiz for practice, asked in the room of the learner's cohort: one run over, one on."""
        trainer = self.person_id("trainer@example.org")
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            cohort_id = db.get_one(Enrolment, self._enrolment_id(db, "learner@example.org")).cohort_id
            quiz = db.scalars(sa.select(Quiz).where(Quiz.owner_id == trainer).order_by(Quiz.id)).first()
            ids = []
            for _ in range(2):
                self._end_live(db, cohort_id)
                run = services.live.start(db, quiz, cohort_id, trainer_id=trainer, now=clock.now())
                # The demo's quiz has one question that suits a room: asked twice, so that there is a next one.
                (only,) = queries.live.questions(db, run.id)
                db.add(LiveQuestion(run_id=run.id, position=2, version_id=only.version_id, order=only.order))
                ids.append(run.id)
            database.commit()
            database.db.session.remove()
        return ids[0], ids[1]

    def surveys(self) -> dict[str, Any]:
        """A survey that is open and one that is closed, a follow-up of the demo's learner, a supervisor's link."""
        ticket = new_token()
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            told, asking = db.scalars(sa.select(Round).order_by(Round.id).limit(2))
            mine = sa.select(FollowUp).join(FollowUp.enrolment).join(Enrolment.person)
            follow_up = db.scalars(mine.where(Person.email == "learner@example.org")).one()
            other = db.scalars(sa.select(FollowUp).where(FollowUp.id != follow_up.id).order_by(FollowUp.id)).first()
            other.supervisor_token_hash, other.supervisor_asked_on = token_hash(ticket), self.today()
            found = {
                "told": told.id, "asking": asking.id, "surveyed": asking.cohort_id, "follow_up": follow_up.id,
                "followed": follow_up.enrolment.cohort_id, "supervisor": ticket,
            }  # fmt: skip
            database.commit()
            database.db.session.remove()
        return found

    def attendance(self) -> dict[str, Any]:
        """A coming cohort of the demo's trainer with somebody in it: a closed half-day, and one of tomorrow."""
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            now, day = clock.now(), dt.timedelta(days=1)
            trainer = db.scalars(sa.select(Person).where(Person.email == "trainer@example.org")).one()
            cohort = make_cohort(db, starts_on=self.today() + day, ends_on=self.today() + 9 * day, has_sessions=True)
            db.add(CohortTrainer(cohort_id=cohort.id, person_id=trainer.id))
            present = make_enrolment(db, make_person(db, self.mark()), cohort)
            about = attendance.meetings.About("concepts", Bilingual("", ""), "room", "Rabat")
            nine = attendance.meetings.Times(dt.time(9), dt.time(12, 30))
            meeting = attendance.meetings.plan(
                db, cohort, about, first=self.today() + day, last=self.today() + day, morning=nine, afternoon=None,
                actor_id=trainer.id, now=now,
            )  # fmt: skip
            meeting.half_days.append(HalfDay(day=self.today() - day, starts=nine.starts, ends=nine.ends))
            db.flush()
            closed = next(one for one in meeting.half_days if one.day < self.today())
            attendance.marks.close(db, closed, actor_id=trainer.id, now=now)
            report = attendance.reports.say(db, closed.id, present, "Arrivée à 9 h 10", now=now)
            found = {
                "report": report.id,
                "attended": cohort.id, "meeting": meeting.id, "closed": closed.id, "present": present.id,
                "coming": next(one.id for one in meeting.half_days if one is not closed),
            }  # fmt: skip
            database.commit()
            database.db.session.remove()
        return found

    def arriving(self, people: int = 2, *, begins_in: int = -5) -> tuple[int, list[str]]:
        """A half-day of the demo's trainer that begins in so many minutes, and who is enrolled, Arabic first.

        It is noon there, on the programme's day, wherever that is: no half-day lasts over midnight.
        """
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            now = clock.now()
            local = clock.local(now)
            ahead = 12 - local.hour + int((local.utcoffset() or dt.timedelta()) / dt.timedelta(hours=1))
            zone = ZoneInfo(f"Etc/GMT{-ahead:+}")
            there = (now + dt.timedelta(minutes=begins_in)).astimezone(zone)
            trainer = db.scalars(sa.select(Person).where(Person.email == "trainer@example.org")).one()
            cohort = make_cohort(db, starts_on=self.today(), ends_on=self.today(), has_sessions=True)
            db.add(CohortTrainer(cohort_id=cohort.id, person_id=trainer.id))
            names = [self.mark() for _number in range(people)]
            for number, name in enumerate(names):
                person = make_person(db, name, lang="ar" if number == 0 else "fr")
                person.password_hash = hashed()
                make_enrolment(db, person, cohort)
            meeting = Meeting(
                cohort_id=cohort.id, module="concepts", title=Bilingual("", ""), mode="room", place="Rabat"
            )
            half_day = HalfDay(
                day=there.date(), starts=there.time().replace(second=0, microsecond=0),
                ends=there.replace(hour=there.hour + 3, minute=0).time(), zone=str(zone),
            )  # fmt: skip
            meeting.half_days.append(half_day)
            db.add(meeting)
            db.flush()
            found = half_day.id
            database.commit()
            database.db.session.remove()
        return found, [f"{name}@example.ma" for name in names]

    def begins_earlier(self, half_day_id: int, *, minutes: int) -> None:
        """As if so much of the waiting were over."""
        with self.app.app_context():
            database.use_mode(database.WRITE)
            half_day: Any = database.session().get(HalfDay, half_day_id)
            begins = dt.datetime.combine(half_day.day, half_day.starts) - dt.timedelta(minutes=minutes)
            half_day.starts = begins.time()
            database.commit()
            database.db.session.remove()

    def colleague(self, address: str) -> str:
        """Somebody new in the newest cohort of this person; gives the address to sign in with."""
        name = self.mark()
        with self.app.app_context():
            database.use_mode(database.WRITE)
            db: Any = database.session()
            cohort = db.get_one(Enrolment, self._enrolment_id(db, address)).cohort
            person = make_person(db, name, lang="fr")
            person.password_hash = hashed()
            make_enrolment(db, person, cohort)
            database.db.session.remove()
        return f"{name}@example.ma"

    def end_in_the_room(self) -> None:
        """End what goes on in any room."""
        with self.app.app_context():
            database.use_mode(database.WRITE)
            self._end_live(database.session())
            database.commit()
            database.db.session.remove()

    def _end_live(self, db: Any, cohort_id: int | None = None) -> None:
        query = sa.select(LiveRun).where(LiveRun.ended_at.is_(None))
        for run in db.scalars(query if cohort_id is None else query.where(LiveRun.cohort_id == cohort_id)):
            services.live.end(db, run, actor_id=None, now=clock.now())
        db.flush()

    def row(self, query: str, **values: Any) -> Any:
        with self.app.app_context():
            database.use_mode(database.READ)
            row = database.session().execute(sa.text(query), values).one()
            database.db.session.remove()
        return [json.loads(value) if isinstance(value, str) and value[:1] in "[{" else value for value in row]

    def person_id(self, address: str) -> int:
        return int(self.row("SELECT id FROM person WHERE email = :address", address=address)[0])


def serve_demo(data_dir: Path) -> contextlib.AbstractContextManager[tuple[subprocess.Popen[str], Site]]:
    """Start the demo in a folder of its own; killed at the end."""
    return serve(data_dir, "--demo", LMS_DEMO_PASSWORD=DEMO_PASSWORD, LMS_DEVELOPMENT="1")


@contextlib.contextmanager
def serve(data_dir: Path, *options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], Site]]:
    """Start the product in a folder of its own, an empty database unless told; killed at the end."""
    port = free_port()
    process = start(data_dir, port, *options, **environment)
    try:
        wait_for(lambda: answers(port) == 200 or process.poll() is not None, 120, "the start did not answer")
        assert process.poll() is None, process.communicate()[1]
        url = f"http://127.0.0.1:{port}"
        yield process, Site(url, create_app(config.Settings(data_dir=data_dir, base_url=url)))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
