"""Papers drawn as jobs and kept: one file for each paper and language, drawn anew when its content changes."""

from __future__ import annotations

import datetime as dt
import logging

from sqlalchemy.orm import Session

from lms.core import clock, jobs, profile
from lms.core import db as database
from lms.curriculum import papers, queries
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.errors import NoSuchPaper
from lms.curriculum.models import PaperFile
from lms.documents import CannotDraw, draw_paper

log = logging.getLogger(__name__)

DRAW = "curriculum.draw-paper"
READY, WAITING, FAILED, ABSENT = "ready", "waiting", "failed", "absent"
#: Nobody is kept waiting longer: the job was lost, or fails in a way that nobody foresaw.
LATE_AFTER = dt.timedelta(minutes=10)


def ask(db: Session, name: str, lang: str, *, now: dt.datetime) -> PaperFile:
    """The file of a paper as it reads now; a job draws it unless it is kept. Raises NoSuchPaper.

    ``state`` asked before writing begins has the content's name at hand: building a module takes a while.
    """
    digest = papers.digest(queries.current(db), name, lang)
    database.insert_if_absent(db, PaperFile, name=name, lang=lang, digest="", asked_at=now)
    file = queries.locked_paper_file(db, name, lang)
    if file.digest != digest or _state_of(file, now) == FAILED:
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
    # Who asked may have read newer content, and a newer name of the programme, than this process.
    queries.look_again()
    profile.look_again()
    profile.known(db)
    content, now = queries.current(db), clock.now()
    db.rollback()
    if not asked or _digest(content, name, lang) != asked:
        log.warning("paper %s in %s is of other content than was asked for", name, lang)
        _let_go(db, paper_id, asked)
        return
    pdf, fault = b"", ""
    try:
        pdf = draw_paper(papers.paper(content, name, lang, made_on=clock.local_date(now)))
    except CannotDraw as error:
        log.exception("paper %s in %s cannot be drawn", name, lang)
        fault = str(error)
    _keep(db, paper_id, asked, pdf, fault, now=now)


def _digest(content: Curriculum, name: str, lang: str) -> str:
    """That of the paper as it reads now; empty when it is gone."""
    try:
        return papers.digest(content, name, lang)
    except NoSuchPaper:
        return ""


def _waiting(db: Session, paper_id: int, digest: str) -> PaperFile | None:
    """The file for writing, as long as it waits to be drawn from this content."""
    database.use_mode(database.WRITE)
    file = db.get(PaperFile, paper_id, with_for_update=True)
    return file if file is not None and file.digest == digest and file.drawn_at is None else None


def _keep(db: Session, paper_id: int, digest: str, pdf: bytes, fault: str, *, now: dt.datetime) -> None:
    file = _waiting(db, paper_id, digest)
    if file is None:
        return
    file.fault = fault
    if pdf:
        file.pdf, file.size, file.drawn_at = pdf, len(pdf), now
    db.flush()


def _let_go(db: Session, paper_id: int, digest: str) -> None:
    """Content that is no longer in force is waited for by nobody, not even once it is in force again."""
    file = _waiting(db, paper_id, digest)
    if file is not None:
        file.digest = ""
        db.flush()


def state(db: Session, name: str, lang: str, *, now: dt.datetime) -> tuple[str, PaperFile | None]:
    """Whether a paper as it reads now is ready, waiting, failed or absent. Raises NoSuchPaper."""
    digest = papers.digest(queries.current(db), name, lang)
    file = queries.paper_file(db, name, lang)
    if file is None or file.digest != digest:
        return ABSENT, None
    return _state_of(file, now), file


def _state_of(file: PaperFile, now: dt.datetime) -> str:
    if file.drawn_at is not None:
        return READY
    return FAILED if file.fault or now - file.asked_at > LATE_AFTER else WAITING
