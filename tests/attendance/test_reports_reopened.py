"""Reports of an error and corrections while a half-day is opened again; what state a half-day is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.attendance import services
from lms.attendance.models import ErrorReport, HalfDay
from lms.attendance.statuses import Reason, State, Status
from lms.core import db as database
from lms.core.access import Role
from lms.core.mail import Mail
from lms.programme.models import Cohort, Enrolment
from tests.attendance.conftest import (
    DAY,
    EVENING,
    HOUR,
    TODAY,
    actor,
    close,
    confirm_closing,
    correction,
    plan,
    roll,
    take,
)
from tests.attendance.test_reports import LIST, WORDS, later, own, reported, reports  # noqa: F401
from tests.pages import CheckingClient

ROLL = "Appel"
OPENED = "Demi-journée rouverte"


@pytest.fixture
def reopened(db: Any, closed: HalfDay, reported: ErrorReport, bilal: Person) -> HalfDay:  # noqa: F811
    """Closed, Hiba reported, then opened again."""
    database.use_mode(database.WRITE)
    services.marks.reopen(
        db, closed, reason=Reason.SLIP, reason_text="", actor=actor(bilal, Role.TRAINER), now=EVENING + HOUR
    )
    database.commit()
    return closed


def close_again(client: CheckingClient, half_day: HalfDay) -> None:
    assert confirm_closing(client, half_day).status_code == 302


class TestTheClosing:
    def test_answers_what_was_changed(
        self, db: Any, later: Any, reopened: HalfDay, members: list[Enrolment], bilal: Person  # noqa: F811
    ) -> None:  # fmt: skip
        take(db, reopened, bilal, {members[1]: Status.PRESENT}, now=EVENING + 2 * HOUR)
        assert reports(db)[0].outcome == ""
        close_again(later(bilal, EVENING + 3 * HOUR), reopened)

        (one,) = reports(db)
        assert (one.outcome, one.answered_by_id) == ("corrected", bilal.id)
        kinds = db.scalars(sa.select(Mail.kind).where(Mail.kind == "attendance.report-answered")).all()
        assert len(kinds) == 1

    def test_answers_nothing_where_the_mark_is_as_before(
        self, db: Any, later: Any, reopened: HalfDay, members: list[Enrolment], bilal: Person  # noqa: F811
    ) -> None:  # fmt: skip
        take(db, reopened, bilal, {members[0]: Status.LATE, members[1]: Status.PRESENT}, now=EVENING + 2 * HOUR)
        take(db, reopened, bilal, {members[1]: Status.ABSENT}, now=EVENING + 2 * HOUR)
        close_again(later(bilal, EVENING + 3 * HOUR), reopened)
        assert reports(db)[0].answered_at is None


class TestMeanwhile:
    def test_the_report_says_that_the_half_day_is_open_and_leads_to_the_roll_call(
        self, db: Any, later: Any, reopened: HalfDay, bilal: Person, amina: Person  # noqa: F811
    ) -> None:  # fmt: skip
        number = reports(db)[0].id
        for person in (bilal, amina):
            client = later(person)
            page = client.get(f"{LIST}{number}/").text
            assert OPENED in page
            assert f'href="{roll(reopened)}"' in page
            assert "48 heures" not in page
            listed = client.get(LIST).text
            assert OPENED in listed
            assert "Pour l’équipe de suivi" not in listed

    def test_an_answer_is_refused_in_its_own_words_and_not_lost(
        self, db: Any, later: Any, reopened: HalfDay, bilal: Person  # noqa: F811
    ) -> None:  # fmt: skip
        answer = later(bilal).post(f"{LIST}{reports(db)[0].id}/", data={"answer": "La feuille le dit."})
        assert answer.status_code == 409
        assert "rouverte" in answer.text
        assert "48 heures" not in answer.text
        assert "La feuille le dit." in answer.text
        assert f'href="{roll(reopened)}"' in answer.text
        assert reports(db)[0].answered_at is None

    def test_a_correction_leads_to_the_roll_call_and_what_was_sent_is_shown(
        self, later: Any, reopened: HalfDay, members: list[Enrolment], bilal: Person  # noqa: F811
    ) -> None:  # fmt: skip
        client = later(bilal)
        asked = client.get(correction(reopened, members[1]))
        assert asked.status_code == 200
        assert f'href="{roll(reopened)}"' in asked.text
        assert 'name="reason"' not in asked.text
        sent = client.post(
            correction(reopened, members[1]), data={"status": "late", "minutes": "90", "reason": "other",
                                                    "reason_text": "Train en retard"},
        )  # fmt: skip
        assert sent.status_code == 409
        assert "Train en retard" in sent.text
        assert "90" in sent.text
        assert "48 heures" not in sent.text

    def test_one_never_closed_has_nothing_to_correct(
        self, trainer: CheckingClient, morning: HalfDay, members: list[Enrolment]
    ) -> None:
        assert trainer.get(correction(morning, members[0])).status_code == 404

    def test_opening_it_a_second_time_leads_to_the_roll_call(
        self, later: Any, reopened: HalfDay, bilal: Person  # noqa: F811
    ) -> None:  # fmt: skip
        answer = later(bilal).post(f"{roll(reopened)}reopen", data={})
        assert answer.headers["Location"] == roll(reopened)

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_somebody_who_reports_now_reads_that_it_waits_for_the_closing(
        self, db: Any, later: Any, reopened: HalfDay, members: list[Enrolment], lang: str  # noqa: F811
    ) -> None:  # fmt: skip
        client = later(members[0].person)
        asked = client.get(own(reopened, lang))
        assert asked.status_code == 200
        assert "<textarea" not in asked.text
        sent = client.post(own(reopened, lang), data={"text": WORDS})
        assert sent.status_code == 409
        assert "Retard de dix minutes" in sent.text
        assert len(reports(db)) == 1


class TestState:
    @pytest.fixture
    def every(
        self, db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person, reopened: HalfDay
    ) -> dict[State, HalfDay]:
        open_, done, gone = plan(db, cohort, bilal, first=TODAY - 4 * DAY, last=TODAY - DAY).half_days[:3]
        close(db, done, bilal)
        database.use_mode(database.WRITE)
        services.meetings.cancel(db, gone, actor_id=bilal.id, now=EVENING)
        database.commit()
        return {State.OPEN: open_, State.CLOSED: done, State.CANCELLED: gone, State.REOPENED: reopened}

    def test_is_told_in_one_place(self, every: dict[State, HalfDay]) -> None:
        assert {state: one.state for state, one in every.items()} == {state: state for state in State}
        assert [one for one in State if one.takes_marks] == [State.OPEN, State.REOPENED]

    def test_lists_name_each(self, later: Any, every: dict[State, HalfDay], bilal: Person) -> None:  # noqa: F811
        client: CheckingClient = later(bilal)
        past = client.get("/fr/attendance/?show=past").text
        for words in ("À clôturer", "Demi-journée clôturée", "Annulée"):
            assert words in past
        assert OPENED in client.get("/fr/attendance/").text
        meeting = every[State.REOPENED].meeting_id
        assert OPENED in client.get(f"/fr/attendance/meetings/{meeting}/").text
        cohort_id = every[State.REOPENED].meeting.cohort_id
        assert OPENED in client.get(f"/fr/attendance/cohorts/{cohort_id}/grid").text

    def test_a_participant_reads_that_it_is_open_again(
        self, later: Callable[..., CheckingClient], every: dict[State, HalfDay], members: list[Enrolment]  # noqa: F811
    ) -> None:  # fmt: skip
        assert OPENED in later(members[0].person).get("/fr/attendance/own").text
