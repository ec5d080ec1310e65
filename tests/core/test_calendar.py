"""Calendar files, read back as a calendar would."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core import calendar
from lms.core.clock import PROGRAMME_ZONE

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def read(**fields: Any) -> tuple[icalendar.Calendar, Any]:
    values: dict[str, Any] = {
        "uid": "cohort-1@example.org",
        "title": "آخر يوم",
        "description": "",
        "location": "",
        "starts": dt.date(2026, 12, 18),
        "ends": dt.date(2026, 12, 18),
        "now": NOW,
    }
    found = icalendar.Calendar.from_ical(calendar.event(**{**values, **fields}))
    (entry,) = found.walk("VEVENT")
    return found, entry


def test_a_day_is_a_whole_day_and_ends_with_the_next() -> None:
    found, entry = read()
    assert (found["METHOD"], found["VERSION"], str(entry["SUMMARY"])) == ("PUBLISH", "2.0", "آخر يوم")
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (dt.date(2026, 12, 18), dt.date(2026, 12, 19))


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(dt.date(2027, 2, 5), 9), (dt.date(2027, 2, 15), 10), (dt.date(2027, 3, 20), 9)],
    ids=["before Ramadan", "in Ramadan", "after it"],
)
def test_ten_o_clock_in_casablanca_is_another_instant_in_ramadan(day: dt.date, utc_hour: int) -> None:
    starts = dt.datetime.combine(day, dt.time(10), PROGRAMME_ZONE)
    _found, entry = read(starts=starts, ends=starts + dt.timedelta(hours=2))
    assert entry.decoded("DTSTART") == dt.datetime.combine(day, dt.time(utc_hour), dt.UTC)
    assert "TZID" not in entry["DTSTART"].params


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read(starts=dt.datetime(2026, 12, 18, 9), ends=dt.datetime(2026, 12, 18, 10))  # noqa: DTZ001 - the fault meant


def test_the_same_event_has_the_same_name() -> None:
    assert read()[1]["UID"] == read(title="autre")[1]["UID"]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), min_size=1, max_size=200))
def test_whatever_is_typed_stays_one_event_with_that_text(text: str) -> None:
    found, entry = read(title=text, description=f"{text}\nEND:VEVENT\r\nBEGIN:VEVENT", location=text)
    assert len(found.walk("VEVENT")) == 1
    assert str(entry["SUMMARY"]) == text
    assert str(entry["LOCATION"]) == text


@pytest.mark.parametrize("attack", ["x\r\nATTENDEE:mailto:all@example.ma", "x\nMETHOD:CANCEL", "x;y,z\\n"])
def test_a_line_break_adds_no_property(attack: str) -> None:
    found, entry = read(title=attack, location=attack)
    assert found["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in entry


def test_lines_stay_within_75_octets_of_utf_8() -> None:
    text = calendar.event(
        uid="1", title="النوع والإدماج الاجتماعي في التكوين المهني " * 5, description="", location="",
        starts=dt.date(2026, 12, 18), ends=dt.date(2026, 12, 18), url="https://example.org/ar/", now=NOW,
    )  # fmt: skip
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
