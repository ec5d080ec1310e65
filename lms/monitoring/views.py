"""Dashboard, organisations, people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries as accounts
from lms.accounts import services as accounts_services
from lms.accounts.models import Level, Organisation, Sex
from lms.core import clock
from lms.core import db as database
from lms.core.access import Role, requires
from lms.core.feature import waiting_tasks
from lms.core.i18n import current_language, localized, number
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Curriculum
from lms.monitoring import figures, filters, queries
from lms.monitoring.permissions import MonitoringPermission
from lms.programme import queries as programme
from lms.progress import queries as progress
from lms.ui.charts import Row as Bar
from lms.ui.charts import stacked_bars

blueprint = localized(Blueprint("monitoring", __name__, template_folder="templates", url_prefix="/monitoring"))

NEWEST_CHANGES = 50
#: Far beyond any list here; keeps a made-up number within what a database counts.
LAST_PAGE = 10_000


def _db() -> Any:
    return database.session()


def _modules(content: Curriculum) -> list[str]:
    """Modules that have lessons, so data."""
    return [module.slug for module in content.modules if module.ready_lessons]


@blueprint.get("/")
@requires(MonitoringPermission.READ)
def show_dashboard() -> ResponseReturnValue:
    content = curriculum.current(_db())
    chosen = filters.read(request.args, _modules(content))
    places = figures.places(_db())
    board = figures.dashboard(_db(), current_user, chosen, _modules(content), places)
    now = clock.now()
    return render_template(
        "monitoring/show_dashboard.html",
        board=board,
        chosen=chosen,
        tasks=waiting_tasks(_db(), current_user, now=now),
        choices=_choices(places),
        modules=[content.module(slug) for slug in board.modules],
        now=now,
        chart=_region_chart(board),
        sees_all=bool(current_user.roles & {Role.MONITOR, Role.ADMINISTRATOR}),
        sees_attendance=Role.MONITOR in current_user.roles,
    )


def _choices(places: figures.Places) -> dict[str, list[tuple[Any, Any]]]:
    """Options of each filter, the first one filtering nothing."""
    lang, every = current_language(), _("All")
    return {
        "cohort": [("", every), *((one.id, one.name[lang]) for one in programme.cohorts(_db()))],
        "organisation": [
            ("", every),
            *((one.key, one.short_name[lang]) for one in places.organisations),
        ],
        "region": [("", every), *((one.key, one.name[lang]) for one in places.regions)],
        "level": [("", every), *((str(one), one.label) for one in Level)],
        "sex": [("", every), *((str(one), one.label) for one in Sex), (filters.UNKNOWN, _("Not given"))],
    }


def _region_chart(board: figures.Dashboard) -> Any:
    lang = current_language()
    bars = [
        Bar(
            region.name[lang] if region else _("Central level"),
            head.people,
            parts=tuple(
                (tone, value)
                for tone, value in (("women", head.women), ("men", head.men), ("unknown", head.unknown))
                if value
            ),
        )
        for region, head in board.regions
    ]
    if not bars:
        return None
    words = "; ".join(f"{bar.label} {number(bar.value)}" for bar in bars)
    return stacked_bars(bars, lang=lang, title=_("People by region"), description=words)


@blueprint.get("/organisations/")
@requires(MonitoringPermission.READ)
def list_organisations() -> ResponseReturnValue:
    content = curriculum.current(_db())
    board = figures.dashboard(_db(), current_user, filters.Filters(), _modules(content), figures.places(_db()))
    return render_template(
        "monitoring/list_organisations.html",
        board=board,
        modules=[content.module(slug) for slug in board.modules],
    )


@blueprint.get("/organisations/<key>/")
@requires(MonitoringPermission.READ)
def show_organisation(key: str) -> ResponseReturnValue:
    """Figures and people of one organisation; the list of names is written into the access log."""
    organisation = _organisation_or_404(key)
    content = curriculum.current(_db())
    only = filters.Filters(organisation=organisation.key)
    board = figures.dashboard(_db(), current_user, only, _modules(content), figures.places(_db()))
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    search = request.args.get("q", "").strip()[:100]
    people, total = queries.people_of(
        _db(), current_user, organisation, search=search, lang=current_language(), page=page
    )
    if people:
        accounts_services.log_access(
            current_user, page="monitoring.show_organisation", people=len(people), now=clock.now()
        )
    first = (page - 1) * queries.PAGE_SIZE + 1
    return render_template(
        "monitoring/show_organisation.html",
        organisation=organisation,
        row=board.rows[0],
        modules=[content.module(slug) for slug in board.modules],
        not_started=board.total.not_started,
        people=people,
        total=total,
        search=search,
        first=first,
        last=first + len(people) - 1,
        previous_url=_page_url(key, search, page - 1) if page > 1 else None,
        next_url=_page_url(key, search, page + 1) if first + len(people) - 1 < total else None,
        Level=Level,
    )


def _page_url(key: str, search: str, page: int) -> str:
    return url_for(".show_organisation", key=key, page=page, q=search or None)


def _organisation_or_404(key: str) -> Organisation:
    organisation = accounts.organisation_by_key(_db(), key)
    sees_all = current_user.roles & {Role.MONITOR, Role.ADMINISTRATOR}
    if organisation is None or not (sees_all or organisation.id in current_user.focal_organisation_ids):
        abort(404)
    return organisation


@blueprint.get("/people/")
@requires(MonitoringPermission.READ)
def list_waiting() -> ResponseReturnValue:
    """Enrolled people who have read nothing yet: account not opened, or (``?open=1``) opened."""
    is_open = request.args.get("open") == "1"
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    people, total = queries.waiting_people(_db(), current_user, is_open=is_open, lang=current_language(), page=page)
    if people:
        accounts_services.log_access(current_user, page="monitoring.list_waiting", people=len(people), now=clock.now())

    def url(number: int) -> str:
        return url_for(".list_waiting", open=1 if is_open else None, page=number)

    first = (page - 1) * queries.PAGE_SIZE + 1
    last = first + len(people) - 1
    return render_template(
        "monitoring/list_waiting.html",
        people=people,
        is_open=is_open,
        counts=queries.waiting(_db(), current_user),
        first=first,
        last=last,
        total=total,
        previous_url=url(page - 1) if page > 1 else None,
        next_url=url(page + 1) if last < total else None,
    )


@blueprint.get("/people/<int:person_id>/")
@requires(MonitoringPermission.PERSON)
def show_person(person_id: int) -> ResponseReturnValue:
    """One person's file; opening it is written into the access log, which the person can read."""
    person = queries.person_or_none(_db(), current_user, person_id) or abort(404)
    accounts_services.log_access(current_user, page="monitoring.show_person", person_id=person.id, now=clock.now())
    content = curriculum.current(_db())
    ids = queries.enrolment_ids(_db(), current_user, person.id)
    return render_template(
        "monitoring/show_person.html",
        person=person,
        curriculum=content,
        modules=queries.module_rows(_db(), ids),
        changes=progress.changes(_db(), ids, limit=NEWEST_CHANGES),
        certificates=queries.certificates_of(_db(), ids),
        sees_scores=bool(current_user.roles & {Role.MONITOR, Role.ADMINISTRATOR}),
        title_of=_title_of,
    )


def _title_of(content: Curriculum, activity: str) -> str:
    """What an activity is called."""
    kind, _sep, key = activity.partition(":")
    lang = current_language()
    if kind == "lesson":
        lesson = content.lesson(key)
        return lesson.title[lang] if lesson else key
    if kind == "half-day":
        return str(_("Half-day of a meeting"))
    module = content.module(key)
    return _("Test of module %(number)s", number=module.number) if module else key
