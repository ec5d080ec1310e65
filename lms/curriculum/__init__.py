"""Modules, lessons, glossary, facts, search: reads, checks and renders ``content/``. Knows no person."""

from __future__ import annotations

from typing import Any

from flask import Flask

from lms.core.bilingual import Bilingual
from lms.core.feature import Feature
from lms.curriculum import queries
from lms.curriculum.commands import group


class _Programme:
    """Names of the programme while no content is loaded."""

    name = Bilingual(
        "النوع والإدماج الاجتماعي في التكوين المهني",
        "Genre et inclusion sociale dans la formation professionnelle",
    )
    short = Bilingual("النوع والإدماج الاجتماعي", "Genre et inclusion sociale")


def _init_app(app: Flask) -> None:
    app.extensions["curriculum"] = queries.Cache()

    @app.context_processor
    def names() -> dict[str, Any]:
        cache: queries.Cache = app.extensions["curriculum"]
        return {"programme": cache.curriculum or _Programme}


feature = Feature(name="curriculum", commands=[group], init_app=_init_app)
