"""The short report of a meeting: who writes and reads it, its figures, and two people who write at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.attendance import queries, retention, services
from lms.attendance.errors import MeetingNotOver
from lms.attendance.models import HalfDay, Meeting, ShortReport
from lms.attendance.statuses import Status
from lms.core import db as database
from lms.core.audit import AuditEntry
from lms.core.bilingual import Bilingual
from lms.programme.models import Enrolment
from tests.attendance.conftest import DAY, EVENING, HOUR, TODAY, close, take
from tests.conftest import NOW
from tests.documents.test_cards import texts
from tests.pages import CheckingClient

WORDS = {"done": "Deux études de cas", "difficulties": "", "participation": "Les femmes ont moins parlé <b>",
         "access": "Garde d’enfants", "follow_up": ""}  # fmt: skip


def address(meeting: Meeting, lang: str = "fr") -> str:
    return f"/{lang}/attendance/meetings/{meeting.id}/report"


def stored(db: Any) -> ShortReport | None:
    db.rollback()
    db.expire_all()
    return db.scalars(sa.select(ShortReport)).first()


@pytest.fixture
def evening(at: Callable[..., None], bilal: Person, open_as: Callable[[Person], CheckingClient]) -> CheckingClient:
    """The trainer after the last half-day."""
    at(EVENING)
    return open_as(bilal)


class TestWriting:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_a_trainer_writes_it_and_monitoring_reads_it(
        self, db: Any, evening: CheckingClient, open_as: Callable[[Person], CheckingClient], amina: Person,
        meeting: Meeting, bilal: Person, lang: str,
    ) -> None:  # fmt: skip
        assert f'href="{address(meeting, lang)}"' in evening.get(f"/{lang}/cohorts/").text
        assert evening.get(address(meeting, lang)).status_code == 200
        assert evening.post(address(meeting, lang), data={**WORDS, "version": "0"}).status_code == 302

        found = stored(db)
        assert found is not None
        assert (found.done, found.access, found.written_by_id) == (WORDS["done"], WORDS["access"], bilal.id)
        assert (found.written_at, found.version) == (EVENING, 1)
        assert f'href="{address(meeting, lang)}"' not in evening.get(f"/{lang}/cohorts/").text
        read = open_as(amina).get(address(meeting, lang)).text
        assert "Les femmes ont moins parlé &lt;b&gt;" in read
        assert "<textarea" not in read
        query = sa.select(AuditEntry.action).where(AuditEntry.action == "attendance.write-report")
        assert len(list(db.scalars(query))) == 1

    def test_before_the_last_half_day_begins_there_is_nothing_to_write(
        self, db: Any, trainer: CheckingClient, meeting: Meeting, bilal: Person
    ) -> None:
        page = trainer.get(address(meeting))
        assert page.status_code == 200
        assert "<textarea" not in page.text
        assert f'href="{address(meeting)}"' not in trainer.get("/fr/cohorts/").text
        assert trainer.post(address(meeting), data={**WORDS, "version": "0"}).status_code == 409
        with pytest.raises(MeetingNotOver):
            services.short_reports.write(db, meeting, WORDS, version=0, actor_id=bilal.id, now=NOW)
        assert stored(db) is None

    def test_what_was_done_is_needed_and_nothing_typed_is_lost(
        self, db: Any, evening: CheckingClient, meeting: Meeting
    ) -> None:
        for wrong in ({"done": " "}, {"access": "x" * 4001}):
            answer = evening.post(address(meeting), data={**WORDS, "version": "0", **wrong})
            assert answer.status_code == 422
            assert "Les femmes ont moins parlé" in answer.text
        assert stored(db) is None

    def test_the_second_of_two_sees_both_loses_nothing_and_may_save_again(
        self, db: Any, evening: CheckingClient, meeting: Meeting
    ) -> None:
        evening.post(address(meeting), data={**WORDS, "version": "0"})
        for version in ("0", "", "x"):
            answer = evening.post(address(meeting), data={**WORDS, "done": "Autre texte", "version": version})
            assert answer.status_code == 409
            assert "Autre texte" in answer.text
            assert "Deux études de cas" in answer.text
        found = stored(db)
        assert found is not None
        assert found.done == "Deux études de cas"
        assert evening.post(address(meeting), data={**WORDS, "done": "Autre texte", "version": "1"}).status_code == 302
        found = stored(db)
        assert found is not None
        assert (found.done, found.version) == ("Autre texte", 2)

    def test_the_same_again_is_no_change(self, db: Any, evening: CheckingClient, meeting: Meeting) -> None:
        for version in ("0", "1"):
            assert evening.post(address(meeting), data={**WORDS, "version": version}).status_code == 302
        found = stored(db)
        assert found is not None
        assert found.version == 1

    def test_who_may_not(
        self, db: Any, at: Any, stranger: CheckingClient, learner: CheckingClient, monitor: CheckingClient,
        meeting: Meeting,
    ) -> None:  # fmt: skip
        sent = {**WORDS, "version": "0"}
        assert (stranger.get(address(meeting)).status_code, stranger.post(address(meeting), data=sent).status_code) == (
            404, 404,
        )  # fmt: skip
        assert learner.get(address(meeting)).status_code == 403
        assert monitor.get(address(meeting)).status_code == 200
        assert monitor.post(address(meeting), data=sent).status_code == 403
        assert stored(db) is None


def begins(pdf: bytes, words: str) -> float:
    """Where some words of the first page begin, in points from its left edge."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    place = page.search(words).get_next()
    assert place is not None
    return float(page.get_charbox(place[0])[0])


class TestOnPaper:
    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_it_says_what_the_page_says(
        self, evening: CheckingClient, meeting: Meeting, bilal: Person, members: list[Enrolment], lang: str
    ) -> None:
        words = {**WORDS, "done": "Deux études\n\nde cas 🙂", "access": "رعاية الأطفال"}
        evening.post(address(meeting), data={**words, "version": "0"})
        answer = evening.get(f"{address(meeting, lang)}.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        text = " ".join(texts(answer.data))
        heading, group = {"fr": ("Bref rapport de la séance", "Niveau central"), "ar": ("تقرير", "المركزي")}[lang]
        # PDFium reads a French line that stands on an Arabic page word by word from the right.
        for said in ("études", "de cas" if lang == "fr" else "cas", "parlé", "رعاية", heading, group):
            assert said in text, said
        assert ("Bilal" in text) == (lang == "fr")
        # Each as it is read, whatever the language of the paper: Arabic at the right, French at the left.
        assert begins(answer.data, "رعاية") > 300 > begins(answer.data, "Les femmes" if lang == "fr" else "femmes")

    def test_letters_of_the_title_that_no_face_has_are_left_out(
        self, evening: CheckingClient, meeting: Meeting, db: Any
    ) -> None:
        database.use_mode(database.WRITE)
        db.get_one(Meeting, meeting.id).title = Bilingual("", "Bilan 🎉")
        database.commit()
        answer = evening.get(f"{address(meeting)}.pdf")
        assert answer.status_code == 200
        assert "Bilan" in " ".join(texts(answer.data))

    def test_nothing_written_is_said_and_strangers_get_none(
        self, trainer: CheckingClient, stranger: CheckingClient, learner: CheckingClient, meeting: Meeting
    ) -> None:
        assert "Rien n’est encore rédigé" in " ".join(texts(trainer.get(f"{address(meeting)}.pdf").data))
        assert stranger.get(f"{address(meeting)}.pdf").status_code == 404
        assert learner.get(f"{address(meeting)}.pdf").status_code == 403


class TestFigures:
    def test_people_by_sex_and_level_from_the_marks(
        self, db: Any, meeting: Meeting, morning: HalfDay, afternoon: HalfDay, members: list[Enrolment],
        bilal: Person, evening: CheckingClient,
    ) -> None:  # fmt: skip
        members[1].sex, members[2].sex = "m", None
        members[2].level = "regional"
        database.commit()
        take(db, morning, bilal, {members[0]: Status.PRESENT, members[1]: Status.PRESENT})
        take(db, afternoon, bilal, {members[0]: (Status.LATE, 170), members[1]: (Status.LATE, 10)})
        close(db, morning, bilal)
        close(db, afternoon, bilal)

        found = queries.short_reports.figures(db, meeting)
        assert (found.closed, found.planned) == (2, 2)
        assert (found.all.people, found.all.came, found.all.came_to_all) == (3, 2, 1)
        assert [(one.key, one.people, one.came, one.came_to_all) for one in found.by_sex] == [
            ("f", 1, 1, 1), ("m", 1, 1, 0), (None, 1, 0, 0),
        ]  # fmt: skip
        assert [(one.key, one.people, one.came) for one in found.by_level] == [("central", 2, 2), ("regional", 1, 0)]
        assert evening.get(address(meeting)).status_code == 200

    def test_nothing_closed_nobody_came(self, db: Any, meeting: Meeting, members: list[Enrolment]) -> None:
        found = queries.short_reports.figures(db, meeting)
        assert (found.all.people, found.all.came, found.all.came_to_all, found.closed) == (3, 0, 0, 0)

    def test_they_cost_two_statements(
        self, db: Any, meeting: Meeting, members: list[Enrolment], at_most: Callable[..., Any]
    ) -> None:
        assert meeting.half_days
        with at_most(2):
            queries.short_reports.figures(db, meeting)


class TestAsked:
    def test_the_task_ends_after_two_months_and_for_cancelled_meetings(
        self, db: Any, meeting: Meeting, bilal: Person
    ) -> None:
        def found(today: dt.date) -> list[int]:
            since = today - 60 * DAY
            return [one.id for one in queries.short_reports.missing(db, bilal.id, today=today, since=since)]

        assert found(TODAY) == [meeting.id]
        assert found(TODAY - DAY) == found(TODAY + 61 * DAY) == []
        for one in meeting.half_days:
            one.cancelled_at = NOW
        database.commit()
        assert found(TODAY) == []

    def test_it_goes_five_years_after_the_last_half_day(self, db: Any, meeting: Meeting, bilal: Person) -> None:
        services.short_reports.write(db, meeting, WORDS, version=0, actor_id=bilal.id, now=EVENING)
        database.commit()
        rule = next(one for one in retention.RULES if one.key == "attendance.short-reports")
        that_day = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
        assert (rule.days, rule.count(db, that_day)) == (5 * 365, 0)
        assert rule.apply(db, that_day + DAY + HOUR) == 1
