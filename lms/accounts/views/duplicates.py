"""Accounts that may be one person's: the list of suspected pairs, both side by side, made one or told apart."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, services
from lms.accounts.comparison import compared, taken
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries import directory, duplicates
from lms.accounts.views.people import LABELS, STATE_TONES
from lms.core import clock
from lms.core import db as database
from lms.core.access import requires, sensitive
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.core.paging import page_number, pages, whole_number

blueprint = localized(
    Blueprint("duplicates", __name__, template_folder="../templates", url_prefix="/admin/people/duplicates")
)


@blueprint.get("/")
@requires(AccountPermission.PEOPLE_MANAGE)
def list_pairs() -> ResponseReturnValue:
    """The list of names is written into the access log."""
    page, total = page_number(), duplicates.count_pairs(session())
    rows = duplicates.pairs_page(session(), page=page)
    if rows:
        services.log_access(current_user, page="duplicates.list_pairs", people=2 * len(rows), now=clock.now())
    return render_template(
        "accounts/people/list_pairs.html",
        rows=rows,
        is_more=total >= duplicates.MOST_COUNTED,
        pages=pages(".list_pairs", page, len(rows), total),
    )


def _both_or_404(first_id: int, second_id: int) -> tuple[Person, Person]:
    """Two different people, the lower id first: the other order is another address of the same pair."""
    first, second = (directory.managed_person(session(), one) for one in (first_id, second_id))
    if first is None or second is None or first_id >= second_id:
        abort(404)
    return first, second


@blueprint.get("/<int:first_id>/<int:second_id>/")
@requires(AccountPermission.PEOPLE_MANAGE)
def compare(first_id: int, second_id: int) -> ResponseReturnValue:
    """Both accounts side by side; opening it is written into the access log."""
    both = _both_or_404(first_id, second_id)
    for person in both:
        services.log_access(current_user, page="duplicates.compare", person_id=person.id, now=clock.now())
    return _page(*both)


def _page(first: Person, second: Person, *, problems: list[Any] | None = None) -> str:
    """What was chosen stays chosen."""
    organisations = {one.id: one for one in queries.every_organisation(session())}
    regions = {one.id: one for one in queries.regions(session())}
    states = [directory.state_of(session(), one.id) for one in (first, second)]
    suggested = duplicates.used_more(session(), first, second)
    return render_template(
        "accounts/people/compare.html",
        people=(first, second),
        states=states,
        tones=STATE_TONES,
        last=[directory.last_sign_in(session(), one.id) for one in (first, second)],
        rows=compared(first, second, organisations, regions, lang=current_language(), prefer=suggested),
        labels=LABELS,
        chosen=request.form,
        keep=whole_number(request.form.get("keep")) or suggested,
        is_open=not any(one.archived_at for one in (first, second)),
        form=EmptyForm(),
        problems=problems or [],
    )


def _refuse(first_id: int, second_id: int, problem: Any) -> ResponseReturnValue:
    database.rollback()
    return _page(*_both_or_404(first_id, second_id), problems=[problem]), 409


@blueprint.post("/<int:first_id>/<int:second_id>/merge")
@requires(AccountPermission.PEOPLE_MANAGE)
@sensitive
def merge(first_id: int, second_id: int) -> ResponseReturnValue:
    """Make the two one: which stays, and of each value that differs, which."""
    both = _both_or_404(first_id, second_id)
    keep = whole_number(request.form.get("keep"))
    if keep not in (first_id, second_id):
        return _page(*both, problems=[_("The account that stays is not chosen yet.")]), 422
    if request.form.get("versions") != f"{both[0].version}-{both[1].version}":
        return _refuse(first_id, second_id, _("One of the accounts changed in the meantime. Both are shown anew."))
    other = second_id if keep == first_id else first_id
    take = taken(request.form, "second" if keep == first_id else "first")
    try:
        services.merge_people(
            session(), keep, other, take=take, actor_id=current_user.person_id, now=clock.now()
        )  # fmt: skip
    except DomainError as error:
        return _refuse(first_id, second_id, error.message)
    flash(_("The two accounts are one. On this page it can be undone for 30 days."), "ok")
    return redirect(url_for("people.show_person", person_id=keep))


@blueprint.post("/<int:first_id>/<int:second_id>/apart")
@requires(AccountPermission.PEOPLE_MANAGE)
def tell_apart(first_id: int, second_id: int) -> ResponseReturnValue:
    _both_or_404(first_id, second_id)
    services.tell_apart(session(), first_id, second_id, actor_id=current_user.person_id, now=clock.now())
    flash(_("They are two people: this pair is not suspected any more."), "ok")
    return redirect(url_for(".list_pairs"))
