"""What the processes of one start have in common: they end when the process that made them does."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

#: Number of the process that serves, for its children.
PARENT = "RUN_PROCESS"
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask Linux to end this process when the one that serves ends; elsewhere the lock and the port check remain.

    For good: a worker that has just begun may miss a polite request, and would keep the port. What it had not
    committed was never shown as saved. Without a process that serves nothing happens.
    """
    parent = os.environ.get(PARENT)
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent != str(os.getppid()):
        os._exit(0)  # it ended before it could be asked
