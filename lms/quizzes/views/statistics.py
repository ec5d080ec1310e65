"""What the marks of a quiz say, question by question, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.accounts import queries as accounts
from lms.accounts.models import Sex
from lms.core import clock
from lms.core.access import can, requires
from lms.core.db import session
from lms.core.downloads import attachment
from lms.core.i18n import current_language, localized
from lms.core.paging import whole_number
from lms.curriculum import queries as curriculum
from lms.programme.models import Cohort
from lms.quizzes import queries, services
from lms.quizzes.forms.bank import PURPOSES, shortened
from lms.quizzes.models import Purpose, Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.services.statistics import Counted
from lms.quizzes.statistics import bands, file, words
from lms.quizzes.statistics.report import Report, option_texts, shown_signals, to_look_at
from lms.ui.histogram import Column, histogram

GAIN_BANDS = {"low": _l("low"), "medium": _l("medium"), "high": _l("high"), "": ""}

blueprint = localized(
    Blueprint("statistics", __name__, template_folder="../templates", url_prefix="/questions/statistics"),
    section="statistics.list_taken",
)


def _readable() -> Any:
    return queries.statistics.readable(current_user.person_id, reads_all=_reads_all())


def _reads_all() -> bool:
    return can(QuizPermission.ALL_STATISTICS)


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.statistics.quiz_or_none(session(), quiz_id, _readable()) or abort(404)


@blueprint.get("/")
@requires(QuizPermission.STATISTICS)
def list_taken() -> ResponseReturnValue:
    """The quizzes that somebody took."""
    return render_template(
        "quizzes/list_statistics.html",
        rows=queries.statistics.taken(session(), _readable()),
        alerts={quiz.id: count for quiz, count in queries.statistics.with_alerts(session(), _readable())},
        purposes=PURPOSES,
        few=bands.INDICATIVE_FROM,
    )


@blueprint.get("/gain/")
@requires(QuizPermission.STATISTICS)
def show_gain() -> ResponseReturnValue:
    """What people learned from the test before the training to the one after it."""
    cohorts = queries.gain.cohorts(session(), current_user.person_id, reads_all=_reads_all())
    cohort_id = _cohort(cohorts)
    allowed = Cohort.id.in_([cohort.id for cohort in cohorts])
    today = clock.local_date(clock.now())
    people = queries.gain.people(session(), today=today, cohort_id=cohort_id, condition=allowed)
    modules = curriculum.current(session()).modules
    return render_template(
        "quizzes/show_gain.html",
        choices=[(cohort.id, cohort.name[current_language()]) for cohort in cohorts],
        cohort_id=cohort_id,
        whole=queries.gain.gain_in(people),
        modules=[(module, queries.gain.gain_in(people, module.slug)) for module in modules],
        by_sex=queries.gain.by_group(people, "sex"),
        by_organisation=queries.gain.by_group(people, "organisation_id"),
        organisations=accounts.organisations(session()),
        sexes=[(sex, sex.label) for sex in Sex] + [(None, _l("Not given"))],
        group_from=queries.gain.GROUP_FROM,
        bands=GAIN_BANDS,
    )


@blueprint.get("/<int:quiz_id>/")
@requires(QuizPermission.STATISTICS)
def show_statistics(quiz_id: int) -> ResponseReturnValue:
    """One quiz: how it went, which question failed and why."""
    quiz = _quiz_or_404(quiz_id)
    cohorts = queries.statistics.cohorts(session(), quiz.id, current_user.person_id, reads_all=_reads_all())
    cohort_id = _cohort(cohorts)
    counted = services.statistics.current(session(), quiz.id, cohort_id, now=clock.now())
    if counted is None:
        return render_template("quizzes/statistics_later.html", quiz=quiz)
    return render_template(
        "quizzes/show_statistics.html",
        quiz=quiz,
        cohorts=cohorts,
        cohort_id=cohort_id,
        made_at=counted.made_at,
        report=counted.report,
        size=bands.size_of(counted.report["n"]),
        chart=_chart(counted.report),
        words=words,
        certifies=quiz.purpose == Purpose.TEST,
        shown_signals=shown_signals,
        is_hidden=bool(counted.report["n"]) and not counted.report["shows_counts"],
        **_items(counted),
    )


def _cohort(cohorts: Any) -> int | None:
    asked = whole_number(request.args.get("cohort"))
    return asked if asked in {cohort.id for cohort in cohorts} else None


def _items(counted: Counted) -> dict[str, Any]:
    """The versions behind the lines, the one that is open, and the words of its options."""
    items = counted.report["items"]
    versions = queries.statistics.versions(session(), {one["version_id"] for one in items})
    asked = whole_number(request.args.get("question"))
    flagged = to_look_at(counted.report)
    wanted = asked if asked in versions else flagged[0]["version_id"] if flagged else None
    version = versions.get(wanted) if wanted else None
    return {
        "versions": versions,
        "flagged": flagged,
        "numbers": {one["version_id"]: place for place, one in enumerate(items, 1)},
        "shortened": shortened,
        "opened": wanted,
        "option_words": option_texts(version) if version else {},
        "editable": _editable({one["question_id"] for one in items}),
    }


def _editable(question_ids: Collection[int]) -> set[int]:
    """Those of the questions that somebody may open in the builder."""
    if not can(QuizPermission.WRITE):
        return set()
    return {one.id for one in queries.bank.chosen(session(), current_user.person_id, question_ids)}


def _chart(report: Report) -> Any:
    if not report["n"]:
        return ""
    mark = report["pass_percent"]
    return histogram(
        [Column(*one) for one in report["bins"]],
        lang=current_language(),
        title=str(_l("Marks out of 20, in people")),
        description=words.description(report),
        threshold=(mark / 5, words.threshold(mark)) if mark else None,
    )


@blueprint.get("/<int:quiz_id>/file")
@requires(QuizPermission.STATISTICS)
def download(quiz_id: int) -> ResponseReturnValue:
    """What the page shows, as a workbook with its definitions."""
    quiz = _quiz_or_404(quiz_id)
    cohorts = queries.statistics.cohorts(session(), quiz.id, current_user.person_id, reads_all=_reads_all())
    cohort_id, now, lang = _cohort(cohorts), clock.now(), current_language()
    counted = services.statistics.current(session(), quiz.id, cohort_id, now=now) or abort(404)
    if not counted.report["shows_counts"]:
        abort(404)
    versions = queries.statistics.versions(session(), {one["version_id"] for one in counted.report["items"]})
    about = file.about(
        quiz,
        cohort=next((one.name[lang] for one in cohorts if one.id == cohort_id), ""),
        counted_at=counted.made_at,
        edition=(curriculum.newest_digest(session()) or "")[:12],
        made_by=current_user.name[lang],
        made_at=now,
    )
    return attachment(file.workbook(quiz, counted.report, versions, about), f"statistics-{quiz.id}.xlsx")
