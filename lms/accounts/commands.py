"""Commands of this room."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask import url_for
from flask.cli import with_appcontext

from lms.accounts import services
from lms.core import clock
from lms.core import db as database


@click.command("administrator-link")
@with_appcontext
def administrator_link() -> None:
    """Print a link, good for 60 minutes, that opens the first administrator's account."""
    link = make_administrator_link()
    if link is None:
        raise click.ClickException("An administrator's account is open already.")
    click.echo(link)


def make_administrator_link() -> str | None:
    """The full address that opens the first administrator's account; None when one is open. Commits."""
    from flask import current_app

    token = services.first_administrator_link(database.session(), now=clock.now())
    database.commit()
    if token is None:
        return None
    with current_app.test_request_context():
        return services.public_address(url_for("accounts.show_invitation", token=token, lang="fr"))


@click.group("users")
def users() -> None:
    """People from files."""


@users.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@click.option("--json", "as_json", is_flag=True, help="the outcome of each line as JSON")
@with_appcontext
def import_users(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import people from an XLSX or CSV file. Exit code 1 when a line is refused: then nothing is written."""
    from lms.accounts.imports import batches
    from lms.core.errors import DomainError
    from lms.documents import spreadsheets

    db, now, body = database.session(), clock.now(), file.read_bytes()
    try:
        table = spreadsheets.read(body, file.name)
        batch = batches.draft(db, "people", table, filename=file.name, body=body, actor_id=None, now=now)
        checked = batches.check(db, batch, now=now)
        wrong = [one for one in checked if one.outcome == "error"]
        if not wrong and not dry_run:
            batches.confirm(db, batch, leave_errors=False, actor_id=None, now=now)
    except DomainError as error:
        database.rollback()
        click.echo(json.dumps({"error": str(error.message)}) if as_json else error.message, err=not as_json)
        sys.exit(1)
    if wrong or dry_run:
        database.rollback()
    else:
        database.commit()
    if as_json:
        lines = [{"line": one.line.number, "outcome": one.outcome, "errors": one.errors} for one in checked]
        click.echo(json.dumps({"written": not wrong and not dry_run, "lines": lines}, ensure_ascii=False))
    else:
        for one in wrong:
            for column, sentence in one.errors.items():
                click.echo(f"{one.line.number} {column}: {sentence}", err=True)
    sys.exit(1 if wrong else 0)
