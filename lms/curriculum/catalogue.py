"""The curriculum as pages use it: modules, lessons, steps, terms, facts; all texts in both languages, rendered.

Plain immutable values that survive JSON: a snapshot in the database is exactly this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from lms.core.bilingual import Bilingual

READY, COMING = "ready", "coming"


@dataclass(frozen=True)
class Step:
    """Two to four minutes of a lesson. ``html`` is the whole step, ``blocks`` its parts in order."""

    id: str
    number: int
    title: Bilingual
    blocks: tuple[Bilingual, ...]
    #: Glossary keys at first use in this step.
    terms: tuple[str, ...]
    #: Keys of the sheets that this step asks for or shows again; a mark in the HTML says where.
    sheets: tuple[str, ...] = ()

    def block_html(self, index: int, lang: str) -> Markup:
        """One block (from 1) in one language."""
        return Markup(self.blocks[index - 1][lang])

    @cached_property
    def _html(self) -> dict[str, Markup]:
        return {
            lang: Markup("\n").join(
                Markup('<div class="block" id="b{}-{}">{}</div>').format(self.number, place, Markup(block[lang]))
                for place, block in enumerate(self.blocks, 1)
            )
            for lang in ("ar", "fr")
        }

    def html(self, lang: str) -> Markup:
        return self._html[lang]


@dataclass(frozen=True)
class Lesson:
    """One lesson. A coming one has no steps yet."""

    module: str
    slug: str
    number: int
    title: Bilingual
    summary: Bilingual
    minutes: int
    status: str
    objectives: tuple[Bilingual, ...]
    facts: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def key(self) -> str:
        return f"{self.module}/{self.slug}"

    @property
    def is_ready(self) -> bool:
        return self.status == READY

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Glossary keys of the whole lesson, in order of use, once each."""
        return tuple(dict.fromkeys(term for step in self.steps for term in step.terms))

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """Keys of the sheets of the whole lesson, once each."""
        return tuple(dict.fromkeys(key for step in self.steps for key in step.sheets))

    def step(self, step_id: str | None) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)


@dataclass(frozen=True)
class Module:
    """One of the three modules."""

    slug: str
    number: int
    title: Bilingual
    short: Bilingual
    summary: Bilingual
    objectives: tuple[Bilingual, ...]
    lessons: tuple[Lesson, ...]
    #: The training team's guide, a step for each half-day; empty while it is coming.
    guide: tuple[Step, ...] = ()

    @property
    def ready_lessons(self) -> tuple[Lesson, ...]:
        return tuple(lesson for lesson in self.lessons if lesson.is_ready)

    @property
    def required_activities(self) -> tuple[str, ...]:
        """What a person has to do for the module: every lesson that is ready, and the test.

        The test counts while it is coming too: nobody completes a module that nothing measures yet.
        """
        lessons = tuple(f"lesson:{lesson.key}" for lesson in self.ready_lessons)
        return (*lessons, f"test:{self.slug}") if lessons else ()

    @property
    def minutes(self) -> int:
        """Nominal minutes of the lessons that are ready."""
        return sum(lesson.minutes for lesson in self.ready_lessons)

    def lesson(self, slug: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)


@dataclass(frozen=True)
class HelpTopic:
    """What a page of the product is for and how things are done there; a step for each « how to »."""

    key: str
    title: Bilingual
    summary: Bilingual
    #: Names of the roles whose topic it is; empty: everybody's, also without signing in.
    roles: tuple[str, ...]
    #: Endpoints of the pages it explains; the first is the one it leads to.
    pages: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Term:
    """A glossary entry."""

    key: str
    term: Bilingual
    definition: Bilingual


@dataclass(frozen=True)
class Fact:
    """A fact with its source, as lessons cite it."""

    id: str
    text: Bilingual
    source: Bilingual


@dataclass(frozen=True)
class SheetField:
    """One thing to write on a sheet. ``hint``: an example, as HTML."""

    key: str
    label: Bilingual
    hint: Bilingual

    def hint_html(self, lang: str) -> Markup:
        return Markup(self.hint[lang])


@dataclass(frozen=True)
class Sheet:
    """What a learner writes in an activity, and finds again in later lessons."""

    key: str
    #: Lesson and step that ask for it: ``concepts/gender-analysis``, ``your-sheet``.
    lesson: str
    step: str
    title: Bilingual
    #: What to do, as HTML.
    intro: Bilingual
    fields: tuple[SheetField, ...]

    def intro_html(self, lang: str) -> Markup:
        return Markup(self.intro[lang])


@dataclass(frozen=True)
class Curriculum:
    """Everything, in both languages."""

    name: Bilingual
    short: Bilingual
    modules: tuple[Module, ...]
    terms: Mapping[str, Term]
    facts: Mapping[str, Fact]
    #: Sheets by key, in the order of the lessons that ask for them.
    sheets: Mapping[str, Sheet]
    #: In the order of the list of topics.
    help: tuple[HelpTopic, ...] = ()

    def module(self, slug: str) -> Module | None:
        return next((module for module in self.modules if module.slug == slug), None)

    def lesson(self, key: str) -> Lesson | None:
        """The lesson of a key such as ``concepts/reading-figures``."""
        module = self.module(key.partition("/")[0])
        return module.lesson(key.partition("/")[2]) if module else None

    @cached_property
    def searchable(self) -> Any:
        from lms.curriculum.search import index

        return index(self)

    @cached_property
    def paper_digests(self) -> dict[tuple[str, str, str, str], str]:
        """Names of the contents of papers, by paper, language and the programme's two names in it, as far as they
        were asked for.
        """
        return {}

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Curriculum:
        return cls(
            name=Bilingual(**data["name"]),
            short=Bilingual(**data["short"]),
            modules=tuple(_module(module) for module in data["modules"]),
            terms={
                key: Term(key, Bilingual(**term["term"]), Bilingual(**term["definition"]))
                for key, term in data["terms"].items()
            },
            facts={
                key: Fact(key, Bilingual(**fact["text"]), Bilingual(**fact["source"]))
                for key, fact in data["facts"].items()
            },
            sheets={key: _sheet(sheet) for key, sheet in data["sheets"].items()},
            help=tuple(_topic(topic) for topic in data["help"]),
        )


def _texts(values: list[dict[str, str]]) -> tuple[Bilingual, ...]:
    return tuple(Bilingual(**value) for value in values)


def _module(data: dict[str, Any]) -> Module:
    return Module(
        slug=data["slug"],
        number=data["number"],
        title=Bilingual(**data["title"]),
        short=Bilingual(**data["short"]),
        summary=Bilingual(**data["summary"]),
        objectives=_texts(data["objectives"]),
        lessons=tuple(_lesson(lesson) for lesson in data["lessons"]),
        guide=_steps(data["guide"]),
    )


def _topic(data: dict[str, Any]) -> HelpTopic:
    return HelpTopic(
        key=data["key"],
        title=Bilingual(**data["title"]),
        summary=Bilingual(**data["summary"]),
        roles=tuple(data["roles"]),
        pages=tuple(data["pages"]),
        steps=_steps(data["steps"]),
    )


def _steps(values: list[dict[str, Any]]) -> tuple[Step, ...]:
    return tuple(
        Step(
            step["id"],
            step["number"],
            Bilingual(**step["title"]),
            _texts(step["blocks"]),
            tuple(step["terms"]),
            tuple(step["sheets"]),
        )
        for step in values
    )


def _lesson(data: dict[str, Any]) -> Lesson:
    return Lesson(
        module=data["module"],
        slug=data["slug"],
        number=data["number"],
        title=Bilingual(**data["title"]),
        summary=Bilingual(**data["summary"]),
        minutes=data["minutes"],
        status=data["status"],
        objectives=_texts(data["objectives"]),
        facts=tuple(data["facts"]),
        steps=_steps(data["steps"]),
    )


def _sheet(data: dict[str, Any]) -> Sheet:
    return Sheet(
        key=data["key"],
        lesson=data["lesson"],
        step=data["step"],
        title=Bilingual(**data["title"]),
        intro=Bilingual(**data["intro"]),
        fields=tuple(
            SheetField(field["key"], Bilingual(**field["label"]), Bilingual(**field["hint"]))
            for field in data["fields"]
        ),
    )
