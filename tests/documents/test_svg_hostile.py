"""What only claims to be a drawing, or is broken, fails in one sentence: it never harms, hangs or breaks anything."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.documents import svg
from tests.documents.test_svg import drawn, framed

CIRCLE = '<circle r="1"/>'
PATTERN = '<pattern id="p" width="{0}" height="{0}" patternUnits="userSpaceOnUse">{1}</pattern>'
DOT = '<rect width="1" height="1"/>'
HOSTILE = {
    "nothing": "",
    "no XML": "<svg",
    "HTML": "<p>mot</p>",
    "entity": '<!DOCTYPE svg [<!ENTITY a "ha">]><svg viewBox="0 0 9 9"><text>&a;</text></svg>',
    "entities that grow": '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><svg viewBox="0 0 9 9">&b;</svg>',
    "outer file": '<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg viewBox="0 0 9 9"/>',
    "lone surrogate": framed("<text>\ud800</text>"),
    "zero": framed("\x00"),
    "script": framed("<script>alert(1)</script>"),
    "handler": framed('<rect onclick="alert(1)" width="9" height="9"/>'),
    "image": framed('<image href="https://example.org/a.png" width="9" height="9"/>'),
    "use": framed('<use href="#a"/>'),
    "other page": framed('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>'),
    "other namespace": '<svg xmlns="urn:other" viewBox="0 0 9 9"/>',
    "style": framed("<style>rect{fill:red}</style>"),
    "style attribute": framed('<rect style="fill:red" width="9" height="9"/>'),
    "colour": framed('<rect fill="red" width="9" height="9"/>'),
    "class": framed('<rect class="none-such" width="9" height="9"/>'),
    "svg in svg": framed('<svg viewBox="0 0 9 9"/>'),
    "no viewBox": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "short viewBox": framed("", "0 0 9"),
    "empty viewBox": framed("", "0 0 0 9"),
    "viewBox of words": framed("", "0 0 nan 9"),
    "huge viewBox": framed("", "0 0 1e300 9"),
    "percent": framed('<rect width="50%" height="9"/>'),
    "infinite": framed('<rect width="inf" height="9"/>'),
    "no number": framed('<circle cx="NaN" cy="9" r="9"/>'),
    "huge": framed('<circle cx="1e308" cy="9" r="9"/>'),
    "below zero": framed('<circle cx="9" cy="9" r="-9"/>'),
    "two numbers": framed('<text x="1 2">ab</text>'),
    "path of words": framed('<path d="M0 0 Lfoo"/>'),
    "path cut off": framed('<path d="M0 0 C1 2"/>'),
    "path that starts late": framed('<path d="L1 1"/>'),
    "arc cut off": framed('<path d="M0 0A1 1 0 0"/>'),
    "arc too thin": framed('<path d="M0 0A1e-200 1e-200 0 0 0 9 9"/>'),
    "huge path": framed('<path d="M0 0h1e308h1e308"/>'),
    "path that adds up": framed(f'<path d="M0 0{"h99999" * 9}"/>'),
    "unknown transform": framed('<g transform="skewX(9)"/>'),
    "broken transform": framed('<g transform="scale(2"/>'),
    "flat transform": framed('<g transform="scale(0)"/>'),
    "transforms that add up": framed('<g transform="scale(300)">' * 9 + '<text class="t">a</text>' + "</g>" * 9),
    "deep": framed("<g>" * 2000 + "</g>" * 2000),
    "deep words": framed("<text>" + "<tspan>" * 2000 + "</tspan>" * 2000 + "</text>"),
    "very deep": framed("<g>" * 70_000 + "</g>" * 70_000),
    "words alone": framed("<tspan>a</tspan>"),
    "shape in words": framed("<text><rect/></text>"),
    "letter that no face has": framed('<text class="t" x="9" y="9">中</text>'),
    "words below": framed('<text class="t" x="9" y="500">mot</text>'),
    "words outside": framed('<text class="t" x="-500" y="9">mot</text>'),
    "endless words": framed(f'<text class="t" x="9" y="9">{"mot" * 9999}</text>'),
    "missing pattern": framed('<rect class="bar-men" fill="url(#none)" width="9" height="9"/>'),
    "fine pattern": framed(PATTERN.format(0.001, "") + '<rect fill="url(#p)" width="9" height="9"/>'),
    "large pattern": framed(PATTERN.format(1, "") + '<rect fill="url(#p)" width="9999" height="9999"/>'),
    "crowded pattern": framed(PATTERN.format(1, CIRCLE * 999) + '<rect fill="url(#p)" width="99" height="99"/>'),
    "slanted pattern": framed(PATTERN.format(5, "<line x2='6'/>") + '<rect fill="url(#p)" width="9" height="9"/>'),
    "missing marker": framed('<line class="s-brand" x2="9" marker-end="url(#none)"/>'),
    "marker in a marker": framed('<marker id="m"><g/></marker><line class="s-brand" x2="9" marker-end="url(#m)"/>'),
    "many marks": framed(
        f'<marker id="m">{DOT * 99}</marker><polyline points="{"0 1 2 3 " * 999}" marker-mid="url(#m)"/>'
    ),
    "a million elements": framed("<g/>" * 1_000_000),
    "many elements": framed("<g/>" * 100_000),
    "long attribute": framed(f'<g transform="{"a" * 400_000}"/>'),
    "long number": framed(f'<rect width="{"1" * 400_000}"/>'),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_drawn_fails_in_one_short_sentence_and_soon(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(svg.FigureFailed) as failed:
        svg.parse(HOSTILE[name])
    assert time.monotonic() - started < 5
    said = str(failed.value)
    assert re.fullmatch(r"[A-Za-z][^\n]{10,300}\.", said), said


SAMPLE = framed(
    '<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="6" height="6"/><line class="hatch-line" x1="3" x2="3" y2="6"/></pattern>'
    '<marker id="m" viewBox="0 0 9 9" refX="9" orient="auto"><path class="f-brand" d="M0 0L9 4L0 9z"/></marker></defs>'
    '<g transform="translate(5 5) rotate(10)"><rect class="bar-men" x="3" y="4" width="40" height="20" fill="url(#h)"/>'
    '<path class="f-none s-brand" d="M1 2C3 4 5 6 7 8S9 1 11 2Q1 2 3 4T5 6A7 8 9 1 0 1 2Z" marker-end="url(#m)"/></g>'
    '<text x="50" y="60" font-size="9" text-anchor="middle" direction="rtl">نساء <tspan dy="9">2</tspan></text>'
)
PIECES = [
    *re.findall(r"[\w#().-]+|[^\w\s]|\s", SAMPLE),
    *(
        "1e9",
        "-1",
        "0",
        "1e-9",
        "99999",
        "nan",
        "none",
        "opacity",
        "points",
        "dx",
        "scale",
        "matrix",
        "stroke-dasharray",
    ),
    *("\u202e", "\u0651", "(", "中", "&amp;", "<g>", "</g>", "<tspan>", "</tspan>", "polyline"),
]


def changed(text: str, edits: list[tuple[int, int, str]]) -> str:
    for place, length, piece in edits:
        start = place % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    return text


@settings(max_examples=400)
@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 12), st.sampled_from(PIECES) | st.text(max_size=3)), max_size=4
    )
)
def test_a_changed_drawing_is_drawn_or_fails_and_never_breaks(edits: list[tuple[int, int, str]]) -> None:
    try:
        drawing = svg.parse(changed(SAMPLE, edits))
    except svg.FigureFailed:
        return
    assert drawn(drawing).startswith(b"%PDF")


NUMBERS = st.sampled_from(["0", "1", "-1", "0.5", "-.5", "1e5", "1e-9", "1e-300", "99999", "45", "1e300"])


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from("MmLlHhVvCcSsQqTtAaZz"), st.lists(NUMBERS, max_size=8)), max_size=6))
def test_path_data_of_any_numbers_is_drawn_or_fails(commands: list[tuple[str, list[str]]]) -> None:
    d = "M1 2" + "".join(f"{letter}{' '.join(numbers)}" for letter, numbers in commands)
    try:
        drawing = svg.parse(framed(f'<path class="f-brand s-brand" d="{d}"/>'))
    except svg.FigureFailed:
        return
    assert drawn(drawing).startswith(b"%PDF")


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12), st.sampled_from(["ltr", "rtl"]))
def test_words_of_any_letters_are_drawn_or_fail(words: str, direction: str) -> None:
    written = words.replace("&", "&amp;").replace("<", "&lt;")
    text = f'<text x="100" y="50" font-size="8" text-anchor="middle" direction="{direction}">{written}</text>'
    try:
        drawing = svg.parse(framed(text, "0 0 200 100"))
    except svg.FigureFailed:
        return
    assert drawn(drawing).startswith(b"%PDF")
