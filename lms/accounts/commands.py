"""Commands of this room."""

from __future__ import annotations

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
