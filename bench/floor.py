"""The bare floor: Flask with nothing of the product's, on the same server, with the same database, PRAGMAs and queue.

``/page``: one SELECT and a Jinja page of the lesson's size. ``/save``: JSON read, one row written, one commit.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
from flask import Flask, jsonify, render_template_string, request

FILE = os.environ["FLOOR_FILE"]
#: A PostgreSQL instead of the file.
URL = os.environ.get("FLOOR_DATABASE_URL", "")
SIZE = int(os.environ.get("FLOOR_PAGE_BYTES", "15000"))
#: Rows that are written in turn: each of as many people has one of their own.
ROWS = 1000
TABLES = (
    "CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE IF NOT EXISTS answer (id INTEGER PRIMARY KEY, counter BIGINT, value TEXT)",
    "INSERT INTO person VALUES (1, 'Chaima') ON CONFLICT DO NOTHING",
)
SAVE = (
    "INSERT INTO answer VALUES (?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET counter = excluded.counter, value = excluded.value"
)
PAGE = (
    "<!doctype html><html lang=fr><title>{{ row[1] }}</title><main>"
    "{% for item in items %}<p>{{ item }} {{ row[1] }}</p>{% endfor %}</main></html>"
)
LINE = "Une phrase de longueur moyenne tient la place du texte de la leçon. "


def connect() -> Any:
    """A connection on which each statement commits by itself, unless a transaction is begun."""
    if URL:
        return psycopg.connect(URL, autocommit=True)
    connection = sqlite3.connect(FILE, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextlib.contextmanager
def queue(connection: Any) -> Iterator[None]:
    """A writing transaction on SQLite, at the head of the writers' queue; PostgreSQL needs neither."""
    if URL:
        yield
        return
    descriptor = os.open(FILE + ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    finally:
        os.close(descriptor)


def make() -> Flask:
    """The application of one worker, with a connection of its own."""
    app = Flask("floor")
    connection = connect()
    save_row = SAVE.replace("?", "%s") if URL else SAVE
    lines = [LINE] * max(1, SIZE // (len(LINE) + 14))

    @app.get("/page")
    def page() -> str:
        row = connection.execute("SELECT id, name FROM person WHERE id = 1").fetchone()
        return render_template_string(PAGE, row=row, items=lines)

    @app.post("/save")
    def save() -> Any:
        data = request.get_json()
        with queue(connection):
            connection.execute(save_row, (data["counter"] % ROWS, data["counter"], str(data["values"])))
        return jsonify(counter=data["counter"])

    return app


def serve() -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with contextlib.closing(connect()) as connection:
        for statement in TABLES:
            connection.execute(statement)
    Granian(
        "bench.floor:make", factory=True, interface=Interfaces.WSGI, address="127.0.0.1",
        port=int(os.environ["FLOOR_PORT"]), workers=2, blocking_threads=1, log_access=False,
        log_level=LogLevels.warning,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    serve()
