"""The sheet of a day: who signs, or who was there. A4, eighteen rows a page; French left, Arabic right. In points."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace

from reportlab.lib.pagesizes import A4

from lms.documents import AttendanceSheet, Meta, Pair, SheetLayout, SheetRow, Slot
from lms.documents.finishing import finish
from lms.documents.fonts import drawable
from lms.documents.ornaments import GREEN, INK, MUTED, RULE, SOFT
from lms.documents.pen import CENTER, END, START, Pen, Sheet
from lms.documents.rows import in_pages
from lms.documents.structure import Element
from lms.documents.text import Style, shrunk, squeezed

WIDTH, HEIGHT = A4
LEFT, RIGHT = 36.0, WIDTH - 36.0
TABLE_TOP, HEAD_HEIGHT, ROW_HEIGHT, ROWS = HEIGHT - 120.0, 27.0, 30.6, 18
#: Height of the logos, and how much lower all else begins below them.
LOGO_HEIGHT, LOGO_BAND = 40.0, 50.0
#: Widths of the number, of the organisation alone, of each of several columns, of one filled in by hand; a cell to
#: sign in is as wide as names leave it, this at most where there are several.
NUMBER_WIDTH, ORGANISATION_WIDTH, CELL_WIDTH, BLANK_WIDTH, SIGN_WIDTH = 28.0, 112.0, 84.0, 70.0, 104.0
LEAST_NAME_WIDTH = 120.0
#: A half-day alone on its sheet has that share of what names and it have.
SIGN_SHARE = 0.4
#: A signature needs two centimetres; on a day of many half-days less is left.
LEAST_SIGN_WIDTH = 57.0
#: Heads, titles and the footer are made smaller to fit, but not below this share of their size.
LEAST_SHARE = 0.75
#: Corrections of a page, of two lines each at most; nothing is read below the foot.
NOTES, NOTE_HEIGHT, FOOT = 24, 27.0, 34.0
#: Heading of the corrections, and above what they stay when they stand under the last rows.
NOTES_HEAD, SIGNATURES_TOP = 42.0, 144.0
#: Who countersigned: the last line's baseline, their step; no smaller letters than these.
SIGNED_Y, SIGNED_STEP, LEAST_SIZE = 47.0, 9.0, 6.0
#: Between the last row of a full page and those who sign.
LOST_Y, LOST_CODES = 133.0, 16
#: Heading of where the training team signs.
SIGN_Y = 122.0
WHITE = "#FFFFFF"
PAD = 5.0

TITLE = Pair("ورقة الحضور", "Feuille d’émargement")
NUMBER = Pair("رقم", "N°")
SIGN = Pair("توقيع", "Signature")
NAME = Pair("الاسم الكامل", "Nom et prénom")
TRAINERS = Pair("توقيع هيئة التكوين", "Signature de l’équipe de formation")
STAMP = Pair("خاتم الهيئة المنظمة", "Cachet de l’organisme organisateur")
TO_SIGN, TO_FILL = "cellule à signer", "cellule à remplir"
TOTAL = Pair("مجموع الحضور على اللائحة", "Total des présences sur la liste")
LOST = Pair("حروف أسماء لا يمكن طباعتها، الأسطر: ", "Lettres de noms qui ne peuvent pas être imprimées, lignes\u00a0: ")
CORRECTIONS = Pair("التصحيحات", "Corrections")
#: From the right: people read the sheet as they sign it, Arabic first.
Columns = list[tuple[float, float]]


def draw(*sheets: AttendanceSheet) -> bytes:
    """All pages of all sheets; letters that no face has are left out."""
    out = io.BytesIO()
    canvas = Sheet(out, A4)
    for sheet in sheets:
        _draw(canvas, sheet)
    canvas.save()
    first = sheets[0]
    meta = Meta(
        title=f"{_title(first.layout).fr} – {first.title.fr or first.title.ar}",
        author=first.programme.fr or first.programme.ar, lang="fr", made_on=first.made_on,
    )  # fmt: skip
    return finish(out.getvalue(), canvas.structure, meta)


def _draw(canvas: Sheet, sheet: AttendanceSheet) -> None:
    pen, top = canvas.pen, _top(sheet.layout)
    people = _people(sheet, top)
    notes = list(enumerate(sheet.notes, 1))
    below = _bottom(top, len(people[-1]))
    # Where there is room for them, corrections stand under the last rows.
    stand_below = below - NOTES_HEAD - len(notes) * NOTE_HEIGHT >= SIGNATURES_TOP + raised(sheet)
    most = NOTES - (2 if sheet.layout.logos else 0)
    corrections = [] if stand_below else [notes[start : start + most] for start in range(0, len(notes), most)]
    total, digest = len(people) + len(corrections), digest_of(sheet)
    for number in range(1, total + 1):
        pen.new_group("fr", "ar")
        _head(pen, sheet, top - TABLE_TOP)
        if number <= len(people):
            _table(pen, sheet, people[number - 1], top)
        else:
            _notes(pen, corrections[number - 1 - len(people)], top)
        pen.new_group()  # what stands below the table is read after it
        if number == len(people):
            if notes and stand_below:
                _notes(pen, notes, below - 12)
            _lost_letters(pen, sheet)
            _signatures(pen, sheet)
        _foot(pen, sheet, digest, number, total)
        canvas.showPage()


def _people(sheet: AttendanceSheet, top: float) -> list[Sequence[SheetRow | None]]:
    """Lines of each page; None is the line of the totals, after the last person."""
    room = top - HEAD_HEIGHT - (TABLE_TOP - HEAD_HEIGHT - ROWS * ROW_HEIGHT) - raised(sheet)
    lines: list[SheetRow | None] = [*sheet.rows, *([None] if sheet.totals else [])]
    return in_pages(lines, int(room / ROW_HEIGHT))


def _bottom(top: float, lines: int) -> float:
    return top - HEAD_HEIGHT - lines * ROW_HEIGHT


def digest_of(sheet: AttendanceSheet) -> str:
    """« 4F3A 91BC 22D0 », of all that the sheet says: two prints that differ in a word differ in it."""
    said = repr(replace(sheet, layout=replace(sheet.layout, logos=())))
    found = hashlib.sha256(said.encode()).hexdigest()[:12].upper()
    return " ".join(found[at : at + 4] for at in (0, 4, 8))


def _top(layout: SheetLayout) -> float:
    """Where the table begins."""
    return float(TABLE_TOP - (LOGO_BAND if layout.logos else 0.0))


def _title(layout: SheetLayout) -> Pair:
    return Pair(layout.title.ar or TITLE.ar, layout.title.fr or TITLE.fr)


def fault_of(layout: SheetLayout) -> str:
    """What does not fit: "title", "columns", "heading", "footer"; empty when all does."""
    half = (RIGHT - LEFT) / 2 - 8
    (left, right) = columns(2, len(layout.columns), len(layout.blanks))[-1]
    if right - left < LEAST_SIGN_WIDTH:
        return "columns"
    for name, pairs, size, room in (
        ("title", [layout.title], 17.0, half), ("footer", [layout.footer], 7.0, half),
        ("heading", layout.blanks, 6.8, BLANK_WIDTH - 2 * PAD),
    ):  # fmt: skip
        for pair in pairs:
            for text, rtl in ((drawable(pair.fr), False), (drawable(pair.ar), True)):
                style = Style("amiri-bold" if name == "title" else "plex-semibold", size)
                if text and shrunk(text, style, room, rtl=rtl).size < size * LEAST_SHARE:
                    return name
    return ""


def _head(pen: Pen, sheet: AttendanceSheet, lower: float) -> None:
    """Logos, both titles, what the meeting is, when and where, over a rule; ``lower``: below the logos, negative."""
    half = (RIGHT - LEFT) / 2 - 8
    _logos(pen, sheet.layout)
    for x, text, size, rtl in (
        (LEFT, _title(sheet.layout).fr, 17.0, False), (RIGHT, _title(sheet.layout).ar, 20.0, True)
    ):  # fmt: skip
        style = Style("amiri-bold", size, GREEN)
        pen.line(x, HEIGHT - 50 + lower, text, shrunk(text, style, half, rtl=rtl), rtl=rtl, role="H1")
    for y, pair, face, size, color in (
        (HEIGHT - 68, sheet.title, "plex-semibold", 9.5, INK),
        (HEIGHT - 82, sheet.cohort, "plex", 8.5, INK),
        (HEIGHT - 96, sheet.when, "plex", 8.5, MUTED),
    ):
        _both(pen, y + lower, pair, Style(face, size, color), half)
    pen.canvas.setStrokeColor(RULE)
    pen.canvas.setLineWidth(0.8)
    pen.canvas.line(LEFT, HEIGHT - 106 + lower, RIGHT, HEIGHT - 106 + lower)


def _logos(pen: Pen, layout: SheetLayout) -> None:
    """One in the middle, two at the edges, three with one between."""
    from reportlab.lib.utils import ImageReader

    room = (RIGHT - LEFT) / 3 - 12
    places = {1: (CENTER,), 2: (START, END), 3: (START, CENTER, END)}[len(layout.logos)] if layout.logos else ()
    for logo, place in zip(layout.logos, places, strict=True):
        picture = ImageReader(io.BytesIO(logo.body))
        wide, high = picture.getSize()
        scale = min(room / wide, LOGO_HEIGHT / high)
        wide, high = wide * scale, high * scale
        x = {START: LEFT, CENTER: (LEFT + RIGHT - wide) / 2, END: RIGHT - wide}[place]
        with pen.inside(pen.part("fr").add("Figure", alt=logo.name)):
            pen.canvas.drawImage(picture, x, HEIGHT - 30 - (LOGO_HEIGHT + high) / 2, wide, high, mask="auto")


def _both(pen: Pen, y: float, pair: Pair, style: Style, room: float) -> None:
    for x, words, rtl in ((LEFT, pair.fr, False), (RIGHT, pair.ar, True)):
        if text := drawable(words):
            used = Style(style.face, style.size * (1.1 if rtl else 1), style.color)
            pen.line(x, y, text, shrunk(text, used, room, rtl=rtl), rtl=rtl)


def columns(slots: int, cells: int = 1, blanks: int = 0) -> Columns:
    """Left and right edges: number, name, so many cells, columns left blank, half-days, from the right."""
    between = [ORGANISATION_WIDTH] if cells == 1 else [CELL_WIDTH] * cells
    between += [BLANK_WIDTH] * blanks
    room = RIGHT - LEFT - NUMBER_WIDTH - sum(between)
    widest = max(SIGN_WIDTH, SIGN_SHARE * room / slots)
    signs = [min(widest, (room - LEAST_NAME_WIDTH) / slots)] * slots
    name = room - sum(signs)
    found: Columns = []
    right = RIGHT
    for wide in (NUMBER_WIDTH, name, *between, *signs):
        found.append((right - wide, right))
        right -= wide
    return found


def _table(pen: Pen, sheet: AttendanceSheet, rows: Sequence[SheetRow | None], start: float) -> None:
    canvas, layout = pen.canvas, sheet.layout
    edges = columns(len(sheet.slots), len(layout.columns), len(layout.blanks))
    fixed = (NUMBER, NAME, *layout.columns, *layout.blanks)
    table = canvas.structure.root.add("Table", "fr")
    canvas.setFillColor(GREEN)
    canvas.rect(LEFT, start - HEAD_HEIGHT, RIGHT - LEFT, HEAD_HEIGHT, stroke=0, fill=1)
    head = table.add("TR")
    for (left, right), title in zip(edges[: len(fixed)], fixed, strict=True):
        _cell(pen, head.add("TH", scope="Column"), left, right, start, HEAD_HEIGHT, title, WHITE, heads=True)
    for place, ((left, right), slot) in enumerate(zip(edges[len(fixed) :], sheet.slots, strict=True)):
        title = _heading(slot, is_to_sign=any(row.said[place] is None for row in rows if row))
        _cell(pen, head.add("TH", scope="Column"), left, right, start, HEAD_HEIGHT, title, WHITE, heads=True)
    for place, row in enumerate(rows):
        top = start - HEAD_HEIGHT - place * ROW_HEIGHT
        if place % 2:
            canvas.setFillColor(SOFT)
            canvas.rect(LEFT, top - ROW_HEIGHT, RIGHT - LEFT, ROW_HEIGHT, stroke=0, fill=1)
        if row is None:
            _totals(pen, table.add("TR"), sheet, edges, top)
        else:
            _row(pen, table.add("TR"), row, edges, top, len(layout.blanks))
    bottom = _bottom(start, len(rows))
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.6)
    for place in range(len(rows) + 1):
        y = start - HEAD_HEIGHT - place * ROW_HEIGHT
        canvas.line(LEFT, y, RIGHT, y)
    for x in (LEFT, *(right for _left, right in edges)):
        canvas.line(x, start - HEAD_HEIGHT, x, bottom)


def _heading(slot: Slot, *, is_to_sign: bool) -> Pair:
    """What a column is for and when; times stand in the line that reads from left to right."""
    if is_to_sign:
        return Pair(f"{SIGN.ar} · {slot.part.ar}", f"{SIGN.fr} · {slot.times}")
    return Pair(slot.part.ar, f"{slot.part.fr} · {slot.times}")


def _row(pen: Pen, tr: Element, row: SheetRow, edges: Columns, top: float, blanks: int) -> None:
    left, right = edges[0]
    number = tr.add("TD")
    style = Style("plex-semibold", 8, INK)
    pen.line((left + right) / 2, top - ROW_HEIGHT / 2 - 3, row.code, style, rtl=False, align=CENTER, to=number)
    _cell(pen, tr.add("TH", scope="Row"), *edges[1], top, ROW_HEIGHT, row.name, INK, strong=True)
    cells = len(row.cells)
    for cell, edge in zip(row.cells, edges[2 : 2 + cells], strict=True):
        _cell(pen, tr.add("TD"), *edge, top, ROW_HEIGHT, cell, MUTED)
    for left, right in edges[2 + cells : 2 + cells + blanks]:
        _line_to_write(pen, tr.add("TD").add("Figure", alt=TO_FILL), left, right, top)
    for said, (left, right) in zip(row.said, edges[2 + cells + blanks :], strict=True):
        if said is None:
            _line_to_write(pen, tr.add("TD").add("Figure", alt=TO_SIGN), left, right, top)
        else:
            _cell(pen, tr.add("TD"), left, right, top, ROW_HEIGHT, said, INK)


def _totals(pen: Pen, tr: Element, sheet: AttendanceSheet, edges: Columns, top: float) -> None:
    """Who was there, of everybody on the list, for each half-day."""
    nothing = len(edges) - len(sheet.totals)
    for place, edge in enumerate(edges):
        if place == 1:
            _cell(pen, tr.add("TH", scope="Row"), *edge, top, ROW_HEIGHT, TOTAL, INK, strong=True)
        elif place >= nothing and (count := sheet.totals[place - nothing]):
            _cell(pen, tr.add("TD"), *edge, top, ROW_HEIGHT, Pair("", count), INK, strong=True)
        else:
            tr.add("TD")


def _line_to_write(pen: Pen, to: Element, left: float, right: float, top: float) -> None:
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
                drawable(pair.ar),
                "amiri-bold" if strong else "plex-semibold" if heads else "amiri",
                10.5 if strong else 9,
                True,
            ),
            (drawable(pair.fr), "plex-semibold" if bold else "plex", 6.8 if heads else 7.5, False),
        )
        if text
    ] or [("—", Style("plex", 7.5, color), False)]
    y = top - height / 2 - 2.5 + (6.5 if len(lines) > 1 else 0)
    for text, style, rtl in lines:
        fitted = shrunk(text, style, right - left - 2 * PAD, rtl=rtl)
        pen.line(right - PAD, y, text, fitted, rtl=rtl, align="start" if rtl else "end", to=to)
        y -= 12.5


def _lost_letters(pen: Pen, sheet: AttendanceSheet) -> None:
    """Which rows lack letters of a name, since no face has them."""
    rows = [row.code for row in sheet.rows if any(drawable(text) != text for text in (row.name.ar, row.name.fr))]
    if rows:
        codes = ", ".join([*rows[:LOST_CODES], *(["…"] if len(rows) > LOST_CODES else [])])
        pair, style = Pair(f"{LOST.ar}{codes}", f"{LOST.fr}{codes}"), Style("plex", 7, INK)
        _both(pen, LOST_Y + raised(sheet), pair, style, (RIGHT - LEFT) / 2 - 8)


def _signatures(pen: Pen, sheet: AttendanceSheet) -> None:
    """Where the training team signs, the organiser stamps; who countersigned here, upwards from the foot."""
    third, middle, higher = (RIGHT - LEFT) / 3, (LEFT + RIGHT) / 2, raised(sheet)
    _both(pen, SIGN_Y + higher, TRAINERS, Style("plex-semibold", 7.5, INK), third)
    _both(pen, SIGN_Y - 12 + higher, sheet.trainers, Style("plex", 7.5, MUTED), third)
    for x, words, style, rtl in _said_by(sheet):
        lines = _countersigned(words, style, rtl=rtl)
        for below, (line, used) in zip(reversed(range(len(lines))), lines, strict=True):
            pen.lines(x, SIGNED_Y + below * SIGNED_STEP, [line], used, SIGNED_STEP, rtl=rtl)
    pen.line(middle, SIGN_Y + higher, STAMP.ar, Style("plex", 7.5, MUTED), rtl=True, align=CENTER)
    pen.line(middle, SIGN_Y - 12 + higher, STAMP.fr, Style("plex", 7, MUTED), rtl=False, align=CENTER)


def raised(sheet: AttendanceSheet) -> float:
    """How much higher than usual the signatures stand: whoever countersigned more half-days leaves room to sign too."""
    lines = max(len(_countersigned(words, style, rtl=rtl)) for _x, words, style, rtl in _said_by(sheet))
    return SIGNED_STEP * max(0, lines - 2)


def _said_by(sheet: AttendanceSheet) -> tuple[tuple[float, list[str], Style, bool], ...]:
    """Who countersigned, for each side: where, words, style, direction."""
    return (
        (LEFT, [one.fr for one in sheet.signed], Style("plex", 7.0, MUTED), False),
        (RIGHT, [one.ar for one in sheet.signed], Style("plex", 7.7, MUTED), True),
    )


def _countersigned(words: Sequence[str], style: Style, *, rtl: bool) -> list[tuple[str, Style]]:
    """A line for each half-day where names leave room, else two."""
    room, found = (RIGHT - LEFT) / 2 - 8, []
    for text in filter(None, map(drawable, words)):
        lines, used = squeezed(text, style, room, rtl=rtl, floor=LEAST_SIZE)
        found += [(line, used) for line in lines]
    return found


def _foot(pen: Pen, sheet: AttendanceSheet, digest: str, number: int, total: int) -> None:
    if number == 1:
        _both(pen, 36, sheet.layout.footer, Style("plex", 7, MUTED), (RIGHT - LEFT) / 2 - 8)
    else:
        with pen.decoration():
            _both(pen, 36, sheet.layout.footer, Style("plex", 7, MUTED), (RIGHT - LEFT) / 2 - 8)
    with pen.decoration():
        style = Style("plex", 7, MUTED)
        pen.line(LEFT, 24, f"{sheet.reference} · {digest}", style, rtl=False)
        pen.line((LEFT + RIGHT) / 2, 24, f"{number} / {total}", style, rtl=False, align=CENTER)
        pen.line(RIGHT, 24, sheet.programme.ar or sheet.programme.fr, style, rtl=bool(sheet.programme.ar))


def _notes(pen: Pen, notes: Sequence[tuple[int, Pair]], top: float) -> None:
    """Corrections with the numbers that they have in the cells."""
    room = (RIGHT - LEFT) / 2 - 10
    for x, rtl, title, size in ((LEFT, False, CORRECTIONS.fr, 8.0), (RIGHT, True, CORRECTIONS.ar, 9.0)):
        y = top - 14
        pen.line(x, y, title, Style("plex-semibold", size + 2, GREEN), rtl=rtl, role="H2")
        for number, note in notes:
            lines, style = squeezed(
                f"{number}. {drawable(note.ar if rtl else note.fr)}",
                Style("plex", size, INK),
                room,
                rtl=rtl,
                floor=size * 0.8,
            )
            pen.lines(x, y - 16, lines, style, 11, rtl=rtl)
            y -= NOTE_HEIGHT
