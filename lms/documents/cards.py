"""Invitation cards: A4 pages of eight to cut out, then a list of who gets one. French left, Arabic right. In points."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lms.core.i18n import long_date
from lms.documents import CardSheet, InvitationCard, Meta, Pair
from lms.documents.finishing import finish
from lms.documents.ornaments import GOLD, GREEN, INK, MUTED, RULE, SOFT, mark_of_programme, qr_code
from lms.documents.pen import CENTER, END, Pen, Sheet
from lms.documents.structure import Element
from lms.documents.text import Style, shrunk, squeezed

WIDTH, HEIGHT = A4
COLUMNS, ROWS = 2, 4
PER_PAGE = COLUMNS * ROWS
EDGE_X, EDGE_Y = 10 * mm, 12 * mm
CARD_WIDTH, CARD_HEIGHT = (WIDTH - 2 * EDGE_X) / COLUMNS, (HEIGHT - 2 * EDGE_Y) / ROWS
PAD = 11.0
#: Of the dark modules alone; more than four modules of quiet zone lie round them.
QR_SIDE = 31 * mm
LIST_ROWS = 22
LIST_STEP = 33.0

STEPS = Pair(
    "مسح الرمز بكاميرا الهاتف، ثم اختيار كلمة سر.", "Scanner le code avec le téléphone, puis choisir un mot de passe."
)
ONCE = Pair("البطاقة شخصية، وتستعمل مرة واحدة.", "La carte est personnelle ; elle sert une fois.")
SIGN_IN_NAME = Pair("الرمز الشخصي", "Code personnel")
UNTIL = Pair("صالحة إلى غاية", "Valable jusqu’au")
TITLE = Pair("بطاقات الدعوة", "Cartes d’invitation")
NUMBER = "N°"
NAME, CODE = Pair("الاسم والهيئة", "Nom et organisme"), Pair("الرمز", "Code")


def draw(sheet: CardSheet) -> bytes:
    """All cards, then the list. Raises MissingGlyph for a letter that no face has."""
    out = io.BytesIO()
    canvas = Sheet(out, A4)
    pen = canvas.pen
    for start in range(0, len(sheet.cards), PER_PAGE):
        _cut_lines(canvas)
        for place, card in enumerate(sheet.cards[start : start + PER_PAGE]):
            row, column = divmod(place, COLUMNS)
            left, top = EDGE_X + column * CARD_WIDTH, HEIGHT - EDGE_Y - row * CARD_HEIGHT
            pen.new_group("ar", "fr")
            _card(pen, sheet, card, left, top)
        canvas.showPage()
    pages = -(-len(sheet.cards) // LIST_ROWS)
    for page in range(pages):
        pen.new_group("ar", "fr")
        _list_page(pen, sheet, sheet.cards[page * LIST_ROWS : (page + 1) * LIST_ROWS], page, pages)
        canvas.showPage()
    canvas.save()
    name = sheet.programme.fr or sheet.programme.ar
    meta = Meta(title=f"{TITLE.fr} – {name}", author=name, lang="fr", made_on=sheet.expires_on)
    return finish(out.getvalue(), canvas.structure, meta)


def _cut_lines(canvas: Canvas) -> None:
    canvas.setStrokeColor("#9AA5A0")
    canvas.setLineWidth(0.5)
    canvas.setDash(3, 3)
    for column in range(COLUMNS + 1):
        x = EDGE_X + column * CARD_WIDTH
        canvas.line(x, EDGE_Y, x, HEIGHT - EDGE_Y)
    for row in range(ROWS + 1):
        y = EDGE_Y + row * CARD_HEIGHT
        canvas.line(EDGE_X, y, WIDTH - EDGE_X, y)
    canvas.setDash()


def _card(pen: Pen, sheet: CardSheet, card: InvitationCard, left: float, top: float) -> None:
    right, bottom = left + CARD_WIDTH, top - CARD_HEIGHT
    _card_head(pen, sheet.programme, left + PAD, right - PAD, top)
    qr_left, qr_top = left + PAD, top - 43
    with pen.inside(pen.part("fr").add("Figure", alt=f"Code QR de l’invitation : {card.name.fr or card.name.ar}")):
        qr_code(pen.canvas, card.url, qr_left, qr_top - QR_SIDE, QR_SIDE)
    _who(pen, card, qr_left + QR_SIDE + 9, right - PAD, qr_top)
    _card_foot(pen, sheet, left + PAD, right - PAD, bottom)
    # Where to sign in later: the address in front of the page that the QR opens.
    site = re.split("/(?:ar|fr)/", card.url)[0].partition("://")[2]
    pen.line((left + right) / 2, bottom + 8, site, Style("plex-semibold", 6.3, GREEN), rtl=False, align=CENTER)


def _card_head(pen: Pen, programme: Pair, left: float, right: float, top: float) -> None:
    """Both names of the programme beside the mark, over a fine rule."""
    canvas, middle = pen.canvas, (left + right) / 2
    mark_of_programme(canvas, middle, top - 19, 8)
    room = middle - left - 13
    for x, text, style, rtl, step in (
        (left, programme.fr, Style("amiri-bold", 8.5, GREEN), False, 9.5),
        (right, programme.ar, Style("amiri-bold", 10, GREEN), True, 11.5),
    ):
        lines, fitted = squeezed(text, style, room, rtl=rtl, floor=style.size * 0.85)
        y = top - 16 if len(lines) > 1 else top - 22
        pen.lines(x, y, lines[:2], fitted, step, rtl=rtl)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.6)
    canvas.line(left, top - 34, right, top - 34)


def _who(pen: Pen, card: InvitationCard, left: float, right: float, top: float) -> None:
    """Name in both scripts, organisation, and the sign-in name of whoever has no address."""
    room = right - left
    height = QR_SIDE - (32 if card.code else 2)
    scale = 1.0
    while (lines := _lines_of(card, room, scale)) and sum(step for *_line, step in lines) > height and scale > 0.3:
        scale -= 0.08
    y = top - 2.0
    for text, style, rtl, step in lines:
        y -= step
        pen.line(right if rtl else left, y + step * 0.25, text, style, rtl=rtl)
    if card.code:
        _code(pen, card.code, left, right, top - QR_SIDE)


def _lines_of(card: InvitationCard, room: float, scale: float) -> list[tuple[str, Style, bool, float]]:
    """The lines beside the code with how far down each goes: long names get smaller, none is cut."""
    found: list[tuple[str, Style, bool, float]] = []
    for text, face, size, color, rtl, step in (
        (card.name.ar, "amiri-bold", 14.0, INK, True, 17.5),
        (card.name.fr, "amiri-bold", 11.5, INK, False, 13.0),
        (card.organisation.ar, "amiri", 9.5, MUTED, True, 12.0),
        (card.organisation.fr, "amiri", 8.0, MUTED, False, 9.5),
    ):
        if text:
            lines, style = squeezed(text, Style(face, size * scale, color), room, rtl=rtl, floor=size * scale * 0.8)
            # Amiri reaches deep below an Arabic line.
            under_arabic = 3.5 if found and found[-1][2] else 0.0
            steps = [step + under_arabic, *[step] * (len(lines) - 1)]
            found += [(line, style, rtl, down * scale) for line, down in zip(lines, steps, strict=True)]
    return found


def _code(pen: Pen, code: str, left: float, right: float, bottom: float) -> None:
    pen.canvas.setFillColor(SOFT)
    pen.canvas.roundRect(left, bottom + 1, right - left, 28, 3, stroke=0, fill=1)
    pen.line(left + 5, bottom + 21.5, SIGN_IN_NAME.fr, Style("plex", 6, MUTED), rtl=False)
    pen.line(right - 5, bottom + 21, SIGN_IN_NAME.ar, Style("plex", 7, MUTED), rtl=True)
    pen.line(
        (left + right) / 2, bottom + 6, code, Style("plex-semibold", 14, INK, tracking=0.8), rtl=False, align=CENTER
    )


def _card_foot(pen: Pen, sheet: CardSheet, left: float, right: float, bottom: float) -> None:
    """What to do, in two lines a language, and the last day."""
    day_fr, day_ar = long_date(sheet.expires_on, "fr"), long_date(sheet.expires_on, "ar")
    for x, lines, style, rtl, step in (
        (left, (STEPS.fr, f"{ONCE.fr} {UNTIL.fr} {day_fr}."), Style("plex", 6.3, INK), False, 8.5),
        (right, (STEPS.ar, f"{ONCE.ar} {UNTIL.ar} {day_ar}."), Style("plex", 7, INK), True, 9.5),
    ):
        y = bottom + (50 if rtl else 27)
        said = pen.part("ar" if rtl else "fr").add("P")
        for line in lines:
            pen.line(x, y, line, shrunk(line, style, right - left, rtl=rtl), rtl=rtl, to=said)
            y -= step


def _list_page(pen: Pen, sheet: CardSheet, cards: Sequence[InvitationCard], page: int, pages: int) -> None:
    """Who gets a card: names in both scripts and organisation, to tick off by hand."""
    canvas, left, right = pen.canvas, 18 * mm, WIDTH - 18 * mm
    middle = (left + right) / 2
    pen.line(left, HEIGHT - 50, TITLE.fr, Style("amiri-bold", 16, GREEN), rtl=False, role="H1")
    pen.line(right, HEIGHT - 50, TITLE.ar, Style("amiri-bold", 19, GREEN), rtl=True, role="H1")
    table = canvas.structure.root.add("Table", "fr")
    y = HEIGHT - 76
    canvas.setFillColor(SOFT)
    canvas.rect(left, y - 7, right - left, 20, stroke=0, fill=1)
    head = table.add("TR")
    number, who, code = (head.add("TH", scope="Column") for _column in range(3))
    pen.line(left + 16, y, NUMBER, Style("plex-semibold", 8, MUTED), rtl=False, align=END, to=number)
    pen.line(left + 22, y, NAME.fr, Style("plex-semibold", 8, MUTED), rtl=False, to=who)
    pen.line(right - 4, y, NAME.ar, Style("plex-semibold", 9, MUTED), rtl=True, to=who)
    pen.line(middle, y, f"{CODE.fr} · {CODE.ar}", Style("plex-semibold", 8, MUTED), rtl=False, align=CENTER, to=code)
    for place, card in enumerate(cards):
        y = HEIGHT - 70 - LIST_STEP * (place + 1)
        _list_row(pen, table.add("TR"), card, page * LIST_ROWS + place + 1, left, right, y)
    with pen.decoration():
        pen.line(middle, 26, f"{page + 1} / {pages}", Style("plex", 8, MUTED), rtl=False, align=CENTER)


def _list_row(pen: Pen, row: Element, card: InvitationCard, number: int, left: float, right: float, y: float) -> None:
    place, who, code = (row.add("TD") for _column in range(3))
    canvas, middle = pen.canvas, (left + right) / 2
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    canvas.line(left, y - 20, right, y - 20)
    pen.line(left + 16, y, str(number), Style("plex", 7.5, MUTED), rtl=False, align=END, to=place)
    if card.code:
        pen.line(middle, y - 5, card.code, Style("plex-semibold", 9.5, INK), rtl=False, align=CENTER, to=code)
    room = middle - left - 60
    for x, below, text, style, rtl in (
        (left + 22, 0.0, card.name.fr, Style("amiri-bold", 10.5, INK), False),
        (right - 4, 0.0, card.name.ar, Style("amiri-bold", 12, INK), True),
        (left + 22, 11.5, card.organisation.fr, Style("amiri", 8.5, MUTED), False),
        (right - 4, 14.0, card.organisation.ar, Style("amiri", 9.5, MUTED), True),
    ):
        if text:
            pen.line(x, y - below, text, shrunk(text, style, room, rtl=rtl), rtl=rtl, to=who)
