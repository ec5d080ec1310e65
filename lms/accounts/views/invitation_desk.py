"""Invitations as the administration sends, prints and revokes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from lms.accounts import codes, mails, queries, services
from lms.accounts.models import Person
from lms.accounts.permissions import AccountPermission
from lms.accounts.queries.invitations import InvitationState, Selection
from lms.core import clock, mail
from lms.core import db as database
from lms.core.access import reads_first, requires, sensitive
from lms.core.bilingual import Bilingual
from lms.core.db import session
from lms.core.downloads import attachment
from lms.core.forms import EmptyForm
from lms.core.i18n import current_language, localized
from lms.core.paging import page_number, pages, whole_number
from lms.documents import CardSheet, InvitationCard, Pair, draw_cards, undrawable

blueprint = localized(
    Blueprint("invitations", __name__, template_folder="../templates", url_prefix="/admin/invitations")
)
ACTS = ("mail", "sheet", "revoke")
#: Cards in one file, and messages in one go: what is done within a few seconds.
CARDS_AT_ONCE = 320
MAILS_AT_ONCE = 1_000
CHANNELS = {
    services.MAIL: _l("By mail"),
    services.LINK: _l("Link handed over"),
    services.SHEET: _l("Printed card"),
}


@blueprint.get("/")
@requires(AccountPermission.INVITATIONS)
def list_invitations() -> ResponseReturnValue:
    """Where everybody's invitation stands; the list of names is written into the access log."""
    now, page, organisations = clock.now(), page_number(), queries.organisations(session())
    wanted = _filter(request.args)
    counts = queries.invitation_counts(session(), Selection(None, *_rest_of(wanted)), now=now)
    rows = queries.invitation_page(session(), wanted, lang=current_language(), page=page, now=now)
    if rows:
        services.log_access(current_user, page="invitations.list_invitations", people=len(rows), now=now)
    total = counts[wanted.state] if wanted.state else sum(counts.values())
    kept = _named(wanted)
    return render_template(
        "accounts/invitations/list_invitations.html",
        rows=rows,
        counts=counts,
        total=total,
        wanted=wanted,
        filters=kept,
        states=list(InvitationState),
        State=InvitationState,
        channels=CHANNELS,
        grouped=codes.grouped,
        organisations=organisations,
        form=EmptyForm(),
        pages=pages(".list_invitations", page, len(rows), total, **kept),
    )


def _filter(values: Any) -> Selection:
    """The filters asked for; one that is none filters nothing."""
    state = values.get("state", "")
    return Selection(
        state=InvitationState(state) if state in list(InvitationState) else None,
        organisation_id=whole_number(values.get("organisation")),
        batch_id=whole_number(values.get("batch")),
        search=values.get("q", "").strip()[:100],
    )


def _rest_of(wanted: Selection) -> tuple[int | None, int | None, str]:
    return wanted.organisation_id, wanted.batch_id, wanted.search


def _selection(values: Any) -> Selection | None:
    """Everybody of the filter, or the people ticked; None when nobody is."""
    without_address = values.get("without_address") == "1"
    if values.get("everyone") == "1":
        found = _filter(values)
        return Selection(found.state, *_rest_of(found), without_address=without_address)
    ids = tuple(number for text in values.getlist("person")[:1000] if (number := whole_number(text)) is not None)
    return Selection(person_ids=ids, without_address=without_address) if ids else None


def _named(selection: Selection) -> dict[str, Any]:
    """The selection as arguments of an address."""
    named = {
        "state": selection.state,
        "organisation": selection.organisation_id,
        "batch": selection.batch_id,
        "q": selection.search,
        "person": selection.person_ids,
        "without_address": "1" if selection.without_address else None,
    }
    return {name: value for name, value in named.items() if value}


def everyone(selection: Selection) -> dict[str, Any]:
    """The same with what says that all of the filter are meant."""
    return _named(selection) | ({} if selection.person_ids else {"everyone": "1"})


@blueprint.get("/preview")
@requires(AccountPermission.INVITATIONS)
def preview() -> ResponseReturnValue:
    """Before anything is sent, printed or revoked: who is meant, and what they get."""
    selection, act = _selection(request.args), request.args.get("act")
    if act not in ACTS:
        abort(404)
    if selection is None:
        flash(_("Nobody is ticked yet."), "danger")
        return redirect(url_for(".list_invitations", **_named(_filter(request.args))))
    return _preview_page(selection, act)


def _preview_page(selection: Selection, act: str, *, changed: bool = False) -> str:
    now = clock.now()
    total, with_address = queries.count_to_invite(session(), selection, now=now)
    live = queries.count_live(session(), selection, now=now)
    return render_template(
        f"accounts/invitations/preview_{act}.html",
        total=total,
        with_address=with_address,
        live=live,
        named=everyone(selection),
        expected={"mail": with_address, "sheet": total, "revoke": live}[act],
        most={"mail": MAILS_AT_ONCE, "sheet": CARDS_AT_ONCE}.get(act, 0),
        messages=mail.preview(session(), mails.INVITATION) if act == "mail" else {},
        lasts=services.INVITATION_LASTS.days,
        changed=changed,
        form=EmptyForm(),
    )


def _confirmed() -> tuple[Selection, int]:
    """Who is meant by the form of a preview, and how many it announced."""
    selection = _selection(request.form)
    if selection is None:
        abort(400)
    return selection, whole_number(request.form.get("expected")) or 0


@blueprint.post("/send")
@requires(AccountPermission.INVITATIONS)
def send() -> ResponseReturnValue:
    """Invite by mail all who have an address; when they are no longer as many as announced, ask again."""
    selection, expected = _confirmed()
    now = clock.now()
    people = [one for one in queries.people_to_invite(session(), selection, now=now) if one.email]
    if len(people) != expected or len(people) > MAILS_AT_ONCE:
        return _preview_page(selection, "mail", changed=True), 409
    services.mail_invitations(
        session(), people, address_of=_address_in, actor_id=current_user.person_id, now=now
    )  # fmt: skip
    flash(ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", expected), "ok")
    return redirect(_back(selection))


def _address_in(lang: str) -> str:
    return services.public_address(url_for("accounts.show_invitation", token="TOKEN", lang=lang))  # noqa: S106 - replaced


def _back(selection: Selection) -> str:
    """The list with the filter of before, without its state: the people are in another one now."""
    return url_for(".list_invitations", **_named(Selection(None, *_rest_of(selection))))


@blueprint.post("/sheet")
@requires(AccountPermission.INVITATIONS)
@sensitive
@reads_first
def print_sheet() -> ResponseReturnValue:
    """New links on cards to cut out. They are stored nowhere: the file is the answer, drawn after the commit."""
    selection, expected = _confirmed()
    database.begin_writing()
    now = clock.now()
    people = queries.people_to_invite(session(), selection, now=now)
    if not people or len(people) != expected or len(people) > CARDS_AT_ONCE:
        page = _preview_page(selection, "sheet", changed=True)
        return page, 409
    tokens = services.invite_many(
        session(), people, channel=services.SHEET, actor_id=current_user.person_id, now=now
    )  # fmt: skip
    sheet = _sheet(people, tokens, now=now)
    count = len(people)
    database.commit()
    services.log_access(current_user, page="invitations.print_sheet", people=count, now=now)
    return _file(draw_cards(sheet), now)


def _sheet(people: Sequence[Person], tokens: dict[int, str], *, now: dt.datetime) -> CardSheet:
    name = current_app.extensions["programme_names"]().name
    expires = clock.local_date(now + services.INVITATION_LASTS)
    return CardSheet(_pair(name), expires, tuple(_card(person, tokens[person.id]) for person in people))


def _card(person: Person, token: str) -> InvitationCard:
    return InvitationCard(
        name=_pair(person.name),
        organisation=_pair(person.organisation.name) if person.organisation else Pair("", ""),
        url=_address_in(person.lang).replace("TOKEN", token),
        code=codes.grouped(person.code) if person.code and not person.email else "",
    )


def _pair(name: Bilingual) -> Pair:
    """Both spellings without the letters that no face has: a card with a letter less is better than none."""
    return Pair(_printable(name.ar), _printable(name.fr))


def _printable(text: str) -> str:
    strange = undrawable(text)
    return "".join(letter for letter in text if letter not in strange)


def _file(pdf: bytes, now: dt.datetime) -> Response:
    return attachment(pdf, f"invitations-{clock.local_date(now).isoformat()}.pdf")


@blueprint.post("/revoke")
@requires(AccountPermission.INVITATIONS)
def revoke() -> ResponseReturnValue:
    """Invitations that still work stop working at once."""
    selection, expected = _confirmed()
    now = clock.now()
    people = queries.people_to_invite(session(), selection, now=now)
    if queries.count_live(session(), selection, now=now) != expected:
        return _preview_page(selection, "revoke", changed=True), 409
    stopped = services.take_back(session(), people, actor_id=current_user.person_id, now=now)
    flash(ngettext("%(num)s invitation is revoked.", "%(num)s invitations are revoked.", stopped), "ok")
    return redirect(_back(selection))


@blueprint.post("/<int:person_id>/link")
@requires(AccountPermission.INVITATIONS)
@sensitive
def make_link(person_id: int) -> ResponseReturnValue:
    """A link to hand over: shown once, on this page, for it is stored nowhere."""
    now = clock.now()
    person = queries.person_to_invite(session(), person_id, now=now) or abort(404)
    services.give_codes(session(), [person])
    token = services.invite(
        session(), person, now=now, channel=services.LINK, actor_id=current_user.person_id
    )  # fmt: skip
    return render_template(
        "accounts/invitations/show_link.html",
        person=person,
        link=_address_in(person.lang).replace("TOKEN", token),
        code=codes.grouped(person.code) if person.code and not person.email else "",
        until=now + services.INVITATION_LASTS,
    )
