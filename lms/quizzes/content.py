"""What a question says, as its author sees it: one value with all texts, from the builder's form to a version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.bilingual import LANGUAGES, other_language
from lms.core.text import search_key
from lms.quizzes.models import QuestionCase, QuestionVersion, Writing
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.parts import Place, Texts, Words, places

NO_WORDS: Texts = {"ar": "", "fr": ""}
#: Levels of items (architecture, settled questions).
LEVELS = {"recall": _l("Recall"), "apply": _l("Apply"), "analyse": _l("Analyse")}
#: The languages as headings and labels name them, each in its own.
NAMES = {"ar": "العربية", "fr": "Français"}
STEM = Words("stem", _l("Question"), is_long=True)
SOURCE = Words("source", _l("Source of a figure, shown under the question"), is_needed=False)
EXPLANATION = Words("explanation", _l("Why, shown after release"), is_needed=False, is_long=True)
ALT = Words("image_alt", _l("The picture in words"))


@dataclass(frozen=True)
class Content:
    """All that an author decides about a question. Survives JSON."""

    type: str
    stem: Texts = field(default_factory=lambda: NO_WORDS)
    source: Texts = field(default_factory=lambda: NO_WORDS)
    explanation: Texts = field(default_factory=lambda: NO_WORDS)
    settings: Mapping[str, Any] = field(default_factory=dict)
    objective_key: str = ""
    level: str = "apply"
    lesson: str = ""
    points: int = 1
    shuffle: bool = True
    image_id: int | None = None
    image_alt: Texts = field(default_factory=lambda: NO_WORDS)
    #: The case it is about, with other questions.
    case_id: int | None = None
    #: Fingerprints of both texts of each place when they last said the same.
    agreed: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Content:
        return cls(**data)


def texts_of(content: Content) -> Iterator[Place]:
    """Every text of a question, in the order of the builder. Paths start where the texts stand in ``Content``."""
    yield Place(("stem",), STEM, content.stem)
    if content.image_id is not None:
        yield Place(("image_alt",), ALT, content.image_alt)
    yield Place(("source",), SOURCE, content.source)
    for place in places(TYPES[content.type].parts, content.settings):
        yield Place(("settings", *place.path), place.words, place.texts)
    yield Place(("explanation",), EXPLANATION, content.explanation)


def is_missing(place: Place, lang: str) -> bool:
    """Whether this language lacks a text that the other has, or that nobody may leave out."""
    texts = place.texts
    return not texts.get(lang) and (place.words.is_needed or bool(texts.get(other_language(lang))))


def missing(content: Content, lang: str) -> list[Place]:
    """The texts still to be written in ``lang``."""
    return [place for place in texts_of(content) if is_missing(place, lang)]


def stale(content: Content, lang: str) -> list[Place]:
    """The texts that stayed in ``lang`` while the other language changed since the two agreed."""
    other = other_language(lang)
    found = []
    for place in texts_of(content):
        then = content.agreed.get(_name(content, place))
        if then and place.texts.get(lang):
            now = _prints(place)
            if now[other] != then[other] and now[lang] == then[lang]:
                found.append(place)
    return found


def agree(content: Content, *, confirmed: str = "") -> Content:
    """The content with its agreements brought up to date at a save.

    A place agrees when both of its texts are first there, when both changed since, or when a person confirmed that
    language ``confirmed`` still says the same.
    """
    agreed: dict[str, Any] = {}
    to_confirm = {place.path for place in stale(content, confirmed)} if confirmed else set()
    for place in texts_of(content):
        name, now = _name(content, place), _prints(place)
        then = content.agreed.get(name)
        changed = [lang for lang in LANGUAGES if then and now[lang] != then[lang]]
        if all(place.texts.get(lang) for lang in LANGUAGES) and (
            then is None or len(changed) == 2 or place.path in to_confirm
        ):
            agreed[name] = now
        elif then is not None and all(place.texts.get(lang) for lang in LANGUAGES):
            # A text that went is agreed on anew when it comes back.
            agreed[name] = then
    return replace(content, agreed=agreed)


def writing(content: Content) -> Writing:
    """How far the two languages are."""
    lacks = {lang: bool(missing(content, lang)) for lang in LANGUAGES}
    if all(lacks.values()):
        return Writing.MISSING_BOTH
    for lang in LANGUAGES:
        if lacks[lang]:
            return Writing(f"missing-{lang}")
    for lang in LANGUAGES:
        if stale(content, lang):
            return Writing(f"stale-{lang}")
    return Writing.COMPLETE


def search_text(content: Content) -> str:
    """What a search of the bank may match, folded."""
    return search_key(*(place.texts.get(lang) for place in texts_of(content) for lang in LANGUAGES))[:8000]


def digest(content: Content, case: QuestionCase | None) -> str:
    """SHA-256 of what a learner sees, the case as it stands now included."""
    about = [case.text.as_dict(), case.image_id, case.image_alt.as_dict()] if case else []
    said = json.dumps([replace(content, agreed={}).as_json(), about], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _prints(place: Place) -> dict[str, str]:
    return {
        lang: hashlib.sha256(" ".join(place.texts.get(lang, "").split()).encode()).hexdigest()[:12]
        for lang in LANGUAGES
    }


def _name(content: Content, place: Place) -> str:
    """A name that moves with its row: rows are told by their keys, not by their places."""
    path = place.path
    if path[0] != "settings" or len(path) < 4:
        return ".".join(map(str, path))
    row = content.settings[path[1]][path[2]]
    return f"settings.{path[1]}.{row['key']}.{path[3]}"


def of_version(version: QuestionVersion) -> Content:
    """The content that a version holds."""
    return Content(
        type=version.type,
        stem=version.stem.as_dict(),
        source=version.source.as_dict(),
        explanation=version.explanation.as_dict(),
        settings=version.settings,
        objective_key=version.objective_key,
        level=version.level,
        lesson=version.lesson,
        points=version.points,
        shuffle=version.shuffle,
        image_id=version.image_id,
        image_alt=version.image_alt.as_dict(),
    )


@dataclass(frozen=True)
class Change:
    """A text that differs between two states of a question; empty where it was not there."""

    label: Any
    lang: str
    before: str
    after: str


def changes(before: Content | None, after: Content) -> list[Change]:
    """The texts that differ, and whether the key or another shared setting does (without language)."""
    if before is None:
        return []
    old = {
        (_name(before, place), lang): (place, place.texts.get(lang, ""))
        for place in texts_of(before)
        for lang in LANGUAGES
    }
    new = {
        (_name(after, place), lang): (place, place.texts.get(lang, ""))
        for place in texts_of(after)
        for lang in LANGUAGES
    }
    found = []
    for key in (*new, *(key for key in old if key not in new)):
        place, _text = new.get(key) or old[key]
        was, now = old.get(key, (place, ""))[1], new.get(key, (place, ""))[1]
        if was != now:
            found.append(Change(place.words.label, key[1], was, now))
    if _shared(before) != _shared(after):
        found.append(Change(_l("Key, order or settings"), "", "", ""))
    return found


def _shared(content: Content) -> Any:
    """What is left of a question without its texts."""

    def bare(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: bare(one) for key, one in value.items() if not _is_texts(one)}
        return [bare(one) for one in value] if isinstance(value, list) else value

    kept = (content.type, content.objective_key, content.level, content.lesson, content.points, content.shuffle)
    return *kept, content.image_id, content.case_id, bare(content.settings)


def _is_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == set(LANGUAGES)
