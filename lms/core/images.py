"""Pictures that staff send: small, of three kinds, decoded and written anew. Nothing of the file itself is kept.

Security notes T10: the size is checked before the pixels are, the kind is what the bytes say and not the name,
what comes out is a plain PNG without metadata. Pillow is loaded by the first picture only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import struct
import warnings
from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.core.errors import DomainError
from lms.core.profile import StoredImage

MAX_BYTES = 1_000_000
MAX_PIXELS = 4_000_000
#: Longest side kept: enough for four centimetres in print.
LONGEST_SIDE = 1000
KINDS = ("PNG", "JPEG", "WEBP")
#: Even opened by itself, a picture runs nothing and fetches nothing.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


class ImageRefused(DomainError):
    """Raised for a file that is no picture of the three kinds, or one too large."""

    status = 422
    #: Which of several files it was.
    field = ""


def store(db: Session, data: bytes, *, now: dt.datetime) -> StoredImage:
    """Keep the picture as PNG; flushes. Raises ImageRefused."""
    body, width, height = rewritten(data)
    image = StoredImage(body=body, width=width, height=height, sha256=hashlib.sha256(body).hexdigest(), created_at=now)
    db.add(image)
    db.flush()
    return image


def rewritten(data: bytes) -> tuple[bytes, int, int]:
    """The picture as PNG with its width and height in pixels. Raises ImageRefused with what to do."""
    if len(data) > MAX_BYTES:
        raise ImageRefused(_l("The picture is larger than 1 MB. A smaller file is needed."))
    try:
        # A header that promises millions of pixels is refused by the check below, not by a warning.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decoded(data)
    except faults() as error:
        raise ImageRefused(_l("This file is not a readable picture. PNG, JPEG and WebP files are taken.")) from error


def _decoded(data: bytes) -> tuple[bytes, int, int]:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=KINDS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ImageRefused(_l("The picture has more than 4 million pixels. A smaller one is needed."))
        picture: Any = ImageOps.exif_transpose(opened)
        is_clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
        picture = picture.convert("RGBA" if is_clear else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue(), picture.width, picture.height


def faults() -> tuple[type[Exception], ...]:
    """What Pillow raises for bytes that are no picture, or a broken one."""
    from PIL import Image

    return (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, Image.DecompressionBombError)


def answer(image: StoredImage) -> Response:
    """The picture as a file of its own, closed to scripts whatever it holds."""
    response = Response(image.body, mimetype="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="image-{image.id}.png"'
    response.headers["Content-Security-Policy"] = POLICY
    return response
