#!/usr/bin/env python3
"""Start here: migrate, sync the curriculum, serve. ``--demo`` adds people to explore with.

One start per data folder: an exclusive lock refuses the second. Workers and the child that runs jobs die with this
process; the child is restarted when it dies alone.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import gc
import os
import resource
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from lms import config
from lms.core.processes import PARENT, die_with_parent

WORKERS = 2
STOP_SECONDS = 3
RESTART_AFTER_SECONDS = 1
#: Open connections of one worker. A browser keeps up to six for half a minute, and the server takes none above this
#: number until another ends: a class that opens the same page would wait for its own idle connections.
MOST_CONNECTIONS = 4096
#: Files of one worker that are not connections, at most.
OTHER_FILES = 256
M_MMAP_THRESHOLD = -3
#: The child that works on jobs.
CONSUMER = [sys.executable, "-m", "huey.bin.huey_consumer", "lms.worker.huey", "-w", "1", "-q", "-g", "TERM"]


class CannotStart(Exception):
    """The start is refused; the text says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 after a normal end, 1 when the start was refused (one sentence on stderr)."""
    options = parse(arguments)
    try:
        settings = config.read()
        config.prepare_data_dir(settings)
        with only_start_in(settings.data_dir):
            refuse_taken_port(options.host, options.port)
            set_environment(settings, options)
            prepare_apart(options)
            serve(options)
    except (config.WrongSetting, CannotStart) as error:
        if str(error):
            print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve the training platform.")
    parser.add_argument("--demo", action="store_true", help="fill an empty database with invented people")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args(arguments)


@contextlib.contextmanager
def only_start_in(data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock while serving."""
    descriptor = os.open(data_dir / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise CannotStart(
            f"The platform already runs on the data folder {data_dir}. "
            "Stop that one first, or name another folder in LMS_DATA_DIR."
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)


def refuse_taken_port(host: str, port: int) -> None:
    """Servers that reuse ports would share the requests without a word: look before."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} of {host} cannot be used ({error.strerror}). Choose another with --port."
            ) from error


def set_environment(settings: config.Settings, options: argparse.Namespace) -> None:
    """What the children read: the address served, unless a public one is set."""
    os.environ["LMS_DATA_DIR"] = str(settings.data_dir)
    if not settings.base_url:
        os.environ["LMS_BASE_URL"] = f"http://{options.host}:{options.port}"


def prepare_apart(options: argparse.Namespace) -> None:
    """Prepare in a process of its own: workers are forked from this one and would inherit its memory."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os._exit(_prepared(options))
    _pid, status = os.waitpid(child, 0)
    if status:
        raise CannotStart("The start was stopped." if os.WIFSIGNALED(status) else "")


def _prepared(options: argparse.Namespace) -> int:
    """Exit code of the preparing process; what stopped it is said on stderr."""
    try:
        prepare(options)
    except (config.WrongSetting, CannotStart) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def prepare(options: argparse.Namespace) -> None:
    """Bring database and curriculum up to date."""
    from flask_migrate import upgrade
    from sqlalchemy.exc import DatabaseError

    from lms import create_app, start

    app = create_app()
    with app.app_context():
        try:
            upgrade()
            lines = start.prepare(app, is_demo=options.demo)
        except start.Refused as error:
            raise CannotStart(str(error)) from error
        except DatabaseError as error:
            reason = str(error.orig).strip().splitlines()[0]
            raise CannotStart(f"The database cannot be used: {reason}. LMS_DATABASE_URL names it.") from error
    print("\n".join([*lines, f"Serving on {os.environ['LMS_BASE_URL']}/"]), flush=True)


def serve(options: argparse.Namespace) -> None:
    """Serve until a signal comes; the child that runs jobs ends with it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ[PARENT] = str(os.getpid())
    # Loaded here, and left alone by the collector, the code is shared by the workers that are forked from this process.
    import_module("lms.features")
    gc.freeze()
    stopping = threading.Event()
    watcher = threading.Thread(target=keep_consumer, args=(stopping,), daemon=True)
    watcher.start()
    try:
        Granian(
            "run:worker_app",
            factory=True,
            interface=Interfaces.WSGI,
            address=options.host,
            port=options.port,
            workers=WORKERS,
            blocking_threads=1,
            backpressure=connections_allowed(),
            workers_kill_timeout=STOP_SECONDS,
            respawn_failed_workers=True,
            log_access=False,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        stopping.set()
        watcher.join(STOP_SECONDS)


def connections_allowed() -> int:
    """How many connections a worker may hold open; the system's soft limit on open files is raised for them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(1, min(MOST_CONNECTIONS, soft - OTHER_FILES))


def worker_app() -> object:
    """The application of one worker process; it ends when its parent does, however that ends."""
    die_with_parent()
    give_memory_back()
    from lms import create_app

    return create_app()


#: One process is made at a time. A worker forked while the child is being made would inherit the pipe by which that
#: child says that it runs, keep it open, and the watcher would wait on it for ever.
MAKING = threading.RLock()
os.register_at_fork(before=MAKING.acquire, after_in_parent=MAKING.release, after_in_child=MAKING.release)


def make_consumer() -> subprocess.Popen[bytes]:
    """Start the child that works on jobs.

    No function is run in it before its program: Python would ask all hooks of forks for their locks, in another order
    than the thread that forks the workers, and each would wait for the other. The child itself asks to die with us.
    """
    with MAKING:
        return subprocess.Popen(
            CONSUMER,
            cwd=Path(__file__).parent,
            stdin=subprocess.DEVNULL,
            # Out of reach of Ctrl-C, which a terminal sends to all: this process says when the child ends. Python turns
            # that signal into a traceback until the child has loaded; the one below ends it without a word.
            start_new_session=True,
        )


def keep_consumer(stopping: threading.Event) -> None:
    """Run the child that works on jobs, and start it again when it dies alone."""
    while not stopping.is_set():
        child = make_consumer()
        while child.poll() is None and not stopping.wait(0.2):
            pass
        if stopping.is_set() and child.poll() is None:
            child.terminate()
            try:
                child.wait(STOP_SECONDS - 1)
            except subprocess.TimeoutExpired:
                child.kill()
        stopping.wait(RESTART_AFTER_SECONDS)


def give_memory_back() -> None:
    """Let large blocks go back to the system: a password's hash takes 19 MiB, which malloc would learn to keep."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # glibc
        mallopt(M_MMAP_THRESHOLD, 1 << 20)


if __name__ == "__main__":
    sys.exit(main())
