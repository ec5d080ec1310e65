"""Rendered HTML as a tree of plain nodes: of our own renderer's output only, so well formed but for void elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import escape

#: Spaces that do not break are none of them.
_BLANKS = re.compile("[ \t\r\n]+")
#: Names that the HTML parser made small.
_CAMEL = {
    name.lower(): name
    for name in ("viewBox", "patternUnits", "patternTransform", "markerWidth", "markerHeight", "refX", "refY",
                 "preserveAspectRatio")
}  # fmt: skip
_VOID = frozenset(["br", "input", "img", "hr", "meta", "link"])


@dataclass
class Node:
    """An element; a comment has the tag ``#comment`` and its words as ``text``."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    kids: list[Node | str] = field(default_factory=list)
    text: str = ""

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def elements(self) -> list[Node]:
        return [kid for kid in self.kids if isinstance(kid, Node)]

    def all(self, tag: str) -> Iterator[Node]:
        """Every element of this tag inside, outermost first."""
        for kid in self.elements:
            if kid.tag == tag:
                yield kid
            yield from kid.all(tag)

    def first(self, tag: str) -> Node | None:
        return next(self.all(tag), None)

    def words(self) -> str:
        """The text inside, blanks as one."""
        inner = "".join(kid if isinstance(kid, str) else kid.words() for kid in self.kids)
        return _BLANKS.sub(" ", inner)


def parse(html: str) -> Node:
    """The tree of a piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def to_svg(node: Node) -> str:
    """A drawing of the tree as text again."""
    attributes = "".join(f' {_CAMEL.get(name, name)}="{escape(value)}"' for name, value in node.attributes.items())
    inner = "".join(str(escape(kid)) if isinstance(kid, str) else to_svg(kid) for kid in node.kids)
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].kids.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].kids.append(data)

    def handle_comment(self, data: str) -> None:
        self.open[-1].kids.append(Node("#comment", text=data))
