"""Drawings from data: every word is there as text, nothing leaves the drawing, Arabic is mirrored and time is not."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.curriculum import figures
from lms.curriculum.render import svg_problems
from lms.ui import diagrams

FRAME = {"title": "Un titre", "description": "Une description", "source": "Schéma de la formation"}
THREE = [{"label": f"Label {place}", "text": f"Un texte court {place}"} for place in range(1, 4)]
SAMPLES: dict[str, dict[str, Any]] = {
    "steps": {"items": THREE, "zones": [{"label": "Zone", "from": 2, "to": 3}]},
    "timeline": {
        "items": [
            {"when": str(year), "label": f"Fait {year}", "tone": tone}
            for year, tone in ((2010, "done"), (2018, "done"), (2020, "done"), (2022, "done"), (2025, "announced"))
        ]
    },
    "circles": {"items": THREE, "centre": "Centre"},
    "matrix": {
        "x": "Axe x", "y": "Axe y", "columns": ["Faible", "Fort"], "rows": ["Haut", "Bas"],
        "cells": [[{"label": "A", "tone": "warn"}, {"label": "B"}], [{"label": "C"}, {"label": "D", "tone": "strong"}]],
    },
    "pyramid": {"items": THREE},
    "tree": {
        "root": {"label": "Racine", "children": [{"label": "Branche", "children": [{"label": "Feuille"}]},
                                                 {"label": "Autre", "edge": "Oui"}]}
    },
    "wheel": {"centre": "Centre", "items": [{"label": f"Part {place}", "text": "?"} for place in range(6)]},
    "map": {"items": [{"label": f"Région {n}", "text": "Chef", "at": [n % 3, n // 3]} for n in range(6)]},
    "plan": {"way": "Chemin", "items": [{"label": f"Lieu {n}", "text": "?", "at": [n % 3, n // 3], "size": [1, 1],
                                         "outside": not n} for n in range(6)]},
    "radar": {"max": 4, "items": [{"label": f"Axe {place}", "value": place % 5} for place in range(8)]},
    "gauges": {"unit": "%", "max": 100, "items": [{"label": "Accès", "value": 26.5, "text": "part"},
                                                  {"label": "Insertion", "value": 40}]},
    "line": {"unit": "%", "points": [{"label": "2024", "value": 12, "tone": "baseline"}, {"label": "2025", "value": 15},
                                     {"label": "2026", "value": 22, "tone": "target"}]},
    "columns": {"items": [{"label": f"Cadre {place}", "points": ["Qui fait quoi", "Qui décide"]} for place in (1, 2)]},
    "blocks": {"items": [*THREE, {"label": "Quatre"}], "base": "Socle"},
    "layers": {"items": THREE, "links": [{"label": "Lien un"}, {"label": "Lien deux"}]},
}  # fmt: skip


def sample(kind: str) -> dict[str, Any]:
    return {"kind": kind, **FRAME, **SAMPLES[kind]}


def drawn(kind: str, lang: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(diagrams.diagram(sample(kind), lang)))


def texts(svg: ElementTree.Element) -> list[tuple[str, float, float]]:
    """Words, abscissa and foot of each line."""
    lines = [found for found in svg.iter() if found.tag.endswith("}text")]
    return [(str(line.text), float(line.attrib["x"]), float(line.attrib["y"])) for line in lines]


def words_of(data: Any) -> set[str]:
    """Words of the labels and texts in a figure's data."""
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if key not in ("kind", "tone", "unit", *FRAME)}
        return set().union(*(words_of(value) for value in kept.values()))
    if isinstance(data, list):
        return set().union(*(words_of(value) for value in data))
    return set(data.split()) if isinstance(data, str) else set()


def test_every_kind_has_its_sample_and_its_rule() -> None:
    assert set(SAMPLES) == set(diagrams.KINDS)
    assert {kind: figures.faults(sample(kind)) for kind in SAMPLES} == {kind: [] for kind in SAMPLES}


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("kind", SAMPLES)
def test_all_words_stand_in_the_drawing_as_text(kind: str, lang: str) -> None:
    svg = drawn(kind, lang)
    assert svg_problems(ElementTree.tostring(svg, "unicode")) == []
    assert words_of(sample(kind)) <= {word for text, _x, _y in texts(svg) for word in text.split()}


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("kind", SAMPLES)
def test_nothing_leaves_the_drawing(kind: str, lang: str) -> None:
    svg = drawn(kind, lang)
    _x, _y, width, height = map(float, svg.attrib["viewBox"].split())
    for element in svg.iter():
        tag, found = element.tag.rpartition("}")[2], element.attrib
        if tag == "rect":
            assert -0.5 <= float(found["x"]) <= float(found["x"]) + float(found["width"]) <= width + 0.5
            assert float(found["y"]) + float(found["height"]) <= height
        elif tag == "circle":
            radius = float(found["r"])
            assert -0.5 <= float(found["cx"]) - radius <= float(found["cx"]) + radius <= width + 0.5
            assert 0 <= float(found["cy"]) - radius <= float(found["cy"]) + radius <= height
        elif tag == "text":
            assert 0 <= float(found["x"]) <= width
            assert 0 < float(found["y"]) <= height


@pytest.mark.parametrize("kind", sorted(set(SAMPLES) - {"timeline", "line", "circles", "map"}))
def test_arabic_places_are_mirrored(kind: str) -> None:
    french = sorted(round(x) for _text, x, _y in texts(drawn(kind, "fr")))
    arabic = sorted(round(diagrams.WIDTH - x) for _text, x, _y in texts(drawn(kind, "ar")))
    # Arabic needs larger letters, so lines may break elsewhere: their sides are what must agree.
    assert set(french) == set(arabic)
    assert french != sorted(round(x) for _text, x, _y in texts(drawn(kind, "ar")))


@pytest.mark.parametrize(
    ("kind", "marks"), [("timeline", ["2010", "2018", "2025"]), ("line", ["2024", "2025", "2026"])]
)
@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_time_runs_from_left_to_right_in_both(kind: str, marks: list[str], lang: str) -> None:
    places = {text: x for text, x, _y in texts(drawn(kind, lang))}
    assert [places[mark] for mark in marks] == sorted(places[mark] for mark in marks)


@given(st.lists(st.text(alphabet="abcdefghij", min_size=1, max_size=14), min_size=1, max_size=12), st.booleans())
@settings(max_examples=60)
def test_no_line_is_longer_than_its_box(words: list[str], is_arabic: bool) -> None:
    canvas = diagrams.Canvas("ar" if is_arabic else "fr")
    lines = canvas.wrap(" ".join(words), 130)
    assert " ".join(lines).split() == " ".join(words).split()
    room = 130 / (canvas.small * diagrams.LETTER)
    assert all(len(line) <= room or " " not in line for line in lines)


def test_a_label_wider_than_its_circle_gives_way_to_a_number() -> None:
    data = {**sample("circles"), "items": [{"label": "Communautaire", "text": "?"}, *THREE[:2]]}
    svg = ElementTree.fromstring(str(diagrams.diagram(data, "fr")))
    upper = [text for text, _x, y in texts(svg) if y < 270]
    assert sorted(upper) == ["1", "2", "3", "4"]


def test_west_lies_on_the_left_in_both_languages() -> None:
    squares = [
        [float(found.attrib["x"]) for found in drawn("map", lang).iter() if found.tag.endswith("}rect")]
        for lang in ("ar", "fr")
    ]
    assert squares[0] == squares[1]
    assert squares[0][0] < squares[0][1] < squares[0][2]


BROKEN = [
    ({**sample("steps"), "kind": "stairs"}, "kind stairs is unknown"),
    ({**sample("steps"), "title": ""}, "title is missing"),
    ({**sample("steps"), "zones": [{"label": "Zone", "from": 2, "to": 9}]}, "runs from and to"),
    ({**sample("circles"), "items": THREE[:2]}, "2 stand here, 3 are drawn"),
    ({**sample("timeline"), "items": [{"label": "sans date"}] * 3}, "no when"),
    ({**sample("matrix"), "cells": [[{"label": "A"}]]}, "lines of cells"),
    ({**sample("matrix"), "cells": [[{"label": "A", "tone": "red"}, {"label": "B"}]] * 2}, "tone red"),
    ({**sample("tree"), "root": {"label": "a", "children": [{"label": "b", "children": [
        {"label": "c", "children": [{"label": "d"}]}]}]}}, "third level"),
    ({**sample("radar"), "max": 2}, "not between 0 and max"),
    ({**sample("map"), "items": [{"label": "a", "at": [0, 0]}] * 4}, "two items stand on one square"),
    ({**sample("plan"), "items": [{"label": "a", "at": [0, 0], "size": [1, 1]}] * 4}, "stands on another place"),
    ({**sample("plan"), "items": [{"label": "a", "at": [0, n], "size": [7, 1]} for n in range(4)]}, "leaves the plan"),
    ({**sample("map"), "items": [{"label": "a", "at": [9, place]} for place in range(4)]}, "column and row"),
    ({**sample("line"), "points": [{"label": "2024", "value": "douze"}] * 2}, "cannot be drawn"),
    ({**sample("layers"), "links": []}, "links: 0 stand here, 2 are drawn"),
    ({**sample("blocks"), "base": None, "items": [{"label": "x" * 40}] * 4}, "32 at most"),
    ({**sample("columns"), "items": [{"label": "a", "points": ["x" * 100]}] * 2}, "90 at most"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), BROKEN, ids=[said for _data, said in BROKEN])
def test_what_cannot_be_drawn_is_named(data: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in figures.faults(data)), figures.faults(data)


def test_both_languages_share_all_but_the_words() -> None:
    arabic = {
        **sample("gauges"),
        "items": [{"label": "الولوج", "value": 26.5, "text": "نسبة"}, {"label": "ب", "value": 40}],
    }
    assert figures.shape(arabic) == figures.shape(sample("gauges"))
    assert figures.shape({**arabic, "max": 50}) != figures.shape(sample("gauges"))


def test_what_people_write_in_a_figure_stays_text() -> None:
    svg = str(diagrams.diagram({**sample("pyramid"), "title": "<script>", "items": [{"label": "<b>"}] * 3}, "fr"))
    assert re.findall(r"<(?:script|b)>", svg) == []
