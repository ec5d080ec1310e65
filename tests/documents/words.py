"""Words and lines that must come back from a drawn page as they were typed, and how tests read a page.

Readers differ in what they make of mixed lines. PDFium mirrors brackets a second time; pypdf moves brackets and
figures, and turns the words round a no-break space or a change of face; in papers whose direction is right to left
PDFium also turns the words of a Latin phrase. Such lines are asked for by their ``pieces``, which none may break.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pikepdf
import pypdf
import pypdfium2

from lms.documents import draw_paper
from lms.documents.blocks import Block, Grid, Heading, Item, Items, Paper, Paragraph, Span, Words
from lms.documents.pen import Sheet
from lms.documents.text import Style, shape

NBSP, NARROW = "\u00a0", "\u202f"

#: Words that other engines split or turn round: letters of several glyphs, kerns after ra and waw (PDF notes, 11).
SPLIT_ELSEWHERE = ("الكفاءات", "الإدارات", "الأستاذة", "المركز", "مديرية", "لكبير")

#: Ligatures of several letters on one glyph.
LIGATURES = (
    "لا", "لأن", "لإدماج", "الآلات", "خلالها", "العلاقات", "الإنصاف", "الأمهات", "للآباء", "الإجلاء", "ملاءمة",
    "الله", "لله", "عبد الله", "بالله", "اللجنة", "اللغة",
)  # fmt: skip

ARABIC = (
    *SPLIT_ELSEWHERE, *LIGATURES,
    # Hamza and ta marbuta.
    "مسؤولية", "شؤون", "مبادئ", "بيئة", "قراءة", "إجراءات", "أسئلة", "هيئة", "كفاءة", "رئيسة", "امرأة", "نساء",
    "المساواة", "شهادة", "مجزوءة", "الحياة", "آفاق", "القرآن",
    # Letters of the region that standard Arabic lacks.
    "أڭادير", "إنزڭان", "ڤاس", "پاريس",
    # People.
    "شيماء العلوي الإدريسي", "فاطمة الزهراء بنعبد الله", "محمد عبد الرحيم الإدريسي", "خديجة أيت الطالب",
    "زكرياء الركراكي", "رقية بوروس", "هند اليزمي", "إلياس الورديغي",
    # Institutions and terms of the lessons.
    "المندوبية السامية للتخطيط", "مكتب التكوين المهني وإنعاش الشغل", "وزارة المالية", "الوزارة المكلفة بالتكوين المهني",
    "وزارة الدولة المكلفة بحقوق الإنسان", "الولوجيات", "الانقطاع عن التكوين", "مقاربة النوع", "الإدماج الاجتماعي",
    "التمييز بين المساواة والإنصاف", "العنف المبني على النوع", "تكافؤ الفرص", "المؤشرات المفصلة حسب الجنس",
    # Signs after words.
    "التكوين، والإدماج", "ما الفرق؟", "أولا: التشخيص", "نعم؛ ثم ماذا؟",
)  # fmt: skip

FRENCH = (
    "formation", "L’égalité entre les femmes et les hommes", "fiche", "efficace", "affirmer", "bénéficiaire", "conflit",
    "différence", "fffi", "offre d’emploi", "officiel", "flux", "œuvre", "Cœur", "sœurs", "main-d’œuvre", "ŒUVRE",
    "Chaïma Alaoui El Idrissi", "Fatima-Zahra Benabdellah", "Zoé Ångström", "Çelik Ÿves", "Ḥasan Ṭāriq",
    "Office de la formation professionnelle et de la promotion du travail", "Haut-Commissariat au Plan",
    "Ministère d’État chargé des droits de l’Homme", "Conseil régional de l’Oriental",
    f"«{NBSP}l’approche genre{NBSP}»", f"Pourquoi{NARROW}?", f"Objectifs{NBSP}:", "aujourd’hui", "c’est-à-dire",
    "Va, AVANT, Tours, WAV, LYTIQUE", "n° 3 – suite… fin", "1er décembre", "a·b", "Évaluer à mi-parcours",
)  # fmt: skip

#: Serials, addresses, acronyms, figures: always their own left-to-right lines.
EXACT = (
    "OFPPT", "HCP", "ONU-Femmes", "EFP", "CEDAW", "ODD 5", "ISTA NTIC", "GSI-2026-000123-C", "MA-2026-000142",
    "https://formation.example.ma/v/ABCDEFGH", "formation.example.ma/fr/invitation", "a.b+c@example.ma",
    "ABCD-EFGH", "KM7Q-4T2B", "2026", "60 %", f"60{NBSP}%", "12,5", f"1{NARROW}234{NARROW}567,89", "3/4", "23/11/2026",
    "+212 5 22 00 00 00", "08:30", "2021-2026", "19013", "190 13", "#42", "(a)", "[b]", "50 € – 100 €",
)  # fmt: skip

#: Lines of both scripts, or with signs that readers turn.
MIXED = (
    "نظم مكتب التكوين المهني (OFPPT) دورة في أكادير", "تقرير HCP عن النساء", "الرقم GSI-2026-000123-C صالح",
    "بلغت النسبة 60% في الوسط القروي", "منذ 2021 إلى غاية 2026", "اتفاقية CEDAW لسنة 1979", "23 نونبر 2026",
    "شهادة: ATTESTATION DE RÉUSSITE", "المادة (3) من الاتفاقية", "«مقاربة النوع»", "التقييم (القبلي)",
    f"بنسبة{NBSP}كبيرة", f"من{NARROW}هنا", "Le mot مقاربة النوع veut dire approche genre",
    "Mme شيماء العلوي, directrice", "OFPPT (مكتب التكوين المهني) 2026",
)  # fmt: skip

#: Everything of one script, with the side where its line starts.
PLAIN = [*((text, True) for text in ARABIC), *((text, False) for text in (*FRENCH, *EXACT))]
#: The same from the other side.
TURNED = [(text, not rtl) for text, rtl in PLAIN]
LINES = [*PLAIN, *TURNED, *((text, rtl) for text in MIXED for rtl in (True, False))]

_ARABIC = "[\u0621-\u06ff]+"
_PIECE = re.compile(f"{_ARABIC}(?: {_ARABIC})*|[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+|[0-9]+")


def pieces(line: str) -> list[str]:
    """The stretches of Arabic, the Latin words and the figures of a line."""
    return _PIECE.findall(line)


def plainly(text: str) -> str:
    """One line, every blank as one space, direction marks out."""
    return re.sub(r"\s+", " ", re.sub("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", text)).strip()


# Pages

SIZES = (7.0, 11.6, 29.0)
AMIRI = Style("amiri", 12)
#: What turns up instead of letters where an engine draws shapes: presentation forms, private characters.
SHAPES = re.compile("[\ue000-\uf8ff\ufb50-\ufdff\ufe70-\ufeff]")


def sheet_of(lines: Sequence[tuple[Words, bool]], style: Style) -> bytes:
    """One page with a line for each text, those from right to left at the right, by the pen alone."""
    out = io.BytesIO()
    high = style.size * 2.2
    sheet = Sheet(out, (1600, 40 + high * len(lines)))
    for place, (words, rtl) in enumerate(reversed(lines)):
        sheet.pen.line(1580 if rtl else 20, 20 + high * place, words, style, rtl=rtl)
    sheet.showPage()
    sheet.save()
    return out.getvalue()


def paper_of(*blocks: Block, lang: str = "fr", **changes: Any) -> Paper:
    """A paper with these blocks and nothing else of interest."""
    settings = {"title": "Papier", "author": "Équipe", "head": ("Programme", "Module"), **changes}
    return Paper(lang=lang, made_on=dt.date(2026, 11, 23), blocks=blocks, **settings)


@lru_cache
def sheets(face_name: str, size: float) -> tuple[bytes, bytes]:
    """All lines, those of one script from the side where they start; then all from the other side."""
    style = Style(face_name, size)
    mixed = [(text, rtl) for text in MIXED for rtl in (True, False)]
    return sheet_of([*PLAIN, *mixed], style), sheet_of(TURNED, style)


@lru_cache
def papers(kind: str, lang: str) -> bytes:
    """All lines in a paper of a language: French in Arabic ones and Arabic in French ones too."""
    lines = [*dict.fromkeys(text for text, _rtl in LINES)]
    blocks: dict[str, list[Block]] = {
        "paragraph": [Paragraph(text) for text in lines],
        "item": [Items(tuple(Item("•", text) for text in lines))],
        "cell": [Grid(("a",), tuple((text,) for text in lines))],
        "note": [Paragraph((Span(f"x{place}", note=text),)) for place, text in enumerate(lines)],
        "heading": [Heading(text, 1) for text in lines],
        "strong": [Paragraph((Span(text, is_strong=True),)) for text in lines],
    }
    return draw_paper(paper_of(*blocks[kind], lang=lang))


def with_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def with_pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


READERS = [with_pypdf, with_pdfium]


def misses(text: str, lines: Sequence[str], *, whole: bool = True) -> list[str]:
    """What a reader's text lacks: lines of one script as a ``whole``, mixed ones in pieces."""
    text = plainly(text)
    wanted = [one for line in lines for one in ([plainly(line)] if whole and line not in MIXED else pieces(line))]
    return [one for one in wanted if one not in text]


# What stands where, from the page's own operators


@dataclass(frozen=True)
class Ink:
    """What one operator or one glyph paints. ``text``: of a glyph; ``mark``: number of the marked stretch it is in."""

    operator: str
    #: Marked stretches round it, decoration among them; 0 breaks the rule that everything has a place or is decoration.
    depth: int
    mark: int | None
    text: str = ""
    font: str = ""
    size: float = 0.0
    x: float = 0.0
    y: float = 0.0
    end: float = 0.0


_PAINTING = frozenset(["S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "EI", "INLINE IMAGE", "Tj", "'", '"'])
_IDENTITY = pikepdf.Matrix()


def inks(page: pikepdf.Page) -> list[Ink]:
    """All that a page paints, in the order of painting, with what its forms paint."""
    return list(_Reader().read(page, page.Resources, _IDENTITY, (), None))


class _Reader:
    """Follows the operators that our documents use."""

    def __init__(self) -> None:
        self._fonts: dict[Any, tuple[list[float], dict[int, str]]] = {}

    def read(
        self, content: Any, resources: Any, matrix: pikepdf.Matrix, marks: tuple[int | None, ...], mark: int | None
    ) -> Iterator[Ink]:
        outer, saved = len(marks), []
        font, size, rise, x, y = "", 0.0, 0.0, 0.0, 0.0
        for operands, operator in pikepdf.parse_content_stream(content):
            name = str(operator)
            if name == "q":
                saved.append(matrix)
            elif name == "Q":
                matrix = saved.pop()
            elif name == "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            elif name in ("BMC", "BDC"):
                if name == "BDC":
                    assert set(operands[1].keys()) == {"/MCID"}, "nothing else beside the mark: PDF notes, 4.8"
                marks = (*marks, int(operands[1].MCID) if name == "BDC" else None)
            elif name == "EMC":
                assert len(marks) > outer, "a marked stretch ends that did not begin"
                marks = marks[:-1]
            elif name == "Tm":
                assert [float(one) for one in operands[:4]] == [1, 0, 0, 1]
                x, y = float(operands[4]), float(operands[5])
            elif name == "Tf":
                font, size = str(operands[0]), float(operands[1])
            elif name == "Ts":
                rise = float(operands[0])
            elif name == "TJ":
                widths, texts = self._font(resources.Font[font])
                for item in operands[0]:
                    if not isinstance(item, pikepdf.String):
                        x -= float(item) * size / 1000
                        continue
                    for cid in _cids(bytes(item)):
                        wide = widths[cid - 1] * size / 1000
                        (left, base), (right, _y) = (matrix.transform((at, y + rise)) for at in (x, x + wide))
                        yield Ink(name, len(marks), _last(marks), texts[cid], font, size, left, base, right)
                        x += wide
            elif name == "Do":
                thing = resources.XObject[str(operands[0])]
                if thing.Subtype == pikepdf.Name.Image:
                    yield Ink(name, len(marks), _last(marks))
                else:
                    yield from self.read(thing, thing.Resources, matrix, marks, mark)
            elif name in _PAINTING:
                yield Ink(name, len(marks), _last(marks))
        assert len(marks) == outer, "a marked stretch without an end"

    def _font(self, font: Any) -> tuple[list[float], dict[int, str]]:
        """Widths of the CIDs from 1 on, and the text of each."""
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = widths_of(font), texts_of(font)
        return self._fonts[font.objgen]


def _cids(string: bytes) -> Iterator[int]:
    for place in range(0, len(string), 2):
        yield int.from_bytes(string[place : place + 2], "big")


def _last(marks: tuple[int | None, ...]) -> int | None:
    return next((mark for mark in reversed(marks) if mark is not None), None)


def widths_of(font: Any) -> list[float]:
    """Widths of a font's CIDs, the first that of CID 1, in thousandths of its size."""
    first, widths = font.DescendantFonts[0].W
    assert int(first) == 1
    return [float(one) for one in widths]


def texts_of(font: Any) -> dict[int, str]:
    """CID -> what it stands for."""
    table = font.ToUnicode.read_bytes().partition(b"endcodespacerange")[2]
    found = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]*)>$", table, re.M)
    return {int(cid, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for cid, text in found}


def lines_of(found: Sequence[Ink]) -> list[str]:
    """The glyphs of a page by baseline, from the top, each line from left to right: the visual order."""
    rows: dict[float, list[Ink]] = {}
    for ink in found:
        if ink.operator == "TJ":
            rows.setdefault(round(ink.y, 1), []).append(ink)
    return ["".join(ink.text for ink in rows[y]) for y in sorted(rows, reverse=True)]


def as_drawn(words: Words, *, rtl: bool, face_name: str = "amiri") -> str:
    return one_bracket("".join(glyph.text for run in shape(words, face_name, rtl=rtl) for glyph in run.glyphs))


def one_bracket(text: str) -> str:
    """Both of a pair as one sign: what is compared is the order, not which way they are turned."""
    return text.translate(str.maketrans(")]}»>", "([{«<"))
