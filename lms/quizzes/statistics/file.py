"""The statistics of a quiz as a workbook, with what each figure means. It holds no person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import current_language
from lms.quizzes.models import QuestionVersion, Quiz
from lms.quizzes.statistics import words
from lms.quizzes.statistics.report import Report, option_texts, shown_signals


def workbook(quiz: Quiz, report: Report, versions: Mapping[int, QuestionVersion]) -> bytes:
    """Sheets: the quiz, its questions, their options, the definitions."""
    from lms.documents.spreadsheets import Sheet, write_xlsx

    lang = current_language()
    sheets = [
        Sheet(_("Quiz"), [_("Figure"), _("Value")], _of_quiz(quiz, report, lang)),
        Sheet(_("Questions"), _question_heads(), [_of_question(one, versions, lang) for one in report["items"]]),
        Sheet(_("Options"), _option_heads(), _of_options(report, versions, lang)),
        Sheet(_("Definitions"), [_("Figure"), _("Meaning")], [list(pair) for pair in definitions()]),
    ]
    return write_xlsx(sheets, lang=lang)


def definitions() -> list[tuple[str, str]]:
    """Each figure with its meaning: the page shows the same."""
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
        (_("Time"), _("Half of the people took longer from the answer before to this one, half were quicker.")),
    ]


def _of_quiz(quiz: Quiz, report: Report, lang: str) -> list[list[Any]]:
    shows = report["shows_rates"]
    return [
        [_("Quiz"), quiz.title[lang]],
        [_("First attempt on"), report["first_on"]],
        [_("Last attempt on"), report["last_on"]],
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


def _of_question(one: Mapping[str, Any], versions: Mapping[int, QuestionVersion], lang: str) -> list[Any]:
    version, shows = versions[one["version_id"]], one["shows_rates"]
    rates = [one["p"], one["d"], one["r"], one["r_with_itself"], one["ar"][1], one["fr"][1]]
    return [
        one["question_id"],
        version.number,
        version.stem[lang],
        one["n"],
        *(_rounded(rate) if shows else None for rate in rates),
        None if one["seconds"] is None else round(one["seconds"]),
        " · ".join(str(words.signal(name).chip) for name in shown_signals(one)),
    ]


def _option_heads() -> list[str]:
    return [
        _("Question"), _("Option"), _("Right"), _("People"), _("Share"), _("Mean out of 20"), _("Share in Arabic"),
        _("Share in French"),
    ]  # fmt: skip


def _of_options(report: Report, versions: Mapping[int, QuestionVersion], lang: str) -> list[list[Any]]:
    lines = []
    for one in report["items"]:
        version, shows = versions[one["version_id"]], one["shows_rates"]
        texts = option_texts(version)
        for option in one["options"]:
            rates = [option["share"], None if option["mean"] is None else option["mean"] * 20]
            rates += [option["ar"], option["fr"]]
            right = _("yes") if option["is_right"] else ""
            lines.append(
                [one["question_id"], texts[option["key"]][lang], right, option["count"]]
                + [_rounded(rate) if shows else None for rate in rates]
            )
    return lines


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _on_twenty(share: float | None) -> float | None:
    return None if share is None else round(share * 20, 2)
