"""The example of the domain notes."""

from __future__ import annotations

import pytest

from lms.quizzes.statistics import analysis as ia
from lms.quizzes.statistics.bands import (
    Analysis,
)
from tests.quizzes.analysis.sheets import (
    EXAMPLE,
    sheets,
)


@pytest.fixture(scope="module")
def example() -> Analysis[int]:
    return ia.analyse(sheets(*EXAMPLE), pass_share=0.6)
