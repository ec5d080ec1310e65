"""Words of a text to point at. The author writes ``[word]`` for what can be chosen, ``[*word]`` for what is right."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.question_types.base import Choice, Control, Fault, Field, Grade, Order, Said, keys_behind, words
from lms.quizzes.question_types.families import OptionType
from lms.quizzes.question_types.parts import Settings, Words

_SPAN = re.compile(r"\[(\*?)([^\[\]]+)\]")
MOST_SPANS = 20


class HotText(OptionType):
    key, label = "hot_text", _l("Words to find in a text")
    is_for_paper = False  # the words stand in their text, without letters
    parts = [
        Words("passage", _l("Text"), is_long=True,
              hint=_l("[word] can be chosen, [*word] is right. Both languages mark as many words, in the same order.")),
    ]  # fmt: skip
    examples = [
        {"passage": words("وُضع [إعلان] بصيغة [*المذكر] في [باب] المركز", "Une [annonce] au [*masculin] sur la [porte]")}
    ]

    def faults(self, settings: Settings) -> Iterator[Fault]:
        marks = {lang: [mark for mark, _word in _spans(settings, lang)] for lang in ("ar", "fr")}
        for lang in ("ar", "fr"):
            if not (settings.get("passage") or {}).get(lang):
                continue
            if not 2 <= len(marks[lang]) <= MOST_SPANS:
                yield Fault(
                    ("passage",), _l("2 to %(most)s words in square brackets are needed.", most=MOST_SPANS), lang
                )
            elif "*" not in marks[lang] or "" not in marks[lang]:
                yield Fault(("passage",), _l("Some marked words have to be right, with a star, and some not."), lang)
        if all((settings.get("passage") or {}).values()) and marks["ar"] != marks["fr"]:
            yield Fault(("passage",), _l("Both languages mark the same words as right, in the same order."), "ar")
        if not settings.get("passage"):
            yield Fault(("passage",), _l("A text is needed."))

    def options(self, settings: Settings) -> Sequence[Mapping[str, Any]]:
        # A draft may be written in one language only.
        both = zip_longest(_spans(settings, "ar"), _spans(settings, "fr"), fillvalue=("", ""))
        return [{"key": str(place), "text": words(ar[1], fr[1])} for place, (ar, fr) in enumerate(both, 1)]

    def draw_order(self, settings: Settings, rng: random.Random, *, shuffle: bool) -> list[list[str]]:
        return super().draw_order(settings, rng, shuffle=False)  # a text has its order

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        ids = {pair[1]: pair[0] for pair in order}
        flow: list[str | Field] = []
        rest = 0
        for place, span in enumerate(_SPAN.finditer(settings["passage"][lang]), 1):
            flow.append(settings["passage"][lang][rest : span.start()])
            # The same marked word in both languages has the same key, wherever it stands.
            flow.append(Field("word", choices=(Choice(ids[str(place)], span[2]),)))
            rest = span.end()
        return Control(flow=(*flow, settings["passage"][lang][rest:]), hint=_l("choose all that apply"))

    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        return sorted(set(keys_behind(order, values)), key=int) or None

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        """Words have no letters; the answer has them in their order."""
        return [replace(one, key="") for one in super().said(settings, answer)]

    def grade(self, settings: Settings, answer: Any) -> Grade:
        """(right words − wrong words) ÷ right words, at least 0."""
        right, chosen = set(self.right_answer(settings)), set(answer or ())
        return Grade(max(Decimal(0), Decimal(len(chosen & right) - len(chosen - right)) / len(right)))

    def right_answer(self, settings: Settings) -> Any:
        spans = _spans(settings, "fr") or _spans(settings, "ar")
        return [str(place) for place, (mark, _word) in enumerate(spans, 1) if mark]


def _spans(settings: Settings, lang: str) -> list[tuple[str, str]]:
    return _SPAN.findall((settings.get("passage") or {}).get(lang, ""))


TYPE = HotText()
