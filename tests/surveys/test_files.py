"""The programme's surveys as files: both languages ask the same, in types that nobody marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from lms.quizzes.question_types import TYPES
from tests.surveys.files import NAMES, load, together


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_settings_without_fault_and_no_right_answer(name: str) -> None:
    both = load(name)
    for ar, fr in zip(both["ar"]["items"], both["fr"]["items"], strict=True):
        kind = TYPES[fr["type"]]
        assert (ar["key"], ar["type"], kind.marked_by) == (fr["key"], fr["type"], "nobody")
        settings = {part.name: together(ar[part.name], fr[part.name]) for part in kind.parts}
        assert list(kind.faults(settings)) == []


def texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from texts(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one, name)
    elif name in ("title", "stem", "text"):
        yield value


@pytest.mark.parametrize("name", NAMES)
def test_words_keep_to_the_rules_of_wording(name: str) -> None:
    """Domain notes 8.4 and 8.7."""
    for text in texts(load(name)["fr"]):
        assert not re.search(r" [:;?!»%]|« |[a-zé]'[a-zé]|\(e\)|·|[a-z]·e", text), text
    for text in texts(load(name)["ar"]):
        assert not re.search(r"[A-Za-z]{2,}|[٠-٩]|[,;?]|\(ة\)|ـ", text), text


def test_the_programmes_survey_asks_items_1_to_15_and_nothing_of_the_person() -> None:
    items = load("cohort-end")["fr"]["items"]
    asked = sum(len(one.get("statements", [1])) for one in items)
    assert asked == 15
    assert [one["type"] for one in items] == ["rating"] * 3 + ["free_text"] * 2


def test_the_end_of_a_session_asks_five_things() -> None:
    items = load("session-end")["fr"]["items"]
    assert sum(len(one.get("statements", [1])) for one in items) == 5
