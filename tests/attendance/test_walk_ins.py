"""People who came without standing on the list: asked for, noted, matched, refused."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import events, queries, services
from lms.attendance.errors import DecidedAlready, NotOnTheList, NotOpenYet, TooLateToCheckIn, TooLateToCorrect
from lms.attendance.models import HalfDay, WalkIn
from lms.attendance.services.walk_ins import Newcomer
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Enrolment
from lms.progress import queries as progress
from tests.attendance.check_in import BEGINS, place, scan
from tests.attendance.conftest import DAY, EVENING, HOUR, actor, changes, close, marks, roll, take
from tests.attendance.forms import invalid
from tests.conftest import NOW
from tests.factories import make_person
from tests.pages import CheckingClient

NOTED = {"name": "Nadia El Fassi", "organisation": "OFPPT", "contact": "06", "status": "late", "minutes": "120"}


@pytest.fixture
def guest(db: Any, members: list[Enrolment]) -> Person:
    """Somebody with an account who is not enrolled."""
    return make_person(db, "nadia")


def ask(db: Any, half_day: HalfDay, person: Person, *, now: Any = None) -> WalkIn:
    """Committed."""
    database.use_mode(database.WRITE)
    services.walk_ins.ask(db, half_day, person.id, now=now or half_day.starts_at)
    database.commit()
    return db.scalars(sa.select(WalkIn).where(WalkIn.person_id == person.id)).one()


def note(db: Any, half_day: HalfDay, by: Any, *, name: str = "Chaima", now: Any = NOW) -> WalkIn:
    """Committed."""
    database.use_mode(database.WRITE)
    found = services.walk_ins.note(db, half_day, Newcomer(name, "", "", Status.PRESENT), actor=by, now=now)
    database.commit()
    return found


class TestPage:
    def test_somebody_is_noted_and_counts_for_nothing_yet(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        page = f"{roll(morning)}walk-ins/"
        assert trainer.post(page, data=NOTED).headers["Location"] == page

        assert "Nadia El Fassi" in trainer.get(page).text
        assert "1 personne hors liste en attente" in trainer.get(f"{roll(morning)}close").text
        assert marks(db, morning.id) == {}
        found = db.scalars(sa.select(WalkIn)).one()
        assert (found.status, found.minutes, found.contact, found.decided_at) == ("late", 120, "06", None)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("name", " "), ("name", "x" * 201), ("status", "absent"), ("minutes", "-1"), ("minutes", "many")],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, field: str, value: str
    ) -> None:
        answer = trainer.post(f"{roll(morning)}walk-ins/", data={**NOTED, field: value})

        assert (answer.status_code, invalid(answer.text)) == (422, {field} if field != "status" else set())
        assert "OFPPT" in answer.text
        assert db.scalar(sa.select(sa.func.count()).select_from(WalkIn)) == 0

    def test_the_person_of_the_same_name_is_proposed(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        name = " ".join(reversed(members[1].person.name.fr.upper().split()))
        note(db, morning, actor(bilal, Role.TRAINER), name=name)
        page = trainer.get(f"{roll(morning)}walk-ins/").text
        assert f'<option value="{members[1].id}" selected>' in page

    def test_matching_with_nobody_says_what_to_do(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        found = note(db, morning, actor(bilal, Role.TRAINER))
        answer = trainer.post(f"{roll(morning)}walk-ins/{found.id}/", data={"do": "match", "enrolment": ""})
        assert answer.status_code == 422
        assert "Choisir d’abord" in answer.text

    def test_a_stranger_and_the_walk_in_of_another_half_day_are_not_there(
        self, db: Any, trainer: CheckingClient, stranger: CheckingClient, morning: HalfDay, afternoon: HalfDay,
        members: list[Enrolment], bilal: Person,
    ) -> None:  # fmt: skip
        found = note(db, morning, actor(bilal, Role.TRAINER))
        assert stranger.get(f"{roll(morning)}walk-ins/").status_code == 404
        assert stranger.post(f"{roll(morning)}walk-ins/{found.id}/", data={"do": "refuse"}).status_code == 404
        assert trainer.post(f"{roll(afternoon)}walk-ins/{found.id}/", data={"do": "refuse"}).status_code == 404


class TestAsking:
    def test_who_scanned_without_being_enrolled_asks_and_reads_the_answer(
        self, app: Flask, db: Any, at: Any, open_as: Any, morning: HalfDay, guest: Person, bilal: Person
    ) -> None:
        phone, page = open_as(guest), place(morning)
        at(BEGINS)
        assert phone.post(f"{page}/ask").status_code == 410
        scan(phone, app, morning, BEGINS)
        assert "Demander à l’équipe de formation" in phone.get(page).text

        assert phone.post(f"{page}/ask").status_code == 302
        assert phone.post(f"{page}/ask").status_code == 302

        assert "La demande est reçue" in phone.get(page).text
        found = db.scalars(sa.select(WalkIn)).one()
        services.walk_ins.refuse(db, found, actor=actor(bilal, Role.TRAINER), now=NOW)
        database.commit()
        assert "a refusé la demande" in phone.get(page).text

    def test_who_stands_on_the_list_asks_for_nothing(
        self, app: Flask, db: Any, at: Any, learner: CheckingClient, morning: HalfDay
    ) -> None:
        at(BEGINS)
        scan(learner, app, morning, BEGINS)
        learner.post(f"{place(morning)}/ask")
        assert db.scalar(sa.select(sa.func.count()).select_from(WalkIn)) == 0

    def test_before_it_opens_and_once_it_is_over_nobody_asks(self, db: Any, morning: HalfDay, guest: Person) -> None:
        for now, error in ((morning.starts_at - HOUR, NotOpenYet), (morning.ends_at, TooLateToCheckIn)):
            with pytest.raises(error):
                ask(db, morning, guest, now=now)
            database.rollback()


class TestDecision:
    def test_enrolling_the_one_who_asked_marks_them(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, guest: Person
    ) -> None:
        found = ask(db, morning, guest, now=morning.starts_at + HOUR)
        assert ask(db, morning, guest).id == found.id

        address = f"{roll(morning)}walk-ins/{found.id}/"
        assert trainer.post(address, data={"do": "enrol"}).status_code == 302

        enrolment = db.scalars(sa.select(Enrolment).where(Enrolment.person_id == guest.id)).one()
        assert marks(db, morning.id) == {enrolment.id: ("late", 150)}
        again = trainer.post(address, data={"do": "enrol"})
        assert again.status_code == 409

    def test_after_the_closing_the_match_is_a_correction_and_reaches_the_ledger(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        found = note(db, morning, actor(bilal, Role.TRAINER))
        close(db, morning, bilal)
        assert progress.attended(db, [members[0].id]) == set()

        told: list[int] = []
        with events.mark_corrected.connected_to(lambda _half_day, **said: told.append(said["enrolment_id"])):
            services.walk_ins.match(db, found, members[0].id, actor=actor(bilal, Role.TRAINER), now=EVENING + HOUR)
        database.commit()

        assert told == [members[0].id]
        assert changes(db)[-1] == (members[0].id, "absent", "present", "walk-in", "walk-in")
        assert len(progress.attended(db, [members[0].id])) == 1

    def test_whoever_is_marked_as_attending_keeps_the_mark(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        found = note(db, morning, actor(bilal, Role.TRAINER))
        take(db, morning, bilal, {members[0]: (Status.LATE, 150)})
        services.walk_ins.match(db, found, members[0].id, actor=actor(bilal, Role.TRAINER), now=NOW)
        database.commit()
        assert marks(db, morning.id) == {members[0].id: ("late", 150)}
        assert queries.walk_ins.waiting(db, morning.id) == 0

    def test_a_refused_one_is_not_asked_again(self, db: Any, morning: HalfDay, guest: Person, bilal: Person) -> None:
        found = ask(db, morning, guest)
        services.walk_ins.refuse(db, found, actor=actor(bilal, Role.TRAINER), now=NOW)
        database.commit()
        again = ask(db, morning, guest)
        assert (again.id, again.decided_at) == (found.id, NOW)
        with pytest.raises(DecidedAlready):
            services.walk_ins.enrol(db, again, actor=actor(bilal, Role.TRAINER), now=NOW)

    def test_nobody_outside_the_cohort_is_matched(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        found = note(db, morning, actor(bilal, Role.TRAINER))
        with pytest.raises(NotOnTheList):
            services.walk_ins.match(db, found, 999_999, actor=actor(bilal, Role.TRAINER), now=NOW)

    def test_the_time_to_correct_holds_here_too(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person, guest: Person
    ) -> None:
        found = note(db, morning, actor(bilal, Role.TRAINER))
        close(db, morning, bilal)
        later, by = EVENING + 2 * DAY + HOUR, actor(bilal, Role.TRAINER)
        with pytest.raises(TooLateToCorrect):
            services.walk_ins.match(db, found, members[0].id, actor=by, now=later)
        with pytest.raises(TooLateToCorrect):
            note(db, morning, by, now=later)
        with pytest.raises(TooLateToCheckIn):
            ask(db, morning, guest)
        services.walk_ins.match(db, found, members[0].id, actor=actor(bilal, Role.MONITOR), now=later)


def test_the_trainer_has_a_task_until_it_is_decided(
    db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    found = note(db, morning, actor(bilal, Role.TRAINER))
    assert "1 personne hors liste" in trainer.get("/fr/cohorts/").text
    services.walk_ins.refuse(db, found, actor=actor(bilal, Role.TRAINER), now=NOW)
    database.commit()
    assert "1 personne hors liste" not in trainer.get("/fr/cohorts/").text
