"""Quizzes on paper: sets for a cohort, what is printed of them, and the answers that are typed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from lms.accounts.shown import log_shown
from lms.core import clock, images, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import LANGUAGES
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.i18n import current_language, locale_of, localized, points
from lms.core.row_codes import code_of
from lms.core.text import isolate
from lms.quizzes import queries, services
from lms.quizzes.content import NAMES
from lms.quizzes.errors import EnteredMeanwhile, NotOnPaper
from lms.quizzes.forms.paper import EntryForm, PrepareForm, entry_form
from lms.quizzes.models import PaperEntry, PaperQuestion, PaperRow, PaperSet, Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.question_types import TYPES, get
from lms.quizzes.question_types.paper import Sheet, letter

blueprint = localized(
    Blueprint("paper", __name__, template_folder="../templates", url_prefix="/questions"),
    section="bank.list_questions",
)


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.desk.quiz_or_none(session(), current_user.person_id, quiz_id) or abort(404)


def _set_or_404(set_id: int) -> PaperSet:
    return queries.paper.set_or_none(session(), current_user.person_id, set_id) or abort(404)


# --- Sets ------------------------------------------------------------------------------------------------------------


@blueprint.get("/quizzes/<int:quiz_id>/paper/")
@requires(QuizPermission.PEOPLE)
def list_sets(quiz_id: int) -> ResponseReturnValue:
    """The papers of a quiz for the trainer's cohorts, and a form to prepare others."""
    return _sets_page(_quiz_or_404(quiz_id))


def _sets_page(quiz: Quiz, form: PrepareForm | None = None, refused: Any = None) -> str:
    cohorts = queries.paper.cohorts(session(), current_user.person_id, quiz)
    if form is None:
        form = PrepareForm(formdata=None)
        form.offer(cohorts)
    return render_template(
        "quizzes/paper_sets.html",
        quiz=quiz,
        lines=queries.paper.sets_of(session(), current_user.person_id, quiz.id),
        cohorts=cohorts,
        obstacle=services.paper.obstacle(session(), quiz),
        form=form,
        refused=refused,
    )


@blueprint.post("/quizzes/<int:quiz_id>/paper/")
@requires(QuizPermission.PEOPLE)
def prepare(quiz_id: int) -> ResponseReturnValue:
    quiz, person_id = _quiz_or_404(quiz_id), current_user.person_id
    cohorts = queries.paper.cohorts(session(), person_id, quiz)
    form = PrepareForm()
    form.offer(cohorts)
    if not form.validate_on_submit():
        return _sets_page(quiz, form), 422
    cohort = next(one for one in cohorts if str(one.id) == form.cohort.data)
    try:
        made = services.paper.prepare(
            session(), quiz, cohort, lang=current_language(), actor_id=person_id, now=clock.now()
        )
    except NotOnPaper as error:
        return _sets_page(quiz, form, error.message), error.status
    flash(_("The papers are ready to print. Their questions stay as they are now."), "ok")
    return redirect(url_for(".show_set", set_id=made.id))


@dataclass(frozen=True)
class RowLine:
    """A row of a set as its page lists it."""

    row: PaperRow
    code: str
    #: The mark of the attempt, of twenty; None while it has none.
    mark: Any


@blueprint.get("/papers/<int:set_id>/")
@requires(QuizPermission.PEOPLE)
def show_set(set_id: int) -> ResponseReturnValue:
    """The whole cohort: whose paper is typed in, by whom and when, with its mark; and what can be printed."""
    made = _set_or_404(set_id)
    lines = _lines(made)
    log_shown("paper.show_set", people=len(lines))
    entries = [one.row.entry for one in lines if one.row.entry is not None]
    return render_template(
        "quizzes/paper_set.html",
        made=made,
        lines=lines,
        entered=len(entries),
        names=queries.desk.names(session(), {one.entered_by_id for one in entries}),
    )


def _lines(made: PaperSet) -> list[RowLine]:
    rows = queries.paper.rows(session(), current_user.person_id, made.id)
    return [RowLine(row, code_of(made.id, row.number), _mark(row.entry)) for row in rows]


def _mark(entry: PaperEntry | None) -> Any:
    attempt = entry.attempt if entry is not None else None
    return attempt.score * 20 if attempt is not None and attempt.score is not None else None


# --- Printing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question as it is printed in one language."""

    question: PaperQuestion
    sheet: Sheet
    #: Letters of its options, in their order.
    letters: tuple[str, ...]
    #: Whether the text of its case stands above it: it does above the first of its questions.
    has_case: bool


@dataclass(frozen=True)
class Printed:
    """A paper in one language but for whose it is, with the words of its head in that language."""

    lang: str
    questions: Markup
    name: str
    code: str
    day: str
    time: str


@blueprint.get("/papers/<int:set_id>/print")
@requires(QuizPermission.PEOPLE)
def print_papers(set_id: int) -> ResponseReturnValue:
    """The papers in Arabic, in French or in both (``?lang=``), one a person (``?names=1``) or one blank."""
    made, asked = _set_or_404(set_id), request.args.get("lang", "")
    langs = [asked] if asked in LANGUAGES else list(LANGUAGES)
    lines: list[RowLine | None] = [None]
    if request.args.get("names"):
        lines = [one for one in _lines(made) if one.row.enrolment.ended_at is None]
        log_shown("paper.print_papers", people=len(lines))
    return render_template(
        "quizzes/paper_print.html",
        made=made,
        lines=lines,
        papers=[_printed(made, lang) for lang in langs],
        languages=NAMES,
        shown=asked if asked in LANGUAGES else "",
        has_names=bool(request.args.get("names")),
    )


def _printed(made: PaperSet, lang: str) -> Printed:
    """The questions are drawn once for all papers of a language."""
    with force_locale(locale_of(lang)):
        drawn = render_template("quizzes/_paper_questions.html", made=made, asked=_asked(made, lang), in_lang=lang)
        minutes = made.quiz.minutes
        time = ngettext("Time: %(num)s minute", "Time: %(num)s minutes", minutes) if minutes else ""
        # The template escaped what people wrote.
        return Printed(lang, Markup(drawn), _("Name"), _("Code"), _("Date"), time)  # noqa: S704


def _asked(made: PaperSet, lang: str) -> list[Asked]:
    found: list[Asked] = []
    above: Any = None
    for one in made.questions:
        version = one.version
        sheet = get(version.type).sheet(version.settings, one.order, lang)
        case = (version.case_text.as_dict(), version.case_image_id)
        has_case = case != above and bool(version.case_text or version.case_image_id)
        above = case
        letters = tuple(letter(place, lang) for place in range(len(sheet.options)))
        found.append(Asked(one, sheet, letters, has_case))
    return found


@blueprint.get("/papers/<int:set_id>/list")
@requires(QuizPermission.PEOPLE)
def print_list(set_id: int) -> ResponseReturnValue:
    """The codes with their names and a column to sign in."""
    made = _set_or_404(set_id)
    lines = [one for one in _lines(made) if one.row.enrolment.ended_at is None]
    log_shown("paper.print_list", people=len(lines))
    return render_template("quizzes/paper_list.html", made=made, lines=lines)


@blueprint.get("/papers/<int:set_id>/pictures/<int:image_id>")
@requires(QuizPermission.PEOPLE)
def show_picture(set_id: int, image_id: int) -> ResponseReturnValue:
    """The picture of a question on these papers, or of its case."""
    versions = [one.version for one in _set_or_404(set_id).questions]
    if image_id not in {one for version in versions for one in (version.image_id, version.case_image_id)}:
        abort(404)
    return images.answer(queries.bank.image_or_none(session(), image_id) or abort(404))


# --- Typing in -------------------------------------------------------------------------------------------------------


@blueprint.get("/papers/<int:set_id>/enter")
@requires(QuizPermission.PEOPLE)
def enter_row(set_id: int) -> ResponseReturnValue:
    """The answers of one paper (``?row=``), else of the next without any; of a stored one, to correct them."""
    made, person_id = _set_or_404(set_id), current_user.person_id
    asked = paging.whole_number(request.args.get("row"))
    if asked is not None:
        row = queries.paper.row_or_none(session(), person_id, made.id, asked) or abort(404)
    else:
        found = queries.paper.next_empty(session(), person_id, made.id)
        if found is None:
            flash(_("Every paper is stored."), "ok")
            return redirect(url_for(".show_set", set_id=made.id))
        row = found
    return _entry_page(made, _opened(made, row), row)


def _form(made: PaperSet, **options: Any) -> EntryForm:
    needs_letter = queries.paper.has_others(session(), made)
    form: EntryForm = entry_form(made.id, made.questions, needs_letter=needs_letter, **options)
    return form


def _opened(made: PaperSet, row: PaperRow) -> EntryForm:
    """The form of a row as it opens: what is stored of it, else the language and the day of the last paper."""
    form = _form(made, formdata=None)
    form.code.data, form.opened.data = code_of(made.id, row.number), str(row.number)
    last = row.entry or queries.paper.last_entry(session(), made.id)
    form.lang.data = last.lang if last else current_language()
    form.sat_at.process_data(last.attempt.submitted_at if last and last.attempt else clock.now().replace(second=0))
    if row.entry is not None and row.entry.attempt is not None:
        form.version.data = row.entry.version
        form.show([one.answer for one in queries.attempts.questions(session(), row.entry.attempt.id)])
    return form


def _entry_page(
    made: PaperSet, form: EntryForm, row: PaperRow | None, *, refused: Any = None, focus: str = "code"
) -> str:
    entry = row.entry if row is not None else None
    lock = services.paper.lock_of(session(), made, entry, now=clock.now()) if entry is not None else None
    set_id, person_id = made.id, row.enrolment.person_id if row is not None else None
    names = queries.desk.names(session(), [entry.entered_by_id]) if entry is not None else {}
    page = render_template(
        "quizzes/paper_enter.html",
        made=made,
        form=form,
        row=row,
        entry=entry,
        lock=lock,
        names=names,
        code=code_of(set_id, row.number) if row is not None else "",
        refused=refused,
        kinds=TYPES,
        focus=next((field.id for field in form if field.errors and field.id != "lang"), focus),
    )
    if person_id is not None:
        log_shown("paper.enter_row", person_id=person_id)
    return page


@blueprint.post("/papers/<int:set_id>/enter")
@requires(QuizPermission.PEOPLE)
def save_row(set_id: int) -> ResponseReturnValue:
    """Store a paper and open the next. Enter (``do=next``) goes to the first empty field, and stores when none is."""
    made = _set_or_404(set_id)
    form = _form(made)
    number = form.number()
    row = queries.paper.row_or_none(session(), current_user.person_id, made.id, number) if number is not None else None
    empty = [field for _one, field in form.answer_fields() if not field.data]
    if request.form.get("do") == "next" and empty:
        if row is not None and len(empty) == len(form.asked) and form.opened.data != str(row.number):
            return redirect(url_for(".enter_row", set_id=set_id, row=row.number))
        return _entry_page(made, form, row, focus=empty[0].id)
    is_right = form.validate_on_submit()
    if row is None and not form.code.errors:
        form.code.errors = [_("No paper of these has that code: a digit or the letter is another one.")]
    if row is None or not is_right:
        return _entry_page(made, form, row), 422
    return _stored(made, form, row)


def _stored(made: PaperSet, form: EntryForm, row: PaperRow) -> ResponseReturnValue:
    code, name, set_id, number = code_of(made.id, row.number), row.enrolment.person.name, made.id, row.number
    try:
        flash(_store(made, form, row, {"code": isolate(code), "name": isolate(name[current_language()])}), "ok")
    except DomainError as error:
        database.rollback()
        made = _set_or_404(set_id)
        row = queries.paper.row_or_none(session(), current_user.person_id, set_id, number) or abort(404)
        return _entry_page(made, form, row, refused=error.message), error.status
    following = queries.paper.next_empty(session(), current_user.person_id, set_id, after=number)
    if following is None:
        return redirect(url_for(".show_set", set_id=set_id))
    return redirect(url_for(".enter_row", set_id=set_id, row=following.number))


def _store(made: PaperSet, form: EntryForm, row: PaperRow, who: dict[str, str]) -> Any:
    """Enter the row or correct it; gives the sentence that says what became of it."""
    person_id, now, sat = current_user.person_id, clock.now(), form.sat()
    if row.entry is None:
        score = services.paper.enter(session(), made, row, sat, actor_id=person_id, now=now).score
        if score is None:
            return _("%(code)s, %(name)s: stored. What a person has to read waits for its mark.", **who)
        return _("%(code)s, %(name)s: stored, %(mark)s/20.", mark=points(score * 20), **who)
    if form.opened.data != str(row.number) or form.version.data is None:
        raise EnteredMeanwhile
    version = form.version.data
    if services.paper.correct(session(), made, row.entry, sat, version=version, actor_id=person_id, now=now):
        return _("%(code)s, %(name)s: corrected.", **who)
    return _("%(code)s, %(name)s: nothing differs from what was stored.", **who)
