"""From the rendered blocks of a step to what is printed of them.

On paper nothing opens: what a reader works out alone (answers of exercises, model answers, the ways of a dialogue)
goes to the end of the lesson, terms are explained at the foot of the page, sheets become lines to write on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from lms.curriculum.catalogue import Sheet, Term
from lms.curriculum.html_tree import Node, parse
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
LETTERS = {"fr": "abcdefgh", "ar": "أبجدهوزح"}
_COLON = {"fr": "\u00a0: ", "ar": ": "}
#: Lines to write an answer on.
SHEET_LINES = 3
_BLANKS = re.compile("[ \t\r\n]+")
_BLOCKS = frozenset(["p", "ul", "ol", "table", "div", "figure", "details", "h3", "h4", "blockquote", "fieldset"])
_TONES = {"example": "warm", "activity": "warm", "exercise": "warm", "answer": "warm"}
#: Between a calculation and where its result is written.
_TO_FILL_IN = " …………"
#: Before what is to be put in order.
_PLACE = "…"


class Printer:
    """Turns the HTML of one lesson into blocks, in one language."""

    def __init__(self, lang: str, terms: Mapping[str, Term], sheets: Mapping[str, Sheet], box_level: int) -> None:
        self.lang = lang
        self.terms, self.sheets = terms, sheets
        #: Level of the headings inside boxes.
        self.box_level = box_level
        #: What stands at the end of the lesson.
        self.answers: list[Block] = []
        self._explained: set[str] = set()
        self._questions = 0

    def step(self, html: Sequence[str]) -> list[Block]:
        """The blocks of a step; its answers are kept for the end."""
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

    def _words(self, node: Node, *, has_notes: bool = True) -> Line:
        """The words of an element as spans, blanks as one, none at the ends."""
        spans = list(self._spans(node, Span(""), has_notes))
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

    def _spans(self, node: Node, look: Span, has_notes: bool) -> Iterator[Span]:
        for kid in node.kids:
            if isinstance(kid, str):
                yield replace(look, text=kid)
            elif kid.tag == "br":
                yield replace(look, text=" ")
            elif kid.tag in ("strong", "b"):
                yield from self._spans(kid, replace(look, is_strong=True), has_notes)
            elif kid.tag in ("em", "i"):
                yield from self._spans(kid, replace(look, is_emphasised=True), has_notes)
            elif kid.tag == "bdi":
                yield replace(look, text=kid.words(), is_group=True)
            elif kid.tag == "a" and "term" in kid.classes and has_notes:
                yield from self._term(kid, look)
            elif kid.tag not in ("input", "#comment"):
                yield from self._spans(kid, look, has_notes)

    def _term(self, node: Node, look: Span) -> Iterator[Span]:
        """A term, explained at the foot of the page where it comes first."""
        key = node.attributes.get("href", "").removeprefix("#term-")
        spans = list(self._spans(node, look, False))
        if key in self.terms and key not in self._explained and spans:
            self._explained.add(key)
            term = self.terms[key]
            name = term.term[self.lang]
            said = f"{name[:1].upper()}{name[1:]}{_COLON[self.lang]}{term.definition[self.lang]}"
            spans[-1] = replace(spans[-1], note=said)
        yield from spans

    # Plain blocks

    def _p(self, node: Node) -> Iterator[Block]:
        if words := self._words(node):
            yield Paragraph(words, "small" if {"small", "muted"} & node.classes else "body")

    def _h3(self, node: Node) -> Iterator[Block]:
        yield Heading(self._words(node, has_notes=False), self.box_level, "subheading")

    def _ul(self, node: Node, depth: int = 0) -> Iterator[Block]:
        yield Items(tuple(self._items(node, depth)))

    _ol = _ul

    def _items(self, node: Node, depth: int) -> Iterator[Item]:
        for number, entry in enumerate((kid for kid in node.elements if kid.tag == "li"), 1):
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
            said = [drawing.first(tag) for tag in ("title", "desc")]
            alt = ". ".join(one.words().strip().rstrip(".") for one in said if one is not None)
            yield Picture(to_svg(drawing), alt)
        caption = node.first("figcaption")
        if caption:
            yield from self._all(caption)
        source = next((kid for kid in node.all("span") if "source" in kid.classes), None)
        if source:
            yield Paragraph(self._words(source), "small")

    # Boxes

    def _div(self, node: Node) -> Iterator[Block]:
        if "exercise" in node.classes:
            yield from self._exercise(node)
        elif "scene" in node.classes or not {"block", "box"} & node.classes:
            yield from self._all(node)
        else:
            blocks = tuple(self._all(node))
            if "labelled" in node.classes and isinstance(blocks[0], Paragraph):
                blocks = (replace(blocks[0], look="label"), *blocks[1:])
            yield Box(blocks, self._tone(node))

    def _tone(self, node: Node) -> str:
        return next((tone for kind, tone in _TONES.items() if kind in node.classes), "calm")

    def _details(self, node: Node) -> Iterator[Block]:
        """A model answer goes to the end; the words of a figure are its description already."""
        if "answer" in node.classes:
            body = next(kid for kid in node.elements if kid.tag == "div")
            self.answers += [self._labelled(_("Model answer")), *self._all(body)]
        yield from ()

    def _comment(self, node: Node) -> Iterator[Block]:
        kind, _sep, key = node.text.partition(":")
        if kind == "sheet" and key in self.sheets:
            yield self._sheet(self.sheets[key])

    def _sheet(self, sheet: Sheet) -> Block:
        blocks: list[Block] = [Heading(sheet.title[self.lang], self.box_level, "subheading")]
        blocks += self._all(parse(sheet.intro[self.lang]))
        for field in sheet.fields:
            blocks.append(Paragraph((Span(field.label[self.lang], is_strong=True),)))
            blocks.append(Rules(SHEET_LINES))
        return Box(tuple(blocks), "warm")

    # Exercises

    def _exercise(self, node: Node) -> Iterator[Block]:
        blocks: list[Block] = []
        answers: list[Block] = []
        choices = self._shared_choices(node)
        for kid in node.elements:
            if "exercise-item" in kid.classes:
                if choices and not answers:
                    blocks.append(Paragraph(choices))
                question, answer = self._question(kid)
                blocks += question
                answers += answer
            elif "scene" in kid.classes:
                question, answer = self._scene(kid)
                blocks += question
                answers += answer
            elif kid.tag == "details":  # the right order
                answers += [block for one in kid.elements if one.tag == "div" for block in self._all(one)]
            else:
                blocks += self._block(kid)
        title = node.first("h3")
        self.answers += [self._labelled(title.words() if title else ""), *answers]
        yield Box(tuple(blocks), "warm")

    def _shared_choices(self, node: Node) -> Line:
        """The categories that every item of a sorting exercise is sorted into."""
        item = next((kid for kid in node.elements if {"exercise-item", "chips"} <= kid.classes), None)
        choices = [choice for choice in item.all("label") if "choice" in choice.classes] if item else []
        options = [self._option(choice)[0] for choice in choices]
        return () if _are_places(options) else _joined(options)

    def _labelled(self, words: str) -> Block:
        return Paragraph(words, "label")

    def _question(self, node: Node) -> tuple[list[Block], list[Block]]:
        """A question as printed, and its answer."""
        self._questions += 1
        number = f"{self._questions}."
        choices = [kid for kid in node.all("label") if "choice" in kid.classes]
        if not choices:
            return self._calculation(node, number)
        legend = node.first("legend")
        asked = self._words(legend) if legend else ()
        options = [self._option(choice) for choice in choices]
        right = [place for place, choice in enumerate(choices) if _is_right(choice)]
        if _are_places([words for words, _note in options]):
            self._questions -= 1
            return [Items((Item(_PLACE, asked),))], []
        if "chips" in node.classes:
            printed: list[Block] = [Items((Item(number, (*asked, Span(_TO_FILL_IN))),))]
        else:
            letters = LETTERS[self.lang]
            listed = (Item(f"{letters[place]}.", words, 1) for place, (words, _note) in enumerate(options))
            printed = [Items((Item(number, asked), *listed))]
        answer: Line = ()
        for place in right:
            words, note = options[place]
            strong = tuple(replace(span, is_strong=True) for span in words)
            answer = (*strong, Span(". "), *note) if note else strong
        return printed, [Items((Item(number, answer),))] if answer else []

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
                rest = Node(
                    "span", kids=[one for one in kid.kids if not (isinstance(one, Node) and one.tag == "strong")]
                )
                note = self._words(rest, has_notes=False)
            elif kid.tag == "span":
                words = self._words(kid, has_notes=False)
        return words, note

    def _scene(self, node: Node, path: str = "") -> tuple[list[Block], list[Block]]:
        """A scene with its replies as printed; where each reply leads, for the end."""
        printed: list[Block] = []
        later: list[Block] = []
        replies = [kid for kid in node.elements if kid.tag == "details"]
        for kid in node.elements:
            if kid.tag != "details":
                printed += self._block(kid)
        marked = []
        for place, reply in enumerate(replies):
            name = f"{path}{LETTERS[self.lang][place]}"
            summary, scene = reply.first("summary"), reply.first("div")
            words = self._words(summary, has_notes=False) if summary else ()
            marked.append(Item(f"{name}.", words, 1))
            if scene is not None:
                text, more = self._scene(scene, f"{name} – ")
                later += [Paragraph((Span(f"{name}. ", is_strong=True), *words), "body"), *text, *more]
        if marked:
            printed.append(Items(tuple(marked)))
        return printed, later


def _is_right(choice: Node) -> bool:
    return any("data-yes" in field.attributes for field in choice.all("input"))


def _are_places(options: Sequence[Line]) -> bool:
    """Whether the options are the places of an order: 1, 2, 3."""
    return all("".join(span.text for span in words).isdigit() for words in options)


def _joined(options: Sequence[Line]) -> Line:
    spans: list[Span] = []
    for place, words in enumerate(options):
        spans += [Span(" / "), *words] if place else words
    return tuple(spans)


def to_svg(node: Node) -> str:
    """A drawing of the tree as text again."""
    from markupsafe import escape

    def written(kid: Any) -> str:
        return str(escape(kid)) if isinstance(kid, str) else to_svg(kid)

    attributes = "".join(f' {_CAMEL.get(name, name)}="{escape(value)}"' for name, value in node.attributes.items())
    return f"<{node.tag}{attributes}>{''.join(written(kid) for kid in node.kids)}</{node.tag}>"


#: Names that the HTML parser made small.
_CAMEL = {
    name.lower(): name
    for name in ("viewBox", "patternUnits", "patternTransform", "markerWidth", "markerHeight", "refX", "refY",
                 "preserveAspectRatio")
}  # fmt: skip
