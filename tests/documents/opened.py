"""Documents of every kind, drawn once, and what programs find in them: marks, elements, words."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pikepdf
import pytest

from lms.documents import draw_cards, draw_certificate, draw_paper
from lms.documents.blocks import (
    Block,
    Box,
    Contents,
    Cover,
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
from lms.documents.text import plain
from tests.documents import test_cards, test_certificate
from tests.documents.words import inks, paper_of

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><rect x="5" y="5" width="190" height="50"
 class="f-brand-soft"/><text class="t" x="100" y="35" text-anchor="middle">{label}</text></svg>"""
#: Roles of PDF 1.7 (14.8.4) that need no map.
STANDARD = {
    *("Document", "Part", "Sect", "P", "H1", "H2", "H3", "H4", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD"),
    *("Span", "Reference", "Note", "Link", "Figure", "TOC", "TOCI"),
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
        Grid((text["plain"], text["other"], "%"), ((text["cell"], text["plain"], "12"),) * 2),
        Grid((), ((text["plain"], text["other"]),)),
        Box((Paragraph(text["plain"], "label"), Heading(text["plain"], 3), Rules(3), Paragraph(text["other"])), "warm"),
        Box((Heading(text["title"], 4), Paragraph(text["body"]))),
        Paragraph(text["plain"], "source"),
    )
    cover = Cover(plain(text["plain"]), (plain(text["other"]),))
    return paper_of(*blocks, lang=lang, cover=cover, title=plain(text["title"]))


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
