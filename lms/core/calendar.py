"""Calendar files: one event for a message, or many to subscribe to, for any calendar program.

Moments are written as UTC instants. A calendar of 2019 does not know on which day Morocco's clocks change for
Ramadan; an instant is right on every clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.core.text import BIDI_CONTROLS

PRODUCT = "-//gsi-training//calendar//"


@dataclass(frozen=True)
class Entry:
    """One event. ``uid`` names it for ever: the same one sent again replaces the first in the reader's calendar.

    Moments have a zone; days are whole days, the last one included. One that is cancelled is taken out, or struck
    through.
    """

    uid: str
    title: str
    description: str
    location: str
    starts: dt.date | dt.datetime
    ends: dt.date | dt.datetime
    url: str = ""
    is_cancelled: bool = False


def event(*, now: dt.datetime, **fields: Any) -> str:
    """The text of an ``.ics`` file with one event, of the fields of ``Entry``."""
    return several([Entry(**fields)], now=now)


def several(entries: Sequence[Entry], *, name: str = "", refresh: dt.timedelta | None = None, now: dt.datetime) -> str:
    """The text of a calendar of many events; ``refresh``: how often a calendar program may ask for it again."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", _plain(name))
    if refresh is not None:
        calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", f"PT{int(refresh.total_seconds()) // 3600}H")
    for one in entries:
        calendar.add_component(_component(one, now))
    return str(calendar.to_ical().decode())


def _component(one: Entry, now: dt.datetime) -> Any:
    from icalendar import Event

    entry = Event()
    entry.add("uid", one.uid)
    entry.add("dtstamp", _instant(now))
    entry.add("summary", _plain(one.title))
    entry.add("dtstart", _instant(one.starts) if isinstance(one.starts, dt.datetime) else one.starts)
    # A whole day ends where the next one begins.
    entry.add("dtend", _instant(one.ends) if isinstance(one.ends, dt.datetime) else one.ends + dt.timedelta(days=1))
    for name, text in (("description", one.description), ("location", one.location)):
        if text:
            entry.add(name, _plain(text))
    if one.url:
        entry.add("url", one.url)
    if one.is_cancelled:
        entry.add("status", "CANCELLED")
    return entry


def attachment(name: str, text: str) -> dict[str, str]:
    """An event as an attachment of a message."""
    return {"name": name, "type": "text/calendar", "text": text}


def _instant(moment: dt.datetime) -> dt.datetime:
    """Whole seconds of UTC. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _plain(text: str) -> str:
    return BIDI_CONTROLS.sub("", text).replace("\r", "")
