"""The style sheet keeps to logical properties and tokens, and its colours can be read."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from lms.ui import assets

CSS = sorted((assets.STATIC / "css").glob("*.css"))
TOKENS = (assets.STATIC / "css" / "tokens.css").read_text("utf-8")


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)


def tokens(theme: str) -> dict[str, str]:
    """Colours of a theme; the dark one changes some of the light ones."""
    light, _, dark = TOKENS.partition(':root[data-theme="dark"]')
    parts = [light] if theme == "light" else [light, dark]
    return dict(pair for part in parts for pair in re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", part))


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    *((ink, ground) for ink in ("text", "muted", "link") for ground in ("bg", "surface", "surface2", "brand-soft")),
    *((ink, ground) for ink in ("visited", "brand", "brand-deep") for ground in ("bg", "surface")),
    *((tone, f"{tone}-soft") for tone in ("ok", "warn", "danger", "info", "accent")),
    *((tone, ground) for tone in ("ok", "warn", "danger", "info", "accent") for ground in ("bg", "surface")),
    *(("on-status", tone) for tone in ("ok", "warn", "danger", "info")),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("brand-deep", "brand-soft"),
    ("on-hero", "hero"),
    ("hero-muted", "hero"),
    ("on-hero-button", "hero-button"),
    ("on-hero-button", "hero-button-hover"),
    ("on-focus", "focus-fill"),
]
SHAPE_PAIRS = [
    *(("control", ground) for ground in ("bg", "surface", "surface2", "brand-soft")),
    *((f"chart-{series}", "surface") for series in range(1, 7)),
    ("focus", "bg"),
    ("focus", "surface"),
    ("brand", "track"),
    ("hero-mark", "hero"),
]


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_no_physical_side_is_named(path: Path) -> None:
    assert re.findall(r"\b(left|right)\b", path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", [path for path in CSS if path.name != "tokens.css"], ids=lambda path: path.name)
def test_colours_come_from_tokens_only(path: Path) -> None:
    text = without_comments(path)

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\b(?:rgba?|hsla?)\(", text) == []


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_no_ids_no_important_no_newer_syntax(path: Path) -> None:
    text = without_comments(path)
    selectors = " ".join(re.findall(r"([^{}]+)\{", text))

    assert "!important" not in text
    assert re.findall(r"#[a-z]", selectors) == []
    assert re.findall(r":has\(|@layer|color-mix|@container|&", text) == []


def test_every_token_used_is_declared() -> None:
    used = {name for path in CSS for name in re.findall(r"var\(--([\w-]+)", without_comments(path))}
    declared = set(re.findall(r"--([\w-]+):", TOKENS))

    assert used - declared == set()
    # The screen of a room is drawn by the sheet of another room.
    elsewhere = {"screen-ink", "screen-paper", "screen-line"}
    assert declared - used <= {"mono", "visited", "chart-3", "chart-4", "chart-5", "r-dialog", "s9"} | elsewhere


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = tokens(theme)

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_borders_bars_and_focus_can_be_seen(theme: str, shape: str, ground: str) -> None:
    colours = tokens(theme)

    assert contrast(colours[shape], colours[ground]) >= 3


def test_dark_values_are_written_once_and_apply_twice() -> None:
    sheet = assets.style_sheet()

    assert TOKENS.count("color-scheme: dark") == 1
    assert sheet.count("{color-scheme:dark;") == 2
    assert "@media screen and (prefers-color-scheme:dark)" in sheet


def test_the_sheet_stays_small() -> None:
    assert len(gzip.compress(assets.style_sheet().encode(), 9)) <= 14_200


def test_motion_and_forced_colours_are_respected() -> None:
    sheet = assets.style_sheet()

    assert "prefers-reduced-motion" in sheet
    assert "forced-colors" in sheet
