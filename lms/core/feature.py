"""How a room plugs into the house. ``lms/features.py`` lists them; nothing else knows them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Blueprint

from lms.core.access import Permission


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation, shown to those who hold ``needs``. ``icon`` names one of the sprite."""

    label: Any
    endpoint: str
    icon: str
    needs: Permission
    #: Shown in the staff's side menu, the participants' bar, or both.
    staff: bool = False
    participant: bool = False
    position: int = 50
    #: Whether it stays marked on the other pages of its room.
    section: bool = True


@dataclass(frozen=True)
class Card:
    """Something on a person's home page. ``template`` is a partial that gets ``card.data``."""

    template: str
    data: Any
    #: "resume" (the dark card, one only), "side" or "path".
    place: str = "side"
    position: int = 50


@dataclass(frozen=True)
class Step:
    """One line of a module's list of steps, after the lessons: a test, a session."""

    activity: str
    title: str
    detail: str
    state: str  # "done" | "current" | "later" | "locked"
    state_text: str
    url: str | None
    icon: str = "list-checks"
    is_required: bool = True


@dataclass(frozen=True)
class Panel:
    """One row of the live certificate checklist: what is needed and how far it is."""

    title: str
    value_text: str
    detail: str
    icon: str
    is_met: bool
    share: float | None = None  # 0.0-1.0 of the bar
    threshold: float | None = None
    url: str | None = None
    position: int = 50


def nothing(*_args: Any, **_kwargs: Any) -> list[Any]:
    """Default of the hooks that give lists."""
    return []


def no_effect(*_args: Any, **_kwargs: Any) -> None:
    """Default of the hooks that act."""


@dataclass(frozen=True)
class Feature:
    """What a feature gives the house. Hooks take the database session first."""

    name: str
    blueprints: Sequence[Blueprint] = ()
    permissions: type[Permission] | None = None
    nav: Sequence[NavItem] = ()
    #: job name -> function(db session, **ids); may run twice without harm.
    jobs: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    #: job name -> minutes between two runs.
    periodic: Mapping[str, int] = field(default_factory=dict)
    commands: Sequence[click.Command] = ()
    #: demo(db, *, now, content, password): this feature's part of the demo, the same at every run.
    demo: Callable[..., None] = no_effect
    #: home_cards(db, actor, *, now) -> list[Card]
    home_cards: Callable[..., list[Card]] = nothing
    #: module_steps(db, enrolment, module, *, now) -> list[Step]
    module_steps: Callable[..., list[Step]] = nothing
    #: module_panels(db, enrolment, module, *, now) -> list[Panel]
    module_panels: Callable[..., list[Panel]] = nothing
    #: lesson_panels(db, enrolment, lesson, *, now) -> list[Card]
    lesson_panels: Callable[..., list[Card]] = nothing
    #: reminders(db, now: datetime) -> list of messages due
    reminders: Callable[..., list[Any]] = nothing
    #: content_checks(tree) -> list of problem sentences
    content_checks: Callable[..., list[str]] = nothing
    #: content_synced(db, content, *, now): take over what the files hold (quizzes)
    content_synced: Callable[..., None] = no_effect
    #: personal_data(db, person_id) -> {name: JSON value}, all this feature holds on the person
    personal_data: Callable[..., dict[str, Any]] = lambda *_args: {}
    #: anonymise(db, person_id, *, now): wipe personal fields, keep the counts
    anonymise: Callable[..., None] = no_effect
    #: Called once with the app, for what no field covers (a loader, a context processor).
    init_app: Callable[..., None] = no_effect
