"""Documents of every kind, drawn once, and what programs find in them: marks, elements, words."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import pikepdf
import pytest

from lms.documents import (
    Attachment,
    Meta,
    blocks,
    draw_attendance,
    draw_attendance_grid,
    draw_cards,
    draw_certificate,
    draw_paper,
)
from lms.documents.finishing import finish
from lms.documents.pen import Sheet
from lms.documents.text import Style, plain
from tests.documents import test_attendance_grid, test_attendance_sheet, test_cards, test_certificate
from tests.documents.words import inks, paper_of

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><rect x="5" y="5" width="190" height="50"
 class="f-brand-soft"/><text class="t" x="100" y="35" text-anchor="middle">{label}</text></svg>"""


def in_every_look(
    *,
    title: str,
    heading: tuple[str, str, str],
    body: tuple[str, str, str, str, str],
    item: tuple[str, str, str],
    cell: tuple[str, str, str],
    plain: str,
    other: str,
) -> dict[str, blocks.Words]:
    """Words of a language: strong, emphasised, held together, with notes; ``other`` are of the other language."""
    start, emphasised, note, middle, end = body
    return {
        "title": title,
        "heading": (blocks.Span(heading[0]), blocks.Span(heading[1], is_strong=True), blocks.Span(heading[2])),
        "body": (
            blocks.Span(start),
            blocks.Span(emphasised, is_emphasised=True, note=note),
            blocks.Span(middle),
            blocks.Span("21,9 %", is_group=True),
            blocks.Span(end),
        ),
        "item": (blocks.Span(item[0]), blocks.Span(item[1], note=item[2])),
        "cell": (blocks.Span(cell[0]), blocks.Span(cell[1], note=cell[2])),
        "plain": plain,
        "other": other,
    }


TEXTS = {
    "fr": in_every_look(
        title="Lire des chiffres",
        heading=("Une ", "première", " étape"),
        body=(
            "Le taux ",
            "d’activité",
            "Part des personnes qui travaillent ou cherchent, كما يقال.",
            " des femmes est de ",
            ", en arabe معدل النشاط (2022) et encore معدل التشغيل.",
        ),
        item=("Un point avec un ", "terme", "Défini ici."),
        cell=("Une ", "cellule", "Note d’une cellule."),
        plain="L’œuvre et l’efficacité des officières",
        other="كلمات عربية وحدها",
    ),
    "ar": in_every_look(
        title="قراءة الأرقام",
        heading=("الخطوة ", "الأولى", " هنا"),
        body=(
            "معدل ",
            "النشاط",
            "حصة الأشخاص النشيطين، taux d’activité.",
            " لدى النساء هو ",
            "، وبالفرنسية taux d’emploi (2022) ثم الإدماج لأن الآلات كثيرة.",
        ),
        item=("نقطة فيها ", "مصطلح", "معرف هنا."),
        cell=("هذه ", "خلية", "هامش خلية."),
        plain="الكفاءات والإدارات في المركز",
        other="Des mots français seuls",
    ),
}


def everything(lang: str) -> blocks.Paper:
    """A paper with every kind of block, its words in both scripts."""
    text = TEXTS[lang]
    content: tuple[blocks.Block, ...] = (
        blocks.Contents("Sommaire" if lang == "fr" else "المحتويات", 2),
        blocks.NewPage(),
        blocks.Paragraph(text["plain"], "label"),
        blocks.Heading(text["title"], 1, "title", number="1."),
        blocks.Paragraph(text["other"], "subtitle"),
        blocks.Heading(text["heading"], 2),
        blocks.Paragraph(text["body"]),
        blocks.Box(
            (
                blocks.Heading(text["plain"], 3, "subheading"),
                blocks.Paragraph(text["body"]),
                blocks.Items((blocks.Item("•", text["item"]),)),
            )
        ),
        blocks.Items(
            (blocks.Item("1.", text["item"]), blocks.Item("•", text["plain"], 1), blocks.Item("2.", text["other"]))
        ),
        blocks.Picture(DRAWING.format(label="mot" if lang == "fr" else "كلمة"), plain(text["plain"])),
        blocks.Paragraph(text["plain"], "small"),
        blocks.Heading(text["plain"], 2, in_contents=False),
        blocks.Grid((text["plain"], text["other"], "%"), ((text["cell"], text["plain"], "12"),) * 2),
        blocks.Grid((), ((text["plain"], text["other"]),)),
        blocks.Box(
            (
                blocks.Paragraph(text["plain"], "label"),
                blocks.Heading(text["plain"], 3),
                blocks.Rules(3),
                blocks.Paragraph(text["other"]),
            ),
            "warm",
        ),
        blocks.Box((blocks.Heading(text["title"], 4), blocks.Paragraph(text["body"]))),
        blocks.Paragraph(text["plain"], "source"),
    )
    cover = blocks.Cover(plain(text["plain"]), (plain(text["other"]),))
    return paper_of(*content, lang=lang, cover=cover, title=plain(text["title"]))


MADE: dict[str, Callable[[], bytes]] = {
    "certificate": lambda: draw_certificate(test_certificate.FACTS),
    "cards": lambda: draw_cards(test_cards.sheet(*(test_cards.card(n, code="KM7Q-4T2B") for n in range(9)))),
    "certificate-signed-by-hand": lambda: draw_certificate(
        replace(test_certificate.FACTS, signers=test_certificate.SIGNERS, replaces="GSI-2026-000045-C")
    ),
    "attendance": lambda: draw_attendance(test_attendance_sheet.empty(20)),
    "attendance-closed": lambda: draw_attendance(test_attendance_sheet.CLOSED),
    "grid-fr": lambda: draw_attendance_grid(test_attendance_grid.grid(3, 14)),
    "grid-ar": lambda: draw_attendance_grid(test_attendance_grid.grid(3, 14, "ar")),
    "paper-fr": lambda: draw_paper(everything("fr")),
    "paper-ar": lambda: draw_paper(everything("ar")),
}


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
        kids = element.get("/K", pikepdf.Array())
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
