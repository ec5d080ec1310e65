"""What is held on oneself: to read, to take away, to have corrected, and who looked."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import privacy, queries, services
from lms.accounts.forms import RequestForm
from lms.accounts.models import RequestKind
from lms.accounts.permissions import AccountPermission
from lms.accounts.views.blueprint import blueprint
from lms.core import clock, own_data
from lms.core import db as database
from lms.core.access import requires
from lms.core.bilingual import LANGUAGES
from lms.core.downloads import attachment
from lms.core.i18n import DIRECTIONS, current_language, locale_of
from lms.core.paging import PAGE_SIZE

FILES = {"fr": "mes-donnees.html", "ar": "my-data-ar.html"}
#: Shown on their own, with pages.
_APART = ("viewed_by", "requests")


@blueprint.get("/account/my-data")
@requires(AccountPermission.OWN_ACCOUNT)
def show_own_data() -> ResponseReturnValue:
    """``?kind=``: the request that the account's page leads to is chosen already."""
    kind = request.args.get("kind", "")
    chosen = {"kind": kind} if kind in list(RequestKind) else {}
    return _page(RequestForm(formdata=None, data=chosen))


def _page(form: RequestForm) -> str:
    db = database.session()
    held = {key: value for key, value in own_data.held(db, current_user.person_id).items() if key not in _APART}
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    total, offset = queries.count_views(db, current_user.person_id), (page - 1) * PAGE_SIZE
    views = queries.views_of(db, current_user.person_id, limit=PAGE_SIZE, offset=offset)
    last = offset + len(views)
    return render_template(
        "accounts/show_own_data.html",
        form=form,
        sections=own_data.sections(held, current_language()),
        requests=queries.requests_of(db, current_user.person_id),
        kind_label=lambda kind: RequestKind(kind).label,
        outcomes=privacy.OUTCOMES,
        today=clock.local_date(clock.now()),
        views=views,
        page_name=privacy.page_name,
        seen_as=privacy.seen_as,
        first=offset + 1,
        last=last,
        total=total,
        previous_url=url_for(".show_own_data", page=page - 1, _anchor="views") if page > 1 else None,
        next_url=url_for(".show_own_data", page=page + 1, _anchor="views") if last < total else None,
    )


@blueprint.post("/account/my-data/requests")
@requires(AccountPermission.OWN_ACCOUNT)
def send_own_request() -> ResponseReturnValue:
    form = RequestForm()
    if not form.validate_on_submit():
        return _page(form), 422
    kind = RequestKind(form.kind.data)
    services.ask(database.session(), current_user.person_id, kind, form.text.data or "", now=clock.now())
    flash(_("The request is with the team. The answer comes within ten days."), "ok")
    return redirect(url_for(".show_own_data", _anchor="requests"))


@blueprint.get("/account/data")
@requires(AccountPermission.OWN_ACCOUNT)
def download_own_data() -> ResponseReturnValue:
    """Everything every room holds on the person: as JSON, and to read in both languages."""
    now = clock.now()
    held = own_data.held(database.session(), current_user.person_id)
    return attachment(_zip(held, now), f"my-data-{now:%Y-%m-%d}.zip")


def _zip(held: dict[str, Any], now: dt.datetime) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(held, ensure_ascii=False, indent=2, default=str))
        for lang in LANGUAGES:
            archive.writestr(FILES[lang], _readable(held, lang, now))
    return body.getvalue()


def _readable(held: dict[str, Any], lang: str, now: dt.datetime) -> str:
    """A page that stands on its own: no script, no style, nothing fetched."""
    with _written_in(lang):
        return render_template(
            "accounts/own_data_file.html",
            lang=lang,
            dir=DIRECTIONS[lang],
            sections=own_data.sections(held, lang),
            now=now,
        )


@contextmanager
def _written_in(lang: str) -> Iterator[None]:
    """Words, dates and names in ``lang``, whatever the language of the request."""
    before, g.lang = current_language(), lang
    try:
        with force_locale(locale_of(lang)):
            yield
    finally:
        g.lang = before
