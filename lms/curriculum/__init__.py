"""Modules, lessons, glossary, facts, search: reads, checks and renders ``content/``. Knows no person."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from lms.core import profile
from lms.core.bilingual import Bilingual
from lms.core.feature import Feature
from lms.curriculum import hooks, paper_files, queries
from lms.curriculum.commands import group


@dataclass(frozen=True)
class Names:
    """What pages call the programme."""

    name: Bilingual
    short: Bilingual


class _Programme:
    """Names of the programme while no content is loaded."""

    name = Bilingual(
        "النوع والإدماج الاجتماعي في التكوين المهني",
        "Genre et inclusion sociale dans la formation professionnelle",
    )
    short = Bilingual("النوع والإدماج الاجتماعي", "Genre et inclusion sociale")


def _init_app(app: Flask) -> None:
    app.extensions["curriculum"] = queries.Cache()

    def names() -> Names:
        """What the team calls its programme, else what the curriculum calls it; nothing is asked here."""
        cache: queries.Cache = app.extensions["curriculum"]
        own, default = profile.remembered(), cache.curriculum or _Programme
        return Names(profile.named(own.name, default.name), profile.named(own.short_name, default.short))

    # Messages name the programme too, from rooms below this one.
    app.extensions["programme_names"] = names
    app.context_processor(lambda: {"programme": names()})


feature = Feature(
    name="curriculum",
    commands=[group],
    jobs={paper_files.DRAW: paper_files.draw},
    health=hooks.health,
    init_app=_init_app,
)
