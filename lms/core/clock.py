"""The one place that asks what time it is. Views, jobs and commands call ``now()`` and pass it down."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

#: UTC+1, and UTC+0 during Ramadan: only the tz database knows when.
PROGRAMME_ZONE = ZoneInfo("Africa/Casablanca")

#: Saturday and Sunday, as ``date.weekday()`` counts.
WEEKEND = (5, 6)


def now() -> dt.datetime:
    """This instant, aware UTC."""
    return dt.datetime.now(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    """The moment on the clocks of the programme."""
    return moment.astimezone(PROGRAMME_ZONE)


def local_date(moment: dt.datetime) -> dt.date:
    """The day of the moment where the programme runs."""
    return local(moment).date()
