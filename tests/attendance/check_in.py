"""Scanning, confirming and typing as a phone does, and what is stored of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.attendance import tokens
from lms.attendance.models import CheckIn, HalfDay
from tests.pages import CheckingClient

#: The morning of the tests begins at 9 in Rabat, and ends at 12:30.
BEGINS = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
ENDS = BEGINS + dt.timedelta(hours=3, minutes=30)
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


def shown(app: Flask, half_day: HalfDay, moment: dt.datetime) -> tokens.Shown:
    """What the screen shows then."""
    return tokens.shown(app.config["SECRET_KEY"], half_day.id, tokens.step_of(moment))


def address(app: Flask, half_day: HalfDay, moment: dt.datetime) -> str:
    return f"/P/{half_day.id}/{shown(app, half_day, moment).token}"


def place(half_day: HalfDay, lang: str = "fr") -> str:
    return f"/{lang}/attendance/check-in/{half_day.id}"


def scan(client: CheckingClient, app: Flask, half_day: HalfDay, moment: dt.datetime) -> Any:
    """Scan what is shown at that moment."""
    return client.get(address(app, half_day, moment))


def check_in(client: CheckingClient, app: Flask, half_day: HalfDay, moment: dt.datetime) -> Any:
    """Scan and confirm."""
    assert scan(client, app, half_day, moment).status_code == 302
    return client.post(place(half_day))


def stored(db: Any) -> list[CheckIn]:
    """All check-ins, as they are stored."""
    db.rollback()
    db.expire_all()
    return list(db.scalars(sa.select(CheckIn).order_by(CheckIn.enrolment_id)))
