"""Commands of this room: checking a file, checking the register."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from lms.certificates import queries, services
from lms.certificates.views import state_of
from lms.core import db as database
from lms.documents import signing
from lms.documents.keyring import SigningFailed
from lms.documents.signing import SignatureState

group = AppGroup("certificates", help="The register of certificates.")


#: What is said of a file that the register does not know.
UNKNOWN = {
    SignatureState.NONE: "it is not signed",
    SignatureState.VALID: "yet this installation signed it, and it was not changed since",
    SignatureState.CHANGED: "it was changed after it was signed",
    SignatureState.FOREIGN: "it is signed by a key that is not one of this installation",
    SignatureState.UNREADABLE: "it is no PDF that can be read",
}


#: What is said of a file that the register knows and no key of the folder does.
KEY_GONE = "The key that signed it is not in the folder signing/ any more: put the folder back from a backup."


@click.command("verify-certificate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@with_appcontext
def verify_certificate(file: Path, as_json: bool) -> None:
    """Say whether a PDF is, byte for byte, one that was issued, its state, and what its signature says.

    The register decides; files from before there were signatures have none. Exit 1 when it is not valid.
    """
    db: Any = database.session()
    pdf = file.read_bytes()
    certificate = queries.by_file_hash(db, hashlib.sha256(pdf).hexdigest())
    state = state_of(certificate) if certificate else "unknown"
    try:
        signature = signing.check(pdf, current_app.extensions["keyring"])
    except SigningFailed as error:
        raise click.ClickException(str(error)) from error
    is_valid = state == "valid" and signature != SignatureState.CHANGED
    if as_json:
        serial = certificate.serial if certificate else None
        click.echo(json.dumps({"state": state, "serial": serial, "signature": signature}))
    elif certificate:
        click.echo(f"{state}: {certificate.serial} (signature: {signature})", err=not is_valid)
        if signature == SignatureState.FOREIGN:
            click.echo(KEY_GONE, err=True)
    else:
        click.echo(f"unknown: no such file was issued; {UNKNOWN[signature]}", err=True)
    raise SystemExit(0 if is_valid else 1)


@group.command("check")
def check() -> None:
    """Check the chain of the register and the stored files; exit 1 at the first line that was changed."""
    broken = services.first_broken_line(database.session())
    if broken is not None:
        click.echo(f"{broken}: this line or its file was changed after the issue", err=True)
        raise SystemExit(1)
    click.echo("The register is whole.")
