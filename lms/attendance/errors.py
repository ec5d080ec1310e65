"""Rules of this room that can be broken, each with what the person is told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

from lms.core.errors import DomainError


class HalfDaysOverlap(DomainError):
    """Raised when two half-days of a cohort would be held at the same time.

    ``field``: where it was typed; ``other``: the one in the way, named in the language of whoever reads.
    """

    def __init__(self, field: str, other: str) -> None:
        super().__init__(_l("At that time there is: %(half_day)s.", half_day=other))
        self.field = field


class OutsideCohort(DomainError):
    """Raised for a half-day on a day when its cohort is not held.

    ``field``: where it was typed; ``first``, ``last``: the cohort's days, written in the language of whoever reads.
    """

    def __init__(self, field: str, first: str, last: str) -> None:
        super().__init__(
            _l(
                "The day lies outside the training session, which is held from %(first)s to %(last)s.",
                first=first,
                last=last,
            )
        )
        self.field = field


class LongerThanHalfDay(DomainError):
    """Raised for more minutes attended than the half-day has; ``length``: those it has."""

    def __init__(self, length: int) -> None:
        super().__init__(
            _ln(
                "The half-day lasts %(num)s minute: nobody attends more.",
                "The half-day lasts %(num)s minutes: nobody attends more.",
                length,
            )
        )


class NoTrainerOfCohort(DomainError):
    """Raised when somebody would lead a meeting who is no trainer of its cohort, or no longer."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("Somebody chosen to lead the meeting is no longer a trainer of this training session."))


class HalfDayClosed(DomainError):
    """Raised for a mark on a half-day that was closed in the meantime."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This half-day was closed in the meantime: nothing more is marked. It can be corrected."))


class NotBegun(DomainError):
    """Raised when a half-day would be closed before it begins."""

    def __init__(self) -> None:
        super().__init__(_l("A half-day is closed once it has begun."))


class HalfDayCancelled(DomainError):
    """Raised for acts on a half-day that does not take place."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This half-day is cancelled."))


class HasMarks(DomainError):
    """Raised when a half-day with marks would be moved or cancelled."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody was marked on this half-day already: it stays as it is."))


class NotOnTheList(DomainError):
    """Raised for a mark on somebody who is not enrolled."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_l("This person is not enrolled in the training session."))


class TooLateToCorrect(DomainError):
    """Raised when a trainer corrects later than 48 hours after the closing."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            _l("The training team corrects within 48 hours of the closing; after that, the monitoring team.")
        )


class HalfDayOpenAgain(DomainError):
    """Raised for a correction or an answer while the half-day is opened again: the roll call has its marks."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _l("This half-day is opened again: its marks are changed on the roll call, and count once it is closed.")
        )


class ReportAfterClosing(DomainError):
    """Raised when somebody reports an error while the training team takes the roll again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _l("The training team has opened this half-day again. An error can be reported once it is closed.")
        )


class NothingToCorrect(DomainError):
    """Raised for a correction that changes nothing."""

    def __init__(self) -> None:
        super().__init__(_l("Nothing differs from what is stored."))


class DecidedAlready(DomainError):
    """Raised for a second decision on somebody who came without standing on the list."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("This was decided in the meantime."))


class GroupHasMeetings(DomainError):
    """Raised when a group would go that meetings are planned for."""

    def __init__(self) -> None:
        super().__init__(_l("Meetings are planned for this group: it stays."))


class NobodyChosen(DomainError):
    """Raised when somebody would be matched with nobody."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("Somebody of the list is to be chosen first."))


class NotOpenYet(DomainError):
    """Raised for a check-in before it opens."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("Check-in is not open yet."))


class TooLateToCheckIn(DomainError):
    """Raised for a check-in once the half-day has ended or is closed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("The half-day has ended or is closed: the training team marks attendance."))


class StruckOut(DomainError):
    """Raised for a check-in of somebody whose first one was struck out."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("The training team struck this check-in out: please speak to them."))


class WrongCode(DomainError):
    """Raised for six digits that no half-day of the person shows."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_l("These digits are not, or no longer, on the screen. They change every 20 seconds."))


class AlreadyReported(DomainError):
    """Raised for a second report while the first one waits for its answer."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("An error was reported at this half-day already: the training team looks at it."))


class AlreadyAnswered(DomainError):
    """Raised when somebody else answered the report in the meantime."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("Somebody else answered this report in the meantime."))


class MeetingNotOver(DomainError):
    """Raised when the report of a meeting would be written before its last half-day begins."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("The report of a meeting is written once its last half-day has begun."))


class MarkedMeanwhile(DomainError):
    """Raised when the list differs from the one that was shown to be confirmed."""

    def __init__(self) -> None:
        super().__init__(_l("The list changed in the meantime: what would be stored now stands below."))


class TooManyFiles(DomainError):
    """Raised when no further file can be attached."""

    status = 422

    def __init__(self, most: int) -> None:
        super().__init__(_l("At most %(num)s files can be attached here.", num=most))


class StatusNameTaken(DomainError):
    """Raised for a second name of a status that reads as another one."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("There is a name that reads so already; one that is retired can be taken up again."))


class StatusNameIsStatus(DomainError):
    """Raised for a name that reads as one of the statuses: nobody could tell which of the two a mark says."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("A status is called so already: the name has to differ from those of all statuses."))


class NobodyTakesTheRoll(DomainError):
    """Raised when a half-day would be opened again that nobody could close: its cohort is archived or untaught."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _l("Nobody could take this roll: the training session is archived or has no trainer. Correct single marks.")
        )


class OwnMark(DomainError):
    """Raised when somebody would mark or correct their own attendance."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_l("Nobody notes their own attendance: somebody else of the team does."))


class ClosedSince(DomainError):
    """Raised for a tap from before the half-day was closed and opened again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("The half-day was closed and opened again since: please look at this person again."))


class FileShownDiffers(DomainError):
    """Raised when confirming a file would do something else than what was shown."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_l("Something changed in the meantime: what the file would do now stands below."))
