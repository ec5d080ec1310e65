"""One person's half-days, cohort by cohort, with their rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.attendance import queries
from lms.attendance.models import AttendanceFile, ErrorReport, HalfDay, Mark, MarkChange
from lms.attendance.rates import Rate
from lms.attendance.statuses import State
from lms.programme.models import Cohort, Enrolment
from lms.progress import activities
from lms.progress import queries as progress


@dataclass(frozen=True)
class Line:
    """One half-day of somebody."""

    half_day: HalfDay
    #: Shown once the half-day is closed: before, nothing is settled.
    mark: Mark | None
    correction: MarkChange | None
    #: The newest that the person said of it.
    report: ErrorReport | None
    #: What justifies the absence.
    files: Sequence[AttendanceFile] = ()

    @property
    def may_report(self) -> bool:
        """Whether an error can be said: once it is closed, and no report waits."""
        return self.half_day.state is State.CLOSED and (self.report is None or self.report.answered_at is not None)


@dataclass(frozen=True)
class OwnCohort:
    """One cohort of somebody: the rate over all planned half-days, and each of them."""

    cohort: Cohort
    rate: Rate
    lines: Sequence[Line]

    @property
    def outlook(self) -> str:
        return outlook(self.rate)


def attendance(db: Session, person_id: int) -> list[OwnCohort]:
    """A person's cohorts with half-days, the newest first, in a constant number of statements."""
    enrolments = queries.marks.enrolments_of(db, person_id)
    ids = [one.id for one in enrolments]
    planned = queries.meetings.planned_of(db, [one.cohort_id for one in enrolments])
    marks, corrections = queries.marks.of_person(db, ids), queries.marks.corrections_of(db, ids)
    reports, files = queries.reports.last_of(db, ids), queries.files.own_justifications(db, ids)
    attended, groups = progress.attended(db, ids), queries.groups.groups_of(db, ids)
    found = []
    for enrolment in enrolments:
        half_days = [one for one in planned if _is_theirs(one, enrolment, groups, marks)]
        lines = [
            Line(
                one,
                marks.get((one.id, enrolment.id)) if one.state is State.CLOSED else None,
                corrections.get((one.id, enrolment.id)),
                reports.get((one.id, enrolment.id)),
                files.get((one.id, enrolment.id), ()),
            )
            for one in half_days
        ]
        found.append(OwnCohort(enrolment.cohort, rate_over(enrolment, half_days, attended), lines))
    return found


def _is_theirs(
    half_day: HalfDay, enrolment: Enrolment, groups: Mapping[int, int], marks: Mapping[tuple[int, int], Mark]
) -> bool:
    """Whether it is planned for them: it stands in the cohort, and they on its list."""
    mark = marks.get((half_day.id, enrolment.id))
    return half_day.meeting.cohort_id == enrolment.cohort_id and queries.marks.is_on_the_list(
        enrolment, half_day, mark, groups
    )


def rate_over(enrolment: Enrolment, half_days: Sequence[HalfDay], attended: set[tuple[int, str]]) -> Rate:
    """The rate of an enrolment over some half-days; ``attended``: what the ledger counts."""
    return Rate(
        attended=sum((enrolment.id, activities.half_day(one.id)) in attended for one in half_days),
        held=sum(one.was_held for one in half_days),
        planned=len(half_days),
        threshold=enrolment.cohort.attendance_percent,
    )


def rate_of(db: Session, enrolment: Enrolment, module: str) -> Rate:
    """The rate of one enrolment in one module."""
    planned = queries.meetings.planned_of(db, [enrolment.cohort_id])
    groups, marks = queries.groups.groups_of(db, [enrolment.id]), queries.marks.of_person(db, [enrolment.id])
    half_days = [one for one in planned if one.meeting.module == module and _is_theirs(one, enrolment, groups, marks)]
    return rate_over(enrolment, half_days, progress.attended(db, [enrolment.id]))


def outlook(rate: Rate) -> str:
    """What the rate means: met, still reachable and how, or not any more."""
    if rate.is_met:
        return str(_("The threshold of %(num)s is reached.", num=rate.needed))
    if not rate.can_be_met:
        return str(_("The threshold can no longer be reached: please ask the training team."))
    if not rate.may_miss:
        return str(_("%(num)s are needed: each of those to come counts.", num=rate.needed))
    return str(_("%(num)s are needed; still to come: %(left)s.", num=rate.needed, left=rate.planned - rate.held))


def rates(db: Session, cohort: Cohort) -> dict[int, Rate]:
    """The rate of everybody enrolled in a cohort, by enrolment, in a constant number of statements."""
    half_days = queries.meetings.planned_of(db, [cohort.id])
    enrolments = queries.marks.enrolled(db, cohort.id)
    ids = [one.id for one in enrolments]
    attended, groups = progress.attended(db, ids), queries.groups.membership(db, cohort.id)
    marks = queries.marks.of_person(db, ids)
    return {
        one.id: rate_over(one, [day for day in half_days if _is_theirs(day, one, groups, marks)], attended)
        for one in enrolments
    }
