"""The certificate: A4 landscape, French at the left, Arabic at the right, the same facts in both. Sizes in points."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from lms.core.i18n import long_date
from lms.documents import Attachment, CertificateFacts, DoesNotFit, Meta, Pair, Signer
from lms.documents.blocks import Line, Span, Words
from lms.documents.finishing import finish
from lms.documents.ornaments import GOLD, GREEN, INK, MUTED, SOFT, mark_of_programme, qr_code, star
from lms.documents.pen import CENTER, END, Pen, Sheet
from lms.documents.structure import Element
from lms.documents.text import Style, break_words, fit, shrunk, squeezed

WIDTH, HEIGHT = landscape(A4)
EDGE, INNER, SIDE = 22.0, 37.0, 62.0
MIDDLE = WIDTH / 2
#: Of the dark modules alone; the zone left white round them is at least four modules wide.
QR_SIDE, QUIET = 54.0, 6.5
#: Room of one who signs: as far as the words beside the QR leave.
SIGNER_WIDTH = 214.0
SIGNING_LINE = 46.0
#: By how much the strip above stands higher, so that scans find room under the names.
SIGNERS_LIFT = 16.0
#: The smallest letters of the body, as a share of the usual ones, before an objective is left out.
LEAST_SCALE = 0.8
NBSP = "\u00a0"

TITLES = {
    "achievement": Pair("شهادة النجاح", "ATTESTATION DE RÉUSSITE"),
    "participation": Pair("شهادة المشاركة", "ATTESTATION DE PARTICIPATION"),
}


def draw(facts: CertificateFacts) -> bytes:
    """One page. Raises MissingGlyph for a letter that no face has, DoesNotFit for a name without end."""
    out = io.BytesIO()
    sheet = Sheet(out, (WIDTH, HEIGHT))
    pen = sheet.pen
    pen.new_group("ar", "fr")
    title = TITLES[facts.kind]
    sheet._code += _frame()
    _head(pen, facts)
    _title(pen, title)
    y = _holder(pen, facts)
    _body(pen, facts, y)
    _strip(pen, facts)
    _foot(pen, facts)
    sheet.showPage()
    sheet.save()
    meta = Meta(
        title=f"{title.fr.capitalize()} – {facts.holder.fr or facts.holder.ar}",
        author=facts.issuer[0].fr,
        subject=facts.serial,
        lang="fr",
        made_on=facts.issued_on,
    )
    return finish(out.getvalue(), sheet.structure, meta, [_facts_file(facts)])


def _facts_file(facts: CertificateFacts) -> Attachment:
    """What is printed, for programs: nobody has to type a certificate's facts again."""
    said = asdict(facts)
    for unsaid in ("objectives", "pass_percent", "signatories", "signers", "cohort"):
        del said[unsaid]
    content = json.dumps(said, default=str, ensure_ascii=False, indent=1).encode()
    return Attachment("attestation.json", content, "application/json", facts.serial)


@lru_cache(maxsize=1)
def _frame() -> tuple[str, ...]:
    """A double rule that holds one row of fine stars: the same on every certificate, so drawn once."""
    canvas = Sheet(io.BytesIO(), (WIDTH, HEIGHT))
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(1.6)
    canvas.rect(EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.5)
    canvas.rect(INNER, INNER, WIDTH - 2 * INNER, HEIGHT - 2 * INNER)
    row = (EDGE + INNER) / 2
    across, down = 56, 38
    for index in range(1, across):
        x = row + index * (WIDTH - 2 * row) / across
        for y in (row, HEIGHT - row):
            star(canvas, x, y, 5.2, line=GOLD)
    for index in range(1, down):
        y = row + index * (HEIGHT - 2 * row) / down
        for x in (row, WIDTH - row):
            star(canvas, x, y, 5.2, line=GOLD)
    for x in (row, WIDTH - row):
        for y in (row, HEIGHT - row):
            star(canvas, x, y, 7.6, fill=GREEN)
    return tuple(canvas._code)


def _head(pen: Pen, facts: CertificateFacts) -> None:
    top, room = HEIGHT - 66, MIDDLE - SIDE - 34
    for place, line in enumerate(facts.issuer):
        size = 12.0 if place == 0 else 11.0
        faces = ("amiri-bold", GREEN) if place == 0 else ("amiri", INK)
        french = shrunk(line.fr, Style(faces[0], size, faces[1]), room, rtl=False)
        arabic = shrunk(line.ar, Style(faces[0], size * 1.18, faces[1]), room, rtl=True)
        pen.line(SIDE, top - 17 * place, line.fr, french, rtl=False)
        pen.line(WIDTH - SIDE, top - 17 * place, line.ar, arabic, rtl=True)
    mark_of_programme(pen.canvas, MIDDLE, HEIGHT - 74, 22)


def _title(pen: Pen, title: Pair) -> None:
    pen.line(MIDDLE, HEIGHT - 146, title.ar, Style("amiri-bold", 36, GREEN), rtl=True, align=CENTER, role="H1")
    french = Style("amiri", 17, GREEN, tracking=1.6)
    pen.line(MIDDLE, HEIGHT - 184, title.fr, french, rtl=False, align=CENTER, role="H1")
    y = HEIGHT - 200
    pen.canvas.setStrokeColor(GOLD)
    pen.canvas.setLineWidth(0.8)
    pen.canvas.line(MIDDLE - 150, y, MIDDLE - 10, y)
    pen.canvas.line(MIDDLE + 10, y, MIDDLE + 150, y)
    star(pen.canvas, MIDDLE, y, 4, fill=GOLD)


def _holder(pen: Pen, facts: CertificateFacts) -> float:
    """The name, Arabic first, shrunk or broken when long; gives the baseline below."""
    label = HEIGHT - 222
    pen.line(SIDE, label, "Attestation délivrée à", Style("amiri-italic", 12.5, MUTED), rtl=False)
    pen.line(WIDTH - SIDE, label, "تسلم هذه الشهادة إلى", Style("amiri", 14, MUTED), rtl=True)
    y: float = label - 12
    limit = WIDTH - 2 * SIDE - 300
    if facts.holder.ar:
        lines, style = fit(facts.holder.ar, Style("amiri-bold", 29, INK), limit, rtl=True, floor=14, most_lines=3)
        y = pen.lines(MIDDLE, y, lines, style, style.size * 1.25, rtl=True, align=CENTER) - style.size * 0.05
    if facts.holder.fr:
        lines, style = fit(facts.holder.fr, Style("amiri", 19.5, INK), limit, rtl=False, floor=11, most_lines=3)
        y = pen.lines(MIDDLE, y, lines, style, style.size * 1.15, rtl=False, align=CENTER)
    return float(y)


@dataclass(frozen=True)
class _Column:
    """What the body says in one language, in lines of its column."""

    lang: str
    texts: list[list[Line]]
    style: Style
    step: float
    objectives: list[list[Line]]
    small: Style
    small_step: float

    def lowest(self, top: float, objectives: int) -> float:
        """The baseline of the last line with so many objectives."""
        lines = sum(map(len, self.texts))
        if not objectives:
            return top - self.step * (lines - 1)
        return top - self.step * lines - 2 - self.small_step * (sum(map(len, self.objectives[:objectives])) - 1)


def _body(pen: Pen, facts: CertificateFacts, top: float) -> None:
    """Two columns with the same facts: for what, in which organisation, with which objectives.

    Letters get a little smaller before an objective is left out, and one that is left out is so in both languages.
    """
    y, bottom = min(top - 4, HEIGHT - 308), 158.0 + _lift(facts)
    pen.canvas.setStrokeColor(GOLD)
    pen.canvas.setLineWidth(0.6)
    pen.canvas.line(MIDDLE, y + 10, MIDDLE, bottom + 4)
    kept, scale = len(facts.objectives), 1.0
    while True:
        columns = [_column(lang, *words, facts, scale) for lang, words in _said(facts).items()]
        if all(one.lowest(y, kept) >= bottom for one in columns):
            break
        if scale > LEAST_SCALE or not kept:
            scale -= 0.05
        else:
            kept -= 1
        if scale < LEAST_SCALE / 2:
            raise DoesNotFit(facts.modules[0].title.fr)
    for column in columns:
        _draw_column(pen, column, y, kept)


def _said(facts: CertificateFacts) -> dict[str, tuple[str, Words]]:
    """Organisation and award in each language; a number stays with its hours, a sign with its word."""
    module = facts.modules[0].title
    hours = Pair(facts.hours.ar.replace(" ", NBSP), facts.hours.fr.replace(" ", NBSP))
    share = Span(f"{facts.pass_percent}{NBSP}%", is_group=True)
    french: Words = f"Participation au module «{NBSP}{module.fr}{NBSP}», {hours.fr} au total."
    arabic: Words = f"المشاركة في مجزوءة «{module.ar}» بحجم ساعي قدره {hours.ar}."
    if facts.kind == "achievement":
        french = (
            Span(f"Réussite au module «{NBSP}{module.fr}{NBSP}», suivi en ligne, {hours.fr} au total{NBSP}; seuil de "),
            share,
            Span(" atteint au test du module."),
        )
        arabic = (
            Span(f"النجاح في مجزوءة «{module.ar}» المتابعة عن بعد، بحجم ساعي قدره {hours.ar}، وبلوغ عتبة "),
            share,
            Span(" في اختبار المجزوءة."),
        )
    organisation = facts.organisation
    return {
        "fr": (f"Organisme{NBSP}: {organisation.fr}" if organisation.fr else "", french),
        "ar": (f"الهيئة: {organisation.ar}" if organisation.ar else "", arabic),
    }


def _column(lang: str, organisation: str, award: Words, facts: CertificateFacts, scale: float) -> _Column:
    """The lines of a language with its usual letters or smaller ones."""
    rtl, room = lang == "ar", MIDDLE - SIDE - 18
    sizes = (14.0, 19.0, 12.0, 16.5) if rtl else (12.0, 15.5, 10.5, 13.0)
    size, step, small_size, small_step = (one * scale for one in sizes)
    style, small = Style("amiri", size, INK), Style("amiri", small_size, MUTED)
    return _Column(
        lang,
        [break_words(words, style, room, rtl=rtl) for words in (organisation, award) if words],
        style,
        step,
        [break_words(one.ar if rtl else one.fr, small, room - 16, rtl=rtl) for one in facts.objectives],
        small,
        small_step,
    )


def _draw_column(pen: Pen, column: _Column, y: float, objectives: int) -> None:
    """The lines of a language from ``y`` down, with its first objectives."""
    rtl = column.lang == "ar"
    x, inward = (WIDTH - SIDE, -1) if rtl else (SIDE, 1)
    for lines in column.texts:
        y = pen.lines(x, y, lines, column.style, column.step, rtl=rtl)
    y -= 2
    tagged = pen.part(column.lang).add("L") if objectives else None
    for lines in column.objectives[:objectives]:
        star(pen.canvas, x + 4 * inward, y + column.small.size * 0.3, 2.6, fill=GOLD)
        body = tagged.add("LI").add("LBody") if tagged else None
        y = pen.lines(x + 14 * inward, y, lines, column.small, column.small_step, rtl=rtl, to=body)


def _lift(facts: CertificateFacts) -> float:
    return SIGNERS_LIFT if facts.signers else 0.0


def _strip(pen: Pen, facts: CertificateFacts) -> None:
    """Number, period, hours and date between two rules."""
    canvas = pen.canvas
    bottom, height = 112.0 + _lift(facts), 38.0
    canvas.setFillColor(SOFT)
    canvas.rect(SIDE, bottom, WIDTH - 2 * SIDE, height, stroke=0, fill=1)
    canvas.setStrokeColor(GREEN)
    canvas.setLineWidth(0.9)
    canvas.line(SIDE, bottom + height, WIDTH - SIDE, bottom + height)
    canvas.line(SIDE, bottom, WIDTH - SIDE, bottom)
    cells = (
        (0.20, Pair("تاريخ التسليم", "Délivrée le"), _date(facts.issued_on)),
        (0.18, Pair("الحجم الساعي", "Volume horaire"), facts.hours),
        (0.38, Pair("فترة التكوين", "Période"), _period(facts)),
        (0.24, Pair("الرقم التسلسلي", "N° de série"), None),
    )
    left = SIDE
    total = WIDTH - 2 * SIDE
    for place, (share, label, value) in enumerate(cells):
        wide = total * share
        center = left + wide / 2
        if place:
            canvas.line(left, bottom + 6, left, bottom + height - 6)
        # What stands in the letters of neither language is read once, behind its label in both.
        if value is None:
            ar = fr = _of_both(pen)
        else:
            ar, fr = pen.part("ar").add("P"), pen.part("fr").add("P")
        pen.line(center - 4, bottom + 27, label.fr, Style("plex", 7.5, MUTED), rtl=False, align=END, to=fr)
        pen.line(center + 4, bottom + 27, label.ar, Style("plex", 8, MUTED), rtl=True, align=END, to=ar)
        if value is None:
            serial = Style("plex-semibold", 11.5, INK)
            pen.line(center, bottom + 10, facts.serial, serial, rtl=False, align=CENTER, to=fr)
        else:
            pen.line(center, bottom + 14.5, value.ar, Style("amiri-bold", 11.5, INK), rtl=True, align=CENTER, to=ar)
            pen.line(center, bottom + 4, value.fr, Style("amiri", 9.5, INK), rtl=False, align=CENTER, to=fr)
        left += wide


def _of_both(pen: Pen) -> Element:
    """A paragraph of both languages: it follows the parts that are in one."""
    return pen.canvas.structure.root.add("P", "fr")


def _date(day: dt.date) -> Pair:
    return Pair(long_date(day, "ar"), long_date(day, "fr"))


def _period(facts: CertificateFacts) -> Pair:
    first, last = _date(facts.starts_on), _date(facts.ends_on)
    if first == last:
        return first
    return Pair(f"من {first.ar} إلى {last.ar}", f"du {first.fr} au {last.fr}")


def _foot(pen: Pen, facts: CertificateFacts) -> None:
    """Two lines to sign on, the QR between them, the address it opens under it."""
    canvas = pen.canvas
    for place, signer in enumerate(facts.signers[:2]):
        _signer(pen, signer, SIDE if place == 0 else WIDTH - SIDE - SIGNER_WIDTH)
    for place, who in enumerate([] if facts.signers else facts.signatories[:2]):
        center = SIDE + 112 if place == 0 else WIDTH - SIDE - 112
        pen.line(center, 96, who.ar, Style("amiri", 12, INK), rtl=True, align=CENTER)
        pen.line(center, 82, who.fr, Style("amiri", 10.5, INK), rtl=False, align=CENTER)
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.6)
        canvas.line(center - 92, 50, center + 92, 50)
    with pen.inside(pen.part("fr").add("Figure", alt=f"Code QR de l’adresse {facts.url}")):
        qr_code(canvas, facts.url, MIDDLE - QR_SIDE / 2, 51.5, QR_SIDE)
    code = facts.url.rstrip("/").rpartition("/")[2]
    grouped = "-".join(code[i : i + 4] for i in range(0, len(code), 4))
    x = MIDDLE + QR_SIDE / 2 + QUIET + 5
    both = _of_both(pen)
    pen.line(x, 96, "التحقق من صحة الشهادة", Style("plex", 8, MUTED), rtl=True, align=END, to=both)
    pen.line(x, 85, "Vérifier l’authenticité", Style("plex", 7.5, MUTED), rtl=False, to=both)
    pen.lines(x, 72, [f"{grouped[:9]}-", grouped[10:]], Style("plex-semibold", 9.5, INK), 12, rtl=False, to=both)
    if facts.replaces:
        x = MIDDLE - QR_SIDE / 2 - QUIET - 5
        pen.line(x, 72, f"remplace {facts.replaces}", Style("plex", 7.5, MUTED), rtl=False, align=END)
        pen.line(x, 84, f"تعوض {facts.replaces}", Style("plex", 8, MUTED), rtl=True)
    shown = facts.url.partition("://")[2] or facts.url
    pen.line(MIDDLE, 39.5, shown, Style("plex", 6.5, MUTED), rtl=False, align=CENTER)


def _signer(pen: Pen, who: Signer, left: float) -> None:
    """Name and function, French at the left and Arabic at the right; below them the scans, on the line to sign on."""
    canvas, right, column = pen.canvas, left + SIGNER_WIDTH, SIGNER_WIDTH / 2 - 5
    top = 98.0 + SIGNERS_LIFT
    lowest = top
    for x, name, function, faces, rtl in (
        (left, who.name.fr, who.function.fr, (10.5, 9.0, 11.0), False),
        (right, who.name.ar, who.function.ar, (12.5, 10.5, 12.5), True),
    ):
        y = top
        for text, face, size, color in (
            (name, "amiri-bold", faces[0], INK),
            (function, "amiri", faces[1], MUTED),
        ):
            lines, style = squeezed(text, Style(face, size, color), column, rtl=rtl, floor=size * 0.78, most_lines=3)
            y = pen.lines(x, y, lines, style, faces[2] * style.size / faces[0] + 1.5, rtl=rtl)
        lowest = min(lowest, y)
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.6)
    canvas.line(left, SIGNING_LINE, right, SIGNING_LINE)
    if scans := [scan for scan in (who.signature, who.stamp) if scan]:
        with pen.inside(pen.part("fr").add("Figure", alt=f"Signature et cachet : {who.name.fr or who.name.ar}")):
            _scans(canvas, scans, left, lowest + 7)


def _scans(canvas: Canvas, scans: list[bytes], left: float, top: float) -> None:
    """Signature and stamp side by side, as large as the room between words and line allows."""
    from reportlab.lib.utils import ImageReader

    cell, height = SIGNER_WIDTH / len(scans), max(top - SIGNING_LINE - 1, 0.0)
    for place, scan in enumerate(scans):
        picture = ImageReader(io.BytesIO(scan))
        wide, high = picture.getSize()
        scale = min((cell - 8) / wide, height / high)
        x = left + cell * place + (cell - wide * scale) / 2
        canvas.drawImage(picture, x, SIGNING_LINE + 1, wide * scale, high * scale, mask="auto")
