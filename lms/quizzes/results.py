"""What a result page shows: sums by what was asked about, and each question as far as it is released."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.core.bilingual import Bilingual
from lms.curriculum import queries as curriculum
from lms.curriculum.catalogue import Curriculum
from lms.quizzes import queries, regrading
from lms.quizzes.models import Attempt, AttemptQuestion, QuestionVersion
from lms.quizzes.queries.given import GivenMarks
from lms.quizzes.question_types import get
from lms.quizzes.question_types.base import Said
from lms.quizzes.shown import Line, lines

#: What an objective belongs to, and where that ends in its key.
WIDER = (("module", "/"), ("lesson", "#"))


@dataclass
class ObjectiveSum:
    """Points earned on one objective, or on all of a lesson or a module."""

    name: Bilingual
    earned: Decimal = Decimal(0)
    possible: int = 0

    @property
    def share(self) -> float:
        return float(self.earned / self.possible) if self.possible else 0.0


@dataclass(frozen=True)
class Answered:
    """One question of a result. Empty parts are not released."""

    question: AttemptQuestion
    #: Share of the points, 0-1.
    fraction: Decimal | None
    given: tuple[Line, ...]
    right: tuple[Line, ...] = ()
    explanation: Bilingual | None = None
    #: Module, lesson slug, step id.
    reread: tuple[str, str, str] | None = None
    #: What a person gave and wrote, once the marks are out.
    by_hand: GivenMarks | None = None

    @property
    def is_right(self) -> bool:
        return self._marked_by == "nobody" or self.fraction == 1

    @property
    def is_partly_right(self) -> bool:
        return self.fraction is not None and 0 < self.fraction < 1

    @property
    def is_wrong(self) -> bool:
        """Whether something was answered that does not have all points, as far as the computer tells."""
        return self._marked_by == "computer" and bool(self.given) and not self.is_right

    @property
    def _marked_by(self) -> str:
        return get(self.question.version.type).marked_by


@dataclass(frozen=True)
class Result:
    answered: tuple[Answered, ...]
    objectives: tuple[ObjectiveSum, ...]
    right_count: int
    is_released: bool
    earned: Decimal = field(default=Decimal(0))
    #: What the sums are of: ``module``, ``lesson`` or ``objective``.
    summed_by: str = "objective"
    #: Parts of lessons behind wrong answers, one a lesson where there are several, else one an objective.
    to_reread: tuple[tuple[tuple[str, str, str], Bilingual], ...] = ()

    @property
    def marked_count(self) -> int:
        """Questions that are right or wrong, or will be once a person has read them."""
        return sum(get(one.question.version.type).marked_by != "nobody" for one in self.answered)

    @property
    def waits(self) -> bool:
        """Whether a person has still to read something."""
        return any(
            one.question.fraction is None and get(one.question.version.type).marked_by == "person"
            for one in self.answered
        )

    @property
    def on_twenty(self) -> Decimal:
        return self.earned * 20


def of(db: Session, attempt: Attempt, *, is_released: bool) -> Result:
    """The result of a graded attempt; keys, feedback and explanations only when released."""
    questions = queries.attempts.questions(db, attempt.id)
    by_hand = queries.given.marks_of(db, attempt.id)
    # A key that was wrong is shown as right to nobody, whatever rule marked the answer.
    corrected = {
        regrade.question_id: version
        for regrade, version in queries.regrade.regrades_of(db, {one.version.question_id for one in questions})
    }
    answered = tuple(_answered(one, is_released, by_hand.get(one.id), corrected) for one in questions)
    taught = curriculum.current(db)
    summed_by, sums = _sums(questions, taught) if is_released else ("objective", ())
    return Result(
        answered=answered,
        objectives=sums,
        right_count=sum(question.fraction == 1 for question in questions),
        is_released=is_released,
        earned=attempt.score or Decimal(0),
        summed_by=summed_by,
        to_reread=_to_reread(answered, taught, by_lesson=summed_by != "objective"),
    )


def _to_reread(
    answered: Sequence[Answered], taught: Curriculum, *, by_lesson: bool
) -> tuple[tuple[tuple[str, str, str], Bilingual], ...]:
    found: dict[str, tuple[tuple[str, str, str], Bilingual]] = {}
    for one in answered:
        version = one.question.version
        if one.is_right or not one.reread or not version.objective:
            continue
        lesson = taught.lesson("/".join(one.reread[:2])) if by_lesson else None
        key, words = (lesson.key, lesson.title) if lesson else (version.objective_key, version.objective)
        found.setdefault(key, (one.reread, words))
    return tuple(found[key] for key in sorted(found, key=_order(taught)))


def _order(taught: Curriculum) -> Callable[[str], tuple[int, int]]:
    """Modules and lessons as they are taught, their objectives by number, what is of none of them last."""
    places = [key for module in taught.modules for key in (module.slug, *(one.key for one in module.lessons))]

    def place(key: str) -> tuple[int, int]:
        taught_in, _mark, number = key.partition("#")
        return (places.index(taught_in) if taught_in in places else len(places), int(number) if number.isdigit() else 0)

    return place


def _sums(questions: Sequence[AttemptQuestion], taught: Curriculum) -> tuple[str, tuple[ObjectiveSum, ...]]:
    """Points by module where several were asked about, else by lesson, else by objective."""
    counted = [one for one in questions if get(one.version.type).marked_by != "nobody"]
    keys, summed_by = [one.version.objective_key for one in counted], "objective"
    for name, end in WIDER:
        wider = [key.partition(end)[0] for key in keys]
        if len(set(wider) - {""}) > 1:
            keys, summed_by = wider, name
            break
    sums: dict[str, ObjectiveSum] = {}
    for key, question in zip(keys, counted, strict=True):
        one = sums.setdefault(key, ObjectiveSum(_name(key, question.version, taught)))
        one.earned += (question.fraction or Decimal(0)) * question.points
        one.possible += question.points
    return summed_by, tuple(sums[key] for key in sorted(sums, key=_order(taught)))


def _name(key: str, version: QuestionVersion, taught: Curriculum) -> Bilingual:
    """What a sum is called: the title of the module or lesson, else the objective as it was worded then."""
    lesson, module = taught.lesson(key), taught.module(key)
    return lesson.title if lesson else module.short if module else version.objective


def _answered(
    question: AttemptQuestion, is_released: bool, by_hand: GivenMarks | None, corrected: Mapping[int, QuestionVersion]
) -> Answered:
    kind, version = get(question.version.type), _shown_key(question, corrected)
    given = lines(_given(question, version), question.order, with_key=is_released)
    if not is_released:
        return Answered(question, None, given, by_hand=by_hand)
    return Answered(
        question,
        question.fraction,
        given,
        lines(kind.model(version.settings), question.order),
        version.explanation,
        part_of_lesson(version.lesson),
        by_hand,
    )


def _given(question: AttemptQuestion, key: QuestionVersion) -> list[Said]:
    """What was answered, in the words it was asked in and judged by the key that is shown."""
    said = get(question.version.type).said
    asked, judged = (said(version.settings, question.answer) for version in (question.version, key))
    # Rows may stand in another order in a later version; lines without a key stand in the order of the answer.
    by_key = {one.key: one.is_right for one in judged}
    return [
        replace(one, is_right=by_key[one.key] if one.key else other.is_right)
        for one, other in zip(asked, judged, strict=True)
    ]


def _shown_key(question: AttemptQuestion, corrected: Mapping[int, QuestionVersion]) -> QuestionVersion:
    """The version whose key and explanation are shown: the corrected one where it fits what was asked."""
    newer = corrected.get(question.version.question_id)
    if newer is None or newer.number <= question.key_version.number:
        return question.key_version
    return newer if regrading.is_comparable(question.version, newer) else question.key_version


def checked(question: AttemptQuestion) -> Answered:
    """An answer of an open attempt with its mark, where a quiz says so at once."""
    kind, version = get(question.version.type), question.version
    fraction = kind.grade(version.settings, question.answer).fraction
    given = lines(kind.said(version.settings, question.answer), question.order)
    return Answered(question, fraction, given, (), version.explanation, part_of_lesson(version.lesson))


def part_of_lesson(address: str) -> tuple[str, str, str] | None:
    """Module, slug and step of ``concepts/reading-figures#gap``; None where no lesson is linked."""
    lesson, _sep, step = address.partition("#")
    module, _sep, slug = lesson.partition("/")
    return (module, slug, step) if slug else None
