"""Commands of this room: ``curriculum check``, ``sync``, ``stats``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from lms.core import clock
from lms.core import db as database
from lms.curriculum import build, files, services
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.render import plain_text

group = AppGroup("curriculum", help="The content files: check, take over, count.")


@group.command("check")
def check() -> None:
    """Say what is wrong in the content files; exit 1 when something is."""
    found = services.check(current_app.extensions["content_folder"])
    for text in found:
        click.echo(text, err=True)
    raise SystemExit(1 if found else 0)


@group.command("sync")
def sync() -> None:
    """Take over the content files; running workers notice within seconds."""
    found = services.sync(database.session(), current_app.extensions["content_folder"], now=clock.now())
    database.commit()
    for text in found:
        click.echo(text, err=True)
    raise SystemExit(1 if found else 0)


@group.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def stats(as_json: bool) -> None:
    """Words, minutes, steps, figures and terms of each lesson in both languages."""
    tree = files.read(current_app.extensions["content_folder"])
    rows = list(counts(build.curriculum(tree)))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("{lesson:45} {status:7} {minutes:3} min {steps} steps {words_ar:5} ar {words_fr:5} fr".format(**row))


def counts(curriculum: Curriculum) -> Iterator[dict[str, Any]]:
    """One row a lesson."""
    for module in curriculum.modules:
        for lesson in module.lessons:
            words = {
                lang: sum(len(plain_text(block[lang]).split()) for step in lesson.steps for block in step.blocks)
                for lang in ("ar", "fr")
            }
            yield {
                "lesson": lesson.key,
                "status": lesson.status,
                "minutes": lesson.minutes,
                "steps": len(lesson.steps),
                "terms": len(lesson.terms),
                "figures": sum(block.fr.count("<figure") for step in lesson.steps for block in step.blocks),
                "words_ar": words["ar"],
                "words_fr": words["fr"],
            }
