"""Who leads a meeting: picked from the cohort's trainers, said wherever it counts, gone with whoever leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import events as accounts
from lms.accounts.models import Person, PersonMerge
from lms.attendance import hooks, privacy, queries, reminders, retention
from lms.attendance.errors import NoTrainerOfCohort
from lms.attendance.models import HalfDay, HalfDayTrainer, Meeting
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.programme import services as programme
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from tests.attendance.conftest import DAY, EVENING, TODAY, actor, close, plan, roll
from tests.attendance.forms import fields, typed
from tests.attendance.test_reopening import reopen
from tests.attendance.test_sheets import sheet
from tests.conftest import NOW
from tests.documents.test_cards import texts
from tests.factories import make_person
from tests.pages import CheckingClient

NEW = "/fr/attendance/meetings/new"


def address(meeting: Meeting) -> str:
    return f"/fr/attendance/meetings/{meeting.id}/"


@pytest.fixture
def led(db: Any, cohort: Cohort, bilal: Person, driss: Person) -> Meeting:
    """Of today, led by Driss alone."""
    return plan(db, cohort, bilal, trainer_ids=frozenset({driss.id}))


def trainers(db: Any, meeting: Meeting) -> list[int]:
    db.rollback()
    db.expire_all()
    return [one.id for one in queries.meeting_trainers.trainers_of(db, db.get_one(Meeting, meeting.id))]


def kept(db: Any, half_day: HalfDay) -> set[int]:
    db.rollback()
    return set(db.scalars(sa.select(HalfDayTrainer.person_id).where(HalfDayTrainer.half_day_id == half_day.id)))


def pick(client: CheckingClient, meeting: Meeting, person: Person) -> None:
    sent = {**fields(client.get(address(meeting)).text), "trainers": str(person.id)}
    assert client.post(address(meeting), data=sent).status_code == 302


class TestPicking:
    def test_nobody_ticked_is_all_and_the_form_says_so(
        self, db: Any, trainer: CheckingClient, driss: Person, bilal: Person
    ) -> None:
        page = trainer.get(NEW).text
        assert "toute l’équipe de formation de la session anime la séance" in page
        assert trainer.post(NEW, data=typed()).status_code == 302
        found = db.scalars(sa.select(Meeting)).one()
        assert sorted(trainers(db, found)) == sorted([bilal.id, driss.id])
        assert queries.meeting_trainers.picked_ids(db, found.id) == []

    def test_who_is_ticked_leads_and_an_edit_is_one_version_and_one_line_of_the_audit(
        self, db: Any, trainer: CheckingClient, driss: Person, bilal: Person
    ) -> None:
        assert trainer.post(NEW, data=typed(trainers=str(driss.id))).status_code == 302
        found = db.scalars(sa.select(Meeting)).one()
        assert trainers(db, found) == [driss.id]
        page = trainer.get(address(found)).text
        assert driss.name.fr in page.split("Animation\xa0:")[1][:200]
        before = {**fields(page), "trainers": str(bilal.id)}

        assert trainer.post(address(found), data=before).status_code == 302

        assert trainers(db, found) == [bilal.id]
        assert trainer.post(address(found), data={**before, "trainers": str(driss.id)}).status_code == 409
        acts = list(db.scalars(sa.select(AuditEntry).where(AuditEntry.action == "attendance.edit-meeting")))
        assert len(acts) == 1

    def test_somebody_else_is_refused_at_the_field(
        self, db: Any, trainer: CheckingClient, driss: Person, amina: Person
    ) -> None:
        answer = trainer.post(NEW, data=typed(trainers=str(amina.id)))
        assert answer.status_code == 422
        assert '<fieldset class="field invalid" id="trainers"' in answer.text
        assert "Un choix ne figure pas dans cette liste." in answer.text
        assert db.scalars(sa.select(Meeting)).all() == []

    def test_a_trainer_of_another_cohort_leads_nothing_here(
        self, app: Flask, db: Any, cohort: Cohort, bilal: Person, amina: Person
    ) -> None:
        with app.test_request_context("/fr/"), pytest.raises(NoTrainerOfCohort):
            plan(db, cohort, bilal, trainer_ids=frozenset({amina.id}))


class TestSaid:
    def test_the_sheet_names_who_leads_it(
        self, db: Any, trainer: CheckingClient, led: Meeting, driss: Person, bilal: Person, members: list[Enrolment]
    ) -> None:
        (page,) = texts(trainer.get(sheet(led.half_days[0])).data)
        assert driss.name.fr in page
        assert bilal.name.fr not in page

    def test_the_list_and_the_roll_call_name_them_where_they_were_picked(
        self, db: Any, cohort: Cohort, trainer: CheckingClient, led: Meeting, driss: Person, bilal: Person,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        plan(db, cohort, bilal, first=TODAY + DAY)
        listed = trainer.get("/fr/attendance/").text
        assert listed.count("Animation\xa0:") == 2
        assert "Animation\xa0:" in trainer.get(roll(led.half_days[0])).text

    def test_a_colleague_may_stand_in_and_is_asked_last(
        self, app: Flask, db: Any, led: Meeting, driss: Person, bilal: Person
    ) -> None:
        def tasks(person: Person) -> list[tuple[str, bool, int]]:
            with app.test_request_context("/fr/"):
                found = hooks.tasks(db, actor(person, Role.TRAINER), now=NOW)
                return [(str(one.title), driss.name.fr in one.detail, one.position) for one in found]

        own, other = tasks(driss), tasks(bilal)
        assert {one[:2] for one in own} == {("Appel", False), ("Projeter le code QR", False)}
        assert {one[:2] for one in other} == {("Appel", True)}
        assert min(one[2] for one in other) > max(one[2] for one in own)

    def test_what_is_late_is_asked_of_those_who_lead_it(
        self, app: Flask, db: Any, led: Meeting, driss: Person, bilal: Person, members: list[Enrolment]
    ) -> None:
        def titles(person: Person) -> set[str]:
            with app.test_request_context("/fr/"):
                return {str(one.title) for one in hooks.tasks(db, actor(person, Role.TRAINER), now=EVENING + DAY)}

        assert titles(driss) == {"2 demi-journées à clôturer", "1 bref rapport à rédiger"}
        assert titles(bilal) == set()

    def test_reminders_go_to_those_who_lead_it(
        self, app: Flask, db: Any, cohort: Cohort, led: Meeting, driss: Person, bilal: Person
    ) -> None:
        def told() -> list[tuple[int, int]]:
            with app.test_request_context():
                found = [one for one in reminders.reminders(db, now=EVENING + DAY) if one.kind == "attendance.unclosed"]
            return sorted((one.person_id, one.places["when"].count("\n") + 1) for one in found)

        assert told() == [(driss.id, 2)]
        database.use_mode(database.WRITE)
        programme.leave_trainings(db, driss.id)
        database.commit()
        assert told() == [(bilal.id, 2)]


class TestLeaving:
    def test_who_leaves_the_cohort_leads_none_of_its_meetings(
        self, db: Any, cohort: Cohort, led: Meeting, driss: Person, bilal: Person
    ) -> None:
        database.use_mode(database.WRITE)
        db.execute(
            sa.delete(CohortTrainer).where(CohortTrainer.cohort_id == cohort.id, CohortTrainer.person_id == driss.id)
        )
        database.commit()
        assert trainers(db, led) == [bilal.id]
        assert queries.meeting_trainers.picked_ids(db, led.id) == []

    def test_somebody_reads_what_they_lead(self, app: Flask, db: Any, led: Meeting, driss: Person) -> None:
        with app.test_request_context("/fr/"):
            held = privacy.data_of(db, driss.id)["meetings_led"]
        assert held == [{"day": TODAY.isoformat(), "module": "concepts"}]

    @pytest.mark.parametrize("both", [True, False])
    def test_two_accounts_that_become_one_take_their_meetings_along_and_part_again(
        self, db: Any, cohort: Cohort, led: Meeting, driss: Person, bilal: Person, both: bool
    ) -> None:
        kept = bilal if both else make_person(db, "driss-2", role=Role.TRAINER)
        database.use_mode(database.WRITE)
        row = PersonMerge(kept_id=kept.id, merged_id=driss.id, merged_at=NOW, moved={})
        db.add(row)
        db.flush()
        answers = accounts.people_merged.send(row, db=db, now=NOW)
        row.moved = {listener.__module__.split(".")[1]: moved for listener, moved in answers if moved is not None}
        database.commit()
        assert queries.meeting_trainers.picked_ids(db, led.id) == [kept.id]

        database.use_mode(database.WRITE)
        accounts.merge_undone.send(db.get_one(PersonMerge, row.id), db=db, now=NOW)
        database.commit()
        assert queries.meeting_trainers.picked_ids(db, led.id) == [driss.id]


class TestHeld:
    """Who led what was held stays on its sheet, whoever leaves or joins the cohort since."""

    @pytest.fixture
    def leave(self, db: Any, cohort: Cohort, driss: Person) -> Callable[[], None]:
        """Driss leaves the cohort; Hind joins it."""

        def act() -> None:
            database.use_mode(database.WRITE)
            programme.leave_trainings(db, driss.id)
            db.add(CohortTrainer(cohort_id=cohort.id, person_id=make_person(db, "hind", role=Role.TRAINER).id))
            database.commit()

        return act

    @pytest.mark.parametrize("picked", [True, False])
    def test_it_stays_and_what_is_to_come_is_led_by_who_is_there(
        self, db: Any, cohort: Cohort, trainer: CheckingClient, bilal: Person, driss: Person, leave: Callable[[], None],
        members: list[Enrolment], picked: bool,
    ) -> None:  # fmt: skip
        led = plan(db, cohort, bilal, trainer_ids=frozenset({driss.id} if picked else ()))
        morning, afternoon = led.half_days
        close(db, morning, bilal)
        before = texts(trainer.get(f"{sheet(morning)}?of=half-day").data)
        leave()
        assert texts(trainer.get(f"{sheet(morning)}?of=half-day").data) == before
        assert driss.name.fr in before[0]
        (to_come,) = texts(trainer.get(f"{sheet(afternoon)}?of=half-day").data)
        assert driss.name.fr not in to_come
        assert "Hind" in to_come
        head = trainer.get(address(led)).text.split("</h1>")[1].split("</div>")[0]
        assert driss.name.fr in head
        assert "Hind" in head

    def test_it_stays_when_the_half_day_is_opened_and_closed_again(
        self, db: Any, trainer: CheckingClient, led: Meeting, driss: Person, bilal: Person, leave: Callable[[], None]
    ) -> None:
        morning = led.half_days[0]
        close(db, morning, bilal)
        leave()
        reopen(db, morning, actor(bilal, Role.TRAINER))
        close(db, morning, bilal)
        assert kept(db, morning) == {driss.id}

    def test_who_is_picked_for_what_is_to_come_led_nothing_of_before(
        self, db: Any, trainer: CheckingClient, led: Meeting, driss: Person, bilal: Person, leave: Callable[[], None]
    ) -> None:
        morning, afternoon = led.half_days
        close(db, morning, bilal)
        leave()
        pick(trainer, led, bilal)
        assert kept(db, morning) == {driss.id}
        close(db, afternoon, bilal)
        assert kept(db, afternoon) == {bilal.id}

    def test_on_one_that_is_opened_again_it_is_put_right(
        self, db: Any, trainer: CheckingClient, led: Meeting, bilal: Person, driss: Person
    ) -> None:
        morning, afternoon = led.half_days
        for half_day in (morning, afternoon):
            close(db, half_day, bilal)
        reopen(db, morning, actor(bilal, Role.TRAINER))
        pick(trainer, led, bilal)
        assert kept(db, morning) == {bilal.id}
        assert kept(db, afternoon) == {driss.id}

    def test_picked_while_it_was_closed_it_is_put_right_once_it_is_opened(
        self, db: Any, trainer: CheckingClient, led: Meeting, bilal: Person, driss: Person
    ) -> None:
        morning = led.half_days[0]
        close(db, morning, bilal)
        pick(trainer, led, bilal)
        assert kept(db, morning) == {driss.id}
        reopen(db, morning, actor(bilal, Role.TRAINER))
        pick(trainer, led, bilal)
        assert kept(db, morning) == {bilal.id}

    def test_two_accounts_that_became_one_stand_there_once(
        self, db: Any, cohort: Cohort, trainer: CheckingClient, meeting: Meeting, driss: Person, bilal: Person,
        app: Flask,
    ) -> None:  # fmt: skip
        morning = meeting.half_days[0]
        close(db, morning, bilal)
        database.use_mode(database.WRITE)
        db.get_one(Person, driss.id).merged_into_id = bilal.id
        database.commit()
        (page,) = texts(trainer.get(f"{sheet(morning)}?of=half-day").data)
        assert driss.name.fr not in page
        assert bilal.name.fr in page

    def test_the_data_of_the_one_that_stays_says_what_the_other_led(
        self, app: Flask, db: Any, led: Meeting, driss: Person, bilal: Person, leave: Callable[[], None]
    ) -> None:
        close(db, led.half_days[0], bilal)
        leave()
        stays = make_person(db, "driss-2", role=Role.TRAINER)
        database.use_mode(database.WRITE)
        db.get_one(Person, driss.id).merged_into_id = stays.id
        database.commit()
        with app.test_request_context("/fr/"):
            assert len(privacy.data_of(db, stays.id)["meetings_led"]) == 1

    def test_once_their_names_went_by_the_rule_of_how_long_nobody_else_stands_there(
        self, db: Any, trainer: CheckingClient, led: Meeting, driss: Person, bilal: Person
    ) -> None:
        morning = led.half_days[0]
        close(db, morning, bilal)
        rule = next(one for one in retention.RULES if one.key == "attendance.trainers")
        database.use_mode(database.WRITE)
        assert rule.apply(db, NOW + 2 * DAY) == 1
        database.commit()
        db.expire_all()
        assert kept(db, morning) == set()
        assert queries.meeting_trainers.of_half_days(db, [db.get_one(HalfDay, morning.id)]) == {morning.id: []}

    def test_they_read_it_after_they_left(
        self, app: Flask, db: Any, led: Meeting, driss: Person, bilal: Person, leave: Callable[[], None]
    ) -> None:
        close(db, led.half_days[0], bilal)
        leave()
        with app.test_request_context("/fr/"):
            assert privacy.data_of(db, driss.id)["meetings_led"] == [{"day": TODAY.isoformat(), "module": "concepts"}]


class TestLocking:
    def test_whether_somebody_is_marked_is_asked_of_half_days_that_wait(
        self, app: Flask, db: Any, cohort: Cohort, trainer: CheckingClient, meeting: Meeting, at_most: Any
    ) -> None:
        values = fields(trainer.get(address(meeting)).text)
        with at_most(40) as statements:
            assert trainer.post(address(meeting), data={**values, "title_fr": "Autre"}).status_code == 302
        if db.get_bind().dialect.name == "postgresql":
            locks = [one for one in statements if "FROM half_day" in one and "FOR UPDATE" in one]
            assert locks


class TestOverlap:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_the_one_in_the_way_is_named(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, morning: HalfDay, lang: str
    ) -> None:
        sent = typed(first="23/11/2026", morning_starts="12:00", morning_ends="13:00")
        page = trainer.post(f"/{lang}/attendance/meetings/new", data=sent).text
        said = page.split('id="morning_starts-error"')[1][:900]
        assert "09:00–12:30" in said
        assert ("23 نونبر 2026" if lang == "ar" else "23 novembre 2026") in said
