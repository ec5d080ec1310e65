"""The long form of the browser's checks: every page at three widths, in both themes, at two text sizes.

python -m tests.browser.long
"""

from __future__ import annotations

import sys

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["--long", "-n", "2", "tests/browser", *sys.argv[1:]]))
