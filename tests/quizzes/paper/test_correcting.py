"""What was typed in wrongly is put right, as long as it may be."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import audit
from lms.core.edits import EditedMeanwhile
from lms.quizzes import queries, services
from lms.quizzes.errors import (
    EntryLocked,
    OutsideWindow,
)
from lms.quizzes.models import (
    AnswerMark,
    AttemptQuestion,
    ChangeReason,
    Feedback,
    MarkChange,
    PaperSet,
)
from lms.quizzes.services.paper import Sat
from tests.parallel import at_once
from tests.quizzes.paper.sheets import (
    audit_of,
    corrected,
    count,
    entered,
    prepared,
    rights,
    row_of,
    sat,
)
from tests.quizzes.taught import HOUR, short_quiz


def test_a_correction_marks_again_and_keeps_the_old_and_the_new(
    app: Any, db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    attempt = entered(db, made, bilal, now, wrong=3)
    old = attempt.score
    with app.test_request_context():
        assert corrected(db, made, bilal, now) is True

    change = db.scalars(sa.select(MarkChange)).one()
    assert (change.reason, change.old_score, change.new_score) == (ChangeReason.ENTRY, old, 1)
    (act,) = audit_of(db, "quizzes.correct-paper")
    values = db.get_one(audit.AuditDetail, act.id).values
    assert values["before"] == {"1": "", "2": "", "3": ""}
    assert values["after"] == dict(zip("123", rights(made), strict=False))


def test_a_correction_without_a_difference_writes_nothing(
    db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now)
    assert corrected(db, made, bilal, now) is False
    assert (count(db, MarkChange), audit_of(db, "quizzes.correct-paper")) == (0, [])


def test_of_two_corrections_of_one_page_the_second_is_told(
    app: Any, db: Any, bilal: Person, made: PaperSet, now: dt.datetime
) -> None:
    entered(db, made, bilal, now)
    with app.test_request_context():
        corrected(db, made, bilal, now, wrong=1)
        with pytest.raises(EditedMeanwhile):
            corrected(db, made, bilal, now, wrong=2)


def test_after_a_week_nothing_is_corrected(db: Any, bilal: Person, made: PaperSet, now: dt.datetime) -> None:
    entered(db, made, bilal, now)
    entry = row_of(db, made, bilal).entry
    assert entry is not None
    with pytest.raises(EntryLocked):
        services.paper.correct(
            db, made, entry, sat(made, now, wrong=1), version=1, actor_id=bilal.id, now=now + dt.timedelta(days=8)
        )


def test_once_the_closing_shows_the_answers_nothing_is_corrected(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, feedback=Feedback.AFTER_CLOSING, closes_at=now + 3 * HOUR)
    papers = prepared(db, quiz, cohort, bilal, now)
    entered(db, papers, bilal, now)
    entry = row_of(db, papers, bilal).entry
    assert entry is not None
    assert services.paper.lock_of(db, papers, entry, now=now + 2 * HOUR) is None
    assert services.paper.lock_of(db, papers, entry, now=now + 4 * HOUR) is not None


def test_once_a_person_marked_an_answer_nothing_is_corrected(
    db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    papers = prepared(db, short_quiz(db, bilal, now, kinds=("open_answer",)), cohort, bilal, now)
    row = row_of(db, papers, bilal)
    attempt = services.paper.enter(db, papers, row, Sat(["Un texte"], "fr", now), actor_id=bilal.id, now=now)
    question = queries.attempts.questions(db, attempt.id)[0]
    entry = row_of(db, papers, bilal).entry
    assert entry is not None
    assert services.paper.lock_of(db, papers, entry, now=now) is None
    db.add(AnswerMark(attempt_question_id=question.id, number=1, marker_id=bilal.id, points={"a": 1}, marked_at=now))
    db.flush()
    assert services.paper.lock_of(db, papers, entry, now=now) is not None


def test_a_correction_of_the_moment_stays_inside_opening_and_closing(
    app: Any, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, closes_at=now + 2 * HOUR)
    papers = prepared(db, quiz, cohort, bilal, now)
    entered(db, papers, bilal, now)
    entry = row_of(db, papers, bilal).entry
    assert entry is not None
    with app.test_request_context("/fr/"), pytest.raises(OutsideWindow):
        services.paper.correct(
            db, papers, entry, sat(papers, now + 3 * HOUR), version=1, actor_id=bilal.id, now=now + 4 * HOUR
        )


def test_a_correction_waits_for_the_mark_that_is_being_given_and_finds_it(
    app: Flask, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    papers = prepared(db, short_quiz(db, bilal, now, kinds=("open_answer",)), cohort, bilal, now)
    row = row_of(db, papers, bilal)
    attempt = services.paper.enter(db, papers, row, Sat(["Un texte"], "fr", now), actor_id=bilal.id, now=now)
    question_id, set_id, trainer_id = queries.attempts.questions(db, attempt.id)[0].id, papers.id, bilal.id
    is_held = threading.Event()

    def mark(db: Any) -> None:
        db.scalars(sa.select(AttemptQuestion.id).where(AttemptQuestion.id == question_id).with_for_update()).one()
        is_held.set()
        time.sleep(0.3)
        given = {"number": 1, "marker_id": trainer_id, "points": {"a": 1}, "marked_at": now}
        db.add(AnswerMark(attempt_question_id=question_id, **given))

    def correct(db: Any) -> Any:
        assert is_held.wait(10)
        made = queries.paper.set_or_none(db, trainer_id, set_id)
        found = queries.paper.row_or_none(db, trainer_id, set_id, 1)
        said = Sat(["Un autre texte"], "fr", now)
        return services.paper.correct(db, made, found.entry, said, version=1, actor_id=trainer_id, now=now)

    assert [type(one) for one in at_once(app, [mark, correct])] == [type(None), EntryLocked]
