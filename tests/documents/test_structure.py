"""What screen readers find in a document: its tree, its languages, the order of reading."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
from collections import Counter

import pikepdf
import pytest

from lms.documents import Meta
from lms.documents.blocks import Block, Box, Contents, Grid, Heading, Items, Paper, Paragraph, Picture, Words
from lms.documents.finishing import finish
from lms.documents.pen import Sheet
from lms.documents.text import Style, line, plain
from tests.documents import test_cards, test_certificate
from tests.documents.opened import TEXTS, Node, Opened, both_papers, every_document, everything, opened
from tests.documents.words import Ink

#: Roles of PDF 1.7 (14.8.4) that need no map.
STANDARD = {
    *("Document", "Part", "Sect", "P", "H1", "H2", "H3", "H4", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD"),
    *("Span", "Reference", "Note", "Link", "Figure", "TOC", "TOCI"),
}

# Marks and elements


@every_document
def test_everything_painted_has_a_place_in_the_tree_or_is_decoration(name: str) -> None:
    """The reader of pages also sees that stretches are balanced, on each page and in each form."""
    pages = opened(name).inks
    assert [ink for found in pages for ink in found if ink.depth == 0] == []
    assert all("TJ" in {ink.operator for ink in found} for found in pages)
    assert "S" in {ink.operator for found in pages for ink in found}


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
    """A cell may be empty: it holds its place in the row."""
    assert {node.role for node in opened(name).tree.walk() if not node.kids} <= {"TD"}


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
    assert [[(cell.role, cell.scope) for cell in row.elements] for row in rows] == [[("TD", "")] * 3] * 2
    assert [[cell.role for cell in row.elements] for row in without.elements] == [["TD", "TD"]]


@both_papers
def test_lists_have_items_with_label_and_body(lang: str) -> None:
    for listed in (node for node in opened(f"paper-{lang}").tree.walk() if node.role == "L"):
        assert children(listed) == {"LI"}
        assert all([kid.role for kid in item.elements] == ["Lbl", "LBody"] for item in listed.elements)


@every_document
def test_figures_say_what_they_show(name: str) -> None:
    figures = [node for node in opened(name).tree.walk() if node.role == "Figure"]
    assert figures or name.startswith("grid")
    assert all(len(node.alt) > 10 and node.marks for node in figures)


def test_figures_in_both_places_are_read_from_their_descriptions() -> None:
    """Words of a drawing are painted inside its mark alone."""
    document = opened("paper-fr")
    (figure,) = (node for node in document.tree.walk() if node.role == "Figure")
    ((page, number),) = figure.marks
    inside: list[Ink] = [ink for ink in document.inks[page] if ink.mark == number]
    assert "".join(ink.text for ink in inside) == "mot"
    assert document.read(figure) == plain(TEXTS["fr"]["plain"])


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
        self.words = squeezed(
            "".join((*(paper.cover.above, paper.title, *paper.cover.below), *map(self._block, paper.blocks)))
        )

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
    arabic, french, serial, code = document.tree.elements
    assert (arabic.lang, french.lang) == ("ar-MA", "fr-MA")
    for part, lang in ((arabic, "ar"), (french, "fr")):
        said = document.read(part)
        pairs = (*facts.issuer, facts.holder, facts.organisation, facts.modules[0].title, *facts.objectives)
        texts = [getattr(pair, lang) for pair in (*pairs, *facts.signatories)]
        places = [said.find(text) for text in texts]
        assert -1 not in places
        assert places == sorted(places)
    # What is in the letters of neither language follows, behind its label in both.
    assert document.read(serial).endswith(facts.serial)
    assert document.read(code).endswith("ABCD-EFGH- JKMN-PQRS")


@pytest.mark.parametrize("name", ["attendance", "attendance-closed"])
def test_a_sheet_is_read_from_its_title_over_the_table_to_who_signs(name: str) -> None:
    """Page after page: what stands below a table follows it."""
    document = opened(name)
    said = document.read(document.tree)
    tables = [node for node in document.tree.elements if node.role == "Table"]
    assert len(tables) == (2 if name == "attendance" else 1)
    last = said.rindex(document.read(tables[-1]))
    assert said.index("Feuille d’émargement" if name == "attendance" else "Liste de présence") < last
    below = ["Signature de l’équipe de formation", "Cachet de l’organisme organisateur", "توقيع هيئة التكوين"]
    below += ["contresignature, Amine Berrada", "Financé par"] if name == "attendance-closed" else []
    for words in below:
        assert said.index(words) > last, words


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


@both_papers
def test_the_number_of_a_note_is_a_reference_to_it(lang: str) -> None:
    roles = Counter(node.role for node in opened(f"paper-{lang}").tree.walk())
    assert roles["Reference"] == roles["Note"] > 0


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Séance à الرباط 12 personnes", ["Séance à ", "الرباط", "12 personnes"]),
        ("Chef: نادية 0612345678 (Rabat)", ["Chef: ", "نادية", "0612345678 (Rabat)"]),
        ("Réf. الرباط 2026, 75 %", ["Réf. ", "الرباط", "2026", ",", "75 %"]),
    ],
)
def test_a_figure_after_arabic_words_is_read_after_them(words: str, read: list[str]) -> None:
    out = io.BytesIO()
    sheet = Sheet(out, (400, 60))
    sheet.pen.line(10, 30, words, Style("plex", 10), rtl=False)
    sheet.showPage()
    sheet.save()
    meta = Meta(title="Titre", author="Équipe", lang="fr", made_on=dt.date(2026, 11, 29))
    document = Opened(finish(out.getvalue(), sheet.structure, meta))
    (paragraph,) = (node for node in document.tree.walk() if node.role == "P")
    assert squeezed(document.read(paragraph)) == squeezed("".join(read))
    assert [squeezed(document.read(kid)) for kid in paragraph.elements] == [squeezed(one) for one in read]


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_figures_of_a_table_have_the_language_of_the_table(lang: str) -> None:
    cells = [node for node in opened(f"grid-{lang}").tree.walk() if node.role in ("TD", "TH")]
    document = opened(f"grid-{lang}")
    figures = [
        part
        for cell in cells
        for part in cell.walk()
        if part.marks and re.fullmatch(r"[0-9/:,%\s]+", document.read(part))
    ]
    assert len(figures) > 20
    assert {one.lang for one in figures} == {f"{lang}-MA"}
