"""What flows down a page: paragraphs, list items, headings, notes, figures, tables and boxes, each with its tags.

They are Platypus flowables: the library places, splits and keeps them together; words are drawn by the engine. An
element is made with its flowable, in the order of reading, so that a paragraph on two pages stays one paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.platypus import Flowable, Table

from lms.documents.blocks import Line, Words
from lms.documents.looks import LOOKS, Look
from lms.documents.ornaments import GREEN, MUTED, RULE
from lms.documents.pen import CENTER, END, START, Sheet
from lms.documents.structure import Element
from lms.documents.svg import Drawing
from lms.documents.svg import draw as draw_svg
from lms.documents.text import break_words, line, width

#: Lines of a paragraph that never stand alone at the foot or the head of a page.
FEWEST_LINES = 2
NOTE_GAP = 9.0
#: Between the bullet or number of an item and its words, the sign included.
MARKER_ROOM = 22.0
#: At least so much between the two.
MARKER_GAP = 6.0
#: The highest table or box that is never split.
HIGHEST_WHOLE = 230.0
#: From one line to write on to the next.
WRITING_STEP = 22.0


@dataclass(frozen=True)
class Note:
    """A note at the foot of the page that refers to it."""

    number: int
    words: Words
    element: Element


class Text(Flowable):
    """A paragraph: lines that break where they must, also over pages.

    ``marker`` stands before the first line: a bullet or number, its element, its distance from the edge. ``notes`` go
    to the foot of the page; ``bookmark``: its name, and its title and level in the outline.
    """

    def __init__(
        self,
        words: Words,
        look: Look,
        lang: str,
        element: Element,
        *,
        marker: tuple[str, Element, float] | None = None,
        notes: Sequence[Note] = (),
        bookmark: tuple[str, str, int] | None = None,
        lines: Sequence[Line] | None = None,
    ) -> None:
        super().__init__()
        self.words, self.look, self.lang, self.element = words, look, lang, element
        self.marker, self.notes, self.bookmark = marker, tuple(notes), bookmark
        self.lines = list(lines) if lines is not None else None
        self.keepWithNext = int(look.keeps_with_next)
        self.is_drawn = False
        #: In a table, which asks for the room of its notes itself.
        self.is_cell = False

    @property
    def rtl(self) -> bool:
        return self.lang == "ar"

    def getSpaceBefore(self) -> float:
        return self.look.before

    def getSpaceAfter(self) -> float:
        return self.look.after

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.room = room
        if self.lines is None:
            self.lines = break_words(self.words, self.look.style, room - self.look.indent, rtl=self.rtl)
        return room, len(self.lines) * self.look.step + self._foot()

    def split(self, room: float, height: float) -> list[Flowable]:
        self.wrap(room, height)
        lines = self.lines or []
        fitting = int((height - self._foot()) // self.look.step)
        fitting = min(fitting, len(lines) - FEWEST_LINES)
        if fitting < FEWEST_LINES:
            return []
        referred = {span.text for one in lines[:fitting] for span in one if span.is_raised}
        here = [note for note in self.notes if str(note.number) in referred]
        later = [note for note in self.notes if note not in here]
        first = Text(
            self.words, replace(self.look, after=0), self.lang, self.element, marker=self.marker, notes=here,
            bookmark=self.bookmark, lines=lines[:fitting],
        )  # fmt: skip
        look = replace(self.look, before=0)
        rest = Text(self.words, look, self.lang, self.element, notes=later, lines=lines[fitting:])
        return [first, rest]

    def draw(self) -> None:
        sheet: Sheet = self.canv
        if self.is_drawn:  # the head of a table, again on its next page
            with sheet.pen.decoration():
                self._draw(sheet)
            return
        self.is_drawn = True
        if self.bookmark:
            sheet.bookmark(len(self.lines or ()) * self.look.step, *self.bookmark)
        self._draw(sheet)

    def _draw(self, sheet: Sheet) -> None:
        edge, inward = (self.room, -1) if self.rtl else (0.0, 1)
        y = self._baseline(self._foot())
        if self.marker:
            sign, element, start = self.marker
            sheet.pen.line(
                edge + inward * start,
                y,
                sign,
                replace(self.look.style, color=GREEN),
                rtl=self.rtl,
                to=element,
            )
        x = edge + inward * self.look.indent
        sheet.pen.lines(x, y, self.lines or [], self.look.style, self.look.step, rtl=self.rtl, to=self.element)

    def _foot(self) -> float:
        """Room that its notes take at the foot of the page."""
        return 0.0 if self.is_cell else notes_height(self.notes, self.room)

    def _baseline(self, below: float) -> float:
        """Where the first line stands: the letters in the middle of their step."""
        lines = len(self.lines or ())
        return below + (lines - 1) * self.look.step + (self.look.step - self.look.style.size) / 2 + self._depth()

    def _depth(self) -> float:
        return self.look.style.size * (0.3 if self.rtl else 0.22)


def notes_height(notes: Sequence[Note], room: float) -> float:
    """What the notes take at the foot of a page, the rule above them included."""
    if not notes:
        return 0.0
    return NOTE_GAP + sum(len(lines) * look.step + look.after for look, lines in _note_lines(notes, room))


def _note_lines(notes: Sequence[Note], room: float) -> list[tuple[Look, list[Line]]]:
    found = []
    for note in notes:
        look = LOOKS[note.element.lang]["note"]
        words = (*line(f"{note.number}. "), *line(note.words))
        found.append((look, break_words(words, look.style, room, rtl=note.element.lang == "ar")))
    return found


def draw_notes(sheet: Sheet, notes: Sequence[Note], left: float, bottom: float, room: float) -> None:
    """The notes of one page, upwards from ``bottom``, below a short rule on the side where reading starts."""
    if not notes:
        return
    y = bottom + notes_height(notes, room) - NOTE_GAP / 2
    rtl = notes[0].element.lang == "ar"
    start, inward = (left + room, -1) if rtl else (left, 1)
    sheet.setStrokeColor(RULE)
    sheet.setLineWidth(0.6)
    sheet.line(start, y, start + inward * 90, y)
    y -= NOTE_GAP / 2
    for note, (look, lines) in zip(notes, _note_lines(notes, room), strict=True):
        y = sheet.pen.lines(start, y - look.step * 0.72, lines, look.style, look.step, rtl=rtl, to=note.element)
        y += look.step * 0.72 - look.after


class Figure(Flowable):
    """A drawing as vectors, in the middle; read by its words."""

    def __init__(self, drawing: Drawing, element: Element, scale: float) -> None:
        super().__init__()
        self.drawing, self.element, self.scale = drawing, element, scale
        self.keepWithNext = 1

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.room = room
        return room, self.drawing.height * self.scale

    def getSpaceBefore(self) -> float:
        return 4.0

    def getSpaceAfter(self) -> float:
        return 6.0

    def draw(self) -> None:
        sheet: Sheet = self.canv
        left = (self.room - self.drawing.width * self.scale) / 2
        with sheet.pen.inside(self.element):
            draw_svg(sheet.pen, self.drawing, left, self.drawing.height * self.scale, self.scale)


class ContentsLine(Flowable):
    """A line of the table of contents: words, dots, and the page, which is known only at the end."""

    def __init__(self, words: Words, look: Look, lang: str, element: Element, target: str) -> None:
        super().__init__()
        self.words, self.look, self.lang, self.element, self.target = words, look, lang, element, target

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.room = room
        self.lines = break_words(self.words, self.look.style, room - 40, rtl=self.lang == "ar")
        return room, len(self.lines) * self.look.step

    def getSpaceBefore(self) -> float:
        return self.look.before

    def draw(self) -> None:
        sheet: Sheet = self.canv
        rtl, style = self.lang == "ar", self.look.style
        indent = self.look.indent
        start, end = (self.room - indent, 0.0) if rtl else (indent, self.room)
        baseline = self.look.step * 0.32
        y = baseline + (len(self.lines) - 1) * self.look.step
        sheet.pen.lines(start, y, self.lines, style, self.look.step, rtl=rtl, to=self.element)
        used = width(self.lines[-1], style, rtl=rtl) + 8 + indent
        left, right = (26.0, self.room - used) if rtl else (used, self.room - 26)
        sheet.setStrokeColor(MUTED)
        sheet.setLineWidth(0.5)
        sheet.setDash(0.5, 3)
        sheet.line(left, baseline + 1, right, baseline + 1)
        sheet.setDash()
        with sheet.pen.inside(self.element):
            small = replace(style, face="plex", size=style.size * 0.85)
            sheet.page_of(self.target, end, baseline, small, START if rtl else END)
        sheet.link(self.target, (0, 0, self.room, len(self.lines) * self.look.step), self.element)


class Centred(Text):
    """A line of a cover, in the middle."""

    def _draw(self, sheet: Sheet) -> None:
        y, style = self._baseline(0), self.look.style
        sheet.pen.lines(
            self.room / 2, y, self.lines or [], style, self.look.step, rtl=self.rtl, align=CENTER, to=self.element
        )


class Cells(Table):
    """A table that takes the room of its words' notes at the foot of the page, as a paragraph does."""

    is_cell = False

    @property
    def notes(self) -> tuple[Note, ...]:
        flowables = [one for row in self._cellvalues for cell in row for one in cell]
        return tuple(note for one in flowables for note in getattr(one, "notes", ()))

    def wrap(self, room: float, height: float) -> tuple[float, float]:
        self.room = room
        wide, high = super().wrap(room, height)
        return wide, high + self._foot()

    def split(self, room: float, height: float) -> list[Flowable]:
        self.room = room
        parts: list[Flowable] = super().split(room, height - self._foot())
        return parts

    def draw(self) -> None:
        self.canv.translate(0, self._foot())
        super().draw()

    def _foot(self) -> float:
        return 0.0 if self.is_cell else notes_height(self.notes, self.room)


def _in_cells(flowables: Sequence[Flowable]) -> list[list[Flowable]]:
    for one in flowables:
        one.is_cell = True
    return [[one] for one in flowables]


class RuledLines(Flowable):
    """Lines to write on."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.room = room
        return room, self.count * WRITING_STEP + 4

    def draw(self) -> None:
        self.canv.setStrokeColor(RULE)
        self.canv.setLineWidth(0.7)
        for place in range(self.count):
            self.canv.line(0, 4 + place * WRITING_STEP, self.room, 4 + place * WRITING_STEP)


def boxed(children: Sequence[Flowable], room: float, lang: str, *, ground: str, edge: str, padding: float) -> Flowable:
    """The flowables one below the other on a tinted ground, with a bar where reading starts; breaks between them."""
    table = Cells(
        [[cell] for cell in _in_cells(children)],
        colWidths=[room],
        style=[
            ("BACKGROUND", (0, 0), (-1, -1), ground),
            ("LINEAFTER" if lang == "ar" else "LINEBEFORE", (0, 0), (-1, -1), 2.2, edge),
            ("LEFTPADDING", (0, 0), (-1, -1), padding),
            ("RIGHTPADDING", (0, 0), (-1, -1), padding),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ("TOPPADDING", (0, 0), (-1, 0), 8),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 8),
            *(("NOSPLIT", (0, row), (0, row + 1)) for row, one in enumerate(children[:-1]) if one.getKeepWithNext()),
        ],
    )
    table.spaceBefore, table.spaceAfter = 5, 11
    return _whole_if_small(table, room)


def table(
    head: Sequence[Sequence[Flowable]], rows: Sequence[Sequence[Flowable]], widths: Sequence[float], lang: str
) -> Flowable:
    """A table whose head stands again on each page; its first column on the side where reading starts."""
    lines = [_in_cells(row) for row in (*head, *rows)]
    if lang == "ar":
        lines, widths = [row[::-1] for row in lines], list(widths)[::-1]
    style: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 6),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ("ROWBACKGROUNDS", (0, len(head)), (-1, -1), ["#FFFFFF", "#F6F9F7"]),
    ]
    if head:
        style += [("BACKGROUND", (0, 0), (-1, 0), GREEN), ("VALIGN", (0, 0), (-1, 0), "MIDDLE")]
    made = Cells(lines, colWidths=list(widths), repeatRows=len(head), style=style)
    made.spaceBefore, made.spaceAfter = 4, 12
    return _whole_if_small(made, sum(widths))


def _whole_if_small(made: Cells, room: float) -> Flowable:
    """What is not higher than a third of a page stays on one."""
    _wide, high = made.wrap(room, HIGHEST_WHOLE)
    if high <= HIGHEST_WHOLE:
        made.setStyle([("NOSPLIT", (0, 0), (-1, -1))])
    return made


def column_widths(columns: Sequence[Sequence[tuple[Words, Look]]], room: float, lang: str) -> list[float]:
    """Room for each column: at least its longest word, the rest shared by how much each has to say."""
    padding = 13.0
    least, wanted = [], []
    for cells in columns:
        words = [(word, look) for words, look in cells for word in _single_words(words)]
        least.append(max((width(w, look.style, rtl=lang == "ar") for w, look in words), default=0.0) + padding)
        whole = max((width(line(w), look.style, rtl=lang == "ar") for w, look in cells), default=0.0) + padding
        wanted.append(max(whole, least[-1]))
    if sum(wanted) <= room:
        return [one * room / sum(wanted) for one in wanted]
    if sum(least) > room:
        # A column that asks for less than its share has it; the others cut their longest words.
        modest = sum(one for one in least if one <= room / len(least))
        share = (room - modest) / (sum(least) - modest)
        return [one if one <= room / len(least) else one * share for one in least]
    # The square root keeps a column of sentences from leaving nothing but a word's room to the others.
    more = [max(want - need, 0.0) ** 0.5 for want, need in zip(wanted, least, strict=True)]
    spare = room - sum(least)
    return [need + spare * part / sum(more) for need, part in zip(least, more, strict=True)]


def _single_words(words: Words) -> list[Words]:
    found: list[Words] = []
    for span in line(words):
        found += [(span,)] if span.is_group else [(replace(span, text=word),) for word in span.text.split()]
    return found
