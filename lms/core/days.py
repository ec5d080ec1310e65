"""A day or a time that people type, in any digits; of a day the year stands last or first."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask_babel import gettext as _
from wtforms import Field
from wtforms.widgets import TextInput

from lms.core.text import clean_line

FIRST_YEAR, LAST_YEAR = 2000, 2100
# \d and int() take the digits of every script.
_DAY = re.compile(r"(\d{1,2})[ /.-](\d{1,2})[ /.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})[ /.-](\d{1,2})[ /.-](\d{1,2})")
_TIME = re.compile(r"(\d{1,2})\s?(?:[:h.]\s?(\d{2})?)?", re.IGNORECASE)


class DayField(Field):
    """A day typed as day/month/year or year-month-day."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%d/%m/%Y") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(str(valuelist[0])[:40]) if valuelist else ""
        if text:
            self.data = read_day(text)


def read_day(text: str) -> dt.date:
    """The day that a text says. Raises ValueError with a sentence."""
    if found := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO_DAY.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise ValueError(_("A day is needed as day/month/year, for example 23/11/2026."))
    try:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(_("This day is not in the calendar.")) from None


class TimeField(Field):
    """A time of day typed as 9:00, 9h, 09h30 or 14.30, in any digits; on the 24-hour clock."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = clean_line(str(valuelist[0])[:20]) if valuelist else ""
        if text:
            self.data = read_time(text)


def read_time(text: str) -> dt.time:
    """The time that a text says. Raises ValueError with a sentence."""
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return dt.time(int(found[1]), int(found[2] or 0))
    except ValueError:
        raise ValueError(_("A time is needed as hours and minutes, for example 09:00.")) from None
