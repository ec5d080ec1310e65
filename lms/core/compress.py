"""HTML and JSON sent small: half of the readers are on a slow line.

Session cookies are SameSite=Lax, so a foreign page cannot make a browser fetch our pages with them again and
again, which is what guessing a secret from the compressed length (BREACH) needs.
"""

from __future__ import annotations

import zlib

from flask import Flask, Response, request

_KINDS = ("text/html", "application/json")
SMALLEST = 1200
LEVEL = 4


def init_app(app: Flask) -> None:
    """Compress textual answers of ``SMALLEST`` bytes or more for clients that accept gzip."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in _KINDS or response.direct_passthrough or response.is_streamed:
            return response
        response.headers.add("Vary", "Accept-Encoding")
        if "Content-Encoding" in response.headers or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return response
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
        response.set_data(packer.compress(body) + packer.flush())
        response.headers["Content-Encoding"] = "gzip"
        return response
