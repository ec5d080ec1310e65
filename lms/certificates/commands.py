"""Commands of this room: checking a file, checking the register."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from lms.certificates import queries, services
from lms.certificates.views import state_of
from lms.core import db as database

group = AppGroup("certificates", help="The register of certificates.")


@click.command("verify-certificate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@with_appcontext
def verify_certificate(file: Path, as_json: bool) -> None:
    """Say whether a PDF is, byte for byte, one that was issued, and its state. Exit 1 when it is not valid."""
    db: Any = database.session()
    certificate = queries.by_file_hash(db, hashlib.sha256(file.read_bytes()).hexdigest())
    state = state_of(certificate) if certificate else "unknown"
    answer = {"state": state, "serial": certificate.serial if certificate else None}
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo(
            f"{state}: {certificate.serial}" if certificate else "unknown: no such file was issued",
            err=state != "valid",
        )
    raise SystemExit(0 if state == "valid" else 1)


@group.command("check")
def check() -> None:
    """Check the chain of the register and the stored files; exit 1 at the first line that was changed."""
    broken = services.first_broken_line(database.session())
    if broken is not None:
        click.echo(f"{broken}: this line or its file was changed after the issue", err=True)
        raise SystemExit(1)
    click.echo("The register is whole.")
