"""What is said of each person."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import Enrolment
from lms.quizzes import queries, services
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.services.desk import Given
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.quizzes.desk.seen import attempt_path, numbered_person, people_path, row_of
from tests.quizzes.taught import HOUR, MINUTE, begin, learner, save, sent, short_quiz


def test_states_attempts_and_marks_are_said_in_words(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, at: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, attempts_allowed=3)
    learner(db, cohort, "hiba")
    running, over, done = (learner(db, cohort, name) for name in ("nadia", "salma", "yto"))
    begin(db, quiz, running, now + 10 * MINUTE)
    begin(db, quiz, over, now - 10 * MINUTE)
    sent(db, quiz, done, now - HOUR, right=False)
    sent(db, quiz, done, now - 40 * MINUTE)
    at(now + 11 * MINUTE)

    rows = {name: row_of(trainer.get(people_path(quiz)).text, name) for name in ("Hiba", "Nadia", "Salma", "Yto")}

    assert "Pas encore commencé" in rows["Hiba"]
    assert ":30" in rows["Nadia"]
    assert "20/20" in rows["Yto"]
    assert "20/20" not in rows["Nadia"]
    assert [rows[name].count("/people/") for name in ("Hiba", "Nadia", "Salma", "Yto")] == [0, 1, 1, 2]
    assert "2 sur 3" in rows["Yto"]
    assert len({row.split('class="chip')[1].split("</span>")[0] for row in rows.values()}) == 4


def test_an_open_answer_waits_for_a_mark_and_an_opinion_does_not(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    essay = short_quiz(db, bilal, now, kinds=("open_answer",))
    opinion = short_quiz(db, bilal, now, kinds=("rating",))
    person = learner(db, cohort)
    for quiz in (essay, opinion):
        attempt = begin(db, quiz, person, now)
        save(db, attempt, ["Une réponse"] if quiz is essay else None, now=now)
        services.attempts.submit(db, attempt, by="person", now=now)
        database.commit()

    waits = [queries.desk.people(db, bilal.id, quiz, cohort_id=None, search="", lang="fr", page=1)[0][0].waits
             for quiz in (essay, opinion)]  # fmt: skip
    assert waits == [True, False]


def test_more_time_is_seen_where_it_changes_something(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    endless = short_quiz(db, bilal, now, minutes=None)
    given, without = learner(db, cohort, "hiba"), learner(db, cohort, "nadia")
    services.desk.arrange(db, [given], None, Given(150, 0, 2), actor_id=bilal.id, now=now)
    database.commit()

    page, other = trainer.get(people_path(quiz)).text, trainer.get(people_path(endless)).text

    assert row_of(page, "Hiba").count('class="chip') == 2
    assert "0 sur 5" in row_of(page, "Hiba")
    assert row_of(page, without.person.name.fr).count('class="chip') == 1
    assert row_of(other, "Hiba").count('class="chip') == 1


def test_a_question_about_a_mark_is_seen_in_the_list(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = sent(db, quiz, learner(db, cohort, "hiba"), now)
    services.attempts.ask_review(db, attempt, "", person_id=bilal.id, now=now)
    database.commit()
    assert row_of(trainer.get(people_path(quiz)).text, "Hiba").count('class="chip') == 2


def test_two_hundred_people_cost_no_more_statements_than_two(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, at_most: Any, now: dt.datetime
) -> None:
    people = [Person(**numbered_person(number)) for number in range(200)]
    db.add_all(people)
    db.flush()
    rows = [Enrolment(cohort_id=cohort.id, person_id=one.id, enrolled_at=now, level="central") for one in people]
    db.add_all(rows)
    db.flush()
    db.add_all(
        Attempt(quiz_id=quiz.id, enrolment_id=row.id, number=1, state="submitted", started_at=now, submitted_at=now,
                submitted_by="person", score=Decimal(1), pass_percent=60)
        for row in rows
    )  # fmt: skip
    services.desk.arrange(db, rows[:60], None, Given(150), actor_id=bilal.id, now=now)
    database.commit()

    with at_most(12):
        first = trainer.get(people_path(quiz)).text
    last = trainer.get(people_path(quiz), query_string={"page": 4}).text

    assert first.count('name="person"') == last.count('name="person"') == 50
    assert "page=2" in first
    assert 'rel="next"' not in last


def test_reading_the_list_is_logged_with_the_number_of_people(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz
) -> None:
    for name in ("hiba", "nadia"):
        learner(db, cohort, name)
    trainer.get(people_path(quiz))
    trainer.get(people_path(quiz), query_string={"q": "zzzz"})

    db.expire_all()
    entries = db.scalars(sa.select(AccessEntry)).all()
    assert [(one.actor_id, one.page, one.people) for one in entries] == [(bilal.id, "desk.list_people", 2)]


@pytest.mark.parametrize("role", [Role.LEARNER, Role.MONITOR, Role.FOCAL_POINT, Role.ADMINISTRATOR])
def test_only_trainers_see_people_and_attempts(
    client: CheckingClient, db: Any, cohort: Any, quiz: Quiz, now: dt.datetime, role: Role
) -> None:
    attempt = sent(db, quiz, learner(db, cohort), now)
    visitor = client.signed_in(make_person(db, "salma", role=role))

    assert visitor.get(people_path(quiz)).status_code == 403
    assert visitor.get(attempt_path(attempt)).status_code == 403
