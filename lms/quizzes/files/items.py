"""An item of a quiz file: both languages become one value, whatever its type. Complains, raises nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.core.bilingual import Bilingual
from lms.curriculum.files import LANGUAGES, Tree
from lms.curriculum.quiz_files import QuizFile
from lms.quizzes import content
from lms.quizzes.content import LEVELS, Content
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import QuestionType
from lms.quizzes.question_types.parts import Part, Rows, Value, Words

#: What every item may hold besides the parts of its type; the first ones are words.
WORDS = ("stem", "source", "explanation")
SHARED = ("key", "type", "level", "objective", "lesson", "facts", "organisation", "case", "stage", "points", "shuffle")
#: Kinds of the values that both languages share, as YAML reads them.
KINDS = {"number": str, "choice": str, "tick": bool, "count": int}
#: Kinds of the fields that every item shares.
SORTS = {
    "level": str, "objective": str, "lesson": str, "organisation": str, "case": str,
    "points": int, "stage": int, "shuffle": bool, "facts": list, "right": list,
}  # fmt: skip
NEEDED = ("level", "objective", "lesson", "explanation")


@dataclass(frozen=True)
class Item:
    """One item, and where it stands in its file."""

    file: QuizFile
    place: int
    key: str
    #: As the bank keeps it, the case apart.
    content: Content
    facts: tuple[str, ...] = ()
    #: The organisation in whose life its situation is set; empty: in none.
    organisation: str = ""
    #: Key of the situation that it shares with other items of the file.
    case: str = ""
    #: The stage of the path that it is about, 1 to 5.
    stage: int | None = None

    @property
    def content_key(self) -> str:
        return f"{self.file.key}#{self.key}"

    @property
    def case_text(self) -> Bilingual | None:
        """The situation it is about; None without one."""
        cases = [self.file.said[lang].get("cases") for lang in LANGUAGES]
        ar, fr = (one.get(self.case) if isinstance(one, dict) else None for one in cases)
        return Bilingual(ar.strip(), fr.strip()) if isinstance(ar, str) and isinstance(fr, str) else None


def is_survey(file: QuizFile) -> bool:
    """Whether a file asks for opinions: nothing in it is right or wrong."""
    return file.said["fr"].get("purpose") == "survey"


def read(tree: Tree, file: QuizFile) -> list[Item]:
    """The items of a file that can be read; the tree is told about the others."""
    pair: list[Any] = [file.said[lang].get("items") for lang in LANGUAGES]
    for lang, items in zip(LANGUAGES, pair, strict=True):
        if not isinstance(items, list) or not items:
            tree.complain(f"{lang}/{file.name}", 1, "a quiz has a list of items")
    if not all(isinstance(items, list) and items for items in pair):
        return []
    if len(pair[0]) != len(pair[1]):
        tree.complain(f"ar/{file.name}", 1, "as many items as in the French file are needed")
    found, seen = [], set()
    for place, (ar, fr) in enumerate(zip(*pair, strict=False)):
        faults = list(_faults(ar, fr, is_opinion=is_survey(file)))
        for lang, path, text in faults:
            tree.complain(f"{lang}/{file.name}", tree.line_of(lang, file.name, "items", place, *path), text)
        if not faults:
            found.append(_item(file, place, ar, fr))
            if fr["key"] in seen:
                line = tree.line_of("fr", file.name, "items", place)
                tree.complain(f"fr/{file.name}", line, f"{fr['key']}: another item of the file has this key")
            seen.add(fr["key"])
    return found


Fault = tuple[str, tuple[str | int, ...], str]


def _faults(ar: Any, fr: Any, *, is_opinion: bool) -> Iterator[Fault]:
    """Language, way from the item, and what is wrong with its form; what it says is looked at elsewhere."""
    for lang, said in (("ar", ar), ("fr", fr)):
        if not isinstance(said, dict) or not isinstance(said.get("key"), str) or not said["key"]:
            yield lang, (), "an item has a key, a type and the fields of its type"
            return
    kind = TYPES.get(str(fr.get("type")))
    if kind is None:
        yield "fr", ("type",), f"type {fr.get('type')} is unknown: use one of {', '.join(sorted(TYPES))}"
        return
    yield from _unlike(ar, fr, [*SHARED, "right", *_names(kind.parts, Value)])
    for lang, said in (("ar", ar), ("fr", fr)):
        yield from _fields(lang, said, kind)
        for name in () if is_opinion else NEEDED:
            if not said.get(name):
                yield lang, (), f"{name} is missing"
        yield from _words(lang, (), said, WORDS)
        for part in kind.parts:
            if isinstance(part, Words):
                yield from _words(lang, (), said, (part.name,))
            elif isinstance(part, Value):
                yield from _value(lang, (), said, part)
            else:
                yield from _rows(lang, said, part)
    for part in kind.parts:
        if isinstance(part, Rows):
            yield from _unlike_rows(ar, fr, part)


def _names(parts: Sequence[Part], sort: type[Part]) -> list[str]:
    return [part.name for part in parts if isinstance(part, sort)]


def _fields(lang: str, said: Mapping[str, Any], kind: QuestionType) -> Iterator[Fault]:
    known = {*SHARED, *WORDS, *(part.name for part in kind.parts)}
    known |= {"right"} if any(isinstance(part, Rows) and part.mark for part in kind.parts) else set()
    for name in said.keys() - known:
        yield lang, (name,), f"{name}: an item of type {kind.key} has no such field"
    if isinstance(said.get("level"), str) and said["level"] not in LEVELS:
        yield lang, ("level",), f"level is one of {', '.join(LEVELS)}"
    for name, sort in SORTS.items():
        if said.get(name) is not None and type(said[name]) is not sort:
            yield lang, (name,), f"{name}: a value of another kind is needed ({sort.__name__})"


def _words(lang: str, way: tuple[str | int, ...], said: Mapping[str, Any], names: Sequence[str]) -> Iterator[Fault]:
    for name in names:
        if not isinstance(said.get(name, ""), str):
            yield lang, (*way, name), f"{name}: words are needed, in quotes"


def _value(lang: str, way: tuple[str | int, ...], said: Mapping[str, Any], part: Value) -> Iterator[Fault]:
    given = said.get(part.name)
    if given is not None and type(given) is not KINDS[part.kind]:
        yield lang, (*way, part.name), f"{part.name}: a value of another kind is needed ({KINDS[part.kind].__name__})"


def _rows(lang: str, said: Mapping[str, Any], part: Rows) -> Iterator[Fault]:
    rows = said.get(part.name) or []
    known = {"key", *(words.name for words in part.words), *(value.name for value in part.values)}
    known |= {"in"} if part.picks else set()
    if not isinstance(rows, list):
        yield lang, (part.name,), f"{part.name}: a list is needed"
        return
    for number, row in enumerate(rows):
        way = (part.name, number)
        if not isinstance(row, dict) or not isinstance(row.get("key"), str):
            yield lang, way, f"{part.name}: each row has a key, in quotes where it is a number"
            continue
        for name in row.keys() - known:
            yield lang, way, f"{name}: a row of {part.name} has no such field"
        yield from _words(lang, way, row, [words.name for words in part.words])
        for value in part.values:
            yield from _value(lang, way, row, value)


def _unlike(ar: Mapping[str, Any], fr: Mapping[str, Any], names: Sequence[str]) -> Iterator[Fault]:
    for name in names:
        if ar.get(name) != fr.get(name):
            yield "ar", (name,), f"item {fr['key']}: {name} differs from the French file"


def _unlike_rows(ar: Mapping[str, Any], fr: Mapping[str, Any], part: Rows) -> Iterator[Fault]:
    mine, theirs = (_shared_of(said.get(part.name), part) for said in (ar, fr))
    if mine != theirs:
        yield "ar", (part.name,), f"item {fr['key']}: the same {part.name} in the same order are needed"


def _shared_of(rows: Any, part: Rows) -> list[Any]:
    names = ("key", "in", *(value.name for value in part.values))
    return [[row.get(name) for name in names] for row in rows or [] if isinstance(row, dict)]


def _item(file: QuizFile, place: int, ar: Mapping[str, Any], fr: Mapping[str, Any]) -> Item:
    kind = TYPES[fr["type"]]
    said = Content(
        type=kind.key,
        stem=_both(ar, fr, "stem"),
        source=_both(ar, fr, "source"),
        explanation=_both(ar, fr, "explanation"),
        settings=_settings(kind, ar, fr),
        objective_key=fr.get("objective") or "",
        level=fr.get("level") or Content.level,
        lesson=fr.get("lesson") or "",
        points=fr.get("points") or 1,
        shuffle=fr.get("shuffle", True),
    )
    return Item(
        file, place, fr["key"], content.agree(said), tuple(map(str, fr.get("facts") or ())),
        str(fr.get("organisation") or ""), str(fr.get("case") or ""), fr.get("stage"),
    )  # fmt: skip


def _settings(kind: QuestionType, ar: Mapping[str, Any], fr: Mapping[str, Any]) -> dict[str, Any]:
    """What the parts of a type hold, words in both languages."""
    made: dict[str, Any] = {"right": fr["right"]} if "right" in fr else {}
    for part in kind.parts:
        if isinstance(part, Words):
            made[part.name] = _both(ar, fr, part.name)
        elif isinstance(part, Rows):
            pairs = zip(ar.get(part.name) or [], fr.get(part.name) or [], strict=True)
            made[part.name] = [_row(part, one, other) for one, other in pairs]
        elif fr.get(part.name) is not None:
            made[part.name] = fr[part.name]
    return made


def _row(part: Rows, ar: Mapping[str, Any], fr: Mapping[str, Any]) -> dict[str, Any]:
    shared = {name: fr[name] for name in ("key", "in", *(value.name for value in part.values)) if name in fr}
    return shared | {words.name: _both(ar, fr, words.name) for words in part.words}


def _both(ar: Mapping[str, Any], fr: Mapping[str, Any], name: str) -> dict[str, str]:
    return {"ar": ar.get(name, "").strip(), "fr": fr.get(name, "").strip()}
