"""A learner's certificates, the stored file, and the public page of verification."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services as accounts
from lms.accounts.forms import NamesForm
from lms.certificates import codes, facts, queries, rules, services
from lms.certificates.errors import AlreadyIssued, NameNotPrintable, OrganisationNotPrintable
from lms.certificates.models import Certificate
from lms.certificates.permissions import CertificatePermission
from lms.core import clock, profile, throttle
from lms.core import db as database
from lms.core.access import public, requires, without_database
from lms.core.forms import EmptyForm
from lms.core.i18n import localized
from lms.programme import queries as programme

blueprint = localized(Blueprint("certificates", __name__, template_folder="templates", url_prefix="/certificates"))
verification = Blueprint("verification", __name__, template_folder="templates")

#: Wrong codes from one address before a wait is asked for, an hour at a time.
FREE_MISSES = 30
REFRESH_SECONDS = 2


def _db() -> Any:
    return database.session()


@blueprint.get("/")
@requires(CertificatePermission.OWN)
def list_certificates() -> ResponseReturnValue:
    """What is issued, what can be asked for, what is still missing."""
    response = make_response(_list_page(None))
    if any(not is_drawn for _certificate, is_drawn in queries.of_person(_db(), current_user.person_id)):
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _list_page(form: NamesForm | None) -> str:
    db = _db()
    enrolments = programme.enrolments_of(db, current_user.person_id)
    open_rules = [
        (enrolment, one)
        for enrolment in enrolments
        for one in rules.eligibility(db, enrolment)
        if queries.current(db, enrolment.id, one.rule.key) is None
    ]
    name = current_user.name
    return render_template(
        "certificates/list_certificates.html",
        certificates=queries.of_person(db, current_user.person_id),
        open_rules=open_rules,
        form=form or NamesForm(data={"name_ar": name.ar, "name_fr": name.fr}),
        empty=EmptyForm(),
        titles=facts.TITLES,
        grouped=codes.grouped,
        hours=facts.hours,
    )


@blueprint.post("/<int:enrolment_id>/<rule>")
@requires(CertificatePermission.OWN)
def ask_certificate(enrolment_id: int, rule: str) -> ResponseReturnValue:
    """Confirm both spellings of the name and issue what the rule gives."""
    enrolment = programme.get_enrolment_or_none(_db(), enrolment_id)
    if enrolment is None or enrolment.person_id != current_user.person_id:
        abort(404)
    found = next((one for one in rules.rules_of(_db(), enrolment) if one.key == rule), None) or abort(404)
    form = NamesForm()
    if not form.validate_on_submit():
        return _list_page(form), 422
    now = clock.now()
    try:
        services.confirm_and_issue(_db(), enrolment, found, form.name(), now=now)
    except AlreadyIssued:
        database.rollback()  # the number drawn for it is given back
        return redirect(url_for(".list_certificates"))
    except (NameNotPrintable, OrganisationNotPrintable) as error:
        form.name_ar.errors = [str(error.message)]
        return _list_page(form), 422
    flash(_("The certificate is issued. Its file is ready within seconds."), "ok")
    return redirect(url_for(".list_certificates"))


@blueprint.get("/<int:certificate_id>/file")
@requires(CertificatePermission.DOWNLOAD)
def download_file(certificate_id: int) -> ResponseReturnValue:
    """The stored bytes, the same at every download."""
    found = queries.visible_file(_db(), current_user, certificate_id)
    if found is None:
        abort(404)
    certificate, file = found
    enrolment = programme.get_enrolment_or_none(_db(), certificate.enrolment_id)
    if enrolment is not None:
        accounts.log_access(
            current_user, page="certificates.download_file", person_id=enrolment.person_id, now=clock.now()
        )
    response = Response(file.pdf, mimetype="application/pdf")
    name = certificate.facts["name"]["fr"] or certificate.facts["name"]["ar"]
    readable = quote(f"{certificate.serial} {name}.pdf")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{certificate.serial}.pdf\"; filename*=UTF-8''{readable}"
    )
    return response


@verification.get("/v/")
@verification.get("/V/", endpoint="show_form_upper")
@public
@without_database
def show_form() -> ResponseReturnValue:
    """The page of one field, for codes typed by hand."""
    text = request.args.get("code", "").strip()
    if text:
        return redirect(url_for(".show_certificate", code=codes.read_code(text) or text[:40].replace("/", "-")))
    return _public_page("certificates/verify_form.html", 200)


@verification.get("/v/<code>")
@verification.get("/V/<code>", endpoint="show_certificate_upper")
@public
@without_database
def show_certificate(code: str) -> ResponseReturnValue:
    """What the register says of a code: every printed fact but the score. Reading writes nothing but misses."""
    database.use_mode(database.READ)
    profile.look(_db())
    stored = codes.read_code(code)
    certificate = queries.by_code(_db(), stored) if stored else None
    if certificate is None:
        return _miss()
    replaced_by = queries.by_id(_db(), certificate.replaced_by_id) if certificate.replaced_by_id else None
    return _public_page(
        "certificates/verify.html",
        200,
        certificate=certificate,
        state=state_of(certificate),
        replaced_by=replaced_by,
        code=codes.grouped(certificate.code),
        hours=facts.hours(certificate.facts["minutes"]),
        printed_objectives=facts.objectives(certificate.facts),
        checked_at=clock.now(),
    )


def state_of(certificate: Certificate) -> str:
    """valid, revoked or replaced."""
    if certificate.revoked_at is not None:
        return "revoked"
    return "replaced" if certificate.replaced_by_id is not None else "valid"


def _miss() -> ResponseReturnValue:
    """Not found; many misses from one address have to wait. Valid codes are never made to wait."""
    key = throttle.hashed_key("verify", request.remote_addr or "")
    with database.short_write() as db:
        wait = throttle.count_miss(db, key, free=FREE_MISSES, now=clock.now())
    if wait:
        response = _public_page("certificates/verify_missing.html", 429, wait=True)
        response.headers["Retry-After"] = str(wait)
        return response
    return _public_page("certificates/verify_missing.html", 404, wait=False)


def _public_page(template: str, status: int, **context: Any) -> Response:
    response = make_response(render_template(template, **context), status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
