"""Terms, sheets, figures and odd pieces of HTML on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from flask_babel import force_locale

from lms.core.i18n import locale_of
from lms.curriculum import papers
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.html_tree import parse, to_svg
from lms.curriculum.on_paper import SHEET_LINES, Printer
from lms.documents import svg
from lms.documents.blocks import Block, Box, Heading, Picture, Rules
from tests.curriculum.paper_readers import (
    DAY,
    LANGUAGES,
    TO_FILL_IN,
    Said,
    flat,
    lessons,
    lines_of,
    lines_of_page,
    notes_of,
    print_each,
    spans_of,
    text_of,
    tree,
    words_of,
)

pytestmark = pytest.mark.usefixtures("in_app")


def test_each_term_of_a_lesson_is_explained_once(content: Curriculum) -> None:
    colon = {"fr": "\u00a0: ", "ar": ": "}
    for lesson in lessons(content):
        for lang in LANGUAGES:
            notes = notes_of(papers.paper(content, f"lesson:{lesson.key}", lang, made_on=DAY).blocks)
            terms = [content.terms[key] for key in lesson.terms]
            wanted = {f"{one.term[lang]}{colon[lang]}{one.definition[lang]}".casefold() for one in terms}
            assert sorted(note.casefold() for note in notes) == sorted(wanted), f"{lesson.key} {lang}"


def test_a_term_is_explained_where_it_is_read_first(content: Curriculum) -> None:
    """In the order of the paper: an answer at the end never takes the explanation from a step that follows it."""
    for lesson in lessons(content):
        with force_locale(locale_of("fr")):
            printer = Printer(content, "fr", box_level=3)
            steps = [block for step in lesson.steps for block in printer.step([one.fr for one in step.blocks])]
        uses = notes_of([*steps, *printer.answers])
        notes = notes_of(papers.paper(content, f"lesson:{lesson.key}", "fr", made_on=DAY).blocks)
        assert notes == list(dict.fromkeys(uses)), lesson.key


TERM = '<a class="term" href="#term-{}" data-module="term">{}</a>'


def lesson_of(content: Curriculum, *html: str) -> Curriculum:
    """A curriculum whose first lesson is one step of these blocks, the same in both languages."""
    module = content.modules[0]
    lesson = module.ready_lessons[0]
    step = replace(lesson.steps[0], blocks=tuple({"ar": one, "fr": one} for one in html))  # type: ignore[misc]
    changed = replace(lesson, steps=(step,))
    return replace(content, modules=(replace(module, lessons=(changed,)), *content.modules[1:]))


def printed(content: Curriculum, *html: str) -> tuple[Block, ...]:
    """The blocks of such a lesson after its opening and the title of its step."""
    changed = lesson_of(content, *html)
    return papers.paper(changed, f"lesson:{changed.modules[0].lessons[0].key}", "fr", made_on=DAY).blocks[5:]


CHECK = (
    '<div class="box exercise questions"><h3>To check</h3>'
    '<fieldset class="exercise-item"><legend>Asked {0}?</legend>'
    '<label class="choice"><input type="radio" name="a"><span>{1} wrong</span>'
    '<span class="note no"><strong>To look at again.</strong> {2} <strong>really</strong> not</span></label>'
    '<label class="choice"><input type="radio" name="a" data-yes><span>Right!</span>'
    '<span class="note yes"><strong>Right.</strong> Indeed</span></label></fieldset></div>'
)


def test_terms_in_options_tables_and_headings_are_explained_at_their_first_use(content: Curriculum) -> None:
    keys = list(content.terms)[:5]
    one, two, three, four, five = (TERM.format(key, key) for key in keys)
    blocks = printed(
        content,
        f"<h3>{one}</h3>",
        CHECK.format(two, three, four),
        f"<table><tbody><tr><td>{five}</td><td>{four}</td></tr></tbody></table>",
        f"<p>{one}, {two}, {three}, {five}</p>",
    )
    noted = [(span.text, span.note.partition("\u00a0: ")[2]) for span in spans_of(blocks) if span.note]
    assert noted == [(key, content.terms[key].definition.fr) for key in (keys[1], keys[2], keys[4], keys[3], keys[0])]


# Sheets


def test_a_sheet_has_its_fields_their_examples_and_lines_to_write_on(content: Curriculum) -> None:
    for sheet in content.sheets.values():
        for lang, example in (("fr", "Exemple illustratif\u00a0: "), ("ar", "مثال توضيحي: ")):
            blocks = papers.paper(content, f"lesson:{sheet.lesson}", lang, made_on=DAY).blocks
            box = next(one for one in blocks if isinstance(one, Box) and heads(one, sheet.title[lang]))
            inside = list(box.blocks)
            fields = inside[-3 * len(sheet.fields) :]
            for field, label, hint, rules in zip(sheet.fields, fields[::3], fields[1::3], fields[2::3], strict=True):
                assert lines_of([label]) == [Said(field.label[lang])]
                assert lines_of([hint]) == [Said(f"{example}{words_of(tree(field.hint[lang]))}")]
                assert rules == Rules(SHEET_LINES)
            intro = list(lines_of_page(tree(sheet.intro[lang])))
            assert lines_of(inside[1 : -3 * len(sheet.fields)]) == intro


def heads(box: Box, title: str) -> bool:
    return isinstance(box.blocks[0], Heading) and text_of(box.blocks[0].words) == title


def test_a_sheet_shown_again_is_named_with_its_lesson(content: Curriculum) -> None:
    """On the page the reader's own words stand there; on paper they are in the reader's other papers."""
    for lang, where in (("fr", "Module 3 · Leçon 3"), ("ar", "المجزوءة 3 · الدرس 3")):
        blocks = papers.paper(content, "lesson:planning/indicators", lang, made_on=DAY).blocks
        assert f"{content.sheets['plan-3'].title[lang]} · {where}" in [one.text for one in lines_of(blocks)]


# Figures


def drawings(html: str) -> list[str]:
    """The drawings of a page: of a chart, which comes in two sizes, the first."""
    return [re.findall("<svg.*?</svg>", figure, re.S)[0] for figure in re.findall("<figure.*?</figure>", html, re.S)]


def test_every_figure_is_printed_as_it_is_and_said_in_words(content: Curriculum) -> None:
    count = 0
    for one in print_each(content, lambda html: "<figure" in html):
        pictures = [block for block in flat(one.here) if isinstance(block, Picture)]
        for picture, source in zip(pictures, drawings(one.html), strict=True):
            assert ElementTree.canonicalize(picture.svg) == ElementTree.canonicalize(source), one.where
            assert svg.parse(picture.svg).width > 0
            title, description = (words_of(next(iter_local(source, tag))) for tag in ("title", "desc"))
            assert picture.alt.startswith(title), one.where
            assert picture.alt.endswith(description), one.where
            count += 1
    assert count >= 80


def iter_local(source: str, tag: str) -> Iterator[Element]:
    return (one for one in ElementTree.fromstring(source).iter() if one.tag.rpartition("}")[2] == tag)


def test_a_drawing_keeps_names_in_capitals_and_signs_of_markup() -> None:
    source = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" preserveAspectRatio="none"><defs>'
        '<marker id="a" markerWidth="2" markerHeight="2" refX="1" refY="1"><path d="M0 0"/></marker></defs>'
        "<text>5 &lt; 6 &amp; 7</text></svg>"
    )
    assert ElementTree.canonicalize(to_svg(next(parse(source).all("svg")))) == ElementTree.canonicalize(source)


# Odd pieces of HTML


PIECES = [
    ('<ol start="3"><li>three</li><li>four</li></ol>', [Said("three", "3."), Said("four", "4.")]),
    (
        "<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>",
        [Said("one", "•"), Said("inner", "•"), Said("two", "•")],
    ),
    ('<p>See <a href="/fr/"><strong>the</strong> lesson</a>,\n then<br>go.</p>', [Said("See the lesson, then go.")]),
    ('<p>It is <bdi dir="ltr" class="ltr">9,7\u00a0%</bdi> here\u00a0!</p>', [Said("It is 9,7\u00a0% here\u00a0!")]),
    ("<blockquote><p>said</p></blockquote>loose <em>words</em>", [Said("said"), Said("loose words")]),
    ("<p> </p><ul><li><p>a</p>\n<p>b</p></li></ul>", [Said("a b", "•")]),
]


@pytest.mark.parametrize(("html", "lines"), PIECES)
def test_lists_links_and_loose_words(content: Curriculum, html: str, lines: list[Said]) -> None:
    assert [one for one in lines_of(printed(content, html)) if one in lines] == lines


def test_a_comment_keeps_its_bold_words_and_loses_the_verdict(content: Curriculum) -> None:
    answers = [one for one in lines_of(printed(content, CHECK.format("", "", "That is"))) if one.sign][-2:]
    assert answers == [Said("b. Right! Indeed", "1."), Said("That is really not", "a.")]


def test_numbers_as_categories_are_no_order(content: Curriculum) -> None:
    """The marker of a plan sorts actions into 0, 1 and 2; only a solution for all makes an order."""
    option = (
        '<label class="choice"><input type="radio" name="a"{}><span>{}</span>'
        '<span class="note no"><strong>x</strong> why</span></label>'
    )
    html = (
        '<div class="box exercise"><h3>Activity</h3><fieldset class="exercise-item chips"><legend>An action</legend>'
        f"{option.format('', 0)}{option.format(' data-yes', 1)}</fieldset></div>"
    )
    found = lines_of(printed(content, html))
    assert Said("0 / 1") in found
    assert Said(f"An action{TO_FILL_IN}", "1.") in found
    assert Said("1. why", "1.") in found


def test_an_activity_ends_with_lines_to_write_on(content: Curriculum) -> None:
    html = '<div class="block box activity"><h3>Activité</h3><p>Écrire deux phrases.</p></div>'
    (box,) = (block for block in printed(content, html) if isinstance(block, Box) and block.tone == "warm")
    assert isinstance(box.blocks[-1], Rules)
