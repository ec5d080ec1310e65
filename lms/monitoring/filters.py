"""Filters of the tables, read from the address. They narrow what the role may see, never widen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.accounts.models import Level, Sex

#: Rows whose sex is not given, as a choice of its own.
UNKNOWN = "u"


@dataclass(frozen=True)
class Filters:
    """Empty values filter nothing. Unknown words in the address count as empty."""

    cohort: int | None = None
    module: str = ""
    organisation: str = ""
    region: str = ""
    level: str = ""
    sex: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Filters()


def read(arguments: Mapping[str, str], modules: list[str]) -> Filters:
    """Filters from the arguments of an address."""
    cohort = arguments.get("cohort", "")
    return Filters(
        cohort=int(cohort) if cohort.isdecimal() and len(cohort) < 10 else None,
        module=arguments.get("module", "") if arguments.get("module") in modules else "",
        organisation=arguments.get("organisation", "")[:40],
        region=arguments.get("region", "")[:40],
        level=arguments.get("level", "") if arguments.get("level") in list(Level) else "",
        sex=arguments.get("sex", "") if arguments.get("sex") in [*Sex, UNKNOWN] else "",
    )
