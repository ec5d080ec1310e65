"""The answers to each statement as bars, with the table beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import number
from lms.surveys.results import Results, Statement
from lms.ui.charts import Row, bar_chart, table_of


@dataclass(frozen=True)
class Chart:
    """A drawing and its table twin."""

    drawing: Any
    table: list[tuple[str, list[str]]]


def of_results(results: Results, lang: str) -> dict[tuple[int, int], Chart]:
    """A chart for each statement that is shown, by version and place."""
    return {
        (block.version.id, place): _chart(one, f"s{block.version.id}-{place}", lang)
        for block in results.blocks
        for place, one in enumerate(block.statements)
        if one.n
    }


def _chart(one: Statement, name: str, lang: str) -> Chart:
    rows = [Row(bar.texts[lang], float(bar.count)) for bar in one.bars]
    said = "; ".join(f"{row.label} {number(row.value or 0, lang=lang)}" for row in rows)
    title = _("Answers to: %(statement)s", statement=one.texts[lang])
    drawing = bar_chart(
        rows, lang=lang, title=title, description=said, maximum=float(one.n), id=name, staff=True
    )  # fmt: skip
    return Chart(drawing, table_of(rows, lang=lang))
