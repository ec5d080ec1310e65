"""What the builder says of a question: what blocks its publishing, and the item rules (domain notes, 9) as remarks.

A rule looks at a question's content and yields what it found; it never changes anything and asks no database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.bilingual import LANGUAGES
from lms.core.text import fold
from lms.quizzes import content as contents
from lms.quizzes.content import Content
from lms.quizzes.models import QuestionCase
from lms.quizzes.question_types import get
from lms.quizzes.question_types.numerical import number
from lms.quizzes.question_types.parts import Place

#: A key longer than this many times the mean of the others gives itself away; short options are spared.
LONGEST_KEY, SHORT_OPTION = 1.5, 20
#: From this many single-choice items on, one place may hold at most this share of the keys.
FEWEST_KEYS, MOST_IN_ONE_PLACE = 4, 0.5
FEWEST_OPTIONS, MOST_OPTIONS = 3, 4
CLUE_LENGTH = 5
_ALL_OR_NONE = {
    "fr": re.compile(r"(toutes|aucune) (les|des) (réponses|propositions|options)|tout ce qui précède|rien de ce qui"),
    "ar": re.compile(
        r"\b(جميع|كل|لا شيء مما|ليس مما|أي مما|مما) ?ما (سبق|ذكر)\b|\b(لا شيء|ليس|أي) مما (سبق|ذكر)\b"
        r"|\b(جميع|كل) (الأجوبة|الاختيارات|الخيارات)\b"
    ),
}
_ABSOLUTE = {
    "fr": re.compile(r"\b(toujours|jamais|systématiquement|sans exception)\b", re.IGNORECASE),
    "ar": re.compile(r"\b(دائما|أبدا|إطلاقا|بدون استثناء)\b"),
}
_NEGATIVE = {
    "fr": re.compile(r"\bn(?:e\b|[’']).{0,40}?\b(pas|jamais|aucune?|guère)\b|\b(sauf|excepté|hormis)\b", re.IGNORECASE),
    "ar": re.compile(r"\b[وفأ]?(ليس|ليست|باستثناء|ما عدا)\b"),
}
_SIGNS = re.compile("[\u064b-\u0652\u0670\u0640]")
_BOLD = re.compile(r"\*\*.+?\*\*", re.DOTALL)


@dataclass(frozen=True)
class Finding:
    """One line of the panel: what, why, and the field it leads to."""

    title: Any
    advice: Any
    #: Path of the field in ``Content`` with its language, for the « go to » link; empty: the question as a whole.
    path: tuple[Any, ...] = ()
    lang: str = ""
    is_block: bool = False


def findings(content: Content, case: QuestionCase | None = None) -> list[Finding]:
    """Everything the panel shows, what blocks first."""
    found = [*faults(content), *missing(content), *_case(case)]
    for rule in RULES:
        found += rule(content)
    return found


def kept_rules(content: Content, found: Sequence[Finding]) -> int:
    """How many rules hold, for the head of the panel; what the type and the languages need are one rule each."""
    broken = sum(1 for rule in RULES if any(True for _finding in rule(content)))
    blocks = {str(finding.title) for finding in found if finding.is_block}
    return len(RULES) + 2 - broken - min(len(blocks), 2)


def is_blank(content: Content) -> bool:
    """Whether nothing is written yet: its author is told what is needed, not all that lacks."""
    return not any(text for place in contents.texts_of(content) for text in place.texts.values())


def faults(content: Content) -> Iterator[Finding]:
    """Why a question cannot be shown or marked, whatever is still to be translated."""
    for fault in get(content.type).faults(content.settings):
        yield Finding(_l("The question cannot work yet"), fault.message, ("settings", *fault.path), fault.lang, True)


def missing(content: Content) -> Iterator[Finding]:
    said = {"ar": _l("The Arabic is missing"), "fr": _l("The French is missing")}
    for lang in LANGUAGES:
        for place in contents.missing(content, lang):
            advice = _l("« %(field)s » is needed in both languages.", field=_field(place))
            yield Finding(said[lang], advice, place.path, lang, True)


def _field(place: Place) -> str:
    """A field by its label, and its row where it stands in one."""
    return f"{place.words.label} {place.path[2] + 1}" if len(place.path) == 4 else str(place.words.label)


def _case(case: QuestionCase | None) -> Iterator[Finding]:
    if case is not None and not (case.text.ar and case.text.fr):
        advice = _l("The case of this question has to be written in both languages.")
        yield Finding(_l("The case is not translated"), advice, ("case_id",), is_block=True)


def _changed_since(content: Content) -> Iterator[Finding]:
    said = {
        "ar": _l("The French changed after the Arabic"),
        "fr": _l("The Arabic changed after the French"),
    }
    for lang in LANGUAGES:
        for place in contents.stale(content, lang)[:1]:
            advice = _l("« %(field)s » has to be read again, then changed or confirmed.", field=place.words.label)
            yield Finding(said[lang], advice, place.path, lang)


def _aims(content: Content) -> Iterator[Finding]:
    if not content.objective_key:
        yield Finding(_l("No objective"), _l("The result says by objective what was learned."), ("objective_key",))
    if not content.lesson:
        yield Finding(_l("No lesson linked"), _l("After the test people read that part again."), ("lesson",))


def _asks_something(content: Content) -> Iterator[Finding]:
    for lang in LANGUAGES:
        text = _plain(content.stem.get(lang, ""))
        marks = sum(text.count(mark) for mark in "?؟")
        if marks > 1:
            yield Finding(_l("Two questions in one"), _l("One idea to a question."), ("stem",), lang)
        elif text and not text.rstrip("*_ »\u00a0").endswith(("?", "؟", ":", "…")) and _has_options(content):
            advice = _l("It ends with a question mark or a colon, so that one can answer before reading the options.")
            yield Finding(_l("The question asks nothing"), advice, ("stem",), lang)


def _negatives(content: Content) -> Iterator[Finding]:
    for lang in LANGUAGES:
        if _NEGATIVE[lang].search(_SIGNS.sub("", _BOLD.sub("", content.stem.get(lang, "")))):
            advice = _l("A positive question is easier to read; where the negative stays, it stands in bold.")
            yield Finding(_l("A negative question"), advice, ("stem",), lang)


def _option_words(content: Content) -> Iterator[Finding]:
    for row, path in _options(content):
        for lang in LANGUAGES:
            text = _SIGNS.sub("", str(row["text"].get(lang, "")))
            if _ALL_OR_NONE[lang].search(text.lower()):
                advice = _l("« All » or « none of these » is guessed without knowing.")
                yield Finding(_l("An option about the others"), advice, path, lang)
            elif _ABSOLUTE[lang].search(text):
                advice = _l("« Always » and « never » show which option is wrong.")
                yield Finding(_l("An absolute word"), advice, path, lang)


def _option_count(content: Content) -> Iterator[Finding]:
    count = len(_options(content))
    if count and not FEWEST_OPTIONS <= count <= MOST_OPTIONS:
        advice = _l("Three or four good options are enough.")
        yield Finding(_l("Number of options"), advice, ("settings", "options"))


def key_length(content: Content) -> Iterator[Finding]:
    """A right option that gives itself away by its length, in a language."""
    right = content.settings.get("right") or []
    for lang in LANGUAGES:
        lengths = {row["key"]: len(str(row["text"].get(lang, ""))) for row, _path in _options(content)}
        others = [length for key, length in lengths.items() if key not in right]
        keys = [lengths[key] for key in right if key in lengths]
        if keys and others and max(keys) > max(LONGEST_KEY * sum(others) / len(others), SHORT_OPTION):
            longest = max((key for key in right if key in lengths), key=lambda key: lengths[key])
            place = next(path for row, path in _options(content) if row["key"] == longest)
            advice = _l("The right option is much longer than the others: it is guessed.")
            yield Finding(_l("Length of the options"), advice, place, lang)


def is_longest(content: Content, lang: str) -> bool:
    """Whether a right option is longer than every other one."""
    right = content.settings.get("right") or []
    lengths = {row["key"]: len(str(row["text"].get(lang, ""))) for row, _path in _options(content)}
    others = [length for key, length in lengths.items() if key not in right]
    return bool(others) and max((lengths.get(key, 0) for key in right), default=0) > max(others)


def _clue(content: Content) -> Iterator[Finding]:
    right = content.settings.get("right") or []
    for lang in LANGUAGES:
        stem = _words(content.stem.get(lang, ""))
        rows = _options(content)
        wrong = set().union(*(_words(row["text"].get(lang, "")) for row, _path in rows if row["key"] not in right))
        for row, path in rows:
            shared = (_words(row["text"].get(lang, "")) & stem) - wrong
            if row["key"] in right and shared and len(rows) > len(right):
                advice = _l("« %(word)s » stands in the question and in the right option only.", word=min(shared))
                yield Finding(_l("A word that gives the answer away"), advice, path, lang)
                break


def _comments(content: Content) -> Iterator[Finding]:
    for row, path in _rows(content):
        if "feedback" in row and not any((row.get("feedback") or {}).values()):
            advice = _l("A comment to each option teaches why it is right or wrong.")
            yield Finding(_l("A comment is missing"), advice, (*path[:-1], "feedback"), LANGUAGES[1])
            return
    for part in get(content.type).parts:
        # Answers that are the type's own have no rows: their comments stand alone.
        if part.name.startswith("feedback") and not any((content.settings.get(part.name) or {}).values()):
            advice = _l("A comment to each option teaches why it is right or wrong.")
            yield Finding(_l("A comment is missing"), advice, ("settings", part.name), LANGUAGES[1])
            return


def _explained(content: Content) -> Iterator[Finding]:
    if get(content.type).marked_by == "computer" and not any(content.explanation.values()):
        advice = _l("One or two sentences say why the answer is right.")
        yield Finding(_l("No explanation"), advice, ("explanation",), LANGUAGES[1])


def _numbers_in_order(content: Content) -> Iterator[Finding]:
    values = [number(row["text"].get("fr", "")) for row, _path in _options(content)]
    if len(values) > 2 and None not in values and (values != sorted(values) or content.shuffle):  # type: ignore[type-var]
        advice = _l("Options that are numbers stand in ascending order and are not mixed.")
        yield Finding(_l("Order of the options"), advice, ("shuffle",))


Rule = Callable[[Content], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    _changed_since, _aims, _asks_something, _negatives, _option_words, _option_count, key_length, _clue, _comments,
    _explained, _numbers_in_order,
)  # fmt: skip


def key_places(settings: Sequence[Mapping[str, Any]]) -> tuple[int, int, int] | None:
    """Where keys of single-choice items pile up: place (from 0), how many of them, of how many; None: nowhere."""
    places = []
    for one in settings:
        keys = [row.get("key") for row in one.get("options") or []]
        places += [keys.index(key) for key in (one.get("right") or [])[:1] if key in keys]
    if len(places) < FEWEST_KEYS:
        return None
    place, count = Counter(places).most_common(1)[0]
    return (place, count, len(places)) if count > MOST_IN_ONE_PLACE * len(places) else None


def lengths(content: Content) -> list[dict[str, int]]:
    """Letters of each option in both languages, in the author's order."""
    return [{lang: len(str(row["text"].get(lang, ""))) for lang in LANGUAGES} for row, _path in _options(content)]


def _has_options(content: Content) -> bool:
    return bool(_options(content))


def _options(content: Content) -> list[tuple[Mapping[str, Any], tuple[Any, ...]]]:
    """Rows named « options » with the paths of their texts: what rules on distractors look at."""
    rows = content.settings.get("options") or []
    return [(row, ("settings", "options", place, "text")) for place, row in enumerate(rows)]


def _rows(content: Content) -> Iterator[tuple[Mapping[str, Any], tuple[Any, ...]]]:
    for name, rows in content.settings.items():
        if isinstance(rows, list):
            for place, row in enumerate(rows):
                if isinstance(row, Mapping):
                    yield row, ("settings", name, place, "text")


def _plain(text: str) -> str:
    return re.sub(r"[*_]{1,2}", "", text)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", fold(_plain(text))) if len(word) >= CLUE_LENGTH}
