"""The programme's surveys as files: what they ask. Their form and wording are the checker's business."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from lms.curriculum import services as curriculum
from lms.quizzes.question_types import TYPES
from tests.catalogues import ROOT
from tests.surveys.files import NAMES, tree_with_surveys


def load(name: str) -> dict[str, Any]:
    said = yaml.safe_load((ROOT / "content" / "fr" / "assessment" / f"{name}.yml").read_text("utf-8"))
    assert isinstance(said, dict)
    return said


def test_the_checker_finds_nothing(db: Any) -> None:
    assert curriculum.check(tree_with_surveys()) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_survey_is_right_or_wrong(name: str) -> None:
    assert {TYPES[one["type"]].marked_by for one in load(name)["items"]} == {"nobody"}


def test_the_programmes_survey_asks_items_1_to_15_and_nothing_of_the_person() -> None:
    items = load("cohort-end")["items"]
    asked = sum(len(one.get("statements", [1])) for one in items)
    assert asked == 15
    assert [one["type"] for one in items] == ["rating"] * 3 + ["free_text"] * 2


def test_the_end_of_a_session_asks_five_things() -> None:
    items = load("session-end")["items"]
    assert sum(len(one.get("statements", [1])) for one in items) == 5
