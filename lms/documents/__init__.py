"""Paper: shaping and drawing of Arabic and French on PDF pages. Knows no feature and no person.

Importing this package is cheap; the drawing libraries are loaded by the first ``draw_…`` call.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.core.feature import Feature


@dataclass(frozen=True)
class Pair:
    """The same thing in Arabic and in French; one of them may be empty."""

    ar: str
    fr: str


@dataclass(frozen=True)
class ModuleLine:
    """A module on a certificate with its nominal minutes."""

    title: Pair
    minutes: int


@dataclass(frozen=True)
class CertificateFacts:
    """All that a certificate prints. Equal facts give equal bytes."""

    #: "achievement" or "participation".
    kind: str
    #: Lines at the head: programme, then who issues.
    issuer: tuple[Pair, ...]
    holder: Pair
    organisation: Pair
    cohort: Pair
    modules: tuple[ModuleLine, ...]
    objectives: tuple[Pair, ...]
    starts_on: dt.date
    ends_on: dt.date
    hours: Pair
    pass_percent: int
    issued_on: dt.date
    serial: str
    #: Address that the QR opens; its last part is the code.
    url: str
    #: Functions under the two lines for signatures.
    signatories: tuple[Pair, ...]
    replaces: str | None = None


def draw_certificate(facts: CertificateFacts) -> bytes:
    """One A4 landscape page as PDF. Raises MissingGlyph for a letter that no face has."""
    from lms.documents import certificate

    return certificate.draw(facts)


feature = Feature(name="documents")
