"""Bilingual training platform on gender and social inclusion in vocational training."""

from __future__ import annotations

import datetime as dt
import logging
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, url_for
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from lms import config
from lms.core import access, compress, delivery, errors, headers, health, i18n, mail, profile, queue
from lms.core import db as database
from lms.core.feature import Feature

__version__ = "0.1.0"

PACKAGE = Path(__file__).parent
MAX_REQUEST_BYTES = 2_500_000


class Json(DefaultJSONProvider):
    """JSON that is nested too deep is malformed, not a fault of ours."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


class Sessions(SecureCookieSessionInterface):
    """Leaves files alone: one that varied by cookie would be fetched again after each sign-in."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not getattr(g.get("view"), "without_database", False):
            super().save_session(app, session, response)


class RowId(IntegerConverter):
    """Numbers in addresses, as far as a row's id can go: anything above is an unknown address."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


class App(Flask):
    """Flask whose request ends with one commit, before the answer is finalised.

    A commit that fails then reaches the error handlers like any other fault (a busy database gives 503).
    """

    json_provider_class = Json
    session_interface = Sessions()

    def dispatch_request(self) -> ResponseReturnValue:
        answer = self.make_response(super().dispatch_request())
        database.commit()
        return answer


def beside_package(name: str) -> Path:
    """``content`` or ``migrations``: inside the package (wheel) or next to it (checkout)."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def create_app(settings: config.Settings | None = None) -> Flask:
    """The application. Raises WrongSetting for a setting that cannot be used."""
    from lms.features import FEATURES

    settings = settings or config.read()
    config.prepare_data_dir(settings)
    app = App("lms", static_folder=None)
    app.url_map.converters["int"] = RowId
    _configure(app, settings)
    database.init_app(app, settings.data_dir / "writers.lock")
    Migrate(app, database.db, directory=str(beside_package("migrations")))
    LoginManager(app)
    app.before_request(_prepare)
    app.before_request(access.refuse_null_characters)
    CSRFProtect(app)
    app.before_request(access.guard)
    errors.init_app(app)
    compress.init_app(app)
    headers.init_app(app, settings.is_https)
    i18n.init_app(app, translation_folders(FEATURES))
    _plug_in(app, FEATURES)
    _trust_proxies(app, settings)
    access.check_endpoints(app)
    return app


def translation_folders(features: tuple[Feature, ...]) -> list[str]:
    """Each room keeps its own catalogue beside its templates."""
    rooms = ["core", *(feature.name for feature in features)]
    folders = [PACKAGE / room / "translations" for room in rooms]
    return [str(folder) for folder in folders if folder.is_dir()]


def _configure(app: Flask, settings: config.Settings) -> None:
    mounted_below_root = urlsplit(settings.base_url).path not in ("", "/")
    cookie = "session"
    if settings.is_https:
        cookie = "__Secure-session" if mounted_below_root else "__Host-session"
    base_host = urlsplit(settings.base_url).hostname
    app.config.update(
        SECRET_KEY=config.secret_key(settings),
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database),
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=dt.timedelta(days=30),
        SESSION_REFRESH_EACH_REQUEST=False,
        # The token dies with the session: a quiz page may stay open for hours.
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        # A page of Word pasted whole is read, so that it can be told what is too long instead of being lost.
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=[*settings.served_hosts, *([base_host] if base_host else [])],
        TESTING=settings.testing,
    )
    app.extensions["settings"] = settings
    app.extensions["migrations_folder"] = str(beside_package("migrations"))
    app.extensions["content_folder"] = beside_package("content")
    app.extensions["version"] = __version__
    app.extensions["profile"] = profile.Cache()
    logging.getLogger("lms").setLevel(logging.INFO)


def _prepare() -> None:
    """Know the view. Every request starts reading; ``access.guard`` lets those that write queue."""
    g.view = app_view(request.endpoint)
    database.use_mode(database.READ)
    if g.view is not None and not getattr(g.view, "without_database", False):
        profile.look(database.session())


def app_view(endpoint: str | None) -> Any:
    """The view function of an endpoint of the app answering; None for an unknown address."""
    from flask import current_app

    return current_app.view_functions.get(endpoint or "")


def _plug_in(app: Flask, features: tuple[Feature, ...]) -> None:
    app.extensions["features"] = features
    app.register_blueprint(health.blueprint)
    app.add_url_rule("/", "root", access.public(_show_root))
    functions: dict[str, Any] = {mail.DELIVER: delivery.deliver}
    periodic: dict[str, int] = {}
    for feature in features:
        import_module(f"lms.{feature.name}")
        for blueprint in feature.blueprints:
            app.register_blueprint(blueprint)
        for command in feature.commands:
            app.cli.add_command(command)
        functions.update(feature.jobs)
        periodic.update(feature.periodic)
        feature.init_app(app)
    app.cli.add_command(import_module("lms.start").demo)
    settings: config.Settings = app.extensions["settings"]
    huey = queue.make(settings.jobs_url, str(settings.data_dir / "queue.sqlite3"))
    queue.init_app(app, huey, functions, periodic)


def _show_root() -> Response:
    return redirect(url_for("learning.show_home"))  # type: ignore[return-value]


def _trust_proxies(app: Flask, settings: config.Settings) -> None:
    if settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count, 0, count)  # type: ignore[method-assign]
