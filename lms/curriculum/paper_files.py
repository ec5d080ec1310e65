"""Papers drawn as jobs and kept: one file for each paper and language, drawn anew when its content changes."""

from __future__ import annotations

import datetime as dt
import logging

from sqlalchemy.orm import Session

from lms.core import clock, jobs
from lms.core import db as database
from lms.curriculum import papers, queries
from lms.curriculum.errors import NoSuchPaper
from lms.curriculum.models import PaperFile
from lms.documents import CannotDraw, draw_paper

log = logging.getLogger(__name__)

DRAW = "curriculum.draw-paper"


def ask(db: Session, name: str, lang: str, *, now: dt.datetime) -> PaperFile:
    """The file of a paper as it reads now; a job draws it unless it is kept. Raises NoSuchPaper."""
    digest = papers.digest(queries.current(db), name, lang)
    database.insert_if_absent(db, PaperFile, name=name, lang=lang, digest="", asked_at=now)
    file = queries.paper_file(db, name, lang, lock=True)
    if file is None:
        raise NoSuchPaper(name)
    if file.digest != digest or file.fault:
        file.digest, file.asked_at = digest, now
        file.drawn_at, file.pdf, file.size, file.fault = None, None, 0, ""
        db.flush()
        jobs.start(db, DRAW, paper_id=file.id, now=now)
    return file


def draw(db: Session, paper_id: int) -> None:
    """Job: draw outside any writing transaction, then keep. Twice does no harm; a fault is kept as its sentence."""
    file = db.get(PaperFile, paper_id)
    if file is None or file.drawn_at is not None:
        return
    name, lang, asked = file.name, file.lang, file.digest
    content, now = queries.current(db), clock.now()
    if papers.digest(content, name, lang) != asked:
        return  # this worker reads other content than was asked for: whoever asks again is served
    db.rollback()
    pdf, fault = b"", ""
    try:
        pdf = draw_paper(papers.paper(content, name, lang, made_on=clock.local_date(now)))
    except CannotDraw as error:
        log.exception("paper %s in %s cannot be drawn", name, lang)
        fault = str(error)
    database.use_mode(database.WRITE)
    _keep(db, paper_id, asked, pdf, fault, now=now)


def _keep(db: Session, paper_id: int, digest: str, pdf: bytes, fault: str, *, now: dt.datetime) -> None:
    file = db.get(PaperFile, paper_id, with_for_update=True)
    if file is None or file.digest != digest or file.drawn_at is not None:
        return
    file.fault = fault
    if pdf:
        file.pdf, file.size, file.drawn_at = pdf, len(pdf), now
    db.flush()


def state(db: Session, name: str, lang: str) -> tuple[str, PaperFile | None]:
    """Whether a paper as it reads now is ready, waiting, failed or absent. Raises NoSuchPaper."""
    digest = papers.digest(queries.current(db), name, lang)
    file = queries.paper_file(db, name, lang)
    if file is None or file.digest != digest:
        return "absent", None
    return ("ready" if file.drawn_at else "failed" if file.fault else "waiting"), file
