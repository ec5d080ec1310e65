"""Enrolling people in a cohort: choose, look, confirm; and their leaving."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.accounts import queries as accounts
from lms.core import clock
from lms.core.access import requires
from lms.core.db import session
from lms.core.forms import EmptyForm, ReasonForm
from lms.core.i18n import current_language
from lms.core.paging import page_number, pages, search_words, whole_number
from lms.programme import queries, services
from lms.programme.errors import CohortArchived
from lms.programme.forms import ConfirmForm
from lms.programme.models import Cohort, Enrolment
from lms.programme.permissions import ProgrammePermission
from lms.programme.queries import enrolling
from lms.programme.queries.enrolling import GROUPS, MOST_CHOSEN, Source
from lms.programme.views.cohorts import blueprint, cohort_or_404


@blueprint.get("/<int:cohort_id>/enrol")
@requires(ProgrammePermission.ENROLMENTS)
def choose_people(cohort_id: int) -> ResponseReturnValue:
    """Choose people by name or by organisation; with a whole list in the address, look at it."""
    cohort = _open_cohort(cohort_id)
    source = _source(request.args)
    if source.organisation_ids or source.batch_id or (source.person_ids and "look" in request.args):
        return _preview(cohort, source, ConfirmForm())
    search, lang = search_words(), current_language()
    chosen = queries.chosen_people(session(), cohort.id, source.person_ids, lang=lang) if source.person_ids else []
    found, more = (
        enrolling.people_to_choose(session(), cohort.id, search=search, without=source.person_ids, lang=lang)
        if search
        else ([], False)
    )
    return render_template(
        "programme/choose_people.html",
        cohort=cohort,
        organisations=accounts.organisations(session()),
        batches=enrolling.last_batches(session()),
        search=search,
        chosen=chosen,
        found=found,
        more=more,
        nobody_ticked="look" in request.args and not source.person_ids,
    )


def _open_cohort(cohort_id: int) -> Cohort:
    cohort = cohort_or_404(cohort_id)
    if cohort.archived_at is not None:
        raise CohortArchived
    return cohort


def _source(values: Any) -> Source:
    """Whom the address or form names. Unknown organisations and imports are not there."""
    if keys := set(filter(None, values.getlist("organisation"))):
        ids = {one.key: one.id for one in accounts.organisations(session())}
        return Source(organisation_ids=tuple(sorted(ids.get(key) or abort(404) for key in keys)))
    if batch := values.get("batch", ""):
        known = enrolling.batch_or_none(session(), whole_number(batch) or 0)
        return Source(batch_id=(known or abort(404)).id)
    people = [one for one in map(whole_number, values.getlist("person")) if one]
    return Source(person_ids=tuple(dict.fromkeys(people))[:MOST_CHOSEN])


def _named(values: Any) -> dict[str, Any]:
    """The same choice again, for links and hidden fields."""
    if values.get("organisation"):
        return {"organisation": values.getlist("organisation")}
    if values.get("batch"):
        return {"batch": values["batch"]}
    return {"person": values.getlist("person")[:MOST_CHOSEN], "look": "1"}


def _preview(cohort: Cohort, source: Source, form: ConfirmForm, *, changed: bool = False) -> ResponseReturnValue:
    """Who would be enrolled, who is already, who cannot be and why."""
    counts = queries.standing_counts(session(), cohort.id, source)
    group = request.args.get("show", "new")
    group = group if group in GROUPS else "new"
    page, values = page_number(), request.values
    rows = queries.candidate_page(
        session(), cohort.id, source, group=group, lang=current_language(), page=page
    )  # fmt: skip
    named = _named(values)
    form.expected.data = str(counts["new"])
    answer = render_template(
        "programme/preview_enrolment.html",
        cohort=cohort,
        counts=counts,
        show=group,
        rows=rows,
        named=named,
        form=form,
        changed=changed,
        pages=pages(".choose_people", page, len(rows), counts[group], cohort_id=cohort.id, show=group, **named),
    )
    return answer, 409 if changed else 200


@blueprint.post("/<int:cohort_id>/enrol")
@requires(ProgrammePermission.ENROLMENTS)
def enrol_people(cohort_id: int) -> ResponseReturnValue:
    """Enrol those whom the page showed. Sent twice, the second time finds nobody left to enrol."""
    cohort, form, now = _open_cohort(cohort_id), ConfirmForm(), clock.now()
    source = _source(request.form)
    ids = queries.newcomers(session(), cohort.id, source)
    if len(ids) > (whole_number(form.expected.data) or 0):
        # Nobody is enrolled unseen: the list grew since the page was opened.
        return _preview(cohort, source, form, changed=True)
    written = services.enrol_together(session(), cohort, ids, actor_id=current_user.person_id, now=now)
    if form.tell.data and written:
        services.tell_enrolled(session(), cohort, written, now=now)
    flash(
        ngettext("%(num)s person enrolled.", "%(num)s people enrolled.", len(written))
        if written
        else _("Nobody new: all of them are enrolled."),
        "ok",
    )
    return redirect(url_for(".show_cohort", cohort_id=cohort.id))


def _enrolment_or_404(cohort: Cohort, enrolment_id: int) -> Enrolment:
    enrolment = queries.get_enrolment_or_none(session(), enrolment_id)
    if enrolment is None or enrolment.cohort_id != cohort.id or enrolment.merged_into_id is not None:
        abort(404)
    return enrolment


@blueprint.get("/<int:cohort_id>/people/<int:enrolment_id>/")
@requires(ProgrammePermission.ENROLMENTS)
def ask_leave(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Ask why somebody leaves, or offer to take the enrolment up again."""
    cohort = cohort_or_404(cohort_id)
    enrolment = _enrolment_or_404(cohort, enrolment_id)
    return render_template(
        "programme/leave.html", cohort=cohort, enrolment=enrolment, form=ReasonForm(), empty=EmptyForm()
    )


@blueprint.post("/<int:cohort_id>/people/<int:enrolment_id>/leave")
@requires(ProgrammePermission.ENROLMENTS)
def leave(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    cohort, form = cohort_or_404(cohort_id), ReasonForm()
    enrolment = _enrolment_or_404(cohort, enrolment_id)
    if not form.validate_on_submit():
        return render_template(
            "programme/leave.html", cohort=cohort, enrolment=enrolment, form=form, empty=EmptyForm()
        ), 422
    services.end_enrolment(
        session(), enrolment, reason=form.reason.data or "", actor_id=current_user.person_id, now=clock.now()
    )
    flash(_("The enrolment is ended. What was done stays."), "ok")
    return redirect(url_for(".show_cohort", cohort_id=cohort.id))


@blueprint.post("/<int:cohort_id>/people/<int:enrolment_id>/take-back")
@requires(ProgrammePermission.ENROLMENTS)
def take_back(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    enrolment = _enrolment_or_404(cohort, enrolment_id)
    services.take_back(session(), enrolment, actor_id=current_user.person_id, now=clock.now())
    flash(_("The enrolment is taken up again."), "ok")
    return redirect(url_for(".show_cohort", cohort_id=cohort.id))
