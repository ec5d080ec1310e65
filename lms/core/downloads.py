"""Files handed to a browser for keeping. What kind one is follows from its name."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def attachment(body: bytes | str, name: str, *, shown: str = "") -> Response:
    """The answer that a browser stores under ``name``, of ASCII letters with one of the endings above.

    ``shown``: the same name in whatever letters, for the browsers that know them.
    """
    response = Response(body, mimetype=KINDS[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = disposition("attachment", name, shown)
    return response


def disposition(how: str, name: str, shown: str = "") -> str:
    """The header that names a file: ``how`` is « attachment » or « inline »."""
    also = f"; filename*=UTF-8''{quote(shown)}" if shown and shown != name else ""
    return f'{how}; filename="{name}"{also}'
