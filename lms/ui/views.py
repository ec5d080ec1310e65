"""Serving the assets and, in development, the style guide; what templates of every room can call."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core.access import public, without_database
from lms.core.i18n import current_language, localized
from lms.ui import assets, charts, icons, markdown, styleguide

#: Parts of pages that one worker remembers, some kilobytes each.
KEPT_PARTS = 400
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
    app.extensions["kept_parts"] = OrderedDict()
    add_template_tools(app)

    @app.context_processor
    def defaults() -> dict[str, Any]:
        return {"theme": "system", "text_size": "0", "version": app.extensions["version"], "nav_items": []}


def add_template_tools(app: Flask) -> None:
    """Globals and filters of the components, which are imported without context: these know the language."""
    app.jinja_env.globals.update(
        asset_url=_asset_url,
        mark_address=icons.mark_address(),
        page_lang=current_language,
        draw_icon=_draw_icon,
        kept=kept,
        chart_swatch=charts.swatch,
    )
    app.jinja_env.filters["initials"] = initials
    for name in ("marked", "marked_line", "first_line", "other_lines", "unmarked"):
        app.jinja_env.filters[name] = getattr(markdown, name)


def built_assets() -> assets.Assets:
    """The assets of the app that answers."""
    built: assets.Assets = current_app.extensions["assets"]
    return built


def _asset_url(name: str) -> str:
    return _address_of(request.script_root, built_assets().filename(name))


@lru_cache(maxsize=64)
def _address_of(_script_root: str, filename: str) -> str:
    return url_for("ui.send_asset", filename=filename)


def _draw_icon(name: str, flip: bool | None = None, small: bool = False, label: Any = None, **more: str) -> Markup:
    """``class`` is the one further argument: Python would not take it as a name."""
    sprite = _asset_url("icons.svg")
    return icons.use(
        sprite, name, flip=flip, small=small, label=str(label) if label else None, classes=more.get("class", "")
    )


def kept(*key: Any, caller: Callable[[], Markup]) -> Markup:
    """A part of a page that is the same for everybody: ``{% call kept("name", lang, …) %}…{% endcall %}``.

    The key names all that the part depends on; parts long unused are dropped. Nothing of a person goes in here.
    """
    parts: OrderedDict[Any, Markup] = current_app.extensions["kept_parts"]
    key = (request.script_root, *key)
    found = parts.get(key)
    if found is None:
        found = parts[key] = caller()
        while len(parts) > KEPT_PARTS:
            parts.popitem(last=False)
    else:
        parts.move_to_end(key)
    return found


def initials(name: str) -> str:
    """First letters of the first and the last word; Arabic ones apart, so that they do not join."""
    words = name.split()
    letters = [word.removeprefix("ال")[:1].upper() for word in (*words[:1], *words[1:][-1:])]
    return " ".join(letters) if any(letter > "\u0600" for letter in letters) else "".join(letters)
