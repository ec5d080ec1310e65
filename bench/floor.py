"""The bare floor: Flask with nothing of the product's, on the same server, with the same PRAGMAs and the same queue.

``/page``: one SELECT and a Jinja page of the lesson's size. ``/save``: JSON read, one row written, one commit.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from typing import Any

from flask import Flask, jsonify, render_template_string, request

FILE = os.environ["FLOOR_FILE"]
SIZE = int(os.environ.get("FLOOR_PAGE_BYTES", "15000"))
PAGE = (
    "<!doctype html><html lang=fr><title>{{ row[1] }}</title><main>"
    "{% for item in items %}<p>{{ item }} {{ row[1] }}</p>{% endfor %}</main></html>"
)
LINE = "Une phrase de longueur moyenne tient la place du texte de la leçon. "


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(FILE, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def make() -> Flask:
    """The application of one worker, with a connection of its own."""
    app = Flask("floor")
    connection = connect()
    connection.execute("CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, name TEXT)")
    connection.execute("CREATE TABLE IF NOT EXISTS answer (id INTEGER PRIMARY KEY, counter INTEGER, value TEXT)")
    connection.execute("INSERT OR IGNORE INTO person VALUES (1, 'Chaima')")
    lines = [LINE] * max(1, SIZE // (len(LINE) + 14))

    @app.get("/page")
    def page() -> str:
        row = connection.execute("SELECT id, name FROM person WHERE id = ?", (1,)).fetchone()
        return render_template_string(PAGE, row=row, items=lines)

    @app.post("/save")
    def save() -> Any:
        data = request.get_json()
        descriptor = os.open(FILE + ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?)",
                (data["counter"] % 80, data["counter"], str(data["values"])),
            )
            connection.execute("COMMIT")
        finally:
            os.close(descriptor)
        return jsonify(counter=data["counter"])

    return app


if __name__ == "__main__":
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "bench.floor:make", factory=True, interface=Interfaces.WSGI, address="127.0.0.1",
        port=int(os.environ["FLOOR_PORT"]), workers=2, blocking_threads=1, log_access=False,
        log_level=LogLevels.warning,
    ).serve()  # fmt: skip
