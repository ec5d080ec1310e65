"""Names of half-days: two of one day can be told apart wherever one is named."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale

from lms.accounts.models import Person
from lms.attendance import mails, naming, sheets
from lms.attendance.models import HalfDay, Meeting
from lms.attendance.services.meetings import Times
from lms.core.bilingual import EMPTY
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import EVENING, close, plan, roll
from tests.pages import CheckingClient

TEMPLATES = Path(naming.__file__).parent / "templates"
#: Two afternoons of one day.
FIRST, SECOND = Times(dt.time(13), dt.time(15)), Times(dt.time(15, 30), dt.time(17, 30))


@pytest.mark.parametrize(
    ("starts", "ar", "fr"),
    [
        ((0, 0), "صباحا", "matin"),
        ((11, 59), "صباحا", "matin"),
        ((12, 0), "بعد الزوال", "après-midi"),
        ((17, 59), "بعد الزوال", "après-midi"),
        ((18, 0), "مساء", "soir"),
        ((23, 59), "مساء", "soir"),
    ],
)
def test_the_part_follows_from_the_beginning(app: Any, starts: tuple[int, int], ar: str, fr: str) -> None:
    with app.test_request_context():
        for locale, expected in (("ar_MA", ar), ("fr", fr)):
            with force_locale(locale):
                assert str(naming.part_of(dt.time(*starts))) == expected


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda one: one.name)
def test_no_page_words_a_half_day_by_itself(path: Path) -> None:
    """Its part of the day without its hours: ``_when.html`` has macros for each place."""
    if path.name != "_when.html":
        assert not re.search(r"\.part\b", path.read_text()), path


@pytest.fixture
def afternoons(db: Any, cohort: Cohort, bilal: Person) -> Meeting:
    return plan(db, cohort, bilal, morning=FIRST, afternoon=SECOND)


def links(page: str) -> dict[str, set[str]]:
    """Addresses by what a link to them is called, for whoever hears the page."""
    main = page[page.index("<main") : page.index("</main>")]
    found: dict[str, set[str]] = defaultdict(set)
    for address, text in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', main, re.DOTALL):
        found[" ".join(re.sub(r"<[^>]+>", "", text).split())].add(address)
    return found


def same_names(page: str) -> dict[str, set[str]]:
    return {name: addresses for name, addresses in links(page).items() if len(addresses) > 1}


class TestTwoAfternoonsOfOneDay:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_no_two_links_of_a_page_are_called_the_same(
        self, db: Any, trainer: CheckingClient, learner: CheckingClient, afternoons: Meeting, members: list[Enrolment],
        bilal: Person, lang: str,
    ) -> None:  # fmt: skip
        first, second = afternoons.half_days
        base = f"/{lang}/attendance/"
        for client, address in ((trainer, base), (trainer, f"{base}meetings/{afternoons.id}/"),
                                (trainer, roll(first, lang)), (learner, f"{base}own")):  # fmt: skip
            assert same_names(client.get(address).text) == {}, address
        for one in (first, second):
            close(db, one, bilal)
        for client, address in (
            (trainer, base),
            (trainer, f"{base}meetings/{afternoons.id}/"),
            (learner, f"{base}own"),
        ):
            assert same_names(client.get(address).text) == {}, address

    def test_the_pages_of_each_say_its_hours(
        self, db: Any, trainer: CheckingClient, afternoons: Meeting, members: list[Enrolment]
    ) -> None:
        _first, second = afternoons.half_days
        for below in ("", "close", "move", "screen", "arrivals", "walk-ins/", "paper", f"people/{members[0].id}/file"):
            assert "15:30–17:30" in trainer.get(f"{roll(second)}{below}").text, below

    def test_messages_and_the_sheet_say_the_hours(self, db: Any, afternoons: Meeting, bilal: Person) -> None:
        first, second = afternoons.half_days
        for one in (first, second):
            close(db, one, bilal, now=EVENING)

        (sheet,) = sheets.sheets_of(db, [[first, second]], sheets.SheetHead(EMPTY, EMPTY, sheets.layout_of(db, 0)))

        assert [(one.part.fr, one.times) for one in sheet.slots] == [
            ("après-midi", "13:00–15:00"), ("après-midi", "15:30–17:30"),
        ]  # fmt: skip
        for words in (" ".join(one.ar for one in sheet.signed), " ".join(one.fr for one in sheet.signed)):
            assert words.count("13:00–15:00") == words.count("15:30–17:30") == 1
        assert mails.when(first, "fr") != mails.when(second, "fr")


def test_the_home_page_tells_two_half_days_to_close_apart(
    db: Any, trainer: CheckingClient, cohort: Cohort, bilal: Person
) -> None:
    yesterday = EVENING.date() - dt.timedelta(days=1)
    plan(db, cohort, bilal, first=yesterday, morning=FIRST, afternoon=SECOND)

    page = trainer.get("/fr/cohorts/").text

    assert "13:00–15:00" in page
    assert "15:30–17:30" in page


def test_an_evening_is_named_so(db: Any, trainer: CheckingClient, cohort: Cohort, bilal: Person) -> None:
    found = plan(db, cohort, bilal, morning=None, afternoon=Times(dt.time(18), dt.time(20)))
    evening: HalfDay = found.half_days[0]

    assert ", soir" in trainer.get(roll(evening)).text
    assert "، مساء" in trainer.get(roll(evening, "ar")).text
