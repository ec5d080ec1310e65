"""What the sheets of a cohort look like."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.attendance import file_names, queries, services, sheets
from lms.attendance.forms_layout import LayoutForm, LogoForm
from lms.attendance.permissions import AttendancePermission
from lms.attendance.services.layouts import MOST_LOGOS
from lms.attendance.views.blueprint import blueprint, cohort_or_404, download, titles
from lms.core import clock, images
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import EMPTY
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.edits import EditedMeanwhile
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.documents import draw_attendance
from lms.programme.models import Cohort


@blueprint.get("/cohorts/<int:cohort_id>/sheet-layout")
@requires(AttendancePermission.CORRECT)
def show_layout(cohort_id: int) -> ResponseReturnValue:
    """Title, columns, last line and logos of a cohort's sheets."""
    cohort, form = cohort_or_404(cohort_id), LayoutForm(formdata=None)
    form.show(queries.layouts.sheet_or_none(session(), cohort.id))
    return _page(cohort, form)


def _page(
    cohort: Cohort, form: LayoutForm, logo_form: LogoForm | None = None, refused: Any = None, error: Any = None
) -> str:
    return render_template(
        "attendance/edit_layout.html",
        cohort=cohort,
        form=form,
        logo_form=logo_form or LogoForm(formdata=None),
        logos=queries.layouts.logos(session(), cohort.id),
        most=MOST_LOGOS,
        empty=EmptyForm(formdata=None),
        refused=refused,
        error=error,
    )


@blueprint.post("/cohorts/<int:cohort_id>/sheet-layout")
@requires(AttendancePermission.CORRECT)
def save_layout(cohort_id: int) -> ResponseReturnValue:
    cohort, form = cohort_or_404(cohort_id), LayoutForm()
    if not form.validate_on_submit():
        return _page(cohort, form), 422
    try:
        services.layouts.save(
            session(), cohort, form.words(), version=form.version.data, actor_id=current_user.person_id,
            now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError):
        database.rollback()
        cohort = cohort_or_404(cohort_id)
        row = queries.layouts.sheet_or_none(session(), cohort.id)
        form.version.data = row.version if row is not None else 0
        return _page(cohort, form, refused=EditedMeanwhile().message), 409
    flash(_("The layout is saved."), "ok")
    return redirect(url_for(".show_layout", cohort_id=cohort_id))


@blueprint.post("/cohorts/<int:cohort_id>/sheet-layout/logos")
@requires(AttendancePermission.CORRECT)
def add_logo(cohort_id: int) -> ResponseReturnValue:
    cohort, logo_form, sent = cohort_or_404(cohort_id), LogoForm(), request.files.get("file")
    is_right = logo_form.validate_on_submit()
    error: Any = None if sent is not None and sent.filename else _("A file has to be chosen first.")
    status = 422
    if is_right and error is None and sent is not None:
        try:
            with sent.stream as stream:
                data = stream.read(images.MAX_BYTES + 1)
            services.layouts.add_logo(
                session(), cohort, data, logo_form.name.data or "", actor_id=current_user.person_id, now=clock.now()
            )
            flash(_("The logo is added."), "ok")
            return redirect(url_for(".show_layout", cohort_id=cohort_id))
        except DomainError as refused:
            error, status = refused.message, refused.status
    database.rollback()
    cohort, form = cohort_or_404(cohort_id), LayoutForm(formdata=None)
    form.show(queries.layouts.sheet_or_none(session(), cohort.id))
    return _page(cohort, form, logo_form, error=error), status


@blueprint.post("/cohorts/<int:cohort_id>/sheet-layout/logos/<int:logo_id>/remove")
@requires(AttendancePermission.CORRECT)
def remove_logo(cohort_id: int, logo_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    services.layouts.remove_logo(session(), cohort, logo_id, actor_id=current_user.person_id, now=clock.now())
    flash(_("The logo is removed."), "ok")
    return redirect(url_for(".show_layout", cohort_id=cohort_id))


@blueprint.get("/cohorts/<int:cohort_id>/sheet-layout/sample.pdf")
@requires(AttendancePermission.CORRECT)
def download_sample(cohort_id: int) -> ResponseReturnValue:
    """The sheet as it is stored, with invented people."""
    cohort = cohort_or_404(cohort_id)
    module = next((titles()[one.module] for one in cohort.modules if one.module in titles()), EMPTY)
    about = sheets.SheetHead(
        current_app.extensions["programme_names"]().name, module, sheets.layout_of(session(), cohort.id)
    )
    pdf = draw_attendance(sheets.sample_of(cohort, about, local_date(clock.now())))
    return download(pdf, file_names.SAMPLE, cohort_id, ending="pdf")
