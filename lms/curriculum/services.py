"""Taking over the content files. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from lms.curriculum import build, files, queries
from lms.curriculum import check as checker
from lms.curriculum.models import ContentProblem, ContentSnapshot

KEPT_SNAPSHOTS = 3
_PACKAGE = Path(__file__).parent
#: What a list in the place of a word, or a word in the place of a list, makes of a check.
_ODD_VALUES = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def check(folder: Path) -> list[str]:
    """Every problem of the content files, one sentence each with file and line; empty for a good tree."""
    if not (folder / "ar").is_dir() or not (folder / "fr").is_dir():
        return [f"{folder}: the folders ar and fr are needed"]
    return _problems(files.read(folder))


def _problems(tree: files.Tree) -> list[str]:
    """What the checks of this room and of all others complain of."""
    try:
        checker.check(tree)
        for feature in current_app.extensions["features"]:
            feature.content_checks(tree)
    except _ODD_VALUES as error:
        # A value of a kind that nobody foresaw must not end the start of a server that has an older good reading.
        odd = f"{tree.folder}:1: [files] a value has a kind that cannot be read: {error!r}"
        return [*map(str, tree.found()), odd]
    return [str(problem) for problem in tree.found()]


def sync(db: Session, folder: Path, *, now: dt.datetime) -> list[str]:
    """Store a new snapshot when the files changed and are good; give the problems otherwise.

    A broken tree changes nothing that is served: the problems are kept for the health page.
    """
    digest = digest_of(folder)
    if queries.newest_digest(db) == digest:
        return []
    tree = files.read(folder)
    found = _problems(tree)
    db.execute(sa.delete(ContentProblem))
    if found:
        db.add_all(ContentProblem(text=text, found_at=now) for text in found)
        db.flush()
        return found
    curriculum = build.curriculum(tree)
    body = zlib.compress(json.dumps(curriculum.as_dict(), ensure_ascii=False).encode(), 6)
    db.execute(sa.delete(ContentSnapshot).where(ContentSnapshot.digest == digest))
    snapshot = ContentSnapshot(digest=digest, created_at=now, body=body)
    db.add(snapshot)
    db.flush()
    db.execute(sa.delete(ContentSnapshot).where(ContentSnapshot.id <= snapshot.id - KEPT_SNAPSHOTS))
    for feature in current_app.extensions["features"]:
        feature.content_synced(db, curriculum, tree=tree, now=now)
    queries.look_again()
    return []


def has_snapshot(db: Session) -> bool:
    """Whether an earlier good reading is kept."""
    return queries.newest_digest(db) is not None


def digest_of(folder: Path) -> str:
    """Fingerprint of the files and of the code and words that render them."""
    total = hashlib.sha256()
    sources = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    drawings = [_PACKAGE.parent / "ui" / name for name in ("charts.py", "diagrams.py", "svg.py")]
    code = sorted([*_PACKAGE.glob("*.py"), *_PACKAGE.rglob("*.mo"), *drawings])
    for path in sources + code:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        total.update(str(path.parent.name).encode())
    return total.hexdigest()
