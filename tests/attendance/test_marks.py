"""The roll call: marking, closing, correcting, and what the ledger takes over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services as accounts
from lms.accounts.models import Person
from lms.attendance import events, queries, services
from lms.attendance.errors import (
    HalfDayCancelled,
    HalfDayClosed,
    NotBegun,
    NothingToCorrect,
    NotOnTheList,
    TooLateToCorrect,
)
from lms.attendance.models import HalfDay, Mark, MarkChange
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Reason, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment
from lms.progress import queries as progress
from lms.progress.models import LedgerChange, LedgerEntry
from tests.attendance.conftest import (
    EVENING,
    HOUR,
    TODAY,
    actor,
    changes,
    close,
    correct,
    marks,
    take,
)
from tests.conftest import NOW, listening
from tests.factories import make_cohort, make_enrolment, make_person, organisation, read_lessons

MINUTE = dt.timedelta(minutes=1)


def ledger(db: Any, half_day: HalfDay) -> dict[int, tuple[int, int]]:
    """Share and minutes that the ledger holds of a half-day, by enrolment."""
    db.expire_all()
    query = sa.select(LedgerEntry).where(LedgerEntry.activity == f"half-day:{half_day.id}")
    return {one.enrolment_id: (int(one.share), one.minutes) for one in db.scalars(query)}


def acts(db: Any, name: str) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.action == name)))


def test_of_one_person_that_row_alone_is_read_and_says_the_same(
    db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person, at_most: Any
) -> None:
    take(db, morning, bilal, {members[1]: Status.LATE})
    rows = queries.marks.rows(db, morning)
    (same,) = [one for one in rows if one.enrolment.id == members[1].id]
    known = (same.number, same.enrolment.id, same.mark.status if same.mark else "")
    half_day_id = morning.id
    db.expunge_all()
    half_day = db.get_one(HalfDay, half_day_id)
    assert half_day.meeting.id
    loaded: list[int] = []
    with at_most(1), listening(Enrolment, "load", lambda one, _context: loaded.append(one.id)):
        found = queries.marks.row_or_none(db, half_day, known[1])
    assert found is not None
    assert (found.number, found.enrolment.id, found.mark.status if found.mark else "") == known
    assert loaded == [known[1]]
    assert queries.marks.row_or_none(db, half_day, 999_999) is None


class TestMarking:
    def test_a_mark_says_who_what_when_and_how_and_its_change_is_kept(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        assert take(db, morning, bilal, {members[0]: Status.PRESENT, members[1]: (Status.LATE, 150)}) == 2

        found = db.get_one(Mark, (morning.id, members[1].id))
        assert (found.status, found.minutes, found.method) == ("late", 150, "roll-call")
        assert (found.marked_by_id, found.marked_at, found.is_attended) == (bilal.id, NOW, True)
        assert changes(db) == [
            (members[0].id, None, "present", "roll-call", ""), (members[1].id, None, "late", "roll-call", ""),
        ]  # fmt: skip

    def test_the_same_again_is_no_change_and_another_keeps_the_old_value(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: (Status.LATE, 150)})
        assert take(db, morning, bilal, {members[0]: (Status.LATE, 150)}, now=NOW + HOUR) == 0
        assert db.get_one(Mark, (morning.id, members[0].id)).marked_at == NOW
        assert take(db, morning, bilal, {members[0]: Status.PRESENT}, now=NOW + HOUR) == 1

        last = db.scalars(sa.select(MarkChange).order_by(MarkChange.id.desc())).first()
        assert (last.old_status, last.old_minutes, last.status, last.minutes) == ("late", 150, "present", None)
        assert len(changes(db)) == 2

    def test_a_remark_is_stored(self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person) -> None:
        said = [Tap(members[0].id, Status.EXCUSED, remark="Mission à Fès")]
        assert services.marks.take(db, morning, said, actor_id=bilal.id, now=NOW) == 1
        assert db.get_one(Mark, (morning.id, members[0].id)).remark == "Mission à Fès"

    def test_nothing_counts_before_the_closing(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        assert list(marks(db, morning.id)) == [members[0].id]
        assert ledger(db, morning) == {}

    def test_a_cancelled_half_day_takes_no_mark(
        self, app: Flask, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        with app.test_request_context("/fr/"):
            services.meetings.cancel(db, morning, actor_id=bilal.id, now=NOW)
        database.commit()
        for act in (
            lambda: take(db, morning, bilal, {members[0]: Status.PRESENT}),
            lambda: services.marks.everyone_present(db, morning, actor_id=bilal.id, now=NOW),
            lambda: close(db, morning, bilal),
        ):
            with pytest.raises(HalfDayCancelled):
                act()
        assert (marks(db, morning.id), changes(db), ledger(db, morning)) == ({}, [], {})

    def test_a_closed_half_day_takes_no_mark(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        close(db, morning, bilal)
        before = (marks(db, morning.id), changes(db), ledger(db, morning))
        with pytest.raises(HalfDayClosed):
            take(db, morning, bilal, dict.fromkeys(members, Status.LATE))
        with pytest.raises(HalfDayClosed):
            services.marks.everyone_present(db, morning, actor_id=bilal.id, now=EVENING)
        assert (marks(db, morning.id), changes(db), ledger(db, morning)) == before

    def test_somebody_of_another_cohort_gone_or_unknown_is_refused_and_nothing_is_stored(
        self, db: Any, morning: HalfDay, cohort: Cohort, members: list[Enrolment], bilal: Person
    ) -> None:
        other = make_enrolment(db, make_person(db, "driss"), make_cohort(db))
        gone = make_enrolment(db, make_person(db, "yto"), cohort)
        programme.end_enrolment(db, gone, reason="x", actor_id=None, now=NOW - 30 * HOUR)
        tester = make_enrolment(db, make_person(db, "nadia"), cohort)
        tester.is_test = True
        database.commit()
        for enrolment_id in (other.id, gone.id, tester.id, 999_999):
            said = [Tap(members[0].id, Status.PRESENT), Tap(enrolment_id, Status.PRESENT)]
            with pytest.raises(NotOnTheList):
                services.marks.take(db, morning, said, actor_id=bilal.id, now=NOW)
            database.commit()
        assert (marks(db, morning.id), changes(db)) == ({}, [])

    def test_everyone_present_marks_only_those_not_marked(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[1]: Status.ABSENT})
        assert services.marks.everyone_present(db, morning, actor_id=bilal.id, now=NOW + HOUR) == 2
        database.commit()
        assert marks(db, morning.id) == {
            members[0].id: ("present", None), members[1].id: ("absent", None), members[2].id: ("present", None),
        }  # fmt: skip
        assert services.marks.everyone_present(db, morning, actor_id=bilal.id, now=NOW + HOUR) == 0

    def test_who_leaves_later_stays_on_the_list_of_that_day(
        self, db: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        programme.end_enrolment(db, members[0], reason="x", actor_id=None, now=NOW + 4 * HOUR)
        database.commit()
        assert take(db, morning, bilal, {members[0]: Status.PRESENT}) == 1
        with pytest.raises(NotOnTheList):
            take(db, afternoon, bilal, {members[0]: Status.PRESENT})

    def test_the_organisation_of_that_day_stays_after_a_transfer(
        self, db: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        person = members[0].person
        before, after = person.organisation_id, organisation(db, "tourisme").id
        take(db, morning, bilal, {members[0]: Status.ABSENT})

        accounts.edit_person(db, person, {"organisation_id": after}, actor_id=None, now=NOW + HOUR)
        database.commit()
        take(db, morning, bilal, {members[0]: Status.PRESENT}, now=NOW + 2 * HOUR)
        take(db, afternoon, bilal, {members[0]: Status.PRESENT}, now=NOW + 2 * HOUR)
        close(db, morning, bilal)
        correct(db, morning, members[0], Status.EXCUSED, by=actor(bilal, Role.TRAINER))

        assert before != after
        db.expire_all()
        found = [db.get_one(Mark, (one.id, members[0].id)).organisation_id for one in (morning, afternoon)]
        assert found == [before, after]


class TestClosing:
    def test_who_is_not_marked_is_stored_as_absent_and_it_is_countersigned(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        heard = []
        with events.half_day_closed.connected_to(lambda sender, **_: heard.append(sender.id)):
            close(db, morning, bilal)

        assert marks(db, morning.id) == {
            members[0].id: ("present", None), members[1].id: ("absent", None), members[2].id: ("absent", None),
        }  # fmt: skip
        found = db.get_one(Mark, (morning.id, members[1].id))
        assert (found.method, found.marked_by_id, found.organisation_id) == (
            "closing", bilal.id, members[1].person.organisation_id,
        )  # fmt: skip
        assert (morning.closed_at, morning.closed_by_id, heard) == (EVENING, bilal.id, [morning.id])
        assert acts(db, "attendance.close-half-day") == 1

    def test_the_ledger_holds_one_or_nothing_for_each(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: (Status.LATE, 105), members[1]: (Status.LEFT_EARLY, 104)})
        close(db, morning, bilal)

        assert ledger(db, morning) == {members[0].id: (1, 105), members[1].id: (0, 104), members[2].id: (0, 0)}
        entry = progress.entries(db, members[0].id)[f"half-day:{morning.id}"]
        assert (entry.module, entry.happened_on, entry.recorded_at) == ("concepts", TODAY, EVENING)
        assert entry.evidence == {"half_day": morning.id, "status": "late"}

    def test_a_second_closing_changes_nothing(
        self, db: Any, morning: HalfDay, cohort: Cohort, members: list[Enrolment], bilal: Person, amina: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        close(db, morning, bilal)
        before = (marks(db, morning.id), changes(db), ledger(db, morning))
        make_enrolment(db, make_person(db, "yto"), cohort)

        close(db, morning, amina, now=EVENING + HOUR)

        assert (marks(db, morning.id), changes(db), ledger(db, morning)) == before
        assert (morning.closed_at, morning.closed_by_id) == (EVENING, bilal.id)
        assert acts(db, "attendance.close-half-day") == 1

    def test_not_before_its_beginning(self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person) -> None:
        begins = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
        with pytest.raises(NotBegun):
            close(db, morning, bilal, now=begins - dt.timedelta(seconds=1))
        assert (marks(db, morning.id), morning.closed_at) == ({}, None)
        close(db, morning, bilal, now=begins)
        assert len(marks(db, morning.id)) == 3

    def test_an_absence_is_no_activity(
        self, db: Any, curriculum: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        read_lessons(db, members[1], curriculum, now=NOW - 30 * HOUR)
        take(db, morning, bilal, {members[0]: Status.PRESENT, members[1]: Status.EXCUSED})
        close(db, morning, bilal)

        db.expire_all()
        last = [progress.modules(db, one.id)["concepts"].last_activity_at for one in members]
        assert last == [EVENING, NOW - 30 * HOUR, None]
        close(db, afternoon, bilal, now=EVENING + HOUR)
        db.expire_all()
        assert progress.modules(db, members[0].id)["concepts"].last_activity_at == EVENING

    def test_half_days_are_no_steps_of_the_module(
        self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        close(db, morning, bilal)
        row = progress.modules(db, members[0].id)["concepts"]
        assert (row.done, row.required, row.minutes) == (0, 3, 0)


class TestCorrecting:
    @pytest.fixture
    def closed(self, db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person) -> HalfDay:
        """Chaima was present, the others were not marked."""
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        close(db, morning, bilal)
        return morning

    def test_the_ledger_follows_and_keeps_what_was(
        self, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        trainer = actor(bilal, Role.TRAINER)
        correct(db, closed, members[0], Status.ABSENT, by=trainer)
        correct(db, closed, members[1], Status.LATE, minutes=150, by=trainer)

        assert ledger(db, closed) == {members[0].id: (0, 0), members[1].id: (1, 150), members[2].id: (0, 0)}
        query = sa.select(LedgerChange.enrolment_id, LedgerChange.share).order_by(LedgerChange.id)
        history = [(row[0], int(row[1])) for row in db.execute(query)]
        assert [share for enrolment_id, share in history if enrolment_id == members[0].id] == [1, 0]
        assert [share for enrolment_id, share in history if enrolment_id == members[1].id] == [0, 1]
        # Somebody who turned out to be absent did nothing.
        assert progress.modules(db, members[0].id)["concepts"].last_activity_at is None

    def test_the_old_value_is_kept_with_the_reason(
        self, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        said = Tap(members[0].id, Status.LATE, 60)
        services.marks.correct(
            db, closed, said, reason=Reason.OTHER, reason_text="Vu au portail", actor=actor(bilal, Role.TRAINER),
            now=EVENING + HOUR,
        )  # fmt: skip
        database.commit()

        assert changes(db)[0] == (members[0].id, None, "present", "roll-call", "")
        assert changes(db)[-1] == (members[0].id, "present", "late", "correction", "other")
        last = db.scalars(sa.select(MarkChange).order_by(MarkChange.id.desc())).first()
        assert (last.reason_text, last.minutes, last.changed_by_id) == ("Vu au portail", 60, bilal.id)
        assert acts(db, "attendance.correct-mark") == 1

    def test_a_trainer_corrects_for_48_hours_and_monitoring_later_too(
        self, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person, amina: Person
    ) -> None:
        trainer, monitor = actor(bilal, Role.TRAINER), actor(amina, Role.MONITOR)
        end = EVENING + 48 * HOUR
        correct(db, closed, members[0], Status.LATE, by=trainer, now=end)
        with pytest.raises(TooLateToCorrect):
            correct(db, closed, members[0], Status.ABSENT, by=trainer, now=end + dt.timedelta(seconds=1))
        database.rollback()
        assert marks(db, closed.id)[members[0].id] == ("late", None)
        correct(db, closed, members[0], Status.ABSENT, by=monitor, now=end + 900 * HOUR)
        assert marks(db, closed.id)[members[0].id] == ("absent", None)
        assert ledger(db, closed)[members[0].id] == (0, 0)

    def test_an_open_half_day_is_not_corrected(
        self, db: Any, afternoon: HalfDay, members: list[Enrolment], bilal: Person, amina: Person
    ) -> None:
        for by in (actor(bilal, Role.TRAINER), actor(amina, Role.MONITOR)):
            with pytest.raises(TooLateToCorrect):
                correct(db, afternoon, members[0], Status.ABSENT, by=by, now=NOW)
        assert marks(db, afternoon.id) == {}

    def test_nothing_is_stored_where_nothing_differs_or_nobody_is_enrolled(
        self, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        other = make_enrolment(db, make_person(db, "driss"), make_cohort(db))
        before = changes(db)
        with pytest.raises(NothingToCorrect):
            correct(db, closed, members[0], Status.PRESENT, by=actor(bilal, Role.TRAINER))
        with pytest.raises(NotOnTheList):
            correct(db, closed, other, Status.PRESENT, by=actor(bilal, Role.TRAINER))
        assert changes(db) == before

    def test_the_ledger_of_somebody_whose_status_counts_the_same_says_the_status(
        self, db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        correct(db, closed, members[1], Status.EXCUSED, by=actor(bilal, Role.TRAINER))
        entry = progress.entries(db, members[1].id)[f"half-day:{closed.id}"]
        assert (int(entry.share), entry.evidence["status"]) == (0, "excused")
