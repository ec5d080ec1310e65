"""The long form of the checks of documents, with the tools of poppler and qpdf: it fails where they are not installed.

python -m tests.documents.long
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.documents import draw_paper, signing
from lms.documents.blocks import Paragraph
from lms.documents.fonts import FACES
from lms.documents.keyring import Keyring
from tests.documents.opened import FILES, MADE, with_files
from tests.documents.words import (
    ARABIC,
    FRENCH,
    LINES,
    PLAIN,
    SHAPES,
    SIZES,
    TURNED,
    misses,
    paper_of,
    papers,
    sheets,
)

#: Lines of letters and figures alone: beside signs poppler sets blanks and brackets the other way round.
UNSIGNED = [(text, rtl) for text, rtl in PLAIN if re.fullmatch(r"[\w ’-]+", text)]
KINDS = ("paragraph", "item", "cell", "note", "heading", "strong")
DOCUMENTS: dict[str, Callable[[], bytes]] = {
    **MADE,
    "with files": lambda: with_files(FILES),
    "long": lambda: draw_paper(paper_of(*[Paragraph(" ".join((*ARABIC, *FRENCH)) + str(n)) for n in range(1000)])),
}


def run(folder: Path, pdf: bytes, *command: str) -> str:
    """What a tool prints about a document, the name of its file put in place of ``PDF``."""
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        [str(path) if part == "PDF" else part for part in command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stdout} {done.stderr}"
    assert not done.stderr, done.stderr
    return done.stdout


def with_poppler(folder: Path, pdf: bytes) -> str:
    """The text as it is laid out, in the order of reading (``-raw`` would be that of drawing)."""
    return run(folder, pdf, "pdftotext", "-layout", "PDF", "-")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("face_name", FACES)
def test_poppler_finds_every_word_of_a_sheet(face_name: str, size: float, tmp_path: Path) -> None:
    straight, turned = (with_poppler(tmp_path, sheet) for sheet in sheets(face_name, size))
    assert misses(straight, [text for text, _rtl in UNSIGNED]) == []
    assert misses(straight, [text for text, _rtl in LINES], whole=False) == []
    assert misses(turned, [text for text, _rtl in TURNED], whole=False) == []
    assert SHAPES.findall(straight + turned) == []


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_poppler_finds_every_word_of_a_paper(kind: str, lang: str, tmp_path: Path) -> None:
    text = with_poppler(tmp_path, papers(kind, lang))
    assert misses(text, [text for text, rtl in UNSIGNED if rtl == (lang == "ar")]) == []
    assert misses(text, [text for text, _rtl in LINES], whole=False) == []
    assert SHAPES.findall(text) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_qpdf_finds_no_fault(name: str, tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors found" in run(tmp_path, DOCUMENTS[name](), "qpdf", "--check", "PDF")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_all_fonts_are_embedded_subsets_with_their_letters(name: str, tmp_path: Path) -> None:
    _names, _rule, *fonts = run(tmp_path, DOCUMENTS[name](), "pdffonts", "PDF").splitlines()
    assert fonts
    for font in fonts:
        assert font.split()[-5:-2] == ["yes", "yes", "yes"], font
        assert "Identity-H" in font


@pytest.mark.parametrize("name", DOCUMENTS)
def test_poppler_sees_a_tagged_document_with_a_title(name: str, tmp_path: Path) -> None:
    said = dict(line.split(":", 1) for line in run(tmp_path, DOCUMENTS[name](), "pdfinfo", "PDF").splitlines())
    assert said["Tagged"].strip() == "yes"
    assert said["Title"].strip()
    assert said["PDF version"].strip() == "1.7"


@pytest.mark.parametrize("name", MADE)
def test_poppler_reads_the_tree(name: str, tmp_path: Path) -> None:
    tree = run(tmp_path, MADE[name](), "pdfinfo", "-struct-text", "PDF")
    assert tree.startswith("Document")
    assert ("Table" if name.startswith("grid") else "Figure") in tree


def test_attached_files_come_out_as_they_went_in(tmp_path: Path) -> None:
    run(tmp_path, with_files(FILES), "pdfdetach", "-saveall", "-o", str(tmp_path), "PDF")
    for file in FILES:
        assert (tmp_path / file.name).read_bytes() == file.content


def with_pdfsig(folder: Path, pdf: bytes) -> str:
    """What poppler says of a signature: its end tells nothing, and of damage it complains."""
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def test_poppler_calls_a_signature_valid_and_no_more_after_one_bit(tmp_path: Path) -> None:
    signed = signing.sign(MADE["certificate"](), Keyring(tmp_path / "signing"))
    said = with_pdfsig(tmp_path, signed)
    assert "Signature is Valid." in said
    assert "Total document signed" in said

    chance = random.Random(8)
    for place in chance.sample(range(signed.index(b"/Contents <3082")), 40):
        changed = bytearray(signed)
        changed[place] ^= 1 << chance.randrange(8)
        assert "Signature is Valid." not in with_pdfsig(tmp_path, bytes(changed)), place
    assert "Not total document signed" in with_pdfsig(tmp_path, signed + b"more")


@pytest.mark.parametrize("name", MADE)
def test_poppler_draws_every_page_without_a_word(name: str, tmp_path: Path) -> None:
    assert run(tmp_path, MADE[name](), "pdftoppm", "-r", "36", "-gray", "PDF", str(tmp_path / "page")) == ""
    assert list(tmp_path.glob("page*.pgm"))


if __name__ == "__main__":
    # In a process of its own: pytest must be there before what this module imports.
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-n", "2", __file__, *sys.argv[1:]]))
