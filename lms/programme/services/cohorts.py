"""Making and changing cohorts. Flushes, never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from lms.accounts.models import Person
from lms.core import audit
from lms.core.bilingual import Bilingual
from lms.core.edits import check_version
from lms.programme import events, queries
from lms.programme.errors import CohortArchived, ModuleInUse
from lms.programme.models import DEFAULT_PASS_PERCENT, Cohort, CohortModule, CohortTrainer
from lms.programme.services import archiving
from lms.programme.work import work

DEFAULT_ATTENDANCE_PERCENT = 80
DEFAULT_LANGUAGES = "ar,fr"


@dataclass(frozen=True)
class CohortPlan:
    """All that an administrator decides about a cohort."""

    name: Bilingual
    starts_on: dt.date
    ends_on: dt.date
    #: Slugs, in the order of the curriculum.
    modules: tuple[str, ...]
    trainer_ids: frozenset[int] = frozenset()
    has_sessions: bool = True
    pass_percent: int = DEFAULT_PASS_PERCENT
    attendance_percent: int = DEFAULT_ATTENDANCE_PERCENT
    modules_in_order: bool = True
    languages: str = DEFAULT_LANGUAGES

    def columns(self) -> dict[str, Any]:
        """What is stored in the cohort's own row."""
        others = ("modules", "trainer_ids")
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in others}

    def as_json(self) -> dict[str, Any]:
        """For the audit."""
        return {
            **self.columns(),
            "name": self.name.as_dict(),
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "modules": list(self.modules),
            "trainers": sorted(self.trainer_ids),
        }


def plan_of(db: Session, cohort: Cohort) -> CohortPlan:
    """The cohort as it is stored."""
    names = [name for name in CohortPlan.__dataclass_fields__ if name not in ("modules", "trainer_ids")]
    return CohortPlan(
        modules=tuple(queries.modules_of_cohort(db, cohort.id)),
        trainer_ids=frozenset(trainer.id for trainer in queries.trainers_of(db, cohort.id)),
        **{name: getattr(cohort, name) for name in names},
    )


def create_cohort(
    db: Session,
    *,
    name: Bilingual,
    starts_on: dt.date,
    ends_on: dt.date,
    modules: Sequence[str],
    has_sessions: bool = True,
    pass_percent: int = DEFAULT_PASS_PERCENT,
    attendance_percent: int = DEFAULT_ATTENDANCE_PERCENT,
    modules_in_order: bool = True,
    languages: str = DEFAULT_LANGUAGES,
    trainers: Sequence[Person] = (),
    trainer_ids: frozenset[int] = frozenset(),
    now: dt.datetime,
    actor_id: int | None = None,
) -> Cohort:
    """A cohort that takes ``modules`` (slugs) in their order, with its trainers."""
    plan = CohortPlan(
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        modules=tuple(modules),
        trainer_ids=trainer_ids | {trainer.id for trainer in trainers},
        has_sessions=has_sessions,
        pass_percent=pass_percent,
        attendance_percent=attendance_percent,
        modules_in_order=modules_in_order,
        languages=languages,
    )
    cohort = Cohort(**plan.columns())
    cohort.modules = [CohortModule(module=slug, position=place) for place, slug in enumerate(plan.modules)]
    db.add(cohort)
    db.flush()
    _take_trainers(db, cohort, plan.trainer_ids)
    audit.record(
        db, "programme.create-cohort", actor_id=actor_id, subject=cohort, now=now, after=plan.as_json()
    )  # fmt: skip
    return cohort


def edit_cohort(
    db: Session, cohort: Cohort, plan: CohortPlan, *, version: int | None, now: dt.datetime, actor_id: int | None
) -> None:
    """Store what was decided. People enrolled already get the rows of new modules.

    Raises EditedMeanwhile when somebody stored another version, ModuleInUse when a module would go in which
    somebody has worked, CohortArchived.
    """
    check_version(cohort, version)
    if cohort.archived_at is not None:
        raise CohortArchived
    before = plan_of(db, cohort)
    if before == plan:
        return
    added = [slug for slug in plan.modules if slug not in before.modules]
    removed = [slug for slug in before.modules if slug not in plan.modules]
    _refuse_modules_in_use(db, cohort, removed)
    for name, value in plan.columns().items():
        setattr(cohort, name, value)
    # Modules and trainers stand in tables of their own; the version counts changes of these too.
    flag_modified(cohort, "starts_on")
    present = {row.module: row for row in cohort.modules}
    cohort.modules = [present.get(slug) or CohortModule(module=slug) for slug in plan.modules]
    for place, row in enumerate(cohort.modules):
        row.position = place
    db.flush()
    _take_trainers(db, cohort, plan.trainer_ids)
    audit.record(
        db, "programme.edit-cohort", actor_id=actor_id, subject=cohort, now=now,
        before=before.as_json(), after=plan.as_json(),
    )  # fmt: skip
    if added or removed:
        events.modules_changed.send(cohort, added=added, removed=removed, db=db, now=now)


def _refuse_modules_in_use(db: Session, cohort: Cohort, removed: Sequence[str]) -> None:
    if not removed:
        return
    in_use = work().modules_with_entries(db, cohort.id)
    if refused := [slug for slug in removed if slug in in_use]:
        raise ModuleInUse(refused)


def _take_trainers(db: Session, cohort: Cohort, wanted: frozenset[int]) -> None:
    present = set(db.scalars(sa.select(CohortTrainer.person_id).where(CohortTrainer.cohort_id == cohort.id)))
    db.execute(
        sa.delete(CohortTrainer).where(
            CohortTrainer.cohort_id == cohort.id, CohortTrainer.person_id.in_(present - wanted)
        )
    )
    db.add_all(CohortTrainer(cohort_id=cohort.id, person_id=one) for one in sorted(wanted - present))
    db.flush()


def leave_trainings(db: Session, person_id: int) -> None:
    """The person no longer trains any cohort."""
    db.execute(sa.delete(CohortTrainer).where(CohortTrainer.person_id == person_id))


def archive_cohort(db: Session, cohort: Cohort, *, actor_id: int | None, now: dt.datetime) -> None:
    """Put a cohort away: its people no longer work in it; figures keep it."""
    archiving.archive(db, cohort, "programme.archive-cohort", actor_id=actor_id, now=now)


def restore_cohort(db: Session, cohort: Cohort, *, actor_id: int | None, now: dt.datetime) -> None:
    """Bring a cohort back. Raises TooLateToRestore after 30 days."""
    archiving.restore(db, cohort, "programme.restore-cohort", actor_id=actor_id, now=now)
