"""An anonymous answer: stored once, and nothing leads from it to a person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.accounts import services as accounts
from lms.core import db as database
from lms.core.db import Base
from lms.programme.models import Cohort, Enrolment
from lms.surveys import queries, services
from lms.surveys.errors import AlreadyAnswered
from lms.surveys.models import Done, Response, Round
from tests.factories import make_enrolment, make_person
from tests.parallel import at_once
from tests.surveys.conftest import answer, answers, stored


def done(db: Any) -> set[int]:
    db.expire_all()
    return set(db.scalars(sa.select(Done.enrolment_id)))


def test_an_answer_and_who_gave_one_are_stored_together(
    db: Any, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    answer(db, opened, members[:2], now=now, words="Plus de temps")

    assert done(db) == {one.id for one in members[:2]}
    assert len(stored(db)) == 2
    assert all("Plus de temps" in one.values() for one in stored(db))


def test_a_second_answer_is_refused_and_changes_nothing(
    db: Any, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    answer(db, opened, members[:1], now=now)
    before = stored(db)

    with pytest.raises(AlreadyAnswered):
        answer(db, opened, members[:1], now=now, degree="1")
    database.rollback()

    assert stored(db) == before


def test_what_fails_on_the_way_leaves_neither_half(
    db: Any, opened: Round, members: list[Enrolment], now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _size: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        answer(db, opened, members[:1], now=now)
    database.rollback()

    assert (done(db), stored(db)) == (set(), [])


def test_of_many_sends_at_one_moment_one_is_stored(
    app: Flask, db: Any, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    round_id, enrolment_id, said = opened.id, members[0].id, answers(db, opened.quiz_id)

    outcomes = at_once(
        app, [lambda db: services.answers.answer(db, round_id, enrolment_id, said, now=now) for _ in range(4)]
    )

    assert [isinstance(one, AlreadyAnswered) for one in outcomes].count(True) == 3
    assert outcomes.count(None) == 1
    assert len(stored(db)) == 1


# --- Nothing leads to a person ---------------------------------------------------------------------------------------


def dump(db: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: [dict(row) for row in db.execute(sa.select(table)).mappings()]
        for table in Base.metadata.sorted_tables
    }


def test_who_answered_holds_two_columns_and_an_answer_holds_none_of_a_person(app: Flask) -> None:
    assert [column.name for column in sa.inspect(Done).columns] == ["round_id", "enrolment_id"]
    assert [column.name for column in sa.inspect(Response).columns] == ["id", "round_id", "day", "answers"]
    keys = {key.target_fullname for column in sa.inspect(Response).columns for key in column.foreign_keys}
    assert keys == {"survey_round.id"}


def test_in_all_tables_nothing_but_the_round_joins_an_answer_and_its_person(
    app: Flask, db: Any, opened: Round, members: list[Enrolment], open_as: Callable[..., Any], at: Any, now: dt.datetime
) -> None:
    """Through the page, as members send it: every table before and after, and what differs."""
    from tests.surveys.conftest import filled_in

    clients = [open_as(one.person) for one in members[:2]]
    for client in clients:
        client.get(f"/fr/surveys/{opened.id}/")
    data, round_id, day = filled_in(db, opened.quiz_id, words="Mot rare"), opened.id, now.date()
    before = dump(db)
    for client in clients:
        assert client.post(f"/fr/surveys/{round_id}/", data=data).status_code == 302
    db.expire_all()
    after = dump(db)

    changed = {
        name: [row for row in rows if row not in before[name]] for name, rows in after.items() if rows != before[name]
    }
    assert set(changed) <= {"survey_done", "survey_response"}
    for row in changed["survey_response"]:
        assert row["round_id"] == round_id
        assert row["day"] == day
        assert not isinstance(row["day"], dt.datetime)
        assert len(row["id"]) == 32
    # The number of an answer, the words and whole of it stand nowhere else.
    for row in changed["survey_response"]:
        for name, rows in after.items():
            if name != "survey_response":
                assert row["id"] not in json.dumps(rows, default=str)
                assert "Mot rare" not in json.dumps(rows, default=str, ensure_ascii=False)


def test_neither_table_tells_in_which_order_people_came(
    app: Flask, db: Any, opened: Round, members: list[Enrolment], now: dt.datetime
) -> None:
    """SQLite gives rows no number of their own; PostgreSQL gives all rows of a round the same transaction and order."""
    answer(db, opened, members[3:] + members[:3], now=now)
    if db.get_bind().dialect.name == "sqlite":
        for name in ("survey_done", "survey_response"):
            with pytest.raises(sa.exc.OperationalError, match="rowid"):
                db.execute(sa.text(f"SELECT rowid FROM {name}"))
            database.rollback()
        return
    written = {}
    for name, key in (("survey_done", "enrolment_id"), ("survey_response", "id")):
        rows = db.execute(sa.text(f"SELECT xmin::text, {key} FROM {name} ORDER BY ctid")).all()
        written[name] = {row[0] for row in rows}
        assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    assert written["survey_done"] == written["survey_response"]
    assert len(written["survey_done"]) == 1


def test_no_line_of_a_log_says_who_answers(
    db: Any, opened: Round, members: list[Enrolment], open_as: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    from tests.surveys.conftest import filled_in

    client, data = open_as(members[0].person), filled_in(db, opened.quiz_id)
    with caplog.at_level("DEBUG"):
        client.post(f"/fr/surveys/{opened.id}/", data=data)

    assert [one.getMessage() for one in caplog.records if "survey" in one.getMessage()] == []


def test_accounts_that_become_one_are_not_asked_again(
    db: Any, opened: Round, cohort: Cohort, members: list[Enrolment], now: dt.datetime
) -> None:
    twin = make_enrolment(db, make_person(db, "chaima2"), cohort)
    kept, merged = members[0].person_id, twin.person_id
    answer(db, opened, [twin], now=now)

    accounts.merge_people(db, kept, merged, take=(), actor_id=None, now=now)
    database.commit()

    assert queries.rounds.waiting_for(db, kept, today=now.date()) == []
    assert len(stored(db)) == 1
