"""What waits to be marked: which answers, in which order, and without a name."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts.models import Person
from lms.core import db as database
from lms.core.access import Role
from lms.core.paging import PAGE_SIZE
from lms.programme.models import Enrolment
from lms.quizzes import hooks, queries, services
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
)
from lms.quizzes.queries.pile import MarkState
from lms.quizzes.question_types import TYPES
from tests.factories import make_enrolment, make_person
from tests.pages import CheckingClient
from tests.quizzes.grading.world import (
    FULL,
    World,
    acts,
    first_person,
    page_of,
    person,
    question,
)


class TestWhatWaits:
    def test_only_answers_that_were_given_in_attempts_that_were_sent(self, world: World) -> None:
        sent = world.answer_of("chaima")
        world.answer_of("nobody", "")
        world.answer_of("test", is_test=True)
        opened = make_enrolment(world.db, make_person(world.db, "later"), world.cohort)
        begun = services.attempts.start_attempt(world.db, world.quiz, opened, now=world.now)
        services.attempts.save_answer(
            world.db, opened.person_id, world.quiz.id, begun.number, 1, device="tab", counter=1, values=["Pas fini"],
            lang="fr", now=world.now,
        )  # fmt: skip

        assert queries.pile.counts(world.db, world.bilal).waiting == 1
        assert [copy.id for copy in queries.pile.copies(world.db, world.bilal, world.quiz.id)] == [sent]

    def test_only_of_questions_that_people_mark(self, world: World) -> None:
        closed = question(world.db, world.bilal, world.now, "true_false", dict(TYPES["true_false"].examples[0]))
        services.quizzes.add_questions(world.db, world.quiz, [closed], {})
        person = make_person(world.db, "chaima")
        enrolment = make_enrolment(world.db, person, world.cohort)
        sent = world.sent_by(enrolment, "Un texte", closed=True)

        assert queries.pile.counts(world.db, world.bilal).waiting == 1
        assert [copy.id for copy in queries.pile.copies(world.db, world.bilal, world.quiz.id)] == [sent]

    def test_home_says_how_many_and_how_old_and_its_link_opens_the_next_at_once(
        self, world: World, trainer: CheckingClient, at: Callable[..., None]
    ) -> None:
        number = world.answer_of("chaima")
        at(world.now + dt.timedelta(days=3))
        client = trainer.signed_in(person(world, world.bilal))
        home = client.get("/fr/", follow_redirects=True).text

        assert "/fr/questions/grading/next" in home
        answer = client.get("/fr/questions/grading/next")
        assert answer.headers["Location"].endswith(page_of(number))

    def test_home_says_nothing_to_a_trainer_of_another_cohort(self, world: World, driss: CheckingClient) -> None:
        world.answer_of("chaima")

        assert "grading" not in driss.get("/fr/", follow_redirects=True).text
        assert driss.get("/fr/questions/grading/next").headers["Location"].endswith("/fr/questions/grading/")

    def test_the_quiz_whose_answer_is_oldest_comes_first(self, world: World) -> None:
        number = world.answer_of("chaima")
        assert queries.pile.oldest_quiz(world.db, world.bilal) == world.quiz.id
        world.mark(number)
        assert queries.pile.oldest_quiz(world.db, world.bilal) is None

    @pytest.mark.parametrize("path", ["questions/grading/", "questions/grading/next", "{copies}", "{answer}", "{home}"])
    def test_no_page_reads_more_rows_the_more_wait(
        self, app: Flask, world: World, trainer: CheckingClient, path: str
    ) -> None:
        number = world.answer_of("chaima")
        addresses = {
            "{copies}": f"questions/grading/quizzes/{world.quiz.id}/", "{answer}": f"questions/grading/{number}/",
            "{home}": "",
        }  # fmt: skip
        url = f"/fr/{addresses.get(path, path)}"

        def read(count: int) -> int:
            many_more(world, number, count, name=f"p{count}")
            with rows_read(app) as counted:
                assert trainer.get(url, follow_redirects=path == "{home}").status_code in (200, 302)
            return sum(counted)

        few = read(PAGE_SIZE + 10)
        assert read(2 * PAGE_SIZE) <= few

    def test_home_counts_what_is_to_do_by_kind(self, app: Flask, world: World) -> None:
        waits, apart, ready = (world.answer_of(name) for name in ("chaima", "zineb", "hind"))
        world.second_marker()
        for number, second in ((apart, {"gap": 0, "cause": 0}), (ready, FULL)):
            world.mark(number)
            world.mark(number, second, by=world.salma)
        actor: Any = SimpleNamespace(person_id=world.bilal, roles={Role.TRAINER})

        with app.test_request_context("/fr/"):
            found = {task.icon: task.count for task in hooks.tasks(world.db, actor, now=world.now)}

        assert found == {"pencil": 1, "alert": 1, "check": 1}
        assert world.state(waits) == MarkState.WAITING

    @pytest.mark.parametrize("path", ["", "next", "{copies}", "{answer}"])
    def test_every_page_sends_few_statements_whatever_waits(
        self, world: World, trainer: CheckingClient, at_most: Any, path: str
    ) -> None:
        number = world.answer_of("chaima")
        many_more(world, number, 200)
        world.second_marker()
        for copy in queries.pile.copies(world.db, world.bilal, world.quiz.id)[:20]:
            world.mark(copy.id, by=world.salma)
            world.mark(copy.id, {"gap": 0, "cause": 0})
        addresses = {"{copies}": f"quizzes/{world.quiz.id}/", "{answer}": f"{number}/"}
        url = f"/fr/questions/grading/{addresses.get(path, path)}"
        database.commit()

        with at_most(12):
            assert trainer.get(url).status_code in (200, 302)
        with at_most(18):
            assert trainer.get("/fr/cohorts/").status_code == 200


@contextlib.contextmanager
def rows_read(app: Flask) -> Iterator[list[int]]:
    """How many rows each query brings; asked a second time, since nobody counts them as they come."""
    counted: list[int] = []

    def note(connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            again = connection.connection.cursor()
            again.execute(f"SELECT count(*) FROM ({statement}) AS found", values)
            counted.append(again.fetchone()[0])

    with app.app_context():
        engine = database.db.engine
    sa.event.listen(engine, "after_cursor_execute", note)
    try:
        yield counted
    finally:
        sa.event.remove(engine, "after_cursor_execute", note)


def many_more(world: World, number: int, count: int, *, name: str = "p") -> None:
    """The answer again, of other people, written straight into the tables."""
    like = world.answer(number)
    first = like.attempt
    people = [
        Person(**{**plain(person(world, first_person(world, first))), "email": f"{name}-{n}@example.ma"})
        for n in range(count)
    ]
    world.db.add_all(people)
    world.db.flush()
    enrolments = [
        Enrolment(cohort_id=world.cohort.id, person_id=one.id, enrolled_at=world.now, level="central") for one in people
    ]
    world.db.add_all(enrolments)
    world.db.flush()
    attempts = [Attempt(**{**plain(first), "enrolment_id": one.id}) for one in enrolments]
    world.db.add_all(attempts)
    world.db.flush()
    world.db.add_all(AttemptQuestion(**{**plain(like), "attempt_id": one.id}) for one in attempts)
    database.commit()


def plain(row: Any) -> dict[str, Any]:
    """The values of a row without its number, composites left whole."""
    mapper = sa.inspect(type(row))
    parts = {key for one in mapper.composites for key in (column.key for column in one.props)}
    values = {one.key: getattr(row, one.key) for one in mapper.column_attrs if one.key != "id" and one.key not in parts}
    return values | {one.key: getattr(row, one.key) for one in mapper.composites}


class TestAnonymity:
    def test_a_page_holds_nothing_of_the_person(self, world: World, trainer: CheckingClient) -> None:
        world.answer_of("chaima")
        number = world.answer_of("zineb", "الطريق طويل")
        attempt = world.attempt_of(number)
        person_id = first_person(world, attempt)
        text = trainer.get(page_of(number)).text
        copies = trainer.get(f"/fr/questions/grading/quizzes/{world.quiz.id}/").text

        for page in (text, copies):
            assert "Zineb" not in page
            assert "zineb" not in page
            assert not re.search(rf"people/{person_id}|enrolment|person_id", page)
        answer = re.search(r'<p class="answer-text"([^>]*)>', text)
        assert answer is not None
        assert answer[1].strip() == 'dir="auto"'

    def test_copies_are_by_question_and_in_an_order_that_is_neither_time_nor_name(self, world: World) -> None:
        numbers = [world.answer_of(f"person{place:02d}") for place in range(12)]
        found = queries.pile.copies(world.db, world.bilal, world.quiz.id)

        assert [copy.number for copy in found] == list(range(1, 13))
        order = [copy.id for copy in found]
        assert order not in (numbers, numbers[::-1])
        assert order == [copy.id for copy in queries.pile.copies(world.db, world.salma, world.quiz.id)]

    def test_looking_at_the_name_is_recorded_and_holds_for_that_page_only(
        self, world: World, trainer: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        shown = trainer.post(page_of(number), data={"do": "name", "comment": "À garder", "points-2": "2"})

        assert "Chaima Alaoui" in shown.text
        assert "À garder" in shown.text
        assert re.search(
            r'name="points-2"[^>]*value="2"[^>]*checked|checked[^>]*name="points-2"[^>]*value="2"', shown.text
        )
        assert acts(world.db).count("quizzes.see-name") == 1
        assert "Chaima" not in trainer.get(page_of(number)).text
        assert acts(world.db).count("quizzes.see-name") == 1
