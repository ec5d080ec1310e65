"""Security headers on every answer, errors and files included."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_login import current_user

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "media-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**others: str) -> str:
    """The policy, with other sources where a page needs them: ``frame_src="'self'"``."""
    values = CONTENT_SECURITY_POLICY | {name.replace("_", "-"): value for name, value in others.items()}
    return "; ".join(f"{name} {value}" for name, value in values.items())


_POLICY = policy()
HSTS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask, is_https: bool) -> None:
    """Add the headers; pages of a person are never kept by a cache."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", _POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # same-origin, not no-referrer: over https the CSRF check needs the Referer of our own pages.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        if is_https:
            headers.setdefault("Strict-Transport-Security", HSTS)
        if not getattr(g.get("view"), "without_database", False):
            headers.add("Vary", "Cookie")
            if current_user.is_authenticated or request.method != "GET":
                headers["Cache-Control"] = "no-store"
            else:
                headers.setdefault("Cache-Control", "no-cache, private")
        return response
