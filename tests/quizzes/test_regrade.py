"""A wrong key is mended once, for everybody: attempts sent, attempts under way, the ledger, and the people told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from lms.accounts.models import Person
from lms.core import audit
from lms.core import db as database
from lms.core.access import Role
from lms.core.mail import Mail
from lms.programme.models import CohortTrainer
from lms.progress import activities
from lms.progress import queries as ledger
from lms.quizzes import queries, services
from lms.quizzes.errors import NothingToRegrade
from lms.quizzes.models import Attempt, MarkChange, Purpose, Question, Quiz, Regrade, RegradeRule
from tests.factories import make_cohort, make_enrolment, make_person, take
from tests.pages import CheckingClient, without_token
from tests.quizzes.test_quizzes_of_trainers import make_quiz, write

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def author(db: Any) -> int:
    return make_person(db, "bilal", role=Role.TRAINER).id


@pytest.fixture
def cohort(db: Any, curriculum: Any) -> Any:
    return make_cohort(db, modules=("planning",))


@pytest.fixture
def question(db: Any, author: int, curriculum: Any, now: dt.datetime) -> Question:
    return write(db, author, now)


@pytest.fixture
def quiz(db: Any, author: int, question: Question, now: dt.datetime) -> Quiz:
    """The test of a module with this question alone."""
    quiz = make_quiz(db, author, purpose=Purpose.TEST, module="planning", published_at=now, attempts_allowed=3)
    services.quizzes.add_questions(db, quiz, [question], {})
    database.commit()
    return quiz


def learner(db: Any, cohort: Any, name: str) -> Any:
    return make_enrolment(db, make_person(db, name), cohort)


def mend(db: Any, question: Question, author: int, now: dt.datetime, *, right: str = "b", **changes: Any) -> None:
    """Another option is right, or something else differs; published."""
    said = services.bank.content_of(db, question)
    settings = {**said.settings, "right": [right]}
    said = replace(said, **{"settings": settings, **changes})
    services.bank.save(db, question, said, revision=question.revision, actor_id=author, now=now)
    services.bank.add_version(db, question, said, queries.bank.version(db, question.id, 1).objective,
                              actor_id=author, now=now)  # fmt: skip
    database.commit()


def regrade(
    db: Any, question: Question, author: int, rule: RegradeRule, now: dt.datetime, run_jobs: Callable[[], None]
) -> Regrade:
    asked = services.regrade.ask(db, question, rule, number=question.current_number, actor_id=author, now=now)
    database.commit()
    run_jobs()
    db.expire_all()
    return asked


def score(db: Any, attempt: Attempt) -> Decimal | None:
    return db.get_one(Attempt, attempt.id, populate_existing=True).score  # type: ignore[no-any-return]


def test_a_new_key_marks_everybody_and_the_ledger_follows_up_and_down(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    said_a, said_b = learner(db, cohort, "chaima"), learner(db, cohort, "hamza")
    right, wrong = take(db, quiz, said_a, "1", now=now), take(db, quiz, said_b, "0", now=now)
    chosen = queries.attempts.questions(db, wrong.id)[0].answer
    database.commit()
    mend(db, question, author, now, right=chosen)

    effects = services.regrade.effects(db, question, RegradeRule.KEY)
    assert [(one.attempt.id, one.old, one.new) for one in effects] == [(right.id, 1, 0), (wrong.id, 0, 1)]
    assert [(one.fails_now, one.passes_now) for one in effects] == [(True, False), (False, True)]
    assert (score(db, right), score(db, wrong)) == (1, 0), "a look changes nothing"

    asked = regrade(db, question, author, RegradeRule.KEY, now, run_jobs)

    assert (score(db, right), score(db, wrong)) == (0, 1)
    assert (asked.changed, asked.done_at is not None) == (2, True)
    entries = [ledger.entries(db, one.id)[activities.test("planning")] for one in (said_a, said_b)]
    assert [(one.share, one.score) for one in entries] == [(0, 0), (1, 1)]


def test_the_old_mark_stays_readable_and_each_person_is_told_once(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    attempt = take(db, quiz, learner(db, cohort, "chaima"), "1", now=now)
    database.commit()
    mend(db, question, author, now)
    asked = regrade(db, question, author, RegradeRule.KEY, now, run_jobs)
    services.regrade.carry_out(db, asked.id)
    database.commit()

    change = db.scalars(sa.select(MarkChange)).one()
    assert (change.attempt_id, change.old_score, change.new_score, change.reason) == (attempt.id, 1, 0, "key")
    assert len(db.scalars(sa.select(Mail).where(Mail.kind == "quizzes.mark-changed")).all()) == 1
    acts = db.scalars(sa.select(audit.AuditEntry.action).order_by(audit.AuditEntry.id)).all()
    assert [act for act in acts if act in ("quizzes.regrade", "quizzes.change-mark")] == [
        "quizzes.regrade",
        "quizzes.change-mark",
    ]


def test_who_had_points_by_the_old_key_keeps_them_when_nobody_loses(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    right = take(db, quiz, learner(db, cohort, "chaima"), "1", now=now)
    wrong = take(db, quiz, learner(db, cohort, "hamza"), "0", now=now)
    chosen = queries.attempts.questions(db, wrong.id)[0].answer
    database.commit()
    mend(db, question, author, now, right=chosen)
    regrade(db, question, author, RegradeRule.BETTER, now, run_jobs)

    assert (score(db, right), score(db, wrong)) == (1, 1)


def test_a_question_that_is_given_up_gives_its_points_to_everybody_until_it_is_mended(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    enrolment = learner(db, cohort, "chaima")
    before = take(db, quiz, enrolment, "0", now=now)
    database.commit()
    regrade(db, question, author, RegradeRule.FULL, now, run_jobs)
    meanwhile = take(db, quiz, enrolment, "0", now=now + HOUR)
    database.commit()
    mend(db, question, author, now)
    after = take(db, quiz, enrolment, "0", now=now + 2 * HOUR)

    assert [score(db, one) for one in (before, meanwhile, after)] == [1, 1, 0]


def test_an_attempt_under_way_is_marked_by_the_mended_key_when_it_is_sent(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime, run_jobs: Callable[[], None]
) -> None:
    take(db, quiz, learner(db, cohort, "chaima"), "1", now=now)
    late = learner(db, cohort, "hamza")
    attempt = services.attempts.start_attempt(db, quiz, late, now=now)
    database.commit()
    mend(db, question, author, now)
    regrade(db, question, author, RegradeRule.KEY, now, run_jobs)
    take(db, quiz, late, "1", now=now)

    row = queries.attempts.questions(db, attempt.id)[0]
    assert (row.version.number, row.key_version.number, row.fraction) == (1, 2, 0)
    assert score(db, attempt) == 0


def test_without_a_correction_attempts_keep_the_key_they_began_with(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime
) -> None:
    enrolment = learner(db, cohort, "chaima")
    services.attempts.start_attempt(db, quiz, enrolment, now=now)
    database.commit()
    mend(db, question, author, now)
    attempt = take(db, quiz, enrolment, "1", now=now)

    assert score(db, attempt) == 1


def test_a_version_with_other_options_cannot_mark_old_answers(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime
) -> None:
    take(db, quiz, learner(db, cohort, "chaima"), "1", now=now)
    database.commit()
    assert services.regrade.rules_for(db, question) == [RegradeRule.FULL]
    said = services.bank.content_of(db, question)
    fewer = {**said.settings, "options": said.settings["options"][:2]}
    mend(db, question, author, now, settings=fewer)

    assert services.regrade.rules_for(db, question) == [RegradeRule.FULL]
    with pytest.raises(NothingToRegrade):
        services.regrade.ask(db, question, RegradeRule.KEY, number=2, actor_id=author, now=now)


def test_what_was_looked_at_is_what_is_carried_out(
    db: Any, author: int, cohort: Any, question: Question, quiz: Quiz, now: dt.datetime
) -> None:
    take(db, quiz, learner(db, cohort, "chaima"), "1", now=now)
    database.commit()
    mend(db, question, author, now)

    for number in (1, 3, None):
        with pytest.raises(NothingToRegrade):
            services.regrade.ask(db, question, RegradeRule.KEY, number=number, actor_id=author, now=now)


class TestPage:
    def url(self, question: Question, **arguments: str) -> str:
        asked = "&".join(f"{name}={value}" for name, value in arguments.items())
        return f"/fr/questions/{question.id}/marks/?{asked}"

    def test_it_names_the_people_of_ones_own_cohorts_only(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, question: Question, quiz: Quiz,
        now: dt.datetime, at: Callable[[dt.datetime], None],
    ) -> None:  # fmt: skip
        at(now)
        take(db, quiz, learner(db, cohort, "chaima"), "1", now=now)
        take(db, quiz, learner(db, make_cohort(db, modules=("planning",)), "hamza"), "1", now=now)
        db.add(CohortTrainer(cohort_id=cohort.id, person_id=author))
        database.commit()
        mend(db, question, author, now)
        client.signed_in(db.get_one(Person, author))
        page = client.get(self.url(question, rule="key")).text

        assert "Chaima" in page
        assert "Hamza" not in page
        assert (page.count("20/20"), page.count(">0/20")) == (1, 1)
        assert "1 autre note" in page

    def test_a_correction_from_the_page_changes_the_mark_and_the_learner_reads_both(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, question: Question, quiz: Quiz,
        now: dt.datetime, at: Callable[[dt.datetime], None], run_jobs: Callable[[], None],
    ) -> None:  # fmt: skip
        at(now)
        enrolment = learner(db, cohort, "chaima")
        take(db, quiz, enrolment, "1", now=now)
        database.commit()
        mend(db, question, author, now)
        client.signed_in(db.get_one(Person, author))
        answer = client.post(self.url(question), data={"rule": "key", "version": "2"}, follow_redirects=True)
        assert "en cours" in answer.text
        run_jobs()
        assert "1 note" in client.get(self.url(question)).text

        client.signed_in(enrolment.person)
        page = without_token(client.get(f"/fr/quizzes/{quiz.id}/attempts/1/result/").text)
        assert [words in page for words in ("20/20", "0/20", "clé")] == [True, True, True]

    @pytest.mark.parametrize("data", [{}, {"rule": "none"}, {"rule": "key"}, {"rule": "key", "version": "x"}])
    def test_bad_input_changes_nothing(
        self, client: CheckingClient, db: Any, author: int, cohort: Any, question: Question, quiz: Quiz,
        now: dt.datetime, at: Callable[[dt.datetime], None], data: dict[str, str],
    ) -> None:  # fmt: skip
        at(now)
        take(db, quiz, learner(db, cohort, "chaima"), "1", now=now)
        database.commit()
        mend(db, question, author, now)
        client.signed_in(db.get_one(Person, author))

        assert client.post(self.url(question), data=data).status_code in (400, 409, 422)
        assert db.scalars(sa.select(Regrade)).all() == []

    def test_somebody_elses_private_question_is_not_there(
        self, client: CheckingClient, db: Any, question: Question, now: dt.datetime, at: Callable[[dt.datetime], None]
    ) -> None:
        at(now)
        question.is_shared = False
        database.commit()
        client.signed_in(make_person(db, "driss", role=Role.TRAINER))
        assert client.get(self.url(question)).status_code == 404
