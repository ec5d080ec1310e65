"""Grading: what waits, one answer at a time, the release, and changes after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock, images, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import localized
from lms.core.text import clean_text
from lms.quizzes import queries, rubric, services, shown
from lms.quizzes.errors import MarkedMeanwhile, MarksReleased, NotReleased
from lms.quizzes.forms.grading import MarkForm, mark_form
from lms.quizzes.models import AnswerMark, AttemptQuestion, Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.queries.pile import MarkState, Seat
from lms.quizzes.services.grading import LONGEST_SNIPPET, MOST_SNIPPETS

blueprint = localized(
    Blueprint("grading", __name__, template_folder="../templates", url_prefix="/questions/grading"),
    section="bank.list_questions",
)


def _answer_or_404(attempt_question_id: int) -> AttemptQuestion:
    found = queries.grading.answer_or_none(session(), current_user.person_id, attempt_question_id)
    return found or abort(404)


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.grading.quiz_or_none(session(), current_user.person_id, quiz_id) or abort(404)


@blueprint.get("/")
@requires(QuizPermission.GRADE)
def list_work() -> ResponseReturnValue:
    """The quizzes with open answers: what waits, what is marked, what can be released."""
    rows = queries.pile.work(session(), current_user.person_id)
    return render_template("quizzes/grading.html", rows=rows, form=EmptyForm())


@blueprint.get("/next")
@requires(QuizPermission.GRADE)
def go_on() -> ResponseReturnValue:
    """Open the next answer that waits for this trainer, in one quiz (``?quiz=``) or in any."""
    person_id, quiz_id = current_user.person_id, paging.whole_number(request.args.get("quiz"))
    if quiz_id is None:
        quiz_id = queries.pile.oldest_quiz(session(), person_id)
    copy = queries.pile.next_copy(session(), person_id, quiz_id) if quiz_id is not None else None
    if copy is None:
        flash(_("No answer waits."), "info")
        return redirect(url_for(".list_work"))
    return redirect(url_for(".show_answer", attempt_question_id=copy.id))


STATES = ("waiting", "agree", "final", "released")


@blueprint.get("/quizzes/<int:quiz_id>/")
@requires(QuizPermission.GRADE)
def list_copies(quiz_id: int) -> ResponseReturnValue:
    """The answers to the open questions of a quiz, by their numbers; ``?state=`` keeps one state."""
    quiz, page, person_id = _quiz_or_404(quiz_id), paging.page_number(), current_user.person_id
    asked = request.args.get("state", "")
    state = asked if asked in STATES else ""
    count = queries.pile.count_by_state(session(), person_id, quiz.id)
    total = count.get(state, 0) if state else sum(count.values())
    rows = queries.pile.copies(session(), person_id, quiz.id, state=state, page=page)
    return render_template(
        "quizzes/list_copies.html",
        quiz=quiz,
        rows=rows,
        stems=queries.grading.stems(session(), {copy.version_id for copy in rows}),
        state=state,
        count=count,
        pages=paging.pages(".list_copies", page, len(rows), total, quiz_id=quiz.id, state=state),
    )


@blueprint.post("/quizzes/<int:quiz_id>/release")
@requires(QuizPermission.GRADE)
def release(quiz_id: int) -> ResponseReturnValue:
    """Let the final marks of a quiz count and be seen."""
    quiz = _quiz_or_404(quiz_id)
    done = services.grading.release(session(), quiz, trainer_id=current_user.person_id, now=clock.now())
    if done.attempts:
        words = ngettext(
            "The mark of %(num)s attempt is released.", "The marks of %(num)s attempts are released.", done.attempts
        )
        flash(words, "ok")
    if done.waiting:
        words = ngettext(
            "%(num)s attempt still waits for a mark.", "%(num)s attempts still wait for a mark.", done.waiting
        )
        flash(words, "info")
    return redirect(url_for(".list_work"))


def _seat(answer: AttemptQuestion) -> Seat:
    return queries.pile.seat(session(), current_user.person_id, answer)


@blueprint.get("/<int:attempt_question_id>/")
@requires(QuizPermission.GRADE)
def show_answer(attempt_question_id: int) -> ResponseReturnValue:
    """One answer, without a name, with its rubric."""
    answer = _answer_or_404(attempt_question_id)
    marks = queries.grading.marks(session(), answer.id)
    form = mark_form(rubric.criteria(answer.version))
    own = next((mark for mark in marks if mark.marker_id == current_user.person_id), None)
    if own is not None:
        form.show(own.points, own.comment)
    return _page(answer, form, marks)


@blueprint.post("/<int:attempt_question_id>/")
@requires(QuizPermission.GRADE)
def mark_answer(attempt_question_id: int) -> ResponseReturnValue:
    """Store the mark and open the next answer; other buttons of the form keep everything typed."""
    answer = _answer_or_404(attempt_question_id)
    form = mark_form(rubric.criteria(answer.version))
    verb, _colon, typed = request.form.get("do", "save").partition(":")
    if verb != "save":
        return _beside(answer, form, verb, typed)
    if not form.validate_on_submit():
        return _page(answer, form), 422
    seat, person_id = _seat(answer), current_user.person_id
    try:
        mark = services.grading.mark(
            session(), answer, form.points(), form.comment.data or "", marker_id=person_id, now=clock.now()
        )
    except (MarkedMeanwhile, MarksReleased) as error:
        return _refused(attempt_question_id, form, error)
    _say_stored(seat, mark)
    return redirect(_behind(answer, seat))


def _say_stored(seat: Seat, mark: AnswerMark) -> None:
    flash(_("The mark of copy %(number)s is stored.", number=seat.copy.number), "ok")
    if mark.number == 2 and not seat.copy.is_own:
        flash(_("Another trainer marked this answer too: this is the second mark."), "info")


def _behind(answer: AttemptQuestion, seat: Seat) -> str:
    """The next answer that waits; the list once none does."""
    copy = queries.pile.next_copy(session(), current_user.person_id, answer.attempt.quiz_id, seat.copy.place)
    return url_for(".show_answer", attempt_question_id=copy.id) if copy else url_for(".list_work")


def _refused(attempt_question_id: int, form: MarkForm, error: DomainError) -> ResponseReturnValue:
    """Nothing is stored: the page shows what stands now, and the comment that was typed."""
    database.rollback()
    answer = _answer_or_404(attempt_question_id)
    return _page(answer, form, refusal=error.message), error.status


def _beside(answer: AttemptQuestion, form: Any, verb: str, typed: str) -> ResponseReturnValue:
    """Look at the name, or keep, insert or forget a sentence; the page comes back with what was typed."""
    person_id, now = current_user.person_id, clock.now()
    name = None
    if verb == "name":
        services.grading.note_name_seen(session(), answer, actor_id=person_id, now=now)
        name = queries.grading.learner_of(session(), answer.attempt)
    elif verb == "insert":
        form.comment.data = "\n".join(filter(None, [form.comment.data, _snippet(typed)]))
    elif verb == "keep":
        if not services.grading.keep_snippet(session(), clean_text(form.comment.data), owner_id=person_id, now=now):
            form.comment.errors = [_refusal_of_snippet()]
            return _page(answer, form), 422
    elif verb == "forget":
        services.grading.drop_snippet(session(), paging.whole_number(typed) or 0, owner_id=person_id)
    else:
        abort(400)
    return _page(answer, form, name=name)


def _snippet(typed: str) -> str:
    wanted = paging.whole_number(typed)
    found = queries.grading.snippets(session(), current_user.person_id)
    return next((one.text for one in found if one.id == wanted), "")


def _refusal_of_snippet() -> Any:
    return _(
        "A sentence to keep has 1 to %(longest)s letters; %(most)s can be kept.",
        longest=LONGEST_SNIPPET,
        most=MOST_SNIPPETS,
    )


def _page(
    answer: AttemptQuestion,
    form: Any,
    marks: Sequence[AnswerMark] | None = None,
    *,
    name: Bilingual | None = None,
    refusal: Any = None,
    is_change: bool = False,
) -> str:
    person_id, quiz = current_user.person_id, answer.attempt.quiz
    marks = queries.grading.marks(session(), answer.id) if marks is None else marks
    is_released, possible = answer.fraction is not None, rubric.possible_of(answer.version.settings)
    rule: dict[str, Any] = {"needs_second": quiz.second_marker, "possible": possible}
    can_mark = is_change or (not is_released and rubric.may_mark(marks, person_id, **rule))
    return render_template(
        "quizzes/grade_answer.html",
        answer=answer,
        person_id=person_id,
        seat=_seat(answer),
        quiz=quiz,
        about=shown.about(answer.version, _picture_url(answer, answer.version.case_image_id)),
        picture_url=_picture_url(answer, answer.version.image_id),
        word_count=len(str(answer.answer).split()),
        criteria=rubric.criteria(answer.version),
        form=form,
        can_mark=can_mark,
        is_change=is_change,
        is_released=is_released,
        marks=rubric.shown_to(marks, person_id, **rule),
        snippets=queries.grading.snippets(session(), person_id) if can_mark else [],
        name=name,
        refusal=refusal,
        states=MarkState,
    )


def _picture_url(answer: AttemptQuestion, image_id: int | None) -> str | None:
    if image_id is None:
        return None
    return url_for(".show_picture", attempt_question_id=answer.id, image_id=image_id)


@blueprint.get("/<int:attempt_question_id>/pictures/<int:image_id>")
@requires(QuizPermission.GRADE)
def show_picture(attempt_question_id: int, image_id: int) -> ResponseReturnValue:
    """The picture of a question that is marked, or of its case."""
    version = _answer_or_404(attempt_question_id).version
    if image_id not in (version.image_id, version.case_image_id):
        abort(404)
    return images.answer(queries.bank.image_or_none(session(), image_id) or abort(404))


@blueprint.get("/<int:attempt_question_id>/change")
@requires(QuizPermission.GRADE)
def edit_mark(attempt_question_id: int) -> ResponseReturnValue:
    """Another mark after the release, with a reason."""
    answer = _answer_or_404(attempt_question_id)
    if answer.fraction is None or answer.is_given_up:
        return redirect(url_for(".show_answer", attempt_question_id=answer.id))
    marks = queries.grading.marks(session(), answer.id)
    form = mark_form(rubric.criteria(answer.version), is_change=True)
    if marks:
        means = {key: sum(mark.points.get(key, 0) for mark in marks) / len(marks) for key in marks[0].points}
        form.show(means, "\n\n".join(mark.comment for mark in marks if mark.comment))
    form.seen.data = services.grading.stamp(marks)
    return _page(answer, form, marks, is_change=True)


@blueprint.post("/<int:attempt_question_id>/change")
@requires(QuizPermission.GRADE)
def change_mark(attempt_question_id: int) -> ResponseReturnValue:
    answer = _answer_or_404(attempt_question_id)
    form = mark_form(rubric.criteria(answer.version), is_change=True)
    if not form.validate_on_submit():
        return _page(answer, form, is_change=True), 422
    try:
        changed = services.grading.change(
            session(), answer, form.points(), form.comment.data or "", reason=form.reason.data,
            seen=form.seen.data or "", actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except MarkedMeanwhile as error:
        database.rollback()
        answer = _answer_or_404(attempt_question_id)
        form.seen.data = services.grading.stamp(queries.grading.marks(session(), answer.id))
        return _page(answer, form, refusal=error.message, is_change=True), error.status
    except NotReleased as error:
        return _refused(attempt_question_id, form, error)
    words = _("The mark is changed; the learner is told.") if changed else _("Stored. The mark of the attempt stays.")
    flash(words, "ok")
    return redirect(url_for(".show_answer", attempt_question_id=answer.id))
