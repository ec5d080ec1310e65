"""Exercises read from their lines: what is right becomes HTML that needs no script, what is wrong is named by line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.curriculum import drawing, exercises
from lms.curriculum.files import RawBlock
from lms.curriculum.render import Renderer

RECAP = """? Question one
- wrong
  > because
+ right
  > yes
? Question two
+ right
  > yes
- wrong
  > no"""
SORT = """**Title.** Instruction
= First
= Second
- [1] one
  > note 1
- [2] two
  > note 2
- [2] three that goes
  on here
  > note 3
  and on"""
ORDER = """**Title.** Instruction
1. one
2. two
3. three
> the comment"""
CALCULATE = """A table stands here.
- a list too
- [9,7] The gap
  > 20,5 − 10,8"""
DIALOGUE = """Somebody comes in.
# start
« Good morning. »

A second paragraph.
- [good] Listen
- [bad] Go on
# good
She tells.
- [end] Thank her
# bad
She is silent.
# end
The end."""
SHEET = """**My sheet.** Instruction
- [first] Label
  > example
- [second] Other label"""
GOOD = {"recap": RECAP, "sort": SORT, "order": ORDER, "calculate": CALCULATE, "dialogue": DIALOGUE}


def faults(kind: str, text: str, argument: str = "sheet") -> list[tuple[int, str]]:
    return exercises.faults(exercises.parse(kind, argument, text, 10))


def html(kind: str, lang: str = "fr") -> str:
    return Renderer(lang, "concepts", {}).block(RawBlock(kind, "", GOOD[kind], 10, ()))


@pytest.mark.parametrize("kind", [*GOOD, "check"])
def test_a_good_exercise_has_no_fault(kind: str) -> None:
    assert faults(kind, GOOD.get(kind, RECAP)) == []


def test_lines_become_entries_with_their_comments() -> None:
    found = exercises.parse("sort", "", SORT, 10)
    assert found.intro == "**Title.** Instruction"
    assert [category.text for category in found.categories] == ["First", "Second"]
    assert (found.entries[2].text, found.entries[2].note) == ("three that goes on here", "note 3 and on")
    assert [entry.line for entry in found.entries] == [14, 16, 18]


def test_a_list_before_the_first_result_is_part_of_the_instruction() -> None:
    found = exercises.parse("calculate", "", CALCULATE, 10)
    assert "- a list too" in found.intro
    assert [(entry.key, entry.note) for entry in found.entries] == [("9,7", "20,5 − 10,8")]


def test_a_scene_keeps_its_paragraphs_and_replies() -> None:
    start = exercises.parse("dialogue", "", DIALOGUE, 10).scene("start")
    assert start is not None
    assert start.text == "« Good morning. »\n\nA second paragraph."
    assert [(reply.key, reply.text) for reply in start.entries] == [("good", "Listen"), ("bad", "Go on")]


BROKEN = [
    ("recap", RECAP.replace("- wrong\n  > no", "+ wrong\n  > no"), 16, "exactly one of them"),
    ("recap", RECAP.replace("  > yes\n?", "?"), 14, "comment is missing"),
    ("recap", RECAP.split("? Question two")[0], 10, "two questions"),
    ("recap", "Only words", 10, "starts with ?"),
    ("check", "? Question\n+ right\n  > yes", 11, "two options or more"),
    ("sort", SORT.replace("[2] two", "[3] two"), 16, "that of a category"),
    ("sort", SORT.replace("= Second\n", ""), 10, "two to five categories"),
    ("sort", SORT.replace("  > note 1\n", ""), 14, "comment is missing"),
    ("order", ORDER.replace("3. three\n", ""), 10, "three items"),
    ("order", ORDER.replace("> the comment", ""), 10, "comment on the right order"),
    ("calculate", CALCULATE.replace("[9,7]", "[9.7]"), 13, "decimal comma"),
    ("calculate", "Nothing", 10, "[9,7] question"),
    ("dialogue", DIALOGUE.replace("# start", "# begin"), 10, "# start"),
    ("dialogue", DIALOGUE.replace("[end] Thank", "[start] Thank"), 20, "leads back"),
    ("dialogue", DIALOGUE.replace("[bad] Go on", "[nowhere] Go on"), 17, "no scene"),
    ("dialogue", DIALOGUE.replace("- [bad] Go on\n", ""), 20, "no reply leads"),
    ("dialogue", f"{DIALOGUE}\n# end\nAgain.", 23, "stands twice"),
    ("sheet", SHEET.replace("[second]", "[first]"), 12, "stands once"),
    ("sheet", SHEET.replace("[first]", "[Première]"), 12, "small Latin letters"),
    ("sheet", SHEET.replace("**My sheet.** ", ""), 10, "title in bold"),
    ("sheet", "**My sheet.** Instruction", 10, "- [key] label"),
]


@pytest.mark.parametrize(("kind", "text", "line", "said"), BROKEN, ids=[f"{one[0]}-{one[3]}" for one in BROKEN])
def test_each_fault_is_named_by_its_line(kind: str, text: str, line: int, said: str) -> None:
    assert any(where == line and said in fault for where, fault in faults(kind, text)), faults(kind, text)


@pytest.mark.parametrize("kind", ["sheet", "recall"])
def test_a_sheet_without_a_name_is_named(kind: str) -> None:
    assert faults(kind, SHEET, argument="")[0][0] == 10


@given(st.sampled_from(exercises.KINDS), st.text(alphabet="?+->=#[]1. ab\n\u0627«»:", max_size=120))
def test_no_lines_break_the_reader(kind: str, text: str) -> None:
    faults(kind, text)


@given(st.integers(0, 10**7), st.integers(1, 99), st.booleans())
def test_a_result_is_taken_in_every_way_of_writing_it(whole: int, decimals: int, is_negative: bool) -> None:
    sign, typed = ("-" if is_negative else ""), f"{decimals:02}"
    found = re.compile(drawing.pattern(f"{sign}{whole},{typed}"))
    for text in (f"{whole},{typed}", f"{whole}.{typed}0 %", f" {whole:,}".replace(",", "\u202f") + f",{typed}"):
        assert found.fullmatch(text.strip() if not is_negative else f"\u2212{text.strip()}")
    assert not found.fullmatch(f"{sign}{whole + 1},{typed}")
    assert not found.fullmatch(f"{'' if is_negative else '-'}{whole},{typed}")


@pytest.mark.parametrize("count", range(3, 12))
def test_the_order_shown_is_never_the_right_one(count: int) -> None:
    places = list(range(1, count + 1))
    mixed = drawing.shuffled(places)
    assert mixed != places
    assert sorted(mixed) == places


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_an_exercise_is_drawn_without_script_or_id(app: Flask, db: Any, kind: str, lang: str) -> None:
    with app.test_request_context():
        drawn = html(kind, lang)
    assert "<script" not in drawn
    assert " id=" not in drawn
    # Nothing of it is sent with a form of the page, but for radio buttons, which need a name to exclude one another.
    assert (" name=" in drawn) == (kind in ("recap", "sort", "order"))


def test_exactly_the_right_choices_are_marked(app: Flask, db: Any) -> None:
    with app.test_request_context():
        recap, sort, order = html("recap"), html("sort"), html("order")
    right = re.compile(r"data-yes><span>([^<]+)</span><span class=\"note yes\">")
    assert right.findall(recap) == ["right", "right"]
    assert right.findall(sort) == ["First", "Second", "Second"]
    assert recap.count("note no") == 2
    assert sort.count("note no") == 3
    for text, place in (("one", 1), ("two", 2), ("three", 3)):
        assert right.findall(order[order.index(f"<legend>{text}</legend>") :])[0] == str(place)


def test_a_dialogue_unfolds_scene_by_scene(app: Flask, db: Any) -> None:
    with app.test_request_context():
        drawn = html("dialogue")
    assert drawn.count("<details") == 3
    assert drawn.index("She tells.") < drawn.index("Thank her") < drawn.index("The end.") < drawn.index("Go on")
