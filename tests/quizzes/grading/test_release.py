"""The release: attempts get their mark, learners are told and see it, nobody before."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import db as database
from lms.core import own_data
from lms.core.access import Role
from lms.core.mail import Mail
from lms.progress import queries as ledger
from lms.quizzes import mails, privacy, queries, services
from lms.quizzes.errors import MarksReleased
from lms.quizzes.models import (
    AttemptQuestion,
    CommentSnippet,
    MarkChange,
    Purpose,
)
from tests.factories import make_cohort, make_enrolment, make_person, read_lessons
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.grading.world import (
    FULL,
    SECRET,
    SETTINGS,
    World,
    acts,
    first_person,
    kinds_sent,
    marking,
    page_of,
    person,
    question,
    releasing,
)


class TestRelease:
    def test_attempts_get_their_mark_and_the_learner_is_told_without_it(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 6, "cause": 3})
        assert world.attempt_of(number).score is None

        assert world.release() == services.grading.Released(1, 0)
        assert world.attempt_of(number).score == Decimal("0.6")
        assert world.db.get_one(AttemptQuestion, number).fraction == Decimal("0.6")
        assert kinds_sent(world.db) == [mails.THERE]
        text = world.db.scalars(sa.select(Mail.text).where(Mail.kind == mails.THERE)).one()
        assert f"/fr/quizzes/{world.quiz.id}/attempts/1/result/" in text
        assert not re.search(r"\b(0[.,]6|12|9)\b", text.split("http")[0])
        assert acts(world.db).count("quizzes.release-marks") == 1
        assert world.db.scalars(sa.select(MarkChange)).all() == []

    def test_a_second_release_does_nothing_more(self, world: World) -> None:
        world.mark(world.answer_of("chaima"))
        world.release()

        assert world.release() == services.grading.Released(0, 0)
        assert kinds_sent(world.db) == [mails.THERE]
        assert acts(world.db).count("quizzes.release-marks") == 1

    def test_two_releases_at_once_tell_each_learner_once(self, app: Flask, world: World) -> None:
        for name in ("chaima", "zineb"):
            world.mark(world.answer_of(name))
        quiz_id, now = world.quiz.id, world.now

        results = at_once(app, [releasing(quiz_id, who, now) for who in (world.bilal, world.salma)])

        assert sorted(done.attempts for done in results) == [0, 2]
        assert kinds_sent(world.db) == [mails.THERE] * 2

    def test_a_release_waits_for_a_mark_that_is_being_given(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        is_marked = threading.Event()
        mark = marking(number, world.bilal, world.now, {"gap": 3, "cause": 0})
        release = releasing(world.quiz.id, world.salma, world.now)

        def mark_slowly(db: Any) -> None:
            mark(db)
            is_marked.set()
            time.sleep(0.3)

        def release_meanwhile(db: Any) -> None:
            is_marked.wait(5)
            release(db)

        at_once(app, [mark_slowly, release_meanwhile])
        assert world.attempt_of(number).score == Decimal("0.2")

    def test_attempts_that_still_wait_stay_until_the_next_release(self, world: World) -> None:
        done, waits = world.answer_of("chaima"), world.answer_of("zineb")
        world.mark(done)

        assert world.release() == services.grading.Released(1, 1)
        assert world.attempt_of(waits).score is None
        world.mark(waits)
        assert world.release() == services.grading.Released(1, 0)

    def test_an_attempt_waits_for_the_last_of_its_open_answers(self, world: World) -> None:
        more = question(world.db, world.bilal, world.now, "open_answer", {**SETTINGS, "most_words": 9})
        services.quizzes.add_questions(world.db, world.quiz, [more], {})
        number = world.answer_of("chaima")
        world.mark(number)

        assert world.release() == services.grading.Released(0, 1)
        assert world.db.get_one(AttemptQuestion, number).fraction is None

    def test_an_open_answer_left_empty_holds_nothing_up(self, world: World) -> None:
        number = world.answer_of("chaima", "")

        assert world.attempt_of(number).score == 0

    def test_it_stays_within_the_trainers_cohorts(self, world: World) -> None:
        number = world.answer_of("chaima")
        elsewhere = make_person(world.db, "salim", role=Role.TRAINER)
        theirs = make_cohort(world.db, trainers=[elsewhere])
        there = world.sent_by(make_enrolment(world.db, make_person(world.db, "zineb"), theirs), "Un texte")
        world.mark(number)
        world.mark(there, by=int(elsewhere.id))
        world.release()

        assert world.attempt_of(number).score is not None
        assert world.attempt_of(there).score is None

    def test_what_counts_of_a_module_test_reaches_the_ledger(self, world: World, curriculum: Any) -> None:
        test = queries.attempts.test_of(world.db, "concepts")
        assert test is not None
        test.archived_at = world.now
        world.quiz.purpose = Purpose.TEST
        world.db.flush()
        person = make_person(world.db, "chaima")
        enrolment = make_enrolment(world.db, person, world.cohort)
        read_lessons(world.db, enrolment, curriculum, now=world.now)
        number = world.sent_by(enrolment, "Un texte")
        world.mark(number)
        assert "test:concepts" not in ledger.entries(world.db, enrolment.id)
        world.release()

        assert ledger.entries(world.db, enrolment.id)["test:concepts"].share == 1

    def test_the_page_releases_and_says_how_many(self, world: World, trainer: CheckingClient) -> None:
        number, waits = world.answer_of("chaima"), world.answer_of("zineb")
        world.mark(number)
        listed = trainer.get("/fr/questions/grading/").text
        assert f"quizzes/{world.quiz.id}/release" in listed
        answer = trainer.post(f"/fr/questions/grading/quizzes/{world.quiz.id}/release", follow_redirects=True)

        assert 'class="notice ok"' in answer.text
        assert world.attempt_of(number).score == 1
        assert world.attempt_of(waits).score is None

    def test_a_mark_that_is_released_is_not_marked_over(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        world.release()

        with pytest.raises(MarksReleased):
            world.mark(number, {"gap": 0, "cause": 0})
        answer = trainer.post(page_of(number), data={"points-1": "0", "points-2": "0", "comment": "Tard"})
        assert answer.status_code == 409
        assert "Tard" in answer.text
        assert world.attempt_of(number).score == 1


class TestWhatLearnersSee:
    def pages(self, world: World, client: CheckingClient) -> Iterable[str]:
        for path in ("", f"quizzes/{world.quiz.id}/", f"quizzes/{world.quiz.id}/attempts/1/result/", "account/my-data"):
            yield client.get(f"/fr/{path}", follow_redirects=True).text

    def test_before_the_release_nothing_on_any_page(self, world: World, client: CheckingClient) -> None:
        number = world.answer_of("chaima")
        person_id = first_person(world, world.attempt_of(number))
        learner = client.signed_in(person(world, person_id))
        before = list(self.pages(world, learner))
        world.mark(number, {"gap": 7, "cause": 2}, comment=SECRET)

        after = list(self.pages(world, learner.signed_in(person(world, person_id))))
        for old, new in zip(before, after, strict=True):
            assert SECRET not in new
            assert "9/15" not in new
            assert new.count("/20") == old.count("/20")
        held = own_data.held(world.db, person_id)
        assert held["open_answers"] == []
        assert [row["score"] for row in held["attempts"]] == [None]
        assert queries.given.marks_of(world.db, world.attempt_of(number).id) == {}

    def test_after_it_points_and_comments_are_theirs(self, world: World) -> None:
        number = world.answer_of("chaima")
        attempt_id = world.attempt_of(number).id
        person_id = first_person(world, world.attempt_of(number))
        world.second_marker()
        world.mark(number, {"gap": 12, "cause": 3}, comment=SECRET)
        world.mark(number, {"gap": 11, "cause": 2}, by=world.salma)
        world.release()

        found = queries.given.marks_of(world.db, attempt_id)[number]
        assert [(one.text.fr, one.earned, one.possible) for one in found.criteria] == [
            ("L’écart", Decimal("11.5"), 12),
            ("La cause", Decimal("2.5"), 3),
        ]
        assert found.comments == (SECRET,)
        (row,) = own_data.held(world.db, person_id)["open_answers"]
        assert (row["points"], row["comment"], row["number"]) == ("14/15", SECRET, 1)

    def test_a_learner_who_is_wiped_takes_the_comments_along(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, comment=SECRET)
        privacy.forget_answers(world.db, first_person(world, world.attempt_of(number)), now=world.now)
        database.commit()
        world.db.expire_all()

        (mark,) = queries.grading.marks(world.db, number)
        assert (mark.comment, mark.points) == ("", FULL)
        assert queries.pile.counts(world.db, world.bilal) == queries.pile.Counts()

    def test_a_marker_who_is_wiped_takes_their_sentences_along(self, world: World) -> None:
        services.grading.keep_snippet(world.db, "Une phrase", owner_id=world.bilal, now=world.now)
        assert [row["text"] for row in own_data.held(world.db, world.bilal)["snippets"]] == ["Une phrase"]
        privacy.forget_answers(world.db, world.bilal, now=world.now)

        assert world.db.scalars(sa.select(CommentSnippet)).all() == []
