"""Valid people, cohorts and enrolments with little typing. A test names only what it is about.

Amina runs the organisation's training, Bilal trains, Chaima learns, Driss belongs to another organisation.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.accounts import notice, reference, services
from lms.accounts.models import Organisation, Person
from lms.core import db as database
from lms.core.access import Role
from lms.core.bilingual import Bilingual
from lms.programme import services as programme
from lms.programme.models import Cohort, Enrolment

CREATED = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
NAMES = {
    "chaima": ("شيماء العلوي", "Chaima Alaoui"),
    "bilal": ("بلال التازي", "Bilal Tazi"),
    "amina": ("أمينة برادة", "Amina Berrada"),
    "driss": ("إدريس وهبي", "Driss Ouahbi"),
}


def organisation(db: Any, key: str = "ofppt") -> Organisation:
    reference.seed(db)
    return db.scalars(sa.select(Organisation).where(Organisation.key == key)).one()


def make_person(
    db: Any,
    name: str = "chaima",
    *,
    role: Role | None = Role.LEARNER,
    organisation_key: str = "ofppt",
    covers: str | None = None,
    lang: str = "fr",
    notice_read: bool = True,
    **fields: Any,
) -> Person:
    """A committed person with a role, who has read the privacy notice."""
    ar, fr = NAMES.get(name, (f"{name} العلوي", f"{name.title()} Alaoui"))
    fields.setdefault("email", f"{name}@example.ma")
    fields.setdefault("sex", "f")
    person = services.create_person(
        db,
        name=Bilingual(ar, fr),
        organisation=organisation(db, organisation_key),
        lang=lang,
        now=CREATED,
        **fields,
    )
    if role is not None:
        covered = organisation(db, covers or organisation_key) if role is Role.FOCAL_POINT else None
        services.grant_role(db, person, role, organisation=covered, now=CREATED)
    if notice_read:
        services.accept_notice(db, person.id, version=notice.VERSION, lang=lang, now=CREATED)
    database.commit()
    return person


def make_cohort(db: Any, *, modules: tuple[str, ...] = ("concepts",), **fields: Any) -> Cohort:
    """A committed cohort without sessions, running in November 2026."""
    values: dict[str, Any] = {
        "name": Bilingual("دورة نونبر", "Session de novembre"),
        "starts_on": dt.date(2026, 11, 2),
        "ends_on": dt.date(2026, 12, 18),
        "has_sessions": False,
        "now": CREATED,
    }
    cohort = programme.create_cohort(db, modules=modules, **{**values, **fields})
    database.commit()
    return cohort


def make_enrolment(db: Any, person: Person | None = None, cohort: Cohort | None = None, **fields: Any) -> Enrolment:
    """A committed enrolment, of Chaima in a new cohort unless told."""
    person = person or make_person(db, **fields)
    enrolment = programme.enrol(db, cohort or make_cohort(db), person, now=CREATED)
    database.commit()
    return enrolment
