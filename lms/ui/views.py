"""Serving the assets, the icon of the site and, in development, the style guide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core.access import public, without_database
from lms.core.i18n import localized
from lms.ui import assets, charts

FOR_EVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("ui", __name__, template_folder="templates")
development = localized(Blueprint("styleguide", __name__))


@blueprint.get("/assets/<filename>")
@public
@without_database
def send_asset(filename: str) -> ResponseReturnValue:
    """One file, by the name that carries its hash, compressed where the client can read it."""
    asset = _assets().get(filename) or abort(404)
    zipped = asset.gzipped if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(zipped or asset.body, mimetype=asset.mimetype)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER
    return response


@blueprint.get("/icon.svg")
@public
@without_database
def show_icon() -> ResponseReturnValue:
    """The mark of the programme as the browser tab's icon."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -16 32 32">'
        f'<path fill="#0b4a3a" fill-rule="evenodd" d="{assets.star(16)}{assets.star(8.5)}"/></svg>'
    )
    response = Response(drawing, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@development.get("/styleguide")
@public
def show_styleguide() -> ResponseReturnValue:
    """Every component with its states; answers in development only."""
    if not current_app.extensions["settings"].development:
        abort(404)
    return render_template("ui/styleguide.html", chart=charts.example())


def init_app(app: Flask) -> None:
    """Build the assets and give templates their addresses."""
    package = Path(app.root_path)
    folders = [package / feature.name / "static" / "js" for feature in app.extensions["features"]]
    settings = app.extensions["settings"]
    app.extensions["assets"] = assets.build(
        [folder for folder in folders if folder.is_dir() and folder.parent.parent.name != "ui"],
        settings.data_dir / "cache",
    )
    app.jinja_env.globals["asset_url"] = _asset_url
    app.jinja_env.filters["initials"] = initials

    @app.context_processor
    def defaults() -> dict[str, Any]:
        return {"theme": "system", "text_size": "0", "version": app.extensions["version"], "nav_items": []}


def _assets() -> assets.Assets:
    built: assets.Assets = current_app.extensions["assets"]
    return built


def _asset_url(name: str) -> str:
    return url_for("ui.send_asset", filename=_assets().filename(name))


def initials(name: str) -> Markup:
    """First letters of the first and last word; Arabic ones apart, so that they do not join."""
    words = name.split()
    ends = words[:1] + words[1:][-1:]
    letters = [word.removeprefix("ال")[:1].upper() for word in ends]
    return Markup.escape(" ".join(letters) if any(letter > "\u0600" for letter in letters) else "".join(letters))
