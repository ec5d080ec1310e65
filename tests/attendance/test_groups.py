"""Groups of a cohort: whose list a half-day has, and over which half-days a rate is."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import grid, own, queries, reminders, services
from lms.attendance.errors import GroupHasMeetings, HalfDaysOverlap, HasMarks
from lms.attendance.mails import CHANGED
from lms.attendance.models import Group, Meeting
from lms.attendance.services.meetings import About
from lms.attendance.statuses import Reason, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.core.mail import Mail
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, EVENING, NAMES, TODAY, actor, close, marks, plan, roll, take
from tests.attendance.forms import invalid, typed
from tests.conftest import NOW
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient


@pytest.fixture
def groups(db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person) -> list[Group]:
    """Chaima in the first, Hiba in the second, Salma in none."""
    found = [
        services.groups.create(db, cohort, Bilingual(name, name), actor_id=bilal.id, now=NOW) for name in ("A", "B")
    ]
    database.commit()
    place(db, cohort, bilal, {members[0].id: found[0].id, members[1].id: found[1].id})
    return found


def place(db: Any, cohort: Cohort, by: Person, wanted: dict[int, int | None]) -> int:
    database.use_mode(database.WRITE)
    moved = services.groups.place(db, cohort, wanted, actor_id=by.id, now=NOW)
    database.commit()
    return moved


@pytest.fixture
def first(db: Any, cohort: Cohort, bilal: Person, groups: list[Group]) -> Meeting:
    return plan(db, cohort, bilal, group_id=groups[0].id)


@pytest.fixture
def second(db: Any, cohort: Cohort, bilal: Person, groups: list[Group]) -> Meeting:
    return plan(db, cohort, bilal, group_id=groups[1].id)


def planned(db: Any, enrolment: Enrolment) -> tuple[int, int, int]:
    database.rollback()
    rate = own.rate_of(db, enrolment, "concepts")
    return rate.attended, rate.held, rate.planned


def test_two_groups_meet_at_one_time_but_never_a_group_and_all(
    db: Any, cohort: Cohort, bilal: Person, first: Meeting, second: Meeting
) -> None:
    for group_id in (None, first.group_id):
        with pytest.raises(HalfDaysOverlap):
            plan(db, cohort, bilal, group_id=group_id)
        database.rollback()


def test_the_list_holds_the_group_and_counts_say_so(
    db: Any, trainer: CheckingClient, first: Meeting, second: Meeting, members: list[Enrolment]
) -> None:
    for meeting, name in ((first, 0), (second, 1)):
        page = trainer.get(roll(meeting.half_days[0])).text
        assert [members[n].person.name.fr in page for n in range(len(NAMES))] == [n == name for n in range(len(NAMES))]
    counts = queries.marks.counts(db, [*first.half_days, *second.half_days])
    assert {one.people for one in counts.values()} == {1}


def test_the_rate_is_over_the_half_days_of_ones_own_group_and_of_all(
    app: Flask, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person, first: Meeting
) -> None:
    with app.test_request_context("/fr/"):
        assert [planned(db, one) for one in members] == [(0, 0, 2), (0, 0, 0), (0, 0, 0)]
        assert [len(one.lines) for one in own.attendance(db, members[1].person_id)] == [0]


def test_somebody_who_changes_groups_keeps_what_was_counted_and_owes_nothing_of_the_past(
    app: Flask, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person, first: Meeting, second: Meeting
) -> None:
    take(db, first.half_days[0], bilal, {members[0]: Status.PRESENT})
    close(db, first.half_days[0], bilal)
    close(db, second.half_days[0], bilal)
    assert marks(db, first.half_days[0].id) == {members[0].id: ("present", None)}

    place(db, cohort, bilal, {members[0].id: second.group_id})

    with app.test_request_context("/fr/"):
        # The morning of the first, which was attended, and the afternoon of the second, still to come.
        assert planned(db, members[0]) == (1, 1, 2)
        rows = queries.marks.rows(db, second.half_days[0])
        assert [one.enrolment.id for one in rows] == [members[1].id]


def test_a_meeting_with_marks_stays_with_its_group(
    db: Any, members: list[Enrolment], bilal: Person, first: Meeting
) -> None:
    take(db, first.half_days[0], bilal, {members[0]: Status.PRESENT})
    about = About(first.module, first.title, first.mode, first.place, first.link, None)
    with pytest.raises(HasMarks):
        services.meetings.edit(db, first, about, version=first.version, actor_id=bilal.id, now=NOW)


def test_a_meeting_is_not_widened_over_another_of_that_time(
    db: Any, trainer: CheckingClient, first: Meeting, second: Meeting
) -> None:
    sent = {**typed(group=""), "version": str(first.version)}
    answer = trainer.post(f"/fr/attendance/meetings/{first.id}/", data=sent)
    assert answer.status_code == 422
    assert invalid(answer.text) == {"group"}
    database.rollback()
    db.refresh(first)
    assert first.group_id is not None


def test_a_change_of_place_is_told_to_the_group_only(
    app: Flask, db: Any, first: Meeting, members: list[Enrolment], bilal: Person
) -> None:
    about = About(first.module, first.title, first.mode, "Fès", "", first.group_id)
    with app.test_request_context("/fr/"):
        services.meetings.edit(db, first, about, version=first.version, actor_id=bilal.id, now=NOW)
    told = db.scalars(sa.select(Mail.recipient_id).where(Mail.kind == CHANGED)).all()
    assert told == [members[0].person_id]


class TestPage:
    def test_groups_are_made_filled_and_chosen_for_a_meeting(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, members: list[Enrolment]
    ) -> None:
        page = f"/fr/attendance/cohorts/{cohort.id}/groups"
        assert trainer.post(page, data={"name_ar": "الأولى", "name_fr": ""}).status_code == 422
        assert trainer.post(page, data={"name_ar": "الأولى", "name_fr": "Première"}).status_code == 302
        (group,) = queries.groups.of_cohort(db, cohort.id)
        sent = {f"was-{members[0].id}": "", f"group-{members[0].id}": str(group.id), "group-x": "1"}
        assert trainer.post(f"{page}/members", data=sent).status_code == 302
        database.rollback()
        assert queries.groups.membership(db, cohort.id) == {members[0].id: group.id}

        # A page of before that did not touch somebody does not put them back.
        sent = {f"was-{members[0].id}": "", f"group-{members[0].id}": ""}
        trainer.post(f"{page}/members", data=sent)
        database.rollback()
        assert queries.groups.membership(db, cohort.id) == {members[0].id: group.id}

        assert f'<option value="{group.id}">' in trainer.get("/fr/attendance/meetings/new").text
        refused = trainer.post("/fr/attendance/meetings/new", data=typed(group="999"))
        assert refused.status_code == 422

    def test_nobody_who_is_not_enrolled_here_is_placed(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, groups: list[Group], members: list[Enrolment]
    ) -> None:
        other = make_enrolment(db, make_person(db, "nadia"))
        sent = {f"was-{other.id}": "", f"group-{other.id}": str(groups[0].id)}
        trainer.post(f"/fr/attendance/cohorts/{cohort.id}/groups/members", data=sent)
        database.rollback()
        assert queries.groups.groups_of(db, [other.id]) == {}

    def test_a_group_with_meetings_stays(
        self, db: Any, trainer: CheckingClient, first: Meeting, second: Meeting, cohort: Cohort, bilal: Person
    ) -> None:
        page = f"/fr/attendance/cohorts/{cohort.id}/groups"
        assert trainer.post(f"{page}/{first.group_id}/delete").status_code == GroupHasMeetings.status
        assert len(queries.groups.of_cohort(db, cohort.id)) == 2

    def test_one_without_meetings_goes_with_its_members(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, groups: list[Group], members: list[Enrolment]
    ) -> None:
        page = f"/fr/attendance/cohorts/{cohort.id}/groups"
        assert trainer.post(f"{page}/{groups[0].id}/delete").status_code == 302
        database.rollback()
        assert queries.groups.membership(db, cohort.id) == {members[1].id: groups[1].id}

    def test_nobody_of_another_cohort_is_placed(
        self, db: Any, stranger: CheckingClient, cohort: Cohort, groups: list[Group], members: list[Enrolment]
    ) -> None:
        page = f"/fr/attendance/cohorts/{cohort.id}/groups"
        assert stranger.get(page).status_code == 404
        assert stranger.post(f"{page}/members", data={f"group-{members[2].id}": groups[0].id}).status_code == 404
        assert members[2].id not in queries.groups.membership(db, cohort.id)


class TestOtherGroup:
    """What is for one group reaches nobody of the other."""

    def test_no_reminder_and_no_calendar(self, app: Flask, db: Any, first: Meeting, members: list[Enrolment]) -> None:
        before = NOW - DAY
        with app.test_request_context("/fr/"):
            told = {one.person_id for one in reminders.reminders(db, now=before)}
        assert told & {one.person_id for one in members} == {members[0].person_id}
        assert [len(queries.feeds.half_days_of(db, one.person_id, since=TODAY)) for one in members] == [2, 0, 0]

    def test_no_rate_no_report_and_no_code(
        self, app: Flask, db: Any, first: Meeting, members: list[Enrolment], cohort: Cohort
    ) -> None:
        with app.test_request_context("/fr/"):
            assert {key: one.planned for key, one in own.rates(db, cohort).items()} == {
                members[0].id: 2, members[1].id: 0, members[2].id: 0,
            }  # fmt: skip
        assert queries.short_reports.figures(db, first).all.people == 1
        assert [len(queries.check_ins.around(db, one.person_id, day=TODAY)) for one in members] == [2, 0, 0]
        assert queries.marks.row_of_person(db, first.half_days[0], members[1].person_id) is None

    def test_the_grid_leaves_the_cell_empty(
        self, app: Flask, db: Any, first: Meeting, second: Meeting, members: list[Enrolment], cohort: Cohort
    ) -> None:
        with app.test_request_context("/fr/"):
            found = grid.grid(db, cohort, queries.grid.Narrowed(), lang="fr")
        by_person = {line.enrolment.id: line for line in found.lines}
        assert set(by_person) == {members[0].id, members[1].id}
        for enrolment, meeting in ((members[0], first), (members[1], second)):
            own_cells = [cell.half_day.meeting_id for cell in by_person[enrolment.id].cells if cell]
            assert own_cells == [meeting.id, meeting.id]
            assert by_person[enrolment.id].rate.planned == 2

    def test_nobody_of_the_other_group_reports_an_error(
        self, db: Any, first: Meeting, members: list[Enrolment], bilal: Person, open_as: Any
    ) -> None:
        close(db, first.half_days[0], bilal)
        for enrolment, status in ((members[0], 200), (members[1], 404)):
            page = f"/fr/attendance/own/half-days/{first.half_days[0].id}/report"
            assert open_as(enrolment.person).get(page).status_code == status

    def test_who_joins_later_is_not_absent_when_it_is_opened_again(
        self, app: Flask, db: Any, first: Meeting, members: list[Enrolment], bilal: Person, cohort: Cohort
    ) -> None:
        half_day = first.half_days[0]
        close(db, half_day, bilal)
        place(db, cohort, bilal, {members[2].id: first.group_id})
        database.use_mode(database.WRITE)
        by = actor(bilal, Role.TRAINER)
        services.marks.reopen(db, half_day, reason=Reason.SLIP, reason_text="", actor=by, now=EVENING)
        database.commit()
        close(db, half_day, bilal)
        assert set(marks(db, half_day.id)) == {members[0].id}
        with app.test_request_context("/fr/"):
            assert planned(db, members[2]) == (0, 0, 1)

    def test_who_comes_to_the_other_group_is_taken_in_by_a_match(
        self, db: Any, first: Meeting, members: list[Enrolment], bilal: Person, trainer: CheckingClient
    ) -> None:
        half_day = first.half_days[0]
        sent = {"name": members[1].person.name.fr, "status": "present"}
        trainer.post(f"{roll(half_day)}walk-ins/", data=sent)
        page = trainer.get(f"{roll(half_day)}walk-ins/").text
        assert f'<option value="{members[1].id}" selected>' in page
        (waiting,) = queries.walk_ins.of_half_day(db, half_day.id)
        done = trainer.post(f"{roll(half_day)}walk-ins/{waiting.id}/", data={"do": "match", "enrolment": members[1].id})
        assert done.status_code == 302
        assert marks(db, half_day.id) == {members[1].id: ("present", None)}


def test_who_left_owes_nothing_that_comes_after(
    app: Flask, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person
) -> None:
    plan(db, cohort, bilal, first=TODAY + 7 * DAY)
    members[0].ended_at = NOW
    database.commit()
    with app.test_request_context("/fr/"):
        assert [planned(db, one)[2] for one in members[:2]] == [0, 2]
