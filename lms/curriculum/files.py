"""Reading the content files into plain values, each with the line it came from. Collects problems, raises none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import yaml
from markdown_it import MarkdownIt

from lms.curriculum import exercises

LANGUAGES = ("ar", "fr")
#: Blocks that a lesson may open with ``:::``.
KINDS = (
    "official", "practice", "example", "keypoints", "activity", "answer", "organisation", "stages", "figure",
    *exercises.KINDS,
)  # fmt: skip
_HEADING = re.compile(r"^##\s+(?P<title>.+?)\s*\{#(?P<id>[a-z0-9-]+)\}\s*$")
_FENCE = re.compile(r"^:::\s*(?P<kind>[a-z]+)?\s*(?P<argument>\S+)?\s*$")
_FRONT = re.compile(r"\A---\n(.*?)\n---\n?(.*)\Z", re.S)
#: The safe loader, in C where the package was built with it: the same values, ten times sooner.
SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Given = ParamSpec("Given")
_outline = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, which rule says so, and what to do."""

    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.text}"


@dataclass(frozen=True)
class RawBlock:
    """A paragraph, list or table, or a fenced block. ``shape`` is what both languages must share."""

    kind: str
    argument: str
    text: str
    line: int
    shape: tuple[Any, ...]


@dataclass
class RawStep:
    id: str
    title: str
    line: int
    blocks: list[RawBlock] = field(default_factory=list)


@dataclass
class RawLesson:
    """A lesson file in one language."""

    path: str
    front: dict[str, Any]
    body_line: int
    body: str
    steps: list[RawStep] = field(default_factory=list)


@dataclass
class Tree:
    """All files of both languages by their path below the language folder."""

    folder: Path
    texts: dict[str, dict[str, str]]
    problems: list[Problem] = field(default_factory=list)
    #: The rule that complaints come under just now.
    rule: str = "files"
    #: YAML files and lessons already read, by path.
    _values: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lessons: dict[str, RawLesson | None] = field(default_factory=dict)

    def found(self) -> list[Problem]:
        """Everything complained of, once each, by file and line."""
        return sorted(set(self.problems), key=lambda problem: (problem.path, problem.line, problem.text))

    def complain(self, path: str, line: int, text: str) -> None:
        self.problems.append(Problem(path, line, self.rule, text))

    @contextmanager
    def under(self, rule: str) -> Iterator[None]:
        """Complaints inside come under this rule; a nested one goes before."""
        outer, self.rule = self.rule, rule
        try:
            yield
        finally:
            self.rule = outer

    def yaml(self, lang: str, name: str) -> dict[str, Any]:
        """A YAML file as a mapping; empty, with a problem, when it is missing or broken."""
        path = f"{lang}/{name}"
        if path not in self._values:
            with self.under("files"):
                self._values[path] = self._read_yaml(path, lang, name)
        return self._values[path]

    def _read_yaml(self, path: str, lang: str, name: str) -> dict[str, Any]:
        if name not in self.texts[lang]:
            self.complain(path, 1, "the file is missing: add it")
            return {}
        try:
            value = load(self.texts[lang][name]) or {}
        except yaml.YAMLError as error:
            self.complain(path, _yaml_line(error), f"this is not valid YAML: {_first_line(error)}")
            return {}
        if not isinstance(value, dict):
            self.complain(path, 1, "the file has to hold keys and values")
            return {}
        return value

    def entries(self, lang: str, name: str) -> dict[str, dict[str, Any]]:
        """The entries of a YAML file (terms, facts), each a mapping; one that is none is a problem and left out."""
        found = self.yaml(lang, name)
        for key, value in found.items():
            if not isinstance(value, dict):
                with self.under("files"):
                    self.complain(f"{lang}/{name}", 1, f"{key} has to hold keys and values")
        return {str(key): value for key, value in found.items() if isinstance(value, dict)}

    def lesson(self, lang: str, name: str) -> RawLesson | None:
        """A lesson file split into front matter, steps and blocks; None when it cannot be split."""
        path = f"{lang}/{name}"
        if path not in self._lessons:
            with self.under("syntax"):
                self._lessons[path] = self._lesson(lang, name)
        return self._lessons[path]

    def line_of(self, lang: str, name: str, *path: str | int) -> int:
        """The line of a YAML file where the value stands that keys and places lead to, or what is left of the way."""
        node = yaml.compose(self.texts[lang][name], Loader=SafeLoader)
        line = 1
        for step in path:
            node = _inside(node, step)
            if node is None:
                break
            line = node.start_mark.line + 1
        return line

    def _lesson(self, lang: str, name: str) -> RawLesson | None:
        path = f"{lang}/{name}"
        text = self.texts[lang].get(name)
        if text is None:
            self.complain(path, 1, "the file is missing: add it")
            return None
        match = _FRONT.match(text)
        if not match:
            self.complain(path, 1, "a lesson starts with its front matter between two lines ---")
            return None
        try:
            front = load(match[1]) or {}
        except yaml.YAMLError as error:
            self.complain(path, _yaml_line(error) + 1, f"this is not valid YAML: {_first_line(error)}")
            return None
        if not isinstance(front, dict):
            self.complain(path, 1, "the front matter has to hold keys and values")
            return None
        lesson = RawLesson(path, front, match[1].count("\n") + 4, match[2])
        lesson.steps = list(self._steps(lesson))
        return lesson

    def _steps(self, lesson: RawLesson) -> Iterator[RawStep]:
        step: RawStep | None = None
        fence: tuple[str, str, int] | None = None
        kept: list[str] = []
        kept_line = lesson.body_line

        def flush(target: RawStep | None) -> None:
            if target is not None and any(line.strip() for line in kept):
                target.blocks.extend(plain_blocks("\n".join(kept), kept_line))
            kept.clear()

        for number, line in enumerate(lesson.body.split("\n"), lesson.body_line):
            heading = _HEADING.match(line)
            fenced = _FENCE.match(line)
            if line.startswith("## ") and fence is None:
                flush(step)
                if step is not None:
                    yield step
                if heading is None:
                    self.complain(lesson.path, number, "a step heading ends with its id: ## Title {#step-id}")
                    heading_id, title = f"line-{number}", line[3:]
                else:
                    heading_id, title = heading["id"], heading["title"]
                step, kept_line = RawStep(heading_id, title, number), number + 1
            elif fenced and fence is None:
                flush(step)
                if fenced["kind"] not in KINDS:
                    self.complain(lesson.path, number, f"unknown block: use one of {', '.join(KINDS)}")
                fence = (fenced["kind"] or "example", fenced["argument"] or "", number)
            elif fenced and fence is not None:
                kind, argument, start = fence
                if fenced["kind"]:
                    self.complain(lesson.path, number, "blocks cannot stand in one another: close the first with :::")
                text = "\n".join(kept)
                kept.clear()
                if step is not None:
                    step.blocks.append(self._fenced(lesson.path, kind, argument, text, start))
                fence, kept_line = None, number + 1
            else:
                if step is None and line.strip():
                    self.complain(lesson.path, number, "text before the first step: start with ## Title {#step-id}")
                kept.append(line)
                if len(kept) == 1:
                    kept_line = number
        if fence is not None:
            self.complain(lesson.path, fence[2], "this block is not closed: add a line :::")
        flush(step)
        if step is not None:
            yield step

    def _fenced(self, path: str, kind: str, argument: str, text: str, line: int) -> RawBlock:
        """The block between two fences, which open at ``line``."""
        if kind not in exercises.KINDS:
            shape = (kind, argument, *(block.shape for block in plain_blocks(text, line + 1)))
            return RawBlock(kind, argument, text, line, shape)
        exercise = exercises.parse(kind, argument, text, line)
        for where, fault in exercises.faults(exercise):
            self.complain(path, where, fault)
        return RawBlock(kind, argument, text, line, (kind, argument, *exercise.shape))


def under(rule: str) -> Callable[[Callable[Concatenate[Tree, Given], None]], Callable[Concatenate[Tree, Given], None]]:
    """Mark a check: what it complains of comes under this rule."""

    def mark(check: Callable[Concatenate[Tree, Given], None]) -> Callable[Concatenate[Tree, Given], None]:
        @wraps(check)
        def checked(tree: Tree, /, *args: Given.args, **options: Given.kwargs) -> None:
            with tree.under(rule):
                check(tree, *args, **options)

        return checked

    return mark


def load(text: str) -> Any:
    """The value of a YAML text. Raises yaml.YAMLError."""
    loader = SafeLoader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def plain_blocks(text: str, first_line: int) -> list[RawBlock]:
    """Paragraphs, lists and tables of a piece of Markdown, with what must be alike in both languages."""
    tokens = _outline.parse(text)
    lines = text.split("\n")
    blocks = []
    for index, token in enumerate(tokens):
        if token.level != 0 or token.nesting == -1 or token.map is None:
            continue
        start, end = token.map
        kind = token.type.removesuffix("_open")
        inner = []
        for other in tokens[index + 1 :]:
            if other.level == 0:
                break
            inner.append(other.type)
        shape = (kind, inner.count("list_item_open"), inner.count("tr_open"))
        blocks.append(RawBlock(kind, "", "\n".join(lines[start:end]), first_line + start, shape))
    return blocks


def read(folder: Path) -> Tree:
    """All content files. The folder has to hold ``ar`` and ``fr``."""
    texts: dict[str, dict[str, str]] = {}
    tree = Tree(folder, texts)
    for lang in LANGUAGES:
        texts[lang] = {}
        for path in sorted((folder / lang).rglob("*")):
            if not path.is_file() or path.name.startswith((".", "__")):
                continue
            name = path.relative_to(folder / lang).as_posix()
            try:
                texts[lang][name] = path.read_text("utf-8")
            except UnicodeDecodeError:
                tree.complain(f"{lang}/{name}", 1, "the file is not UTF-8 text: save it as UTF-8")
    for lang, other in (LANGUAGES, LANGUAGES[::-1]):
        for name in texts[lang].keys() - texts[other].keys():
            tree.complain(f"{other}/{name}", 1, f"the file stands in {lang} only: write it here too")
    return tree


def _inside(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    """The node behind a key of a mapping, or at a place of a list (from 0)."""
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]  # type: ignore[no-any-return]
    return None


def _yaml_line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark else 1


def _first_line(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).split("\n")[0]
