"""Lessons, modules and guides as papers to print: what stands in each, and its name in the cache."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from lms import documents
from lms.core.i18n import locale_of
from lms.curriculum.catalogue import Curriculum, Lesson, Module, Step
from lms.curriculum.errors import NoSuchPaper
from lms.curriculum.on_paper import BETWEEN, BULLET, Printer
from lms.documents.blocks import (
    Block,
    Box,
    Contents,
    Cover,
    Grid,
    Heading,
    Item,
    Items,
    NewPage,
    Paper,
    Paragraph,
    Words,
)

LESSON, MODULE, GUIDE = "lesson", "module", "guide"


def paper(content: Curriculum, name: str, lang: str, *, made_on: dt.date) -> Paper:
    """The paper of a name such as ``lesson:concepts/reading-figures``, ``module:concepts`` or ``guide:concepts``.

    Needs an app context (labels are translated). Raises NoSuchPaper for a name that nothing to read has.
    """
    kind, _sep, key = name.partition(":")
    module, lesson = content.module(key.partition("/")[0]), content.lesson(key)
    with force_locale(locale_of(lang)):
        if kind == LESSON and module and lesson and lesson.is_ready:
            return _paper(module, lang, made_on, lesson.title[lang], _lesson(content, module, lesson, lang))
        if kind == MODULE and module and module.slug == key and module.ready_lessons:
            return _module_paper(content, module, lang, made_on)
        if kind == GUIDE and module and module.slug == key and module.guide:
            return _guide_paper(content, module, lang, made_on)
    raise NoSuchPaper(name)


def digest(content: Curriculum, name: str, lang: str) -> str:
    """Name of a paper's content: the same words, however often they were read, have the same.

    Those of the programme's name too, which its team may change. Raises NoSuchPaper.
    """
    programme = _programme()
    key = (name, lang, programme.name[lang], programme.short[lang])
    if key in content.paper_digests:
        return content.paper_digests[key]
    whole = paper(content, name, lang, made_on=dt.date.min)
    found = hashlib.sha256(f"{_ENGINE} {whole!r}".encode()).hexdigest()
    content.paper_digests[key] = found
    return found


def _fingerprint() -> str:
    """Of the code and the libraries that draw: what others drew is drawn anew."""
    total = hashlib.sha256()
    for path in sorted(Path(documents.__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    for library in ("reportlab", "uharfbuzz", "fontpkg-amiri", "fontpkg-ibm-plex-sans-arabic"):
        total.update(version(library).encode())
    return total.hexdigest()


#: Of what this process runs, also after an update has put other files in their place.
_ENGINE = _fingerprint()


def _programme() -> Any:
    """What the programme is called: its team's own words, as on every other document, else the curriculum's."""
    return current_app.extensions["programme_names"]()


def _paper(
    module: Module,
    lang: str,
    made_on: dt.date,
    title: str,
    blocks: tuple[Block, ...],
    cover: Cover | None = None,
) -> Paper:
    """A paper of a module, with what all of them say at the head of their pages."""
    programme = _programme()
    return Paper(
        title=title,
        lang=lang,
        author=programme.name[lang],
        head=(programme.short[lang], module.short[lang]),
        made_on=made_on,
        blocks=blocks,
        cover=cover,
    )


def _module_paper(content: Curriculum, module: Module, lang: str, made_on: dt.date) -> Paper:
    blocks: list[Block] = [Contents(_("Contents"), 2)]
    for lesson in module.ready_lessons:
        blocks += [NewPage(), *_lesson(content, module, lesson, lang)]
    cover = Cover(_programme().name[lang], (_("Module %(number)s", number=module.number), module.summary[lang]))
    return _paper(module, lang, made_on, module.title[lang], tuple(blocks), cover)


def _guide_paper(content: Curriculum, module: Module, lang: str, made_on: dt.date) -> Paper:
    title = _("Guide of the training team, module %(number)s", number=module.number)
    printer = Printer(content, lang, box_level=3)
    blocks = [
        Paragraph(module.title[lang], "label"),
        Heading(title, 1, "title"),
        *_steps(module.guide, printer, lang),
        *_answers(printer),
    ]
    return _paper(module, lang, made_on, title, _explained_once(blocks))


def _lesson(content: Curriculum, module: Module, lesson: Lesson, lang: str) -> tuple[Block, ...]:
    """A lesson from its title to its sources; a term is explained at its first use in it."""
    printer = Printer(content, lang, box_level=3)
    parts = (
        _opening(module, lesson, lang),
        _steps(lesson.steps, printer, lang),
        _answers(printer),
        _sources(content, lesson, lang),
    )
    return _explained_once([block for part in parts for block in part])


def _opening(module: Module, lesson: Lesson, lang: str) -> Iterator[Block]:
    """Which lesson it is, and what it is for."""
    places = (
        _("Module %(number)s", number=module.number),
        _("Lesson %(number)s", number=lesson.number),
        _("%(minutes)s min", minutes=lesson.minutes),
    )
    yield Paragraph(BETWEEN.join(places), "label")
    yield Heading(lesson.title[lang], 1, "title", number=f"{lesson.number}.")
    yield Paragraph(lesson.summary[lang], "subtitle")
    objectives = Items(tuple(Item(BULLET, one[lang]) for one in lesson.objectives))
    yield Box((Heading(_("Objectives"), 2, "subheading"), objectives))


def _steps(steps: tuple[Step, ...], printer: Printer, lang: str) -> Iterator[Block]:
    for step in steps:
        yield Heading(step.title[lang], 2)
        before = len(printer.answers)
        yield from printer.step([block[lang] for block in step.blocks])
        if len(printer.answers) > before:
            printer.answers.insert(before, Heading(step.title[lang], 3, "subheading"))


def _answers(printer: Printer) -> Iterator[Block]:
    """What a reader looks up after the work; asked for once the steps are printed."""
    if printer.answers:
        yield Heading(_("Answers"), 2, in_contents=False)
        yield from printer.answers


def _sources(content: Curriculum, lesson: Lesson, lang: str) -> Iterator[Block]:
    """Where its facts stand, all on one page."""
    sources = dict.fromkeys(content.facts[fact].source[lang] for fact in lesson.facts if fact in content.facts)
    if sources:
        yield Heading(_("Sources"), 2, in_contents=False)
        for place, source in enumerate(sources, 1):
            yield Paragraph(source, "source", keeps_with_next=place < len(sources))


def _explained_once(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with each explanation at the first use of its term, in the order of reading; none in a heading."""
    said: set[str] = set()

    def once(words: Words) -> Words:
        if isinstance(words, str):
            return words
        spans = []
        for span in words:
            spans.append(replace(span, note="") if span.note in said else span)
            said.add(span.note)
        return tuple(spans)

    return tuple(_changed(block, once) for block in blocks)


def _changed(block: Block, change: Callable[[Words], Words]) -> Block:
    """A block with its words changed."""
    if isinstance(block, Heading) and not isinstance(block.words, str):
        return replace(block, words=tuple(replace(span, note="") for span in block.words))
    if isinstance(block, Paragraph):
        return replace(block, words=change(block.words))
    if isinstance(block, Items):
        return Items(tuple(replace(item, words=change(item.words)) for item in block.items))
    if isinstance(block, Grid):
        head = tuple(change(words) for words in block.head)
        return replace(block, head=head, rows=tuple(tuple(change(words) for words in row) for row in block.rows))
    if isinstance(block, Box):
        return replace(block, blocks=tuple(_changed(inner, change) for inner in block.blocks))
    return block
