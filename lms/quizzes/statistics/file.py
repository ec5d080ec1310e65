"""The statistics of a quiz as a workbook, with what each figure means. It holds no person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import current_language, round_half_up
from lms.documents.cell_values import Share
from lms.documents.workbooks import About, Sheet, write_xlsx
from lms.quizzes.models import QuestionVersion, Quiz
from lms.quizzes.statistics import bands, words
from lms.quizzes.statistics.report import Report, option_texts, shown_signals


def workbook(quiz: Quiz, report: Report, versions: Mapping[int, QuestionVersion], about: About) -> bytes:
    """Sheets: what one has to know, the quiz, its questions, their options."""
    lang = current_language()
    sheets = [
        Sheet(_("Quiz"), [_("Figure"), _("Value")], _of_quiz(quiz, report, lang)),
        Sheet(
            _("Questions"),
            _question_heads(),
            [_of_question(place, one, versions, lang) for place, one in enumerate(report["items"], 1)],
        ),
        Sheet(_("Options"), _option_heads(), _of_options(report, versions, lang)),
    ]
    return write_xlsx(sheets, lang=lang, about=about)


def about(
    quiz: Quiz, *, cohort: str, counted_at: dt.datetime, edition: str, made_by: str, made_at: dt.datetime
) -> About:
    """What the file is about: ``cohort`` names the one counted (empty: all), ``edition`` the curriculum's content."""
    return About(
        title=_("Statistics: %(title)s", title=quiz.title[current_language()]),
        made_by=made_by,
        made_at=made_at,
        filters=[(_("Training session"), cohort)] if cohort else [],
        facts=[(_("Counted on"), counted_at), (_("Edition of the curriculum"), edition)],
        definitions=_definitions(),
        notes=[
            _(
                "Below %(few)s people no file is made; below %(many)s it holds counts only, rates and marks stay "
                "empty.",
                few=bands.COUNTS_FROM,
                many=bands.INDICATIVE_FROM,
            ),
            _("An empty cell is a figure that cannot be computed or is held back, never zero."),
        ],
    )


def _definitions() -> list[tuple[str, str]]:
    """Each figure with its meaning."""
    return [
        (_("People"), _("First attempts that were sent, one a person, without test accounts.")),
        (_("Success p"), _("Share of its points that a question gave, from 0 to 1.")),
        (
            _("Discrimination D"),
            _("p among the 27 in 100 with the highest marks, less p among the 27 in 100 with the lowest."),
        ),
        (_("r"), _("Correlation of the question with the rest of the test.")),
        (
            _("r with itself"),
            _("Correlation of the question with the whole test, itself included: too high in short tests."),
        ),
        (_("Alpha"), words.alpha_meaning()),
        (_("Error of measurement"), _("How far a mark may lie from the true one, in points out of 20.")),
        (
            _("Time in seconds"),
            _("Half of the people took longer from the answer before to this one, half were quicker."),
        ),
        (_("Share"), _("Share of the option among the answers to the question.")),
        (_("To look at"), _("Why the question is worth reading again.")),
    ]


def _of_quiz(quiz: Quiz, report: Report, lang: str) -> list[list[Any]]:
    shows = report["shows_rates"]
    return [
        [_("Quiz"), quiz.title[lang]],
        [_("First attempt on"), _day(report["first_on"])],
        [_("Last attempt on"), _day(report["last_on"])],
        [_("People"), report["n"]],
        [_("Pass mark reached"), report["passed"]],
        [_("Mean out of 20"), _on_twenty(report["mean"]) if shows else None],
        [_("Median out of 20"), _on_twenty(report["median"]) if shows else None],
        [_("Alpha"), _rounded(report["alpha"]) if shows else None],
        [_("Error of measurement"), _on_twenty(report["sem"]) if shows else None],
    ]


def _question_heads() -> list[str]:
    return [
        _("Question"), _("Version number"), _("Text"), _("People"), _("Success p"), _("Discrimination D"), _("r"),
        _("r with itself"), _("p in Arabic"), _("p in French"), _("Time in seconds"), _("To look at"),
    ]  # fmt: skip


def _of_question(place: int, one: Mapping[str, Any], versions: Mapping[int, QuestionVersion], lang: str) -> list[Any]:
    """A question under the number that the page gives it."""
    version, shows = versions[one["version_id"]], one["shows_rates"]
    rates = [one["p"], one["d"], one["r"], one["r_with_itself"], one["ar"][1], one["fr"][1]]
    return [
        place,
        version.number,
        version.stem[lang],
        one["n"],
        *(_rounded(rate) if shows else None for rate in rates),
        _rounded(one["seconds"], 0),
        " · ".join(str(words.signal(name).chip) for name in shown_signals(one)),
    ]


def _option_heads() -> list[str]:
    return [
        _("Question"), _("Option"), _("Right"), _("People"), _("Share"), _("Mean out of 20"), _("Share in Arabic"),
        _("Share in French"),
    ]  # fmt: skip


def _of_options(report: Report, versions: Mapping[int, QuestionVersion], lang: str) -> list[list[Any]]:
    lines = []
    for place, one in enumerate(report["items"], 1):
        texts = option_texts(versions[one["version_id"]])
        for option in one["options"]:
            right = _("yes") if option["is_right"] else ""
            rates = _rates_of(option) if one["shows_rates"] else [None] * 4
            lines.append([place, texts[option["key"]][lang], right, option["count"], *rates])
    return lines


def _rates_of(option: Mapping[str, Any]) -> list[float | None]:
    share, ar, fr = (None if option[key] is None else Share(option[key]) for key in ("share", "ar", "fr"))
    return [share, _on_twenty(option["mean"]), ar, fr]


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _rounded(value: float | None, decimals: int = 4) -> float | None:
    return None if value is None else float(round_half_up(value, decimals))


def _on_twenty(share: float | None) -> float | None:
    return None if share is None else _rounded(share * 20, 2)
