"""Transactions: who waits, what is kept, and what a person sees when the database cannot be written."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from lms.accounts.models import Organisation, Person
from lms.core import db as database
from lms.core import throttle
from tests.conftest import close
from tests.factories import make_person
from tests.pages import CheckingClient
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TYPED = {"name_ar": "شيماء الجديدة", "name_fr": "Chaima <Nouvelle> & fils"}


def test_moments_are_aware_utc_on_the_way_in_and_out(db: Any) -> None:
    casablanca = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    person = make_person(db)
    person.suspended_at = casablanca
    database.commit()
    db.expire_all()
    assert person.suspended_at.isoformat() == "2026-11-23T09:00:00+00:00"
    person.suspended_at = dt.datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - the point of the test
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        db.flush()


@pytest.mark.parametrize("share", ["0", "1", "0.333333", "0.1"])
def test_shares_come_back_exact(share: str) -> None:
    column = database.Fraction()
    stored = column.process_bind_param(Decimal(share), None)  # type: ignore[arg-type]
    assert column.process_result_value(stored, None) == Decimal(share)  # type: ignore[arg-type]


def test_forty_writers_lose_nothing(app: Flask, db: Any) -> None:
    """Each reads a number and writes it plus one: without the queue some would write the same."""
    make_person(db)

    def add_one(db: Any) -> str:
        row = db.scalars(sa.select(Organisation).where(Organisation.key == "ofppt").with_for_update()).one()
        row.position += 1
        return "written"

    before = db.scalars(sa.select(Organisation.position).where(Organisation.key == "ofppt")).one()
    database.rollback()
    assert at_once(app, [add_one] * 40) == ["written"] * 40
    assert db.scalars(sa.select(Organisation.position).where(Organisation.key == "ofppt")).one() == before + 40


def test_of_forty_inserts_of_one_key_one_writes(app: Flask, db: Any) -> None:
    values = {"key": "k" * 64, "tries": 0, "last_at": NOW, "open_at": NOW}

    def insert(db: Any) -> bool:
        return database.insert_if_absent(db, throttle.Throttle, **values)

    results = at_once(app, [insert] * 40)
    assert sorted(results) == [False] * 39 + [True]


def test_a_writer_does_not_hold_up_readers(app: Flask, db: Any) -> None:
    make_person(db)
    database.use_mode(database.WRITE)
    db.execute(sa.update(Organisation).values(position=Organisation.position + 1))

    def read() -> None:
        with app.app_context():
            database.use_mode(database.READ)
            seen.append(database.session().scalar(sa.select(sa.func.count(Person.id))))
            database.rollback()

    seen: list[Any] = []
    reader = threading.Thread(target=read)
    reader.start()
    reader.join(3)
    assert seen == [1]


def test_a_second_writing_transaction_inside_the_first_is_refused(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        database.use_mode(database.WRITE)
        database.session().execute(sa.text("SELECT 1"))
        with pytest.raises(RuntimeError, match="inside the first"), database.short_write() as inner:
            inner.execute(sa.text("SELECT 1"))
        database.rollback()


def test_a_short_write_stands_whatever_becomes_of_the_page(db: Any) -> None:
    database.use_mode(database.READ)
    with database.short_write() as short:
        throttle.count_try(short, "a" * 64, now=NOW)
    database.rollback()
    assert db.scalars(sa.select(throttle.Throttle.tries)).one() == 1


def test_what_waits_for_the_commit_runs_after_it_once_and_not_after_a_rollback(db: Any) -> None:
    done: list[str] = []
    database.after_commit(lambda: done.append("dropped"))
    database.rollback()
    database.after_commit(lambda: done.append("first"))
    database.after_commit(lambda: done.append("second"))
    assert done == []
    database.commit()
    database.commit()
    assert done == ["first", "second"]


def test_reading_pages_do_not_queue_and_writing_ones_do(
    sqlite_app: Flask, db_of_sqlite: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued = []
    real = database._queue_for_writing
    monkeypatch.setattr(database, "_queue_for_writing", lambda path: queued.append(path) or real(path))  # type: ignore[func-returns-value]
    client: Any = sqlite_app.test_client()
    client.get("/fr/sign-in")
    assert queued == []
    client.post("/fr/password", data={"email": "nobody@example.ma"})
    assert len(queued) == 1


@pytest.fixture
def db_of_sqlite(sqlite_app: Flask) -> Iterator[Any]:
    from tests.conftest import empty

    yield None
    empty(sqlite_app)


def refuse_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def commit() -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(database.db.session, "commit", commit)


@pytest.mark.parametrize(("lang", "words"), [("fr", "impossible pour le moment"), ("ar", "الحفظ")])
def test_a_commit_that_fails_says_so_and_keeps_the_form(
    app: Flask, client: CheckingClient, db: Any, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    client.signed_in(make_person(db))
    with monkeypatch.context() as patch:
        refuse_commit(app, patch)
        answer = client.post(f"/{lang}/account/names", data=TYPED)
    assert_kept(answer, words)
    assert names(db) == ("شيماء العلوي", "Chaima Alaoui")
    assert client.post(f"/{lang}/account/names", data=TYPED).status_code == 302
    assert names(db) == tuple(TYPED.values())


def assert_kept(answer: Any, words: str) -> None:
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert words in answer.text
    assert "شيماء الجديدة" in answer.text
    assert "Chaima &lt;Nouvelle&gt; &amp; fils" in answer.text
    assert "Traceback" not in answer.text
    assert "COMMIT" not in answer.text


def names(db: Any) -> tuple[str, str]:
    database.rollback()
    database.use_mode(database.READ)
    db.expire_all()
    person = db.scalars(sa.select(Person)).one()
    return person.name.ar, person.name.fr


@pytest.fixture
def impatient_app(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An app that waits 100 ms for a locked database, not five seconds."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 100)
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    app = make_app(url)
    yield app
    from tests.conftest import empty

    empty(app)
    close(app)


@pytest.mark.parametrize("impatient_app", ["sqlite", "postgresql"], indirect=True)
def test_a_locked_database_says_so_and_keeps_the_form(impatient_app: Flask) -> None:
    app = impatient_app
    client: Any = app.test_client()
    with app.app_context():
        database.use_mode(database.WRITE)
        person_id = make_person(database.session()).id
        client.signed_in(database.session().get_one(Person, person_id))
        engine = database.db.engine
        place, options = engine.dialect.create_connect_args(engine.url)
        # Another program, a backup for example, that does not know our queue.
        with engine.dialect.loaded_dbapi.connect(*place, **options) as other:  # type: ignore[attr-defined]
            if engine.dialect.name == "sqlite":
                other.execute("BEGIN EXCLUSIVE")
            else:
                other.execute("LOCK TABLE person IN EXCLUSIVE MODE")
            answer = client.post("/fr/account/names", data=TYPED)
            other.rollback()
        assert_kept(answer, "impossible pour le moment")
        assert client.post("/fr/account/names", data=TYPED).status_code == 302
        assert names(database.session()) == tuple(TYPED.values())


def test_a_full_disk_says_so_and_keeps_the_form(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    client: Any = app.test_client()
    with app.app_context():
        database.use_mode(database.WRITE)
        client.signed_in(make_person(database.session()))
        database.rollback()
        database.db.engine.dispose()

        @sa.event.listens_for(database.db.engine, "connect")
        def fill(connection: Any, _record: Any) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")

        codes = [
            client.post("/fr/account/names", data={**TYPED, "name_ar": f"ا{number}" * 30}).status_code
            for number in range(200)
        ]
        assert 503 in codes, "the disk never filled"
        assert set(codes) == {302, 503}
        answer = client.post("/fr/account/names", data=TYPED)
        while answer.status_code == 302:
            answer = client.post("/fr/account/names", data=TYPED)
        assert_kept(answer, "impossible pour le moment")
    close(app)


def test_a_database_that_cannot_even_be_read_gets_a_page(client: CheckingClient, db: Any, monkeypatch: Any) -> None:
    from lms.accounts import queries

    client.signed_in(make_person(db))

    def lost(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(queries, "load_actor", lost)
    for lang in ("ar", "fr"):
        assert client.get(f"/{lang}/account/").status_code == 503
        assert client.get(f"/{lang}/sign-in").status_code == 503
