"""A word or two, compared by rules that the author sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.core.text import clean_line, fold, plain_digits, tight
from lms.quizzes.question_types.base import NOTHING_SAID, Fault, Field, Grade, Said, row_faults, words
from lms.quizzes.question_types.families import TextType
from lms.quizzes.question_types.parts import FEEDBACK, Rows, Settings, Value, Words

USUAL, CAREFUL = "usual", "careful"
_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")

RULE = Value(
    "rule",
    _l("How spelling counts"),
    "choice",
    (
        (USUAL, _l("Usual: hamza, alef, ya, ta marbuta, accents, capitals and punctuation do not count")),
        (CAREFUL, _l("Careful: letters and accents count")),
    ),
    default=USUAL,
    hint=_l("Vowel signs, tatweel, spaces and the two sets of digits never count."),
)
NOTHING_COMPARED = _l("Nothing is left of this answer once it is compared.")
SHARES = (("1", _l("All the points")), ("0.5", _l("Half of the points")))
ANSWERS = Rows(
    "answers",
    _l("Accepted answers"),
    (Words("text", _l("Answer")), FEEDBACK),
    values=(Value("share", _l("It earns"), "choice", SHARES, default="1"),),
    fewest=1,
    most=12,
)


def spelling(text: str, rule: str) -> str:
    """What is compared: two answers with the same spelling are one answer."""
    if rule == USUAL:
        # What has neither letters nor digits is compared as it is: « % » is not « ».
        return tight(text) or fold(text).strip(" -’'")
    return _MARKS.sub("", plain_digits(clean_line(text))).casefold()


class ShortAnswer(TextType):
    key, label = "short_answer", _l("Short answer")
    parts = [ANSWERS, RULE]
    examples = [
        {
            "answers": [
                {"key": "a", "text": words("المناصفة", "parité"), "feedback": words("نعم", "Oui"), "share": "1"},
                {"key": "b", "text": words("المساواة", "égalité"), "feedback": words("", ""), "share": "0.5"},
            ],
            "rule": USUAL,
        },
        {"answers": [{"key": "a", "text": words("إنصاف", "Équité"), "share": "1"}], "rule": CAREFUL},
    ]
    field = Field("line", longest=120)

    def faults(self, settings: Settings) -> Iterator[Fault]:
        yield from row_faults(ANSWERS, settings)
        rows = settings.get("answers") or []
        if settings.get("rule", USUAL) not in (USUAL, CAREFUL):
            yield Fault(("rule",), _l("Something was chosen that is not in this list."))
        for place, row in enumerate(rows):
            for lang, text in (row.get("text") or {}).items():
                if text and not spelling(text, settings.get("rule", USUAL)):
                    yield Fault(("answers", place, "text"), NOTHING_COMPARED, lang)
            if row.get("share", "1") not in dict(SHARES):
                yield Fault(("answers", place, "share"), _l("Something was chosen that is not in this list."))
        if rows and not any(row.get("share", "1") == "1" for row in rows):
            yield Fault(("answers",), _l("One answer has to earn all the points."))

    def grade(self, settings: Settings, answer: Any) -> Grade:
        """The best share among the answers with this spelling, whichever language was typed."""
        found = [Decimal(row.get("share", "1")) for row in self._rows(settings, answer)]
        return Grade(max(found, default=Decimal(0)))

    def _rows(self, settings: Settings, answer: Any) -> list[Mapping[str, Any]]:
        rule = settings.get("rule", USUAL)
        typed = spelling(answer or "", rule)
        return [
            row
            for row in settings["answers"]
            if typed and typed in (spelling(row["text"]["ar"], rule), spelling(row["text"]["fr"], rule))
        ]

    def right_answer(self, settings: Settings) -> Any:
        return next(row for row in settings["answers"] if row.get("share", "1") == "1")["text"]["fr"]

    def said(self, settings: Settings, answer: Any) -> list[Said]:
        """What was typed with the comment to it; the accepted answer is said in both languages."""
        if answer is None:
            return []
        rows = self._rows(settings, answer)
        comment = (rows[0].get("feedback") if rows else None) or NOTHING_SAID
        if rows and answer == rows[0]["text"]["fr"]:
            return [Said(rows[0]["text"], comment)]
        return [Said({"ar": answer, "fr": answer}, comment)]


TYPE = ShortAnswer()
