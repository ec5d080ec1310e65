"""What screen readers and programs find in a document: its tree, its languages, its fonts, what it says of itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import pikepdf
import pypdf
import pytest
from fontTools.ttLib import TTFont
from PIL import ImageCms

from lms.documents import Attachment, Meta, draw_cards, draw_certificate, draw_paper
from lms.documents.blocks import (
    Block,
    Box,
    Contents,
    Grid,
    Heading,
    Item,
    Items,
    NewPage,
    Paper,
    Paragraph,
    Picture,
    Rules,
    Span,
    Words,
)
from lms.documents.finishing import LANGUAGES, finish
from lms.documents.pen import Sheet
from lms.documents.text import Style, line, plain
from tests.documents import test_cards, test_certificate
from tests.documents.words import Ink, inks, paper_of, texts_of, widths_of

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><rect x="5" y="5" width="190" height="50"
 class="f-brand-soft"/><text class="t" x="100" y="35" text-anchor="middle">{label}</text></svg>"""
#: Roles of PDF 1.7 (14.8.4) that need no map.
STANDARD = {
    *("Document", "Part", "Sect", "P", "H1", "H2", "H3", "H4", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD"),
    *("Span", "Note", "Link", "Figure", "TOC", "TOCI"),
}
TEXTS: dict[str, dict[str, Words]] = {
    "fr": {
        "title": "Lire des chiffres",
        "heading": (Span("Une "), Span("première", is_strong=True), Span(" étape")),
        "body": (
            Span("Le taux "),
            Span("d’activité", is_emphasised=True, note="Part des personnes qui travaillent ou cherchent, كما يقال."),
            Span(" des femmes est de "),
            Span("21,9 %", is_group=True),
            Span(", en arabe معدل النشاط (2022) et encore معدل التشغيل."),
        ),
        "item": (Span("Un point avec un "), Span("terme", note="Défini ici.")),
        "cell": (Span("Une "), Span("cellule", note="Note d’une cellule.")),
        "plain": "L’œuvre et l’efficacité des officières",
        "other": "كلمات عربية وحدها",
    },
    "ar": {
        "title": "قراءة الأرقام",
        "heading": (Span("الخطوة "), Span("الأولى", is_strong=True), Span(" هنا")),
        "body": (
            Span("معدل "),
            Span("النشاط", is_emphasised=True, note="حصة الأشخاص النشيطين، taux d’activité."),
            Span(" لدى النساء هو "),
            Span("21,9 %", is_group=True),
            Span("، وبالفرنسية taux d’emploi (2022) ثم الإدماج لأن الآلات كثيرة."),
        ),
        "item": (Span("نقطة فيها "), Span("مصطلح", note="معرف هنا.")),
        "cell": (Span("هذه "), Span("خلية", note="هامش خلية.")),
        "plain": "الكفاءات والإدارات في المركز",
        "other": "Des mots français seuls",
    },
}


def everything(lang: str) -> Paper:
    """A paper with every kind of block, its words in both scripts."""
    text = TEXTS[lang]
    blocks: tuple[Block, ...] = (
        Contents("Sommaire" if lang == "fr" else "المحتويات", 2),
        NewPage(),
        Paragraph(text["plain"], "label"),
        Heading(text["title"], 1, "title", number="1."),
        Paragraph(text["other"], "subtitle"),
        Heading(text["heading"], 2),
        Paragraph(text["body"]),
        Box((Heading(text["plain"], 3, "subheading"), Paragraph(text["body"]), Items((Item("•", text["item"]),)))),
        Items((Item("1.", text["item"]), Item("•", text["plain"], 1), Item("2.", text["other"]))),
        Picture(DRAWING.format(label="mot" if lang == "fr" else "كلمة"), plain(text["plain"])),
        Paragraph(text["plain"], "small"),
        Heading(text["plain"], 2, in_contents=False),
        Grid((text["plain"], text["other"], "%"), ((text["cell"], text["plain"], "12"),) * 2, has_row_heads=True),
        Grid((), ((text["plain"], text["other"]),)),
        Box((Paragraph(text["plain"], "label"), Heading(text["plain"], 3), Rules(3), Paragraph(text["other"])), "warm"),
        Box((Heading(text["title"], 4), Paragraph(text["body"]))),
        Paragraph(text["plain"], "source"),
    )
    cover = (plain(text["plain"]), plain(text["title"]), plain(text["other"]))
    return paper_of(*blocks, lang=lang, has_cover=True, cover=cover, title=plain(text["title"]))


MADE: dict[str, Callable[[], bytes]] = {
    "certificate": lambda: draw_certificate(test_certificate.FACTS),
    "cards": lambda: draw_cards(test_cards.sheet(*(test_cards.card(n, code="KM7Q-4T2B") for n in range(9)))),
    "paper-fr": lambda: draw_paper(everything("fr")),
    "paper-ar": lambda: draw_paper(everything("ar")),
}


@dataclass(eq=False)
class Node:
    """An element of the tree as a reader sees it. ``words``: what it would say, itself alone."""

    role: str
    #: As in force: its own, or that around it.
    lang: str
    object: Any
    own_lang: str = ""
    alt: str = ""
    actual: str | None = None
    scope: str = ""
    #: Elements, (page, number) of marks, objects of links.
    kids: list[Any] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for kid in self.elements:
            yield from kid.walk()

    @property
    def elements(self) -> list[Node]:
        return [kid for kid in self.kids if isinstance(kid, Node)]

    @property
    def marks(self) -> list[tuple[int, int]]:
        return [kid for kid in self.kids if isinstance(kid, tuple)]


class Opened:
    """A document read once: its tree, and what each page paints."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(pdf))
        self.places = {page.obj.objgen: place for place, page in enumerate(self.pdf.pages)}
        self.inks = [inks(page) for page in self.pdf.pages]
        self.said: dict[tuple[int, int], str] = {}
        for place, found in enumerate(self.inks):
            for ink in found:
                if ink.mark is not None:
                    self.said[place, ink.mark] = self.said.get((place, ink.mark), "") + ink.text
        root = self.pdf.Root.StructTreeRoot
        (top,) = root.K
        self.tree = self._node(top, str(self.pdf.Root.Lang), None)
        numbers = root.ParentTree.Nums
        self.parents = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}

    def _node(self, element: Any, lang: str, parent: Any) -> Node:
        if parent is not None:
            assert element.P.objgen == parent.objgen
        own = str(element.get("/Lang", ""))
        actual = element.get("/ActualText")
        scope = str(element.A.Scope).lstrip("/") if "/A" in element else ""
        node = Node(str(element.S).lstrip("/"), own or lang, element, own, str(element.get("/Alt", "")), scope=scope)
        node.actual = None if actual is None else str(actual)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                node.kids.append((self.places[element.Pg.objgen], kid))
            elif kid.get("/Type") == "/MCR":
                node.kids.append((self.places[kid.get("/Pg", element.get("/Pg")).objgen], int(kid.MCID)))
            elif kid.get("/Type") == "/OBJR":
                node.kids.append(kid)
            else:
                node.kids.append(self._node(kid, node.lang, element))
        return node

    def read(self, node: Node) -> str:
        """What a screen reader says of an element and all it holds, in its order."""
        if node.alt:
            return node.alt
        if node.actual is not None:
            return node.actual
        said = (self.read(kid) if isinstance(kid, Node) else self.said.get(kid, "") for kid in self._spoken(node))
        return " ".join(said)

    def _spoken(self, node: Node) -> list[Any]:
        return [kid for kid in node.kids if isinstance(kid, (Node, tuple))]


@lru_cache
def made(name: str) -> bytes:
    return MADE[name]()


@lru_cache
def opened(name: str) -> Opened:
    return Opened(made(name))


every_document = pytest.mark.parametrize("name", MADE)
both_papers = pytest.mark.parametrize("lang", ["ar", "fr"])


# Marks and elements


@every_document
def test_everything_painted_has_a_place_in_the_tree_or_is_decoration(name: str) -> None:
    """The reader of pages also sees that stretches are balanced, on each page and in each form."""
    for found in opened(name).inks:
        assert [ink for ink in found if ink.depth == 0] == []
        assert {ink.operator for ink in found} >= {"TJ", "S"}


@every_document
def test_every_mark_belongs_to_one_element_and_back(name: str) -> None:
    document = opened(name)
    owned = Counter(mark for node in document.tree.walk() for mark in node.marks)
    assert set(owned.values()) == {1}
    assert set(document.said) <= set(owned)
    for node in document.tree.walk():
        for page, number in node.marks:
            parents = document.parents[int(document.pdf.pages[page].StructParents)]
            assert parents[number].objgen == node.object.objgen
    for place, page in enumerate(document.pdf.pages):
        assert len(document.parents[int(page.StructParents)]) == sum(mark[0] == place for mark in owned)
        assert page.Tabs == "/S"


@every_document
def test_marks_of_a_page_are_painted_once(name: str) -> None:
    for page in opened(name).pdf.pages:
        numbers = [
            int(operands[1].MCID) for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"
        ]
        assert sorted(numbers) == list(range(len(numbers)))


@every_document
def test_roles_are_those_that_every_reader_knows(name: str) -> None:
    assert {node.role for node in opened(name).tree.walk()} <= STANDARD
    assert opened(name).tree.role == "Document"


@every_document
def test_every_element_holds_something(name: str) -> None:
    assert [node.role for node in opened(name).tree.walk() if not node.kids] == []


def children(node: Node) -> set[str]:
    return {kid.role for kid in node.elements}


@both_papers
def test_headings_go_down_one_level_at_a_time(lang: str) -> None:
    levels = [int(node.role[1]) for node in opened(f"paper-{lang}").tree.walk() if re.fullmatch("H[1-6]", node.role)]
    assert set(levels) == {1, 2, 3, 4}
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@both_papers
def test_tables_have_rows_heads_with_their_scope_and_cells(lang: str) -> None:
    with_head, without = (node for node in opened(f"paper-{lang}").tree.walk() if node.role == "Table")
    assert children(with_head) == children(without) == {"TR"}
    head, *rows = with_head.elements
    assert [(cell.role, cell.scope) for cell in head.elements] == [("TH", "Column")] * 3
    assert [[(cell.role, cell.scope) for cell in row.elements] for row in rows] == [
        [("TH", "Row"), ("TD", ""), ("TD", "")]
    ] * 2
    assert [[cell.role for cell in row.elements] for row in without.elements] == [["TD", "TD"]]


@both_papers
def test_lists_have_items_with_label_and_body(lang: str) -> None:
    for listed in (node for node in opened(f"paper-{lang}").tree.walk() if node.role == "L"):
        assert children(listed) == {"LI"}
        assert all([kid.role for kid in item.elements] == ["Lbl", "LBody"] for item in listed.elements)


@every_document
def test_figures_say_what_they_show(name: str) -> None:
    figures = [node for node in opened(name).tree.walk() if node.role == "Figure"]
    assert figures
    assert all(len(node.alt) > 10 and node.marks for node in figures)


@both_papers
def test_notes_have_names_of_their_own(lang: str) -> None:
    document = opened(f"paper-{lang}")
    names = [str(node.object.ID) for node in document.tree.walk() if node.role == "Note"]
    assert len(set(names)) == len(names) == 7
    assert [str(one) for one in document.pdf.Root.StructTreeRoot.IDTree.Names][::2] == sorted(names)


@both_papers
def test_links_and_their_elements_know_each_other(lang: str) -> None:
    document = opened(f"paper-{lang}")
    links = {node.object.objgen: node for node in document.tree.walk() if node.role == "Link"}
    found = [(page, annotation) for page in document.pdf.pages for annotation in page.get("/Annots", [])]
    assert len(found) == len(links) == 2
    for page, annotation in found:
        node = links.pop(document.parents[int(annotation.StructParent)].objgen)
        (reference,) = (kid for kid in node.kids if not isinstance(kid, (Node, tuple)))
        assert reference.Obj.objgen == annotation.objgen
        assert reference.Pg.objgen == page.obj.objgen
        assert squeezed(str(annotation.Contents)) in squeezed(document.read(node))
        assert len(str(annotation.Contents)) > 5
    assert int(document.pdf.Root.StructTreeRoot.ParentTreeNextKey) == max(document.parents) + 1


# Languages and the order of reading

ARABIC, LATIN = re.compile("[\u0621-\u064a]"), re.compile("[A-Za-zÀ-ɏ]{2}")


@every_document
def test_words_stand_in_elements_of_their_language(name: str) -> None:
    document = opened(name)
    for node in document.tree.walk():
        if node.role == "Figure":
            continue
        for mark in node.marks:
            said = document.said.get(mark, "")
            assert not ARABIC.search(said) or node.lang == "ar-MA", said
            assert not LATIN.search(said) or node.lang == "fr-MA", said
    assert {node.lang for node in document.tree.walk()} == {"ar-MA", "fr-MA"}


@every_document
def test_arabic_carries_its_words_as_typed(name: str) -> None:
    """It is drawn from left to right; what stands on the page read backwards is the same, but for figures and signs."""
    document = opened(name)
    arabic = [
        node
        for node in document.tree.walk()
        if node.role != "Figure" and any(ARABIC.search(document.said.get(mark, "")) for mark in node.marks)
    ]
    assert arabic
    for node in arabic:
        drawn = Counter("".join(document.said[mark] for mark in node.marks))
        assert node.actual is not None
        assert Counter(re.sub(r"\s", "", node.actual)) == +Counter({c: n for c, n in drawn.items() if not c.isspace()})


@both_papers
@pytest.mark.parametrize("kind", ["plain", "title"])
def test_arabic_text_is_that_of_the_block(lang: str, kind: str) -> None:
    words = plain(TEXTS["ar"][kind]) if lang == "ar" else plain(TEXTS["fr"]["other"])
    assert words in [node.actual for node in opened(f"paper-{lang}").tree.walk()]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


class Spoken:
    """The words of a paper in the order of its blocks."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.notes, self.numbers = paper, [""], 0
        self.words = squeezed("".join((*paper.cover, *map(self._block, paper.blocks))))

    def _noted(self, words: Words) -> str:
        said = ""
        for span in line(words):
            said += span.text
            if span.note:
                self.numbers += 1
                said += str(self.numbers)
                self.notes[-1] += f"{self.numbers}. {plain(span.note)}"
        return said

    def _with_notes(self, *words: Words) -> str:
        """Words, then the notes that they refer to."""
        said = "".join(map(self._noted, words))
        notes, self.notes[-1] = self.notes[-1], ""
        return said + notes

    def _block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return f"{block.number} {plain(block.words)}"
        if isinstance(block, Paragraph):
            return self._with_notes(block.words)
        if isinstance(block, Items):
            return self._with_notes(*(words for item in block.items for words in (item.marker, item.words)))
        if isinstance(block, Grid):
            return self._with_notes(*block.head, *(cell for row in block.rows for cell in row))
        if isinstance(block, Picture):
            return block.alt
        if isinstance(block, Box):
            return "".join(map(self._block, block.blocks))
        if isinstance(block, Contents):
            return block.title + "".join(self._entry(one) for one in self.paper.blocks if isinstance(one, Heading))
        return ""

    def _entry(self, heading: Heading) -> str:
        return f"{heading.number}{plain(heading.words)}3" if heading.in_contents else ""


@both_papers
def test_reading_the_tree_gives_the_words_of_the_blocks_in_their_order(lang: str) -> None:
    document = opened(f"paper-{lang}")
    assert squeezed(document.read(document.tree)) == Spoken(everything(lang)).words


def test_a_certificate_is_read_in_arabic_then_in_french() -> None:
    facts, document = test_certificate.FACTS, opened("certificate")
    arabic, french = document.tree.elements
    assert (arabic.lang, french.lang) == ("ar-MA", "fr-MA")
    for part, lang in ((arabic, "ar"), (french, "fr")):
        said = document.read(part)
        pairs = (*facts.issuer, facts.holder, facts.organisation, facts.modules[0].title, *facts.objectives)
        texts = [getattr(pair, lang) for pair in (*pairs, *facts.signatories)]
        places = [said.find(text) for text in texts]
        assert -1 not in places
        assert places == sorted(places)
    assert facts.serial in document.read(french)


def test_cards_are_read_one_after_the_other() -> None:
    document = opened("cards")
    card = test_cards.card(code="KM7Q-4T2B")
    said = [document.read(part) for part in document.tree.elements]
    assert [part.lang for part in document.tree.elements[:18]] == ["ar-MA", "fr-MA"] * 9
    for arabic, french in zip(said[:18:2], said[1:18:2], strict=True):
        assert [arabic.count(text) for text in (card.name.ar, card.organisation.ar, "الرمز الشخصي")] == [1, 1, 1]
        assert [french.count(text) for text in (card.organisation.fr, card.code)] == [1, 1]
    listed = " ".join(said[18:])
    assert listed.count(card.name.ar) == listed.count(card.name.fr) == listed.count(card.code) == 9


# The file


@every_document
def test_the_file_says_its_language_title_and_that_it_is_tagged(name: str) -> None:
    root, information = opened(name).pdf.Root, opened(name).pdf.docinfo
    assert str(root.Lang) == LANGUAGES["ar" if name == "paper-ar" else "fr"]
    assert str(information.Title)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert bool(root.MarkInfo.Marked)
    assert str(root.ViewerPreferences.Direction) == ("/R2L" if name == "paper-ar" else "/L2R")


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


FILES = [
    Attachment("données.json", b'{"a": 1}', "application/json", "Les mêmes faits"),
    Attachment("table.csv", b"a;b\n", "text/csv", "Une table"),
]


def with_files(files: list[Attachment]) -> bytes:
    out = io.BytesIO()
    sheet = Sheet(out, (200, 100))
    sheet.pen.line(10, 50, "mot", Style("plex", 10), rtl=False)
    sheet.showPage()
    sheet.save()
    meta = Meta(title="Titre", author="Équipe", lang="fr", made_on=dt.date(2026, 11, 23), subject="Objet")
    return finish(out.getvalue(), sheet.structure, meta, files)


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
from tests.documents.test_structure import FILES, MADE, with_files
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


def test_figures_in_both_places_are_read_from_their_descriptions() -> None:
    """Words of a drawing are painted inside its mark alone."""
    document = opened("paper-fr")
    (figure,) = (node for node in document.tree.walk() if node.role == "Figure")
    ((page, number),) = figure.marks
    inside: list[Ink] = [ink for ink in document.inks[page] if ink.mark == number]
    assert "".join(ink.text for ink in inside) == "mot"
    assert document.read(figure) == plain(TEXTS["fr"]["plain"])
