"""The checker says what is wrong and where; a broken tree never takes the lessons away."""

from __future__ import annotations

import ast
import inspect
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from lms.core import db as database
from lms.curriculum import check, files, queries, services, wording
from lms.curriculum.search import find
from lms.curriculum.wording import TYPOGRAPHY
from tests.curriculum import trees


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return trees.write(tmp_path / "content")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_good_tree_has_no_problem(db: Any, tree: Path) -> None:
    assert services.check(tree) == []


BROKEN: dict[str, Callable[[Path], object]] = {
    "steps differ": lambda t: change(t / "ar/concepts/first.md", "{#figures}", "{#numbers}"),
    "does not match line": lambda t: change(t / "ar/concepts/first.md", "- نقطة\n- **", "- نقطة\n- نقطة\n- **"),
    "term gap is not": lambda t: change(t / "fr/glossary.yml", "gap:", "other:"),
    "fact F1 is not": lambda t: change(t / "fr/facts.yml", "F1:", "F2:"),
    "figure rates has no file": lambda t: (t / "fr/concepts/figures/rates.yml").unlink(),
    "stands in fr only": lambda t: (t / "ar/concepts/second.md").unlink(),
    "not valid YAML": lambda t: change(t / "fr/concepts/module.yml", "number:", "number: ]"),
    "minutes differs": lambda t: change(t / "ar/concepts/first.md", "minutes: 20", "minutes: 25"),
    "HTML is not used": lambda t: change(t / "fr/concepts/first.md", "fictif.\n:::", "<b>fictif</b>.\n:::"),
    "not closed": lambda t: change(t / "fr/concepts/first.md", "5. Point\n:::", "5. Point\n"),
    "unknown block": lambda t: change(t / "fr/concepts/first.md", "::: example", "::: exemple"),
    "no tatweel": lambda t: change(t / "ar/concepts/first.md", "حالة من", "حالـة من"),
    "the apostrophe is": lambda t: change(t / "fr/concepts/first.md", "L’[", "L'e ["),
    "no-break space goes before": lambda t: change(t / "fr/concepts/first.md", "fictif.\n:::", "fictif ?\n:::"),
    "has a block ::: keypoints": lambda t: change(t / "fr/concepts/first.md", "::: keypoints", "::: example"),
    "has something to do": lambda t: (
        change(t / "fr/concepts/second.md", "::: activity", "::: example"),
        change(t / "fr/concepts/second.md", "::: recall analysis", "::: example"),
    ),
    "followed by its model answer": lambda t: change(t / "fr/concepts/first.md", "::: answer", "::: example"),
    "ask five questions": lambda t: change(t / "fr/concepts/first.md", "5. Point\n:::", ":::"),
    "two to five categories": lambda t: change(
        t / "fr/concepts/first.md", "::: keypoints", "::: sort\n- [1] a\n  > b\n:::\n\n::: keypoints"
    ),
    "sheet analysis is asked for twice": lambda t: change(
        t / "fr/concepts/second.md", "::: recall analysis\n", "::: sheet analysis\n**A.** b\n- [one] c\n"
    ),
    "sheet analysis is not asked for": lambda t: change(t / "fr/concepts/first.md", "sheet analysis", "sheet other"),
    "guide.md:": lambda t: change(t / "ar/concepts/guide.md", "{#half-day}", "{#other}"),
    "keys, numbers or counts differ": lambda t: change(t / "ar/concepts/figures/rates.yml", "20.5", "21.5"),
    "topics differ": lambda t: change(t / "ar/help/topics.yml", "- entering\n", ""),
    "is not in the list of topics": lambda t: (
        change(t / "ar/help/topics.yml", "- entering\n", ""),
        change(t / "fr/help/topics.yml", "- entering\n", ""),
    ),
    "pages differs": lambda t: change(t / "ar/help/entering.md", "sign_in", "ask_reset"),
    "summary is missing": lambda t: change(t / "fr/help/entering.md", "summary: Point\n", ""),
    "help entering#lost does not exist": lambda t: change(t / "fr/help/watching.md", "#forgotten", "#lost"),
    "is no page of the product": lambda t: [
        change(t / lang / "help/entering.md", "accounts.sign_in", "accounts.sing_in") for lang in ("ar", "fr")
    ],
    "is no role of the product": lambda t: [
        change(t / lang / "help/watching.md", "[administrator]", "[boss]") for lang in ("ar", "fr")
    ],
    "[words] vide: write écart": lambda t: (
        change(t / "fr/glossary.yml", "term: écart", "term: écart\n  avoid: creux, vide"),
        change(t / "fr/concepts/first.md", "fictif.\n:::", "fictif et vide.\n:::"),
    ),
    "[language] no (ة)": lambda t: change(t / "ar/concepts/first.md", "متخيل.\n:::", "متخيل للمكون(ة).\n:::"),
    "[language] mainstreaming": lambda t: change(
        t / "ar/concepts/first.md", "متخيل.\n:::", "متخيل mainstreaming.\n:::"
    ),
    "[language] مقاربة": lambda t: change(t / "fr/concepts/first.md", "fictif.\n:::", "fictif مقاربة.\n:::"),
    "[links] https://example.org": lambda t: change(
        t / "fr/concepts/first.md", "fictif.\n:::", "[fictif](https://example.org).\n:::"
    ),
    "[terms] autre chose: the term gap": lambda t: change(t / "fr/concepts/first.md", "[écart](", "[autre chose]("),
    "[length] a lesson has 900": lambda t: [
        change(t / lang / "site.yml", "name:", "lesson_words: [900, 1500]\nname:") for lang in ("ar", "fr")
    ],
    "[length] a step has": lambda t: change(t / "fr/concepts/first.md", "fictif.\n:::", f"fictif{' mot' * 500}.\n:::"),
    "[media]": lambda t: [(t / lang / "concepts/film.mp4").write_text("…", "utf-8") for lang in ("ar", "fr")],
    "[facts] F1: only what was read": lambda t: change(t / "fr/facts.yml", "mark: S", "mark: '?'"),
    "[facts] F1: source is missing": lambda t: change(t / "fr/facts.yml", "source:", "sauce:"),
    "[facts] F9: no lesson names it": lambda t: change(
        t / "fr/facts.yml", "F1:", "F9:\n  text: a\n  source: b\n  mark: S\nF1:"
    ),
    "names facts of the lesson": lambda t: change(t / "fr/concepts/first.md", "::: example", "::: official F2"),
    "[parts] a figure has a caption": lambda t: change(
        t / "fr/concepts/first.md", "::: figure rates\n", "::: figure rates\n:::\n\n::: example\n"
    ),
    "[site] short is missing": lambda t: change(t / "ar/site.yml", "short:", "long:"),
    "[glossary] gap: definition is missing": lambda t: change(t / "fr/glossary.yml", "definition:", "meaning:"),
    "[same keys] gap stands in fr only": lambda t: change(t / "ar/glossary.yml", "gap:", "hole:"),
    "[module] summary is missing": lambda t: change(t / "fr/concepts/module.yml", "summary:", "digest:"),
    "[module] lessons differ": lambda t: change(t / "ar/concepts/module.yml", "- first\n- second", "- second\n- first"),
    "[module] as many objectives": lambda t: change(t / "ar/concepts/module.yml", "objectives:", "objectives:\n- a"),
    "[front matter] minutes is missing": lambda t: change(t / "fr/concepts/first.md", "minutes:", "hours:"),
    "[front matter] status is ready or coming": lambda t: change(t / "fr/concepts/later.md", "coming", "soon"),
    "[front matter] a ready lesson needs steps": lambda t: [
        change(t / lang / "concepts/later.md", "status: coming", "status: ready") for lang in ("ar", "fr")
    ],
    "[front matter] as many objectives": lambda t: change(
        t / "ar/concepts/first.md", "objectives:", "objectives:\n- a"
    ),
    "has 3 blocks, the French one 2": lambda t: change(
        t / "ar/concepts/first.md", "::: example", "::: practice\nنقطة\n:::\n\n::: example"
    ),
    "lesson concepts/third does not exist": lambda t: change(
        t / "fr/concepts/first.md", "fictif.\n:::", "[fictif](lesson:concepts/third).\n:::"
    ),
    "the file is missing: add it": lambda t: [(t / lang / "facts.yml").unlink() for lang in ("ar", "fr")],
    "model-one.md:1: [syntax] the file is missing": lambda t: [
        (t / lang / "model/model-one.md").unlink() for lang in ("ar", "fr")
    ],
    "the file has to hold keys and values": lambda t: (t / "fr/site.yml").write_text("- a\n", "utf-8"),
    "F1 has to hold keys and values": lambda t: (t / "fr/facts.yml").write_text("F1: a\n", "utf-8"),
    "starts with its front matter": lambda t: change(t / "fr/concepts/first.md", "---\n", ""),
    "the front matter has to hold": lambda t: (t / "fr/concepts/later.md").write_text("---\n- a\n---\n", "utf-8"),
    "a step heading ends with its id": lambda t: change(t / "fr/concepts/first.md", " {#figures}", ""),
    "blocks cannot stand in one another": lambda t: change(
        t / "fr/concepts/first.md", "::: example\n", "::: example\n::: practice\n"
    ),
    "text before the first step": lambda t: change(t / "fr/concepts/first.md", "\n## Titre", "\nUn mot.\n\n## Titre"),
    "the file is not UTF-8 text": lambda t: (t / "fr/concepts/first.md").write_bytes("é".encode("latin-1")),
    "is no step": lambda t: [
        change(t / lang / "concepts/test.yml", "first#figures", "first#nowhere") for lang in ("ar", "fr")
    ],
}

#: A line with each fault of typography, by what the checker says of it.
ILL_WRITTEN = {
    ("fr", "a no-break space goes before ; ? !"): "Qui vient ? Nul",
    ("fr", "the space before : and » is a no-break one"): "Voici : un cas",
    ("fr", "the space after « is a no-break one"): "Il dit « oui\u00a0»",
    ("fr", "the apostrophe is ’"): "L'égalité",
    ("fr", "no point médian: name both, or use a collective word"): "Les participant·es",
    ("fr", "no (e): name both, or use a collective word"): "Un apprenti(e)",
    ("ar", "no tatweel"): "النـوع",
    ("ar", "digits are 0-9"): "سنة \u0662\u0660\u0662\u0661",
    ("ar", "Arabic punctuation is ؟ ؛ ،"): "من يقرر? ومتى",
    ("ar", "no space inside « »"): "يقول « نعم»",
    ("ar", "no slash between words: name both"): "مكون/مكونة",
    ("ar", "Moroccan months: نونبر دجنبر يوليوز غشت شتنبر ماي"): "في نوفمبر",
}


@pytest.mark.parametrize(("lang", "advice"), list(ILL_WRITTEN))
def test_each_fault_of_typography_is_named(db: Any, tree: Path, lang: str, advice: str) -> None:
    end = {"ar": "متخيل.\n:::", "fr": "fictif.\n:::"}[lang]
    change(tree / lang / "concepts/first.md", end, f"{end[:-5]} {ILL_WRITTEN[lang, advice]}.\n:::")

    found = services.check(tree)

    assert len(found) == 1, found
    assert found[0].startswith(f"{lang}/concepts/first.md:")
    assert found[0].endswith(f"[typography] {advice}")


def test_every_rule_of_typography_has_its_fault() -> None:
    assert set(ILL_WRITTEN) == {(lang, advice) for lang, rules in TYPOGRAPHY.items() for _pattern, advice in rules}


def test_figures_from_left_to_right_are_no_space_inside_quotes(db: Any, tree: Path) -> None:
    change(tree / "ar/concepts/first.md", "متخيل.\n:::", "متخيل «{{20,5}}».\n:::")

    assert services.check(tree) == []


def test_all_faults_of_all_files_are_named_in_one_run(db: Any, tree: Path) -> None:
    faults = ["no tatweel", "fact F1 is not", "keys, numbers or counts differ", "is no step", "HTML is not used"]
    for fault in faults:
        BROKEN[fault](tree)

    found = services.check(tree)

    assert [fault for fault in faults if not any(fault in text for text in found)] == []


@pytest.mark.parametrize("said", list(BROKEN))
def test_each_fault_is_named_with_file_and_line(db: Any, tree: Path, said: str) -> None:
    BROKEN[said](tree)

    found = services.check(tree)

    assert any(said in text and text.split(":")[1].isdigit() for text in found), found


def test_every_complaint_of_the_checker_has_its_broken_file(db: Any, tmp_path: Path) -> None:
    """The words of each ``complain(…)`` in the source, against what the broken trees were told."""
    told = []
    for number, spoil in enumerate(BROKEN.values()):
        tree = trees.write(tmp_path / str(number))
        spoil(tree)
        told += services.check(tree)
    written = [words for source in (check, files, wording) for words in complaints(source)]

    assert len(written) > 50
    assert [words for words in written if not any(words in text for text in told)] == []


def complaints(module: ModuleType) -> Iterator[str]:
    """Of each complaint, its longest piece that does not vary."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "complain":
            pieces = [str(one.value) for one in ast.walk(node.args[-1]) if isinstance(one, ast.Constant)]
            if isinstance(node.args[-1], ast.Constant | ast.JoinedStr):
                yield max(pieces, key=len)


def test_a_broken_tree_keeps_what_was_served(db: Any, tree: Path, now: Any) -> None:
    assert services.sync(db, tree, now=now) == []
    database.commit()
    BROKEN["steps differ"](tree)

    found = services.sync(db, tree, now=now)
    database.commit()

    assert found
    assert queries.current(db).lesson("concepts/first") is not None
    assert [row.text for row in queries.problems(db)] == found


def test_a_newer_snapshot_is_noticed(db: Any, tree: Path, now: Any) -> None:
    services.sync(db, tree, now=now)
    database.commit()
    before = queries.current(db).lesson("concepts/first").title.fr  # type: ignore[union-attr]
    change(tree / "fr/concepts/first.md", f"title: {before}", "title: Un nouveau titre")

    services.sync(db, tree, now=now)
    database.commit()

    assert queries.current(db).lesson("concepts/first").title.fr == "Un nouveau titre"  # type: ignore[union-attr]


def test_going_back_to_an_older_tree_serves_it_again(db: Any, tree: Path, now: Any, tmp_path: Path) -> None:
    older = Path(shutil.copytree(tree, tmp_path / "older"))
    services.sync(db, tree, now=now)
    change(tree / "fr/site.yml", "Titre fr", "Autre titre")
    services.sync(db, tree, now=now)

    services.sync(db, older, now=now)

    assert queries.current(db).name.fr == "Titre fr"


def test_clitics_stay_with_their_term_and_figures_are_isolated(db: Any, tree: Path, now: Any) -> None:
    services.sync(db, tree, now=now)
    html = queries.current(db).lesson("concepts/first").steps[0].html("fr")  # type: ignore[union-attr]

    assert '<span class="glued">L’<a class="term" href="#term-gap"' in html
    assert '<bdi dir="ltr" class="ltr">20,5 − 10,8 = 9,7</bdi>' in html


@pytest.mark.parametrize("typed", ["ECART", "écart", "centre fictif", "point"])
def test_search_finds_folded_words(db: Any, tree: Path, now: Any, typed: str) -> None:
    services.sync(db, tree, now=now)

    assert find(queries.current(db), typed, "fr")


def test_search_of_nothing_finds_nothing(db: Any, tree: Path, now: Any) -> None:
    services.sync(db, tree, now=now)

    assert find(queries.current(db), " ـ ", "ar") == []


def test_stats_count_what_a_lesson_holds(app: Flask, tree: Path) -> None:
    before = app.extensions["content_folder"]
    app.extensions["content_folder"] = tree
    try:
        told = app.test_cli_runner().invoke(args=["curriculum", "stats", "--json"])
    finally:
        app.extensions["content_folder"] = before

    rows = json.loads(told.output)
    first, quiz = rows[0], rows[-1]

    assert first["lesson"] == "concepts/first"
    assert (first["facts"], first["figures"], first["terms"], first["items"]) == (1, 1, 1, 2)
    assert first["exercises"] == 3  # an activity, and two things to write on the sheet
    assert first["words_ar"] > 0
    assert (quiz["quiz"], quiz["items"], quiz["levels"], quiz["case_share"]) == ("concepts/test", 4, {"apply": 4}, 0)
    assert quiz["objectives"]["concepts/second#1"] == 1


def test_stats_in_words_end_with_the_sums_of_each_module(app: Flask, tree: Path) -> None:
    before = app.extensions["content_folder"]
    app.extensions["content_folder"] = tree
    try:
        told = app.test_cli_runner().invoke(args=["curriculum", "stats"]).output.splitlines()
    finally:
        app.extensions["content_folder"] = before

    assert told[-1].startswith("concepts, all quizzes")
    assert "4 items" in told[-1]
    assert "concepts/second:2" in told[-1]


ODD = ["7", "[1, 2]", "yes", "''", "{a: {b: [c]}}", "null"]


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("facts.yml", "F1:"), ("glossary.yml", "gap:"), ("site.yml", "name:"), ("help/topics.yml", "topics:"),
        ("concepts/module.yml", "lessons:"), ("concepts/module.yml", "objectives:"), ("concepts/test.yml", "items:"),
        ("concepts/figures/rates.yml", "rows:"), ("concepts/first.md", "facts:"), ("concepts/first.md", "minutes:"),
        ("help/entering.md", "pages:"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_a_problem_and_no_fault(
    db: Any, tree: Path, now: Any, name: str, line: str, value: str
) -> None:
    path = tree / "fr" / name
    before, _key, after = path.read_text("utf-8").partition(f"\n{line}" if name.endswith(".md") else line)
    rest = re.sub(r"^[^\n]*(\n[ -][^\n]*)*", "", after, count=1)
    path.write_text(f"{before}\n{line} {value}{rest}".lstrip("\n"), "utf-8")

    assert services.sync(db, tree, now=now)


def test_front_matter_that_is_a_list_is_named(db: Any, tree: Path) -> None:
    (tree / "fr/concepts/first.md").write_text("---\n- a\n---\n", "utf-8")

    assert any("fr/concepts/first.md:1: [syntax] the front matter" in text for text in services.check(tree))
