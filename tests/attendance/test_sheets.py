"""The sheet of a day, downloaded: empty before, signed with what was marked once all is closed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import AccessEntry, Person
from lms.attendance import services
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.services.check_ins import Way
from lms.attendance.statuses import Method, Reason, Status
from lms.core import db as database
from lms.core.access import Role
from lms.documents.keyring import SigningFailed
from lms.documents.signing import SignatureState, check
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, TODAY, actor, close, correct, plan, roll, take
from tests.documents.test_cards import texts
from tests.factories import make_enrolment, make_person, organisation
from tests.pages import CheckingClient


def sheet(half_day: HalfDay, lang: str = "fr") -> str:
    return f"/{lang}/attendance/half-days/{half_day.id}/sheet.pdf"


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_before_it_has_everybody_and_empty_cells(
    app: Flask, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str
) -> None:
    answer = trainer.get(sheet(morning, lang))

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    (page,) = texts(answer.data)
    for words in ("09:00–12:30", "14:00–17:00", "Rabat", *(one.person.name.fr for one in members)):
        assert words in page, words
    assert "Présence" not in page
    assert check(answer.data, app.extensions["keyring"]) is SignatureState.NONE


def test_after_it_says_what_was_marked_what_was_corrected_and_is_signed(
    app: Flask, db: Any, trainer: CheckingClient, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment],
    bilal: Person,
) -> None:  # fmt: skip
    first, second, _third = members
    take(db, morning, bilal, {first: Status.PRESENT, second: (Status.LATE, 150)})
    close(db, morning, bilal)
    half = trainer.get(sheet(morning)).data
    assert check(half, app.extensions["keyring"]) is SignatureState.NONE

    close(db, afternoon, bilal)
    correct(db, afternoon, first, Status.EXCUSED, by=actor(bilal, Role.TRAINER), reason=Reason.JUSTIFIED)
    pdf = trainer.get(sheet(afternoon)).data

    assert check(pdf, app.extensions["keyring"]) is SignatureState.VALID
    (page,) = texts(pdf)
    assert page.count("Absence non justifiée · clôture") == 3
    for words in (
        "UTC+1", "Présence · appel", "Retard · 150 min · appel", "Absence justifiée · correction (1)",
        "contresignature, Bilal", f"{first.person.name.fr} : Absence justifiée au lieu de",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(("day", "zone"), [(dt.date(2027, 2, 5), "UTC+1"), (dt.date(2027, 2, 8), "UTC · ")])
def test_it_names_the_zone_of_its_day(
    db: Any, trainer: CheckingClient, cohort: Cohort, bilal: Person, members: list[Enrolment], day: dt.date, zone: str
) -> None:
    """Within Ramadan the country is at UTC."""
    planned = plan(db, cohort, bilal, first=day)
    (page,) = texts(trainer.get(sheet(planned.half_days[0])).data)
    assert zone in f"{page} · ".replace("UTC\n", "UTC · ").replace("UTC\r", "UTC · ")


def test_who_checked_in_stands_with_the_time(
    db: Any, trainer: CheckingClient, cohort: Cohort, bilal: Person, members: list[Enrolment]
) -> None:
    half_day = plan(db, cohort, bilal, afternoon=None).half_days[0]
    services.check_ins.check_in(db, half_day.id, members[0].person_id, Way(Method.QR, ""), now=half_day.starts_at)
    database.commit()
    close(db, half_day, bilal)
    (page,) = texts(trainer.get(sheet(half_day)).data)
    assert "Présence · QR 09:00" in page


def test_it_names_people_so_it_is_written_down_who_took_it(
    db: Any, monitor: CheckingClient, morning: HalfDay, members: list[Enrolment], amina: Person
) -> None:
    assert monitor.get(sheet(morning)).status_code == 200
    (seen,) = db.scalars(sa.select(AccessEntry).where(AccessEntry.page == "attendance.download_sheet"))
    assert (seen.actor_id, seen.people) == (amina.id, 3)


def test_strangers_and_participants_get_none(
    stranger: CheckingClient, learner: CheckingClient, morning: HalfDay
) -> None:
    assert stranger.get(sheet(morning)).status_code == 404
    assert learner.get(sheet(morning)).status_code == 403


def test_a_key_that_cannot_sign_gives_a_sentence_and_no_unsigned_sheet(
    app: Flask, db: Any, trainer: CheckingClient, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment],
    bilal: Person, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for half_day in (morning, afternoon):
        close(db, half_day, bilal)

    def fail(*_args: Any) -> bytes:
        raise SigningFailed("no key")

    monkeypatch.setattr("lms.attendance.views.sheets.sign", fail)
    answer = trainer.get(sheet(morning))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/fr/attendance/half-days/{morning.id}/")


def test_it_keeps_the_organisation_of_the_day(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    """Somebody moved between enrolling and the day; whoever is not marked stands with the organisation of enrolment."""
    first, *_others = members
    before, moved = first.organisation.short_name.fr, organisation(db, "tourisme")
    assert before in texts(trainer.get(sheet(morning)).data)[0]
    database.use_mode(database.WRITE)
    for one in members:
        db.get_one(Person, one.person_id).organisation_id = moved.id
    database.commit()
    take(db, morning, bilal, {first: Status.PRESENT})

    (page,) = texts(trainer.get(sheet(morning)).data)
    assert page.count(moved.short_name.fr) == 1
    assert page.count(before) == 2


class TestParts:
    """One half-day alone, the day, or each day of the meeting."""

    def test_one_half_day_alone(
        self, trainer: CheckingClient, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment]
    ) -> None:
        answer = trainer.get(f"{sheet(afternoon)}?of=half-day")
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="feuille-d-emargement-{afternoon.meeting_id}-{TODAY.isoformat()}-1400.pdf"; '
            f"filename*=UTF-8''feuille-d%E2%80%99%C3%A9margement-{afternoon.meeting_id}-{TODAY.isoformat()}-1400.pdf"
        )
        (page,) = texts(answer.data)
        assert "14:00–17:00" in page
        assert "09:00–12:30" not in page

    def test_one_closed_half_day_is_signed_while_the_day_is_not(
        self, app: Flask, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        close(db, morning, bilal)
        keyring = app.extensions["keyring"]
        assert check(trainer.get(f"{sheet(morning)}?of=half-day").data, keyring) is SignatureState.VALID
        assert check(trainer.get(sheet(morning)).data, keyring) is SignatureState.NONE

    def test_the_whole_meeting_has_a_sheet_a_day_in_few_statements(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, members: list[Enrolment], bilal: Person, at_most: Any
    ) -> None:
        short = plan(db, cohort, bilal, first=TODAY + 7 * DAY).half_days[0]
        long = plan(db, cohort, bilal, first=TODAY + 14 * DAY, last=TODAY + 24 * DAY).half_days[0]
        counts = []
        for half_day, days in ((short, 1), (long, 9)):
            with at_most(40) as statements:
                answer = trainer.get(f"{sheet(half_day)}?of=meeting")
            counts.append(len(statements))
            pages = texts(answer.data)
            assert len(pages) == days
            assert all(members[0].person.name.fr in page for page in pages)
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("asked", ["", "x", "half-day&of=meeting"])
    def test_anything_else_is_the_day(
        self, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], asked: str
    ) -> None:
        assert trainer.get(f"{sheet(morning)}?of={asked}").status_code == 200


def test_somebody_enrolled_after_the_closing_changes_nothing_of_it(
    db: Any, cohort: Cohort, trainer: CheckingClient, meeting: Meeting, members: list[Enrolment], bilal: Person
) -> None:
    morning = meeting.half_days[0]
    close(db, morning, bilal)
    address = f"{sheet(morning)}?of=half-day"
    before = texts(trainer.get(address).data)
    assert "0 / 3" in before[0]
    make_enrolment(db, make_person(db, "zineb"), cohort)
    assert texts(trainer.get(address).data) == before
    for address in (roll(morning), "/fr/attendance/", f"/fr/attendance/cohorts/{cohort.id}/grid"):
        assert re.search(r"\b0(?: sur |/)3\b", trainer.get(address).text), address
    # On the sheet of the day they sign for what is to come only.
    (day,) = texts(trainer.get(sheet(morning)).data)
    assert "Zineb" in day
    assert "0 / 3" in day
    assert day.count("Signature") == before[0].count("Signature") + 1
