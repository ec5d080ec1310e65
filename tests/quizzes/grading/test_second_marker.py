"""Where two people mark each answer: neither sees the other's mark first, and they have to agree."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask

from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import CohortTrainer
from lms.quizzes import queries, rubric, services
from lms.quizzes.errors import MarkedMeanwhile
from lms.quizzes.models import (
    Quiz,
)
from lms.quizzes.queries.pile import MarkState
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.grading.world import (
    FULL,
    POINTS,
    SECRET,
    World,
    marking,
    page_of,
)


class TestSecondMarker:
    def test_the_second_does_not_see_the_first_mark_before_giving_theirs(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number, {"gap": 7, "cause": 1}, comment=SECRET)
        assert world.state(number) == MarkState.HALF
        assert world.state(number, world.salma) == MarkState.WAITING
        marks = queries.grading.marks(world.db, number)
        assert rubric.shown_to(marks, world.salma, needs_second=True, possible=15) == []
        assert rubric.shown_to(marks, world.bilal, needs_second=True, possible=15) == marks
        before = other.get(page_of(number)).text
        assert "7/12" not in before
        assert SECRET not in before

        other.post(page_of(number), data={"points-1": "6", "points-2": "1"})
        after = other.get(page_of(number)).text
        assert "7/12" in after
        assert SECRET in after

    def test_of_two_at_once_one_is_the_first_and_one_the_second(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        at_once(app, [marking(number, who, world.now) for who in (world.bilal, world.salma)])

        found = queries.grading.marks(world.db, number)
        assert [mark.number for mark in found] == [1, 2]
        assert {mark.marker_id for mark in found} == {world.bilal, world.salma}

    def test_who_did_not_know_of_the_first_mark_is_told_that_theirs_is_the_second(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        answer = other.post(page_of(number), data=POINTS, follow_redirects=True)

        assert answer.text.count('class="notice info"') >= 1
        assert world.state(number) == MarkState.FINAL

    def test_a_third_cannot_mark(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        third = make_person(world.db, "third", role=Role.TRAINER)
        world.db.add(CohortTrainer(cohort_id=world.cohort.id, person_id=third.id))
        world.mark(number)
        world.mark(number, by=world.salma)

        with pytest.raises(MarkedMeanwhile):
            world.mark(number, by=int(third.id))

    @pytest.mark.parametrize(
        ("second", "state"),
        [
            ({"gap": 9, "cause": 3}, MarkState.FINAL),
            ({"gap": 9, "cause": 2}, MarkState.TO_AGREE),
        ],
    )
    def test_marks_agree_when_they_differ_by_a_quarter_of_the_points_at_most(
        self, world: World, second: dict[str, int], state: MarkState
    ) -> None:
        """15 points: 3 apart is within 3.75, 4 apart is not."""
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, second, by=world.salma)

        assert world.state(number) == state

    def test_the_database_agrees_as_the_rubric_does(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        for points in ({"gap": gap, "cause": cause} for gap in (12, 9, 8, 0) for cause in (3, 2, 0)):
            world.mark(number, points, by=world.salma)
            assert (world.state(number) == MarkState.FINAL) is rubric.agree(FULL, points, 15)

    def test_exactly_a_quarter_still_agrees(self) -> None:
        assert rubric.agree({"a": 4}, {"a": 3}, 4)
        assert not rubric.agree({"a": 4}, {"a": 2}, 4)

    def test_who_are_apart_see_both_marks_and_either_mends_their_own(
        self, world: World, trainer: CheckingClient, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, {"gap": 1, "cause": 0}, by=world.salma)
        for client in (trainer, other):
            text = client.get(page_of(number)).text
            assert "12/12" in text
            assert "1/12" in text
        assert world.release().attempts == 0

        other.post(page_of(number), data={"points-1": "10", "points-2": "2"})
        assert world.state(number) == MarkState.FINAL
        assert [sum(mark.points.values()) for mark in queries.grading.marks(world.db, number)] == [15, 12]

    def test_the_mean_of_both_counts(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, {"gap": 9, "cause": 3}, by=world.salma)
        world.release()

        assert world.attempt_of(number).score == Decimal("0.9")


class TestRules:
    def test_the_rule_of_two_markers_is_stored_shown_and_copied(self, world: World, trainer: CheckingClient) -> None:
        path = f"/fr/questions/quizzes/{world.quiz.id}/rules"
        assert 'name="second_marker"' in trainer.get(path).text
        rules = {
            "version": world.quiz.version, "title_ar": "اختبار", "title_fr": "Un quiz", "module": "concepts",
            "purpose": "practice", "cohort": "", "other_form": "", "counts": "best", "feedback": "after-submit",
            "second_marker": "y",
        }  # fmt: skip
        assert trainer.post(path, data=rules).status_code == 302
        world.db.expire_all()
        quiz = world.db.get_one(Quiz, world.quiz.id)
        assert quiz.second_marker is True
        assert re.search(r'name="second_marker"[^>]*checked|checked[^>]*name="second_marker"', trainer.get(path).text)
        quiz = world.db.get_one(Quiz, world.quiz.id)
        assert services.quizzes.copy(world.db, quiz, quiz.title, owner_id=world.bilal).second_marker is True


def test_a_third_mark_stands_with_the_nearer_of_two_that_are_apart(world: World) -> None:
    world.second_marker()
    number = world.answer_of("zineb")
    world.mark(number, FULL)
    world.mark(number, {"gap": 0, "cause": 0}, by=world.salma)
    assert world.state(number) == MarkState.TO_AGREE
    third = make_person(world.db, "driss", role=Role.TRAINER).id
    world.db.add(CohortTrainer(cohort_id=world.cohort.id, person_id=third))
    database.commit()
    assert rubric.shown_to(
        queries.grading.marks(world.db, number), third, needs_second=True, possible=15
    ) == []  # fmt: skip
    world.mark(number, {"gap": 12, "cause": 1}, by=third)

    assert world.state(number) == MarkState.FINAL
    given = {mark.marker_id: sum(mark.points.values()) for mark in queries.grading.marks(world.db, number)}
    assert given == {world.bilal: 15, third: 13}
    with pytest.raises(MarkedMeanwhile):
        world.mark(number, FULL, by=world.salma)
