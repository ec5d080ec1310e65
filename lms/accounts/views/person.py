"""The page of one person: roles, open sessions, the state of the account, and what an administrator does there."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import codes, queries, services
from lms.accounts.forms.people import RoleForm
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries import directory
from lms.accounts.views.people import LABELS, STATE_TONES, blueprint, person_in_use, person_or_404
from lms.core import clock
from lms.core import db as database
from lms.core.access import Role, requires, sensitive
from lms.core.db import session
from lms.core.errors import DomainError
from lms.core.forms import EmptyForm, ReasonForm
from lms.core.i18n import current_language


@blueprint.get("/<int:person_id>/")
@requires(AccountPermission.PEOPLE_MANAGE)
def show_person(person_id: int) -> ResponseReturnValue:
    """All that is known of somebody; opening it is written into the access log."""
    person = person_or_404(person_id)
    services.log_access(current_user, page="people.show_person", person_id=person.id, now=clock.now())
    return _page(person)


def _page(person: Person, *, problem: Any = None, **forms: Any) -> str:
    """The page, with the form that was sent in the place of its empty one."""
    now = clock.now()
    empty_forms = {"role": _role_form(), "suspend": _reason("suspend"), "archive": _reason("archive")}
    merges = directory.merges_of(session(), person.id)
    cohorts = "cohorts.list_cohorts"
    return render_template(
        "accounts/people/show_person.html",
        person=person,
        state=directory.state_of(session(), person.id),
        tones=STATE_TONES,
        organisations={one.id: one for one in queries.every_organisation(session())},
        regions={one.id: one for one in queries.regions(session())},
        transfers=directory.transfers_of(session(), person.id),
        merges=[(one, now - one.merge.merged_at <= services.BRING_BACK_WITHIN) for one in merges],
        undone_within=services.BRING_BACK_WITHIN,
        sign_ins=queries.open_sign_ins(session(), person.id, now=now),
        factor=queries.second_factor(session(), person.id),
        can_come_back=person.archived_at is not None and now - person.archived_at <= services.BRING_BACK_WITHIN,
        labels=LABELS,
        grouped=codes.grouped,
        is_self=person.id == current_user.person_id,
        forms={**empty_forms, **forms},
        sent=next(iter(forms.values()), None),
        empty=EmptyForm(),
        problems=[problem] if problem else [],
        # A room above this one: there unless it was left out.
        cohorts_url=url_for(cohorts) if cohorts in current_app.view_functions else None,
    )


def _role_form() -> RoleForm:
    form = RoleForm(prefix="role")
    form.offer(queries.organisations(session()), current_language())
    return form


def _reason(act: str) -> ReasonForm:
    """Two of them stand on one page, each with fields of its own name."""
    return ReasonForm(prefix=act)


@blueprint.errorhandler(DomainError)
def refuse(error: DomainError) -> ResponseReturnValue:
    """The page of the person says which rule stands against what was asked."""
    database.rollback()
    return _page(person_or_404(_asked_about()), problem=error.message), error.status


def _asked_about() -> int:
    number: int = (request.view_args or {}).get("person_id") or abort(409)
    return number


def _back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show_person", person_id=person_id))


@blueprint.post("/<int:person_id>/roles")
@requires(AccountPermission.ROLES_MANAGE)
@sensitive
def give_role(person_id: int) -> ResponseReturnValue:
    person, form = person_in_use(person_id), _role_form()
    if not form.validate_on_submit():
        return _page(person, role=form), 422
    services.give_role(
        session(), person, Role(form.role.data), organisation=form.chosen_organisation(),
        actor_id=current_user.person_id, now=clock.now(),
    )  # fmt: skip
    flash(_("The role is given. It holds from the next sign-in."), "ok")
    return _back(person_id)


@blueprint.post("/<int:person_id>/roles/<int:grant_id>/take")
@requires(AccountPermission.ROLES_MANAGE)
@sensitive
def take_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    person = person_in_use(person_id)
    grant = next((one for one in person.grants if one.id == grant_id), None) or abort(404)
    services.revoke_role(session(), person, grant, actor_id=current_user.person_id, now=clock.now())
    flash(_("The role is taken away."), "ok")
    return _back(person_id)


@blueprint.post("/<int:person_id>/suspend")
@requires(AccountPermission.PEOPLE_MANAGE)
def suspend_person(person_id: int) -> ResponseReturnValue:
    return _close(person_id, "suspend", services.close_account, _("The account is suspended. Its sessions are ended."))


@blueprint.post("/<int:person_id>/archive")
@requires(AccountPermission.PEOPLE_MANAGE)
def archive_person(person_id: int) -> ResponseReturnValue:
    done = _("The account is archived. It can be restored for 30 days.")
    return _close(person_id, "archive", services.archive_person, done)


def _close(person_id: int, name: str, act: Any, done: str) -> ResponseReturnValue:
    person, form = person_in_use(person_id), _reason(name)
    if not form.validate_on_submit():
        return _page(person, **{name: form}), 422
    act(session(), person, actor_id=current_user.person_id, reason=form.reason.data, now=clock.now())
    flash(done, "ok")
    return _back(person_id)


@blueprint.post("/<int:person_id>/reactivate")
@requires(AccountPermission.PEOPLE_MANAGE)
def reactivate_person(person_id: int) -> ResponseReturnValue:
    services.reactivate(session(), person_in_use(person_id), actor_id=current_user.person_id, now=clock.now())
    flash(_("The account is open again."), "ok")
    return _back(person_id)


@blueprint.post("/<int:person_id>/restore")
@requires(AccountPermission.PEOPLE_MANAGE)
def restore_person(person_id: int) -> ResponseReturnValue:
    services.bring_back(
        session(), person_or_404(person_id), "accounts.restore-person",
        actor_id=current_user.person_id, now=clock.now(),
    )  # fmt: skip
    flash(_("The account is restored."), "ok")
    return _back(person_id)


@blueprint.post("/<int:person_id>/end-sessions")
@requires(AccountPermission.PEOPLE_MANAGE)
def end_sign_ins(person_id: int) -> ResponseReturnValue:
    """End every open browser of somebody; of one's own, all but the present one."""
    person = person_or_404(person_id)
    keep = current_user.sign_in_id if person.id == current_user.person_id else None
    services.end_sign_ins(session(), person, keep=keep, actor_id=current_user.person_id, now=clock.now())
    flash(_("The open sessions are ended."), "ok")
    return _back(person_id)


@blueprint.post("/<int:person_id>/merges/<int:merge_id>/undo")
@requires(AccountPermission.PEOPLE_MANAGE)
@sensitive
def undo_merge(person_id: int, merge_id: int) -> ResponseReturnValue:
    """The two accounts that became this one part again."""
    found = directory.merge_or_none(session(), merge_id)
    if found is None or found.kept_id != person_or_404(person_id).id:
        abort(404)
    services.undo_merge(session(), found, actor_id=current_user.person_id, now=clock.now())
    flash(_("The accounts are two again."), "ok")
    return _back(person_id)
