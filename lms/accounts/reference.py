"""Organisations and regions as data: read from files once, changed in the database afterwards."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Region
from lms.core.bilingual import Bilingual

DATA = Path(__file__).parent / "data"


def seed(db: Session) -> None:
    """Add the nine organisations and twelve regions to an empty database; later changes are left alone."""
    if db.scalars(sa.select(Organisation.id).limit(1)).first() is not None:
        return
    for position, row in enumerate(_rows("organisations.csv"), 1):
        db.add(
            Organisation(
                key=row["key"],
                name=Bilingual(row["name_ar"], row["name_fr"]),
                short_name=Bilingual(row["short_ar"], row["short_fr"]),
                position=position,
            )
        )
    for position, row in enumerate(_rows("regions.csv"), 1):
        db.add(Region(key=row["key"], name=Bilingual(row["name_ar"], row["name_fr"]), position=position))
    db.flush()


@cache
def organisation_keys() -> frozenset[str]:
    """Keys of the organisations that the programme begins with."""
    return frozenset(row["key"] for row in _rows("organisations.csv"))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
