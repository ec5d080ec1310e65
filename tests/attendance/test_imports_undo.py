"""Marks by file, taken back: what was there before comes back, what followed since stays and is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.accounts.services import merging as accounts
from lms.attendance import services
from lms.attendance.models import AttendanceImport, HalfDay, Mark
from lms.attendance.queries.marks import rows as rows_of
from lms.attendance.services import imports
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.programme.models import Cohort, Enrolment
from tests.attendance.check_in import BEGINS, check_in
from tests.attendance.conftest import EVENING, HOUR, changes, close, marks, take
from tests.attendance.test_imports import HEAD, confirm, last, row, sent
from tests.conftest import NOW
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient
from tests.parallel import at_once


def test_undo_takes_new_marks_away_and_gives_old_ones_back(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    first, second, _third = members
    take(db, morning, bilal, {second: (Status.LATE, 60)})
    path = sent(trainer, cohort, HEAD + row(first, "Présence") + row(second, "Absence justifiée", "", "Certificat"))
    confirm(trainer, path)
    assert marks(db, morning.id) == {first.id: ("present", None), second.id: ("excused", None)}

    assert trainer.post(f"{path}undo").status_code == 302

    assert marks(db, morning.id) == {second.id: ("late", 60)}
    mark = db.get_one(Mark, (morning.id, second.id))
    assert (mark.remark, mark.method, mark.marked_by_id) == ("", "roll-call", bilal.id)
    one = last(db)
    assert (one.undone_by_id, one.kept, one.before) == (bilal.id, [], {})
    assert "Import annulé" in trainer.get(path).text
    assert trainer.post(f"{path}undo").status_code == 302
    assert len(changes(db)) == 4


def test_undo_leaves_what_was_changed_or_closed_since_and_says_so(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment],
    bilal: Person,
) -> None:  # fmt: skip
    first, second, _third = members
    path = sent(
        trainer, cohort,
        HEAD + row(first, "Présence") + row(second, "Présence") + row(first, "Présence", start="14:00"),
    )  # fmt: skip
    confirm(trainer, path)
    take(db, morning, bilal, {second: Status.LATE})
    close(db, afternoon, bilal)

    trainer.post(f"{path}undo")

    assert marks(db, morning.id) == {second.id: ("late", None)}
    assert marks(db, afternoon.id)[first.id] == ("present", None)
    page = trainer.get(path).text
    assert "Le statut a changé entre-temps." in page
    assert "La demi-journée a été clôturée entre-temps." in page
    assert second.person.name.fr in page


def test_undo_leaves_what_the_signed_sheet_confirmed_since(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence") + row(members[1], "Présence"))
    confirm(trainer, path)
    database.use_mode(database.WRITE)
    lines = services.paper.said(rows_of(db, morning), {1}, signed=True, is_whole=False)
    services.paper.enter(
        db, db.get_one(HalfDay, morning.id), {1}, signed=True, is_whole=False, key=services.paper.key_of(lines),
        actor_id=bilal.id, now=NOW,
    )  # fmt: skip
    database.commit()

    trainer.post(f"{path}undo")

    assert marks(db, morning.id) == {members[0].id: ("present", None)}
    assert last(db).kept == [[morning.id, members[0].id, "changed"]]


def test_undo_leaves_the_mark_of_somebody_who_checked_in_too(
    app: Flask, db: Any, at: Any, trainer: CheckingClient, learner: CheckingClient, cohort: Cohort, morning: HalfDay,
    members: list[Enrolment],
) -> None:  # fmt: skip
    path = sent(trainer, cohort, HEAD + "".join(row(one, "Présence") for one in members[:2]))
    confirm(trainer, path)
    at(BEGINS)
    check_in(learner, app, morning, BEGINS)

    trainer.post(f"{path}undo")

    assert marks(db, morning.id) == {members[0].id: ("present", None)}
    assert "La personne s’est aussi enregistrée elle-même." in trainer.get(path).text


@pytest.fixture
def merged(db: Any, cohort: Cohort, members: list[Enrolment]) -> tuple[Enrolment, Callable[[], None]]:
    """Another account of the first member in the cohort, and what makes the two one."""
    other, admin = make_enrolment(db, make_person(db, "nadia"), cohort), make_person(db, "karim")

    def merge() -> None:
        database.use_mode(database.WRITE)
        accounts.merge_people(
            db, members[0].person_id, other.person_id, take=(), actor_id=admin.id, now=EVENING + HOUR
        )  # fmt: skip
        database.commit()

    return other, merge


def test_undo_says_that_a_mark_stays_with_the_account_that_is_kept(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], merged: Any
) -> None:
    other, merge = merged
    path = sent(trainer, cohort, HEAD + row(other, "Présence"))
    confirm(trainer, path)
    merge()

    trainer.post(f"{path}undo")

    assert marks(db, morning.id) == {members[0].id: ("present", None)}
    assert last(db).kept == [[morning.id, members[0].id, "merged"]]
    assert members[0].person.name.fr in trainer.get(path).text


def test_undo_names_who_is_kept_where_the_other_account_had_checked_in(
    app: Flask, db: Any, at: Any, trainer: CheckingClient, open_as: Any, cohort: Cohort, morning: HalfDay,
    members: list[Enrolment], merged: Any,
) -> None:  # fmt: skip
    other, merge = merged
    path = sent(trainer, cohort, HEAD + row(other, "Présence"))
    confirm(trainer, path)
    at(BEGINS)
    check_in(open_as(other.person), app, morning, BEGINS)
    merge()

    trainer.post(f"{path}undo")

    assert set(marks(db, morning.id)) == {members[0].id, other.id}
    assert last(db).kept == [[morning.id, members[0].id, "came"]]


def test_undo_says_nothing_of_an_account_with_its_own_mark(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person,
    merged: Any,
) -> None:  # fmt: skip
    other, merge = merged
    take(db, morning, bilal, {members[0]: Status.PRESENT})
    path = sent(trainer, cohort, HEAD + row(other, "Présence"))
    confirm(trainer, path)
    merge()

    trainer.post(f"{path}undo")

    assert marks(db, morning.id) == {members[0].id: ("present", None)}
    assert last(db).kept == []


def test_of_two_who_undo_at_the_same_moment_one_does(
    app: Flask, db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment],
    bilal: Person,
) -> None:  # fmt: skip
    take(db, morning, bilal, {members[0]: Status.LATE})
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence"))
    confirm(trainer, path)
    import_id, actor_id = last(db).id, bilal.id

    def undo(session: Any) -> int:
        return imports.undo(session, session.get_one(AttendanceImport, import_id), actor_id=actor_id, now=EVENING)

    results = at_once(app, [undo] * 3)
    assert sum(isinstance(one, imports.AlreadySettled) for one in results) == 2
    assert [one for one in results if not isinstance(one, Exception)] == [0]
    assert marks(db, morning.id) == {members[0].id: ("late", None)}
    assert len(changes(db)) == 3
