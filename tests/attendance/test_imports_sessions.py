"""Sessions by file: the meetings that rows plan, what is refused, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.attendance.models import AttendanceImport, Meeting
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import close, half_days, take
from tests.attendance.test_imports import address, confirm, sent, wrong
from tests.conftest import NOW
from tests.factories import make_cohort
from tests.pages import CheckingClient

HEAD = "Séance;Module;Jour;Début;Fin;Titre en arabe;Titre en français;Mode;Lieu;Lien\n"


def row(
    ref: str = "", module: str = "concepts", day: str = "24/11/2026", start: str = "09:00", end: str = "12:30",
    ar: str = "", fr: str = "", mode: str = "", place: str = "Rabat", link: str = "",
) -> str:  # fmt: skip
    return ";".join((ref, module, day, start, end, ar, fr, mode, place, link)) + "\n"


def send(client: CheckingClient, cohort: Cohort, text: str) -> str:
    return sent(client, cohort, text, kind="sessions")


def meetings(db: Any) -> list[Meeting]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(sa.select(Meeting).order_by(Meeting.id)))


def test_rows_with_one_reference_are_one_meeting(db: Any, trainer: CheckingClient, cohort: Cohort) -> None:
    text = (
        HEAD
        + row("A")
        + row("A", start="14h", end="17h")
        + row("A", day="2026-11-25")
        + row(day="26/11/2026", fr="Bilan")
    )
    path = send(trainer, cohort, text)
    page = trainer.get(path).text
    assert wrong(page) == []
    assert meetings(db) == []
    assert confirm(trainer, path).status_code == 302

    first, second = meetings(db)
    assert [(one.day.day, one.starts.hour, one.ends.hour) for one in first.half_days] == [
        (24, 9, 12),
        (24, 14, 17),
        (25, 9, 12),
    ]
    assert (first.module, first.mode, first.place, first.import_id) == ("concepts", "room", "Rabat", 1)
    assert (second.title.fr, len(second.half_days)) == ("Bilan", 1)
    assert {one.zone for one in first.half_days} == {"Africa/Casablanca"}


@pytest.mark.parametrize(
    ("mode", "place", "link", "said"),
    [
        ("En ligne", "", "https://salle.example.org/1", "online"),
        ("À distance", "", "https://salle.example.org/1", "online"),
        ("عن بعد", "", "https://salle.example.org/1", "online"),
        ("", "", "https://salle.example.org/1", "online"), ("hybrid", "Rabat", "https://salle.example.org/1", "hybrid"),
        ("En salle", "Rabat", "", "room"),
    ],
)  # fmt: skip
def test_the_mode_is_read_in_both_languages(
    db: Any, trainer: CheckingClient, cohort: Cohort, mode: str, place: str, link: str, said: str
) -> None:
    path = send(trainer, cohort, HEAD + row(mode=mode, place=place, link=link))
    assert wrong(trainer.get(path).text) == []
    confirm(trainer, path)
    assert meetings(db)[0].mode == said


MISTAKES = [
    (row(module="autre"), "Module"), (row(day="demain"), "Jour"), (row(start="25h"), "Début"), (row(end="x"), "Fin"),
    (row(start="12:30", end="09:00"), "Fin"), (row(start="09:00", end="09:00"), "Fin"), (row(place=""), "Lieu"),
    (row(mode="online"), "Lien"), (row(mode="hybrid", link="nulle part"), "Lien"), (row(mode="ailleurs"), "Mode"),
    (row(fr="x" * 201), "Titre en français"), (row(day="23/11/2026", start="12:00", end="15:00"), "Début"),
    (row(day="23/11/2026", place="Fès"), "Début"), (row(module="planning"), "Module"),
    (row(link="javascript:alert(1)"), "Lien"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "column"), MISTAKES)
def test_a_mistake_is_said_at_its_line_and_column(
    db: Any, trainer: CheckingClient, cohort: Cohort, meeting: Meeting, line: str, column: str
) -> None:
    path = send(trainer, cohort, HEAD + row(day="27/11/2026") + line)
    assert wrong(trainer.get(path).text) == [("3", column)]
    before = half_days(db)
    assert confirm(trainer, path).status_code == 422
    assert half_days(db) == before
    assert confirm(trainer, path, leave_errors="1").status_code == 302
    assert len(half_days(db)) == len(before) + 1


def test_rows_that_overlap_or_disagree_are_mistakes(trainer: CheckingClient, cohort: Cohort) -> None:
    text = HEAD + row("A") + row("B", start="12:00", end="13:00") + row("A", day="25/11/2026", place="Fès")
    assert wrong(trainer.get(send(trainer, cohort, text)).text) == [("3", "Début"), ("4", "Lieu")]


def test_what_is_planned_already_is_the_same_and_its_meeting_takes_no_more(
    trainer: CheckingClient, cohort: Cohort, meeting: Meeting
) -> None:
    same = row("A", day="23/11/2026")
    path = send(trainer, cohort, HEAD + same)
    assert wrong(trainer.get(path).text) == []
    assert confirm(trainer, path).status_code == 422
    path = send(trainer, cohort, HEAD + same + row("A", day="24/11/2026"))
    assert wrong(trainer.get(path).text) == [("3", "Séance")]


def test_undo_takes_meetings_away_unless_somebody_was_marked_or_they_are_closed(
    db: Any, trainer: CheckingClient, cohort: Cohort, members: list[Enrolment], bilal: Person
) -> None:
    text = HEAD + "".join(row(day=f"{day}/11/2026") for day in (20, 21, 22)) + row(start="14:00", end="15:00")
    path = send(trainer, cohort, text)
    confirm(trainer, path)
    found = [one.half_days[0] for one in meetings(db)]
    take(db, found[0], bilal, {members[0]: Status.PRESENT})
    close(db, found[1], bilal)

    assert trainer.post(f"{path}undo").status_code == 302

    assert [one.day.day for one in (meeting.half_days[0] for meeting in meetings(db))] == [20, 21]
    page = trainer.get(path).text
    assert "Un statut a été noté entre-temps." in page
    assert "La demi-journée a été clôturée entre-temps." in page
    (one,) = db.scalars(sa.select(AttendanceImport))
    assert [why for _half_day, _enrolment, why in one.kept] == ["marked", "closed"]


def test_undo_loses_nobody_who_was_noted_by_name(
    db: Any, trainer: CheckingClient, cohort: Cohort, members: list[Enrolment], bilal: Person
) -> None:
    path = send(trainer, cohort, HEAD + row())
    confirm(trainer, path)
    half_day_id = meetings(db)[0].half_days[0].id
    trainer.post(f"/fr/attendance/half-days/{half_day_id}/walk-ins/", data={"name": "Nadia", "status": "present"})

    trainer.post(f"{path}undo")

    assert len(meetings(db)) == 1
    assert "Quelque chose a été noté ou joint entre-temps." in trainer.get(path).text


def test_archived_and_online_cohorts_take_no_files(
    db: Any, monitor: CheckingClient, trainer: CheckingClient, cohort: Cohort
) -> None:
    online = make_cohort(db, has_sessions=False)
    assert monitor.get(address(online)).status_code == 404
    database.use_mode(database.WRITE)
    db.get_one(Cohort, cohort.id).archived_at = NOW
    database.commit()
    for client in (monitor, trainer):
        assert client.get(address(cohort)).status_code == 404
