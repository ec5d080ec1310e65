"""What learners will see, for those who write it: a question or a quiz in a frame. Nothing is recorded."""

from __future__ import annotations

import random
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import headers, images
from lms.core.access import requires
from lms.core.bilingual import LANGUAGES, Bilingual
from lms.core.db import session
from lms.core.i18n import current_language, localized
from lms.core.paging import whole_number
from lms.quizzes import content, drawing, lint, queries, services, shown, wire
from lms.quizzes.content import Content, of_version
from lms.quizzes.models import Question, Quiz
from lms.quizzes.permissions import QuizPermission

blueprint = localized(
    Blueprint("previews", __name__, template_folder="../templates", url_prefix="/questions"),
    section="bank.list_questions",
)
EXTRA_TIME = 1.5


def _question_or_404(question_id: int) -> Question:
    return queries.bank.question_or_none(session(), current_user.person_id, question_id) or abort(404)


def _quiz_or_404(quiz_id: int) -> Quiz:
    return queries.quizzes.quiz_or_none(session(), current_user.person_id, quiz_id) or abort(404)


def _switched(name: str, *known: str) -> str:
    """What a switch of the page is set to; the first of the known values unless the address says another."""
    return request.args[name] if request.args.get(name) in known else known[0]


def _switches() -> dict[str, str]:
    first, other = (current_language(), *(lang for lang in LANGUAGES if lang != current_language()))
    return {
        "in": _switched("in", first, other),
        "screen": _switched("screen", "phone", "desktop"),
        "sent": _switched("sent", "", "1"),
    }


def _page(**shown_here: Any) -> Response:
    response = make_response(render_template("quizzes/preview.html", **shown_here))
    response.headers["Content-Security-Policy"] = headers.policy(frame_src="'self'")
    return response


def _frame(**shown_here: Any) -> Response:
    response = make_response(
        render_template("quizzes/preview_frame.html", is_sent=request.args.get("sent") == "1", **shown_here)
    )
    response.headers["Content-Security-Policy"] = headers.policy(frame_ancestors="'self'")
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/<int:question_id>/preview/")
@requires(QuizPermission.WRITE)
def preview_question(question_id: int) -> ResponseReturnValue:
    """The newest draft of a question."""
    question = _question_or_404(question_id)
    number, switched = f"{question.id:03d}", _switches()
    return _page(
        heading=_("Preview of question %(number)s", number=number),
        back=(_("Question %(number)s", number=number), url_for("builder.edit_question", question_id=question.id)),
        of_draft=True,
        switched=switched,
        frame_url=url_for(
            ".frame_of_question", question_id=question.id, lang=switched["in"], sent=switched["sent"] or None
        ),
    )


@blueprint.get("/<int:question_id>/preview/frame")
@requires(QuizPermission.WRITE)
def frame_of_question(question_id: int) -> ResponseReturnValue:
    question = _question_or_404(question_id)
    said = services.bank.content_of(session(), question)
    if not _can_show(said):
        return _frame(
            shown=None,
            heading=_("Question %(number)s", number=f"{question.id:03d}"),
            refusal=_("The question cannot be shown yet: the checks of the builder say why."),
        )
    here, tried = shown.try_out(
        said,
        wire.values_of(request.args),
        current_language(),
        seed=question.id,
        picture=shown.Picture(url_for("builder.show_picture", question_id=question.id), Bilingual(**said.image_alt))
        if said.image_id is not None
        else None,
        about=_about(said),
    )
    return _frame(shown=here, tried=tried)


def _can_show(said: Content) -> bool:
    """Whether the draft is written in the language of the page, and works."""
    needed = (place for place in content.texts_of(said) if place.words.is_needed)
    return all(place.texts.get(current_language()) for place in needed) and not any(lint.faults(said))


def _about(said: Content) -> shown.About | None:
    """The case of a draft, as it stands now."""
    case = queries.bank.case_or_none(session(), said.case_id)
    if case is None:
        return None
    url = url_for("cases.show_case_picture", case_id=case.id)
    return shown.About(case.text, shown.Picture(url, case.image_alt) if case.image_id is not None else None)


@blueprint.get("/quizzes/<int:quiz_id>/preview/")
@requires(QuizPermission.WRITE)
def preview_quiz(quiz_id: int) -> ResponseReturnValue:
    """A quiz, with the usual time or with extra time."""
    quiz = _quiz_or_404(quiz_id)
    title = quiz.title[current_language()]
    switched = {**_switches(), "time": _switched("time", "1", str(EXTRA_TIME))}
    return _page(
        heading=_("Preview of « %(title)s »", title=title),
        back=(title, url_for("quiz_builder.edit_quiz", quiz_id=quiz.id)),
        switched=switched,
        frame_url=url_for(
            ".frame_of_quiz", quiz_id=quiz.id, lang=switched["in"], time=switched["time"],
            sent=switched["sent"] or None,
        ),
    )  # fmt: skip


@blueprint.get("/quizzes/<int:quiz_id>/preview/frame")
@requires(QuizPermission.WRITE)
def frame_of_quiz(quiz_id: int) -> ResponseReturnValue:
    """One question (``?n=``) of a draw that is the same at each look."""
    quiz = _quiz_or_404(quiz_id)
    drawn = drawing.draw(session(), quiz, random.Random(quiz.id))  # noqa: S311 - a preview
    if not drawn:
        refusal = _("The quiz has no question that could be shown yet.")
        return _frame(shown=None, heading=quiz.title[current_language()], refusal=refusal)
    place = min(max(whole_number(request.args.get("n")) or 1, 1), len(drawn))
    one, time = drawn[place - 1], _switched("time", "1", str(EXTRA_TIME))
    here, tried = shown.try_out(
        of_version(one.version),
        wire.values_of(request.args),
        current_language(),
        seed=one.version.id,
        shuffle=quiz.shuffle,
        points=one.points,
        section=one.section,
        picture=_picture(one.version.image_id, one.version.image_alt),
        about=shown.about(one.version, _url(one.version.case_image_id)),
    )
    seconds = int((quiz.minutes or 0) * 60 * float(time))
    return _frame(shown=here, tried=tried, quiz=quiz, place=place, total=len(drawn), seconds=seconds, time=time)


def _url(image_id: int | None) -> str | None:
    return url_for(".show_published_picture", image_id=image_id) if image_id is not None else None


def _picture(image_id: int | None, alt: Bilingual) -> shown.Picture | None:
    url = _url(image_id)
    return shown.Picture(url, alt) if url else None


@blueprint.get("/pictures/<int:image_id>")
@requires(QuizPermission.WRITE)
def show_published_picture(image_id: int) -> ResponseReturnValue:
    """A picture of a published version that this trainer may open."""
    if not queries.bank.is_published_picture(session(), current_user.person_id, image_id):
        abort(404)
    return images.answer(queries.bank.image_or_none(session(), image_id) or abort(404))
