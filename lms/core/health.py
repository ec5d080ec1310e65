"""Whether the process is up (``/healthz``) and whether it can serve (``/readyz``)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from lms.core.access import public, without_database
from lms.core.db import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
@without_database
def show_alive() -> ResponseReturnValue:
    return jsonify(status="up")


@blueprint.get("/readyz")
@public
@without_database
def show_ready() -> ResponseReturnValue:
    """200 when the database answers and its schema is the one of this version, else 503."""
    try:
        with db.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
            is_new_enough = is_migrated(connection)
    except sa.exc.SQLAlchemyError:
        return jsonify(status="database unavailable"), 503
    if not is_new_enough:
        return jsonify(status="migrations missing"), 503
    return jsonify(status="ready")


def is_migrated(connection: sa.Connection) -> bool:
    """Whether the tables are those of this version."""
    current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory(current_app.extensions["migrations_folder"]).get_current_head()
