"""The checker of quiz files says what is wrong, in which file and line, and what to do."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from lms.curriculum import services
from lms.quizzes.files import checks, items
from tests.curriculum import trees

TEST = "concepts/test.yml"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return whole_tree(tmp_path / "content")


def whole_tree(folder: Path) -> Path:
    """The small tree with practice to its first lesson, and limits that it just keeps."""
    trees.write(folder)
    for lang, words in trees.WORDS.items():
        practice = {"title": words["title"], "items": [practice_item(words, place) for place in (1, 2)]}
        save(folder / lang / "concepts/quizzes/first.yml", practice)
        edit(folder, lang, "site.yml", lambda site: site | {"quiz_items": [2, 3], "test_items": 4, "case_percent": 0})
    return folder


def practice_item(words: dict[str, Any], place: int) -> dict[str, Any]:
    rows = [{"key": key, "text": f"{words['item']} {key}{place}", "feedback": words["case"]} for key in "abc"]
    return {
        "key": f"p{place}", "type": "single_choice", "level": "recall", "objective": f"concepts/first#{place}",
        "lesson": "concepts/first#figures", "facts": ["F1"], "organisation": "ofppt",
        "stem": f"{words['title']} {place}{words['ask']}",
        "options": rows, "right": [rows[place - 1]["key"]], "explanation": words["case"],
    }  # fmt: skip


def save(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=4096), "utf-8")


def edit(folder: Path, lang: str, name: str, change: Callable[[Any], Any]) -> None:
    path = folder / lang / name
    save(path, change(yaml.safe_load(path.read_text("utf-8"))))


def item(name: str, place: int, **fields: Any) -> Callable[[Path], None]:
    """Change fields of an item in both languages; None takes one away."""

    def spoil(folder: Path) -> None:
        for lang in ("ar", "fr"):
            in_one(lang, name, place, **fields)(folder)

    return spoil


def in_one(lang: str, name: str, place: int, **fields: Any) -> Callable[[Path], None]:
    def change(said: Any) -> Any:
        one = said["items"][place]
        one.update(fields)
        said["items"][place] = {key: value for key, value in one.items() if value is not None}
        return said

    return lambda folder: edit(folder, lang, name, change)


def head(name: str, **fields: Any) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        for lang in ("ar", "fr"):
            edit(folder, lang, name, lambda said: {**said, **fields})

    return spoil


def in_head(lang: str, name: str, **fields: Any) -> Callable[[Path], None]:
    return lambda folder: edit(folder, lang, name, lambda said: {**said, **fields})


def option(lang: str, name: str, place: int, row: int, **fields: Any) -> Callable[[Path], None]:
    def change(said: Any) -> Any:
        said["items"][place]["options"][row].update(fields)
        return said

    return lambda folder: edit(folder, lang, name, change)


PRACTICE = "concepts/quizzes/first.yml"
FORM = "assessment/form-b.yml"


def forms(folder: Path) -> None:
    """Two forms that fill nothing."""
    for lang, words in trees.WORDS.items():
        for form in "ab":
            one = {**practice_item(words, 1), "key": form, "stem": f"{form}{words['ask']}", "stage": 1}
            said = {"before": words["title"], "after": words["title"], "items": [one]}
            save(folder / lang / f"assessment/form-{form}.yml", said)


def unlike_forms(folder: Path) -> None:
    forms(folder)
    item(FORM, 0, level="apply")(folder)


BROKEN: dict[str, Callable[[Path], object]] = {
    "ar/concepts/test.yml:15: [quiz] item one: right differs": in_one("ar", TEST, 0, right=["b"]),
    "pause_hours differs from the French file": in_head("ar", TEST, pause_hours=12),
    "as many items as in the French file": lambda t: edit(
        t, "ar", TEST, lambda said: {**said, "items": said["items"][:-1]}
    ),
    "a quiz has a list of items": in_head("fr", TEST, items="none"),
    "the same options in the same order are needed": option("ar", TEST, 0, 0, key="d"),
    "an item has a key, a type and the fields": lambda t: edit(
        t, "fr", TEST, lambda said: {**said, "items": ["one", *said["items"][1:]]}
    ),
    "type riddle is unknown: use one of": item(TEST, 0, type="riddle"),
    "level is one of recall, apply, analyse": item(TEST, 0, level="hard"),
    "explanation is missing": in_one("fr", TEST, 0, explanation=None),
    "objective is missing": item(TEST, 0, objective=None),
    "stim: an item of type single_choice has no such field": item(TEST, 0, stim="?"),
    "shuffle: a value of another kind is needed (bool)": item(TEST, 0, shuffle="no"),
    "statement: a value of another kind is needed (str)": item(TEST, 3, statement=True),
    "stem: words are needed, in quotes": in_one("fr", TEST, 0, stem=2021),
    "text: words are needed, in quotes": option("fr", TEST, 0, 0, text=80),
    "options: a list is needed": item(TEST, 0, options="a"),
    "options: each row has a key, in quotes": item(TEST, 0, options=[{"text": "a"}]),
    "answer: a row of options has no such field": option("fr", TEST, 0, 1, answer="x"),
    "another item of the file has this key": item(TEST, 1, key="one"),
    "The question cannot work yet: The right answer has to be ticked.": item(TEST, 0, right=[]),
    "The Arabic is missing": in_one("ar", TEST, 0, source=None, stem=""),
    "A comment is missing": lambda t: [option(lang, TEST, 0, 1, feedback="")(t) for lang in ("ar", "fr")],
    "The question asks nothing": in_one("fr", TEST, 0, stem="Un cas"),
    "Length of the options": option("fr", TEST, 0, 0, text="Un texte bien plus long que celui des deux autres options"),
    "A word that gives the answer away": lambda t: (
        in_one("fr", TEST, 0, stem="Quelle institution\u00a0?")(t),
        option("fr", TEST, 0, 0, text="Institution")(t),
    ),
    "no (ة) in a sentence": in_one("ar", TEST, 0, stem="من المكون(ة)؟"),
    "mainstreaming: write it in this language": in_one("ar", TEST, 0, stem="ما mainstreaming؟"),
    "concepts/first#9 is no objective of a lesson": item(TEST, 0, objective="concepts/first#9"),
    "concepts/first#nowhere is no step of a lesson": item(TEST, 0, lesson="concepts/first#nowhere"),
    "concepts/second#1 belongs to another quiz": item(PRACTICE, 0, objective="concepts/second#1"),
    "fact F9 is not in facts.yml": item(PRACTICE, 0, facts=["F9"]),
    "unesco is no organisation of the programme": item(PRACTICE, 0, organisation="unesco"),
    "port is not among the cases of the file": item(PRACTICE, 0, case="port"),
    "a case is set in an organisation": item(TEST, 0, case="port"),
    "a stage of the path is 1 to 5": item(PRACTICE, 0, stage=6),
    "the right option stands in the same place": lambda t: [
        item(TEST, place, type="single_choice", right=["a"], options=rows("x"), **NONE)(t) for place in range(4)
    ],
    "the right option is the longest in": lambda t: [
        edit(t, lang, TEST, lambda said, lang=lang: {**said, "items": long_keys(lang)}) for lang in ("ar", "fr")
    ],
    "a lesson’s quiz has 3 to 5 items, this one 2": lambda t: in_head("fr", "site.yml", quiz_items=[3, 5])(t),
    "a module’s test has 40 items at least, this one 4": lambda t: in_head("fr", "site.yml", test_items=40)(t),
    "33 % of the items are set in a case": lambda t: in_head("fr", "site.yml", case_percent=33)(t),
    "no item asks for the objective concepts/second#1": item(TEST, 2, objective="concepts/first#1"),
    "draw says how many of each level": head(TEST, draw={"guess": 1}),
    "concepts/first has 2 items of level apply: 4 are needed": head(TEST, draw={"apply": 2}),
    "subtitle: a quiz has no such field": head(TEST, subtitle="a"),
    "minutes is missing in the head": head(TEST, minutes=None),
    "minutes: a whole number is needed": head(TEST, minutes="30"),
    "title: words are needed": head(TEST, title=7),
    "feedback is one of": head(TEST, feedback="soon"),
    "cases are keys with a text each": head(TEST, cases=["a"]),
    "the same cases are needed": in_head("ar", TEST, cases={"port": "حالة."}),
    "blueprint: concepts/reading-figures: 0 items of level apply, not 1": forms,
    "each of the five stages is asked about": forms,
    "objective, level, type or stage differ from": unlike_forms,
    "concepts/test#one asks the same question": lambda t: [
        in_one(lang, TEST, 1, stem=words["case"] + " 1" + words["ask"])(t) for lang, words in trees.WORDS.items()
    ],
}  # fmt: skip
#: What an item of the tree's other types has and a single choice has not.
NONE = {"statement": None, "feedback_true": None, "feedback_false": None}


def rows(mark: str, lengths: str = "   ") -> list[dict[str, str]]:
    return [
        {"key": key, "text": f"{key} {mark}{end * 12}".strip(), "feedback": "0"}
        for key, end in zip("abc", lengths, strict=True)
    ]


def long_keys(lang: str) -> list[dict[str, Any]]:
    """Twelve items whose keys, in turn in each place, are a little longer than the rest."""
    words = trees.WORDS[lang]
    found = []
    for place in range(12):
        one = practice_item(words, 1) | {"key": f"k{place}", "stem": f"{words['case']} {place}{words['ask']}"}
        key = "abc"[place % 3]
        letter = "ا" if lang == "ar" else "a"
        one["options"] = [
            {"key": row, "text": f"{'123'['abc'.index(row)]} {letter * (14 if row == key else 12)}"}
            | {"feedback": words["case"]}
            for row in "abc"
        ]
        one["right"] = [key]
        found.append(one)
    return found


def test_a_good_tree_has_no_problem(db: Any, tree: Path) -> None:
    assert services.check(tree) == []


@pytest.mark.parametrize("said", list(BROKEN))
def test_each_fault_is_named_with_file_and_line(db: Any, tree: Path, said: str) -> None:
    BROKEN[said](tree)

    found = services.check(tree)

    assert any(said in text for text in found), found
    assert all(re.match(r"(ar|fr)/[\w/.-]+:\d+: \[quiz\] ", text) for text in found), found


def test_every_complaint_of_the_checker_has_its_broken_file(db: Any, tmp_path: Path) -> None:
    """The words of each complaint in the source, against what the broken trees were told."""
    told = []
    for number, spoil in enumerate(BROKEN.values()):
        tree = whole_tree(tmp_path / str(number))
        spoil(tree)
        told += services.check(tree)
    written = [words for source in (checks, items) for words in complaints(source)]

    assert len(written) >= 28
    assert [words for words in written if not any(words in text for text in told)] == []


def complaints(module: ModuleType) -> Iterator[str]:
    """Of each complaint, its longest piece that does not vary."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        said: ast.expr | None = None
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
            "complain", "_complain",
        ):  # fmt: skip
            said = next((one for one in node.args if isinstance(one, ast.Constant | ast.JoinedStr)), None)
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            said = node.value.elts[-1]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "text":
            said = node.value
        if said is not None:
            pieces = [str(one.value) for one in ast.walk(said) if isinstance(one, ast.Constant)]
            if pieces and len(max(pieces, key=len)) > 5:
                yield max(pieces, key=len).strip()


def test_a_value_of_an_odd_kind_in_an_item_is_a_problem_and_no_fault(db: Any, tree: Path) -> None:
    for value in (7, [1], {"a": {"b": 1}}, True, None, ""):
        for field in ("stem", "options", "right", "objective", "lesson", "facts", "type", "key", "points"):
            other = whole_tree(tree.parent / f"{field}-{value!r}".replace("/", "-"))
            in_one("fr", TEST, 0, **{field: value})(other)
            if (field, value) in (("points", None), ("facts", None)):
                continue

            assert services.check(other), (field, value)


def test_a_broken_quiz_keeps_what_was_served(db: Any, tree: Path, now: Any) -> None:
    assert services.sync(db, tree, now=now) == []
    item(TEST, 0, right=[])(tree)

    assert any("right answer has to be ticked" in text for text in services.sync(db, tree, now=now))
