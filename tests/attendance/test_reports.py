"""Reports of an error: said by a participant, corrected or answered by the team, told by a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import AccessEntry, Person
from lms.attendance import choices, privacy, queries, services, sheets
from lms.attendance.errors import AlreadyAnswered, AlreadyReported, TooLateToCorrect
from lms.attendance.models import ErrorReport, HalfDay, Mark
from lms.attendance.statuses import Status
from lms.core import audit
from lms.core import db as database
from lms.core.access import Role
from lms.core.mail import Mail
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import EVENING, HOUR, actor, correct, correction
from tests.attendance.forms import fields
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient

WORDS = "Retard de dix minutes seulement <b>"
LIST = "/fr/attendance/reports/"


def own(half_day: HalfDay, lang: str = "fr") -> str:
    return f"/{lang}/attendance/own/half-days/{half_day.id}/report"


def reports(db: Any) -> list[ErrorReport]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(sa.select(ErrorReport).order_by(ErrorReport.id)))


def mails(db: Any) -> list[Mail]:
    db.rollback()
    return list(db.scalars(sa.select(Mail).where(Mail.kind == "attendance.report-answered").order_by(Mail.id)))


@pytest.fixture
def reported(db: Any, closed: HalfDay, members: list[Enrolment]) -> ErrorReport:
    """Hiba, who was not marked, says that she was there."""
    database.use_mode(database.WRITE)
    found = services.reports.say(db, closed.id, members[1], WORDS, now=EVENING + HOUR)
    database.commit()
    return found


@pytest.fixture
def later(at: Callable[..., None], open_as: Callable[[Person], CheckingClient]) -> Callable[..., CheckingClient]:
    """Somebody signed in at a later moment."""

    def signed_in(person: Person, moment: dt.datetime = EVENING + 2 * HOUR) -> CheckingClient:
        at(moment)
        return open_as(person)

    return signed_in


class TestSaying:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_a_participant_says_what_is_wrong_and_sees_that_it_waits(
        self, db: Any, learner: CheckingClient, closed: HalfDay, members: list[Enrolment], lang: str
    ) -> None:
        assert f'href="{own(closed, lang)}"' in learner.get(f"/{lang}/attendance/own").text
        assert learner.get(own(closed, lang)).status_code == 200
        assert learner.post(own(closed, lang), data={"text": WORDS}).status_code == 302

        (found,) = reports(db)
        assert (found.half_day_id, found.enrolment_id, found.text) == (closed.id, members[0].id, WORDS)
        assert (found.answered_at, found.outcome) == (None, "")
        page = learner.get(f"/{lang}/attendance/own").text
        assert f'href="{own(closed, lang)}"' not in page
        assert "&lt;b&gt;" in learner.get(own(closed, lang)).text

    def test_a_second_one_is_refused_while_the_first_waits_and_nothing_typed_is_lost(
        self, db: Any, learner: CheckingClient, closed: HalfDay
    ) -> None:
        learner.post(own(closed), data={"text": WORDS})
        answer = learner.post(own(closed), data={"text": "Encore"})
        assert answer.status_code == 409
        assert len(reports(db)) == 1

    def test_the_database_keeps_one_open_report_a_person_and_half_day(
        self, db: Any, reported: ErrorReport, members: list[Enrolment]
    ) -> None:
        with pytest.raises(AlreadyReported):
            services.reports.say(db, reported.half_day_id, members[1], "x", now=EVENING)
        db.add(ErrorReport(half_day_id=reported.half_day_id, enrolment_id=members[1].id, text="x", said_at=EVENING))
        with pytest.raises(sa.exc.IntegrityError):
            db.flush()
        db.rollback()

    @pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
    def test_nothing_and_too_much_are_refused(
        self, db: Any, learner: CheckingClient, closed: HalfDay, text: str
    ) -> None:
        answer = learner.post(own(closed), data={"text": text})
        assert answer.status_code == 422
        assert reports(db) == []
        assert "x" * 1001 in answer.text or len(text) < 1001

    def test_only_ones_own_closed_half_days_can_be_reported(
        self, db: Any, learner: CheckingClient, trainer: CheckingClient, monitor: CheckingClient,
        open_as: Callable[[Person], CheckingClient], morning: HalfDay, closed: HalfDay,
    ) -> None:  # fmt: skip
        outsider = open_as(make_person(db, "yto"))
        for client, half_day in ((learner, morning), (trainer, closed), (monitor, closed), (outsider, closed)):
            assert client.get(own(half_day)).status_code == 404
            assert client.post(own(half_day), data={"text": WORDS}).status_code == 404
        assert learner.get("/fr/attendance/own/half-days/999999/report").status_code == 404
        assert reports(db) == []


class TestTheTeam:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_a_trainer_finds_it_on_the_home_page_in_the_list_and_reads_it(
        self, db: Any, later: Callable[..., CheckingClient], bilal: Person, reported: ErrorReport,
        members: list[Enrolment], lang: str,
    ) -> None:  # fmt: skip
        trainer = later(bilal)
        assert f'href="/{lang}/attendance/reports/"' in trainer.get(f"/{lang}/cohorts/").text
        listed = trainer.get(f"/{lang}/attendance/reports/").text
        assert f'href="/{lang}/attendance/reports/{reported.id}/"' in listed
        page = trainer.get(f"/{lang}/attendance/reports/{reported.id}/").text
        assert "Retard de dix minutes" in page
        assert correction_of(reported, lang) in page
        assert trainer.get(f"/{lang}/attendance/reports/?show=answered").status_code == 200
        assert [(one.page, one.people) for one in db.scalars(sa.select(AccessEntry).order_by(AccessEntry.id))] == [
            ("attendance.list_reports", 1), ("attendance.show_report", 1),
        ]  # fmt: skip

    def test_who_may_not(
        self, db: Any, stranger: CheckingClient, learner: CheckingClient, reported: ErrorReport
    ) -> None:
        address = f"{LIST}{reported.id}/"
        for client, status in ((stranger, 404), (learner, 403)):
            assert client.get(address).status_code == status
            assert client.post(address, data={"answer": "Non"}).status_code == status
        assert address not in stranger.get(LIST).text
        assert reports(db)[0].answered_at is None

    def test_nobody_decides_on_their_own(
        self, db: Any, cohort: Cohort, bilal: Person, trainer: CheckingClient, closed: HalfDay
    ) -> None:
        mine = make_enrolment(db, bilal, cohort)
        report = services.reports.say(db, closed.id, mine, WORDS, now=EVENING)
        database.commit()
        assert trainer.get(f"{LIST}{report.id}/").status_code == 404
        assert f"{LIST}{report.id}/" not in trainer.get(LIST).text

    def test_the_correction_is_prefilled_answers_the_report_and_writes_to_the_person(
        self, db: Any, later: Callable[..., CheckingClient], closed: HalfDay, reported: ErrorReport, bilal: Person,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        trainer = later(bilal)
        page = trainer.get(correction(closed, members[1])).text
        assert (fields(page)["reason"], fields(page)["reason_text"]) == ("reported", "")
        assert WORDS not in page
        sent = {"status": "late", "minutes": "170", "reason": "reported", "reason_text": ""}
        assert trainer.post(correction(closed, members[1]), data=sent).status_code == 302

        (found,) = reports(db)
        assert (found.outcome, found.answered_by_id, found.answered_at) == ("corrected", bilal.id, EVENING + 2 * HOUR)
        (written,) = mails(db)
        assert (written.recipient_id, written.lang) == (members[1].person_id, "ar")
        assert "/ar/attendance/own" in written.text
        shown = later(members[1].person).get("/ar/attendance/own").text
        assert f'href="{own(closed, "ar")}"' in shown

    def test_answered_in_french_it_says_why_in_arabic(
        self, db: Any, later: Callable[..., CheckingClient], closed: HalfDay, reported: ErrorReport, bilal: Person,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        trainer, french, arabic = later(bilal), "Signalement de la personne", "تبليغ من الشخص المعني"
        form = fields(trainer.get(correction(closed, members[1])).text)
        sent = {**form, "status": "late", "minutes": "170"}
        assert trainer.post(correction(closed, members[1]), data=sent).status_code == 302
        pages = (f"reports/{reported.id}/", f"half-days/{closed.id}/", f"half-days/{closed.id}/people/"
                 f"{members[1].id}/correct")  # fmt: skip
        for path in pages:
            page = trainer.get(f"/ar/attendance/{path}").text
            assert arabic in page
            assert french not in page
            assert french in trainer.get(f"/fr/attendance/{path}").text
        *_earlier, last = queries.marks.corrections(db, [closed.id])
        assert (last.change.reason, last.change.reason_text) == ("reported", "")
        known, lists = choices.known(db), {closed.id: queries.marks.rows(db, closed)}
        with trainer.application.test_request_context("/ar/"):
            note = sheets._in_both(lambda lang: sheets._note(last, lists, known, lang))
        assert arabic in note.ar
        assert french not in note.ar
        assert french in note.fr

    def test_a_correction_of_somebody_else_answers_nothing(
        self, app: Flask, db: Any, closed: HalfDay, reported: ErrorReport, bilal: Person, members: list[Enrolment]
    ) -> None:
        correct(db, closed, members[2], Status.EXCUSED, by=actor(bilal, Role.TRAINER))
        assert reports(db)[0].outcome == ""
        assert mails(db) == []

    def test_that_it_stands_is_said_in_a_sentence_that_the_person_reads(
        self, db: Any, later: Callable[..., CheckingClient], closed: HalfDay, reported: ErrorReport, bilal: Person,
        members: list[Enrolment],
    ) -> None:  # fmt: skip
        trainer = later(bilal)
        address = f"{LIST}{reported.id}/"
        assert trainer.post(address, data={"answer": " "}).status_code == 422
        assert trainer.post(address, data={"answer": "La feuille est sans signature <i>"}).status_code == 302

        (found,) = reports(db)
        assert (found.outcome, found.answer) == ("stands", "La feuille est sans signature <i>")
        (written,) = mails(db)
        assert "La feuille est sans signature <i>" in written.text
        assert "La feuille est sans signature &lt;i&gt;" in later(members[1].person).get("/fr/attendance/own").text
        assert db.get(Mark, (closed.id, members[1].id)).status == "absent"
        query = sa.select(audit.AuditEntry.action).where(audit.AuditEntry.subject_type == "attendance_report")
        assert list(db.scalars(query)) == ["attendance.answer-report"]

        again = trainer.post(address, data={"answer": "Autre"})
        assert again.status_code == 409
        assert reports(db)[0].answer == "La feuille est sans signature <i>"

    def test_answered_once_another_can_be_said(
        self, app: Flask, db: Any, closed: HalfDay, reported: ErrorReport, bilal: Person, members: list[Enrolment]
    ) -> None:
        with app.test_request_context("/fr/"):
            services.reports.let_stand(db, reported, "Non", actor=actor(bilal, Role.TRAINER), now=EVENING + HOUR)
            with pytest.raises(AlreadyAnswered):
                services.reports.let_stand(db, reported, "Non", actor=actor(bilal, Role.TRAINER), now=EVENING + HOUR)
        services.reports.say(db, closed.id, members[1], "Si", now=EVENING + 2 * HOUR)
        database.commit()
        assert [one.outcome for one in reports(db)] == ["stands", ""]

    def test_after_48_hours_monitoring_decides(
        self, app: Flask, db: Any, later: Callable[..., CheckingClient], bilal: Person, amina: Person,
        closed: HalfDay, reported: ErrorReport,
    ) -> None:  # fmt: skip
        address, link = f"{LIST}{reported.id}/", 'href="/fr/attendance/reports/"'
        assert link not in later(amina).get("/fr/monitoring/").text
        trainer, monitor = (later(one, EVENING + 49 * HOUR) for one in (bilal, amina))
        page = trainer.get(address).text
        assert "L’équipe de suivi décide" in page
        assert 'name="answer"' not in page
        assert trainer.post(address, data={"answer": "Non"}).status_code == 403
        by = actor(bilal, Role.TRAINER)
        with pytest.raises(TooLateToCorrect):
            services.reports.let_stand(db, reports(db)[0], "Non", actor=by, now=EVENING + 49 * HOUR)
        db.rollback()
        assert link not in trainer.get("/fr/cohorts/").text
        assert link in monitor.get("/fr/monitoring/").text
        assert 'name="answer"' in monitor.get(address).text
        assert monitor.post(address, data={"answer": "La feuille manque"}).status_code == 302
        assert (reports(db)[0].outcome, reports(db)[0].answered_by_id) == ("stands", amina.id)

    def test_the_list_costs_the_same_with_many(
        self, db: Any, trainer: CheckingClient, cohort: Cohort, closed: HalfDay, reported: ErrorReport,
        members: list[Enrolment], at_most: Callable[..., Any],
    ) -> None:  # fmt: skip
        def cost() -> int:
            trainer.get(LIST)
            with at_most(40) as statements:
                assert trainer.get(LIST).status_code == 200
            return len(statements)

        before = cost()
        database.use_mode(database.WRITE)
        there = db.get_one(Cohort, cohort.id)
        for number in range(8):
            services.reports.say(
                db, closed.id, make_enrolment(db, make_person(db, f"p{number}"), there), "x", now=EVENING
            )
        database.commit()
        assert cost() == before


class TestPrivacy:
    def test_the_person_reads_it_and_wiping_takes_the_words(
        self, app: Flask, db: Any, reported: ErrorReport, members: list[Enrolment]
    ) -> None:
        with app.test_request_context("/fr/"):
            held = privacy.data_of(db, members[1].person_id)
        assert [one["text"] for one in held["attendance_reports"]] == [WORDS]
        assert privacy.data_of(db, members[0].person_id)["attendance_reports"] == []
        privacy.forget(db, members[1].person_id, now=EVENING)
        database.commit()
        assert [(one.text, one.answer) for one in reports(db)] == [("", "")]


def correction_of(report: ErrorReport, lang: str) -> str:
    return f'href="/{lang}/attendance/half-days/{report.half_day_id}/people/{report.enrolment_id}/correct"'
