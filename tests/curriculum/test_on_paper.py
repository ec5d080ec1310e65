"""What is printed of a lesson: every word of its pages, once, answers under the number of their question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask_babel import force_locale

from lms.core.i18n import locale_of
from lms.curriculum import papers
from lms.curriculum.catalogue import Curriculum, Lesson
from lms.curriculum.on_paper import LETTERS
from lms.documents.blocks import Box, Heading, Paragraph, Picture
from tests.curriculum.paper_readers import (
    DAY,
    LANGUAGES,
    TO_FILL_IN,
    Printed,
    Said,
    all_of,
    every_paper,
    flat,
    is_answer,
    is_exercise,
    kinds,
    lessons,
    lines_of,
    lines_of_page,
    one_of,
    print_each,
    printed_of,
    text_of,
    tidy,
    tree,
    words_of,
)

pytestmark = pytest.mark.usefixtures("in_app")


def test_every_word_outside_exercises_is_printed_once_and_in_its_place(content: Curriculum) -> None:
    for one in print_each(content, lambda html: not is_exercise(html) and "<!--" not in html):
        printed, other = (one.later[1:], one.here) if is_answer(one.html) else (one.here, one.later)
        assert lines_of(printed) == list(lines_of_page(tree(one.html))), one.where
        assert other == [], one.where


def expected_of(exercise: Element, lang: str) -> tuple[list[Said], list[Said]]:
    """The lines of an exercise in its place and, without their head, at the end; questions count from one."""
    later: list[Said] = []
    opening = [kid for kid in exercise if kid.tag != "details" and not {"exercise-item", "scene"} & kinds(kid)]
    here = list(lines_of_page(wrapped(opening)))
    items = [kid for kid in exercise if "exercise-item" in kinds(kid)]
    solution = [kid for kid in exercise if kid.tag == "details"]
    if solution:
        here += [Said(words_of(one_of(item, "legend")), "…") for item in items]
        later += lines_of_page(solution[0])
        items = []
    elif items and "chips" in kinds(items[0]):
        here.append(Said(" / ".join(text for text, _note, _right in options_of(items[0]))))
    for number, item in enumerate(items, 1):
        more, at_end = question_lines(item, f"{number}.", lang)
        here, later = [*here, *more], [*later, *at_end]
    for scene in (kid for kid in exercise if "scene" in kinds(kid)):
        more, at_end = scene_lines(scene, "", lang)
        here, later = [*here, *more], [*later, *at_end]
    return here, later


def wrapped(elements: Sequence[Element]) -> Element:
    outer = Element("div")
    outer.extend(elements)
    return outer


def options_of(item: Element) -> list[tuple[str, str, bool]]:
    """Of each option its words, the comment on it, and whether it is right."""
    found = []
    for label in all_of(item, "label", "choice"):
        words, note = [kid for kid in label if kid.tag == "span"]
        verdict = note.find("strong")
        assert verdict is not None
        found.append(
            (words_of(words), tidy(words_of(note).removeprefix(words_of(verdict))), label.find("yes") is not None)
        )
    return found


def question_lines(item: Element, number: str, lang: str) -> tuple[list[Said], list[Said]]:
    if item.tag == "div":  # a calculation
        label, solution = one_of(item, "label"), one_of(item, "details")
        asked = Said(f"{words_of(label.find('span'))}{TO_FILL_IN}", number)
        return [asked], [Said(words_of(one_of(solution, "p")), number)]
    legend, options = words_of(one_of(item, "legend")), options_of(item)
    ((right, comment),) = [(words, note) for words, note, is_right in options if is_right]
    if "chips" in kinds(item):
        assert {note for _words, note, _right in options} == {comment}
        return [Said(f"{legend}{TO_FILL_IN}", number)], [Said(joined(right, comment), number)]
    here = [Said(legend, number)]
    later: list[Said] = []
    for letter, (words, note, is_right) in zip(LETTERS[lang], options, strict=False):
        here.append(Said(words, f"{letter}."))
        if is_right:
            later.insert(0, Said(joined(f"{letter}. {words}", note), number))
        else:
            later.append(Said(note, f"{letter}."))
    return here, later


ENDED = re.compile("[.?!؟…][ »\u00a0\u202f]*$")


def joined(right: str, comment: str) -> str:
    return f"{right} {comment}" if ENDED.search(right) else f"{right}. {comment}"


def scene_lines(scene: Element, path: str, lang: str) -> tuple[list[Said], list[Said]]:
    replies = [kid for kid in scene if kid.tag == "details"]
    here = list(lines_of_page(wrapped([kid for kid in scene if kid.tag != "details"])))
    later: list[Said] = []
    for sign, reply in zip("123456789" if len(path) % 2 else LETTERS[lang], replies, strict=False):
        name, words = f"{path}{sign}", words_of(reply.find("summary"))
        here.append(Said(words, f"{name}."))
        follows = reply.find("div")
        assert follows is not None
        text, more = scene_lines(follows, name, lang)
        later += [Said(f"{name}. {words}"), *text, *more]
    return here, later


def from_one(lines: Sequence[Said], first: int) -> list[Said]:
    """The lines with their questions counted from one, whatever the number of the first in the lesson."""
    numbers = {f"{number}.": f"{number - first + 1}." for number in range(first, first + 40)}
    return [replace(one, sign=numbers.get(one.sign, one.sign)) for one in lines]


def first_number(lines: Sequence[Said]) -> int:
    return next((int(one.sign[:-1]) for one in lines if re.fullmatch(r"\d+\.", one.sign)), 1)


@pytest.mark.parametrize("kind", ["questions", "chips", "numbers", "dialogue"])
def test_every_exercise_is_printed_with_its_answers_at_the_end(content: Curriculum, kind: str) -> None:
    marks = {"questions": "exercise questions", "chips": "chips", "numbers": "inputmode", "dialogue": 'class="scene"'}
    for one in print_each(content, lambda html: is_exercise(html) and marks[kind] in html):
        (box,) = one.here
        assert isinstance(box, Box)
        here, later = expected_of(tree(one.html)[0], one.lang)
        printed, answers = lines_of([box]), lines_of(one.later[1:])
        is_order = any(said.sign == "…" for said in printed)
        assert from_one(printed, first_number(printed)) == here, one.where
        assert (answers if is_order else from_one(answers, first_number(printed))) == later, one.where
        assert later, one.where


def test_questions_of_a_lesson_count_on_and_each_number_has_one_answer(content: Curriculum) -> None:
    for lesson in lessons(content):
        for lang in LANGUAGES:
            with force_locale(locale_of(lang)):
                blocks = printed_of(content, lang, lesson.key, lesson.steps)
                exercises = [one for one in blocks if is_exercise(one.html) and "<ol>" not in one.html]
            asked, answered = ([*numbers(exercises, "here")], [*numbers(exercises, "later")])
            assert asked == answered == [f"{number}." for number in range(1, len(asked) + 1)], f"{lesson.key} {lang}"


def numbers(exercises: Sequence[Printed], where: str) -> Iterator[str]:
    for one in exercises:
        yield from (said.sign for said in lines_of(getattr(one, where)) if re.fullmatch(r"\d+\.", said.sign))


def test_an_answer_says_which_activity_it_belongs_to(content: Curriculum) -> None:
    """Two lists of answers of one step never have the same head, unless the numbers of questions tell them apart."""
    for name, paper in every_paper(content):
        heads: list[str] = []
        for block, following in zip(paper.blocks, paper.blocks[1:], strict=False):
            if isinstance(block, Heading):
                heads = []
            elif isinstance(block, Paragraph) and block.look == "label" and not isinstance(following, Picture):
                head = text_of(block.words)
                assert head not in heads, f"{name}: {head}"
                assert not head.endswith((".", " · ")), f"{name}: {head}"
                heads.append(head)


def test_model_answers_stand_at_the_end_under_the_title_of_their_step(content: Curriculum) -> None:
    paper = papers.paper(content, "lesson:model/leading-change", "fr", made_on=DAY)
    texts = [one.text for one in lines_of(paper.blocks)]
    step = [place for place, text in enumerate(texts) if text == "Trois résistances"]
    head = texts.index("Réponse possible · Votre réponse argumentée")
    assert texts.index("Réponses") < step[1] < texts.index("Activité · Le directeur pressé") < head
    assert head < texts.index("Sources")


def test_a_guide_prints_its_answers_too(content: Curriculum) -> None:
    module = content.modules[0]
    lesson = next(one for one in module.ready_lessons if any(is_answer(block.fr) for block in blocks_of(one)))
    taught = replace(content, modules=(replace(module, guide=lesson.steps),))
    texts = [one.text for one in lines_of(papers.paper(taught, f"guide:{module.slug}", "fr", made_on=DAY).blocks)]
    assert any(text.startswith("Réponse possible") for text in texts)


def blocks_of(lesson: Lesson) -> list[Any]:
    return [block for step in lesson.steps for block in step.blocks]


def test_a_step_is_under_its_title_and_the_lesson_opens_with_what_it_is_for(content: Curriculum) -> None:
    for lesson in lessons(content):
        for lang in LANGUAGES:
            blocks = papers.paper(content, f"lesson:{lesson.key}", lang, made_on=DAY).blocks
            titles = [text_of(one.words) for one in blocks if isinstance(one, Heading) and one.level < 3]
            assert titles[: len(lesson.steps) + 1] == [lesson.title[lang], *(one.title[lang] for one in lesson.steps)]
            texts = [one.text for one in lines_of(blocks[:4])]
            assert texts[2] == lesson.summary[lang]
            assert texts[4:] == [one[lang] for one in lesson.objectives]


def test_sources_stand_at_the_end_each_once(content: Curriculum) -> None:
    for lesson in lessons(content):
        for lang in LANGUAGES:
            blocks = papers.paper(content, f"lesson:{lesson.key}", lang, made_on=DAY).blocks
            printed = [text_of(one.words) for one in blocks if isinstance(one, Paragraph) and one.look == "source"]
            assert printed == list(dict.fromkeys(content.facts[key].source[lang] for key in lesson.facts))
            assert [type(one) for one in blocks[-len(printed) - 1 :]] == [Heading, *[Paragraph] * len(printed)]


def test_headings_never_skip_a_level(content: Curriculum) -> None:
    """Who reads with a screen reader goes from heading to heading."""
    for name, paper in every_paper(content):
        level = 0
        for block in flat(paper.blocks):
            if isinstance(block, Heading):
                assert block.level <= level + 1, f"{name}: {text_of(block.words)}"
                level = block.level


ODD = re.compile(
    r"^[ \t\n]|[ \t\n]$|[ \t\n]{2}"  # blanks at an end, two in a row
    r"|[?!؟:;] ?\.(?!\.)|\.»? \. |\.\.(?!\.)"  # stops in a row
    r"|(?<!…) [.,)](?!…)| ؟|\( "  # a blank before a stop, but where an author left a place to fill in
)


def test_no_line_has_doubled_stops_or_blanks(content: Curriculum) -> None:
    for name, paper in every_paper(content):
        for one in lines_of(paper.blocks):
            assert not ODD.search(one.text), f"{name}: {one.text}"
            assert one.text or not one.sign, f"{name}: nothing stands after {one.sign!r}"
