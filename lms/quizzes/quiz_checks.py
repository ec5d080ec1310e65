"""What the page of a quiz says before it is published: what blocks it, and what is worth a look."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln
from sqlalchemy.orm import Session

from lms.quizzes import drawing, lint, queries
from lms.quizzes.models import Feedback, Purpose, QuestionVersion, Quiz, Writing


@dataclass(frozen=True)
class Finding:
    """One line of the panel."""

    title: Any
    advice: Any
    is_block: bool = True
    #: Place of the item it is about; 0: the whole quiz.
    place: int = 0


def findings(db: Session, quiz: Quiz) -> list[Finding]:
    """Everything the panel shows."""
    found = queries.quizzes.current_versions(db, drawing.fixed_of(quiz))
    versions = {version.question_id: version for version in found}
    return [*_rules(db, quiz), *_items(db, quiz, versions), *_blueprint(quiz, versions), *_places(versions)]


def _rules(db: Session, quiz: Quiz) -> Iterator[Finding]:
    if not quiz.question_count:
        yield Finding(_l("No question"), _l("Questions come from the bank, one by one or drawn at random."))
    if quiz.opens_at and quiz.closes_at and quiz.closes_at <= quiz.opens_at:
        yield Finding(_l("It closes before it opens"), _l("The closing comes after the opening."))
    if quiz.feedback == Feedback.AFTER_CLOSING and quiz.closes_at is None:
        yield Finding(_l("It never closes"), _l("Explanations after the closing need a day of closing."))
    partner = quiz.other_form
    if partner is not None:
        theirs, ours = ((one.purpose, one.module, one.cohort_id) for one in (partner, quiz))
        if theirs != ours:
            advice = _l("Both have the same purpose, module and training session; a second pair serves the other test.")
            yield Finding(_l("The parallel form is of another kind"), advice)
        elif partner.published_at is None:
            advice = _l("Until it is published everybody takes this one.")
            yield Finding(_l("The parallel form is not published"), advice, is_block=False)
    if quiz.purpose == Purpose.TEST and quiz.cohort_id is not None:
        yield Finding(_l("A test of one training session"), _l("The test of a module is the same for all of them."))
    if quiz.purpose == Purpose.TEST and queries.quizzes.has_test(db, quiz.module, but=quiz.id):
        yield Finding(_l("The module has its test"), _l("One test counts for a module: this quiz may be practice."))


def _items(db: Session, quiz: Quiz, versions: dict[int, QuestionVersion]) -> Iterator[Finding]:
    """Fixed questions are published and whole; what is drawn is in the bank, besides what stands there already."""
    questions = queries.quizzes.fixed(db, quiz)
    asked_in_tests = queries.quizzes.of_published_tests(db, questions) if _tells_keys(quiz) else set()
    chosen = drawing.choose(db, quiz, random.Random(0))  # noqa: S311 - how many there are, not which
    for item in quiz.items:
        if item.question_id is None:
            count = len(chosen[item.position])
            if count < item.draw_count:
                advice = _ln(
                    "%(num)s question of the bank fits, %(wanted)s are to be drawn.",
                    "%(num)s questions of the bank fit, %(wanted)s are to be drawn.",
                    count,
                    wanted=item.draw_count,
                )
                yield Finding(_l("The bank cannot fill a draw"), advice, place=item.position)
            continue
        question = questions[item.question_id][0] if item.question_id in questions else None
        if question is None or question.id not in versions:
            yield Finding(_l("A question is not published"), _l("It has to be published first."), place=item.position)
        elif question.writing != Writing.COMPLETE and question.has_changes:
            advice = _l("Its newest draft is not complete; learners get the version that is published.")
            yield Finding(_l("A draft is newer"), advice, False, item.position)
        if item.question_id in asked_in_tests:
            advice = _l(
                "Its answer would be known before the test: another question, or a changed copy, takes its place."
            )
            yield Finding(_l("A question of a module's test"), advice, place=item.position)


def _tells_keys(quiz: Quiz) -> bool:
    """Whether the quiz may show, before the test of a module is over, what is right; a survey has nothing right."""
    return quiz.purpose not in (Purpose.TEST, Purpose.SURVEY) and quiz.feedback != Feedback.NEVER


def _blueprint(quiz: Quiz, versions: dict[int, QuestionVersion]) -> Iterator[Finding]:
    """What is planned, against what is sure to come: fixed questions, and draws that name objective and level."""
    have = Counter((version.objective_key, version.level) for version in versions.values())
    for item in quiz.items:
        if item.question_id is None:
            have[item.draw_objective, item.draw_level] += item.draw_count
    for line in quiz.blueprint:
        found = have[line.objective_key, line.level]
        if found < line.count:
            advice = _l("%(wanted)s are planned, %(found)s are sure to come.", wanted=line.count, found=found)
            yield Finding(_l("The blueprint is not filled"), advice)


def _places(versions: dict[int, QuestionVersion]) -> Iterator[Finding]:
    piled = lint.key_places([one.settings for one in versions.values() if one.type == "single_choice"])
    if piled is not None:
        advice = _l("The right answer stands in the same place in %(count)s of %(total)s questions.",
                    count=piled[1], total=piled[2])  # fmt: skip
        yield Finding(_l("Place of the right answer"), advice, False)
