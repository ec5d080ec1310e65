"""Home, modules, lesson reader, search, my progress."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core import db as database
from lms.core.access import BY_WEIGHT, Role, can, requires
from lms.core.feature import Card, home_of
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Curriculum, Lesson, Module, Step
from lms.curriculum.search import find, find_terms
from lms.learning import gate, queries, services
from lms.learning.path import Path, State
from lms.learning.permissions import LearningPermission
from lms.programme import queries as programme
from lms.programme import services as programme_services
from lms.programme.models import Enrolment

blueprint = localized(Blueprint("learning", __name__, template_folder="templates"))


def _db() -> Any:
    return database.session()


def _lang() -> str:
    return current_language()


def _today() -> dt.date:
    return clock.local_date(clock.now())


def _cards() -> list[Card]:
    now = clock.now()
    features = current_app.extensions["features"]
    cards = [card for feature in features for card in feature.home_cards(_db(), current_user, now=now)]
    return sorted(cards, key=lambda card: card.position)


@blueprint.get("/")
@requires(LearningPermission.HOME)
def show_home() -> ResponseReturnValue:
    """What to do next. People who follow the training from outside go to their own first page."""
    if Role.LEARNER not in current_user.roles:
        return _staff_home()
    content = curriculum.current(_db())
    enrolment = gate.enrolment()
    if enrolment is None and current_user.is_staff:
        return _staff_home()
    if enrolment is None:
        return render_template("learning/not_enrolled.html", curriculum=content)
    path = queries.path(_db(), content, enrolment, today=_today())
    resume = _resume(content, enrolment, path)
    cards = _cards()
    return render_template(
        "learning/home.html",
        enrolment=enrolment,
        path=path,
        resume=resume,
        next_step=None if resume else _step_after_lessons(enrolment, path),
        running=programme.running_enrolments(_db(), current_user.person_id, today=_today()),
        form=EmptyForm(),
        today=clock.now(),
        day=_today(),
        first=next((card for card in cards if card.place == "resume"), None),
        cards=[card for card in cards if card.place == "side"],
        State=State,
    )


@blueprint.get("/go-on")
@requires(LearningPermission.HOME)
def go_on() -> ResponseReturnValue:
    """Straight to the step where the person stopped, or to the next lesson; home when there is none."""
    enrolment = gate.enrolment()
    if enrolment is not None:
        content = curriculum.current(_db())
        resume = _resume(content, enrolment, queries.path(_db(), content, enrolment, today=_today()))
        if resume is not None:
            return redirect(
                url_for(".read_lesson", module=resume.module.slug, lesson=resume.lesson.slug, step=resume.step.id)
            )
    return redirect(url_for(".show_home"))


def _step_after_lessons(enrolment: Enrolment, path: Path) -> Any:
    """What other rooms offer once the lessons of the current module are read: its test."""
    if path.current is None:
        return None
    steps = (
        step
        for feature in current_app.extensions["features"]
        for step in feature.module_steps(_db(), enrolment, path.current.module, now=clock.now())
    )
    return next((step for step in steps if step.state == "current" and step.url), None)


@blueprint.post("/enrolments/<int:enrolment_id>/choose")
@requires(LearningPermission.OWN_PROGRESS)
def choose_enrolment(enrolment_id: int) -> ResponseReturnValue:
    """Work in this one of several running cohorts."""
    now = clock.now()
    running = programme.running_enrolments(_db(), current_user.person_id, today=_today())
    chosen = next((one for one in running if one.id == enrolment_id), None) or abort(404)
    programme_services.choose(chosen, now=now)
    return redirect(url_for(".show_home"))


def _staff_home() -> ResponseReturnValue:
    """The first page of the weightiest role, as the rooms say (``Feature.homes``)."""
    page = next((page for role in BY_WEIGHT if role in current_user.roles and (page := home_of(role))), ".list_modules")
    return redirect(url_for(page))


@dataclass(frozen=True)
class Resume:
    """Where to go on: a lesson and one of its steps, or what follows the last lesson."""

    lesson: Lesson
    module: Module
    step: Step
    steps_read: int

    @property
    def share(self) -> float:
        return self.steps_read / len(self.lesson.steps)

    @property
    def minutes_left(self) -> int:
        return max(1, round(self.lesson.minutes * (1 - self.share)))


def _resume(content: Curriculum, enrolment: Enrolment, path: Path) -> Resume | None:
    position = queries.last_position(_db(), enrolment.id)
    lesson = content.lesson(position.lesson) if position else None
    if lesson is None or not lesson.steps:
        position = None
        current = path.current
        lesson = current.next_lesson if current else None
    module = content.module(lesson.module) if lesson else None
    if lesson is None or module is None:
        return None
    step = lesson.step(position.step if position else None) or lesson.steps[0]
    return Resume(lesson, module, step, len(position.steps_read) if position else 0)


@blueprint.get("/modules/")
@requires(LearningPermission.LESSON_READ)
def list_modules() -> ResponseReturnValue:
    content = curriculum.current(_db())
    enrolment = gate.enrolment()
    path = queries.path(_db(), content, enrolment, today=_today()) if enrolment else None
    return render_template("learning/list_modules.html", curriculum=content, path=path, State=State)


@blueprint.get("/modules/<module>/")
@requires(LearningPermission.LESSON_READ)
def show_module(module: str) -> ResponseReturnValue:
    content = curriculum.current(_db())
    found = content.module(module) or abort(404)
    enrolment = gate.enrolment()
    path = queries.path(_db(), content, enrolment, today=_today()) if enrolment else None
    state = path.of(module) if path else None
    hooks = current_app.extensions["features"] if enrolment and state else []
    now = clock.now()
    steps = [step for feature in hooks for step in feature.module_steps(_db(), enrolment, found, now=now)]
    panels = [panel for feature in hooks for panel in feature.module_panels(_db(), enrolment, found, now=now)]
    return render_template(
        "learning/show_module.html",
        module=found,
        state=state,
        extra_steps=steps,
        panels=sorted(panels, key=lambda panel: panel.position),
        has_guide=bool(found.guide) and can(LearningPermission.GUIDE),
        State=State,
    )


@blueprint.get("/modules/<module>/guide/")
@requires(LearningPermission.GUIDE)
def show_guide(module: str) -> ResponseReturnValue:
    """How to teach the module in the room: a plan for each half-day, to print."""
    found = curriculum.current(_db()).module(module) or abort(404)
    if not found.guide:
        abort(404)
    return render_template("learning/show_guide.html", module=found)


def _lesson_or_404(module: str, lesson: str) -> tuple[Curriculum, Module, Lesson]:
    content = curriculum.current(_db())
    found = content.module(module) or abort(404)
    return content, found, found.lesson(lesson) or abort(404)


@blueprint.get("/modules/<module>/<lesson>/")
@requires(LearningPermission.LESSON_READ)
def read_lesson(module: str, lesson: str) -> ResponseReturnValue:
    """One step of a lesson (``?step=``; default: where the reader stopped), or all of it (``?whole=1``)."""
    content, found_module, found = _lesson_or_404(module, lesson)
    if not found.is_ready:
        return render_template("learning/coming_lesson.html", module=found_module, lesson=found)
    enrolment = gate.enrolment()
    refused = gate.refuse_locked(enrolment, module)
    if refused is not None:
        return refused
    position = queries.position(_db(), enrolment.id, found.key) if enrolment else None
    step = found.step(request.args.get("step") or (position.step if position else None)) or found.steps[0]
    whole = request.args.get("whole") == "1"
    return render_template(
        "learning/read_lesson.html",
        module=found_module,
        lesson=found,
        step=step,
        whole=whole,
        **_reading_aids(found, step, set(position.steps_read) if position else set()),
        beside=_beside(step, request.args.get("beside", "")),
        curriculum=content,
        digest=curriculum.digest(),
        form=EmptyForm(),
        records=enrolment is not None,
        panels=_lesson_panels(enrolment, found, None if whole else step),
    )


def _lesson_panels(enrolment: Enrolment | None, lesson: Lesson, step: Step | None) -> list[Card]:
    """What other rooms add under a step of a lesson, or under the whole, for those who are enrolled."""
    if enrolment is None:
        return []
    now = clock.now()
    features = current_app.extensions["features"]
    return [
        card for feature in features for card in feature.lesson_panels(_db(), enrolment, lesson, step=step, now=now)
    ]


def _reading_aids(lesson: Lesson, step: Step, read: set[str]) -> dict[str, Any]:
    """The strip and the index of a lesson: what is read, what is open."""
    here = url_for(".read_lesson", module=lesson.module, lesson=lesson.slug)
    index = [
        {
            "number": one.number,
            "title": one.title[_lang()],
            "url": f"{here}?step={one.id}",
            "state": "current" if one is step else ("done" if one.id in read else "later"),
        }
        for one in lesson.steps
    ]
    links = [
        ("printer", _("Whole lesson"), f"{here}?whole=1"),
        ("download", _("Lesson as PDF"), url_for("papers.show_paper", module=lesson.module, which=lesson.slug)),
    ]
    if step.terms:
        links.append(("book", _("Glossary of the lesson"), "#glossary"))
    fractions = [1.0 if one.id in read else (0.5 if one is step else 0.0) for one in lesson.steps]
    # Everything that the strip and the index show, besides the step, follows from this.
    return {"index": index, "links": links, "fractions": fractions, "read_key": frozenset(read)}


def _beside(step: Step, wanted: str) -> int | None:
    """Number of the block that is shown in the other language too."""
    return int(wanted) if wanted.isdecimal() and len(wanted) < 5 and 1 <= int(wanted) <= len(step.blocks) else None


@blueprint.post("/modules/<module>/<lesson>/")
@requires(LearningPermission.LESSON_RECORD)
def mark_read(module: str, lesson: str) -> ResponseReturnValue:
    """Mark a step as read and go to the next one; at the end, to the module."""
    _content, _module, found = _lesson_or_404(module, lesson)
    step = found.step(request.form.get("step")) or abort(400)
    enrolment = gate.enrolment()
    if enrolment is None:
        following = services.next_step(found, step)
    else:
        refused = gate.refuse_locked(enrolment, module)
        if refused is not None:
            return refused
        following = services.read_step(_db(), enrolment, found, step, now=clock.now())
    if following is not None:
        return redirect(url_for(".read_lesson", module=module, lesson=lesson, step=following.id))
    flash(_("Lesson finished: %(title)s", title=found.title[_lang()]), "ok")
    return redirect(url_for(".show_module", module=module))


@blueprint.get("/glossary/")
@requires(LearningPermission.LESSON_READ)
def show_glossary() -> ResponseReturnValue:
    """All terms in both languages side by side; with ``?q=`` those that hold these words."""
    content = curriculum.current(_db())
    text = request.args.get("q", "").strip()
    terms = find_terms(content, text, _lang())
    return render_template("learning/show_glossary.html", terms=terms, text=text, total=len(content.terms))


@blueprint.get("/search/")
@requires(LearningPermission.LESSON_READ)
def search() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()
    content = curriculum.current(_db())
    results = find(content, text, _lang()) if text else []
    return render_template("learning/search.html", text=text, results=results, curriculum=content)


@blueprint.get("/progress/")
@requires(LearningPermission.OWN_PROGRESS)
def show_progress() -> ResponseReturnValue:
    content = curriculum.current(_db())
    today = _today()
    rows = [
        (enrolment, queries.path(_db(), content, enrolment, today=today))
        for enrolment in programme.enrolments_of(_db(), current_user.person_id)
    ]
    return render_template("learning/show_progress.html", rows=rows, State=State)
