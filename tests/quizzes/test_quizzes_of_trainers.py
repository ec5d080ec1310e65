"""Quizzes that trainers build: what is drawn, for whom, when, and what counts."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest

from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import EMPTY, Bilingual
from lms.quizzes import drawing, queries, quiz_checks, services
from lms.quizzes.content import Content
from lms.quizzes.errors import OutsideWindow, QuizNotReady, UnreadableTags
from lms.quizzes.models import Counts, Feedback, Purpose, Question, Quiz
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import words
from lms.quizzes.release import released
from lms.quizzes.services.quizzes import Draw
from tests.factories import by_marks, make_cohort, make_enrolment, make_person, take

HOUR = dt.timedelta(hours=1)
#: Made ready for learners, unless a test is about publishing.
OPENED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def trainer(db: Any) -> int:
    return int(make_person(db, "bilal", role=Role.TRAINER).id)


def write(db: Any, trainer: int, now: dt.datetime, *, kind: str = "single_choice", **more: Any) -> Question:
    """A published question of this type."""
    values: dict[str, Any] = {
        "stem": words("سؤال؟", "Une question\u00a0?"),
        "settings": dict(TYPES[kind].examples[0]),
        "explanation": words("لأن", "Car"),
        **more,
    }
    question = services.bank.create(db, Content(kind, **values), owner_id=trainer, now=now)
    assert services.bank.publish(db, question, EMPTY, actor_id=trainer, now=now, needs_second=False)
    return question


def make_quiz(db: Any, trainer: int, **rules: Any) -> Quiz:
    values = {
        "title": Bilingual("اختبار", "Un quiz"), "module": "concepts", "purpose": Purpose.PRACTICE,
        "feedback": Feedback.AFTER_SUBMIT, "shuffle": True, "published_at": OPENED, **rules,
    }  # fmt: skip
    return services.quizzes.create(db, values, owner_id=trainer)


def enrolled(db: Any, name: str = "chaima") -> Any:
    return make_enrolment(db, make_person(db, name), make_cohort(db))


def drawn(db: Any, quiz: Quiz, seed: int = 1) -> list[int]:
    return [one.version.question_id for one in drawing.draw(db, quiz, random.Random(seed))]


def test_a_draw_takes_what_it_asks_for_and_nothing_twice(db: Any, trainer: int, now: dt.datetime) -> None:
    gaps = [write(db, trainer, now, objective_key="gaps", level="apply") for _ in range(6)]
    write(db, trainer, now, objective_key="laws", level="apply")
    services.bank.archive(db, gaps[5], actor_id=trainer, now=now)
    services.bank.set_tags(db, gaps[4], ["rare"])
    quiz = make_quiz(db, trainer)
    services.quizzes.add_questions(db, quiz, gaps[:1], {})
    services.quizzes.add_draw(db, quiz, Draw(3, "gaps", "apply", ""))
    services.quizzes.add_draw(db, quiz, Draw(1, "", "", "rare"))

    for seed in range(12):
        found = drawn(db, quiz, seed)
        assert len(found) == len(set(found))
        assert set(found) <= {question.id for question in gaps[:5]}
        assert gaps[0].id in found
    assert len({tuple(drawn(db, quiz, seed)) for seed in range(12)}) > 1


def test_a_draft_or_another_trainers_own_question_is_never_drawn(db: Any, trainer: int, now: dt.datetime) -> None:
    other = int(make_person(db, "karim", role=Role.TRAINER).id)
    own = write(db, other, now, objective_key="gaps")
    services.bank.share(db, own, is_shared=False)
    services.bank.create(db, Content("single_choice", objective_key="gaps"), owner_id=trainer, now=now)
    quiz = make_quiz(db, trainer, published_at=None)
    services.quizzes.add_draw(db, quiz, Draw(2, "gaps", "", ""))

    assert drawn(db, quiz) == []
    titles = [str(one.title) for one in quiz_checks.findings(db, quiz) if one.is_block]
    assert len(titles) == 1
    with pytest.raises(QuizNotReady):
        services.quizzes.publish(db, quiz, actor_id=trainer, now=now)


def test_sections_keep_their_order_and_a_case_its_questions(db: Any, trainer: int, now: dt.datetime) -> None:
    case = services.quizzes.save_case(
        db, None, Bilingual("حالة", "Un cas"), EMPTY, None, version=None, owner_id=trainer, now=now
    )
    on_case = [write(db, trainer, now, case_id=case.id) for _ in range(3)]
    alone = [write(db, trainer, now) for _ in range(4)]
    quiz = make_quiz(db, trainer)
    services.quizzes.add_questions(db, quiz, [alone[0], on_case[0], alone[1], on_case[1], alone[2], on_case[2]], {})
    services.quizzes.add_section(db, quiz, Bilingual("الثاني", "Seconde partie"))
    services.quizzes.add_questions(db, quiz, alone[3:], {})
    services.quizzes.arrange(db, quiz, [7, 1, 2, 3, 4, 5, 6], {2: 5}, {7: 1})

    for seed in range(8):
        found = drawing.draw(db, quiz, random.Random(seed))
        ids = [one.version.question_id for one in found]
        assert ids[-1] == alone[3].id
        assert found[-1].section.fr == "Seconde partie"
        places = sorted(ids.index(question.id) for question in on_case)
        assert places == list(range(places[0], places[0] + 3))
        assert next(one.points for one in found if one.version.question_id == on_case[0].id) in (1, 5)


def test_a_changed_case_asks_for_its_questions_to_be_published_again(db: Any, trainer: int, now: dt.datetime) -> None:
    case = services.quizzes.save_case(
        db, None, Bilingual("حالة", "Un cas"), EMPTY, None, version=None, owner_id=trainer, now=now
    )
    question = write(db, trainer, now, case_id=case.id)
    assert not question.has_changes

    text = Bilingual("حالة أخرى", "Un autre cas")
    services.quizzes.save_case(db, case, text, EMPTY, None, version=case.version, owner_id=trainer, now=now)

    assert question.has_changes
    before = queries.bank.version_or_none(db, question.id, 1)
    services.bank.publish(db, question, EMPTY, actor_id=trainer, now=now, needs_second=False)
    after = queries.bank.version_or_none(db, question.id, 2)
    assert before is not None
    assert after is not None
    assert (before.case_text.fr, after.case_text.fr) == ("Un cas", "Un autre cas")


def test_the_blueprint_counts_what_is_sure_to_come(db: Any, trainer: int, now: dt.datetime) -> None:
    for _ in range(3):
        write(db, trainer, now, objective_key="gaps", level="apply")
    quiz = make_quiz(db, trainer, published_at=None)
    services.quizzes.add_draw(db, quiz, Draw(2, "gaps", "apply", ""))
    services.quizzes.plan(db, quiz, "gaps", "apply", 3)
    assert [one.is_block for one in quiz_checks.findings(db, quiz)] == [True]

    services.quizzes.plan(db, quiz, "gaps", "apply", 2)
    assert quiz_checks.findings(db, quiz) == []
    services.quizzes.plan(db, quiz, "gaps", "apply", 0)
    assert quiz.blueprint == []


def test_halves_of_a_cohort_meet_each_form_once_before_and_after(db: Any, trainer: int, now: dt.datetime) -> None:
    pairs = {}
    for purpose in (Purpose.PRE_TEST, Purpose.POST_TEST):
        first = make_quiz(db, trainer, purpose=purpose)
        second = make_quiz(db, trainer, purpose=purpose, other_form_id=first.id)
        assert first.other_form_id == second.id
        pairs[purpose] = (first, second)
    for enrolment_id in (10, 11):
        taken = [
            next(place for place, quiz in enumerate(pairs[purpose]) if queries.attempts.is_form_of(quiz, enrolment_id))
            for purpose in pairs
        ]
        assert sorted(taken) == [0, 1]
    assert queries.attempts.is_form_of(pairs[Purpose.PRE_TEST][0], 10) != queries.attempts.is_form_of(
        pairs[Purpose.PRE_TEST][0], 11
    )


def test_a_third_form_takes_the_place_of_the_second(db: Any, trainer: int) -> None:
    first = make_quiz(db, trainer)
    second = make_quiz(db, trainer, other_form_id=first.id)
    third = make_quiz(db, trainer, other_form_id=first.id)
    db.expire_all()

    assert (first.other_form_id, second.other_form_id, third.other_form_id) == (third.id, None, first.id)


def test_only_its_learners_begin_a_quiz_and_only_while_it_is_published(db: Any, trainer: int, now: dt.datetime) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer, published_at=None)
    assert not queries.attempts.is_for(quiz, enrolment)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})
    services.quizzes.publish(db, quiz, actor_id=trainer, now=now)
    assert queries.attempts.is_for(quiz, enrolment)

    quiz.cohort_id = make_cohort(db).id
    assert not queries.attempts.is_for(quiz, enrolment)
    quiz.cohort_id = enrolment.cohort_id
    assert queries.attempts.is_for(quiz, enrolment)
    services.quizzes.withdraw(db, quiz, actor_id=trainer, now=now)
    assert not queries.attempts.is_for(quiz, enrolment)


def test_a_quiz_is_taken_between_its_opening_and_its_closing(db: Any, trainer: int, now: dt.datetime) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer, opens_at=now, closes_at=now + HOUR, minutes=90)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})

    for moment in (now - HOUR, now + HOUR):
        with pytest.raises(OutsideWindow):
            services.attempts.start_attempt(db, quiz, enrolment, now=moment)
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=now)
    assert attempt.deadline_at == now + HOUR


@pytest.mark.parametrize(
    ("sure", "row", "score"),
    [("3", "11", "1"), ("2", "11", "0.666667"), ("1", "10", "0.166667"),
     ("", "11", "0.333333"), ("2", "10", "0"), ("3", "10", "0"), ("3", "00", "0")],
)  # fmt: skip
def test_who_is_sure_and_wrong_loses_most_and_nobody_falls_below_zero(
    db: Any, trainer: int, now: dt.datetime, sure: str, row: str, score: str
) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer, asks_certainty=True)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now) for _ in row], {})

    say = by_marks(row, also=[f"certainty:{sure}"] if sure else [])

    assert take(db, quiz, enrolment, say, now=now).score == Decimal(score)


@pytest.mark.parametrize(
    ("counts", "score"), [(Counts.BEST, Decimal(1)), (Counts.LAST, Decimal(0)), (Counts.AVERAGE, Decimal("0.5"))]
)
def test_the_ledger_takes_the_attempt_that_counts(
    db: Any, trainer: int, now: dt.datetime, counts: Counts, score: Decimal
) -> None:
    from lms.progress import activities
    from lms.progress import queries as ledger

    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer, purpose=Purpose.TEST, module="planning", counts=counts, published_at=now)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})
    take(db, quiz, enrolment, "1", now=now)
    take(db, quiz, enrolment, "0", now=now + HOUR)

    entry = ledger.entries(db, enrolment.id)[activities.test("planning")]
    assert (entry.score, entry.share) == (score, 1 if score >= Decimal("0.6") else 0)


def test_practice_and_surveys_leave_the_ledger_alone(db: Any, trainer: int, now: dt.datetime) -> None:
    from lms.progress import queries as ledger

    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})
    take(db, quiz, enrolment, "1", now=now)

    assert not any(activity.startswith("test:") for activity in ledger.entries(db, enrolment.id))


def test_an_open_answer_keeps_the_mark_back(db: Any, trainer: int, now: dt.datetime) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer, shuffle=False)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now, kind="open_answer")], {})
    attempt = take(db, quiz, enrolment, lambda _question: ["Une réponse"], now=now)

    assert (attempt.state, attempt.score) == ("submitted", None)


@pytest.mark.parametrize(
    ("policy", "before", "after"),
    [(Feedback.AFTER_SUBMIT, True, True), (Feedback.AFTER_CLOSING, False, True), (Feedback.NEVER, False, False)],
)
def test_explanations_are_released_as_the_quiz_says(
    db: Any, trainer: int, now: dt.datetime, policy: Feedback, before: bool, after: bool
) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer, feedback=policy, closes_at=now + HOUR)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})
    attempt = take(db, quiz, enrolment, "1", now=now)

    assert released(attempt, quiz, last_closing=quiz.closes_at, now=now) is before
    # An answer on its way at the closing still counts: nothing is told before.
    assert released(attempt, quiz, last_closing=quiz.closes_at, now=now + HOUR + dt.timedelta(seconds=29)) is before
    assert released(attempt, quiz, last_closing=quiz.closes_at, now=now + HOUR + dt.timedelta(seconds=31)) is after


def test_items_are_put_in_order_moved_and_taken_away(db: Any, trainer: int, now: dt.datetime) -> None:
    questions = [write(db, trainer, now) for _ in range(3)]
    quiz = make_quiz(db, trainer)
    assert services.quizzes.add_questions(db, quiz, [*questions, questions[0]], {questions[1].id: 4}) == 3
    services.quizzes.arrange(db, quiz, [3, 1], {1: 7}, {})

    assert [(item.position, item.question_id, item.points) for item in quiz.items] == [
        (1, questions[2].id, 1),
        (2, questions[0].id, 7),
    ]
    made = services.quizzes.copy(db, quiz, Bilingual("نسخة", "Copie"), owner_id=trainer)
    assert [item.question_id for item in made.items] == [item.question_id for item in quiz.items]
    assert made.published_at is None


def test_tags_that_came_in_meanwhile_stay(db: Any, trainer: int, now: dt.datetime) -> None:
    question = write(db, trainer, now)
    services.bank.set_tags(db, question, ["a", "b"])
    services.bank.add_tags(db, [question], ["bulk", "a"])
    db.expire_all()

    services.bank.set_tags(db, question, ["b", "c"], shown=["a", "b"])

    assert sorted(one.tag for one in question.tags) == ["b", "bulk", "c"]
    with pytest.raises(UnreadableTags):
        services.bank.add_tags(db, [question], [f"t{number}" for number in range(10)])


def test_every_change_of_what_stands_in_a_quiz_is_an_edit_of_it(db: Any, trainer: int, now: dt.datetime) -> None:
    quiz = make_quiz(db, trainer, published_at=None)
    seen = [quiz.version]
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now), write(db, trainer, now)], {})
    seen.append(quiz.version)
    services.quizzes.arrange(db, quiz, [2, 1], {}, {})
    seen.append(quiz.version)
    services.quizzes.add_draw(db, quiz, Draw(1, "", "", ""))
    seen.append(quiz.version)
    assert seen == sorted(set(seen))


def test_a_closing_set_later_ends_the_attempts_that_ran_without_an_end(db: Any, trainer: int, now: dt.datetime) -> None:
    enrolment = enrolled(db)
    quiz = make_quiz(db, trainer)
    services.quizzes.add_questions(db, quiz, [write(db, trainer, now)], {})
    attempt = services.attempts.start_attempt(db, quiz, enrolment, now=now)
    assert attempt.deadline_at is None
    services.quizzes.change(db, quiz, {"closes_at": now + HOUR}, version=quiz.version)
    database.commit()

    assert [one.id for one in queries.attempts.overdue(db, before=now + 2 * HOUR)] == [attempt.id]
