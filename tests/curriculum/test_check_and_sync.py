"""The checker says what is wrong and where; a broken tree never takes the lessons away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lms.core import db as database
from lms.curriculum import queries, services
from lms.curriculum.search import find
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
    "right differs": lambda t: change(t / "ar/concepts/test.yml", "- a\n  options", "- b\n  options"),
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
    "is no step": lambda t: change(t / "fr/concepts/test.yml", "first#figures", "first#nowhere"),
}


@pytest.mark.parametrize("said", list(BROKEN))
def test_each_fault_is_named_with_file_and_line(db: Any, tree: Path, said: str) -> None:
    BROKEN[said](tree)

    found = services.check(tree)

    assert any(said in text and text.split(":")[1].isdigit() for text in found), found


def test_a_file_that_is_not_utf8_is_named(db: Any, tree: Path) -> None:
    (tree / "fr/concepts/first.md").write_bytes("é".encode("latin-1"))

    assert any("not UTF-8" in text for text in services.check(tree))


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
