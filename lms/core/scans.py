"""Papers that people send as files: scans and photographs, PDF documents. What a file is, its bytes say, not its name.

Security notes T9, T10: a picture is decoded and written anew, without metadata. A PDF is kept byte for byte, so that a
signature in it still verifies; one that runs, opens or carries anything else is refused. Pillow and pikepdf are loaded
by the first file only.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core import images
from lms.core.errors import DomainError

MAX_BYTES = 10_000_000
MAX_PIXELS = 40_000_000
MAX_PAGES = 50
#: Longest side kept of a picture, in pixels: A4 at 300 to an inch.
LONGEST_SIDE = 3600
#: Objects of a PDF; a scan of fifty pages has a few hundred.
MAX_OBJECTS = 20_000
#: What a stream that pikepdf unpacks may take; page pictures stay packed.
MAX_UNPACKED = 64_000_000
_END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\0*\s*\Z")
#: Keys of a PDF's dictionaries that make a viewer act, or carry files.
_ACTING = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMediaContent", "/RichMediaSettings", "/XFA"}
)
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
     "/RichMediaExecute"}
)  # fmt: skip


class FileRefused(DomainError):
    """Raised for a file that is none of the four kinds, holds more than pages, or is too large."""

    status = 422


@dataclass(frozen=True)
class Scan:
    """A file that may be kept."""

    body: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


#: Kind -> ending of the name under which it is given out.
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


def checked(data: bytes) -> Scan:
    """What is kept of the file. Slow: some seconds for a large picture. Raises FileRefused with what to do."""
    if not data:
        raise FileRefused(_l("The file is empty."))
    if len(data) > MAX_BYTES:
        raise FileRefused(_l("The file is larger than 10 MB. A smaller one is needed."))
    if data.startswith(b"%PDF-"):
        _check_pdf(data)
        return Scan(data, "application/pdf")
    return Scan(_rewritten(data), "image/jpeg")


def _rewritten(data: bytes) -> bytes:
    """The picture as JPEG on white, upright, without anything else of the file."""
    try:
        # A header that promises too many pixels is refused below, not by a warning.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decoded(data)
    except images.faults() as error:
        raise FileRefused(_l("This file is neither a readable picture nor a PDF: PNG, JPEG, WebP, PDF.")) from error


def _decoded(data: bytes) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=images.KINDS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise FileRefused(_l("The picture has more than 40 million pixels. A smaller one is needed."))
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture: Any = ImageOps.exif_transpose(opened)
        if picture.mode not in ("RGB", "L"):
            clear = picture.convert("RGBA")
            picture = Image.new("RGB", clear.size, "white")
            picture.paste(clear, mask=clear.getchannel("A"))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def _check_pdf(data: bytes) -> None:
    import pikepdf

    _limit()
    # Two kinds in one file: what follows the end, or an archive that ends where the document does.
    if not _END.search(data[-1100:]) or zipfile.is_zipfile(io.BytesIO(data)):
        raise FileRefused(
            _l("Something follows the end of this PDF, or it is cut. It can be saved anew and sent again.")
        )
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise FileRefused(_ENCRYPTED)
            if not 0 < len(pdf.pages) <= MAX_PAGES:
                raise FileRefused(
                    _l("This PDF has no page, or more than %(num)s. The pages signed are enough.", num=MAX_PAGES)
                )
            if len(pdf.objects) > MAX_OBJECTS:
                raise FileRefused(_DAMAGED)
            if any(_acts(one) for one in pdf.objects):
                raise FileRefused(
                    _l("This PDF carries scripts or other files. It can be printed to PDF and sent again.")
                )
    except pikepdf.PasswordError as error:
        raise FileRefused(_ENCRYPTED) from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, MemoryError) as error:
        raise FileRefused(_DAMAGED) from error


_ENCRYPTED = _l("This PDF is locked with a password. It can be saved without one and sent again.")
_DAMAGED = _l("This PDF cannot be read. It can be printed to PDF and sent again.")


def _acts(top: Any) -> bool:
    """Whether an object of a PDF, or what stands directly in it, makes a viewer act or carries a file."""
    import pikepdf

    waiting = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
            keys = set(one.keys())
            if keys & _ACTING or str(one.get("/S", "")) in _ACTIONS or str(one.get("/Type", "")) == "/EmbeddedFile":
                return True
            waiting += [value for value in one.values() if _is_held_directly(value)]
        elif isinstance(one, pikepdf.Array):
            waiting += [value for value in one if _is_held_directly(value)]
    return False


def _is_held_directly(value: Any) -> bool:
    """Objects with a number come by themselves."""
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


@cache
def _limit() -> None:
    """A small file that unpacks to gigabytes is an error, in the whole process: no document of ours comes near."""
    from pikepdf import settings

    settings.set_qpdf_limits(flate_max_memory=MAX_UNPACKED, png_max_memory=MAX_UNPACKED, tiff_max_memory=MAX_UNPACKED,
                             run_length_max_memory=MAX_UNPACKED, doc_max_warnings=50)  # fmt: skip
