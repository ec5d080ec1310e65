"""Pictures that staff send come out as plain PNG, or not at all (security notes, T10)."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from PIL import Image

from lms.core import images
from lms.core.images import ImageRefused, rewritten
from tests.administration.pictures import picture, promising


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "RGB"), ("JPEG", "RGB"), ("WEBP", "RGBA")])
def test_three_kinds_become_png_and_keep_what_is_clear(kind: str, mode: str) -> None:
    body, width, height = rewritten(picture(kind, mode=mode))
    again = Image.open(io.BytesIO(body))
    assert (again.format, again.size, (width, height)) == ("PNG", (60, 40), (60, 40))
    assert again.mode == mode


def test_nothing_of_the_file_but_its_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary"
    for kind in ("PNG", "JPEG", "WEBP"):
        sent = picture(kind, mode="RGB", exif=exif) + b"<script>canary</script>"
        assert b"canary" in sent
        body, _width, _height = rewritten(sent)
        assert b"canary" not in body
        assert Image.open(io.BytesIO(body)).info == {}


def test_large_pictures_are_made_as_large_as_print_needs() -> None:
    _body, width, height = rewritten(picture(size=(2000, 500)))
    assert (width, height) == (images.LONGEST_SIDE, images.LONGEST_SIDE // 4)


REFUSED = {
    "nothing": b"",
    "text": b"not a picture",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html named png": b"<!doctype html><script>alert(1)</script>",
    "gif": picture("GIF", mode="RGB"),
    "tiff": picture("TIFF", mode="RGB"),
    "cut": picture(size=(300, 300))[:-40],
    "header alone": b"\x89PNG\r\n\x1a\n",
    "broken chunk": picture()[:20] + b"\xff" * 40,
    "2.5 billion pixels": promising(50_000, 50_000),
    "four million and one row": promising(4000, 1001),
    "endless": promising(2**31 - 1, 2**31 - 1),
    "no pixels": promising(0, 0),
    "a megabyte and a byte": picture() + b"\0" * images.MAX_BYTES,
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_small_picture_is_refused_at_once(sent: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(ImageRefused):
        rewritten(sent)
    assert time.perf_counter() - started < 1


def test_a_stored_picture_answers_closed_to_scripts(db: Any, now: Any) -> None:
    answer = images.answer(images.store(db, picture(), now=now))
    assert answer.mimetype == "image/png"
    assert answer.headers["Content-Security-Policy"] == images.POLICY
    assert "sandbox" in images.POLICY
