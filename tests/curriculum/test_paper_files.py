"""Papers as files: asked for once, drawn by a job, kept until their content changes."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import db as database
from lms.core import jobs, profile
from lms.core.bilingual import Bilingual
from lms.core.feature import Check
from lms.curriculum import hooks, paper_files, papers, queries, services
from lms.curriculum.catalogue import Curriculum
from lms.curriculum.errors import NoSuchPaper
from lms.curriculum.models import PaperFile
from lms.documents.svg_values import FigureFailed
from tests.parallel import at_once

NAME = "lesson:concepts/first"
Run = Callable[[], None]


@pytest.fixture(autouse=True)
def _at(curriculum: Curriculum, at: Callable[..., None], now: dt.datetime) -> None:
    """The clock of jobs, and a curriculum in the database."""
    at(now)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Titles of the papers that were drawn; their bytes say how many there were before."""
    titles: list[str] = []

    def draw(paper: Any) -> bytes:
        titles.append(paper.title)
        return f"%PDF {len(titles)}".encode()

    monkeypatch.setattr(paper_files, "draw_paper", draw)
    return titles


@pytest.fixture
def run_jobs(db: Any, run_jobs: Run) -> Run:
    """Runs them after the test's own transaction."""

    def run() -> None:
        database.rollback()
        run_jobs()

    return run


def ask(db: Any, now: dt.datetime, name: str = NAME, lang: str = "fr") -> int:
    file_id = paper_files.ask(db, name, lang, now=now).id
    database.commit()
    return file_id


def fresh(db: Any) -> None:
    """What other transactions wrote is seen."""
    database.rollback()
    db.expire_all()
    database.use_mode(database.WRITE)


def stored(db: Any, file_id: int) -> PaperFile:
    fresh(db)
    return db.get_one(PaperFile, file_id)  # type: ignore[no-any-return]


def state(db: Any, now: dt.datetime, name: str = NAME, lang: str = "fr") -> str:
    fresh(db)
    return paper_files.state(db, name, lang, now=now)[0]


def count_of_jobs(db: Any) -> int:
    fresh(db)
    return db.scalar(sa.select(sa.func.count(jobs.Job.id)).where(jobs.Job.name == paper_files.DRAW))  # type: ignore[no-any-return]


@pytest.fixture
def take_over(db: Any, tmp_path: Path, small_content: Path, now: dt.datetime) -> Callable[[str, str], None]:
    """Syncs the small tree with words changed in its first lesson; the same words give the tree as it was."""

    def sync(old: str, new: str) -> None:
        folder = shutil.copytree(small_content, tmp_path / "content", dirs_exist_ok=True)
        file = folder / "fr" / "concepts" / "first.md"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
        fresh(db)
        assert services.sync(db, folder, now=now) == []
        database.commit()

    return sync


def test_a_paper_is_absent_then_waits_then_is_kept(db: Any, now: dt.datetime, run_jobs: Run) -> None:
    assert state(db, now) == "absent"
    file_id = ask(db, now)
    assert state(db, now) == "waiting"

    run_jobs()

    assert state(db, now) == "ready"
    file = stored(db, file_id)
    assert file.pdf is not None
    assert file.pdf.startswith(b"%PDF-")
    assert (file.size, file.drawn_at, file.fault) == (len(file.pdf), now, "")
    assert state(db, now, lang="ar") == "absent"


@pytest.mark.parametrize("name", ["module:concepts", "guide:concepts", "lesson:concepts/second"])
@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_every_kind_of_paper_is_drawn(db: Any, now: dt.datetime, run_jobs: Run, name: str, lang: str) -> None:
    ask(db, now, name, lang)
    run_jobs()
    assert state(db, now, name, lang) == "ready"


def test_who_asks_again_starts_no_second_job(db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str]) -> None:
    assert ask(db, now) == ask(db, now)
    assert count_of_jobs(db) == 1
    run_jobs()
    ask(db, now + dt.timedelta(days=40))
    assert count_of_jobs(db) == 1
    assert state(db, now + dt.timedelta(days=40)) == "ready"
    assert len(drawn) == 1


def test_changed_content_is_drawn_anew_in_the_place_of_the_old(
    db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str], take_over: Callable[..., None]
) -> None:
    file_id = ask(db, now)
    run_jobs()
    take_over("Un cas de travail", "Un autre cas")
    assert state(db, now) == "absent"

    assert ask(db, now) == file_id
    assert state(db, now) == "waiting"
    assert stored(db, file_id).pdf is None
    run_jobs()

    assert stored(db, file_id).pdf == b"%PDF 2"
    assert db.scalar(sa.select(sa.func.count(PaperFile.id))) == 1


def test_what_another_lesson_says_changes_nothing(
    db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str], take_over: Callable[..., None]
) -> None:
    ask(db, now, "lesson:concepts/second")
    run_jobs()
    take_over("Un cas de travail", "Un autre cas")
    assert state(db, now, "lesson:concepts/second") == "ready"


def test_a_job_that_runs_twice_draws_once(db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str]) -> None:
    file_id = ask(db, now)
    run_jobs()
    fresh(db)
    paper_files.draw(db, file_id)
    database.commit()
    assert (len(drawn), stored(db, file_id).pdf) == (1, b"%PDF 1")


def test_two_jobs_side_by_side_keep_one_file(
    app: Flask, db: Any, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job whose worker was thought dead: both draw, the first is kept."""
    numbers, both_draw = itertools.count(), threading.Barrier(2, timeout=60)

    def draw(_paper: Any) -> bytes:
        number = next(numbers)
        both_draw.wait()
        time.sleep(number)  # whoever began first is ready first
        return b"%%PDF %d" % number

    monkeypatch.setattr(paper_files, "draw_paper", draw)
    file_id = ask(db, now)
    work = [lambda other: paper_files.draw(other, file_id)] * 2
    assert at_once(app, work) == [None, None]
    file = stored(db, file_id)
    assert (next(numbers), file.pdf, file.size) == (2, b"%PDF 0", 6)


@pytest.mark.parametrize(
    ("meanwhile", "kept"),
    [
        ({"pdf": b"%PDF first", "drawn_at": dt.datetime(2026, 11, 23, tzinfo=dt.UTC)}, b"%PDF first"),
        ({"digest": "x"}, None),
    ],
)
def test_what_happened_while_it_was_drawn_stands(
    db: Any, now: dt.datetime, run_jobs: Run, monkeypatch: pytest.MonkeyPatch, meanwhile: dict[str, Any], kept: Any
) -> None:
    """Another job was faster, or other content was asked for."""
    file_id = ask(db, now)

    def draw(_paper: Any) -> bytes:
        with database.short_write() as other:
            other.execute(sa.update(PaperFile).values(**meanwhile))
        return b"%PDF late"

    monkeypatch.setattr(paper_files, "draw_paper", draw)
    run_jobs()
    assert stored(db, file_id).pdf == kept


def test_a_job_without_its_file_does_nothing(db: Any, now: dt.datetime, drawn: list[str]) -> None:
    paper_files.draw(db, 4711)
    assert drawn == []


def test_a_job_for_content_that_is_no_longer_in_force_keeps_nothing(
    db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str], take_over: Callable[..., None]
) -> None:
    file_id = ask(db, now)
    take_over("Un cas de travail", "Un autre cas")
    run_jobs()
    assert (drawn, stored(db, file_id).pdf, state(db, now)) == ([], None, "absent")


def test_content_that_comes_back_is_not_waited_for_in_vain(
    db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str], take_over: Callable[..., None]
) -> None:
    ask(db, now)
    take_over("Un cas de travail", "Un autre cas")
    run_jobs()
    take_over("Un cas de travail", "Un cas de travail")
    assert state(db, now) == "absent"
    ask(db, now)
    run_jobs()
    assert state(db, now) == "ready"


def test_a_job_looks_for_the_newest_content(
    app: Flask, db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str], take_over: Callable[..., None]
) -> None:
    """The child process may have looked a moment before the content changed; it would look again only seconds later."""
    cache = app.extensions["curriculum"]
    older = (queries.current(db), cache.digest)
    take_over("Un cas de travail", "Un autre cas")
    ask(db, now)
    cache.curriculum, cache.digest = older
    cache.look_at = time.monotonic() + 60
    run_jobs()
    assert state(db, now) == "ready"


def rename(db: Any, name: str) -> None:
    """The team names its programme, and the web worker's next page knows it."""
    fresh(db)
    profile.for_editing(db).name = Bilingual("", name)
    database.commit()
    profile.look_again()
    profile.look(db)


def test_a_paper_is_drawn_anew_with_the_name_that_the_team_gives_the_programme(
    db: Any, now: dt.datetime, run_jobs: Run
) -> None:
    file_id = ask(db, now, "module:concepts")
    run_jobs()
    rename(db, "Genre & équité : phase 2")
    assert state(db, now, "module:concepts") == "absent"

    assert ask(db, now, "module:concepts") == file_id
    run_jobs()

    assert state(db, now, "module:concepts") == "ready"
    document = pypdfium2.PdfDocument(stored(db, file_id).pdf)
    assert "Genre & équité : phase 2" in document[0].get_textpage().get_text_range()
    assert document.get_metadata_dict()["Author"] == "Genre & équité : phase 2"
    document.close()


def test_a_job_looks_for_the_newest_name_of_the_programme(
    app: Flask, db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str]
) -> None:
    """As with content: the child process reads no page, and may have looked before the name changed or never."""
    cache = app.extensions["profile"]
    older = cache.known
    rename(db, "Programme d’essai")
    ask(db, now)
    cache.known, cache.look_at = older, time.monotonic() + 60
    run_jobs()
    assert (len(drawn), state(db, now)) == (1, "ready")


def test_a_paper_that_is_gone_is_let_go(
    db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = ask(db, now)

    def gone(*_arguments: Any) -> str:
        raise NoSuchPaper(NAME)

    with monkeypatch.context() as patched:
        patched.setattr(papers, "digest", gone)
        run_jobs()
        fresh(db)
        paper_files.draw(db, file_id)  # the sweep may bring a job back
    assert (drawn, stored(db, file_id).digest) == ([], "")
    done = db.scalars(sa.select(jobs.Job.state).where(jobs.Job.name == paper_files.DRAW)).one()
    assert done == jobs.JobState.DONE


def test_a_figure_that_cannot_be_drawn_is_said_and_can_be_tried_again(
    db: Any, now: dt.datetime, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_svg: str) -> Any:
        raise FigureFailed("The element <spiral> cannot be drawn here.")

    file_id = ask(db, now)
    with monkeypatch.context() as patched:
        patched.setattr("lms.documents.paper.svg.parse", fail)
        run_jobs()
    assert state(db, now) == "failed"
    file = stored(db, file_id)
    assert (file.fault, file.pdf, file.drawn_at) == ("The element <spiral> cannot be drawn here.", None, None)

    ask(db, now)
    assert (state(db, now), stored(db, file_id).fault, count_of_jobs(db)) == ("waiting", "", 2)
    run_jobs()
    assert state(db, now) == "ready"


def test_who_waits_too_long_may_ask_again(
    db: Any, now: dt.datetime, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that nobody foresaw is no sentence: the job is tried for hours, the person is told after minutes."""

    def crash(_paper: Any) -> bytes:
        raise KeyError("unforeseen")

    monkeypatch.setattr(paper_files, "draw_paper", crash)
    ask(db, now)
    run_jobs()
    assert state(db, now + dt.timedelta(minutes=9)) == "waiting"
    late = now + dt.timedelta(minutes=11)
    assert state(db, late) == "failed"

    ask(db, late)

    assert (state(db, late), count_of_jobs(db)) == ("waiting", 2)


def test_a_job_draws_outside_any_transaction(
    app: Flask, db: Any, now: dt.datetime, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawing takes seconds: nobody else's write waits for it."""
    written: list[str] = []

    def draw(_paper: Any) -> bytes:
        written.append("inside" if database.session().in_transaction() else "outside")
        return b"%PDF"

    monkeypatch.setattr(paper_files, "draw_paper", draw)
    ask(db, now)
    run_jobs()
    assert written == ["outside"]


@pytest.mark.parametrize("is_new", [True, False])
def test_of_many_who_ask_at_the_same_moment_one_starts_the_job(
    app: Flask, db: Any, now: dt.datetime, is_new: bool
) -> None:
    if not is_new:  # an older paper is there
        db.add(PaperFile(name=NAME, lang="fr", digest="older", asked_at=now))

    def act(other: Any) -> int:
        return paper_files.ask(other, NAME, "fr", now=now).id

    found = at_once(app, [act] * 8)
    assert len(set(found)) == 1, found
    assert isinstance(found[0], int), found
    fresh(db)
    assert (db.scalar(sa.select(sa.func.count(PaperFile.id))), count_of_jobs(db)) == (1, 1)


def test_the_bytes_are_read_only_when_they_are_asked_for(
    db: Any, now: dt.datetime, run_jobs: Run, drawn: list[str], at_most: Any
) -> None:
    file_id = ask(db, now)
    run_jobs()
    fresh(db)
    with at_most(3) as statements:
        _state, file = paper_files.state(db, NAME, "fr", now=now)
        assert paper_files.ask(db, NAME, "fr", now=now).id == file_id
        paper_files.draw(db, file_id)
    read = [line for line in statements if "SELECT" in line]
    assert len(read) == 2, statements
    assert [line for line in read if "pdf" in line] == []
    with at_most(1) as statements:
        assert file is not None
        assert file.pdf == b"%PDF 1"
    assert "pdf" in statements[-1]


def test_an_unknown_name_leaves_no_row(db: Any, now: dt.datetime) -> None:
    for name in ("lesson:concepts/nowhere", "lesson:concepts/later", "guide:model", "module:model", "x" * 5000):
        with pytest.raises(NoSuchPaper):
            paper_files.ask(db, name, "fr", now=now)
        with pytest.raises(NoSuchPaper):
            paper_files.state(db, name, "fr", now=now)
    assert db.scalar(sa.select(sa.func.count(PaperFile.id))) == 0


def test_the_health_page_names_what_could_not_be_drawn_and_why(
    app: Flask, db: Any, now: dt.datetime, run_jobs: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_paper: Any) -> bytes:
        raise FigureFailed("The figure has no frame.")

    def line() -> Check:
        with app.test_request_context("/fr/"):
            return hooks.health(db, now=now)[0]

    assert line().is_well
    monkeypatch.setattr(paper_files, "draw_paper", fails)
    ask(db, now)
    run_jobs()
    fresh(db)
    assert (line().is_well, line().advice) == (False, "The figure has no frame.")
    assert NAME in str(line().value)
