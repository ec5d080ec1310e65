"""The product as ``run.py`` serves it, to be killed and started again on the same folder, port and database."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from lms import config, create_app
from tests.browser.site import Site
from tests.conftest import close
from tests.core.test_run import alive, answers, children, free_port, start, wait_for

WORKERS = 2
#: Each connection goes to one of the workers: as many looks as leave none of them out.
LOOKS = 8
#: Parts of the command lines of children that answer no requests.
BESIDE = (b"huey_consumer", b"resource_tracker")


class Server:
    """A real server on an empty product; ``site`` is the same database for what a test prepares or looks up."""

    def __init__(self, data_dir: Path, database_url: str = "") -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.environment = {"LMS_DATABASE_URL": database_url} if database_url else {}
        self.process = self._start()
        url = f"http://127.0.0.1:{self.port}"
        self.site = Site(url, create_app(config.Settings(data_dir, database_url=database_url, base_url=url)))

    def _start(self) -> subprocess.Popen[str]:
        process = start(self.data_dir, self.port, **self.environment)
        wait_for(lambda: answers(self.port) == 200 or process.poll() is not None, 60, "the start did not answer")
        assert process.poll() is None, process.communicate()[1]
        return process

    def workers(self) -> list[int]:
        """Processes that answer requests, the oldest first."""
        return sorted(pid for pid in children(self.process.pid) if not any(part in command(pid) for part in BESIDE))

    def kill_everything(self) -> None:
        """Kill the master alone; its children follow it by themselves."""
        below = children(self.process.pid)
        self.process.kill()
        self.process.communicate()
        wait_for(lambda: not alive(below), 10, "a child lived on")

    def recover(self) -> None:
        """Wait until it is whole again; a master that has ended is started anew, as a service manager would."""
        wait_for(lambda: self.process.poll() is not None or self._is_whole(), 30, "it did not recover")
        if self.process.poll() is not None:
            self.process.communicate()
            self.process = self._start()

    def _is_whole(self) -> bool:
        return len(self.workers()) == WORKERS and all(answers(self.port) == 200 for _ in range(LOOKS))

    def stop(self) -> None:
        close(self.site.app)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.contextmanager
def serving(data_dir: Path, database_url: str = "") -> Iterator[Server]:
    server = Server(data_dir, database_url)
    try:
        yield server
    finally:
        server.stop()
