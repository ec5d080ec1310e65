"""One contract for all question types: a new file of the registry is taken up by itself."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes import wire
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import BadAnswer, Control, Field, QuestionType
from lms.quizzes.question_types.paper import BadPaper
from lms.quizzes.question_types.parts import Rows, places
from tests.quizzes.broken_settings import BROKEN

CASES = [
    pytest.param(kind, settings, id=f"{key}-{n}")
    for key, kind in TYPES.items()
    for n, settings in enumerate(kind.examples)
]
KINDS = pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
IN_BOTH = pytest.mark.parametrize("lang", ["ar", "fr"])


def order_of(kind: QuestionType, settings: Any, *, seed: int = 1, shuffle: bool = True) -> list[list[str]]:
    return kind.draw_order(settings, random.Random(seed), shuffle=shuffle)


def fields_of(control: Control) -> list[Field]:
    return [*control.fields, *(piece for piece in control.flow if isinstance(piece, Field))]


def some_answers(kind: QuestionType, settings: Any, order: list[list[str]]) -> list[list[str]]:
    """Forms as a browser could send them: each field filled in with each thing that it offers, or with words."""
    fields = fields_of(kind.control(settings, order, "fr"))
    found = []
    for field in fields:
        start = f"{field.id}:" if field.id else ""
        found += [[f"{start}{one.id}"] for one in field.choices] or [[f"{start}12"], [f"{start}كلمة أو كلمتان"]]
    return found


@KINDS
def test_a_type_has_a_name_parts_and_examples(kind: QuestionType) -> None:
    assert TYPES[kind.key] is kind
    assert kind.label
    assert kind.parts
    assert kind.examples
    assert kind.marked_by in ("computer", "person", "nobody")


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_examples_have_no_fault_and_hold_only_their_parts(kind: QuestionType, settings: Any) -> None:
    assert list(kind.faults(settings)) == []
    assert set(settings) <= {part.name for part in kind.parts} | {"right"}
    assert [
        place.path for place in places(kind.parts, settings) if place.words.is_needed and not all(place.texts.values())
    ] == []


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_the_right_answer_earns_all_and_none_earns_nothing(kind: QuestionType, settings: Any) -> None:
    if kind.marked_by != "computer":
        assert kind.right_answer(settings) is None
        return
    order = order_of(kind, settings)
    answer = kind.parse(settings, order, kind.filled(settings, order, kind.right_answer(settings)))
    assert answer == kind.right_answer(settings)
    assert kind.grade(settings, answer).fraction == 1
    assert kind.grade(settings, kind.parse(settings, order, [])).fraction == 0


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_an_answer_is_shown_again_and_said_in_both_languages(kind: QuestionType, settings: Any) -> None:
    order = order_of(kind, settings)
    for values in some_answers(kind, settings, order):
        answer = kind.parse(settings, order, values)
        assert kind.filled(settings, order, answer) == values
        lines = kind.said(settings, answer)
        assert lines
        assert all(line.text[lang] for line in lines for lang in ("ar", "fr"))
    assert kind.said(settings, None) == []
    assert kind.filled(settings, order, None) == []


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_ids_are_opaque_and_new_in_each_attempt(kind: QuestionType, settings: Any) -> None:
    keys = set(kind.keys(settings))
    one, other = (dict(order_of(kind, settings, seed=seed)) for seed in (1, 2))
    assert set(one.values()) == set(other.values()) == keys
    assert not one.keys() & other.keys()
    assert not keys & one.keys()


@IN_BOTH
@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_the_page_offers_everything_once_and_nothing_of_the_key(kind: QuestionType, settings: Any, lang: str) -> None:
    order = order_of(kind, settings)
    fields = fields_of(kind.control(settings, order, lang))
    assert fields
    assert len({(field.id, choice.id) for field in fields for choice in field.choices}) == sum(
        len(field.choices) for field in fields
    )
    ids = {field.id for field in fields if field.id} | {one.id for field in fields for one in field.choices}
    assert ids == {one for one, _key in order}
    assert all(choice.text for field in fields for choice in field.choices)
    assert all(field.label for field in fields if field.id)


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_both_languages_send_the_same_answer(kind: QuestionType, settings: Any) -> None:
    """The switch in mid-attempt keeps what was chosen: both pages have the same fields with the same ids."""
    order = order_of(kind, settings)
    arabic, french = (
        {
            (field.name, choice.id)
            for field in fields_of(kind.control(settings, order, lang))
            for choice in field.choices
        }
        for lang in ("ar", "fr")
    )
    assert arabic == french


@pytest.mark.parametrize(("kind", "settings"), CASES)
@given(values=st.lists(st.text(max_size=12), max_size=6), chosen=st.sets(st.integers(0, 9)), data=st.data())
def test_any_form_is_graded_between_0_and_1_or_refused(
    kind: QuestionType, settings: Any, values: list[str], chosen: set[int], data: Any
) -> None:
    order = order_of(kind, settings)
    ids = [pair[0] for pair in order] or [""]
    pairs = [
        f"{data.draw(st.sampled_from(ids))}:{data.draw(st.sampled_from([*ids, 'x', '']))}" for _ in range(len(values))
    ]
    for sent in (values + [one for place, one in enumerate(ids) if place in chosen], pairs):
        try:
            answer = kind.parse(settings, order, sent)
        except BadAnswer:
            continue
        fraction = kind.grade(settings, answer).fraction
        assert fraction is None or 0 <= fraction <= 1
        assert kind.parse(settings, order, kind.filled(settings, order, answer)) == answer
        kind.said(settings, answer)


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_an_id_of_another_attempt_is_refused(kind: QuestionType, settings: Any) -> None:
    foreign = order_of(kind, settings, seed=2)
    for values in some_answers(kind, settings, foreign) if foreign else []:
        with pytest.raises(BadAnswer):
            kind.parse(settings, order_of(kind, settings), values)


@KINDS
@pytest.mark.parametrize(
    "settings",
    [{}, {"options": []}, {"right": []}, {"options": [{"key": "a"}], "right": ["b"]}],
)
def test_settings_that_make_no_question_are_refused(kind: QuestionType, settings: Any) -> None:
    assert list(kind.faults(settings))


@pytest.mark.parametrize(
    ("key", "path", "spoil"), BROKEN, ids=[f"{key}-{'.'.join(map(str, path))}" for key, path, _ in BROKEN]
)
def test_a_fault_is_told_where_it_is(key: str, path: tuple[Any, ...], spoil: Any) -> None:
    import copy

    settings = copy.deepcopy(dict(TYPES[key].examples[0]))
    spoil(settings)
    found = list(TYPES[key].faults(settings))
    assert path in [fault.path for fault in found]
    assert all(str(fault.message) for fault in found)


def test_every_type_and_every_list_of_rows_has_its_broken_settings() -> None:
    broken = {(key, path[0]) for key, path, _spoil in BROKEN}
    assert {key for key, _name in broken} == set(TYPES)
    rows = {(key, part.name) for key, kind in TYPES.items() for part in kind.parts if isinstance(part, Rows)}
    assert rows - broken == set()


@pytest.mark.parametrize(
    ("ticked", "fraction"),
    [("a", "0.5"), ("ad", "1"), ("ab", "0"), ("adb", "0.5"), ("abcd", "0"), ("b", "0"), ("bc", "0")],
)
def test_in_multiple_choice_a_wrong_tick_takes_a_right_one_away(ticked: str, fraction: str) -> None:
    """Domain notes 9: marks never fall below zero, ticking everything earns nothing."""
    kind = TYPES["multiple_choice"]
    assert kind.grade(kind.examples[0], list(ticked)).fraction == Decimal(fraction)
    whole = {**kind.examples[0], "scoring": "all"}
    assert kind.grade(whole, list(ticked)).fraction == (1 if set(ticked) == {"a", "d"} else 0)


@pytest.mark.parametrize("key", ["single_choice", "true_false"])
def test_where_one_is_chosen_two_are_refused(key: str) -> None:
    kind = TYPES[key]
    order = order_of(kind, kind.examples[0])
    with pytest.raises(BadAnswer):
        kind.parse(kind.examples[0], order, [order[0][0], order[1][0]])


@pytest.mark.parametrize(("placed", "fraction"), [("abcd", "1"), ("bacd", "0.667"), ("dcba", "0"), ("badc", "0.333")])
def test_ordering_earns_the_balance_of_its_pairs(placed: str, fraction: str) -> None:
    kind = TYPES["ordering"]
    answer = {key: str(place) for place, key in enumerate(placed, 1)}
    found = kind.grade(kind.examples[0], answer).fraction
    assert found is not None
    assert round(found, 3) == Decimal(fraction)


def test_steps_are_never_shown_in_their_order() -> None:
    kind = TYPES["ordering"]
    for seed in range(40):
        shown = [key[1:] for _id, key in order_of(kind, kind.examples[0], seed=seed, shuffle=False) if key[0] == ">"]
        assert shown != list("abcd")


@pytest.mark.parametrize(
    ("typed", "fraction"),
    [
        ("9,7", 1),
        ("9.70", 1),
        ("٩٫٧", 1),
        ("9,75", 1),
        ("9,76", 0),
        (" 9,7 %", 1),
        ("−9,7", 0),
        ("neuf", 0),
        ("9e1", 0),
    ],
)
def test_numbers_are_read_as_people_write_them(typed: str, fraction: int) -> None:
    kind = TYPES["numerical"]
    assert kind.grade(kind.examples[0], typed).fraction == fraction


@pytest.mark.parametrize(
    ("typed", "usual", "careful"),
    [
        ("المناصفة", 1, 1), ("المناصفه", 1, 0), ("الـمُناصَفة", 1, 1), ("parité", 1, 1), ("PARITE", 1, 0),
        ("Parité.", 1, 0), ("المساواة", "0.5", "0.5"), ("égalité", "0.5", "0.5"), ("genre", 0, 0), ("…", 0, 0),
    ],
)  # fmt: skip
def test_short_answers_are_compared_by_the_rule_that_the_author_chose(typed: str, usual: Any, careful: Any) -> None:
    kind = TYPES["short_answer"]
    settings = kind.examples[0]
    assert kind.grade(settings, typed).fraction == Decimal(usual)
    assert kind.grade({**settings, "rule": "careful"}, typed).fraction == Decimal(careful)


def test_gaps_are_typed_or_chosen_and_count_alone() -> None:
    kind = TYPES["cloze"]
    settings = kind.examples[0]
    assert kind.grade(settings, {"1": "CHIFFRE"}).fraction == Decimal("0.5")
    assert kind.grade(settings, {"1": "عدد", "2": "2:0"}).fraction == 1
    assert kind.grade(settings, {"1": "une couleur", "2": "2:1"}).fraction == 0


def test_an_open_answer_waits_for_a_person_and_an_opinion_has_no_mark() -> None:
    assert TYPES["open_answer"].grade(TYPES["open_answer"].examples[0], "Un texte").fraction is None
    assert TYPES["rating"].grade(TYPES["rating"].examples[0], {"a": "1"}).fraction is None


def test_values_without_script_are_the_values_of_the_script() -> None:
    from werkzeug.datastructures import MultiDict

    form = MultiDict([("csrf_token", "x"), ("answer:ab", "cd"), ("answer", "é:e"), ("answer:ef", ""), ("go", "next")])
    values = wire.values_of(form)
    assert values == ["ab:cd", "é:e", "ef:"]
    assert wire.by_field(values)["answer:ab"] == ["cd"]


PAPER_CASES = [case for case in CASES if case.values[0].is_for_paper]  # type: ignore[union-attr]


@IN_BOTH
@pytest.mark.parametrize(("kind", "settings"), PAPER_CASES)
def test_an_answer_on_paper_is_read_as_the_page_reads_it(kind: QuestionType, settings: Any, lang: str) -> None:
    """Typed with the letters of either alphabet; nothing written is no answer; 100 kB and nonsense are refused."""
    order = order_of(kind, settings)
    sheet = kind.sheet(settings, order, lang)
    assert sheet.hint
    assert len(set(sheet.options)) == len(sheet.options)
    for values in [*some_answers(kind, settings, order), kind.filled(settings, order, kind.right_answer(settings))]:
        answer = kind.parse(settings, order, values)
        if isinstance(answer, str) and kind.key == "numerical" and answer != "12":
            continue
        for other in ("ar", "fr"):
            assert kind.from_paper(settings, order, kind.to_paper(settings, order, answer, other), lang) == answer
    assert kind.from_paper(settings, order, "  ", lang) is None
    with pytest.raises(BadPaper):
        kind.from_paper(settings, order, "x" * 100_000, lang)


@KINDS
def test_a_type_that_is_not_for_paper_reads_nothing_from_it(kind: QuestionType) -> None:
    if not kind.is_for_paper:
        with pytest.raises(BadPaper):
            kind.from_paper(kind.examples[0], [], "A", "fr")


@pytest.mark.parametrize(
    ("key", "typed", "answer"),
    [
        ("single_choice", "ج", "c"),
        ("single_choice", " b ", "b"),
        ("multiple_choice", "d, A", ["a", "d"]),
        ("multiple_choice", "أد", ["a", "d"]),
        ("true_false", "v", "true"),
        ("true_false", "خ", "false"),
        ("true_false", "ب", "false"),
        ("numerical", "٩٫٧", "٩٫٧"),
        ("matching", "1B 3A", {"a": "b", "c": "a"}),
        ("matching", "ب-أ", {"a": "b", "c": "a"}),
        ("ordering", "c-ab", {"c": "1", "a": "3", "b": "4"}),
    ],
)
def test_what_is_typed_from_paper(key: str, typed: str, answer: Any) -> None:
    kind = TYPES[key]
    order = [[f"id-{one}", one] for one in kind.keys(kind.examples[0])]
    assert kind.from_paper(kind.examples[0], order, typed, "fr") == answer


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("single_choice", "E"), ("single_choice", "AB"), ("single_choice", "1"), ("multiple_choice", "AE"),
        ("true_false", "C"), ("numerical", "dix"), ("matching", "ABCD"), ("matching", "4A"), ("matching", "1A 1B"),
        ("matching", "1"), ("matching", "A1"), ("ordering", "AA"), ("ordering", "ABCDE"), ("ordering", "----A"),
        ("short_answer", "a\0b"),
    ],
)  # fmt: skip
def test_what_cannot_have_been_meant_is_refused(key: str, typed: str) -> None:
    kind = TYPES[key]
    order = [[f"id-{one}", one] for one in kind.keys(kind.examples[0])]
    with pytest.raises(BadPaper):
        kind.from_paper(kind.examples[0], order, typed, "fr")


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_a_line_is_right_or_wrong_as_the_mark_says(kind: QuestionType, settings: Any) -> None:
    order = order_of(kind, settings)
    answers = [kind.parse(settings, order, values) for values in some_answers(kind, settings, order)]
    for answer in [*answers, kind.right_answer(settings)]:
        judged = [line.is_right for line in kind.said(settings, answer)]
        assert kind.marked_by == "computer" or set(judged) <= {None}
        if kind.grade(settings, answer).fraction == 1:
            assert False not in judged


@KINDS
def test_what_has_several_lines_tells_the_wrong_ones(kind: QuestionType) -> None:
    """So that a practice says which row was wrong, not only that one was."""
    settings = kind.examples[0]
    model = kind.model(settings)
    if kind.marked_by == "computer" and len(model) > 1:
        assert {line.is_right for line in model} == {True}
