"""The little Markdown that people may use in what they write: bold, emphasis, lists, line breaks. Nothing else.

No HTML, links or pictures come through: what is not of these four is shown as it was typed.
"""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKS = ["emphasis", "escape", "newline"]
_inline = MarkdownIt("zero", {"breaks": True}).enable(_MARKS)
_blocks = MarkdownIt("zero", {"breaks": True}).enable([*_MARKS, "list"])


@lru_cache(maxsize=4096)
def marked(text: str) -> Markup:
    """Paragraphs and lists."""
    return Markup(_blocks.render(text))


@lru_cache(maxsize=4096)
def marked_line(text: str) -> Markup:
    """The same within a line: for headings, options and cells."""
    return Markup(_inline.renderInline(text))
