"""From checked files to the curriculum: both languages merged, every block rendered."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from lms.core.bilingual import Bilingual
from lms.core.i18n import locale_of
from lms.curriculum import check, exercises
from lms.curriculum.catalogue import Curriculum, Fact, HelpTopic, Lesson, Module, Sheet, SheetField, Step, Term
from lms.curriculum.files import LANGUAGES, RawBlock, RawLesson, RawStep, Tree
from lms.curriculum.render import Renderer


def curriculum(tree: Tree) -> Curriculum:
    """The curriculum of a tree without problems. Needs an app context (labels are translated)."""
    site = _both(tree, "site.yml")
    terms, facts = _both(tree, "glossary.yml"), _both(tree, "facts.yml")
    return Curriculum(
        name=_text(site, "name"),
        short=_text(site, "short"),
        modules=tuple(_module(tree, slug) for slug in check.MODULES),
        terms={
            key: Term(key, _text(_inside(terms, key), "term"), _text(_inside(terms, key), "definition"))
            for key in terms["fr"]
        },
        facts={
            key: Fact(key, _text(_inside(facts, key), "text"), _text(_inside(facts, key), "source"))
            for key in facts["fr"]
        },
        sheets=_sheets(tree),
        help=tuple(_topic(tree, key) for key in check.topics(tree)),
    )


def _both(tree: Tree, name: str) -> dict[str, dict[str, Any]]:
    return {lang: tree.yaml(lang, name) for lang in LANGUAGES}


def _inside(pair: dict[str, dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {lang: pair[lang][key] for lang in LANGUAGES}


def _text(pair: dict[str, dict[str, Any]], key: str) -> Bilingual:
    return Bilingual(*(str(pair[lang].get(key) or "").strip() for lang in LANGUAGES))


def _list(pair: dict[str, dict[str, Any]], key: str) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(str(ar), str(fr)) for ar, fr in zip(pair["ar"][key], pair["fr"][key], strict=True))


def _module(tree: Tree, slug: str) -> Module:
    head = _both(tree, f"{slug}/module.yml")
    lessons = tuple(_lesson(tree, slug, name, number) for number, name in enumerate(head["fr"]["lessons"], 1))
    return Module(
        slug=slug,
        number=int(head["fr"]["number"]),
        title=_text(head, "title"),
        short=_text(head, "short"),
        summary=_text(head, "summary"),
        objectives=_list(head, "objectives"),
        lessons=lessons,
        guide=_steps(tree, slug, _raw_lesson(tree, slug, "guide")) if f"{slug}/guide.md" in tree.texts["fr"] else (),
    )


def _topic(tree: Tree, key: str) -> HelpTopic:
    raw = _raw_lesson(tree, "help", key)
    front = {lang: raw[lang].front for lang in LANGUAGES}
    return HelpTopic(
        key=key,
        title=_text(front, "title"),
        summary=_text(front, "summary"),
        roles=tuple(front["fr"].get("roles") or ()),
        pages=tuple(front["fr"].get("pages") or ()),
        steps=_steps(tree, "help", raw),
    )


def _lesson(tree: Tree, module: str, slug: str, number: int) -> Lesson:
    raw = _raw_lesson(tree, module, slug)
    front = {lang: raw[lang].front for lang in LANGUAGES}
    return Lesson(
        module=module,
        slug=slug,
        number=number,
        title=_text(front, "title"),
        summary=_text(front, "summary"),
        minutes=int(front["fr"]["minutes"]),
        status=front["fr"]["status"],
        objectives=_list(front, "objectives"),
        facts=tuple(front["fr"].get("facts") or ()),
        steps=_steps(tree, module, raw),
    )


def _raw_lesson(tree: Tree, module: str, slug: str) -> dict[str, RawLesson]:
    raw: dict[str, RawLesson] = {}
    for lang in LANGUAGES:
        lesson = tree.lesson(lang, f"{module}/{slug}.md")
        if lesson is None:
            raise ValueError(f"{lang}/{module}/{slug}.md was checked but cannot be read")
        raw[lang] = lesson
    return raw


def _steps(tree: Tree, module: str, raw: dict[str, RawLesson]) -> tuple[Step, ...]:
    html: dict[str, list[list[str]]] = {}
    titles: dict[str, list[str]] = {}
    terms: list[tuple[str, ...]] = []
    for lang in LANGUAGES:
        prefix = f"{module}/"
        files = {name.removeprefix(prefix): text for name, text in tree.texts[lang].items() if name.startswith(prefix)}
        sources = {key: str(fact["source"]) for key, fact in tree.yaml(lang, "facts.yml").items()}
        renderer = Renderer(lang, module, files, sources)
        terms = []
        with force_locale(locale_of(lang)):
            html[lang] = []
            for step in raw[lang].steps:
                before = len(renderer.terms)
                html[lang].append([renderer.block(block) for block in step.blocks])
                terms.append(tuple(dict.fromkeys(renderer.terms[before:])))
        titles[lang] = [step.title for step in raw[lang].steps]
    return tuple(
        Step(
            id=step.id,
            number=place + 1,
            title=Bilingual(titles["ar"][place], titles["fr"][place]),
            blocks=tuple(Bilingual(ar, fr) for ar, fr in zip(html["ar"][place], html["fr"][place], strict=True)),
            terms=terms[place],
            sheets=tuple(dict.fromkeys(block.argument for block in step.blocks if block.kind in ("sheet", "recall"))),
        )
        for place, step in enumerate(raw["fr"].steps)
    )


def _sheets(tree: Tree) -> dict[str, Sheet]:
    found: dict[str, Sheet] = {}
    for module in check.MODULES:
        for slug in tree.yaml("fr", f"{module}/module.yml")["lessons"]:
            raw = _raw_lesson(tree, module, slug)
            for ar, fr in zip(raw["ar"].steps, raw["fr"].steps, strict=True):
                for one, other in zip(ar.blocks, fr.blocks, strict=True):
                    if other.kind == "sheet":
                        found[other.argument] = _sheet(f"{module}/{slug}", fr, {"ar": one, "fr": other})
    return found


def _sheet(lesson: str, step: RawStep, blocks: dict[str, RawBlock]) -> Sheet:
    parsed = {
        lang: exercises.parse(block.kind, block.argument, block.text, block.line) for lang, block in blocks.items()
    }
    words = {lang: Renderer(lang, lesson.partition("/")[0], {}) for lang in blocks}
    titled = {lang: exercises.titled(exercise.intro) for lang, exercise in parsed.items()}
    return Sheet(
        key=parsed["fr"].argument,
        lesson=lesson,
        step=step.id,
        title=Bilingual(**{lang: title for lang, (title, _rest) in titled.items()}),
        intro=Bilingual(**{lang: words[lang].markdown(rest) for lang, (_title, rest) in titled.items()}),
        fields=tuple(
            SheetField(
                fr.key, Bilingual(ar.text, fr.text), Bilingual(words["ar"].inline(ar.note), words["fr"].inline(fr.note))
            )
            for ar, fr in zip(parsed["ar"].entries, parsed["fr"].entries, strict=True)
        ),
    )
