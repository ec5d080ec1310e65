"""The roll call as a page: what a folded row shows, and the search without script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lms.accounts.models import Person
from lms.attendance.models import HalfDay
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.programme.models import Enrolment
from tests.attendance.conftest import roll, take
from tests.conftest import NOW
from tests.pages import CheckingClient


def row_of(page: str, enrolment: Enrolment) -> str:
    return page.split(f'id="row-{enrolment.id}"')[1].split("</li>")[0]


def said(page: str, enrolment: Enrolment) -> str | None:
    """What stands beside the segments of somebody; None: nothing is shown."""
    found = re.search(r"<p class=\"small roll-said\" data-said( hidden)?>(.*?)</p>", row_of(page, enrolment))
    assert found is not None
    return None if found[1] else re.sub(r"<[^>]+>", "", found[2]).replace("\u00a0", " ")


class TestAFoldedRow:
    def test_shows_minutes_remark_and_a_status_that_no_segment_shows(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        from lms.attendance import services

        database.use_mode(database.WRITE)
        taps = [
            Tap(members[0].id, Status.LATE, 90, "Train <b>en</b> panne"),
            Tap(members[1].id, Status.LEFT_EARLY, 60),
            Tap(members[2].id, Status.PRESENT),
        ]
        services.marks.take(db, db.get(HalfDay, morning.id), taps, actor_id=bilal.id, now=NOW)
        database.commit()

        page = trainer.get(roll(morning)).text

        assert said(page, members[0]) == "90 min suivies · Train &lt;b&gt;en&lt;/b&gt; panne"
        assert said(page, members[1]) == "Départ anticipé · 60 min suivies"
        assert said(page, members[2]) is None
        assert "<details open" not in page[page.index('class="card flush roll"') :]

    def test_opens_where_something_is_wrong(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        one = members[0]
        sent = {f"was-{one.id}": "||", f"status-{one.id}": "late", f"minutes-{one.id}": "999"}
        page = trainer.post(roll(morning), data=sent).text
        assert "<details open" in row_of(page, one)


class TestSearchWithoutScript:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_nobody_found_is_said_with_a_way_back(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], lang: str
    ) -> None:
        page = trainer.get(f"{roll(morning, lang)}?q=zzz").text
        assert {"ar": "لا نتيجة", "fr": "Aucun résultat"}[lang] in page[page.index("data-found>") :]
        assert f'<a href="{roll(morning, lang)}">' in page
        assert "data-enrolment" not in page
        assert "/ 3" in page

    def test_who_is_found_stands_there_folded_as_in_the_script(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        name = members[1].person.name.fr.split()[0]
        page = trainer.get(f"{roll(morning)}?q=%20{name.upper()}%20").text
        assert re.findall(r'data-enrolment="(\d+)"', page) == [str(members[1].id)]
        assert "1 personne trouvée" in page
        # « Everyone » would be more than is seen.
        assert 'value="everyone"' not in page

    def test_what_is_marked_of_them_is_saved_for_them_alone(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person
    ) -> None:
        page = trainer.get(f"{roll(morning)}?q={members[1].person.name.fr.split()[0]}").text
        assert f'<form method="post" action="{roll(morning)}"' in page
        take(db, morning, bilal, {members[0]: Status.LATE})
        one = members[1].id
        answer = trainer.post(roll(morning), data={f"was-{one}": "||", f"status-{one}": "present", "do": "save"})
        assert answer.headers["Location"] == roll(morning)
