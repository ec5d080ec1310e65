"""What is held on somebody: read by them, wiped when they ask, let go after a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import privacy, privacy_words, retention, services
from lms.attendance.models import (
    AbsenceWarning,
    CheckIn,
    ErrorReport,
    Group,
    GroupMember,
    HalfDay,
    Mark,
    MarkChange,
    WalkIn,
)
from lms.attendance.services.marks import Tap
from lms.attendance.services.walk_ins import Newcomer
from lms.attendance.statuses import Reason, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.retention import Rule
from lms.core.scans import Scan
from lms.programme.models import CohortTrainer, Enrolment
from tests.attendance.conftest import DAY, EVENING, HOUR, TODAY, actor, close
from tests.conftest import NOW
from tests.factories import organisation


@pytest.fixture
def closed(db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person) -> HalfDay:
    """Chaima checked in; she and Hiba are marked with a remark; Chaima corrected in words."""
    db.add(CheckIn(half_day_id=morning.id, enrolment_id=members[0].id, at=NOW, method="qr", device="d"))
    db.flush()
    said = [Tap(one.id, Status.LATE, 60, "Train en panne") for one in members[:2]]
    services.marks.take(db, morning, said, actor_id=bilal.id, now=NOW)
    close(db, morning, bilal)
    services.marks.correct(
        db, morning, Tap(members[0].id, Status.EXCUSED, None, "Train en panne"), reason=Reason.OTHER,
        reason_text="Attestation reçue", actor=actor(bilal, Role.TRAINER), now=EVENING + HOUR,
    )  # fmt: skip
    paper = Scan(b"%PDF", "application/pdf")
    services.files.attach(db, morning, members[0].id, paper, "attestation.pdf", actor_id=bilal.id, now=EVENING)
    database.commit()
    return morning


def count(db: Any, model: Any) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(model)))


def test_a_person_reads_their_marks_and_every_change_and_nobody_elses(
    app: Flask, db: Any, closed: HalfDay, members: list[Enrolment]
) -> None:
    with app.test_request_context("/fr/"):
        held, other = (privacy.data_of(db, one.person_id) for one in (members[0], members[2]))

    (mark,) = held["attendance"]
    assert (mark["day"], mark["starts"], mark["module"]) == (TODAY.isoformat(), "09:00", "concepts")
    assert (mark["status"], mark["remark"], mark["method"]) == ("excused", "Train en panne", "correction")
    assert mark["organisation"] == organisation(db, "ofppt").name.as_dict()
    assert [(one["old_status"], one["old_minutes"], one["status"]) for one in held["attendance_changes"]] == [
        (None, None, "late"), ("late", 60, "excused"),
    ]  # fmt: skip
    assert [one["reason_text"] for one in held["attendance_changes"]] == ["", "Attestation reçue"]
    assert [one["reason"] for one in held["attendance_changes"]] == [None, "other"]
    assert [one["status"] for one in other["attendance"]] == ["absent"]
    assert "Train" not in str(other)
    assert held["check_ins"] == [{"day": TODAY.isoformat(), "at": NOW.isoformat(), "method": "qr", "struck_at": None}]
    assert other["check_ins"] == []


def test_every_name_that_is_given_out_has_words(app: Flask, db: Any, closed: HalfDay, members: list[Enrolment]) -> None:
    group = Group(cohort_id=members[0].cohort_id, name=Bilingual("مجموعة", "Groupe"))
    db.add(group)
    db.flush()
    db.add_all([
        GroupMember(enrolment_id=members[0].id, group_id=group.id),
        WalkIn(half_day_id=closed.id, person_id=members[0].person_id, status="present", noted_at=NOW),
    ])  # fmt: skip
    mine = {"half_day_id": closed.id, "enrolment_id": members[0].id}
    db.add(ErrorReport(**mine, text="?", said_at=EVENING, answered_at=EVENING, outcome="stands"))
    for kind in ("absent", "focal-point", "unreachable"):
        db.add(AbsenceWarning(**mine, kind=kind, recipient_id=members[0].person_id, warned_at=EVENING))
    services.feeds.make(db, members[0].person_id, now=EVENING)
    db.add(CohortTrainer(cohort_id=members[0].cohort_id, person_id=members[0].person_id))
    db.flush()
    services.meeting_trainers.pick(db, closed.meeting, [members[0].person_id])
    database.commit()
    with app.test_request_context("/fr/"):
        held = privacy.data_of(db, members[0].person_id)
        names = {f"{part}.{name}" for part, rows in held.items() for row in rows for name in row} | held.keys()
        assert names == privacy_words.WORDS.keys()
        for part, rows in held.items():
            for row in rows:
                for name, value in row.items():
                    show = privacy_words.WORDS[f"{part}.{name}"].show
                    assert value is None or show is None or str(show(value))


def test_wiping_takes_the_name_of_a_walk_in_and_the_group(
    db: Any, closed: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    group = services.groups.create(db, members[0].cohort, Bilingual("أ", "A"), actor_id=bilal.id, now=NOW)
    services.groups.place(
        db, members[0].cohort, {one.id: group.id for one in members}, actor_id=bilal.id, now=NOW
    )  # fmt: skip
    said = Newcomer("Chaïma Alaoui", "OFPPT", "0600000000", Status.PRESENT)
    walk_in = services.walk_ins.note(db, closed, said, actor=actor(bilal, Role.TRAINER), now=EVENING)
    services.walk_ins.match(db, walk_in, members[0].id, actor=actor(bilal, Role.TRAINER), now=EVENING)

    privacy.forget(db, members[0].person_id, now=EVENING)
    database.commit()

    db.expire_all()
    assert (walk_in.name, walk_in.organisation, walk_in.contact, walk_in.status) == ("", "", "", "present")
    assert sorted(db.scalars(sa.select(GroupMember.enrolment_id))) == sorted(one.id for one in members[1:])


def test_the_page_of_ones_own_data_holds_them(closed: HalfDay, learner: Any) -> None:
    for lang in ("ar", "fr"):
        assert "Attestation reçue" in learner.get(f"/{lang}/account/my-data").text


def test_wiping_takes_the_words_and_leaves_what_counts(db: Any, closed: HalfDay, members: list[Enrolment]) -> None:
    before = [count(db, Mark), count(db, MarkChange)]

    privacy.forget(db, members[0].person_id, now=EVENING)
    database.commit()

    db.expire_all()
    mine, other = (db.get_one(Mark, (closed.id, one.id)) for one in members[:2])
    assert (mine.remark, mine.status, other.remark) == ("", "excused", "Train en panne")
    assert list(db.scalars(sa.select(MarkChange.reason_text).where(MarkChange.reason_text != ""))) == []
    assert [count(db, Mark), count(db, MarkChange)] == before


@pytest.mark.parametrize(
    ("key", "model"),
    [("attendance.marks", Mark), ("attendance.changes", MarkChange), ("attendance.check-ins", CheckIn)],
)
def test_marks_and_their_changes_go_five_years_after_the_half_day(
    db: Any, closed: HalfDay, key: str, model: Any
) -> None:
    rule: Rule = next(one for one in retention.RULES if one.key == key)
    rows, that_day = count(db, model), dt.datetime.combine(TODAY, dt.time(12), dt.UTC)

    assert rule.days == 5 * 365
    assert (rule.count(db, that_day), rule.apply(db, that_day)) == (0, 0)
    assert rule.count(db, that_day + DAY) == rule.apply(db, that_day + DAY) == rows > 0
    assert count(db, model) == 0
