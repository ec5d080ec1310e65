"""Speed of running a cohort: a file of people from upload to database, beside the same file read and written bare.

``.venv-test/bin/python bench/people.py`` keeps every reading in ``bench/results/``; the administration's lists are
opened with 10,000 people there.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import sqlalchemy as sa  # noqa: E402
from flask import Flask  # noqa: E402
from flask_migrate import upgrade  # noqa: E402

from bench.readings import keep, machine  # noqa: E402
from lms import config, create_app  # noqa: E402
from lms.accounts.imports import batches  # noqa: E402
from lms.accounts.models import Person  # noqa: E402
from lms.accounts.passwords import hash_password  # noqa: E402
from lms.accounts.queries import directory, duplicates  # noqa: E402
from lms.accounts.reference import seed  # noqa: E402
from lms.core import clock  # noqa: E402
from lms.core import db as database  # noqa: E402
from lms.documents import spreadsheets  # noqa: E402
from lms.documents.workbooks import Sheet, write_xlsx  # noqa: E402

ROUNDS = 5
HEAD = ["Nom en arabe", "Nom en français", "Adresse électronique", "Téléphone", "Organisme", "Langue des messages"]
PLACES = ["OFPPT", "Tourisme", "Agriculture", "ANLCA", "Artisanat", "Jeunesse"]


def workbook(rows: int, start: int = 0) -> bytes:
    lines = [
        [f"نادية رقم {n}", f"Nadia Numéro {n}", f"n{n}@example.ma", f"06{n:08}", PLACES[n % 6], "arabe"]
        for n in range(start, start + rows)
    ]
    return write_xlsx([Sheet("people", HEAD, lines)], lang="fr")


def fresh_app(folder: Path, **settings: Any) -> Flask:
    known = config.Settings(data_dir=folder, secret_key="bench-" * 8, base_url="http://localhost", **settings)
    app = create_app(known)
    with app.app_context():
        upgrade()
        database.use_mode(database.WRITE)
        seed(database.session())
        database.commit()
        database.db.session.remove()
    return app


def import_file(app: Flask, body: bytes) -> None:
    """Read, check and confirm, as the pages and ``users import`` do."""
    with app.app_context():
        database.use_mode(database.WRITE)
        db, now = database.session(), clock.now()
        table = spreadsheets.read(body, "people.xlsx")
        batch = batches.draft(db, "people", table, filename="people.xlsx", body=body, actor_id=None, now=now)
        database.commit()
        batches.check(db, batch, now=now)
        batches.confirm(db, batch, leave_errors=False, actor_id=None, now=now)
        database.commit()
        database.db.session.remove()


def read_and_write_bare(folder: Path, body: bytes) -> None:
    """The floor: the same workbook through openpyxl into one bare table, committed."""
    import openpyxl

    sheet: Any = openpyxl.load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    with sqlite3.connect(folder / "bare.sqlite3") as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE IF NOT EXISTS person (a, b, c, d, e, f)")
        bare.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)", [row[:6] for row in rows])
    bare.close()


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return round(time.perf_counter() - began, 3)


def imports(rows: int) -> dict[str, Any]:
    """Five fresh databases; the floor beside each."""
    body, ours, floor = workbook(rows), [], []
    for _round in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            app = fresh_app(folder / "data")
            floor.append(seconds(lambda folder=folder: read_and_write_bare(folder, body)))
            ours.append(seconds(lambda app=app: import_file(app, body)))
            with app.app_context():
                database.db.engine.dispose()
    return {
        "rows": rows, "seconds": ours, "median_s": statistics.median(ours), "floor_s": floor,
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip


def lists(people: int) -> dict[str, Any]:
    """The queries of the administration's lists over so many people, in seconds."""
    with tempfile.TemporaryDirectory() as name:
        app = fresh_app(Path(name) / "data")
        for start in range(0, people, 2_000):
            import_file(app, workbook(2_000, start))
        with app.app_context():
            database.use_mode(database.READ)
            db: Any = database.session()
            wanted = directory.Wanted()
            search = directory.Wanted(search="numero 77")
            found: dict[str, Any] = {"people": db.scalar(sa.select(sa.func.count(Person.id)))}
            for label, act in {
                "page": lambda: directory.people_page(db, wanted, organisation_id=None, lang="fr", page=1),
                "last page": lambda: directory.people_page(db, wanted, organisation_id=None, lang="fr", page=200),
                "search": lambda: directory.people_page(db, search, organisation_id=None, lang="fr", page=1),
                "duplicates": lambda: duplicates.count_pairs(db),
            }.items():
                found[label] = [seconds(act) for _round in range(ROUNDS)]
            database.db.session.remove()
            database.db.engine.dispose()
    return found


def _asking(app: Flask, path: str, sent: dict[str, str], number: int) -> float:
    """Seconds that the answer to one form took, from an address of its own."""
    client, place = app.test_client(), {"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250}"}
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)[1]  # type: ignore[index]
    began = time.perf_counter()
    answer = client.post(path, data={**sent, "csrf_token": token}, environ_overrides=place)
    taken = time.perf_counter() - began
    assert answer.status_code in (200, 302, 422), answer.status_code
    return taken


def told_apart(pairs: int = 200) -> dict[str, float]:
    """Milliseconds by which the median answer about a known address differs from one about an unknown (T14)."""
    with tempfile.TemporaryDirectory() as name:
        app = fresh_app(Path(name) / "data", testing=True)
        import_file(app, workbook(pairs))
        with app.app_context():
            database.use_mode(database.WRITE)
            database.session().execute(sa.update(Person).values(password_hash=hash_password("a phrase long enough")))
            database.commit()
            database.db.session.remove()
        found = {}
        for label, path, fields in (
            ("sign-in", "/fr/sign-in", {"password": "another long phrase"}), ("reset", "/fr/password", {}),
        ):  # fmt: skip
            times: dict[str, list[float]] = {"n": [], "nobody": []}
            for number in range(pairs):
                for kind, kept in times.items():
                    kept.append(_asking(app, path, {"email": f"{kind}{number}@example.ma", **fields}, number))
            found[label] = round(1000 * (statistics.median(times["n"]) - statistics.median(times["nobody"])), 2)
        with app.app_context():
            database.db.engine.dispose()
    return found


def main() -> None:
    result = {
        **machine(), "told_apart_ms": told_apart(), "import_310": imports(310), "import_2000": imports(2_000),
        "lists": lists(10_000),
    }  # fmt: skip
    keep(result, "people")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
