"""Marks of two accounts of one person: the undo of a merge gives back what that merge brought, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Person, PersonMerge
from lms.accounts.services import merging as accounts
from lms.attendance import queries, services
from lms.attendance.models import HalfDay, Mark
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Enrolment
from lms.progress import queries as progress
from tests.attendance.conftest import EVENING, HOUR, actor, changes, close, correct, marks, roll, take
from tests.attendance.test_reopening import reopen
from tests.attendance.test_sheets import sheet
from tests.conftest import NOW
from tests.documents.test_cards import texts
from tests.factories import make_enrolment, make_person, organisation
from tests.pages import CheckingClient, words_on
from tests.parallel import at_once


@pytest.fixture
def others(db: Any, members: list[Enrolment]) -> list[Enrolment]:
    """Two more accounts of Chaima, enrolled in the same cohort."""
    return [make_enrolment(db, make_person(db, name), members[0].cohort) for name in ("nadia", "hind")]


Merge = Callable[..., PersonMerge]


@pytest.fixture
def admin(db: Any, bilal: Person) -> Person:
    return make_person(db, "karim", role=Role.ADMINISTRATOR)


@pytest.fixture
def merge(db: Any, members: list[Enrolment], admin: Person) -> Merge:
    """Make another account one with Chaima's, some hours after the evening, as the administration does."""

    def merged(other: Enrolment, hours: int) -> PersonMerge:
        database.use_mode(database.WRITE)
        row = accounts.merge_people(
            db, members[0].person_id, other.person_id, take=(), actor_id=admin.id, now=EVENING + hours * HOUR
        )
        database.commit()
        return row

    return merged


@pytest.fixture
def undo(db: Any, admin: Person) -> Callable[[PersonMerge, int], None]:
    def undone(row: PersonMerge, hours: int) -> None:
        database.use_mode(database.WRITE)
        accounts.undo_merge(db, row, actor_id=admin.id, now=EVENING + hours * HOUR)
        database.commit()

    return undone


def attended(db: Any, enrolment: Enrolment) -> int:
    return len(progress.attended(db, [enrolment.id]))


class TestOfTwoMerges:
    def test_the_undo_of_one_leaves_what_the_other_brought(
        self, db: Any, morning: HalfDay, members: list[Enrolment], others: list[Enrolment], bilal: Person,
        merge: Merge, undo: Any,
    ) -> None:  # fmt: skip
        me, (second, third) = members[0], others
        take(db, morning, bilal, {me: Status.ABSENT, second: Status.PRESENT, third: Status.ABSENT})
        close(db, morning, bilal)
        of_second, of_third = merge(second, 1), merge(third, 2)

        undo(of_third, 3)
        assert marks(db, morning.id)[me.id] == ("present", None)
        assert attended(db, me) == 1

        undo(of_second, 4)
        assert marks(db, morning.id)[me.id] == ("absent", None)
        assert attended(db, me) == 0

    def test_one_that_was_undone_does_not_come_back_with_the_undo_of_the_next(
        self, db: Any, morning: HalfDay, members: list[Enrolment], others: list[Enrolment], bilal: Person,
        merge: Merge, undo: Any,
    ) -> None:  # fmt: skip
        me, (second, third) = members[0], others
        take(db, morning, bilal, {me: Status.ABSENT, second: Status.PRESENT, third: Status.ABSENT})
        close(db, morning, bilal)
        undo(merge(second, 1), 2)

        undo(merge(third, 3), 4)

        assert marks(db, morning.id)[me.id] == ("absent", None)
        assert attended(db, me) == 0

    def test_undone_one_after_the_other_they_leave_nothing(
        self, db: Any, morning: HalfDay, members: list[Enrolment], others: list[Enrolment], bilal: Person,
        merge: Merge, undo: Any,
    ) -> None:  # fmt: skip
        """The second wrote over what the first had brought."""
        me, (second, third) = members[0], others
        take(db, morning, bilal, {second: Status.EXCUSED, third: Status.PRESENT})
        of_second, of_third = merge(second, 1), merge(third, 2)
        assert marks(db, morning.id)[me.id] == ("present", None)

        undo(of_third, 3)
        assert marks(db, morning.id)[me.id] == ("excused", None)
        undo(of_second, 4)
        assert me.id not in marks(db, morning.id)


def whole(db: Any, half_day: HalfDay, enrolment: Enrolment) -> tuple[Any, ...]:
    db.rollback()
    db.expire_all()
    one = db.get_one(Mark, (half_day.id, enrolment.id))
    return one.status, one.remark, one.organisation_id, one.method, one.marked_at, one.marked_by_id


def test_the_undo_gives_back_the_whole_mark(
    db: Any, morning: HalfDay, members: list[Enrolment], others: list[Enrolment], bilal: Person, merge: Merge,
    undo: Any,
) -> None:  # fmt: skip
    """What was noted of the other account is nobody else's."""
    me, other = members[0], others[0]
    database.use_mode(database.WRITE)
    db.get_one(Person, other.person_id).organisation_id = organisation(db, "tourisme").id
    taps = [Tap(me.id, Status.ABSENT, remark="Un message."), Tap(other.id, Status.PRESENT, remark="Un certificat.")]
    services.marks.take(db, morning, taps, actor_id=bilal.id, now=NOW)
    database.commit()
    before = whole(db, morning, me)
    row = merge(other, 1)
    assert whole(db, morning, me)[1] == "Un certificat."

    undo(row, 2)

    assert whole(db, morning, me) == before


def test_a_merge_recorded_without_its_marks_leaves_them(
    db: Any, morning: HalfDay, members: list[Enrolment], others: list[Enrolment], bilal: Person, merge: Merge,
    undo: Any,
) -> None:  # fmt: skip
    take(db, morning, bilal, {others[0]: Status.PRESENT})
    row = merge(others[0], 1)
    database.use_mode(database.WRITE)
    programme = row.moved["programme"]
    rooms = {key: {"attendance": {}} for key in programme["rooms"]}
    row.moved = {**row.moved, "programme": {**programme, "rooms": rooms}}
    database.commit()

    undo(row, 2)

    assert marks(db, morning.id)[members[0].id] == ("present", None)


class TestCorrections:
    """On the sheet and on the page of the closed half-day."""

    @pytest.fixture
    def other(self, others: list[Enrolment]) -> Enrolment:
        return others[0]

    def test_one_of_the_other_account_stands_with_who_is_kept(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], other: Enrolment,
        bilal: Person, merge: Merge,
    ) -> None:  # fmt: skip
        close(db, morning, bilal)
        correct(db, morning, other, Status.PRESENT, by=actor(bilal, Role.TRAINER))
        merge(other, 2)
        name = members[0].person.name.fr

        (page,) = texts(trainer.get(f"{sheet(morning)}?of=half-day").data)
        assert "Présence · autre compte (1)" in page
        assert f"{name} : Présence au lieu de Absence non justifiée · Repris de l’autre compte de la personne" in page

        page = trainer.get(roll(morning)).text
        row = page.split(f'data-enrolment="{members[0].id}"')[1].split("</li>")[0]
        assert 'href="#note-1"' in row
        note = words_on(page.split('id="note-1"')[1].split("</li>")[0])
        assert name in note
        assert "Repris de l’autre compte de la personne" in note

    def test_one_of_an_account_whose_own_was_merged_once_more(
        self, db: Any, closed: HalfDay, members: list[Enrolment], others: list[Enrolment], bilal: Person,
        admin: Person, merge: Merge,
    ) -> None:  # fmt: skip
        second, third = others
        correct(db, closed, third, Status.PRESENT, by=actor(bilal, Role.TRAINER))
        database.use_mode(database.WRITE)
        accounts.merge_people(db, second.person_id, third.person_id, take=(), actor_id=admin.id, now=EVENING + 2 * HOUR)
        database.commit()
        merge(second, 3)

        assert [one.enrolment_id for one in queries.marks.corrections(db, [closed.id])] == [members[0].id]

    def test_a_merge_is_none_of_a_half_day_that_was_opened_again(
        self, db: Any, closed: HalfDay, members: list[Enrolment], other: Enrolment, bilal: Person, merge: Merge
    ) -> None:
        reopen(db, closed, actor(bilal, Role.TRAINER))
        take(db, closed, bilal, {other: Status.PRESENT, members[0]: Status.ABSENT}, now=EVENING + HOUR)
        merge(other, 1)
        close(db, closed, bilal, now=EVENING + 2 * HOUR)

        assert (members[0].id, "absent", "present", "merge", "") in changes(db)
        found = queries.marks.corrections(db, [closed.id])
        assert {one.change.method for one in found} == {"roll-call", "closing"}


def test_beside_a_roll_call_the_later_one_waits(
    app: Flask, db: Any, morning: HalfDay, members: list[Enrolment], others: list[Enrolment], bilal: Person
) -> None:
    me, other = members[0], others[0]
    take(db, morning, bilal, {other: Status.PRESENT})
    ids, by, is_marked = (morning.id, me.id, other.id), bilal.id, threading.Event()

    def call(session: Any) -> int:
        half_day = session.get_one(HalfDay, ids[0], with_for_update=True)
        said = [Tap(ids[1], Status.LATE, 150)]
        changed: int = services.marks.take(session, half_day, said, actor_id=by, now=NOW)
        is_marked.set()
        # The other one reads, and would write, before this is committed.
        time.sleep(0.5)
        return changed

    def join(session: Any) -> list[Any]:
        is_marked.wait()
        counts, aside = (session.get_one(Enrolment, one) for one in ids[1:])
        return services.merging.copy_marks(counts, aside=aside, db=session, now=EVENING)

    assert at_once(app, [call, join]) == [1, []]
    assert marks(db, morning.id)[me.id] == ("late", 150)
