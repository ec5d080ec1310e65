"""Another mark after the release, with a reason."""

from __future__ import annotations

import datetime as dt
import re
import time
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.core import audit
from lms.core import db as database
from lms.quizzes import mails, marks, queries, services
from lms.quizzes.errors import MarkedMeanwhile, NotReleased, WrongPoints
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    MarkChange,
)
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.grading.world import (
    FULL,
    POINTS,
    SETTINGS,
    World,
    kinds_sent,
    page_of,
    question,
)


class TestChange:
    def change(self, world: World, number: int, points: dict[str, int], *, seen: str | None = None) -> Any:
        stamp = services.grading.stamp(queries.grading.marks(world.db, number)) if seen is None else seen
        with current_app.test_request_context():
            changed = services.grading.change(
                world.db, world.answer(number), points, "Revu", reason="Erreur de lecture", seen=stamp,
                actor_id=world.bilal, now=world.now + dt.timedelta(hours=1),
            )  # fmt: skip
        database.commit()
        return changed

    def test_it_needs_a_reason_and_leaves_the_old_mark_readable(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 6, "cause": 3})
        world.release()
        opened = trainer.get(page_of(number, "change")).text
        seen = re.search(r'name="seen"[^>]*value="([^"]*)"', opened)
        assert seen is not None
        form = {**POINTS, "comment": "Revu", "seen": seen[1], "reason": ""}
        refused = trainer.post(page_of(number, "change"), data=form)
        assert refused.status_code == 422
        assert "Revu" in refused.text

        assert trainer.post(page_of(number, "change"), data={**form, "reason": "Mal lu"}).status_code == 302
        assert world.attempt_of(number).score == 1
        (change,) = world.db.scalars(sa.select(MarkChange)).all()
        assert (change.old_score, change.new_score, change.reason) == (Decimal("0.6"), 1, "person")
        assert kinds_sent(world.db) == [mails.THERE, mails.CHANGED]
        details = world.db.execute(
            sa.select(audit.AuditDetail.reason, audit.AuditDetail.values)
            .join(audit.AuditEntry, audit.AuditEntry.id == audit.AuditDetail.entry_id)
            .where(audit.AuditEntry.action == "quizzes.mark-again")
        ).one()
        assert details.reason == "Mal lu"
        assert details.values["before"] != details.values["after"]

    def test_a_change_that_leaves_the_mark_tells_nobody(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 9, "cause": 0})
        world.release()

        assert self.change(world, number, {"gap": 6, "cause": 3}) is None
        assert kinds_sent(world.db) == [mails.THERE]
        assert [mark.points for mark in queries.grading.marks(world.db, number)] == [{"gap": 6, "cause": 3}]

    def test_after_two_markers_one_mark_stands(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, {"gap": 9, "cause": 3}, by=world.salma)
        world.release()
        self.change(world, number, {"gap": 3, "cause": 3})

        assert [(mark.number, mark.comment) for mark in queries.grading.marks(world.db, number)] == [(1, "Revu")]
        assert world.attempt_of(number).score == Decimal("0.4")

    def test_before_the_release_there_is_nothing_to_change(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number)

        with pytest.raises(NotReleased):
            self.change(world, number, {"gap": 0, "cause": 0})
        assert trainer.get(page_of(number, "change")).status_code == 302
        answer = trainer.post(page_of(number, "change"), data={**POINTS, "reason": "Pourquoi pas", "seen": ""})
        assert answer.status_code == 409

    def test_the_points_of_a_question_that_was_given_up_stay(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 0, "cause": 0})
        world.release()
        world.db.get_one(AttemptQuestion, number).is_given_up = True
        database.commit()

        with pytest.raises(NotReleased):
            self.change(world, number, FULL)

    def test_who_looked_at_an_older_mark_is_told(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        world.release()
        old = services.grading.stamp(queries.grading.marks(world.db, number))
        self.change(world, number, {"gap": 1, "cause": 1})

        with pytest.raises(MarkedMeanwhile):
            self.change(world, number, FULL, seen=old)
        form = {**POINTS, "reason": "Mal lu", "comment": "Gardé", "seen": old}
        answer = trainer.post(page_of(number, "change"), data=form)
        assert answer.status_code == 409
        assert "Gardé" in answer.text
        assert "Mal lu" in answer.text
        assert "1/12" in answer.text

    def test_points_above_the_criterion_are_refused_here_too(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        world.release()

        with pytest.raises(WrongPoints):
            self.change(world, number, {"gap": 13, "cause": 3})


def test_two_who_change_two_answers_of_one_attempt_both_count(app: Flask, world: World) -> None:
    db = world.db
    other = question(db, world.bilal, world.now, "open_answer", SETTINGS)
    services.quizzes.add_questions(db, world.quiz, [other], {})
    enrolment = make_enrolment(db, make_person(db, "zineb"), world.cohort)
    attempt_id = world.attempt_of(world.sent_by(enrolment, "Deux fois", closed=True)).id
    numbers = [one.id for one in queries.attempts.questions(db, attempt_id) if one.version.type == "open_answer"]
    for number in numbers:
        world.mark(number, {"gap": 6, "cause": 0})
    world.release()
    seen = {number: services.grading.stamp(queries.grading.marks(db, number)) for number in numbers}
    now, points = world.now, [{"gap": 12, "cause": 0}, {"gap": 0, "cause": 0}]
    database.rollback()

    def change(number: int, marker: int, given: dict[str, int]) -> Any:
        def act(db: Any) -> None:
            answer = queries.grading.answer_or_none(db, marker, number)
            assert answer is not None
            assert answer.attempt.score is not None
            time.sleep(0.2)
            with app.test_request_context():
                services.grading.change(
                    db, answer, given, "", reason="Relu", seen=seen[number], actor_id=marker, now=now
                )

        return act

    acts = [change(one, by, given) for one, by, given in zip(numbers, (world.bilal, world.salma), points, strict=True)]
    assert at_once(app, acts) == [None, None]

    db.expire_all()
    rows = queries.attempts.questions(db, attempt_id)
    marked = [marks.Marked.of(row) for row in rows]
    assert db.get_one(Attempt, attempt_id).score == marks.score_of(world.quiz, marked)
