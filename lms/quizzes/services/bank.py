"""Writing questions: saves, undo, agreement of the languages, review, versions. Knows no HTTP; never commits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.db import insert_if_absent
from lms.core.edits import EditedMeanwhile
from lms.core.text import clean_line
from lms.quizzes import content, lint, queries
from lms.quizzes.content import Content
from lms.quizzes.errors import InUse, NotReady, OwnReview, UnreadableTags
from lms.quizzes.models import (
    Question,
    QuestionCase,
    QuestionCategory,
    QuestionDraft,
    QuestionTag,
    QuestionVersion,
)

MOST_TAGS, LONGEST_TAG = 12, 40


def create(
    db: Session, said: Content, *, owner_id: int | None, now: dt.datetime, content_key: str | None = None
) -> Question:
    """A new question with its first draft."""
    question = Question(
        content_key=content_key, current_number=0, created_at=now, owner_id=owner_id, edited_here=False, tags=[]
    )
    db.add(question)
    db.flush()
    save(db, question, said, revision=0, actor_id=owner_id, now=now)
    return question


def save(
    db: Session, question: Question, said: Content, *, revision: int | None, actor_id: int | None, now: dt.datetime
) -> None:
    """Keep a draft. ``revision``: the one it was made from; raises EditedMeanwhile when somebody saved since."""
    queries.bank.lock(db, question)
    if revision != question.revision:
        raise EditedMeanwhile
    if question.revision and content_of(db, question).as_json() == content.agree(said).as_json():
        return
    _keep(db, question, content.agree(said), actor_id=actor_id, now=now)


def _keep(db: Session, question: Question, said: Content, *, actor_id: int | None, now: dt.datetime) -> None:
    is_first = insert_if_absent(
        db,
        QuestionDraft,
        question_id=question.id,
        revision=question.revision + 1,
        content=said.as_json(),
        saved_at=now,
        saved_by_id=actor_id,
    )
    if not is_first:
        raise EditedMeanwhile
    question.revision += 1
    if actor_id != question.review_asked_by_id:
        # Who changed it is not the second reader of their own words.
        question.review_asked_by_id = None
    question.edited_here = actor_id is not None or question.edited_here
    question.type, question.level, question.objective_key = said.type, said.level, said.objective_key
    question.writing, question.search_text = content.writing(said), content.search_text(said)
    question.changed_at, question.case_id = now, said.case_id
    _compare(db, question, said)


def _compare(db: Session, question: Question, said: Content) -> None:
    """Note whether the newest draft, with its case, differs from the version that is published."""
    published = queries.bank.version_or_none(db, question.id, question.current_number)
    case = queries.bank.case_or_none(db, said.case_id)
    question.has_changes = published is None or published.content_hash != content.digest(said, case)
    db.flush()


def case_changed(db: Session, case: QuestionCase) -> None:
    """After a change of a case: the questions on it have something newer than what is published."""
    for question in queries.bank.questions_on(db, case.id):
        _compare(db, question, content_of(db, question))


def content_of(db: Session, question: Question) -> Content:
    """The newest draft of a question."""
    return Content.from_json(queries.bank.draft(db, question.id, question.revision).content)


def undo(db: Session, question: Question, *, revision: int | None, actor_id: int, now: dt.datetime) -> None:
    """Bring back what stood before the last save, as a save of its own: undone twice, it is there again."""
    queries.bank.lock(db, question)
    if revision != question.revision:
        raise EditedMeanwhile
    if question.revision < 2:
        return
    before = Content.from_json(queries.bank.draft(db, question.id, question.revision - 1).content)
    _keep(db, question, before, actor_id=actor_id, now=now)


def take_back(
    db: Session,
    question: Question,
    version: QuestionVersion,
    *,
    revision: int | None,
    actor_id: int,
    now: dt.datetime,
) -> None:
    """Make a draft of what a version says; nothing is published. Raises EditedMeanwhile."""
    said = content.of_version(version)
    then = queries.bank.draft_before(db, question.id, version.created_at)
    if then is not None:
        # A version holds the words of its case, a draft the case itself and how far the languages agreed.
        written = Content.from_json(then.content)
        case = queries.bank.case_or_none(db, written.case_id)
        said = replace(said, case_id=case.id if case else None, agreed=written.agreed)
    save(db, question, said, revision=revision, actor_id=actor_id, now=now)


def confirm(
    db: Session, question: Question, lang: str, *, revision: int | None, actor_id: int, now: dt.datetime
) -> None:
    """Note that the text in ``lang`` still says the same as the other one that changed."""
    queries.bank.lock(db, question)
    if revision != question.revision:
        raise EditedMeanwhile
    _keep(db, question, content.agree(content_of(db, question), confirmed=lang), actor_id=actor_id, now=now)


def publish(
    db: Session, question: Question, objective: Bilingual, *, actor_id: int, now: dt.datetime, needs_second: bool
) -> bool:
    """Make the newest draft the version that new attempts pin; False when it waits for a second trainer now.

    Raises NotReady while something blocks it, OwnReview when the second trainer is the one who asked.
    """
    queries.bank.lock(db, question)
    said = content_of(db, question)
    case = queries.bank.case_or_none(db, said.case_id)
    if any(finding.is_block for finding in lint.findings(said, case)):
        raise NotReady
    needs_second = needs_second and question.has_changes
    if needs_second and question.review_asked_by_id is None:
        # Nobody else would find it otherwise.
        question.review_asked_by_id, question.is_shared = actor_id, True
        audit.record(db, "quizzes.ask-second", actor_id=actor_id, subject=question, now=now)
        db.flush()
        return False
    if needs_second and question.review_asked_by_id == actor_id:
        raise OwnReview
    add_version(db, question, said, objective, actor_id=actor_id, now=now)
    audit.record(
        db, "quizzes.publish", actor_id=actor_id, subject=question, values={"version": question.current_number}, now=now
    )
    return True


def add_version(
    db: Session, question: Question, said: Content, objective: Bilingual, *, actor_id: int | None, now: dt.datetime
) -> QuestionVersion:
    """Store a version; attempts under way keep theirs. Where nothing changed for learners there is no new one."""
    case = queries.bank.case_or_none(db, said.case_id)
    digest = content.digest(said, case)
    present = queries.bank.version_or_none(db, question.id, question.current_number)
    question.has_changes, question.review_asked_by_id = False, None
    if present is not None and present.content_hash == digest and present.objective == objective:
        db.flush()
        return present
    question.current_number += 1
    version = QuestionVersion(
        question_id=question.id,
        number=question.current_number,
        type=said.type,
        stem=Bilingual.of(said.stem),
        source=Bilingual.of(said.source),
        explanation=Bilingual.of(said.explanation),
        settings=dict(said.settings),
        objective=objective,
        objective_key=said.objective_key,
        level=said.level,
        lesson=said.lesson,
        points=said.points,
        shuffle=said.shuffle,
        image_id=said.image_id,
        image_alt=Bilingual.of(said.image_alt),
        case_text=case.text if case else EMPTY,
        case_image_id=case.image_id if case else None,
        case_alt=case.image_alt if case else EMPTY,
        content_hash=digest,
        created_at=now,
        published_by_id=actor_id,
    )
    db.add(version)
    db.flush()
    return version


def copy(db: Session, question: Question, *, actor_id: int, now: dt.datetime) -> Question:
    """The same words as a new question of the one who copies."""
    made = create(db, content_of(db, question), owner_id=actor_id, now=now)
    made.category_id, made.is_shared = question.category_id, question.is_shared
    made.tags = [QuestionTag(tag=one.tag) for one in question.tags]
    db.flush()
    return made


def archive(db: Session, question: Question, *, actor_id: int, now: dt.datetime) -> None:
    """Take a question out of the bank; quizzes draw it no more, attempts keep it. Raises InUse."""
    if any(quiz.published_at is not None for quiz in queries.bank.quizzes_with(db, question.id)):
        raise InUse
    question.archived_at = question.archived_at or now
    audit.record(db, "quizzes.archive", actor_id=actor_id, subject=question, now=now)


def bring_back(db: Session, question: Question, *, actor_id: int, now: dt.datetime) -> None:
    question.archived_at = None
    audit.record(db, "quizzes.bring-back", actor_id=actor_id, subject=question, now=now)


def share(db: Session, question: Question, *, is_shared: bool) -> None:
    """Let the other trainers find and edit the question, or not; while a second one is to read it they do."""
    question.is_shared = is_shared or question.review_asked_by_id is not None
    db.flush()


def read_tags(text: str) -> list[str]:
    """Tags of a line, parted by commas of both scripts; each once. Raises UnreadableTags."""
    tags = list(dict.fromkeys(clean_line(one) for one in re.split("[,،;؛]", text)))
    tags = [tag for tag in tags if tag]
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        raise UnreadableTags(most=MOST_TAGS, longest=LONGEST_TAG)
    return tags


def set_tags(db: Session, question: Question, tags: Sequence[str], *, shown: Sequence[str] | None = None) -> None:
    """Give a question these tags. ``shown``: those the page was opened with; what came in meanwhile stays.

    Raises UnreadableTags when there are too many then.
    """
    kept = {one.tag: one for one in question.tags}
    gone = set(shown if shown is not None else kept) - set(tags)
    wanted = list(dict.fromkeys([tag for tag in kept if tag not in gone] + list(tags)))
    if len(wanted) > MOST_TAGS:
        raise UnreadableTags(most=MOST_TAGS, longest=LONGEST_TAG)
    question.tags = [kept.get(tag) or QuestionTag(tag=tag) for tag in wanted]
    db.flush()


def add_tags(db: Session, questions: Sequence[Question], tags: Sequence[str]) -> None:
    """Give tags to many questions at once; those that have one keep it. Raises UnreadableTags."""
    had = queries.bank.tags_of(db, [question.id for question in questions])
    for question in questions:
        new = [tag for tag in tags if tag not in had[question.id]]
        if len(had[question.id]) + len(new) > MOST_TAGS:
            raise UnreadableTags(most=MOST_TAGS, longest=LONGEST_TAG)
        db.add_all(QuestionTag(question_id=question.id, tag=tag) for tag in new)
    db.flush()


def move(db: Session, questions: Iterable[Question], category: QuestionCategory | None) -> None:
    for question in questions:
        question.category_id = category.id if category else None
    db.flush()


def add_category(db: Session, name: Bilingual, *, now: dt.datetime) -> QuestionCategory:
    category = QuestionCategory(name=name, created_at=now)
    db.add(category)
    db.flush()
    return category
