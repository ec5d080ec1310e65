"""The team's side: opening and closing surveys, what closed ones say, follow-ups in numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import Role, can, requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Module
from lms.programme import queries as programme
from lms.programme.models import Cohort
from lms.quizzes.queries import gain as gains
from lms.surveys import charts, hooks, queries, results, services, sheet
from lms.surveys.forms import RoundForm
from lms.surveys.models import Round
from lms.surveys.permissions import SurveyPermission
from lms.surveys.queries.follow_ups import TICKET_LASTS, AnsweredBy, Line
from lms.surveys.queries.rounds import FEWEST, Count

blueprint = localized(
    Blueprint("survey_desk", __name__, template_folder="templates", url_prefix="/surveys/desk"),
    section="survey_desk.list_rounds",
)


def _cohorts() -> list[Cohort]:
    """The cohorts that somebody may filter by."""
    if Role.MONITOR in current_user.roles:
        return list(programme.cohorts(session()))
    return list(programme.cohorts_taught(session(), current_user.person_id))


def _asked_for(name: str, cohorts: list[Cohort]) -> int | None:
    wanted = paging.whole_number(request.args.get(name))
    return wanted if wanted in {cohort.id for cohort in cohorts} else None


def _modules() -> list[Module]:
    return list(curriculum.current(session()).modules)


@blueprint.get("/")
@requires(SurveyPermission.READ)
def list_rounds() -> ResponseReturnValue:
    """Surveys of one's cohorts, the newest first, with how many answered."""
    cohorts = _cohorts()
    cohort_id, page = _asked_for("cohort", cohorts), paging.page_number()
    rows, total = queries.rounds.page_of(session(), current_user, cohort_id=cohort_id, page=page)
    return render_template(
        "surveys/list_rounds.html",
        rows=rows,
        counts=queries.rounds.counts(session(), [one.id for one in rows]),
        titles=hooks.titles(session()),
        today=local_date(clock.now()),
        cohorts=cohorts,
        cohort_id=cohort_id,
        may_manage=can(SurveyPermission.MANAGE),
        pages=paging.pages(".list_rounds", page, len(rows), total, cohort=cohort_id),
    )


# --- Opening and closing ---------------------------------------------------------------------------------------------


def _round_form(**options: Any) -> tuple[RoundForm, dict[str, Any]]:
    """The form, and what can be chosen in it by number."""
    surveys = queries.forms.for_rounds(session(), current_user.person_id)
    cohorts = programme.cohorts_taught(session(), current_user.person_id)
    form = RoundForm(**options)
    form.offer(surveys, cohorts, _modules())
    return form, {
        "surveys": {str(one.id): one for one in surveys},
        "cohorts": {str(one.id): one for one in cohorts},
    }


@blueprint.get("/new")
@requires(SurveyPermission.MANAGE)
def new_round() -> ResponseReturnValue:
    """Which survey, of whom, about what, until when."""
    form, offered = _round_form(formdata=None)
    form.cohort.data = request.args.get("cohort", "")
    first = next(iter(offered["surveys"].values()), None)
    if first is not None:
        form.closes_on.data = local_date(clock.now()) + services.rounds.usual_length(first)
    return _round_page(form, offered)


def _round_page(form: RoundForm, offered: dict[str, Any], refused: Any = None) -> str:
    questions = [(one, sheet.asked(session(), one.id)) for one in offered["surveys"].values()]
    return render_template("surveys/new_round.html", form=form, refused=refused, questions=questions, **offered)


@blueprint.post("/new")
@requires(SurveyPermission.MANAGE)
def open_round() -> ResponseReturnValue:
    form, offered = _round_form()
    now = clock.now()
    today = local_date(now)
    if not (form.validate_on_submit() and form.fits(today)):
        return _round_page(form, offered), 422
    survey, cohort = offered["surveys"][form.survey.data], offered["cohorts"][form.cohort.data]
    try:
        found = services.rounds.open(
            session(), survey, cohort, module=form.module.data or "", opens_on=today, closes_on=form.closes_on.data,
            opened_by_id=current_user.person_id, now=now,
        )  # fmt: skip
    except DomainError as refused:
        database.rollback()
        form, offered = _round_form()
        return _round_page(form, offered, refused=refused.message), refused.status
    flash(_("The survey is open: it stands on the home page of the participants."), "ok")
    return redirect(url_for(".show_round", round_id=found.id))


@blueprint.post("/rounds/<int:round_id>/close")
@requires(SurveyPermission.MANAGE)
def close_round(round_id: int) -> ResponseReturnValue:
    found = queries.rounds.managed_or_none(session(), current_user.person_id, round_id) or abort(404)
    services.rounds.close(session(), found.id, actor_id=current_user.person_id, now=clock.now())
    flash(_("The survey is closed."), "ok")
    return redirect(url_for(".show_round", round_id=round_id))


# --- What a round says -----------------------------------------------------------------------------------------------


@blueprint.get("/rounds/<int:round_id>/")
@requires(SurveyPermission.READ)
def show_round(round_id: int) -> ResponseReturnValue:
    """How many answered; once it is closed and five did, what."""
    found = queries.rounds.round_or_none(session(), current_user, round_id) or abort(404)
    is_over = found.is_over(local_date(clock.now()))
    said = _results(found) if is_over else None
    may_close = can(SurveyPermission.MANAGE) and not is_over and _may_manage(found)
    return render_template(
        "surveys/show_round.html",
        round=found,
        count=queries.rounds.counts(session(), [found.id]).get(found.id, Count()),
        results=said,
        charts=charts.of_results(said, current_language()) if said else {},
        titles=hooks.titles(session()),
        is_over=is_over,
        fewest=FEWEST,
        questions=sheet.asked(session(), found.quiz_id),
        close_form=EmptyForm() if may_close else None,
    )


def _results(found: Round) -> results.Results:
    answers = queries.rounds.answers_of(session(), found.id)
    versions = queries.forms.versions(session(), results.version_ids(answers))
    return results.results(versions, queries.forms.places(session(), found.quiz_id), answers)


def _may_manage(found: Round) -> bool:
    return queries.rounds.managed_or_none(session(), current_user.person_id, found.id) is not None


# --- Follow-ups ------------------------------------------------------------------------------------------------------


@blueprint.get("/follow-ups/")
@requires(SurveyPermission.READ)
def list_follow_ups() -> ResponseReturnValue:
    """By cohort and months: due, answered, and the share that reports an application."""
    now = clock.now()
    rows = queries.follow_ups.lines(session(), current_user)
    answered = queries.follow_ups.answered(session(), current_user)
    asked = _applied_versions()
    reads_all = can(SurveyPermission.FOLLOW)
    return render_template(
        "surveys/list_follow_ups.html",
        rows=[(line, _may_look(line, now), _applied(line, answered, asked)) for line in rows],
        by_organisation=_by_organisation(answered, asked[3]) if reads_all else [],
        reads_all=reads_all,
        fewest=FEWEST,
    )


def _applied_versions() -> dict[int, set[int]]:
    """Versions of the question on application, by months."""
    return {
        months: queries.forms.keyed(session(), f"{key}#applied") for months, key in queries.forms.FOLLOW_UPS.items()
    }


def _may_look(line: Line, now: dt.datetime, *, after: dt.timedelta = dt.timedelta(0)) -> bool:
    """Whether sums may be shown: trainers read them once nobody may answer any more (``after``: some days later).

    Before, the difference of two looks would show what one person said.
    """
    return can(SurveyPermission.FOLLOW) or local_date(now) > line.ends_on + after


def _applied(line: Line, answered: AnsweredBy, asked: dict[int, set[int]]) -> results.Applied:
    """F12 of a cohort."""
    rows = answered.get((line.cohort.id, line.months), [])
    return results.applied([one.answers for one in rows], asked[line.months])


def _by_organisation(answered: AnsweredBy, asked: set[int]) -> list[tuple[Any, results.Applied | None]]:
    """F12 after three months by organisation, all cohorts together."""
    rows_of_all = [one for (_cohort, months), rows in answered.items() if months == 3 for one in rows]
    found = results.by_organisation(rows_of_all, asked)
    names = queries.follow_ups.organisations(session(), {key for key, _one in found if key is not None})
    rows = [(names.get(key or 0), one) for key, one in found]
    return sorted(rows, key=lambda row: row[0].position if row[0] else 10_000)


def _line_or_404(cohort_id: int, months: int) -> Line:
    rows = queries.follow_ups.lines(session(), current_user, cohort_id=cohort_id)
    return next((one for one in rows if one.months == months), None) or abort(404)


@blueprint.get("/follow-ups/<int:cohort_id>/<int:months>/")
@requires(SurveyPermission.READ)
def show_follow_up(cohort_id: int, months: int) -> ResponseReturnValue:
    """The follow-up of a cohort in sums: what members and, beside them, supervisors said."""
    line, now = _line_or_404(cohort_id, months), clock.now()
    answered = queries.follow_ups.answered(session(), current_user, cohort_id=cohort_id)
    may_look = _may_look(line, now)
    rows = answered.get((cohort_id, months), []) if may_look else []
    # A supervisor may be asked on the last day: their sums stand still later than the members'.
    beside = rows if _may_look(line, now, after=TICKET_LASTS) else []
    return render_template(
        "surveys/show_follow_ups.html",
        line=line,
        may_look=may_look,
        reads_all=can(SurveyPermission.FOLLOW),
        applied=_applied(line, answered, _applied_versions()) if may_look else None,
        gain_from=gains.GROUP_FROM,
        gain=gains.gain_in(gains.people(session(), today=local_date(now), cohort_id=cohort_id)),
        members=_sums([one.answers for one in rows]),
        supervisors=_sums([one.supervisor_answers for one in beside if one.supervisor_answers]),
        fewest=FEWEST,
    )


def _sums(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Sums without opinions in words: those are read with their member, by monitoring alone."""
    versions = queries.forms.versions(session(), results.version_ids(answers))
    said = results.results(versions, {}, answers)
    return {"results": said, "charts": charts.of_results(said, current_language())}


@blueprint.get("/follow-ups/<int:cohort_id>/<int:months>/answers")
@requires(SurveyPermission.FOLLOW)
def list_answers(cohort_id: int, months: int) -> ResponseReturnValue:
    """What each member answered, and their supervisor. Written into the access log of each."""
    line = _line_or_404(cohort_id, months)
    rows = queries.follow_ups.answered_by_member(session(), cohort_id, months, current_language())
    versions = queries.forms.versions(
        session(), results.version_ids([one for row in rows for one in (row.answers, row.supervisor_answers)])
    )
    for row in rows:
        log_shown("survey_desk.list_answers", person_id=row.enrolment.person_id)
    return render_template(
        "surveys/list_answers.html",
        line=line,
        rows=[
            (row, sheet.said(versions, row.answers or {}), sheet.said(versions, row.supervisor_answers or {}))
            for row in rows
        ],
    )
