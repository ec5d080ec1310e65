"""Marks by file: the check, the confirmation, and what is refused."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.attendance import privacy, services
from lms.attendance.models import AttendanceImport, HalfDay, Mark, MarkChange
from lms.attendance.queries.marks import rows as rows_of
from lms.attendance.services import imports
from lms.attendance.services.marks import Tap
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY as DAYS
from tests.attendance.conftest import EVENING, HOUR, actor, changes, close, marks, plan, take
from tests.attendance.forms import fields
from tests.attendance.test_reopening import reopen
from tests.conftest import NOW
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient, words_on
from tests.parallel import at_once

HEAD = "Code ou adresse électronique;Jour;Début;Statut;Minutes suivies;Remarque\n"
SHORT_HEAD = HEAD.removesuffix(";Minutes suivies;Remarque\n") + "\n"
DAY = "23/11/2026"


def address(cohort: Cohort, lang: str = "fr") -> str:
    return f"/{lang}/attendance/cohorts/{cohort.id}/import"


def send(
    client: CheckingClient, cohort: Cohort, text: str | bytes, name: str = "appel.csv", kind: str = "marks",
    lang: str = "fr",
) -> Any:  # fmt: skip
    body = text.encode() if isinstance(text, str) else text
    data = {"file": (io.BytesIO(body), name), "kind": kind}
    return client.post(address(cohort, lang), data=data, content_type="multipart/form-data")


def sent(client: CheckingClient, cohort: Cohort, text: str | bytes, **more: Any) -> str:
    """The address of the check."""
    answer = send(client, cohort, text, **more)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def confirm(client: CheckingClient, path: str, *, shown: str | None = None, **said: str) -> Any:
    """Confirm what the page shows now, or what it showed before (``shown``: that page)."""
    key = fields(shown if shown is not None else client.get(path).text).get("key", "")
    return client.post(f"{path}confirm", data={"key": key, **said})


def wrong(page: str) -> list[tuple[str, str]]:
    """Line and column of each mistake that the page of a check lists."""
    part = page.split('id="wrong"')[1].split("</table>")[0] if 'id="wrong"' in page else ""
    return re.findall(r"<tr><td[^>]*>(\d+)</td><th scope=\"row\">([^<]*)</th>", part)


def row(
    enrolment: Enrolment, status: str, minutes: str = "", remark: str = "", day: str = DAY, start: str = "09:00"
) -> str:
    return f"{enrolment.person.email};{day};{start};{status};{minutes};{remark}\n"


def last(db: Any) -> AttendanceImport:
    db.rollback()
    db.expire_all()
    found = db.scalars(sa.select(AttendanceImport).order_by(AttendanceImport.id.desc())).first()
    assert found is not None
    return found


def test_the_check_shows_what_would_happen_and_stores_nothing(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    first, second, third = members
    take(db, morning, bilal, {first: Status.PRESENT, second: Status.PRESENT})
    before = (marks(db, morning.id), len(changes(db)))
    path = sent(
        trainer, cohort,
        HEAD + row(first, "Présence") + row(second, "Retard", "45", "Train") + row(third, "absent") + row(third, ""),
    )  # fmt: skip

    page = trainer.get(path).text

    assert wrong(page) == []
    for words in ("Présence Retard · 45 min suivies · Train", "1 ligne ne dit rien"):
        assert words in words_on(page), words
    assert (marks(db, morning.id), len(changes(db))) == before
    assert last(db).confirmed_at is None


def test_confirming_writes_marks_by_file_with_their_changes_and_the_act(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    first, second, third = members
    take(db, morning, bilal, {second: Status.PRESENT})
    path = sent(
        trainer,
        cohort,
        HEAD + row(first, "Présence") + row(second, "left_early", "٦٠") + row(third, "تأخر"),
    )

    assert confirm(trainer, path).status_code == 302

    assert marks(db, morning.id) == {
        first.id: ("present", None),
        second.id: ("left_early", 60),
        third.id: ("late", None),
    }
    assert [one[3] for one in changes(db)] == ["roll-call", *["import"] * 3]
    one = last(db)
    assert (one.rows, one.left_out, one.lines, one.made_by_id) == (3, 0, [], bilal.id)
    assert {found.import_id for found in db.scalars(sa.select(MarkChange)) if found.method == "import"} == {one.id}
    acts = list(db.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_type == "attendance_import")))
    assert acts == ["attendance.import"]


def test_confirming_twice_writes_once(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment]
) -> None:
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence"))
    for _time in range(2):
        assert confirm(trainer, path).status_code == 302
    assert len(changes(db)) == 1


@pytest.fixture
def late(db: Any, morning: HalfDay, members: list[Enrolment], bilal: Person) -> Enrolment:
    """Chaima was there for 60 of 210 minutes: she did not attend."""
    database.use_mode(database.WRITE)
    tap = Tap(members[0].id, Status.LATE, 60, "Train en panne")
    services.marks.take(db, morning, [tap], actor_id=bilal.id, now=NOW)
    database.commit()
    return members[0]


def said(db: Any, half_day: HalfDay, enrolment: Enrolment) -> tuple[str, int | None, str]:
    db.rollback()
    db.expire_all()
    mark = db.get_one(Mark, (half_day.id, enrolment.id))
    return mark.status, mark.minutes, mark.remark


class TestColumnsLeftOut:
    """A file without minutes or remarks says nothing of them; an empty cell says that there are none."""

    def test_a_status_that_stays_keeps_minutes_and_remark(
        self, trainer: CheckingClient, cohort: Cohort, late: Enrolment
    ) -> None:
        path = sent(trainer, cohort, SHORT_HEAD + f"{late.person.email};{DAY};09:00;Retard\n")
        assert "Aucune ligne de ce fichier ne change quoi que ce soit" in words_on(trainer.get(path).text)

    def test_another_status_keeps_the_remark(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, late: Enrolment
    ) -> None:
        path = sent(trainer, cohort, SHORT_HEAD + f"{late.person.email};{DAY};09:00;Départ anticipé\n")
        assert "Départ anticipé · Train en panne" in words_on(trainer.get(path).text)
        assert confirm(trainer, path).status_code == 302
        assert said(db, morning, late) == ("left_early", None, "Train en panne")

    @pytest.mark.parametrize(
        ("column", "cell", "after"),
        [
            ("Minutes suivies", "", ("late", None, "Train en panne")),
            ("Minutes suivies", "90", ("late", 90, "Train en panne")),
            ("Remarque", "", ("late", 60, "")),
            ("Remarque", "Bus", ("late", 60, "Bus")),
        ],
    )
    def test_each_for_itself(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, late: Enrolment, column: str,
        cell: str, after: Any,
    ) -> None:  # fmt: skip
        head = SHORT_HEAD.replace("\n", f";{column}\n")
        path = sent(trainer, cohort, head + f"{late.person.email};{DAY};09:00;Retard;{cell}\n")
        assert confirm(trainer, path).status_code == 302
        assert said(db, morning, late) == after

    @pytest.mark.parametrize("cells", [";;", ""])
    def test_an_empty_cell_empties_though_it_is_not_written_out(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, late: Enrolment, cells: str
    ) -> None:
        path = sent(trainer, cohort, HEAD + f"{late.person.email};{DAY};09:00;Retard{cells}\n")
        assert confirm(trainer, path).status_code == 302
        assert said(db, morning, late) == ("late", None, "")

    def test_of_somebody_nobody_marked_there_is_nothing_to_keep(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        path = sent(trainer, cohort, SHORT_HEAD + f"{members[1].person.email};{DAY};09:00;Retard\n")
        assert confirm(trainer, path).status_code == 302
        assert said(db, morning, members[1]) == ("late", None, "")


MISTAKES = {
    "nobody@example.org;23/11/2026;09:00;Présence;;": "Code ou adresse électronique",
    ";23/11/2026;09:00;Présence;;": "Code ou adresse électronique",
    "{0};31/02/2026;09:00;Présence;;": "Jour",
    "{0};;09:00;Présence;;": "Jour",
    "{0};23/11/2026;25:00;Présence;;": "Début",
    "{0};23/11/2026;10:00;Présence;;": "Début",
    "{0};23/11/2026;09:00;peut-être;;": "Statut",
    "{0};23/11/2026;09:00;;30;": "Statut",
    "{0};23/11/2026;09:00;Retard;721;": "Minutes suivies",
    "{0};23/11/2026;09:00;Retard;-5;": "Minutes suivies",
    "{0};23/11/2026;09:00;Retard;=1+1;": "Minutes suivies",
    "{0};23/11/2026;09:00;Retard;;" + "x" * 301: "Remarque",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_said_at_its_line_and_column_and_nothing_is_stored(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], line: str
) -> None:
    text = HEAD + row(members[1], "Présence") + line.format(members[0].person.email) + "\n"
    path = sent(trainer, cohort, text)

    assert wrong(trainer.get(path).text) == [("3", MISTAKES[line])]
    refused = confirm(trainer, path)
    assert (refused.status_code, marks(db, morning.id)) == (422, {})
    assert "Rien n’a été enregistré" in refused.text

    assert confirm(trainer, path, leave_errors="1").status_code == 302
    assert marks(db, morning.id) == {members[1].id: ("present", None)}
    assert last(db).left_out == 1


def test_the_same_person_twice_is_a_mistake(
    trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment]
) -> None:
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence") * 2)
    assert wrong(trainer.get(path).text) == [("3", "Code ou adresse électronique")]


def test_people_are_found_by_code_in_any_spelling_and_those_who_left_or_test_are_not(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment]
) -> None:
    database.use_mode(database.WRITE)
    db.get_one(Person, members[0].person_id).code = "K7MP4RX2"
    db.get_one(Enrolment, members[1].id).ended_at = NOW - 24 * HOUR
    make_enrolment(db, make_person(db, "tester"), cohort).is_test = True
    other = make_enrolment(db, make_person(db, "elsewhere"))
    database.commit()
    tester = "tester@example.org"
    path = sent(
        trainer, cohort,
        HEAD + f"k7mp-4rx2;{DAY};9h;Présence;;\n" + row(members[1], "Présence") + f"{tester};{DAY};9h;Présence;;\n"
        + row(other, "Présence"),
    )  # fmt: skip
    assert [line for line, _column in wrong(trainer.get(path).text)] == ["3", "4", "5"]


def test_a_closed_half_day_is_not_changed_by_file(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    first, second, _third = members
    take(db, morning, bilal, {first: Status.PRESENT})
    close(db, morning, bilal)
    path = sent(trainer, cohort, HEAD + row(first, "Présence") + row(second, "Présence"))
    page = trainer.get(path).text
    assert wrong(page) == [("3", "Début")]
    assert "se corrigent un par un" in page
    # What is stored already is the same: an export comes back without a mistake, and there is nothing to store.
    assert confirm(trainer, path, leave_errors="1").status_code == 422
    assert marks(db, morning.id)[second.id] == ("absent", None)


def test_a_half_day_opened_again_too_long_ago_is_named_and_holds_up_no_other_line(
    db: Any, at: Any, open_as: Any, cohort: Cohort, closed: HalfDay, morning: HalfDay, members: list[Enrolment],
    bilal: Person,
) -> None:  # fmt: skip
    first, second, _third = members
    reopen(db, closed, actor(bilal, Role.TRAINER))
    at(EVENING + 3 * DAYS)
    trainer = open_as(bilal)
    text = (
        HEAD + row(first, "Présence") + row(second, "Présence", start="14:00") + row(first, "Présence", start="14:00")
    )
    path = sent(trainer, cohort, text)
    page = trainer.get(path).text
    assert wrong(page) == [("3", "Début")]
    assert "L’équipe de formation corrige dans les 48 heures" in page

    assert confirm(trainer, path, leave_errors="1").status_code == 302

    assert marks(db, morning.id) == {first.id: ("present", None)}
    assert marks(db, closed.id)[second.id] == ("absent", None)


def test_a_line_about_oneself_is_named_and_holds_up_no_other_line(
    db: Any, trainer: CheckingClient, monitor: CheckingClient, cohort: Cohort, morning: HalfDay,
    members: list[Enrolment], bilal: Person,
) -> None:  # fmt: skip
    own = make_enrolment(db, bilal, cohort)
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence") + row(own, "Présence"))
    assert wrong(trainer.get(path).text) == [("3", "Code ou adresse électronique")]
    # Somebody else may.
    assert wrong(monitor.get(path).text) == []

    assert confirm(trainer, path, leave_errors="1").status_code == 302

    assert marks(db, morning.id) == {members[0].id: ("present", None)}


def test_opened_again_in_time_it_takes_a_file(
    db: Any, at: Any, open_as: Any, cohort: Cohort, closed: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    reopen(db, closed, actor(bilal, Role.TRAINER))
    at(EVENING + HOUR)
    trainer = open_as(bilal)
    path = sent(trainer, cohort, HEAD + row(members[1], "Présence", start="14:00"))
    assert confirm(trainer, path).status_code == 302
    assert marks(db, closed.id)[members[1].id] == ("present", None)


def test_a_half_day_closed_between_check_and_confirmation_stays(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence"))
    shown = trainer.get(path).text
    close(db, morning, bilal)
    assert confirm(trainer, path, shown=shown).status_code == 422
    assert marks(db, morning.id)[members[0].id] == ("absent", None)


def test_what_was_marked_since_the_check_is_shown_before_it_is_written_over(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    path = sent(trainer, cohort, HEAD + row(members[0], "Absence non justifiée"))
    shown = trainer.get(path).text
    take(db, morning, bilal, {members[0]: (Status.LATE, 100)})

    answer = confirm(trainer, path, shown=shown)

    assert answer.status_code == 409
    assert "Retard · 100\xa0min suivies" in answer.text
    assert marks(db, morning.id) == {members[0].id: ("late", 100)}


def test_what_is_sent_is_shown_as_text(
    trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment]
) -> None:
    text = HEAD + f"<script>alert(1)</script>;{DAY};09:00;=cmd|'/c calc'!A0;;\n"
    page = trainer.get(sent(trainer, cohort, text, name="<img src=x>.csv")).text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "=cmd|" in page


def test_no_file_and_another_kind(trainer: CheckingClient, cohort: Cohort) -> None:
    assert trainer.post(address(cohort), data={"kind": "marks"}).status_code == 422
    assert send(trainer, cohort, HEAD, kind="people").status_code == 404


def test_monitoring_imports_for_all_strangers_and_participants_for_nobody(
    db: Any, trainer: CheckingClient, monitor: CheckingClient, stranger: CheckingClient, learner: CheckingClient,
    cohort: Cohort, morning: HalfDay, members: list[Enrolment],
) -> None:  # fmt: skip
    text = HEAD + row(members[0], "Présence")
    path = sent(monitor, cohort, text)
    for client, status in ((stranger, 404), (learner, 403)):
        assert client.get(address(cohort)).status_code == status
        assert send(client, cohort, text).status_code == status
        assert client.get(path).status_code == status
        for act in ("confirm", "undo"):
            assert client.post(f"{path}{act}").status_code == status
    assert confirm(monitor, path).status_code == 302
    assert marks(db, morning.id) == {members[0].id: ("present", None)}
    assert trainer.get(path).status_code == 200


def test_of_two_who_confirm_at_the_same_moment_one_does(
    app: Flask, db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment],
    bilal: Person,
) -> None:  # fmt: skip
    sent(trainer, cohort, HEAD + row(members[0], "Présence"))
    import_id, actor_id = last(db).id, bilal.id

    shown = imports.key_of(imports.check(db, last(db), actor_id=bilal.id, now=NOW))

    def settle(session: Any) -> Any:
        one = session.get_one(AttendanceImport, import_id)
        return imports.confirm(session, one, shown=shown, leave_errors=False, actor_id=actor_id, now=NOW)

    results = at_once(app, [settle] * 3)
    assert sum(isinstance(one, imports.AlreadySettled) for one in results) == 2
    assert len(changes(db)) == 1


def test_wiping_somebody_takes_files_that_may_name_them(
    db: Any, trainer: CheckingClient, cohort: Cohort, morning: HalfDay, members: list[Enrolment], bilal: Person
) -> None:
    path = sent(trainer, cohort, HEAD + row(members[0], "Retard", "60", "Enfant à l’école"))
    confirm(trainer, path)
    path = sent(trainer, cohort, HEAD + row(members[0], "Présence"))
    confirm(trainer, path)
    sent(trainer, cohort, HEAD + row(members[0], "Absence justifiée", "", "Malade"))

    privacy.forget(db, members[0].person_id, now=EVENING)
    database.commit()

    found = db.scalars(sa.select(AttendanceImport)).all()
    assert len(found) == 2
    assert "école" not in str([one.before for one in found])
    assert any(one.before for one in found)


def test_a_whole_room_is_imported_in_few_statements(
    app: Flask, db: Any, trainer: CheckingClient, cohort: Cohort, meeting: Any, bilal: Person, at_most: Any
) -> None:
    enrolments = [make_enrolment(db, make_person(db, f"p{number}"), cohort) for number in range(30)]
    plan(db, cohort, bilal, first=dt.date(2026, 11, 24))
    path = sent(trainer, cohort, HEAD + "".join(row(one, "Présence") for one in enrolments))
    with at_most(17):
        shown = trainer.get(path).text
    with at_most(17 + len(enrolments)):
        confirm(trainer, path, shown=shown)
    half_day = db.get_one(HalfDay, meeting.half_days[0].id)
    assert all(one.mark is not None for one in rows_of(db, half_day))
