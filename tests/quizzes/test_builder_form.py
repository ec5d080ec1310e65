"""The builder's form without a page: what it posts is the content again, and what is wrong is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from lms.core.bilingual import LANGUAGES
from lms.quizzes import builder, content, lint
from lms.quizzes.content import NO_WORDS, Content
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import example_row, words
from lms.quizzes.question_types.parts import Rows
from tests.quizzes.posted import BY_EXAMPLE, again, keys, posted, single, whole

# Read


@BY_EXAMPLE
def test_what_a_page_posts_is_its_content_again(kind: str, example: Any) -> None:
    said = whole(kind, example)
    assert again(said) == said
    assert builder.too_long(said) == []


@pytest.mark.parametrize("kind", TYPES)
def test_the_page_of_an_empty_question_posts_an_empty_question(kind: str) -> None:
    assert again(builder.empty(kind)) == builder.empty(kind)


@BY_EXAMPLE
def test_rows_added_moved_and_removed_come_back_as_they_stood(kind: str, example: Any) -> None:
    said = whole(kind, example)
    for part in TYPES[kind].parts:
        if isinstance(part, Rows):
            for act in ("add", "down:0", "up:1", "add", "remove:0", "down:0"):
                verb, _colon, place = act.partition(":")
                changed = builder.change_rows(said, f"{verb}:{part.name}:{place}")
                assert changed is not None
                said = again(changed)
                assert said.settings[part.name] == changed.settings[part.name]
                assert set(said.settings) == set(changed.settings)


def test_what_no_field_carries_stays_as_it_was() -> None:
    before = replace(content.agree(single(*"abc", right="a")), case_id=4, objective_key="k")
    said = builder.read(MultiDict(), before)
    kept = ("agreed", "case_id", "objective_key", "image_id", "points", "lesson", "level", "shuffle", "type")
    assert [getattr(said, name) for name in kept] == [getattr(before, name) for name in kept]
    assert said.settings == {"options": [], "right": []}
    assert said.stem == NO_WORDS


@pytest.mark.parametrize("shown", ["", "no_such_type", "__class__", "single_choice "])
def test_a_page_of_a_type_that_is_not_there_is_read_as_the_type_it_was(shown: str) -> None:
    said = single(*"abc", right="b")
    form = posted(said)
    form["shown_type"] = shown
    assert builder.read(form, said) == said


def test_a_page_is_read_as_the_type_it_was_drawn_for() -> None:
    said = whole("true_false", TYPES["true_false"].examples[0])
    assert builder.read(posted(said), builder.empty("single_choice")).settings == said.settings


def test_lines_and_texts_are_cleaned() -> None:
    form = posted(single(*"abc"))
    form["stem.fr"], form["settings.options.0.text.fr"] = "a\u202eb\r\n\r\n\r\n\r\nc  ", "  a \n\u200f b\tc "
    said = builder.read(form, single(*"abc"))
    assert said.stem["fr"] == "ab\n\nc"
    assert said.settings["options"][0]["text"]["fr"] == "a b c"


def test_rows_end_where_a_key_is_missing_and_there_are_never_too_many_to_read() -> None:
    form = posted(single(*"abc"))
    del form["settings.options.1.key"]
    assert keys(builder.read(form, single()), "options") == ["a"]
    form = MultiDict([(f"settings.options.{place}.key", f"k{place}") for place in range(500)])
    assert len(builder.read(form, single()).settings["options"]) == builder.MOST_ROWS


@pytest.mark.parametrize("right", ["", "z", "a b", "settings", "1"])
def test_a_tick_at_no_row_is_no_tick(right: str) -> None:
    form = posted(single(*"abc"))
    form.add("settings.options.right", right)
    assert builder.read(form, single()).settings["right"] == []


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("150", 150), ("١٥٠", 150), (" 7 ", 7), ("007", 7), ("0", 0), ("999999", 999999), ("1000000", "1000000"),
        ("-1", "-1"), ("1,5", "1,5"), ("²", "²"), ("", ""), ("dix", "dix"), ("9" * 5000, "9" * 40),
    ],
)  # fmt: skip
def test_a_count_is_a_number_or_stays_as_typed_for_its_author_to_correct(typed: str, held: Any) -> None:
    said = whole("open_answer", TYPES["open_answer"].examples[0])
    form = posted(said)
    form["settings.most_words"] = typed
    read = builder.read(form, said)
    assert read.settings["most_words"] == held
    assert again(read) == read
    assert any(lint.faults(read)) == (held not in (150, 7))


def test_a_choice_that_is_not_in_the_list_is_kept_and_told() -> None:
    said = whole("multiple_choice", TYPES["multiple_choice"].examples[0])
    form = posted(said)
    form["settings.scoring"] = "x" * 99
    read = builder.read(form, said)
    assert read.settings["scoring"] == "x" * 40
    assert [one.path for one in lint.faults(read)] == [("settings", "scoring")]


def test_a_key_is_small_letters_and_digits_and_short() -> None:
    form: builder.Form = MultiDict([("settings.options.0.key", "<A>-b" + "c" * 20), ("settings.options.1.key", "أ")])
    assert keys(builder.read(form, single()), "options") == ["ab" + "c" * 8, ""]


# Too long


@pytest.mark.parametrize(("kind", "part"), [("single_choice", "text"), ("single_choice", "feedback")])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_that_cannot_be_stored_is_told_at_its_field(kind: str, part: str, lang: str) -> None:
    most = builder.LONGEST_TEXT if part == "feedback" else builder.LONGEST_LINE
    rows = [example_row("a"), example_row("b", **{part: {**NO_WORDS, lang: "ن" * (most + 1)}})]
    found = builder.too_long(Content(kind, settings={"options": rows, "right": []}))
    assert [(path, where) for path, where, _text in found] == [(("settings", "options", 1, part), lang)]
    assert str(most + 1) in str(found[0][2])
    rows[1][part] = {**NO_WORDS, lang: "ن" * most}
    assert builder.too_long(Content(kind, settings={"options": rows, "right": []})) == []


def test_long_stems_explanations_and_sources_are_told_too() -> None:
    long, line = "x" * (builder.LONGEST_TEXT + 1), "x" * (builder.LONGEST_LINE + 1)
    said = Content("hot_text", stem=words(long, line), source=words(line, ""), explanation=words("", long),
                   image_id=1, image_alt=words("", line), settings={"passage": words(long, line)})  # fmt: skip
    assert {(path[-1], lang) for path, lang, _text in builder.too_long(said)} == {
        ("stem", "ar"), ("source", "ar"), ("explanation", "fr"), ("image_alt", "fr"), ("passage", "ar"),
    }  # fmt: skip


def test_an_answer_that_belongs_to_nothing_is_not_one_that_belongs_to_a_pair() -> None:
    form = posted(whole("matching", TYPES["matching"].examples[0]))
    form["settings.extra.0.text.fr"] = form["settings.pairs.0.match.fr"]
    assert any(lint.faults(builder.read(form, builder.empty("matching"))))


def test_a_wrong_choice_of_a_gap_is_not_the_accepted_answer() -> None:
    form = posted(whole("cloze", TYPES["cloze"].examples[0]))
    form["settings.gaps.1.others.fr"] = f"{form['settings.gaps.1.text.fr']}\ncouleur"
    assert any(lint.faults(builder.read(form, builder.empty("cloze"))))


@pytest.mark.parametrize("key", ["A", "opt-1", "longer-than-ten"])
def test_a_tick_and_a_category_are_read_as_their_row_is(key: str) -> None:
    """Keys of the curriculum's files are not held to small letters."""
    said = single("x", key, right="")
    said = replace(said, settings={**said.settings, "right": [key]})
    assert again(said).settings["right"] == [keys(again(said), "options")[1]]


def test_the_space_that_does_not_break_stays_in_an_option() -> None:
    rows = [example_row("a", text=words("نعم", "Non\u00a0: elle ne dit rien"))]
    said = whole("single_choice", {"options": rows, "right": []})
    assert again(said) == said


@pytest.mark.parametrize("text", ["\u200b", "\u0640", "-", "’"])
@pytest.mark.parametrize(("kind", "name"), [("short_answer", "answers"), ("cloze", "gaps")])
def test_an_accepted_answer_of_which_nothing_is_compared_is_a_fault(kind: str, name: str, text: str) -> None:
    form = posted(whole(kind, TYPES[kind].examples[0]))
    form[f"settings.{name}.0.text.ar"] = form[f"settings.{name}.0.text.fr"] = text
    assert any(lint.faults(builder.read(form, builder.empty(kind))))
