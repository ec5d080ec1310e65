"""The curriculum in force, from memory; the database is asked for a newer one every few seconds at most."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Sequence

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from lms.curriculum.catalogue import Curriculum
from lms.curriculum.errors import NoCurriculum
from lms.curriculum.models import ContentProblem, ContentSnapshot, PaperFile

LOOK_EVERY_SECONDS = 5.0


class Cache:
    """The snapshot that this process serves."""

    def __init__(self) -> None:
        self.digest = ""
        self.curriculum: Curriculum | None = None
        self.look_at = 0.0


def current(db: Session) -> Curriculum:
    """The newest good reading of the content. Raises NoCurriculum before the first sync."""
    cache: Cache = current_app.extensions["curriculum"]
    if cache.curriculum is None or time.monotonic() >= cache.look_at:
        _look(db, cache)
    if cache.curriculum is None:
        raise NoCurriculum
    return cache.curriculum


def digest() -> str:
    """Name of the reading in force, for what is kept of its pages; empty before the first."""
    cache: Cache = current_app.extensions["curriculum"]
    return cache.digest


def _look(db: Session, cache: Cache) -> None:
    cache.look_at = time.monotonic() + LOOK_EVERY_SECONDS
    newest = newest_digest(db)
    if newest is None or newest == cache.digest:
        return
    body = db.scalars(sa.select(ContentSnapshot.body).where(ContentSnapshot.digest == newest)).one()
    cache.curriculum = Curriculum.from_dict(json.loads(zlib.decompress(body)))
    cache.digest = newest


def newest_digest(db: Session) -> str | None:
    return db.scalars(sa.select(ContentSnapshot.digest).order_by(ContentSnapshot.id.desc()).limit(1)).first()


def problems(db: Session) -> Sequence[ContentProblem]:
    """What the last sync found wrong."""
    return db.scalars(sa.select(ContentProblem).order_by(ContentProblem.id)).all()


def paper_file(db: Session, name: str, lang: str, *, lock: bool = False) -> PaperFile | None:
    """The file kept for a paper, of whatever content; its bytes are read only when they are asked for."""
    wanted = sa.select(PaperFile).where(PaperFile.name == name, PaperFile.lang == lang)
    return db.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
