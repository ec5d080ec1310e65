"""Quizzes under the hands of trainers: rules, questions, preview; and the cases that questions share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, check_version, differences
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import localized
from lms.curriculum import queries as curriculum
from lms.programme import queries as programme
from lms.quizzes import objectives, queries, quiz_checks, services
from lms.quizzes.content import LEVELS
from lms.quizzes.errors import QuizNotReady, RulesFixed, WouldBreak
from lms.quizzes.forms.bank import (
    COUNTS,
    FEEDBACK,
    PURPOSES,
    DrawForm,
    PlanForm,
    QuizForm,
    SectionForm,
)
from lms.quizzes.models import Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.question_types import TYPES

blueprint = localized(
    Blueprint("quiz_builder", __name__, template_folder="../templates", url_prefix="/questions"),
    section="bank.list_questions",
)


def _quiz_or_404(quiz_id: int) -> Quiz:
    """A quiz of this trainer: what stands in the curriculum's files is changed there."""
    return queries.quizzes.quiz_or_none(session(), current_user.person_id, quiz_id) or abort(404)


@blueprint.errorhandler(WouldBreak)
@blueprint.errorhandler(EditedMeanwhile)
def refuse(error: DomainError) -> ResponseReturnValue:
    """Nothing is changed; the page of the quiz says why."""
    database.rollback()
    flash(error.message, "warn")
    return redirect(url_for(".edit_quiz", quiz_id=(request.view_args or {})["quiz_id"]))


@blueprint.get("/quizzes/")
@requires(QuizPermission.WRITE)
def list_quizzes() -> ResponseReturnValue:
    """Every quiz with its state; those of the curriculum's files are only read here."""
    is_archived, page = request.args.get("state") == "archived", paging.page_number()
    rows, total = queries.quizzes.quizzes(session(), current_user.person_id, page=page, is_archived=is_archived)
    state = "archived" if is_archived else ""
    return render_template(
        "quizzes/list_quizzes.html",
        rows=rows,
        pages=paging.pages(".list_quizzes", page, len(rows), total, state=state),
        is_archived=is_archived,
        attempts=queries.quizzes.attempt_counts(session(), [row.id for row in rows]),
        modules={module.slug: module.short for module in curriculum.current(session()).modules},
        purposes=PURPOSES,
    )


def _rules(quiz: Quiz | None) -> QuizForm:
    form = QuizForm()
    chosen = (paging.whole_number(request.form.get("other_form")), quiz.other_form_id if quiz else None)
    form.offer(
        curriculum.current(session()).modules,
        programme.cohorts_taught(session(), current_user.person_id),
        queries.quizzes.in_use(session(), current_user.person_id, [one for one in chosen if one is not None]),
        quiz,
    )
    return form


@blueprint.get("/quizzes/new")
@requires(QuizPermission.WRITE)
def new_quiz() -> ResponseReturnValue:
    form = _rules(None)
    form.shuffle.data, form.feedback.data, form.counts.data = True, "after-submit", "best"
    return render_template("quizzes/new_quiz.html", form=form)


@blueprint.post("/quizzes/new")
@requires(QuizPermission.WRITE)
def create_quiz() -> ResponseReturnValue:
    form = _rules(None)
    if not form.validate_on_submit():
        return render_template("quizzes/new_quiz.html", form=form), 422
    quiz = services.quizzes.create(session(), form.values(), owner_id=current_user.person_id)
    flash(_("The quiz is stored. Its questions come next."), "ok")
    return redirect(url_for(".edit_quiz", quiz_id=quiz.id))


@blueprint.get("/quizzes/<int:quiz_id>/")
@requires(QuizPermission.WRITE)
def edit_quiz(quiz_id: int) -> ResponseReturnValue:
    """The questions of a quiz, what it promises in sentences, and its checks."""
    quiz = _quiz_or_404(quiz_id)
    return _quiz_page(quiz)


def _quiz_page(quiz: Quiz, **forms: Any) -> str:
    groups = objectives.objectives(curriculum.current(session()))
    draw, plan = DrawForm(formdata=forms.pop("draw", None)), PlanForm(formdata=forms.pop("plan", None))
    draw.offer(groups, queries.bank.tags(session(), current_user.person_id))
    plan.offer(groups)
    return render_template(
        "quizzes/edit_quiz.html",
        quiz=quiz,
        questions=queries.quizzes.fixed(session(), quiz),
        found=quiz_checks.findings(session(), quiz),
        attempts=queries.quizzes.attempt_counts(session(), [quiz.id]).get(quiz.id, 0),
        named={choice.key: choice.words for group in groups for choice in group.choices},
        types=TYPES,
        levels=LEVELS,
        purposes=PURPOSES,
        counts=COUNTS,
        feedback=FEEDBACK,
        form=EmptyForm(),
        draw=draw,
        plan=plan,
        section=SectionForm(formdata=forms.pop("section", None)),
    )


@blueprint.get("/quizzes/<int:quiz_id>/rules")
@requires(QuizPermission.WRITE)
def edit_rules(quiz_id: int) -> ResponseReturnValue:
    quiz = _quiz_or_404(quiz_id)
    form = _rules(quiz)
    form.show(quiz)
    return render_template("quizzes/edit_rules.html", quiz=quiz, form=form, conflict=[])


@blueprint.post("/quizzes/<int:quiz_id>/rules")
@requires(QuizPermission.WRITE)
def save_rules(quiz_id: int) -> ResponseReturnValue:
    quiz = _quiz_or_404(quiz_id)
    form = _rules(quiz)
    if not form.validate_on_submit():
        return render_template("quizzes/edit_rules.html", quiz=quiz, form=form, conflict=[]), 422
    try:
        services.quizzes.change(session(), quiz, form.values(), version=form.version.data)
    except EditedMeanwhile as error:
        stored = _rules(quiz)
        stored.show(quiz)
        fields = [field for field in form if field.name not in ("version", "csrf_token")]
        form.version.data = quiz.version
        conflict = differences([(one.label.text, stored[one.name].data, one.data) for one in fields])
        return render_template("quizzes/edit_rules.html", quiz=quiz, form=form, conflict=conflict), error.status
    except (RulesFixed, WouldBreak) as error:
        database.rollback()
        quiz = _quiz_or_404(quiz_id)
        form.form_errors.append(error.message)
        return render_template("quizzes/edit_rules.html", quiz=quiz, form=form, conflict=[]), error.status
    flash(_("The rules are stored."), "ok")
    return redirect(url_for(".edit_quiz", quiz_id=quiz.id))


@blueprint.post("/quizzes/<int:quiz_id>/items")
@requires(QuizPermission.WRITE)
def arrange(quiz_id: int) -> ResponseReturnValue:
    """Order, points and sections of the items; each button stores all of them."""
    quiz = _quiz_or_404(quiz_id)
    # Rows are told by their places: on an older page they may be others by now.
    check_version(quiz, paging.whole_number(request.form.get("version")))
    order = [item.position for item in quiz.items]
    verb, _colon, typed = request.form.get("do", "save").partition(":")
    place = paging.whole_number(typed) or 0
    if verb == "remove":
        order = [one for one in order if one != place]
    elif verb in ("up", "down") and place in order:
        here = order.index(place)
        there = min(max(here + (1 if verb == "down" else -1), 0), len(order) - 1)
        order[here], order[there] = order[there], order[here]
    points = {one: _number(f"points-{one}", 1, 100) for one in order}
    sections = {one: _number(f"section-{one}", 0, services.quizzes.MOST_SECTIONS) for one in order}
    if None in points.values():
        flash(_("Points are whole numbers from 1 to 100."), "warn")
    services.quizzes.arrange(
        session(),
        quiz,
        order,
        {one: value for one, value in points.items() if value is not None},
        {one: value for one, value in sections.items() if value is not None},
    )
    return redirect(url_for(".edit_quiz", quiz_id=quiz.id, _anchor="items"))


def _number(name: str, least: int, most: int) -> int | None:
    value = paging.whole_number(request.form.get(name, "").strip())
    return value if value is not None and least <= value <= most else None


@blueprint.post("/quizzes/<int:quiz_id>/draws")
@requires(QuizPermission.WRITE)
def add_draw(quiz_id: int) -> ResponseReturnValue:
    quiz = _quiz_or_404(quiz_id)
    form = DrawForm()
    form.offer(
        objectives.objectives(curriculum.current(session())), queries.bank.tags(session(), current_user.person_id)
    )
    if not form.validate_on_submit():
        return _quiz_page(quiz, draw=request.form), 422
    draw = services.quizzes.Draw(
        form.count.data or 1, form.objective.data or "", form.level.data or "", form.tag.data or ""
    )
    services.quizzes.add_draw(session(), quiz, draw)
    return redirect(url_for(".edit_quiz", quiz_id=quiz.id, _anchor="items"))


@blueprint.post("/quizzes/<int:quiz_id>/sections")
@requires(QuizPermission.WRITE)
def change_sections(quiz_id: int) -> ResponseReturnValue:
    quiz = _quiz_or_404(quiz_id)
    number = paging.whole_number(request.form.get("remove"))
    if number is not None:
        services.quizzes.remove_section(session(), quiz, number)
        return redirect(url_for(".edit_quiz", quiz_id=quiz.id, _anchor="items"))
    form = SectionForm()
    if not form.validate_on_submit():
        return _quiz_page(quiz, section=request.form), 422
    services.quizzes.add_section(session(), quiz, Bilingual(form.name_ar.data or "", form.name_fr.data or ""))
    return redirect(url_for(".edit_quiz", quiz_id=quiz.id, _anchor="items"))


@blueprint.post("/quizzes/<int:quiz_id>/blueprint")
@requires(QuizPermission.WRITE)
def plan(quiz_id: int) -> ResponseReturnValue:
    quiz = _quiz_or_404(quiz_id)
    form = PlanForm()
    form.offer(objectives.objectives(curriculum.current(session())))
    if not form.validate_on_submit():
        return _quiz_page(quiz, plan=request.form), 422
    services.quizzes.plan(session(), quiz, form.objective.data or "", form.level.data or "", form.count.data or 0)
    return redirect(url_for(".edit_quiz", quiz_id=quiz.id, _anchor="blueprint"))


@blueprint.post("/quizzes/<int:quiz_id>/state")
@requires(QuizPermission.WRITE)
def change_state(quiz_id: int) -> ResponseReturnValue:
    """Publish, withdraw, archive, copy."""
    quiz, act = _quiz_or_404(quiz_id), request.form.get("do", "")
    here = redirect(url_for(".edit_quiz", quiz_id=quiz.id))
    person_id, now = current_user.person_id, clock.now()
    if act == "publish":
        try:
            services.quizzes.publish(session(), quiz, actor_id=person_id, now=now)
            flash(_("The quiz is published: its learners see it on the page of the module."), "ok")
        except QuizNotReady as error:
            flash(error.message, "warn")
    elif act == "withdraw":
        services.quizzes.withdraw(session(), quiz, actor_id=person_id, now=now)
        flash(_("Nobody can begin the quiz now; attempts under way go on."), "ok")
    elif act == "archive":
        services.quizzes.archive(session(), quiz, actor_id=person_id, now=now)
        flash(_("The quiz is in the archive. Its results stay."), "ok")
    elif act == "bring-back":
        services.quizzes.bring_back(session(), quiz, actor_id=person_id, now=now)
        flash(_("The quiz is back from the archive, not published."), "ok")
    elif act == "copy":
        title = Bilingual(f"{quiz.title.ar} (2)", f"{quiz.title.fr} (2)")
        made = services.quizzes.copy(session(), quiz, title, owner_id=person_id)
        flash(_("This is the copy. The quiz itself stays as it was."), "ok")
        return redirect(url_for(".edit_quiz", quiz_id=made.id))
    else:
        abort(400)
    return here
