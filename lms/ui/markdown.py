"""The little Markdown that people may use in what they write: bold, emphasis, lists, line breaks. Nothing else.

No HTML, links or pictures come through: what is not of these four is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

_MARKS = ["emphasis", "escape", "newline"]
_inline = MarkdownIt("zero", {"breaks": True}).enable(_MARKS)
_blocks = MarkdownIt("zero", {"breaks": True}).enable([*_MARKS, "list"])
#: A whole figure or none of it: with its sign, thousands and decimals, or a range.
_PERCENT = re.compile(
    r"(?<![0-9٠-٩A-Za-z.,٫٬+\-\u2212\u2013])(?<!\d[ \u00a0\u202f])"
    r"[+\-\u2212]?\d+(?:[ \u00a0\u202f.,٬]\d{3})*(?:[,.٫]\d+)?"
    r"(?:[-\u2013]\d+(?:[,.٫]\d+)?)?[ \u00a0\u202f]?[%٪](?![\w%])"
)


def _text(_renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object) -> str:
    """Text as typed, each percentage one left-to-right whole: « 86,2 % » reads the same in an Arabic sentence."""
    return _PERCENT.sub(r'<bdi dir="ltr" class="ltr">\g<0></bdi>', str(escape(tokens[index].content)))


for _reader in (_inline, _blocks):
    _reader.add_render_rule("text", _text)


@lru_cache(maxsize=4096)
def marked(text: str) -> Markup:
    """Paragraphs and lists."""
    return Markup(_blocks.render(text))


@lru_cache(maxsize=4096)
def marked_line(text: str) -> Markup:
    """The same within a line: for headings, options and cells."""
    return Markup(_inline.renderInline(text))


def first_line(text: str) -> str:
    """What stands as a heading; what follows it is ``other_lines``."""
    return text.partition("\n")[0]


def other_lines(text: str) -> str:
    return text.partition("\n")[2].strip()


@lru_cache(maxsize=4096)
def unmarked(text: str) -> str:
    """The text without its marks, where no element can stand: in excerpts and in lists to choose from."""
    pieces = _inline.parseInline(text)[0].children or []
    return "".join(piece.content if piece.type == "text" else "\n" * piece.type.endswith("break") for piece in pieces)
