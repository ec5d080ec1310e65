"""What can be marked of somebody at a half-day, and when it counts as attended (domain, §5). Pure."""

from __future__ import annotations

import enum
from typing import Any

from flask_babel import lazy_gettext as _l

#: Of what is written beside a status.
MOST_MINUTES, LONGEST_REMARK = 720, 300


class Status(enum.StrEnum):
    """Nouns in both languages: nothing to agree with."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"
    ABSENT = "absent"
    LEFT_EARLY = "left_early"

    @property
    def label(self) -> Any:
        return _LABELS[self]

    @property
    def letter(self) -> Any:
        """Where there is no room for more; a legend stands beside it."""
        return _LETTERS[self]

    @property
    def has_minutes(self) -> bool:
        """Whether the minutes that were attended decide."""
        return self in (Status.LATE, Status.LEFT_EARLY)

    @property
    def tone(self) -> tuple[str, str]:
        """Colour and icon that stand for it wherever it is shown, as on the roll call."""
        return _TONES[self]

    def minutes_of(self, minutes: int | None, length: int) -> int:
        """Minutes attended of a half-day of ``length`` minutes; ``minutes``: those written down, None: nobody did.

        Without them somebody late or gone early was there for the whole of it: who saw them come wrote no other number.
        """
        if self is Status.PRESENT or (self.has_minutes and minutes is None):
            return length
        return min(minutes or 0, length) if self.has_minutes else 0

    def is_longer(self, minutes: int | None, length: int) -> bool:
        """Whether somebody would have been there longer than a half-day of ``length`` minutes lasts."""
        return self.has_minutes and minutes is not None and minutes > length

    def is_attended(self, minutes: int | None, length: int) -> bool:
        """Whether the half-day counts: somebody late or gone early was there for half of it at least."""
        return 2 * self.minutes_of(minutes, length) >= length


_TONES = {
    Status.PRESENT: ("ok", "check"),
    Status.LATE: ("warn", "clock"),
    Status.EXCUSED: ("info", "file"),
    Status.ABSENT: ("danger", "close"),
    Status.LEFT_EARLY: ("warn", "clock"),
}
#: Somebody who was there, if not for the whole of it.
CAME = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY)

_LABELS = {
    Status.PRESENT: _l("Presence"),
    Status.LATE: _l("Lateness"),
    Status.EXCUSED: _l("Excused absence"),
    Status.ABSENT: _l("Unexcused absence"),
    Status.LEFT_EARLY: _l("Early departure"),
}
#: Under the names of a roll call, where four stand side by side on a phone.
SHORT = {
    Status.PRESENT: _l("Presence"),
    Status.LATE: _l("Lateness"),
    Status.EXCUSED: _l("Excused"),
    Status.ABSENT: _l("Absence"),
    Status.LEFT_EARLY: _l("Early departure"),
}

_LETTERS = {
    Status.PRESENT: _l("Letter of a presence"),
    Status.LATE: _l("Letter of a lateness"),
    Status.EXCUSED: _l("Letter of an excused absence"),
    Status.ABSENT: _l("Letter of an unexcused absence"),
    Status.LEFT_EARLY: _l("Letter of an early departure"),
}


class State(enum.StrEnum):
    """Where a half-day stands, whatever the hour: that an open one is planned, on or over is for its day to say."""

    OPEN = "open"
    #: Closed before, and opened again to be put right.
    REOPENED = "reopened"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Any:
        return _STATES[self]

    @property
    def takes_marks(self) -> bool:
        return self in (State.OPEN, State.REOPENED)


_STATES = {
    State.OPEN: _l("Open half-day"),
    State.REOPENED: _l("Half-day opened again"),
    State.CLOSED: _l("Closed half-day"),
    State.CANCELLED: _l("Cancelled"),
}


class Mode(enum.StrEnum):
    """How a half-day is held, and how somebody took part in it."""

    ROOM = "room"
    ONLINE = "online"
    HYBRID = "hybrid"

    @property
    def label(self) -> Any:
        return _MODES[self]


_MODES = {Mode.ROOM: _l("In the room"), Mode.ONLINE: _l("Online"), Mode.HYBRID: _l("Room and online")}


class Method(enum.StrEnum):
    """How it is known."""

    ROLL_CALL = "roll-call"
    CLOSING = "closing"
    CORRECTION = "correction"
    WALK_IN = "walk-in"
    MERGE = "merge"
    QR = "qr"
    CODE = "code"
    SHEET = "sheet"
    IMPORT = "import"

    @property
    def label(self) -> Any:
        return _METHODS[self]

    @property
    def short(self) -> Any:
        """A word beside the status, where a whole list says how it is known."""
        return _SHORT_METHODS[self]


_METHODS = {
    Method.ROLL_CALL: _l("Roll call"),
    Method.CLOSING: _l("Not marked when the half-day was closed"),
    Method.CORRECTION: _l("By correction"),
    Method.WALK_IN: _l("Came without standing on the list"),
    Method.MERGE: _l("From the other account of the person"),
    Method.QR: _l("Own check-in by QR code"),
    Method.CODE: _l("Own check-in by the six digits"),
    Method.SHEET: _l("From the signed sheet"),
    Method.IMPORT: _l("By file"),
}

_SHORT_METHODS = {
    Method.ROLL_CALL: _l("roll call"),
    Method.CLOSING: _l("closing"),
    Method.CORRECTION: _l("correction"),
    Method.WALK_IN: _l("not on the list"),
    Method.MERGE: _l("other account"),
    Method.QR: _l("QR code"),
    Method.CODE: _l("six digits"),
    Method.SHEET: _l("signed sheet"),
    Method.IMPORT: _l("file"),
}
#: The person said so, at the time that is stored.
OWN_CHECK_IN = (Method.QR, Method.CODE)


class Reason(enum.StrEnum):
    """Why a half-day that was closed is changed."""

    SLIP = "slip"
    JUSTIFIED = "justified"
    SEEN_LATER = "seen-later"
    SHEET = "sheet"
    WALK_IN = "walk-in"
    REPORTED = "reported"
    OTHER = "other"

    @property
    def label(self) -> Any:
        return _REASONS[self]


_REASONS = {
    Reason.SLIP: _l("A slip while marking"),
    Reason.JUSTIFIED: _l("The absence was justified afterwards"),
    Reason.SEEN_LATER: _l("Came or left at another time than marked"),
    Reason.SHEET: _l("The signed sheet says otherwise"),
    Reason.WALK_IN: _l("Came without standing on the list"),
    Reason.REPORTED: _l("Reported by the person"),
    Reason.OTHER: _l("Another reason, in words"),
}
