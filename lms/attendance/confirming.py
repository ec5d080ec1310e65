"""A key of what a page shows to be confirmed: it travels in the form, and whatever changed meanwhile gives another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def key_of(shown: Iterable[object]) -> str:
    """Stands for what is shown: numbers and words, in their order. Words of a later language are read as they are."""
    return hashlib.sha256(json.dumps(list(shown), default=str).encode()).hexdigest()
