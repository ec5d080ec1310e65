"""What is printed of a lesson: every word of its pages, once, answers under the number of their question."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.core.i18n import locale_of
from lms.curriculum import build, files, papers
from lms.curriculum.catalogue import Curriculum, Lesson, Step
from lms.curriculum.errors import NoSuchPaper
from lms.curriculum.html_tree import parse, to_svg
from lms.curriculum.on_paper import LETTERS, SHEET_LINES, Printer
from lms.documents import svg
from lms.documents.blocks import (
    Block,
    Box,
    Contents,
    Grid,
    Heading,
    Items,
    Paper,
    Paragraph,
    Picture,
    Rules,
    Words,
)
from tests.catalogues import ROOT

LANGUAGES = ("ar", "fr")
DAY = dt.date(2026, 11, 23)
TO_FILL_IN = " …………"


@pytest.fixture(scope="module")
def content(sqlite_app: Flask) -> Curriculum:
    """All of ``content/``, read once."""
    with sqlite_app.app_context():
        return build.curriculum(files.read(ROOT / "content"))


@pytest.fixture(autouse=True)
def in_app(sqlite_app: Flask) -> Iterator[None]:
    with sqlite_app.app_context():
        yield


# What a page says, read by another parser than the printer's


@dataclass(frozen=True)
class Said:
    """A line with the sign before it."""

    text: str
    sign: str = ""


def tree(html: str) -> Element:
    """A piece of a page; of controls only the mark of the right one is left."""
    html = re.sub(r"<input[^>]* data-yes>", "<yes/>", html)
    return ElementTree.fromstring(f"<div>{re.sub(r'<input[^>]*>', '', html)}</div>")


def kinds(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def tidy(text: str) -> str:
    return re.sub("[ \t\r\n]+", " ", text).strip(" \t\r\n")


def words_of(element: Element | None) -> str:
    return tidy("".join(element.itertext())) if element is not None else ""


def own_words(element: Element) -> str:
    """Without the lists inside."""
    parts = [element.text or ""]
    for kid in element:
        parts += [] if kid.tag in ("ul", "ol") else ["".join(kid.itertext())]
        parts.append(kid.tail or "")
    return tidy("".join(parts))


def all_of(element: Element, tag: str, kind: str = "") -> list[Element]:
    return [one for one in element.iter(tag) if not kind or kind in kinds(one)]


def one_of(element: Element, tag: str, kind: str = "") -> Element:
    (found,) = all_of(element, tag, kind)
    return found


def lines_of_page(element: Element) -> Iterator[Said]:
    """The lines of what is no exercise, in the order of reading."""
    for kid in element:
        if kid.tag in ("p", "h3"):
            yield Said(words_of(kid))
        elif kid.tag in ("ul", "ol"):
            yield from listed(kid)
        elif kid.tag == "table":
            yield from (Said(words_of(cell)) for row in kid.iter("tr") for cell in row)
        elif kid.tag == "figure":
            yield from figure_lines(kid)
        elif kid.tag != "summary":
            yield from lines_of_page(kid)


def listed(element: Element) -> Iterator[Said]:
    for number, entry in enumerate(element, int(element.get("start", "1"))):
        yield Said(own_words(entry), f"{number}." if element.tag == "ol" else "•")
        for inner in entry:
            if inner.tag in ("ul", "ol"):
                yield from listed(inner)


def figure_lines(figure: Element) -> Iterator[Said]:
    yield Said(words_of(one_of(figure, "p", "figure-title")))
    yield from lines_of_page(one_of(figure, "figcaption"))
    yield Said(words_of(one_of(figure, "span", "source")))


# What is printed


def text_of(words: Words) -> str:
    return words if isinstance(words, str) else "".join(span.text for span in words)


def flat(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Box):
            yield from flat(block.blocks)


def signed_words(block: Block) -> list[tuple[str, Words]]:
    if isinstance(block, Heading | Paragraph):
        return [("", block.words)]
    if isinstance(block, Items):
        return [(item.marker, item.words) for item in block.items]
    if isinstance(block, Grid):
        return [("", words) for row in (block.head, *block.rows) for words in row]
    return []


def lines_of(blocks: Sequence[Block]) -> list[Said]:
    return [Said(text_of(words), sign) for block in flat(blocks) for sign, words in signed_words(block)]


def spans_of(blocks: Sequence[Block]) -> list[Any]:
    every = [words for block in flat(blocks) for _sign, words in signed_words(block)]
    return [span for words in every if not isinstance(words, str) for span in words]


def notes_of(blocks: Sequence[Block]) -> list[str]:
    return [span.note for span in spans_of(blocks) if span.note]


# Every lesson, module and guide


def lessons(content: Curriculum) -> list[Lesson]:
    return [lesson for module in content.modules for lesson in module.ready_lessons]


def units(content: Curriculum) -> list[tuple[str, tuple[Step, ...]]]:
    """Every lesson and guide with its steps."""
    guides = [(f"guide:{module.slug}", module.guide) for module in content.modules if module.guide]
    return [*((f"lesson:{lesson.key}", lesson.steps) for lesson in lessons(content)), *guides]


def every_paper(content: Curriculum) -> list[tuple[str, Paper]]:
    names = [name for name, _steps in units(content)] + [f"module:{module.slug}" for module in content.modules]
    return [(f"{name} {lang}", papers.paper(content, name, lang, made_on=DAY)) for name in names for lang in LANGUAGES]


@dataclass(frozen=True)
class Printed:
    """A block of a step as the page has it, what is printed in its place and what at the end."""

    where: str
    lang: str
    html: str
    here: list[Block]
    later: list[Block]


def print_each(content: Curriculum, wanted: Callable[[str], bool]) -> list[Printed]:
    found: list[Printed] = []
    for lang in LANGUAGES:
        with force_locale(locale_of(lang)):
            for name, steps in units(content):
                found += [one for one in _printed(content, lang, name, steps) if wanted(one.html)]
    assert found
    return found


def _printed(content: Curriculum, lang: str, name: str, steps: Sequence[Step]) -> Iterator[Printed]:
    printer = Printer(content, lang, box_level=3)
    for step in steps:
        for number, block in enumerate(step.blocks, 1):
            before = len(printer.answers)
            here = printer.step([block[lang]])
            yield Printed(f"{name}#{step.id}/{number}", lang, block[lang], here, printer.answers[before:])


def is_exercise(html: str) -> bool:
    return html.startswith('<div class="box exercise')


def is_answer(html: str) -> bool:
    return html.startswith('<details class="block answer')


def test_every_word_outside_exercises_is_printed_once_and_in_its_place(content: Curriculum) -> None:
    for one in print_each(content, lambda html: not is_exercise(html) and "<!--" not in html):
        printed, other = (one.later[1:], one.here) if is_answer(one.html) else (one.here, one.later)
        assert lines_of(printed) == list(lines_of_page(tree(one.html))), one.where
        assert other == [], one.where


def expected_of(exercise: Element, lang: str) -> tuple[list[Said], list[Said]]:
    """The lines of an exercise in its place and, without their head, at the end; questions count from one."""
    later: list[Said] = []
    opening = [kid for kid in exercise if kid.tag != "details" and not {"exercise-item", "scene"} & kinds(kid)]
    here = list(lines_of_page(wrapped(opening)))
    items = [kid for kid in exercise if "exercise-item" in kinds(kid)]
    solution = [kid for kid in exercise if kid.tag == "details"]
    if solution:
        here += [Said(words_of(one_of(item, "legend")), "…") for item in items]
        later += lines_of_page(solution[0])
        items = []
    elif items and "chips" in kinds(items[0]):
        here.append(Said(" / ".join(text for text, _note, _right in options_of(items[0]))))
    for number, item in enumerate(items, 1):
        more, at_end = question_lines(item, f"{number}.", lang)
        here, later = [*here, *more], [*later, *at_end]
    for scene in (kid for kid in exercise if "scene" in kinds(kid)):
        more, at_end = scene_lines(scene, "", lang)
        here, later = [*here, *more], [*later, *at_end]
    return here, later


def wrapped(elements: Sequence[Element]) -> Element:
    outer = Element("div")
    outer.extend(elements)
    return outer


def options_of(item: Element) -> list[tuple[str, str, bool]]:
    """Of each option its words, the comment on it, and whether it is right."""
    found = []
    for label in all_of(item, "label", "choice"):
        words, note = [kid for kid in label if kid.tag == "span"]
        verdict = note.find("strong")
        assert verdict is not None
        found.append(
            (words_of(words), tidy(words_of(note).removeprefix(words_of(verdict))), label.find("yes") is not None)
        )
    return found


def question_lines(item: Element, number: str, lang: str) -> tuple[list[Said], list[Said]]:
    if item.tag == "div":  # a calculation
        label, solution = one_of(item, "label"), one_of(item, "details")
        asked = Said(f"{words_of(label.find('span'))}{TO_FILL_IN}", number)
        return [asked], [Said(words_of(one_of(solution, "p")), number)]
    legend, options = words_of(one_of(item, "legend")), options_of(item)
    ((right, comment),) = [(words, note) for words, note, is_right in options if is_right]
    if "chips" in kinds(item):
        assert {note for _words, note, _right in options} == {comment}
        return [Said(f"{legend}{TO_FILL_IN}", number)], [Said(joined(right, comment), number)]
    here = [Said(legend, number)]
    later: list[Said] = []
    for letter, (words, note, is_right) in zip(LETTERS[lang], options, strict=False):
        here.append(Said(words, f"{letter}."))
        if is_right:
            later.insert(0, Said(joined(f"{letter}. {words}", note), number))
        else:
            later.append(Said(note, f"{letter}."))
    return here, later


ENDED = re.compile("[.?!؟…][ »\u00a0\u202f]*$")


def joined(right: str, comment: str) -> str:
    return f"{right} {comment}" if ENDED.search(right) else f"{right}. {comment}"


def scene_lines(scene: Element, path: str, lang: str) -> tuple[list[Said], list[Said]]:
    replies = [kid for kid in scene if kid.tag == "details"]
    here = list(lines_of_page(wrapped([kid for kid in scene if kid.tag != "details"])))
    later: list[Said] = []
    for sign, reply in zip("123456789" if len(path) % 2 else LETTERS[lang], replies, strict=False):
        name, words = f"{path}{sign}", words_of(reply.find("summary"))
        here.append(Said(words, f"{name}."))
        follows = reply.find("div")
        assert follows is not None
        text, more = scene_lines(follows, name, lang)
        later += [Said(f"{name}. {words}"), *text, *more]
    return here, later


def from_one(lines: Sequence[Said], first: int) -> list[Said]:
    """The lines with their questions counted from one, whatever the number of the first in the lesson."""
    numbers = {f"{number}.": f"{number - first + 1}." for number in range(first, first + 40)}
    return [replace(one, sign=numbers.get(one.sign, one.sign)) for one in lines]


def first_number(lines: Sequence[Said]) -> int:
    return next((int(one.sign[:-1]) for one in lines if re.fullmatch(r"\d+\.", one.sign)), 1)


@pytest.mark.parametrize("kind", ["questions", "chips", "numbers", "dialogue"])
def test_every_exercise_is_printed_with_its_answers_at_the_end(content: Curriculum, kind: str) -> None:
    marks = {"questions": "exercise questions", "chips": "chips", "numbers": "inputmode", "dialogue": 'class="scene"'}
    for one in print_each(content, lambda html: is_exercise(html) and marks[kind] in html):
        (box,) = one.here
        assert isinstance(box, Box)
        here, later = expected_of(tree(one.html)[0], one.lang)
        printed, answers = lines_of([box]), lines_of(one.later[1:])
        is_order = any(said.sign == "…" for said in printed)
        assert from_one(printed, first_number(printed)) == here, one.where
        assert (answers if is_order else from_one(answers, first_number(printed))) == later, one.where
        assert later, one.where


def test_questions_of_a_lesson_count_on_and_each_number_has_one_answer(content: Curriculum) -> None:
    for lesson in lessons(content):
        for lang in LANGUAGES:
            with force_locale(locale_of(lang)):
                blocks = _printed(content, lang, lesson.key, lesson.steps)
                exercises = [one for one in blocks if is_exercise(one.html) and "<ol>" not in one.html]
            asked, answered = ([*numbers(exercises, "here")], [*numbers(exercises, "later")])
            assert asked == answered == [f"{number}." for number in range(1, len(asked) + 1)], f"{lesson.key} {lang}"


def numbers(exercises: Sequence[Printed], where: str) -> Iterator[str]:
    for one in exercises:
        yield from (said.sign for said in lines_of(getattr(one, where)) if re.fullmatch(r"\d+\.", said.sign))


def test_an_answer_says_which_activity_it_belongs_to(content: Curriculum) -> None:
    """Two lists of answers of one step never have the same head, unless the numbers of questions tell them apart."""
    for name, paper in every_paper(content):
        heads: list[str] = []
        for block, following in zip(paper.blocks, paper.blocks[1:], strict=False):
            if isinstance(block, Heading):
                heads = []
            elif isinstance(block, Paragraph) and block.look == "label" and not isinstance(following, Picture):
                head = text_of(block.words)
                assert head not in heads, f"{name}: {head}"
                assert not head.endswith((".", " · ")), f"{name}: {head}"
                heads.append(head)


def test_model_answers_stand_at_the_end_under_the_title_of_their_step(content: Curriculum) -> None:
    paper = papers.paper(content, "lesson:model/leading-change", "fr", made_on=DAY)
    texts = [one.text for one in lines_of(paper.blocks)]
    step = [place for place, text in enumerate(texts) if text == "Trois résistances"]
    head = texts.index("Réponse possible · Votre réponse argumentée")
    assert texts.index("Réponses") < step[1] < texts.index("Activité · Le directeur pressé") < head
    assert head < texts.index("Sources")


def test_a_guide_prints_its_answers_too(content: Curriculum) -> None:
    module = content.modules[0]
    lesson = next(one for one in module.ready_lessons if any(is_answer(block.fr) for block in blocks_of(one)))
    taught = replace(content, modules=(replace(module, guide=lesson.steps),))
    texts = [one.text for one in lines_of(papers.paper(taught, f"guide:{module.slug}", "fr", made_on=DAY).blocks)]
    assert any(text.startswith("Réponse possible") for text in texts)


def blocks_of(lesson: Lesson) -> list[Any]:
    return [block for step in lesson.steps for block in step.blocks]


def test_a_step_is_under_its_title_and_the_lesson_opens_with_what_it_is_for(content: Curriculum) -> None:
    for lesson in lessons(content):
        for lang in LANGUAGES:
            blocks = papers.paper(content, f"lesson:{lesson.key}", lang, made_on=DAY).blocks
            titles = [text_of(one.words) for one in blocks if isinstance(one, Heading) and one.level < 3]
            assert titles[: len(lesson.steps) + 1] == [lesson.title[lang], *(one.title[lang] for one in lesson.steps)]
            texts = [one.text for one in lines_of(blocks[:4])]
            assert texts[2] == lesson.summary[lang]
            assert texts[4:] == [one[lang] for one in lesson.objectives]


def test_sources_stand_at_the_end_each_once(content: Curriculum) -> None:
    for lesson in lessons(content):
        for lang in LANGUAGES:
            blocks = papers.paper(content, f"lesson:{lesson.key}", lang, made_on=DAY).blocks
            printed = [text_of(one.words) for one in blocks if isinstance(one, Paragraph) and one.look == "source"]
            assert printed == list(dict.fromkeys(content.facts[key].source[lang] for key in lesson.facts))
            assert [type(one) for one in blocks[-len(printed) - 1 :]] == [Heading, *[Paragraph] * len(printed)]


def test_headings_never_skip_a_level(content: Curriculum) -> None:
    """Who reads with a screen reader goes from heading to heading."""
    for name, paper in every_paper(content):
        level = 0
        for block in flat(paper.blocks):
            if isinstance(block, Heading):
                assert block.level <= level + 1, f"{name}: {text_of(block.words)}"
                level = block.level


ODD = re.compile(
    r"^[ \t\n]|[ \t\n]$|[ \t\n]{2}"  # blanks at an end, two in a row
    r"|[?!؟:;] ?\.(?!\.)|\.»? \. |\.\.(?!\.)"  # stops in a row
    r"|(?<!…) [.,)](?!…)| ؟|\( "  # a blank before a stop, but where an author left a place to fill in
)


def test_no_line_has_doubled_stops_or_blanks(content: Curriculum) -> None:
    for name, paper in every_paper(content):
        for one in lines_of(paper.blocks):
            assert not ODD.search(one.text), f"{name}: {one.text}"
            assert one.text or not one.sign, f"{name}: nothing stands after {one.sign!r}"


# Terms


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


# Papers and their names


def test_a_module_has_a_contents_and_every_lesson_of_it_as_it_is_alone(content: Curriculum) -> None:
    for module in content.modules:
        for lang in LANGUAGES:
            whole = papers.paper(content, f"module:{module.slug}", lang, made_on=DAY)
            assert isinstance(whole.blocks[0], Contents)
            assert module.summary[lang] in whole.cover
            alone = [papers.paper(content, f"lesson:{one.key}", lang, made_on=DAY) for one in module.ready_lessons]
            assert lines_of(whole.blocks) == [line for paper in alone for line in lines_of(paper.blocks)]


LESSON = "lesson:concepts/reading-figures"


def changed(content: Curriculum, change: Callable[[dict[str, Any]], None]) -> Curriculum:
    data = content.as_dict()
    change(data)
    return Curriculum.from_dict(data)


def in_blocks(module: int, lesson: int, old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for step in data["modules"][module]["lessons"][lesson]["steps"]:
            for block in step["blocks"]:
                block["fr"] = block["fr"].replace(old, new)

    return change


def defined_anew(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["terms"][key]["definition"].update(fr="autre chose")


def test_the_same_content_read_twice_has_the_same_digest(content: Curriculum) -> None:
    again = changed(content, lambda data: None)
    assert again is not content
    for name in (LESSON, "module:concepts", "guide:concepts"):
        assert papers.digest(again, name, "fr") == papers.digest(content, name, "fr")
        assert papers.digest(content, name, "ar") != papers.digest(content, name, "fr")
    assert papers.digest(content, LESSON, "fr") != papers.digest(content, "lesson:concepts/legal-framework", "fr")


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (in_blocks(0, 2, "taux", "tauxx"), True),
        (in_blocks(0, 2, "<svg ", '<svg lang="fr" '), True),
        (defined_anew("indice_parite"), True),
        (defined_anew("stereotype"), False),
        (in_blocks(0, 3, "sexe", "sexxe"), False),
        (lambda data: data["facts"]["F109"]["source"].update(fr="ailleurs"), True),
        (lambda data: data["modules"][0]["lessons"][2]["title"].update(fr="Autre"), True),
        (lambda data: data["modules"][0]["lessons"][2]["title"].update(ar="آخر"), False),
    ],
)
def test_the_digest_follows_what_is_printed(content: Curriculum, change: Any, is_other: bool) -> None:
    other = changed(content, change)
    assert other != content
    assert (papers.digest(other, LESSON, "fr") != papers.digest(content, LESSON, "fr")) is is_other


def test_the_digest_follows_the_code_that_draws(content: Curriculum, monkeypatch: pytest.MonkeyPatch) -> None:
    before = papers.digest(content, LESSON, "fr")
    monkeypatch.setattr(papers, "_engine", lambda: "another")
    assert papers.digest(changed(content, lambda data: None), LESSON, "fr") != before


NAMES = ["", "lesson", "lesson:", "lesson:concepts", "lesson:concepts/nowhere", "lesson:nowhere/x", "module:nowhere",
         "module:", "guide:nowhere", "guide:concepts/x", "other:concepts", "module:concepts:", "lesson:../x", "\0",
         "lesson:concepts/reading-figures\0", "Module:concepts"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_nothing_has_is_refused(content: Curriculum, name: str) -> None:
    with pytest.raises(NoSuchPaper):
        papers.digest(content, name, "fr")


def test_what_is_not_ready_has_no_paper(content: Curriculum) -> None:
    module = content.modules[0]
    coming = tuple(replace(lesson, status="coming", steps=()) for lesson in module.lessons)
    bare = replace(content, modules=(replace(module, lessons=coming, guide=()),))
    for name in (LESSON, "module:concepts", "guide:concepts"):
        with pytest.raises(NoSuchPaper):
            papers.paper(bare, name, "fr", made_on=DAY)
