"""What people learned, by the fixture of the domain notes (4.4); who is counted, and who is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import EMPTY, Bilingual
from lms.quizzes import queries, services
from lms.quizzes.content import Content
from lms.quizzes.models import Feedback, Purpose, Quiz, QuizItem
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import words
from tests.factories import make_person, take
from tests.pages import CheckingClient
from tests.quizzes.taught import learner, taught_cohort

#: When the cohorts of these tests are past.
OVER = dt.date(2027, 1, 1)
FIXTURE = [(40, 70), (60, 60), (100, 100), (80, 40)]


def pairs(*rows: tuple[int, int]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(before), Decimal(after)) for before, after in rows]


def test_the_fixture_of_the_domain_notes() -> None:
    gain = queries.gain.gain_of(pairs(*FIXTURE))

    assert (gain.before, gain.after) == (70, Decimal("67.5"))
    assert gain.difference == Decimal("-2.5")
    assert round(gain.gain or 0, 4) == Decimal("-0.0833")
    assert gain.change == 0
    assert gain.band == "low"


@pytest.mark.parametrize(
    ("before", "after", "band"), [(50, 64, "low"), (50, 65, "medium"), (50, 85, "medium"), (50, 86, "high")]
)
def test_bands_begin_at_three_tenths_and_end_at_seven(before: int, after: int, band: str) -> None:
    assert queries.gain.gain_of(pairs((before, after))).band == band


def test_where_nothing_was_missing_there_is_no_gain() -> None:
    gain = queries.gain.gain_of(pairs((100, 100), (100, 100)))

    assert (gain.gain, gain.change, gain.band, gain.difference) == (None, None, "", 0)


def test_nobody_twice_at_nothing_counts_as_a_change() -> None:
    assert queries.gain.gain_of(pairs((0, 0), (50, 75))).change == Decimal("0.5")


def test_without_pairs_nothing_is_said() -> None:
    gain = queries.gain.gain_of([], only_before=3)

    assert (gain.pairs, gain.only_before, gain.before, gain.gain) == (0, 3, None, None)


@pytest.fixture
def forms(db: Any, curriculum: Any, now: dt.datetime) -> tuple[Quiz, Quiz]:
    """The test before and the test after, ten questions each, over all modules."""
    made = []
    for purpose in (Purpose.PRE_TEST, Purpose.POST_TEST):
        quiz = Quiz(
            content_key=f"assessment/{purpose}", module="", purpose=purpose, title=Bilingual("اختبار", "Test"),
            feedback=Feedback.NEVER, attempts_allowed=2, published_at=now, items=[], shuffle=False,
        )  # fmt: skip
        for place in range(1, 11):
            module = "concepts/first" if place <= 5 else "model/model-one"
            said = Content(
                "single_choice", stem=words("؟", "?"), settings=dict(TYPES["single_choice"].examples[0]),
                objective_key=f"{module}#1", explanation=words("لأن", "Car"),
            )  # fmt: skip
            question = services.bank.create(db, said, owner_id=None, now=now)
            services.bank.add_version(db, question, said, EMPTY, actor_id=None, now=now)
            quiz.items.append(QuizItem(position=place, question_id=question.id))
        db.add(quiz)
        made.append(quiz)
    database.commit()
    return made[0], made[1]


def sit(db: Any, quiz: Quiz, enrolment: Any, percent: int, now: dt.datetime) -> None:
    right = percent // 10
    take(db, quiz, enrolment, "1" * right + "0" * (10 - right), now=now)


def both(db: Any, forms: tuple[Quiz, Quiz], enrolment: Any, pair: tuple[int, int], now: dt.datetime) -> None:
    """Before today, and after on the last day."""
    sit(db, forms[0], enrolment, pair[0], now)
    sit(db, forms[1], enrolment, pair[1], last_day(enrolment))


def last_day(enrolment: Any) -> dt.datetime:
    return dt.datetime.combine(enrolment.cohort.ends_on, dt.time(9), dt.UTC)


def whole_cohort(db: Any, *trainers: Any) -> Any:
    """A cohort that takes all three modules."""
    return taught_cohort(db, *trainers, modules=("concepts", "model", "planning"))


def test_the_fixture_taken_by_four_people(db: Any, forms: tuple[Quiz, Quiz], now: dt.datetime) -> None:
    cohort = whole_cohort(db)
    for number, pair in enumerate(FIXTURE):
        both(db, forms, learner(db, cohort, f"p{number}"), pair, now)
    sit(db, forms[0], learner(db, cohort, "left"), 20, now)
    late = learner(db, cohort, "late")
    sit(db, forms[1], late, 90, last_day(late))

    people = queries.gain.people(db, today=OVER, cohort_id=cohort.id)
    gain = queries.gain.gain_in(people)

    assert (gain.pairs, gain.only_before, gain.only_after) == (4, 1, 1)
    assert round(gain.gain or 0, 4) == Decimal("-0.0833")
    assert gain.lost == Decimal(1) / 5
    running = queries.gain.people(db, today=cohort.ends_on, cohort_id=cohort.id)
    assert queries.gain.gain_in(running).lost is None
    concepts, model = (queries.gain.gain_in(people, module) for module in ("concepts", "model"))
    assert (concepts.before, model.before) == (95, 45)  # 80, 100, 100, 100 and 0, 20, 100, 60
    assert queries.gain.gain_in(people, "planning").pairs == 0


def test_second_attempts_test_accounts_and_other_cohorts_are_left_out(
    db: Any, forms: tuple[Quiz, Quiz], now: dt.datetime
) -> None:
    cohort, other = whole_cohort(db), whole_cohort(db)
    person = learner(db, cohort)
    both(db, forms, person, (40, 70), now)
    sit(db, forms[1], person, 100, last_day(person))
    tester, elsewhere = learner(db, cohort, "tester"), learner(db, other, "elsewhere")
    both(db, forms, tester, (10, 100), now)
    both(db, forms, elsewhere, (10, 100), now)
    tester.is_test = True
    database.commit()

    gain = queries.gain.gain_in(queries.gain.people(db, today=OVER, cohort_id=cohort.id))

    assert (gain.pairs, gain.before, gain.after) == (1, 40, 70)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"f": 12, "m": 9}, set()),  # nine would follow from the total less twelve
        ({"f": 12, "m": 10}, {"f", "m"}),
        ({"f": 25, "m": 12, None: 3}, {"f"}),  # three would follow from the total: the next smallest hides them
        ({"f": 9, "m": 9}, set()),
        ({"f": 12, "m": 6, None: 6}, {"f"}),
        ({"f": 12}, {"f"}),
    ],
)
def test_small_groups_are_hidden_and_cannot_be_worked_out(counts: dict[Any, int], shown: set[Any]) -> None:
    people = [
        queries.gain.Person(sex, None, True, {"": Decimal(40)}, {"": Decimal(70)})
        for sex, count in counts.items()
        for _number in range(count)
    ]

    groups = queries.gain.by_group(people, "sex")

    assert {key for key, one in groups.items() if one is not None} == shown
    assert set(groups) == set(counts)


def test_two_statements_however_many_people(
    db: Any, forms: tuple[Quiz, Quiz], now: dt.datetime, at_most: Callable[[int], Any]
) -> None:
    cohort = whole_cohort(db)
    for number in range(5):
        both(db, forms, learner(db, cohort, f"p{number}"), (40, 70), now)
    cohort_id = cohort.id

    with at_most(2):
        assert len(queries.gain.people(db, today=OVER, cohort_id=cohort_id)) == 5


def test_a_trainer_reads_own_cohorts_and_the_team_all(
    client: CheckingClient, db: Any, forms: tuple[Quiz, Quiz], at: Any, now: dt.datetime, monkeypatch: Any
) -> None:
    at(now)
    monkeypatch.setattr(queries.gain, "GROUP_FROM", 1)
    bilal, asma = make_person(db, "bilal", role=Role.TRAINER), make_person(db, "asma", role=Role.MONITOR)
    mine, theirs = whole_cohort(db, bilal), whole_cohort(db)
    both(db, forms, learner(db, mine, "a"), (20, 40), now)
    both(db, forms, learner(db, theirs, "b"), (10, 30), now)

    page = client.signed_in(bilal).get("/fr/questions/statistics/gain/").text
    other = client.get(f"/fr/questions/statistics/gain/?cohort={theirs.id}").text
    every = client.signed_in(asma).get("/ar/questions/statistics/gain/").text

    assert "20,0" in page
    assert "40,0" in page
    assert "10,0" not in page
    assert "10,0" not in other
    assert "15,0" in every  # the mean of 20 and 10


def test_nothing_to_compare_is_said(
    client: CheckingClient, db: Any, curriculum: Any, at: Any, now: dt.datetime
) -> None:
    at(now)
    page = client.signed_in(make_person(db, "asma", role=Role.MONITOR)).get("/fr/questions/statistics/gain/").text

    assert "Rien à comparer" in page
