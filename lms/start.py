"""What happens once before serving: keys, curriculum, first data, demo. Shared by ``run.py`` and the commands."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from lms import config
from lms.accounts import passwords, queries, reference, services
from lms.accounts.commands import make_administrator_link
from lms.core import clock, installation
from lms.core import db as database
from lms.curriculum import services as curriculum
from lms.documents.keyring import Keyring, SigningFailed

DEMO_ACCOUNTS = ("learner", "trainer", "monitor", "focal", "admin")


class Refused(Exception):
    """The start cannot go on; the text says why and what to do."""


def prepare(app: Flask, *, is_demo: bool) -> list[str]:
    """Make the first keys, sync the curriculum, fill or check the database. Gives lines for the terminal.

    Raises Refused, or WrongSetting for a key that cannot sign.
    """
    _make_signing_key(app)
    db: Any = database.session()
    _settle_kind(db, is_demo=is_demo)
    database.commit()
    lines = _sync(app)
    if is_demo:
        return lines + fill_demo()
    reference.seed(db)
    database.commit()
    return lines + _first_administrator(app)


def _make_signing_key(app: Flask) -> None:
    keyring: Keyring = app.extensions["keyring"]
    try:
        keyring.signing()
    except SigningFailed as error:
        raise config.WrongSetting(str(error)) from error


def _settle_kind(db: Any, *, is_demo: bool) -> None:
    """A demo never becomes a real programme's database, nor the other way round."""
    present = installation.of(db)
    if present is None:
        if is_demo and queries.has_people(db):
            raise Refused(
                "This database holds people already: the demo is not put on top of them. "
                "Name an empty folder in LMS_DATA_DIR (or another database) to see the demo."
            )
        installation.mark(db, is_demo=is_demo, now=clock.now())
    elif is_demo and not present.is_demo:
        raise Refused("This is a real programme's database. Name an empty folder in LMS_DATA_DIR to see the demo.")
    elif not is_demo and present.is_demo:
        raise Refused("This database holds the demo. Start with --demo, or name another folder in LMS_DATA_DIR.")


def _sync(app: Flask) -> list[str]:
    problems = curriculum.sync(database.session(), app.extensions["content_folder"], now=clock.now())
    database.commit()
    if problems and not curriculum.has_snapshot(database.session()):
        raise Refused("The curriculum cannot be read and no earlier reading is kept:\n" + "\n".join(problems))
    if problems:
        return ["The curriculum has problems; the last good reading is served:", *problems]
    return []


def fill_demo() -> list[str]:
    """Add the demo people once, with the same data at every run, and say how to sign in."""
    db: Any = database.session()
    setting = current_app.extensions["settings"].demo_password
    password = setting or secrets.token_urlsafe(9)
    now = clock.now()
    hashed = passwords.hash_password(password)
    if not queries.has_people(db):
        for feature in current_app.extensions["features"]:
            feature.demo(db, now=now, password_hash=hashed)
    else:
        services.renew_demo_passwords(db, [f"{name}@example.org" for name in DEMO_ACCOUNTS], hashed)
    database.commit()
    accounts = ", ".join(f"{name}@example.org" for name in DEMO_ACCOUNTS)
    shown = "the one in LMS_DEMO_PASSWORD" if setting else password
    return [f"Demo accounts: {accounts}", f"Password: {shown}"]


def _first_administrator(app: Flask) -> list[str]:
    link = make_administrator_link()
    if link is None:
        return []
    path = app.extensions["settings"].data_dir / "administrator-link.txt"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(link + "\n")
    # A log that is kept must not hold the link: printed only where a person looks.
    shown = link if sys.stdout.isatty() else f"in the file {path}"
    return [f"First administrator's link, good for 60 minutes: {shown}"]


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with invented people."""
    try:
        for line in prepare(current_app._get_current_object(), is_demo=True):  # type: ignore[attr-defined]
            click.echo(line)
    except (Refused, config.WrongSetting) as error:
        raise click.ClickException(str(error)) from error
