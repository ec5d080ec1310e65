"""The trainers' side: the questions of their cohorts, answering, publishing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts.shown import log_shown
from lms.core import clock, paging
from lms.core.access import requires
from lms.core.db import session
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.exchange import places, queries, services
from lms.exchange.errors import PublishedMeanwhile, WrittenMeanwhile
from lms.exchange.forms import AnswerForm, PublishForm
from lms.exchange.models import Thread
from lms.exchange.permissions import ExchangePermission
from lms.exchange.queries import ANSWERED, PUBLISHED, WAITING
from lms.programme import queries as programme

blueprint = localized(Blueprint("answers", __name__, template_folder="templates", url_prefix="/answers"))

STATES = (WAITING, ANSWERED, PUBLISHED)


def _thread_or_404(thread_id: int) -> Thread:
    return queries.thread_or_none(session(), current_user.person_id, thread_id) or abort(404)


@blueprint.get("/")
@requires(ExchangePermission.ANSWER)
def list_threads() -> ResponseReturnValue:
    """The questions of the trainer's cohorts, what waits longest first."""
    held = programme.cohorts_taught(session(), current_user.person_id)
    asked = paging.whole_number(request.args.get("cohort"))
    cohort_id = asked if asked in [cohort.id for cohort in held] else None
    wanted = request.args.get("state", "")
    state = wanted if wanted in STATES else ""
    page, search = paging.page_number(), paging.search_words()
    rows, total = queries.thread_page(
        session(), current_user.person_id, state=state, cohort_id=cohort_id, search=search, page=page
    )
    if rows:
        log_shown("answers.list_threads", people=len({thread.enrolment.person_id for thread in rows}))
    lang = current_language()
    return render_template(
        "exchange/list_threads.html",
        rows=[(thread, places.title_of(session(), thread, lang)) for thread in rows],
        cohorts=held,
        cohort_id=cohort_id,
        state=state,
        search=search,
        pages=paging.pages(".list_threads", page, len(rows), total, state=state, cohort=cohort_id, q=search),
    )


@blueprint.get("/<int:thread_id>/")
@requires(ExchangePermission.ANSWER)
def show_thread(thread_id: int) -> ResponseReturnValue:
    """One question with its messages, and the answer to write."""
    return _thread_page(_thread_or_404(thread_id), AnswerForm(formdata=None))


def _thread_page(thread: Thread, form: AnswerForm, refused: Any = None) -> str:
    log_shown("answers.show_thread", person_id=thread.enrolment.person_id)
    # What the page shows is what the next answer has seen.
    form.seen.data = thread.messages[-1].id
    following = queries.waiting(session(), current_user.person_id)
    return render_template(
        "exchange/show_thread.html",
        thread=thread,
        title=places.title_of(session(), thread, current_language()),
        address=places.address_for_trainer(session(), thread),
        form=form,
        end_form=EmptyForm(),
        following=following if following.oldest_id != thread.id else None,
        refused=refused,
    )


@blueprint.post("/<int:thread_id>/")
@requires(ExchangePermission.ANSWER)
def answer(thread_id: int) -> ResponseReturnValue:
    thread, form = _thread_or_404(thread_id), AnswerForm()
    if not form.validate_on_submit():
        return _thread_page(thread, form), 422
    try:
        services.answer(
            session(), thread, form.answer.data or "", seen=form.seen.data, actor_id=current_user.person_id,
            now=clock.now(),
        )  # fmt: skip
    except WrittenMeanwhile as error:
        return _thread_page(thread, form, refused=error.message), error.status
    flash(_("The answer is stored, and a message tells the person about it."), "ok")
    return redirect(url_for(".show_thread", thread_id=thread.id))


# --- Publishing ------------------------------------------------------------------------------------------------------


def _answered_or_404(thread_id: int) -> Thread:
    """A thread that somebody answered: only an answer can be published."""
    thread = _thread_or_404(thread_id)
    return thread if any(one.is_answer for one in thread.messages) else abort(404)


@blueprint.get("/<int:thread_id>/publish")
@requires(ExchangePermission.ANSWER)
def edit_publication(thread_id: int) -> ResponseReturnValue:
    """Question and answer in the words that the cohort is to read."""
    thread, form = _answered_or_404(thread_id), PublishForm(formdata=None)
    form.show(thread)
    return _publication_page(thread, form)


def _publication_page(thread: Thread, form: PublishForm, refused: Any = None) -> str:
    log_shown("answers.edit_publication", person_id=thread.enrolment.person_id)
    form.version.data = thread.published_version if refused else form.version.data
    return render_template(
        "exchange/publish.html",
        thread=thread,
        title=places.title_of(session(), thread, current_language()),
        form=form,
        refused=refused,
    )


@blueprint.post("/<int:thread_id>/publish")
@requires(ExchangePermission.ANSWER)
def publish(thread_id: int) -> ResponseReturnValue:
    thread, form = _answered_or_404(thread_id), PublishForm()
    if not form.validate_on_submit():
        return _publication_page(thread, form), 422
    try:
        services.publish(
            session(), thread, form.question, form.answer, version=form.version.data, actor_id=current_user.person_id,
            now=clock.now(),
        )  # fmt: skip
    except PublishedMeanwhile as error:
        return _publication_page(thread, form, refused=error.message), error.status
    flash(_("Published: the people of the training session read it in the same place."), "ok")
    return redirect(url_for(".show_thread", thread_id=thread.id))


@blueprint.post("/<int:thread_id>/take-back")
@requires(ExchangePermission.ANSWER)
def take_back(thread_id: int) -> ResponseReturnValue:
    thread = _thread_or_404(thread_id)
    services.take_back(session(), thread, actor_id=current_user.person_id, now=clock.now())
    flash(_("Taken back: the training session does not see it any more."), "ok")
    return redirect(url_for(".show_thread", thread_id=thread.id))
