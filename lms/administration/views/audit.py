"""Who did what, when and why. Read only: nothing of it can be changed here."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services as accounts
from lms.administration import acts, export, queries
from lms.administration.forms import read_day
from lms.administration.permissions import AdministrationPermission
from lms.administration.queries import AuditFilters
from lms.administration.views.blueprint import blueprint
from lms.core import audit, clock
from lms.core.access import requires, sensitive
from lms.core.db import session
from lms.core.downloads import attachment
from lms.core.i18n import current_language
from lms.core.paging import PAGE_SIZE, page_number

#: Entries that one look at the chain goes through; the next look goes on from there.
CHECKED_AT_ONCE = 20_000


def _filters() -> AuditFilters:
    return AuditFilters(
        person=request.args.get("q", "").strip()[:100],
        action=request.args.get("act", "")[:80],
        since=read_day(request.args.get("since")),
        until=read_day(request.args.get("until")),
    )


def _query(filters: AuditFilters, **more: Any) -> dict[str, Any]:
    """The filters as a query, for links that keep them."""
    return {
        "q": filters.person or None,
        "act": filters.action or None,
        "since": filters.since,
        "until": filters.until,
        **more,
    }


@blueprint.get("/audit/")
@requires(AdministrationPermission.AUDIT)
def show_audit() -> ResponseReturnValue:
    """A page of acts, newest first; the names on it are written into the access log."""
    filters, page = _filters(), page_number()
    total = queries.audit_count(session(), filters)
    rows = queries.audit_rows(session(), filters, page=page)
    names = queries.names_in(session(), rows)
    if names:
        accounts.log_access(
            current_user, page="administration.show_audit", people=len(names), now=clock.now()
        )  # fmt: skip
    first = (page - 1) * PAGE_SIZE + 1
    last = first + len(rows) - 1
    return render_template(
        "administration/show_audit.html",
        rows=rows,
        names=names,
        acts=acts,
        filters=filters,
        total=total,
        first=first,
        last=last,
        previous_url=url_for(".show_audit", **_query(filters, page=page - 1)) if page > 1 else None,
        next_url=url_for(".show_audit", **_query(filters, page=page + 1)) if last < total else None,
        action_choices=_action_choices(),
        export_urls={kind: url_for(".export_audit", kind=kind, **_query(filters)) for kind in export.KINDS},
    )


def _action_choices() -> list[tuple[str, str]]:
    """Acts that happened at all, by their words."""
    present = {action: acts.name_of(action) for action in queries.actions_present(session())}
    return [("", _("All")), *sorted(present.items(), key=lambda pair: pair[1])]


@blueprint.get("/audit/chain")
@requires(AdministrationPermission.AUDIT)
def check_chain() -> ResponseReturnValue:
    """Whether the entries are as they were written, a bounded number at a time."""
    after = min(max(request.args.get("after", 0, type=int), 0), 2**31 - 1)
    checked = audit.check_chain(session(), after=after, limit=CHECKED_AT_ONCE)
    return render_template(
        "administration/check_chain.html",
        checked=checked,
        after=after,
        next_url=None if checked.is_end or checked.broken else url_for(".check_chain", after=checked.last),
    )


@blueprint.get("/audit/export.<kind>")
@requires(AdministrationPermission.AUDIT)
@sensitive
def export_audit(kind: str) -> ResponseReturnValue:
    """The acts under the filters as a table, XLSX or CSV; written into the access log."""
    if kind not in export.KINDS:
        abort(404)
    filters, lang = _filters(), current_language()
    rows = queries.audit_rows(session(), filters, limit=export.MOST_ROWS)
    names, now = queries.names_in(session(), rows), clock.now()
    if names:
        accounts.log_access(current_user, page="administration.export_audit", people=len(names), now=now)
    body = export.table(kind, rows, names, filters=filters, made_by=current_user.name[lang], made_at=now)
    return attachment(body, f"audit-{now:%Y-%m-%d}.{kind}")
