"""A text with gaps, typed or chosen from a list. The author writes ``[1]``, ``[2]`` where the gaps stand."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import (
    BadAnswer,
    Choice,
    Control,
    Fault,
    Field,
    Grade,
    Order,
    QuestionType,
    Said,
    is_storable,
    split,
    words,
)
from lms.quizzes.question_types.parts import Rows, Settings, Value, Words
from lms.quizzes.question_types.short_answer import NOTHING_COMPARED, RULE, USUAL, spelling

_GAP = re.compile(r"\[(\d{1,2})\]")
TYPED, CHOSEN = "typed", "chosen"
LONGEST_GAP = 80
GAPS = Rows(
    "gaps",
    _l("Gaps, in the order of their numbers"),
    (
        Words("text", _l("Accepted answers, one a line"), is_long=True),
        Words("others", _l("Wrong choices, one a line"), is_needed=False, is_long=True),
    ),
    values=(
        Value("kind", _l("The gap is"), "choice", ((TYPED, _l("typed")), (CHOSEN, _l("chosen from a list"))), TYPED),
    ),
    is_numbered=True,
    fewest=1,
)


class Cloze(QuestionType):
    key, label = "cloze", _l("Text with gaps")
    parts = [
        Words("passage", _l("Text"), is_long=True, hint=_l("[1], [2] stand for the gaps, the same in both languages.")),
        GAPS,
        RULE,
    ]
    examples = [
        {
            "passage": words("المناصفة [1]، والإنصاف [2].", "L’équité est [2], la parité [1]."),
            "gaps": [
                {"key": "a", "text": words("عدد\nرقم", "nombre\nchiffre"), "others": words("", ""), "kind": TYPED},
                {"key": "b", "text": words("معاملة", "un traitement"), "others": words("عدد\nلون", "nombre\ncouleur"),
                 "kind": CHOSEN},
            ],
            "rule": USUAL,
        }
    ]  # fmt: skip

    def faults(self, settings: Settings) -> Iterator[Fault]:
        rows = settings.get("gaps") or []
        wanted = [str(place) for place in range(1, len(rows) + 1)]
        if not GAPS.fewest <= len(rows) <= GAPS.most:
            yield Fault(
                ("gaps",), _l("%(fewest)s to %(most)s rows are needed here.", fewest=GAPS.fewest, most=GAPS.most)
            )
        for lang in ("ar", "fr"):
            passage = (settings.get("passage") or {}).get(lang, "")
            if passage and sorted(_GAP.findall(passage), key=int) != wanted:
                yield Fault(("passage",), _l("Each gap stands in the text once: %(gaps)s.",
                                             gaps=" ".join(f"[{place}]" for place in wanted)), lang)  # fmt: skip
        for number, row in enumerate(rows):
            yield from _gap_faults(number, row, settings.get("rule", USUAL))

    def keys(self, settings: Settings) -> list[str]:
        """Gaps as ``>1``; choices as ``1:0`` (gap and line, accepted answer first)."""
        found = []
        for place, row in enumerate(settings["gaps"], 1):
            found.append(f">{place}")
            if row.get("kind") == CHOSEN:
                found += [f"{place}:{line}" for line in range(len(_choices(row, "fr")))]
        return found

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        ids = {pair[1]: pair[0] for pair in order}
        flow: list[str | Field] = []
        passage, rest = settings["passage"][lang], 0
        for gap in _GAP.finditer(passage):
            row = settings["gaps"][int(gap[1]) - 1]
            offered = [(one, key) for one, key in order if key.startswith(f"{int(gap[1])}:")]
            choices = tuple(Choice(one, _choices(row, lang)[int(key.partition(":")[2])]) for one, key in offered)
            kind = "select" if row.get("kind") == CHOSEN else "line"
            flow += [
                passage[rest : gap.start()],
                Field(
                    kind, ids[f">{int(gap[1])}"], str(_l("Gap %(number)s", number=gap[1])), choices, longest=LONGEST_GAP
                ),
            ]
            rest = gap.end()
        return Control(flow=(*flow, passage[rest:]))

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        """Choices are always mixed: the accepted one stands first in the author's order."""
        return super().draw_order(settings, rng, shuffle=True)

    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        keys = {pair[0]: pair[1] for pair in order}
        answer: dict[str, str] = {}
        for value in values:
            field, typed = split(value)
            gap = keys.get(field, "")
            if not gap.startswith(">") or gap[1:] in answer or len(typed) > LONGEST_GAP or not is_storable(typed):
                raise BadAnswer(value[:80])
            if not typed.strip():
                continue
            if settings["gaps"][int(gap[1:]) - 1].get("kind") == CHOSEN:
                if not keys.get(typed, "").startswith(f"{gap[1:]}:"):
                    raise BadAnswer(value[:80])
                typed = keys[typed]
            answer[gap[1:]] = typed.strip()
        return answer or None

    def filled(self, settings: Settings, order: Order, answer: Any) -> list[str]:
        ids = {pair[1]: pair[0] for pair in order}
        found = []
        for gap, given in (answer or {}).items():
            is_chosen = settings["gaps"][int(gap) - 1].get("kind") == CHOSEN
            found.append(f"{ids['>' + gap]}:{ids[given] if is_chosen else given}")
        return found

    def grade(self, settings: Settings, answer: Any) -> Grade:
        """Right gaps ÷ gaps."""
        rows = settings["gaps"]
        right = sum(
            _is_right(settings, row, str(place), (answer or {}).get(str(place))) for place, row in enumerate(rows, 1)
        )
        return Grade(Decimal(right) / len(rows))

    def right_answer(self, settings: Settings) -> Any:
        return {
            str(place): f"{place}:0" if row.get("kind") == CHOSEN else _lines(row["text"]["fr"])[0]
            for place, row in enumerate(settings["gaps"], 1)
        }

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        found = []
        for gap, given in sorted((answer or {}).items(), key=lambda pair: int(pair[0])):
            row = settings["gaps"][int(gap) - 1]
            texts = {lang: _said(row, given, lang) for lang in ("ar", "fr")}
            said = {lang: f"[{gap}] {texts[lang]}" for lang in ("ar", "fr")}
            found.append(Said(said, is_right=_is_right(settings, row, gap, given)))
        return found


def _said(row: Mapping[str, Any], given: str, lang: str) -> str:
    if row.get("kind") == CHOSEN:
        return _choices(row, lang)[int(given.partition(":")[2])]
    # The accepted answer is said in the reader's language; what else was typed stays as it is.
    return _lines(row["text"][lang])[0] if given == _lines(row["text"]["fr"])[0] else given


def _is_right(settings: Settings, row: Mapping[str, Any], place: str, given: str | None) -> bool:
    if given is None:
        return False
    if row.get("kind") == CHOSEN:
        return given == f"{place}:0"
    rule = settings.get("rule", USUAL)
    accepted = {spelling(line, rule) for lang in ("ar", "fr") for line in _lines(row["text"][lang])}
    return spelling(given, rule) in accepted - {""}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def _choices(row: Mapping[str, Any], lang: str) -> list[str]:
    """The accepted answer first, then the wrong ones; the same number in both languages."""
    return [*_lines(row["text"][lang])[:1], *_lines((row.get("others") or {}).get(lang, ""))]


def _gap_faults(number: int, row: Mapping[str, Any], rule: str) -> Iterator[Fault]:
    texts, others = row.get("text") or {}, row.get("others") or {}
    for lang in ("ar", "fr"):
        if not _lines(texts.get(lang, "")):
            yield Fault(("gaps", number, "text"), _l("An accepted answer is needed."), lang)
        elif row.get("kind") != CHOSEN and not all(spelling(line, rule) for line in _lines(texts.get(lang, ""))):
            yield Fault(("gaps", number, "text"), NOTHING_COMPARED, lang)
    if row.get("kind", TYPED) not in (TYPED, CHOSEN):
        yield Fault(("gaps", number, "kind"), _l("Something was chosen that is not in this list."))
    if row.get("kind") == CHOSEN:
        counts = [len(_lines(others.get(lang, ""))) for lang in ("ar", "fr")]
        if min(counts) < 1 or counts[0] != counts[1]:
            yield Fault(
                ("gaps", number, "others"), _l("As many wrong choices are needed in both languages, one at least.")
            )

        for lang in ("ar", "fr"):
            offered = [" ".join(line.split()) for line in _choices(row, lang)]
            if len(set(offered)) != len(offered):
                yield Fault(("gaps", number, "others"), _l("Two choices say the same."), lang)


TYPE = Cloze()
