"""The whole curriculum for the tests of its papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from lms.curriculum import build, files
from lms.curriculum.catalogue import Curriculum
from tests.catalogues import ROOT


@pytest.fixture(scope="module")
def content(sqlite_app: Flask) -> Curriculum:
    """All of ``content/``, read once."""
    with sqlite_app.app_context():
        return build.curriculum(files.read(ROOT / "content"))


@pytest.fixture
def in_app(sqlite_app: Flask) -> Iterator[None]:
    with sqlite_app.app_context():
        yield
