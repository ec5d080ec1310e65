"""Lessons, modules and guides as PDF: asked for, prepared by a job, then the same file for all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core import db as database
from lms.core.access import can, reads_first, requires
from lms.core.downloads import attachment
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.curriculum import paper_files, papers
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Module
from lms.learning import gate
from lms.learning.permissions import LearningPermission

blueprint = localized(Blueprint("papers", __name__, template_folder="templates", url_prefix="/modules/<module>/papers"))

REFRESH_SECONDS = 2


def _db() -> Any:
    return database.session()


def _open_paper(module: str, which: str) -> tuple[Module, str, str]:
    """The module, the paper's name and its title. ``which``: « module », « guide » or a lesson.

    Ends the request for what does not exist, and with the module's page for what is not open to the reader yet.
    """
    found = curriculum.current(_db()).module(module) or abort(404)
    if (refused := gate.refuse_locked(gate.enrolment(), module)) is not None:
        abort(make_response(refused))
    if which == papers.MODULE and found.ready_lessons:
        return found, f"{papers.MODULE}:{module}", found.title[current_language()]
    if which == papers.GUIDE:
        if not found.guide or not can(LearningPermission.GUIDE):
            abort(404)
        return found, f"{papers.GUIDE}:{module}", found.title[current_language()]
    lesson = found.lesson(which)
    if lesson is None or not lesson.is_ready:
        abort(404)
    return found, f"{papers.LESSON}:{lesson.key}", lesson.title[current_language()]


@blueprint.get("/<which>/")
@requires(LearningPermission.LESSON_READ)
def show_paper(module: str, which: str) -> ResponseReturnValue:
    """Whether the file is there: to ask for it, to wait for it, to take it."""
    found, name, title = _open_paper(module, which)
    state, file = paper_files.state(_db(), name, current_language(), now=clock.now())
    page = render_template(
        "learning/show_paper.html", module=found, which=which, title=title, state=state, file=file, form=EmptyForm()
    )
    response = make_response(page)
    if state == paper_files.WAITING:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@blueprint.post("/<which>/")
@requires(LearningPermission.LESSON_READ)
@reads_first
def ask_paper(module: str, which: str) -> ResponseReturnValue:
    """Have the file drawn, unless it is there."""
    _found, name, _title = _open_paper(module, which)
    # Names the content once, before other writers would have to wait for it.
    state, _file = paper_files.state(_db(), name, current_language(), now=clock.now())
    if state in (paper_files.READY, paper_files.WAITING):
        return redirect(url_for(".show_paper", module=module, which=which))
    database.begin_writing()
    paper_files.ask(_db(), name, current_language(), now=clock.now())
    return redirect(url_for(".show_paper", module=module, which=which))


@blueprint.get("/<which>/file")
@requires(LearningPermission.LESSON_READ)
def download_paper(module: str, which: str) -> ResponseReturnValue:
    """The file as it was drawn."""
    _found, name, _title = _open_paper(module, which)
    state, file = paper_files.state(_db(), name, current_language(), now=clock.now())
    # Read by a statement of its own: another request may have asked for newer content in between.
    pdf = file.pdf if file is not None and state == paper_files.READY else None
    if not pdf:
        return redirect(url_for(".show_paper", module=module, which=which))
    return attachment(bytes(pdf), f"{module}-{which}-{current_language()}.pdf")
