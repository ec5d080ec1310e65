"""The signed sheet of a day and justifications of absences: who attaches, reads, removes; where a scan is missing."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from lms.accounts.models import AccessEntry, Person
from lms.attendance import hooks, privacy, privacy_words, queries, retention, services
from lms.attendance.models import AttendanceFile, HalfDay
from lms.attendance.services.files import MOST_JUSTIFICATIONS
from lms.attendance.views import files
from lms.core import db as database
from lms.core.access import Role
from lms.core.audit import AuditEntry
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import DAY, EVENING, TODAY, actor, close, plan, roll
from tests.conftest import NOW
from tests.core.test_scans import acting, action, pdf, picture
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

PAPER = pdf()


def scan(half_day: HalfDay, lang: str = "fr") -> str:
    return f"{roll(half_day, lang)}scan"


def paper(half_day: HalfDay, enrolment: Enrolment, lang: str = "fr") -> str:
    return f"{roll(half_day, lang)}people/{enrolment.id}/file"


def send(client: CheckingClient, address: str, body: bytes = PAPER, name: str = "feuille.pdf") -> Any:
    # Written by hand: the client would keep a large one in a file that nobody closes.
    values = {"file": FileStorage(io.BytesIO(body), filename=name)}
    stream, _length, boundary = stream_encode_multipart(values, use_tempfile=False)
    return client.post(address, data=stream.read(), content_type=f"multipart/form-data; boundary={boundary}")


def stored(db: Any) -> list[AttendanceFile]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(sa.select(AttendanceFile).order_by(AttendanceFile.id)))


def address_of(one: AttendanceFile) -> str:
    return f"/fr/attendance/files/{one.id}"


@pytest.fixture
def sheet(db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]) -> AttendanceFile:
    """Attached by the trainer."""
    send(trainer, scan(morning))
    return stored(db)[0]


@pytest.fixture
def excuse(db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]) -> AttendanceFile:
    """Of the first member."""
    send(trainer, paper(morning, members[0]), name="certificat médical.pdf")
    return stored(db)[-1]


class TestAttaching:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    @pytest.mark.parametrize("is_closed", [False, True])
    def test_a_sheet_is_attached_before_and_after_the_closing(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], bilal: Person, lang: str,
        is_closed: bool,
    ) -> None:  # fmt: skip
        if is_closed:
            close(db, morning, bilal)
        answer = send(trainer, scan(morning, lang), name="../../ورقة <b>.pdf")
        assert (answer.status_code, answer.headers["Location"]) == (302, scan(morning, lang))
        (one,) = stored(db)
        assert (one.enrolment_id, one.media_type, one.size, one.body) == (None, "application/pdf", len(PAPER), PAPER)
        page = trainer.get(scan(morning, lang)).text
        assert f"files/{one.id}" in page
        assert "<b>" not in page
        acts = [one.action for one in db.scalars(sa.select(AuditEntry))]
        assert acts.count("attendance.attach-file") == 1

    def test_the_same_file_twice_is_kept_once(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        photograph = picture("PNG")
        for _turn in range(2):
            assert send(trainer, scan(morning), photograph, "x.png").status_code == 302
        assert len(stored(db)) == 1

    @pytest.mark.parametrize(
        ("body", "name"),
        [(b"", "leer.pdf"), (b"MZ\x90\0" * 99, "programme.pdf"), (b"<script>alert(1)</script>", "page.png"),
         (PAPER + b"PK\x03\x04", "deux.pdf"), (pdf(acting(OpenAction=action("/JavaScript"))), "script.pdf"),
         (b"\xff" * 10_000_001, "grand.jpg")],
    )  # fmt: skip
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_what_is_no_paper_is_refused_with_a_sentence_and_nothing_stored(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], body: bytes, name: str,
        lang: str,
    ) -> None:  # fmt: skip
        for address in (scan(morning, lang), paper(morning, members[0], lang)):
            answer = send(trainer, address, body, name)
            assert answer.status_code == 422
            assert 'id="file-error"' in answer.text
        assert stored(db) == []

    def test_no_file_or_one_beyond_the_request_is_refused_with_a_sentence(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert trainer.post(scan(morning), data={}).status_code == 422
        answer = send(trainer, scan(morning), b"\xff" * 11_000_000)
        assert answer.status_code == 413
        assert "10 Mo" in answer.text
        # Other addresses take no more than before.
        assert send(trainer, f"{roll(morning)}paper", b"\xff" * 3_000_000).status_code == 413
        assert stored(db) == []

    def test_there_is_an_end_to_it(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        for number in range(MOST_JUSTIFICATIONS + 1):
            answer = send(trainer, paper(morning, members[0]), picture(size=(10 + number, 10)), "x.jpg")
        assert answer.status_code == 422
        assert len(stored(db)) == MOST_JUSTIFICATIONS

    def test_a_cancelled_half_day_takes_none(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        trainer.post(f"{roll(morning)}cancel")
        assert send(trainer, scan(morning)).status_code == 409
        assert stored(db) == []

    def test_strangers_participants_and_people_of_other_lists(
        self, db: Any, trainer: CheckingClient, stranger: CheckingClient, learner: CheckingClient, morning: HalfDay,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        for client, status in ((stranger, 404), (learner, 403)):
            for address in (scan(morning), paper(morning, members[0])):
                assert client.get(address).status_code == status
                assert send(client, address).status_code == status
        database.use_mode(database.WRITE)
        other = make_enrolment(db, make_person(db, "nadia"), make_cohort(db))
        assert send(trainer, paper(morning, other)).status_code == 404
        assert stored(db) == []


class TestReading:
    def test_it_is_given_out_to_be_stored_and_runs_nothing(
        self, db: Any, trainer: CheckingClient, monitor: CheckingClient, sheet: AttendanceFile, amina: Person
    ) -> None:
        for client in (trainer, monitor):
            answer = client.get(address_of(sheet))
            assert (answer.status_code, answer.data, answer.mimetype) == (200, PAPER, "application/pdf")
            assert answer.headers["Content-Disposition"] == (
                f'attachment; filename="feuille-signee-{sheet.id}-{TODAY.isoformat()}.pdf"; '
                f"filename*=UTF-8''feuille-sign%C3%A9e-{sheet.id}-{TODAY.isoformat()}.pdf"
            )
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer.headers["Cache-Control"]
        query = sa.select(AccessEntry).where(AccessEntry.page == "attendance.download_file")
        seen = db.scalars(query.order_by(AccessEntry.id)).all()
        assert [(one.actor_id == amina.id, one.people) for one in seen] == [(False, 3), (True, 3)]

    def test_a_sheet_is_not_for_participants_a_justification_for_the_person_it_concerns(
        self, db: Any, learner: CheckingClient, stranger: CheckingClient, members: list[Enrolment],
        sheet: AttendanceFile, excuse: AttendanceFile, open_as: Any,
    ) -> None:  # fmt: skip
        assert learner.get(address_of(sheet)).status_code == 404
        assert learner.get(address_of(excuse)).status_code == 200
        assert address_of(excuse) in learner.get("/fr/attendance/own").text
        other = open_as(members[1].person)
        assert other.get(address_of(excuse)).status_code == 404
        assert address_of(excuse) not in other.get("/fr/attendance/own").text
        assert stranger.get(address_of(excuse)).status_code == stranger.get(address_of(sheet)).status_code == 404

    def test_an_administrator_who_learns_reads_no_others(
        self, db: Any, members: list[Enrolment], excuse: AttendanceFile
    ) -> None:
        person = make_person(db, "karim")
        someone: Any = actor(person, Role.ADMINISTRATOR)
        assert queries.files.file_or_none(db, excuse.id, actor=someone) is None

    def test_after_two_accounts_became_one_it_stands_with_the_one_that_counts(
        self, db: Any, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment], excuse: AttendanceFile
    ) -> None:
        old, new, file_id = db.get_one(Enrolment, excuse.enrolment_id), members[2], excuse.id
        database.use_mode(database.WRITE)
        old.merged_into_id = new.id
        moved = services.merging.join(new, aside=old, db=db, now=NOW)
        database.commit()
        assert f"/files/{file_id}" in trainer.get(paper(morning, new)).text
        assert queries.files.justified(db, morning.id) == {new.id}
        assert list(queries.files.own_justifications(db, [new.id])) == [(morning.id, new.id)]
        db.rollback()
        database.use_mode(database.WRITE)
        services.merging.part(new, aside=old, db=db, now=NOW, rooms={"attendance": moved})
        assert queries.files.justified(db, morning.id) == {old.id}


class TestRemoving:
    def test_its_content_goes_and_that_it_was_there_stays(
        self, db: Any, trainer: CheckingClient, excuse: AttendanceFile
    ) -> None:
        answer = trainer.post(f"{address_of(excuse)}/remove")
        assert answer.status_code == 302
        (one,) = stored(db)
        assert (one.body, one.name, one.removed_at) == (None, "", NOW)
        assert trainer.get(address_of(excuse)).status_code == 404
        assert trainer.post(f"{address_of(excuse)}/remove").status_code == 404
        acts = [one.action for one in db.scalars(sa.select(AuditEntry))]
        assert acts.count("attendance.remove-file") == 1

    def test_removed_by_somebody_else_meanwhile_it_is_removed_once(
        self, db: Any, trainer: CheckingClient, excuse: AttendanceFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock = files.half_day_or_404

        def after_another(half_day_id: int, **how: Any) -> HalfDay:
            gone = sa.update(AttendanceFile).values(removed_at=NOW, body=None, name="")
            database.session().execute(gone.execution_options(synchronize_session=False))
            return lock(half_day_id, **how)

        monkeypatch.setattr(files, "half_day_or_404", after_another)
        assert trainer.post(f"{address_of(excuse)}/remove").status_code == 404
        acts = [one.action for one in db.scalars(sa.select(AuditEntry))]
        assert "attendance.remove-file" not in acts

    def test_participants_and_strangers_remove_nothing(
        self, db: Any, learner: CheckingClient, stranger: CheckingClient, excuse: AttendanceFile
    ) -> None:
        assert learner.post(f"{address_of(excuse)}/remove").status_code == 403
        assert stranger.post(f"{address_of(excuse)}/remove").status_code == 404
        assert stored(db)[0].body == PAPER


class TestMissing:
    def test_a_closed_day_lacks_its_sheet_until_one_is_attached(
        self, app: Flask, db: Any, trainer: CheckingClient, monitor: CheckingClient, morning: HalfDay,
        afternoon: HalfDay, members: list[Enrolment], bilal: Person,
    ) -> None:  # fmt: skip
        def tasks() -> list[str]:
            with app.test_request_context("/fr/"):
                found = hooks.tasks(db, actor(bilal, Role.TRAINER), now=EVENING)
            return [one.title for one in found if one.position == hooks.SCANS]

        assert tasks() == []
        for half_day in (morning, afternoon):
            close(db, half_day, bilal)
        for client in (trainer, monitor):
            page = client.get("/fr/attendance/").text
            assert page.count("Numérisation manquante") == 2
            assert "1 feuille signée n’est pas encore jointe" in page
            assert "Numérisation manquante" in client.get(roll(morning)).text
        assert tasks() == ["1 feuille signée à joindre"]

        # One scan stands for all half-days of the day.
        send(trainer, scan(morning))
        assert "Numérisation manquante" not in trainer.get("/fr/attendance/").text
        assert "Numérisation manquante" not in trainer.get(roll(afternoon)).text
        assert tasks() == []
        trainer.post(f"{address_of(stored(db)[0])}/remove")
        assert tasks() == ["1 feuille signée à joindre"]

    def test_a_justification_is_no_sheet_and_online_there_is_none(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, members: list[Enrolment], morning: HalfDay,
        bilal: Person,
    ) -> None:  # fmt: skip
        database.use_mode(database.WRITE)
        online = plan(db, cohort, bilal, first=TODAY - 3 * DAY, mode="online", link="https://example.org/").half_days[0]
        for half_day in (morning, online):
            close(db, half_day, bilal)
        send(trainer, paper(morning, members[0]))
        db.rollback()
        assert queries.files.lacking_scan(db, [morning, online]) == {morning.id}


class TestPrivacy:
    def test_a_person_reads_what_is_kept_and_it_goes_when_they_ask(
        self, app: Flask, db: Any, members: list[Enrolment], sheet: AttendanceFile, excuse: AttendanceFile
    ) -> None:
        with app.test_request_context("/fr/"):
            (held,) = privacy.data_of(db, members[0].person_id)["attendance_files"]
            assert privacy.data_of(db, members[1].person_id)["attendance_files"] == []
        assert (held["name"], held["day"]) == ("certificat médical.pdf", TODAY.isoformat())
        assert {f"attendance_files.{name}" for name in held} <= privacy_words.WORDS.keys()

        database.use_mode(database.WRITE)
        privacy.forget(db, members[0].person_id, now=EVENING)
        database.commit()
        assert [one.id for one in stored(db)] == [sheet.id]

    @pytest.mark.parametrize(("key", "days"), [("justifications", 365), ("sheets", 5 * 365)])
    def test_justifications_go_after_a_year_sheets_after_five(
        self, db: Any, sheet: AttendanceFile, excuse: AttendanceFile, key: str, days: int
    ) -> None:
        rule = next(one for one in retention.RULES if one.key == f"attendance.{key}")
        that_day = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
        assert rule.days == days
        assert (rule.count(db, that_day), rule.count(db, that_day + DAY)) == (0, 1)
        database.use_mode(database.WRITE)
        assert rule.apply(db, that_day + DAY) == 1
        database.commit()
        assert [one.enrolment_id is None for one in stored(db)] == [key == "justifications"]
