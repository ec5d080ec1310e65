"""The notice, privacy and accessibility."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.accounts import notice, services, sessions
from lms.accounts.forms import NoticeForm
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries import privacy as requests_of_people
from lms.accounts.views.blueprint import blueprint
from lms.core import clock, retention
from lms.core import db as database
from lms.core.access import public, requires
from lms.core.i18n import current_language


@blueprint.get("/notice")
@requires(AccountPermission.OWN_ACCOUNT)
def show_notice_prompt() -> ResponseReturnValue:
    return _prompt(NoticeForm())


def _prompt(form: NoticeForm) -> str:
    return render_template("accounts/notice_prompt.html", form=form, stated=notice.current(database.session()))


@blueprint.post("/notice")
@requires(AccountPermission.OWN_ACCOUNT)
def accept_notice() -> ResponseReturnValue:
    form = NoticeForm()
    if not form.validate_on_submit():
        return _prompt(form), 422
    services.accept_notice(
        database.session(), current_user.person_id, version=notice.current(database.session()).version,
        lang=current_language(), now=clock.now(),
    )  # fmt: skip
    return redirect(sessions.safe_next(request.args.get("next")) or url_for("learning.show_home"))


@blueprint.get("/privacy")
@public
def show_privacy() -> ResponseReturnValue:
    """The notice in force; an older version, of those published, under its own address."""
    db = database.session()
    older = [notice.stated(row) for row, _people in requests_of_people.notices(db)]
    current = notice.current(db)
    asked = request.args.get("version", "")[:13]
    stated = next((one for one in older if one.version == asked), current)
    versions = [one for one in older if one.version != current.version]
    days = retention.days_in_force(db, retention.rules())
    return render_template("accounts/privacy.html", stated=stated, current=current, older=versions, days=days)


@blueprint.get("/accessibility")
@public
def show_accessibility() -> ResponseReturnValue:
    return render_template("accounts/accessibility.html")
