"""Files of marks as people save them: encodings, separators, days and times, and what is no table at all."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from lms.attendance.models import AttendanceImport, HalfDay, Mark
from lms.documents import spreadsheets
from lms.programme.models import Cohort, Enrolment
from tests.attendance.test_imports import DAY, HEAD, confirm, row, send, sent, wrong
from tests.pages import CheckingClient

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1256", "windows-1252"]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_separator_is_read(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], encoding: str,
    separator: str,
) -> None:  # fmt: skip
    email = members[0].person.email
    if encoding == "windows-1252":
        text = HEAD.replace("Minutes suivies;", "") + f"{email};{DAY};9h00;Départ anticipé;Éléonore à l’hôpital\n"
        said = ("left_early", "Éléonore à l’hôpital")
    else:
        text = (
            f"الرمز أو البريد الإلكتروني;اليوم;البداية;الحالة;ملاحظة\n{email};{DAY};09:00;غياب مبرر;شهادة طبية مقدمة\n"
        )
        said = ("excused", "شهادة طبية مقدمة")
    path = sent(trainer, cohort, text.replace(";", separator).encode(encoding))
    assert wrong(trainer.get(path).text) == []
    confirm(trainer, path)
    db.expire_all()
    mark = db.get_one(Mark, (morning.id, members[0].id))
    assert (mark.status, mark.remark) == said


MIDNIGHT = dt.datetime.combine(dt.date(2026, 11, 23), dt.time())
DAYS = ["23/11/2026", "2026-11-23", "23-11-2026", "23.11.2026", "٢٣/١١/٢٠٢٦", "2026/11/23"]
TIMES = ["09:00", "9:00", "09h00", "9h", "9", "٠٩:٠٠", "09:00:00", "0,375"]


@pytest.mark.parametrize(("day", "start"), [*((day, "09:00") for day in DAYS), *((DAY, time) for time in TIMES)])
def test_days_and_times_as_people_write_them(
    trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], day: str, start: str
) -> None:
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence", day=day, start=start))
    page = trainer.get(path).text
    assert wrong(page) == []
    assert "Confirmer l’import" in page


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (dt.date(2026, 11, 23), dt.time(9)), (MIDNIGHT, 0.375), (46349, "09:00"),
        (MIDNIGHT.replace(hour=9), MIDNIGHT.replace(1899, 12, 30, 9)), ("23/11/2026", dt.timedelta(hours=9)),
    ],
)  # fmt: skip
def test_real_dates_and_times_of_a_workbook(
    trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], day: Any, start: Any
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["person", "day", "start", "status"])
    book.active.append([members[0].person.email, day, start, "present"])
    out = io.BytesIO()
    book.save(out)
    page = trainer.get(sent(trainer, cohort, out.getvalue(), name="appel.xlsx")).text
    assert wrong(page) == []
    assert "Confirmer l’import" in page


def test_the_headings_are_needed_and_unknown_ones_are_named(
    trainer: CheckingClient, cohort: Cohort, members: list[Enrolment], morning: HalfDay
) -> None:
    answer = send(trainer, cohort, "Jour;Remarque\n23/11/2026;x\n")
    assert answer.status_code == 422
    assert "Code ou adresse électronique, Début, Statut" in answer.text
    text = HEAD.replace("Remarque", "Couleur") + row(members[0], "Présence", "", "bleu")
    page = trainer.get(sent(trainer, cohort, text)).text
    assert "Couleur" in page


def bomb() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheets.MAX_UNPACKED + 1))
    return out.getvalue()


BAD: dict[str, Any] = {
    "empty": b"", "blank": b"  \n", "headings only": HEAD.encode(), "nul": (HEAD + "a\0;b\n").encode(),
    "huge": b"x" * 200_001, "many": HEAD.encode() + b"a;b\n" * 10_000, "bomb": bomb(),
    "not a workbook": b"PK\3\4 nothing", "old": b"\xd0\xcf\x11\xe0abc", "binary": bytes(range(256)) * 40,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["marks", "sessions"])
@pytest.mark.parametrize("what", BAD)
def test_a_file_that_cannot_be_read_gets_a_sentence(
    db: Any, trainer: CheckingClient, cohort: Cohort, what: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MAX_BYTES", 200_000)
    answer = send(trainer, cohort, BAD[what], kind=kind)
    assert answer.status_code in (413, 422)
    assert answer.status_code == 413 or 'class="error-summary"' in answer.text
    assert db.scalar(sa.select(sa.func.count()).select_from(AttendanceImport)) == 0
