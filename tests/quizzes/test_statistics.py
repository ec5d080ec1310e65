"""What pages and files say of a quiz, read from attempts that were stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask, g

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.programme.models import CohortTrainer
from lms.quizzes import queries, services
from lms.quizzes.models import Purpose, Question, QuestionVersion, Quiz, QuizAnalysis, RegradeRule
from lms.quizzes.question_types import TYPES
from lms.quizzes.statistics import report as quiz_statistics
from lms.quizzes.statistics import words
from tests import factories
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write

#: domain notes, 9: ten people, five questions.
FIXTURE = ["11111", "11110", "11101", "11100", "11010", "11000", "10100", "10001", "01000", "00001"]


@pytest.fixture
def author(db: Any) -> int:
    return make_person(db, "bilal", role=Role.TRAINER).id


@pytest.fixture
def cohort(db: Any, curriculum: Any, author: int) -> Any:
    cohort = make_cohort(db)
    db.add(CohortTrainer(cohort_id=cohort.id, person_id=author))
    database.commit()
    return cohort


def five(db: Any, author: int, now: dt.datetime, **rules: Any) -> Quiz:
    quiz = make_quiz(db, author, shuffle=False, **rules)
    services.quizzes.add_questions(db, quiz, [write(db, author, now, shuffle=False) for _ in range(5)], {})
    database.commit()
    return quiz


def learner(db: Any, cohort: Any, number: int, **fields: Any) -> Any:
    person = make_person(db, f"p{number}", **fields)
    return make_enrolment(db, person, cohort)


#: Answers 40 seconds apart, sent after ten minutes.
take = partial(factories.take, apart=dt.timedelta(seconds=40), lasts=dt.timedelta(minutes=10))


def test_the_fixture_of_the_domain_notes_comes_out_to_the_digit(
    db: Any, author: int, cohort: Any, now: dt.datetime
) -> None:
    quiz = five(db, author, now)
    for number, row in enumerate(FIXTURE):
        take(db, quiz, learner(db, cohort, number), row, now=now)
    found = quiz_statistics.report(db, quiz.id)

    items = found["items"]
    assert [one["p"] for one in items] == [0.8, 0.7, 0.5, 0.3, 0.4]
    assert [round(one["r"], 4) for one in items] == [0.4310, 0.1992, 0.4082, 0.3852, -0.1930]
    assert [round(one["d"], 3) for one in items] == [0.667, 0.667, 1.0, 0.667, 0]
    assert round(found["alpha"], 4) == 0.4193
    assert (round(found["mean"] * 5, 4), round(found["sem"] * 5, 4)) == (2.7, 1.0193)
    assert [one["seconds"] for one in items] == [40] * 5


def test_only_first_attempts_of_real_people_count(db: Any, author: int, cohort: Any, now: dt.datetime) -> None:
    quiz = five(db, author, now)
    again = learner(db, cohort, 1)
    take(db, quiz, again, "00000", now=now)
    take(db, quiz, again, "11111", now=now + dt.timedelta(hours=1))
    take(db, quiz, learner(db, cohort, 2, is_test=True), "11111", now=now)
    services.attempts.start_attempt(db, quiz, learner(db, cohort, 3), now=now)
    database.commit()

    found = quiz_statistics.report(db, quiz.id)
    assert (found["n"], found["mean"]) == (1, 0)


def test_a_mended_wording_joins_and_a_mended_key_parts(db: Any, author: int, cohort: Any, now: dt.datetime) -> None:
    quiz = make_quiz(db, author, shuffle=False)
    question = write(db, author, now, shuffle=False)
    services.quizzes.add_questions(db, quiz, [question], {})
    said = services.bank.content_of(db, question)
    for number, (right, stem) in enumerate([(said.settings["right"], "Un"), (["b"], "Deux")], 1):
        take(db, quiz, learner(db, cohort, number), "1", now=now)
        changed = type(said)(**{**said.__dict__, "stem": {"ar": stem, "fr": stem}})
        changed = type(said)(**{**changed.__dict__, "settings": {**said.settings, "right": right}})
        services.bank.save(db, question, changed, revision=question.revision, actor_id=author, now=now)
        objective = db.scalars(sa.select(QuestionVersion)).first().objective
        services.bank.add_version(db, question, changed, objective, actor_id=author, now=now)
        database.commit()
    take(db, quiz, learner(db, cohort, 3), "0", now=now)

    items = quiz_statistics.report(db, quiz.id)["items"]
    assert [([part["number"] for part in one["versions"]], one["n"], one["p"]) for one in items] == [
        ([1, 2], 2, 1),
        ([3], 1, 0),
    ]


def test_options_and_languages_are_told_apart(db: Any, author: int, cohort: Any, now: dt.datetime) -> None:
    quiz = five(db, author, now)
    for number in range(30):
        lang = "ar" if number % 2 else "fr"
        take(db, quiz, learner(db, cohort, number), "01111" if lang == "ar" else "11110", now=now, lang=lang)
    first, last = (quiz_statistics.report(db, quiz.id)["items"][place] for place in (0, 4))

    assert (first["ar"], first["fr"]) == ([15, 0], [15, 1])
    assert "language" in quiz_statistics.shown_signals(first)
    right = next(one for one in first["options"] if one["is_right"])
    wrong = [one for one in first["options"] if not one["is_right"]]
    assert (right["count"], right["share"], right["ar"], right["fr"]) == (15, 0.5, 0, 1)
    assert sorted(one["count"] for one in wrong) == [0] * (len(wrong) - 1) + [15]
    assert last["p"] == 0.5


def test_a_question_that_was_given_up_is_not_counted(
    db: Any, author: int, cohort: Any, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    quiz = five(db, author, now)
    attempt = take(db, quiz, learner(db, cohort, 1), "00000", now=now)
    question_id = queries.attempts.questions(db, attempt.id)[0].version.question_id
    question = db.get_one(Question, question_id)
    services.regrade.ask(db, question, RegradeRule.FULL, number=1, actor_id=author, now=now)
    database.commit()
    run_jobs()
    db.expire_all()

    found = quiz_statistics.report(db, quiz.id)
    assert len(found["items"]) == 4
    assert [one["p"] for one in found["items"]] == [0] * 4


def test_a_large_quiz_is_counted_by_the_job_and_again_when_a_mark_changes(
    db: Any, author: int, cohort: Any, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.statistics, "COUNTED_AT_ONCE", 0)
    quiz = five(db, author, now)
    take(db, quiz, learner(db, cohort, 1), "11111", now=now)
    assert services.statistics.current(db, quiz.id, None, now=now) is None

    services.statistics.count_again(db)
    before = services.statistics.current(db, quiz.id, None, now=now)
    assert before is not None
    assert before.report["n"] == 1
    row = db.scalars(sa.select(QuizAnalysis)).one()
    made_at, stamp = row.made_at, row.stamp
    services.statistics.count_again(db)
    assert db.scalars(sa.select(QuizAnalysis)).one().made_at == made_at, "nothing changed, nothing is counted"

    take(db, quiz, learner(db, cohort, 2), "00000", now=now)
    late = services.statistics.current(db, quiz.id, None, now=now)
    assert late is not None
    assert late.report["n"] == 1, "the last count, until the job ran"
    services.statistics.count_again(db)
    db.expire_all()
    fresh = db.scalars(sa.select(QuizAnalysis)).one()
    assert (fresh.report["n"], fresh.stamp == stamp) == (2, False)


class TestPages:
    @pytest.fixture
    def quiz(self, db: Any, author: int, cohort: Any, now: dt.datetime, at: Callable[[dt.datetime], None]) -> Quiz:
        at(now)
        five(db, author, now)  # another: so no question has the number of its place
        return five(db, author, now)

    def signed_in(self, client: CheckingClient, db: Any, person_id: int) -> CheckingClient:
        return client.signed_in(db.get_one(Person, person_id))

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_few_people_give_counts_and_nothing_else(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, quiz: Quiz, now: dt.datetime, lang: str
    ) -> None:
        url = f"/{lang}/questions/statistics/{quiz.id}/"
        self.signed_in(client, db, author)
        for number in range(19):
            take(db, quiz, learner(db, cohort, number), FIXTURE[number % 10], now=now)
            if number == 8:
                assert "<svg viewBox" not in client.get(url).text, "nine people are recognised in their marks"
                assert client.get(f"{url}file").status_code == 404
        page = client.get(url).text
        assert "<svg viewBox" in page
        assert "d-plot" not in page
        take(db, quiz, learner(db, cohort, 19), "11111", now=now)
        assert "d-plot" in client.get(f"/{lang}/questions/statistics/{quiz.id}/").text

    @pytest.mark.parametrize("lang", ["ar", "fr"])
    def test_the_file_says_what_the_page_says(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, quiz: Quiz, now: dt.datetime, lang: str
    ) -> None:
        for number in range(20):
            take(db, quiz, learner(db, cohort, number), FIXTURE[number % 10], now=now)
        url = f"/{lang}/questions/statistics/{quiz.id}/file?cohort={cohort.id}"
        book = openpyxl.load_workbook(BytesIO(self.signed_in(client, db, author).get(url).data))
        read_me, of_quiz, of_questions, of_options = book.worksheets
        questions = list(of_questions.iter_rows(min_row=2, values_only=True))
        assert [row[4] for row in questions] == [0.8, 0.7, 0.5, 0.3, 0.4]
        assert [row[3] for row in questions] == [20] * 5
        assert [row[0] for row in questions] == [1, 2, 3, 4, 5]  # as the page numbers them, whatever their ids
        shares = dict(zip(of_options["C"][1:], of_options["E"][1:], strict=True))
        assert [cell.value for right, cell in shares.items() if right.value] == [0.8, 0.7, 0.5, 0.3, 0.4]
        assert {cell.number_format for cell in shares.values()} == {"0.0%"}
        assert [of_quiz[f"B{row}"].is_date for row in (3, 4)] == [True, True]
        said = {row[0]: row[1] for row in read_me.iter_rows(values_only=True, max_col=2)}
        assert cohort.name[lang] in said.values()
        assert db.get_one(Person, author).name[lang] in said.values()
        named = {cell.value for sheet in (of_questions, of_options) for cell in sheet[1]}
        defined = {"ar": {"نسبة النجاح", "للمراجعة"}, "fr": {"Réussite p", "À examiner"}}[lang]
        assert defined <= named & set(said)

    def test_a_trainer_reads_ones_own_and_the_monitoring_team_all(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, quiz: Quiz, now: dt.datetime
    ) -> None:
        for number in range(10):
            take(db, quiz, learner(db, cohort, number), "11111", now=now)
        url = f"/fr/questions/statistics/{quiz.id}/"
        roles = {"driss": (Role.TRAINER, 404), "mona": (Role.MONITOR, 200), "lina": (Role.LEARNER, 403)}
        for name, (role, status) in roles.items():
            client.signed_in(make_person(db, name, role=role))
            assert client.get(url).status_code == status, name
            assert client.get(f"{url}file").status_code == status, name
        assert self.signed_in(client, db, author).get(url).status_code == 200
        assert client.get("/fr/questions/statistics/999999/").status_code == 404

    def test_a_cohort_can_be_looked_at_by_itself_when_one_holds_it(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, quiz: Quiz, now: dt.datetime
    ) -> None:
        foreign = make_cohort(db)
        for number in range(20):
            take(db, quiz, learner(db, cohort, number), "11111", now=now)
            take(db, quiz, learner(db, foreign, 100 + number), "00000", now=now)
        page = self.signed_in(client, db, author)
        url = f"/fr/questions/statistics/{quiz.id}/"
        assert "<b>10,0</b>" in page.get(url).text
        assert "<b>20,0</b>" in page.get(f"{url}?cohort={cohort.id}").text
        assert "<b>10,0</b>" in page.get(f"{url}?cohort={foreign.id}").text, "not one's own: as if not asked"

    def test_surveys_have_no_marks_and_nobody_is_named(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, quiz: Quiz, now: dt.datetime
    ) -> None:
        take(db, quiz, learner(db, cohort, 1), "11111", now=now)
        page = self.signed_in(client, db, author).get(f"/fr/questions/statistics/{quiz.id}/").text
        assert "p1" not in page.lower().replace("p100", "")
        quiz = db.get_one(Quiz, quiz.id)
        quiz.purpose = Purpose.SURVEY
        database.commit()
        assert client.get(f"/fr/questions/statistics/{quiz.id}/").status_code == 404

    def test_the_page_takes_as_many_statements_for_many_people(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, quiz: Quiz, now: dt.datetime, at_most: Any
    ) -> None:
        self.signed_in(client, db, author)
        for number in range(25):
            take(db, quiz, learner(db, cohort, number), FIXTURE[number % 10], now=now)
        with at_most(12):
            client.get(f"/fr/questions/statistics/{quiz.id}/")
        with at_most(5):
            client.get("/fr/questions/statistics/")


def test_versions_that_nobody_sent_disturb_nothing(db: Any, author: int, cohort: Any, now: dt.datetime) -> None:
    quiz = make_quiz(db, author, shuffle=False)
    question = write(db, author, now, shuffle=False)
    services.quizzes.add_questions(db, quiz, [question], {})
    take(db, quiz, learner(db, cohort, 1), "1", now=now)
    said = services.bank.content_of(db, question)
    changed = type(said)(**{**said.__dict__, "stem": {"ar": "آخر", "fr": "Autre"}})
    services.bank.save(db, question, changed, revision=question.revision, actor_id=author, now=now)
    objective = db.scalars(sa.select(QuestionVersion)).first().objective
    services.bank.add_version(db, question, changed, objective, actor_id=author, now=now)
    database.commit()
    services.attempts.start_attempt(db, quiz, learner(db, cohort, 2), now=now)
    database.commit()

    assert [one["n"] for one in quiz_statistics.report(db, quiz.id)["items"]] == [1]


@pytest.mark.parametrize(
    ("kind", "setting", "value"),
    [("numerical", "tolerance", "5"), ("short_answer", "answers", [])],
)
def test_what_is_typed_is_counted_apart_once_it_is_marked_otherwise(kind: str, setting: str, value: Any) -> None:
    settings = dict(TYPES[kind].examples[0])
    one, same, other = (
        QuestionVersion(id=place, question_id=1, number=place, type=kind, settings=given)
        for place, given in enumerate((settings, dict(settings), {**settings, setting: value}), 1)
    )
    assert quiz_statistics._together([one, same, other]) == {1: 2, 2: 2, 3: 3}


def test_marks_of_people_count_from_their_release(db: Any, author: int, cohort: Any, now: dt.datetime) -> None:
    quiz = make_quiz(db, author, shuffle=False)
    services.quizzes.add_questions(db, quiz, [write(db, author, now, kind="open_answer")], {})
    enrolment = learner(db, cohort, 1)
    attempt = take(db, quiz, enrolment, lambda _question: ["Un"], now=now)
    before = queries.statistics.stamp(db, quiz.id)
    assert quiz_statistics.report(db, quiz.id)["n"] == 0

    row = queries.attempts.questions(db, attempt.id)[0]
    row.fraction = Decimal("0.5")
    services.marking.settle(db, attempt, [row], enrolment, now=now)
    database.commit()
    assert queries.statistics.stamp(db, quiz.id) != before
    assert (quiz_statistics.report(db, quiz.id)["n"], quiz_statistics.report(db, quiz.id)["mean"]) == (1, 0.5)


def test_the_mark_that_was_given_is_what_is_counted(db: Any, author: int, cohort: Any, now: dt.datetime) -> None:
    quiz = five(db, author, now, asks_certainty=True)
    attempt = take(db, quiz, learner(db, cohort, 1), "11111", now=now)
    found = quiz_statistics.report(db, quiz.id)
    assert found["mean"] == float(db.get_one(type(attempt), attempt.id).score) < 1
    assert found["passed"] == 0


def test_the_likeliest_cause_is_named_first_with_its_figures(app: Flask) -> None:
    item = {
        "shows_rates": True, "signals": ["negative"], "p": 0.36, "d": 0.13, "r": -0.37, "ar": (13, 0.0),
        "fr": (15, 0.67), "options": [],
    }  # fmt: skip
    with app.test_request_context("/fr/"):
        g.lang = "fr"
        assert words.short(item).startswith("p 0,00 en arabe (n = 13), 0,67 en français (n = 15)")
        assert "rien n’est encore sûr" in words.advice(item, {})[0]
        assert "−0,37" in words.short({**item, "ar": (3, 0.0)})
        assert words.short({**item, "ar": (3, 0.0), "r": None, "d": -0.2}).startswith("D \u2068−0,20")
