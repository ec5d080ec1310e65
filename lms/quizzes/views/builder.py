"""One question under the hands of its author: both languages side by side, checks, preview, versions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.core import clock, images
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import LANGUAGES, other_language
from lms.core.db import session
from lms.core.edits import EditedMeanwhile
from lms.core.i18n import current_language, locale_of, localized
from lms.core.paging import whole_number
from lms.curriculum import queries as curriculum
from lms.quizzes import builder, content, lint, objectives, queries, services
from lms.quizzes.content import NAMES, Content
from lms.quizzes.errors import InUse, NotReady, OwnReview, UnreadableTags
from lms.quizzes.forms.bank import QuestionForm
from lms.quizzes.models import Question
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.question_types import TYPES, get
from lms.quizzes.question_types.parts import Place, Rows, Texts, Words

blueprint = localized(
    Blueprint("builder", __name__, template_folder="../templates", url_prefix="/questions"),
    section="bank.list_questions",
)


def _question_or_404(question_id: int) -> Question:
    return queries.bank.question_or_none(session(), current_user.person_id, question_id) or abort(404)


def _tag_line(question: Question | None) -> str:
    tags = [one.tag for one in question.tags] if question else []
    return ("، " if current_language() == "ar" else ", ").join(tags)


def _form(said: Content, question: Question | None) -> QuestionForm:
    known = curriculum.current(session())
    chosen = (said.case_id, whole_number(request.form.get("case")))
    return QuestionForm(
        objectives.objectives(known),
        objectives.parts_of_lessons(known),
        queries.bank.cases_to_choose(session(), [one for one in chosen if one is not None]),
        said,
        data={
            "version": question.revision if question else 0,
            "type": said.type,
            "objective": said.objective_key,
            "level": said.level,
            "points": said.points,
            "shuffle": said.shuffle,
            "lesson": said.lesson,
            "case": str(said.case_id or ""),
            "tags": _tag_line(question),
            "shown_tags": _tag_line(question),
        },
    )


@dataclass(frozen=True)
class Page:
    """What the cells of the builder's grid ask for."""

    said: Content
    sides: tuple[str, str]
    #: What is said at a field, by its id.
    at_fields: dict[str, list[Any]]
    stale_paths: dict[str, set[tuple[Any, ...]]]
    to_translate, to_write = _l("to translate"), _l("to write")
    stem, alt, source, explanation = content.STEM, content.ALT, content.SOURCE, content.EXPLANATION

    def field_id(self, path: tuple[Any, ...], lang: str = "") -> str:
        return field_id(path, lang)

    def place(self, path: tuple[Any, ...], words: Words, texts: Texts) -> Place:
        return Place(path, words, texts)

    def is_missing(self, place: Place, lang: str) -> bool:
        return content.is_missing(place, lang)

    def in_language(self, lang: str, words: Any) -> str:
        """Words of the interface in the language of a column."""
        with force_locale(locale_of(lang)):
            return str(words)

    def target(self, finding: lint.Finding) -> str:
        """The field that a finding leads to."""
        path = finding.path
        if path == ("settings", "right"):
            marked = next((part.name for part in get(self.said.type).parts if isinstance(part, Rows) and part.mark), "")
            return field_id(("settings", marked))
        if path and path[0] in ("objective_key", "case_id"):
            return {"objective_key": "objective", "case_id": "case"}[path[0]]
        is_text = path in {place.path for place in content.texts_of(self.said)}
        return field_id(path, finding.lang or self.sides[0] if is_text else "")


def _page(
    said: Content,
    question: Question | None,
    form: QuestionForm,
    *,
    checked: bool = False,
    typed: bool = False,
    too_long: Sequence[tuple[tuple[Any, ...], str, Any]] = (),
    conflict: Sequence[tuple[str, str, str]] = (),
) -> str:
    """The builder. ``checked``: what blocks stands at its field too; ``typed``: the page holds more than is stored."""
    found = lint.findings(said, queries.bank.case_or_none(session(), said.case_id))
    sides = (current_language(), other_language(current_language()))
    stale = {lang: {place.path for place in content.stale(said, lang)} for lang in LANGUAGES}
    page = Page(said, sides, {}, stale)
    for path, lang, text in too_long:
        page.at_fields.setdefault(field_id(path, lang), []).append(text)
    for finding in found if checked else []:
        if finding.is_block:
            page.at_fields.setdefault(page.target(finding), []).append(finding.advice)
    return render_template(
        "quizzes/builder.html",
        question=question,
        said=said,
        kind=get(said.type),
        can_mix=_can_mix(said.type),
        is_blank=question is None and lint.is_blank(said),
        form=form,
        page=page,
        found=found,
        kept_rules=lint.kept_rules(said, found),
        lengths=lint.lengths(said),
        missing={lang: len(content.missing(said, lang)) for lang in LANGUAGES},
        names=content.NAMES,
        is_typed=typed,
        is_checked=checked,
        conflict=conflict,
        **_beside(said, question),
    )


def _beside(said: Content, question: Question | None) -> dict[str, Any]:
    """What the database knows of the question besides its words."""
    if question is None:
        return {"saved_at": None, "attempts": 0, "places": None}
    keys = queries.bank.keys_beside(session(), question.id) if said.type == "single_choice" else []
    return {
        "saved_at": queries.bank.draft(session(), question.id, question.revision).saved_at,
        "attempts": queries.bank.attempts_with(session(), question.id, question.current_number),
        "places": lint.key_places([*keys, said.settings]) if keys else None,
    }


@lru_cache
def _can_mix(kind: str) -> bool:
    """Whether an attempt meets the options of this type in another order when they are mixed."""
    one = get(kind)

    def order(seed: int, *, shuffle: bool) -> list[str]:
        return [key for _id, key in one.draw_order(one.examples[0], random.Random(seed), shuffle=shuffle)]  # noqa: S311

    return any(order(seed, shuffle=True) != order(seed, shuffle=False) for seed in range(8))


def field_id(path: tuple[Any, ...], lang: str = "") -> str:
    """Name and id of a text's field; of what both languages share without a language."""
    return ".".join(map(str, (*path, lang) if lang else path))


@blueprint.get("/new")
@requires(QuizPermission.WRITE)
def new_question() -> ResponseReturnValue:
    """An empty question of the type in the address, single choice unless told."""
    kind = request.args.get("type", "single_choice")
    said = builder.empty(kind if kind in TYPES else "single_choice")
    return _page(said, None, _form(said, None))


@blueprint.post("/new")
@requires(QuizPermission.WRITE)
def create_question() -> ResponseReturnValue:
    return _take(None, builder.empty("single_choice"))


@blueprint.get("/<int:question_id>/")
@requires(QuizPermission.WRITE)
def edit_question(question_id: int) -> ResponseReturnValue:
    """The newest draft. ``?check=1`` after a publishing that was refused: faults stand at their fields."""
    question = _question_or_404(question_id)
    said = services.bank.content_of(session(), question)
    return _page(said, question, _form(said, question), checked=request.args.get("check") == "1")


@blueprint.post("/<int:question_id>/")
@requires(QuizPermission.WRITE)
def save_question(question_id: int) -> ResponseReturnValue:
    """Every button of the builder: rows, type, save, preview, publish. Nothing is stored by the first two."""
    question = _question_or_404(question_id)
    return _take(question, services.bank.content_of(session(), question))


def _take(question: Question | None, before: Content) -> ResponseReturnValue:
    act = request.form.get("do", "save")
    form = _form(before, question)
    said = form.fill(builder.read(request.form, before))
    if form.type.data in TYPES and form.type.data != said.type:
        return _page(builder.retyped(said, form.type.data), question, form, typed=True)
    changed = builder.change_rows(said, act)
    if changed is not None or act == "redraw":
        return _page(changed or said, question, form, typed=True)
    long, number = builder.too_long(said), question.id if question else None
    if not form.validate_on_submit() or long:
        return _page(said, question, form, typed=True, too_long=long), 422
    try:
        tags = services.bank.read_tags(form.tags.data or "")
        question = _store(question, _with_picture(said, form), form.version.data)
        services.bank.set_tags(session(), question, tags, shown=services.bank.read_tags(form.shown_tags.data or ""))
    except images.ImageRefused as error:
        form.picture.errors = [error.message]
        return _page(said, question, form, typed=True), error.status
    except EditedMeanwhile as error:
        return _conflict(question, said, form), error.status
    except UnreadableTags as error:
        database.rollback()
        question = _question_or_404(number) if number is not None else None
        form.tags.errors = [error.message]
        return _page(said, question, form, typed=True), error.status
    return _after(question, act)


def _with_picture(said: Content, form: QuestionForm) -> Content:
    """The content with the picture that was sent, or without the one that was to go. Raises ImageRefused."""
    if request.form.get("no_picture"):
        return replace(said, image_id=None, image_alt=content.NO_WORDS)
    sent = form.picture.data
    if sent is None or not sent.filename:
        return said
    return replace(said, image_id=images.store(session(), sent.read(), now=clock.now()).id)


def _store(question: Question | None, said: Content, revision: int | None) -> Question:
    now, person_id = clock.now(), current_user.person_id
    if question is None:
        question = services.bank.create(session(), said, owner_id=person_id, now=now)
    else:
        services.bank.save(session(), question, said, revision=revision, actor_id=person_id, now=now)
    return question


def _conflict(question: Question | None, said: Content, form: QuestionForm) -> str:
    """Both texts, for the second of two authors: what is stored now beside what was typed."""
    database.rollback()
    question = _question_or_404(question.id if question else 0)
    rows = []
    for one in content.changes(services.bank.content_of(session(), question), said):
        label = f"{one.label} · {NAMES[one.lang]}" if one.lang else str(one.label)
        rows.append((label, one.before, one.after) if one.lang else (label, _("another"), _("another")))
    # The next save is made from what is stored now: its author has seen it.
    form.version.data = question.revision
    return _page(said, question, form, typed=True, conflict=rows or [(_("Question"), "", "")])


def _after(question: Question, act: str) -> ResponseReturnValue:
    here = url_for(".edit_question", question_id=question.id)
    if act == "preview":
        return redirect(url_for("previews.preview_question", question_id=question.id))
    if act == "publish":
        return _publish(question)
    if act.startswith("confirm:") and act[8:] in LANGUAGES:
        services.bank.confirm(
            session(), question, act[8:], revision=question.revision, actor_id=current_user.person_id, now=clock.now()
        )
    flash(_("The draft is saved."), "ok")
    return redirect(here)


def _publish(question: Question) -> ResponseReturnValue:
    here = url_for(".edit_question", question_id=question.id)
    words = objectives.words_of(objectives.objectives(curriculum.current(session())), question.objective_key)
    try:
        is_out = services.bank.publish(
            session(),
            question,
            words,
            actor_id=current_user.person_id,
            now=clock.now(),
            needs_second=current_app.extensions["settings"].question_review,
        )
    except (NotReady, OwnReview) as error:
        flash(_("The draft is saved.") + " " + str(error.message), "warn")
        return redirect(f"{here}?check=1")
    if is_out:
        flash(_("Version %(number)s is published.", number=question.current_number), "ok")
    else:
        flash(_("The question waits for a second trainer."), "ok")
    return redirect(here)


@blueprint.post("/<int:question_id>/undo")
@requires(QuizPermission.WRITE)
def undo(question_id: int) -> ResponseReturnValue:
    question = _question_or_404(question_id)
    revision = whole_number(request.form.get("version"))
    services.bank.undo(session(), question, revision=revision, actor_id=current_user.person_id, now=clock.now())
    flash(_("What stood before the last save is back. The same button brings the other text again."), "ok")
    return redirect(url_for(".edit_question", question_id=question_id))


@blueprint.post("/<int:question_id>/copy")
@requires(QuizPermission.WRITE)
def copy_question(question_id: int) -> ResponseReturnValue:
    made = services.bank.copy(
        session(), _question_or_404(question_id), actor_id=current_user.person_id, now=clock.now()
    )
    flash(_("This is the copy. The question itself stays as it was."), "ok")
    return redirect(url_for(".edit_question", question_id=made.id))


@blueprint.post("/<int:question_id>/archive")
@requires(QuizPermission.WRITE)
def archive(question_id: int) -> ResponseReturnValue:
    question = _question_or_404(question_id)
    try:
        services.bank.archive(session(), question, actor_id=current_user.person_id, now=clock.now())
    except InUse as error:
        flash(error.message, "warn")
        return redirect(url_for(".edit_question", question_id=question_id))
    flash(_("The question is in the archive. Results with it stay as they are."), "ok")
    return redirect(url_for(".edit_question", question_id=question_id))


@blueprint.post("/<int:question_id>/bring-back")
@requires(QuizPermission.WRITE)
def bring_back(question_id: int) -> ResponseReturnValue:
    question = _question_or_404(question_id)
    services.bank.bring_back(session(), question, actor_id=current_user.person_id, now=clock.now())
    flash(_("The question is in the bank again."), "ok")
    return redirect(url_for(".edit_question", question_id=question_id))


@blueprint.post("/<int:question_id>/share")
@requires(QuizPermission.WRITE)
def share(question_id: int) -> ResponseReturnValue:
    """Only the author decides who else writes in a question."""
    question = _question_or_404(question_id)
    if question.owner_id != current_user.person_id:
        abort(404)
    services.bank.share(session(), question, is_shared=request.form.get("shared") == "1")
    flash(
        _("All trainers find this question and may edit it.") if question.is_shared else _("Nobody else finds it now."),
        "ok",
    )
    return redirect(url_for(".edit_question", question_id=question_id))


@blueprint.get("/<int:question_id>/picture")
@requires(QuizPermission.WRITE)
def show_picture(question_id: int) -> ResponseReturnValue:
    said = services.bank.content_of(session(), _question_or_404(question_id))
    return images.answer(queries.bank.image_or_none(session(), said.image_id) or abort(404))


@blueprint.get("/<int:question_id>/versions/")
@requires(QuizPermission.WRITE)
def list_versions(question_id: int) -> ResponseReturnValue:
    """The published versions, newest first, each with who published it, when, and what it changed."""
    question = _question_or_404(question_id)
    versions = queries.bank.versions(session(), question.id)
    contents = [content.of_version(version) for version, _name in versions]
    draft = services.bank.content_of(session(), question)
    newer = [draft, *contents]
    changes = [content.changes(before, after) for before, after in zip([*contents, None], newer, strict=False)]
    return render_template(
        "quizzes/list_versions.html", question=question, versions=versions, changes=changes, names=content.NAMES
    )


@blueprint.post("/<int:question_id>/versions/")
@requires(QuizPermission.WRITE)
def take_back(question_id: int) -> ResponseReturnValue:
    """An old version as a new draft; what learners get does not change."""
    question, number = _question_or_404(question_id), whole_number(request.form.get("number")) or 0
    version = queries.bank.version_or_none(session(), question.id, number) or abort(404)
    revision = whole_number(request.form.get("version"))
    services.bank.take_back(
        session(), question, version, revision=revision, actor_id=current_user.person_id, now=clock.now()
    )
    flash(_("The draft now says what version %(number)s says. What is published stays.", number=number), "ok")
    return redirect(url_for(".edit_question", question_id=question_id))
