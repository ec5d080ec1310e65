"""The quiz files by their places: the test of a module, practice to a lesson, assessment around all modules.

What stands in an item is the quizzes' business: here a file is a mapping in each language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lms.curriculum import check
from lms.curriculum.files import LANGUAGES, Tree

TEST, PRACTICE, ASSESSMENT = "test.yml", "quizzes", "assessment"


@dataclass(frozen=True)
class QuizFile:
    """A quiz as its authors wrote it. ``said``: the file in each language."""

    #: ``concepts/test.yml``, ``concepts/quizzes/reading-figures.yml``, ``assessment/form-a.yml``.
    name: str
    said: dict[str, dict[str, Any]]

    @property
    def key(self) -> str:
        return self.name.removesuffix(".yml")

    @property
    def module(self) -> str:
        """Empty for what is about all of them."""
        folder = PurePosixPath(self.name).parts[0]
        return "" if folder == ASSESSMENT else folder

    @property
    def lesson(self) -> str:
        """Key of the lesson that it practises; empty for a test."""
        return f"{self.module}/{PurePosixPath(self.name).stem}" if self.is_practice else ""

    @property
    def is_practice(self) -> bool:
        return PurePosixPath(self.name).parts[1] == PRACTICE

    @property
    def is_test(self) -> bool:
        return PurePosixPath(self.name).parts[1] == TEST


def read(tree: Tree) -> list[QuizFile]:
    """The quiz files that stand in both languages: by module, in the order of its lessons, then what is about all."""
    names = [name for name in tree.texts["fr"].keys() & tree.texts["ar"].keys() if _is_quiz(PurePosixPath(name))]
    return [
        QuizFile(name, {lang: tree.yaml(lang, name) for lang in LANGUAGES})
        for folder in (*check.MODULES, ASSESSMENT)
        for name in sorted((name for name in names if name.startswith(f"{folder}/")), key=_order(tree, folder))
    ]


def _order(tree: Tree, folder: str) -> Callable[[str], tuple[int, str]]:
    lessons = tree.yaml("fr", f"{folder}/module.yml").get("lessons") if folder != ASSESSMENT else None
    slugs = lessons if isinstance(lessons, list) else []
    return lambda name: (slugs.index(slug) if (slug := PurePosixPath(name).stem) in slugs else len(slugs), name)


def _is_quiz(path: PurePosixPath) -> bool:
    if path.suffix != ".yml":
        return False
    return path.parts[0] == ASSESSMENT or path.parts[1:] == (TEST,) or path.parts[1:-1] == (PRACTICE,)
