"""Sessions by file: the meetings that rows plan, what is refused, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.attendance import privacy, queries, services
from lms.attendance.models import AttendanceImport, Group, Meeting
from lms.attendance.services import imports
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.bilingual import Bilingual
from lms.core.mail import Mail, ReminderSent
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, TODAY, close, half_days, plan, take
from tests.attendance.forms import fields
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
    assert [(why, lines) for _half_day, _enrolment, why, lines in one.kept] == [("marked", [2]), ("closed", [3])]


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


@pytest.fixture
def groups(db: Any, cohort: Cohort, bilal: Person, members: list[Enrolment]) -> list[Group]:
    names = (("الأولى", "Premier"), ("الثانية", "Second"))
    found = [services.groups.create(db, cohort, Bilingual(*name), actor_id=bilal.id, now=NOW) for name in names]
    database.commit()
    return found


WIDE = HEAD.rstrip() + ";Groupe;Animation\n"


def wide(group: str = "", trainers: str = "", **values: str) -> str:
    return row(**values).rstrip("\n") + f";{group};{trainers}\n"


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_taken_away_comes_back_and_changes_nothing(
    db: Any, trainer: CheckingClient, cohort: Cohort, meeting: Meeting, groups: list[Group], driss: Person,
    bilal: Person, form: str, lang: str,
) -> None:  # fmt: skip
    for number, group in enumerate(groups):
        plan(
            db, cohort, bilal, first=TODAY + DAY, group_id=group.id, title=Bilingual("=عنوان", "+Titre; « bis »"),
            place=f"Salle {number}", trainer_ids=frozenset({driss.id, bilal.id} if number else {driss.id}),
        )  # fmt: skip
    file = trainer.get(f"/{lang}/attendance/cohorts/{cohort.id}/export/sessions.{form}")
    path = sent(trainer, cohort, file.data, name=f"s.{form}", kind="sessions", lang=lang)

    page = trainer.get(path).text

    assert wrong(page) == []
    one = db.scalars(sa.select(AttendanceImport)).one()
    lines = imports.check(db, one, actor_id=bilal.id, now=NOW)
    assert [line.outcome for line in lines] == ["same"] * 6


def test_two_groups_meet_at_one_time_and_are_led_by_their_own(
    db: Any, trainer: CheckingClient, cohort: Cohort, groups: list[Group], driss: Person, bilal: Person
) -> None:
    text = WIDE + wide("premier", driss.email or "") + wide("الثانية", f"{bilal.email}، {driss.email}") + wide(
        start="14:00", end="17:00"
    )  # fmt: skip
    path = send(trainer, cohort, text)
    assert wrong(trainer.get(path).text) == []
    assert confirm(trainer, path).status_code == 302
    found = meetings(db)
    assert [one.group_id for one in found] == [groups[0].id, groups[1].id, None]
    picked = [queries.meeting_trainers.picked_ids(db, one.id) for one in found]
    assert picked == [[driss.id], sorted([driss.id, bilal.id]), []]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (wide("Troisième"), "Groupe"), (wide("", "personne@example.org"), "Animation"),
        (wide("", "chaima@example.org"), "Animation"),
        (wide("premier", day="27/11/2026"), "Début"),
    ],
)  # fmt: skip
def test_a_group_or_a_trainer_that_is_not_there_is_said_at_its_column(
    trainer: CheckingClient, cohort: Cohort, groups: list[Group], members: list[Enrolment], line: str, column: str
) -> None:
    path = send(trainer, cohort, WIDE + wide(day="27/11/2026") + line)
    assert wrong(trainer.get(path).text) == [("3", column)]


def test_the_half_day_in_the_way_is_named(trainer: CheckingClient, cohort: Cohort, meeting: Meeting) -> None:
    path = send(trainer, cohort, HEAD + row(day="23/11/2026", start="12:00", end="13:00"))
    page = trainer.get(path).text
    said = page.split('id="wrong"')[1].split("</table>")[0]
    assert "09:00–12:30" in said
    assert "lundi 23 novembre 2026" in said.lower()


class TestUndoOfWhatChangedSince:
    def why(self, db: Any) -> list[tuple[str, list[int]]]:
        db.rollback()
        db.expire_all()
        (one,) = db.scalars(sa.select(AttendanceImport))
        return [(why, lines) for _half_day, _enrolment, why, lines in one.kept]

    def test_it_stays_edited_moved_or_cancelled_and_the_page_says_which_lines(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, driss: Person
    ) -> None:
        text = HEAD + "".join(row(day=f"{day}/11/2026") for day in (24, 25, 26, 27, 30))
        path = send(trainer, cohort, text)
        confirm(trainer, path)
        edited, moved, cancelled, led, _left = meetings(db)
        address = "/fr/attendance/meetings/{}/"
        values = fields(trainer.get(address.format(edited.id)).text)
        trainer.post(address.format(edited.id), data={**values, "title_fr": "Autre"})
        half_day = f"/fr/attendance/half-days/{moved.half_days[0].id}/move"
        trainer.post(half_day, data={"day": "25/11/2026", "starts": "10:00", "ends": "12:30"})
        trainer.post(f"/fr/attendance/half-days/{cancelled.half_days[0].id}/cancel")
        values = fields(trainer.get(address.format(led.id)).text)
        trainer.post(address.format(led.id), data={**values, "trainers": str(driss.id)})

        assert trainer.post(f"{path}undo").status_code == 302

        assert self.why(db) == [("edited", [2]), ("edited", [3]), ("cancelled", [4]), ("edited", [5])]
        assert [one.id for one in meetings(db)] == [edited.id, moved.id, cancelled.id, led.id]
        page = trainer.get(path).text
        assert "La séance a été modifiée ou déplacée entre-temps." in page
        assert "Une demi-journée a été annulée entre-temps." in page
        assert "Lignes du fichier\xa0: 4" in page

    def test_half_days_that_the_file_names_in_another_order_are_no_change(
        self, db: Any, trainer: CheckingClient, cohort: Cohort
    ) -> None:
        path = send(trainer, cohort, HEAD + row("A", start="14:00", end="17:00") + row("A"))
        confirm(trainer, path)
        assert len(meetings(db)) == 1

        trainer.post(f"{path}undo")

        assert (meetings(db), self.why(db)) == ([], [])

    def test_who_was_reminded_is_told_that_it_does_not_take_place(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, members: list[Enrolment]
    ) -> None:
        path = send(trainer, cohort, HEAD + row() + row(day="25/11/2026"))
        confirm(trainer, path)
        occasion = f"attendance.tomorrow:{cohort.id}:2026-11-24"
        database.use_mode(database.WRITE)
        for person_id, moment in ((members[0].person_id, NOW), (members[1].person_id, NOW - DAY)):
            db.add(ReminderSent(person_id=person_id, occasion=occasion, sent_at=moment))
        database.commit()

        assert trainer.post(f"{path}undo").status_code == 302

        assert meetings(db) == []
        (mail,) = db.scalars(sa.select(Mail).where(Mail.kind == "attendance.changed"))
        assert mail.recipient_id == members[0].person_id
        assert "annul" in mail.text.lower()
        assert "24 novembre" in mail.text
        assert "STATUS:CANCELLED" in mail.attachments[0]["text"]


def test_who_takes_away_who_leads_is_written_down_and_wiping_takes_files_that_may_name_them(
    db: Any, trainer: CheckingClient, cohort: Cohort, driss: Person, bilal: Person
) -> None:
    address = f"/fr/attendance/cohorts/{cohort.id}/export/sessions.csv"
    plan(db, cohort, bilal)
    trainer.get(address)
    seen = sa.select(AccessEntry).where(AccessEntry.page == "attendance.download_export")
    assert db.scalars(seen).all() == []
    plan(db, cohort, bilal, first=TODAY + DAY, trainer_ids=frozenset({driss.id}))
    assert driss.email in trainer.get(address).text
    db.rollback()
    assert [one.people for one in db.scalars(seen)] == [1]

    send(trainer, cohort, WIDE + wide("", driss.email or ""))
    send(trainer, cohort, HEAD + row())
    send(trainer, cohort, WIDE + wide("", bilal.email or ""))
    # As the whole wiping has it: the address is gone first.
    driss.email = None
    privacy.forget(db, driss.id, now=NOW)
    database.commit()
    kept = [one.lines[0]["cells"].get("trainers") for one in db.scalars(sa.select(AttendanceImport))]
    assert kept == [None, bilal.email]


def test_lines_in_the_way_of_many_half_days_cost_the_same_for_many(
    db: Any, trainer: CheckingClient, cohort: Cohort, groups: list[Group], driss: Person, bilal: Person, at_most: Any
) -> None:
    for number in range(6):
        plan(
            db, cohort, bilal, first=TODAY + number * DAY, group_id=groups[number % 2].id,
            trainer_ids=frozenset({driss.id}),
        )  # fmt: skip

    def cost(days: int) -> int:
        lines = "".join(wide(day=f"{23 + number}/11/2026", place="Fès") for number in range(days))
        path = send(trainer, cohort, WIDE + lines)
        with at_most(40) as statements:
            assert len(wrong(trainer.get(path).text)) == days
        return len(statements)

    assert cost(2) == cost(6)


def test_a_group_meets_beside_another_that_is_planned_already_but_not_beside_all(
    db: Any, trainer: CheckingClient, cohort: Cohort, groups: list[Group], bilal: Person
) -> None:
    plan(db, cohort, bilal, first=TODAY + DAY, group_id=groups[0].id)
    path = send(trainer, cohort, WIDE + wide("Second"))
    assert wrong(trainer.get(path).text) == []
    assert confirm(trainer, path).status_code == 302
    for group in ("", "Premier"):
        path = send(trainer, cohort, WIDE + wide(group, place="Fès"))
        assert wrong(trainer.get(path).text) == [("2", "Début")]
