"""The builder's form without a page: what it posts is the content again, and nothing odd makes it stumble."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.core.bilingual import LANGUAGES
from lms.quizzes import builder, content, lint
from lms.quizzes.content import NO_WORDS, Content
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import example_row, words
from lms.quizzes.question_types.parts import Rows, Value, Words
from lms.quizzes.question_types.short_answer import USUAL, spelling
from lms.quizzes.views.builder import field_id

EXAMPLES = [(key, example) for key, kind in TYPES.items() for example in kind.examples]
IDS = [f"{key}-{number}" for key, kind in TYPES.items() for number, _example in enumerate(kind.examples)]
BY_EXAMPLE = pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=IDS)
BY_ROWS = pytest.mark.parametrize(
    ("kind", "part"),
    [pytest.param(key, part, id=f"{key}-{part.name}") for key, kind in TYPES.items() for part in kind.parts
     if isinstance(part, Rows)],
)  # fmt: skip
PAIRS = pytest.mark.parametrize("kinds", [(one, other) for one in TYPES for other in TYPES], ids="-".join)


def whole(kind: str, example: Any) -> Content:
    """A question with every text and value, as the page draws it; examples leave out what has a default."""
    made: dict[str, Any] = {}
    for part in TYPES[kind].parts:
        if isinstance(part, Rows):
            made[part.name] = [_whole_row(part, row) for row in example.get(part.name, [])]
        else:
            default = part.default if isinstance(part, Value) else dict(NO_WORDS)
            made[part.name] = example.get(part.name, default)
    if "right" in example:
        made["right"] = list(example["right"])
    return Content(
        kind,
        stem=words("سؤال؟\n\nسطر", "Question\u00a0?\n\n- ligne"),
        source=words("المصدر", "Source"),
        explanation=words("لأن", "Parce que"),
        settings=made,
        image_id=7,
        image_alt=words("صورة", "Image"),
        points=3,
        lesson="concepts/reading#gap",
    )


def _whole_row(part: Rows, row: Any) -> dict[str, Any]:
    made = {"key": row["key"]} | {one.name: row.get(one.name, dict(NO_WORDS)) for one in part.words}
    made |= {one.name: row.get(one.name, one.default) for one in part.values}
    return made | ({"in": row["in"]} if part.picks else {})


def posted(said: Content) -> builder.Form:
    """What the page of ``said`` sends: a field for each text, value, key and tick, by the names of ``field_id``."""
    form: builder.Form = MultiDict([("shown_type", said.type)])
    for place in content.texts_of(said):
        for lang in LANGUAGES:
            form.add(field_id(place.path, lang), place.texts.get(lang, "").replace("\n", "\r\n"))
    for part in TYPES[said.type].parts:
        if isinstance(part, Value):
            _add_value(form, ("settings", part.name), part, said.settings[part.name])
        elif isinstance(part, Rows):
            for number, row in enumerate(said.settings[part.name]):
                path = ("settings", part.name, number)
                form.add(field_id((*path, "key")), row["key"])
                for value in part.values:
                    _add_value(form, (*path, value.name), value, row[value.name])
                if part.picks:
                    form.add(field_id((*path, "in")), row["in"])
            if part.mark:
                for row in said.settings[part.name]:
                    if row["key"] in said.settings["right"]:
                        form.add(f"settings.{part.name}.right", row["key"])
    return form


def _add_value(form: builder.Form, path: tuple[Any, ...], part: Value, held: Any) -> None:
    if part.kind != "tick":
        form.add(field_id(path), str(held))
    elif held:
        form.add(field_id(path), "1")


def again(said: Content) -> Content:
    """What is read of the page of ``said``, as a save would."""
    return builder.read(posted(said), said)


def keys(said: Content, name: str) -> list[str]:
    return [row["key"] for row in said.settings[name]]


def single(*names: str, right: str = "") -> Content:
    return whole("single_choice", {"options": [example_row(key) for key in names], "right": list(right)})


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


# Rows


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


# Another type


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


# Anything that a browser, or somebody with a tool, could send

SCRAPS = st.sampled_from(
    ["", "a", "b", "A", "0", "1", "-1", "1e9", "1e999", "nan", "٣", "²", "%", "[1]", "[2] [1]", "[٣]", "[1] [1]",
     "[99]", "[*mot] [autre]", "[*]", "[]", "**", "** **", "true", "false", "typed", "chosen", "usual", "careful",
     "each", "all", "0.5", "?", "ليس ", "\u200b", "\u0640", "\ufeff", "a\nb", "a\n\nb\nc", "<b>", "{{ 1 }}", "%(x)s",
     "é", "e\u0301"]
)  # fmt: skip
VALUES = SCRAPS | st.text(max_size=20) | st.lists(SCRAPS, max_size=4).map(" ".join)


def _names() -> list[str]:
    """Every field name of every type, four rows a list, and some that no page has."""
    found = ["", "shown_type", "type", "do", "settings", "settings.", "settings.options", "stem", "image_alt.xx"]
    found += [f"{name}.{lang}" for name in ("stem", "source", "explanation", "image_alt") for lang in LANGUAGES]
    for kind in TYPES.values():
        for part in kind.parts:
            name = f"settings.{part.name}"
            if isinstance(part, Rows):
                columns = [one.name for one in part.values] + [
                    f"{one.name}.{lang}" for one in part.words for lang in LANGUAGES
                ]
                found += [f"{name}.{place}.{column}" for place in range(4) for column in ["key", "in", *columns]]
                found.append(f"{name}.right")
            else:
                found += [f"{name}.{lang}" for lang in LANGUAGES] if isinstance(part, Words) else [name]
    return sorted(set(found))


FORMS = st.builds(
    lambda kind, keys, fields: MultiDict([("shown_type", kind), *keys, *fields]),
    st.sampled_from(["", "nonsense", *TYPES]),
    # The rows have keys, or few forms would have rows.
    st.lists(SCRAPS, max_size=4).map(
        lambda found: [
            (f"settings.{part.name}.{place}.key", key)
            for kind in TYPES.values()
            for part in kind.parts
            if isinstance(part, Rows)
            for place, key in enumerate(found)
        ]
    ),
    st.lists(st.tuples(st.sampled_from(_names()) | st.text(max_size=12), VALUES), max_size=40),
)


@settings(max_examples=150, deadline=None)
@given(form=FORMS, before=st.sampled_from(sorted(TYPES)), act=st.sampled_from(["add", "remove", "up", "down"]))
def test_any_form_is_a_content_that_can_be_kept_checked_and_drawn_again(form: Any, before: str, act: str) -> None:
    said = content.agree(builder.read(form, replace(builder.empty(before), image_id=1)))
    assert Content.from_json(json.loads(json.dumps(said.as_json()))) == said
    assert all(str(one.title) and str(one.advice) for one in lint.findings(said))
    # A value cut in the middle may end with a space, once.
    assert again(again(said)) == again(said)
    builder.too_long(said)
    lint.lengths(said)
    lint.key_places([said.settings] * 5)
    content.digest(said, None)
    content.search_text(said)
    content.writing(said)
    for part in TYPES[said.type].parts:
        if isinstance(part, Rows):
            changed = builder.change_rows(said, f"{act}:{part.name}:1")
            assert changed is not None
            content.changes(said, content.agree(changed))
    for kind in TYPES:
        made = builder.retyped(said, kind)
        assert content.agree(made).type == kind
        lint.findings(made)
        content.changes(said, made)


#: Texts of which something is left to compare; for the others see the end of this file.
SPELT = VALUES.filter(lambda text: all(spelling(line, USUAL) for line in text.splitlines()))


@settings(max_examples=200, deadline=None)
@given(example=st.sampled_from(EXAMPLES), spoilt=st.lists(st.tuples(st.integers(0, 99), SPELT), max_size=3))
def test_what_has_no_fault_can_be_shown_marked_and_said(example: tuple[str, Any], spoilt: list[Any]) -> None:
    """The page of an example with some of its fields changed, so that many stay without fault."""
    page = posted(whole(*example))
    names = [name for name in page if name.startswith("settings.")]
    for place, value in spoilt:
        page[names[place % len(names)]] = value
    said = builder.read(page, replace(builder.empty(example[0]), image_id=1))
    kind = TYPES[said.type]
    if any(one.is_block for one in lint.findings(said)):
        return
    order = kind.draw_order(said.settings, random.Random(1), shuffle=True)
    right = kind.right_answer(said.settings)
    for lang in LANGUAGES:
        assert kind.control(said.settings, order, lang)
    filled = kind.filled(said.settings, order, right)
    assert kind.parse(said.settings, order, filled) == right
    assert kind.grade(said.settings, right).fraction in ((1,) if kind.marked_by == "computer" else (0, None))
    kind.said(said.settings, right)
    kind.model(said.settings)


@pytest.mark.parametrize(
    "said", [single(*"bc"), whole("single_choice", {"options": [{"key": "a"}, example_row("b"), example_row("c")]})]
)
def test_rows_that_come_with_another_type_do_not_take_a_key_that_is_there(said: Content) -> None:
    """The first option was removed or is empty: b and c stay, and the third step is called c again."""
    made = builder.retyped(said, "ordering")
    assert len(set(keys(made, "steps"))) == 3


def test_an_answer_that_belongs_to_nothing_is_not_one_that_belongs_to_a_pair() -> None:
    form = posted(whole("matching", TYPES["matching"].examples[0]))
    form["settings.extra.0.text.fr"] = form["settings.pairs.0.match.fr"]
    assert any(lint.faults(builder.read(form, builder.empty("matching"))))


def test_a_wrong_choice_of_a_gap_is_not_the_accepted_answer() -> None:
    form = posted(whole("cloze", TYPES["cloze"].examples[0]))
    form["settings.gaps.1.others.fr"] = f"{form['settings.gaps.1.text.fr']}\ncouleur"
    assert any(lint.faults(builder.read(form, builder.empty("cloze"))))


def test_rows_without_keys_become_another_type() -> None:
    rows = range(builder.MOST_ROWS)
    form: builder.Form = MultiDict([(f"settings.options.{place}.key", "-") for place in rows])
    form.update({f"settings.options.{place}.text.fr": str(place) for place in rows})
    made = builder.retyped(builder.read(form, single()), "ordering")
    assert len(set(keys(made, "steps"))) == len(made.settings["steps"])


def test_a_row_that_is_removed_is_not_right_any_more() -> None:
    changed = builder.change_rows(single(*"abc", right="b"), "remove:options:1")
    assert changed is not None
    assert changed.settings["right"] == []


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
