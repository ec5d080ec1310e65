"""What answers say together, and what is kept back: a pure matter."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from lms.core.bilingual import Bilingual
from lms.core.i18n import number
from lms.quizzes.models import QuestionVersion
from lms.surveys import results
from lms.surveys.queries.follow_ups import Answered
from lms.surveys.results import Applied, Results, by_organisation

FIVE = [{"key": str(n), "text": {"ar": f"{n}", "fr": f"{n}"}} for n in range(1, 6)]


def version(number: int, kind: str = "rating", *, scale: Any = FIVE, rows: str = "ab") -> QuestionVersion:
    statements = [{"key": key, "text": {"ar": key, "fr": key}} for key in rows]
    settings = {"statements": statements, "scale": scale} if kind == "rating" else {"most_letters": 1000}
    return QuestionVersion(id=number, question_id=number, type=kind, settings=settings, stem=Bilingual("س", "q"))


def of(answers: Sequence[dict[str, Any]], *versions: QuestionVersion) -> Results:
    return results.results({one.id: one for one in versions}, {one.id: one.id for one in versions}, answers)


def rated(degrees: str, row: str = "a") -> list[dict[str, Any]]:
    return [{"1": {row: degree}} for degree in degrees]


@pytest.mark.parametrize(("degrees", "is_shown"), [("5555", False), ("55555", True)])
def test_below_five_answers_nothing_but_their_number_is_told(degrees: str, is_shown: bool) -> None:
    found = of(rated(degrees), version(1, rows="a"))

    assert found.n == len(degrees)
    assert bool(found.blocks) == is_shown
    assert (found.satisfaction is not None) == is_shown


def test_bars_share_and_mean_of_a_statement() -> None:
    (block,) = of(rated("1245544"), version(1, rows="a")).blocks
    (one,) = block.statements

    assert [bar.count for bar in one.bars] == [1, 1, 0, 3, 2]
    assert (one.n, one.satisfied, one.share) == (7, 5, Decimal(5) / 7)
    assert one.mean == Decimal(25) / 7


@pytest.mark.parametrize(
    ("degrees", "shown"),
    [("44444444444444444445", "4,1"), ("33333333333333333334", "3,1"), ("22222222222222222235", "2,2")],
)
def test_a_mean_on_the_edge_is_rounded_up(degrees: str, shown: str) -> None:
    """4.05, 3.05 and 2.20: halves are rounded as people do, not to the even side."""
    (block,) = of(rated(degrees), version(1, rows="a")).blocks
    assert number(block.statements[0].mean, 1, "fr") == shown


def test_a_statement_that_few_placed_is_left_out_and_does_not_count_in_the_whole() -> None:
    """Else the whole without the others would be the four."""
    answers = [{"1": {"a": "5", "b": "1"}}] * 4 + rated("5")

    found = of(answers, version(1))

    (block,) = found.blocks
    assert [one.n for one in block.statements] == [5, 0]
    assert found.satisfaction == 1


def test_a_scale_of_another_length_has_no_share_of_satisfied_answers() -> None:
    found = of(rated("33333"), version(1, scale=FIVE[:3], rows="a"))

    (block,) = found.blocks
    assert block.statements[0].share is None
    assert found.satisfaction is None


def test_opinions_are_all_there_and_their_order_changes_from_question_to_question() -> None:
    answers = [{"1": f"a{n:02}", "2": f"b{n:02}"} for n in range(40)]

    first, second = of(answers, version(1, "free_text"), version(2, "free_text")).blocks

    assert sorted(first.texts) == [f"a{n:02}" for n in range(40)]
    assert [text[1:] for text in first.texts] != [text[1:] for text in second.texts]


def test_versions_stand_in_the_order_of_the_survey_and_those_that_left_it_at_the_end() -> None:
    versions = {one.id: one for one in (version(3), version(1), version(2))}
    answers = [{str(key): {"a": "5"} for key in versions}] * 5

    found = results.results(versions, {2: 1, 3: 2}, answers)

    assert [block.version.id for block in found.blocks] == [2, 3, 1]


# --- F12 -------------------------------------------------------------------------------------------------------------


def said(choice: str) -> dict[str, Any]:
    return {"7": {"applied": choice}}


def test_an_application_is_anything_but_not_yet() -> None:
    answers = [*map(said, ("none", "once", "several", "often", "unknown")), {"8": {"applied": "often"}}, None]
    assert results.applied(answers, {7}) == Applied(5, 3)


def test_the_share_needs_five_people() -> None:
    assert Applied(4, 4).share is None
    assert Applied(5, 4).share == Decimal(4) / 5


def groups(**sizes: int) -> list[Answered]:
    keys = {name: place for place, name in enumerate(sizes, 1)}
    return [Answered(keys[name], said("once"), None) for name, size in sizes.items() for _ in range(size)]


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 5, "b": 9}, ""),
        ({"a": 4, "b": 9}, "ab"),
        # Beside the total, b alone would follow from the others: the next smallest goes too.
        ({"a": 8, "b": 3, "c": 6, "d": 12}, "bc"),
        ({"a": 8, "b": 3, "c": 4, "d": 12}, "bc"),
        # Two hidden rows of two people together are these two people.
        ({"a": 1, "b": 1, "c": 6, "d": 12}, "abc"),
        ({"a": 2}, "a"),
    ],
)
def test_small_organisations_and_what_would_give_them_away_are_hidden(sizes: dict[str, int], hidden: str) -> None:
    names = dict(enumerate(sizes, 1))
    found = by_organisation(groups(**sizes), {7})
    assert "".join(names[key or 0] for key, one in found if one is None) == hidden


@pytest.mark.parametrize("seed", range(60))
def test_no_reader_of_the_table_narrows_a_hidden_line_down(seed: int) -> None:
    """With the total known: the hidden lines are none, or at least two that share five people or more."""
    import random

    rng = random.Random(seed)
    sizes = {chr(97 + place): rng.randint(1, 9) for place in range(rng.randint(2, 9))}
    found = by_organisation(groups(**sizes), {7})

    shown = sum(one.n for _key, one in found if one)
    hidden = sum(one is None for _key, one in found)
    assert all(one.n >= 5 for _key, one in found if one)
    assert hidden == 0 or hidden == len(found) or (hidden >= 2 and sum(sizes.values()) - shown >= 5)
