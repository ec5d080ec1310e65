"""The six digits under the QR code: how they are typed, and how often they may be wrong."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.attendance.models import HalfDay
from lms.core import clock
from lms.core import db as database
from lms.programme.models import Enrolment
from tests.attendance.check_in import BEGINS, MINUTE, SECOND, place, shown, stored
from tests.attendance.conftest import marks
from tests.factories import make_cohort, make_enrolment, make_person
from tests.pages import CheckingClient

At = Callable[[dt.datetime], None]
FIELD = "/fr/attendance/check-in/"


def wrong(app: Flask, half_day: HalfDay, number: int = 0) -> str:
    """Six digits that the screen does not show."""
    right = {shown(app, half_day, BEGINS + step * 20 * SECOND).digits for step in (-1, 0)}
    return next(f"{one:06}" for one in range(number * 7, 10**6) if f"{one:06}" not in right)


def arabic(digits: str) -> str:
    return digits.translate({ord(str(number)): 0x660 + number for number in range(10)})


@pytest.mark.parametrize(
    "typed", [str, arabic, lambda digits: f" {digits[:3]} {digits[3:]} ", lambda digits: f"{digits[:3]}-{digits[3:]}"]
)
def test_in_whatever_digits_they_are_typed(
    app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay, members: list[Enrolment], typed: Any
) -> None:
    at(BEGINS)
    answer = learner.post(FIELD, data={"code": typed(shown(app, morning, BEGINS).digits)})
    assert answer.headers["Location"] == f"{place(morning)}?new=1"
    (row,) = stored(db)
    assert (row.enrolment_id, row.method) == (members[0].id, "code")
    assert marks(db, morning.id) == {members[0].id: ("present", None)}
    assert "09:00" in learner.get(answer.headers["Location"]).text


def test_the_home_page_leads_there_while_it_is_open(
    app: Flask, at: At, learner: CheckingClient, morning: HalfDay
) -> None:
    at(BEGINS - 31 * MINUTE)
    assert FIELD not in learner.get("/fr/").text
    at(BEGINS - 30 * MINUTE)
    page = learner.get("/fr/").text
    assert FIELD in page
    assert "Enregistrer ma présence" in page
    learner.post(FIELD, data={"code": shown(app, morning, clock.now()).digits})
    page = learner.get("/fr/").text
    assert FIELD not in page
    assert "08:30" in page


def test_signed_out_people_sign_in_first(app: Flask, morning: HalfDay) -> None:
    client = app.test_client()
    assert client.get("/p").headers["Location"] == FIELD
    assert client.get(FIELD).headers["Location"] == f"/fr/sign-in?next={FIELD}"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "1" * 200])
def test_what_is_no_code_counts_as_no_try(
    app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay, typed: str
) -> None:
    at(BEGINS)
    for _again in range(12):
        answer = learner.post(FIELD, data={"code": typed})
        assert answer.status_code == 422
        assert typed[:50] in answer.text
    assert learner.post(FIELD, data={"code": shown(app, morning, BEGINS).digits}).status_code == 302


def test_a_half_day_of_others_and_one_that_is_not_near_are_wrong(
    app: Flask, db: Any, at: At, learner: CheckingClient, open_as: Any, morning: HalfDay, afternoon: HalfDay
) -> None:
    other = make_enrolment(db, make_person(db, "zineb"), make_cohort(db, has_sessions=True))
    database.commit()
    at(BEGINS)
    digits = shown(app, morning, BEGINS).digits
    assert open_as(other.person).post(FIELD, data={"code": digits}).status_code == 422
    assert learner.post(FIELD, data={"code": shown(app, afternoon, BEGINS).digits}).status_code == 422
    assert stored(db) == []


def test_after_ten_wrong_ones_even_the_right_one_waits_and_nobody_else_does(
    app: Flask, db: Any, at: At, learner: CheckingClient, open_as: Any, morning: HalfDay, members: list[Enrolment]
) -> None:
    at(BEGINS)
    right = shown(app, morning, BEGINS).digits
    for number in range(10):
        assert learner.post(FIELD, data={"code": wrong(app, morning, number)}).status_code == 422
    answer = learner.post(FIELD, data={"code": right})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "60\xa0minutes" in answer.text
    assert "QR" in answer.text
    assert stored(db) == []
    # Behind the same address.
    assert open_as(members[1].person).post(FIELD, data={"code": right}).status_code == 302
    # The screen can still be scanned.
    learner.get(f"/p/{morning.id}/{shown(app, morning, BEGINS).token}")
    assert learner.post(place(morning)).status_code == 302

    at(BEGINS + 61 * MINUTE)
    assert learner.post(FIELD, data={"code": wrong(app, morning)}).status_code == 422


def test_the_right_code_of_somebody_who_is_there_already_lets_no_wrong_ones_be_forgotten(
    app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay
) -> None:
    at(BEGINS)
    right = shown(app, morning, BEGINS).digits
    assert learner.post(FIELD, data={"code": right}).status_code == 302
    codes = [wrong(app, morning, number) for number in range(9)]
    answers = [learner.post(FIELD, data={"code": code}).status_code for code in [*codes, right, codes[0]]]
    assert answers == [422] * 9 + [302, 429]


def test_a_hundred_guesses_at_once_count_a_hundred(
    app: Flask, db: Any, at: At, open_as: Any, morning: HalfDay, members: list[Enrolment]
) -> None:
    at(BEGINS)
    clients = [open_as(members[0].person) for _number in range(4)]
    guesses = [wrong(app, morning, number) for number in range(25)]
    answers: list[int] = []
    database.commit()

    def guess(client: CheckingClient) -> None:
        answers.extend(client.post(FIELD, data={"code": one}).status_code for one in guesses)

    threads = [threading.Thread(target=guess, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), answers.count(422), answers.count(429)) == (100, 10, 90)


def test_typed_early_it_waits_for_the_opening(
    app: Flask, db: Any, at: At, learner: CheckingClient, morning: HalfDay
) -> None:
    at(BEGINS - 50 * MINUTE)
    answer = learner.post(FIELD, data={"code": shown(app, morning, clock.now()).digits})
    assert answer.headers["Location"] == place(morning)
    assert "08:30" in learner.get(place(morning)).text
    assert stored(db) == []
    at(BEGINS - 30 * MINUTE)
    # The field leads on to what waits.
    assert learner.get(FIELD).headers["Location"] == place(morning)
    assert learner.post(place(morning)).status_code == 302
    assert [one.method for one in stored(db)] == ["code"]
