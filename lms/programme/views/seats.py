"""Committee seats: who holds which, since when, and who held it before."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from lms.accounts import queries as accounts
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, differences
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized, long_date
from lms.core.paging import page_number, pages, whole_number
from lms.programme import services
from lms.programme.errors import WrongDay
from lms.programme.forms import AppointForm, SeatForm, VacateForm
from lms.programme.models import CommitteeSeat, SeatHolding
from lms.programme.permissions import ProgrammePermission
from lms.programme.queries import seats as queries
from lms.programme.queries.seats import SeatState
from lms.programme.services import SeatPlan

blueprint = localized(Blueprint("seats", __name__, template_folder="../templates", url_prefix="/admin/seats"))


@blueprint.get("/")
@requires(ProgrammePermission.SEATS)
def list_seats() -> ResponseReturnValue:
    page = page_number()
    organisations = accounts.organisations(session())
    chosen = next((one for one in organisations if one.key == request.args.get("organisation")), None)
    chosen_id = chosen.id if chosen else None
    asked = request.args.get("state", "")
    state = SeatState(asked) if asked in list(SeatState) else SeatState.ALL
    counts = queries.seat_counts(session(), chosen_id)
    rows = queries.seat_page(session(), state, chosen_id, page=page)
    key = chosen.key if chosen else None
    return render_template(
        "programme/list_seats.html",
        groups=[(one, list(part)) for one, part in groupby(rows, lambda row: row.seat.organisation)],
        counts=counts,
        state=state,
        organisations=organisations,
        chosen=key,
        pages=pages(".list_seats", page, len(rows), counts[state], state=state, organisation=key),
    )


def _seat_or_404(seat_id: int) -> CommitteeSeat:
    return queries.get_seat_or_none(session(), seat_id) or abort(404)


def _running(seat: CommitteeSeat) -> SeatHolding | None:
    return next((one for one in seat.holdings if one.until_on is None), None)


def _form() -> SeatForm:
    form = SeatForm()
    form.offer(accounts.organisations(session()), accounts.regions(session()), current_language())
    return form


@blueprint.get("/new")
@requires(ProgrammePermission.SEATS)
def new_seat() -> ResponseReturnValue:
    form = _form()
    form.organisation.data = request.args.get("organisation", "")[:40]
    return render_template("programme/edit_seat.html", form=form, seat=None)


@blueprint.post("/new")
@requires(ProgrammePermission.SEATS)
def create_seat() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("programme/edit_seat.html", form=form, seat=None), 422
    seat = services.create_seat(session(), form.plan(), actor_id=current_user.person_id, now=clock.now())
    flash(_("The seat is created. It is vacant."), "ok")
    return redirect(url_for(".show_seat", seat_id=seat.id))


@blueprint.get("/<int:seat_id>/edit")
@requires(ProgrammePermission.SEATS)
def edit_seat(seat_id: int) -> ResponseReturnValue:
    seat, form = _seat_or_404(seat_id), _form()
    form.show(seat)
    return render_template("programme/edit_seat.html", form=form, seat=seat)


@blueprint.post("/<int:seat_id>/edit")
@requires(ProgrammePermission.SEATS)
def save_seat(seat_id: int) -> ResponseReturnValue:
    seat, form = _seat_or_404(seat_id), _form()
    if not form.validate_on_submit():
        return render_template("programme/edit_seat.html", form=form, seat=seat), 422
    version = form.version.data
    try:
        services.edit_seat(
            session(), seat, form.plan(), version=version, actor_id=current_user.person_id, now=clock.now()
        )
    except (EditedMeanwhile, StaleDataError):
        return _show_both(seat_id, form)
    flash(_("The seat is saved."), "ok")
    return redirect(url_for(".show_seat", seat_id=seat.id))


def _show_both(seat_id: int, form: SeatForm) -> ResponseReturnValue:
    """Somebody stored another version: both are shown, the form keeps what was typed."""
    database.rollback()
    seat = _seat_or_404(seat_id)
    stored = _in_words(form, SeatPlan(seat.organisation, seat.title, seat.level, seat.region))
    typed = _in_words(form, form.plan())
    rows = differences([(label, stored[label], typed[label]) for label in stored])
    form.version.data = seat.version
    return render_template("programme/edit_seat.html", form=form, seat=seat, conflict=rows), 409


def _in_words(form: SeatForm, plan: SeatPlan) -> dict[Any, str]:
    lang = current_language()
    levels = {key: str(label) for key, label, *_rest in form.level.iter_choices()}
    return {
        form.organisation.label.text: plan.organisation.name[lang],
        form.title_ar.label.text: plan.title.ar,
        form.title_fr.label.text: plan.title.fr,
        form.level.label.text: levels[plan.level],
        form.region.label.text: plan.region.name[lang] if plan.region else "",
    }


@blueprint.get("/<int:seat_id>/")
@requires(ProgrammePermission.SEATS)
def show_seat(seat_id: int) -> ResponseReturnValue:
    """The seat, who holds it, and everybody who held it before."""
    seat = _seat_or_404(seat_id)
    return _page(seat, VacateForm())


def _page(seat: CommitteeSeat, form: VacateForm) -> str:
    running = _running(seat)
    form.seen.data = str(running.id) if running else ""
    return render_template(
        "programme/show_seat.html",
        seat=seat,
        running=running,
        past=[one for one in reversed(seat.holdings) if one.until_on is not None],
        form=form,
        empty=EmptyForm(),
    )


@blueprint.get("/<int:seat_id>/appoint")
@requires(ProgrammePermission.SEATS)
def choose_holder(seat_id: int) -> ResponseReturnValue:
    seat, form = _seat_or_404(seat_id), AppointForm()
    form.since_on.data = local_date(clock.now())
    return _choose(seat, form)


def _choose(seat: CommitteeSeat, form: AppointForm) -> str:
    """People of the organisation, or those whose name fits; whoever was ticked stays in the list."""
    search, lang = request.values.get("q", "").strip()[:100], current_language()
    found, more = queries.people_for_seat(session(), seat, search=search, lang=lang)
    people = list(found)
    person_id = whole_number(form.person.data)
    if person_id and person_id not in {one.id for one in people}:
        ticked = queries.open_person_or_none(session(), person_id)
        people[:0] = [ticked] if ticked else []
    running = _running(seat)
    form.seen.data = str(running.id) if running else ""
    form.offer(people, lang)
    return render_template(
        "programme/appoint.html", seat=seat, running=running, form=form, people=people, more=more, search=search
    )


@blueprint.post("/<int:seat_id>/appoint")
@requires(ProgrammePermission.SEATS)
def appoint(seat_id: int) -> ResponseReturnValue:
    seat, form = _seat_or_404(seat_id), AppointForm()
    form.offer([], current_language())
    if not form.validate_on_submit():
        return _choose(seat, form), 422
    person = queries.open_person_or_none(session(), int(form.person.data))
    if person is None:
        form.person.errors = [_("Somebody has to be chosen.")]
        return _choose(seat, form), 422
    try:
        services.appoint(
            session(), seat, person, since=form.since_on.data, seen_id=_seen(form),
            actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except WrongDay as error:
        form.since_on.errors = [str(error.message)]
        return _choose(seat, form), 422
    except EditedMeanwhile:
        return _holder_changed(seat_id, form, person.name[current_language()]), 409
    flash(_("The holder of the seat is saved."), "ok")
    return redirect(url_for(".show_seat", seat_id=seat_id))


def _seen(form: AppointForm | VacateForm) -> int | None:
    return whole_number(form.seen.data)


def _holder_changed(seat_id: int, form: AppointForm, typed: str) -> str:
    """Somebody else appointed in the meantime: both are shown, the form keeps what was chosen."""
    database.rollback()
    seat = _seat_or_404(seat_id)
    running, lang = _running(seat), current_language()
    stored_name = running.person.name[lang] if running else _("Vacant")
    stored_day: dt.date | None = running.since_on if running else None
    rows = differences(
        [
            (form.person.label.text, stored_name, typed),
            (
                form.since_on.label.text,
                long_date(stored_day) if stored_day else "",
                long_date(form.since_on.data),
            ),
        ]
    )
    return _conflict_page(seat, form, rows)


def _conflict_page(seat: CommitteeSeat, form: AppointForm, rows: list[tuple[str, str, str]]) -> str:
    people = [one for one in [queries.open_person_or_none(session(), int(form.person.data))] if one]
    running = _running(seat)
    form.seen.data = str(running.id) if running else ""
    form.offer(people, current_language())
    return render_template(
        "programme/appoint.html",
        seat=seat, running=running, form=form, people=people, more=False, search="", conflict=rows,
    )  # fmt: skip


@blueprint.post("/<int:seat_id>/vacate")
@requires(ProgrammePermission.SEATS)
def vacate(seat_id: int) -> ResponseReturnValue:
    seat, form = _seat_or_404(seat_id), VacateForm()
    if not form.validate_on_submit():
        return _page(seat, form), 422
    try:
        services.vacate(
            session(), seat, until=form.until_on.data, seen_id=_seen(form),
            actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except WrongDay as error:
        form.until_on.errors = [str(error.message)]
        return _page(seat, form), 422
    flash(_("The seat is vacant. Its history stays."), "ok")
    return redirect(url_for(".show_seat", seat_id=seat_id))


@blueprint.post("/<int:seat_id>/archive")
@requires(ProgrammePermission.SEATS)
def archive_seat(seat_id: int) -> ResponseReturnValue:
    services.archive_seat(session(), _seat_or_404(seat_id), actor_id=current_user.person_id, now=clock.now())
    flash(_("The seat is archived. It can be restored for 30 days."), "ok")
    return redirect(url_for(".list_seats", state=SeatState.ARCHIVED))


@blueprint.post("/<int:seat_id>/restore")
@requires(ProgrammePermission.SEATS)
def restore_seat(seat_id: int) -> ResponseReturnValue:
    services.restore_seat(session(), _seat_or_404(seat_id), actor_id=current_user.person_id, now=clock.now())
    flash(_("The seat is restored."), "ok")
    return redirect(url_for(".show_seat", seat_id=seat_id))
