"""What people learned between the test before the training and the one after it (domain notes, 4.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.core.db import ONE
from lms.curriculum.check import MODULES
from lms.programme.models import Cohort, Enrolment
from lms.programme.queries import taught_by
from lms.quizzes.models import Attempt, AttemptQuestion, AttemptState, Purpose, QuestionVersion, Quiz

FULL = Decimal(100)
#: Class gain below and above these is low and high (Hake).
LOW_BELOW, HIGH_ABOVE = Decimal("0.3"), Decimal("0.7")
#: Groups of fewer people are not shown (architecture, settled questions).
GROUP_FROM = 10
Pair = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Gain:
    """Results before and after of the same people, in percent of the points. None: cannot be said."""

    #: People with both results.
    pairs: int
    #: People with one of the two: left out of everything below.
    only_before: int
    only_after: int
    before: Decimal | None
    after: Decimal | None
    #: Class gain: (after − before) ÷ (100 − before), of the means.
    gain: Decimal | None
    #: Mean of the individual changes: up by what was missing, down by what was there.
    change: Decimal | None
    #: Of those who took the first test and whose training is over: share without the second; who leaves makes a gain
    #: look larger. None where nobody's is over.
    lost: Decimal | None = None

    @property
    def difference(self) -> Decimal | None:
        """Points of percentage between the means."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def band(self) -> str:
        """``low``, ``medium`` or ``high``; empty where there is no gain to speak of."""
        if self.gain is None:
            return ""
        return "low" if self.gain < LOW_BELOW else "high" if self.gain > HIGH_ABOVE else "medium"


def gain_of(pairs: Sequence[Pair], *, only_before: int = 0, only_after: int = 0, lost: Decimal | None = None) -> Gain:
    """The gain of (before, after) in percent, 0 to 100.

    The headline is the gain of the means. A mean of individual gains would mislead: one person who falls from 80 to 40
    weighs as much as four who learn half of what they lacked.
    """
    before, after = _mean([pair[0] for pair in pairs]), _mean([pair[1] for pair in pairs])
    gain = (after - before) / (FULL - before) if before is not None and after is not None and before < FULL else None
    changes = [change for change in map(_change, pairs) if change is not None]
    return Gain(len(pairs), only_before, only_after, before, after, gain, _mean(changes), lost)


def _change(pair: Pair) -> Decimal | None:
    """Normalised change of one person; None where there was nothing to gain or to lose."""
    before, after = pair
    if before == after:
        return None if before in (0, FULL) else Decimal(0)
    return (after - before) / (FULL - before if after > before else before)


def _mean(values: Sequence[Decimal]) -> Decimal | None:
    return sum(values, Decimal(0)) / len(values) if values else None


@dataclass
class Person:
    """The two results of one enrolment, whole and by module, in percent."""

    sex: str | None
    organisation_id: int | None
    #: Whether the cohort's last day is past.
    is_over: bool
    before: Mapping[str, Decimal] = field(default_factory=dict)
    after: Mapping[str, Decimal] = field(default_factory=dict)


#: Key of the whole test beside those of its modules.
WHOLE = ""


def people(db: Session, *, today: dt.date, cohort_id: int | None = None, condition: Any = None) -> list[Person]:
    """Everybody with a first result in one of the tests around the training; two statements.

    ``condition``: on cohorts, whose people are meant. Test accounts and merged enrolments are left out.
    """
    which = [
        Quiz.module == "",
        Quiz.purpose.in_((Purpose.PRE_TEST, Purpose.POST_TEST)),
        Attempt.number == 1,
        Attempt.state == AttemptState.SUBMITTED,
        Attempt.score.is_not(None),
        Enrolment.is_test.is_(False),
        Enrolment.merged_into_id.is_(None),
    ]
    which += [Enrolment.cohort_id == cohort_id] if cohort_id is not None else []
    which += [condition] if condition is not None else []
    columns = (Attempt.id, Quiz.purpose, Enrolment.id, Enrolment.sex, Enrolment.organisation_id, Cohort.ends_on)
    attempts = _of_people(sa.select(*columns))
    parts = _parts(db, _of_people(sa.select(Attempt.id)).where(*which))
    found: dict[int, Person] = {}
    for attempt_id, purpose, enrolment_id, sex, organisation_id, ends_on in db.execute(attempts.where(*which)):
        person = found.setdefault(enrolment_id, Person(sex, organisation_id, ends_on < today))
        if purpose == Purpose.PRE_TEST:
            person.before = parts.get(attempt_id, {})
        else:
            person.after = parts.get(attempt_id, {})
    return list(found.values())


def _of_people(query: Any) -> Any:
    return (
        query.select_from(Attempt)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
    )


def _parts(db: Session, attempts: Any) -> dict[int, dict[str, Decimal]]:
    """Percent of the points by attempt and module, and of all. What was given up is left out, as of no module."""
    module = sa.case(*((QuestionVersion.objective_key.startswith(f"{one}/"), one) for one in MODULES), else_="-")
    earned = sa.func.sum(sa.type_coerce(AttemptQuestion.fraction, sa.Integer) * AttemptQuestion.points)
    query = (
        sa.select(AttemptQuestion.attempt_id, module.label("module"), earned, sa.func.sum(AttemptQuestion.points))
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .where(
            AttemptQuestion.attempt_id.in_(attempts),
            AttemptQuestion.fraction.is_not(None),
            AttemptQuestion.is_given_up.is_(False),
        )
        .group_by(AttemptQuestion.attempt_id, module)
    )
    sums: dict[int, dict[str, list[int]]] = {}
    for attempt_id, key, gained, points in db.execute(query):
        of_attempt = sums.setdefault(attempt_id, {WHOLE: [0, 0]})
        of_attempt[key] = [int(gained), int(points)]
        of_attempt[WHOLE] = [of_attempt[WHOLE][0] + int(gained), of_attempt[WHOLE][1] + int(points)]
    return {
        attempt_id: {key: FULL * gained / ONE / points for key, (gained, points) in by_module.items() if points}
        for attempt_id, by_module in sums.items()
    }


def gain_in(people: Iterable[Person], module: str = WHOLE) -> Gain:
    """The gain of these people in one module, or in the whole test."""
    pairs, only_before, only_after = [], 0, 0
    stayed: list[bool] = []
    for one in people:
        before, after = one.before.get(module), one.after.get(module)
        if before is not None and after is not None:
            pairs.append((before, after))
        only_before += before is not None and after is None
        only_after += before is None and after is not None
        if before is not None and one.is_over:
            stayed.append(after is not None)
    lost = Decimal(stayed.count(False)) / len(stayed) if stayed else None
    return gain_of(pairs, only_before=only_before, only_after=only_after, lost=lost)


def by_group(people: Sequence[Person], name: str) -> dict[Any, Gain | None]:
    """The gain by sex or organisation; None where it stays hidden: too few pairs, or told by what is left."""
    groups: dict[Any, list[Person]] = {}
    for one in people:
        groups.setdefault(getattr(one, name), []).append(one)
    gains = {key: gain_in(members) for key, members in groups.items()}
    return {key: gains[key] if key in _shown(gains) else None for key in gains}


def _shown(gains: Mapping[Any, Gain]) -> set[Any]:
    """Groups that are large enough, less the smallest ones by which the hidden rest could be worked out."""
    shown = sorted((key for key, one in gains.items() if one.pairs >= GROUP_FROM), key=lambda key: gains[key].pairs)
    while shown and 0 < sum(one.pairs for key, one in gains.items() if key not in shown) < GROUP_FROM:
        shown.pop(0)
    return set(shown)


def cohorts(db: Session, person_id: int, *, reads_all: bool) -> Sequence[Cohort]:
    """The cohorts with a result in one of the tests that somebody may look at by themselves, newest first."""
    took = _of_people(sa.select(Enrolment.cohort_id)).where(
        Quiz.module == "", Quiz.purpose.in_((Purpose.PRE_TEST, Purpose.POST_TEST))
    )
    query = sa.select(Cohort).where(Cohort.id.in_(took), *([] if reads_all else [Cohort.id.in_(taught_by(person_id))]))
    return db.scalars(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc())).all()


def before_of(db: Session, attempt: Attempt) -> Decimal | None:
    """What the same person scored in the test before, 0 to 1; None where there was none."""
    module = sa.select(Quiz.module).where(Quiz.id == attempt.quiz_id).scalar_subquery()
    query = (
        sa.select(Attempt.score)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(
            Attempt.enrolment_id == attempt.enrolment_id,
            Quiz.purpose == Purpose.PRE_TEST,
            Quiz.module == module,
            Attempt.score.is_not(None),
        )
        .order_by(Attempt.number)
        .limit(1)
    )
    return db.scalars(query).first()
