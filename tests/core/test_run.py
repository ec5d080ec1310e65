"""``run.py`` as its user starts it: a process of its own, a folder of its own, a real port."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data_dir: Path, port: int, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "--port", str(port), *arguments],
        env={**clean, "LMS_DATA_DIR": str(data_dir), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=data_dir.parent,
        start_new_session=True,
    )


def answers(port: int, path: str = "/readyz") -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def wait_for(condition: object, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def children(pid: int) -> set[int]:
    """All processes below ``pid``."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    while new := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= new
    return found


def alive(pids: set[int]) -> set[int]:
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.add(pid)
    return found


def consumers(process: subprocess.Popen[str]) -> set[int]:
    """The children of the server that run jobs."""
    found = set()
    for pid in children(process.pid):
        with contextlib.suppress(OSError):
            if b"huey_consumer" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
    return found


def kill_consumer(process: subprocess.Popen[str]) -> None:
    """Kill the child that runs jobs, once there is one, and wait for the next."""
    wait_for(lambda: consumers(process), 40, "no consumer")
    first = consumers(process)
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: consumers(process) - first, 40, "the consumer did not come back")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    data_dir, port = tmp_path / "data", free_port()
    process = start(data_dir, port)
    try:
        wait_for(lambda: answers(port) == 200 or process.poll() is not None, 60, "the server did not answer")
        assert process.poll() is None, process.communicate()[1]
        yield process, port, data_dir
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_start_second_start_and_stop(served: tuple[subprocess.Popen[str], int, Path]) -> None:
    process, port, data_dir = served
    # The first worker that is ready says so; the second may still be starting when the page is asked for.
    wait_for(lambda: answers(port, "/fr/sign-in") == 200, 20, "the first page did not come")
    assert (data_dir / "administrator-link.txt").stat().st_mode & 0o777 == 0o600
    assert (data_dir / "signing" / "0001.pem").stat().st_mode & 0o777 == 0o600

    second = start(data_dir, free_port())
    error = second.communicate(timeout=20)[1]
    assert second.returncode == 1
    assert "already runs on the data folder" in error
    assert "Traceback" not in error

    other = start(data_dir.parent / "other", port)
    error = other.communicate(timeout=20)[1]
    assert other.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in error
    assert "--port" in error
    assert "Traceback" not in error
    assert answers(port) == 200

    below = children(process.pid)
    assert len(below) >= 3
    process.send_signal(signal.SIGINT)
    wait_for(lambda: process.poll() is not None, 4, "Ctrl-C took longer than 4 s")
    wait_for(lambda: not alive(below), 2, "a child lived on")
    assert "Traceback" not in process.communicate()[1]


def test_a_key_for_signatures_that_no_password_opens_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "seal.p12").write_bytes(b"no key")
    process = start(tmp_path / "data", free_port(), LMS_SIGNING_KEY=str(tmp_path / "seal.p12"))
    error = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert error.startswith("LMS_SIGNING_KEY cannot be used: ")
    assert "Traceback" not in error
    assert not (tmp_path / "data" / "signing").exists()


def test_killed_hard_it_leaves_nobody_behind(served: tuple[subprocess.Popen[str], int, Path]) -> None:
    process, port, data_dir = served
    below = children(process.pid)
    process.kill()
    wait_for(lambda: not alive(below), 10, "a child lived on")
    again = start(data_dir, port)
    try:
        wait_for(lambda: answers(port) == 200, 30, "the second start did not answer")
    finally:
        os.killpg(again.pid, signal.SIGKILL)
        again.communicate()


def test_a_crowd_of_idle_browsers_keeps_nobody_out(served: tuple[subprocess.Popen[str], int, Path]) -> None:
    """Two hundred people whose browsers each keep six connections open, and then one more person."""
    _process, port, _data_dir = served
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, hard))
    try:
        with contextlib.ExitStack() as crowd:
            for _ in range(200 * 6):
                crowd.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            # Each connection goes to one of the workers: looks at both of them.
            assert [answers(port) for _ in range(8)] == [200] * 8
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_child_that_runs_jobs_is_started_again(served: tuple[subprocess.Popen[str], int, Path]) -> None:
    kill_consumer(served[0])


def test_ctrl_c_while_the_child_that_runs_jobs_loads_says_nothing(
    served: tuple[subprocess.Popen[str], int, Path],
) -> None:
    """A terminal sends the signal to its whole group of processes."""
    process = served[0]
    kill_consumer(process)
    time.sleep(0.15)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=4)[1] == ""


MAKES_PROCESSES = """
import logging, os, sys, threading
sys.path.insert(0, sys.argv[1])
import run
run.CONSUMER = ["true"]
# Other libraries have locks of their own that a fork takes; one that is registered after ours is taken before it.
late = threading.RLock()
os.register_at_fork(before=late.acquire, after_in_parent=late.release, after_in_child=late.release)
def make():
    for _ in range(150):
        run.make_consumer().wait()
thread = threading.Thread(target=make)
thread.start()
while thread.is_alive():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
"""


def test_workers_and_the_child_that_runs_jobs_are_made_at_the_same_time() -> None:
    """Neither waits for the other for ever."""
    done = subprocess.run([sys.executable, "-c", MAKES_PROCESSES, str(ROOT)], timeout=60, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"LMS_BASE_URL": "nowhere"}, "LMS_BASE_URL cannot be used"),
        ({"LMS_UNKNOWN": "1"}, "LMS_UNKNOWN is not a setting"),
        ({"LMS_DATA_DIR": "/proc/lms"}, "cannot be written"),
        ({"LMS_DATABASE_URL": "postgresql://nobody:pass-w0rd@127.0.0.1:1/none"}, "LMS_DATABASE_URL names it"),
        ({"LMS_DATABASE_URL": "sqlite:////dev/null"}, "database cannot be used"),
    ],
)
def test_a_refused_start_is_one_sentence(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    process = start(tmp_path / "data", free_port(), **environment)
    error = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    assert sentence in error
    assert "Traceback" not in error
    assert "pass-w0rd" not in error
