"""How the content is written: typography, words to avoid, words of other languages, links, lengths. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lms.core.text import fold
from lms.curriculum.files import LANGUAGES, RawBlock, RawLesson, Tree, under

#: A step takes four minutes at most, read with thought.
LONGEST_STEP = 4 * 120
#: What the content is made of.
SUFFIXES = (".md", ".yml", ".svg")
_LINK = re.compile(r"\]\((?!(?:term|lesson|help):)([^)]*)\)")
_TERM = re.compile(r"\[([^\]]+)\]\(term:([^)]+)\)")
_MARKUP = re.compile(r"\]\([^)]*\)|\{\{|\}\}|^\s*[-+?#=]\s*(\[[^\]]*\])?|[|*>]|---", re.M)
#: A sign of French punctuation stands alone between spaces: it is no word.
_SIGN = re.compile(r"\s([:;?!»%÷×=≈−+–—])")
#: (pattern, what to do) by language; domain notes 8.4 and 8.7.
TYPOGRAPHY = {
    "fr": (
        (
            re.compile(r"[^\s\u00a0\u202f:/] ?(?<![\u00a0\u202f])[;?!](?=\s|$)"),
            "a no-break space goes before ; ? !",
        ),
        (re.compile(r"\w [:»](?=\s|$)"), "the space before : and » is a no-break one"),
        (re.compile(r"« "), "the space after « is a no-break one"),
        (re.compile(r"\w'\w"), "the apostrophe is ’"),
        (re.compile(r"\w·[a-zé]+\b"), "no point médian: name both, or use a collective word"),
        (re.compile(r"\w\(e\)"), "no (e): name both, or use a collective word"),
    ),
    "ar": (
        (re.compile("\u0640"), "no tatweel"),
        (re.compile("[\u0660-\u0669\u06f0-\u06f9]"), "digits are 0-9"),
        (re.compile("[\u0600-\u06ff][?;,](?=\\s|$)"), "Arabic punctuation is ؟ ؛ ،"),
        (re.compile("«\\s|\\s»"), "no space inside « »"),
        (re.compile("[\u0621-\u064a]/[\u0621-\u064a]"), "no slash between words: name both"),
        (
            re.compile("نوفمبر|ديسمبر|يوليو\\b|أغسطس|سبتمبر|مايو"),
            "Moroccan months: نونبر دجنبر يوليوز غشت شتنبر ماي",
        ),
    ),
}
#: Short forms that a table's head and the name of a term may carry, a sentence may not (8.7).
SHORT_FORM = re.compile(r"\(ة\)|\(ات\)")
#: Lines and beginnings of lines that are syntax, never words.
_SYNTAX = re.compile(
    r"^:::.*|^# [\w-]+$|^- \[[\w,.-]+\] ?|^(status|minutes|facts|roles|pages):.*|^\s*avoid: .*|^\s*- [a-z0-9-]+$"
    r"|^\s*(- )?(key|objective|lesson): \S+$"
)
#: Words in letters of the other script: an acronym of two letters and an address may stand.
FOREIGN = {"ar": re.compile(r"(?<![\w.])[A-Za-zÀ-ÿ]{3,}(?![\w.]*\.\w)"), "fr": re.compile("[\u0621-\u064a]{2,}")}


def check(tree: Tree, terms: dict[str, dict[str, Any]], lessons: dict[str, dict[str, RawLesson]]) -> None:
    """Complain of everything in the tree that is not written as it should be."""
    for lang in LANGUAGES:
        avoided = _avoided(terms[lang])
        for name, text in tree.texts[lang].items():
            if not name.endswith(SUFFIXES):
                _refuse_file(tree, f"{lang}/{name}")
            elif not name.endswith(".svg"):
                lines = list(_prose(name, text))
                _check_typography(tree, f"{lang}/{name}", lines, TYPOGRAPHY[lang])
                _check_avoided(tree, f"{lang}/{name}", lines, avoided)
            if name.endswith(".md"):
                _check_sentences(tree, f"{lang}/{name}", lines, lang)
                _check_links(tree, f"{lang}/{name}", text)
    for pair in lessons.values():
        for lang, lesson in pair.items():
            _check_lengths(tree, lesson, tree.yaml(lang, "site.yml").get("lesson_words") or [])
            _check_terms(tree, lesson, terms[lang])


def _avoided(terms: dict[str, Any]) -> list[tuple[str, re.Pattern[str], str]]:
    """Words that the glossary sets aside (``avoid``, parted by commas), each with the term to write instead."""
    return [
        (word.strip(), re.compile(rf"(?<!\w){re.escape(word.strip())}(?!\w)"), str(term["term"]))
        for term in terms.values()
        for word in re.split("[,،]", str(term.get("avoid") or ""))
        if word.strip()
    ]


@under("media")
def _refuse_file(tree: Tree, path: str) -> None:
    """Sound and film would need captions and a transcript, and no lesson could show them."""
    tree.complain(path, 1, "no lesson can show such a file: write it as a text or draw it as a figure")


@under("typography")
def _check_typography(
    tree: Tree, path: str, lines: list[tuple[int, str]], rules: tuple[tuple[re.Pattern[str], str], ...]
) -> None:
    for number, line in lines:
        for pattern, advice in rules:
            if pattern.search(line):
                tree.complain(path, number, advice)


@under("words")
def _check_avoided(
    tree: Tree, path: str, lines: list[tuple[int, str]], avoided: list[tuple[str, re.Pattern[str], str]]
) -> None:
    for number, line in lines:
        for word, pattern, better in avoided:
            if pattern.search(line):
                tree.complain(path, number, f"{word}: write {better}")


@under("language")
def _check_sentences(tree: Tree, path: str, lines: list[tuple[int, str]], lang: str) -> None:
    for number, line in lines:
        # What stands in bold in the help is said by the interface, in these letters.
        said = re.sub(r"\*\*[^*]+\*\*", "", line)
        for fault in sentence_faults(said, lang, is_table=line.startswith("|")):
            tree.complain(path, number, fault)


def sentence_faults(text: str, lang: str, *, is_table: bool = False) -> Iterator[str]:
    """Short forms in a sentence, and words in letters of the other script."""
    if not is_table and SHORT_FORM.search(text):
        yield "no (ة) in a sentence: name both, or use a collective word"
    foreign = FOREIGN[lang].search(text)
    if foreign:
        yield f"{foreign[0]}: write it in this language, or as figures {{{{…}}}}"


@under("links")
def _check_links(tree: Tree, path: str, text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        for target in _LINK.findall(line):
            tree.complain(path, number, f"{target}: a link leads to a term, a lesson or a help topic")


@under("terms")
def _check_terms(tree: Tree, lesson: RawLesson, terms: dict[str, Any]) -> None:
    """A link to a term stands on the term's own word, whatever its form in the sentence."""
    for number, line in enumerate(lesson.body.split("\n"), lesson.body_line):
        for words, key in _TERM.findall(line):
            term = str(terms.get(key, {}).get("term") or words)
            stems = [re.sub("^ال", "", word)[:4] for word in re.findall(r"\w{3,}", fold(term))]
            if not any(stem in fold(words) for stem in stems):
                tree.complain(lesson.path, number, f"{words}: the term {key} is {term}")


@under("length")
def _check_lengths(tree: Tree, lesson: RawLesson, limits: list[int]) -> None:
    """Of a lesson: the two limits that the programme sets itself (site.yml); of a step: four minutes."""
    steps = [sum(map(count, step.blocks)) for step in lesson.steps]
    if steps and limits and not limits[0] <= sum(steps) <= limits[1]:
        tree.complain(lesson.path, 1, f"a lesson has {limits[0]} to {limits[1]} words, this one {sum(steps)}")
    for step, words in zip(lesson.steps, steps, strict=True):
        if words > LONGEST_STEP:
            tree.complain(lesson.path, step.line, f"a step has {LONGEST_STEP} words at most, this one {words}")


def count(block: RawBlock) -> int:
    """Words of a block as written, without marks of syntax and without signs that stand alone."""
    return len(_SIGN.sub(r"\1", _MARKUP.sub(" ", block.text)).split())


def _prose(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Lines of words: without links' targets, ids, figures in {{…}}, and YAML's keys."""
    for number, line in enumerate(text.split("\n"), 1):
        line = re.sub(r"\{\{.*?\}\}", "0", _SYNTAX.sub("", line))
        line = re.sub(r"\]\([^)]*\)", "]", re.sub(r"\{#.*?\}", "", line))
        line = re.sub(r"^\s*(- )?(\{)?[\w-]+:(\s|$)", "", line) if name.endswith(".yml") or line[:1].islower() else line
        yield number, re.sub(r"(?<=[{,]) ?\w+: ", " ", line)
