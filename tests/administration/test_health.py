"""Lines of the health page: a value and, where it is not well, what to do; the home page says that one is not."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.administration import checks, queries
from lms.certificates.models import Certificate
from lms.core import clock, health, installation
from lms.core import db as database
from lms.core.jobs import Job, JobState
from lms.curriculum.models import ContentProblem
from tests.factories import make_certificate, make_enrolment
from tests.pages import CheckingClient

PATH = "/fr/admin/health/"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def own(at: Callable[[dt.datetime], None], now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this room's lines, at the fixed moment, on a disk with room."""
    at(now)
    monkeypatch.setattr(checks, "_of_rooms", lambda db, now: [])
    # The moment is fixed here, not on the database's machine.
    monkeypatch.setattr(queries, "database_clock", lambda db: now)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100 * 2**30, 50 * 2**30, 50 * 2**30))


def unwell(db: Any, now: dt.datetime) -> list[str]:
    database.use_mode(database.READ)
    return [str(check.title) for check in checks.all_of(db, now=now) if not check.is_well]


@pytest.mark.parametrize(("lang", "words"), [("ar", "كل شيء على ما يرام"), ("fr", "Tout va bien")])
def test_a_sound_installation_is_well_in_both_languages(
    admin: CheckingClient, own: None, lang: str, words: str
) -> None:
    page = admin.get(f"/{lang}/admin/health/")
    assert page.status_code == 200
    assert words in page.text


def job(state: str, minutes_ago: int, now: dt.datetime) -> Job:
    moment = now - dt.timedelta(minutes=minutes_ago)
    return Job(name="x", arguments={}, state=state, created_at=moment, changed_at=moment)


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ([(JobState.DONE, 1)], []),
        ([(JobState.DONE, 20)], ["Last job done"]),
        ([(JobState.DONE, 1), (JobState.WAITING, 2)], []),
        ([(JobState.DONE, 1), (JobState.WAITING, 6)], ["Jobs waiting"]),
        ([(JobState.DONE, 1), (JobState.FAILED, 600)], ["Jobs given up"]),
    ],
)
def test_jobs_that_wait_fail_or_fall_silent(
    db: Any, own: None, now: dt.datetime, jobs: list[tuple[str, int]], expected: list[str]
) -> None:
    db.add_all([job(state, minutes, now) for state, minutes in jobs])
    database.commit()
    with_english_titles = [
        title
        for title, name in {
            "Jobs waiting": "Tâches en attente", "Last job done": "Dernière tâche accomplie",
            "Jobs given up": "Tâches abandonnées",
        }.items()
        if name in unwell(db, now)
    ]  # fmt: skip
    assert with_english_titles == expected


def test_a_new_installation_is_given_time_before_silence_is_a_fault(db: Any, own: None, now: dt.datetime) -> None:
    installation.mark(db, is_demo=False, now=now - dt.timedelta(minutes=2))
    database.commit()
    assert unwell(db, now) == []
    assert unwell(db, now + dt.timedelta(minutes=30)) == ["Dernière tâche accomplie"]


def test_a_full_disk_old_tables_a_broken_tree_and_a_changed_line(
    admin: CheckingClient, db: Any, own: None, curriculum: Any, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.use_mode(database.WRITE)
    certificate = make_certificate(db, make_enrolment(db), curriculum, now=now)
    db.get_one(Certificate, certificate.id).code = "Z" * 16
    db.add(ContentProblem(text="lesson without a title", found_at=now))
    db.query(Job).delete()
    database.commit()
    monkeypatch.setattr(health, "is_migrated", lambda connection: False)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(100 * 2**30, 0, 2**29))
    assert unwell(db, now) == [
        "Tables", "Espace disque libre", "Contenu de la formation", "Registre des attestations"
    ]  # fmt: skip
    page = admin.get(PATH).text
    assert "4 points demandent une intervention" in page
    home = admin.get("/fr/admin/").text
    assert "4 points de la page" in home
    assert "/fr/admin/health/" in home


def test_clocks_apart_are_said(db: Any, own: None, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds, is_well in ((2, True), (-9, False)):
        moment = now + dt.timedelta(seconds=seconds)
        monkeypatch.setattr(queries, "database_clock", lambda db, moment=moment: moment)
        assert ("Horloges" not in unwell(db, now)) is is_well


def test_the_clock_of_the_database_is_read(db: Any) -> None:
    moment = queries.database_clock(db)
    assert moment is None or abs(moment - clock.now()) < checks.LARGEST_OFFSET


@pytest.mark.parametrize(
    ("day", "change"),
    [("2026-11-23", "2027-02-07"), ("2027-02-07", "2027-03-14"), ("2087-12-01", None)],
)
def test_the_next_change_for_ramadan_is_known_or_asked_for(day: str, change: str | None) -> None:
    """Security notes T22: the switches of 2027; the tables of tz end in 2087."""
    found = checks.next_clock_change(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    assert (found.isoformat() if found else None) == change


def test_database_kind_and_size_are_shown(db: Any, own: None) -> None:
    database.use_mode(database.READ)
    assert queries.database_version(db).split()[0] in ("SQLite", "PostgreSQL")
    assert queries.database_size(db) > 100_000


def test_the_page_costs_the_same_with_many_jobs(
    admin: CheckingClient, db: Any, administrator: Person, now: dt.datetime, own: None, at_most: Callable[..., Any]
) -> None:
    database.use_mode(database.WRITE)
    db.add_all([job(JobState.DONE, number, now) for number in range(300)])
    database.commit()
    admin.get(PATH)
    with at_most(13):
        admin.get(PATH)
