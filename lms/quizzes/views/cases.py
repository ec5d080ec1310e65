"""The cases that several questions are about: a text, a figure, or both."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock, images, paging
from lms.core.access import requires
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.i18n import localized
from lms.quizzes import queries, services
from lms.quizzes.forms.bank import CaseForm, shortened
from lms.quizzes.models import QuestionCase
from lms.quizzes.permissions import QuizPermission

blueprint = localized(
    Blueprint("cases", __name__, template_folder="../templates", url_prefix="/questions/cases"),
    section="bank.list_questions",
)


@blueprint.get("/")
@requires(QuizPermission.WRITE)
def list_cases() -> ResponseReturnValue:
    """Texts and figures that several questions are about, newest change first."""
    page = paging.page_number()
    cases, total = queries.bank.cases(session(), page=page)
    pages = paging.pages(".list_cases", page, len(cases), total)
    return render_template("quizzes/list_cases.html", cases=cases, pages=pages, shortened=shortened)


def _case_or_404(case_id: int) -> QuestionCase:
    return queries.bank.case_or_none(session(), case_id) or abort(404)


@blueprint.get("/new")
@requires(QuizPermission.WRITE)
def new_case() -> ResponseReturnValue:
    return render_template("quizzes/edit_case.html", case=None, form=CaseForm(), questions=[], conflict=[])


@blueprint.post("/new")
@requires(QuizPermission.WRITE)
def create_case() -> ResponseReturnValue:
    return _save_case(None)


@blueprint.get("/<int:case_id>/")
@requires(QuizPermission.WRITE)
def edit_case(case_id: int) -> ResponseReturnValue:
    case = _case_or_404(case_id)
    form = CaseForm(
        data={
            "version": case.version, "text_ar": case.text.ar, "text_fr": case.text.fr,
            "alt_ar": case.image_alt.ar, "alt_fr": case.image_alt.fr,
        }
    )  # fmt: skip
    questions = queries.bank.questions_on(session(), case.id)
    return render_template("quizzes/edit_case.html", case=case, form=form, questions=questions, conflict=[])


@blueprint.post("/<int:case_id>/")
@requires(QuizPermission.WRITE)
def save_case(case_id: int) -> ResponseReturnValue:
    return _save_case(_case_or_404(case_id))


@blueprint.get("/<int:case_id>/picture")
@requires(QuizPermission.WRITE)
def show_case_picture(case_id: int) -> ResponseReturnValue:
    return images.answer(queries.bank.image_or_none(session(), _case_or_404(case_id).image_id) or abort(404))


def _save_case(case: QuestionCase | None) -> ResponseReturnValue:
    form = CaseForm()
    questions = queries.bank.questions_on(session(), case.id) if case else []

    def page(status: int, conflict: Any = ()) -> ResponseReturnValue:
        text = render_template("quizzes/edit_case.html", case=case, form=form, questions=questions, conflict=conflict)
        return text, status

    if not form.validate_on_submit():
        return page(422)
    image_id = case.image_id if case else None
    try:
        if form.picture.data is not None and form.picture.data.filename:
            image_id = images.store(session(), form.picture.data.read(), now=clock.now()).id
        case = services.quizzes.save_case(
            session(),
            case,
            Bilingual(form.text_ar.data or "", form.text_fr.data or ""),
            Bilingual(form.alt_ar.data or "", form.alt_fr.data or ""),
            image_id,
            version=form.version.data,
            owner_id=current_user.person_id,
            now=clock.now(),
        )
    except images.ImageRefused as error:
        form.picture.errors = [error.message]
        return page(error.status)
    except EditedMeanwhile as error:
        case = _case_or_404(case.id if case else 0)
        form.version.data = case.version
        stored = [
            (form.text_ar.label.text, case.text.ar, form.text_ar.data),
            (form.text_fr.label.text, case.text.fr, form.text_fr.data),
        ]
        return page(error.status, differences(stored))
    flash(_("The case is stored."), "ok")
    return redirect(url_for(".edit_case", case_id=case.id))
