"""The files' quizzes enter the bank: once, in versions, with their cases and sources; what goes is put away."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core import db as database
from lms.curriculum import services as curriculum
from lms.quizzes import queries
from lms.quizzes.files import checks
from lms.quizzes.models import Purpose, Question, QuestionVersion, Quiz, QuizItem
from tests.curriculum import trees
from tests.quizzes.files.test_checks import PRACTICE, TEST, edit, head, item, practice_item, save, whole_tree

Now = dt.datetime


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The whole tree with two forms of three items each, which no blueprint refuses."""
    monkeypatch.setattr(checks, "BLUEPRINT", ())
    monkeypatch.setattr(checks, "STAGES", 1)
    folder = whole_tree(tmp_path / "content")
    for lang, words in trees.WORDS.items():
        for form in "ab":
            items = [form_item(words, form, place) for place in (1, 2)]
            said = {"before": f"{words['title']} {form} 1", "after": f"{words['title']} {form} 2", "items": items}
            said["cases"] = {"port": f"{words['case']} {form}"}
            save(folder / lang / f"assessment/form-{form}.yml", said)
    return folder


def form_item(words: dict[str, Any], form: str, place: int) -> dict[str, Any]:
    key = "أ" if words["ask"] == "؟" else form
    more = {"key": f"q{place}", "stem": f"{words['item']} {key} {place}{words['ask']}", "stage": 1, "case": "port"}
    if form == "b" and words["ask"] == "؟":
        more["stem"] = f"{words['item']} ب {place}{words['ask']}"
    return practice_item(words, place) | more


def sync(db: Any, tree: Path, now: Now) -> None:
    assert curriculum.sync(db, tree, now=now) == []
    database.commit()


def quiz(db: Any, key: str) -> Quiz:
    found = queries.attempts.by_content_key(db, key)
    assert found is not None
    return found


def counted(db: Any, model: Any) -> int:
    return int(db.scalar(sa.select(sa.func.count()).select_from(model)))


def test_each_file_becomes_a_quiz_and_a_form_two(db: Any, tree: Path, now: Now) -> None:
    sync(db, tree, now)

    purposes = {one.content_key: one.purpose for one in queries.quizzes.of_files(db)}
    assert purposes == {
        "concepts/test": Purpose.TEST,
        "concepts/quizzes/first": Purpose.PRACTICE,
        "assessment/form-a/before": Purpose.PRE_TEST,
        "assessment/form-a/after": Purpose.POST_TEST,
        "assessment/form-b/before": Purpose.PRE_TEST,
        "assessment/form-b/after": Purpose.POST_TEST,
    }
    practice = quiz(db, "concepts/quizzes/first")
    assert (practice.lesson, practice.module, practice.feedback) == ("concepts/first", "concepts", "at-once")
    before, after = quiz(db, "assessment/form-a/before"), quiz(db, "assessment/form-a/after")
    assert (before.module, before.attempts_allowed, before.feedback) == ("", 1, "never")
    assert [one.question_id for one in before.items] == [one.question_id for one in after.items]
    assert before.other_form_id == quiz(db, "assessment/form-b/before").id
    assert quiz(db, "assessment/form-b/after").other_form_id == after.id


def test_the_same_files_change_nothing(db: Any, tree: Path, now: Now) -> None:
    sync(db, tree, now)
    before = [counted(db, model) for model in (Quiz, Question, QuestionVersion, QuizItem)]
    edit(tree, "fr", "site.yml", lambda site: site | {"short": "Autre"})

    sync(db, tree, now)

    assert [counted(db, model) for model in (Quiz, Question, QuestionVersion, QuizItem)] == before


def test_one_changed_word_makes_one_version(db: Any, tree: Path, now: Now) -> None:
    sync(db, tree, now)
    before = counted(db, QuestionVersion)
    edit(
        tree,
        "fr",
        PRACTICE,
        lambda said: said | {"items": [said["items"][0] | {"stem": "Quoi\u00a0?"}, said["items"][1]]},
    )

    sync(db, tree, now)

    assert counted(db, QuestionVersion) == before + 1


def test_an_explanation_ends_with_the_sources_of_its_facts(db: Any, tree: Path, now: Now) -> None:
    sync(db, tree, now)

    question = queries.bank.by_content_key(db, "concepts/quizzes/first#p1")
    version = queries.bank.version_or_none(db, question.id, 1)  # type: ignore[union-attr]
    assert version.explanation.fr.endswith("Source\u00a0: Titre.")  # type: ignore[union-attr]
    assert version.explanation.ar.endswith("المصدر: عنوان.")  # type: ignore[union-attr]


def test_a_case_is_stored_once_and_followed(db: Any, tree: Path, now: Now) -> None:
    sync(db, tree, now)
    questions = [queries.bank.by_content_key(db, f"assessment/form-a#q{place}") for place in (1, 2)]
    assert len({one.case_id for one in questions}) == 1  # type: ignore[union-attr]
    edit(tree, "fr", "assessment/form-a.yml", lambda said: said | {"cases": {"port": "Un autre cas."}})

    sync(db, tree, now)

    version = queries.bank.version_or_none(db, questions[0].id, 2)  # type: ignore[union-attr]
    assert version.case_text.fr == "Un autre cas."  # type: ignore[union-attr]


def test_what_a_trainer_edited_is_left_alone(db: Any, tree: Path, now: Now) -> None:
    sync(db, tree, now)
    question = queries.bank.by_content_key(db, "concepts/test#one")
    question.edited_here = True  # type: ignore[union-attr]
    database.commit()
    item(TEST, 0, level="recall")(tree)

    sync(db, tree, now)

    assert question.current_number == 1  # type: ignore[union-attr]


def test_an_item_that_goes_leaves_the_bank_and_comes_back(db: Any, tree: Path, now: Now) -> None:
    two = {lang: (tree / lang / PRACTICE).read_text("utf-8") for lang in trees.WORDS}
    for lang, words in trees.WORDS.items():
        third = practice_item(words, 1) | {"key": "p3", "stem": f"{words['item']} 3{words['ask']}"}
        edit(tree, lang, PRACTICE, lambda said, third=third: said | {"items": [*said["items"], third]})
    three = {lang: (tree / lang / PRACTICE).read_text("utf-8") for lang in trees.WORDS}
    states = []

    for texts in (three, two, three):
        for lang, text in texts.items():
            (tree / lang / PRACTICE).write_text(text, "utf-8")
        sync(db, tree, now)
        question = queries.bank.by_content_key(db, "concepts/quizzes/first#p3")
        states.append((question.archived_at is None, quiz(db, "concepts/quizzes/first").question_count))  # type: ignore[union-attr]

    assert states == [(True, 3), (False, 2), (True, 3)]


def test_a_file_that_goes_puts_its_quiz_away(db: Any, tree: Path, now: Now) -> None:
    sync(db, tree, now)
    for lang in ("ar", "fr"):
        (tree / lang / PRACTICE).unlink()

    sync(db, tree, now)

    assert quiz(db, "concepts/quizzes/first").archived_at is not None
    assert quiz(db, "concepts/test").archived_at is None


def test_a_test_that_draws_has_a_place_for_each_lesson_and_level(db: Any, tree: Path, now: Now) -> None:
    for lang, words in trees.WORDS.items():
        edit(tree, lang, TEST, lambda said, words=words: said | {"items": _bank(words)})
    head(TEST, draw={"recall": 1, "apply": 1})(tree)

    sync(db, tree, now)

    test = quiz(db, "concepts/test")
    assert [(one.draw_objective, one.draw_level, one.draw_count) for one in test.items] == [
        ("concepts/first", "recall", 1), ("concepts/first", "apply", 1),
        ("concepts/second", "recall", 1), ("concepts/second", "apply", 1),
    ]  # fmt: skip
    assert test.question_count == 4


def _bank(words: dict[str, Any]) -> list[dict[str, Any]]:
    """Two items for each lesson, objective and level, the keys in turn."""
    found = []
    for place, (lesson, level, number) in enumerate(
        (lesson, level, number) for lesson in ("first", "second") for level in ("recall", "apply") for number in (1, 2)
    ):
        one = practice_item(words, number) | {"key": f"{lesson}-{level}-{number}", "level": level}
        one |= {"objective": f"concepts/{lesson}#{number}", "stem": f"{words['case']} {place}{words['ask']}"}
        one["right"] = ["abc"[place % 3]]
        found.append(one)
    return found
