"""What the marks of a quiz say: read from the attempts, analysed, kept as plain values for page, file and cache."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy.orm import Session

from lms.core.clock import local_date
from lms.quizzes import queries
from lms.quizzes.models import QuestionVersion
from lms.quizzes.queries.statistics import Answer
from lms.quizzes.question_types import get
from lms.quizzes.question_types.families import OptionType, RowType
from lms.quizzes.statistics import analysis as item_analysis
from lms.quizzes.statistics.bands import Analysis, Sheet, Signal

#: Everything a page shows, as JSON: ``report`` says which keys.
Report = dict[str, Any]
ONE = 1_000_000
#: Whoever answers after this long was away meanwhile.
LONGEST_SECONDS = 3600


def report(db: Session, quiz_id: int, cohort_id: int | None = None) -> Report:
    """The statistics of a quiz over all its first attempts, or over those of one cohort.

    Versions of a question that ask and mark the same are counted together: a mended typing error starts nothing anew.
    """
    versions = queries.statistics.versions_in(db, quiz_id)
    together = _together(versions.values())
    read = _Read(versions, together)
    answers = queries.statistics.answers(db, quiz_id, cohort_id)
    for _attempt_id, attempt in groupby(answers, key=attrgetter("attempt_id")):
        read.take(list(attempt))
    pass_percent = Counter(read.pass_percents).most_common(1)[0][0] if read.pass_percents else None
    analysis = item_analysis.analyse(read.sheets, pass_share=pass_percent / 100 if pass_percent else None)
    places = queries.statistics.positions(db, quiz_id)
    keys = sorted(analysis.items, key=lambda key: (places.get(versions[key].question_id, 10_000), versions[key].id))
    return {
        **_of_quiz(analysis, pass_percent),
        "first_on": local_date(min(read.moments)).isoformat() if read.moments else None,
        "last_on": local_date(max(read.moments)).isoformat() if read.moments else None,
        "items": [_of_item(key, analysis, read, versions, together) for key in keys],
    }


def alerts(found: Report) -> int:
    """How many questions ask to be looked at."""
    return len(to_look_at(found))


def to_look_at(found: Report) -> list[dict[str, Any]]:
    """The questions that ask to be looked at, the most pressing first."""
    order = list(Signal)
    flagged = [one for one in found["items"] if shown_signals(one)]
    return sorted(flagged, key=lambda one: order.index(Signal(shown_signals(one)[0])))


def shown_signals(item: Mapping[str, Any]) -> list[str]:
    """What is worth saying of a question: nothing of a few people."""
    return list(item["signals"]) if item["shows_rates"] else []


def option_texts(version: QuestionVersion) -> dict[str, Mapping[str, str]]:
    """The words of a question's options by key; empty where a question has none."""
    kind = get(version.type)
    options = kind.options(version.settings) if isinstance(kind, OptionType) else ()
    return {option["key"]: option["text"] for option in options}


def _together(versions: Iterable[QuestionVersion]) -> dict[int, int]:
    """For each version the newest one that asks and marks the same."""
    newest: dict[str, int] = {}
    for version in sorted(versions, key=lambda one: one.number):
        newest[_same(version)] = version.id
    return {version.id: newest[_same(version)] for version in versions}


def _same(version: QuestionVersion) -> str:
    """What two versions have in common that differ in wording only."""
    settings: Any = dict(version.settings)
    if isinstance(get(version.type), OptionType | RowType):
        # What is typed is marked by the words themselves; what is chosen is marked by keys.
        settings = _without_texts(settings)
    return json.dumps([version.question_id, version.type, settings], sort_keys=True)


def _without_texts(value: Any) -> Any:
    """Settings as far as answers are marked by them, in the order of the keys."""
    if isinstance(value, dict):
        return None if set(value) <= {"ar", "fr"} else {name: _without_texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_texts(one) for one in value]
    return value


@dataclass
class _Read:
    """The attempts as sheets, and what is noted on the way. Equal mappings are kept once: people are many."""

    versions: Mapping[int, QuestionVersion]
    together: Mapping[int, int]
    sheets: list[Sheet[int]] = field(default_factory=list)
    moments: list[dt.datetime] = field(default_factory=list)
    pass_percents: list[int] = field(default_factory=list)
    seconds: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: By version: fractions by language.
    by_version: dict[int, dict[str, list[float]]] = field(default_factory=dict)
    _once: dict[tuple[tuple[int, Any], ...], dict[int, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = {key: get(version.type) for key, version in self.versions.items()}
        self._optional = {key: kind for key, kind in kinds.items() if isinstance(kind, OptionType)}

    def take(self, rows: Sequence[Answer]) -> None:
        keys = [self.together[row.version_id] for row in rows]
        self.sheets.append(
            Sheet(
                marks={key: row.fraction / ONE for key, row in zip(keys, rows, strict=True)},
                points=self._kept((key, row.points) for key, row in zip(keys, rows, strict=True)),
                langs=self._kept((key, row.lang) for key, row in zip(keys, rows, strict=True)),
                chosen=self._kept(
                    (key, tuple(self._optional[row.version_id].chosen(row.answer)))
                    for key, row in zip(keys, rows, strict=True)
                    if row.answer is not None and row.version_id in self._optional
                ),
                score=rows[0].score / ONE,
                has_passed=rows[0].score * 100 >= rows[0].pass_percent * ONE if rows[0].pass_percent else None,
            )
        )
        self.moments.append(rows[0].submitted_at)
        if rows[0].pass_percent:
            self.pass_percents.append(rows[0].pass_percent)
        for row in rows:
            by_lang = self.by_version.setdefault(row.version_id, {})
            by_lang.setdefault(row.lang or "", []).append(row.fraction / ONE)
        self._take_time(rows)

    def _kept(self, pairs: Iterable[tuple[int, Any]]) -> dict[int, Any]:
        """The one mapping of these pairs."""
        found = tuple(sorted(pairs, key=itemgetter(0)))
        return self._once.get(found) or self._once.setdefault(found, dict(found))

    def _take_time(self, rows: Sequence[Answer]) -> None:
        """From one answer to the next: that is what the server knows of the time spent on a question."""
        before = rows[0].started_at
        moments = [(row.answered_at, self.together[row.version_id]) for row in rows if row.answered_at is not None]
        for moment, key in sorted(moments):
            spent = (moment - before).total_seconds()
            before = moment
            if 0 < spent <= LONGEST_SECONDS:
                self.seconds[key].append(spent)


def _of_quiz(analysis: Analysis[int], pass_percent: int | None) -> Report:
    return {
        "n": analysis.n,
        "mean": analysis.mean_share,
        "median": analysis.median_share,
        "shows_counts": analysis.shows_counts,
        "shows_rates": analysis.shows_rates,
        "passed": analysis.passed_count,
        "passed_share": analysis.passed_share,
        "pass_percent": pass_percent,
        "alpha": analysis.alpha,
        "is_reliable": analysis.is_reliable,
        "why_no_alpha": analysis.why_no_alpha,
        "sem": analysis.sem,
        "bins": [[one.lower, one.upper, one.count, one.passed_count or 0] for one in analysis.bins],
    }


def _of_item(
    key: int,
    analysis: Analysis[int],
    read: _Read,
    versions: Mapping[int, QuestionVersion],
    together: Mapping[int, int],
) -> dict[str, Any]:
    item, version, gap = analysis.items[key], versions[key], analysis.items[key].gap
    return {
        "question_id": version.question_id,
        "version_id": key,
        "n": item.n,
        "shows_rates": item.shows_rates,
        "p": item.p,
        "d": item.d,
        "r": item.r_rest,
        "r_with_itself": item.r_it,
        "seconds": item_analysis.median_seconds({key: read.seconds[key]})[key],
        "signals": [str(one) for one in item.signals],
        "ar": [gap.n_ar, gap.p_ar],
        "fr": [gap.n_fr, gap.p_fr],
        "versions": [
            _of_version(versions[one], read.by_version[one]) for one in sorted(read.by_version) if together[one] == key
        ],
        "options": _of_options(version, read.sheets),
    }


def _of_version(version: QuestionVersion, by_lang: Mapping[str, list[float]]) -> dict[str, Any]:
    marks = [mark for one in by_lang.values() for mark in one]
    gap = item_analysis.language_gap(by_lang)
    return {
        "number": version.number,
        "n": len(marks),
        "p": sum(marks) / len(marks),
        "ar": [gap.n_ar, gap.p_ar],
        "fr": [gap.n_fr, gap.p_fr],
    }


def _of_options(version: QuestionVersion, sheets: Iterable[Sheet[int]]) -> list[dict[str, Any]]:
    kind = get(version.type)
    if not isinstance(kind, OptionType) or kind.marked_by != "computer":
        return []
    right = kind.chosen(kind.right_answer(version.settings))
    return [
        {
            "key": one.key,
            "count": one.count,
            "share": one.share,
            "mean": one.mean_total_share,
            "ar": one.ar_share,
            "fr": one.fr_share,
            "is_right": one.key in right,
            "is_functional": one.is_functional,
        }
        for one in item_analysis.options(sheets, version.id, kind.keys(version.settings))
    ]
