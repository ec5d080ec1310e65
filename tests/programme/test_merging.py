"""Two accounts become one, and two again; people of an undone import leave no trace."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts import events as account_events
from lms.accounts.models import PersonMerge
from lms.certificates import queries as certificates
from lms.certificates import rules
from lms.certificates import services as register
from lms.certificates.errors import AlreadyIssued
from lms.core import db as database
from lms.core.access import Role
from lms.monitoring import figures, filters
from lms.programme import queries, services
from lms.programme.errors import WorkWouldBeLost
from lms.programme.models import Cohort, CohortTrainer, Enrolment, SeatHolding
from lms.progress import queries as progress
from lms.progress.models import LedgerChange
from tests.factories import (
    make_certificate,
    make_cohort,
    make_enrolment,
    make_person,
    make_seat,
    pass_test,
    read_lessons,
)
from tests.programme.test_enrolments import actor_of


@pytest.fixture
def pair(db: Any, curriculum: Any) -> SimpleNamespace:
    """Chaima has two accounts, and a cohort in which both may be enrolled."""
    return SimpleNamespace(kept=make_person(db), other=make_person(db, "driss"), cohort=make_cohort(db))


def merge(db: Any, pair: SimpleNamespace, now: dt.datetime) -> PersonMerge:
    """As the room of accounts does it: the row, then the signal, then what each room moved."""
    row = PersonMerge(kept_id=pair.kept.id, merged_id=pair.other.id, merged_at=now, moved={})
    db.add(row)
    db.flush()
    answers = account_events.people_merged.send(row, db=db, now=now)
    row.moved = {"programme": next(moved for listener, moved in answers if listener is services.move_to_kept)}
    database.commit()
    return row


def undo(db: Any, row: PersonMerge, now: dt.datetime) -> None:
    account_events.merge_undone.send(row, db=db, now=now)
    row.undone_at = now
    database.commit()


def share(db: Any, enrolment: Enrolment) -> tuple[int, int]:
    db.expire_all()
    row = progress.modules(db, enrolment.id)["concepts"]
    return row.done, row.minutes


def owners(db: Any) -> dict[int, tuple[int, int | None]]:
    db.expire_all()
    return {one.id: (one.person_id, one.merged_into_id) for one in db.scalars(sa.select(Enrolment))}


def test_enrolments_seats_and_cohorts_trained_move_and_come_back(
    db: Any, pair: SimpleNamespace, now: dt.datetime
) -> None:
    enrolment = make_enrolment(db, pair.other, pair.cohort)
    services.appoint(db, make_seat(db), pair.other, since=dt.date(2026, 3, 1), seen_id=None, now=now)
    both = make_cohort(db, trainers=[pair.kept, pair.other])
    alone = make_cohort(db, trainers=[pair.other])
    before = trained(db)
    row = merge(db, pair, now)
    assert owners(db) == {enrolment.id: (pair.kept.id, None)}
    assert db.scalars(sa.select(SeatHolding.person_id)).all() == [pair.kept.id]
    assert trained(db) == {(both.id, pair.kept.id), (alone.id, pair.kept.id)}
    undo(db, row, now)
    assert owners(db) == {enrolment.id: (pair.other.id, None)}
    assert db.scalars(sa.select(SeatHolding.person_id)).all() == [pair.other.id]
    assert trained(db) == before


def trained(db: Any) -> set[tuple[int, int]]:
    return {(row[0], row[1]) for row in db.execute(sa.select(CohortTrainer.cohort_id, CohortTrainer.person_id))}


def test_shares_are_right_before_after_and_after_the_undo(
    db: Any, pair: SimpleNamespace, curriculum: Any, now: dt.datetime
) -> None:
    """The kept account has passed the whole module; the other has read its lessons only."""
    mine, theirs = make_enrolment(db, pair.kept, pair.cohort), make_enrolment(db, pair.other, pair.cohort)
    read_lessons(db, mine, curriculum, now=now)
    pass_test(db, theirs, curriculum, now=now)
    before = share(db, mine), share(db, theirs)
    assert (before[0][0], before[1][0]) == (2, 3)
    row = merge(db, pair, now)
    assert owners(db) == {mine.id: (pair.kept.id, theirs.id), theirs.id: (pair.kept.id, None)}
    assert share(db, theirs) == before[1]
    assert [one.id for one in queries.enrolments_of(db, pair.kept.id)] == [theirs.id]
    undo(db, row, now)
    assert owners(db) == {mine.id: (pair.kept.id, None), theirs.id: (pair.other.id, None)}
    assert (share(db, mine), share(db, theirs)) == before


def test_what_only_the_other_did_is_copied_and_taken_back(
    db: Any, pair: SimpleNamespace, curriculum: Any, now: dt.datetime
) -> None:
    mine, theirs = make_enrolment(db, pair.kept, pair.cohort), make_enrolment(db, pair.other, pair.cohort)
    read_one(db, mine, curriculum, 0, now)
    read_one(db, theirs, curriculum, 1, now)
    before = share(db, mine), share(db, theirs)
    row = merge(db, pair, now)
    assert share(db, mine)[0] == 2
    copied = progress.entries(db, mine.id)["lesson:concepts/second"]
    assert copied.evidence == {"merged_from": theirs.id}
    undo(db, row, now)
    assert (share(db, mine), share(db, theirs)) == before
    changes = db.scalars(sa.select(LedgerChange).where(LedgerChange.enrolment_id == mine.id)).all()
    assert [(one.activity.rsplit("/")[-1], int(one.share)) for one in changes] == [
        ("first", 1), ("second", 1), ("second", 0),
    ]  # fmt: skip


def read_one(db: Any, enrolment: Enrolment, curriculum: Any, place: int, now: dt.datetime) -> None:
    from lms.learning import services as learning

    lesson = curriculum.module("concepts").ready_lessons[place]
    for step in lesson.steps:
        learning.read_step(db, enrolment, lesson, step, now=now)
    database.commit()


def test_what_the_person_did_since_the_merge_stays(
    db: Any, pair: SimpleNamespace, curriculum: Any, now: dt.datetime
) -> None:
    mine, theirs = make_enrolment(db, pair.kept, pair.cohort), make_enrolment(db, pair.other, pair.cohort)
    read_one(db, mine, curriculum, 0, now)
    row = merge(db, pair, now)
    read_one(db, mine, curriculum, 1, now)
    undo(db, row, now)
    assert (share(db, mine)[0], share(db, theirs)[0]) == (2, 0)


def test_one_that_was_left_stands_aside_whatever_was_done_in_it(
    db: Any, pair: SimpleNamespace, curriculum: Any, now: dt.datetime
) -> None:
    mine, theirs = make_enrolment(db, pair.kept, pair.cohort), make_enrolment(db, pair.other, pair.cohort)
    read_lessons(db, mine, curriculum, now=now)
    services.end_enrolment(db, mine, reason="moved", actor_id=None, now=now)
    merge(db, pair, now)
    assert owners(db)[mine.id] == (pair.kept.id, theirs.id)
    assert share(db, theirs)[0] == 2


def test_a_merged_person_counts_once_with_their_certificate(
    db: Any, pair: SimpleNamespace, curriculum: Any, now: dt.datetime
) -> None:
    """The certificate hangs on the enrolment that stands aside: it is counted, shown, and not issued again."""
    mine, theirs = make_enrolment(db, pair.kept, pair.cohort), make_enrolment(db, pair.other, pair.cohort)
    pass_test(db, mine, curriculum, now=now)
    issued = make_certificate(db, theirs, curriculum, now=now)
    merge(db, pair, now)
    assert owners(db)[theirs.id] == (pair.kept.id, mine.id)
    monitor = actor_of(db, make_person(db, "amina", role=Role.MONITOR))
    board = figures.dashboard(db, monitor, filters.Filters(), ["concepts"], figures.places(db))
    assert (board.total.people, board.certificates) == (1, 1)
    assert [one.id for one, _stored in certificates.of_person(db, pair.kept.id)] == [issued.id]
    pair.kept.name_confirmed_at = now
    with pytest.raises(AlreadyIssued):
        register.issue(db, mine, rules.rules_of(db, mine)[0], now=now)


def test_the_merged_account_can_be_enrolled_again_only_through_the_kept_one(
    db: Any, pair: SimpleNamespace, now: dt.datetime
) -> None:
    make_enrolment(db, pair.other, pair.cohort)
    merge(db, pair, now)
    pair.other.merged_into_id = pair.kept.id
    database.commit()
    cohort = db.get_one(Cohort, pair.cohort.id)
    assert services.enrol_together(db, cohort, [pair.other.id, pair.kept.id], actor_id=None, now=now) == []


def test_people_of_an_undone_import_leave_no_trace(db: Any, pair: SimpleNamespace, now: dt.datetime) -> None:
    stays = make_enrolment(db, pair.kept, pair.cohort)
    make_enrolment(db, pair.other, pair.cohort)
    services.appoint(db, make_seat(db), pair.other, since=dt.date(2026, 3, 1), seen_id=None, now=now)
    database.commit()
    account_events.people_withdrawn.send([pair.other.id], db=db, now=now)
    database.commit()
    assert set(owners(db)) == {stays.id}
    assert db.scalars(sa.select(SeatHolding)).all() == []


def test_nothing_is_withdrawn_once_somebody_has_worked(
    db: Any, pair: SimpleNamespace, curriculum: Any, now: dt.datetime
) -> None:
    make_enrolment(db, pair.kept, pair.cohort)
    read_lessons(db, make_enrolment(db, pair.other, pair.cohort), curriculum, now=now)
    with pytest.raises(WorkWouldBeLost):
        account_events.people_withdrawn.send([pair.kept.id, pair.other.id], db=db, now=now)
    assert len(owners(db)) == 2
