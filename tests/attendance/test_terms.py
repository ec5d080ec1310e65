"""One term for one thing, in both languages (domain notes, 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from lms import attendance
from lms.attendance.models import HalfDay, Meeting
from lms.programme.models import Enrolment
from tests.attendance.conftest import close
from tests.pages import CheckingClient

CATALOGUES = Path(attendance.__file__).parent / "translations"


def forms(lang: str) -> Iterator[tuple[str, str]]:
    """Each string, and each of its forms in a language."""
    with (CATALOGUES / lang / "LC_MESSAGES/messages.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                string = str(message.id if isinstance(message.id, str) else message.id[0])
                for form in [message.string] if isinstance(message.string, str) else message.string:
                    yield string, form


def test_a_status_is_called_one_way_in_arabic() -> None:
    """« حالة »; « تدوين » is left to people and remarks that are written down."""
    stray = [(string, form) for string, form in forms("ar") if re.search(r"تأشير|[أؤ]شر\b|تدوين حضور", form)]
    # An indicator is another word.
    assert [one for one in stray if "المؤشر" not in one[1]] == []


def test_units_stay_with_their_numbers_in_french() -> None:
    assert [form for _string, form in forms("fr") if re.search(r"(\d|\)s) (min|ko|Mo|h|%)(\b|$)", form)] == []


@pytest.mark.parametrize(("lang", "words"), [("fr", ("Femmes", "Hommes")), ("ar", ("النساء", "الرجال"))])
def test_the_short_report_counts_groups(
    trainer: CheckingClient, db: object, meeting: Meeting, morning: HalfDay, members: list[Enrolment], bilal: object,
    lang: str, words: tuple[str, str],
) -> None:  # fmt: skip
    close(db, morning, bilal)  # type: ignore[arg-type]
    page = trainer.get(f"/{lang}/attendance/meetings/{meeting.id}/report").text
    heads = re.findall(r'<th scope="row">([^<]+)</th>', page)
    assert any(one in words for one in heads), heads
    assert not any(one in ("Femme", "Homme", "امرأة", "رجل") for one in heads)
