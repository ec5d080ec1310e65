"""The privacy desk: requests and their answers, wiping, versions of the notice, retention, the processing register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.accounts import notice, privacy, queries, services
from lms.accounts.forms import AnswerForm, NewNoticeForm, WipeForm
from lms.accounts.forms.privacy import days_form
from lms.accounts.models import Person, PrivacyRequest, RequestKind
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries import privacy as requests_of_people
from lms.core import clock, profile, retention
from lms.core import db as database
from lms.core.access import requires, sensitive
from lms.core.clock import local_date
from lms.core.edits import differences
from lms.core.forms import EmptyForm
from lms.core.i18n import localized, number
from lms.core.paging import PAGE_SIZE

desk = localized(Blueprint("privacy_desk", __name__, template_folder="../templates", url_prefix="/admin/privacy"))
LAST_PAGE = 100_000


def _db() -> Any:
    return database.session()


def due_words(due_on: dt.date, today: dt.date) -> str:
    """How long there is to answer, or since when it is late."""
    days = (due_on - today).days
    if days == 0:
        return str(_("Due today"))
    if days > 0:
        return str(ngettext("Due in %(num)s day", "Due in %(num)s days", days))
    return str(ngettext("%(num)s day late", "%(num)s days late", -days))


def _kind_label(kind: str) -> Any:
    return RequestKind(kind).label


@desk.get("/")
@requires(AccountPermission.PRIVACY_DESK)
def list_requests() -> ResponseReturnValue:
    """Requests, the late ones first; the names shown are written into the access log."""
    now, answered = clock.now(), request.args.get("state") == "answered"
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    today = local_date(now)
    counts = requests_of_people.request_counts(_db(), today=today)
    rows = requests_of_people.requests(_db(), answered=answered, page=page)
    if rows:
        services.log_access(current_user, page="privacy_desk.list_requests", people=len(rows), now=now)
    total, first = counts.answered if answered else counts.waiting, (page - 1) * PAGE_SIZE + 1
    last, state = first + len(rows) - 1, "answered" if answered else None
    return render_template(
        "accounts/list_requests.html",
        rows=rows, counts=counts, answered=answered, today=today, due_words=due_words, kind_label=_kind_label,
        outcomes=privacy.OUTCOMES, first=first, last=last, total=total,
        previous_url=url_for(".list_requests", state=state, page=page - 1) if page > 1 else None,
        next_url=url_for(".list_requests", state=state, page=page + 1) if last < total else None,
    )  # fmt: skip


def _request_or_404(request_id: int) -> PrivacyRequest:
    return requests_of_people.request_or_none(_db(), request_id) or abort(404)


@desk.get("/requests/<int:request_id>/")
@requires(AccountPermission.PRIVACY_DESK)
def show_request(request_id: int) -> ResponseReturnValue:
    row = _request_or_404(request_id)
    services.log_access(
        current_user, page="privacy_desk.show_request", person_id=row.person_id, now=clock.now()
    )  # fmt: skip
    return _request_page(row, AnswerForm(formdata=None))


def _request_page(row: PrivacyRequest, form: AnswerForm) -> str:
    today = local_date(clock.now())
    return render_template(
        "accounts/show_request.html",
        row=row, form=form, today=today, due_words=due_words, kind_label=_kind_label, outcomes=privacy.OUTCOMES,
    )  # fmt: skip


@desk.post("/requests/<int:request_id>/")
@requires(AccountPermission.PRIVACY_DESK)
def answer_request(request_id: int) -> ResponseReturnValue:
    row, form = _request_or_404(request_id), AnswerForm()
    if not form.validate_on_submit():
        return _request_page(row, form), 422
    services.answer(
        _db(), row, outcome=form.outcome.data, text=form.answer.data or "", actor_id=current_user.person_id,
        address_of=services.public_address(url_for("accounts.show_own_data", lang=row.person.lang)),
        now=clock.now(),
    )  # fmt: skip
    flash(_("The answer is stored and on its way to the person."), "ok")
    return redirect(url_for(".show_request", request_id=request_id))


def _person_or_404(person_id: int) -> Person:
    person = queries.get_person_or_none(_db(), person_id)
    return person if person is not None and person.anonymised_at is None else abort(404)


@desk.get("/people/<int:person_id>/anonymise")
@requires(AccountPermission.PRIVACY_DESK)
@sensitive
def confirm_anonymise(person_id: int) -> ResponseReturnValue:
    """What is wiped, what stays and why, before it is done."""
    return _wipe_page(_person_or_404(person_id), WipeForm(formdata=None))


def _wipe_page(person: Person, form: WipeForm) -> str:
    waiting = requests_of_people.open_request(_db(), person.id, RequestKind.DELETION)
    return render_template("accounts/confirm_anonymise.html", person=person, form=form, waiting=waiting)


@desk.post("/people/<int:person_id>/anonymise")
@requires(AccountPermission.PRIVACY_DESK)
@sensitive
def anonymise(person_id: int) -> ResponseReturnValue:
    person, form = _person_or_404(person_id), WipeForm()
    form.name = person.name
    if not form.validate_on_submit():
        return _wipe_page(person, form), 422
    services.wipe(_db(), person, actor_id=current_user.person_id, now=clock.now())
    flash(_("The personal data are wiped. Figures keep a person without a name."), "ok")
    return redirect(url_for(".list_requests"))


@desk.get("/notices/")
@requires(AccountPermission.PRIVACY_DESK)
def list_notices() -> ResponseReturnValue:
    """The version in force and those before, each with how many people accepted it."""
    return render_template(
        "accounts/list_notices.html",
        notices=[(notice.stated(row), people) for row, people in requests_of_people.notices(_db())],
        current=notice.current(_db()),
        own_version=notice.VERSION,
        own_accepted=requests_of_people.acceptances(_db(), notice.VERSION),
        day_of=notice.day_of,
    )


@desk.get("/notices/new")
@requires(AccountPermission.PRIVACY_DESK)
def new_notice() -> ResponseReturnValue:
    stated = notice.current(_db())
    data = {
        "controller_ar": stated.controller.ar, "controller_fr": stated.controller.fr,
        "recipients_ar": stated.recipients.ar, "recipients_fr": stated.recipients.fr,
        "contact": stated.contact, "cndp_number": stated.cndp_number,
    }  # fmt: skip
    return render_template("accounts/edit_notice.html", form=NewNoticeForm(data=data), preview=None)


@desk.post("/notices/new")
@requires(AccountPermission.PRIVACY_DESK)
def publish_notice() -> ResponseReturnValue:
    """First a preview in both languages; publishing is a second step, since nothing takes it back."""
    form = NewNoticeForm()
    if not form.validate_on_submit():
        return render_template("accounts/edit_notice.html", form=form, preview=None), 422
    values = form.values()
    if request.form.get("act") != "publish":
        return render_template("accounts/edit_notice.html", form=form, preview=notice.Stated("", **values))
    services.publish_notice(_db(), **values, actor_id=current_user.person_id, now=clock.now())
    database.after_commit(notice.look_again)
    flash(_("The notice is published. Everybody is asked to read it at the next visit."), "ok")
    return redirect(url_for(".list_notices"))


@desk.get("/retention/")
@requires(AccountPermission.PRIVACY_DESK)
def show_retention() -> ResponseReturnValue:
    rules = retention.rules()
    data = {**retention.days_in_force(_db(), rules), "version": profile.version(_db())}
    return _retention_page(days_form(rules, data=data, formdata=None), rules)


def _retention_page(form: Any, rules: list[retention.Rule], conflict: Any = ()) -> str:
    labels = {rule.key: rule.label for rule in rules}
    return render_template(
        "accounts/show_retention.html",
        form=form, rules=rules, conflict=conflict, runs=retention.runs(_db()), empty=EmptyForm(formdata=None),
        run_facts=lambda run: [
            (labels.get(line["rule"]) or _("A rule of another version"), number(line["rows"])) for line in run.lines
        ],
    )  # fmt: skip


@desk.post("/retention/")
@requires(AccountPermission.PRIVACY_DESK)
def save_retention() -> ResponseReturnValue:
    """The team's own numbers of days; the default is not stored."""
    rules = retention.rules()
    form = days_form(rules)
    if not form.validate_on_submit():
        return _retention_page(form, rules), 422
    opened = form.version.data
    if opened != profile.version(_db()):
        return _show_both(form, rules)
    own = {rule.key: form[rule.key].data for rule in rules if form[rule.key].data != rule.days}
    try:
        services.set_retention(_db(), own, actor_id=current_user.person_id, now=clock.now())
    except StaleDataError:
        database.rollback()
        database.use_mode(database.READ)
        return _show_both(form, rules)
    database.after_commit(profile.look_again)
    flash(_("The times are saved. They count from the next run."), "ok")
    return redirect(url_for(".show_retention"))


def _show_both(form: Any, rules: list[retention.Rule]) -> ResponseReturnValue:
    """Somebody saved the settings meanwhile: what is stored beside what was typed; saving again replaces it."""
    stored = retention.days_in_force(_db(), rules)
    rows = differences([(rule.label, stored[rule.key], form[rule.key].data) for rule in rules])
    form.version.data, form.version.raw_data = profile.version(_db()), None
    shown = rows or [(_("Settings of the programme"), "—", "—")]
    return _retention_page(form, rules, conflict=shown), 409


@desk.post("/retention/run")
@requires(AccountPermission.PRIVACY_DESK)
@sensitive
def run_retention() -> ResponseReturnValue:
    """Count what the rules would let go, or let it go."""
    is_dry = request.form.get("act") != "run"
    rules = retention.rules()
    report = retention.run(_db(), rules, actor_id=current_user.person_id, is_dry=is_dry, now=clock.now())
    rows = sum(retention.went(report, rules))
    if is_dry:
        flash(
            ngettext("%(num)s row would go. Nothing was changed.", "%(num)s rows would go. Nothing was changed.", rows)
        )
    else:
        flash(ngettext("%(num)s row is gone.", "%(num)s rows are gone.", rows), "ok")
    return redirect(url_for(".show_retention", _anchor="runs"))


@desk.get("/register")
@requires(AccountPermission.PRIVACY_DESK)
def show_register() -> ResponseReturnValue:
    """The processing register (law 09-08), as the rooms declare it; made to be printed."""
    days = retention.days_in_force(_db(), retention.rules())
    lines = [line for feature in current_app.extensions["features"] for line in feature.processing]
    return render_template(
        "accounts/show_register.html", lines=lines, days=days, stated=notice.current(_db()), now=clock.now()
    )
