"""The sheet drawn on and the pen: lines of text with their tags, decoration and figures, on a ReportLab canvas."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFDocument, PDFName, PDFPage, PDFStream
from reportlab.pdfgen.canvas import Canvas

from lms.documents.blocks import Words
from lms.documents.fonts import EmbeddedFont, face
from lms.documents.structure import Element, Structure, Tagged, marked, opening, with_artifacts
from lms.documents.text import RAISED_BY, RAISED_SIZE, Run, Style, shape, width

START, CENTER, END = "start", "center", "end"
#: A run and the operators that show it.
Shown = tuple[Run, str]
# Pages as bytes: as letters they are a quarter larger, and take longer.
rl_config.useA85 = 0


class Sheet(Canvas):
    """The canvas of one document: equal drawing gives equal bytes, and what has no tag is marked as decoration."""

    def __init__(self, out: io.BytesIO, pagesize: tuple[float, float], structure: Structure | None = None) -> None:
        self.structure = structure or Structure()
        self.pen = Pen(self)
        #: Bookmark -> its page, from 1.
        self._pages: dict[str, int] = {}
        #: Page numbers that are known only at the end: form -> bookmark, style, alignment.
        self._later: dict[str, tuple[str, Style, str]] = {}
        super().__init__(out, pagesize=pagesize, invariant=1, pageCompression=1)
        self._doc.addPage = self._add_page

    @property
    def page(self) -> int:
        """The page drawn now, from 0."""
        return int(self.getPageNumber()) - 1

    def bookmark(self, top: float, key: str, title: str, level: int) -> None:
        """Name the place ``top`` points above the origin, and give it an entry in the outline at a level from 0."""
        self._pages[key] = self.page + 1
        self.bookmarkHorizontal(key, 0, top + 12)
        self.addOutlineEntry(title, key, level, closed=level > 0)

    def page_of(self, key: str, x: float, y: float, style: Style, align: str) -> None:
        """Draw the number of a bookmark's page, or of the last page for "": drawn here, filled in at the end."""
        name = f"page-{key}-{align}-{style.face}-{style.size:g}"
        self._later[name] = (key, style, align)
        self.saveState()
        self.translate(x, y)
        self.doForm(name)
        self.restoreState()

    def link(self, key: str, rect: tuple[float, float, float, float], element: Element) -> None:
        """Make a rectangle lead to a bookmark; the link belongs to an element."""
        self.linkRect("", key, rect, relative=1, thickness=0)
        self.structure.links.append((self.page, element))

    def showPage(self) -> None:
        self._code[:] = with_artifacts(self._code)
        super().showPage()

    def _add_page(self, page: PDFPage) -> None:
        """Keep a page compressed from now on: of a thousand, only the open one is held as text."""
        content = zlib.compress(page.stream.encode("latin-1"))
        page.Contents = PDFStream(PDFDictionary({"Filter": PDFName("FlateDecode")}), content)
        page.stream = None
        PDFDocument.addPage(self._doc, page)

    def save(self) -> None:
        last = self.page
        for name, (key, style, align) in self._later.items():
            self.beginForm(name, -80, -10, 80, 30)
            with self.pen.decoration():
                self.pen.line(0, 0, str(self._pages.get(key, last)), style, rtl=False, align=align)
            self.endForm()
        self._later.clear()
        super().save()

    def setFont(self, *_font: object, **_options: object) -> None:
        """Tables choose a standard font for each cell; none is in the file, and words bring their own."""

    def _make_preamble(self) -> None:
        # The usual one names a standard font that is not in the file.
        self._preamble = "1 0 0 1 0 0 cm"


class Pen:
    """Draws lines on a sheet with fonts embedded in its document.

    A line belongs to the element it is drawn ``to``; without one it is a paragraph of its own, in the part of its
    language. Within ``decoration`` and ``inside`` lines have no tags of their own.
    """

    def __init__(self, canvas: Sheet) -> None:
        self.canvas = canvas
        self._fonts: dict[str, EmbeddedFont] = {}
        self._parts: dict[str, Element] = {}
        self._is_silent = False

    def line(
        self,
        x: float,
        y: float,
        words: Words,
        style: Style,
        *,
        rtl: bool,
        align: str = START,
        to: Element | None = None,
        role: str = "P",
    ) -> float:
        """Draw one line on the baseline ``y``; gives its width. START is the side where reading starts."""
        wide = width(words, style, rtl=rtl)
        if align == CENTER:
            left = x - wide / 2
        elif (align == START) == rtl:
            left = x - wide
        else:
            left = x
        lang = "ar" if rtl else "fr"
        if to is None and not self._is_silent:
            to = self.part(lang).add(role)
        self._draw(left, y, shape(words, style.face, rtl=rtl), style, None if self._is_silent else to, lang)
        return wide

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[Words],
        style: Style,
        step: float,
        *,
        rtl: bool,
        align: str = START,
        to: Element | None = None,
        role: str = "P",
    ) -> float:
        """Draw the lines of one paragraph downwards; gives the baseline after the last one."""
        if to is None and not self._is_silent and lines:
            to = self.part("ar" if rtl else "fr").add(role)
        for words in lines:
            self.line(x, y, words, style, rtl=rtl, align=align, to=to)
            y -= step
        return y

    def part(self, lang: str) -> Element:
        """The part of the document, or of the group, that is in this language."""
        if lang not in self._parts:
            self._parts[lang] = self.canvas.structure.root.add("Sect", lang)
        return self._parts[lang]

    def new_group(self, *langs: str) -> None:
        """From here on lines go into new parts, one for each language, read in this order; others as they come."""
        self._parts = {lang: self.canvas.structure.root.add("Sect", lang) for lang in langs}

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn inside is not read: running heads, page numbers, ornament."""
        before, self._is_silent = self._is_silent, True
        try:
            yield
        finally:
            self._is_silent = before

    @contextmanager
    def inside(self, element: Element) -> Iterator[None]:
        """All that is drawn inside belongs to one element: a figure, read by its words."""
        with self.decoration(), marked(self.canvas._code, self.canvas.structure, element, self.canvas.page):
            yield

    def _draw(
        self, x: float, y: float, runs: tuple[Run, ...], style: Style, element: Element | None, lang: str
    ) -> None:
        """One text object: its runs from left to right, those of each language under a mark of their own."""
        self.canvas.setFillColor(style.color)
        shown: list[Shown] = []
        drift = 0.0
        for run in runs:
            code, drift = self._show(run, style, drift)
            shown.append((run, code))
        body = [f"BT 1 0 0 1 {x:.3f} {y:.3f} Tm"]
        if element is None:
            self.canvas._code.append("\n".join([*body, *(code for _run, code in shown), "ET"]))
            return
        words = []
        # Figures alone have the language of what they stand in, whichever way they are drawn.
        lang = lang if any(run.lang for run in runs) else ""
        for pieces in _stretches(shown, lang):
            used, is_raised = pieces[0][0].lang or lang, pieces[0][0].is_raised
            mark = self.canvas.structure.mark(element, self.canvas.page)
            body += [opening("Span", mark), *(code for _run, code in pieces), "EMC"]
            ordered = sorted((run for run, _code in pieces), key=lambda run: run.start)
            role = "Reference" if is_raised else "Span"
            words.append((ordered[0].start, role, used, "".join(run.text for run in ordered), mark))
        for _start, role, used, text, mark in sorted(words, key=lambda one: one[0]):
            self.canvas.structure.own(mark, element.add_words(role, used, text, mark))
        self.canvas._code.append(Tagged("\n".join([*body, "ET"])))

    def _show(self, run: Run, style: Style, drift: float) -> tuple[str, float]:
        """Operators that show a run. ``drift``: how far the file's own advances lead past where the run begins."""
        font = self._font(run.face)
        size = style.size * (RAISED_SIZE if run.is_raised else 1)
        base = style.size * RAISED_BY if run.is_raised else 0.0
        scale = size / font.face.units_per_em
        code = [f"/{font.resource} {size:g} Tf"]
        items: list[str] = []
        rise = 0.0
        for one in run.glyphs:
            wanted = base + one.y * scale
            if wanted != rise:
                code += [f"[{' '.join(items)}] TJ" if items else "", f"{wanted:.3f} Ts"]
                items, rise = [], wanted
            shift = drift - one.x * scale
            if abs(shift) > 0.01 * scale:
                items.append(f"{shift * 1000 / size:.2f}")
            items.append(f"<{font.cid(one.parts, one.text):04X}>")
            drift += (font.width(one.parts) - one.advance) * scale - shift - style.tracking
        code += [f"[{' '.join(items)}] TJ" if items else "", "0 Ts" if rise else ""]
        return "\n".join(line for line in code if line), drift

    def _font(self, name: str) -> EmbeddedFont:
        if name not in self._fonts:
            document = self.canvas._doc
            font = EmbeddedFont(face(name), f"HB{len(self._fonts) + 1}")
            document.fontMapping[font.fontName] = f"/{font.resource}"
            document.delayedFonts.append(font)
            self._fonts[name] = font
        return self._fonts[name]


def _stretches(shown: Sequence[Shown], lang: str) -> Iterator[list[Shown]]:
    """The runs from left to right, cut where the language or the height changes, or one does not follow the other.

    In a French line a figure after Arabic words stands on their left, beside what was written before them.
    """
    order = {id(one): place for place, one in enumerate(sorted(shown, key=lambda one: one[0].start))}
    open_stretch: list[Shown] = []
    for one in shown:
        if open_stretch:
            last = open_stretch[-1]
            alike = (last[0].lang or lang, last[0].is_raised) == (one[0].lang or lang, one[0].is_raised)
            if not alike or abs(order[id(last)] - order[id(one)]) != 1:
                yield open_stretch
                open_stretch = []
        open_stretch.append(one)
    if open_stretch:
        yield open_stretch
