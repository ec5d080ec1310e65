"""When people check in by themselves, and what their arrival is marked as (domain, §5). Pure."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.attendance.models import CheckIn, HalfDay
from lms.attendance.statuses import Status

#: Check-in opens that long before the half-day begins.
OPENS_BEFORE = dt.timedelta(minutes=30)
#: The screen shows its code that long before: whoever scans it early waits on the page, which confirms at the opening.
SHOWN_BEFORE = dt.timedelta(minutes=60)
#: Whoever comes that long after the beginning is late.
LATE_AFTER = dt.timedelta(minutes=15)
#: Between the scan and the confirmation: a slow sign-in or a slow network loses nothing.
PENDING_FOR = dt.timedelta(minutes=3)


class Window(enum.Enum):
    """Where a half-day stands for people who arrive."""

    FAR = enum.auto()
    #: The screen shows its code, nothing is taken yet.
    EARLY = enum.auto()
    OPEN = enum.auto()
    #: It ended, was closed or is cancelled.
    OVER = enum.auto()


def opens_at(half_day: HalfDay) -> dt.datetime:
    """When check-in opens, UTC."""
    return half_day.starts_at - OPENS_BEFORE


def window(half_day: HalfDay, now: dt.datetime) -> Window:
    if not half_day.state.takes_marks or now >= half_day.ends_at:
        return Window.OVER
    if now >= opens_at(half_day):
        return Window.OPEN
    return Window.EARLY if now >= half_day.starts_at - SHOWN_BEFORE else Window.FAR


def pending_until(half_day: HalfDay, scanned_at: dt.datetime) -> dt.datetime:
    """Until when a scan can be confirmed: three minutes, of an early one from the opening on."""
    return max(scanned_at, opens_at(half_day)) + PENDING_FOR


def status_at(half_day: HalfDay, now: dt.datetime) -> tuple[Status, int | None]:
    """Status of somebody who arrives now, and of somebody late the minutes until the end."""
    if now - half_day.starts_at < LATE_AFTER:
        return Status.PRESENT, None
    return Status.LATE, _minutes_left(half_day, now)


def _minutes_left(half_day: HalfDay, now: dt.datetime) -> int:
    return max(0, int((half_day.ends_at - now) / dt.timedelta(minutes=1)))


class Flag(enum.StrEnum):
    """Something a trainer looks at; nobody is refused for it."""

    SHARED_DEVICE = "shared-device"
    AFTER_THE_LIMIT = "after-the-limit"

    @property
    def label(self) -> Any:
        return _FLAGS[self]


_FLAGS = {
    Flag.SHARED_DEVICE: _l("Two accounts on one device"),
    Flag.AFTER_THE_LIMIT: _l("After the middle of the half-day: it does not count"),
}


@dataclass(frozen=True)
class Arrival:
    """One check-in with what is to be looked at about it."""

    check_in: CheckIn
    flags: tuple[Flag, ...]


def with_flags(half_day: HalfDay, check_ins: Collection[CheckIn]) -> list[Arrival]:
    """The check-ins of a half-day, each with its flags; those struck out count as a device's account too."""
    devices = [one.device for one in check_ins if one.device]
    return [Arrival(one, tuple(_flags(half_day, one, devices.count(one.device)))) for one in check_ins]


def _flags(half_day: HalfDay, one: CheckIn, accounts: int) -> list[Flag]:
    found = []
    if accounts > 1:
        found.append(Flag.SHARED_DEVICE)
    status, minutes = status_at(half_day, one.at)
    if not status.is_attended(minutes, half_day.minutes):
        found.append(Flag.AFTER_THE_LIMIT)
    return found
