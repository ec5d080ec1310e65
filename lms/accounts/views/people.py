"""The list of people, and what is known of each, as the administration keeps them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from lms.accounts import codes, queries, services
from lms.accounts.errors import AccountPutAway, AddressTaken
from lms.accounts.forms.people import PersonForm
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries import directory
from lms.accounts.queries.directory import PersonState, Wanted
from lms.core import clock
from lms.core import db as database
from lms.core.access import Role, requires
from lms.core.bilingual import Bilingual
from lms.core.clock import local_date
from lms.core.db import session
from lms.core.edits import EditedMeanwhile, check_version, differences
from lms.core.i18n import current_language, localized
from lms.core.paging import page_number, pages

blueprint = localized(Blueprint("people", __name__, template_folder="../templates", url_prefix="/admin/people"))
LABELS = {str(one): one.label for one in Role}
STATE_TONES = {"archived": "neutral", "suspended": "warn", "active": "ok", "invited": "plain brand"}


@blueprint.get("/")
@requires(AccountPermission.PEOPLE_MANAGE)
def list_people() -> ResponseReturnValue:
    """The list of names is written into the access log."""
    organisations = queries.organisations(session())
    ids = {one.key: one.id for one in organisations}
    wanted, page = _wanted({*ids, directory.WITHOUT}), page_number()
    chosen = ids.get(wanted.organisation)
    total = directory.count_people(session(), wanted, organisation_id=chosen)
    rows = directory.people_page(session(), wanted, organisation_id=chosen, lang=current_language(), page=page)
    if rows:
        services.log_access(current_user, page="people.list_people", people=len(rows), now=clock.now())
    kept = {"q": wanted.search, "organisation": wanted.organisation, "role": wanted.role, "state": wanted.state}
    return render_template(
        "accounts/people/list_people.html",
        rows=rows,
        wanted=wanted,
        is_narrowed=any(kept.values()),
        roles=list(Role),
        labels=LABELS,
        states=list(PersonState),
        tones=STATE_TONES,
        grouped=codes.grouped,
        without=directory.WITHOUT,
        organisations=organisations,
        pages=pages(".list_people", page, len(rows), total, **kept),
    )


def _wanted(organisations: set[str]) -> Wanted:
    """The filters asked for; one that is none filters nothing."""
    role, state = request.args.get("role", ""), request.args.get("state", "")
    organisation = request.args.get("organisation", "")
    return Wanted(
        search=request.args.get("q", "").strip()[:100],
        organisation=organisation if organisation in organisations else "",
        role=role if role in list(Role) else "",
        state=state if state in list(PersonState) else "",
    )


def person_or_404(person_id: int) -> Person:
    """Archived people too."""
    return directory.managed_person(session(), person_id) or abort(404)


def person_in_use(person_id: int) -> Person:
    """A person whom the administration may change. Raises AccountPutAway."""
    person = person_or_404(person_id)
    if person.archived_at:
        raise AccountPutAway
    return person


def _form(person: Person | None = None) -> PersonForm:
    """The form with its lists; an archived organisation stays where somebody still belongs to it."""
    form, organisations = PersonForm(), list(queries.organisations(session()))
    if person and person.organisation and person.organisation not in organisations:
        organisations.append(person.organisation)
    form.offer(organisations, queries.regions(session()), current_language())
    form.today = local_date(clock.now())
    return form


@blueprint.get("/new")
@requires(AccountPermission.PEOPLE_MANAGE)
def new_person() -> ResponseReturnValue:
    return _edit_page(_form(), None)


def _edit_page(form: PersonForm, person: Person | None, **more: Any) -> str:
    return render_template("accounts/people/edit_person.html", form=form, person=person, **more)


@blueprint.post("/new")
@requires(AccountPermission.PEOPLE_MANAGE)
def create_person() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return _edit_page(form, None), 422
    values = form.values()
    try:
        person = services.add_person(
            session(),
            name=form.name(),
            organisation=form.chosen_organisation(),
            region=form.chosen_region(),
            function=Bilingual(values["function_ar"], values["function_fr"]),
            **{key: values[key] for key in ("email", "phone", "level", "sex", "birth_year", "lang")},
            actor_id=current_user.person_id,
            now=clock.now(),
        )
    except (AddressTaken, IntegrityError) as error:
        return _refuse_address(form, None, error)
    flash(_("The account is created. It opens with its invitation."), "ok")
    return redirect(url_for(".show_person", person_id=person.id))


def _refuse_address(form: PersonForm, person_id: int | None, error: Exception) -> ResponseReturnValue:
    """Another account has the address, or took it at this very moment. Raises what has another cause."""
    database.rollback()
    address = form.values()["email"]
    if not address or not queries.is_address_taken(session(), address, by_other_than=person_id):
        raise error
    person = person_or_404(person_id) if person_id else None
    _offer_again(form, person)
    form.email.errors = [*form.email.errors, AddressTaken().message]
    return _edit_page(form, person), 409


def _offer_again(form: PersonForm, person: Person | None) -> None:
    """After a rollback: the lists of before belong to what was rolled back."""
    known = _form(person)
    form.offer(known.organisations, known.regions, current_language())


@blueprint.get("/<int:person_id>/edit")
@requires(AccountPermission.PEOPLE_MANAGE)
def edit_person(person_id: int) -> ResponseReturnValue:
    person = person_in_use(person_id)
    services.log_access(current_user, page="people.edit_person", person_id=person.id, now=clock.now())
    form = _form(person)
    form.show(person)
    return _edit_page(form, person)


@blueprint.post("/<int:person_id>/edit")
@requires(AccountPermission.PEOPLE_MANAGE)
def save_person(person_id: int) -> ResponseReturnValue:
    person = person_in_use(person_id)
    form = _form(person)
    if not form.validate_on_submit():
        return _edit_page(form, person), 422
    try:
        check_version(person, form.version.data)
        services.edit_person(
            session(), person, form.values(), moved_on=form.moved_on.data,
            actor_id=current_user.person_id, now=clock.now(),
        )  # fmt: skip
    except (EditedMeanwhile, StaleDataError):
        return _show_both(person_id, form)
    except (AddressTaken, IntegrityError) as error:
        return _refuse_address(form, person_id, error)
    flash(_("The changes are saved."), "ok")
    return redirect(url_for(".show_person", person_id=person_id))


def _show_both(person_id: int, form: PersonForm) -> ResponseReturnValue:
    """Somebody stored another version: both are shown, the form keeps what was typed and carries the new version."""
    database.rollback()
    person = person_in_use(person_id)
    _offer_again(form, person)
    lang = current_language()
    stored, typed = (form.in_words(values, lang) for values in (services.facts_of(person), form.values()))
    form.version.data = person.version
    rows = differences([(label, stored[label], typed[label]) for label in stored])
    return _edit_page(form, person, conflict=rows), 409
