"""What a certificate prints, frozen as plain values at issue: names, titles, dates, hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates.rules import Rule
from lms.core import profile
from lms.core.bilingual import Bilingual
from lms.curriculum.catalogue import Curriculum
from lms.programme.models import Enrolment

TITLES = {
    "achievement": Bilingual("شهادة النجاح", "Attestation de réussite"),
    "participation": Bilingual("شهادة المشاركة", "Attestation de participation"),
}
ISSUER = Bilingual("فريق البرنامج", "Équipe du programme")
#: Who signs while the team has named nobody: functions only.
SIGNATORIES = (
    Bilingual("إدارة البرنامج", "Direction du programme"),
    Bilingual("هيئة التكوين", "Équipe de formation"),
)
#: More would leave the page no air; the engine leaves out what a long name pushes off.
PRINTED_OBJECTIVES = 3
PRINTED_SIGNATORIES = 2


@dataclass(frozen=True)
class Issuing:
    """Under which names certificates are issued, and who signs them."""

    programme: Bilingual
    issuer: Bilingual
    signatories: Sequence[profile.Signatory]


def issuing(db: Session, curriculum: Curriculum) -> Issuing:
    """What the settings say this moment; the product's own words where they are silent."""
    stored = profile.now_stored(db)
    return Issuing(
        profile.named(stored.name, curriculum.name),
        profile.named(stored.issuer, ISSUER),
        profile.signatories(db)[:PRINTED_SIGNATORIES],
    )


def freeze(
    enrolment: Enrolment,
    rule: Rule,
    curriculum: Curriculum,
    evidence: Mapping[str, Any],
    under: Issuing,
    *,
    serial: str,
    url: str,
    issued_on: dt.date,
    replaces: str | None,
) -> dict[str, Any]:
    """All that is printed, as JSON; nothing is read again when the certificate is drawn or verified."""
    modules = [module for slug in rule.modules if (module := curriculum.module(slug)) is not None]
    days = sorted(activity["happened_on"] for activity in evidence["activities"].values())
    organisation = enrolment.organisation.name if enrolment.organisation else Bilingual("", "")
    return {
        "kind": str(rule.kind),
        "title": TITLES[rule.kind].as_dict(),
        "name": enrolment.person.name.as_dict(),
        "organisation": organisation.as_dict(),
        "programme": under.programme.as_dict(),
        "issuer": under.issuer.as_dict(),
        "cohort": enrolment.cohort.name.as_dict(),
        "modules": [
            {
                "title": module.title.as_dict(),
                "minutes": evidence["modules"][module.slug]["minutes"],
                "objectives": [line.as_dict() for line in module.objectives],
            }
            for module in modules
        ],
        "minutes": sum(row["minutes"] for row in evidence["modules"].values()),
        "starts_on": days[0],
        "ends_on": days[-1],
        "issued_on": issued_on.isoformat(),
        "pass_percent": enrolment.cohort.pass_percent,
        "serial": serial,
        "url": url,
        "signatories": [_signatory(one) for one in under.signatories] or [one.as_dict() for one in SIGNATORIES],
        "replaces": replaces,
    }


def _signatory(one: profile.Signatory) -> dict[str, Any]:
    """Function, name, and the hashes of the scans: the bytes behind them never change."""
    return {
        **one.function.as_dict(),
        "name": one.name.as_dict(),
        "signature": one.signature.sha256 if one.signature else None,
        "stamp": one.stamp.sha256 if one.stamp else None,
    }


def scans(printed: Mapping[str, Any]) -> set[str]:
    """Hashes of the pictures that these facts print."""
    found = {one.get(key) for one in printed["signatories"] for key in ("signature", "stamp")}
    return {sha256 for sha256 in found if sha256}


def objectives(printed: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The objectives that the page has room for, the same on paper and on the page of verification."""
    lines = [line for module in printed["modules"] for line in module["objectives"]]
    return lines[:PRINTED_OBJECTIVES]


def hours(minutes: int) -> dict[str, str]:
    """Nominal hours in words of both languages, to the nearest half."""
    halves = max(1, round(minutes / 30))
    whole, half = divmod(halves, 2)
    return {"fr": _hours_fr(whole, half), "ar": _hours_ar(whole, half)}


def _hours_fr(whole: int, half: int) -> str:
    if not whole:
        return "30 minutes"
    words = f"{whole} heure{'s' if whole > 1 else ''}"
    return f"{words} 30" if half else words


def _hours_ar(whole: int, half: int) -> str:
    """Arabic counts one, two, 3-10 and 11-99 in different forms, hundreds by their last two figures (CLDR)."""
    if not whole:
        return "30 دقيقة"
    if whole == 1:
        words = "ساعة واحدة"
    elif whole == 2:
        words = "ساعتان"
    else:
        words = f"{whole} ساعات" if 3 <= whole % 100 <= 10 else f"{whole} ساعة"
    return f"{words} ونصف" if half else words
