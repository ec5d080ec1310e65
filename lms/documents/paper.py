"""From the blocks of a paper to its pages: A4, running heads, notes at the foot, bookmarks, page x of y. In points."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus.doctemplate import LayoutError

from lms.core.i18n import long_date
from lms.documents import CannotDraw, Meta, flow, svg
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
    Picture,
    Rules,
    Span,
    Words,
)
from lms.documents.finishing import finish
from lms.documents.flow import Note
from lms.documents.looks import LOOKS
from lms.documents.ornaments import GOLD, GREEN, MUTED, mark_of_programme
from lms.documents.pen import CENTER, END, START, Sheet
from lms.documents.structure import Element, Structure
from lms.documents.text import Style, line, plain, shrunk, width

WIDTH, HEIGHT = A4
SIDE, TOP, BOTTOM = 68.0, 82.0, 70.0
ROOM = WIDTH - 2 * SIDE
BOX_PADDING = 12.0
#: From the head of the cover down to its first line.
COVER_TOP = 190.0
#: Drawings are made for screens: the points of one of their units, so that words come out at ten points, for those
#: of a phone's width and for wider ones; less where a drawing would be too high.
NARROW_DRAWING, NARROW_SCALE, WIDE_SCALE, FIGURE_HEIGHT = 320, 0.82, 0.66, 560.0
#: Ground and bar of a box.
TONES = {"calm": ("#F3F7F4", GREEN), "warm": ("#FBF7EC", GOLD)}


def draw(paper: Paper) -> bytes:
    """The paper as PDF. Raises CannotDraw: nothing is given half."""
    structure = Structure()
    structure.root.lang = paper.lang
    out = io.BytesIO()
    try:
        story = _Story(paper, structure).flowables()
        _Template(out, paper).build(story, canvasmaker=lambda file, **_options: Sheet(file, A4, structure))
    except LayoutError as error:
        raise CannotDraw(f"« {paper.title} » has a line or a figure that is larger than a page.") from error
    except CannotDraw:
        raise
    except (ValueError, IndexError) as error:
        raise CannotDraw(f"« {paper.title} » cannot be set: {error}") from error
    meta = Meta(title=paper.title, author=paper.author, lang=paper.lang, made_on=paper.made_on)
    return finish(out.getvalue(), structure, meta)


class _Template(BaseDocTemplate):
    """Places the flowables; keeps room for the notes of a page as their paragraphs come."""

    def __init__(self, out: io.BytesIO, paper: Paper) -> None:
        super().__init__(out, pagesize=A4)
        self.paper = paper
        #: Of this page; of all pages.
        self.notes: list[Note] = []
        self.placed: list[Note] = []
        frame = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        body = Frame(SIDE, BOTTOM, ROOM, HEIGHT - TOP - BOTTOM, **frame)
        cover = Frame(SIDE, BOTTOM, ROOM, HEIGHT - 2 * BOTTOM, **frame)
        pages = [
            PageTemplate("cover", [cover], onPage=lambda sheet, _doc: _draw_cover(sheet, paper)),
            PageTemplate("page", [body], onPage=self._open_page, onPageEnd=self._close_page),
        ]
        self.addPageTemplates(pages if paper.cover else pages[1:])

    def afterFlowable(self, flowable: Flowable) -> None:
        """Move the room that a paragraph took for its notes to the foot of the page."""
        asked = getattr(flowable, "notes", ())
        if not asked:
            return
        # What the flowable asked for goes back to the column; the foot rises by what the notes need.
        self.frame._y += flow.notes_height(asked, ROOM)
        # The head of a table, again on its next page, brings none.
        notes = [note for note in asked if note not in self.placed]
        if notes:
            self.frame._y1p += flow.notes_height(notes, ROOM) - (flow.NOTE_GAP if self.notes else 0)
            self.notes += notes
            self.placed += notes

    def _open_page(self, sheet: Sheet, _doc: Any) -> None:
        self.notes = []
        self.pageTemplate.frames[0]._y1p = BOTTOM
        rtl = self.paper.lang == "ar"
        start, end = (WIDTH - SIDE, SIDE) if rtl else (SIDE, WIDTH - SIDE)
        y = HEIGHT - 50
        with sheet.pen.decoration():
            for x, words, align in ((start, self.paper.head[0], START), (end, self.paper.head[1], END)):
                style = shrunk(words, Style("plex", 8 if rtl else 7.5, MUTED), ROOM / 2 - 8, rtl=rtl)
                sheet.pen.line(x, y, words, style, rtl=rtl, align=align)
        sheet.setStrokeColor(GOLD)
        sheet.setLineWidth(0.6)
        sheet.line(SIDE, y - 8, WIDTH - SIDE, y - 8)

    def _close_page(self, sheet: Sheet, _doc: Any) -> None:
        flow.draw_notes(sheet, self.notes, SIDE, BOTTOM, ROOM)
        style = Style("plex", 8, MUTED)
        with sheet.pen.decoration():
            sheet.pen.line(WIDTH / 2 + 3, 38, f"{sheet.page + 1} / ", style, rtl=False, align=END)
        sheet.page_of("", WIDTH / 2 + 3, 38, style, START)


def _draw_cover(sheet: Sheet, paper: Paper) -> None:
    """A frame of one rule, the mark, and the date at the foot; the title flows in between."""
    sheet.setStrokeColor(GREEN)
    sheet.setLineWidth(1.4)
    sheet.rect(30, 30, WIDTH - 60, HEIGHT - 60)
    sheet.setStrokeColor(GOLD)
    sheet.setLineWidth(0.5)
    sheet.rect(36, 36, WIDTH - 72, HEIGHT - 72)
    mark_of_programme(sheet, WIDTH / 2, HEIGHT - 190, 38)
    rtl = paper.lang == "ar"
    style = Style("amiri", 13 if rtl else 11.5, MUTED)
    with sheet.pen.decoration():
        sheet.pen.line(WIDTH / 2, 76, long_date(paper.made_on, paper.lang), style, rtl=rtl, align=CENTER)


class _Story:
    """The flowables of a paper with their elements, in the order of reading."""

    def __init__(self, paper: Paper, structure: Structure) -> None:
        self.paper, self.lang = paper, paper.lang
        self.looks = LOOKS[paper.lang]
        self.parent: Element = structure.root
        self.room = ROOM
        self.notes = 0
        self._places = {id(block): f"h{place}" for place, block in enumerate(_headings(paper.blocks))}

    def flowables(self) -> list[Flowable]:
        return [*(self._cover(self.paper.cover) if self.paper.cover else []), *self._all(self.paper.blocks)]

    def _cover(self, cover: Cover) -> list[Flowable]:
        lines = [("subtitle", "P", cover.above), ("title", "H1", self.paper.title)]
        lines += [("subtitle", "P", words) for words in cover.below]
        set_lines = [
            flow.Centred(words, replace(self.looks[look], keeps_with_next=False), self.lang, self.parent.add(role))
            for look, role, words in lines
        ]
        return [Spacer(1, COVER_TOP), *set_lines, NextPageTemplate("page"), PageBreak()]

    def _all(self, blocks: Sequence[Block]) -> list[Flowable]:
        return [flowable for block in blocks for flowable in self._block(block)]

    def _block(self, block: Block) -> list[Flowable]:
        match block:
            case Heading():
                return [self._heading(block)]
            case Paragraph():
                return [self._paragraph(block)]
            case Items():
                return self._items(block)
            case Grid():
                return [self._grid(block)]
            case Picture():
                return [self._picture(block)]
            case Rules():
                return [flow.RuledLines(block.count)]
            case Box():
                return [self._box(block)]
            case NewPage():
                return [PageBreak()]
            case Contents():
                return self._contents(block)

    def _heading(self, block: Heading) -> Flowable:
        element = self.parent.add(f"H{block.level}")
        title = f"{block.number} {plain(block.words)}".strip()
        words = (Span(f"{block.number} "), *line(block.words)) if block.number else block.words
        place = self._places.get(id(block))
        bookmark = (place, title, block.level - 1) if place else None
        return flow.Text(words, self.looks[block.look], self.lang, element, bookmark=bookmark)

    def _paragraph(self, block: Paragraph) -> Flowable:
        lang = block.lang or self.lang
        element = self.parent.add("P", block.lang)
        words, notes = self._noted(block.words)
        look = LOOKS[lang][block.look]
        if block.keeps_with_next:
            look = replace(look, keeps_with_next=True)
        return flow.Text(words, look, lang, element, notes=notes)

    def _noted(self, words: Words) -> tuple[Words, list[Note]]:
        """The words with a raised number behind each span that has a note, and the notes."""
        spans: list[Span] = []
        notes: list[Note] = []
        for span in line(words):
            spans.append(replace(span, note=""))
            if span.note:
                self.notes += 1
                spans.append(Span(str(self.notes), is_raised=True))
                notes.append(Note(self.notes, span.note, self.parent.add("Note", self.lang)))
        return tuple(spans), notes

    def _items(self, block: Items) -> list[Flowable]:
        listed = self.parent.add("L")
        return [self._item(item, listed) for item in block.items]

    def _item(self, item: Item, listed: Element) -> Flowable:
        element = listed.add("LI")
        label, body = element.add("Lbl"), element.add("LBody")
        words, notes = self._noted(item.words)
        look = self.looks["item"]
        room = max(flow.MARKER_ROOM, width(item.marker, look.style, rtl=self.lang == "ar") + flow.MARKER_GAP)
        look = replace(look, indent=flow.MARKER_ROOM * item.depth + room)
        return flow.Text(
            words, look, self.lang, body, marker=(item.marker, label, flow.MARKER_ROOM * item.depth), notes=notes
        )

    def _grid(self, block: Grid) -> Flowable:
        element = self.parent.add("Table")
        cell, head = self.looks["cell"], self.looks["cell-head"]
        noted = [[self._noted(words) for words in row] for row in (*([block.head] if block.head else []), *block.rows)]
        lines = [[words for words, _notes in row] for row in noted]
        looks = [[head if block.head and not row else cell for _words in line] for row, line in enumerate(lines)]
        columns = [
            [(lines[row][column], looks[row][column]) for row in range(len(lines))] for column in range(len(lines[0]))
        ]
        widths = flow.column_widths(columns, self.room, self.lang)
        rows = []
        for number, line_ in enumerate(lines):
            row = element.add("TR")
            made = []
            for column, words in enumerate(line_):
                scope = "Column" if block.head and not number else ""
                place = row.add("TH" if scope else "TD", scope=scope)
                notes = noted[number][column][1]
                made.append(flow.Text(words, looks[number][column], self.lang, place, notes=notes))
            rows.append(made)
        return flow.table(rows[:1] if block.head else [], rows[1:] if block.head else rows, widths, self.lang)

    def _picture(self, block: Picture) -> Flowable:
        drawing = svg.parse(block.svg)
        usual = NARROW_SCALE if drawing.width <= NARROW_DRAWING else WIDE_SCALE
        scale = min(usual, self.room / drawing.width, FIGURE_HEIGHT / drawing.height)
        return flow.Figure(drawing, self.parent.add("Figure", alt=block.alt), scale)

    def _box(self, block: Box) -> Flowable:
        outer, self.parent = self.parent, self.parent.add("Sect")
        self.room -= 2 * BOX_PADDING
        children = self._all(block.blocks)
        self.room += 2 * BOX_PADDING
        self.parent = outer
        ground, edge = TONES[block.tone]
        return flow.boxed(children, self.room, self.lang, ground=ground, edge=edge, padding=BOX_PADDING)

    def _contents(self, block: Contents) -> list[Flowable]:
        found = [flow.Text(block.title, self.looks["heading"], self.lang, self.parent.add("P"))]
        listed = self.parent.add("TOC")
        for heading in _headings(self.paper.blocks):
            if heading.level > block.level or not heading.in_contents:
                continue
            look = self.looks["contents-part" if heading.level < block.level else "contents"]
            look = replace(look, indent=0.0 if heading.level < block.level else 14.0)
            words = f"{heading.number} {plain(heading.words)}".strip()
            element = listed.add("TOCI").add("Link")
            found.append(flow.ContentsLine(words, look, self.lang, element, self._places[id(heading)]))
        return found


def _headings(blocks: Sequence[Block]) -> list[Heading]:
    """The headings of the outline: those of boxes are none."""
    return [block for block in blocks if isinstance(block, Heading)]
