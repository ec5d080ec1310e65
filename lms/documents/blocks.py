"""What a paper is made of, as plain values: words, paragraphs, lists, tables, boxes, figures. Cheap to import."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A stretch of words that look the same.

    ``is_group``: one left-to-right whole that is never broken. ``note``: said at the foot of the page.
    """

    text: str
    is_strong: bool = False
    is_emphasised: bool = False
    is_raised: bool = False
    is_group: bool = False
    note: str = ""


Line = tuple[Span, ...]
Words = str | Line


@dataclass(frozen=True)
class Heading:
    """A heading of the outline. ``level`` from 1; ``look``: title, heading or subheading."""

    words: Words
    level: int
    look: str = "heading"
    #: What stands before the words, here, in the outline and in the table of contents: « 3. ».
    number: str = ""
    in_contents: bool = True


@dataclass(frozen=True)
class Paragraph:
    """``look``: body, subtitle, small, source, label. ``keeps_with_next``: on the page of what follows it.

    ``lang``: of words in another language than the paper's, with the direction of that.
    """

    words: Words
    look: str = "body"
    keeps_with_next: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Item:
    """An item of a list with its sign or number; ``depth`` from 0; paragraphs that follow it stand below it."""

    marker: str
    words: Words
    depth: int = 0


@dataclass(frozen=True)
class Items:
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Grid:
    """A table: its head, which stands again on each page, and its rows."""

    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A drawing of our own as SVG, on the page of the paragraph that follows; ``alt`` says in words what it shows."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Rules:
    """Lines to write on by hand."""

    count: int


@dataclass(frozen=True)
class Box:
    """Blocks on a tinted ground; ``tone``: calm or warm."""

    blocks: tuple[Block, ...]
    tone: str = "calm"


@dataclass(frozen=True)
class NewPage:
    pass


@dataclass(frozen=True)
class Contents:
    """The table of contents: every heading down to ``level``."""

    title: str
    level: int


Block = Heading | Paragraph | Items | Grid | Picture | Rules | Box | NewPage | Contents


@dataclass(frozen=True)
class Cover:
    """A page of its own for the title of a paper: a line above it, lines below it."""

    above: str
    below: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """A document of many pages in one language. Equal papers give equal bytes."""

    title: str
    lang: str
    author: str
    #: Words at the head of each page: where reading starts, and at the other side.
    head: tuple[str, str]
    made_on: dt.date
    blocks: tuple[Block, ...]
    cover: Cover | None = None
