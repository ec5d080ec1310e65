"""Processes killed in the middle of saves, 10 times on each database (``FAULTS_ROUNDS`` of them when set).

The moments and the victims follow ``FAULTS_SEED``. Nothing acknowledged may be missing, nothing may be there twice.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa

from lms.core import db as database
from lms.programme.models import Enrolment
from lms.quizzes.models import AnswerArrival, AttemptQuestion
from tests.browser.site import Site
from tests.faults.chance import rounds, seed
from tests.faults.device import Device, Options, Save, begin_test, reader
from tests.faults.server import Server

KILLS = 10
LEARNERS = 2
#: Seconds into a burst at which the kill comes, at most, and for which the burst goes on after it.
LATEST, AFTERWARDS = 0.05, 0.05
#: Of ten kills. A worker that dies again within 5.5 s makes the master end: that is the younger one's share.
VICTIMS = ["older"] * 8 + ["younger", "master"]


def test_an_acknowledged_answer_outlives_every_kill(server: Server) -> None:
    rng = random.Random(seed())
    devices = [device for _ in range(LEARNERS) for device in two_devices(server.site, rng)]
    victims: list[str] = []
    cut = 0

    for number in range(rounds(KILLS)):
        victims = victims or rng.sample(VICTIMS, len(VICTIMS))
        burst(server, devices, number, victims.pop(), rng.uniform(0, LATEST))
        cut += sum(len(device.waiting) for device in devices)
        server.recover()
    for device in devices:
        device.send_waiting(rounds(KILLS))

    assert [device.waiting for device in devices] == [{}] * len(devices)
    acknowledged = [one for device in devices for one in device.acknowledged]
    print(f"{rounds(KILLS)} kills: {len(acknowledged)} saves acknowledged, {cut} cut off and sent again")
    # Kills that missed the saves would show nothing.
    assert cut > 0
    assert len(acknowledged) > rounds(KILLS)
    compare(server.site, acknowledged)


def two_devices(site: Site, rng: random.Random) -> list[Device]:
    """A learner in the middle of the first module's test, with half of the questions open on each of two devices."""
    address = site.new_learner("fr")
    site.read_lessons(address)
    path, options = begin(site, site.person_id(address))
    halves = [{place: one for place, one in options.items() if place % 2 == half} for half in (0, 1)]
    names = (f"{address.partition('@')[0]}-{half}" for half in (0, 1))
    return [
        Device(name, site.url, address, path, half, random.Random(rng.random()))
        for name, half in zip(names, halves, strict=True)
    ]


def begin(site: Site, person_id: int) -> tuple[str, Options]:
    with site.app.app_context():
        database.use_mode(database.WRITE)
        db: Any = database.session()
        enrolment = db.scalars(sa.select(Enrolment).where(Enrolment.person_id == person_id)).one()
        begun = begin_test(db, enrolment)
        database.db.session.remove()
    return begun


def burst(server: Server, devices: list[Device], number: int, victim: str, delay: float) -> None:
    """All devices save at once, and in the middle of it a process dies."""
    over = threading.Event()
    with ThreadPoolExecutor(len(devices)) as pool:
        saving = [pool.submit(device.save_on, number, over.is_set) for device in devices]
        time.sleep(delay)
        if victim == "master":
            server.kill_everything()
        else:
            os.kill(server.workers()[0 if victim == "older" else -1], signal.SIGKILL)
        time.sleep(AFTERWARDS)
        over.set()
    for one in saving:
        one.result()


def compare(site: Site, acknowledged: list[tuple[int, Save]]) -> None:
    """What was acknowledged against what is stored."""
    with site.app.app_context():
        database.use_mode(database.READ)
        db: Any = database.session()
        asked = {save.question_id for _number, save in acknowledged}
        questions = db.scalars(sa.select(AttemptQuestion).where(AttemptQuestion.id.in_(asked))).all()
        arrivals = db.scalars(sa.select(AnswerArrival).where(AnswerArrival.attempt_question_id.in_(asked))).all()
        meant = {one.id: reader(one) for one in questions}
        rows = Counter((one.attempt_question_id, one.device, one.counter) for one in arrivals)
        stored = {(one.attempt_question_id, one.device, one.counter): one.answer for one in arrivals}
        answers = {one.id: one.answer for one in questions}
        database.db.session.remove()

    said = {(save.question_id, save.device, save.counter): meant[save.question_id](save) for _n, save in acknowledged}
    lost = [(n, save) for n, save in acknowledged if (save.question_id, save.device, save.counter) not in rows]
    assert lost == [], "acknowledged and not there"
    assert [key for key, count in rows.items() if count > 1] == [], "there twice"
    assert [key for key, answer in said.items() if stored[key] != answer] == [], "there and changed"
    newest = {question_id: max(key for key in stored if key[0] == question_id) for question_id in asked}
    assert answers == {question_id: stored[key] for question_id, key in newest.items()}, "not the last one counts"
    assert set(newest.values()) <= set(said), "the last one was acknowledged, once asked for again"
