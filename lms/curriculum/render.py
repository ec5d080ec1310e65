"""From the Markdown of content files to HTML, once, per language. Raw HTML is never let through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from lms.curriculum import drawing, exercises
from lms.curriculum.files import RawBlock, load
from lms.documents import svg_names
from lms.ui import diagrams
from lms.ui.charts import Row, bar_chart, value_text

_LONGEST_GLUED = 28
_TERM = re.compile(r'(?P<before>[^\s<>()«»]{1,4})(?P<link><a class="term"[^>]*>(?P<text>[^<]*)</a>)')


def markdown() -> MarkdownIt:
    """Paragraphs, lists, tables, bold, links to terms and lessons, and ``{{left-to-right groups}}``."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "code", "fence", "hr"])
    parser.inline.ruler.before("text", "figures", _left_to_right)
    parser.inline.ruler.before("escape", "figures_again", _left_to_right)
    parser.add_render_rule("figures", _draw_figures)
    parser.add_render_rule("link_open", _open_link)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    return parser


def _left_to_right(state: StateInline, silent: bool) -> bool:
    """``{{20,5 − 10,8 = 9,7}}``: one isolated, unbroken left-to-right span."""
    if not state.src.startswith("{{", state.pos):
        return False
    end = state.src.find("}}", state.pos)
    if end < 0:
        return False
    if not silent:
        token = state.push("figures", "", 0)
        token.content = state.src[state.pos + 2 : end].strip()
    state.pos = end + 2
    return True


def _draw_figures(self: RendererHTML, tokens: list[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<bdi dir="ltr" class="ltr">{escape(tokens[index].content)}</bdi>'


def _open_table(self: RendererHTML, _tokens: list[Token], _index: int, _options: Any, _env: Any) -> str:
    """A table that is wider than a phone scrolls by itself, also by the keyboard; the page never does."""
    return f'<div class="table-scroll" tabindex="0" role="group" aria-label="{escape(_("Table"))}"><table>'


def _close_table(self: RendererHTML, _tokens: list[Token], _index: int, _options: Any, _env: Any) -> str:
    return "</table></div>"


def _open_link(self: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    href = str(tokens[index].attrs.get("href", ""))
    kind, _sep, target = href.partition(":")
    if kind == "term":
        env["terms"].append(target)
        return f'<a class="term" href="#term-{escape(target)}" data-module="term">'
    if kind == "help":
        key, _sep, step = target.partition("#")
        return f'<a href="/{env["lang"]}/help/{escape(key)}/{f"#{escape(step)}" if step else ""}">'
    if kind == "lesson":
        return f'<a href="/{env["lang"]}/modules/{escape(target)}/">'
    return f'<a href="{escape(href)}">'


class Renderer:
    """Renders the blocks of one lesson in one language and remembers the terms used."""

    def __init__(
        self, lang: str, module: str, figures: dict[str, str], sources: Mapping[str, str] | None = None
    ) -> None:
        self.lang = lang
        self.module = module
        #: File name below the module's folder -> text.
        self.figures = figures
        #: Fact -> where it was read.
        self.sources = sources or {}
        self.terms: list[str] = []
        self._parser = markdown()

    def markdown(self, text: str) -> str:
        html = str(self._parser.render(text, {"terms": self.terms, "lang": self.lang}))
        return _TERM.sub(_glue, html).strip()

    def inline(self, text: str) -> str:
        return str(self._parser.renderInline(text, {"terms": self.terms, "lang": self.lang})).strip()

    def block(self, block: RawBlock) -> str:
        """The HTML of one block, with its label and frame."""
        if block.kind in drawing.MACROS:
            return self._exercise(block)
        draw = getattr(self, f"_{block.kind}", None)
        if draw is None:
            return self.markdown(block.text)
        return str(draw(block))

    def _exercise(self, block: RawBlock) -> str:
        exercise = exercises.parse(block.kind, block.argument, block.text, block.line)
        words = drawing.Words(self.inline, self.markdown)
        return drawing.draw(exercise, words, f"{self.lang}-{block.line}")

    def _sheet(self, block: RawBlock) -> str:
        """A mark: what one person wrote never stands in what is kept for all."""
        return sheet_mark("sheet", block.argument)

    def _recall(self, block: RawBlock) -> str:
        return self.markdown(block.text) + sheet_mark("recall", block.argument)

    def _labelled(self, block: RawBlock, label: str, foot: str = "") -> str:
        return (
            f'<div class="block labelled {block.kind}"><p class="block-label">'
            f'<span class="chip outline">{escape(label)}</span></p>{self.markdown(block.text)}{foot}</div>'
        )

    def _official(self, block: RawBlock) -> str:
        """With where it was read: the sources of the facts that the fence names."""
        found = dict.fromkeys(self.sources[fact] for fact in block.argument.split(",") if fact in self.sources)
        source = escape(_("Source: %(source)s", source=_("; ").join(found)))
        return self._labelled(block, _("Official"), f'<p class="muted small">{source}</p>' if found else "")

    def _practice(self, block: RawBlock) -> str:
        return self._labelled(block, _("Good generic practice"))

    def _example(self, block: RawBlock) -> str:
        return self._labelled(block, _("Illustrative example"))

    def _box(self, block: RawBlock, title: str, kind: str) -> str:
        return f'<div class="block {kind}"><h3>{escape(title)}</h3>{self.markdown(block.text)}</div>'

    def _keypoints(self, block: RawBlock) -> str:
        return self._box(block, _("To remember"), "keypoints")

    def _activity(self, block: RawBlock) -> str:
        return self._box(block, _("Activity"), "box activity")

    def _organisation(self, block: RawBlock) -> str:
        return self._box(block, _("In your organisation"), "box organisation")

    def _stages(self, block: RawBlock) -> str:
        return self._box(block, _("The five stages"), "box stages")

    def _answer(self, block: RawBlock) -> str:
        summary = escape(_("See a model answer"))
        return (
            f'<details class="block answer disclosure"><summary>{summary}</summary>'
            f"<div>{self.markdown(block.text)}</div></details>"
        )

    def _figure(self, block: RawBlock) -> str:
        caption = self.markdown(block.text)
        chart = self.figures.get(f"figures/{block.argument}.yml")
        if chart is not None:
            data = load(chart)
            return (_diagram if data.get("kind") in diagrams.KINDS else _chart)(data, caption, self.lang)
        drawing = self.figures.get(f"figures/{block.argument}.svg", "")
        return f'<figure class="block figure">{clean_svg(drawing)}<figcaption>{caption}</figcaption></figure>'


def sheet_mark(kind: str, key: str) -> str:
    """Where a sheet is asked for (``sheet``) or shown again (``recall``) in the HTML of a step."""
    return f"<!--{kind}:{key}-->"


def _glue(match: re.Match[str]) -> str:
    """Keep l’ and و with their term on one line, unless the pair is long."""
    whole = match["before"] + match["link"]
    if len(match["before"] + match["text"]) > _LONGEST_GLUED:
        return whole
    return f'<span class="glued">{whole}</span>'


def _rows(data: dict[str, Any]) -> list[Row]:
    if "groups" not in data:
        return [Row(str(row["label"]), float(row["value"]), row.get("tone", "total")) for row in data["rows"]]
    return [
        Row(f"{row['label']}, {group['label']}", float(row["value"]), row.get("tone", "total"))
        for group in data["groups"]
        for row in group["rows"]
    ]


def _chart(data: dict[str, Any], caption: str, lang: str) -> str:
    rows, unit, decimals = _rows(data), str(data.get("unit", "")), int(data.get("decimals", 0))
    gap = data.get("gap")
    drawing = bar_chart(
        rows,
        lang=lang,
        title=data["title"],
        description=data["description"],
        unit=unit,
        decimals=decimals,
        maximum=float(data["max"]) if "max" in data else None,
        gap=(gap["between"][0], gap["between"][1], gap["label"]) if gap else None,
    )
    cells = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td class="num"><bdi dir="ltr">{}</bdi></td></tr>').format(
            row.label, value_text(row.value or 0.0, unit, decimals, lang)
        )
        for row in rows
    )
    table = Markup(
        '<details class="disclosure"><summary>{}</summary><table>'
        '<caption class="visually-hidden">{}</caption>{}</table></details>'
    ).format(_("See the table"), data["title"], cells)
    return _framed(data, drawing, caption, table)


def _diagram(data: dict[str, Any], caption: str, lang: str) -> str:
    """A drawing; what it says stands in words below it, folded, for those who see it badly or not at all."""
    words = Markup('<details class="disclosure"><summary>{}</summary><p>{}</p></details>').format(
        _("Read the figure in words"), data["description"]
    )
    return _framed(data, diagrams.diagram(data, lang), caption, words)


def _framed(data: dict[str, Any], drawing: Markup, caption: str, twin: Markup) -> str:
    return str(
        Markup(
            '<figure class="block figure"><p class="figure-title">{}</p>{}<figcaption>{}</figcaption>'
            '<div class="foot"><span class="source">{}</span>{}</div></figure>'
        ).format(data["title"], drawing, Markup(caption), _("Source: %(source)s", source=data["source"]), twin)
    )


def svg_problems(text: str) -> list[str]:
    """What in a drawing is not allowed; empty for a good one."""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - our own files; entities are refused below
    except ElementTree.ParseError as error:
        return [f"not valid XML: {error}"]
    problems = ["entities are not allowed"] if "<!" in text.replace("<!--", "") else []
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag not in svg_names.TAGS:
            problems.append(f"element {tag} is not allowed")
        problems += [f"attribute {name} is not allowed" for name in element.attrib if name not in svg_names.ATTRIBUTES]
    if root.find("{*}title") is None or root.find("{*}desc") is None:
        problems.append("a title and a desc are needed")
    return problems


def clean_svg(text: str) -> Markup:
    """A checked drawing without its XML declaration and comments."""
    text = re.sub(r"<\?xml.*?\?>|<!--.*?-->", "", text, flags=re.S).strip()
    return Markup(text)


def plain_text(html: str) -> str:
    """The words of rendered HTML, for search and counting."""
    text = re.sub(r"<(svg|details)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(Markup(re.sub(r"<[^>]+>", " ", text)).unescape().split())
