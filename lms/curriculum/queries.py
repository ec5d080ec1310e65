"""The curriculum in force, from memory; the database is asked for a newer one every few seconds at most."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Sequence
from typing import Any

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


def look_again() -> None:
    """Have the next reader of this process ask the database for newer content."""
    cache: Cache = current_app.extensions["curriculum"]
    cache.look_at = 0.0


def _paper_file(name: str, lang: str) -> Any:
    return sa.select(PaperFile).where(PaperFile.name == name, PaperFile.lang == lang)


def paper_file(db: Session, name: str, lang: str) -> PaperFile | None:
    """The file kept for a paper, of whatever content; its bytes are read only when they are asked for."""
    found: PaperFile | None = db.scalars(_paper_file(name, lang)).one_or_none()
    return found


def locked_paper_file(db: Session, name: str, lang: str) -> PaperFile:
    """The file of a paper for writing; it is there."""
    found: PaperFile = db.scalars(_paper_file(name, lang).with_for_update()).one()
    return found


def papers_not_drawn(db: Session) -> Sequence[PaperFile]:
    """The papers that could not be drawn, with the sentence that says why."""
    return db.scalars(sa.select(PaperFile).where(PaperFile.fault != "").order_by(PaperFile.name)).all()
