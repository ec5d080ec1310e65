"""Bundles, sprite, fonts, and the cache that makes the second start fast."""

from __future__ import annotations

import gzip
import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from lms.ui import assets, fonts, icons


@pytest.fixture(scope="module")
def cache(shared_folder: Path) -> Path:
    return shared_folder / "cache"


@pytest.fixture(scope="module")
def built(cache: Path) -> assets.Assets:
    return assets.build([], cache)


def test_each_file_carries_the_hash_of_its_content(built: assets.Assets) -> None:
    assert re.fullmatch(r"app\.[0-9a-f]{10}\.css", built.filename("app.css"))
    assert sorted(built.names()) == [
        "amiri-700.woff2",
        "app.css",
        "app.js",
        "icons.svg",
        "plex-400.woff2",
        "plex-600.woff2",
    ]


def test_an_unknown_file_is_none(built: assets.Assets) -> None:
    assert built.get("app.css") is None
    assert built.get("../secret.key") is None


def test_texts_are_compressed_beforehand_and_fonts_are_not(built: assets.Assets) -> None:
    sheet, face = built.get(built.filename("app.css")), built.get(built.filename("plex-400.woff2"))

    assert sheet is not None
    assert sheet.gzipped is not None
    assert gzip.decompress(sheet.gzipped) == sheet.body
    assert face is not None
    assert face.gzipped is None
    assert face.mimetype == "font/woff2"


def test_the_sheet_names_the_fonts_with_their_hashes(built: assets.Assets) -> None:
    sheet = built.get(built.filename("app.css"))

    assert sheet is not None
    for face in fonts.FACES:
        assert f"url({built.filename(f'{face}.woff2')})".encode() in sheet.body


def test_the_second_start_only_reads(built: assets.Assets, cache: Path) -> None:
    start = time.perf_counter()
    again = assets.build([], cache)

    assert time.perf_counter() - start < 0.1
    assert [again.filename(name) for name in sorted(again.names())] == [
        built.filename(name) for name in sorted(built.names())
    ]


def test_a_changed_source_gives_a_new_bundle(built: assets.Assets, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "shake.js").write_text('behaviour("shake", () => {});\n', "utf-8")

    with_more = assets.build([tmp_path, tmp_path / "absent"], cache)

    assert with_more.filename("app.js") != built.filename("app.js")
    assert with_more.filename("plex-400.woff2") == built.filename("plex-400.woff2")


def test_the_script_is_base_first_then_behaviours_then_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('// said why\n  behaviour("a", () => {});\n', "utf-8")

    text = assets.script([assets.STATIC / "js" / "base.js", tmp_path / "a.js"])

    assert text.startswith("const behaviours")
    assert text.endswith('behaviour("a", () => {});\nstartBehaviours(document);\n')
    assert "//" not in text


def test_no_two_scripts_share_a_top_level_name() -> None:
    names = [
        name
        for path in (assets.STATIC / "js").glob("*.js")
        for name in re.findall(r"^(?:function|const|let)\s+(\w+)", path.read_text("utf-8"), flags=re.M)
    ]

    assert sorted(names) == sorted(set(names))


def test_scripts_stay_small() -> None:
    assert len(gzip.compress(assets.script().encode(), 9)) <= 5_000


def test_the_sprite_holds_every_icon_and_stays_small() -> None:
    sprite = icons.sprite()
    ids = [symbol.get("id") for symbol in ElementTree.fromstring(sprite)]

    assert set(ids) == {*icons.ICONS, "mark", "star", "star-line"}
    assert len(gzip.compress(sprite.encode(), 9)) <= 8_000
    assert set(icons.ICONS) >= icons.POINTING


def test_templates_name_only_icons_of_the_sprite() -> None:
    folder = Path(assets.__file__).parent / "templates"
    known = {*icons.ICONS, "mark", "star", "star-line"}
    named = {
        name
        for path in folder.rglob("*.html")
        for name in re.findall(r'(?:draw|ui\.icon)\("([\w-]+)"', path.read_text("utf-8"))
    }

    assert named - known == set()


def test_the_star_has_sixteen_points_and_its_tips_touch_the_tile() -> None:
    points = re.findall(r"(-?[\d.]+) (-?[\d.]+)", icons.star(16))

    assert len(points) == 16
    assert ("16.00", "0.00") in points
    assert "%3Csvg" in icons.pattern(64)


@pytest.mark.parametrize("face", list(fonts.FACES))
def test_faces_are_small_and_hold_the_thin_space_and_moroccan_letters(built: assets.Assets, face: str) -> None:
    from fontTools.ttLib import TTFont

    asset = built.get(built.filename(f"{face}.woff2"))
    assert asset is not None
    font = TTFont(io.BytesIO(asset.body))
    letters = font.getBestCmap()
    width = font["hmtx"][letters[0x202F]][0] / font["head"].unitsPerEm

    assert len(asset.body) <= 60_000
    assert {ord(sign) for sign in "éœ«»’0١ڭگپغشتنبر"} - {ord("١")} <= set(letters)
    assert width <= 0.25


def test_assets_are_served_for_ever_and_compressed(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    name = app.extensions["assets"].filename("app.css")

    response = app.test_client().get(f"/assets/{name}", headers={"Accept-Encoding": "gzip"})
    plain = app.test_client().get(f"/assets/{name}")

    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Set-Cookie" not in response.headers
    assert gzip.decompress(response.data) == plain.data
    assert app.test_client().get("/assets/app.css").status_code == 404
