"""A question's content: what is missing, what no longer agrees, what differs between two states."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.bilingual import EMPTY, LANGUAGES, Bilingual, other_language
from lms.quizzes import content
from lms.quizzes.content import NO_WORDS, Content
from lms.quizzes.models import QuestionCase, QuestionVersion, Writing
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import words
from lms.quizzes.question_types.parts import Place

EXAMPLES = [(key, example) for key, kind in TYPES.items() for example in kind.examples]
IDS = [f"{key}-{number}" for key, kind in TYPES.items() for number, _example in enumerate(kind.examples)]
IN_BOTH = pytest.mark.parametrize("lang", LANGUAGES)
WRITTEN = words("مكتوب", "Écrit")
TEXT = st.fixed_dictionaries({lang: st.text(max_size=12) for lang in LANGUAGES})


def choice(**more: Any) -> Content:
    """A single-choice question that both languages say in full."""
    said: dict[str, Any] = {"stem": words("سؤال؟", "Question ?"), "settings": TYPES["single_choice"].examples[0]}
    return Content("single_choice", **(said | more))


def with_text(said: Content, lang: str, text: str, row: int | None = None) -> Content:
    """The content with another stem in ``lang``, or another option."""
    if row is None:
        return replace(said, stem={**said.stem, lang: text})
    options = [dict(one) for one in said.settings["options"]]
    options[row]["text"] = {**options[row]["text"], lang: text}
    return replace(said, settings={**said.settings, "options": options})


def with_options(said: Content, *places: int) -> Content:
    return replace(said, settings={**said.settings, "options": [said.settings["options"][one] for one in places]})


def paths(found: list[Any]) -> list[tuple[Any, ...]]:
    return [place.path for place in found]


def with_at(said: Content, path: tuple[Any, ...], lang: str, text: str) -> Content:
    """The content with another text at a place that it holds."""
    data = said.as_json()
    held: Any = data
    for step in path:
        held = held[step]
    held[lang] = text
    return Content.from_json(data)


def is_written(place: Place) -> bool:
    return all(place.texts.get(lang) for lang in LANGUAGES)


# What is missing


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=IDS)
def test_whatever_text_is_emptied_in_one_language_is_missing_there_alone(kind: str, example: Any) -> None:
    said = Content(
        kind, stem=WRITTEN, source=WRITTEN, explanation=WRITTEN, image_id=1, image_alt=WRITTEN, settings=example
    )
    written = [place for place in content.texts_of(said) if is_written(place)]
    assert {("stem",), ("image_alt",), ("source",), ("explanation",)} <= set(paths(written))
    assert content.writing(said) == Writing.COMPLETE
    for place in written:
        for lang in LANGUAGES:
            spoilt = with_at(said, place.path, lang, "")
            assert paths(content.missing(spoilt, lang)) == [place.path]
            assert content.missing(spoilt, other_language(lang)) == []


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=IDS)
def test_a_text_emptied_in_both_languages_is_missing_where_it_is_needed(kind: str, example: Any) -> None:
    said = Content(kind, stem=WRITTEN, source=WRITTEN, explanation=WRITTEN, settings=example)
    for place in content.texts_of(said):
        spoilt = with_at(with_at(said, place.path, "ar", ""), place.path, "fr", "") if place.texts else said
        wanted = [place.path] if place.words.is_needed else []
        assert [paths(content.missing(spoilt, lang)) for lang in LANGUAGES] == [wanted, wanted]


@IN_BOTH
@pytest.mark.parametrize("name", ["source", "explanation"])
def test_an_optional_text_in_one_language_only_is_missing_in_the_other(name: str, lang: str) -> None:
    said = choice(**{name: {**NO_WORDS, other_language(lang): "x"}})
    assert paths(content.missing(said, lang)) == [(name,)]
    assert content.missing(said, other_language(lang)) == []


def test_a_picture_has_to_be_described_and_without_one_nothing_does() -> None:
    assert [paths(content.missing(choice(image_id=4), lang)) for lang in LANGUAGES] == [[("image_alt",)]] * 2
    assert content.missing(choice(image_alt=words("وصف", "")), "fr") == []


def test_texts_that_the_settings_do_not_hold_at_all_are_missing() -> None:
    said = Content("single_choice", stem=WRITTEN, settings={"options": [{"key": "a"}, {"key": "b", "text": None}]})
    assert paths(content.missing(said, "ar")) == [
        ("settings", "options", 0, "text"),
        ("settings", "options", 1, "text"),
    ]
    assert paths(content.missing(Content("hot_text", stem=WRITTEN), "fr")) == [("settings", "passage")]


# Agreement of the languages


@IN_BOTH
def test_what_changes_in_one_language_after_both_agreed_leaves_the_other_stale(lang: str) -> None:
    said = content.agree(with_text(content.agree(choice()), other_language(lang), "autre ؟"))
    assert paths(content.stale(said, lang)) == [("stem",)]
    assert content.stale(said, other_language(lang)) == []
    assert content.writing(said) == Writing(f"stale-{lang}")


def test_a_save_without_a_change_leaves_stale_what_was_stale() -> None:
    said = content.agree(with_text(content.agree(choice()), "fr", "Autre ?"))
    assert content.agree(said) == said
    assert paths(content.stale(content.agree(replace(said, points=3)), "ar")) == [("stem",)]


def test_both_languages_changed_at_one_save_agree_again() -> None:
    said = content.agree(replace(content.agree(choice()), stem=words("آخر؟", "Autre ?")))
    assert [content.stale(said, lang) for lang in LANGUAGES] == [[], []]
    assert content.writing(said) == Writing.COMPLETE


def test_the_second_language_changed_at_a_later_save_agrees_again() -> None:
    said = content.agree(with_text(content.agree(choice()), "fr", "Autre ?"))
    said = content.agree(with_text(said, "ar", "آخر؟"))
    assert content.writing(said) == Writing.COMPLETE
    assert paths(content.stale(with_text(said, "ar", "ثالث؟"), "fr")) == [("stem",)]


def test_what_is_changed_and_changed_back_was_never_stale() -> None:
    said = content.agree(with_text(content.agree(choice()), "fr", "Autre ?"))
    back = content.agree(with_text(said, "fr", "Question ?"))
    assert content.stale(back, "ar") == []
    assert back.agreed == content.agree(choice()).agreed


def test_spaces_alone_are_no_change() -> None:
    assert content.stale(with_text(content.agree(choice()), "fr", "  Question\n\u00a0? "), "ar") == []


@IN_BOTH
def test_a_person_confirms_one_language_and_the_other_stays_as_it_was(lang: str) -> None:
    agreed = content.agree(choice())
    said = with_text(with_text(agreed, other_language(lang), "one"), lang, "two", row=0)
    assert paths(content.stale(said, lang)) == [("stem",)]

    confirmed = content.agree(said, confirmed=lang)
    assert content.stale(confirmed, lang) == []
    assert paths(content.stale(confirmed, other_language(lang))) == [("settings", "options", 0, "text")]
    assert content.writing(content.agree(confirmed, confirmed=other_language(lang))) == Writing.COMPLETE


def test_a_first_save_agrees_what_is_there_in_both_languages_only() -> None:
    said = content.agree(with_text(choice(), "ar", ""))
    assert "stem" not in said.agreed
    assert "settings.options.c.text" in said.agreed
    assert "stem" in content.agree(with_text(said, "ar", "سؤال؟")).agreed


@IN_BOTH
def test_a_text_taken_away_is_missing_and_not_stale(lang: str) -> None:
    said = content.agree(with_text(content.agree(choice()), lang, ""))
    assert content.stale(said, lang) == []
    assert content.writing(said) == Writing(f"missing-{lang}")


def test_rows_that_move_keep_their_agreement() -> None:
    said = content.agree(with_text(content.agree(choice()), "fr", "Autre", row=0))
    moved = content.agree(with_options(said, 3, 2, 1, 0))
    assert moved.agreed == said.agreed
    assert paths(content.stale(moved, "ar")) == [("settings", "options", 3, "text")]


def test_a_row_that_goes_takes_its_agreement_with_it() -> None:
    said = content.agree(choice())
    assert set(said.agreed) - set(content.agree(with_options(said, 0, 1, 2)).agreed) == {
        "settings.options.d.text",
        "settings.options.d.feedback",
    }


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=IDS)
def test_every_text_of_every_type_is_told_stale_by_itself(kind: str, example: Any) -> None:
    said = content.agree(
        Content(
            kind, stem=WRITTEN, source=WRITTEN, explanation=WRITTEN, image_id=1, image_alt=WRITTEN, settings=example
        )
    )
    for place in content.texts_of(said):
        if is_written(place):
            changed = with_at(said, place.path, "fr", "Autre")
            assert paths(content.stale(changed, "ar")) == [place.path]
            assert content.stale(changed, "fr") == []


# How far both languages are


@pytest.mark.parametrize(
    ("stem", "option", "agreed_before", "state"),
    [
        (words("س؟", "Q ?"), "ب", False, Writing.COMPLETE),
        (words("", ""), "ب", False, Writing.MISSING_BOTH),
        (words("س؟", ""), "", False, Writing.MISSING_BOTH),
        (words("", "Q ?"), "ب", False, Writing.MISSING_AR),
        (words("س؟", ""), "ب", False, Writing.MISSING_FR),
        (words("سؤال؟", "Q ?"), "الخيار a", True, Writing.STALE_AR),
        (words("س؟", "Question ?"), "الخيار a", True, Writing.STALE_FR),
        (words("سؤال؟", "Q ?"), "ب", True, Writing.STALE_AR),
        (words("", "Q ?"), "ب", True, Writing.MISSING_AR),
    ],
)
def test_how_far_the_languages_are(stem: Any, option: str, agreed_before: bool, state: Writing) -> None:
    before = content.agree(choice()) if agreed_before else choice()
    said = with_text(replace(before, stem=stem), "ar", option, row=0)
    assert content.writing(said) == state


def test_the_table_above_knows_every_state() -> None:
    marks = test_how_far_the_languages_are.pytestmark
    assert {line[-1] for line in marks[0].args[1]} == set(Writing)


# Digest, search


def test_the_digest_ignores_agreements_and_nothing_else() -> None:
    said = choice()
    assert content.digest(said, None) == content.digest(content.agree(said), None)
    others = [
        with_text(said, "ar", "آخر"), with_text(said, "fr", "Autre", row=1), with_options(said, 1, 0, 2, 3),
        replace(said, settings={**said.settings, "right": ["a"]}), replace(said, points=2),
        replace(said, shuffle=False), replace(said, level="recall"), replace(said, lesson="a#b"),
        replace(said, objective_key="k"), replace(said, image_id=1), replace(said, image_alt=WRITTEN),
        replace(said, source=WRITTEN),
        replace(said, explanation=WRITTEN), replace(said, case_id=1),
    ]  # fmt: skip
    assert len({content.digest(one, None) for one in [said, *others]}) == len(others) + 1


def test_the_digest_follows_the_case_as_it_stands() -> None:
    said = choice(case_id=1)
    case = QuestionCase(text=Bilingual("حالة", "Cas"), image_id=None, image_alt=EMPTY)
    digests = {content.digest(said, None), content.digest(said, case)}
    case.text = Bilingual("حالة", "Autre cas")
    digests.add(content.digest(said, case))
    case.image_id = 3
    digests.add(content.digest(said, case))
    assert len(digests) == 4


def test_a_search_finds_words_of_every_text_folded_and_is_not_endless() -> None:
    said = choice(explanation=words("المُساواة", "Égalité"))
    assert "المساواه" in content.search_text(said)
    assert "egalite" in content.search_text(said)
    assert len(content.search_text(choice(explanation=words("س" * 9000, "")))) == 8000


# What differs


def test_nothing_comes_before_a_first_version() -> None:
    assert content.changes(None, choice()) == []
    assert content.changes(choice(), content.agree(choice())) == []


def test_a_changed_text_is_told_with_its_language() -> None:
    found = content.changes(choice(), with_text(choice(), "fr", "Autre ?"))
    assert found == [content.Change(content.STEM.label, "fr", "Question ?", "Autre ?")]


def test_a_removed_row_is_told_with_what_it_said() -> None:
    *texts, shared = content.changes(choice(), with_options(choice(), 0, 1, 2))
    assert {(one.lang, one.before, one.after) for one in texts} == {
        ("ar", "الخيار d", ""), ("fr", "Option d", ""), ("ar", "تعليق d", ""), ("fr", "Commentaire d", ""),
    }  # fmt: skip
    assert (shared.lang, shared.before, shared.after) == ("", "", "")


def test_an_added_row_is_told_with_what_it_says() -> None:
    found = content.changes(with_options(choice(), 0, 1, 2), choice())
    assert ("fr", "", "Option d") in {(one.lang, one.before, one.after) for one in found}


@pytest.mark.parametrize(
    "after",
    [
        choice(settings={**choice().settings, "right": ["a"]}), with_options(choice(), 1, 0, 2, 3), choice(points=2),
        choice(shuffle=False), choice(level="recall"), choice(lesson="x#y"), choice(objective_key="k"),
    ],
    ids=["key", "order", "points", "shuffle", "level", "lesson", "objective"],
)  # fmt: skip
def test_what_both_languages_share_is_one_change_without_language(after: Content) -> None:
    assert [(one.lang, one.before, one.after) for one in content.changes(choice(), after)] == [("", "", "")]


def test_another_type_shows_what_went_and_what_came() -> None:
    after = Content("true_false", stem=choice().stem, settings=TYPES["true_false"].examples[0])
    found = {(one.lang, one.before, one.after) for one in content.changes(choice(), after)}
    assert {("fr", "Option a", ""), ("fr", "", "Oui"), ("", "", "")} <= found


@pytest.mark.parametrize("kinds", [(one, other) for one in TYPES for other in TYPES], ids="-".join)
def test_changes_between_any_two_types_are_told(kinds: tuple[str, str]) -> None:
    before, after = (Content(kind, stem=WRITTEN, settings=TYPES[kind].examples[0]) for kind in kinds)
    assert bool(content.changes(before, after)) == (kinds[0] != kinds[1])


def test_a_text_that_nobody_wrote_is_no_change_of_the_settings() -> None:
    """A row of the curriculum's files has no comment at all; the builder stores an empty one."""
    rows = [{"key": key, "text": WRITTEN} for key in "ab"]
    before = choice(settings={"options": rows, "right": ["a"]})
    after = choice(settings={"options": [{**row, "feedback": dict(NO_WORDS)} for row in rows], "right": ["a"]})
    assert content.changes(before, after) == []


def test_the_content_of_a_version_is_what_was_published() -> None:
    said = choice(source=WRITTEN, explanation=WRITTEN, image_id=1, image_alt=WRITTEN, points=3, lesson="x#y")
    both = {name: Bilingual(**getattr(said, name)) for name in ("stem", "source", "explanation", "image_alt")}
    shared = {
        name: getattr(said, name) for name in ("settings", "objective_key", "level", "lesson", "points", "shuffle")
    }
    version = QuestionVersion(type=said.type, image_id=1, **both, **shared)
    assert content.of_version(version) == said


# JSON


@settings(max_examples=60)
@given(
    example=st.sampled_from(EXAMPLES),
    texts=st.fixed_dictionaries(dict.fromkeys(("stem", "source", "explanation", "image_alt"), TEXT)),
    shared=st.fixed_dictionaries(
        {
            "points": st.integers(1, 99), "shuffle": st.booleans(), "image_id": st.none() | st.integers(1, 99),
            "case_id": st.none() | st.integers(1, 99), "lesson": st.text(max_size=9), "level": st.text(max_size=9),
            "objective_key": st.text(max_size=9),
        }
    ),
    confirmed=st.sampled_from(["", *LANGUAGES]),
)  # fmt: skip
def test_content_survives_json(example: tuple[str, Any], texts: Any, shared: Any, confirmed: str) -> None:
    said = content.agree(Content(example[0], settings=example[1], **texts, **shared), confirmed=confirmed)
    again = Content.from_json(json.loads(json.dumps(said.as_json())))
    assert again == said
    assert again.as_json() == said.as_json()
    assert content.agree(again) == said
    assert content.digest(again, None) == content.digest(said, None)
    assert content.writing(again) in Writing
