"""Words on a page: found again by readers, joined and ordered as they should be."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable

import pikepdf
import pytest
from bidi import get_display
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.text import isolate
from lms.documents import draw_cards, draw_certificate, draw_paper
from lms.documents.blocks import Line, Paragraph, Span, Words
from lms.documents.fonts import FACES, STRONG, drawable, face
from lms.documents.pen import CENTER, END, START, Sheet
from lms.documents.text import RAISED_SIZE, Style, break_lines, line, shape, width
from tests.documents import test_cards, test_certificate
from tests.documents.words import (
    AMIRI,
    ARABIC,
    FRENCH,
    LIGATURES,
    LINES,
    MIXED,
    NBSP,
    PLAIN,
    READERS,
    SHAPES,
    SIZES,
    SPLIT_ELSEWHERE,
    TURNED,
    Ink,
    as_drawn,
    inks,
    lines_of,
    misses,
    one_bracket,
    paper_of,
    papers,
    sheet_of,
    sheets,
    texts_of,
    with_pdfium,
)

Reader = Callable[[bytes], str]


def painted(lines: list[tuple[Words, bool]], style: Style = AMIRI) -> list[Ink]:
    with pikepdf.open(io.BytesIO(sheet_of(lines, style))) as document:
        return inks(document.pages[0])


# Words


def test_the_list_is_long_and_holds_the_words_that_other_engines_split() -> None:
    assert len({text for text, _rtl in PLAIN} | set(MIXED)) >= 100
    assert set(SPLIT_ELSEWHERE) <= set(ARABIC)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("face_name", FACES)
def test_readers_find_every_word_of_a_sheet(face_name: str, size: float, read: Reader) -> None:
    straight, turned = (read(sheet) for sheet in sheets(face_name, size))
    assert misses(straight, [text for text, _rtl in LINES]) == []
    assert misses(turned, [text for text, _rtl in TURNED], whole=False) == []
    assert SHAPES.findall(straight + turned) == []


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("kind", ["paragraph", "item", "cell", "note", "heading", "strong"])
def test_readers_find_every_word_of_a_paper(kind: str, lang: str, read: Reader) -> None:
    text = read(papers(kind, lang))
    assert misses(text, [text for text, rtl in PLAIN if rtl == (lang == "ar")]) == []
    assert misses(text, [text for text, _rtl in LINES], whole=False) == []
    assert SHAPES.findall(text) == []


# The ten rules of an engine that readers understand (PDF notes, 4)

#: Neutral signs that stand for groups while the reference orders a line; no line holds them.
GROUPS = "\u2600\u2601\u2602\u2603\u2604\u2605\u2606\u2607\u2608\u2609\u260a\u260b"


def in_reference_order(words: Words, *, rtl: bool) -> str:
    """A line from left to right as the algorithm's other implementation has it, groups whole."""
    spans = line(words)
    groups = dict(zip(GROUPS, [span.text for span in spans if span.is_group], strict=False))
    names = iter(groups)
    whole = "".join(next(names) if span.is_group else span.text for span in spans)
    shown = get_display(whole, base_dir="R" if rtl else "L")
    return one_bracket("".join(groups.get(char, char) for char in shown))


def glyph_names(words: Words, face_name: str = "amiri", *, rtl: bool = True) -> list[str]:
    """From left to right."""
    runs = shape(words, face_name, rtl=rtl)
    return [part.glyph for run in runs for glyph in run.glyphs for part in glyph.parts]


@pytest.mark.parametrize(
    ("text", "rtl"),
    [
        ("التكوين (OFPPT) مستمر", True),
        ("formation (التكوين) 2026", False),
        ("a (ب)", True),
        ("المادة (3) من", True),
        ("OFPPT [أ] 2026 (ب) ODD", True),
        ("نسبة {12,5} % من a", True),
    ],
)
def test_rule_1_brackets_stand_where_the_algorithm_puts_them(text: str, rtl: bool) -> None:
    assert as_drawn(text, rtl=rtl) == in_reference_order(text, rtl=rtl)


def test_rule_2_letters_join_from_right_to_left() -> None:
    final, medial, initial, isolated = "uniFE90", "uniFE92", "uniFE91", "uni0628"
    assert glyph_names("ببب", "plex") == [final, medial, initial]
    assert glyph_names("ب", "plex") == [isolated]


@pytest.mark.parametrize("pair", ["()", "[]", "{}", "«»"])
@pytest.mark.parametrize("face_name", FACES)
def test_rule_2_brackets_turn_in_arabic(face_name: str, pair: str) -> None:
    """What opens at the right is drawn with the glyph that closes in French, so that a pair looks the same."""
    cmap = face(face_name).cmap
    assert glyph_names(f"ب{pair}ب", face_name)[1:-1] == [cmap[ord(sign)] for sign in pair]


@pytest.mark.parametrize("face_name", FACES)
@pytest.mark.parametrize("word", SPLIT_ELSEWHERE)
def test_rule_3_arabic_letters_keep_their_own_widths(word: str, face_name: str) -> None:
    """Kerns after ra and waw would split words for readers."""
    (run,) = shape(word, face_name, rtl=True)
    assert sum(glyph.advance for glyph in run.glyphs) == sum(
        face(face_name).widths[part.glyph] for glyph in run.glyphs for part in glyph.parts
    )


def test_rule_4_one_glyph_stands_for_different_texts() -> None:
    """Two signs that Amiri draws as one: each is given back as it was typed."""
    text = "1\u20442\u22153"
    assert glyph_names("\u2215") == glyph_names("\u2044")
    assert lines_of(painted([(text, False)])) == [text]
    with pikepdf.open(io.BytesIO(sheet_of([(text, False)], AMIRI))) as document:
        (font,) = document.pages[0].Resources.Font.values()
        assert sorted(texts_of(font).values()) == sorted(set(text))


@pytest.mark.parametrize("face_name", FACES)
@pytest.mark.parametrize("text", [*LIGATURES, *(text for text in FRENCH if "f" in text)])
def test_rule_5_a_ligature_carries_its_last_letter_and_blanks_the_others(text: str, face_name: str) -> None:
    glyphs = [glyph for run in shape(text, face_name, rtl=text in LIGATURES) for glyph in run.glyphs]
    assert {len(glyph.text) for glyph in glyphs} == {1}
    written = "".join(glyph.text for glyph in glyphs)
    assert written == (text[::-1] if text in LIGATURES else text)
    assert all(not glyph.advance for glyph in glyphs if not glyph.parts)


def test_rule_5_plex_draws_lam_alef_as_one_glyph() -> None:
    (run,) = shape("لا", "plex", rtl=True)
    assert [(len(glyph.parts), glyph.text) for glyph in run.glyphs] == [(1, "ا"), (0, "ل")]


@pytest.mark.parametrize("word", ["الكفاءات", "لكبير"])
def test_rule_6_a_letter_of_several_glyphs_is_one_in_the_file(word: str) -> None:
    (run,) = shape(word, "amiri", rtl=True)
    assert len(run.glyphs) == len(word)
    assert [glyph.text for glyph in run.glyphs if len(glyph.parts) > 1] == ["ل"]
    with pikepdf.open(io.BytesIO(sheet_of([(word, True)], AMIRI))) as document:
        (font,) = document.pages[0].Resources.Font.values()
        descendant = font.DescendantFonts[0]
        numbers = descendant.CIDToGIDMap.read_bytes()
        program = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
        (cid,) = (cid for cid, text in texts_of(font).items() if text == "ل" and is_composite(program, numbers, cid))
        assert float(descendant.W[1][cid - 1]) > 0


def is_composite(program: TTFont, numbers: bytes, cid: int) -> bool:
    glyph = program["glyf"][program.getGlyphName(int.from_bytes(numbers[2 * cid : 2 * cid + 2], "big"))]
    return bool(glyph.isComposite() and len(glyph.components) > 1)


MOVED: list[tuple[Words, bool]] = [
    *LINES,
    ("مُحَمَّدٌ وَعَلِيٌّ", True),
    ((Span("كلمة"), Span("12", is_raised=True), Span("، ثم")), True),
    ((Span("mot"), Span("3", is_raised=True), Span(" AVATAR"), Span("gras", is_strong=True)), False),
]


@pytest.mark.parametrize("style", [AMIRI, Style("plex", 9.5), Style("amiri", 17, tracking=1.6)], ids=str)
def test_rule_7_every_glyph_stands_where_it_was_shaped(style: Style) -> None:
    """From left to right on one line, and none is moved by the widths that the file says of those before it."""
    found = iter(painted(MOVED, style))
    for place, (words, rtl) in enumerate(reversed(MOVED)):
        x = 1580 - width(words, style, rtl=rtl) if rtl else 20.0
        y = 20 + style.size * 2.2 * place
        for run in shape(words, style.face, rtl=rtl):
            size = style.size * (RAISED_SIZE if run.is_raised else 1)
            scale = size / face(run.face).units_per_em
            for glyph in run.glyphs:
                ink = next(found)
                assert ink.text == glyph.text
                assert ink.x == pytest.approx(x + glyph.x * scale, abs=0.05)
                assert ink.y > y + 2 if run.is_raised else ink.y == pytest.approx(y + glyph.y * scale, abs=0.01)
                x += glyph.advance * scale + style.tracking
    assert next(found, None) is None


def test_rule_7_a_line_is_one_text_object_from_left_to_right() -> None:
    text = "نظم مكتب (OFPPT) دورة 2026"
    with pikepdf.open(io.BytesIO(sheet_of([(text, True)], AMIRI))) as document:
        operators = [str(operator) for _operands, operator in pikepdf.parse_content_stream(document.pages[0])]
    found = painted([(text, True)])
    assert operators.count("BT") == operators.count("ET") == operators.count("Tm") == 1
    assert [ink.x for ink in found] == sorted(ink.x for ink in found)


def test_rule_7_numbers_of_a_line_never_run_together() -> None:
    """« 190 » beside « 13 » would be 19013, and throw what follows away."""
    with pikepdf.open(io.BytesIO(sheet_of(MOVED, AMIRI))) as document:
        content = document.pages[0].Contents.read_bytes()
    for array in re.findall(rb"\[(.*?)\] TJ", content):
        assert re.fullmatch(rb"(?:(?:-?\d+\.\d\d|<[0-9A-F]{4}>)(?: |$))+", array), array


def test_rule_8_marks_on_the_page_carry_no_other_text() -> None:
    for pdf in (
        draw_certificate(test_certificate.FACTS),
        draw_cards(test_cards.sheet(test_cards.card())),
        papers("paragraph", "ar"),
    ):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for page in document.pages:
                for operands, operator in pikepdf.parse_content_stream(page):
                    if str(operator) == "BDC":
                        assert list(operands[1].keys()) == ["/MCID"]


@pytest.mark.parametrize("read", READERS)
def test_rule_9_what_machines_check_is_a_line_of_its_own(read: Reader) -> None:
    facts = test_certificate.FACTS
    pdf = draw_certificate(facts)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        alone = lines_by_object(document.pages[0])
    for text in (facts.serial, facts.url.partition("://")[2], facts.holder.fr):
        assert text in alone
        assert text in read(pdf)


def lines_by_object(page: pikepdf.Page) -> list[str]:
    """The text of each text object of a page."""
    fonts = {name: texts_of(font) for name, font in page.Resources.Font.items()}
    found, font = [], ""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BT":
            found.append("")
        elif str(operator) == "Tf":
            font = str(operands[0])
        elif str(operator) == "TJ":
            strings = [bytes(one) for one in operands[0] if isinstance(one, pikepdf.String)]
            found[-1] += "".join(fonts[font][int.from_bytes(one, "big")] for one in strings)
    return found


@pytest.mark.parametrize("group", ["GSI-2026-000123-C", "https://formation.example.ma/v/AB?x=1&y=(2)", "M. El Idrissi"])
def test_rule_9_a_group_in_an_arabic_line_is_found_whole(group: str) -> None:
    words = (Span("الرقم "), Span(group, is_group=True), Span(" صالح"))
    assert group in with_pdfium(sheet_of([(words, True)], AMIRI))


@pytest.mark.parametrize("group", ["GSI-2026-C", "+212 5 22 (00)", "50 % – 60 %", "a.ma/?q=", "(A) [2]", "2026/11/23"])
def test_rule_9_a_group_in_an_arabic_line_is_one_stretch_from_left_to_right(group: str) -> None:
    words = (Span("الرقم "), Span(group, is_group=True), Span(" صالح"))
    assert lines_of(painted([(words, True)])) == [f"حلاص {group} مقرلا"]


@pytest.mark.parametrize("group", ["09:00–12:30", "GSI-2026-C", "+212"])
def test_rule_9_what_stands_in_an_isolate_is_a_group(group: str) -> None:
    words = f"الرقم {isolate(group)} صالح"
    assert lines_of(painted([(words, True)])) == [f"حلاص {group} مقرلا"]
    assert lines_of(painted([(drawable(words), True)])) == [f"حلاص {group} مقرلا"]
    lines = break_lines(words, AMIRI, width(f"الرقم {group}", AMIRI, rtl=True) + 2, rtl=True)
    assert len(lines) > 1
    assert group in " ".join(lines_of(painted([(one, True) for one in lines])))


def test_rule_9_an_isolate_of_words_is_ordered_with_the_line() -> None:
    for inside in ("كلمة", "deux mots", ""):
        whole, bare = f"الرقم {isolate(inside)} صالح", f"الرقم {inside} صالح"
        assert lines_of(painted([(whole, True)])) == lines_of(painted([(bare, True)]))


@pytest.mark.parametrize(("rtl", "align"), [(True, START), (True, END), (False, START), (False, END), (True, CENTER)])
def test_rule_10_lines_start_where_reading_starts(rtl: bool, align: str) -> None:
    out = io.BytesIO()
    sheet = Sheet(out, (400, 50))
    text = "التكوين المستمر" if rtl else "formation continue"
    wide = sheet.pen.line(200, 20, text, AMIRI, rtl=rtl, align=align)
    sheet.showPage()
    sheet.save()
    with pikepdf.open(out) as document:
        found = inks(document.pages[0])
    left = {(True, START): 200 - wide, (False, START): 200.0, (True, END): 200.0, (False, END): 200 - wide}
    assert found[0].x == pytest.approx(left.get((rtl, align), 200 - wide / 2), abs=0.05)
    assert found[-1].end - found[0].x == pytest.approx(wide, abs=0.05)


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_rule_10_lines_of_a_paragraph_are_ragged_and_never_stretched(lang: str) -> None:
    text = " ".join((ARABIC if lang == "ar" else FRENCH) * 2)
    with pikepdf.open(io.BytesIO(draw_paper(paper_of(Paragraph(text), lang=lang)))) as document:
        found = [ink for ink in inks(document.pages[0]) if ink.operator == "TJ" and ink.mark is not None]
    assert not any("\u0640" in ink.text for ink in found)
    lines = [list(line) for _mark, line in itertools.groupby(found, lambda ink: ink.mark)]
    starts = {round(line[-1].end if lang == "ar" else line[0].x) for line in lines}
    assert len(lines) > 8
    assert len(starts) == 1
    assert len({round(line[0].x if lang == "ar" else line[-1].end) for line in lines}) > 3


# Spans


@pytest.mark.parametrize("face_name", ["plex", "plex-semibold"])
@pytest.mark.parametrize("word", [word for word in ARABIC if " " not in word])
def test_a_span_that_begins_in_a_word_leaves_its_letters_joined(word: str, face_name: str) -> None:
    whole = shape(word, face_name, rtl=True)
    together = {place for place, glyph in enumerate(reversed(whole[0].glyphs)) if not glyph.parts}
    for place in range(1, len(word)):
        if place - 1 not in together:  # two letters on one glyph cannot look different
            styled = (Span(word[:place]), Span(word[place:], is_emphasised=True))
            assert glyph_names(styled, face_name) == glyph_names(word, face_name), place


@pytest.mark.parametrize("usual", ["amiri", "plex"])
@pytest.mark.parametrize("word", ["مسؤولية", "شؤون", "مبادئ", "هيئة", "كفاءة"])
def test_strong_letters_in_a_word_join_with_the_others(word: str, usual: str) -> None:
    """Words whose forms do not depend on the letter after the next."""
    strong, plainer = glyph_names(word, STRONG[usual]), glyph_names(word, usual)
    for place in range(1, len(word)):
        drawn = glyph_names((Span(word[:place]), Span(word[place:], is_strong=True)), usual)
        assert drawn == strong[: len(word) - place] + plainer[len(word) - place :], place


@pytest.mark.parametrize("face_name", STRONG)
def test_words_with_a_strong_half_are_found_whole(face_name: str) -> None:
    """By PDFium; pypdf gives the halves of an Arabic word in the order of drawing."""
    words = [(word, rtl) for word, rtl in PLAIN if word.isalpha()]
    halves = [
        ((Span(word[: len(word) // 2]), Span(word[len(word) // 2 :], is_strong=True)), rtl) for word, rtl in words
    ]
    assert misses(with_pdfium(sheet_of(halves, Style(face_name, 12))), [word for word, _rtl in words]) == []


def test_a_raised_number_stands_higher_smaller_and_after_its_word() -> None:
    for rtl in (True, False):
        word = "كلمة" if rtl else "mot"
        found = painted([((Span(word), Span("12", is_raised=True)), rtl)])
        number = [ink for ink in found if ink.text in "12"]
        letters = [ink for ink in found if ink not in number]
        assert "".join(ink.text for ink in number) == "12"
        assert all(ink.y > letters[0].y and ink.size < letters[0].size for ink in number)
        assert (number[-1].x < letters[0].x) if rtl else (number[0].x > letters[-1].x)


PIECES = ["التكوين", "مقاربة النوع", "مُحَمَّد", "ب", "لا", "OFPPT", "fiche", "a", "2026", "60 %", "12,5", "3/4", "(", ")"]
PIECES += ["[", "]", "{", "}", "«", "»", ":", "،", ",", ".", "-", "–", "/", "%", "+", "#", NBSP, "٢٠٢٦"]
GROUPED = ["GSI-2026", "M. X (12)", "https://a.ma/b?c=1", "50 % – 60 %"]


@st.composite
def rich_lines(draw: st.DrawFn) -> Line:
    """Bilingual lines in spans of all looks; at most a dozen groups."""
    spans = []
    for _place in range(draw(st.integers(1, 12))):
        if draw(st.integers(0, 5)) == 0:
            spans.append(Span(draw(st.sampled_from(GROUPED)), is_group=True))
            continue
        text = draw(st.sampled_from(PIECES)) + draw(st.sampled_from(["", " "]))
        look = draw(st.sampled_from(["", "is_strong", "is_emphasised", "is_raised"]))
        spans.append(Span(text, **({look: True} if look else {})))
    return tuple(spans)


@settings(max_examples=400)
@given(rich_lines(), st.booleans(), st.sampled_from(["amiri", "plex"]))
def test_any_line_stands_in_the_order_of_the_algorithm(words: Line, rtl: bool, face_name: str) -> None:
    assert as_drawn(words, rtl=rtl, face_name=face_name) == in_reference_order(words, rtl=rtl)
