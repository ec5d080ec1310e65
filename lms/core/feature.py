"""How a room plugs into the house. ``lms/features.py`` lists them; nothing else knows them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from flask import Blueprint, current_app
from sqlalchemy.orm import Session

from lms.core.access import Permission, Role, can
from lms.core.own_data import Words
from lms.core.retention import Rule


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
    #: Shown only to people with one of these roles; None: to all who hold ``needs``. Five entries a role at most.
    roles: frozenset[Role] | None = None


@dataclass(frozen=True)
class Card:
    """Something on a person's home page. ``template`` is a partial that gets ``card.data``."""

    template: str
    data: Any
    #: "side", "end" of a lesson, or "resume": the dark card, before the next lesson with a position under 50, else once
    #: nothing else is left, and at the side until then; its data are ``heading title url action detail``.
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


@dataclass(frozen=True)
class Task:
    """One thing that waits for a member of staff, on their home page: what, why, and where to do it."""

    title: str
    detail: str
    url: str | None
    icon: str = "alert"
    #: "warn" when it is late, "info" when it can be done now.
    tone: str = "info"
    #: Smaller comes first.
    position: int = 50
    count: int | None = None


@dataclass(frozen=True)
class Tile:
    """An entry of the administration's home page: a page of a room, with a sentence."""

    title: Any
    detail: Any
    endpoint: str
    icon: str
    needs: Permission
    position: int = 50
    #: Heading it stands under: "people", "training", "programme", "system".
    group: str = "people"


@dataclass(frozen=True)
class MailKind:
    """A message this feature sends. Its words can be changed by the team; places are written ``{link}``."""

    key: str
    label: Any
    #: Default words, lazy strings with ``{place}``s.
    subject: Any
    text: Any
    #: Names of the places that ``subject`` and ``text`` may hold -> an example for the preview.
    places: Mapping[str, Any] = field(default_factory=dict)
    #: Counted against the weekly limit of a person.
    is_reminder: bool = False
    #: Of the places, those that the text cannot do without, whoever words it.
    essential: Sequence[str] = ("link",)
    #: Its links open an account: nobody but the reader ever sees them.
    is_secret: bool = False


@dataclass(frozen=True)
class Reminder:
    """A message that is due to somebody now. ``occasion`` is the same however often it is found: it goes once."""

    person_id: int
    kind: str
    occasion: str
    places: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Mapping[str, str]] = ()
    #: The most pressing has the smallest: it goes first where a person may get only one.
    position: int = 50


@dataclass(frozen=True)
class Processing:
    """A line of the processing register: why data are held, which, who sees them (law 09-08)."""

    purpose: Any
    data: Any
    people: Any
    recipients: Any
    #: Key of the retention rule that ends it, or a sentence.
    kept: Any


@dataclass(frozen=True)
class Check:
    """A line of the health page."""

    title: Any
    value: Any
    is_well: bool
    advice: Any = ""


@dataclass(frozen=True)
class MemberLink:
    """What can be done for one person of a cohort, on the page of another room: ``endpoint`` takes ``enrolment_id``."""

    label: Any
    endpoint: str
    needs: Permission


@dataclass(frozen=True)
class CohortLink:
    """A page of another room, on the page of a cohort: ``endpoint`` takes ``cohort`` in its query.

    On the home page of a trainer it stands without one: the page then shows all cohorts."""

    label: Any
    endpoint: str
    icon: str
    needs: Permission


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
    #: lesson_panels(db, enrolment, lesson, *, step, now) -> list[Card], under a step (None: the whole lesson), or
    #: before its button with place "end"; their templates get ``step_id`` too
    lesson_panels: Callable[..., list[Card]] = nothing
    #: result_panels(db, attempt, *, now) -> list[Card], under the result of a quiz that was sent
    result_panels: Callable[..., list[Card]] = nothing
    #: tasks(db, actor, *, now) -> list[Task], what waits for this member of staff
    tasks: Callable[..., list[Task]] = nothing
    #: role -> endpoint of the first page of people with that role
    homes: Mapping[Role, str] = field(default_factory=dict)
    #: Entries of the administration's home page.
    tiles: Sequence[Tile] = ()
    #: Beside each person on the page of a cohort, for those who train it.
    member_links: Sequence[MemberLink] = ()
    #: On the page of a cohort, for those who train it.
    cohort_links: Sequence[CohortLink] = ()
    mails: Sequence[MailKind] = ()
    #: reminders(db, *, now) -> list[Reminder], those due now whether sent or not
    reminders: Callable[..., list[Reminder]] = nothing
    retention: Sequence[Rule] = ()
    processing: Sequence[Processing] = ()
    #: health(db, *, now) -> list[Check]
    health: Callable[..., list[Check]] = nothing
    #: content_checks(tree): complain of what the curriculum's own checks cannot know
    content_checks: Callable[..., None] = no_effect
    #: content_synced(db, curriculum, *, tree, now): take over what the files hold
    content_synced: Callable[..., None] = no_effect
    #: personal_data(db, person_id) -> {name: JSON value}, all this feature holds on the person
    personal_data: Callable[..., dict[str, Any]] = lambda *_args: {}
    #: Section, or ``section.field``, of that data -> its words.
    data_words: Mapping[str, Words] = field(default_factory=dict)
    #: anonymise(db, person_id, *, now): wipe personal fields, keep the counts
    anonymise: Callable[..., None] = no_effect
    #: Called once with the app, for what no field covers (a loader, a context processor).
    init_app: Callable[..., None] = no_effect


def waiting_tasks(db: Session, actor: Any, *, now: dt.datetime) -> list[Task]:
    """What waits in all rooms for this member of staff, the first thing to do first."""
    features: Sequence[Feature] = current_app.extensions["features"]
    found = [task for feature in features for task in feature.tasks(db, actor, now=now)]
    return sorted(found, key=lambda task: task.position)


def home_of(role: Role) -> str | None:
    """Endpoint of the first page of people with a role, as the room says that gives it (``Feature.homes``)."""
    features: Sequence[Feature] = current_app.extensions["features"]
    return next((feature.homes[role] for feature in features if role in feature.homes), None)


def member_links() -> list[MemberLink]:
    """What all rooms offer the person signed in for one person of a cohort."""
    features: Sequence[Feature] = current_app.extensions["features"]
    return [link for feature in features for link in feature.member_links if can(link.needs)]


def cohort_links() -> list[CohortLink]:
    """What all rooms offer the person signed in about one cohort."""
    features: Sequence[Feature] = current_app.extensions["features"]
    return [link for feature in features for link in feature.cohort_links if can(link.needs)]


def room_of(listener: Any) -> str:
    """Name of the room that a function lives in: « attendance » of one in lms.attendance."""
    return str(listener.__module__).split(".")[1]
