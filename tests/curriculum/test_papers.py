"""Which papers there are, and the names of their contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from lms.core.bilingual import Bilingual
from lms.core.profile import Known
from lms.curriculum import papers
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.errors import NoSuchPaper
from lms.documents.blocks import Contents, Heading, Paragraph
from tests.curriculum.paper_readers import DAY, LANGUAGES, lines_of

pytestmark = pytest.mark.usefixtures("in_app")


def test_a_module_has_a_contents_and_every_lesson_of_it_as_it_is_alone(content: Curriculum) -> None:
    for module in content.modules:
        for lang in LANGUAGES:
            whole = papers.paper(content, f"module:{module.slug}", lang, made_on=DAY)
            assert isinstance(whole.blocks[0], Contents)
            assert whole.cover is not None
            assert module.summary[lang] in whole.cover.below
            alone = [papers.paper(content, f"lesson:{one.key}", lang, made_on=DAY) for one in module.ready_lessons]
            assert lines_of(whole.blocks) == [line for paper in alone for line in lines_of(paper.blocks)]


def test_the_sources_of_a_lesson_stand_on_one_page_below_their_heading(content: Curriculum) -> None:
    """A page with a few loose lines of them would say nothing of what they are."""
    for lesson in (one for module in content.modules for one in module.ready_lessons):
        blocks = papers.paper(content, f"lesson:{lesson.key}", "fr", made_on=DAY).blocks
        start = max(place for place, block in enumerate(blocks) if isinstance(block, Heading))
        sources = blocks[start + 1 :]
        assert {block.look for block in sources if isinstance(block, Paragraph)} == {"source"}
        kept = [block.keeps_with_next for block in sources if isinstance(block, Paragraph)]
        assert kept == [True] * (len(sources) - 1) + [False], lesson.key


LESSON = "lesson:concepts/reading-figures"


def changed(content: Curriculum, change: Callable[[dict[str, Any]], None]) -> Curriculum:
    data = content.as_dict()
    change(data)
    return Curriculum.from_dict(data)


def in_blocks(module: int, lesson: int, old: str, new: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for step in data["modules"][module]["lessons"][lesson]["steps"]:
            for block in step["blocks"]:
                block["fr"] = block["fr"].replace(old, new)

    return change


def defined_anew(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["terms"][key]["definition"].update(fr="autre chose")


def test_the_same_content_read_twice_has_the_same_digest(content: Curriculum) -> None:
    again = changed(content, lambda data: None)
    assert again is not content
    for name in (LESSON, "module:concepts", "guide:concepts"):
        assert papers.digest(again, name, "fr") == papers.digest(content, name, "fr")
        assert papers.digest(content, name, "ar") != papers.digest(content, name, "fr")
    assert papers.digest(content, LESSON, "fr") != papers.digest(content, "lesson:concepts/legal-framework", "fr")


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (in_blocks(0, 2, "taux", "tauxx"), True),
        (in_blocks(0, 2, "<svg ", '<svg lang="fr" '), True),
        (defined_anew("indice_parite"), True),
        (defined_anew("stereotype"), False),
        (in_blocks(0, 3, "sexe", "sexxe"), False),
        (lambda data: data["facts"]["F109"]["source"].update(fr="ailleurs"), True),
        (lambda data: data["modules"][0]["lessons"][2]["title"].update(fr="Autre"), True),
        (lambda data: data["modules"][0]["lessons"][2]["title"].update(ar="آخر"), False),
    ],
)
def test_the_digest_follows_what_is_printed(content: Curriculum, change: Any, is_other: bool) -> None:
    other = changed(content, change)
    assert other != content
    assert (papers.digest(other, LESSON, "fr") != papers.digest(content, LESSON, "fr")) is is_other


def test_a_paper_has_the_name_that_the_team_gave_and_its_digest_follows(
    content: Curriculum, sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (LESSON, "module:concepts", "guide:concepts")
    before = {(name, lang): papers.digest(content, name, lang) for name in names for lang in LANGUAGES}
    known = Known(name=Bilingual("", "Programme d’essai"), short_name=Bilingual("", "Essai"))
    monkeypatch.setattr(sqlite_app.extensions["profile"], "known", known)
    for name in names:
        paper = papers.paper(content, name, "fr", made_on=DAY)
        assert (paper.author, paper.head[0]) == ("Programme d’essai", "Essai")
        assert paper.cover is None or paper.cover.above == "Programme d’essai"
        assert papers.digest(content, name, "fr") != before[name, "fr"]
        assert papers.digest(content, name, "ar") == before[name, "ar"]


def test_the_digest_follows_the_code_that_draws(content: Curriculum, monkeypatch: pytest.MonkeyPatch) -> None:
    before = papers.digest(content, LESSON, "fr")
    monkeypatch.setattr(papers, "_ENGINE", "another")
    assert papers.digest(changed(content, lambda data: None), LESSON, "fr") != before


NAMES = ["", "lesson", "lesson:", "lesson:concepts", "lesson:concepts/nowhere", "lesson:nowhere/x", "module:nowhere",
         "module:", "guide:nowhere", "guide:concepts/x", "other:concepts", "module:concepts:", "lesson:../x", "\0",
         "lesson:concepts/reading-figures\0", "Module:concepts"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_nothing_has_is_refused(content: Curriculum, name: str) -> None:
    with pytest.raises(NoSuchPaper):
        papers.digest(content, name, "fr")


def test_what_is_not_ready_has_no_paper(content: Curriculum) -> None:
    module = content.modules[0]
    coming = tuple(replace(lesson, status="coming", steps=()) for lesson in module.lessons)
    bare = replace(content, modules=(replace(module, lessons=coming, guide=()),))
    for name in (LESSON, "module:concepts", "guide:concepts"):
        with pytest.raises(NoSuchPaper):
            papers.paper(bare, name, "fr", made_on=DAY)
