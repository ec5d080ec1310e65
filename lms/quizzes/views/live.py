"""A quiz in the room: the trainer's screen, and the page on the phones of the people there."""

from __future__ import annotations

import random
from typing import Any

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.core import clock, images, paging
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import LANGUAGES
from lms.core.db import session
from lms.core.errors import DomainError, wants_json
from lms.core.i18n import current_language, locale_of, localized
from lms.programme import queries as programme
from lms.quizzes import live_bars, queries, services, shown, wire
from lms.quizzes.content import of_version
from lms.quizzes.errors import NothingDrawn, NotInTheRoom, NotOpenNow, RunsAlready
from lms.quizzes.forms.bank import PURPOSES
from lms.quizzes.models import LiveRun, LiveState, QuestionVersion, Quiz
from lms.quizzes.permissions import QuizPermission
from lms.quizzes.queries.live import Place

desk = localized(
    Blueprint("live_desk", __name__, template_folder="../templates", url_prefix="/questions"),
    section="bank.list_questions",
)
room = localized(Blueprint("live", __name__, template_folder="../templates", url_prefix="/live"))

#: What the screen says in both languages.
WORDS = {
    "question": _l("Question %(number)s of %(total)s"),
    "ready": _l("The question opens in a moment"),
    "opened": _l("Answers are open"),
    "closed": _l("Answers are closed"),
    "count": _l("answers, of the people there"),
    "nameless": _l("No names, no mark: this counts for nothing"),
    "few": _l("Too few answers to show opinions"),
    "nothing": _l("Nobody answered"),
    "right": _l("Right answer"),
    "open": _l("Open the question"),
    "again": _l("Open again"),
    "close": _l("Close the question"),
    "show": _l("Show the answer"),
    "next": _l("Next question"),
    "back": _l("Question before"),
    "end": _l("End the quiz"),
    "leave": _l("Esc: back"),
    "refresh": _l("Look at the count again"),
    "join": _l("On the home page: Live in the room"),
}


def _say(lang: str, words: str, **places: Any) -> str:
    """One of the words above in a language, whatever the page's."""
    with force_locale(locale_of(lang)):
        return str(WORDS[words]) % places if places else str(WORDS[words])


# --- The trainer -----------------------------------------------------------------------------------------------------


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.live.quiz_or_none(session(), current_user.person_id, quiz_id) or abort(404)


def _run_or_404(run_id: int) -> LiveRun:
    return queries.live.run_of_trainer(session(), current_user.person_id, run_id) or abort(404)


@desk.get("/quizzes/<int:quiz_id>/live/")
@requires(QuizPermission.LIVE)
def prepare(quiz_id: int) -> ResponseReturnValue:
    """Which training session is asked, what is left out, and the runs that were."""
    return _prepare_page(_quiz_or_404(quiz_id))


def _prepare_page(quiz: Quiz, error: Any = None, running: int | None = None) -> str:
    cohorts = programme.cohorts_taught(session(), current_user.person_id)
    refusal = services.live.refusal(quiz)
    return render_template(
        "quizzes/live_prepare.html",
        quiz=quiz,
        left_out=[] if refusal else _left_out(services.live.choose(session(), quiz, random.Random(quiz.id))),  # noqa: S311
        purposes=PURPOSES,
        refusal=refusal,
        error=error,
        running=running,
        cohorts=[cohort for cohort in cohorts if quiz.cohort_id in (None, cohort.id)],
        runs=queries.live.runs_of(session(), current_user.person_id, quiz.id),
    )


@desk.post("/quizzes/<int:quiz_id>/live/")
@requires(QuizPermission.LIVE)
def start(quiz_id: int) -> ResponseReturnValue:
    quiz = _quiz_or_404(quiz_id)
    asked = paging.whole_number(request.form.get("cohort"))
    held = {cohort.id for cohort in programme.cohorts_taught(session(), current_user.person_id)}
    if asked is None or asked not in held:
        abort(404)
    try:
        run = services.live.start(session(), quiz, asked, trainer_id=current_user.person_id, now=clock.now())
    except (NotInTheRoom, NothingDrawn, RunsAlready) as error:
        database.rollback()
        running = error.run_id if isinstance(error, RunsAlready) else None
        return _prepare_page(_quiz_or_404(quiz_id), error.message, running), error.status
    return redirect(url_for(".show_run", run_id=run.id))


def _left_out(chosen: services.live.Chosen) -> list[str]:
    """What of a quiz is not asked in the room, in sentences."""
    found = []
    if chosen.other_kinds:
        count = chosen.other_kinds
        found.append(
            ngettext(
                "%(num)s question is left out: a room answers by choosing.",
                "%(num)s questions are left out: a room answers by choosing.",
                count,
            )
        )
    if chosen.of_tests:
        count = chosen.of_tests
        found.append(
            ngettext(
                "%(num)s question is left out: the test of a module asks it.",
                "%(num)s questions are left out: the test of a module asks them.",
                count,
            )
        )
    return found


@desk.get("/live/<int:run_id>/")
@requires(QuizPermission.LIVE)
def show_run(run_id: int) -> ResponseReturnValue:
    """The screen of the room; once the run is over, its bars."""
    run = _run_or_404(run_id)
    if run.ended_at is not None:
        return _results_page(run)
    question = queries.live.current(session(), run)
    is_over = question.state in (LiveState.CLOSED, LiveState.SHOWN)
    answers = queries.live.answers(session(), run.id, run.position) if is_over else []
    version = question.question
    total = queries.live.count_questions(session(), run.id)
    return render_template(
        "quizzes/live_screen.html",
        # Black on white, whatever the trainer likes for themselves.
        theme="light",
        run=run,
        question=question,
        said=of_version(version),
        groups=live_bars.bars(version, question.order, answers),
        answered=len(answers),
        may_show=live_bars.may_show(version, answers),
        has_answer=services.live.has_answer(question),
        count=queries.live.count(session(), run),
        total=total,
        **_pictures(version, ".show_screen_picture", {"run_id": run.id, "position": question.position}),
        leave_url=_way_back(run),
        langs=(current_language(), *(lang for lang in LANGUAGES if lang != current_language())),
        say=_say,
    )


def _way_back(run: LiveRun) -> str:
    """The page of the quiz, or home for somebody who trains in the same room with another one's quiz."""
    is_theirs = services.live.may_ask(run.quiz, current_user.person_id)
    home = current_app.extensions["home_endpoint"]
    return url_for(".prepare", quiz_id=run.quiz_id) if is_theirs else url_for(home)


def _pictures(version: QuestionVersion, endpoint: str, place: dict[str, Any]) -> dict[str, Any]:
    """The picture of a question and the case it is about, for ``shown.show``."""
    picture = shown.Picture(url_for(endpoint, **place), version.image_alt) if version.image_id is not None else None
    return {"picture": picture, "about": shown.about(version, url_for(endpoint, **place, case=1))}


def _send_picture(version: QuestionVersion) -> ResponseReturnValue:
    image_id = version.case_image_id if request.args.get("case") else version.image_id
    return images.answer(queries.bank.image_or_none(session(), image_id) or abort(404))


@desk.post("/live/<int:run_id>/")
@requires(QuizPermission.LIVE)
def act(run_id: int) -> ResponseReturnValue:
    """Open, close, show, next, back, end; an act on an older page changes nothing."""
    run = _run_or_404(run_id)
    services.live.act(
        session(), run.id, request.form.get("do", ""), version=paging.whole_number(request.form.get("version")),
        actor_id=current_user.person_id, now=clock.now(),
    )  # fmt: skip
    return redirect(url_for(".show_run", run_id=run.id))


@desk.get("/live/<int:run_id>/count")
@requires(QuizPermission.LIVE)
def show_count(run_id: int) -> ResponseReturnValue:
    """For the script of the screen: how many answered, of how many; ``version`` tells whether the page is old."""
    run = _run_or_404(run_id)
    count = queries.live.count(session(), run)
    return jsonify(version=run.version, answers=count.answers, present=count.present)


@desk.get("/live/<int:run_id>/<int:position>/picture")
@requires(QuizPermission.LIVE)
def show_screen_picture(run_id: int, position: int) -> ResponseReturnValue:
    run = _run_or_404(run_id)
    question = queries.live.question_or_none(session(), run.id, position) or abort(404)
    return _send_picture(question.question)


def _results_page(run: LiveRun) -> str:
    answers = queries.live.answers_by_place(session(), run.id)
    questions = queries.live.questions(session(), run.id)
    return render_template(
        "quizzes/live_results.html",
        run=run,
        rows=[
            {
                "version": one.question,
                "groups": live_bars.bars(one.question, one.order, answers.get(one.position, [])),
                "answered": len(answers.get(one.position, [])),
                "may_show": live_bars.may_show(one.question, answers.get(one.position, [])),
            }
            for one in questions
        ],
        present=queries.live.count(session(), run).present,
    )


# --- The people in the room ------------------------------------------------------------------------------------------


def _place_or_404(run_id: int, *, with_quiz: bool = True) -> Place:
    return queries.live.place_or_none(session(), current_user.person_id, run_id, with_quiz=with_quiz) or abort(404)


def _who(place: Place) -> str:
    return services.live.participant(str(current_app.secret_key), place.run, place.enrolment_id)


@room.get("/<int:run_id>/")
@requires(QuizPermission.TAKE)
def show_room(run_id: int) -> ResponseReturnValue:
    """The question that is open, to answer; before and after it, what there is to wait for."""
    return _room_page(_place_or_404(run_id))


def _room_page(place: Place, error: Any = None) -> str:
    run, question = place.run, place.question
    if run.ended_at is not None:
        return render_template("quizzes/live_over.html")
    who = _who(place)
    answer = queries.live.answer_of(session(), run.id, question.position, who)
    is_shown = question.state == LiveState.SHOWN
    groups = []
    if is_shown:
        given = queries.live.answers(session(), run.id, question.position)
        groups = live_bars.bars(question.question, question.order, given)
    said = of_version(question.question)
    return render_template(
        "quizzes/live_room.html",
        run=run,
        question=question,
        shown=shown.show(
            said,
            question.order,
            answer,
            current_language(),
            **_pictures(question.question, ".show_picture", {"run_id": run.id, "position": question.position}),
        ),
        own=answer,
        has_answered=answer is not None,
        is_counted=queries.live.is_present(session(), run.id, who),
        groups=groups,
        total=queries.live.count_questions(session(), run.id),
        error=error,
    )


@room.post("/<int:run_id>/here")
@requires(QuizPermission.TAKE)
def be_there(run_id: int) -> ResponseReturnValue:
    """The script of the page says that somebody has it before them; without script the first answer says so."""
    place = _place_or_404(run_id, with_quiz=False)
    if place.run.ended_at is None:
        services.live.be_there(session(), place.run.id, _who(place))
    return jsonify(here=True)


@room.post("/<int:run_id>/<int:position>/")
@requires(QuizPermission.TAKE)
def send_answer(run_id: int, position: int) -> ResponseReturnValue:
    """Take the answer in place of the one before; a script gets JSON, a form the page again."""
    place = _place_or_404(run_id, with_quiz=False)
    try:
        if place.run.ended_at is not None:
            raise NotOpenNow
        said = services.live.answer(session(), place.run, position, _who(place), wire.values_of(request.form))
    except DomainError as error:
        database.rollback()
        if wants_json():
            return jsonify(error=str(error.message)), error.status
        return _room_page(_place_or_404(run_id), error.message), error.status
    if wants_json():
        return jsonify(said=said is not None)
    flash(
        _("Received. The answer can change until the question closes.") if said is not None else _("Taken back."), "ok"
    )
    return redirect(url_for(".show_room", run_id=run_id))


@room.get("/<int:run_id>/state")
@requires(QuizPermission.TAKE)
def show_state(run_id: int) -> ResponseReturnValue:
    """For the script of the room: whether the page is old. No key and no count ever stands in it."""
    place = _place_or_404(run_id, with_quiz=False)
    state = "ended" if place.run.ended_at is not None else place.question.state
    return jsonify(state=state, position=place.question.position, version=place.run.version)


@room.get("/<int:run_id>/<int:position>/picture")
@requires(QuizPermission.TAKE)
def show_picture(run_id: int, position: int) -> ResponseReturnValue:
    """The picture of the question on the screen, or of its case, once it was opened."""
    question = _place_or_404(run_id).question
    if position != question.position or question.state == LiveState.READY:
        abort(404)
    return _send_picture(question.question)
