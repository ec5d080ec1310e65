"""Commands of this room: ``curriculum check``, ``sync``, ``stats``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from lms.core import clock
from lms.core import db as database
from lms.curriculum import build, exercises, files, quiz_files, services, wording
from lms.curriculum.catalogue import Curriculum

group = AppGroup("curriculum", help="The content files: check, take over, count.")


@group.command("check")
def check() -> None:
    """Say what is wrong in the content files; exit 1 when something is."""
    _end_on(services.check(current_app.extensions["content_folder"]))


def _end_on(found: list[str]) -> None:
    """Say what is wrong and end the command with 1; nothing for nothing."""
    for text in found:
        click.echo(text, err=True)
    if found:
        raise SystemExit(1)


@group.command("sync")
def sync() -> None:
    """Take over the content files; running workers notice within seconds."""
    found = services.sync(database.session(), current_app.extensions["content_folder"], now=clock.now())
    database.commit()
    _end_on(found)


@group.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def stats(as_json: bool) -> None:
    """What lessons hold (words, minutes, figures, facts, items), then what quizzes ask; of files without a problem."""
    _end_on(services.check(current_app.extensions["content_folder"]))
    tree = files.read(current_app.extensions["content_folder"])
    quizzes = quiz_files.read(tree)
    lessons = list(counts(tree, build.curriculum(tree), quizzes))
    asked = list(map(quiz_counts, quizzes))
    if as_json:
        click.echo(json.dumps([*lessons, *asked], ensure_ascii=False))
        return
    for row in lessons:
        click.echo(
            "{lesson:45} {status:7} {minutes:3} min {steps} steps {words_ar:5} ar {words_fr:5} fr {figures:2} figures"
            " {terms:3} terms {facts:3} facts {exercises:3} exercises {items:3} items".format(**row)
        )
    for row in [*asked, *_sums(asked)]:
        told = "  ".join(f"{name} " + " ".join(f"{key}:{count}" for key, count in row[name].items()) for name in TOLD)
        click.echo(f"{row['quiz']:45} {row['items']:3} items  cases {row['case_share']:.0%}  {told}")


#: What is counted of the items of a quiz.
TOLD = {"levels": "level", "types": "type", "objectives": "objective"}


def quiz_counts(quiz: quiz_files.QuizFile) -> dict[str, Any]:
    """One row a quiz file: its items by level, type and objective, and the share set in an organisation."""
    items = quiz.said["fr"]["items"]
    return {"quiz": quiz.key, "module": quiz.module} | _count(items)


def _count(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    cases = sum(bool(item.get("organisation")) for item in items)
    by = {
        name: dict(sorted(Counter(item[field] for item in items if field in item).items()))
        for name, field in TOLD.items()
    }
    return {"items": len(items), "cases": cases, "case_share": round(cases / len(items), 3), **by}


def _sums(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Of each module all its quizzes together, the objectives by lesson."""
    for module in dict.fromkeys(row["module"] for row in rows):
        mine = [row for row in rows if row["module"] == module]
        by = {name: sum((Counter(row[name]) for row in mine), Counter[str]()) for name in TOLD}
        lessons: Counter[str] = Counter()
        for objective, count in by["objectives"].items():
            lessons[objective.partition("#")[0]] += count
        items, cases = (sum(row[name] for row in mine) for name in ("items", "cases"))
        share = {"items": items, "cases": cases, "case_share": cases / items}
        yield {"quiz": f"{module or 'assessment'}, all quizzes", **share, **by, "objectives": lessons}


def counts(
    tree: files.Tree, curriculum: Curriculum, quizzes: Sequence[quiz_files.QuizFile]
) -> Iterator[dict[str, Any]]:
    """One row a lesson. Words are those its authors wrote; an exercise is one thing to answer in the lesson."""
    asked = Counter(
        str(item.get("objective")).partition("#")[0] for quiz in quizzes for item in quiz.said["fr"]["items"]
    )
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
                "items": asked[lesson.key],
                "words_ar": sum(map(wording.count, blocks["ar"])),
                "words_fr": sum(map(wording.count, blocks["fr"])),
            }


def _things_to_answer(block: files.RawBlock) -> int:
    if block.kind not in exercises.KINDS:
        return int(block.kind == "activity")
    return len(exercises.parse(block.kind, block.argument, block.text, block.line).entries)
