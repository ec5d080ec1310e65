"""Which questions an attempt gets: the fixed ones, those drawn from the bank, their order and their sections."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from lms.core.bilingual import EMPTY, Bilingual
from lms.quizzes import queries, queries_quizzes
from lms.quizzes.models import QuestionVersion, Quiz


@dataclass(frozen=True)
class Drawn:
    """A question of an attempt before it is stored."""

    version: QuestionVersion
    points: int
    section: Bilingual


def draw(db: Session, quiz: Quiz, rng: random.Random) -> list[Drawn]:
    """The questions in the order of one attempt; one of a draw is never one that stands there already.

    Mixed within their sections only, and questions on one case stay together.
    """
    fixed = {version.question_id: version for _item, version in queries.item_points(db, quiz.id)}
    taken = set(fixed)
    titles = {section.number: section.title for section in quiz.sections}
    found: list[tuple[int, Drawn]] = []
    for item in quiz.items:
        title = titles.get(item.section, EMPTY)
        if item.question_id is not None:
            versions = [fixed[item.question_id]] if item.question_id in fixed else []
        else:
            offered = [one for one in queries_quizzes.offered(db, item, quiz) if one.question_id not in taken]
            versions = rng.sample(offered, min(item.draw_count, len(offered)))
            taken.update(version.question_id for version in versions)
        found += [(item.section, Drawn(version, item.points, title)) for version in versions]
    parts = [[drawn for _number, drawn in part] for _number, part in groupby(sorted(found, key=_section), _section)]
    return [drawn for part in parts for drawn in (_mixed(part, rng) if quiz.shuffle else part)]


def _section(pair: tuple[int, Drawn]) -> int:
    return pair[0]


def _mixed(part: Iterable[Drawn], rng: random.Random) -> list[Drawn]:
    bundles: dict[object, list[Drawn]] = {}
    for place, drawn in enumerate(part):
        version = drawn.version
        case = (version.case_text, version.case_image_id) if version.case_text or version.case_image_id else place
        bundles.setdefault(case, []).append(drawn)
    mixed = list(bundles.values())
    rng.shuffle(mixed)
    return [drawn for bundle in mixed for drawn in bundle]
