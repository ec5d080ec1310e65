"""One contract for all question types: a new file of the registry is taken up by itself."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import BadAnswer, BadSettings, QuestionType

CASES = [
    pytest.param(kind, settings, id=f"{key}-{n}")
    for key, kind in TYPES.items()
    for n, settings in enumerate(kind.examples)
]


def order_of(kind: QuestionType, settings: Any, *, seed: int = 1, shuffle: bool = True) -> list[list[str]]:
    return kind.draw_order(settings, random.Random(seed), shuffle=shuffle)


def ids_of(order: list[list[str]], keys: list[str]) -> list[str]:
    return [option_id for option_id, key in order if key in keys]


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
def test_a_type_has_a_name_and_examples(kind: QuestionType) -> None:
    assert TYPES[kind.key] is kind
    assert kind.label
    assert kind.examples


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_the_right_answer_earns_all_and_none_earns_nothing(kind: QuestionType, settings: Any) -> None:
    kind.check(settings)
    order = order_of(kind, settings)
    right = kind.chosen_keys(kind.right_answer(settings))
    answer = kind.parse(settings, order, ids_of(order, right))
    assert kind.grade(settings, answer).fraction == 1
    assert kind.grade(settings, kind.parse(settings, order, [])).fraction == 0


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_what_was_chosen_is_shown_again(kind: QuestionType, settings: Any) -> None:
    order = order_of(kind, settings)
    for option_id, key in order:
        assert kind.chosen_keys(kind.parse(settings, order, [option_id])) == [key]


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_ids_are_opaque_and_new_in_each_attempt(kind: QuestionType, settings: Any) -> None:
    keys = set(kind.option_keys(settings))
    one, other = (dict(order_of(kind, settings, seed=seed)) for seed in (1, 2))
    assert set(one.values()) == set(other.values()) == keys
    assert not one.keys() & other.keys()
    assert not keys & one.keys()


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_controls_offer_every_option_once_in_the_drawn_order(kind: QuestionType, settings: Any) -> None:
    order = order_of(kind, settings)
    control = kind.controls(settings, order)
    assert [[choice.id, choice.key] for choice in control.choices] == order
    assert control.kind in ("radio", "checkbox")


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_every_option_has_words_and_feedback_in_both_languages(kind: QuestionType, settings: Any) -> None:
    for key in kind.option_keys(settings):
        assert all(kind.option_text(settings, key)[lang] for lang in ("ar", "fr"))
        assert set(kind.feedback(settings, key)) == {"ar", "fr"}


@pytest.mark.parametrize(("kind", "settings"), CASES)
@given(values=st.lists(st.text(max_size=12), max_size=6), chosen=st.sets(st.integers(0, 5)))
def test_any_form_is_graded_between_0_and_1_or_refused(
    kind: QuestionType, settings: Any, values: list[str], chosen: set[int]
) -> None:
    order = order_of(kind, settings)
    sent = values + [pair[0] for place, pair in enumerate(order) if place in chosen]
    try:
        answer = kind.parse(settings, order, sent)
    except BadAnswer:
        return
    assert 0 <= kind.grade(settings, answer).fraction <= 1


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_an_id_of_another_attempt_is_refused(kind: QuestionType, settings: Any) -> None:
    foreign = order_of(kind, settings, seed=2)[0][0]
    with pytest.raises(BadAnswer):
        kind.parse(settings, order_of(kind, settings), [foreign])


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
@pytest.mark.parametrize("settings", [{}, {"options": []}, {"right": []}, {"options": [{"key": "a"}], "right": ["b"]}])
def test_settings_that_make_no_question_are_refused(kind: QuestionType, settings: Any) -> None:
    with pytest.raises(BadSettings):
        kind.check(settings)


@pytest.mark.parametrize(
    ("ticked", "fraction"),
    [("a", "0.5"), ("ad", "1"), ("ab", "0"), ("adb", "0.5"), ("abcd", "0"), ("b", "0"), ("bc", "0")],
)
def test_in_multiple_choice_a_wrong_tick_takes_a_right_one_away(ticked: str, fraction: str) -> None:
    """Domain notes 9: marks never fall below zero, ticking everything earns nothing."""
    kind = TYPES["multiple_choice"]
    assert kind.grade(kind.examples[0], list(ticked)).fraction == Decimal(fraction)


@pytest.mark.parametrize("key", ["single_choice", "true_false"])
def test_where_one_is_chosen_two_are_refused(key: str) -> None:
    kind = TYPES[key]
    order = order_of(kind, kind.examples[0])
    with pytest.raises(BadAnswer):
        kind.parse(kind.examples[0], order, [order[0][0], order[1][0]])
