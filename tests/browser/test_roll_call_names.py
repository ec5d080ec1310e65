"""The programme's own names of statuses on the roll call: a tap on one, and one that came after the page was opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from lms.attendance import services as attendance
from lms.attendance.statuses import Status
from lms.core import clock
from lms.core import db as database
from lms.core.bilingual import Bilingual
from tests.browser.conftest import PHONE
from tests.browser.test_roll_call import Room, chosen, make_room, open_roll, row, wait_for

__all__ = ["make_room"]


def name(room: Room, status: Status, ar: str, fr: str) -> str:
    """The value of a name that is added."""
    with room.site.app.app_context():
        database.use_mode(database.WRITE)
        actor_id = room.site.person_id(room.trainers[0])
        database.use_mode(database.WRITE)
        added = attendance.status_names.add(
            database.session(), status, Bilingual(ar, fr), actor_id=actor_id, now=clock.now()
        )
        value = f"{status.value}-{added.id}"
        database.commit()
        database.db.session.remove()
    return value


@pytest.mark.parametrize("lang", ["ar"])
def test_a_name_is_tapped_and_reaches_a_page_that_was_open_before_it_was_added(
    visit: Callable[..., Any], make_room: Callable[[int], Room], lang: str
) -> None:
    room = make_room(3)
    first, second, _third = room.people
    early = open_roll(visit(PHONE), room, trainer=1, lang=lang)
    mission = name(room, Status.EXCUSED, "مهمة رسمية", "Mission officielle")
    remote = name(room, Status.PRESENT, "عمل عن بعد", "Télétravail")

    late = open_roll(visit(PHONE), room, lang=lang)
    for person, value in ((first, mission), (second, remote)):
        row(late, person).locator("summary").click()
        row(late, person).locator(f'label:has(input[value="{value}"])').click()
    wait_for(late, "saved")
    assert chosen(late) == {first: mission, second: remote}
    assert room.marks() == {first: "excused", second: "present"}

    # Nothing was pressed there: the other page shows it by itself, in words, also while « More » is folded.
    line = row(early, first).locator("[data-said]")
    expect(line).to_be_visible(timeout=15_000)
    expect(line).to_have_text("مهمة رسمية")
    row(early, first).locator("summary").click()
    expect(row(early, first).locator(f'label:has(input[value="{mission}"])')).to_be_visible()
    assert chosen(early) == {first: mission, second: remote}
    changes = room.changes()
    early.reload()
    assert chosen(early) == {first: mission, second: remote}
    assert room.changes() == changes == 2
