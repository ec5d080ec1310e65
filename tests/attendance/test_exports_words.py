"""Files that are taken away speak the language of the page: no word of the source stands in them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from babel.messages.pofile import read_po

from lms.programme.models import Cohort
from tests.attendance.test_exports import marked  # noqa: F401 - a fixture
from tests.pages import CheckingClient

ROOT = Path(__file__).parents[2] / "lms"
_WORD, _NO_WORD = re.compile(r"[A-Za-z]{4,}"), re.compile(r"%\(\w+\)s|\S*(?:@|//)\S*")
FILES = [
    *(f"{part}/{what}.{form}" for part in ("export", "template") for what in ("sessions", "marks")
      for form in ("xlsx", "csv")),
    "grid.xlsx", "grid.csv",
]  # fmt: skip


def words_of(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(_NO_WORD.sub(" ", text))}


@pytest.fixture(scope="module")
def english() -> set[str]:
    """Words of the messages of this room and of its files that no French message has."""
    source: set[str] = set()
    french: set[str] = set()
    for path in ROOT.glob("*/translations/fr/LC_MESSAGES/messages.po"):
        for message in read_po(io.BytesIO(path.read_bytes())):
            ids, said = (one if isinstance(one, (tuple, list)) else (one,) for one in (message.id, message.string))
            french |= words_of(" ".join(said))
            if path.parts[-5] in ("attendance", "documents"):
                source |= words_of(" ".join(ids))
    return source - french


def cells(body: bytes, name: str) -> Iterator[str]:
    if name.endswith(".csv"):
        yield body.decode("utf-8-sig")
        return
    book = openpyxl.load_workbook(io.BytesIO(body))
    yield str(book.properties.title)
    for sheet in book:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield from (str(one) for one in row if isinstance(one, str))


@pytest.mark.parametrize("lang", ["ar", "fr"])
@pytest.mark.parametrize("name", FILES)
def test_no_word_of_the_source_stands_in_a_file(
    trainer: CheckingClient, marked: Cohort, english: set[str], name: str, lang: str  # noqa: F811
) -> None:  # fmt: skip
    assert {"meetings", "attendance", "half", "days"} <= english
    answer = trainer.get(f"/{lang}/attendance/cohorts/{marked.id}/{name}")
    assert answer.status_code == 200
    found = {text: words for text in cells(answer.data, name) if (words := words_of(text) & english)}
    assert found == {}
