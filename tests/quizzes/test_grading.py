"""Open answers marked by people: what waits, marks, second markers, the release, and changes after it."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from lms.accounts.models import Person
from lms.core import audit, own_data
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import EMPTY, Bilingual
from lms.core.mail import Mail
from lms.programme.models import Cohort, CohortTrainer, Enrolment
from lms.progress import queries as ledger
from lms.quizzes import mails, marks, privacy, queries, services
from lms.quizzes.content import Content
from lms.quizzes.errors import MarkedMeanwhile, MarksReleased, NotReleased, WrongPoints
from lms.quizzes.models import (
    Attempt,
    AttemptQuestion,
    CommentSnippet,
    Feedback,
    MarkChange,
    Purpose,
    Question,
    Quiz,
)
from lms.quizzes.queries.grading import MarkState
from lms.quizzes.question_types import TYPES
from lms.quizzes.question_types.base import words
from tests.factories import make_cohort, make_enrolment, make_person, read_lessons
from tests.pages import CheckingClient
from tests.parallel import at_once

#: The rubric brings 12 + 3 points: four parts of it are 3.75.
SETTINGS = {
    "criteria": [
        {"key": "gap", "text": words("الفجوة", "L’écart"), "points": 12},
        {"key": "cause", "text": words("السبب", "La cause"), "points": 3},
    ],
    "most_words": 5,
    "model": words("جواب نموذجي", "Réponse modèle"),
}
FULL = {"gap": 12, "cause": 3}
SECRET = "Une remarque du jury"


@dataclass
class World:
    """Bilal holds a cohort in which Chaima and two others answered an open question, and Salma marks beside him."""

    db: Any
    now: dt.datetime
    bilal: int
    salma: int
    cohort: Cohort
    quiz: Quiz

    def answer_of(self, name: str, text: str = "Le trajet est long.", *, is_test: bool = False) -> int:
        """A new person of the cohort sends one answer; gives the number of the answer."""
        person = self.db.scalars(sa.select(Person).where(Person.email == f"{name}@example.ma")).first()
        person = person or make_person(self.db, name)
        enrolment = make_enrolment(self.db, person, self.cohort)
        enrolment.is_test = is_test
        return self.sent_by(enrolment, text)

    def sent_by(self, enrolment: Enrolment, text: str, *, closed: bool = False) -> int:
        """An attempt with this open answer; ``closed``: other questions are answered too."""
        attempt = services.attempts.start_attempt(self.db, self.quiz, enrolment, now=self.now)
        for question in attempt.questions:
            is_open = question.version.type == "open_answer"
            values = [text] if is_open and text else [question.order[0][0]] if closed and not is_open else []
            services.attempts.save_answer(
                self.db, enrolment.person_id, self.quiz.id, attempt.number, question.position, device="tab", counter=1,
                values=values, lang="fr", now=self.now,
            )  # fmt: skip
        self.db.expire_all()
        services.attempts.submit(self.db, attempt, by="person", now=self.now)
        database.commit()
        return next(int(one.id) for one in attempt.questions if one.version.type == "open_answer")

    def answer(self, number: int, marker: int | None = None) -> AttemptQuestion:
        self.db.expire_all()
        found = queries.grading.answer_or_none(self.db, marker or self.bilal, number)
        assert found is not None
        return found

    def mark(self, number: int, points: dict[str, int] = FULL, *, by: int | None = None, comment: str = "") -> None:
        marker = by or self.bilal
        services.grading.mark(self.db, self.answer(number, marker), points, comment, marker_id=marker, now=self.now)
        database.commit()

    def state(self, number: int, marker: int | None = None) -> MarkState:
        self.db.expire_all()
        found = queries.grading.copies(self.db, marker or self.bilal, self.quiz.id)
        return next(copy.state for copy in found if copy.id == number)

    def release(self, by: int | None = None) -> services.grading.Released:
        self.db.expire_all()
        done = releasing(self.quiz.id, by or self.bilal, self.now)(self.db)
        database.commit()
        self.db.expire_all()
        return done

    def attempt_of(self, number: int) -> Attempt:
        self.db.expire_all()
        return self.db.get_one(AttemptQuestion, number).attempt  # type: ignore[no-any-return]

    def second_marker(self) -> None:
        self.quiz.second_marker = True
        database.commit()


def question(db: Any, owner: int, now: dt.datetime, kind: str, settings: Any) -> Question:
    said = Content(
        kind, stem=words("سؤال؟", "Pourquoi cet écart\u00a0?"), settings=settings, explanation=words("ل", "C")
    )
    made = services.bank.create(db, said, owner_id=owner, now=now)
    assert services.bank.publish(db, made, EMPTY, actor_id=owner, now=now, needs_second=False)
    return made


@pytest.fixture
def world(db: Any, curriculum: Any, now: dt.datetime, at: Callable[..., None]) -> World:
    at(now)
    bilal = make_person(db, "bilal", role=Role.TRAINER)
    salma = make_person(db, "salma", role=Role.TRAINER)
    cohort = make_cohort(db, trainers=[bilal, salma])
    rules = {
        "title": Bilingual("اختبار", "Un quiz ouvert"), "module": "concepts", "purpose": Purpose.PRACTICE,
        "feedback": Feedback.AFTER_SUBMIT, "shuffle": False, "published_at": now,
    }  # fmt: skip
    quiz = services.quizzes.create(db, rules, owner_id=bilal.id)
    services.quizzes.add_questions(db, quiz, [question(db, bilal.id, now, "open_answer", SETTINGS)], {})
    database.commit()
    return World(db, now, int(bilal.id), int(salma.id), cohort, quiz)


def person(world: World, person_id: int) -> Person:
    return world.db.get_one(Person, person_id)  # type: ignore[no-any-return]


@pytest.fixture
def trainer(client: CheckingClient, world: World) -> CheckingClient:
    return client.signed_in(person(world, world.bilal))


@pytest.fixture
def other(app: Flask, world: World) -> CheckingClient:
    client: Any = app.test_client()
    return client.signed_in(person(world, world.salma))  # type: ignore[no-any-return]


@pytest.fixture
def driss(app: Flask, world: World) -> CheckingClient:
    """A trainer who holds another cohort."""
    client: Any = app.test_client()
    driss = make_person(world.db, "driss", role=Role.TRAINER)
    make_cohort(world.db, trainers=[driss])
    return client.signed_in(driss)  # type: ignore[no-any-return]


def page_of(number: int, rest: str = "") -> str:
    return f"/fr/questions/grading/{number}/{rest}"


POINTS = {"points-1": "12", "points-2": "3"}


def kinds_sent(db: Any) -> list[str]:
    return [kind for kind in db.scalars(sa.select(Mail.kind).order_by(Mail.id)) if kind.startswith("quizzes.")]


def acts(db: Any) -> list[str]:
    return list(db.scalars(sa.select(audit.AuditEntry.action).order_by(audit.AuditEntry.id)))


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

        assert [copy.id for copy in queries.grading.unreleased(world.db, world.bilal)] == [sent]
        assert [copy.id for copy in queries.grading.copies(world.db, world.bilal, world.quiz.id)] == [sent]

    def test_only_of_questions_that_people_mark(self, world: World) -> None:
        closed = question(world.db, world.bilal, world.now, "true_false", dict(TYPES["true_false"].examples[0]))
        services.quizzes.add_questions(world.db, world.quiz, [closed], {})
        person = make_person(world.db, "chaima")
        enrolment = make_enrolment(world.db, person, world.cohort)
        sent = world.sent_by(enrolment, "Un texte", closed=True)

        assert [copy.id for copy in queries.grading.unreleased(world.db, world.bilal)] == [sent]
        assert [copy.id for copy in queries.grading.copies(world.db, world.bilal, world.quiz.id)] == [sent]

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
        copies = queries.grading.unreleased(world.db, world.bilal)
        assert queries.grading.oldest_quiz(copies) == world.quiz.id
        world.mark(number)
        assert queries.grading.oldest_quiz(queries.grading.unreleased(world.db, world.bilal)) is None

    @pytest.mark.parametrize("path", ["", "next", "{copies}", "{answer}"])
    def test_every_page_sends_few_statements_whatever_waits(
        self, world: World, trainer: CheckingClient, at_most: Any, path: str
    ) -> None:
        number = world.answer_of("chaima")
        many_more(world, number, 200)
        world.second_marker()
        for copy in queries.grading.unreleased(world.db, world.bilal)[:20]:
            world.mark(copy.id, by=world.salma)
            world.mark(copy.id, {"gap": 0, "cause": 0})
        addresses = {"{copies}": f"quizzes/{world.quiz.id}/", "{answer}": f"{number}/"}
        url = f"/fr/questions/grading/{addresses.get(path, path)}"
        database.commit()

        with at_most(12):
            assert trainer.get(url).status_code in (200, 302)
        with at_most(16):
            assert trainer.get("/fr/cohorts/").status_code == 200


def many_more(world: World, number: int, count: int) -> None:
    """The answer again, of other people, written straight into the tables."""
    like = world.answer(number)
    first = like.attempt
    people = [
        Person(**{**plain(person(world, first_person(world, first))), "email": f"p{n}@example.ma"})
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


def first_person(world: World, attempt: Attempt) -> int:
    return int(world.db.get_one(Enrolment, attempt.enrolment_id).person_id)


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
        found = queries.grading.copies(world.db, world.bilal, world.quiz.id)

        assert [copy.number for copy in found] == list(range(1, 13))
        order = [copy.id for copy in found]
        assert order not in (numbers, numbers[::-1])
        assert order == [copy.id for copy in queries.grading.copies(world.db, world.salma, world.quiz.id)]

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


class TestMarking:
    def test_save_and_next_keeps_the_place(self, world: World, trainer: CheckingClient) -> None:
        for name in ("chaima", "zineb", "hind"):
            world.answer_of(name)
        first, second, third = queries.grading.copies(world.db, world.bilal, world.quiz.id)

        answer = trainer.post(page_of(second.id), data={**POINTS, "comment": "Bien vu."})
        assert answer.headers["Location"].endswith(page_of(third.id))
        answer = trainer.post(page_of(third.id), data=POINTS)
        assert answer.headers["Location"].endswith(page_of(first.id))
        answer = trainer.post(page_of(first.id), data=POINTS)
        assert answer.headers["Location"].endswith("/fr/questions/grading/")
        (mark,) = queries.grading.marks(world.db, second.id)
        assert (mark.points, mark.comment, mark.marker_id) == (FULL, "Bien vu.", world.bilal)

    def test_the_page_counts_words_and_places_and_holds_real_radios(
        self, world: World, trainer: CheckingClient
    ) -> None:
        number = world.answer_of("chaima", "un deux trois quatre cinq six")
        text = trainer.get(page_of(number)).text

        assert re.search(r'class="chip warn">[^<]*6[^<]*5', text)
        assert len(re.findall(r'type="radio"', text)) == 4
        assert 'name="points-1"' in text
        assert 'inputmode="numeric"' in text
        assert "Réponse modèle" in text
        assert "object at 0x" not in text

    def test_marking_again_changes_ones_own_mark(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 1, "cause": 1})
        world.mark(number, {"gap": 2, "cause": 0}, comment="Relu")

        (mark,) = queries.grading.marks(world.db, number)
        assert (mark.points, mark.comment) == ({"gap": 2, "cause": 0}, "Relu")

    @pytest.mark.parametrize(
        "points",
        [
            {},
            {"gap": 12},
            {"gap": 13, "cause": 3},
            {"gap": -1, "cause": 3},
            {"gap": 1, "cause": 1, "style": 1},
        ],
    )
    def test_points_that_the_rubric_cannot_give_are_refused(self, world: World, points: dict[str, int]) -> None:
        number = world.answer_of("chaima")

        with pytest.raises(WrongPoints):
            world.mark(number, points)
        assert queries.grading.marks(world.db, number) == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"points-1": "13"},
            {"points-1": "deux"},
            {"points-1": ""},
            {"points-2": "4"},
            {"points-2": "-1"},
            {"points-9": "1"},
            {"comment": "x" * 4001},
        ],
    )
    def test_a_refused_form_keeps_what_was_typed(
        self, world: World, trainer: CheckingClient, wrong: dict[str, str]
    ) -> None:
        number = world.answer_of("chaima")
        answer = trainer.post(page_of(number), data={**POINTS, "comment": "Bien vu.", **wrong})

        assert answer.status_code == 422
        assert (wrong.get("comment") or "Bien vu.") in answer.text
        assert queries.grading.marks(world.db, number) == []

    def test_an_answer_of_another_cohort_is_not_there(self, world: World, driss: CheckingClient) -> None:
        number = world.answer_of("chaima")
        quiz = f"/fr/questions/grading/quizzes/{world.quiz.id}/"

        for path in (page_of(number), page_of(number, "change"), quiz):
            assert driss.get(path).status_code == 404
        for path in (page_of(number), page_of(number, "change"), f"{quiz}release"):
            assert driss.post(path, data=POINTS).status_code == 404
        assert queries.grading.marks(world.db, number) == []

    def test_a_button_that_nobody_drew_is_refused(self, world: World, trainer: CheckingClient) -> None:
        assert trainer.post(page_of(world.answer_of("chaima")), data={"do": "praise"}).status_code == 400

    def test_where_one_marks_another_trainer_is_told_and_sees_the_mark(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 7, "cause": 1})
        answer = other.post(page_of(number), data={**POINTS, "comment": "Mon avis"})

        assert answer.status_code == 409
        assert "7/12" in answer.text
        assert "Mon avis" in answer.text
        assert [mark.marker_id for mark in queries.grading.marks(world.db, number)] == [world.bilal]

    def test_of_two_at_once_one_is_the_marker(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        results = at_once(app, [marking(number, who, world.now) for who in (world.bilal, world.salma)])

        assert sorted(type(one).__name__ for one in results) == ["AnswerMark", "MarkedMeanwhile"]
        assert len(queries.grading.marks(world.db, number)) == 1

    def test_one_person_who_sends_twice_at_once_gives_one_mark(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        results = at_once(app, [marking(number, world.bilal, world.now)] * 2)

        assert [type(one).__name__ for one in results] == ["AnswerMark"] * 2
        assert len(queries.grading.marks(world.db, number)) == 1


def releasing(quiz_id: int, who: int, now: dt.datetime) -> Callable[[Any], services.grading.Released]:
    def act(db: Any) -> services.grading.Released:
        with current_app.test_request_context():  # addresses are written into the messages
            return services.grading.release(db, db.get_one(Quiz, quiz_id), trainer_id=who, now=now)

    return act


def marking(number: int, who: int, now: dt.datetime, points: dict[str, int] = FULL) -> Callable[[Any], Any]:
    def act(db: Any) -> Any:
        answer = queries.grading.answer_or_none(db, who, number)
        assert answer is not None
        return services.grading.mark(db, answer, points, "", marker_id=who, now=now)

    return act


class TestSnippets:
    def test_a_comment_is_kept_inserted_and_forgotten_with_everything_typed(
        self, world: World, trainer: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        kept = trainer.post(page_of(number), data={"do": "keep", "comment": "Comparer des parts.", "points-1": "5"})
        assert kept.status_code == 200
        (snippet,) = queries.grading.snippets(world.db, world.bilal)
        snippet_id = snippet.id
        inserted = trainer.post(
            page_of(number), data={"do": f"insert:{snippet_id}", "comment": "Bien.", "points-1": "5"}
        )
        assert "Bien.\nComparer des parts.</textarea>" in inserted.text
        assert re.search(r'value="5"', inserted.text)
        trainer.post(page_of(number), data={"do": f"forget:{snippet_id}"})
        assert queries.grading.snippets(world.db, world.bilal) == []

    def test_another_trainers_sentence_is_neither_inserted_nor_forgotten(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        services.grading.keep_snippet(world.db, "Une phrase de Bilal", owner_id=world.bilal, now=world.now)
        database.commit()
        (snippet,) = queries.grading.snippets(world.db, world.bilal)
        snippet_id = snippet.id

        assert "Une phrase de Bilal" not in other.post(page_of(number), data={"do": f"insert:{snippet_id}"}).text
        other.post(page_of(number), data={"do": f"forget:{snippet_id}"})
        assert len(queries.grading.snippets(world.db, world.bilal)) == 1

    @pytest.mark.parametrize("text", ["", "x" * 501])
    def test_nothing_and_too_much_are_not_kept(self, world: World, trainer: CheckingClient, text: str) -> None:
        answer = trainer.post(page_of(world.answer_of("chaima")), data={"do": "keep", "comment": text})

        assert answer.status_code == 422
        assert queries.grading.snippets(world.db, world.bilal) == []

    def test_a_sentence_is_kept_once_and_no_more_than_the_limit(self, world: World) -> None:
        for place in [0, *range(services.grading.MOST_SNIPPETS)]:
            assert services.grading.keep_snippet(world.db, f"Phrase {place}", owner_id=world.bilal, now=world.now)

        assert not services.grading.keep_snippet(world.db, "Une de trop", owner_id=world.bilal, now=world.now)
        assert len(queries.grading.snippets(world.db, world.bilal)) == services.grading.MOST_SNIPPETS


class TestSecondMarker:
    def test_the_second_does_not_see_the_first_mark_before_giving_theirs(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number, {"gap": 7, "cause": 1}, comment=SECRET)
        assert world.state(number) == MarkState.HALF
        assert world.state(number, world.salma) == MarkState.WAITING
        marks = queries.grading.marks(world.db, number)
        assert queries.grading.shown_to(marks, world.salma, needs_second=True, possible=15) == []
        assert queries.grading.shown_to(marks, world.bilal, needs_second=True, possible=15) == marks
        before = other.get(page_of(number)).text
        assert "7/12" not in before
        assert SECRET not in before

        other.post(page_of(number), data={"points-1": "6", "points-2": "1"})
        after = other.get(page_of(number)).text
        assert "7/12" in after
        assert SECRET in after

    def test_of_two_at_once_one_is_the_first_and_one_the_second(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        at_once(app, [marking(number, who, world.now) for who in (world.bilal, world.salma)])

        found = queries.grading.marks(world.db, number)
        assert [mark.number for mark in found] == [1, 2]
        assert {mark.marker_id for mark in found} == {world.bilal, world.salma}

    def test_who_did_not_know_of_the_first_mark_is_told_that_theirs_is_the_second(
        self, world: World, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        answer = other.post(page_of(number), data=POINTS, follow_redirects=True)

        assert answer.text.count('class="notice info"') >= 1
        assert world.state(number) == MarkState.FINAL

    def test_a_third_cannot_mark(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        third = make_person(world.db, "third", role=Role.TRAINER)
        world.db.add(CohortTrainer(cohort_id=world.cohort.id, person_id=third.id))
        world.mark(number)
        world.mark(number, by=world.salma)

        with pytest.raises(MarkedMeanwhile):
            world.mark(number, by=int(third.id))

    @pytest.mark.parametrize(
        ("second", "state"),
        [
            ({"gap": 9, "cause": 3}, MarkState.FINAL),
            ({"gap": 9, "cause": 2}, MarkState.TO_AGREE),
        ],
    )
    def test_marks_agree_when_they_differ_by_a_quarter_of_the_points_at_most(
        self, world: World, second: dict[str, int], state: MarkState
    ) -> None:
        """15 points: 3 apart is within 3.75, 4 apart is not."""
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, second, by=world.salma)

        assert world.state(number) == state

    def test_exactly_a_quarter_still_agrees(self) -> None:
        assert queries.grading.agree({"a": 4}, {"a": 3}, 4)
        assert not queries.grading.agree({"a": 4}, {"a": 2}, 4)

    def test_who_are_apart_see_both_marks_and_either_mends_their_own(
        self, world: World, trainer: CheckingClient, other: CheckingClient
    ) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, {"gap": 1, "cause": 0}, by=world.salma)
        for client in (trainer, other):
            text = client.get(page_of(number)).text
            assert "12/12" in text
            assert "1/12" in text
        assert world.release().attempts == 0

        other.post(page_of(number), data={"points-1": "10", "points-2": "2"})
        assert world.state(number) == MarkState.FINAL
        assert [sum(mark.points.values()) for mark in queries.grading.marks(world.db, number)] == [15, 12]

    def test_the_mean_of_both_counts(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, {"gap": 9, "cause": 3}, by=world.salma)
        world.release()

        assert world.attempt_of(number).score == Decimal("0.9")


class TestRelease:
    def test_attempts_get_their_mark_and_the_learner_is_told_without_it(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 6, "cause": 3})
        assert world.attempt_of(number).score is None

        assert world.release() == services.grading.Released(1, 0)
        assert world.attempt_of(number).score == Decimal("0.6")
        assert world.db.get_one(AttemptQuestion, number).fraction == Decimal("0.6")
        assert kinds_sent(world.db) == [mails.THERE]
        text = world.db.scalars(sa.select(Mail.text).where(Mail.kind == mails.THERE)).one()
        assert f"/fr/quizzes/{world.quiz.id}/attempts/1/result/" in text
        assert not re.search(r"\b(0[.,]6|12|9)\b", text.split("http")[0])
        assert acts(world.db).count("quizzes.release-marks") == 1
        assert world.db.scalars(sa.select(MarkChange)).all() == []

    def test_a_second_release_does_nothing_more(self, world: World) -> None:
        world.mark(world.answer_of("chaima"))
        world.release()

        assert world.release() == services.grading.Released(0, 0)
        assert kinds_sent(world.db) == [mails.THERE]
        assert acts(world.db).count("quizzes.release-marks") == 1

    def test_two_releases_at_once_tell_each_learner_once(self, app: Flask, world: World) -> None:
        for name in ("chaima", "zineb"):
            world.mark(world.answer_of(name))
        quiz_id, now = world.quiz.id, world.now

        results = at_once(app, [releasing(quiz_id, who, now) for who in (world.bilal, world.salma)])

        assert sorted(done.attempts for done in results) == [0, 2]
        assert kinds_sent(world.db) == [mails.THERE] * 2

    def test_a_release_waits_for_a_mark_that_is_being_given(self, app: Flask, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        is_marked = threading.Event()
        mark = marking(number, world.bilal, world.now, {"gap": 3, "cause": 0})
        release = releasing(world.quiz.id, world.salma, world.now)

        def mark_slowly(db: Any) -> None:
            mark(db)
            is_marked.set()
            time.sleep(0.3)

        def release_meanwhile(db: Any) -> None:
            is_marked.wait(5)
            release(db)

        at_once(app, [mark_slowly, release_meanwhile])
        assert world.attempt_of(number).score == Decimal("0.2")

    def test_attempts_that_still_wait_stay_until_the_next_release(self, world: World) -> None:
        done, waits = world.answer_of("chaima"), world.answer_of("zineb")
        world.mark(done)

        assert world.release() == services.grading.Released(1, 1)
        assert world.attempt_of(waits).score is None
        world.mark(waits)
        assert world.release() == services.grading.Released(1, 0)

    def test_an_attempt_waits_for_the_last_of_its_open_answers(self, world: World) -> None:
        more = question(world.db, world.bilal, world.now, "open_answer", {**SETTINGS, "most_words": 9})
        services.quizzes.add_questions(world.db, world.quiz, [more], {})
        number = world.answer_of("chaima")
        world.mark(number)

        assert world.release() == services.grading.Released(0, 1)
        assert world.db.get_one(AttemptQuestion, number).fraction is None

    def test_an_open_answer_left_empty_holds_nothing_up(self, world: World) -> None:
        number = world.answer_of("chaima", "")

        assert world.attempt_of(number).score == 0

    def test_it_stays_within_the_trainers_cohorts(self, world: World) -> None:
        number = world.answer_of("chaima")
        elsewhere = make_person(world.db, "salim", role=Role.TRAINER)
        theirs = make_cohort(world.db, trainers=[elsewhere])
        there = world.sent_by(make_enrolment(world.db, make_person(world.db, "zineb"), theirs), "Un texte")
        world.mark(number)
        world.mark(there, by=int(elsewhere.id))
        world.release()

        assert world.attempt_of(number).score is not None
        assert world.attempt_of(there).score is None

    def test_what_counts_of_a_module_test_reaches_the_ledger(self, world: World, curriculum: Any) -> None:
        test = queries.attempts.test_of(world.db, "concepts")
        assert test is not None
        test.archived_at = world.now
        world.quiz.purpose = Purpose.TEST
        world.db.flush()
        person = make_person(world.db, "chaima")
        enrolment = make_enrolment(world.db, person, world.cohort)
        read_lessons(world.db, enrolment, curriculum, now=world.now)
        number = world.sent_by(enrolment, "Un texte")
        world.mark(number)
        assert "test:concepts" not in ledger.entries(world.db, enrolment.id)
        world.release()

        assert ledger.entries(world.db, enrolment.id)["test:concepts"].share == 1

    def test_the_page_releases_and_says_how_many(self, world: World, trainer: CheckingClient) -> None:
        number, waits = world.answer_of("chaima"), world.answer_of("zineb")
        world.mark(number)
        listed = trainer.get("/fr/questions/grading/").text
        assert f"quizzes/{world.quiz.id}/release" in listed
        answer = trainer.post(f"/fr/questions/grading/quizzes/{world.quiz.id}/release", follow_redirects=True)

        assert 'class="notice ok"' in answer.text
        assert world.attempt_of(number).score == 1
        assert world.attempt_of(waits).score is None

    def test_a_mark_that_is_released_is_not_marked_over(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        world.release()

        with pytest.raises(MarksReleased):
            world.mark(number, {"gap": 0, "cause": 0})
        answer = trainer.post(page_of(number), data={"points-1": "0", "points-2": "0", "comment": "Tard"})
        assert answer.status_code == 409
        assert "Tard" in answer.text
        assert world.attempt_of(number).score == 1


class TestChange:
    def change(self, world: World, number: int, points: dict[str, int], *, seen: str | None = None) -> Any:
        stamp = services.grading.stamp(queries.grading.marks(world.db, number)) if seen is None else seen
        with current_app.test_request_context():
            changed = services.grading.change(
                world.db, world.answer(number), points, "Revu", reason="Erreur de lecture", seen=stamp,
                actor_id=world.bilal, now=world.now + dt.timedelta(hours=1),
            )  # fmt: skip
        database.commit()
        return changed

    def test_it_needs_a_reason_and_leaves_the_old_mark_readable(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 6, "cause": 3})
        world.release()
        opened = trainer.get(page_of(number, "change")).text
        seen = re.search(r'name="seen"[^>]*value="([^"]*)"', opened)
        assert seen is not None
        form = {**POINTS, "comment": "Revu", "seen": seen[1], "reason": ""}
        refused = trainer.post(page_of(number, "change"), data=form)
        assert refused.status_code == 422
        assert "Revu" in refused.text

        assert trainer.post(page_of(number, "change"), data={**form, "reason": "Mal lu"}).status_code == 302
        assert world.attempt_of(number).score == 1
        (change,) = world.db.scalars(sa.select(MarkChange)).all()
        assert (change.old_score, change.new_score, change.reason) == (Decimal("0.6"), 1, "person")
        assert kinds_sent(world.db) == [mails.THERE, mails.CHANGED]
        details = world.db.execute(
            sa.select(audit.AuditDetail.reason, audit.AuditDetail.values)
            .join(audit.AuditEntry, audit.AuditEntry.id == audit.AuditDetail.entry_id)
            .where(audit.AuditEntry.action == "quizzes.mark-again")
        ).one()
        assert details.reason == "Mal lu"
        assert details.values["before"] != details.values["after"]

    def test_a_change_that_leaves_the_mark_tells_nobody(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 9, "cause": 0})
        world.release()

        assert self.change(world, number, {"gap": 6, "cause": 3}) is None
        assert kinds_sent(world.db) == [mails.THERE]
        assert [mark.points for mark in queries.grading.marks(world.db, number)] == [{"gap": 6, "cause": 3}]

    def test_after_two_markers_one_mark_stands(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.second_marker()
        world.mark(number)
        world.mark(number, {"gap": 9, "cause": 3}, by=world.salma)
        world.release()
        self.change(world, number, {"gap": 3, "cause": 3})

        assert [(mark.number, mark.comment) for mark in queries.grading.marks(world.db, number)] == [(1, "Revu")]
        assert world.attempt_of(number).score == Decimal("0.4")

    def test_before_the_release_there_is_nothing_to_change(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number)

        with pytest.raises(NotReleased):
            self.change(world, number, {"gap": 0, "cause": 0})
        assert trainer.get(page_of(number, "change")).status_code == 302
        answer = trainer.post(page_of(number, "change"), data={**POINTS, "reason": "Pourquoi pas", "seen": ""})
        assert answer.status_code == 409

    def test_the_points_of_a_question_that_was_given_up_stay(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, {"gap": 0, "cause": 0})
        world.release()
        world.db.get_one(AttemptQuestion, number).is_given_up = True
        database.commit()

        with pytest.raises(NotReleased):
            self.change(world, number, FULL)

    def test_who_looked_at_an_older_mark_is_told(self, world: World, trainer: CheckingClient) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        world.release()
        old = services.grading.stamp(queries.grading.marks(world.db, number))
        self.change(world, number, {"gap": 1, "cause": 1})

        with pytest.raises(MarkedMeanwhile):
            self.change(world, number, FULL, seen=old)
        form = {**POINTS, "reason": "Mal lu", "comment": "Gardé", "seen": old}
        answer = trainer.post(page_of(number, "change"), data=form)
        assert answer.status_code == 409
        assert "Gardé" in answer.text
        assert "Mal lu" in answer.text
        assert "1/12" in answer.text

    def test_points_above_the_criterion_are_refused_here_too(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number)
        world.release()

        with pytest.raises(WrongPoints):
            self.change(world, number, {"gap": 13, "cause": 3})


class TestWhatLearnersSee:
    def pages(self, world: World, client: CheckingClient) -> Iterable[str]:
        for path in ("", f"quizzes/{world.quiz.id}/", f"quizzes/{world.quiz.id}/attempts/1/result/", "account/my-data"):
            yield client.get(f"/fr/{path}", follow_redirects=True).text

    def test_before_the_release_nothing_on_any_page(self, world: World, client: CheckingClient) -> None:
        number = world.answer_of("chaima")
        person_id = first_person(world, world.attempt_of(number))
        learner = client.signed_in(person(world, person_id))
        before = list(self.pages(world, learner))
        world.mark(number, {"gap": 7, "cause": 2}, comment=SECRET)

        after = list(self.pages(world, learner.signed_in(person(world, person_id))))
        for old, new in zip(before, after, strict=True):
            assert SECRET not in new
            assert "9/15" not in new
            assert new.count("/20") == old.count("/20")
        held = own_data.held(world.db, person_id)
        assert held["open_answers"] == []
        assert [row["score"] for row in held["attempts"]] == [None]
        assert queries.grading.marks_of(world.db, world.attempt_of(number).id) == {}

    def test_after_it_points_and_comments_are_theirs(self, world: World) -> None:
        number = world.answer_of("chaima")
        attempt_id = world.attempt_of(number).id
        person_id = first_person(world, world.attempt_of(number))
        world.second_marker()
        world.mark(number, {"gap": 12, "cause": 3}, comment=SECRET)
        world.mark(number, {"gap": 11, "cause": 2}, by=world.salma)
        world.release()

        found = queries.grading.marks_of(world.db, attempt_id)[number]
        assert [(one.text.fr, one.earned, one.possible) for one in found.criteria] == [
            ("L’écart", Decimal("11.5"), 12),
            ("La cause", Decimal("2.5"), 3),
        ]
        assert found.comments == (SECRET,)
        (row,) = own_data.held(world.db, person_id)["open_answers"]
        assert (row["points"], row["comment"], row["number"]) == ("14/15", SECRET, 1)

    def test_a_learner_who_is_wiped_takes_the_comments_along(self, world: World) -> None:
        number = world.answer_of("chaima")
        world.mark(number, comment=SECRET)
        privacy.forget_answers(world.db, first_person(world, world.attempt_of(number)), now=world.now)
        database.commit()
        world.db.expire_all()

        (mark,) = queries.grading.marks(world.db, number)
        assert (mark.comment, mark.points) == ("", FULL)
        assert queries.grading.unreleased(world.db, world.bilal) == []

    def test_a_marker_who_is_wiped_takes_their_sentences_along(self, world: World) -> None:
        services.grading.keep_snippet(world.db, "Une phrase", owner_id=world.bilal, now=world.now)
        assert [row["text"] for row in own_data.held(world.db, world.bilal)["snippets"]] == ["Une phrase"]
        privacy.forget_answers(world.db, world.bilal, now=world.now)

        assert world.db.scalars(sa.select(CommentSnippet)).all() == []


class TestRules:
    def test_the_rule_of_two_markers_is_stored_shown_and_copied(self, world: World, trainer: CheckingClient) -> None:
        path = f"/fr/questions/quizzes/{world.quiz.id}/rules"
        assert 'name="second_marker"' in trainer.get(path).text
        rules = {
            "version": world.quiz.version, "title_ar": "اختبار", "title_fr": "Un quiz", "module": "concepts",
            "purpose": "practice", "cohort": "", "other_form": "", "counts": "best", "feedback": "after-submit",
            "second_marker": "y",
        }  # fmt: skip
        assert trainer.post(path, data=rules).status_code == 302
        world.db.expire_all()
        quiz = world.db.get_one(Quiz, world.quiz.id)
        assert quiz.second_marker is True
        assert re.search(r'name="second_marker"[^>]*checked|checked[^>]*name="second_marker"', trainer.get(path).text)
        quiz = world.db.get_one(Quiz, world.quiz.id)
        assert services.quizzes.copy(world.db, quiz, quiz.title, owner_id=world.bilal).second_marker is True


def test_nobody_marks_their_own_answer(world: World) -> None:
    person = world.db.get_one(Person, world.bilal)
    number = world.sent_by(make_enrolment(world.db, person, world.cohort), "Ma propre copie")
    assert queries.grading.answer_or_none(world.db, world.bilal, number) is None
    assert queries.grading.answer_or_none(world.db, world.salma, number) is not None


def test_two_who_change_two_answers_of_one_attempt_both_count(app: Flask, world: World) -> None:
    db = world.db
    other = question(db, world.bilal, world.now, "open_answer", SETTINGS)
    services.quizzes.add_questions(db, world.quiz, [other], {})
    enrolment = make_enrolment(db, make_person(db, "zineb"), world.cohort)
    attempt_id = world.attempt_of(world.sent_by(enrolment, "Deux fois", closed=True)).id
    numbers = [one.id for one in queries.attempts.questions(db, attempt_id) if one.version.type == "open_answer"]
    for number in numbers:
        world.mark(number, {"gap": 6, "cause": 0})
    world.release()
    seen = {number: services.grading.stamp(queries.grading.marks(db, number)) for number in numbers}
    now, points = world.now, [{"gap": 12, "cause": 0}, {"gap": 0, "cause": 0}]
    database.rollback()

    def change(number: int, marker: int, given: dict[str, int]) -> Any:
        def act(db: Any) -> None:
            answer = queries.grading.answer_or_none(db, marker, number)
            assert answer is not None
            assert answer.attempt.score is not None
            time.sleep(0.2)
            with app.test_request_context():
                services.grading.change(
                    db, answer, given, "", reason="Relu", seen=seen[number], actor_id=marker, now=now
                )

        return act

    acts = [change(one, by, given) for one, by, given in zip(numbers, (world.bilal, world.salma), points, strict=True)]
    assert at_once(app, acts) == [None, None]

    db.expire_all()
    rows = queries.attempts.questions(db, attempt_id)
    marked = [marks.Marked.of(row) for row in rows]
    assert db.get_one(Attempt, attempt_id).score == marks.score_of(world.quiz, marked)


def test_a_third_mark_stands_with_the_nearer_of_two_that_are_apart(world: World) -> None:
    world.second_marker()
    number = world.answer_of("zineb")
    world.mark(number, FULL)
    world.mark(number, {"gap": 0, "cause": 0}, by=world.salma)
    assert world.state(number) == MarkState.TO_AGREE
    third = make_person(world.db, "driss", role=Role.TRAINER).id
    world.db.add(CohortTrainer(cohort_id=world.cohort.id, person_id=third))
    database.commit()
    assert queries.grading.shown_to(
        queries.grading.marks(world.db, number), third, needs_second=True, possible=15
    ) == []  # fmt: skip
    world.mark(number, {"gap": 12, "cause": 1}, by=third)

    assert world.state(number) == MarkState.FINAL
    given = {mark.marker_id: sum(mark.points.values()) for mark in queries.grading.marks(world.db, number)}
    assert given == {world.bilal: 15, third: 13}
    with pytest.raises(MarkedMeanwhile):
        world.mark(number, FULL, by=world.salma)
