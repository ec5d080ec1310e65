"""Opening and closing: by trainers, by itself; who is asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.attendance import services as attendance
from lms.attendance.models import HalfDay, Meeting
from lms.core import db as database
from lms.core.audit import AuditEntry
from lms.core.bilingual import Bilingual
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment
from lms.quizzes.content import Content, agree
from lms.quizzes.models import Feedback, Purpose, Quiz, QuizItem
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import words
from lms.quizzes.services import bank, quizzes
from lms.surveys import queries, services
from lms.surveys.errors import FormNotUsable, RoundClosed, RoundExists
from lms.surveys.models import Round
from tests.factories import make_enrolment, make_person
from tests.surveys.conftest import answer, stored, taught
from tests.surveys.files import make_form

DAY = dt.timedelta(days=1)


def rounds(db: Any) -> list[Round]:
    return list(db.scalars(sa.select(Round).order_by(Round.id)))


def test_a_survey_of_a_session_is_open_for_a_week(opened: Round, now: dt.datetime) -> None:
    assert (opened.opens_on, opened.closes_on) == (now.date(), now.date() + 7 * DAY)
    assert opened.is_open(opened.closes_on)
    assert not opened.is_over(opened.closes_on)
    assert opened.is_over(opened.closes_on + DAY)


def test_a_button_pressed_twice_opens_one_round(
    db: Any, opened: Round, session_end: Quiz, cohort: Cohort, bilal: Person, now: dt.datetime
) -> None:
    again = services.rounds.open(db, session_end, cohort, opens_on=now.date(), opened_by_id=bilal.id, now=now)

    assert again.id == opened.id
    assert db.scalar(sa.select(sa.func.count()).where(AuditEntry.action == "surveys.open-round")) == 1


def test_what_was_closed_today_is_not_opened_again_today(
    db: Any, opened: Round, session_end: Quiz, cohort: Cohort, bilal: Person, now: dt.datetime
) -> None:
    services.rounds.close(db, opened.id, actor_id=bilal.id, now=now)

    with pytest.raises(RoundExists):
        services.rounds.open(db, session_end, cohort, opens_on=now.date(), opened_by_id=bilal.id, now=now)
    services.rounds.open(db, session_end, cohort, opens_on=now.date() + DAY, opened_by_id=bilal.id, now=now + DAY)
    assert len(rounds(db)) == 2


def test_closed_early_nobody_answers_any_more(
    db: Any, opened: Round, members: list[Enrolment], bilal: Person, now: dt.datetime
) -> None:
    services.rounds.close(db, opened.id, actor_id=bilal.id, now=now)
    closed_at = opened.closed_at
    services.rounds.close(db, opened.id, actor_id=bilal.id, now=now + DAY)

    assert opened.closed_at == closed_at
    with pytest.raises(RoundClosed):
        answer(db, opened, members[:1], now=now)


def test_after_its_last_day_nobody_answers_any_more(
    db: Any, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    answer(db, opened, members[:1], now=now + 7 * DAY)
    with pytest.raises(RoundClosed):
        answer(db, opened, members[1:2], now=now + 8 * DAY)


def spoilt(db: Any, quiz: Quiz, how: str, cohort: Cohort) -> None:
    if how == "withdrawn":
        quiz.published_at = None
    elif how == "of another purpose":
        quiz.purpose = Purpose.PRACTICE
    elif how == "draws":
        quiz.items.append(QuizItem(position=9, question_id=None, draw_count=1))
    elif how == "empty":
        quiz.items.clear()
    elif how == "of another cohort":
        quiz.cohort_id = cohort.id
    else:
        test = db.scalars(sa.select(Quiz).where(Quiz.content_key == "concepts/test")).one()
        quiz.items.append(QuizItem(position=9, question_id=test.items[0].question_id))
    database.commit()


@pytest.mark.parametrize(
    "how", ["withdrawn", "of another purpose", "draws", "empty", "of another cohort", "has a right answer"]
)
def test_only_a_published_survey_of_opinions_is_asked(
    db: Any, session_end: Quiz, cohort: Cohort, bilal: Person, now: dt.datetime, how: str
) -> None:
    spoilt(db, session_end, how, taught(db, bilal))

    with pytest.raises(FormNotUsable):
        services.rounds.open(db, session_end, cohort, opens_on=now.date(), now=now)


def test_trainers_ask_the_programmes_surveys_and_their_own(
    db: Any, session_end: Quiz, bilal: Person, now: dt.datetime
) -> None:
    for name in ("cohort-end", "follow-up-3", "supervisor"):
        make_form(db, name, now=now)
    driss = make_person(db, "driss")
    for owner, published in ((bilal, now), (bilal, None), (driss, now)):
        db.add(
            Quiz(module="", purpose=Purpose.SURVEY, title=session_end.title, feedback=Feedback.NEVER,
                 owner_id=owner.id, published_at=published)
        )  # fmt: skip
    database.commit()

    found = queries.forms.for_rounds(db, bilal.id)

    assert [one.content_key for one in found] == ["assessment/session-end", "assessment/cohort-end", None]
    assert found[2].owner_id == bilal.id


def test_those_of_the_cohort_are_asked_who_had_not_left_before(
    db: Any, opened: Round, members: list[Enrolment], cohort: Cohort, bilal: Person, now: dt.datetime
) -> None:
    programme.end_enrolment(db, members[0], actor_id=bilal.id, reason="left", now=now - 2 * DAY)
    programme.end_enrolment(db, members[1], actor_id=bilal.id, reason="left", now=now + DAY)
    members[2].is_test = True
    make_enrolment(db, make_person(db, "driss"), taught(db, bilal))
    database.commit()

    assert queries.rounds.counts(db, [opened.id])[opened.id].asked == 4
    for place, is_asked in enumerate((False, True, False, True)):
        found = queries.rounds.mine_or_none(db, members[place].person_id, opened.id)
        assert (found is not None) == is_asked, place


def test_what_is_open_and_not_answered_waits_for_a_member(
    db: Any, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    chaima, hiba = members[0].person_id, members[1].person_id
    answer(db, opened, members[:1], now=now)

    assert queries.rounds.waiting_for(db, chaima, today=now.date()) == []
    assert queries.rounds.waiting_for(db, hiba, today=now.date()) == [opened]
    assert queries.rounds.waiting_for(db, hiba, today=now.date() - DAY) == []
    assert queries.rounds.waiting_for(db, hiba, today=opened.closes_on + DAY) == []


# --- At the end of a cohort ------------------------------------------------------------------------------------------


@pytest.fixture
def cohort_end(db: Any, bilal: Any, now: dt.datetime) -> Quiz:
    return make_form(db, "cohort-end", now=now)


def at_noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def test_on_the_last_day_of_a_cohort_its_survey_opens_once_for_three_weeks(
    db: Any, cohort_end: Quiz, cohort: Cohort
) -> None:
    assert services.jobs.open_at_end(db, now=at_noon(cohort.ends_on - DAY)) == 0

    for now in (at_noon(cohort.ends_on), at_noon(cohort.ends_on), at_noon(cohort.ends_on + DAY)):
        services.jobs.open_at_end(db, now=now)

    (found,) = rounds(db)
    assert (found.quiz_id, found.cohort_id, found.module) == (cohort_end.id, cohort.id, "")
    assert (found.opens_on, found.closes_on) == (cohort.ends_on, cohort.ends_on + 21 * DAY)
    assert found.opened_by_id is None


def test_a_cohort_that_ended_long_ago_or_was_put_away_is_not_asked(
    db: Any, cohort_end: Quiz, cohort: Cohort, now: dt.datetime
) -> None:
    assert services.jobs.open_at_end(db, now=at_noon(cohort.ends_on + 22 * DAY)) == 0
    cohort.archived_at = now
    assert services.jobs.open_at_end(db, now=at_noon(cohort.ends_on)) == 0


def test_a_trainer_who_was_first_opened_it(db: Any, cohort_end: Quiz, cohort: Cohort, bilal: Person) -> None:
    now = at_noon(cohort.ends_on - DAY)
    services.rounds.open(db, cohort_end, cohort, opens_on=now.date(), opened_by_id=bilal.id, now=now)

    assert services.jobs.open_at_end(db, now=at_noon(cohort.ends_on)) == 0


def test_without_the_programmes_form_nothing_opens(db: Any, cohort: Cohort) -> None:
    assert services.jobs.open_at_end(db, now=at_noon(cohort.ends_on)) == 0


def test_a_form_that_somebody_spoilt_stops_no_other_job(db: Any, cohort_end: Quiz, cohort: Cohort) -> None:
    cohort_end.items.clear()
    database.commit()

    assert services.jobs.open_at_end(db, now=at_noon(cohort.ends_on)) == 0


def test_a_trainer_builds_a_survey_publishes_it_and_asks_it(
    db: Any, cohort: Cohort, members: list[Enrolment], bilal: Person, now: dt.datetime
) -> None:
    quiz = quizzes.create(
        db, {"title": Bilingual("رأي", "Mon enquête"), "purpose": Purpose.SURVEY}, owner_id=bilal.id
    )  # fmt: skip
    for kind in ("rating", "free_text"):
        said = agree(Content(kind, stem=words("سؤال؟", "Question ?"), settings=TYPES[kind].examples[0]))
        question = bank.create(db, said, owner_id=bilal.id, now=now)
        bank.add_version(db, question, said, Bilingual("", ""), actor_id=bilal.id, now=now)
        quizzes.add_questions(db, quiz, [question], {})
    quizzes.publish(db, quiz, actor_id=bilal.id, now=now)

    found = services.rounds.open(db, quiz, cohort, opens_on=now.date(), opened_by_id=bilal.id, now=now)
    database.commit()

    answer(db, found, members[:2], now=now, degree="3", words="Oui")
    assert all("Oui" in one.values() for one in stored(db))


@pytest.mark.parametrize("is_first_cancelled", [False, True])
def test_the_survey_of_a_session_opens_once_its_last_half_day_is_closed(
    app: Any, db: Any, session_end: Quiz, bilal: Person, now: dt.datetime, is_first_cancelled: bool
) -> None:
    cohort = taught(db, bilal, has_sessions=True)
    meeting = Meeting(cohort_id=cohort.id, module="concepts", title=Bilingual("", ""), mode="room", place="Rabat")
    first, second = (HalfDay(day=now.date(), starts=dt.time(hour), ends=dt.time(hour + 1)) for hour in (6, 8))
    meeting.half_days += [first, second]
    db.add(meeting)
    db.flush()
    if is_first_cancelled:
        first.cancelled_at = now
    else:
        attendance.marks.close(db, first, actor_id=bilal.id, now=now)
    assert rounds(db) == []

    attendance.marks.close(db, second, actor_id=bilal.id, now=now)
    attendance.marks.close(db, second, actor_id=bilal.id, now=now)

    assert [(one.quiz_id, one.cohort_id, one.module, one.opens_on) for one in rounds(db)] == [
        (session_end.id, cohort.id, "concepts", now.date())
    ]


def test_a_half_day_that_is_opened_and_closed_again_asks_nobody_twice(
    db: Any, session_end: Quiz, cohort: Cohort, bilal: Person, now: dt.datetime
) -> None:
    meeting = Meeting(cohort_id=cohort.id, module="concepts", title=Bilingual("", ""), mode="room", place="Rabat")
    meeting.half_days.append(HalfDay(day=now.date(), starts=dt.time(9), ends=dt.time(12), closed_at=now))
    db.add(meeting)
    database.commit()
    for moment in (now, now + 2 * DAY):
        services.rounds.open_after_meeting(meeting.half_days[0], db=db, now=moment)
        database.commit()
    assert len(rounds(db)) == 1
