"""What is done, open and locked on a person's way, and why, in words. Pure: reads values, asks nothing."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.i18n import long_date
from lms.curriculum.catalogue import Curriculum, Lesson, Module
from lms.programme.models import Cohort
from lms.progress import activities
from lms.progress.models import LedgerEntry, ModuleProgress


class State(enum.StrEnum):
    DONE = "done"
    CURRENT = "current"
    OPEN = "open"
    LOCKED = "locked"
    COMING = "coming"


@dataclass(frozen=True)
class LessonState:
    lesson: Lesson
    state: State


@dataclass(frozen=True)
class ModuleState:
    """One module on the way. ``reason`` says in words why it is locked or what comes next."""

    module: Module
    state: State
    reason: str
    done: int
    required: int
    lessons: tuple[LessonState, ...]

    @property
    def share(self) -> float:
        return self.done / self.required if self.required else 0.0

    @property
    def is_open(self) -> bool:
        return self.state not in (State.LOCKED, State.COMING)

    @property
    def next_lesson(self) -> Lesson | None:
        return next((row.lesson for row in self.lessons if row.state in (State.CURRENT, State.OPEN)), None)


@dataclass(frozen=True)
class Path:
    """All modules of a cohort for one enrolment."""

    modules: tuple[ModuleState, ...]

    def of(self, slug: str) -> ModuleState | None:
        return next((row for row in self.modules if row.module.slug == slug), None)

    @property
    def current(self) -> ModuleState | None:
        return next((row for row in self.modules if row.state in (State.CURRENT, State.OPEN)), None)


def path_of(
    curriculum: Curriculum,
    slugs: Sequence[str],
    entries: Mapping[str, LedgerEntry],
    progress: Mapping[str, ModuleProgress],
    *,
    cohort: Cohort,
    today: dt.date,
) -> Path:
    """The way through the modules ``slugs``; default order: one after the other (architecture, settled questions)."""
    rows: list[ModuleState] = []
    before: ModuleState | None = None
    for slug in slugs:
        module = curriculum.module(slug)
        if module is None:
            continue
        row = _module_state(module, entries, progress.get(slug), before, cohort, today)
        rows.append(row)
        before = row
    return Path(tuple(rows))


def _said_of_done(module: Module) -> str:
    """Complete means what is open today: lessons still being written are named, not hidden."""
    coming = len(module.lessons) - len(module.ready_lessons)
    if not coming:
        return str(_("All steps are done."))
    words = ngettext(
        "All open steps are done; %(num)s lesson is coming.",
        "All open steps are done; %(num)s lessons are coming.",
        coming,
    )
    return str(words)


def _module_state(
    module: Module,
    entries: Mapping[str, LedgerEntry],
    row: ModuleProgress | None,
    before: ModuleState | None,
    cohort: Cohort,
    today: dt.date,
) -> ModuleState:
    done, required = (row.done, row.required) if row else (0, len(module.required_activities))
    lessons = tuple(_lesson_states(module, entries))
    state, reason = State.OPEN, ""
    if required and done == required:
        state, reason = State.DONE, _said_of_done(module)
    elif not module.ready_lessons:
        state, reason = State.COMING, _("This module is being prepared.")
    elif today < cohort.starts_on:
        state, reason = State.LOCKED, _("Opens on %(day)s.", day=long_date(cohort.starts_on))
    elif cohort.modules_in_order and before is not None and before.state is not State.DONE:
        state, reason = (
            State.LOCKED,
            _("Opens when module %(number)s is complete.", number=before.module.number),
        )
    elif done:
        state = State.CURRENT
    return ModuleState(module, state, reason, done, required, lessons)


def _lesson_states(module: Module, entries: Mapping[str, Any]) -> list[LessonState]:
    rows: list[LessonState] = []
    current_found = False
    for lesson in module.lessons:
        entry = entries.get(activities.lesson(lesson.key))
        if entry is not None and entry.share == 1:
            rows.append(LessonState(lesson, State.DONE))
        elif not lesson.is_ready:
            rows.append(LessonState(lesson, State.COMING))
        elif not current_found:
            current_found = True
            rows.append(LessonState(lesson, State.CURRENT))
        else:
            rows.append(LessonState(lesson, State.OPEN))
    return rows
