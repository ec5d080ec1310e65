"""The surveys of the programme's own files, taken over beside the small content tree."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from lms.core import db as database
from lms.curriculum import services as curriculum
from lms.quizzes import queries
from lms.quizzes.models import Quiz
from tests.catalogues import ROOT
from tests.curriculum import trees

NAMES = ("session-end", "cohort-end", "follow-up-3", "follow-up-6", "supervisor")


@cache
def tree_with_surveys() -> Path:
    folder = trees.write(Path(tempfile.mkdtemp()) / "content")
    for lang in trees.WORDS:
        (folder / lang / "assessment").mkdir()
        for name in NAMES:
            shutil.copy(ROOT / "content" / lang / "assessment" / f"{name}.yml", folder / lang / "assessment")
    return folder


def make_form(db: Any, name: str, *, now: dt.datetime) -> Quiz:
    """A published survey of the programme; committed."""
    found = queries.attempts.by_content_key(db, f"assessment/{name}")
    if found is None:
        assert curriculum.sync(db, tree_with_surveys(), now=now) == []
        database.commit()
        found = queries.attempts.by_content_key(db, f"assessment/{name}")
    assert found is not None
    return found
