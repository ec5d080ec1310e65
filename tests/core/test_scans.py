"""Papers that people send as files: what is kept, and what is refused with a sentence."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from PIL import Image

from lms.core import scans
from lms.core.scans import FileRefused, checked


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200 if mode == "L" else None).save(out, kind, **more)
    return out.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda _pdf: None, *, pages: int = 1, **save: Any) -> bytes:
    made = pikepdf.new()
    for _number in range(pages):
        made.add_blank_page()
    change(made)
    out = io.BytesIO()
    made.save(out, **save)
    return out.getvalue()


def acting(**entries: Any) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        for name, value in entries.items():
            made.Root[f"/{name}"] = value

    return change


def action(kind: str) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(kind), JS=pikepdf.String("app.alert(1)"))


def in_a_link(made: pikepdf.Pdf) -> None:
    """Deep in a page: a link that starts a program."""
    launch = pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F=pikepdf.String("cmd.exe"))
    link = pikepdf.Dictionary(Type=pikepdf.Name("/Annot"), Subtype=pikepdf.Name("/Link"), Rect=[0, 0, 9, 9], A=launch)
    made.pages[0].obj["/Annots"] = pikepdf.Array([link])


def carrying(made: pikepdf.Pdf) -> None:
    made.attachments["virus.exe"] = b"MZ"


def bomb() -> bytes:
    """A file of 200 kB whose table of contents unpacks to 200 MB."""
    packed = zlib.compress(b"\0" * 200_000_000, 9)
    head = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    words = f"3 0 obj<</Type/XRef/Size 4/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length {len(packed)}>>stream\n"
    end = f"\nendstream endobj\nstartxref\n{len(head)}\n%%EOF\n"
    return head + words.encode() + packed + end.encode()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("x.html", "<script>alert(1)</script>")
    return out.getvalue()


def archive_inside() -> bytes:
    """A PDF in order, and an archive at once: it stands between the objects and their table."""
    document = pdf()
    start = document.rindex(b"startxref")
    table = int(document[start:].split()[1])
    moved = f"startxref\n{table + len(archive())}\n%%EOF\n".encode()
    return document[:table] + archive() + document[table:start] + moved


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P"])
def test_a_picture_is_written_anew_without_what_it_carried(kind: str, mode: str) -> None:
    if kind == "JPEG" and mode in ("RGBA", "P"):
        mode = "CMYK"
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    kept = checked(
        picture(kind, mode=mode if kind != "WEBP" or mode not in ("L", "P") else "RGB", exif=exif) + b"<script>"
    )
    assert kept.media_type == "image/jpeg"
    assert b"secret" not in kept.body
    assert b"<script>" not in kept.body
    with Image.open(io.BytesIO(kept.body)) as read:
        assert (read.format, read.size, dict(read.getexif())) == ("JPEG", (60, 40), {})


def test_a_photograph_lying_on_its_side_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(checked(picture(exif=exif)).body)) as read:
        assert read.size == (40, 60)


def test_a_large_one_is_made_smaller() -> None:
    with Image.open(io.BytesIO(checked(picture("PNG", (6000, 3000), "L")).body)) as read:
        assert read.size == (3600, 1800)


def test_what_is_clear_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(checked(out.getvalue()).body)) as read:
        assert read.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("pages", [1, scans.MAX_PAGES])
def test_a_pdf_is_kept_byte_for_byte(pages: int) -> None:
    data = pdf(pages=pages)
    kept = checked(data)
    assert (kept.body, kept.media_type) == (data, "application/pdf")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"MZ" + b"\0" * 500, b"<!doctype html><script>alert(1)</script>", b"GIF89a", b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n", picture()[:200], b"<svg xmlns='http://www.w3.org/2000/svg'/>", archive(),
        b"<script>" + pdf(), pdf() + b"<script>", pdf() + archive(),
        archive_inside(), b"%PDF-1.4\n" + b"\0" * 10_000_001,
        b"%PDF-1.7\nstartxref\n0\n%%EOF\n", pdf()[:-300] + pdf()[-40:],
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        checked(data)
    assert refused.value.status == 422
    assert str(refused.value.message)


@pytest.mark.parametrize(
    "change",
    [
        acting(OpenAction=action("/JavaScript")), acting(AA=pikepdf.Dictionary(WC=action("/JavaScript"))),
        acting(AcroForm=pikepdf.Dictionary(XFA=pikepdf.String("x"))), in_a_link, carrying,
        acting(OpenAction=pikepdf.Dictionary(S=pikepdf.Name("/GoToR"), F=pikepdf.String("//host/x"))),
    ],
)  # fmt: skip
def test_a_pdf_that_runs_opens_or_carries_something_is_refused(change: Callable[[pikepdf.Pdf], None]) -> None:
    with pytest.raises(FileRefused, match="FileRefused") as refused:
        checked(pdf(change))
    assert "scripts" in str(refused.value.message)


def test_a_pdf_in_a_packed_object_is_looked_into() -> None:
    with pytest.raises(FileRefused):
        checked(pdf(acting(OpenAction=action("/JavaScript")), object_stream_mode=pikepdf.ObjectStreamMode.generate))


def test_a_locked_or_endless_one_is_refused() -> None:
    for key in ("", "secret"):
        with pytest.raises(FileRefused) as refused:
            checked(pdf(encryption=pikepdf.Encryption(owner="o", user=key)))
        assert "password" in str(refused.value.message)
    for pages in (0, scans.MAX_PAGES + 1):
        with pytest.raises(FileRefused):
            checked(pdf(pages=pages))


def test_too_many_pixels_and_too_many_bytes_are_refused() -> None:
    with pytest.raises(FileRefused, match="FileRefused") as refused:
        checked(picture("PNG", (8001, 5000), "L"))
    assert "40" in str(refused.value.message)
    with pytest.raises(FileRefused) as refused:
        checked(b"\xff" * (scans.MAX_BYTES + 1))
    assert "10 MB" in str(refused.value.message)


def test_one_that_unpacks_to_much_more_is_refused_before_it_does() -> None:
    data = bomb()
    assert len(data) < 1_000_000
    with pytest.raises(FileRefused) as refused:
        checked(data)
    # Without the limit it is unpacked first, and refused for what it then says.
    assert "unfilterable" in str(refused.value.__cause__)
