"""An uploaded file from its first check to its confirmation, and back. Flushes, never commits.

Nothing is written to people or organisations before somebody confirms; confirming twice writes once; an import can be
undone until one of its new people has opened the account.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from lms.accounts import events, queries
from lms.accounts.imports import columns, organisations, people
from lms.accounts.imports.checking import AFTER, FAULT, LEFT_OUT, SAME, SPELLING, Checked, line_of
from lms.accounts.models import BatchState, ImportBatch, ImportRow, Person
from lms.accounts.services.editing import edit_person, facts_of
from lms.core import audit, mail
from lms.core.clock import local_date
from lms.core.errors import DomainError
from lms.core.i18n import current_language
from lms.core.text import clean_line
from lms.documents.spreadsheets import Table, UnreadableFile

KINDS: Mapping[str, ModuleType] = {"people": people, "organisations": organisations}


#: Columns whose words are chosen from a list.
PLACES = ("organisation", "region")


class AlreadySettled(DomainError):
    """Raised when an import was confirmed or undone in the meantime."""

    def __init__(self) -> None:
        super().__init__(_l("This import was settled in the meantime. Its page shows how."))


class AccountOpened(DomainError):
    """Raised when an import is to be undone and somebody of it has opened the account."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody of this import has opened the account: it can no longer be undone as a whole."))


def draft(
    db: Session, kind: str, table: Table, *, filename: str, body: bytes, actor_id: int | None, now: dt.datetime
) -> ImportBatch:
    """Keep a file's lines for the check. Raises UnreadableFile naming the columns that are missing."""
    found = columns.recognise(table.heading, KINDS[kind].COLUMNS)
    if found.missing:
        comma = "، " if current_language() == "ar" else ", "
        wanted = comma.join(column.heading[current_language()] for column in found.missing)
        raise UnreadableFile(_("The first line has to name the columns. Missing: %(names)s.", names=wanted))
    batch = ImportBatch(
        kind=kind,
        filename=clean_line(filename)[:200],
        sha256=hashlib.sha256(body).hexdigest(),
        encoding=table.encoding,
        remarks=[word[:80] for word in found.unknown],
        state=BatchState.CHECKED,
        created_at=now,
        created_by_id=actor_id,
    )
    db.add(batch)
    db.flush()
    for line in table.lines:
        cells: dict[str, Any] = {key: line.cells[place] for place, key in found.keys.items() if place < len(line.cells)}
        faults = {found.keys[place]: code for place, code in line.faults.items() if place in found.keys}
        if faults:
            cells[FAULT] = faults
        db.add(ImportRow(batch_id=batch.id, number=line.number, cells=cells, outcome="error"))
    db.flush()
    return batch


def get_or_none(db: Session, batch_id: int) -> ImportBatch | None:
    return db.get(ImportBatch, batch_id)


def past(db: Session, kind: str, *, limit: int = 20) -> list[ImportBatch]:
    """Files of this kind, the newest first."""
    query = sa.select(ImportBatch).where(ImportBatch.kind == kind).order_by(ImportBatch.id.desc()).limit(limit)
    return list(db.scalars(query))


def rows_of(db: Session, batch: ImportBatch) -> list[ImportRow]:
    """The lines of an import, in the file's order."""
    return list(db.scalars(sa.select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)))


def check(db: Session, batch: ImportBatch, *, now: dt.datetime) -> list[Checked]:
    """What each line would do if the import were confirmed now."""
    lines = [line_of(row) for row in rows_of(db, batch)]
    checked: list[Checked] = KINDS[batch.kind].check(db, lines, today=local_date(now))
    return checked


def mend(db: Session, batch: ImportBatch, typed: Mapping[str, str]) -> None:
    """Take over what was typed on the page of the check: ``cell-<line>-<column>``, ``same-<line>``, ``leave-<line>``.

    An organisation or a region chosen for one spelling holds for every line that wrote it so. Raises AlreadySettled.
    """
    if batch.state == BatchState.CONFIRMED:
        raise AlreadySettled
    known = {column.key for column in KINDS[batch.kind].COLUMNS}
    rows = rows_of(db, batch)
    #: (column, as it was written) -> what was chosen.
    spelled: dict[tuple[str, str], str] = {}
    for row in rows:
        cells = dict(row.cells)
        for key in known:
            new = typed.get(f"cell-{row.number}-{key}")
            if new is None or new == str(cells.get(key) or ""):
                continue
            if key in PLACES and cells.get(key):
                spelled[key, str(cells[key])] = new
            if key == "organisation" and cells.get(key):
                cells.setdefault(SPELLING, cells[key])
            cells[key] = new[:1000]
            if key in (cells.get(FAULT) or {}):
                cells[FAULT] = {name: code for name, code in cells[FAULT].items() if name != key}
        if typed.get(f"same-{row.number}") in ("yes", "no"):
            cells[SAME] = typed[f"same-{row.number}"]
        if typed.get(f"leave-{row.number}") == "1":
            cells[LEFT_OUT] = True
        row.cells = cells
    for row in rows:
        for key in PLACES:
            written = str(row.cells.get(key) or "")
            if (key, written) in spelled:
                learnt = {SPELLING: written} if key == "organisation" else {}
                row.cells = {**row.cells, key: spelled[key, written], **learnt}
    db.flush()


def confirm(
    db: Session, batch: ImportBatch, *, leave_errors: bool, actor_id: int | None, now: dt.datetime
) -> Counter[str]:
    """Write every good line in one transaction; gives the number of lines by outcome.

    Raises AlreadySettled for a second confirmation, ErrorsLeft while lines are wrong and are not to be left out.
    """
    _settle(db, batch, BatchState.CONFIRMED, (BatchState.CHECKED, BatchState.UNDONE))
    batch.confirmed_at, batch.undone_at = now, None
    kind = KINDS[batch.kind]
    rows = {row.number: row for row in rows_of(db, batch)}
    if batch.kind == "people":
        people.learn(db, [line_of(row) for row in rows.values()])
    checked: list[Checked] = kind.check(db, [line_of(row) for row in rows.values()], today=local_date(now))
    counts = Counter(one.outcome for one in checked)
    if counts["error"] and not leave_errors:
        raise ErrorsLeft(counts["error"])
    # Held while the lines are written: each organisation is read once, not once a line.
    _held = (queries.every_organisation(db), queries.regions(db))
    for one in checked:
        row = rows[one.line.number]
        row.outcome = "skipped" if one.outcome == "error" else one.outcome
        if one.outcome in ("new", "changed", "same"):
            kind.write(db, one, row, actor_id=actor_id, now=now)
            row.cells = {**row.cells, AFTER: {key: new for key, (_old, new) in one.changes.items()}}
    db.flush()
    audit.record(
        db, "accounts.import", actor_id=actor_id, subject=batch, now=now,
        new=counts["new"], changed=counts["changed"], left_out=counts["error"] + counts["skipped"],
    )  # fmt: skip
    return counts


class ErrorsLeft(DomainError):
    """Raised when lines are still wrong and nobody said to leave them out."""

    status = 422

    def __init__(self, count: int) -> None:
        super().__init__(_l("Lines that are still wrong: %(count)s. They can be mended, or left out.", count=count))


def undo(db: Session, batch: ImportBatch, *, actor_id: int | None, now: dt.datetime) -> int:
    """Take an import back; gives the number of lines kept because they were changed since.

    Raises AccountOpened, AlreadySettled, or what a room above refuses (something recorded for one of the people).
    """
    rows = [row for row in rows_of(db, batch) if row.subject_id is not None]
    if batch.kind == "people":
        new = [row.subject_id for row in rows if row.outcome == "new"]
        opened = sa.select(Person.id).where(Person.id.in_(new), Person.password_hash.is_not(None)).limit(1)
        if new and db.scalars(opened).first() is not None:
            raise AccountOpened
    _settle(db, batch, BatchState.UNDONE, (BatchState.CONFIRMED,))
    batch.undone_at = now
    take_back = _undo_people if batch.kind == "people" else _undo_organisations
    kept = take_back(db, rows, actor_id, now)
    audit.record(db, "accounts.undo-import", actor_id=actor_id, subject=batch, now=now, kept=kept)
    return kept


def _undo_people(db: Session, rows: list[ImportRow], actor_id: int | None, now: dt.datetime) -> int:
    new = [row.subject_id for row in rows if row.outcome == "new" and row.subject_id is not None]
    if new:
        events.people_withdrawn.send(new, db=db, now=now)
        for person_id in new:
            mail.forget_recipient(db, person_id)
        db.flush()
        db.execute(sa.delete(Person).where(Person.id.in_(new)))
    kept = 0
    for row in rows:
        if row.outcome == "changed" and row.before:
            person = db.get_one(Person, row.subject_id)
            facts = facts_of(person)
            if any(facts[key] != new for key, new in row.cells[AFTER].items()):
                kept += 1  # changed again since: that stays
            else:
                edit_person(db, person, row.before, actor_id=actor_id, now=now)
        if row.outcome == "new":
            row.subject_id = None
    db.flush()
    return kept


def _undo_organisations(db: Session, rows: list[ImportRow], actor_id: int | None, now: dt.datetime) -> int:
    changed = [row for row in rows if row.outcome in ("new", "changed")]
    return sum(not organisations.restore(db, row, actor_id=actor_id, now=now) for row in changed)


def _settle(db: Session, batch: ImportBatch, state: BatchState, before: tuple[BatchState, ...]) -> None:
    """Move the import on; of two at the same moment one does."""
    moved = db.execute(
        sa.update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state.in_(before))
        .values(state=state)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadySettled
    db.refresh(batch)
