"""Search in lessons and glossary, folded so that spellings people use for one another match."""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.text import fold, sort_key
from lms.curriculum.catalogue import Curriculum, Term
from lms.curriculum.render import plain_text

LONGEST_QUERY = 100
MOST_RESULTS = 30
_AROUND = 70


@dataclass(frozen=True)
class Entry:
    """One place that can be found, in one language."""

    lang: str
    kind: str  # "lesson" | "step" | "term"
    #: ``concepts/reading-figures`` or the glossary key.
    key: str
    #: Step id, for steps.
    step: str
    title: str
    text: str
    folded_title: str
    folded: str


@dataclass(frozen=True)
class Result:
    entry: Entry
    excerpt: str


def index(curriculum: Curriculum) -> tuple[Entry, ...]:
    """Everything that can be found, in reading order."""
    entries = []
    for lang in ("ar", "fr"):
        for module in curriculum.modules:
            for lesson in module.lessons:
                text = " ".join([lesson.summary[lang], *(line[lang] for line in lesson.objectives)])
                entries.append(_entry(lang, "lesson", lesson.key, "", lesson.title[lang], text))
                for step in lesson.steps:
                    words = plain_text(" ".join(block[lang] for block in step.blocks))
                    entries.append(_entry(lang, "step", lesson.key, step.id, step.title[lang], words))
        for term in curriculum.terms.values():
            entries.append(_entry(lang, "term", term.key, "", term.term[lang], term.definition[lang]))
    return tuple(entries)


def _entry(lang: str, kind: str, key: str, step: str, title: str, text: str) -> Entry:
    return Entry(lang, kind, key, step, title, text, fold(title), fold(f"{title} {text}"))


def find(curriculum: Curriculum, text: str, lang: str) -> list[Result]:
    """Places that hold every word of the query; titles first, the page's language before the other."""
    words = fold(text[:LONGEST_QUERY]).split()
    if not words:
        return []
    joined = "".join(words)
    found = [
        entry
        for entry in curriculum.searchable
        if all(word in entry.folded for word in words) or joined in entry.folded.replace(" ", "")
    ]
    found.sort(key=lambda entry: (entry.lang != lang, not all(word in entry.folded_title for word in words)))
    return [Result(entry, excerpt(entry.text, words)) for entry in found[:MOST_RESULTS]]


def find_terms(curriculum: Curriculum, text: str, lang: str) -> list[Term]:
    """Glossary entries that hold every word of the query in either language, in the order of ``lang``; all for ""."""
    words = fold(text[:LONGEST_QUERY]).split()
    found = [
        term
        for term in curriculum.terms.values()
        if all(
            word in fold(" ".join([term.term.ar, term.term.fr, term.definition.ar, term.definition.fr]))
            for word in words
        )
    ]
    return sorted(found, key=lambda term: sort_key(term.term[lang], lang))


def excerpt(text: str, words: list[str]) -> str:
    """The piece of the text round the first match."""
    parts = text.split()
    place = next((i for i, part in enumerate(parts) if any(word in fold(part) for word in words)), 0)
    start = max(0, place - 8)
    piece = " ".join(parts[start : start + 26])
    return ("… " if start else "") + piece + (" …" if start + 26 < len(parts) else "")
