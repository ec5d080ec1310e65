"""Whoever trains one cohort and also monitors, or administers, takes no roll in the cohorts of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from lms.accounts.models import Person, RoleGrant
from lms.attendance import services
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.permissions import AttendancePermission
from lms.attendance.services.check_ins import Way
from lms.attendance.services.walk_ins import Newcomer
from lms.attendance.statuses import Method, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import NOW, plan, roll, taught
from tests.attendance.conftest import actor as actor_with
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient

#: Addresses that name no cohort, and what they say instead: in which of one's own something is planned.
OF_ONES_OWN = {"attendance.new_meeting", "attendance.plan_meeting"}


def addresses(app: Flask, permission: AttendancePermission, ids: dict[str, int]) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, address) of every page that asks for a permission, about one cohort; read from the routes.

    An argument that ``ids`` does not know fails: whoever adds such a page says here what it stands for.
    """
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if getattr(app.view_functions[rule.endpoint], "required_permission", None) is not permission:
                continue
            if not rule.arguments - {"lang"} and rule.endpoint not in OF_ONES_OWN:
                continue
            known: dict[str, Any] = {**ids, "lang": "fr", "kind": "csv", "cohort": ids["cohort_id"]}
            values = {name: known[name] for name in rule.arguments}
            adapter = app.url_map.bind("localhost")
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                address = adapter.build(rule.endpoint, values, method=method)
                yield rule.endpoint, method, f"{address}?cohort={ids['cohort_id']}"


def ids_of(db: Any, meeting: Meeting, enrolment: Enrolment, actor: Person) -> dict[str, int]:
    database.use_mode(database.WRITE)
    group = services.groups.create(db, meeting.cohort, Bilingual("أ", "A"), actor_id=actor.id, now=NOW)
    newcomer = Newcomer("Nadia", "", "", Status.PRESENT)
    walk_in = services.walk_ins.note(db, meeting.half_days[0], newcomer, actor=actor_with(actor, Role.TRAINER), now=NOW)
    services.check_ins.check_in(db, meeting.half_days[0].id, enrolment.person_id, Way(Method.QR), now=NOW)
    report = services.reports.say(db, meeting.half_days[0].id, enrolment, "?", now=NOW)
    found = {
        "cohort_id": meeting.cohort_id, "meeting_id": meeting.id, "half_day_id": meeting.half_days[0].id,
        "enrolment_id": enrolment.id, "group_id": group.id, "walk_in_id": walk_in.id, "report_id": report.id,
        "logo_id": 1, "file_id": 1,
    }  # fmt: skip
    database.commit()
    return found


@pytest.fixture
def theirs(db: Any, bilal: Person) -> dict[str, int]:
    """Of a cohort that another trainer holds."""
    driss = make_person(db, "driss", role=Role.TRAINER)
    cohort = taught(db, driss)
    enrolment = make_enrolment(db, make_person(db, "nora"), cohort)
    return ids_of(db, plan(db, cohort, driss), enrolment, driss)


@pytest.fixture
def own(db: Any, meeting: Meeting, members: list[Enrolment], bilal: Person) -> dict[str, int]:
    return ids_of(db, meeting, members[0], bilal)


@pytest.fixture(params=[Role.MONITOR, Role.ADMINISTRATOR])
def both(request: Any, db: Any, bilal: Person, cohort: Cohort, open_as: Callable[..., CheckingClient]) -> Any:
    """Bilal trains one cohort and holds another role beside."""
    db.add(RoleGrant(person_id=bilal.id, role=request.param, granted_at=NOW))
    database.commit()
    return open_as(bilal)


def answers(client: CheckingClient, found: Iterator[tuple[str, str, str]]) -> dict[str, int]:
    """Status of each page, by endpoint."""
    told = {}
    for endpoint, method, address in list(found):
        response = client.get(address) if method == "GET" else client.post(address, data={})
        told[f"{method} {endpoint}"] = response.status_code
    return told


class TestEveryPageThatTakesAttendance:
    def test_is_not_there_for_the_cohort_of_others(self, app: Flask, both: CheckingClient, theirs: Any) -> None:
        found = answers(both, addresses(app, AttendancePermission.TAKE, theirs))
        assert len(found) > 20
        assert {name: status for name, status in found.items() if status != 404} == {}

    def test_is_there_for_ones_own(self, app: Flask, both: CheckingClient, own: Any) -> None:
        found = answers(both, addresses(app, AttendancePermission.TAKE, own))
        assert {name: status for name, status in found.items() if status in (403, 404) or status >= 500} == {}


class TestPagesThatReadAndCorrect:
    def test_are_there_for_monitoring_and_for_no_other_role_beside_the_trainer_s(
        self, app: Flask, db: Any, bilal: Person, both: CheckingClient, theirs: Any
    ) -> None:
        is_monitor = db.query(RoleGrant).filter_by(person_id=bilal.id, role=Role.MONITOR).count() == 1
        found = answers(both, addresses(app, AttendancePermission.CORRECT, theirs))
        there = {name for name, status in found.items() if status != 404}
        assert ("GET attendance.show_half_day" in there) is is_monitor
        assert ("GET attendance.show_report" in there) is is_monitor
        assert is_monitor or there == set()


class TestWhatPagesOffer:
    @pytest.fixture
    def there(self, db: Any, theirs: dict[str, int]) -> HalfDay:
        return db.get_one(HalfDay, theirs["half_day_id"])

    @pytest.mark.parametrize("both", [Role.MONITOR], indirect=True)
    def test_the_roll_call_of_others_is_only_shown(self, both: CheckingClient, there: HalfDay) -> None:
        page = both.get(roll(there)).get_data(as_text=True)
        assert 'name="do"' not in page
        assert "data-taps-url" not in page
        assert "/screen" not in page

    @pytest.mark.parametrize("both", [Role.MONITOR], indirect=True)
    def test_ones_own_is_taken(self, both: CheckingClient, morning: HalfDay, members: list[Enrolment]) -> None:
        page = both.get(roll(morning)).get_data(as_text=True)
        assert 'value="close"' in page
        assert "data-taps-url" in page

    @pytest.mark.parametrize("both", [Role.MONITOR], indirect=True)
    def test_every_link_of_the_list_opens(self, both: CheckingClient, morning: HalfDay, there: HalfDay) -> None:
        page = both.get("/fr/attendance/").get_data(as_text=True)
        assert f"/meetings/{morning.meeting_id}/" in page
        assert f"/meetings/{there.meeting_id}/" not in page
        for address in set(re.findall(r'href="(/fr/attendance/[^"#]*)"', page)):
            assert both.get(address.replace("&amp;", "&")).status_code == 200, address

    @pytest.mark.parametrize("both", [Role.MONITOR], indirect=True)
    def test_the_report_of_others_is_only_read(self, both: CheckingClient, there: HalfDay, morning: HalfDay) -> None:
        page = both.get(f"/fr/attendance/meetings/{there.meeting_id}/report")
        assert page.status_code == 200
        assert "<textarea" not in page.get_data(as_text=True)
