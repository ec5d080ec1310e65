"""Commands of this room: ``curriculum check``, ``sync``, ``stats``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from lms.core import clock
from lms.core import db as database
from lms.curriculum import build, exercises, files, services, wording
from lms.curriculum.catalogue import Curriculum

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
    """Words, minutes, steps, figures, terms, facts and things to answer of each lesson."""
    tree = files.read(current_app.extensions["content_folder"])
    rows = list(counts(tree, build.curriculum(tree)))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            "{lesson:45} {status:7} {minutes:3} min {steps} steps {words_ar:5} ar {words_fr:5} fr {figures:2} figures"
            " {terms:3} terms {facts:3} facts {exercises:3} exercises {items:3} test items".format(**row)
        )


def counts(tree: files.Tree, curriculum: Curriculum) -> Iterator[dict[str, Any]]:
    """One row a lesson. Words are those its authors wrote; an exercise is one thing to answer in the lesson."""
    tested = Counter(item["lesson"].partition("#")[0] for quiz in curriculum.quizzes.values() for item in quiz["items"])
    for module in curriculum.modules:
        for lesson in module.lessons:
            raw = {lang: tree.lesson(lang, f"{lesson.key}.md") for lang in files.LANGUAGES}
            blocks = {lang: [block for step in one.steps for block in step.blocks] for lang, one in raw.items() if one}
            yield {
                "lesson": lesson.key,
                "status": lesson.status,
                "minutes": lesson.minutes,
                "steps": len(lesson.steps),
                "terms": len(lesson.terms),
                "figures": sum(block.kind == "figure" for block in blocks["fr"]),
                "facts": len(lesson.facts),
                "exercises": sum(_things_to_answer(block) for block in blocks["fr"]),
                "items": tested[lesson.key],
                "words_ar": sum(map(wording.count, blocks["ar"])),
                "words_fr": sum(map(wording.count, blocks["fr"])),
            }


def _things_to_answer(block: files.RawBlock) -> int:
    if block.kind not in exercises.KINDS:
        return int(block.kind == "activity")
    return len(exercises.parse(block.kind, block.argument, block.text, block.line).entries)
