"""Commands of this room: the keys that sign documents."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.documents import keyring
from lms.documents.keyring import Keyring, SigningFailed


@click.group("signing-key")
def signing_key() -> None:
    """The keys that sign documents."""


@signing_key.command("new")
@with_appcontext
def new_key() -> None:
    """Make the next key, which signs from now on. What the older ones signed still verifies."""
    keys: Keyring = current_app.extensions["keyring"]
    try:
        click.echo(keys.new())
    except SigningFailed as error:
        raise click.ClickException(str(error)) from error
    if keys.is_external:
        click.echo("The key in LMS_SIGNING_KEY signs as long as it is set; the new one waits.", err=True)


@signing_key.command("list")
@with_appcontext
def list_keys() -> None:
    """Print the keys, oldest first: file, whether a private key is at hand, first day, SHA-256, owner."""
    keys: Keyring = current_app.extensions["keyring"]
    try:
        keys.check_ready()  # the health page sends here whoever cannot sign
        for key in keys.known():
            kind = "key" if key.private else "certificate"
            of = key.certificate
            click.echo(
                f"{key.path.name}  {kind:11}  {keyring.begins_on(of)}  {keyring.fingerprint(of)}  {keyring.subject(of)}"
            )
    except SigningFailed as error:
        raise click.ClickException(str(error)) from error
