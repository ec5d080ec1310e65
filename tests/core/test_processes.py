"""Processes of one start end together."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lms.core.processes import PARENT

CODE = "from lms.core.processes import die_with_parent; die_with_parent(); print('goes on')"


@pytest.mark.parametrize(
    ("served_by", "said"),
    [(None, "goes on\n"), (str(os.getpid()), "goes on\n"), ("1", "")],
    ids=["none", "ours", "gone"],
)
def test_a_child_that_the_server_left_before_it_could_ask_ends_at_once(served_by: str | None, said: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != PARENT}
    environment |= {PARENT: served_by} if served_by else {}
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, said), done.stderr
