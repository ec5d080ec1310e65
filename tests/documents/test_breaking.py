"""Lines broken and fitted to their room: nothing wider, nothing lost, refused where no letters are small enough."""

from __future__ import annotations

import itertools
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lms.documents import DoesNotFit
from lms.documents.blocks import Line, Span
from lms.documents.fonts import FACES
from lms.documents.text import Style, break_words, fit, plain, shrunk, squeezed, width
from tests.documents.words import AMIRI, NARROW, NBSP, PLAIN, SIZES, as_drawn, one_bracket

WORDS = [word for text, _rtl in PLAIN for word in text.split(" ")] + ["(", ")", "«", "مُحَمَّدٌ", "AVAVAVA"]
MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")


@st.composite
def paragraphs(draw: st.DrawFn) -> Line:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
    looks = draw(st.lists(st.sampled_from(["", "", "is_strong", "is_emphasised"]), min_size=30, max_size=30))
    return tuple(
        Span(word if not place else f" {word}", **({look: True} if look else {}))
        for place, (word, look) in enumerate(zip(words, looks, strict=False))
    )


FACE_SIZES = st.builds(Style, st.sampled_from(sorted(FACES)), st.sampled_from(SIZES))


@settings(max_examples=300)
@given(paragraphs(), FACE_SIZES, st.floats(40, 500), st.booleans())
@example((Span("ma الورديغي (القبلي)"),), Style("amiri", 29), 194.7, False)
def test_lines_are_never_wider_than_their_room_and_lose_nothing(
    words: Line, style: Style, limit: float, rtl: bool
) -> None:
    lines = break_words(words, style, limit, rtl=rtl)
    for one in lines:
        assert width(one, style, rtl=rtl) <= limit + 0.01 or is_one_letter(plain(one))
    assert "".join(plain(one) for one in lines).replace(" ", "") == plain(words).replace(" ", "")
    letters = [(span.is_strong, char) for span in words for char in span.text if char != " "]
    assert [(span.is_strong, char) for one in lines for span in one for char in span.text if char != " "] == letters


def is_one_letter(text: str) -> bool:
    return len(MARKS.sub("", text)) == 1


@settings(max_examples=150)
@given(paragraphs(), FACE_SIZES, st.floats(300, 500), st.booleans())
def test_lines_break_at_spaces_alone_where_each_word_has_room(
    words: Line, style: Style, limit: float, rtl: bool
) -> None:
    lines = [plain(one) for one in break_words(words, style, limit, rtl=rtl)]
    if all(width(word, style, rtl=rtl) < limit * 0.8 for word in plain(words).split(" ")):
        assert " ".join(lines) == plain(words)


@settings(max_examples=150)
@given(paragraphs(), FACE_SIZES, st.floats(40, 500), st.booleans())
def test_a_line_takes_what_has_room(words: Line, style: Style, limit: float, rtl: bool) -> None:
    """The first word of a line would not have fitted on the line before; next to signs, nearly not."""
    lines = break_words(words, style, limit, rtl=rtl)
    for before, after in itertools.pairwise(lines):
        first = re.split(" ", plain(after))[0]
        longer = f"{plain(before)} {first}"
        slack = style.size * 0.3 * (len(re.findall(r"[^\w\s]", longer)) + 1)
        assert width(longer, Style(style.face, style.size), rtl=rtl) > limit * 0.85 - slack


@pytest.mark.parametrize("blank", [NBSP, NARROW])
@pytest.mark.parametrize("limit", [60, 75, 90, 140])
def test_signs_held_to_their_word_stay_with_it(blank: str, limit: float) -> None:
    text = " ".join([f"«{blank}mot{blank}»", f"60{blank}%", f"Pourquoi{blank}?", f"من{blank}هنا"] * 5)
    lines = [plain(one) for one in break_words(text, AMIRI, limit, rtl=False)]
    assert " ".join(lines) == text
    assert not any(one[0] == blank or one[-1] == blank for one in lines)


@pytest.mark.parametrize("word", ["مُحَمَّدٌوَعَلِيٌّ" * 6, "Ḥe\u0301\u0302llo\u0308" * 20, "anticonstitutionnellement" * 5])
def test_a_word_longer_than_the_line_is_cut_between_letters_with_their_marks(word: str) -> None:
    rtl = word.startswith("م")
    for limit in range(24, 120):
        lines = [plain(one) for one in break_words(f"a {word} b", AMIRI, limit / 2, rtl=rtl)]
        assert "".join(lines).replace(" ", "") == f"a{word}b"
        assert len(lines) > 3
        assert not any(unicodedata.combining(one[0]) for one in lines)
        assert all(width(one, AMIRI, rtl=rtl) <= limit / 2 for one in lines)


def test_a_mark_that_would_need_more_room_takes_its_letter_along() -> None:
    """In Amiri the dots of a diaeresis are a little wider than the letter without them."""
    letter = "i\u0308"
    limit = width(letter * 9 + "i", AMIRI, rtl=False) + 0.001
    lines = [plain(one) for one in break_words(letter * 30, AMIRI, limit, rtl=False)]
    assert width(letter * 10, AMIRI, rtl=False) > limit
    assert lines == [letter * 9] * 3 + [letter * 3]


def test_an_address_longer_than_the_line_stays_from_left_to_right() -> None:
    address = "https://formation.example.ma/v/ABCDEFGHJKMNPQRS?a=(1)"
    lines = break_words((Span("انظر "), Span(address, is_group=True), Span(" هنا")), AMIRI, 70, rtl=True)
    shown = [as_drawn(one, rtl=True) for one in lines]
    assert one_bracket(address) in "".join(shown).replace(" ", "").replace("رظنا", "").replace("انه", "")


def test_a_group_that_has_room_is_never_broken() -> None:
    group = "Office de la formation 2026"
    words = (Span("كلمة كلمة كلمة كلمة "), Span(group, is_group=True), Span(" كلمة كلمة"))
    for limit in range(int(width(group, AMIRI, rtl=False)) + 2, 260, 7):
        assert any(group in plain(one) for one in break_words(words, AMIRI, limit, rtl=True)), limit


LONG_NAME = "Mohamed-Abderrahim El Idrissi Alaoui Benabdellah"


def test_a_name_gets_smaller_then_takes_two_lines_then_is_refused() -> None:
    style = Style("amiri", 20)
    wide = width(LONG_NAME, style, rtl=False)
    assert fit(LONG_NAME, style, wide + 1, rtl=False, floor=12) == ([LONG_NAME], style)
    lines, smaller = fit(LONG_NAME, style, wide * 0.7 + 0.1, rtl=False, floor=12)
    assert (lines, smaller.size) == ([LONG_NAME], 14)
    lines, two = fit(LONG_NAME, style, wide * 0.55, rtl=False, floor=12, most_lines=2)
    assert len(lines) == 2
    assert two.size >= 12
    with pytest.raises(DoesNotFit, match="too long for its place"):
        fit(LONG_NAME, style, wide * 0.55, rtl=False, floor=12)
    with pytest.raises(DoesNotFit):
        fit(LONG_NAME, style, 20, rtl=False, floor=12, most_lines=9)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join),
    st.floats(20, 400),
    st.integers(1, 3),
    st.sampled_from([0.0, 1.6]),
    st.booleans(),
)
def test_squeezed_words_always_find_room(text: str, limit: float, most: int, tracking: float, rtl: bool) -> None:
    style = Style("amiri", 14, tracking=tracking)
    lines, small = squeezed(text, style, limit, rtl=rtl, floor=10, most_lines=most)
    assert len(lines) <= most
    assert all(width(one, small, rtl=rtl) <= limit + 0.01 for one in lines)
    assert " ".join(lines) == text
    single = shrunk(text, style, limit, rtl=rtl)
    assert width(text, single, rtl=rtl) <= limit + 0.01
