"""axe finds nothing on any page. In CI once per language; ``python -m tests.browser.long``: all sizes and themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visitor
from tests.browser.pages import every_page
from tests.browser.site import Site

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


#: Tall windows: a bar that stays at the bottom covers what a person would scroll to, and axe counts that as too small.
TALL = 9000
WIDTHS = (360, 768, 1280)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    short = [("360 light", 360, "light", "0")]
    long = [
        (f"{width} {theme} {text}", width, theme, text)
        for width in WIDTHS
        for theme in ("light", "dark")
        for text in ("0", "2")
    ]
    cases = long if metafunc.config.getoption("--long") else short
    if "looks" in metafunc.fixturenames:
        metafunc.parametrize("looks", [case[1:] for case in cases], ids=[case[0] for case in cases])


def test_axe_finds_nothing(visit: Callable[..., Visitor], site: Site, looks: tuple[int, Any, str]) -> None:
    width, theme, text_size = looks
    axe, found, seen = Axe(), [], 0
    cookies = [{"name": "text", "value": text_size, "url": site.url}]
    state: Any = {"cookies": cookies, "origins": []}
    for page in every_page(
        visit, site, viewport={"width": width, "height": TALL}, color_scheme=theme, storage_state=state
    ):
        seen += 1
        result = axe.run(page, options=RULES)
        found += [
            f"{page.url}: {rule['id']} at {node['target']}"
            for rule in result.response["violations"]
            for node in rule["nodes"]
        ]
    assert seen > 80
    assert not found, "\n".join(found)
