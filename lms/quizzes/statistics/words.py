"""The statistics of a quiz in words: what a signal means and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.core.i18n import current_language, locale_of, number, points
from lms.core.text import isolate
from lms.quizzes.statistics.bands import (
    GOOD_FROM,
    LANGUAGE_GAP_ABOVE,
    RELIABLE_FROM,
    NoAlpha,
    Signal,
    Size,
)
from lms.quizzes.statistics.report import Report, shown_signals


@dataclass(frozen=True)
class Words:
    """How a signal is shown."""

    chip: Any
    tone: str
    icon: str
    advice: Any


SIGNALS = {
    Signal.NEGATIVE: Words(
        _l("Works against the test"), "danger", "alert",
        _l("People who do well in the rest of the test miss it: is the key right, and is no second answer right too?"),
    ),
    Signal.LANGUAGE: Words(
        _l("Gap between languages"), "info", "languages",
        _l("It is harder in one language: the two wordings are to be read side by side."),
    ),
    Signal.HARD: Words(
        _l("Too hard"), "warn", "alert",
        _l("Almost nobody finds it: the lesson may not treat it, or the wording misleads."),
    ),
    Signal.EASY: Words(
        _l("Easy"), "neutral", "info",
        _l("Almost everybody finds it: good as a first question, of little use to tell who has learned more."),
    ),
    Signal.WEAK: Words(
        _l("Weak D"), "warn", "info",
        _l("It hardly tells those who know from those who do not: is it about the objective, and is only one option "
           "right?"),
    ),
}  # fmt: skip
SIZES = {
    Size.COUNTS_ONLY: _l("Fewer than 20 people: counts only. Rates and marks are shown from 20 people on."),
    Size.INDICATIVE: _l("fewer than 50 people: to be read as an indication"),
    Size.FULL: "",
}
NO_ALPHA = {
    NoAlpha.TOO_FEW_PEOPLE: _l("one person"),
    NoAlpha.TOO_FEW_QUESTIONS: _l("one question"),
    NoAlpha.DIFFERENT_QUESTIONS: _l("questions differ from person to person"),
    NoAlpha.SAME_TOTALS: _l("all marks are equal"),
}

#: Fewer people on an option, or in a language, say nothing.
FEWEST_RIVALS = 5


def signal(name: str) -> Words:
    return SIGNALS[Signal(name)]


def short(item: Mapping[str, Any]) -> str:
    """One line on a question in the list of what to look at, with its figures: the likeliest cause first."""
    if _languages_part(item):
        return _by_language(item)
    said: dict[Signal, str] = {
        Signal.NEGATIVE: _(
            "r is %(r)s: those who do well in the rest miss it. Check the key.", r=isolate(decimal(item["r"]))
        )
        if item["r"] is not None and item["r"] < 0
        else _("D is %(d)s: those with high marks miss it. Check the key.", d=isolate(decimal(item["d"]))),
        Signal.LANGUAGE: _by_language(item),
        Signal.HARD: _("p is %(p)s: almost nobody finds it.", p=decimal(item["p"])),
        Signal.EASY: _("p is %(p)s: too easy to tell people apart.", p=decimal(item["p"])),
        Signal.WEAK: _("D is %(d)s: it hardly tells people apart.", d=decimal(item["d"])),
    }
    return said[Signal(shown_signals(item)[0])]


def _by_language(item: Mapping[str, Any]) -> str:
    """The success in each language with the people behind it."""
    (n_ar, p_ar), (n_fr, p_fr) = item["ar"], item["fr"]
    ar, fr = decimal(p_ar), decimal(p_fr)
    return str(
        _("p is %(ar)s in Arabic (n = %(n_ar)s) and %(fr)s in French (n = %(n_fr)s): read both wordings side by side.",
          ar=ar, fr=fr, n_ar=number(n_ar), n_fr=number(n_fr))
    )  # fmt: skip


def advice(item: Mapping[str, Any], letters: Mapping[str, str]) -> list[str]:
    """What to do about a question, step by step; ``letters`` names its options."""
    found = [str(SIGNALS[Signal(name)].advice) for name in item["signals"]]
    if Signal.LANGUAGE not in item["signals"] and _languages_part(item):
        found.insert(0, _by_language(item) + " " + _("The people are few: nothing is sure yet."))
    rival = _rival(item["options"])
    if rival is not None:
        found.append(
            _("Those who choose %(option)s have the best mean mark: is %(option)s right too, or does the wording lead "
              "there? The key changes only when it is wrong.", option=letters[rival])
        )  # fmt: skip
    unused = [letters[one["key"]] for one in item["options"] if not one["is_right"] and _is_unused(one)]
    if unused:
        found.append(
            _("Fewer than 5 in 100 choose %(options)s: rewritten or left out, it costs nothing.",
              options=format_list(unused, locale=locale_of(current_language())))
        )  # fmt: skip
    return found


def reliability(report: Report) -> str:
    """What a test with too low an alpha lets one decide."""
    return str(
        _("A mark less than %(error)s points from the pass mark may be chance: a person looks at those answers before "
          "anything is decided.", error=number((report["sem"] or 0) * 20, 1))
    )  # fmt: skip


def _languages_part(item: Mapping[str, Any]) -> bool:
    """Whether the languages differ widely among people too few to be sure."""
    (n_ar, p_ar), (n_fr, p_fr) = item["ar"], item["fr"]
    return bool(min(n_ar, n_fr) >= FEWEST_RIVALS and abs(p_ar - p_fr) > 2 * LANGUAGE_GAP_ABOVE)


def _rival(options: list[Mapping[str, Any]]) -> str | None:
    """The wrong option whose choosers have better marks than those of the right one, if there is one."""
    right = [one["mean"] for one in options if one["is_right"] and one["mean"] is not None]
    wrong = [one for one in options if not one["is_right"] and one["count"] >= FEWEST_RIVALS]
    if not right or not wrong:
        return None
    best = max(wrong, key=lambda one: float(one["mean"]))
    return str(best["key"]) if best["mean"] > max(right) else None


def _is_unused(option: Mapping[str, Any]) -> bool:
    return option["is_functional"] is False


def decimal(value: float | None, decimals: int = 2) -> str:
    """A coefficient: « 0,42 »; a real minus sign before a negative one; a dash for what is not defined."""
    if value is None:
        return "—"
    return ("−" if round(value, decimals) < 0 else "") + number(abs(value), decimals)


def alpha_meaning() -> str:
    least = decimal(RELIABLE_FROM)
    return str(
        _("How far the questions of the test agree with each other; a certifying test needs %(least)s.", least=least)
    )


def measures_meaning() -> str:
    """The measures of the table in one paragraph."""
    return str(
        _(
            "p: share of the points that the question gave. D: p among those with the highest marks less p among those "
            "with the lowest, good from %(good)s. r: correlation with the rest of the test. Time: the middle of all, "
            "from the answer before to this one.",
            good=decimal(GOOD_FROM),
        )
    )


def clock(seconds: float | None) -> str:
    """A time as « 1:24 »."""
    return "—" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def threshold(percent: int) -> str:
    return str(_("pass mark %(mark)s", mark=f"{points(percent / 5)}/20"))


def description(report: Report) -> str:
    """What the histogram shows, for those who do not see it."""
    people = str(ngettext("%(num)s person", "%(num)s people", report["n"]))
    if report["passed"] is None:
        return people
    passed = ngettext("%(num)s at the pass mark or above", "%(num)s at the pass mark or above", report["passed"])
    return f"{people} · {passed}"
