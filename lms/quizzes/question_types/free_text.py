"""An opinion in words. There is no right answer, there are no points, and nobody marks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

from lms.quizzes.question_types.base import BadAnswer, Control, Fault, Field, Grade, Order
from lms.quizzes.question_types.families import TextType
from lms.quizzes.question_types.paper import BadPaper, Sheet
from lms.quizzes.question_types.parts import Settings, Value

FEWEST_LETTERS, MOST_LETTERS, USUAL_LETTERS = 50, 2_000, 1_000
_LINES = 6


class FreeText(TextType):
    key, label = "free_text", _l("Opinion in words")
    parts = [Value("most_letters", _l("Letters, at most"), "count", default=USUAL_LETTERS)]
    examples = [{"most_letters": USUAL_LETTERS}]
    field = Field("lines", longest=MOST_LETTERS)
    marked_by = "nobody"

    def faults(self, settings: Settings) -> Iterator[Fault]:
        most = settings.get("most_letters")
        if not isinstance(most, int) or isinstance(most, bool) or not FEWEST_LETTERS <= most <= MOST_LETTERS:
            yield Fault(
                ("most_letters",),
                _l("A whole number from %(low)s to %(high)s is needed.", low=FEWEST_LETTERS, high=MOST_LETTERS),
            )

    def control(self, settings: Settings, order: Order, lang: str) -> Control:
        most = settings["most_letters"]
        hint = _ln("%(num)s letter at most", "%(num)s letters at most", most)
        return Control((Field("lines", longest=most),), hint=hint)

    def parse(self, settings: Settings, order: Order, values: Sequence[str]) -> Any:
        """A browser counts the end of a line as one letter and sends two."""
        text = super().parse(settings, order, [value.replace("\r\n", "\n") for value in values])
        if text is not None and len(text) > settings["most_letters"]:
            raise BadAnswer("longer than this question takes")
        return text

    def sheet(self, settings: Settings, order: Order, lang: str) -> Sheet:
        return Sheet(_l("in a few words"), lines=_LINES)

    def from_paper(self, settings: Settings, order: Order, text: str, lang: str) -> Any:
        try:
            return self.parse(settings, order, [text])
        except BadAnswer as error:
            raise BadPaper(_l("At most %(num)s letters can be used.", num=settings["most_letters"])) from error

    def grade(self, settings: Settings, answer: Any) -> Grade:
        return Grade(None)

    def right_answer(self, settings: Settings) -> Any:
        return None


TYPE = FreeText()
