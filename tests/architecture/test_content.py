"""The curriculum as it stands: accepted by its checker, and the same in both languages by a count of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from lms.curriculum.services import check
from tests.catalogues import ROOT

CONTENT = ROOT / "content"


def files(lang: str) -> set[str]:
    folder = CONTENT / lang
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_checker_finds_nothing(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        assert check(CONTENT) == []


def test_both_languages_hold_the_same_files() -> None:
    assert files("ar") == files("fr")


@pytest.mark.parametrize("name", sorted(name for name in files("ar") if name.endswith(".md")))
def test_a_lesson_has_the_same_bones_in_both_languages(name: str) -> None:
    assert bones(CONTENT / "ar" / name) == bones(CONTENT / "fr" / name)


def bones(path: Path) -> list[str]:
    """Headings with their ids, directives, facts and terms in their order; no words."""
    text = path.read_text("utf-8")
    return re.findall(r"^#+|\{#[\w-]+\}|^:::+ ?\w*|^[-*] |^\d+\. |^\|", text, flags=re.M)


@pytest.mark.parametrize("name", sorted(name for name in files("ar") if name.endswith(".yml")))
def test_a_data_file_has_the_same_keys_in_both_languages(name: str) -> None:
    assert shape(load("ar", name)) == shape(load("fr", name))


def load(lang: str, name: str) -> Any:
    return yaml.safe_load((CONTENT / lang / name).read_text("utf-8"))


def shape(value: Any) -> Any:
    """Keys, lengths, numbers and truth values; texts are left out."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value).__name__ if isinstance(value, str) else value
