"""Charts grow from the side of reading and say the same as their tables."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from lms.ui.charts import Row, bar_chart, line_chart, stacked_bars, swatch, table_of

RATES = [Row("Femmes", 20.5, "women"), Row("Hommes", 10.8, "men")]


def drawn(chart: str) -> ElementTree.Element:
    """The wide drawing, parsed."""
    found = re.search(r'<div class="chart-wide">(.*?)</div>', chart, re.S)
    assert found is not None
    return ElementTree.fromstring(found[1])


def bars(chart: str) -> list[tuple[str, float, float]]:
    return [
        (rect.get("class", ""), float(rect.get("x", "0")), float(rect.get("width", "0")))
        for rect in drawn(chart).findall("rect")
    ]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_lengths_are_in_proportion(lang: str) -> None:
    chart = bar_chart(RATES, lang=lang, title="t", description="d", unit="%", decimals=1, maximum=25)

    (_, _, women), (_, _, men) = bars(chart)

    assert women / men == pytest.approx(20.5 / 10.8, rel=0.01)


def test_bars_start_at_the_axis_on_the_side_of_reading() -> None:
    french = bar_chart(RATES, lang="fr", title="t", description="d")
    arabic = bar_chart(RATES, lang="ar", title="t", description="d")

    assert bars(french)[0][1] == bars(french)[1][1]
    ends = [x + width for _, x, width in bars(arabic)]
    assert ends[0] == pytest.approx(ends[1], abs=0.2)


def test_figures_are_written_as_the_language_does_and_left_to_right() -> None:
    chart = drawn(bar_chart(RATES, lang="ar", title="t", description="d", unit="%", decimals=1))
    figures = {text.text: text.get("direction") for text in chart.findall("text")}

    assert figures["20,5\u202f%"] == "ltr"
    assert figures["Femmes"] == "rtl"


def test_title_and_description_name_the_drawing() -> None:
    chart = drawn(bar_chart(RATES, lang="fr", title="A & B", description="<d>"))
    names = (chart.get("aria-labelledby") or "").split()

    assert [child.text for child in chart if child.get("id") in names] == ["A & B", "<d>"]


def test_ids_differ_between_drawings_and_are_stable() -> None:
    one = bar_chart(RATES, lang="fr", title="t", description="d")
    ids = re.findall(r' id="([^"]+)"', one)

    assert len(ids) == len(set(ids))
    assert one == bar_chart(RATES, lang="fr", title="t", description="d")
    assert one != bar_chart(RATES, lang="fr", title="t", description="d", id="second")


def test_the_gap_is_drawn_between_the_ends() -> None:
    chart = drawn(bar_chart(RATES, lang="fr", title="t", description="d", gap=(0, 1, "écart : 9,7 points")))

    assert "écart : 9,7 points" in [text.text for text in chart.findall("text")]
    assert any(path.get("class") == "bracket" for path in chart.findall("path"))


def test_parts_of_a_stack_differ_by_pattern_too() -> None:
    rows = [Row("Souss-Massa", 9, parts=(("women", 5), ("men", 3), ("unknown", 1)))]

    chart = drawn(stacked_bars(rows, lang="fr", title="t", description="d"))

    fills = {rect.get("class"): rect.get("fill") for rect in chart.findall("rect")}
    assert fills["bar-women"] is None
    assert (fills["bar-men"] or "").endswith("-hatch)")
    assert (fills["bar-unknown"] or "").endswith("-dots)")


def test_the_table_says_what_the_drawing_says() -> None:
    assert table_of(RATES, lang="fr", unit="%", decimals=1) == [
        ("Femmes", ["20,5\u202f%"]),
        ("Hommes", ["10,8\u202f%"]),
    ]
    stack = [Row("x", None), Row("Souss", 9, parts=(("women", 5), ("men", 4)))]
    assert table_of(stack, lang="fr") == [("Souss", ["5", "4", "9"])]


def test_nothing_to_show_is_no_error() -> None:
    assert bars(bar_chart([Row("a", 0)], lang="fr", title="t", description="d")) == []
    assert bars(bar_chart([], lang="fr", title="t", description="d")) == []


def test_a_line_runs_the_same_way_in_both_languages() -> None:
    points = [("1", 88.0), ("2", 79.0), ("3", 85.0)]

    paths = {
        lang: drawn(line_chart(points, lang=lang, title="t", description="d", floor=60, ceiling=100))
        for lang in ("ar", "fr")
    }

    lines = {lang: chart.find("path[@class='line']") for lang, chart in paths.items()}
    assert lines["ar"] is not None
    assert lines["fr"] is not None
    assert lines["ar"].get("d") == lines["fr"].get("d")
    assert len(paths["fr"].findall("circle")) == 2


def test_a_key_is_filled_like_the_bars() -> None:
    assert "url(#" in swatch("men")
    assert "url(#" not in swatch("women")
