"""From the rendered blocks of a step to what is printed of them.

On paper nothing opens: what a reader works out alone (answers of exercises, model answers, the ways of a dialogue)
goes to the end of the lesson, terms are explained at the foot of the page, sheets become lines to write on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flask_babel import gettext as _

from lms.curriculum.catalogue import Curriculum, Sheet
from lms.curriculum.html_tree import Node, parse, to_svg
from lms.documents.blocks import (
    Block,
    Box,
    Grid,
    Heading,
    Item,
    Items,
    Line,
    Paragraph,
    Picture,
    Rules,
    Span,
    Words,
)

BULLET = "•"
#: Letters before the options of a question.
LETTERS = {"fr": "abcdefghijklmnopqrstuvwxyz", "ar": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"}
_COLON = {"fr": "\u00a0: ", "ar": ": "}
#: Between what stands side by side in one line.
BETWEEN = " · "
#: Lines to write on: below a field of a sheet, and below an activity.
SHEET_LINES, WRITING_LINES = 3, 4
_BLANKS = re.compile("[ \t\r\n]+")
_BLOCKS = frozenset(["p", "ul", "ol", "table", "div", "figure", "details", "h3", "h4", "blockquote", "fieldset"])
_TONES = {"example": "warm", "activity": "warm", "exercise": "warm", "answer": "warm"}
#: Between a calculation and where its result is written.
_TO_FILL_IN = " …………"
#: Before what is to be put in order.
_PLACE = "…"
_ENDS = ".?!…:؟"
_CLOSING = ' \u00a0\u202f»"”)'


class Printer:
    """Turns the HTML of one lesson into blocks, in one language."""

    def __init__(self, content: Curriculum, lang: str, box_level: int) -> None:
        self.content, self.lang = content, lang
        #: Level of the headings inside boxes.
        self.box_level = box_level
        #: What stands at the end of the lesson.
        self.answers: list[Block] = []
        #: Title of the activity that was read last: an answer at the end says what it answers.
        self._task: Line = ()
        self._questions = 0

    def step(self, html: Sequence[str]) -> list[Block]:
        """The blocks of a step; its answers are kept for the end."""
        self._task = ()
        return [block for one in html for block in self._all(parse(one))]

    def _all(self, node: Node) -> Iterator[Block]:
        loose: list[Node | str] = []
        for kid in node.kids:
            if isinstance(kid, Node) and (kid.tag in _BLOCKS or kid.tag == "#comment"):
                yield from self._loose(loose)
                yield from self._block(kid)
            else:
                loose.append(kid)
        yield from self._loose(loose)

    def _loose(self, kids: list[Node | str]) -> Iterator[Block]:
        words = self._words(Node("p", kids=list(kids)))
        kids.clear()
        if words:
            yield Paragraph(words)

    def _block(self, node: Node) -> Iterator[Block]:
        make = getattr(self, f"_{node.tag.lstrip('#')}", None)
        yield from make(node) if make else self._all(node)

    # Words

    def _words(self, node: Node) -> Line:
        """The words of an element as spans, blanks as one, none at the ends."""
        spans = list(self._spans(node, Span("")))
        tidy: list[Span] = []
        for span in spans:
            text = span.text if span.is_group else _BLANKS.sub(" ", span.text)
            if not tidy or tidy[-1].text.endswith(" "):
                text = text.lstrip(" ")
            if text:
                tidy.append(replace(span, text=text))
        if tidy:
            tidy[-1] = replace(tidy[-1], text=tidy[-1].text.rstrip(" "))
        return tuple(span for span in tidy if span.text)

    def _spans(self, node: Node, look: Span) -> Iterator[Span]:
        for kid in node.kids:
            if isinstance(kid, str):
                yield replace(look, text=kid)
            elif kid.tag == "br":
                yield replace(look, text=" ")
            elif kid.tag in ("strong", "b"):
                yield from self._spans(kid, replace(look, is_strong=True))
            elif kid.tag in ("em", "i"):
                yield from self._spans(kid, replace(look, is_emphasised=True))
            elif kid.tag == "bdi":
                yield replace(look, text=kid.words(), is_group=True)
            elif kid.tag == "a" and "term" in kid.classes:
                yield from self._term(kid, look)
            elif kid.tag not in ("input", "#comment"):
                yield from self._spans(kid, look)

    def _term(self, node: Node, look: Span) -> Iterator[Span]:
        """A term with its explanation; ``papers`` keeps that of the first use."""
        key = node.attributes.get("href", "").removeprefix("#term-")
        spans = list(self._spans(node, look))
        term = self.content.terms.get(key)
        if term is not None and spans:
            name = term.term[self.lang]
            said = f"{name[:1].upper()}{name[1:]}{_COLON[self.lang]}{term.definition[self.lang]}"
            spans[-1] = replace(spans[-1], note=said)
        yield from spans

    # Plain blocks

    def _p(self, node: Node) -> Iterator[Block]:
        if words := self._words(node):
            yield Paragraph(words, "small" if {"small", "muted"} & node.classes else "body")

    def _h3(self, node: Node) -> Iterator[Block]:
        yield Heading(self._words(node), self.box_level, "subheading")

    def _ul(self, node: Node, depth: int = 0) -> Iterator[Block]:
        yield Items(tuple(self._items(node, depth)))

    _ol = _ul

    def _items(self, node: Node, depth: int) -> Iterator[Item]:
        first = int(node.attributes.get("start", "1"))
        for number, entry in enumerate((kid for kid in node.elements if kid.tag == "li"), first):
            lists = [kid for kid in entry.elements if kid.tag in ("ul", "ol")]
            words = Node("li", kids=[kid for kid in entry.kids if kid not in lists])
            yield Item(f"{number}." if node.tag == "ol" else BULLET, self._words(words), depth)
            for inner in lists:
                yield from self._items(inner, depth + 1)

    def _table(self, node: Node) -> Iterator[Block]:
        rows = [
            (all(cell.tag == "th" for cell in row.elements), tuple(self._words(cell) for cell in row.elements))
            for row in node.all("tr")
        ]
        head: tuple[Words, ...] = rows[0][1] if rows and rows[0][0] else ()
        yield Grid(head, tuple(cells for _head, cells in rows[1 if head else 0 :]))

    def _figure(self, node: Node) -> Iterator[Block]:
        """Title, drawing, caption and source; what it shows is read from its description."""
        drawing = node.first("svg")
        title = next((kid for kid in node.all("p") if "figure-title" in kid.classes), None)
        if title:
            yield Paragraph(self._words(title), "label")
        if drawing is not None:
            said = (drawing.first(tag) for tag in ("title", "desc"))
            parts = [one.words().strip() for one in said if one is not None]
            alt = "".join(f"{one}{_stop(one)}" for one in parts[:-1]) + "".join(parts[-1:])
            yield Picture(to_svg(drawing), alt)
        caption = node.first("figcaption")
        source = next((kid for kid in node.all("span") if "source" in kid.classes), None)
        for block in self._all(caption) if caption else ():
            if source is not None and isinstance(block, Paragraph):
                block = replace(block, keeps_with_next=True)
            yield block
        if source:
            yield Paragraph(self._words(source), "small")

    # Boxes

    def _div(self, node: Node) -> Iterator[Block]:
        if "exercise" in node.classes:
            yield from self._exercise(node)
        elif "scene" in node.classes or not {"block", "box"} & node.classes:
            yield from self._all(node)
        else:
            if "activity" in node.classes:
                self._task = self._title(node)
            blocks = tuple(self._all(node))
            if "activity" in node.classes:
                blocks = (*blocks, Rules(WRITING_LINES))
            if "labelled" in node.classes and isinstance(blocks[0], Paragraph):
                blocks = (replace(blocks[0], look="label"), *blocks[1:])
            yield Box(blocks, self._tone(node))

    def _tone(self, node: Node) -> str:
        return next((tone for kind, tone in _TONES.items() if kind in node.classes), "calm")

    def _details(self, node: Node) -> Sequence[Block]:
        """A model answer goes to the end; the words of a figure are its description already."""
        if "answer" in node.classes:
            body = next(kid for kid in node.elements if kid.tag == "div")
            self.answers += [self._labelled(_("Model answer")), *self._all(body)]
        return ()

    def _title(self, node: Node) -> Line:
        """The words in bold that open an activity, without their full stop."""
        opening = next((kid for kid in node.elements if kid.tag == "p"), None)
        bold = opening.kids[0] if opening is not None and opening.kids else None
        if not isinstance(bold, Node) or bold.tag != "strong":
            return ()
        words = self._words(bold)
        return (*words[:-1], replace(words[-1], text=words[-1].text.removesuffix("."))) if words else ()

    def _labelled(self, kind: str) -> Block:
        """The head of an answer: what kind of task it belongs to, and which."""
        title = (Span(BETWEEN), *self._task) if self._task else ()
        return Paragraph((Span(kind), *title), "label")

    # Sheets

    def _comment(self, node: Node) -> Iterator[Block]:
        kind, _sep, key = node.text.partition(":")
        sheet = self.content.sheets.get(key)
        if sheet is not None and kind == "sheet":
            yield self._sheet(sheet)
        elif sheet is not None and kind == "recall":
            yield self._reminder(sheet)

    def _sheet(self, sheet: Sheet) -> Block:
        """Title, instruction, then each field with its example and lines to write on."""
        title = sheet.title[self.lang]
        self._task = (Span(title),)
        blocks: list[Block] = [Heading(title, self.box_level, "subheading")]
        blocks += self._all(parse(sheet.intro[self.lang]))
        for field in sheet.fields:
            blocks.append(Paragraph((Span(field.label[self.lang], is_strong=True),), keeps_with_next=True))
            if hint := self._words(parse(field.hint[self.lang])):
                example = _("Illustrative example")
                said = (Span(f"{example}{_COLON[self.lang]}"), *hint)
                blocks.append(Paragraph(said, "small", keeps_with_next=True))
            blocks.append(Rules(SHEET_LINES))
        return Box(tuple(blocks), "warm")

    def _reminder(self, sheet: Sheet) -> Block:
        """On paper nothing is shown again: which sheet to take out, and of which lesson it is."""
        lesson = self.content.lesson(sheet.lesson)
        module = self.content.module(lesson.module) if lesson else None
        places = [
            _("Module %(number)s", number=module.number) if module else "",
            _("Lesson %(number)s", number=lesson.number) if lesson else "",
        ]
        where = "".join(f"{BETWEEN}{place}" for place in places if place)
        return Paragraph((Span(sheet.title[self.lang], is_strong=True), Span(where)), "small")

    # Exercises

    def _exercise(self, node: Node) -> Iterator[Block]:
        self._task = self._title(node)
        blocks: list[Block] = []
        answers: list[Block] = []
        choices = self._shared_choices(node)
        for kid in node.elements:
            printed, later = self._part(kid, is_order=_is_order(node))
            if choices and "exercise-item" in kid.classes:
                blocks.append(Paragraph(choices))
                choices = ()
            blocks += printed
            answers += later
        title = node.first("h3")
        self.answers += [self._labelled(title.words() if title else ""), *_as_lists(answers)]
        yield Box(tuple(_as_lists(blocks)), "warm")

    def _part(self, node: Node, *, is_order: bool) -> tuple[list[Block], list[Block]]:
        """A part of an exercise as printed, and what of it stands at the end."""
        if "exercise-item" in node.classes and is_order:
            legend = node.first("legend")
            return [Items((Item(_PLACE, self._words(legend) if legend else ()),))], []
        if "exercise-item" in node.classes:
            return self._question(node)
        if "scene" in node.classes:
            return self._scene(node)
        if node.tag == "details":  # the right order
            return [], [block for one in node.elements if one.tag == "div" for block in self._all(one)]
        return list(self._block(node)), []

    def _shared_choices(self, node: Node) -> Line:
        """The categories that every item of a sorting exercise is sorted into."""
        item = next((kid for kid in node.elements if {"exercise-item", "chips"} <= kid.classes), None)
        if item is None or _is_order(node):
            return ()
        return _joined([self._option(choice)[0] for choice in _choices(item)])

    def _question(self, node: Node) -> tuple[list[Block], list[Block]]:
        """A question as printed, and its answer."""
        self._questions += 1
        number = f"{self._questions}."
        choices = _choices(node)
        if not choices:
            return self._calculation(node, number)
        legend = node.first("legend")
        asked = self._words(legend) if legend else ()
        options = [self._option(choice) for choice in choices]
        right = next(place for place, choice in enumerate(choices) if _is_right(choice))
        if "chips" in node.classes:
            printed = Items((Item(number, (*asked, Span(_TO_FILL_IN))),))
            return [printed], [Items((Item(number, _answer(*options[right])),))]
        letters = LETTERS[self.lang]
        listed = (Item(f"{letters[place]}.", words, 1) for place, (words, _note) in enumerate(options))
        return [Items((Item(number, asked), *listed))], [Items(tuple(self._solution(number, options, right)))]

    def _solution(self, number: str, options: Sequence[tuple[Line, Line]], right: int) -> Iterator[Item]:
        """The right option with its comment, then those on the others."""
        letters = LETTERS[self.lang]
        words, note = options[right]
        yield Item(number, _answer((Span(f"{letters[right]}. "), *words), note))
        for place, (_words, other) in enumerate(options):
            if place != right and other:
                yield Item(f"{letters[place]}.", other, 1)

    def _calculation(self, node: Node, number: str) -> tuple[list[Block], list[Block]]:
        label = node.first("span")
        asked = (*(self._words(label) if label else ()), Span(_TO_FILL_IN))
        solution = next((one.first("p") for one in node.all("details")), None)
        answer = self._words(solution) if solution else ()
        return [Items((Item(number, asked),))], [Items((Item(number, answer),))] if answer else []

    def _option(self, choice: Node) -> tuple[Line, Line]:
        """The words of an option, and the comment on it without its verdict."""
        words: Line = ()
        note: Line = ()
        for kid in choice.elements:
            if kid.tag == "span" and "note" in kid.classes:
                verdict = kid.first("strong")
                note = self._words(Node("span", kids=[one for one in kid.kids if one is not verdict]))
            elif kid.tag == "span":
                words = self._words(kid)
        return words, note

    def _scene(self, node: Node, path: str = "") -> tuple[list[Block], list[Block]]:
        """A scene with its replies as printed; where each reply leads, for the end.

        Replies are a and b, those that follow a are a1 and a2, then a1a.
        """
        replies = [kid for kid in node.elements if kid.tag == "details"]
        printed = [block for kid in node.elements if kid not in replies for block in self._block(kid)]
        later: list[Block] = []
        marked = []
        has_numbers = bool(path) and path[-1].isalpha()
        for place, reply in enumerate(replies):
            name = f"{path}{place + 1 if has_numbers else LETTERS[self.lang][place]}"
            summary, scene = reply.first("summary"), reply.first("div")
            words = self._words(summary) if summary else ()
            marked.append(Item(f"{name}.", words, 1))
            if scene is not None:
                text, more = self._scene(scene, name)
                chosen = Paragraph((Span(f"{name}. ", is_strong=True), *words), keeps_with_next=True)
                later += [chosen, *text, *more]
        if marked:
            printed.append(Items(tuple(marked)))
        return printed, later


def _choices(node: Node) -> list[Node]:
    return [kid for kid in node.all("label") if "choice" in kid.classes]


def _is_order(node: Node) -> bool:
    """Whether an exercise asks for an order: its solution is one for all."""
    return any(kid.tag == "details" for kid in node.elements)


def _is_right(choice: Node) -> bool:
    return any("data-yes" in field.attributes for field in choice.all("input"))


def _stop(text: str) -> str:
    """What stands between words and the sentence that follows them: their own full stop, or one."""
    return " " if text.rstrip(_CLOSING)[-1:] in _ENDS else ". "


def _answer(words: Line, note: Line) -> Line:
    """The right words in bold, then the comment on them."""
    strong = tuple(replace(span, is_strong=True) for span in words)
    return (*strong, Span(_stop("".join(span.text for span in words))), *note) if note else strong


def _joined(options: Sequence[Line]) -> Line:
    spans: list[Span] = []
    for place, words in enumerate(options):
        spans += [Span(" / "), *words] if place else words
    return tuple(spans)


def _as_lists(blocks: Sequence[Block]) -> list[Block]:
    """Lists that follow each other as one: a reader hears how many items there are."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Items) and isinstance(last, Items):
            joined[-1] = Items((*last.items, *block.items))
        else:
            joined.append(block)
    return joined
