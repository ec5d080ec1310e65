"""What the trainer sees of people who check in, what is struck out, and the screen of the room."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import privacy, retention, tokens
from lms.attendance.models import CheckIn, HalfDay
from lms.attendance.statuses import Status
from lms.core import clock
from lms.core import db as database
from lms.core.audit import AuditEntry
from lms.programme.models import Enrolment
from tests.attendance.check_in import BEGINS, ENDS, MINUTE, check_in, place, scan, stored
from tests.attendance.conftest import DAY, TODAY, changes, close, marks, roll, take
from tests.attendance.forms import fields
from tests.pages import CheckingClient

At = Callable[[dt.datetime], None]
SHARED = "Deux comptes sur un même appareil"


def arrivals(half_day: HalfDay) -> str:
    return f"{roll(half_day)}arrivals"


def strike(half_day: HalfDay, enrolment: Enrolment) -> str:
    return f"{arrivals(half_day)}/{enrolment.id}/strike"


@pytest.fixture
def arrived(app: Flask, at: At, learner: CheckingClient, morning: HalfDay) -> CheckingClient:
    """Chaima checked in at nine; her browser."""
    at(BEGINS)
    check_in(learner, app, morning, BEGINS)
    return learner


class TestFlags:
    def test_two_accounts_on_one_device(
        self, app: Flask, db: Any, at: At, arrived: CheckingClient, trainer: CheckingClient, morning: HalfDay,
        members: list[Enrolment], open_as: Any,
    ) -> None:  # fmt: skip
        assert SHARED not in trainer.get(arrivals(morning)).text
        device = arrived.get_cookie("device")
        assert device is not None
        assert device.http_only
        second = open_as(members[1].person)
        second.set_cookie("device", device.value)
        check_in(second, app, morning, BEGINS)

        assert len({one.device for one in stored(db)}) == 1
        assert device.value not in stored(db)[0].device
        # Flagged, never refused.
        assert {status for status, _minutes in marks(db, morning.id).values()} == {"present"}
        for page in (arrivals(morning), f"{roll(morning)}close"):
            text = trainer.get(page).text
            assert text.count(SHARED) >= 2
            assert all(one.person.name.fr in text for one in members[:2])

    def test_each_on_their_own(
        self, app: Flask, db: Any, arrived: CheckingClient, trainer: CheckingClient, morning: HalfDay,
        members: list[Enrolment], open_as: Any,
    ) -> None:  # fmt: skip
        check_in(open_as(members[1].person), app, morning, BEGINS)
        assert len({one.device for one in stored(db)}) == 2
        assert SHARED not in trainer.get(arrivals(morning)).text

    def test_one_device_tells_nothing_at_another_half_day(
        self, app: Flask, db: Any, at: At, arrived: CheckingClient, morning: HalfDay, afternoon: HalfDay
    ) -> None:
        at(afternoon.starts_at)
        check_in(arrived, app, afternoon, clock.now())
        first, second = stored(db)
        assert first.device != second.device

    @pytest.mark.parametrize(("minutes", "is_flagged"), [(105, False), (106, True)])
    def test_later_than_the_middle(
        self, app: Flask, at: At, learner: CheckingClient, trainer: CheckingClient, morning: HalfDay, minutes: int,
        is_flagged: bool,
    ) -> None:  # fmt: skip
        at(BEGINS + minutes * MINUTE)
        check_in(learner, app, morning, clock.now())
        assert ("Après le milieu" in trainer.get(arrivals(morning)).text) is is_flagged
        assert ("Après le milieu" in trainer.get(f"{roll(morning)}close").text) is is_flagged


class TestStriking:
    def test_marks_absent_and_refuses_a_second_time(
        self, app: Flask, db: Any, arrived: CheckingClient, trainer: CheckingClient, bilal: Person, morning: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        assert trainer.post(strike(morning, members[0])).headers["Location"] == arrivals(morning)

        (row,) = stored(db)
        assert (row.struck_at, row.struck_by_id) == (BEGINS, bilal.id)
        assert marks(db, morning.id) == {members[0].id: ("absent", None)}
        entry = db.scalars(sa.select(AuditEntry).where(AuditEntry.action == "attendance.strike-check-in")).one()
        assert (entry.actor_id, entry.subject_id) == (bilal.id, morning.id)
        assert "rayée" in trainer.get(arrivals(morning)).text
        scan(arrived, app, morning, BEGINS)
        answer = arrived.post(place(morning))
        assert answer.status_code == 409
        assert "rayé" in answer.text
        assert marks(db, morning.id) == {members[0].id: ("absent", None)}
        # A second press, and somebody who never came.
        before = changes(db)
        assert trainer.post(strike(morning, members[0])).status_code == 302
        assert trainer.post(strike(morning, members[1])).status_code == 404
        assert changes(db) == before

    def test_the_roll_call_undoes_it(
        self, db: Any, arrived: CheckingClient, trainer: CheckingClient, bilal: Person, morning: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        trainer.post(strike(morning, members[0]))
        take(db, morning, bilal, {members[0]: Status.PRESENT})
        page = arrived.get(place(morning))
        assert page.status_code == 200
        assert "Noté par l’équipe" in page.text
        assert marks(db, morning.id) == {members[0].id: ("present", None)}

    def test_nothing_after_the_closing_and_nothing_of_others(
        self, db: Any, arrived: CheckingClient, trainer: CheckingClient, stranger: CheckingClient,
        monitor: CheckingClient, bilal: Person, morning: HalfDay, members: list[Enrolment],
    ) -> None:  # fmt: skip
        assert stranger.post(strike(morning, members[0])).status_code == 404
        assert stranger.get(arrivals(morning)).status_code == 404
        assert monitor.get(arrivals(morning)).status_code == 200
        assert monitor.post(strike(morning, members[0])).status_code == 403
        assert arrived.get(arrivals(morning)).status_code == 403
        close(db, morning, bilal)
        answer = trainer.post(strike(morning, members[0]))
        assert answer.status_code == 409
        assert f"{members[0].id}/strike" not in answer.text
        assert [one.struck_at for one in stored(db)] == [None]


def test_the_roll_call_carries_who_came(
    arrived: CheckingClient, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
) -> None:
    page = trainer.get(roll(morning)).text
    assert fields(page)[f"status-{members[0].id}"] == "present"
    row = page.split(f'id="row-{members[0].id}"')[1].split("</li>")[0]
    assert "Présence enregistrée par la personne" in row
    assert "09:00" in row
    assert page.count("Présence enregistrée par la personne") == 1


def test_the_list_costs_the_same_however_many_came(
    app: Flask, db: Any, at_most: Any, arrived: CheckingClient, trainer: CheckingClient, morning: HalfDay,
    members: list[Enrolment], open_as: Any,
) -> None:  # fmt: skip
    for one in members[1:]:
        check_in(open_as(one.person), app, morning, BEGINS)
    with at_most(8):
        trainer.get(arrivals(morning))


class TestScreen:
    def codes(self, page: str) -> list[dict[str, Any]]:
        return list(json.loads(unescape(re.findall(r'data-codes="([^"]*)"', page)[0])))

    def test_shows_the_code_of_now_and_keeps_the_next(
        self, app: Flask, at: At, arrived: CheckingClient, trainer: CheckingClient, morning: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        at(BEGINS + dt.timedelta(seconds=5))
        page = trainer.get(f"{roll(morning)}screen").text
        now, then = self.codes(page)
        assert (now["left"], then["left"]) == (15_000, 35_000)
        steps = [tokens.step_of(BEGINS), tokens.step_of(BEGINS) + 1]
        found = [tokens.shown(app.config["SECRET_KEY"], morning.id, step) for step in steps]
        assert [one["digits"].replace("\xa0", "") for one in (now, then)] == [one.digits for one in found]
        assert now["digits"] in page
        assert now["path"] in page
        # Both languages, how many of how many, nobody's name.
        assert "Confirmer ma présence" in page
        assert "تأكيد الحضور" in page
        assert "<strong data-here>1</strong> / <span data-people>3</span>" in page
        assert not any(one.person.name[lang] in page for one in members for lang in ("ar", "fr"))
        asked = trainer.get(f"{roll(morning)}screen/codes").json
        assert asked == {"state": "open", "codes": [now, then], "here": 1, "people": 3}
        # Without script it loads itself again when the code changes.
        assert '<noscript><meta http-equiv="refresh" content="16"></noscript>' in page

    @pytest.mark.parametrize(
        ("moment", "state", "words"),
        [
            (BEGINS - 61 * MINUTE, "far", "08:30"),
            (BEGINS - 31 * MINUTE, "early", "08:30"),
            (BEGINS - 30 * MINUTE, "open", "Viser"),
            (ENDS, "ended", "terminée"),
        ],
    )
    def test_says_when(
        self, at: At, bilal: Person, open_as: Any, morning: HalfDay, moment: dt.datetime, state: str, words: str
    ) -> None:
        at(moment)
        trainer = open_as(bilal)
        page = trainer.get(f"{roll(morning)}screen").text
        assert f'data-state="{state}"' in page
        assert words in page
        assert ("data-codes" in page) is (state in ("early", "open"))
        asked = trainer.get(f"{roll(morning)}screen/codes").json
        assert (asked["state"], bool(asked["codes"])) == (state, state in ("early", "open"))

    def test_is_one_tap_away_from_the_trainers_home_page_meanwhile(
        self, at: At, bilal: Person, open_as: Any, morning: HalfDay
    ) -> None:
        for moment, is_offered in ((BEGINS - 61 * MINUTE, False), (BEGINS - 60 * MINUTE, True), (ENDS, False)):
            at(moment)
            assert (f'href="{roll(morning)}screen"' in open_as(bilal).get("/fr/cohorts/").text) is is_offered

    def test_a_closed_one_shows_no_code(
        self, db: Any, at: At, trainer: CheckingClient, stranger: CheckingClient, bilal: Person, morning: HalfDay
    ) -> None:
        at(BEGINS + MINUTE)
        close(db, morning, bilal, now=clock.now())
        assert "clôturée" in trainer.get(f"{roll(morning)}screen").text
        assert trainer.get(f"{roll(morning)}screen/codes").json["codes"] == []
        assert stranger.get(f"{roll(morning)}screen/codes").status_code == 404

    def test_a_camera_reads_it(self, app: Flask, at: At, trainer: CheckingClient, morning: HalfDay) -> None:
        zxingcpp = pytest.importorskip("zxingcpp")
        image = pytest.importorskip("PIL.Image")
        at(BEGINS)
        now, _then = self.codes(trainer.get(f"{roll(morning)}screen").text)
        side, scale, quiet = now["side"], 8, 4
        picture = image.new("L", ((side + 2 * quiet) * scale,) * 2, 255)
        for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", now["path"]):
            left, top = (int(column) + quiet) * scale, (int(row) + quiet) * scale
            picture.paste(0, (left, top, left + int(length) * scale, top + scale))
        (found,) = zxingcpp.read_barcodes(picture)
        token = tokens.shown(app.config["SECRET_KEY"], morning.id, tokens.step_of(BEGINS)).token
        assert found.text.endswith(f"/P/{morning.id}/{token}")
        assert found.text == found.text.upper()
        # Fewer than thirty squares: it is read from the last row.
        assert side <= 33


def test_which_device_it_was_goes_after_ninety_days_and_with_the_person(
    db: Any, arrived: CheckingClient, morning: HalfDay, members: list[Enrolment]
) -> None:
    rule = next(one for one in retention.RULES if one.key == "attendance.devices")
    that_day = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
    database.use_mode(database.WRITE)
    assert rule.days == 90
    assert (rule.count(db, that_day), rule.apply(db, that_day)) == (0, 0)
    assert rule.count(db, that_day + DAY) == rule.apply(db, that_day + DAY) == 1
    assert (rule.count(db, that_day + DAY), rule.apply(db, that_day + DAY)) == (0, 0)
    database.commit()
    (row,) = stored(db)
    assert (row.device, row.at) == ("", BEGINS)

    database.use_mode(database.WRITE)
    db.execute(sa.update(CheckIn).values(device="x"))
    privacy.forget(db, members[0].person_id, now=BEGINS)
    database.commit()
    assert [one.device for one in stored(db)] == [""]
