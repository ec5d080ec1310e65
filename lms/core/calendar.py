"""Calendar files for messages: one event, to be put into any calendar.

Moments are written as UTC instants. A calendar of 2019 does not know on which day Morocco's clocks change for
Ramadan; an instant is right on every clock.
"""

from __future__ import annotations

import datetime as dt

from lms.core.text import BIDI_CONTROLS

PRODUCT = "-//gsi-training//calendar//"


def event(
    *,
    uid: str,
    title: str,
    description: str,
    location: str,
    starts: dt.date | dt.datetime,
    ends: dt.date | dt.datetime,
    url: str = "",
    is_cancelled: bool = False,
    now: dt.datetime,
) -> str:
    """The text of an ``.ics`` file. Moments have a zone; days are whole days, the last one included.

    ``uid`` names the event for ever: the same one sent again replaces the first in the reader's calendar, or takes it
    out where ``is_cancelled``.
    """
    from icalendar import Calendar, Event

    entry = Event()
    entry.add("uid", uid)
    entry.add("dtstamp", _instant(now))
    entry.add("summary", _plain(title))
    entry.add("dtstart", _instant(starts) if isinstance(starts, dt.datetime) else starts)
    # A whole day ends where the next one begins.
    entry.add("dtend", _instant(ends) if isinstance(ends, dt.datetime) else ends + dt.timedelta(days=1))
    for name, text in (("description", description), ("location", location)):
        if text:
            entry.add(name, _plain(text))
    if url:
        entry.add("url", url)
    if is_cancelled:
        entry.add("status", "CANCELLED")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return str(calendar.to_ical().decode())


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
