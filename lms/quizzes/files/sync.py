"""Taking the curriculum's quizzes into the bank: a new version only where the content changed. Never commits."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core.bilingual import EMPTY, Bilingual
from lms.core.i18n import locale_of
from lms.curriculum import quiz_files
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.files import LANGUAGES, Tree
from lms.curriculum.quiz_files import QuizFile
from lms.quizzes import content, objectives, queries, services
from lms.quizzes.files import items as reading
from lms.quizzes.files.checks import FORMS
from lms.quizzes.files.items import Item
from lms.quizzes.models import Feedback, Purpose, Question, QuestionCase, Quiz, QuizItem

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rules:
    """What a quiz of a file is like. One file may make two quizzes: the same form before and after the training."""

    #: Added to the key of the file.
    suffix: str
    #: Field of the head that holds its title.
    title: str
    purpose: Purpose
    minutes: int | None = None
    attempts_allowed: int | None = None
    pause_hours: int = 0
    feedback: Feedback = Feedback.NEVER
    pass_percent: int | None = None
    shuffle: bool = True


#: As often as wanted, and told at once (domain notes, 9).
PRACTICE = Rules("", "title", Purpose.PRACTICE, feedback=Feedback.AT_ONCE)
#: 25 minutes and 70 % in the test after (outline, « Évaluation des acquis »); no answers after the one before.
BEFORE_AND_AFTER = (
    Rules("/before", "before", Purpose.PRE_TEST, 25, 1),
    Rules("/after", "after", Purpose.POST_TEST, 25, 1, feedback=Feedback.AFTER_SUBMIT, pass_percent=70),
)
SURVEY = Rules("", "title", Purpose.SURVEY, shuffle=False)


def take_over(db: Session, curriculum: Curriculum, *, tree: Tree, now: dt.datetime) -> None:
    """Store every quiz of the files; questions edited here by people are left alone, with a line in the log.

    What no file holds any more goes to the archive: attempts keep it.
    """
    named = {choice.key: choice.words for group in objectives.objectives(curriculum) for choice in group.choices}
    made: dict[str, Quiz] = {}
    for file in quiz_files.read(tree):
        items = reading.read(tree, file)
        quizzes = [_quiz(db, file, rules, now=now) for rules in _rules(file)]
        made |= {str(quiz.content_key): quiz for quiz in quizzes}
        cases = _cases(db, items, now=now)
        present = {str(one.content_key): one for one in queries.bank.of_file(db, quizzes[0].id)}
        questions = [
            _question(db, item, present.pop(item.content_key, None), cases, named, curriculum, quizzes[0], now=now)
            for item in items
        ]
        for quiz in quizzes:
            _places(db, quiz, list(_wanted(file, items, questions, curriculum)))
        for gone in present.values():
            _put_away(db, gone, now=now)
    for quiz in queries.quizzes.of_files(db):
        quiz.archived_at = None if quiz.content_key in made else quiz.archived_at or now
        for gone in queries.bank.of_file(db, quiz.id) if quiz.archived_at is not None else ():
            _put_away(db, gone, now=now)
    _pair(made)
    db.flush()


def _rules(file: QuizFile) -> Sequence[Rules]:
    said = file.said["fr"]
    if file.is_practice:
        return (PRACTICE,)
    if file.name in FORMS:
        return BEFORE_AND_AFTER
    if reading.is_survey(file):
        return (SURVEY,)
    return (
        Rules(
            "",
            "title",
            Purpose.TEST,
            said["minutes"],
            said["attempts"],
            said["pause_hours"],
            Feedback(said["feedback"]),
        ),
    )


def _quiz(db: Session, file: QuizFile, rules: Rules, *, now: dt.datetime) -> Quiz:
    key = f"{file.key}{rules.suffix}"
    quiz = queries.attempts.by_content_key(db, key)
    if quiz is None:
        quiz = Quiz(content_key=key, items=[], published_at=now)
        db.add(quiz)
    quiz.module, quiz.lesson, quiz.purpose = file.module, file.lesson, rules.purpose
    quiz.title = Bilingual(*(file.said[lang][rules.title].strip() for lang in LANGUAGES))
    quiz.minutes, quiz.attempts_allowed, quiz.pause_hours = rules.minutes, rules.attempts_allowed, rules.pause_hours
    quiz.feedback, quiz.pass_percent, quiz.shuffle = rules.feedback, rules.pass_percent, rules.shuffle
    db.flush()
    return quiz


def _cases(db: Session, items: Sequence[Item], *, now: dt.datetime) -> dict[str, QuestionCase]:
    """The situations that items share, by their keys in the file."""
    found: dict[str, QuestionCase] = {}
    for item in items:
        text = item.case_text
        if text is None or item.case in found:
            continue
        key = f"{item.file.key}#{item.case}"
        case = queries.bank.case_by_content_key(db, key)
        if case is None:
            case = QuestionCase(content_key=key, text=text, changed_at=now)
            db.add(case)
        elif case.text != text:
            case.text, case.changed_at = text, now
        db.flush()
        found[item.case] = case
    return found


def _question(
    db: Session,
    item: Item,
    question: Question | None,
    cases: Mapping[str, QuestionCase],
    named: Mapping[str, Bilingual],
    curriculum: Curriculum,
    bank: Quiz,
    *,
    now: dt.datetime,
) -> Question:
    """The question of an item, published as the file says it."""
    said = _with_sources(item, curriculum)
    said = replace(said, case_id=cases[item.case].id if item.case else None)
    question = question or queries.bank.by_content_key(db, item.content_key)
    if question is None:
        question = services.bank.create(db, said, owner_id=None, content_key=item.content_key, now=now)
    question.bank_of_id, question.archived_at = bank.id, None
    if question.edited_here:
        log.info("question %s was edited here: the file's wording is not taken over", question.id)
        return question
    services.bank.save(db, question, said, revision=question.revision, actor_id=None, now=now)
    objective = named.get(said.objective_key, EMPTY)
    services.bank.add_version(db, question, said, objective, actor_id=None, now=now)
    return question


def _with_sources(item: Item, curriculum: Curriculum) -> content.Content:
    """The explanation with what it rests on: the sources of its facts, each once."""
    if not item.facts:
        return item.content
    said = {}
    for lang, mark in (("ar", "؛ "), ("fr", "\u00a0; ")):
        sources = mark.join(dict.fromkeys(curriculum.facts[fact].source[lang] for fact in item.facts))
        with force_locale(locale_of(lang)):
            named = _("Source: %(sources)s.", sources=sources)
        said[lang] = f"{item.content.explanation[lang]}\n\n{named}"
    return content.agree(replace(item.content, explanation=said, agreed={}))


def _put_away(db: Session, question: Question, *, now: dt.datetime) -> None:
    """A question whose item is gone from the file: out of the bank, unless a trainer's quiz asks it."""
    question.bank_of_id = None
    if not queries.bank.quizzes_with(db, question.id):
        question.archived_at = question.archived_at or now


def _wanted(
    file: QuizFile, items: Sequence[Item], questions: Sequence[Question], curriculum: Curriculum
) -> Iterator[dict[str, Any]]:
    """The places of a quiz: each item, or a draw for each lesson and level."""
    drawn: Mapping[str, int] | None = file.said["fr"].get("draw")
    if drawn is None:
        for item, question in zip(items, questions, strict=True):
            yield {"question_id": question.id, "points": item.content.points}
        return
    module = curriculum.module(file.module)
    for lesson in module.ready_lessons if module else ():
        for level, count in drawn.items():
            yield {"draw_count": count, "draw_objective": lesson.key, "draw_level": level}


def _places(db: Session, quiz: Quiz, wanted: Sequence[Mapping[str, Any]]) -> None:
    names = ("question_id", "points", "draw_count", "draw_objective", "draw_level")
    usual: dict[str, Any] = {"question_id": None, "points": 1, "draw_count": 0, "draw_objective": "", "draw_level": ""}
    rows = [usual | dict(one) for one in wanted]
    if [{name: getattr(item, name) for name in names} for item in quiz.items] != rows:
        quiz.items.clear()
        # The keys are the places: the old rows go before the new ones come.
        db.flush()
        quiz.items.extend(QuizItem(position=place, **row) for place, row in enumerate(rows, 1))
        db.flush()


def _pair(made: Mapping[str, Quiz]) -> None:
    """The two forms of the test before know one another, and so do those of the test after."""
    for rules in BEFORE_AND_AFTER:
        pair = [made.get(f"{name.removesuffix('.yml')}{rules.suffix}") for name in FORMS]
        if pair[0] is not None and pair[1] is not None:
            pair[0].other_form_id, pair[1].other_form_id = pair[1].id, pair[0].id
