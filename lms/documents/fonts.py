"""Faces parsed once a process, and their embedded subsets: one a document, with a text for every glyph.

One CID stands for a pair (glyph, text), so that the same drawing may carry other letters elsewhere. A ligature
carries its last letter, blank glyphs carry the earlier ones; a letter drawn from several glyphs becomes one composite
glyph. Extractors then give back what was typed.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import uharfbuzz as hb
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import ttProgram
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from reportlab.pdfbase import pdfdoc

from lms.core.text import FIRST_STRONG_ISOLATE, POP_ISOLATE
from lms.documents import CannotDraw

FACES = {
    "amiri": ("Amiri", 400, "normal"),
    "amiri-bold": ("Amiri", 700, "normal"),
    "amiri-italic": ("Amiri", 400, "italic"),
    "plex": ("IBM Plex Sans Arabic", 400, "normal"),
    "plex-semibold": ("IBM Plex Sans Arabic", 600, "normal"),
}
#: Where a letter is looked for that a face does not have.
FALLBACK = {
    "amiri": "plex",
    "amiri-bold": "plex-semibold",
    "amiri-italic": "plex",
    "plex": "amiri",
    "plex-semibold": "amiri-bold",
}
#: Faces for what is strong, and for what is emphasised: Arabic has no italics.
STRONG = {"amiri": "amiri-bold", "amiri-italic": "amiri-bold", "plex": "plex-semibold"}
EMPHASIS = {"amiri": "amiri-italic"}
#: Tables that a PDF does not use.
_DROPPED = {"GSUB", "GPOS", "GDEF", "meta", "DSIG", "post", "name", "OS/2", "cmap"}


class MissingGlyph(CannotDraw):
    """A letter that no face has: better no document than one with a box in it. Says which."""


@dataclass(frozen=True, slots=True)
class Part:
    """One glyph of a composite with its offset, in font units."""

    glyph: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One glyph on the line: what is drawn, the text it stands for, offsets in font units."""

    parts: tuple[Part, ...]
    text: str
    advance: int
    x: int
    y: int


class Face:
    """One font file: for shaping (HarfBuzz) and for embedding (fontTools)."""

    def __init__(self, name: str) -> None:
        import fontpkg

        family, weight, style = FACES[name]
        self.name = name
        with open(fontpkg.path(family, weight=weight, style=style), "rb") as file:
            self.data = file.read()
        whole = hb.Face(hb.Blob(self.data))
        self.hb_font = hb.Font(whole)
        self._to_subset = hb.subset_preprocess(whole)
        font = TTFont(io.BytesIO(self.data), recalcTimestamp=False, lazy=True)
        self.units_per_em: int = font["head"].unitsPerEm
        self.glyph_names: list[str] = font.getGlyphOrder()
        self._numbers = {glyph: number for number, glyph in enumerate(self.glyph_names)}
        self.cmap: dict[int, str] = font.getBestCmap()
        self.widths: dict[str, int] = {name: width for name, (width, _lsb) in font["hmtx"].metrics.items()}
        self.ascent: int = font["hhea"].ascent
        self.descent: int = font["hhea"].descent

    def subset(self, glyphs: Set[str]) -> tuple[bytes, dict[str, int]]:
        """A font file of these glyphs alone, and the number of each in it."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update({self._numbers[glyph] for glyph in glyphs})
        wanted.drop_table_tag_set.update({int.from_bytes(table.encode(), "big") for table in _DROPPED})
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        plan = hb.SubsetPlan(self._to_subset, wanted)
        numbers = plan.old_to_new_glyph_mapping
        return plan.execute().blob.data, {glyph: numbers[self._numbers[glyph]] for glyph in glyphs}

    def has(self, char: str) -> bool:
        return ord(char) in self.cmap


@lru_cache(maxsize=len(FACES))
def face(name: str) -> Face:
    return Face(name)


def face_for(char: str, wanted: str) -> str:
    """The wanted face, or the one that stands in for it where it lacks the letter. Raises MissingGlyph."""
    for name in (wanted, FALLBACK[wanted]):
        if face(name).has(char):
            return name
    title = unicodedata.name(char, "no name")
    raise MissingGlyph(f"U+{ord(char):04X} ({title}) cannot be printed: neither {wanted} nor {name} has it.")


@dataclass
class EmbeddedFont:
    """The subset of a face in one document; collects what is drawn and writes itself when the document is saved."""

    face: Face
    resource: str
    cids: dict[tuple[tuple[Part, ...], str], int] = field(default_factory=dict)

    @property
    def fontName(self) -> str:
        return self.resource

    def cid(self, parts: tuple[Part, ...], text: str) -> int:
        return self.cids.setdefault((parts, text), len(self.cids) + 1)

    def width(self, parts: tuple[Part, ...]) -> int:
        """Advance of the glyph as the file has it, in font units."""
        if not parts:
            return 0
        return (
            max(0, *(part.x + self.face.widths[part.glyph] for part in parts))
            if len(parts) > 1
            else self.face.widths[parts[0].glyph]
        )

    def addObjects(self, doc: Any) -> None:
        """Write the font's objects into the document."""
        program, glyphs = self._subset()
        upem = self.face.units_per_em
        widths = [round(self.width(parts) * 1000 / upem, 3) for parts, _text in self.cids]
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": f"/{self._tag()}",
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray([-1000, -1000, 3000, 2000]),
                "ItalicAngle": 0,
                "Ascent": round(self.face.ascent * 1000 / upem),
                "Descent": round(self.face.descent * 1000 / upem),
                "CapHeight": 700,
                "StemV": 80,
                "FontFile2": doc.Reference(_stream(program, Length1=len(program)), f"file{self.resource}"),
            }
        )
        mapping = b"\x00\x00" + b"".join(number.to_bytes(2, "big") for number in glyphs)
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": f"/{self._tag()}",
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {
                        "Registry": pdfdoc.PDFString("Adobe"),
                        "Ordering": pdfdoc.PDFString("Identity"),
                        "Supplement": 0,
                    }
                ),
                "FontDescriptor": doc.Reference(descriptor, f"descriptor{self.resource}"),
                "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray(widths)]),
                "DW": 0,
                "CIDToGIDMap": doc.Reference(_stream(mapping), f"map{self.resource}"),
            }
        )
        font = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": f"/{self._tag()}",
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([doc.Reference(descendant, f"cid{self.resource}")]),
                "ToUnicode": doc.Reference(_stream(self._to_unicode()), f"unicode{self.resource}"),
            }
        )
        font.__RefOnly__ = 1
        doc.Reference(font, self.resource)
        doc.idToObject["BasicFonts"].dict[self.resource] = font

    def _tag(self) -> str:
        letters = "".join(chr(65 + (ord(char) % 26)) for char in f"{self.face.name:X<6}"[:6])
        return f"{letters}+{self.face.name}"

    def _subset(self) -> tuple[bytes, list[int]]:
        """The font file of the document, and the number in it of each CID's glyph, in the order of the CIDs."""
        simple = [parts[0].glyph if _is_simple(parts) else "" for parts, _text in self.cids]
        small, numbers = self.face.subset({part.glyph for parts, _text in self.cids for part in parts})
        font = TTFont(io.BytesIO(small), recalcTimestamp=False, recalcBBoxes=False)
        names = {glyph: font.getGlyphName(number) for glyph, number in numbers.items()}
        added = [key for key, glyph in zip(self.cids, simple, strict=True) if not glyph]
        for place, (parts, _text) in enumerate(added):
            _add_glyph(font, f"added{place}", _composite(parts, names) if parts else Glyph(), self.width(parts))
        first = font["maxp"].numGlyphs
        places = {key: first + place for place, key in enumerate(added)}
        font.setGlyphOrder([*font.getGlyphOrder(), *(f"added{place}" for place in range(len(added)))])
        font["glyf"].glyphOrder = font.getGlyphOrder()
        limits = font["maxp"]
        limits.maxComponentElements = max([limits.maxComponentElements, *(len(parts) for parts, _text in added)])
        limits.maxComponentDepth += 1
        out = io.BytesIO()
        font.save(out, reorderTables=False)
        return out.getvalue(), [
            numbers[glyph] if glyph else places[key] for key, glyph in zip(self.cids, simple, strict=True)
        ]

    def _to_unicode(self) -> bytes:
        lines = [f"<{cid:04X}> <{text.encode('utf-16-be').hex().upper()}>" for (_parts, text), cid in self.cids.items()]
        blocks = [
            f"{len(lines[i : i + 100])} beginbfchar\n" + "\n".join(lines[i : i + 100]) + "\nendbfchar"
            for i in range(0, len(lines), 100)
        ]
        head = (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) "
            "/Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        )
        return (
            head + "\n".join(blocks) + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
        ).encode()


def _is_simple(parts: tuple[Part, ...]) -> bool:
    """Whether a drawing is one glyph in its own place; others become glyphs of the document's own."""
    return len(parts) == 1 and parts[0].x == parts[0].y == 0


def _add_glyph(font: TTFont, name: str, glyph: Glyph, width: int) -> None:
    font["glyf"].glyphs[name] = glyph
    font["hmtx"].metrics[name] = (width, 0)


def _composite(parts: tuple[Part, ...], names: Mapping[str, str]) -> Glyph:
    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = []
    for part in parts:
        component = GlyphComponent()
        component.glyphName = names[part.glyph]
        component.x, component.y = part.x, part.y
        component.flags = 0x0002 | 0x0004  # offsets are x and y, rounded to the grid
        glyph.components.append(component)
    glyph.program = ttProgram.Program()
    glyph.program.fromBytecode(b"")
    glyph.xMin = glyph.yMin = glyph.xMax = glyph.yMax = 0
    return glyph


def _stream(content: bytes, **entries: int) -> Any:
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary(dict(entries)), content, filters=[pdfdoc.PDFZCompress])


def drawable(text: str) -> str:
    """The text without letters that a face and its stand-in lack: a list of names with a letter less is better
    than none. A text may stand in any face: the bold ones have fewer letters.

    Isolates stay: they are not drawn, and say what reads from left to right.
    """

    def is_known(char: str) -> bool:
        if char in (FIRST_STRONG_ISOLATE, POP_ISOLATE):
            return True
        return all(face(name).has(char) or face(FALLBACK[name]).has(char) for name in FACES)

    return "".join(char for char in text if is_known(char))
