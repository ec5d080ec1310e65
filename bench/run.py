"""Speed and size beside a bare floor in the same run: floor, ours, floor, ours …, five of each, all kept.

    python bench/run.py          # needs wrk (Debian: apt-get install wrk); writes bench/results/<day>.json

Nothing here fails on a figure: a miss is printed as a miss.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.readings import keep, machine  # noqa: E402
from tests.browser.site import PASSWORD, Site, serve_demo  # noqa: E402
from tests.core.test_run import answers, children, free_port, start, wait_for  # noqa: E402

ROUNDS, SECONDS, CLIENTS = 5, 4, 8
LESSON = "/fr/modules/concepts/why-this-training/"


def load(script: str, url: str, *arguments: str, clients: int = CLIENTS) -> dict[str, float]:
    """One burst: requests a second, p50 and p99 in ms, answers that were wrong."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{SECONDS}s", "-s", str(ROOT / "bench" / script), url, "--", *arguments]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)", out)
    assert found, out
    rate, middle, slow, wrong = found.groups()
    return {
        "per_second": round(float(rate), 1),
        "p50": round(float(middle), 2),
        "p99": round(float(slow), 2),
        "wrong": int(wrong),
    }


def side_by_side(floor: Callable[[], dict[str, float]], ours: Callable[[], dict[str, float]]) -> dict[str, Any]:
    """Floor and ours in turn; the medians, their ratio, and every reading."""
    pairs = [(floor(), ours()) for _ in range(ROUNDS)]
    middle = [statistics.median(one["per_second"] for one in side) for side in zip(*pairs, strict=True)]
    return {
        "floor": [pair[0] for pair in pairs],
        "ours": [pair[1] for pair in pairs],
        "ours_over_floor": round(middle[1] / middle[0], 3),
        "ours_p99": statistics.median(pair[1]["p99"] for pair in pairs),
    }


class Person:
    """Somebody signed in over HTTP, as a browser does."""

    def __init__(self, site: Site, address: str) -> None:
        self.url, self.jar = site.url, CookieJar()
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open
        page = self.get("/fr/sign-in")
        form = {"email": address, "password": PASSWORD, "csrf_token": self.token(page)}
        self.open(self.url + "/fr/sign-in", urllib.parse.urlencode(form).encode())

    def get(self, path: str) -> str:
        return str(self.open(self.url + path).read().decode())

    @staticmethod
    def token(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:500]
        return found[1]

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.jar)


def start_tests(site: Site, folder: Path) -> Path:
    """As many open attempts as clients; one line for each in the file that the load reads."""
    lines = []
    for _ in range(CLIENTS):
        address = site.new_learner("fr")
        site.read_lessons(address)
        person = Person(site, address)
        quiz = site.row("SELECT id FROM quiz WHERE content_key = 'concepts/test'")[0]
        form = {"csrf_token": person.token(person.get(f"/fr/quizzes/{quiz}/"))}
        person.open(f"{site.url}/fr/quizzes/{quiz}/attempts", urllib.parse.urlencode(form).encode())
        path = f"/fr/quizzes/{quiz}/attempts/1/1/"
        token = person.token(person.get(path))
        lines.append("\t".join((person.cookie, token, f"{path}answer", site.right_options(address, 1)[0])))
    file = folder / "people.txt"
    file.write_text("\n".join(lines) + "\n")
    return file


@contextlib.contextmanager
def floor_server(folder: Path, page_bytes: int = 0, database_url: str = "") -> Iterator[str]:
    """The bare floor on a port of its own, with a SQLite file in ``folder`` unless a PostgreSQL is named."""
    port = free_port()
    environment = {
        **os.environ,
        "FLOOR_FILE": str(folder / "floor.sqlite3"),
        "FLOOR_DATABASE_URL": database_url,
        "FLOOR_PORT": str(port),
        "FLOOR_PAGE_BYTES": str(page_bytes),
    }
    process = subprocess.Popen([sys.executable, "-m", "bench.floor"], env=environment, cwd=ROOT, start_new_session=True)
    try:
        wait_for(lambda: answers(port, "/page") == 200, 20, "the floor did not answer")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def seconds_to_answer(data_dir: Path) -> float:
    """A second start on a folder that was used, to the first page."""
    port = free_port()
    began = time.monotonic()
    process = start(data_dir, port, "--demo")
    try:
        wait_for(lambda: answers(port, "/fr/sign-in") == 200, 60, "no answer")
        return round(time.monotonic() - began, 2)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def web_memory(pid: int) -> list[float]:
    """Proportional memory of each web worker, MiB: the children that do not run jobs."""
    found = []
    for child in children(pid):
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"huey" in command or b"resource_tracker" in command:
            continue
        rollup = Path(f"/proc/{child}/smaps_rollup").read_text()
        found.append(round(int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1]) / 1024, 1))  # type: ignore[index]
    return sorted(found)


def sizes(person: Person) -> dict[str, int]:
    """Bytes on the wire of a lesson's first view, files without fonts."""
    page = person.get(LESSON)
    names = sorted(set(re.findall(r'/assets/[^"#\s]+', page)))
    found = {}
    for path in [LESSON, *names]:
        asked = urllib.request.Request(person.url + path, headers={"Accept-Encoding": "gzip", "Cookie": person.cookie})
        with urllib.request.urlopen(asked) as answer:
            found[path] = len(answer.read())
    return found


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: sudo apt-get install wrk")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serve_demo(folder / "data") as (process, site):
            address = site.new_learner("fr")
            reader = Person(site, address)
            people = start_tests(site, folder)
            page_bytes = len(reader.get(LESSON).encode())
            with floor_server(folder, page_bytes) as floor:
                lesson = side_by_side(
                    lambda: load("read.lua", f"{floor}/page", ""),
                    lambda: load("read.lua", site.url + LESSON, reader.cookie),
                )
                saves = iter(range(int(time.time() * 1000), 2**52, 10**6))
                bare = folder / "bare.txt"
                bare.write_text("\t\t/save\tA\n")
                saved = side_by_side(
                    lambda: load("save.lua", f"{floor}/save", str(bare), str(next(saves))),
                    lambda: load("save.lua", site.url, str(people), str(next(saves))),
                )
            memory, weights = web_memory(process.pid), sizes(reader)
        starts = [seconds_to_answer(folder / "data") for _ in range(ROUNDS)]
    result = {
        **machine(), "lesson_page_bytes": page_bytes, "lesson": lesson, "answer_saved": saved,
        "web_workers_pss_mib": memory, "second_start_s": starts, "first_view_bytes": weights,
    }  # fmt: skip
    keep(result)
    report(result)


def report(result: dict[str, Any]) -> None:
    """One line a target."""
    lesson, saved = result["lesson"], result["answer_saved"]
    memory, started = sum(result["web_workers_pss_mib"]), statistics.median(result["second_start_s"])
    lines = [
        ("lesson page, ours ÷ floor ≥ 0.5", lesson["ours_over_floor"], lesson["ours_over_floor"] >= 0.5),
        ("answer saved, ours ÷ floor ≥ 0.6", saved["ours_over_floor"], saved["ours_over_floor"] >= 0.6),
        ("answer saved, p99 ≤ 30 ms at 8 clients", saved["ours_p99"], saved["ours_p99"] <= 30),
        ("web workers together ≤ 160 MiB", memory, memory <= 160),
        ("second start ≤ 2 s", started, started <= 2),
    ]
    for name, value, is_met in lines:
        print(f"{'met ' if is_met else 'MISS'}  {name}: {value}")
    for side, who in itertools.product(("lesson", "answer_saved"), ("floor", "ours")):
        readings = result[side][who]
        rates, slow = [one["per_second"] for one in readings], [one["p99"] for one in readings]
        print(f"{side} {who}: {rates} per second, p99 {slow} ms, wrong {sum(one['wrong'] for one in readings)}")
    print(f"workers {result['web_workers_pss_mib']} MiB, starts {result['second_start_s']} s")
    print(f"bytes {result['first_view_bytes']}")


if __name__ == "__main__":
    main()
