"""Two accounts of one person become one: what hangs on the enrolment set aside follows, and parts again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.accounts.services import merging as accounts
from lms.attendance import queries, services
from lms.attendance.models import AbsenceWarning, CheckIn, ErrorReport, Group, GroupMember, HalfDay, WalkIn
from lms.attendance.models.warnings import ABSENT, UNREACHABLE
from lms.attendance.services.walk_ins import Newcomer
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme.models import Enrolment
from tests.attendance.conftest import DAY, EVENING, HOUR, actor, close, plan, take, taught
from tests.conftest import NOW
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient


@pytest.fixture
def other(db: Any, members: list[Enrolment]) -> Enrolment:
    """The other account of Chaima, enrolled in the same cohort."""
    return make_enrolment(db, make_person(db, "nadia"), members[0].cohort)


@pytest.fixture
def join(db: Any, members: list[Enrolment], other: Enrolment, bilal: Person) -> Callable[[], Callable[[], None]]:
    """Make the two accounts one as the administration does; gives back what parts them."""
    admin = make_person(db, "karim", role=Role.ADMINISTRATOR)

    def joined() -> Callable[[], None]:
        database.use_mode(database.WRITE)
        kept_id, merged_id = members[0].person_id, other.person_id
        row = accounts.merge_people(db, kept_id, merged_id, take=(), actor_id=admin.id, now=EVENING + 2 * HOUR)
        database.commit()

        def part() -> None:
            db.rollback()
            database.use_mode(database.WRITE)
            accounts.undo_merge(db, row, actor_id=admin.id, now=EVENING + 3 * HOUR)
            database.commit()

        return part

    return joined


def report(db: Any, half_day: HalfDay, enrolment: Enrolment, text: str) -> int:
    database.use_mode(database.WRITE)
    found = services.reports.say(db, half_day.id, enrolment, text, now=EVENING + HOUR).id
    database.commit()
    return found


def whose(db: Any, model: Any) -> list[int]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(sa.select(model.enrolment_id).order_by(model.half_day_id, model.enrolment_id)))


def add(db: Any, *rows: Any) -> None:
    database.use_mode(database.WRITE)
    db.add_all(rows)
    database.commit()


class TestReports:
    def test_follow_and_are_answered_by_a_correction_and_part_again(
        self, db: Any, trainer: CheckingClient, closed: HalfDay, members: list[Enrolment], other: Enrolment,
        join: Any,
    ) -> None:  # fmt: skip
        number = report(db, closed, other, "J’étais là.")
        part = join()
        assert whose(db, ErrorReport) == [members[0].id]
        assert "J’étais là." in trainer.get(f"/fr/attendance/reports/{number}/").text
        correction = f"/fr/attendance/half-days/{closed.id}/people/{members[0].id}/correct"
        assert trainer.get(correction).status_code == 200

        assert trainer.post(correction, data={"status": "excused", "reason": "slip"}).status_code == 302
        db.expire_all()
        assert db.get_one(ErrorReport, number).outcome == "corrected"
        part()
        assert whose(db, ErrorReport) == [other.id]

    def test_of_two_that_wait_both_are_read_and_answered_together(
        self, db: Any, trainer: CheckingClient, closed: HalfDay, members: list[Enrolment],
        other: Enrolment, join: Any,
    ) -> None:  # fmt: skip
        own, theirs = report(db, closed, members[0], "Dix minutes."), report(db, closed, other, "Un certificat.")
        part = join()
        listed = trainer.get("/fr/attendance/reports/").text
        assert f"/reports/{own}/" in listed
        assert f"/reports/{theirs}/" not in listed
        page = trainer.get(f"/fr/attendance/reports/{own}/").text
        assert "Dix minutes." in page
        assert "Un certificat." in page
        assert trainer.get(f"/fr/attendance/reports/{theirs}/").status_code == 404

        assert trainer.post(f"/fr/attendance/reports/{own}/", data={"answer": "La feuille le dit."}).status_code == 302
        db.expire_all()
        assert {one.outcome for one in db.scalars(sa.select(ErrorReport))} == {"stands"}
        part()
        assert whose(db, ErrorReport) == [members[0].id, other.id]


class TestCheckIns:
    def test_follow_and_part_again(
        self, db: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], other: Enrolment, join: Any
    ) -> None:
        add(
            db,
            CheckIn(half_day_id=morning.id, enrolment_id=other.id, at=NOW, method="qr", device="a"),
            CheckIn(half_day_id=afternoon.id, enrolment_id=members[0].id, at=NOW, method="qr", device="b"),
            CheckIn(half_day_id=afternoon.id, enrolment_id=other.id, at=NOW, method="qr", device="c"),
        )
        part = join()
        assert whose(db, CheckIn) == [members[0].id, members[0].id, other.id]
        # Who came with both accounts came once.
        shown = queries.check_ins.arrivals(db, afternoon.id)
        assert [(one.enrolment_id, one.device) for one in shown] == [(members[0].id, "b")]
        assert queries.check_ins.of_person(db, afternoon.id, members[0].person_id).device == "b"
        part()
        assert whose(db, CheckIn) == [other.id, members[0].id, other.id]


class TestTheRest:
    def test_nobody_is_told_twice_of_one_absence(
        self, db: Any, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment], other: Enrolment, join: Any
    ) -> None:
        def told(half_day: HalfDay, enrolment: Enrolment, kind: str) -> AbsenceWarning:
            return AbsenceWarning(
                half_day_id=half_day.id, enrolment_id=enrolment.id, kind=kind, recipient_id=enrolment.person_id,
                warned_at=NOW,
            )  # fmt: skip

        add(
            db, told(morning, other, ABSENT), told(morning, other, UNREACHABLE),
            told(afternoon, members[0], UNREACHABLE),
        )  # fmt: skip
        part = join()
        (absent,) = queries.warnings.told_at(db, morning.id, [ABSENT])
        assert absent.enrolment_id == members[0].id
        part()
        assert sorted(whose(db, AbsenceWarning)) == sorted([other.id, other.id, members[0].id])

    def test_groups_and_people_matched_follow(
        self, db: Any, morning: HalfDay, members: list[Enrolment], other: Enrolment, bilal: Person, join: Any
    ) -> None:
        group = Group(cohort_id=members[0].cohort_id, name=Bilingual("أ", "A"))
        add(db, group)
        add(db, GroupMember(enrolment_id=other.id, group_id=group.id))
        database.use_mode(database.WRITE)
        by = actor(bilal, Role.TRAINER)
        found = services.walk_ins.note(db, morning, Newcomer("Nadia", "", "", Status.PRESENT), actor=by, now=NOW)
        services.walk_ins.match(db, found, other.id, actor=by, now=NOW)
        database.commit()
        part = join()
        assert whose(db, WalkIn) == [members[0].id]
        assert set(db.scalars(sa.select(GroupMember.enrolment_id))) == {members[0].id, other.id}
        part()
        assert whose(db, WalkIn) == [other.id]
        assert set(db.scalars(sa.select(GroupMember.enrolment_id))) == {other.id}

    def test_what_an_account_asked_for_is_its_person_s(
        self, db: Any, bilal: Person, members: list[Enrolment], other: Enrolment, join: Any
    ) -> None:
        elsewhere = plan(db, taught(db, bilal), bilal, first=NOW.date() + DAY).half_days[0]
        add(
            db,
            WalkIn(
                half_day_id=elsewhere.id, person_id=other.person_id, status="present", noted_at=NOW,
                noted_by_id=other.person_id,
            ),
        )  # fmt: skip
        part = join()
        assert queries.walk_ins.of_person(db, elsewhere.id, members[0].person_id) is not None
        part()
        assert queries.walk_ins.of_person(db, elsewhere.id, members[0].person_id) is None
        assert queries.walk_ins.of_person(db, elsewhere.id, other.person_id) is not None

    def test_marks_still_do(
        self, db: Any, morning: HalfDay, members: list[Enrolment], other: Enrolment, bilal: Person, join: Any
    ) -> None:
        take(db, morning, bilal, {other: Status.PRESENT})
        close(db, morning, bilal)
        join()
        assert queries.marks.of_person(db, [members[0].id])[(morning.id, members[0].id)].status == "present"
