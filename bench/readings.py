"""Where readings are kept, and on what they were taken."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def machine() -> dict[str, Any]:
    """The day, and what ran: readings of another day or machine are not comparable."""
    return {
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
    }


def keep(result: dict[str, Any], about: str = "") -> Path:
    """Write ``bench/results/<day>[-about].json``."""
    day = dt.datetime.now(dt.UTC).date().isoformat()
    file = ROOT / "bench" / "results" / f"{day}{about and '-'}{about}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=1) + "\n")
    return file
