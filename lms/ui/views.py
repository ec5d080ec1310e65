"""Serving the assets and, in development, the style guide; what templates of every room can call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.access import public, without_database
from lms.core.i18n import current_language, localized
from lms.ui import assets, charts, icons, styleguide

FOR_EVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("ui", __name__, template_folder="templates")
development = localized(Blueprint("styleguide", __name__))


@blueprint.get("/assets/<filename>")
@public
@without_database
def send_asset(filename: str) -> ResponseReturnValue:
    """One file by the name that carries its hash, compressed where the client can read it."""
    asset = built_assets().get(filename) or abort(404)
    zipped = asset.gzipped if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(zipped or asset.body, mimetype=asset.mimetype)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER
    return response


@development.get("/styleguide")
@public
@without_database
def show_styleguide() -> ResponseReturnValue:
    """Every component with its states, in the language of the address; ``?theme=dark`` for dark values."""
    if not current_app.extensions["settings"].development:
        abort(404)
    theme = request.args.get("theme", "light")
    sample = styleguide.sample(current_language())
    return render_template("ui/styleguide.html", sample=sample, theme=theme if theme == "dark" else "light")


def init_app(app: Flask) -> None:
    """Build the assets and give templates what the components call."""
    package = Path(app.root_path)
    rooms = [package / feature.name / "static" for feature in app.extensions["features"] if feature.name != "ui"]
    settings = app.extensions["settings"]
    app.extensions["assets"] = assets.build(
        [room / "js" for room in rooms], settings.data_dir / "cache", [room / "css" for room in rooms]
    )
    add_template_tools(app)

    @app.context_processor
    def defaults() -> dict[str, Any]:
        return {"theme": "system", "text_size": "0", "version": app.extensions["version"], "nav_items": []}


def add_template_tools(app: Flask) -> None:
    """Globals and filters of the components, which are imported without context: these know the language."""
    app.jinja_env.globals.update(
        asset_url=_asset_url,
        page_lang=current_language,
        pointing_icons=icons.POINTING,
        chart_swatch=charts.swatch,
    )
    app.jinja_env.filters["initials"] = initials


def built_assets() -> assets.Assets:
    """The assets of the app that answers."""
    built: assets.Assets = current_app.extensions["assets"]
    return built


def _asset_url(name: str) -> str:
    return url_for("ui.send_asset", filename=built_assets().filename(name))


def initials(name: str) -> str:
    """First letters of the first and the last word; Arabic ones apart, so that they do not join."""
    words = name.split()
    letters = [word.removeprefix("ال")[:1].upper() for word in (*words[:1], *words[1:][-1:])]
    return " ".join(letters) if any(letter > "\u0600" for letter in letters) else "".join(letters)
