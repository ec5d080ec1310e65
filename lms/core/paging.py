"""Lists in pages: which page an address asks for, and where its lines stand among all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

PAGE_SIZE = 50
#: Far beyond any list here; keeps a made-up number within what a database counts.
LAST_PAGE = 100_000


def page_number() -> int:
    """The page asked for, 1 for anything that is none."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def search_words() -> str:
    """What the list is searched for, as far as it is read."""
    return request.args.get("q", "").strip()[:100]


def whole_number(text: str | None) -> int | None:
    """The number that a hidden field or an address carries; None for anything else."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None


@dataclass(frozen=True)
class Pages:
    """Where the lines of a page stand among all."""

    first: int
    last: int
    total: int
    previous_url: str | None
    next_url: str | None


def pages(endpoint: str, page: int, shown: int, total: int, **arguments: Any) -> Pages:
    """The place of ``shown`` lines of page ``page``; ``arguments`` that say nothing leave the address."""
    first = (page - 1) * PAGE_SIZE + 1
    last = first + shown - 1
    kept = {name: value or None for name, value in arguments.items()}
    previous_url = url_for(endpoint, page=page - 1, **kept) if page > 1 else None
    next_url = url_for(endpoint, page=page + 1, **kept) if last < total else None
    return Pages(first, last, total, previous_url, next_url)
