"""Rows of the builder's form: those of an empty question, added, moved and removed."""

from __future__ import annotations

import pytest

from lms.quizzes import builder, content, lint
from lms.quizzes.content import Content
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import Rows
from tests.quizzes.posted import BY_ROWS, again, keys, single

# Empty


@pytest.mark.parametrize("kind", TYPES)
def test_an_empty_question_holds_every_part_and_what_it_lacks_can_be_told(kind: str) -> None:
    said = builder.empty(kind)
    parts = TYPES[kind].parts
    has_mark = any(isinstance(part, Rows) and part.mark for part in parts)
    assert set(said.settings) == {part.name for part in parts} | ({"right"} if has_mark else set())
    assert any(one.is_block for one in lint.findings(said))
    assert content.writing(said) == "missing"
    assert Content.from_json(said.as_json()) == said


@BY_ROWS
def test_an_empty_question_has_the_rows_it_needs_with_keys_of_their_own(kind: str, part: Rows) -> None:
    rows = builder.empty(kind).settings[part.name]
    assert part.fewest <= len(rows) <= part.most
    assert len({row["key"] for row in rows}) == len(rows)
    names = {"key", *(one.name for one in part.words), *(one.name for one in part.values)}
    assert all(set(row) == names | ({"in"} if part.picks else set()) for row in rows)


def test_two_empty_questions_do_not_share_their_rows() -> None:
    builder.empty("single_choice").settings["options"][0]["text"]["fr"] = "x"
    assert builder.empty("single_choice").settings["options"][0]["text"]["fr"] == ""


# Added, moved, removed


@BY_ROWS
def test_a_list_that_is_full_stays_as_it_is(kind: str, part: Rows) -> None:
    said: Content | None = builder.empty(kind)
    for _again in range(part.most + 5):
        assert said is not None
        said = builder.change_rows(said, f"add:{part.name}")
    assert said is not None
    assert len(set(keys(said, part.name))) == len(said.settings[part.name]) == part.most
    assert again(said) == said


@BY_ROWS
def test_every_row_can_go_and_a_first_one_come_again(kind: str, part: Rows) -> None:
    said: Content | None = builder.empty(kind)
    for _again in range(part.most + 1):
        assert said is not None
        said = builder.change_rows(said, f"remove:{part.name}:0")
    assert said is not None
    assert said.settings[part.name] == []
    assert lint.findings(said)
    said = builder.change_rows(said, f"add:{part.name}")
    assert said is not None
    assert keys(said, part.name) == ["a"]


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("up:options:0", "abcd"), ("down:options:3", "abcd"), ("up:options:1", "bacd"), ("down:options:2", "abdc"),
        ("up:options:٠", "abcd"), ("up:options:٣", "abcd"), ("remove:options:3", "abc"), ("remove:options:0", "bcd"),
        ("remove:options:4", "abcd"), ("remove:options:-1", "abcd"), ("remove:options:²", "abcd"),
        ("remove:options", "abcd"), ("remove:options:", "abcd"), ("remove:options:0:1", "abcd"),
        ("up:options:" + "9" * 5000, "abcd"), ("down:options:99", "abcd"), ("down:options: 1", "abcd"),
        ("down:options:1e0", "abcd"), ("remove:options:00", "bcd"), ("add:options:nonsense", "abcde"),
    ],
)  # fmt: skip
def test_rows_move_and_go_and_nonsense_changes_nothing(act: str, order: str) -> None:
    said = single(*"abcd", right="c")
    changed = builder.change_rows(said, act)
    assert changed is not None
    assert keys(changed, "options") == list(order)
    assert keys(said, "options") == list("abcd"), "the content before is not touched"


@pytest.mark.parametrize(
    "act",
    ["", "save", "publish", "preview", "add", "add:", ":", "::", "add:right", "add:stem", "add:steps", "swap:options:1",
     "ADD:options", "add: options", "confirm:ar", "up:settings.options:1", "redraw", "\0", "remove:scoring:0"],
)  # fmt: skip
def test_what_is_no_act_on_rows_is_none(act: str) -> None:
    assert builder.change_rows(single(*"abc"), act) is None


def test_types_without_rows_have_no_acts() -> None:
    assert builder.change_rows(builder.empty("true_false"), "add:options") is None
    assert builder.rows_of("true_false", "options") is None


def test_the_tick_moves_with_its_row() -> None:
    changed = builder.change_rows(single(*"abc", right="b"), "up:options:1")
    assert changed is not None
    assert again(changed).settings["right"] == ["b"]
    assert keys(again(changed), "options") == list("bac")


def test_a_row_that_is_removed_is_not_right_any_more() -> None:
    changed = builder.change_rows(single(*"abc", right="b"), "remove:options:1")
    assert changed is not None
    assert changed.settings["right"] == []
