"""The people of a quiz and one attempt, as their trainers see them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import AccessEntry, Person
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.text import search_key, sort_key
from lms.programme import services as programme
from lms.programme.models import Enrolment
from lms.quizzes import queries, services
from lms.quizzes.errors import AlreadySubmitted, TooLate
from lms.quizzes.models import Attempt, ChangeReason, MarkChange, Purpose, Question, Quiz
from lms.quizzes.services.desk import Given
from tests.factories import CREATED, make_person
from tests.pages import CheckingClient
from tests.quizzes.taught import HOUR, MINUTE, begin, learner, save, sent, short_quiz, taught_cohort


@pytest.fixture
def cohort(db: Any, bilal: Person) -> Any:
    return taught_cohort(db, bilal)


@pytest.fixture
def quiz(db: Any, bilal: Person, now: dt.datetime) -> Quiz:
    return short_quiz(db, bilal, now, attempts_allowed=3)


def people_path(quiz: Quiz, lang: str = "fr") -> str:
    return f"/{lang}/questions/quizzes/{quiz.id}/people/"


def attempt_path(attempt: Attempt) -> str:
    return f"/fr/questions/quizzes/{attempt.quiz_id}/people/{attempt.enrolment_id}/{attempt.number}/"


def listed(db: Any, trainer: Person, quiz: Quiz, **asked: Any) -> list[str]:
    options = {"cohort_id": None, "search": "", "lang": "fr", "page": 1, **asked}
    rows, _total = queries.desk.people(db, trainer.id, quiz, **options)
    return [row.enrolment.person.name.fr.split()[0] for row in rows]


# --- Who is listed ---------------------------------------------------------------------------------------------------


def test_the_learners_of_ones_cohorts_who_may_take_the_quiz_are_listed_by_name(
    db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    for name in ("salma", "hiba"):
        learner(db, cohort, name)
    learner(db, taught_cohort(db), "driss")
    programme.end_enrolment(db, learner(db, cohort, "yto"), actor_id=bilal.id, reason="left", now=now)
    learner(db, cohort, "rim").is_test = True
    programme.enrol(db, cohort, bilal, now=now)
    learner(db, cohort, "nadia")
    database.commit()

    assert listed(db, bilal, quiz) == ["Hiba", "Nadia", "Salma"]


def test_an_archived_cohort_is_not_looked_after(db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: Any) -> None:
    learner(db, cohort)
    cohort.archived_at = now
    database.commit()

    assert listed(db, bilal, quiz) == []


def test_a_quiz_of_one_cohort_lists_that_cohort(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    learner(db, cohort, "hiba")
    other = taught_cohort(db, bilal)
    learner(db, other, "salma")
    quiz = short_quiz(db, bilal, now, cohort_id=other.id)

    assert listed(db, bilal, quiz) == ["Salma"]


def test_of_two_forms_each_lists_its_half(db: Any, bilal: Person, cohort: Any, now: dt.datetime) -> None:
    everybody = [learner(db, cohort, name) for name in ("hiba", "nadia", "salma", "yto")]
    first = short_quiz(db, bilal, now, purpose=Purpose.POST_TEST)
    second = short_quiz(db, bilal, now, purpose=Purpose.POST_TEST, other_form_id=first.id)
    first.other_form_id = second.id
    database.commit()

    for quiz in (first, second):
        own = [one.person.name.fr.split()[0] for one in everybody if queries.attempts.is_form_of(quiz, one.id)]
        assert listed(db, bilal, quiz) == own
    assert sorted(listed(db, bilal, first) + listed(db, bilal, second)) == ["Hiba", "Nadia", "Salma", "Yto"]


def test_the_list_is_narrowed_by_cohort_and_name_in_any_spelling(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz
) -> None:
    learner(db, cohort, "hiba")
    other = taught_cohort(db, bilal)
    learner(db, other, "salma")

    assert listed(db, bilal, quiz, cohort_id=other.id) == ["Salma"]
    assert listed(db, bilal, quiz, search="HIB") == ["Hiba"]
    page = trainer.get(people_path(quiz), query_string={"cohort": other.id}).text
    assert "Salma" in page
    assert "Hiba" not in page


def test_a_cohort_that_is_not_ones_own_narrows_nothing(
    trainer: CheckingClient, db: Any, cohort: Any, quiz: Quiz
) -> None:
    learner(db, cohort, "hiba")
    foreign = taught_cohort(db)
    learner(db, foreign, "salma")

    page = trainer.get(people_path(quiz), query_string={"cohort": foreign.id}).text

    assert "Hiba" in page
    assert "Salma" not in page


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("own draft", 200),
        ("of the curriculum", 200),
        ("another's for all", 200),
        ("another's for one's cohort", 200),
        ("another's draft", 404),
        ("another's for another cohort", 404),
        ("another's draft that one's learners began", 200),
        ("none", 404),
    ],
)
def test_which_quizzes_have_people_for_a_trainer(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime, case: str, status: int
) -> None:
    karim = make_person(db, "karim", role=Role.TRAINER)
    rules: dict[str, Any] = {}
    if "draft" in case:
        rules["published_at"] = None
    if "one's cohort" in case:
        rules["cohort_id"] = cohort.id
    if "another cohort" in case:
        rules["cohort_id"] = taught_cohort(db, karim).id
    quiz = short_quiz(db, bilal if case == "own draft" else karim, now, **rules)
    if "began" in case:
        quiz.published_at = now
        sent(db, quiz, learner(db, cohort), now)
        quiz.published_at = None
    found = queries.attempts.test_of(db, "concepts") if "curriculum" in case else quiz
    assert found is not None
    quiz_id = 999_999 if case == "none" else found.id
    database.commit()

    assert trainer.get(f"/fr/questions/quizzes/{quiz_id}/people/").status_code == status


# --- What is said of each --------------------------------------------------------------------------------------------


def row_of(page: str, name: str) -> str:
    """The table row of a person."""
    return next(row for row in page.split("<tr>") if name in row)


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


def test_an_open_answer_waits_for_a_mark_and_a_survey_does_not(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    essay = short_quiz(db, bilal, now, kinds=("open_answer",))
    survey = short_quiz(db, bilal, now, kinds=("rating",), purpose=Purpose.SURVEY)
    person = learner(db, cohort)
    for quiz in (essay, survey):
        attempt = begin(db, quiz, person, now)
        save(db, attempt, ["Une réponse"] if quiz is essay else None, now=now)
        services.attempts.submit(db, attempt, by="person", now=now)
        database.commit()

    waits = [queries.desk.people(db, bilal.id, quiz, cohort_id=None, search="", lang="fr", page=1)[0][0].waits
             for quiz in (essay, survey)]  # fmt: skip
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
    people = [Person(**_person(number)) for number in range(200)]
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


def _person(number: int) -> dict[str, Any]:
    ar, fr = f"اسم {number:03d}", f"Nom {number:03d}"
    return {
        "name": Bilingual(ar, fr), "email": f"p{number}@example.ma", "lang": "fr", "search": search_key(ar, fr),
        "sort_ar": sort_key(ar, "ar"), "sort_fr": sort_key(fr, "fr"), "function": EMPTY, "created_at": CREATED,
    }  # fmt: skip


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


# --- One attempt -----------------------------------------------------------------------------------------------------


def test_an_attempt_of_another_cohort_is_not_there(
    second: CheckingClient, db: Any, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = sent(db, quiz, learner(db, cohort), now)
    taught_cohort(db, db.scalars(sa.select(Person).where(Person.email == "driss@example.ma")).one())

    assert second.get(attempt_path(attempt)).status_code == 404


def test_numbers_that_do_not_belong_together_are_not_there(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt, other = sent(db, quiz, learner(db, cohort), now), short_quiz(db, bilal, now)
    hiba = learner(db, cohort, "hiba")
    base = f"/fr/questions/quizzes/{quiz.id}/people"

    assert trainer.get(attempt_path(attempt)).status_code == 200
    for wrong in (
        f"{base}/{attempt.enrolment_id}/2/",
        f"{base}/{hiba.id}/1/",
        f"{base}/999999/1/",
        f"/fr/questions/quizzes/{other.id}/people/{attempt.enrolment_id}/1/",
    ):
        assert trainer.get(wrong).status_code == 404, wrong


def test_of_a_running_attempt_nothing_is_read_but_how_far_it_is(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("single_choice", "short_answer"))
    attempt = begin(db, quiz, learner(db, cohort), now)
    save(db, attempt, ["Le mot secret"], position=2, now=now)

    page = trainer.get(attempt_path(attempt)).text

    assert "1 sur 2" in page
    assert "Le mot secret" not in page
    assert "Une question" not in page


def test_a_sent_attempt_shows_answer_key_mark_and_who_sent_it(
    trainer: CheckingClient, db: Any, cohort: Any, quiz: Quiz, at: Any, now: dt.datetime
) -> None:
    person = learner(db, cohort)
    right, empty = sent(db, quiz, person, now), begin(db, quiz, person, now + 2 * MINUTE)
    at(now + 23 * MINUTE)
    services.attempts.close_overdue(db)
    database.commit()

    first, later = trainer.get(attempt_path(right)).text, trainer.get(attempt_path(empty)).text

    assert "20/20" in first
    assert first.count('class="answer-block correct"') == 1
    assert later.count('class="answer-block correct"') == 1
    assert later.count('class="answer-block"') == 1
    assert "Une question" in first
    assert ">0/20" in later
    assert "par la personne" in first
    assert "par le serveur à la fin du temps" not in first
    assert "par le serveur à la fin du temps" in later


def test_a_corrected_mark_is_shown_with_the_old_one_the_reason_and_the_hand(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = sent(db, quiz, learner(db, cohort), now)
    change = MarkChange(
        attempt_id=attempt.id, reason=ChangeReason.KEY, old_score=Decimal("0.25"), new_score=Decimal(1),
        changed_at=now, changed_by_id=bilal.id,
    )  # fmt: skip
    db.add(change)
    database.commit()

    page = trainer.get(attempt_path(attempt)).text

    assert "5/20" in page
    assert bilal.name.fr in page.split('id="answers"')[0]


def test_late_answers_are_shown_in_words_with_their_minutes_and_count_nothing(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer",))
    attempt = begin(db, quiz, learner(db, cohort), now)
    with pytest.raises(TooLate):
        save(db, attempt, ["En retard"], now=now + 23 * MINUTE)
    services.attempts.submit(db, attempt, by="deadline", now=now + 24 * MINUTE)
    database.commit()
    with pytest.raises(AlreadySubmitted):
        save(db, attempt, [], now=now + 40 * MINUTE)

    page = trainer.get(attempt_path(attempt)).text

    assert "En retard" in page
    assert "3 minutes" in page
    assert "20 minutes" in page
    assert ">0/20" in page


def test_an_answer_after_sending_early_is_late_from_the_moment_of_sending(
    trainer: CheckingClient, db: Any, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    attempt = sent(db, quiz, learner(db, cohort), now, right=False)
    with pytest.raises(AlreadySubmitted):
        save(db, attempt, now=now + 6 * MINUTE)

    assert "5 minutes" in trainer.get(attempt_path(attempt)).text


def test_an_open_answer_without_a_mark_is_not_read_under_a_name(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime
) -> None:
    """Grading is anonymous until the mark is there."""
    quiz = short_quiz(db, bilal, now, kinds=("open_answer",))
    attempt = begin(db, quiz, learner(db, cohort), now)
    save(db, attempt, ["Mon avis personnel"], now=now)
    services.attempts.submit(db, attempt, by="person", now=now)
    database.commit()
    assert "Mon avis personnel" not in trainer.get(attempt_path(attempt)).text

    question = queries.attempts.question_at(db, attempt.id, 1)
    assert question is not None
    question.fraction = Decimal("0.5")
    database.commit()
    assert "Mon avis personnel" in trainer.get(attempt_path(attempt)).text


def test_attempts_stay_readable_when_the_person_left_and_the_quiz_went(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    enrolment = learner(db, cohort)
    attempt = sent(db, quiz, enrolment, now)
    programme.end_enrolment(db, enrolment, actor_id=bilal.id, reason="left", now=now)
    quiz.archived_at = now
    database.commit()

    page = trainer.get(attempt_path(attempt))

    assert page.status_code == 200
    assert "/arrangements/" not in page.text


def test_the_key_of_anothers_private_question_is_not_offered_for_correction(
    trainer: CheckingClient, db: Any, cohort: Any, now: dt.datetime
) -> None:
    karim = make_person(db, "karim", role=Role.TRAINER)
    quiz = short_quiz(db, karim, now)
    attempt = sent(db, quiz, learner(db, cohort), now)
    question = db.get_one(Question, attempt.questions[0].version.question_id)
    link = f'href="/fr/questions/{question.id}/marks/"'
    assert link in trainer.get(attempt_path(attempt)).text

    services.bank.share(db, question, is_shared=False)
    database.commit()

    assert link not in trainer.get(attempt_path(attempt)).text


def test_reading_an_attempt_is_logged_with_the_person(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, quiz: Quiz, now: dt.datetime
) -> None:
    enrolment = learner(db, cohort)
    attempt = sent(db, quiz, enrolment, now)
    services.attempts.ask_review(db, attempt, "", person_id=enrolment.person_id, now=now)
    database.commit()
    trainer.get(attempt_path(attempt))
    # A form that is refused shows the attempt again.
    review = queries.attempts.reviews_of(db, attempt.id)[0]
    trainer.post(f"{attempt_path(attempt)}reviews/{review.id}", data={"answer": ""})

    db.expire_all()
    entries = db.scalars(sa.select(AccessEntry)).all()
    assert [(one.actor_id, one.page, one.person_id) for one in entries] == [
        (bilal.id, "desk.show_attempt", enrolment.person_id)
    ] * 2


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_hostile_words_stay_words(
    trainer: CheckingClient, db: Any, bilal: Person, cohort: Any, now: dt.datetime, lang: str
) -> None:
    quiz = short_quiz(db, bilal, now, kinds=("short_answer",))
    attempt = begin(db, quiz, learner(db, cohort), now)
    hostile = "<script>alert(1)</script>"
    save(db, attempt, [hostile], now=now)
    services.attempts.submit(db, attempt, by="person", now=now)
    services.attempts.ask_review(db, attempt, hostile, person_id=bilal.id, now=now)
    database.commit()

    page = trainer.get(attempt_path(attempt).replace("/fr/", f"/{lang}/")).text

    assert hostile not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2
