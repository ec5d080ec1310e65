"""What the file says of itself, its fonts and attachments; equal input, equal bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import pikepdf
import pypdf
import pytest
from fontTools.ttLib import TTFont
from PIL import ImageCms

from lms.documents import draw_paper
from lms.documents.blocks import Heading, Paragraph, Span
from lms.documents.finishing import LANGUAGES
from tests.documents import test_certificate
from tests.documents.opened import FILES, MADE, every_document, made, opened, with_files
from tests.documents.words import paper_of, texts_of, widths_of


@every_document
def test_the_file_says_its_language_title_and_that_it_is_tagged(name: str) -> None:
    root, information = opened(name).pdf.Root, opened(name).pdf.docinfo
    assert str(root.Lang) == LANGUAGES["ar" if name.endswith("-ar") else "fr"]
    assert str(information.Title)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert bool(root.MarkInfo.Marked)
    assert str(root.ViewerPreferences.Direction) == ("/R2L" if name.endswith("-ar") else "/L2R")


@every_document
def test_colours_mean_srgb(name: str) -> None:
    (intent,) = opened(name).pdf.Root.OutputIntents
    profile = ImageCms.ImageCmsProfile(io.BytesIO(intent.DestOutputProfile.read_bytes()))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert int(intent.DestOutputProfile.N) == 3
    assert str(intent.S) == "/GTS_PDFA1"


@every_document
def test_xmp_and_the_information_dictionary_agree(name: str) -> None:
    document = opened(name).pdf
    information = document.docinfo
    xmp = document.open_metadata()
    assert xmp["dc:title"] == str(information.Title)
    assert xmp["dc:creator"] == [str(information.Author)]
    assert xmp.get("dc:description", "") == str(information.get("/Subject", ""))
    for key, date in (("xmp:CreateDate", information.CreationDate), ("xmp:ModifyDate", information.ModDate)):
        assert f"D:{re.sub('[-:T]', '', xmp[key])}" == str(date)
    assert not any("pdfaid" in key or "pdfuaid" in key for key in xmp)
    assert set(information.keys()) <= {"/Title", "/Author", "/Subject", "/CreationDate", "/ModDate"}


def fonts_of(document: pikepdf.Pdf) -> dict[str, Any]:
    """All fonts that a page or a form may use, by what they are called there."""
    found = {}
    for thing in document.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) and "/Resources" in thing:
            found.update(dict(thing.Resources.get("/Font", {}).items()))
    return found


@every_document
def test_every_font_is_in_the_file_as_a_subset(name: str) -> None:
    document = opened(name).pdf
    assert fonts_of(document)
    for font in fonts_of(document).values():
        assert (str(font.Subtype), str(font.Encoding)) == ("/Type0", "/Identity-H")
        (descendant,) = font.DescendantFonts
        assert re.fullmatch(r"/[A-Z]{6}\+(amiri|plex)[a-z-]*", str(font.BaseFont))
        assert font.BaseFont == descendant.BaseFont == descendant.FontDescriptor.FontName
        assert len(descendant.FontDescriptor.FontFile2.read_bytes()) < 150_000
    every = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
    assert not any(str(thing.get("/BaseFont", "")).lstrip("/").startswith(("Helv", "Times", "Cour")) for thing in every)


@every_document
def test_every_glyph_used_has_a_text_and_the_width_of_its_font(name: str) -> None:
    document = opened(name)
    used = Counter(ink.font for found in document.inks for ink in found if ink.operator == "TJ")
    assert set(used) <= set(fonts_of(document.pdf))
    for font in fonts_of(document.pdf).values():
        descendant = font.DescendantFonts[0]
        program = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
        numbers = descendant.CIDToGIDMap.read_bytes()
        scale, order = 1000 / program["head"].unitsPerEm, program.getGlyphOrder()
        widths, texts = widths_of(font), texts_of(font)
        assert set(texts) == set(range(1, len(widths) + 1))
        assert {len(text) for text in texts.values()} == {1}
        for cid, wide in enumerate(widths, 1):
            glyph = order[int.from_bytes(numbers[2 * cid : 2 * cid + 2], "big")]
            assert wide == pytest.approx(program["hmtx"][glyph][0] * scale, abs=0.001)


def test_no_glyph_used_is_the_empty_box() -> None:
    for font in fonts_of(opened("paper-ar").pdf).values():
        numbers = font.DescendantFonts[0].CIDToGIDMap.read_bytes()
        assert len(numbers) == 2 * (len(widths_of(font)) + 1)
        assert all(numbers[place : place + 2] != b"\0\0" for place in range(2, len(numbers), 2))


def test_attached_files_are_listed_twice_and_readable() -> None:
    pdf = with_files(FILES)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert {name: file.get_file().read_bytes() for name, file in document.attachments.items()} == {
            file.name: file.content for file in FILES
        }
        listed = {str(file.UF): file for file in document.Root.AF}
        assert len(document.Root.AF) == len(FILES)
        assert set(listed) == {file.name for file in FILES}
        for file in FILES:
            stream = listed[file.name].EF.F
            assert str(listed[file.name].AFRelationship) == "/Data"
            assert str(listed[file.name].Desc) == file.description
            assert str(stream.Subtype) == f"/{file.mime_type}"
            assert str(stream.Params.ModDate).startswith("D:20261123")
    assert {name: found[0] for name, found in pypdf.PdfReader(io.BytesIO(pdf)).attachments.items()} == {
        file.name: file.content for file in FILES
    }


def test_a_certificate_carries_its_facts_for_programs() -> None:
    document, facts = opened("certificate").pdf, test_certificate.FACTS
    assert len(document.Root.AF) == len(document.attachments) == 1
    (file,) = document.attachments.values()
    said = json.loads(file.get_file().read_bytes())
    assert (said["serial"], said["holder"]["ar"], said["issued_on"]) == (facts.serial, facts.holder.ar, "2026-11-23")


# Equal input, equal bytes

IN_A_NEW_PROCESS = """
import hashlib
from tests.documents.opened import FILES, MADE, with_files
for make in (*MADE.values(), lambda: with_files(FILES)):
    print(hashlib.sha256(make()).hexdigest())
"""


def test_equal_input_gives_equal_bytes_in_every_process() -> None:
    here = [hashlib.sha256(one).hexdigest() for one in (*map(made, MADE), with_files(FILES))]
    for seed in ("1", "20261123"):
        found = subprocess.run(
            [sys.executable, "-c", IN_A_NEW_PROCESS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.split() == here


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Autre titre"},
        {"author": "Autre"},
        {"made_on": dt.date(2026, 11, 24)},
        {"head": ("Programme", "Autre module")},
        {"lang": "ar"},
        {"blocks": (Paragraph("Autre mot"),)},
        {"blocks": (Paragraph("mot", "small"),)},
        {"blocks": (Paragraph((Span("mot", is_strong=True),)),)},
        {"blocks": (Heading("mot", 1),)},
    ],
    ids=str,
)
def test_other_input_gives_other_bytes(changes: dict[str, Any]) -> None:
    usual = paper_of(Paragraph("mot"))
    assert draw_paper(usual) == draw_paper(paper_of(Paragraph("mot")))
    assert draw_paper(replace(usual, **changes)) != draw_paper(usual)
