"""What has to hold for the content files: both languages alike, every reference resolved, typography of each."""

from __future__ import annotations

import re
from typing import Any

from lms.curriculum import exercises, figures, wording
from lms.curriculum.catalogue import COMING, READY
from lms.curriculum.files import LANGUAGES, RawLesson, Tree, under
from lms.curriculum.render import svg_problems

MODULES = ("concepts", "model", "planning")
_TERM = re.compile(r"\]\(term:([^)]+)\)")
_LESSON = re.compile(r"\]\(lesson:([^)#]+)")
_HELP = re.compile(r"\]\(help:([^)]+)\)")
_HTML = re.compile(r"</?[a-zA-Z][^>]*>")
#: What every lesson holds, whatever it teaches.
PARTS = ("keypoints", "organisation", "stages", "figure")
STAGES = 5
_FRONT_KEYS = ("title", "minutes", "status", "objectives", "summary")


def check(tree: Tree) -> None:
    """Complain of everything in the tree; every rule looks at every file, whatever another one found."""
    terms = {lang: tree.entries(lang, "glossary.yml") for lang in LANGUAGES}
    facts = {lang: tree.entries(lang, "facts.yml") for lang in LANGUAGES}
    with tree.under("site"):
        for lang in LANGUAGES:
            _need_words(tree, f"{lang}/site.yml", "", tree.yaml(lang, "site.yml"), "name", "short")
    with tree.under("glossary"):
        for lang in LANGUAGES:
            for key, term in terms[lang].items():
                _need_words(tree, f"{lang}/glossary.yml", f"{key}: ", term, "term", "definition")
    with tree.under("same keys"):
        _same_keys(tree, "glossary.yml", terms)
        _same_keys(tree, "facts.yml", facts)
    lessons: dict[str, dict[str, RawLesson]] = {}
    with tree.under("module"):
        for module in MODULES:
            lessons.update(_check_module(tree, module))
    for pair in lessons.values():
        _check_lesson(tree, pair, terms["fr"], facts["fr"], lessons)
    _check_facts(tree, facts, lessons)
    _check_sheets(tree, lessons)
    for module in MODULES:
        _check_guide(tree, module, terms["fr"], lessons)
    _check_help(tree, terms["fr"], lessons)
    _check_drawings(tree)
    wording.check(tree, terms, lessons)


def _need_words(tree: Tree, path: str, of: str, values: dict[str, Any], *keys: str) -> None:
    for key in keys:
        if not isinstance(values.get(key), str) or not values[key].strip():
            tree.complain(path, 1, f"{of}{key} is missing: words are needed")


def _same_keys(tree: Tree, name: str, values: dict[str, dict[str, Any]]) -> None:
    for lang, other in (LANGUAGES, LANGUAGES[::-1]):
        for key in values[other].keys() - values[lang].keys():
            tree.complain(f"{lang}/{name}", 1, f"{key} stands in {other} only")


def _check_module(tree: Tree, module: str) -> dict[str, dict[str, RawLesson]]:
    heads = {lang: tree.yaml(lang, f"{module}/module.yml") for lang in LANGUAGES}
    for lang, head in heads.items():
        for key in ("number", "title", "short", "summary", "objectives", "lessons"):
            if not head.get(key):
                tree.complain(f"{lang}/{module}/module.yml", 1, f"{key} is missing")
    if heads["ar"].get("lessons") != heads["fr"].get("lessons"):
        tree.complain(f"ar/{module}/module.yml", 1, "lessons differ from the French file: the same slugs, same order")
    if len(heads["ar"].get("objectives") or []) != len(heads["fr"].get("objectives") or []):
        tree.complain(f"ar/{module}/module.yml", 1, "as many objectives as in the French file are needed")
    found: dict[str, dict[str, RawLesson]] = {}
    for slug in heads["fr"].get("lessons") or []:
        pair = {lang: tree.lesson(lang, f"{module}/{slug}.md") for lang in LANGUAGES}
        if pair["ar"] is not None and pair["fr"] is not None:
            found[f"{module}/{slug}"] = {lang: lesson for lang, lesson in pair.items() if lesson is not None}
    return found


@under("front matter")
def _check_lesson(
    tree: Tree,
    pair: dict[str, RawLesson],
    terms: dict[str, Any],
    facts: dict[str, Any],
    lessons: dict[str, dict[str, RawLesson]],
) -> None:
    ar, fr = pair["ar"], pair["fr"]
    for lesson in (ar, fr):
        for key in _FRONT_KEYS:
            if not lesson.front.get(key):
                tree.complain(lesson.path, 1, f"{key} is missing in the front matter")
        if lesson.front.get("status") not in (READY, COMING):
            tree.complain(lesson.path, 1, "status is ready or coming")
        if lesson.front.get("status") == READY and not lesson.steps:
            tree.complain(lesson.path, lesson.body_line, "a ready lesson needs steps")
        for fact in lesson.front.get("facts") or []:
            if fact not in facts:
                tree.complain(lesson.path, 1, f"fact {fact} is not in facts.yml")
        if lesson.front.get("status") == READY:
            _check_parts(tree, lesson)
        _check_references(tree, lesson, terms, lessons)
    for key in ("minutes", "status", "facts"):
        if ar.front.get(key) != fr.front.get(key):
            tree.complain(ar.path, 1, f"{key} differs from the French file")
    if len(ar.front.get("objectives") or []) != len(fr.front.get("objectives") or []):
        tree.complain(ar.path, 1, "as many objectives as in the French file are needed")
    _check_alike(tree, ar, fr)


@under("parts")
def _check_parts(tree: Tree, lesson: RawLesson) -> None:
    """Every lesson has something to look at, to do, to keep, and asks about the five stages."""
    blocks = [block for step in lesson.steps for block in step.blocks]
    kinds = [block.kind for block in blocks]
    for part in PARTS:
        if part not in kinds:
            tree.complain(lesson.path, lesson.body_line, f"a lesson has a block ::: {part}")
    if not {"activity", *exercises.KINDS} & set(kinds):
        tree.complain(lesson.path, lesson.body_line, "a lesson has something to do: ::: activity or an exercise")
    for block, following in zip(blocks, [*kinds[1:], ""], strict=True):
        if block.kind == "activity" and following != "answer" and "answer" not in kinds:
            tree.complain(lesson.path, block.line, "an activity is followed by its model answer: ::: answer")
        named = block.argument.split(",")
        if block.kind == "official" and not set(named) <= set(lesson.front.get("facts") or []):
            tree.complain(lesson.path, block.line, "an official text names facts of the lesson: ::: official F1,F2")
        if block.kind == "figure" and not block.text.strip():
            tree.complain(lesson.path, block.line, "a figure has a caption: what to see in it")
        if block.kind == "stages" and block.shape[-1][1] != STAGES:
            tree.complain(lesson.path, block.line, "the stages ask five questions, numbered 1. to 5.")


@under("both alike")
def _check_alike(tree: Tree, ar: RawLesson, fr: RawLesson) -> None:
    """Step by step, block by block: a reader may ask for any paragraph in the other language."""
    if [step.id for step in ar.steps] != [step.id for step in fr.steps]:
        tree.complain(ar.path, ar.body_line, f"steps differ from the French file: {[step.id for step in fr.steps]}")
        return
    for mine, theirs in zip(ar.steps, fr.steps, strict=True):
        if len(mine.blocks) != len(theirs.blocks):
            tree.complain(
                ar.path,
                mine.line,
                f"step {mine.id} has {len(mine.blocks)} blocks, the French one {len(theirs.blocks)}",
            )
        for one, other in zip(mine.blocks, theirs.blocks, strict=False):
            if one.shape != other.shape:
                tree.complain(
                    ar.path,
                    one.line,
                    f"this block ({one.kind}) does not match line {other.line} of the French file",
                )


@under("references")
def _check_references(
    tree: Tree, lesson: RawLesson, terms: dict[str, Any], lessons: dict[str, dict[str, RawLesson]]
) -> None:
    lang, _sep, name = lesson.path.partition("/")
    folder = name.rpartition("/")[0]
    for number, line in enumerate(lesson.body.split("\n"), lesson.body_line):
        for key in _TERM.findall(line):
            if key not in terms:
                tree.complain(lesson.path, number, f"term {key} is not in glossary.yml")
        for key in _LESSON.findall(line):
            if key not in lessons:
                tree.complain(lesson.path, number, f"lesson {key} does not exist")
        if _HTML.search(line):
            tree.complain(lesson.path, number, "HTML is not used in lessons: write Markdown")
    for step in lesson.steps:
        for block in step.blocks:
            present = any(f"{folder}/figures/{block.argument}.{end}" in tree.texts[lang] for end in ("svg", "yml"))
            if block.kind == "figure" and not present:
                tree.complain(lesson.path, block.line, f"figure {block.argument} has no file in {folder}/figures/")


@under("guide")
def _check_guide(tree: Tree, module: str, terms: dict[str, Any], lessons: dict[str, dict[str, RawLesson]]) -> None:
    """The training team's guide, where there is one, is written like a lesson."""
    name = f"{module}/guide.md"
    if not any(name in tree.texts[lang] for lang in LANGUAGES):
        return
    ar, fr = tree.lesson("ar", name), tree.lesson("fr", name)
    if ar is not None and fr is not None:
        for guide in (ar, fr):
            _check_references(tree, guide, terms, lessons)
        _check_alike(tree, ar, fr)


def topics(tree: Tree) -> list[str]:
    """Keys of the help topics, in their order."""
    listed = tree.yaml("fr", "help/topics.yml").get("topics")
    return [str(key) for key in listed] if isinstance(listed, list) else []


@under("help")
def _check_help(tree: Tree, terms: dict[str, Any], lessons: dict[str, dict[str, RawLesson]]) -> None:
    """A topic is written like a lesson; a link leads to one of its steps: ``help:people#roles``."""
    if tree.yaml("ar", "help/topics.yml") != tree.yaml("fr", "help/topics.yml"):
        tree.complain("ar/help/topics.yml", 1, "topics differ from the French file: the same ones, same order")
    found: dict[str, dict[str, RawLesson]] = {}
    for key in topics(tree):
        pair = {lang: tree.lesson(lang, f"help/{key}.md") for lang in LANGUAGES}
        if pair["ar"] is not None and pair["fr"] is not None:
            found[key] = {lang: topic for lang, topic in pair.items() if topic is not None}
    for name in tree.texts["fr"]:
        if name.startswith("help/") and name.endswith(".md") and name[5:-3] not in topics(tree):
            tree.complain("fr/help/topics.yml", 1, f"{name[5:-3]} is not in the list of topics")
    places = set(found) | {f"{key}#{step.id}" for key, pair in found.items() for step in pair["fr"].steps}
    for both in found.values():
        for topic in both.values():
            _check_topic(tree, topic, both["fr"], places)
            _check_references(tree, topic, terms, lessons)
        _check_alike(tree, both["ar"], both["fr"])


@under("help")
def _check_topic(tree: Tree, topic: RawLesson, french: RawLesson, places: set[str]) -> None:
    for key in ("title", "summary", "pages"):
        if not topic.front.get(key):
            tree.complain(topic.path, 1, f"{key} is missing in the front matter")
    for key in ("roles", "pages"):
        if topic.front.get(key) != french.front.get(key):
            tree.complain(topic.path, 1, f"{key} differs from the French file")
    for number, line in enumerate(topic.body.split("\n"), topic.body_line):
        for place in _HELP.findall(line):
            if place not in places:
                tree.complain(topic.path, number, f"help {place} does not exist")


@under("facts")
def _check_facts(tree: Tree, facts: dict[str, dict[str, Any]], lessons: dict[str, dict[str, RawLesson]]) -> None:
    """A fact was read in its source (S) or is established (K), and a lesson teaches it."""
    taught = {fact for pair in lessons.values() for fact in pair["fr"].front.get("facts") or []}
    for lang in LANGUAGES:
        for key, fact in facts[lang].items():
            _need_words(tree, f"{lang}/facts.yml", f"{key}: ", fact, "text", "source")
            if fact.get("mark") not in ("S", "K"):
                tree.complain(
                    f"{lang}/facts.yml", 1, f"{key}: only what was read (mark S) or is established (K) is taught"
                )
            if key not in taught:
                tree.complain(
                    f"{lang}/facts.yml", 1, f"{key}: no lesson names it; take it out, or name it where it is used"
                )


@under("sheets")
def _check_sheets(tree: Tree, lessons: dict[str, dict[str, RawLesson]]) -> None:
    """Each sheet is asked for once; what is shown again was asked for earlier."""
    for lang in LANGUAGES:
        asked: set[str] = set()
        for lesson in (pair[lang] for pair in lessons.values()):
            for block in (block for step in lesson.steps for block in step.blocks):
                if block.kind == "sheet":
                    if block.argument in asked:
                        tree.complain(lesson.path, block.line, f"sheet {block.argument} is asked for twice")
                    asked.add(block.argument)
                elif block.kind == "recall" and block.argument not in asked:
                    tree.complain(lesson.path, block.line, f"sheet {block.argument} is not asked for before")


@under("figures")
def _check_drawings(tree: Tree) -> None:
    for lang in LANGUAGES:
        for name in tree.texts[lang]:
            if name.endswith(".svg"):
                for text in svg_problems(tree.texts[lang][name]):
                    tree.complain(f"{lang}/{name}", 1, text)
            elif "/figures/" in name and name.endswith(".yml"):
                for fault in figures.faults(tree.yaml(lang, name)):
                    tree.complain(f"{lang}/{name}", 1, fault)
    for name in tree.texts["ar"].keys() & tree.texts["fr"].keys():
        if "/figures/" in name and name.endswith(".yml"):
            shapes = [figures.shape(tree.yaml(lang, name)) for lang in LANGUAGES]
            if shapes[0] != shapes[1]:
                tree.complain(f"ar/{name}", 1, "keys, numbers or counts differ from the French file")
