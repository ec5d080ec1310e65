"""Giving an open answer its points, and the sentences that a marker keeps."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.quizzes import queries, services
from lms.quizzes.errors import WrongPoints
from tests.factories import make_enrolment
from tests.pages import CheckingClient
from tests.parallel import at_once
from tests.quizzes.grading.world import (
    FULL,
    POINTS,
    World,
    marking,
    page_of,
)


class TestMarking:
    def test_save_and_next_keeps_the_place(self, world: World, trainer: CheckingClient) -> None:
        for name in ("chaima", "zineb", "hind"):
            world.answer_of(name)
        first, second, third = queries.pile.copies(world.db, world.bilal, world.quiz.id)

        answer = trainer.post(page_of(second.id), data={**POINTS, "comment": "Bien vu."})
        assert answer.headers["Location"].endswith(page_of(third.id))
        answer = trainer.post(page_of(third.id), data=POINTS)
        assert answer.headers["Location"].endswith(page_of(first.id))
        answer = trainer.post(page_of(first.id), data=POINTS)
        assert answer.headers["Location"].endswith("/fr/questions/grading/")
        (mark,) = queries.grading.marks(world.db, second.id)
        assert (mark.points, mark.comment, mark.marker_id) == (FULL, "Bien vu.", world.bilal)

    def test_the_page_counts_words_and_places_and_holds_real_radios(
        self, world: World, trainer: CheckingClient
    ) -> None:
        number = world.answer_of("chaima", "un deux trois quatre cinq six")
        text = trainer.get(page_of(number)).text

        assert re.search(r'class="chip warn">[^<]*6[^<]*5', text)
        assert len(re.findall(r'type="radio"', text)) == 4
        assert 'name="points-1"' in text
        assert 'inputmode="numeric"' in text
        assert "Réponse modèle" in text
        assert "object at 0x" not in text

    def test_marking_again_changes_ones_own_mark(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 1, "cause": 1})
        world.mark(number, {"gap": 2, "cause": 0}, comment="Relu")

        (mark,) = queries.grading.marks(world.db, number)
        assert (mark.points, mark.comment) == ({"gap": 2, "cause": 0}, "Relu")

    @pytest.mark.parametrize(
        "points",
        [
            {},
            {"gap": 12},
            {"gap": 13, "cause": 3},
            {"gap": -1, "cause": 3},
            {"gap": 1, "cause": 1, "style": 1},
        ],
    )
    def test_points_that_the_rubric_cannot_give_are_refused(self, world: World, points: dict[str, int]) -> None:
        number = world.answer_of("chaima")

        with pytest.raises(WrongPoints):
            world.mark(number, points)
        assert queries.grading.marks(world.db, number) == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"points-1": "13"},
            {"points-1": "deux"},
            {"points-1": ""},
            {"points-2": "4"},
            {"points-2": "-1"},
            {"points-9": "1"},
            {"comment": "x" * 4001},
        ],
    )
    def test_a_refused_form_keeps_what_was_typed(
        self, world: World, trainer: CheckingClient, wrong: dict[str, str]
    ) -> None:
        number = world.answer_of("chaima")
        answer = trainer.post(page_of(number), data={**POINTS, "comment": "Bien vu.", **wrong})

        assert answer.status_code == 422
        assert (wrong.get("comment") or "Bien vu.") in answer.text
        assert queries.grading.marks(world.db, number) == []

    def test_an_answer_of_another_cohort_is_not_there(self, world: World, driss: CheckingClient) -> None:
        number = world.answer_of("chaima")
        quiz = f"/fr/questions/grading/quizzes/{world.quiz.id}/"

        for path in (page_of(number), page_of(number, "change"), quiz):
            assert driss.get(path).status_code == 404
        for path in (page_of(number), page_of(number, "change"), f"{quiz}release"):
            assert driss.post(path, data=POINTS).status_code == 404
        assert queries.grading.marks(world.db, number) == []

    def test_a_button_that_nobody_drew_is_refused(self, world: World, trainer: CheckingClient) -> None:
        assert trainer.post(page_of(world.answer_of("chaima")), data={"do": "praise"}).status_code == 400

    def test_where_one_marks_another_trainer_is_told_and_sees_the_mark(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 7, "cause": 1})
        answer = other.post(page_of(number), data={**POINTS, "comment": "Mon avis"})

        assert answer.status_code == 409
        assert "7/12" in answer.text
        assert "Mon avis" in answer.text
        assert [mark.marker_id for mark in queries.grading.marks(world.db, number)] == [world.bilal]

    def test_of_two_at_once_one_is_the_marker(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        results = at_once(app, [marking(number, who, world.now) for who in (world.bilal, world.salma)])

        assert sorted(type(one).__name__ for one in results) == ["AnswerMark", "MarkedMeanwhile"]
        assert len(queries.grading.marks(world.db, number)) == 1

    def test_one_person_who_sends_twice_at_once_gives_one_mark(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        results = at_once(app, [marking(number, world.bilal, world.now)] * 2)

        assert [type(one).__name__ for one in results] == ["AnswerMark"] * 2
        assert len(queries.grading.marks(world.db, number)) == 1


class TestSnippets:
    def test_a_comment_is_kept_inserted_and_forgotten_with_everything_typed(
        self, world: World, trainer: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        kept = trainer.post(page_of(number), data={"do": "keep", "comment": "Comparer des parts.", "points-1": "5"})
        assert kept.status_code == 200
        (snippet,) = queries.grading.snippets(world.db, world.bilal)
        snippet_id = snippet.id
        inserted = trainer.post(
            page_of(number), data={"do": f"insert:{snippet_id}", "comment": "Bien.", "points-1": "5"}
        )
        assert "Bien.\nComparer des parts.</textarea>" in inserted.text
        assert re.search(r'value="5"', inserted.text)
        trainer.post(page_of(number), data={"do": f"forget:{snippet_id}"})
        assert queries.grading.snippets(world.db, world.bilal) == []

    def test_another_trainers_sentence_is_neither_inserted_nor_forgotten(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        services.grading.keep_snippet(world.db, "Une phrase de Bilal", owner_id=world.bilal, now=world.now)
        database.commit()
        (snippet,) = queries.grading.snippets(world.db, world.bilal)
        snippet_id = snippet.id

        assert "Une phrase de Bilal" not in other.post(page_of(number), data={"do": f"insert:{snippet_id}"}).text
        other.post(page_of(number), data={"do": f"forget:{snippet_id}"})
        assert len(queries.grading.snippets(world.db, world.bilal)) == 1

    @pytest.mark.parametrize("text", ["", "x" * 501])
    def test_nothing_and_too_much_are_not_kept(self, world: World, trainer: CheckingClient, text: str) -> None:
        answer = trainer.post(page_of(world.answer_of("chaima")), data={"do": "keep", "comment": text})

        assert answer.status_code == 422
        assert queries.grading.snippets(world.db, world.bilal) == []

    def test_a_sentence_is_kept_once_and_no_more_than_the_limit(self, world: World) -> None:
        for place in [0, *range(services.grading.MOST_SNIPPETS)]:
            assert services.grading.keep_snippet(world.db, f"Phrase {place}", owner_id=world.bilal, now=world.now)

        assert not services.grading.keep_snippet(world.db, "Une de trop", owner_id=world.bilal, now=world.now)
        assert len(queries.grading.snippets(world.db, world.bilal)) == services.grading.MOST_SNIPPETS


def test_nobody_marks_their_own_answer(world: World) -> None:
    person = world.db.get_one(Person, world.bilal)
    number = world.sent_by(make_enrolment(world.db, person, world.cohort), "Ma propre copie")
    assert queries.grading.answer_or_none(world.db, world.bilal, number) is None
    assert queries.grading.answer_or_none(world.db, world.salma, number) is not None
