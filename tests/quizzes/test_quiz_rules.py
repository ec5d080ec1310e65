"""What a trainer may not do with a quiz, and what a learner may not begin."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from flask_babel import lazy_gettext as _l

from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.profile import StoredImage
from lms.quizzes import drawing, queries, quiz_checks, services
from lms.quizzes.errors import InUse, NotForYou, NothingDrawn, RulesFixed, WouldBreak
from lms.quizzes.models import Feedback, Purpose
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import BadAnswer
from lms.quizzes.services.quizzes import Draw
from tests.factories import make_cohort, make_person, take
from tests.pages import CheckingClient
from tests.quizzes.test_quizzes_of_trainers import drawn, enrolled, make_quiz, write

LATER = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
OF_A_TEST = _l("A question of a module's test")


@pytest.fixture
def trainer(db: Any) -> int:
    return int(make_person(db, "bilal", role=Role.TRAINER).id)


@pytest.fixture
def other(db: Any, app: Any) -> CheckingClient:
    """Another trainer, signed in."""
    client: CheckingClient = app.test_client()
    client.signed_in(make_person(db, "karim", role=Role.TRAINER))
    return client


def test_a_question_of_the_modules_test_is_drawn_nowhere_else(db: Any, trainer: int, now: dt.datetime) -> None:
    asked, free = (write(db, trainer, now, objective_key="gaps") for _ in range(2))
    test = make_quiz(db, trainer, purpose=Purpose.TEST)
    services.quizzes.add_questions(db, test, [asked], {})
    practice = make_quiz(db, trainer, published_at=None)
    services.quizzes.add_draw(db, practice, Draw(2, "gaps", "", ""))

    assert drawn(db, practice) == [free.id]


@pytest.mark.parametrize(
    ("rules", "is_blocked"),
    [
        ({"purpose": Purpose.PRACTICE}, True),
        ({"purpose": Purpose.PRE_TEST}, True),
        ({"purpose": Purpose.POST_TEST, "feedback": Feedback.AFTER_CLOSING, "closes_at": LATER}, True),
        ({"purpose": Purpose.SURVEY}, False),
        ({"purpose": Purpose.PRE_TEST, "feedback": Feedback.NEVER}, False),
        ({"purpose": Purpose.TEST, "module": "planning"}, False),
    ],
)
def test_no_quiz_tells_the_key_of_a_question_of_the_modules_test(
    db: Any, trainer: int, now: dt.datetime, rules: dict[str, Any], is_blocked: bool
) -> None:
    free, asked = (write(db, trainer, now) for _ in range(2))
    test = make_quiz(db, trainer, purpose=Purpose.TEST, module="model")
    services.quizzes.add_questions(db, test, [asked], {})
    quiz = make_quiz(db, trainer, published_at=None, **rules)
    services.quizzes.add_questions(db, quiz, [free, asked], {})

    found = quiz_checks.findings(db, quiz)
    assert [(one.title, one.place, one.is_block) for one in found] == ([(OF_A_TEST, 2, True)] if is_blocked else [])


@pytest.mark.parametrize("state", ["draft", "archived", "one session's"])
def test_only_the_published_test_of_a_module_keeps_its_questions_from_other_quizzes(
    db: Any, trainer: int, now: dt.datetime, state: str
) -> None:
    asked = write(db, trainer, now)
    test = make_quiz(db, trainer, purpose=Purpose.TEST)
    services.quizzes.add_questions(db, test, [asked], {})
    quiz = make_quiz(db, trainer, published_at=None)
    services.quizzes.add_questions(db, quiz, [asked], {})
    assert [one.title for one in quiz_checks.findings(db, quiz)] == [OF_A_TEST]

    if state == "draft":
        services.quizzes.withdraw(db, test, actor_id=trainer, now=now)
    elif state == "archived":
        services.quizzes.archive(db, test, actor_id=trainer, now=now)
    else:
        test.cohort_id = make_cohort(db).id
        db.flush()
    assert quiz_checks.findings(db, quiz) == []


def test_a_published_quiz_is_not_emptied_or_asked_for_more_than_there_is(
    db: Any, trainer: int, now: dt.datetime
) -> None:
    quiz = make_quiz(db, trainer, published_at=None)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now, objective_key="gaps")], {})
    services.quizzes.publish(db, quiz, actor_id=trainer, now=now)
    database.commit()

    with pytest.raises(WouldBreak):
        services.quizzes.arrange(db, quiz, [], {}, {})
    database.rollback()
    with pytest.raises(WouldBreak):
        services.quizzes.add_draw(db, quiz, Draw(3, "laws", "", ""))


def test_a_question_of_a_published_quiz_is_not_archived(db: Any, trainer: int, now: dt.datetime) -> None:
    question = write(db, trainer, now)
    quiz = make_quiz(db, trainer)
    services.quizzes.add_questions(db, quiz, [question], {})
    with pytest.raises(InUse):
        services.bank.archive(db, question, actor_id=trainer, now=now)

    services.quizzes.withdraw(db, quiz, actor_id=trainer, now=now)
    services.bank.archive(db, question, actor_id=trainer, now=now)
    assert question.archived_at is not None


@pytest.mark.parametrize("rule", [{"asks_certainty": True}, {"pass_percent": 10}, {"purpose": Purpose.SURVEY}])
def test_rules_that_marks_rest_on_stay_after_the_first_attempt(
    db: Any, trainer: int, now: dt.datetime, rule: dict[str, Any]
) -> None:
    quiz = make_quiz(db, trainer)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})
    services.quizzes.change(db, quiz, {"minutes": 10}, version=quiz.version)
    take(db, quiz, enrolled(db), "1", now=now)

    services.quizzes.change(db, quiz, {"minutes": 20}, version=quiz.version)
    with pytest.raises(RulesFixed):
        services.quizzes.change(db, quiz, rule, version=quiz.version)


def test_practice_that_becomes_a_test_later_never_counts_beside_the_modules_test(
    db: Any, trainer: int, now: dt.datetime
) -> None:
    first, second = (make_quiz(db, trainer, purpose=Purpose.TEST, module="model") for _ in range(2))

    found = queries.attempts.test_of(db, "model")
    assert found is not None
    assert found.id == first.id != second.id


def test_a_withdrawn_quiz_is_begun_by_nobody_and_one_under_way_goes_on(db: Any, trainer: int, now: dt.datetime) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=now)
    services.quizzes.withdraw(db, quiz, actor_id=trainer, now=now)

    assert services.attempts.start_attempt(db, quiz, enrolment, now=now).id == attempt.id
    services.attempts.submit(db, attempt, by="person", now=now)
    with pytest.raises(NotForYou):
        services.attempts.start_attempt(db, quiz, enrolment, now=now)


def test_a_quiz_without_questions_costs_no_attempt(db: Any, trainer: int, now: dt.datetime) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer, attempts_allowed=1)
    with pytest.raises(NothingDrawn):
        services.attempts.start_attempt(db, quiz, enrolment, now=now)
    assert queries.attempts.attempts(db, quiz.id, enrolment.id) == []


@pytest.mark.parametrize("path", ["", "rules", "preview/", "preview/frame"])
def test_a_quiz_is_not_there_for_another_trainer(
    db: Any, curriculum: Any, trainer: int, other: CheckingClient, path: str
) -> None:
    quiz = make_quiz(db, trainer)
    database.commit()

    assert other.get(f"/fr/questions/quizzes/{quiz.id}/{path}").status_code == 404
    assert other.post(f"/fr/questions/quizzes/{quiz.id}/state", data={"do": "archive"}).status_code == 404
    assert "Un quiz" not in other.get("/fr/questions/quizzes/").text


@pytest.mark.parametrize(("is_shared", "status"), [(True, 200), (False, 404)])
def test_a_picture_is_shown_to_who_may_open_a_question_with_it(
    db: Any, trainer: int, other: CheckingClient, now: dt.datetime, is_shared: bool, status: int
) -> None:
    image = StoredImage(body=b"png", width=1, height=1, sha256="0" * 64, created_at=now)
    db.add(image)
    db.flush()
    alt = {"ar": "رسم", "fr": "Une figure"}
    question = write(db, trainer, now, image_id=image.id, image_alt=alt)
    services.bank.share(db, question, is_shared=is_shared)
    database.commit()

    assert other.get(f"/fr/questions/pictures/{image.id}").status_code == status


@pytest.mark.parametrize("kind", ["short_answer", "open_answer", "cloze"])
def test_half_a_letter_is_refused_and_not_stored(kind: str) -> None:

    one = TYPES[kind]
    settings = one.examples[0]
    order = one.draw_order(settings, random.Random(1), shuffle=False)
    start = f"{order[0][0]}:" if order else ""
    with pytest.raises(BadAnswer):
        one.parse(settings, order, [f"{start}a\ud800b"])


def test_an_objective_worded_anew_makes_a_version(db: Any, trainer: int, now: dt.datetime) -> None:

    question = write(db, trainer, now)
    said = services.bank.content_of(db, question)
    services.bank.add_version(db, question, said, EMPTY, actor_id=None, now=now)
    assert question.current_number == 1
    services.bank.add_version(db, question, said, Bilingual("هدف", "Un objectif"), actor_id=None, now=now)
    assert question.current_number == 2


def test_a_narrow_draw_is_not_starved_by_a_wide_one(db: Any, trainer: int, now: dt.datetime) -> None:
    rare = write(db, trainer, now, objective_key="rare")
    for _ in range(2):
        write(db, trainer, now, objective_key="gaps")
    quiz = make_quiz(db, trainer, published_at=None)
    services.quizzes.add_draw(db, quiz, Draw(2, "", "", ""))
    services.quizzes.add_draw(db, quiz, Draw(1, "rare", "", ""))

    for seed in range(8):
        found = drawing.draw(db, quiz, random.Random(seed))
        assert len(found) == 3
        assert rare.id in {one.version.question_id for one in found}


def test_draws_from_one_pool_are_checked_together(db: Any, trainer: int, now: dt.datetime) -> None:
    for _ in range(3):
        write(db, trainer, now, objective_key="gaps")
    quiz = make_quiz(db, trainer, published_at=None)
    for _ in range(2):
        services.quizzes.add_draw(db, quiz, Draw(2, "gaps", "", ""))

    assert [one.is_block for one in quiz_checks.findings(db, quiz)] == [True]


def test_twenty_draws_need_no_more_statements_than_one(db: Any, trainer: int, now: dt.datetime, at_most: Any) -> None:
    for _ in range(3):
        write(db, trainer, now)
    quiz = make_quiz(db, trainer, published_at=None)
    for _ in range(20):
        services.quizzes.add_draw(db, quiz, Draw(1, "", "", ""))
    with at_most(5):
        drawing.draw(db, quiz, random.Random(1))
