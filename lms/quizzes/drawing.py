"""Which questions an attempt gets: the fixed ones, those drawn from the bank, their order and their sections."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from lms.core.bilingual import EMPTY, Bilingual
from lms.quizzes import queries
from lms.quizzes.models import QuestionVersion, Quiz, QuizItem
from lms.quizzes.queries.quizzes import Candidate
from lms.quizzes.question_types import get


@dataclass(frozen=True)
class Drawn:
    """A question of an attempt before it is stored."""

    version: QuestionVersion
    points: int
    section: Bilingual
    #: The type's own order, as it is stored.
    order: list[Any] = field(default_factory=list)


def draw(db: Session, quiz: Quiz, rng: random.Random, *, met: Collection[int] = ()) -> list[Drawn]:
    """The questions in the order of one attempt; one of a draw is never one that stands there already.

    ``met``: questions of earlier attempts, drawn again only where the bank has no others.

    Mixed within their sections only, and questions on one case stay together.
    """
    chosen = choose(db, quiz, rng, met=met)
    ids = {question_id for taken in chosen.values() for question_id in taken}
    versions = {version.question_id: version for version in queries.quizzes.current_versions(db, ids | fixed_of(quiz))}
    titles = {section.number: section.title for section in quiz.sections}
    found: list[tuple[int, Drawn]] = []
    for item in quiz.items:
        wanted = chosen[item.position] if item.question_id is None else [item.question_id]
        title = titles.get(item.section, EMPTY)
        found += [(item.section, Drawn(versions[one], item.points, title)) for one in wanted if one in versions]
    parts = [[drawn for _number, drawn in part] for _number, part in groupby(sorted(found, key=_section), _section)]
    mixed = [drawn for part in parts for drawn in (_mixed(part, rng) if quiz.shuffle else part)]
    return [replace(drawn, order=_order(quiz, drawn.version, rng)) for drawn in mixed]


def _order(quiz: Quiz, version: QuestionVersion, rng: random.Random) -> list[Any]:
    return get(version.type).draw_order(version.settings, rng, shuffle=quiz.shuffle and version.shuffle)


def choose(db: Session, quiz: Quiz, rng: random.Random, *, met: Collection[int] = ()) -> dict[int, list[int]]:
    """The questions of each draw by its place; fewer than it asks for where the bank has no more.

    Draws share the bank: the one with the fewest to choose from comes first, so that a wide one does not starve it.
    """
    draws = [item for item in quiz.items if item.question_id is None]
    offered = queries.quizzes.candidates(db, quiz) if draws else []
    taken, chosen = fixed_of(quiz), {}
    for item in sorted(draws, key=lambda item: sum(_fits(item, one) for one in offered)):
        pool = [one.question_id for one in offered if _fits(item, one) and one.question_id not in taken]
        rng.shuffle(pool)
        chosen[item.position] = sorted(pool, key=lambda one: one in met)[: item.draw_count]
        taken.update(chosen[item.position])
    return chosen


def fixed_of(quiz: Quiz) -> set[int]:
    """The questions that stand in a quiz by themselves."""
    return {item.question_id for item in quiz.items if item.question_id is not None}


def _fits(item: QuizItem, one: Candidate) -> bool:
    return (
        # A lesson stands for all its objectives.
        item.draw_objective in ("", one.objective_key, one.objective_key.partition("#")[0])
        and item.draw_level in ("", one.level)
        and (not item.draw_tag or item.draw_tag in one.tags)
    )


def _section(pair: tuple[int, Drawn]) -> int:
    return pair[0]


def _mixed(part: Iterable[Drawn], rng: random.Random) -> Sequence[Drawn]:
    bundles: dict[object, list[Drawn]] = {}
    for place, drawn in enumerate(part):
        version = drawn.version
        case = (version.case_text, version.case_image_id) if version.case_text or version.case_image_id else place
        bundles.setdefault(case, []).append(drawn)
    mixed = list(bundles.values())
    rng.shuffle(mixed)
    return [drawn for bundle in mixed for drawn in bundle]
