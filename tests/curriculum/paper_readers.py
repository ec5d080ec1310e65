"""What a page says and what is printed of it, read apart from each other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from flask_babel import force_locale

from lms.core.i18n import locale_of
from lms.curriculum import papers
from lms.curriculum.catalogue import Curriculum, Lesson, Step
from lms.curriculum.on_paper import Printer
from lms.documents.blocks import Block, Box, Grid, Heading, Items, Paper, Paragraph, Words

LANGUAGES = ("ar", "fr")
DAY = dt.date(2026, 11, 23)
TO_FILL_IN = " …………"


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
                found += [one for one in printed_of(content, lang, name, steps) if wanted(one.html)]
    assert found
    return found


def printed_of(content: Curriculum, lang: str, name: str, steps: Sequence[Step]) -> Iterator[Printed]:
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
