"""The list of topics, a topic, and where the help of a page is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.routing import BuildError

from lms import config
from lms.core import db as database
from lms.core import profile
from lms.core.access import BY_WEIGHT, PUBLIC, Role, can, public
from lms.core.i18n import localized
from lms.curriculum import queries
from lms.curriculum.catalogue import HelpTopic
from lms.curriculum.errors import NoCurriculum

blueprint = localized(Blueprint("help", __name__, url_prefix="/help", template_folder="templates"))


def _is_for(topic: HelpTopic, actor: Any) -> bool:
    return not topic.roles or bool(actor and set(topic.roles) & actor.roles)


def _actor() -> Any:
    return current_user if current_user.is_authenticated else None


def _topics() -> tuple[HelpTopic, ...]:
    """None before the first reading of the content: the address to write to is shown all the same."""
    try:
        return queries.current(database.session()).help
    except NoCurriculum:
        return ()


def address_of_index() -> str:
    return url_for("help.list_topics")


def address_of_help(actor: Any) -> str:
    """The topic of the page being answered, when it is for this person (None: a visitor); else the list of topics."""
    cache: queries.Cache = current_app.extensions["curriculum"]
    topics = cache.curriculum.help if cache.curriculum else ()
    here = _pages_here()
    found = next((topic for topic in topics if here.intersection(topic.pages) and _is_for(topic, actor)), None)
    return url_for("help.show_topic", topic=found.key) if found else address_of_index()


def _pages_here() -> frozenset[str]:
    """Endpoints of the address being answered: a form that is shown again is the page it was sent from."""
    return _endpoints_at(request.url_rule.rule) if request.url_rule else frozenset()


@lru_cache(maxsize=512)
def _endpoints_at(address: str) -> frozenset[str]:
    return frozenset(rule.endpoint for rule in current_app.url_map.iter_rules() if rule.rule == address)


@blueprint.get("/")
@public
def list_topics() -> ResponseReturnValue:
    """What this person may need, by role, and whom to write to."""
    actor = _actor()
    groups: dict[Role | None, list[HelpTopic]] = {role: [] for role in (*BY_WEIGHT, None)}
    for topic in _topics():
        if _is_for(topic, actor):
            groups[Role(topic.roles[0]) if topic.roles else None].append(topic)
    return render_template("help/list_topics.html", groups=groups, contact=_contact())


def _contact() -> str | None:
    sender: str = current_app.extensions["settings"].mail_from
    # The default sender is nobody's address: better none than a dead end.
    return profile.remembered().contact or (None if sender == config.NO_SENDER else sender)


@blueprint.get("/<topic>/")
@public
def show_topic(topic: str) -> ResponseReturnValue:
    """How things are done on one page or a few that belong together; for the roles it is written for."""
    found = next((one for one in _topics() if one.key == topic), None)
    if found is None or not _is_for(found, _actor()):
        abort(404)
    return render_template("help/show_topic.html", topic=found, page_url=_address_of(found.pages[0]))


def _address_of(endpoint: str) -> str | None:
    """The page's address, where it needs no more than a language and this person may open it."""
    view: Any = current_app.view_functions[endpoint]
    permission = view.required_permission
    if permission is not PUBLIC and not can(permission):
        return None
    try:
        return url_for(endpoint)
    except BuildError:
        return None
