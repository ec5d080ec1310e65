"""From frozen facts to the drawing engine. The engine is imported only here, only when something is drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from lms.certificates.facts import hours, objectives


def draw(facts: Mapping[str, Any], scans: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of these facts; the same facts give the same bytes. ``scans``: hash -> PNG of signatures and stamps."""
    from lms.documents import CertificateFacts, ModuleLine, Pair, Signer, draw_certificate

    known = scans or {}

    def pair(value: Mapping[str, str]) -> Pair:
        return Pair(ar=value["ar"], fr=value["fr"])

    return draw_certificate(
        CertificateFacts(
            kind=facts["kind"],
            issuer=(pair(facts["programme"]), pair(facts["issuer"])),
            holder=pair(facts["name"]),
            organisation=pair(facts["organisation"]),
            cohort=pair(facts["cohort"]),
            modules=tuple(
                ModuleLine(title=pair(module["title"]), minutes=module["minutes"]) for module in facts["modules"]
            ),
            objectives=tuple(pair(line) for line in objectives(facts)),
            starts_on=dt.date.fromisoformat(facts["starts_on"]),
            ends_on=dt.date.fromisoformat(facts["ends_on"]),
            hours=pair(hours(facts["minutes"])),
            pass_percent=facts["pass_percent"],
            issued_on=dt.date.fromisoformat(facts["issued_on"]),
            serial=facts["serial"],
            url=facts["url"],
            signatories=tuple(pair(one) for one in facts["signatories"]),
            replaces=facts["replaces"],
            signers=tuple(
                Signer(
                    name=pair(one["name"]),
                    function=pair(one),
                    signature=known.get(one["signature"], b""),
                    stamp=known.get(one["stamp"], b""),
                )
                for one in facts["signatories"]
                if "name" in one
            ),
        )
    )
