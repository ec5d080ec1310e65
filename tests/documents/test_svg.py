"""Drawings of lessons on paper: all of them fit, are read by programs, and look as on screen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from PIL import Image

from lms.curriculum.files import RawBlock
from lms.curriculum.render import Renderer
from lms.documents import svg, svg_names
from lms.documents.pen import Pen, Sheet
from lms.documents.svg_text import Label
from lms.documents.svg_values import INK, LOOKS, MUTED, SHAPES
from lms.ui.charts import Row, stacked_bars

ROOT = Path(__file__).parents[2]
#: How far Plex reaches above and below the line, as a share of the size.
ABOVE, BELOW = 0.75, 0.25
TONES = [Row("F", 12, "women"), Row("H", 12, "men"), Row("?", 12, "unknown")]


@lru_cache
def figures() -> dict[str, str]:
    """Every figure of the lessons as a reader gets it on a wide screen: language/module/name -> SVG."""
    found = {}
    for path in sorted((ROOT / "content").glob("*/*/figures/*.*")):
        lang, module, _folder, name = path.relative_to(ROOT / "content").parts
        renderer = Renderer(lang, module, {f"figures/{name}": path.read_text(encoding="utf-8")})
        html = renderer.block(RawBlock("figure", path.stem, "", 1, ()))
        found[f"{lang}/{module}/{path.stem}"] = html[html.index("<svg") : html.index("</svg>") + len("</svg>")]
    return found


def drawn(*drawings: str | svg.Drawing, scale: float = 1.0) -> bytes:
    """A PDF with one drawing to a page, each with ten points round it."""
    out = io.BytesIO()
    sheet = Sheet(out, (100, 100))
    pen = Pen(sheet)
    for one in drawings:
        drawing = svg.parse(one) if isinstance(one, str) else one
        wide, high = drawing.width * scale + 20, drawing.height * scale + 20
        sheet.setPageSize((wide, high))
        with pen.decoration():
            svg.draw(pen, drawing, 10, high - 10, scale)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def picture(pdf: bytes, scale: float = 2.0) -> Image.Image:
    """The first page in grey, ``scale`` pixels to a point."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return page.render(scale=scale).to_pil().convert("L")


def framed(inside: str, box: str = "0 0 100 100") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><title>T</title><desc>D</desc>{inside}</svg>'


def labels(text: str) -> list[Label]:
    return [part for part in svg.parse(text).parts if isinstance(part, Label)]


def extent(label: Label) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of words that are not turned."""
    (_a, _b, _c, _d, dx, dy), size = label.matrix, label.look.size
    left, right = sorted((label.x + dx, label.end + dx))
    return left, label.y + dy - ABOVE * size, right, label.y + dy + BELOW * size


def test_every_kind_of_figure_is_among_them() -> None:
    assert len(figures()) >= 80
    assert {name.split("/")[0] for name in figures()} == {"ar", "fr"}
    assert any("hatch" in one for one in figures().values())


def test_words_stay_in_the_drawing_and_in_their_box_at_the_size_they_were_written_in() -> None:
    for name, text in figures().items():
        drawing = svg.parse(text)
        boxes: list[tuple[float, float, float, float]] = []
        sizes = iter(re.findall(r'<text[^>]* font-size="([0-9.]+)"', text))
        for part in drawing.parts:
            if not isinstance(part, Label):
                xs, ys = zip(*((n[-2], n[-1]) for _, n in part.steps if n), strict=True)
                if len(part.steps) > 4 and any(command == "L" for command, _ in part.steps):
                    boxes.append((min(xs), min(ys), max(xs), max(ys)))
                continue
            left, top, right, bottom = extent(part)
            assert -0.5 <= left < right <= drawing.width + 0.5, (name, part.text)
            assert -1.5 <= top < bottom <= drawing.height + 1.5, (name, part.text)
            assert part.look.size == float(next(sizes)), (name, part.text)
            for box in boxes:
                if box[0] < (left + right) / 2 < box[2] and box[1] < part.y < box[3] and box[2] - box[0] > 60:
                    assert box[0] + 3 <= left < right <= box[2] - 3, (name, part.text)


def test_no_words_stand_on_others() -> None:
    for name, text in figures().items():
        found = [(one.text, extent(one)) for one in labels(text)]
        for place, (words, (left, top, right, bottom)) in enumerate(found):
            for others, box in found[place + 1 :]:
                across, down = min(right, box[2]) - max(left, box[0]), min(bottom, box[3]) - max(top, box[1])
                assert across <= 0 or down <= 1, (name, words, others)


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_contrast_with_what_they_may_stand_on() -> None:
    for words in (INK, MUTED, LOOKS["v-brand"]["fill"]):
        for ground in ("f-surface", "f-surface2", "f-brand-soft"):
            assert contrast(words, LOOKS[ground]["fill"]) >= 4.5
    assert contrast(LOOKS["t-on-brand"]["fill"], LOOKS["f-brand"]["fill"]) >= 4.5
    for name, look in LOOKS.items():
        if "stroke" in look and name not in ("s-rule", "tick-line"):
            assert contrast(look["stroke"], "#FFFFFF") >= 3, name


def with_pypdf(pdf: bytes) -> Iterator[str]:
    return (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def with_pdfium(pdf: bytes) -> Iterator[str]:
    return (page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def tidy(text: str) -> str:
    return " ".join(re.sub(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", text).split())


@pytest.mark.parametrize("read", [with_pypdf, with_pdfium])
def test_programs_read_the_words_of_every_figure(read: Callable[[bytes], Iterator[str]]) -> None:
    for (name, text), page in zip(figures().items(), read(drawn(*figures().values())), strict=True):
        found = tidy(page)
        for one in labels(text):
            for part in pieces(tidy(one.text), name[:2]):
                assert part in found, (name, part)


def pieces(words: str, lang: str) -> list[str]:
    """What every program gives back whole.

    Some set the scripts of an Arabic line in an order of their own, and part a word at its vowel marks.
    """
    arabic = r"[\u0621-\u064a]+"
    if lang == "fr" or re.fullmatch(f"(?:{arabic} ?)+", words):
        return [words]
    return re.findall(rf"{arabic}|\d+(?:[,.]\d+)*|[A-Za-z]+", words)


def test_every_class_of_the_style_sheet_is_known() -> None:
    sheet = (ROOT / "lms/ui/static/css/figures.css").read_text(encoding="utf-8")
    rules = re.findall(r"^(\.[^{\n]*)\{([^}]*(?:fill|stroke|font-weight: 600; \}|font-family)[^}]*)\}", sheet, re.M)
    classes = {name for names, _body in rules for name in re.findall(r"\.([a-z0-9-]+)", names)}
    assert len(classes) > 30
    assert classes <= set(LOOKS)


def test_every_shape_that_lessons_allow_can_be_drawn() -> None:
    assert set(SHAPES) == svg_names.SHAPES


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_women_men_and_unknown_are_told_apart_without_colour(lang: str) -> None:
    html = str(stacked_bars(TONES, lang=lang, title="T", description="D"))
    drawing = svg.parse(html[html.index("<svg") : html.index("</svg>") + len("</svg>")])
    image = picture(drawn(drawing, scale=0.6), 4)
    middle = int((10 + drawing.width / 2 * 0.6) * 4)
    shares = []
    for row in range(3):
        top = int((10 + (row * 28 + 8) * 0.6) * 4)
        tile = image.crop((middle, top, middle + 120, top + 28))
        shares.append(sum(tile.histogram()[:160]) / (120 * 28))
    solid, hatched, dotted = shares
    assert solid > 0.99
    assert 0.25 < hatched < 0.6
    assert 0.05 < dotted < 0.25


def test_the_upper_left_corner_is_where_it_was_asked_for_and_down_is_down() -> None:
    image = picture(drawn(framed('<rect class="f-brand" width="40" height="20"/>'), scale=1.0))
    dark = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark == (20, 20, 100, 60)


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        ('<g transform="translate(50 50) rotate(90)"><rect width="40" height="20"/></g>', (30, 50, 50, 90)),
        ('<rect class="f-brand" width="20" height="10" transform="scale(2 3)"/>', (0, 0, 40, 30)),
        ('<rect class="f-brand" width="20" height="10" transform="matrix(1 0 0 1 5 6)"/>', (5, 6, 25, 16)),
        ('<circle class="f-brand" cx="50" cy="50" r="30"/>', (20, 20, 80, 80)),
        ('<ellipse class="f-brand" cx="50" cy="50" rx="30" ry="10"/>', (20, 40, 80, 60)),
        ('<rect class="f-brand" x="10" y="10" width="60" height="30" rx="8"/>', (10, 10, 70, 40)),
        ('<polygon class="f-brand" points="10,10 60,10 60 60"/>', (10, 10, 60, 60)),
        ('<polyline class="f-none s-brand" points="10 50 90 50" stroke-width="4"/>', (10, 48, 90, 52)),
        ('<line class="s-brand" x1="9" x2="9" y2="9" stroke-width="4" stroke-linecap="square"/>', (7, -1, 11, 11)),
        ('<path class="f-brand" d="M20 50a30 30 0 0 1 60 0z"/>', (20, 20, 80, 50)),
        ('<path class="f-brand" d="M10 10h50v20H10Z"/>', (10, 10, 60, 30)),
        ('<path class="f-brand" d="M10 10c0 0 40 0 40 0s0 40 0 40z"/>', (10, 10, 50, 50)),
        ('<path class="f-brand" d="M10 50Q30 10 50 50T90 50z"/>', (10, 30, 90, 70)),
        ('<path class="f-brand" d="M10 10A0 5 0 0 1 60 10V30H10z"/>', (10, 10, 60, 30)),
        ('<path class="f-none s-brand" stroke-width="4" d="M12 12H60V60H12z"/>', (10, 10, 62, 62)),
    ],
)  # fmt: skip
def test_each_shape_covers_its_place(shape: str, box: tuple[int, ...]) -> None:
    image = picture(drawn(framed(shape)), 4)
    dark = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark is not None
    assert [round(edge / 4 - 10) for edge in dark] == list(box)


def test_a_view_box_may_begin_anywhere() -> None:
    image = picture(drawn(framed('<rect class="f-brand" x="-50" y="20" width="40" height="20"/>', "-50 20 100 100")))
    assert image.point(lambda value: 255 if value < 128 else 0).getbbox() == (20, 20, 100, 60)


def test_nothing_leaves_the_frame_by_more_than_a_line_is_thick() -> None:
    image = picture(drawn(framed('<circle class="f-brand" cx="50" cy="50" r="400"/>')))
    assert image.point(lambda value: 255 if value < 128 else 0).getbbox() == (18, 18, 222, 222)


def ends(text: str) -> tuple[float, float]:
    """Where the drawn words begin and end, in units from the left."""
    image = picture(drawn(framed(text, "0 0 200 40")), 4)
    box = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return box[0] / 4 - 10, box[2] / 4 - 10


@pytest.mark.parametrize(
    ("anchor", "direction", "words", "begins", "reaches"),
    [
        ("start", "ltr", "Hommes", 100, None), ("middle", "ltr", "Hommes", None, None),
        ("end", "ltr", "Hommes", None, 100), ("start", "rtl", "النساء", None, 100),
        ("middle", "rtl", "النساء", None, None), ("end", "rtl", "النساء", 100, None),
    ],
)  # fmt: skip
def test_words_are_anchored_where_reading_starts(
    anchor: str, direction: str, words: str, begins: float | None, reaches: float | None
) -> None:
    text = (
        f'<text class="t" x="100" y="20" font-size="16" text-anchor="{anchor}" direction="{direction}">{words}</text>'
    )
    left, right = ends(text)
    assert begins is None or left == pytest.approx(begins, abs=2)
    assert reaches is None or right == pytest.approx(reaches, abs=2)
    assert anchor != "middle" or (left + right) / 2 == pytest.approx(100, abs=2)


def test_parts_of_a_line_follow_one_another_and_lines_begin_anew() -> None:
    text = """<text class="t" x="50" y="20" font-size="10" text-anchor="middle">
      Taux <tspan class="t-strong">20 %</tspan> en
      <tspan class="t-muted" dy="-3">2026</tspan>
      <tspan x="50" dy="15">suite</tspan>
    </text>"""
    first, strong, after, raised, second = labels(framed(text))
    assert [one.text for one in (first, strong, after, raised, second)] == ["Taux ", "20 %", " en ", "2026", "suite"]
    assert first.end == pytest.approx(strong.x)
    assert strong.style.face == "plex-semibold"
    assert raised.y == 17
    assert (first.x + raised.end) / 2 == pytest.approx(50)
    assert (second.x + second.end) / 2 == pytest.approx(50)
    assert second.y == 32


def test_parts_of_an_arabic_line_follow_to_the_left() -> None:
    text = '<text x="90" y="20" font-size="10" direction="rtl">نسبة <tspan class="t-strong">النساء</tspan></text>'
    first, strong = labels(framed(text))
    assert first.x == 90
    assert strong.x == pytest.approx(first.x - first.width)
    assert strong.look.rtl


@pytest.mark.parametrize("turn", ["rotate(-90 50 90)", "rotate(30 50 50)", "scale(-1 1) translate(-100 0)"])
def test_turned_words_are_read_too(turn: str) -> None:
    text = f'<text class="t" x="50" y="60" font-size="9" transform="{turn}">Taux</text>'
    assert "Taux" in next(with_pdfium(drawn(framed(text))))


def test_a_line_a_little_too_wide_gets_smaller_and_one_much_too_wide_fails() -> None:
    box = '<rect class="f-surface s-rule" width="80" height="30"/>'
    line = '<text class="t" x="9" y="20" font-size="{}">Une étiquette</text>'
    (usual,) = labels(framed(box + line.format(9)))
    (smaller,) = labels(framed(box + line.format(12)))
    assert usual.look.size == 9
    assert 9 < smaller.look.size < 12
    assert smaller.end == pytest.approx(77)
    with pytest.raises(svg.FigureFailed, match="no room"):
        svg.parse(framed(box + line.format(20)))


def test_arrow_heads_stand_at_the_ends_and_the_corners() -> None:
    marks = (
        '<defs><marker id="head" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="6" markerHeight="6" orient="auto">'
        '<path class="f-brand" d="M0 0L10 5L0 10z"/></marker><marker id="dot"><circle r="1"/></marker></defs>'
    )
    way = '<polyline class="f-none s-brand" points="10 10 50 10 50 60" marker-mid="url(#dot)" marker-end="url(#head)"/>'
    _line, dot, head = svg.parse(framed(marks + way)).parts
    assert dot.matrix[4:] == (50, 10)
    # The tip of the head, (10, 5), stands at the end and looks down.
    a, b, c, d, e, f = head.matrix
    assert (a * 10 + c * 5 + e, b * 10 + d * 5 + f) == pytest.approx((50, 60))
    assert (a, b) == pytest.approx((0, 0.6))


def test_title_and_description_are_given_and_drawing_twice_gives_the_same_bytes() -> None:
    drawing = svg.parse(framed('<text class="t" x="9" y="20">Mot</text>'))
    assert (drawing.title, drawing.description, drawing.width, drawing.height) == ("T", "D", 100, 100)
    assert drawn(drawing) == drawn(drawing)


def test_what_follows_a_drawing_is_not_touched_by_it() -> None:
    text = framed(
        '<circle class="f-brand s-dashed" cx="9" cy="9" r="5" opacity="0.5"/><text class="t" x="9" y="30">m</text>'
    )
    with pikepdf.open(io.BytesIO(drawn(text))) as pdf:
        names = [str(one.operator) for one in pikepdf.parse_content_stream(pdf.pages[0])]
    assert names.count("q") == names.count("Q")
    assert not {"BDC", "Do", "sh"} & set(names)
