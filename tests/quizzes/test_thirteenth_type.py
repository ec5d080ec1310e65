"""README, « A question type is one file »: copied, changed, and everything else follows."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from lms.core.access import Role
from lms.quizzes import question_types
from tests.factories import make_person
from tests.pages import CheckingClient


@pytest.fixture
def thirteenth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of ``single_choice.py`` whose name and key are changed, in a folder that the package looks into."""
    source = Path(question_types.__file__).with_name("single_choice.py").read_text("utf-8")
    changed = source.replace('"single_choice", _l("Single choice")', '"thirteenth", _l("Single choice")')
    (tmp_path / "thirteenth.py").write_text(changed, "utf-8")
    monkeypatch.setattr(question_types, "__path__", [*question_types.__path__, str(tmp_path)])
    found = question_types._discover()
    assert set(found) - set(question_types.TYPES) == {"thirteenth"}
    monkeypatch.setitem(question_types.TYPES, "thirteenth", found["thirteenth"])
    return "thirteenth"


def test_a_copied_file_is_a_type_with_a_builder_a_preview_and_a_mark(
    db: Any, client: CheckingClient, curriculum: Any, thirteenth: str, now: dt.datetime
) -> None:
    kind = question_types.get(thirteenth)
    settings = kind.examples[0]
    order = kind.draw_order(settings, random.Random(1), shuffle=True)
    right = kind.parse(settings, order, kind.filled(settings, order, kind.right_answer(settings)))
    assert kind.grade(settings, right).fraction == 1

    client.signed_in(make_person(db, "bilal", role=Role.TRAINER))
    page = client.get(f"/fr/questions/new?type={thirteenth}")
    assert 'name="settings.options.0.text.ar"' in page.text
    form = {
        "version": "0", "type": thirteenth, "shown_type": thirteenth, "level": "apply", "points": "1", "do": "publish",
        "stem.ar": "سؤال؟", "stem.fr": "Question ?", "settings.options.right": "a",
    }  # fmt: skip
    for place, key in enumerate("abc"):
        form[f"settings.options.{place}.key"] = key
        for lang in ("ar", "fr"):
            form[f"settings.options.{place}.text.{lang}"] = f"{key} {lang}"
    saved = client.post("/fr/questions/new", data=form)
    assert saved.status_code == 302
    place = saved.headers["Location"]
    assert "version 1" in client.get(place).text
    assert "a fr" in client.get(f"{place}preview/frame").text
