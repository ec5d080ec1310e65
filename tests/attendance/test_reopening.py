"""A closed half-day is opened again, and the marks of two accounts that become one."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import own, services
from lms.attendance.errors import HasMarks, OwnMark, TooLateToCorrect
from lms.attendance.models import HalfDay
from lms.attendance.statuses import Reason, Status
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from lms.progress import queries as progress
from tests.attendance.conftest import DAY, EVENING, HOUR, actor, changes, close, correct, marks, roll, take
from tests.conftest import NOW
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient


def reopen(db: Any, half_day: HalfDay, by: Any, *, now: Any = EVENING + HOUR) -> None:
    """Committed."""
    database.use_mode(database.WRITE)
    services.marks.reopen(db, half_day, reason=Reason.SHEET, reason_text="Feuille B", actor=by, now=now)
    database.commit()


def test_what_is_changed_keeps_the_reason_and_counts_once_it_is_closed_again(
    app: Flask, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    reopen(db, closed, actor(bilal, Role.TRAINER))
    take(db, closed, bilal, {members[1]: Status.PRESENT}, now=EVENING + HOUR)

    assert changes(db)[-1] == (members[1].id, "absent", "present", "roll-call", "sheet")
    assert progress.attended(db, [members[1].id]) == set()
    with app.test_request_context("/fr/"):
        rate = own.rate_of(db, members[0], "concepts")
        # What was held stays held while it is put right: attended never exceeds it.
        assert (rate.attended, rate.held) == (1, 1)

    close(db, closed, bilal, now=EVENING + 2 * HOUR)
    assert len(progress.attended(db, [members[1].id])) == 1
    reopened_text = db.get_one(HalfDay, closed.id).reopened_text
    assert reopened_text == ""


def test_the_time_to_correct_counts_from_the_first_closing(
    db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    by = actor(bilal, Role.TRAINER)
    reopen(db, closed, by)
    close(db, closed, bilal, now=EVENING + DAY)
    with pytest.raises(TooLateToCorrect):
        reopen(db, closed, by, now=EVENING + 2 * DAY + HOUR)
    database.rollback()
    reopen(db, closed, actor(bilal, Role.MONITOR), now=EVENING + 2 * DAY + HOUR)


def test_one_that_was_held_is_neither_moved_nor_cancelled(app: Flask, db: Any, closed: HalfDay, bilal: Person) -> None:
    reopen(db, closed, actor(bilal, Role.TRAINER))
    with app.test_request_context("/fr/"), pytest.raises(HasMarks):
        services.meetings.cancel(db, closed, actor_id=bilal.id, now=NOW)


def test_left_open_it_takes_no_marks_after_the_trainers_time_but_is_closed(
    db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    reopen(db, closed, actor(bilal, Role.TRAINER))
    with pytest.raises(TooLateToCorrect):
        take(db, closed, bilal, {members[1]: Status.PRESENT}, now=EVENING + 2 * DAY + HOUR)
    database.rollback()
    close(db, closed, bilal, now=EVENING + 30 * DAY)
    assert marks(db, closed.id)[members[1].id] == ("absent", None)


def test_opened_by_monitoring_it_takes_marks_for_48_hours(
    db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    later = EVENING + 30 * DAY
    reopen(db, closed, actor(bilal, Role.MONITOR), now=later)
    take(db, closed, bilal, {members[1]: Status.PRESENT}, now=later + DAY)
    with pytest.raises(TooLateToCorrect):
        take(db, closed, bilal, {members[1]: Status.ABSENT}, now=later + 2 * DAY + HOUR)


def test_who_was_enrolled_after_it_was_held_is_not_marked_absent(
    app: Flask, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    members[2].enrolled_at = EVENING + DAY
    database.commit()
    close(db, morning, bilal, now=EVENING + 2 * DAY)
    assert set(marks(db, morning.id)) == {members[0].id, members[1].id}
    with app.test_request_context("/fr/"):
        # The rate is over all that were planned all the same.
        assert own.rate_of(db, members[2], "concepts").planned == 2


def test_nobody_corrects_their_own_attendance(
    db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    with pytest.raises(OwnMark):
        correct(db, closed, members[1], Status.PRESENT, by=actor(members[1].person, Role.MONITOR))


class TestPage:
    def test_it_is_opened_with_a_reason_and_the_roll_call_says_so(
        self, db: Any, trainer: CheckingClient, closed: HalfDay
    ) -> None:
        page = f"{roll(closed)}reopen"
        assert page in trainer.get(roll(closed)).text
        assert trainer.post(page, data={"reason": "other", "reason_text": ""}).status_code == 422
        assert trainer.post(page, data={"reason": "nonsense"}).status_code == 422

        assert trainer.post(page, data={"reason": "sheet", "reason_text": ""}).headers["Location"] == roll(closed)

        assert "Rouverte" in trainer.get(roll(closed)).text
        assert trainer.get(page).headers["Location"] == roll(closed)

    @pytest.mark.parametrize("why", ["archived", "untaught"])
    def test_one_that_nobody_could_close_again_stays_closed(
        self, db: Any, monitor: CheckingClient, cohort: Cohort, closed: HalfDay, members: list[Enrolment], amina: Any,
        why: str,
    ) -> None:  # fmt: skip
        database.use_mode(database.WRITE)
        if why == "archived":
            db.get_one(Cohort, cohort.id).archived_at = NOW
        else:
            db.execute(sa.delete(CohortTrainer).where(CohortTrainer.cohort_id == cohort.id))
        database.commit()
        page = monitor.get(f"{roll(closed)}reopen").text
        assert "Personne ne pourrait faire cet appel" in page
        assert 'name="reason"' not in page
        assert monitor.post(f"{roll(closed)}reopen", data={"reason": "slip"}).status_code == 409
        db.expire_all()
        assert db.get_one(HalfDay, closed.id).closed_at is not None
        correct(db, closed, members[1], Status.PRESENT, by=actor(amina, Role.MONITOR))

    def test_a_stranger_does_not_find_it(self, stranger: CheckingClient, closed: HalfDay) -> None:
        assert stranger.post(f"{roll(closed)}reopen", data={"reason": "slip"}).status_code == 404


class TestMerge:
    @pytest.fixture
    def aside(self, db: Any, members: list[Enrolment]) -> Enrolment:
        """The other account of Chaima."""
        return make_enrolment(db, make_person(db, "nadia"), members[0].cohort)

    def merge(self, db: Any, counts: Enrolment, aside: Enrolment) -> list[dict[str, Any]]:
        database.use_mode(database.WRITE)
        copied = services.merging.copy_marks(counts, aside=aside, db=db, now=EVENING)
        database.commit()
        return copied

    def part(self, db: Any, counts: Enrolment, aside: Enrolment, copied: list[dict[str, Any]]) -> None:
        database.use_mode(database.WRITE)
        services.merging.take_marks_back(counts, aside=aside, copied=copied, db=db, now=EVENING + HOUR)
        database.commit()

    def test_what_only_the_other_attended_is_copied_and_taken_back(
        self, db: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], aside: Enrolment, bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.ABSENT, aside: (Status.LATE, 150)})
        take(db, afternoon, bilal, {aside: Status.PRESENT})

        copied = self.merge(db, members[0], aside)

        assert marks(db, morning.id)[members[0].id] == ("late", 150)
        assert marks(db, afternoon.id)[members[0].id] == ("present", None)

        self.part(db, members[0], aside, copied)
        assert marks(db, morning.id) == {members[0].id: ("absent", None), aside.id: ("late", 150)}
        assert marks(db, afternoon.id) == {aside.id: ("present", None)}

    def test_ones_own_attendance_is_not_lowered(
        self, db: Any, morning: HalfDay, members: list[Enrolment], aside: Enrolment, bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT, aside: Status.ABSENT})
        self.merge(db, members[0], aside)
        assert marks(db, morning.id)[members[0].id] == ("present", None)

    def test_what_was_corrected_since_stays_when_they_part(
        self, db: Any, morning: HalfDay, members: list[Enrolment], aside: Enrolment, bilal: Person
    ) -> None:
        take(db, morning, bilal, {aside: Status.PRESENT})
        copied = self.merge(db, members[0], aside)
        take(db, morning, bilal, {members[0]: Status.EXCUSED})
        self.part(db, members[0], aside, copied)
        assert marks(db, morning.id)[members[0].id] == ("excused", None)

    def test_closed_in_between_each_is_counted_for_themselves_when_they_part(
        self, db: Any, morning: HalfDay, members: list[Enrolment], aside: Enrolment, bilal: Person
    ) -> None:
        take(db, morning, bilal, {aside: Status.PRESENT})
        copied = self.merge(db, members[0], aside)
        close(db, morning, bilal)
        assert len(progress.attended(db, [members[0].id])) == 1

        self.part(db, members[0], aside, copied)

        assert progress.attended(db, [members[0].id]) == set()
        assert len(progress.attended(db, [aside.id])) == 1
