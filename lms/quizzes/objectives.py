"""What questions measure, the objectives of the lessons, and the parts to read again."""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.bilingual import EMPTY, Bilingual
from lms.curriculum.catalogue import Curriculum


@dataclass(frozen=True)
class Choice:
    """One line of a list: what is stored and what is said."""

    key: str
    words: Bilingual


@dataclass(frozen=True)
class Group:
    """Choices of a lesson."""

    title: Bilingual
    choices: tuple[Choice, ...]


def objectives(curriculum: Curriculum) -> list[Group]:
    """Objectives in the order of the curriculum, each by its lesson and number: ``concepts/reading-figures#1``."""
    return [
        Group(
            lesson.title,
            tuple(Choice(f"{lesson.key}#{place}", words) for place, words in enumerate(lesson.objectives, 1)),
        )
        for module in curriculum.modules
        for lesson in module.lessons
    ]


def parts_of_lessons(curriculum: Curriculum) -> list[Group]:
    """Steps that a wrong answer may lead back to: ``concepts/reading-figures#gap``."""
    return [
        Group(lesson.title, tuple(Choice(f"{lesson.key}#{step.id}", step.title) for step in lesson.steps))
        for module in curriculum.modules
        for lesson in module.ready_lessons
    ]


def words_of(groups: list[Group], key: str) -> Bilingual:
    """The words of a key; empty for one that is not there (any more)."""
    return next((choice.words for group in groups for choice in group.choices if choice.key == key), EMPTY)
