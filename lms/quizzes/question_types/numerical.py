"""A number, within a tolerance, with its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.text import plain_digits
from lms.quizzes.question_types.base import Control, Fault, Field, Grade, Order, Said, words
from lms.quizzes.question_types.families import TextType
from lms.quizzes.question_types.paper import BadPaper, Sheet
from lms.quizzes.question_types.parts import Settings, Value, Words

LONGEST_NUMBER = 24


def number(text: Any) -> Decimal | None:
    """The number that was typed: both digit sets, comma or point, spaces between thousands, a % behind it."""
    plain = plain_digits(str(text)).strip().rstrip("%٪").replace("\u2212", "-").replace("٫", ".").replace(",", ".")
    plain = "".join(plain.split())
    if len(plain) > LONGEST_NUMBER or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", plain, re.ASCII):
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


class Numerical(TextType):
    key, label = "numerical", _l("Number")
    parts = [
        Value("value", _l("Right number"), "number"),
        Value("tolerance", _l("Accepted on either side"), "number", default="0"),
        Words("unit", _l("Unit"), is_needed=False),
    ]
    examples = [
        {"value": "9,7", "tolerance": "0,05", "unit": words("نقطة", "points")},
        {"value": "-12", "tolerance": "0", "unit": words("", "")},
    ]
    field = Field("number", longest=LONGEST_NUMBER)

    def faults(self, settings: Settings) -> Iterator[Fault]:
        if number(settings.get("value", "")) is None:
            yield Fault(("value",), _l("A number is needed, for example 12.5."))
        tolerance = number(settings.get("tolerance") or 0)
        if tolerance is None or tolerance < 0:
            yield Fault(("tolerance",), _l("A number of 0 or more is needed."))

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        unit = (settings.get("unit") or {}).get(lang, "")
        return Control((Field("number", unit=unit, longest=LONGEST_NUMBER),), hint=_l("in digits"))

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        return Sheet(_l("write a number"), unit=(settings.get("unit") or {}).get(lang, ""))

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        if text.strip() and number(text) is None:
            raise BadPaper(_l("A number is needed, for example 12.5."))
        return super().from_paper(settings, order, text, lang)

    def grade(self, settings: Settings, answer: Any) -> Grade:
        typed, value = number(answer), number(settings["value"])
        if typed is None or value is None:
            return Grade(Decimal(0))
        return Grade(Decimal(int(abs(typed - value) <= (number(settings.get("tolerance") or 0) or 0))))

    def right_answer(self, settings: Settings) -> Any:
        return str(settings["value"])

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        if answer is None:
            return []
        unit = settings.get("unit") or {}
        return [Said({lang: f"{answer} {unit.get(lang, '')}".strip() for lang in ("ar", "fr")})]


TYPE = Numerical()
