"""The question bank: finding questions, doing something with many, what is covered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.downloads import attachment
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.curriculum import queries as curriculum
from lms.quizzes import bank_file, objectives, queries, services
from lms.quizzes.content import LEVELS
from lms.quizzes.errors import UnreadableTags, WouldBreak
from lms.quizzes.forms.bank import CategoryForm
from lms.quizzes.models import Question
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.queries.bank import Wanted
from lms.quizzes.question_types import TYPES

blueprint = localized(Blueprint("bank", __name__, template_folder="../templates", url_prefix="/questions"))


def _wanted() -> Wanted:
    names = ("type", "objective", "level", "writing", "state", "tag", "category", "quiz", "mine")
    return Wanted(q=paging.search_words(), **{name: request.args.get(name, "").strip()[:160] for name in names})


@blueprint.get("/")
@requires(QuizPermission.WRITE)
def list_questions() -> ResponseReturnValue:
    """The questions that the address asks for, newest change first."""
    wanted, page = _wanted(), paging.page_number()
    into, filtered = (paging.whole_number(one) for one in (request.args.get("into"), wanted.quiz))
    own = queries.quizzes.in_use(session(), current_user.person_id, [into] if into is not None else [])
    filled = next((quiz for quiz in own if quiz.id == into), None)
    quizzes = queries.bank.quizzes(session(), [filtered] if filtered is not None else [])
    rows, total = queries.bank.bank(session(), current_user.person_id, wanted, page=page)
    groups = objectives.objectives(curriculum.current(session()))
    return render_template(
        "quizzes/bank.html",
        rows=rows,
        wanted=wanted,
        pages=paging.pages(
            ".list_questions", page, len(rows), total, into=filled.id if filled else None, **wanted.as_arguments()
        ),
        types=TYPES,
        levels=LEVELS,
        groups=groups,
        named={choice.key: choice.words for group in groups for choice in group.choices},
        tags=queries.bank.tags(session(), current_user.person_id),
        categories=queries.bank.categories(session()),
        quizzes=quizzes,
        filled=filled,
        read=next((quiz for quiz in quizzes if quiz.id == filtered), None),
        own=own,
        form=EmptyForm(),
    )


@blueprint.post("/")
@requires(QuizPermission.WRITE)
def change_many() -> ResponseReturnValue:
    """Tag or move the ticked questions; those of others are not there."""
    ids = [int(one) for one in request.form.getlist("question") if paging.whole_number(one) is not None][:500]
    chosen = queries.bank.chosen(session(), current_user.person_id, ids)
    into = paging.whole_number(request.form.get("quiz_id")) if request.form.get("do") == "put" else None
    kept: dict[str, Any] = _wanted().as_arguments()
    back = redirect(url_for(".list_questions", into=paging.whole_number(request.args.get("into")), **kept))
    if not chosen:
        flash(_("Nothing is ticked: first the questions, then what to do with them."), "warn")
        return back
    try:
        count = _change(chosen, request.form.get("do", ""))
    except (UnreadableTags, WouldBreak) as error:
        database.rollback()
        flash(error.message, "warn")
        return back
    if into is not None:
        flash(ngettext("%(num)s question is in the quiz.", "%(num)s questions are in the quiz.", count), "ok")
        return redirect(url_for("quiz_builder.edit_quiz", quiz_id=into))
    flash(ngettext("%(num)s question is changed.", "%(num)s questions are changed.", count), "ok")
    return back


def _change(chosen: Sequence[Question], act: str) -> int:
    """Do it, and say with how many."""
    if act == "tag":
        services.bank.add_tags(session(), chosen, services.bank.read_tags(request.form.get("tags", "")))
    elif act == "move":
        wanted = paging.whole_number(request.form.get("category"))
        category = next((one for one in queries.bank.categories(session()) if one.id == wanted), None)
        services.bank.move(session(), chosen, category)
    elif act == "put":
        number = paging.whole_number(request.form.get("quiz_id")) or 0
        quiz = queries.quizzes.quiz_or_none(session(), current_user.person_id, number) or abort(404)
        return services.quizzes.add_questions(session(), quiz, chosen, queries.quizzes.points_of(session(), chosen))
    else:
        abort(400)
    return len(chosen)


@blueprint.get("/file")
@requires(QuizPermission.WRITE)
def download() -> ResponseReturnValue:
    """The questions that the address asks for as a workbook, both languages side by side."""
    wanted, filtered = _wanted(), paging.whole_number(request.args.get("quiz"))
    found = queries.bank.all_asked_for(session(), current_user.person_id, wanted, limit=bank_file.MOST_QUESTIONS)
    filters = bank_file.in_words(
        wanted,
        groups=objectives.objectives(curriculum.current(session())),
        categories=queries.bank.categories(session()),
        quizzes=queries.bank.quizzes(session(), [filtered] if filtered is not None else []),
    )
    about = bank_file.about(filters, made_by=current_user.name[current_language()], made_at=clock.now())
    return attachment(bank_file.workbook(found, about), "questions.xlsx")


@blueprint.get("/coverage/")
@requires(QuizPermission.WRITE)
def show_coverage() -> ResponseReturnValue:
    """How many questions stand for each objective, by level and state of the languages."""
    found = {(one.objective_key, one.level): one for one in queries.bank.coverage(session(), current_user.person_id)}
    groups = objectives.objectives(curriculum.current(session()))
    known = {choice.key for group in groups for choice in group.choices}
    without = sum(one.count for (key, _level), one in found.items() if key not in known)
    return render_template("quizzes/coverage.html", groups=groups, found=found, levels=LEVELS, without=without)


@blueprint.get("/categories/")
@requires(QuizPermission.WRITE)
def list_categories() -> ResponseReturnValue:
    return render_template(
        "quizzes/categories.html", categories=queries.bank.categories(session()), form=CategoryForm()
    )


@blueprint.post("/categories/")
@requires(QuizPermission.WRITE)
def add_category() -> ResponseReturnValue:
    form = CategoryForm()
    if not form.validate_on_submit():
        return render_template("quizzes/categories.html", categories=queries.bank.categories(session()), form=form), 422
    name = Bilingual(form.name_ar.data or "", form.name_fr.data or "")
    services.bank.add_category(session(), name, now=clock.now())
    flash(_("The category is there."), "ok")
    return redirect(url_for(".list_categories"))
