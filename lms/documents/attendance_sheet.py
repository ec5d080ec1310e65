"""The sheet of a day: who signs, or who was there. A4, eighteen rows a page; French left, Arabic right. In points."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4

from lms.documents import AttendanceSheet, Meta, Pair, SheetRow
from lms.documents.finishing import finish
from lms.documents.fonts import MissingGlyph, face_for
from lms.documents.ornaments import GREEN, INK, MUTED, RULE, SOFT
from lms.documents.pen import CENTER, Pen, Sheet
from lms.documents.structure import Element
from lms.documents.text import Style, shrunk, squeezed

WIDTH, HEIGHT = A4
LEFT, RIGHT = 36.0, WIDTH - 36.0
TABLE_TOP, HEAD_HEIGHT, ROW_HEIGHT, ROWS = HEIGHT - 120.0, 27.0, 30.6, 18
#: Widths of the number and of the organisation; a cell to sign in is as wide as names leave it, this at most.
NUMBER_WIDTH, ORGANISATION_WIDTH, SIGN_WIDTH = 28.0, 112.0, 104.0
LEAST_NAME_WIDTH = 120.0
#: Corrections of a page, of two lines each at most; nothing is read below the foot.
NOTES, NOTE_HEIGHT, FOOT = 24, 27.0, 34.0
WHITE = "#FFFFFF"
PAD = 5.0

TITLE = Pair("ورقة الحضور", "Feuille d’émargement")
NUMBER = Pair("رقم", "N°")
NAME = Pair("الاسم الكامل", "Nom et prénom")
ORGANISATION = Pair("الهيئة", "Organisme")
TRAINERS = Pair("توقيع هيئة التكوين", "Signature de l’équipe de formation")
STAMP = Pair("خاتم الهيئة المنظمة", "Cachet de l’organisation")
TO_SIGN = "cellule à signer"
CORRECTIONS = Pair("التصحيحات", "Corrections")
#: From the right: people read the sheet as they sign it, Arabic first.
Columns = list[tuple[float, float]]


def draw(sheet: AttendanceSheet) -> bytes:
    """All pages; letters that no face has are left out."""
    out = io.BytesIO()
    canvas = Sheet(out, A4)
    pen = canvas.pen
    people = _pages(sheet.rows)
    notes = list(enumerate(sheet.notes, 1))
    corrections = [notes[start : start + NOTES] for start in range(0, len(notes), NOTES)]
    total = len(people) + len(corrections)
    for number in range(1, total + 1):
        pen.new_group("fr", "ar")
        _head(pen, sheet)
        if number <= len(people):
            _table(pen, sheet, people[number - 1])
        else:
            _notes(pen, corrections[number - 1 - len(people)])
        if number == len(people):
            _signatures(pen, sheet)
        _foot(pen, sheet, number, total)
        canvas.showPage()
    canvas.save()
    meta = Meta(
        title=f"{TITLE.fr} – {sheet.title.fr or sheet.title.ar}", author=sheet.programme.fr or sheet.programme.ar,
        lang="fr", made_on=sheet.made_on,
    )  # fmt: skip
    return finish(out.getvalue(), canvas.structure, meta)


def _pages(rows: Sequence[SheetRow]) -> list[Sequence[SheetRow]]:
    """As few pages as hold them, each about as full as the others: nobody signs alone on the last one."""
    count = -(-len(rows) // ROWS)
    size = -(-len(rows) // count) if count else 1
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [()]


def _head(pen: Pen, sheet: AttendanceSheet) -> None:
    """Both titles, what the meeting is, when and where, over a rule."""
    half = (RIGHT - LEFT) / 2 - 8
    pen.line(LEFT, HEIGHT - 50, TITLE.fr, Style("amiri-bold", 17, GREEN), rtl=False, role="H1")
    pen.line(RIGHT, HEIGHT - 50, TITLE.ar, Style("amiri-bold", 20, GREEN), rtl=True, role="H1")
    for y, pair, face, size, color in (
        (HEIGHT - 68, sheet.title, "plex-semibold", 9.5, INK),
        (HEIGHT - 82, sheet.cohort, "plex", 8.5, INK),
        (HEIGHT - 96, sheet.when, "plex", 8.5, MUTED),
    ):
        _both(pen, y, pair, Style(face, size, color), half)
    pen.canvas.setStrokeColor(RULE)
    pen.canvas.setLineWidth(0.8)
    pen.canvas.line(LEFT, HEIGHT - 106, RIGHT, HEIGHT - 106)


def _both(pen: Pen, y: float, pair: Pair, style: Style, room: float) -> None:
    for x, words, rtl in ((LEFT, pair.fr, False), (RIGHT, pair.ar, True)):
        if text := _drawable(words):
            used = Style(style.face, style.size * (1.1 if rtl else 1), style.color)
            pen.line(x, y, text, shrunk(text, used, room, rtl=rtl), rtl=rtl)


def columns(slots: int) -> Columns:
    """Left and right edges: number, name, organisation, then each of so many half-days, from the right."""
    room = RIGHT - LEFT - NUMBER_WIDTH - ORGANISATION_WIDTH
    signs = [min(SIGN_WIDTH, (room - LEAST_NAME_WIDTH) / slots)] * slots
    name = room - sum(signs)
    found: Columns = []
    right = RIGHT
    for wide in (NUMBER_WIDTH, name, ORGANISATION_WIDTH, *signs):
        found.append((right - wide, right))
        right -= wide
    return found


def _table(pen: Pen, sheet: AttendanceSheet, rows: Sequence[SheetRow]) -> None:
    canvas, edges = pen.canvas, columns(len(sheet.slots))
    table = canvas.structure.root.add("Table", "fr")
    canvas.setFillColor(GREEN)
    canvas.rect(LEFT, TABLE_TOP - HEAD_HEIGHT, RIGHT - LEFT, HEAD_HEIGHT, stroke=0, fill=1)
    head = table.add("TR")
    for (left, right), title in zip(edges[:3], (NUMBER, NAME, ORGANISATION), strict=True):
        _cell(pen, head.add("TH", scope="Column"), left, right, TABLE_TOP, HEAD_HEIGHT, title, WHITE, heads=True)
    for (left, right), slot in zip(edges[3:], sheet.slots, strict=True):
        # Times stand in the line that reads from left to right.
        title = Pair(slot.part.ar, f"{slot.part.fr} {slot.times}")
        _cell(pen, head.add("TH", scope="Column"), left, right, TABLE_TOP, HEAD_HEIGHT, title, WHITE, heads=True)
    for place, row in enumerate(rows):
        top = TABLE_TOP - HEAD_HEIGHT - place * ROW_HEIGHT
        if place % 2:
            canvas.setFillColor(SOFT)
            canvas.rect(LEFT, top - ROW_HEIGHT, RIGHT - LEFT, ROW_HEIGHT, stroke=0, fill=1)
        _row(pen, table.add("TR"), row, edges, top)
    bottom = TABLE_TOP - HEAD_HEIGHT - len(rows) * ROW_HEIGHT
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.6)
    for place in range(len(rows) + 1):
        y = TABLE_TOP - HEAD_HEIGHT - place * ROW_HEIGHT
        canvas.line(LEFT, y, RIGHT, y)
    for x in (LEFT, *(right for _left, right in edges)):
        canvas.line(x, TABLE_TOP - HEAD_HEIGHT, x, bottom)


def _row(pen: Pen, tr: Element, row: SheetRow, edges: Columns, top: float) -> None:
    left, right = edges[0]
    number = tr.add("TD")
    style = Style("plex", 8, MUTED)
    pen.line((left + right) / 2, top - ROW_HEIGHT / 2 - 3, row.code, style, rtl=False, align=CENTER, to=number)
    _cell(pen, tr.add("TH", scope="Row"), *edges[1], top, ROW_HEIGHT, row.name, INK, strong=True)
    _cell(pen, tr.add("TD"), *edges[2], top, ROW_HEIGHT, row.organisation, MUTED)
    for said, (left, right) in zip(row.said, edges[3:], strict=True):
        if said is None:
            _line_to_sign(pen, tr.add("TD").add("Figure", alt=TO_SIGN), left, right, top)
        else:
            _cell(pen, tr.add("TD"), left, right, top, ROW_HEIGHT, said, INK)


def _line_to_sign(pen: Pen, to: Element, left: float, right: float, top: float) -> None:
    """A fine line at the lower edge of the cell: whoever hears the sheet is told what stands there."""
    with pen.inside(to):
        pen.canvas.setStrokeColor(RULE)
        pen.canvas.setLineWidth(0.5)
        pen.canvas.setDash(1, 2)
        pen.canvas.line(left + 2 * PAD, top - ROW_HEIGHT + 6, right - 2 * PAD, top - ROW_HEIGHT + 6)
        pen.canvas.setDash()


def _cell(
    pen: Pen, to: Element, left: float, right: float, top: float, height: float, pair: Pair, color: str,
    *, heads: bool = False, strong: bool = False,
) -> None:  # fmt: skip
    """Arabic above, French below, both at the right edge where the row is read from; one alone in the middle."""
    bold = heads or strong
    lines = [
        (text, Style(face, size, color), rtl)
        for text, face, size, rtl in (
            (
                _drawable(pair.ar),
                "amiri-bold" if strong else "plex-semibold" if heads else "amiri",
                10.5 if strong else 9,
                True,
            ),
            (_drawable(pair.fr), "plex-semibold" if bold else "plex", 6.8 if heads else 7.5, False),
        )
        if text
    ] or [("—", Style("plex", 7.5, color), False)]
    y = top - height / 2 - 2.5 + (6.5 if len(lines) > 1 else 0)
    for text, style, rtl in lines:
        fitted = shrunk(text, style, right - left - 2 * PAD, rtl=rtl)
        pen.line(right - PAD, y, text, fitted, rtl=rtl, align="start" if rtl else "end", to=to)
        y -= 12.5


def _drawable(text: str) -> str:
    """The text without letters that no face has: a list with a letter less is better than none."""

    def is_known(char: str) -> bool:
        try:
            return bool(face_for(char, "plex"))
        except MissingGlyph:
            return False

    return "".join(char for char in text if is_known(char))


def _signatures(pen: Pen, sheet: AttendanceSheet) -> None:
    """Where the training team signs and the organiser stamps; who countersigned in the product."""
    third = (RIGHT - LEFT) / 3
    _both(pen, 122, TRAINERS, Style("plex-semibold", 7.5, INK), third)
    _both(pen, 110, sheet.trainers, Style("plex", 7.5, MUTED), third)
    _both(pen, 40, sheet.signed, Style("plex", 7, MUTED), (RIGHT - LEFT) / 2 - 8)
    middle = (LEFT + RIGHT) / 2
    pen.line(middle, 122, STAMP.ar, Style("plex", 7.5, MUTED), rtl=True, align=CENTER)
    pen.line(middle, 110, STAMP.fr, Style("plex", 7, MUTED), rtl=False, align=CENTER)


def _foot(pen: Pen, sheet: AttendanceSheet, number: int, total: int) -> None:
    with pen.decoration():
        style = Style("plex", 7, MUTED)
        pen.line(LEFT, 24, sheet.reference, style, rtl=False)
        pen.line((LEFT + RIGHT) / 2, 24, f"{number} / {total}", style, rtl=False, align=CENTER)
        pen.line(RIGHT, 24, sheet.programme.ar or sheet.programme.fr, style, rtl=bool(sheet.programme.ar))


def _notes(pen: Pen, notes: Sequence[tuple[int, Pair]]) -> None:
    """Corrections with the numbers that they have in the cells."""
    room = (RIGHT - LEFT) / 2 - 10
    for x, rtl, title, size in ((LEFT, False, CORRECTIONS.fr, 8.0), (RIGHT, True, CORRECTIONS.ar, 9.0)):
        y = TABLE_TOP - 14
        pen.line(x, y, title, Style("plex-semibold", size + 2, GREEN), rtl=rtl, role="H2")
        for number, note in notes:
            lines, style = squeezed(
                f"{number}. {_drawable(note.ar if rtl else note.fr)}",
                Style("plex", size, INK),
                room,
                rtl=rtl,
                floor=size * 0.8,
            )
            pen.lines(x, y - 16, lines, style, 11, rtl=rtl)
            y -= NOTE_HEIGHT
