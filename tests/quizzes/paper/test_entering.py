"""A paper becomes an ordinary attempt, once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import db as database
from lms.programme import services as programme
from lms.programme.models import Enrolment
from lms.progress import queries as ledger
from lms.quizzes import queries, services
from lms.quizzes.errors import (
    EnteredMeanwhile,
    NoAttemptLeft,
    OutsideWindow,
    PaperRefused,
    PauseNeeded,
    UnderWay,
)
from lms.quizzes.models import (
    Attempt,
    AttemptState,
    Counts,
    PaperEntry,
    PaperSet,
    Quiz,
)
from tests.factories import read_lessons
from tests.pages import CheckingClient
from tests.quizzes.paper.sheets import (
    audit_of,
    count,
    entered,
    filled,
    prepared,
    row_of,
    sat,
)
from tests.quizzes.taught import HOUR, begin, short_quiz


def test_a_paper_becomes_an_ordinary_attempt_of_the_moment_it_was_sat(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    attempt = entered(db, made, bilal, now, wrong=1, lang="ar")
    questions = queries.attempts.questions(db, attempt.id)
    assert (attempt.number, attempt.state, attempt.submitted_by) == (1, AttemptState.SUBMITTED, "paper")
    assert (attempt.started_at, attempt.submitted_at, attempt.deadline_at) == (now, now, None)
    assert attempt.score is not None
    assert 0 < attempt.score < 1
    assert [one.lang for one in questions] == [None] + ["ar"] * 6
    assert row_of(db, made, bilal).entry is not None
    assert [entry.actor_id for entry in audit_of(db, "quizzes.enter-paper")] == [bilal.id]


def test_the_test_of_a_module_goes_into_the_ledger_on_the_day_it_was_sat(
    db: Any, bilal: Person, cohort: Any, curriculum: Any, now: dt.datetime
) -> None:
    """The curriculum's own test: a trainer of the cohort may hold it on paper."""
    test = queries.attempts.test_of(db, "concepts")
    enrolments = db.scalars(sa.select(Enrolment).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)).all()
    read_lessons(db, enrolments[0], curriculum, now=now)
    papers = prepared(db, test, cohort, bilal, now)
    row = next(one for one in queries.paper.rows(db, bilal.id, papers.id) if one.enrolment_id == enrolments[0].id)

    services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now + dt.timedelta(days=3))
    database.commit()

    entry = ledger.entries(db, enrolments[0].id)["test:concepts"]
    assert (entry.share, entry.happened_on) == (1, now.date())


def test_an_open_answer_waits_for_its_mark_and_what_stays_on_the_paper_says_so(
    db: Any, bilal: Person, cohort: Any, trainer: CheckingClient, now: dt.datetime
) -> None:
    papers = prepared(db, short_quiz(db, bilal, now, kinds=("open_answer",)), cohort, bilal, now)

    assert filled(trainer, papers, ["+"], lang="ar").status_code == 302
    assert filled(trainer, papers, ["Deux lignes\nécrites"], number=2, lang="fr").status_code == 302

    attempts = db.scalars(sa.select(Attempt).order_by(Attempt.id)).all()
    answers = [queries.attempts.questions(db, one.id)[0].answer for one in attempts]
    assert answers == ["الجواب على الورقة.", "Deux lignes\nécrites"]
    assert [one.score for one in attempts] == [None, None]
    assert len(queries.pile.copies(db, bilal.id, papers.quiz_id)) == 2


def refused(db: Any, made: PaperSet, bilal: Person, when: dt.datetime, error: type[Exception]) -> None:
    """The paper is not taken, and nothing of it stays."""
    before = count(db, Attempt)
    row = row_of(db, made, bilal)
    with pytest.raises(error):
        services.paper.enter(db, made, row, sat(made, when), actor_id=bilal.id, now=max(when, when + HOUR))
    database.rollback()
    assert (count(db, Attempt), count(db, PaperEntry)) == (before, 0)


def test_somebody_without_an_attempt_left_gets_none(
    db: Any, bilal: Person, quiz: Quiz, made: PaperSet, now: dt.datetime
) -> None:
    attempt = begin(db, quiz, row_of(db, made, bilal).enrolment, now)
    services.attempts.submit(db, attempt, by="person", now=now)
    database.commit()
    refused(db, made, bilal, now, NoAttemptLeft)


def test_somebody_with_an_attempt_under_way_gets_none_until_its_time_is_over(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, attempts_allowed=3, minutes=90)
    papers = prepared(db, quiz, cohort, bilal, now)
    begin(db, quiz, row_of(db, papers, bilal).enrolment, now)
    refused(db, papers, bilal, now, UnderWay)

    row = row_of(db, papers, bilal)
    attempt = services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now + 2 * HOUR)

    assert attempt.number == 2


def test_somebody_who_left_gets_none(db: Any, bilal: Person, made: PaperSet, now: dt.datetime) -> None:
    enrolment = row_of(db, made, bilal).enrolment
    programme.end_enrolment(db, enrolment, actor_id=bilal.id, reason="left", now=now)
    database.commit()
    refused(db, made, bilal, now, PaperRefused)


def test_a_withdrawn_quiz_takes_no_paper(db: Any, bilal: Person, quiz: Quiz, made: PaperSet, now: dt.datetime) -> None:
    services.quizzes.withdraw(db, quiz, actor_id=bilal.id, now=now)
    database.commit()
    refused(db, made, bilal, now, PaperRefused)


@pytest.mark.parametrize(
    ("rules", "error"),
    [({"closes_at": dt.timedelta(minutes=-1)}, OutsideWindow), ({"opens_at": dt.timedelta(minutes=1)}, OutsideWindow)],
)
def test_the_opening_and_the_closing_are_those_of_the_moment_it_was_sat(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime, rules: dict[str, Any], error: type[Exception]
) -> None:
    quiz = short_quiz(db, bilal, now, **{name: now + shift for name, shift in rules.items()})
    refused(db, prepared(db, quiz, cohort, bilal, now - HOUR), bilal, now, error)


def test_the_pause_between_two_attempts_holds_on_paper_too(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, attempts_allowed=3, pause_hours=24)
    first, second = prepared(db, quiz, cohort, bilal, now), prepared(db, quiz, cohort, bilal, now)
    entered(db, first, bilal, now)
    row = row_of(db, second, bilal)
    with pytest.raises(PauseNeeded):
        services.paper.enter(db, second, row, sat(second, now + HOUR), actor_id=bilal.id, now=now + 48 * HOUR)


@pytest.mark.parametrize("shift", [2 * HOUR, -2 * HOUR])
def test_a_test_is_not_sat_later_than_now_or_before_its_papers(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime, shift: dt.timedelta
) -> None:
    row = row_of(db, made, bilal)
    with pytest.raises(PaperRefused):
        services.paper.enter(db, made, row, sat(made, now + shift), actor_id=bilal.id, now=now + HOUR)


def test_of_two_trainers_with_the_same_paper_the_second_is_told_and_nothing_is_doubled(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    """Also where the second one read the row before the first one stored it."""
    papers = prepared(db, short_quiz(db, bilal, now, attempts_allowed=None), cohort, bilal, now)
    row = row_of(db, papers, bilal)
    services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now)
    database.commit()

    with pytest.raises(EnteredMeanwhile):
        services.paper.enter(db, papers, row, sat(papers, now), actor_id=bilal.id, now=now)
    database.rollback()

    assert count(db, Attempt) == 1


def test_what_counts_as_the_last_attempt_was_sat_last_whenever_it_was_typed_in(now: dt.datetime) -> None:
    def attempt(number: int, score: str, when: dt.datetime) -> Attempt:
        return Attempt(number=number, score=Decimal(score), started_at=when, submitted_at=when, pass_percent=60)

    online, paper = attempt(1, "0.9", now), attempt(2, "0.2", now - HOUR)
    outcome = services.marking.counted_of(Quiz(counts=Counts.LAST), [online, paper])
    assert outcome is not None
    assert outcome.score == Decimal("0.9")


def test_the_pause_counts_from_what_was_sat_before(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    quiz = short_quiz(db, bilal, now, attempts_allowed=None, pause_hours=24)
    first, second = prepared(db, quiz, cohort, bilal, now), prepared(db, quiz, cohort, bilal, now)
    services.paper.enter(
        db, first, row_of(db, first, bilal), sat(first, now + 30 * HOUR), actor_id=bilal.id, now=now + 48 * HOUR
    )
    later = row_of(db, second, bilal)
    assert services.paper.enter(db, second, later, sat(second, now + HOUR), actor_id=bilal.id, now=now + 48 * HOUR)


@pytest.mark.parametrize("lang", ["xx", ""])
def test_a_language_that_is_none_is_said_and_stores_nothing(
    db: Any, bilal: Person, cohort: Any, trainer: CheckingClient, now: dt.datetime, lang: str
) -> None:
    papers = prepared(db, short_quiz(db, bilal, now, kinds=("open_answer",)), cohort, bilal, now)
    assert filled(trainer, papers, ["+"], lang=lang).status_code == 422
    assert count(db, Attempt) == 0
