"""What this room gives the house: what waits for staff, what it holds on a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.accounts.actor import Actor
from lms.core import profile
from lms.core.access import Role
from lms.core.clock import local_date
from lms.core.feature import Task
from lms.core.i18n import bdi, current_language
from lms.programme import queries, services
from lms.programme.models import Cohort
from lms.programme.queries.cohorts import WaitingCohort
from lms.programme.queries.enrolling import count_never_enrolled
from lms.programme.work import CohortWork, work

#: A cohort that starts within these days is looked after now.
SOON = dt.timedelta(days=14)


def idle_since(db: Session, now: dt.datetime) -> dt.datetime:
    """Whoever did nothing since then is behind."""
    return now - dt.timedelta(days=profile.known(db).behind_after_days)


def tasks(db: Session, actor: Actor, *, now: dt.datetime) -> list[Task]:
    """What waits for the administration, and for a trainer in their own cohorts."""
    today, found = local_date(now), list[Task]()
    if Role.ADMINISTRATOR in actor.roles:
        waiting = queries.waiting_cohorts(db, today=today, soon=today + SOON)
        found += [*_of_never_enrolled(count_never_enrolled(db)), *_of_administrators(waiting)]
    if Role.TRAINER in actor.roles:
        own = queries.waiting_cohorts(db, today=today, soon=today, trainer_id=actor.person_id)
        found += _of_trainers(db, own, now=now)
    return found


def _of_never_enrolled(count: int) -> list[Task]:
    if not count:
        return []
    title = ngettext(
        "%(num)s person takes part in no training session", "%(num)s people take part in no training session", count
    )
    detail = _("They are enrolled on the page of a training session.")
    return [Task(title, detail, url_for("cohorts.list_cohorts"), "calendar", "info", 14, count)]


def _of_administrators(waiting: Sequence[WaitingCohort]) -> list[Task]:
    without_trainer = [one for one in waiting if one.is_running and not one.trainers]
    without_people = [one for one in waiting if one.is_running and not one.people]
    unopened = [one for one in waiting if not one.is_running and one.unopened]
    people = sum(one.unopened for one in unopened)
    found = [
        (
            without_trainer,
            ngettext(
                "%(num)s running training session without a trainer",
                "%(num)s running training sessions without a trainer",
                len(without_trainer),
            ),
            "cohorts.edit_cohort",
        ),
        (
            without_people,
            ngettext(
                "%(num)s running training session with nobody enrolled",
                "%(num)s running training sessions with nobody enrolled",
                len(without_people),
            ),
            "cohorts.choose_people",
        ),
        (
            unopened,
            ngettext(
                "%(num)s person enrolled for a coming session has not opened the account",
                "%(num)s people enrolled for a coming session have not opened the account",
                people,
            ),
            "cohorts.show_cohort",
        ),
    ]
    return [
        Task(title, _names(which), _place(which, endpoint), "calendar", "warn", position, len(which))
        for position, (which, title, endpoint) in enumerate(found, 30)
        if which
    ]


def _names(waiting: Sequence[WaitingCohort]) -> Any:
    """The cohorts' names, each isolated, with the day on which it starts."""
    lang = current_language()
    return Markup(" · ").join(bdi(one.cohort.name[lang]) for one in waiting[:3])


def _place(waiting: Sequence[WaitingCohort], endpoint: str) -> str:
    """The page of the one cohort, or the list."""
    if len(waiting) == 1:
        return url_for(endpoint, cohort_id=waiting[0].cohort.id)
    return url_for("cohorts.list_cohorts")


def _of_trainers(db: Session, waiting: Sequence[WaitingCohort], *, now: dt.datetime) -> list[Task]:
    """People who have done nothing for some time, cohort by cohort."""
    days = profile.known(db).behind_after_days
    figures = work().of_cohorts(db, [one.cohort.id for one in waiting], idle_since=idle_since(db, now))
    return [
        _behind_task(one.cohort, behind, days)
        for one in waiting
        if (behind := figures.get(one.cohort.id, CohortWork()).behind)
    ]


def _behind_task(cohort: Cohort, behind: int, days: int) -> Task:
    return Task(
        ngettext("%(num)s person is behind", "%(num)s people are behind", behind),
        Markup(_("%(cohort)s: nothing done for %(days)s days or more"))  # noqa: S704 - our own words
        % {"cohort": bdi(cohort.name[current_language()]), "days": days},
        url_for("taught.show_cohort", cohort_id=cohort.id, show="behind"),
        "clock",
        "info",
        20,
        behind,
    )


def data_of(db: Session, person_id: int) -> dict[str, Any]:
    """Enrolments with what was copied to them, and seats."""
    return {
        "enrolments": [
            {
                "cohort": row.cohort.name.as_dict(),
                "modules": [module.module for module in row.cohort.modules],
                "enrolled_at": row.enrolled_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
                "organisation": row.organisation.name.as_dict() if row.organisation else None,
                "region": row.region.name.as_dict() if row.region else None,
                "level": row.level,
                "sex": row.sex,
                "age_group": row.age_group,
            }
            for row in queries.enrolments_of(db, person_id)
        ],
        "seats": [
            {
                "title": row.seat.title.as_dict(),
                "organisation": row.seat.organisation.name.as_dict(),
                "since": row.since_on.isoformat(),
                "until": row.until_on.isoformat() if row.until_on else None,
            }
            for row in queries.seats_of(db, person_id)
        ],
        "trainings": [{"cohort": name.as_dict()} for name in queries.trained_by(db, person_id)],
    }


def forget(db: Session, person_id: int, *, now: dt.datetime) -> None:
    """Nobody without a name holds a seat or trains; enrolments keep the groups that figures count by."""
    services.leave_seats(db, person_id, now=now)
    services.leave_trainings(db, person_id)
