"""Names of files: in the language of the page, with an ASCII name beside it; the same rule for all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from lms import attendance
from lms.accounts.models import Person
from lms.attendance import file_names
from lms.attendance.models import HalfDay, Meeting
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import TODAY, roll
from tests.pages import CheckingClient

DAY = TODAY.isoformat()


def names(answer: Any) -> tuple[str, str]:
    """The ASCII name, and the one in whatever letters."""
    header = answer.headers["Content-Disposition"]
    found = re.fullmatch(r"(?:attachment|inline); filename=\"([\w.-]+)\"(?:; filename\*=UTF-8''([\w.%~-]+))?", header)
    assert found is not None, header
    assert found[1].isascii()
    return found[1], unquote(found[2] or found[1])


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_every_file_is_named_in_the_language_of_its_page(
    trainer: CheckingClient, meeting: Meeting, morning: HalfDay, members: list[Enrolment], cohort: Cohort, lang: str
) -> None:
    base = f"/{lang}/attendance/"
    own, sheet = f"{base}cohorts/{cohort.id}/", ("feuille-d-emargement", "ورقة-الحضور", "feuille-d’émargement")
    here = roll(morning, lang)
    expected = [
        (f"{here}sheet.pdf", sheet, f"-{meeting.id}-{DAY}.pdf"),
        (f"{here}sheet.pdf?of=meeting", sheet, f"-{meeting.id}.pdf"),
        (f"{own}sheet-layout/sample.pdf",
         (f"modele-de-{sheet[0]}", f"نموذج-{sheet[1]}", f"modèle-de-{sheet[2]}"), f"-{cohort.id}.pdf"),
        (f"{own}grid.csv",
         ("tableau-des-presences", "جدول-الحضور", "tableau-des-présences"), f"-{cohort.id}-{DAY}.csv"),
        (f"{own}export/sessions.xlsx", ("seances", "الحصص", "séances"), f"-{cohort.id}-{DAY}.xlsx"),
        (f"{own}template/marks.csv",
         ("modele-de-presences", "نموذج-الحضور", "modèle-de-présences"), f"-{cohort.id}.csv"),
        (f"{here}calendar.ics",
         ("demi-journees", "أنصاف-الأيام", "demi-journées"), f"-{meeting.id}-{DAY}-0900.ics"),
    ]  # fmt: skip
    for address, (plain, arabic, french), tail in expected:
        answer = trainer.get(address)
        assert answer.status_code == 200, address
        assert names(answer) == (plain + tail, (arabic if lang == "ar" else french) + tail)


def test_a_message_names_its_file_in_the_language_of_its_reader(app: Any, morning: HalfDay) -> None:
    with app.test_request_context("/fr/"):
        name = file_names.file_name(file_names.HALF_DAYS, morning, ending="ics", lang="ar")
    assert name.shown == f"أنصاف-الأيام-{DAY}-0900.ics"
    assert name.ascii == f"demi-journees-{DAY}-0900.ics"


def test_no_other_place_of_the_room_names_a_file(bilal: Person) -> None:
    """A name in quotes that ends as a file does is written by hand."""
    folder = Path(attendance.__file__).parent
    found = {
        path.name
        for path in folder.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"filename=\\?\"|[\w}]\.(?:pdf|xlsx|csv|ics)\\?\"", line) and "blueprint" not in line
    }
    assert found == set()
