"""Who was there when, A4 landscape: people × half-days, as many pages as both need. In points.

One language: in Arabic the first column stands at the right. Each page repeats the heads and the people's names.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4, landscape

from lms.documents import GridSheet, GridSheetRow, Meta
from lms.documents.cell_values import runs_left
from lms.documents.finishing import finish
from lms.documents.fonts import drawable
from lms.documents.ornaments import GREEN, INK, MUTED, RULE, SOFT
from lms.documents.pen import CENTER, Pen, Sheet
from lms.documents.rows import in_pages
from lms.documents.structure import Element
from lms.documents.text import Style, break_lines, shrunk

WIDTH, HEIGHT = landscape(A4)
MARGIN, FOOT, PAD = 34.0, 34.0, 4.0
ROOM = WIDTH - 2 * MARGIN
TABLE_TOP, HEAD_HEIGHT, ROW_HEIGHT, ROWS = HEIGHT - 98.0, 34.0, 17.6, 20
#: Widths of the number, the name, the organisation, a total; half-days share what is left, this wide at least.
NUMBER_WIDTH, NAME_WIDTH, ORGANISATION_WIDTH, TOTAL_WIDTH, LEAST_WIDTH = 22.0, 136.0, 80.0, 37.0, 25.0
WIDEST = 46.0
#: Of the definitions: heading, highest line, and how far below the table.
NOTES_HEAD, NOTE_HEIGHT, NOTES_GAP = 40.0, 13.5, 8.0
WHITE = "#FFFFFF"


def draw(sheet: GridSheet) -> bytes:
    """All pages, then what the figures mean; letters that no face has are left out."""
    out = io.BytesIO()
    canvas = Sheet(out, landscape(A4))
    people, half_days = in_pages(sheet.rows, ROWS), _columns(sheet)
    pages = [(rows, places) for rows in people for places in half_days]
    notes = _note_lines(sheet)
    # Where there is room for them, they stand under the last rows.
    below = TABLE_TOP - HEAD_HEIGHT - (len(pages[-1][0]) + 1) * ROW_HEIGHT - NOTES_GAP
    stand_below = below - NOTES_HEAD - len(notes) * NOTE_HEIGHT >= FOOT
    per_page = int((TABLE_TOP - FOOT - NOTES_HEAD) // NOTE_HEIGHT)
    note_pages = [] if stand_below else [notes[start : start + per_page] for start in range(0, len(notes), per_page)]
    total = len(pages) + len(note_pages)
    for number, (rows, places) in enumerate(pages, 1):
        canvas.pen.new_group(sheet.lang)
        _head(canvas.pen, sheet, number, total)
        is_last = number > len(pages) - len(half_days)
        _table(canvas.pen, sheet, rows, places, with_counts=is_last and bool(sheet.rows))
        if stand_below and number == len(pages):
            _notes(canvas.pen, sheet, notes, below)
        canvas.showPage()
    for number, lines in enumerate(note_pages, len(pages) + 1):
        canvas.pen.new_group(sheet.lang)
        _head(canvas.pen, sheet, number, total)
        _notes(canvas.pen, sheet, lines, TABLE_TOP)
        canvas.showPage()
    canvas.save()
    meta = Meta(title=f"{sheet.title} – {sheet.cohort}", author=sheet.programme, lang=sheet.lang, made_on=sheet.made_on)
    return finish(out.getvalue(), canvas.structure, meta)


def _columns(sheet: GridSheet) -> list[range]:
    """The half-days of each page, shared out evenly."""
    left = ROOM - NUMBER_WIDTH - NAME_WIDTH - ORGANISATION_WIDTH - TOTAL_WIDTH * len(sheet.totals)
    most = int(left // LEAST_WIDTH)
    count = max(1, -(-len(sheet.heads) // most))
    size = max(1, -(-len(sheet.heads) // count))
    return [range(start, min(start + size, len(sheet.heads))) for start in range(0, len(sheet.heads), size)] or [
        range(0)
    ]


def _edges(sheet: GridSheet, slots: int) -> list[tuple[float, float]]:
    """Left and right of each column, from the side where reading starts."""
    left = ROOM - NUMBER_WIDTH - NAME_WIDTH - ORGANISATION_WIDTH - TOTAL_WIDTH * len(sheet.totals)
    wide = min(WIDEST, left / slots) if slots else 0.0
    # What few half-days leave goes to the names.
    name = NAME_WIDTH + (left - wide * slots) * 0.6
    organisation = ORGANISATION_WIDTH + (left - wide * slots) * 0.4
    found, at = [], MARGIN
    for one in (NUMBER_WIDTH, name, organisation, *[wide] * slots, *[TOTAL_WIDTH] * len(sheet.totals)):
        found.append((at, at + one))
        at += one
    return [(WIDTH - right, WIDTH - begin) for begin, right in found] if sheet.lang == "ar" else found


def _start(sheet: GridSheet) -> float:
    return WIDTH - MARGIN if sheet.lang == "ar" else MARGIN


def _head(pen: Pen, sheet: GridSheet, number: int, total: int) -> None:
    rtl = sheet.lang == "ar"
    bold, plain = "amiri-bold", "plex"
    words = (
        (HEIGHT - 46, sheet.title, Style(bold, 19 if rtl else 17, GREEN), "H1"),
        (HEIGHT - 63, sheet.cohort, Style("plex-semibold", 9.5, INK), "P"),
        (HEIGHT - 77, sheet.facts, Style(plain, 8, MUTED), "P"),
        (HEIGHT - 89, sheet.legend, Style(plain, 8, MUTED), "P"),
    )
    for y, text, style, role in words:
        if text := drawable(text):
            pen.line(_start(sheet), y, text, shrunk(text, style, ROOM, rtl=rtl), rtl=rtl, role=role)
    with pen.decoration():
        style = Style(plain, 7, MUTED)
        pen.line(_start(sheet), 20, drawable(sheet.programme), style, rtl=rtl)
        pen.line(WIDTH / 2, 20, f"{number} / {total}", style, rtl=False, align=CENTER)


def _table(
    pen: Pen, sheet: GridSheet, rows: Sequence[GridSheetRow], places: range, *, with_counts: bool
) -> None:  # fmt: skip
    canvas, edges = pen.canvas, _edges(sheet, len(places))
    table = canvas.structure.root.add("Table", sheet.lang)
    canvas.setFillColor(GREEN)
    canvas.rect(MARGIN, TABLE_TOP - HEAD_HEIGHT, ROOM, HEAD_HEIGHT, stroke=0, fill=1)
    head = table.add("TR")
    titles = [
        *((one,) for one in sheet.columns), *(sheet.heads[place] for place in places), *((one,) for one in sheet.totals)
    ]  # fmt: skip
    for place, ((left, right), lines) in enumerate(zip(edges, titles, strict=True)):
        cell = head.add("TH", scope="Column")
        if place in (1, 2):  # above words, where they begin
            _words(pen, cell, sheet, left, right, TABLE_TOP, lines[0], "plex-semibold", WHITE, HEAD_HEIGHT)
        else:
            _lines(pen, cell, left, right, TABLE_TOP, HEAD_HEIGHT, lines, WHITE)
    top = TABLE_TOP - HEAD_HEIGHT
    for place, row in enumerate(rows):
        _shade(pen, place, top)
        _row(pen, table.add("TR"), sheet, row, places, edges, top)
        top -= ROW_HEIGHT
    if with_counts:
        _counts(pen, table.add("TR"), sheet, places, edges, top)
        top -= ROW_HEIGHT
    _rules(pen, edges, top)


def _shade(pen: Pen, place: int, top: float) -> None:
    if place % 2:
        pen.canvas.setFillColor(SOFT)
        pen.canvas.rect(MARGIN, top - ROW_HEIGHT, ROOM, ROW_HEIGHT, stroke=0, fill=1)


def _rules(pen: Pen, edges: Sequence[tuple[float, float]], bottom: float) -> None:
    canvas = pen.canvas
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    y = TABLE_TOP - HEAD_HEIGHT
    while y >= bottom - 0.1:
        canvas.line(MARGIN, y, MARGIN + ROOM, y)
        y -= ROW_HEIGHT
    for x in {MARGIN, MARGIN + ROOM, *(left for left, _right in edges[1:])}:
        canvas.line(x, TABLE_TOP - HEAD_HEIGHT, x, bottom)


def _row(
    pen: Pen, tr: Element, sheet: GridSheet, row: GridSheetRow, places: range, edges: Sequence[tuple[float, float]],
    top: float,
) -> None:  # fmt: skip
    _lines(pen, tr.add("TD"), *edges[0], top, ROW_HEIGHT, (str(row.number),), MUTED)
    _words(pen, tr.add("TH", scope="Row"), sheet, *edges[1], top, row.name, "plex-semibold", INK)
    _words(pen, tr.add("TD"), sheet, *edges[2], top, row.organisation, "plex", MUTED)
    cells = [row.cells[place] for place in places]
    for (left, right), text in zip(edges[3:], [*cells, *row.totals], strict=True):
        _lines(pen, tr.add("TD"), left, right, top, ROW_HEIGHT, (text,), INK)


def _counts(
    pen: Pen, tr: Element, sheet: GridSheet, places: range, edges: Sequence[tuple[float, float]], top: float
) -> None:
    _lines(pen, tr.add("TD"), *edges[0], top, ROW_HEIGHT, ("",), INK)
    _words(pen, tr.add("TH", scope="Row"), sheet, *edges[1], top, sheet.counts_title, "plex-semibold", INK)
    _lines(pen, tr.add("TD"), *edges[2], top, ROW_HEIGHT, ("",), INK)
    texts = [*(sheet.counts[place] for place in places), *[""] * len(sheet.totals)]
    for (left, right), text in zip(edges[3:], texts, strict=True):
        _lines(pen, tr.add("TD"), left, right, top, ROW_HEIGHT, (text,), INK)


def _lines(
    pen: Pen, to: Element, left: float, right: float, top: float, height: float, lines: Sequence[str], color: str
) -> None:
    """Short texts, one under the other, in the middle of a cell."""
    face = "plex-semibold" if color == WHITE else "plex"
    shown = [text for one in lines if (text := drawable(one))]
    y = top - height / 2 - 2.6 + 4.8 * (len(shown) - 1)
    for text in shown:
        rtl = runs_left(text)
        style = shrunk(text, Style(face, 7.5, color), right - left - 3, rtl=rtl)
        pen.line((left + right) / 2, y, text, style, rtl=rtl, align=CENTER, to=to)
        y -= 9.6


def _words(
    pen: Pen, to: Element, sheet: GridSheet, left: float, right: float, top: float, text: str, face: str, color: str,
    height: float = ROW_HEIGHT,
) -> None:  # fmt: skip
    """A name at the side where reading starts, whatever its own letters."""
    text = drawable(text)
    if not text:
        return
    rtl, starts_right = runs_left(text), sheet.lang == "ar"
    style = shrunk(text, Style(face, 8, color), right - left - 2 * PAD, rtl=rtl)
    at = right - PAD if starts_right else left + PAD
    pen.line(at, top - height / 2 - 2.8, text, style, rtl=rtl, align="start" if rtl == starts_right else "end", to=to)


def _note_lines(sheet: GridSheet) -> list[tuple[str, bool]]:
    """Lines of the last page; the names of figures are strong."""
    rtl, found = sheet.lang == "ar", []
    for name, meaning in sheet.definitions:
        found.append((drawable(name), True))
        found += [(one, False) for one in break_lines(drawable(meaning), Style("plex", 8.5, INK), ROOM, rtl=rtl)]
    return found


def _notes(pen: Pen, sheet: GridSheet, lines: Sequence[tuple[str, bool]], top: float) -> None:
    rtl, y = sheet.lang == "ar", top - 18
    pen.line(_start(sheet), y, sheet.definitions_title, Style("plex-semibold", 11, GREEN), rtl=rtl, role="H2")
    for text, is_name in lines:
        y -= NOTE_HEIGHT + 1.5 if is_name else NOTE_HEIGHT - 1.5
        style = Style("plex-semibold" if is_name else "plex", 8.5, INK)
        pen.line(_start(sheet), y, text, style, rtl=rtl)
