"""The tags of a document: what each piece of a page is, in which language, in the order of reading.

Elements are made in the order of reading, whatever the order of drawing. What is drawn for one is marked on the page
(``marked``, ``opening``); what nobody marked is decoration (``with_artifacts``). ``finishing.py`` writes the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

_PAINTS = re.compile(r"(?:^|\s)(?:S|s|f\*?|F|B\*?|b\*?|Do|sh|Tj|TJ|EI)\s*$", re.M)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch of a page's content. ``page`` counts from 0."""

    page: int
    number: int


@dataclass(eq=False, slots=True)
class Element:
    """One element: a role of PDF (H1, P, L, LI, LBody, Table, TR, TH, TD, Figure, Sect …) with what it holds."""

    role: str
    #: "ar" or "fr"; empty: that of its parent.
    lang: str = ""
    #: What a figure shows, in words.
    alt: str = ""
    #: The words as typed: Arabic is drawn from left to right, and a reader must not have to guess.
    text: str = ""
    #: For TH: Column or Row.
    scope: str = ""
    kids: list[Element | Mark] = field(default_factory=list)

    def add(self, role: str, lang: str = "", *, alt: str = "", scope: str = "") -> Element:
        """A new element at the end of this one."""
        element = Element(role, lang, alt=alt, scope=scope)
        self.kids.append(element)
        return element

    def add_words(self, role: str, lang: str, text: str, mark: Mark) -> Element:
        """Words of one language drawn under a mark; they go on with the words before, if these are of the same.

        ``role``: Span, or Reference for the number of a note. Gives the element that holds them.
        """
        last = self.kids[-1] if self.kids else None
        if not (isinstance(last, Element) and last.role == role and last.lang == lang):
            last = self.add(role, lang)
        last.text = f"{last.text} {text}".strip()
        last.kids.append(mark)
        return last


class Tagged(str):
    """A piece of a page's content that belongs to an element, whole in itself."""

    __slots__ = ()


class Opening(Tagged):
    """The start of a longer marked stretch."""

    __slots__ = ()


class Closing(Tagged):
    """Its end."""

    __slots__ = ()


@dataclass
class Structure:
    """The tree of one document, and which element each mark of each page belongs to."""

    root: Element = field(default_factory=lambda: Element("Document"))
    #: For each page the elements of its marks, by number.
    owners: list[list[Element]] = field(default_factory=list)
    #: The links in the order they were made: page, element.
    links: list[tuple[int, Element]] = field(default_factory=list)

    def mark(self, element: Element, page: int) -> Mark:
        """The next mark of a page, owned by an element."""
        while len(self.owners) <= page:
            self.owners.append([])
        self.owners[page].append(element)
        return Mark(page, len(self.owners[page]) - 1)

    def own(self, mark: Mark, element: Element) -> None:
        """The element that holds a mark, where it is known only later."""
        self.owners[mark.page][mark.number] = element


def opening(role: str, mark: Mark) -> str:
    """The operators that open a marked stretch; ``EMC`` closes it."""
    return f"/{role} <</MCID {mark.number}>> BDC"


@contextmanager
def marked(code: list[str], structure: Structure, element: Element, page: int) -> Iterator[None]:
    """All that is drawn inside belongs to the element."""
    mark = structure.mark(element, page)
    element.kids.append(mark)
    code.append(Opening(opening(element.role, mark)))
    try:
        yield
    finally:
        code.append(Closing("EMC"))


def with_artifacts(code: Sequence[str]) -> list[str]:
    """A page's content in which everything that belongs to no element is marked as decoration."""
    whole: list[str] = []
    loose: list[str] = []
    depth = 0
    for piece in [*code, Tagged("")]:
        if isinstance(piece, Tagged) and not depth:
            paints = any(_PAINTS.search(one) for one in loose)
            whole += ["/Artifact BMC", *loose, "EMC"] if paints else loose
            loose = []
        (whole if depth or isinstance(piece, Tagged) else loose).append(piece)
        depth += isinstance(piece, Opening) - isinstance(piece, Closing)
    return whole[:-1]
