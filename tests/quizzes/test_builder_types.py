"""A question that becomes one of another type keeps what both have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from lms.quizzes import builder, content, lint
from lms.quizzes.content import Content
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import example_row
from lms.quizzes.question_types.parts import Rows
from tests.quizzes.posted import PAIRS, again, keys, single, whole


@PAIRS
def test_every_type_becomes_every_other_and_keeps_what_is_asked(kinds: tuple[str, str]) -> None:
    for example in TYPES[kinds[0]].examples:
        said = content.agree(whole(kinds[0], example))
        made = builder.retyped(said, kinds[1])
        assert made.type == kinds[1]
        assert replace(made, type=said.type, settings=said.settings) == said
        assert set(made.settings) == set(builder.empty(kinds[1]).settings)
        # Lines of accepted answers become one line where another type wants one.
        assert again(again(made)) == again(made)
        content.changes(said, made)
        content.agree(made)
        lint.findings(made)


@PAIRS
def test_what_one_line_holds_is_the_same_under_another_type(kinds: tuple[str, str]) -> None:
    if kinds[0] != "cloze":
        made = builder.retyped(whole(kinds[0], TYPES[kinds[0]].examples[0]), kinds[1])
        assert again(made) == made


@PAIRS
def test_an_empty_question_becomes_every_other_type_and_an_empty_one_of_it(kinds: tuple[str, str]) -> None:
    made = builder.retyped(builder.empty(kinds[0]), kinds[1])
    for part in TYPES[kinds[1]].parts:
        if isinstance(part, Rows):
            rows = made.settings[part.name]
            assert len({row["key"] for row in rows}) == len(rows)
            assert part.fewest <= len(rows) <= part.most
    assert again(made) == made


@pytest.mark.parametrize("kinds", [("single_choice", "multiple_choice"), ("multiple_choice", "single_choice")])
def test_single_and_multiple_choice_keep_options_comments_and_ticks(kinds: tuple[str, str]) -> None:
    said = whole(kinds[0], TYPES[kinds[0]].examples[0])
    made = builder.retyped(said, kinds[1])
    assert made.settings["options"] == said.settings["options"]
    assert made.settings["right"] == said.settings["right"]
    back = builder.retyped(made, kinds[0])
    assert {name: back.settings[name] for name in ("options", "right")} == {
        name: said.settings[name] for name in ("options", "right")
    }


def test_texts_of_the_first_rows_go_along_and_no_more_than_fit() -> None:
    made = builder.retyped(single(*"abcdefghij"), "ordering")
    assert [row["text"]["fr"] for row in made.settings["steps"]] == [f"Option {key}" for key in "abcdefgh"]


def test_the_languages_still_agree_under_another_type_of_the_same_rows() -> None:
    said = content.agree(single(*"abc", right="a"))
    assert content.agree(builder.retyped(said, "multiple_choice")).agreed == said.agreed


def test_what_two_types_call_by_the_same_name_stays() -> None:
    said = whole("cloze", {**TYPES["cloze"].examples[0], "rule": "careful"})
    assert builder.retyped(said, "hot_text").settings["passage"] == said.settings["passage"]
    assert builder.retyped(said, "short_answer").settings["rule"] == "careful"


def test_under_its_own_type_a_question_keeps_its_rows() -> None:
    said = single(*"abcd", right="c")
    assert builder.retyped(said, "single_choice") == said


@pytest.mark.parametrize(
    "said", [single(*"bc"), whole("single_choice", {"options": [{"key": "a"}, example_row("b"), example_row("c")]})]
)
def test_rows_that_come_with_another_type_do_not_take_a_key_that_is_there(said: Content) -> None:
    """The first option was removed or is empty: b and c stay, and the third step is called c again."""
    made = builder.retyped(said, "ordering")
    assert len(set(keys(made, "steps"))) == 3


def test_rows_without_keys_become_another_type() -> None:
    rows = range(builder.MOST_ROWS)
    form: builder.Form = MultiDict([(f"settings.options.{place}.key", "-") for place in rows])
    form.update({f"settings.options.{place}.text.fr": str(place) for place in rows})
    made = builder.retyped(builder.read(form, single()), "ordering")
    assert len(set(keys(made, "steps"))) == len(made.settings["steps"])
