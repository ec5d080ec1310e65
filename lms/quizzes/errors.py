"""Rules of this room that can be broken."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.errors import DomainError
from lms.core.i18n import clock_time, long_date


class NotOpenYet(DomainError):
    """Raised when a test is started before the lessons of its module, or of all modules, are read."""

    def __init__(self, *, is_for_all: bool = False) -> None:
        super().__init__(
            _l("This test opens when all lessons are read, or in the last week of the training session.")
            if is_for_all
            else _l("The test opens when the lessons of the module are read.")
        )


class TooLateToCompare(DomainError):
    """Raised when the test before the training is started after the first lesson was read."""

    def __init__(self) -> None:
        super().__init__(
            _l("This test shows what was known before the first lesson: it is not taken once a lesson is read.")
        )


class NotForYou(DomainError):
    """Raised when a quiz is begun that is withdrawn, of another cohort, or the other one of two forms."""

    def __init__(self) -> None:
        super().__init__(_l("This quiz is not open to you now. What was sent before stays."))


class OutsideWindow(DomainError):
    """Raised before a quiz opens and after it closed."""

    def __init__(self, *, opens_at: dt.datetime | None = None) -> None:
        if opens_at is None:
            super().__init__(_l("This quiz is closed."))
        else:
            text: Any = _(
                "This quiz opens on %(day)s at %(time)s.",
                day=long_date(opens_at),
                time=clock_time(opens_at).striptags(),
            )
            super().__init__(text)


class NoAttemptLeft(DomainError):
    """Raised when every attempt is used."""

    def __init__(self) -> None:
        super().__init__(_l("All attempts at this test are used. The best one counts."))


class PauseNeeded(DomainError):
    """Raised before the pause between two attempts is over."""

    def __init__(self, until: dt.datetime) -> None:
        text: Any = _(
            "The next attempt opens on %(day)s at %(time)s.",
            day=long_date(until),
            time=clock_time(until).striptags(),
        )
        super().__init__(text)


class TooLate(DomainError):
    """Raised for an answer after the deadline and its grace: kept, not counted."""

    def __init__(self) -> None:
        super().__init__(
            _l("The time is over: this answer is kept but does not count. The answers saved before count.")
        )


class AlreadySubmitted(DomainError):
    """Raised for an answer to an attempt that was sent."""

    def __init__(self) -> None:
        super().__init__(_l("This attempt was sent already: answers can no longer change."))


class UnreadableAnswer(DomainError):
    """Raised for form values that this question cannot have sent."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("This answer could not be read. Reloading the page shows what is saved."))


class NotReady(DomainError):
    """Raised when a question is published while something blocks it."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("The question cannot be published yet: the checks say what is to be mended."))


class OwnReview(DomainError):
    """Raised when the one who asked for a second trainer wants to be that trainer."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("Another trainer has to read and publish this question."))


class UnreadableTags(DomainError):
    """Raised for tags that are too many or too long."""

    status = 422

    def __init__(self, *, most: int, longest: int) -> None:
        super().__init__(
            _l("At most %(most)s tags can be used, of %(longest)s letters each.", most=most, longest=longest)
        )


class QuizNotReady(DomainError):
    """Raised when a quiz is published while its checks find something that blocks it."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("The quiz cannot be published yet: the checks say what is to be mended."))


class WouldBreak(DomainError):
    """Raised when a change would leave a published quiz with something that blocks it."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("This quiz is published and the change would break it: it has to be withdrawn first."))


class RulesFixed(DomainError):
    """Raised when a rule that marks rest on is changed after attempts were made."""

    status = 422

    def __init__(self) -> None:
        super().__init__(
            _l("Attempts were made: purpose, module, certainty, pass mark and what counts stay. A copy may differ.")
        )


class InUse(DomainError):
    """Raised when a question is archived that stands in a published quiz."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("This question stands in a published quiz: it has to be taken out there first."))


class NothingDrawn(DomainError):
    """Raised when a quiz has no question for a new attempt."""

    def __init__(self) -> None:
        super().__init__(_l("This quiz has no question at the moment. The training team can be asked."))


class NothingToRegrade(DomainError):
    """Raised when marks are to be corrected by a version that is not the published one, or by a rule that fits none."""

    def __init__(self) -> None:
        super().__init__(_l("The question changed meanwhile: what would happen has to be looked at again."))


class WrongPoints(DomainError):
    """Raised for points that the rubric of a question cannot give, and for criteria that are missing or not its own."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("These points do not fit what is marked in this question."))


class MarkedMeanwhile(DomainError):
    """Raised when somebody else gave the mark that was still missing, or changed it since the page was opened."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else marked this answer in the meantime: what counts now is shown here."))


class MarksReleased(DomainError):
    """Raised when a mark is given that learners see already."""

    def __init__(self) -> None:
        super().__init__(_l("The marks were released in the meantime: a change needs a reason now."))


class NotReleased(DomainError):
    """Raised when a mark is changed for a reason before anybody saw it, or where nothing is left to mark."""

    def __init__(self) -> None:
        super().__init__(_l("This mark is not released: it cannot be changed here."))


class AnsweredMeanwhile(DomainError):
    """Raised when a question about a mark is answered that somebody answered already."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else answered in the meantime. The learner reads that answer."))


class NotInTheRoom(DomainError):
    """Raised when a quiz is started in the room that may not be: a test, or one that is not published."""


class RunsAlready(DomainError):
    """Raised when a quiz is started in a room where another one is under way."""

    def __init__(self, run_id: int) -> None:
        super().__init__(_l("A quiz is under way in this training session: it has to be ended first."))
        self.run_id = run_id


class NotOpenNow(DomainError):
    """Raised for an answer in the room before its question opens, after it closed, or when another one is shown."""

    def __init__(self) -> None:
        super().__init__(_l("This question is closed: answers can no longer change."))


class UnderWay(DomainError):
    """Raised when a paper is typed in of somebody who has an attempt on a screen that is not sent yet."""

    def __init__(self) -> None:
        super().__init__(_l("This person has an attempt under way: it has to be sent first."))


class PaperRefused(DomainError):
    """Raised when a paper cannot become an attempt; the sentence says why, to the training team."""


class NotOnPaper(DomainError):
    """Raised when papers are prepared of a quiz that cannot be taken on paper, or for nobody."""

    status = 422


class EnteredMeanwhile(DomainError):
    """Raised when a row is typed in that somebody has typed in already."""

    def __init__(self) -> None:
        super().__init__(_l("This row is stored already: opening it shows what stands there."))


class EntryLocked(DomainError):
    """Raised when an entry is corrected that can no longer change."""
