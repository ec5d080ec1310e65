"""Web fonts: three faces cut down to the letters and features that pages use, from PyPI packages (OFL)."""

from __future__ import annotations

import io
from typing import Any

#: our name -> (family, weight, package)
FACES = {
    "plex-400": ("IBM Plex Sans Arabic", 400, "fontpkg-ibm-plex-sans-arabic"),
    "plex-600": ("IBM Plex Sans Arabic", 600, "fontpkg-ibm-plex-sans-arabic"),
    "amiri-700": ("Amiri", 700, "fontpkg-amiri"),
}
FEATURES = (
    "ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "calt", "liga", "kern", "mark", "mkmk",
    "tnum", "lnum",
)  # fmt: skip
#: Latin-1, œ Œ Ÿ, punctuation, signs of formulas, the Arabic letters of Moroccan texts (ڭ گ پ ڤ with them).
RANGES = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x152, 0x153), (0x178, 0x178), (0x2009, 0x2009), (0x2010, 0x2026),
    (0x202F, 0x202F), (0x2030, 0x2030), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2190, 0x2193), (0x2212,
    0x2212),
    (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265), (0x2713, 0x2713), (0x060C, 0x060C), (0x061B,
    0x061B),
    (0x061F, 0x061F), (0x0621, 0x063A), (0x0640, 0x0652), (0x066A, 0x066C), (0x0670, 0x0671), (0x067E,
    0x067E),
    (0x06A4, 0x06A4), (0x06AD, 0x06AD), (0x06AF, 0x06AF), (0x200C, 0x200F),
)  # fmt: skip
#: Width of U+2009 and U+202F, in thousandths of the size.
THIN_SPACE = 200


def recipe(face: str) -> str:
    """Everything that decides the bytes of a face, for the name of its cached file."""
    from importlib.metadata import version

    family, weight, package = FACES[face]
    return repr((family, weight, version(package), version("fonttools"), FEATURES, RANGES, THIN_SPACE, 1))


def subset(face: str) -> bytes:
    """The face as woff2: no hinting, no letters or features that no page uses."""
    import fontpkg
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    family, weight, _package = FACES[face]
    font = TTFont(fontpkg.path(family, weight=weight), recalcTimestamp=False)
    _add_thin_space(font)
    options = Options(layout_features=list(FEATURES), hinting=False, name_IDs=[1, 2], notdef_outline=True)
    options.drop_tables += ["DSIG", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    subsetter.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def _add_thin_space(font: Any) -> None:
    """Give the thin spaces a glyph: without one, French numbers borrow another font in their middle."""
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    present = font.getBestCmap()
    glyph = present.get(0x202F) or present.get(0x2009)
    if glyph is None:
        glyph = "uni202F"
        font.setGlyphOrder([*font.getGlyphOrder(), glyph])
        font["glyf"][glyph] = Glyph()
        font["hmtx"][glyph] = (THIN_SPACE * font["head"].unitsPerEm // 1000, 0)
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12):
            table.cmap.setdefault(0x202F, glyph)
            table.cmap.setdefault(0x2009, glyph)
