"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_login import current_user

from lms.core import clock
from lms.core.db import session
from lms.core.feature import cohort_links, member_links
from lms.core.i18n import current_language
from lms.core.paging import page_number, pages, search_words
from lms.programme.hooks import idle_since
from lms.programme.models import Cohort
from lms.programme.queries import people


def members(cohort: Cohort, endpoint: str) -> dict[str, Any]:
    """The people of a cohort as its page lists them."""
    since = idle_since(session(), clock.now())
    counts = people.member_counts(session(), current_user, cohort, idle_since=since)
    show = request.args.get("show", people.PRESENT)
    show = show if show in counts else people.PRESENT
    page, search = page_number(), search_words()
    rows, total = people.member_page(
        session(), current_user, cohort,
        show=show, search=search, lang=current_language(), page=page, idle_since=since,
    )  # fmt: skip
    return {
        "rows": rows,
        "counts": counts,
        "show": show,
        "search": search,
        "cohort_links": cohort_links(),
        "member_links": [] if show == people.LEFT else member_links(),
        "pages": pages(endpoint, page, len(rows), total, cohort_id=cohort.id, q=search, show=show),
    }
