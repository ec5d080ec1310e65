"""The same arranged for several people who were ticked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.accounts.models import Person
from lms.programme.models import Enrolment
from lms.quizzes.models import Arrangement, Quiz
from tests.pages import CheckingClient
from tests.quizzes.arrangements.given import deadline, held
from tests.quizzes.taught import MINUTE, begin, learner, short_quiz, taught_cohort


def together(quiz: Quiz) -> str:
    return f"/fr/questions/quizzes/{quiz.id}/people/arrange"


def test_people_who_are_ticked_get_the_same(
    db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz, now: dt.datetime
) -> None:
    hiba, left_out = learner(db, chaima.cohort, "hiba"), learner(db, chaima.cohort, "nadia")
    attempts = [begin(db, quiz, one, now) for one in (chaima, hiba, left_out)]
    ticked = [str(chaima.id), str(hiba.id)]
    page = trainer.get(together(quiz), query_string={"person": ticked}).text
    assert "Hiba" in page
    assert "Nadia" not in page

    answer = trainer.post(together(quiz), data={"person": ticked, "quiz": str(quiz.id), "time": "150"})

    assert answer.status_code == 302
    assert held(db) == [(quiz.id, 150, 0, 0)] * 2
    assert [deadline(db, one) for one in attempts] == [now + 30 * MINUTE, now + 30 * MINUTE, now + 20 * MINUTE]


def test_strangers_among_those_ticked_get_nothing(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, quiz: Quiz
) -> None:
    stranger = learner(db, taught_cohort(db), "hiba")

    trainer.post(
        together(quiz), data={"person": [str(chaima.id), str(stranger.id)], "quiz": str(quiz.id), "time": "150"}
    )

    assert {one.enrolment_id for one in db.scalars(sa.select(Arrangement))} == {chaima.id}
    assert "Hiba" not in trainer.get(together(quiz), query_string={"person": [chaima.id, stranger.id]}).text
    assert trainer.get(together(quiz), query_string={"person": stranger.id}).status_code == 404
    data = {"person": str(stranger.id), "quiz": str(quiz.id), "time": "150"}
    assert trainer.post(together(quiz), data=data).status_code == 404


def test_who_cannot_take_the_quiz_gets_nothing_in_it(
    db: Any, trainer: CheckingClient, bilal: Person, chaima: Enrolment, now: dt.datetime
) -> None:
    hiba = learner(db, taught_cohort(db, bilal), "hiba")
    theirs = short_quiz(db, bilal, now, cohort_id=hiba.cohort_id)
    gone = short_quiz(db, bilal, now, archived_at=now)
    for person, quiz, status in ((hiba, theirs, 302), (chaima, theirs, 404), (chaima, gone, 404)):
        data = {"person": str(person.id), "quiz": str(quiz.id), "time": "150"}
        assert trainer.post(together(quiz), data=data).status_code == status

    assert {one.enrolment_id for one in db.scalars(sa.select(Arrangement))} == {hiba.id}


def test_nobody_ticked_leads_back(trainer: CheckingClient, quiz: Quiz, chaima: Enrolment) -> None:
    answer = trainer.get(together(quiz))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/questions/quizzes/{quiz.id}/people/")
    assert trainer.post(together(quiz), data={"quiz": "", "time": "150"}).status_code == 404


def test_a_wrong_value_keeps_those_who_were_ticked(
    db: Any, trainer: CheckingClient, chaima: Enrolment, quiz: Quiz
) -> None:
    data = {"person": str(chaima.id), "quiz": str(quiz.id), "time": "other", "percent": "5"}

    answer = trainer.post(together(quiz), data=data)

    assert answer.status_code == 422
    assert f'name="person" value="{chaima.id}"' in answer.text
    assert held(db) == []
