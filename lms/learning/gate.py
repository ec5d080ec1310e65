"""Which enrolment a reader follows, and whether a module is open to it yet."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core import db as database
from lms.core.access import Role
from lms.curriculum import queries as curriculum
from lms.learning import queries
from lms.learning.path import State
from lms.programme import queries as programme
from lms.programme.models import Enrolment


def enrolment() -> Enrolment | None:
    """The running enrolment of the person signed in; None for whoever is no learner."""
    if Role.LEARNER not in current_user.roles:
        return None
    today = clock.local_date(clock.now())
    return programme.running_enrolment(database.session(), current_user.person_id, today=today)


def refuse_locked(reader: Enrolment | None, module: str) -> ResponseReturnValue | None:
    """The module page, which says why, when the module is not open to the reader yet."""
    content = curriculum.current(database.session())
    if reader is None or not reader.cohort.modules_in_order or module == content.modules[0].slug:
        return None
    today = clock.local_date(clock.now())
    state = queries.path(database.session(), content, reader, today=today).of(module)
    if state is None or state.state is State.LOCKED:
        flash(state.reason if state else _("This module is not part of the session."), "warn")
        return redirect(url_for("learning.show_module", module=module))
    return None
