"""Pictures to send, made with Pillow or by hand."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", *, size: tuple[int, int] = (60, 40), mode: str = "RGBA", **options: Any) -> bytes:
    out = io.BytesIO()
    color: Any = (10, 80, 60, 128) if mode == "RGBA" else (10, 80, 60)
    Image.new(mode, size, color).save(out, kind, **options)
    return out.getvalue()


def promising(width: int, height: int) -> bytes:
    """A PNG of some bytes that promises ``width`` x ``height`` pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
