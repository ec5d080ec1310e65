"""The panel of the builder: what blocks, and the item rules of the domain notes (9), each with a near miss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lms.core.bilingual import EMPTY, LANGUAGES, Bilingual
from lms.quizzes import builder, content, lint
from lms.quizzes.content import Content
from lms.quizzes.models import QuestionCase
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import words

Spoil = Callable[[Content], Content]
OPTIONS = [
    ("a", words("عدد المسجلات", "un nombre d’inscrites")),
    ("b", words("حصة النساء", "la part des femmes")),
    ("c", words("أجر النساء", "le salaire des femmes")),
]
GOOD = Content(
    "single_choice",
    stem=words("ماذا تقيس نسبة التأنيث؟", "Que mesure le taux de féminisation\u00a0?"),
    explanation=words("تقارن النسبة بين الأعداد.", "Le taux compare des effectifs."),
    settings={
        "options": [{"key": key, "text": text, "feedback": words("لأن", "Car")} for key, text in OPTIONS],
        "right": ["b"],
    },
    objective_key="concepts/reading-figures#1",
    lesson="concepts/reading-figures#gap",
)


def stem(lang: str, text: str) -> Spoil:
    return lambda said: replace(said, stem={**said.stem, lang: text})


def option(lang: str, text: str, place: int = 1) -> Spoil:
    """Another text of one option; the second is the right one."""

    def change(said: Content) -> Content:
        rows = [dict(row) for row in said.settings["options"]]
        rows[place]["text"] = {**rows[place]["text"], lang: text}
        return with_settings(options=rows)(said)

    return change


def with_settings(**settings: Any) -> Spoil:
    return lambda said: replace(said, settings={**said.settings, **settings})


def both(*spoils: Spoil) -> Spoil:
    def change(said: Content) -> Content:
        for spoil in spoils:
            said = spoil(said)
        return said

    return change


def rows(count: int) -> Spoil:
    """So many options, all of one length."""
    return with_settings(
        options=[
            {"key": key, "text": words(f"خيار {key}", f"choix {key}"), "feedback": words("لأن", "Car")}
            for key in "abcdefgh"[:count]
        ]
    )


def comments(said: Content, kept: int) -> Content:
    return with_settings(
        options=[
            {**row, "feedback": words("", "Car") if place < kept else words("", "")}
            for place, row in enumerate(said.settings["options"])
        ]
    )(said)


def numbers(*texts: str, shuffle: bool = False) -> Spoil:
    def change(said: Content) -> Content:
        options = [
            {"key": key, "text": words(text, text), "feedback": words("لأن", "Car")}
            for key, text in zip("abcde", texts, strict=False)
        ]
        return replace(with_settings(options=options)(said), shuffle=shuffle)

    return change


def changed_since(lang: str, *texts: tuple[str, str]) -> Spoil:
    """Agreed, then changed in these languages."""
    return lambda said: content.agree(both(*(stem(*one) for one in texts))(content.agree(said)))


AR, FR = "ماذا تقيس نسبة التمدرس؟", "Que mesure le taux de scolarisation\u00a0?"
#: Rule, language of what it finds, what breaks it, a near miss that does not.
LINES: list[tuple[str, str, Spoil, Spoil]] = [
    ("_changed_since", "ar", changed_since("ar", ("fr", FR)), changed_since("ar", ("fr", FR), ("ar", AR))),
    ("_changed_since", "fr", changed_since("fr", ("ar", AR)), changed_since("fr", ("ar", f" {GOOD.stem['ar']} "))),
    ("_aims", "", lambda said: replace(said, objective_key=""), lambda said: replace(said, objective_key="gone#9")),
    ("_aims", "", lambda said: replace(said, lesson=""), lambda said: replace(said, lesson="gone#9")),
    ("_asks_something", "ar", stem("ar", "نسبة التأنيث."), stem("ar", "نسبة التأنيث تقيس:")),
    ("_asks_something", "fr", stem("fr", "Le taux de féminisation"), stem("fr", "Le taux mesure\u00a0…")),
    ("_asks_something", "fr", stem("fr", "Que dit ce taux ? Répondre."), stem("fr", "**Que dit le taux ?** ")),
    ("_asks_something", "ar", stem("ar", "ماذا تقيس؟ ولماذا؟"), stem("ar", "ماذا تقيس هذه النسبة، ولماذا؟")),
    ("_asks_something", "fr", stem("fr", "Quoi ? Et pourquoi ?"), stem("fr", "« Que dit le taux ? »")),
    ("_negatives", "ar", stem("ar", "أي جواب ليس صحيحا؟"), stem("ar", "أي جواب **ليس** صحيحا؟")),
    ("_negatives", "ar", stem("ar", "ما الصحيح ما عدا واحدا؟"), stem("ar", "كم عدا هذا الفريق؟")),
    ("_negatives", "fr", stem("fr", "Que ne mesure pas le taux ?"), stem("fr", "Que **ne** mesure **pas** le taux ?")),
    ("_negatives", "fr", stem("fr", "Qu’est-ce qui n’est jamais dit ?"), stem("fr", "Que dit-on à chaque pas ?")),
    ("_negatives", "fr", stem("fr", "Tout est vrai, sauf :"), stem("fr", "Quelle vie a été sauvée ?")),
    ("_option_words", "ar", option("ar", "جميع ما سبق"), option("ar", "جميع النساء")),
    ("_option_words", "ar", option("ar", "لا شيء مما ذكر"), option("ar", "لا شيء")),
    ("_option_words", "ar", option("ar", "كل الأجوبة"), option("ar", "كل النساء")),
    ("_option_words", "fr", option("fr", "Toutes les réponses"), option("fr", "toutes les femmes")),
    ("_option_words", "fr", option("fr", "Aucune des propositions"), option("fr", "aucune femme")),
    ("_option_words", "fr", option("fr", "tout ce qui précède"), option("fr", "tout ce qui compte")),
    ("_option_words", "ar", option("ar", "تنجح دائما"), option("ar", "لجنة دائمة")),
    ("_option_words", "ar", option("ar", "لا تنجح أبدا."), option("ar", "رأي أبداه الفريق")),
    ("_option_words", "fr", option("fr", "Jamais les femmes"), option("fr", "pas les femmes")),
    ("_option_words", "fr", option("fr", "elles sont toujours là"), option("fr", "toujoursiste")),
    ("_option_count", "", rows(2), rows(3)),
    ("_option_count", "", rows(5), rows(4)),
    ("key_length", "ar", option("ar", "حصة " + "ن" * 17), option("ar", "حصة " + "ن" * 16)),
    ("key_length", "fr", option("fr", "x" * 32), option("fr", "x" * 31)),
    ("key_length", "fr", both(option("fr", "x" * 61), option("fr", "y" * 40, 0), option("fr", "z" * 40, 2)),
     both(option("fr", "x" * 60), option("fr", "y" * 40, 0), option("fr", "z" * 40, 2))),
    ("key_length", "fr", option("fr", "x" * 60), option("fr", "x" * 60, 0)),
    ("_clue", "ar", option("ar", "حصة التأنيث"), both(option("ar", "حصة التأنيث"), option("ar", "أجر التأنيث", 2))),
    ("_clue", "fr", option("fr", "la FEMINISATION"), option("fr", "la féminisation", 2)),
    ("_clue", "fr", option("fr", "qu’elle mesure"), option("fr", "le taux")),
    ("_comments", "fr", lambda said: comments(said, 2), lambda said: comments(said, 3)),
    ("_explained", "fr", lambda said: replace(said, explanation=words("", "")),
     lambda said: replace(said, explanation=words("لأن", ""))),
    ("_numbers_in_order", "", numbers("10", "٩", "30"), numbers("٩", "10", "30")),
    ("_numbers_in_order", "", numbers("5 %", "10 %", "20,5 %", shuffle=True), numbers("5 %", "10 %", "20,5 %")),
    ("_numbers_in_order", "", numbers("30", "20", "10"), numbers("30", "vingt", "10", shuffle=True)),
    ("_numbers_in_order", "", numbers("-1", "-2", "0"), numbers("-2", "-1", "0")),
]  # fmt: skip
RULES = {rule.__name__: rule for rule in lint.RULES}
BY_LINE = pytest.mark.parametrize(
    ("rule", "lang", "spoil", "near"), LINES, ids=[f"{line[0]}-{line[1]}-{place}" for place, line in enumerate(LINES)]
)


def places(found: Any) -> list[tuple[str, str]]:
    return [(str(one.title), one.lang) for one in found]


def blocks(said: Content, case: QuestionCase | None = None) -> list[lint.Finding]:
    return [one for one in lint.findings(said, case) if one.is_block]


def test_a_good_question_has_no_finding_and_keeps_every_rule() -> None:
    assert lint.findings(GOOD) == []
    assert lint.kept_rules(GOOD, []) == len(lint.RULES) + 2


@BY_LINE
def test_a_rule_finds_what_breaks_it_in_its_language(rule: str, lang: str, spoil: Spoil, near: Spoil) -> None:
    found = list(RULES[rule](spoil(GOOD)))
    assert [one.lang for one in found] == [lang]
    assert str(found[0].title)
    assert str(found[0].advice)
    assert not found[0].is_block


@BY_LINE
def test_a_rule_lets_the_near_miss_pass(rule: str, lang: str, spoil: Spoil, near: Spoil) -> None:
    assert places(RULES[rule](near(GOOD))) == []


@BY_LINE
def test_a_finding_leads_to_what_the_question_holds(rule: str, lang: str, spoil: Spoil, near: Spoil) -> None:
    said = spoil(GOOD)
    texts = {place.path for place in content.texts_of(said)}
    for one in RULES[rule](said):
        assert (one.path in texts) if one.lang else (one.path[0] in said.as_json())


def test_every_rule_has_its_lines_in_both_languages_where_it_reads_them() -> None:
    lines: dict[str, set[str]] = {}
    for rule, lang, *_spoils in LINES:
        lines.setdefault(rule, set()).add(lang)
    assert set(lines) == set(RULES)
    # These look at what both languages share, or ask for a text whatever its language.
    shared = {"_aims", "_option_count", "_comments", "_explained", "_numbers_in_order"}
    assert {rule for rule, langs in lines.items() if langs != set(LANGUAGES)} == shared


def test_every_rule_reads_every_type_when_it_is_written_and_when_it_is_empty() -> None:
    for key, kind in TYPES.items():
        for settings in (*kind.examples, {}, {"right": None, "options": None}):
            found = lint.findings(Content(key, settings=settings))
            assert found, key
            assert all(str(one.title) and str(one.advice) for one in found)


# What several rules have in common


def test_a_rule_says_each_language_for_itself() -> None:
    said = both(stem("ar", "أي جواب ليس صحيحا؟"), stem("fr", "Que ne dit pas ce taux ?"))(GOOD)
    assert places(lint.findings(said)) == [("A negative question", "ar"), ("A negative question", "fr")]


def test_a_changed_question_is_told_once_however_many_texts_changed() -> None:
    said = content.agree(both(stem("fr", FR), option("fr", "la part"))(content.agree(GOOD)))
    assert [(str(one.title), one.path) for one in lint.findings(said)] == [
        ("The French changed after the Arabic", ("stem",))
    ]


def test_questions_without_options_need_not_end_with_a_question_mark() -> None:
    said = Content("true_false", stem=words("المناصفة عدد.", "La parité est un nombre."))
    assert list(RULES["_asks_something"](said)) == []


def test_a_text_still_to_be_written_asks_nothing_and_breaks_nothing_else() -> None:
    found = lint.findings(stem("ar", "")(GOOD))
    assert [(one.path, one.lang, one.is_block) for one in found] == [(("stem",), "ar", True)]


def test_what_a_person_marks_or_nobody_does_needs_no_explanation() -> None:
    kinds = {key: bool(list(RULES["_explained"](Content(key)))) for key in TYPES}
    assert kinds == {key: kind.marked_by == "computer" for key, kind in TYPES.items()}


def test_where_every_option_is_right_no_word_gives_any_away() -> None:
    said = both(option("fr", "la féminisation"), with_settings(right=["a", "b", "c"]))(GOOD)
    assert list(RULES["_clue"](said)) == []


def test_two_numbers_are_no_order() -> None:
    assert list(RULES["_numbers_in_order"](numbers("2", "1", shuffle=True)(GOOD))) == []


# What blocks


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_that_is_missing_blocks_at_its_field(lang: str) -> None:
    found = blocks(option(lang, "")(GOOD))
    assert [(one.path, one.lang) for one in found] == [(("settings", "options", 1, "text"), lang)]
    assert str(found[0].title) == {"ar": "The Arabic is missing", "fr": "The French is missing"}[lang]


def test_a_fault_of_the_type_blocks_at_its_field() -> None:
    found = blocks(with_settings(right=[])(GOOD))
    assert [(str(one.title), one.path) for one in found] == [("The question cannot work yet", ("settings", "right"))]


def test_a_fault_in_one_language_says_which() -> None:
    said = option("fr", "un nombre d’inscrites")(GOOD)
    assert [(one.path, one.lang) for one in blocks(said)] == [(("settings", "options", 1, "text"), "fr")]


@pytest.mark.parametrize("text", [EMPTY, Bilingual("حالة", ""), Bilingual("", "Cas")])
def test_a_case_that_lacks_a_language_blocks(text: Bilingual) -> None:
    assert [one.path for one in blocks(GOOD, QuestionCase(text=text))] == [("case_id",)]


def test_a_case_in_both_languages_blocks_nothing() -> None:
    assert blocks(GOOD, QuestionCase(text=Bilingual("حالة", "Cas"))) == []


def test_what_blocks_stands_first() -> None:
    said = with_settings(right=[])(replace(GOOD, objective_key="", lesson="", stem=words("", "Oui")))
    order = [one.is_block for one in lint.findings(said)]
    assert set(order) == {True, False}
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("key", TYPES)
def test_every_example_can_be_published(key: str) -> None:
    for settings in TYPES[key].examples:
        assert blocks(Content(key, stem=GOOD.stem, settings=settings)) == []


# Places of the keys


def item(place: int, count: int = 4) -> dict[str, Any]:
    return {"options": [{"key": key} for key in "abcdefgh"[:count]], "right": ["abcdefgh"[place]]}


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([], None), ([1, 1, 1], None), ([1, 1, 0, 2], None), ([1, 1, 1, 2], (1, 3, 4)), ([0, 0, 0, 0], (0, 4, 4)),
        ([0, 0, 1, 1], None), ([3, 3, 3, 1, 2], (3, 3, 5)), ([3, 3, 3, 0, 1, 2], None),
    ],
)  # fmt: skip
def test_keys_pile_up_in_one_place_from_four_questions_and_more_than_half_of_them(keys: list[int], found: Any) -> None:
    assert lint.key_places([item(place) for place in keys]) == found


def test_questions_whose_key_is_not_set_do_not_count() -> None:
    unset: list[dict[str, Any]] = [
        {}, {"options": [], "right": ["a"]}, {"options": None, "right": None}, {**item(0), "right": ["z"]},
        {**item(0), "right": []},
    ]  # fmt: skip
    assert lint.key_places([*unset, item(0), item(0), item(0)]) is None
    assert lint.key_places([*unset, *[item(0)] * 4]) == (0, 4, 4)


@pytest.mark.parametrize(
    ("without", "path"),
    [
        ((), None),
        (("feedback_true",), "feedback_true"),
        (("feedback_false",), "feedback_false"),
        (("feedback_true", "feedback_false"), "feedback_true"),
    ],
)
def test_an_answer_of_true_or_false_without_a_comment_is_remarked(without: tuple[str, ...], path: str | None) -> None:
    said = Content("true_false", settings=TYPES["true_false"].examples[0])
    found = RULES["_comments"](with_settings(**dict.fromkeys(without, words("", "")))(said))
    assert [(one.path, one.is_block) for one in found] == ([(("settings", path), False)] if path else [])


def test_a_question_is_blank_until_one_word_is_written() -> None:
    for kind in TYPES:
        assert lint.is_blank(builder.empty(kind)), kind
    assert not lint.is_blank(stem("ar", "ما")(builder.empty("true_false")))
    assert not lint.is_blank(option("fr", "un")(builder.empty("single_choice")))


def test_letters_are_counted_in_the_order_of_the_author() -> None:
    assert lint.lengths(GOOD) == [{lang: len(text[lang]) for lang in LANGUAGES} for _key, text in OPTIONS]
    assert lint.lengths(Content("true_false")) == []


def test_a_negative_at_the_end_of_the_arabic_question_is_found() -> None:
    for text in ("كل ما يلي صحيح باستثناء:", "كل ما يلي صحيح ما عدا:"):
        assert places(RULES["_negatives"](stem("ar", text)(GOOD))), text


def test_a_negative_with_a_letter_before_it_is_found() -> None:
    assert places(RULES["_negatives"](stem("ar", "أي نسبة مهمة وليست رقما؟")(GOOD)))


@pytest.mark.parametrize("text", ["كل ذكر وأنثى", "شكل ذكرى"])
def test_males_are_not_what_was_said_before(text: str) -> None:
    assert places(RULES["_option_words"](option("ar", text)(GOOD))) == []


@pytest.mark.parametrize("text", ["كل ما ذُكر", "جميع ما سَبَق"])
def test_vowel_signs_hide_no_option_about_the_others(text: str) -> None:
    assert places(RULES["_option_words"](option("ar", text)(GOOD)))


@pytest.mark.parametrize("text", ["تنجح دائمًا", "لا تنجح أبدًا", "دائما: تنجح", "«دائما»"])
def test_both_spellings_of_the_tanwin_and_any_mark_behind_it_are_absolute_words(text: str) -> None:
    assert places(RULES["_option_words"](option("ar", text)(GOOD)))


def test_the_finding_on_length_leads_to_the_long_option() -> None:
    said = both(with_settings(right=["a", "b"]), option("fr", "x" * 80))(GOOD)
    assert [one.path for one in RULES["key_length"](said)] == [("settings", "options", 1, "text")]


def test_a_rule_that_finds_two_things_is_still_one_rule() -> None:
    """No objective and no lesson: one rule of thirteen."""
    found = lint.findings(replace(GOOD, objective_key="", lesson=""))
    assert lint.kept_rules(replace(GOOD, objective_key="", lesson=""), found) == len(lint.RULES) + 2 - 1


def test_no_question_keeps_fewer_rules_than_none() -> None:
    bad = both(
        stem("ar", "أي ليس صحيحا؟ لماذا؟"), stem("fr", "Que ne faut-il pas dire de la parité"), rows(2),
        option("ar", "جميع ما سبق", 0), option("fr", "toujours", 0), option("fr", "parité " * 20),
        with_settings(right=["b", "b"]),
    )(replace(GOOD, objective_key="", lesson="", explanation=words("", ""), image_id=1))  # fmt: skip
    assert lint.kept_rules(comments(bad, 0), lint.findings(comments(bad, 0))) >= 0
