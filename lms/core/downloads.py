"""Files handed to a browser for keeping. What kind one is follows from its name."""

from __future__ import annotations

from flask import Response

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def attachment(body: bytes | str, name: str) -> Response:
    """The answer that a browser stores under ``name``, of ASCII letters with one of the endings above."""
    response = Response(body, mimetype=KINDS[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
